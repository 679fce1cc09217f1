"""The workflows in .github/: what they are allowed to be, and what happens when their steps are run in order."""
