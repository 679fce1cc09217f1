"""Asking for pages, tried against servers on loopback that do everything that servers do."""
