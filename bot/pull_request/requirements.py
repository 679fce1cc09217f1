"""Who has to agree before a pull request may be merged: the reviews that count, and what is still missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.pull_request.facts import ReviewState, Role
from bot.pull_request.report import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.pull_request.facts import Facts, Review

_REVIEWERS = (Role.WRITE, Role.MAINTAIN, Role.ADMIN)
_MAINTAINERS = (Role.MAINTAIN, Role.ADMIN)


def requirements(facts: Facts, *, by_maintainer: bool) -> tuple[Requirement, ...]:
    """What people have to do, met or not. `by_maintainer` says that a reviewer's approval is not enough."""
    latest = {review.author.id: review for review in _decisive(facts)}
    approvals = [
        review
        for review in latest.values()
        if review.state is ReviewState.APPROVED and review.commit == facts.pull.head
    ]
    objections = [review for review in latest.values() if review.state is ReviewState.CHANGES_REQUESTED]
    approvers = _logins(facts, approvals, _MAINTAINERS if by_maintainer else _REVIEWERS)
    who = "a maintainer" if by_maintainer else "a reviewer"
    found = [Requirement(bool(approvers), f"{who} approves this commit", approvers)]
    if opponents := _logins(facts, objections, _REVIEWERS):
        found.append(Requirement(False, "whoever asked for changes approves or withdraws the request", opponents))
    return tuple(found)


def _decisive(facts: Facts) -> Iterator[Review]:
    """The reviews that say yes or no or have been dismissed, by people other than the author."""
    for review in facts.reviews:
        own = review.author.id == facts.pull.author.id
        if review.state is not ReviewState.COMMENTED and not review.author.is_bot and not own:
            yield review


def _logins(facts: Facts, reviews: list[Review], roles: tuple[Role, ...]) -> tuple[str, ...]:
    return tuple(sorted(review.author.login for review in reviews if facts.roles.get(review.author.id) in roles))
