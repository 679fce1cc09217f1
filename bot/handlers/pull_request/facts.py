"""What is known about a pull request: what GitHub says (`Facts`) and what git says (`Contents`), bound to one head commit.

Plain data. Nothing here is believed beyond what it is: titles, descriptions and names are not even kept, and people are
known by their ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.board.model.policy import Policy
    from bot.board.model.problem import Problem
    from bot.board.ranking.change import Change
    from bot.board.ranking.leaderboard import Leaderboard


class ChangedFile(NamedTuple):
    """A path that the pull request changes, as git lists it."""

    path: str
    mode_before: str
    """As git writes it; 000000 for a new file."""
    mode: str
    """000000 for a deleted file."""
    size: int
    """In bytes; 0 for what is no plain file, or is deleted."""
    id: str = ""
    """Of the blob."""


@dataclass(frozen=True, slots=True)
class BaseRules:
    """What the base branch says about who decides what, and what people can speak of."""

    policy: Policy
    criteria: tuple[str, ...]
    """The ids of the rubric's criteria."""
    models: frozenset[str]
    """The ids of the models on the base branch."""
    developers: frozenset[str]
    """The folders of developers, with those that the pull request brings along."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What git says: what the head changes, and what that does to the board at the tip of the base branch."""

    base: str
    """The commit at the tip of the base branch."""
    head: str
    changed: tuple[ChangedFile, ...]
    conflicts: tuple[str, ...]
    """Paths that can't be merged into the base; nothing else could be judged while there are any."""
    problems: tuple[Problem, ...]
    """Of everything that the pull request changes, ordered by place."""
    change: Change | None
    """None where nothing that the board is made of changes, or it can't be told yet."""
    board: Leaderboard | None
    """The board with the pull request."""
    lines: Mapping[str, frozenset[int]]
    """By path, where anything can be mended mechanically: the lines of the head that GitHub shows, which take comments."""
    moved: frozenset[str]
    """Changed paths that merged are not what the head has, so that the lines of their problems aren't the head's either."""
    tree: str
    """The tree that the merge gives; empty where it can't be told."""
    rules: BaseRules
    """By what the base branch has it judged."""
