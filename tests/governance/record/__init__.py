"""Tests of `bot/governance/record/`."""
