"""Publishing: generated files and decisions on the default branch, and branches that the bot proposes."""
