"""Tests of `bot/handlers/disputes/`."""
