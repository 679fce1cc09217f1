"""The record of decisions under `decisions/`, and the history of a rating."""
