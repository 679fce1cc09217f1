"""What a leaderboard is: values, strict reading, scores and ranks, changing a rating in a file, the 2025 study."""
