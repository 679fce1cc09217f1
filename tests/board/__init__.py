"""Tests of `bot/board/`."""
