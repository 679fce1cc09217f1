"""Facts and contents of a pull request that tests change at one place each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.pull_request.facts import Comment, Contents, Facts, Person, PullRequest, Review, ReviewState, Role

BOT = Person(41898282, "github-actions[bot]", is_bot=True)
AUTHOR = Person(1001, "example-author")
REVIEWER = Person(1002, "example-reviewer")
MAINTAINER = Person(1003, "example-maintainer")
READER = Person(1004, "example-reader")
HEAD, OLDER = "1" * 40, "2" * 40
ROLES = {REVIEWER.id: Role.WRITE, MAINTAINER.id: Role.MAINTAIN, READER.id: Role.READ, AUTHOR.id: Role.ADMIN}


def pull(**changes: Any) -> PullRequest:
    """An open pull request of somebody who has contributed before."""
    given = PullRequest(
        number=7,
        head=HEAD,
        base="main",
        into_default=True,
        is_open=True,
        is_draft=False,
        author=AUTHOR,
        is_first=False,
        is_our_own=False,
        labels=frozenset(),
    )
    return replace(given, **changes)


def facts(*reviews: Review, comments: tuple[Comment, ...] = (), **changes: Any) -> Facts:
    """What GitHub says; `changes` are made to the pull request, but for `status` and `annotated`."""
    own = {key: changes.pop(key, None) for key in ("status", "annotated")}
    return Facts(bot=BOT.id, pull=pull(**changes), comments=comments, reviews=reviews, roles=ROLES, **own)


def review(author: Person, state: str, commit: str | None = HEAD, body: str = "") -> Review:
    """A review of the head."""
    return Review(author, ReviewState[state], commit, body)


def comment(body: str, author: Person = AUTHOR, number: int = 1, *, acknowledged: bool = False) -> Comment:
    """A comment."""
    return Comment(number, author, body, acknowledged)


def contents(**changes: Any) -> Contents:
    """A pull request that changes nothing."""
    return replace(Contents("0" * 40, HEAD, (), (), (), None, None, {}, frozenset()), **changes)
