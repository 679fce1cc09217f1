"""The issue of a dispute: its marker, and what is to be done in it and about the mark in the file. Pure.

An issue is a dispute's only where the bot itself wrote it and its first line is the marker. The rating that is disputed has
the issue's address (`disputed:`) until everything that was decided is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.github.actions import (
    AddLabels,
    CloseIssue,
    IssueAction,
    RemoveLabel,
    acknowledgements,
    own_comments,
    sticky_actions,
)
from bot.governance.dispute_marker import LABEL, DisputeMarker, dispute_in
from bot.handlers.disputes.admission import KnownDispute
from bot.handlers.disputes.state import PanelVerdict, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.board.model.rubric import Level
    from bot.github.facts import Comment, Issue
    from bot.handlers.disputes.state import Dispute

STAGES = {stage: f"dispute: {stage}" for stage in Stage}
LABELS = frozenset({LABEL, *STAGES.values()})
STICKY = "<!-- openness-bot:dispute-state -->"
"""The first line of the sticky comment."""
ENDED = "✅"
"""The beginning of its second line where the dispute is over."""
ASKED = "<!-- openness-bot:disputes-asked -->"
"""The first line of the sticky comment where somebody asked for disputes."""

# No run takes longer, see `timeout-minutes` in the workflows.
_AT_ONCE = timedelta(hours=1)


def mark_branch(number: int, *, marks: bool) -> str:
    """Return the branch of the pull request that sets the mark of a dispute, or that removes it."""
    return f"openness-bot/dispute-{number}" if marks else f"openness-bot/dispute-{number}-settled"


def known_disputes(issues: Iterable[Issue], bot: int) -> tuple[KnownDispute, ...]:
    """Return the disputes among these issues, the oldest first."""
    found = ((issue, dispute_in(issue, bot)) for issue in issues)
    return tuple(
        KnownDispute(issue.number, marker.question, marker.asker, issue.created, issue.closed)
        for issue, marker in sorted(found, key=lambda one: one[0].number)
        if marker is not None
    )


def first_of_its_kind(issue: Issue, known: Iterable[KnownDispute]) -> int | None:
    """Return the number of an older dispute about the same rating, which two runs at once may have opened.

    While `issue` is open, that has to be open too. When it is closed, it stays the twin of one that was opened just before.
    """
    known = list(known)
    own = next((one.question for one in known if one.number == issue.number), None)
    older = [
        one.number
        for one in known
        if one.question == own
        and one.number < issue.number
        and (one.closed is None if issue.is_open else issue.created - one.opened <= _AT_ONCE)
    ]
    return min(older, default=None)


@dataclass(frozen=True, slots=True)
class DisputeView:
    """A dispute, its issue and its rating at one moment."""

    issue: Issue
    marker: DisputeMarker
    dispute: Dispute
    level: Level | None
    """The level of the rating as the main branch has it now; None where there is no such rating any more."""
    disputed: str | None
    """The address at its `disputed:`."""

    @property
    def is_over(self) -> bool:
        """Whether the issue is closed and its mark is gone: later changes of the rating don't concern it."""
        return not self.issue.is_open and self.disputed != self.issue.url

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do: the dispute is final, and the rating says what was decided."""
        decision = self.dispute.decision
        if self.dispute.stage is not Stage.FINAL:
            return False
        return (
            self.is_over
            or decision is None
            or decision.ruling.verdict is not PanelVerdict.AMENDED
            or self.level in (None, decision.ruling.level)
        )

    @property
    def wanted_mark(self) -> str | None:
        """The address that should be at `disputed:` of the rating; None for no such line."""
        if not self.is_done:
            return self.issue.url
        # The mark of another dispute isn't removed by this one.
        return None if self.disputed == self.issue.url else self.disputed

    @property
    def is_marked_right(self) -> bool:
        """Whether there is nothing to propose."""
        return self.level is None or self.disputed == self.wanted_mark


def decide_dispute(view: DisputeView, comments: tuple[Comment, ...], bot: int, text: str) -> tuple[IssueAction, ...]:
    """Return everything that is to be done in the issue. `text` is what its sticky comment should say."""
    answers = acknowledgements((answer.comment, answer.effect) for answer in view.dispute.answers)
    own = [one.body.replace("\r", "") for one in own_comments(comments, bot, STICKY)]
    says_the_end = any(body.startswith(f"{STICKY}\n{ENDED}") for body in own)
    if view.is_over and STAGES[Stage.FINAL] in view.issue.labels and says_the_end:
        # The decision isn't written anew where somebody edits a vote afterwards, or loses the right to vote.
        return tuple(answers)
    return (
        *sticky_actions(comments, bot, STICKY, text),
        *_labels(view.issue, view.dispute.stage),
        *answers,
        *_closing(view),
    )


def decide_twin(issue: Issue, comments: tuple[Comment, ...], bot: int, text: str) -> tuple[IssueAction, ...]:
    """Return what is to be done in an issue whose question an older one asks already: it is closed."""
    closing = (CloseIssue(completed=False),) if issue.is_open else ()
    return (*sticky_actions(comments, bot, STICKY, text), *_labels(issue, Stage.FINAL), *closing)


def _labels(issue: Issue, stage: Stage) -> Iterator[IssueAction]:
    wanted = {LABEL, STAGES[stage]}
    if missing := tuple(sorted(wanted - issue.labels)):
        yield AddLabels(missing)
    yield from (RemoveLabel(label) for label in sorted((issue.labels & LABELS) - wanted))


def _closing(view: DisputeView) -> Iterator[IssueAction]:
    if view.issue.is_open and view.is_done:
        decision = view.dispute.decision
        yield CloseIssue(completed=decision is not None and decision.ruling.verdict is not PanelVerdict.REJECTED)
