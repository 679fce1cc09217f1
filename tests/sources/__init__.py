"""Tests of `bot/sources/`."""
