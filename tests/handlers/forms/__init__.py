"""Tests of `bot/handlers/forms/`."""
