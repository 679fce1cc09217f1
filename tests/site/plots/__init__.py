"""Tests of `bot/site/plots/`."""
