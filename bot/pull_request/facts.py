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

    from bot.change import Change
    from bot.leaderboard import Leaderboard
    from bot.problem import Problem


class Person(NamedTuple):
    """Somebody on GitHub. Only the id stays the same when people rename themselves."""

    id: int
    login: str
    is_bot: bool = False


class Role(StrEnum):
    """What somebody may do in the repository, as GitHub says it (`role_name`); custom roles by what they build on."""

    NONE = "none"
    READ = "read"
    TRIAGE = "triage"
    WRITE = "write"
    MAINTAIN = "maintain"
    ADMIN = "admin"


class ReviewState(StrEnum):
    """What a review comes to. A comment decides nothing."""

    APPROVED = "APPROVED"
    CHANGES_REQUESTED = "CHANGES_REQUESTED"
    COMMENTED = "COMMENTED"
    DISMISSED = "DISMISSED"


class State(StrEnum):
    """The states of a commit status."""

    SUCCESS = "success"
    FAILURE = "failure"
    PENDING = "pending"
    """Waiting for people."""
    ERROR = "error"
    """The bot failed; not the contributor's fault."""


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


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment in the conversation."""

    id: int
    author: Person
    body: str
    acknowledged: bool
    """Whether it has a reaction of the kind by which the bot acknowledges commands."""


@dataclass(frozen=True, slots=True)
class Review:
    """A submitted review, in the order of their submission."""

    author: Person
    state: ReviewState
    commit: str | None
    """The head that was reviewed; None when it's gone."""
    body: str


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
    """By the ids of the people who approved or asked for changes."""
    status: Status | None
    annotated: str | None
    """The digest of the annotations that the head has, if it has any."""


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
