"""`python -m bot` is `openness-bot`."""

from bot.cli import run

run()
