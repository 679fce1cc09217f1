"""Tests of `bot/sources/indexes/`."""
