"""How text is made harmless and told apart: escaping, markers, translations."""
