"""Tests of `bot/board/writing/`."""
