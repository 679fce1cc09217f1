"""Strict reading of files: every problem with its place and its remedy."""
