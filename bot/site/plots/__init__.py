"""Plots of the leaderboard as SVG. The only package that imports matplotlib, which takes a second."""

MOST_ROWS = 100
"""More models than that are not drawn in a heat map: nobody can read it."""
