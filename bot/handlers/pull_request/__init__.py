"""Answering a pull request: facts -> decision -> actions. Pure but for `contents`, which asks git."""
