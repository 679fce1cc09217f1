"""Points, scores and ranks, and what a change moves. Pure."""
