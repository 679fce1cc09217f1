"""Report on a pull request, as plain data for the comment, the status and the summary of the job."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.board.model.problem import Severity
from bot.governance.judgement import ConditionKind
from bot.text.catalogue import SOURCE

if TYPE_CHECKING:
    from bot.board.model.problem import Problem
    from bot.github.facts import PullRequest
    from bot.governance.judgement import Condition, Judgement
    from bot.handlers.pull_request.facts import Contents


OBJECTIONS = (
    ConditionKind.HOLD,
    ConditionKind.ALTERED_WORDS,
    ConditionKind.ROLES_UNKNOWN,
    ConditionKind.CHANGES_REQUESTED,
    ConditionKind.CONCERN,
)
"""The kinds of conditions by which people object to a pull request."""


class Outcome(StrEnum):
    """Outcome of judging a pull request: the first one that applies."""

    CONFLICT = "conflict"
    """It has conflicts with its base."""
    TO_FIX = "to-fix"
    """It has problems that its author has to fix."""
    DRAFT = "draft"
    """It has no problems so far, and its author still works on it."""
    WAITING = "waiting"
    """It has no problems, and people have to decide."""
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Report:
    """Everything to report on one head commit."""

    outcome: Outcome
    pull: PullRequest
    contents: Contents
    judgement: Judgement
    language: str = SOURCE
    """The language of its author; the comment is in English too."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Return the problems that have to be fixed."""
        return tuple(problem for problem in self.contents.problems if problem.severity is Severity.ERROR)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Return the conditions to report: while there is something to fix, only what stands against it as well."""
        if self.outcome is Outcome.CONFLICT or self.errors or self.outcome is Outcome.TO_FIX:
            shown = (*OBJECTIONS, ConditionKind.SHARED_COMMIT, ConditionKind.SPENT_COMMIT)
            return tuple(one for one in self.judgement.conditions if one.kind in shown and not one.met)
        return self.judgement.conditions

    @property
    def sharing(self) -> tuple[int, ...]:
        """Return the numbers of all pull requests that have this commit; empty where this is the only one."""
        return next((one.pulls for one in self.conditions if one.kind is ConditionKind.SHARED_COMMIT), ())
