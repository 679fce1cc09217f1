"""Measurements of speed and memory. Never part of the tests: a measurement is read by people, not asserted."""
