"""Tests of `bot/sources/hub/`."""
