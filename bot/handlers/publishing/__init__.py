"""Publication of generated files and decisions, and pull requests of the bot's own."""
