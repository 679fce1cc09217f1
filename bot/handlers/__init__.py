"""What the bot does when something happens: one package per kind of event."""
