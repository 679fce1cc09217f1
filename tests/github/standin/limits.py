"""GitHub's limits on the length of texts that its description doesn't contain."""

from __future__ import annotations

from tests.github.standin.asking import invalid

BODY = 65_536
"""Characters of a comment, a review, an issue or a pull request."""
TITLE = 256
"""Characters of the title of an issue or a pull request."""
DESCRIPTION = 140
"""Characters of the description of a status."""
STATUSES = 1000
"""Statuses of one commit with one context."""


def body_within_limit(resource: str, body: str) -> None:
    """Refuse a text that is longer than `BODY`, and a comment that is blank."""
    if len(body) > BODY:
        raise invalid(resource, "data", f"Body is too long (maximum is {BODY} characters)", "unprocessable")
    if resource == "IssueComment" and not body.strip():
        raise invalid(resource, "data", "Body cannot be blank", "unprocessable")


def title_within_limit(resource: str, title: str) -> None:
    """Refuse a title that is blank or longer than `TITLE`."""
    if not title.strip():
        raise invalid(resource, "title", "title can't be blank", "missing_field")
    if len(title) > TITLE:
        raise invalid(resource, "title", f"title is too long (maximum is {TITLE} characters)")
