"""Facts and contents of a pull request that tests change at one place each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.board.model.policy import Approvers, Bootstrap, ChangeClass, Disputes, Interests, Policy, Rule
from bot.github.facts import Comment, Facts, Person, PullRequest, Review, ReviewState, Role
from bot.governance.judgement import Judgement, judge
from bot.handlers.pull_request.authors import Authors
from bot.handlers.pull_request.case import EffectHistory, build_review_case
from bot.handlers.pull_request.facts import BaseRules, Contents

BOT = Person(41898282, "github-actions[bot]", is_bot=True)
AUTHOR = Person(1001, "example-author")
REVIEWER = Person(1002, "example-reviewer")
MAINTAINER = Person(1003, "example-maintainer")
READER = Person(1004, "example-reader")
HEAD, OLDER = "1" * 40, "2" * 40
EFFECT, OTHER_EFFECT = "e" * 20, "f" * 20
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ROLES = {REVIEWER.id: Role.WRITE, MAINTAINER.id: Role.MAINTAIN, READER.id: Role.READ, AUTHOR.id: Role.ADMIN}


_BY_MAINTAINERS = (ChangeClass.CODE, ChangeClass.RUBRIC, ChangeClass.GOVERNANCE)
POLICY = Policy(
    version="1.0.0",
    classes={
        each: Rule(
            title=each.replace("-", " "),
            meaning="What falls under it.",
            approvals=1,
            approvers=Approvers.MAINTAINERS if each in _BY_MAINTAINERS else Approvers.REVIEWERS,
        )
        for each in ChangeClass
    },
    interests=Interests(months=12, rival_approvals=1),
    bootstrap=Bootstrap(maintainers=3, approvals=1, wait_factor=2),
    disputes=Disputes(reply_days=14, panel=3, appeal_days=14, return_days=21),
)
RULES = BaseRules(POLICY, ("weights", "code"), frozenset({"example/one"}), frozenset({"example"}))


ALONE = Authors(frozenset({AUTHOR.id}))
"""The authors of a pull request that one person wrote."""


def pull(**changes: Any) -> PullRequest:
    """Return an open pull request of somebody who has contributed before."""
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
        created=NOW,
    )
    return replace(given, **changes)


def facts(*reviews: Review, comments: tuple[Comment, ...] = (), **changes: Any) -> Facts:
    """Return facts; `changes` are made to the pull request, except for these of the facts themselves."""
    own: dict[str, Any] = {key: changes.pop(key) for key in ("records", "timeline", "twins") if key in changes}
    own |= {key: changes.pop(key, None) for key in ("status", "annotated")}
    return Facts(
        bot=BOT.id,
        pull=pull(**changes),
        comments=comments,
        reviews=reviews,
        roles=ROLES,
        maintainers=3,
        **own,
    )


def review(author: Person, state: str, commit: str | None = HEAD, body: str = "") -> Review:
    """Return a review of the head."""
    return Review(author, ReviewState[state], commit, body, NOW)


def comment(body: str, author: Person = AUTHOR, number: int = 1, *, acknowledged: bool = False) -> Comment:
    """Return a comment."""
    return Comment(number, author, body, NOW, reactions=frozenset(["rocket"] * acknowledged))


def contents(**changes: Any) -> Contents:
    """Return a pull request that changes nothing."""
    return replace(
        Contents("0" * 40, HEAD, (), (), (), None, None, {}, frozenset(), "3" * 40, RULES, digest=EFFECT), **changes
    )


def judged(known: Facts, found: Contents) -> Judgement:
    """Return the judgement of a pull request, where one approval is enough and nobody has to wait."""
    return judge(build_review_case(known, found, NOW, EffectHistory(NOW), ALONE), found.rules.policy)
