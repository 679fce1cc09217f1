"""Tests of `bot/handlers/publishing/`."""
