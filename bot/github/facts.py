"""The people of a conversation and what they said, as GitHub knows it. Plain data, none of it believed beyond what it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


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

    @property
    def is_reviewer(self) -> bool:
        """Whether approvals of people with this role count. Maintainers are reviewers too."""
        return self in (Role.WRITE, Role.MAINTAIN, Role.ADMIN)

    @property
    def is_maintainer(self) -> bool:
        """Whether people with this role are maintainers."""
        return self in (Role.MAINTAIN, Role.ADMIN)


class ReviewState(StrEnum):
    """What a review comes to. A comment decides nothing."""

    APPROVED = "APPROVED"
    CHANGES_REQUESTED = "CHANGES_REQUESTED"
    COMMENTED = "COMMENTED"
    DISMISSED = "DISMISSED"


@dataclass(frozen=True, slots=True)
class Review:
    """A submitted review, in the order of their submission."""

    author: Person
    state: ReviewState
    commit: str | None
    """The head that was reviewed; None when it's gone."""
    body: str
    at: datetime
    """When it was submitted."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment in the conversation."""

    id: int
    author: Person
    body: str
    at: datetime
    """When it was written."""
    edited: bool = False
    """Whether its text is another one by now."""
    reactions: frozenset[str] = frozenset()
    """The kinds of reactions that it has, whoever gave them."""
    was_declaration: bool = False
    """Whether the bot took a declaration of interests from it before it was edited."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as it was when the run began."""

    number: int
    author: Person
    title: str
    body: str
    labels: frozenset[str]
    created: datetime
    closed: datetime | None
    """When it was closed; None while it is open."""
    is_pull: bool = False
    """Whether it is a pull request, which to GitHub is an issue too."""
    url: str = ""
    """The address of its page."""
    is_given_up: bool = False
    """Whether somebody closed it as not planned, or as a duplicate."""

    @property
    def is_open(self) -> bool:
        """Whether anybody may still expect something of it."""
        return self.closed is None


class PullState(StrEnum):
    """What has become of a pull request."""

    OPEN = "open"
    CLOSED = "closed"
    """Without having been merged."""
    MERGED = "merged"


class ProposedPull(NamedTuple):
    """The pull request that was opened for a form."""

    number: int
    state: PullState
    is_draft: bool = False


class StatusState(StrEnum):
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

    state: StatusState
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
