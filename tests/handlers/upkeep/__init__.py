"""Tests of `bot/handlers/upkeep/`."""
