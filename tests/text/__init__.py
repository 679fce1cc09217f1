"""Tests of `bot/text/`."""
