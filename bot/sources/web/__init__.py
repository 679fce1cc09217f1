"""Fetching pages from public servers, politely."""
