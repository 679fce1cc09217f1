"""Disputes: their issues, the marks in the assessments, and requests for new ones."""
