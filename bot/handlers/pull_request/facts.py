"""Facts about a pull request from git, as plain data: its changes, their problems, and the rules of the base branch.

Together with GitHub's facts (`bot.github.facts`) they are all that is known about one head commit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.problem import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.board.model.policy import Policy
    from bot.board.model.problem import Problem
    from bot.board.ranking.change import Change, ModelChange
    from bot.board.ranking.leaderboard import Leaderboard
    from bot.handlers.pull_request.accounts import DeclaredAccount
    from bot.handlers.pull_request.links import JudgedLink


class ChangedFile(NamedTuple):
    """Path that the pull request changes, as git lists it."""

    path: str
    mode_before: str
    """The mode as git writes it; 000000 for a new file."""
    mode: str
    """000000 for a deleted file."""
    size: int
    """In bytes; 0 for anything but a plain file, and for a deleted one."""
    id: str = ""
    """The id of the blob; zeros for a deleted file."""
    id_before: str = ""
    """The id of the blob before; zeros for a new file."""


class ChangedCitation(NamedTuple):
    """Piece of evidence with a link or quote that is new for its model."""

    path: str
    line: int
    """The line with the link in the merged file, from 1; 1 where it is written in another way."""
    excerpt: str
    """That line; empty where it isn't known."""
    model: str
    criterion: str
    url: str
    quote: str | None
    archived: str | None


@dataclass(frozen=True, slots=True)
class BaseRules:
    """Policy of the base branch, and the names that commands may use."""

    policy: Policy
    criteria: tuple[str, ...]
    """The ids of the rubric's criteria."""
    models: frozenset[str]
    """The ids of the models on the base branch."""
    developers: frozenset[str]
    """The folders of developers, those that the pull request adds included."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Changes of the head, and their effects on the board at the tip of the base branch."""

    base: str
    """The commit at the tip of the base branch."""
    head: str
    changed: tuple[ChangedFile, ...]
    conflicts: tuple[str, ...]
    """Paths that conflict with the base; while there are any, nothing else is judged."""
    problems: tuple[Problem, ...]
    """The problems of all changes, ordered by place."""
    change: Change | None
    """None where nothing that the board is made from changes, or the change isn't known yet."""
    board: Leaderboard | None
    """The board with the pull request."""
    lines: Mapping[str, frozenset[int]]
    """By path of a problem with a fix: the lines of the head that GitHub shows, and which take comments."""
    moved: frozenset[str]
    """Changed paths whose merge result differs from the head, so that lines of problems aren't the head's."""
    tree: str
    """The tree of the merge result; empty where there is none."""
    rules: BaseRules
    """The rules of the base branch."""
    organisations: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By folder, all folders of the same organisation, before or after the merge; only where there are several."""
    accounts: tuple[DeclaredAccount, ...] = ()
    """The accounts that a changed policy names anew."""
    digest: str = ""
    """The digest of what the merge does to the base branch."""
    citations: tuple[ChangedCitation, ...] = ()
    """The evidence with a new link or quote, in files without errors; none where the policy doesn't ask for it."""
    links: tuple[JudgedLink, ...] = ()
    """The same evidence with what is known of its pages, once that was looked up."""

    @property
    def models(self) -> Sequence[ModelChange]:
        """Return the models that change on the board."""
        return self.change.models if self.change else ()

    @property
    def has_errors(self) -> bool:
        """Return whether anything has to be fixed."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def effect(self) -> str:
        """Return the digest of the effect; empty with conflicts or errors, which leave it open. Without it nothing is ready."""
        return "" if self.conflicts or self.has_errors else self.digest
