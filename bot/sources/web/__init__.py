"""Asking other people's servers for pages: politely, and only public ones."""
