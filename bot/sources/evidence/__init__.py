"""Cited pages: their text, the search for quotes, and the results that are kept between runs."""
