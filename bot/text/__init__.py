"""Text: escaping, shaping, markers of generated parts, translations."""
