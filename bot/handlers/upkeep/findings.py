"""The one issue about evidence that needs fixing: what was found, and what to do about the issue. Pure.

It is recognised as the bot's by its author, its label and its first line. It is edited only when its text changes, closed
when nothing is left, and opened again when something is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from bot.sources.evidence.report import CheckedEvidence, LinkState
from bot.text.catalogue import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.github.facts import Issue
    from bot.sources.evidence.report import CheckedEvidence
    from bot.sources.hub.drift import HubChange

LABEL = "evidence"
TITLE = _("Evidence that needs fixing")
MARKER = "<!-- openness-bot:evidence -->"
HUB_BEGIN, HUB_END = "<!-- openness-bot:hub -->", "<!-- /openness-bot:hub -->"
"""The lines around the issue's part about the hub."""


class Fault(IntEnum):
    """The faults of a cited page, the most serious first."""

    DEAD = 1
    """It failed often enough, for long enough."""
    CHANGED = 2
    """It no longer contains the quote."""
    MOVED = 3


def fault_of(checked: CheckedEvidence) -> Fault | None:
    """Return what somebody has to fix about a piece of evidence; None for nothing, or not yet."""
    if checked.dead:
        return Fault.DEAD
    if checked.state is LinkState.CHANGED:
        return Fault.CHANGED
    return Fault.MOVED if checked.state is LinkState.MOVED and checked.place else None


def is_failing(checked: CheckedEvidence) -> bool:
    """Return whether a page failed when it was fetched last, but not for long enough to call it dead."""
    return not checked.dead and checked.state in (LinkState.GONE, LinkState.UNREACHABLE)


class EvidenceFinding(NamedTuple):
    """A piece of evidence that needs fixing. It contains words of pages as they were: hostile."""

    fault: Fault
    checked: CheckedEvidence
    line: int | None = None
    """The line of its address in the file, from 1."""
    obstacle: str = ""
    """Why no pull request fixes it, for a page that moved."""


class ModelFindings(NamedTuple):
    """The findings about one model."""

    id: str
    name: str
    findings: tuple[EvidenceFinding, ...]
    """The most serious first, then in the order of the file."""
    people: tuple[str, ...] = ()
    """The logins of those who last decided on the model."""

    @property
    def weight(self) -> tuple[int, str]:
        """The key by which models are sorted."""
        return min(finding.fault for finding in self.findings), self.id


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Everything that needs fixing."""

    models: tuple[ModelFindings, ...] = ()
    """Those with the most serious findings first."""
    failing: int = 0
    """The number of pages that fail, but not for long enough."""
    hub: tuple[HubChange, ...] | None = ()
    """The changes on the hub, sorted by model; None where they aren't known."""
    unasked: int = 0
    """The number of models about which the hub gave no answer."""
    pull: int | None = None
    """The number of the pull request that fixes pages that moved."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing that was checked needs fixing."""
        return not self.models and not self.hub


@dataclass(frozen=True, slots=True)
class OpenIssue:
    """Opens the issue."""

    title: str
    body: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditIssue:
    """Replaces the text of the issue, and opens or closes it."""

    number: int
    body: str
    is_open: bool
    was_open: bool


@dataclass(frozen=True, slots=True)
class CloseTwin:
    """Closes a second issue, which two runs at once may have opened."""

    number: int


UpkeepAction: TypeAlias = OpenIssue | EditIssue | CloseTwin


def own_issues(issues: Iterable[Issue], bot: int) -> list[Issue]:
    """Return the bot's own issues about evidence, the one to use first: of the open ones, or else of all, the oldest."""
    own = [
        issue
        for issue in issues
        if issue.author.id == bot and not issue.is_pull and issue.body.partition("\n")[0].rstrip("\r") == MARKER
    ]
    return sorted(own, key=lambda issue: (not issue.is_open, issue.number))


def decide_upkeep(own: list[Issue], upkeep: Upkeep, body: str) -> tuple[UpkeepAction, ...]:
    """Return what is to be done. `own` are the bot's issues in order, `body` is the text that the first should have.

    An issue that a person closed as not planned stays closed: that is how people switch it off.
    """
    twins = tuple(CloseTwin(issue.number) for issue in own[1:] if issue.is_open)
    if not own:
        return () if upkeep.is_empty else (OpenIssue(TITLE, body, (LABEL,)),)
    issue = own[0]
    if upkeep.is_empty:
        # Where the hub wasn't asked, the part about it still holds.
        says_more = upkeep.hub is None and hub_part(issue.body) != ""
        if not issue.is_open:
            return ()
        # A page that fails may be one that was dead before its history was lost. Within days it is fine or dead.
        if not says_more and not upkeep.failing:
            return (EditIssue(issue.number, body, is_open=False, was_open=True), *twins)
    elif issue.is_given_up:
        return twins
    # GitHub gives texts back without the white space at their end.
    if issue.is_open and issue.body.replace("\r\n", "\n").rstrip() == body.rstrip():
        return twins
    return (EditIssue(issue.number, body, is_open=True, was_open=issue.is_open), *twins)


def hub_part(body: str) -> str:
    """Return the part of an issue about the hub, for a run that doesn't ask it; empty where there is none."""
    text = body.replace("\r\n", "\n")
    begun = text.partition(f"{HUB_BEGIN}\n")[2]
    return begun.partition(f"\n{HUB_END}")[0] if HUB_END in begun else ""
