"""The `git` program, and the differences between commits that nobody trusts."""
