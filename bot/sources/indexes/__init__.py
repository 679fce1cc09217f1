"""Other indexes of openness: their listings, drafts from them, and their agreement with this board."""
