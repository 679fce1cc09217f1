"""Tests of `bot/sources/web/`, against servers on loopback."""
