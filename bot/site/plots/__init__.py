"""Pictures of the leaderboard as SVG. The only room that knows matplotlib, which takes a second to import."""
