"""Disputes about ratings: their state, their issues, the marks in the files, and requests for new ones."""
