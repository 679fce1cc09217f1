"""Programs for the maintenance of this repository. The bot doesn't need them."""
