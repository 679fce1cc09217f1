"""The 2025 study of 28 models: its tables, and its figures recomputed. Pure."""
