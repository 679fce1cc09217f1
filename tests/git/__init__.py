"""Tests of `bot/git/`."""
