"""Tests of `bot/board/study/`."""
