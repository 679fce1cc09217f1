"""What the cited pages say: their readable text, and whether a quote still stands in it."""
