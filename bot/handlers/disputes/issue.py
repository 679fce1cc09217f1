"""What to do about the issue of a dispute: its state and what is in the files in, actions out. Pure.

An issue is a dispute's only where the bot itself wrote it and its first line is the marker. The rating that is disputed
bears the issue's address (`disputed:`) until all that was decided is done.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.rubric import Level
from bot.github.actions import (
    Acknowledge,
    AddLabels,
    CloseIssue,
    IssueAction,
    RemoveLabel,
    sticky_actions,
)
from bot.handlers.disputes.course import KnownDispute, Question, Stage, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.github.facts import Comment, Issue
    from bot.handlers.disputes.course import Dispute

LABEL = "dispute"
"""The label of every dispute, by which they are found."""
STAGES = {stage: f"dispute: {stage}" for stage in Stage}
"""The labels by where a dispute stands."""
LABELS = frozenset({LABEL, *STAGES.values()})
"""All labels that the bot sets and takes away in disputes."""
STICKY = "<!-- openness-bot:dispute-state -->"
"""The first line of the sticky comment."""
ENDED = "✅"
"""With this it goes on where the dispute is over."""
ASKED = "<!-- openness-bot:disputes-asked -->"
"""The first line of the sticky comment where somebody asked for disputes."""
MOST_ACKNOWLEDGEMENTS = 5
"""The newest commands. Whoever writes a hundred gets no hundred answers."""

# No run takes longer, see `timeout-minutes` in the workflows.
_AT_ONCE = timedelta(hours=1)
_MARKER = re.compile(
    r"<!-- openness-bot:dispute (?P<model>[a-z0-9.-]{1,64}/[a-z0-9.-]{1,64}) (?P<criterion>[a-z0-9_-]{1,64})"
    r" (?P<asker>[1-9][0-9]{0,18})"
    rf" (?P<level>{'|'.join(Level)}) -->"
)


# ---- whether it is one -----------------------------------------------------------------------------------------------


class Marked(NamedTuple):
    """What the first line of a dispute's issue says."""

    question: Question
    asker: int
    """The id of who asked."""
    level: Level
    """What the rating said when it was opened."""


def marker(marked: Marked) -> str:
    """The first line of a dispute's issue."""
    question = marked.question
    return f"<!-- openness-bot:dispute {question.model} {question.criterion} {marked.asker} {marked.level} -->"


def dispute_in(issue: Issue, bot: int) -> Marked | None:
    """What an issue disputes; None where it isn't the bot's own."""
    found = _MARKER.fullmatch(issue.body.split("\n", 1)[0].rstrip("\r"))
    if found is None or issue.author.id != bot or issue.is_pull:
        return None
    return Marked(Question(found["model"], found["criterion"]), int(found["asker"]), Level(found["level"]))


def mark_branch(number: int, *, marks: bool) -> str:
    """The branch from which the mark of a dispute is proposed, or that it is taken away."""
    return f"openness-bot/dispute-{number}" if marks else f"openness-bot/dispute-{number}-settled"


def known_disputes(issues: Iterable[Issue], bot: int) -> tuple[KnownDispute, ...]:
    """The disputes among these issues, the oldest first."""
    found = ((issue, dispute_in(issue, bot)) for issue in issues)
    return tuple(
        KnownDispute(issue.number, marked.question, marked.asker, issue.created, issue.closed)
        for issue, marked in sorted(found, key=lambda one: one[0].number)
        if marked is not None
    )


# ---- the mark in the file --------------------------------------------------------------------------------------------


class Standing(NamedTuple):
    """What the main branch says of the rating now."""

    level: Level | None
    """None where there is no such rating any more."""
    disputed: str | None
    """The address under its `disputed:`."""
    is_over: bool = False
    """Whether the issue is closed and its mark is gone: what becomes of the rating later is no more business of it."""


def is_done(dispute: Dispute, standing: Standing) -> bool:
    """Whether nothing is left to do: it is final, and the rating says what was decided."""
    decision = dispute.decision
    if dispute.stage is not Stage.FINAL:
        return False
    return (
        standing.is_over
        or decision is None
        or decision.ruling.verdict is not Verdict.AMENDED
        or standing.level in (None, decision.ruling.level)
    )


def wanted_mark(dispute: Dispute, standing: Standing, url: str) -> str | None:
    """What `disputed:` of the rating should say, where `url` is this dispute's address."""
    if not is_done(dispute, standing):
        return url
    # The mark of another dispute isn't this one's to take away.
    return None if standing.disputed == url else standing.disputed


def is_marked_right(dispute: Dispute, standing: Standing, url: str) -> bool:
    """Whether there is nothing to propose."""
    return standing.level is None or standing.disputed == wanted_mark(dispute, standing, url)


def first_of_its_kind(issue: Issue, known: Iterable[KnownDispute]) -> int | None:
    """The number of an older dispute about the same rating, which two runs at once may have left; None as a rule.

    While `issue` is open, of one that is open too. When it is closed, it stays the twin of one that was opened just before.
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


# ---- what to do ------------------------------------------------------------------------------------------------------


def decide_dispute(
    issue: Issue, comments: tuple[Comment, ...], bot: int, dispute: Dispute, standing: Standing, text: str
) -> tuple[IssueAction, ...]:
    """Everything that is to be done in the issue. `text` is what its sticky comment should say."""
    if standing.is_over and STAGES[Stage.FINAL] in issue.labels and _has_said_the_end(comments, bot):
        # What was decided isn't said anew where somebody edits a vote afterwards, or leaves the people who may vote.
        return tuple(_acknowledgements(dispute))
    return (
        *sticky_actions(comments, bot, STICKY, text),
        *_labels(issue, dispute.stage),
        *_acknowledgements(dispute),
        *_closing(issue, dispute, standing),
    )


def _has_said_the_end(comments: tuple[Comment, ...], bot: int) -> bool:
    return any(one.author.id == bot and one.body.replace("\r", "").startswith(f"{STICKY}\n{ENDED}") for one in comments)


def decide_twin(issue: Issue, comments: tuple[Comment, ...], bot: int, text: str) -> tuple[IssueAction, ...]:
    """What is to be done in an issue whose question an older one asks already: it is closed."""
    closing = (CloseIssue(completed=False),) if issue.is_open else ()
    return (*sticky_actions(comments, bot, STICKY, text), *_labels(issue, Stage.FINAL), *closing)


def _labels(issue: Issue, stage: Stage) -> Iterator[IssueAction]:
    wanted = {LABEL, STAGES[stage]}
    if missing := tuple(sorted(wanted - issue.labels)):
        yield AddLabels(missing)
    yield from (RemoveLabel(label) for label in sorted((issue.labels & LABELS) - wanted))


def _acknowledgements(dispute: Dispute) -> Iterator[IssueAction]:
    said = list(dict.fromkeys((answer.comment, answer.effect) for answer in dispute.answers))
    for comment, effect in said[-MOST_ACKNOWLEDGEMENTS:]:
        if effect not in comment.reactions:
            yield Acknowledge(comment.id, effect)


def _closing(issue: Issue, dispute: Dispute, standing: Standing) -> Iterator[IssueAction]:
    if issue.is_open and is_done(dispute, standing):
        decision = dispute.decision
        yield CloseIssue(completed=decision is not None and decision.ruling.verdict is not Verdict.REJECTED)
