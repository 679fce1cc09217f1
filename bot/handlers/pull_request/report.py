"""What a pull request comes to, as plain data for the comment, the status and the summary of the job."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.governance.judgement import ConditionKind

if TYPE_CHECKING:
    from bot.board.model.policy import Policy
    from bot.board.model.problem import Problem
    from bot.board.ranking.change import Change
    from bot.board.ranking.leaderboard import Leaderboard
    from bot.governance.judgement import Condition, Judgement


OBJECTIONS = (ConditionKind.HOLD, ConditionKind.CHANGES_REQUESTED, ConditionKind.CONCERN)
"""What people have said against a pull request."""


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
    judgement: Judgement | None
    """What governance says; None in a merge queue, where people have agreed already."""
    policy: Policy
    other_files: tuple[str, ...]
    """Changed files that are neither assessments nor the rubric: judged by CI and by maintainers."""
    welcome: bool
    """Whether it is its author's first contribution."""
    korean: bool = False
    """Whether to say it in Korean too."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What must hold before the merge, as far as it matters yet: while there is something to mend, only objections."""
        if self.judgement is None:
            return ()
        if self.outcome in (Outcome.CONFLICT, Outcome.TO_MEND):
            return tuple(one for one in self.judgement.conditions if one.kind in OBJECTIONS and not one.met)
        return self.judgement.conditions
