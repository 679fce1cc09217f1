"""Tests of `bot/board/model/`."""
