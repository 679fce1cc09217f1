"""Tests of `bot/issue/`."""
