"""Reading assessment files strictly: every problem found, with its place and its remedy."""
