"""Tests of `bot/forms/`."""
