"""What a pull request comes to, as plain data for the comment, the status and the summary of the job."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bot.change import Change
    from bot.leaderboard import Leaderboard
    from bot.problem import Problem


class Outcome(StrEnum):
    """What a pull request comes to, in the order in which the first that holds is said."""

    CONFLICT = "conflict"
    """It can't be merged into its base any more."""
    TO_MEND = "to-mend"
    """Its author has problems to mend."""
    DRAFT = "draft"
    """All is well so far, and its author still works on it."""
    WAITING = "waiting"
    """All is well, and people have to decide."""
    READY = "ready"


class Requirement(NamedTuple):
    """One thing that must hold before the merge."""

    met: bool
    what: str
    """A phrase of ours without a full stop, such as `a reviewer has approved this state`."""
    people: tuple[str, ...] = ()
    """The logins by whom it is met, or who stand against it."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that there is to say of one head commit."""

    outcome: Outcome
    head: str
    base: str
    """The name of the base branch."""
    conflicts: tuple[str, ...]
    problems: tuple[Problem, ...]
    """Errors and warnings, ordered by place."""
    change: Change | None
    board: Leaderboard | None
    """The board with the pull request, where there is a change."""
    requirements: tuple[Requirement, ...]
    other_files: tuple[str, ...]
    """Changed files that are neither assessments nor the rubric: judged by CI and by maintainers."""
    welcome: bool
    """Whether it is its author's first contribution."""
