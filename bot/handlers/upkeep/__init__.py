"""Upkeep of evidence: one issue about what needs fixing, and one pull request for moved pages."""
