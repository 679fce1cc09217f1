"""Assessment files as text: a new one, and one rating changed in a file that otherwise keeps its form. Pure."""
