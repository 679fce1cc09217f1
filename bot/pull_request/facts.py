"""What is known about a pull request: what GitHub says (`Facts`) and what git says (`Contents`), bound to one head commit.

Plain data. Nothing here is believed beyond what it is: titles, descriptions and names are not even kept, and people are
known by their ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.change import Change
    from bot.governance.facts import Comment, Person, Review, Role
    from bot.governance.policy import Policy
    from bot.leaderboard import Leaderboard
    from bot.problem import Problem


class State(StrEnum):
    """The states of a commit status."""

    SUCCESS = "success"
    FAILURE = "failure"
    PENDING = "pending"
    """Waiting for people."""
    ERROR = "error"
    """The bot failed; not the contributor's fault."""


class Merged(NamedTuple):
    """How a pull request was merged."""

    at: datetime
    by: Person
    commit: str | None
    """The commit that GitHub names for it; None when there is none any more."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request as it was when the run began."""

    number: int
    head: str
    """The commit that everything is bound to."""
    base: str
    """The name of the branch that it is to be merged into."""
    into_default: bool
    """Whether that is the repository's default branch."""
    is_open: bool
    is_draft: bool
    author: Person
    is_first: bool
    """Whether its author has contributed nothing yet."""
    is_our_own: bool
    """Whether it is the publishing run's: from its fixed branch, in this repository, opened by the bot."""
    labels: frozenset[str]
    created: datetime
    merged: Merged | None = None
    """None while it isn't merged."""
    title: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """The bot's latest commit status on the head."""

    state: State
    description: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What GitHub says."""

    bot: int
    """The id of the account that the bot writes as."""
    pull: PullRequest
    comments: tuple[Comment, ...]
    """In the order in which they were written."""
    reviews: tuple[Review, ...]
    roles: Mapping[int, Role]
    """By the ids of people: of everybody whose word may count."""
    maintainers: int | None
    """How many people maintain the repository; None where GitHub doesn't say."""
    status: Status | None
    seen: datetime | None
    """When the bot first gave the head a status for this pull request; None when it hasn't yet."""
    annotated: str | None
    """The digest of the annotations that the head has, if it has any."""
    authors: frozenset[int] | None = None
    """The ids of everybody who wrote a commit of it; None where that isn't known, or nobody has approved anything."""
    moved: datetime | None = None
    """When its head was last pushed by force."""
    retargeted: datetime | None = None
    """When it was last turned towards another branch."""


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
class Rules:
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
    rules: Rules
    """By what the base branch has it judged."""
