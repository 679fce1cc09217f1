"""Upkeep: one issue about dead links, changed quotes and changes on the hub; one pull request for moved pages."""
