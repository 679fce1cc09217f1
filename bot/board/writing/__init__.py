"""Assessment files as text: new ones, and one changed rating in a file that otherwise keeps its form. No I/O."""
