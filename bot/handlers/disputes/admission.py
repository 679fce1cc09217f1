"""Whether a rating may be disputed: limits for each person and for all, and the time before a question returns. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from bot.governance.dispute_marker import Question

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.board.model.policy import Policy
    from bot.governance.conversation import DisputeRequest


class KnownDispute(NamedTuple):
    """A dispute that is open or was closed."""

    number: int
    question: Question
    asker: int
    opened: datetime
    closed: datetime | None
    """When it ended: when its issue was closed."""


class AlreadyOpen(NamedTuple):
    """The same question is being decided."""

    number: int


class ReturnsLater(NamedTuple):
    """The same question was decided not long ago."""

    number: int
    until: datetime
    """From then on it may be asked again."""


class TooManyDisputes(NamedTuple):
    """The person who asks, or everybody together, has as many open disputes as are allowed."""

    most: int
    of_all: bool = False
    """Whether everybody has them together, not this person alone."""


class MayOpen(NamedTuple):
    """The dispute may be opened."""


class DisputeOpened(NamedTuple):
    """A dispute about the question was opened since it was asked for."""

    number: int


Admission: TypeAlias = MayOpen | AlreadyOpen | ReturnsLater | TooManyDisputes
RequestResult: TypeAlias = DisputeOpened | Admission

MOST_OPEN = 3
"""Open disputes of one person at a time: each costs three people and a developer their time."""
MOST_OPEN_OF_ALL = 50
"""Open disputes of everybody together, so that a crowd of new accounts can't bury the reviewers."""


def admit(question: Question, asker: int, known: Sequence[KnownDispute], at: datetime, policy: Policy) -> Admission:
    """Return whether somebody may dispute a rating at that instant.

    The result for an instant stays the same, whatever is opened and closed later.
    """
    still = [dispute for dispute in known if dispute.closed is None or at < dispute.closed]
    for dispute in still:
        if dispute.question == question and dispute.opened <= at:
            return AlreadyOpen(dispute.number)
    wait = timedelta(days=policy.disputes.return_days)
    ended = [(one.closed + wait, one.number) for one in known if one.question == question and one.closed is not None]
    if before := [(until, number) for until, number in ended if until - wait <= at < until]:
        until, number = max(before)
        return ReturnsLater(number, until)
    # Those that were opened since count as well, or a long list of requests in one comment would be fulfilled bit by bit.
    own = [dispute for dispute in still if dispute.asker == asker]
    if len(own) >= MOST_OPEN:
        return TooManyDisputes(MOST_OPEN)
    return TooManyDisputes(MOST_OPEN_OF_ALL, of_all=True) if len(still) >= MOST_OPEN_OF_ALL else MayOpen()


def answer_request(request: DisputeRequest, known: Sequence[KnownDispute], policy: Policy) -> RequestResult:
    """Return the result of a `/dispute` in a comment, as of when it was written."""
    question, at = Question(request.model, request.criterion), request.comment.at
    return opened_since(question, known, at) or admit(question, request.comment.author.id, known, at, policy)


def opened_since(question: Question, known: Sequence[KnownDispute], at: datetime) -> DisputeOpened | None:
    """Return the first dispute about a question that was opened at that instant or later."""
    since = [dispute.number for dispute in known if dispute.question == question and dispute.opened >= at]
    return DisputeOpened(min(since)) if since else None


class DisputeForm(NamedTuple):
    """A dispute that a form asks for. The reason is as it was written: hostile."""

    model: str
    criterion: str
    reason: str
    url: str | None
