"""The values of a leaderboard: assessments, rubric, policy, precedents, frameworks, paths. No I/O."""
