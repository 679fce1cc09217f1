"""Tests of `bot/board/ranking/`."""
