"""Tests of `bot/handlers/`."""
