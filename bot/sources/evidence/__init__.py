"""The cited pages: what they say, whether a quote stands in it, and what is remembered of them between runs."""
