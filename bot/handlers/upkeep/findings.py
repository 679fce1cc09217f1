"""What to do about the one issue that says which evidence needs mending: what was found in, an action out. Pure.

It is the bot's own by its author, its label and its first line, edited only when its text is another one, closed when
nothing is left, and opened again when something is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from bot.sources.evidence.report import LinkState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.github.facts import Issue
    from bot.sources.evidence.report import CheckedEvidence
    from bot.sources.hub.drift import HubChange

LABEL = "evidence"
"""By which the issue is found."""
TITLE = "Evidence that needs mending"
MARKER = "<!-- openness-bot:evidence -->"
"""Its first line."""
HUB_BEGIN, HUB_END = "<!-- openness-bot:hub -->", "<!-- /openness-bot:hub -->"
"""Around what it says of the hub."""


# ---- what was found --------------------------------------------------------------------------------------------------


class Fault(IntEnum):
    """What is the matter with a cited page, the gravest first."""

    DEAD = 1
    """It failed often enough, for long enough."""
    CHANGED = 2
    """It no longer says what it is quoted with."""
    MOVED = 3
    """It is somewhere else for good."""


def fault_of(checked: CheckedEvidence) -> Fault | None:
    """What somebody has to mend about a piece of evidence; None where nothing, or not yet."""
    if checked.dead:
        return Fault.DEAD
    if checked.state is LinkState.CHANGED:
        return Fault.CHANGED
    return Fault.MOVED if checked.state is LinkState.MOVED and checked.place else None


def is_failing(checked: CheckedEvidence) -> bool:
    """Whether a page was gone or silent when it was asked for last, but not for long enough to say so."""
    return not checked.dead and checked.state in (LinkState.GONE, LinkState.UNREACHABLE)


class Finding(NamedTuple):
    """One piece of evidence that needs mending. Words of pages stand in it as they were: hostile."""

    fault: Fault
    checked: CheckedEvidence
    line: int | None = None
    """Where its address stands in the file, from 1."""
    obstacle: str = ""
    """Why no pull request mends it, for a page that moved."""


class OfModel(NamedTuple):
    """The findings about one model."""

    id: str
    name: str
    findings: tuple[Finding, ...]
    """The gravest first, then in the order of the file."""
    people: tuple[str, ...] = ()
    """The logins of those who decided on it last: they know it."""

    @property
    def weight(self) -> tuple[int, str]:
        """By which models are ordered."""
        return min(finding.fault for finding in self.findings), self.id


@dataclass(frozen=True, slots=True)
class Upkeep:
    """All that needs somebody."""

    models: tuple[OfModel, ...] = ()
    """Those with the gravest findings first."""
    failing: int = 0
    """How many pages fail, but haven't for long enough."""
    hub: tuple[HubChange, ...] | None = ()
    """What has changed on the hub, by model; None where that isn't known."""
    unasked: int = 0
    """About how many models the hub gave no answer."""
    pull: int | None = None
    """The pull request that mends pages that moved."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing that was asked for needs anybody."""
        return not self.models and not self.hub


# ---- what to do ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenIssue:
    """The issue, which isn't there yet."""

    title: str
    body: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditIssue:
    """Another text for the issue, and whether it is open from then on."""

    number: int
    body: str
    is_open: bool
    was_open: bool


@dataclass(frozen=True, slots=True)
class CloseTwin:
    """The end of a second issue, which two runs at once may have left."""

    number: int


UpkeepAction: TypeAlias = OpenIssue | EditIssue | CloseTwin


def own_issues(issues: Iterable[Issue], bot: int) -> list[Issue]:
    """The bot's own issues about evidence, the one to go on with first: of the open ones, or else of all, the oldest."""
    own = [
        issue
        for issue in issues
        if issue.author.id == bot and not issue.is_pull and issue.body.partition("\n")[0].rstrip("\r") == MARKER
    ]
    return sorted(own, key=lambda issue: (not issue.is_open, issue.number))


def decide_upkeep(own: list[Issue], upkeep: Upkeep, body: str) -> tuple[UpkeepAction, ...]:
    """What is to be done. `own` are the bot's issues in order, `body` is what the first of them should say.

    An issue that a person closed as not planned stays closed: that is how people switch it off.
    """
    twins = tuple(CloseTwin(issue.number) for issue in own[1:] if issue.is_open)
    if not own:
        return () if upkeep.is_empty else (OpenIssue(TITLE, body, (LABEL,)),)
    issue = own[0]
    if upkeep.is_empty:
        # Where the hub wasn't asked, what it said before still holds.
        says_more = upkeep.hub is None and hub_part(issue.body) != ""
        if not issue.is_open:
            return ()
        # What fails may be what was broken before, of which all was forgotten. Within days it is fine or dead.
        if not says_more and not upkeep.failing:
            return (EditIssue(issue.number, body, is_open=False, was_open=True), *twins)
    elif issue.is_given_up:
        return twins
    # GitHub gives texts back without the white space at their end.
    if issue.is_open and issue.body.replace("\r\n", "\n").rstrip() == body.rstrip():
        return twins
    return (EditIssue(issue.number, body, is_open=True, was_open=issue.is_open), *twins)


def hub_part(body: str) -> str:
    """What an issue says of the hub, for a run that doesn't ask it; empty where nothing."""
    text = body.replace("\r\n", "\n")
    begun = text.partition(f"{HUB_BEGIN}\n")[2]
    return begun.partition(f"\n{HUB_END}")[0] if HUB_END in begun else ""
