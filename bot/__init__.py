"""openness-bot: checks, ranks and publishes evidence-backed assessments of how open AI models really are."""
