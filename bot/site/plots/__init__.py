"""Plots of the leaderboard as SVG. The only package that imports matplotlib, which takes a second."""
