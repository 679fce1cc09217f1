"""Facts about pull requests and issues, from GitHub. Plain data; texts and names in it are hostile data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Person(NamedTuple):
    """Account on GitHub. Only its id stays the same when people rename themselves."""

    id: int
    login: str
    is_bot: bool = False


GHOST = Person(10137, "ghost")
"""The account that GitHub shows in place of a deleted one."""


class Role(StrEnum):
    """Role in the repository, by GitHub's `role_name`; a custom role counts as the role that it extends."""

    NONE = "none"
    READ = "read"
    TRIAGE = "triage"
    WRITE = "write"
    MAINTAIN = "maintain"
    ADMIN = "admin"

    @property
    def is_reviewer(self) -> bool:
        """Return whether approvals of people with this role count. Maintainers are reviewers too."""
        return self in (Role.WRITE, Role.MAINTAIN, Role.ADMIN)

    @property
    def is_maintainer(self) -> bool:
        """Return whether people with this role are maintainers."""
        return self in (Role.MAINTAIN, Role.ADMIN)


class ReviewState(StrEnum):
    """State of a review. A comment decides nothing."""

    APPROVED = "APPROVED"
    CHANGES_REQUESTED = "CHANGES_REQUESTED"
    COMMENTED = "COMMENTED"
    DISMISSED = "DISMISSED"


@dataclass(frozen=True, slots=True)
class Review:
    """Submitted review."""

    author: Person
    state: ReviewState
    commit: str | None
    """The head that was reviewed; None when it no longer exists."""
    body: str
    at: datetime
    by_insider: bool = False
    """Whether GitHub counts its author among the people of the repository, as far as the token may see that."""


@dataclass(frozen=True, slots=True)
class Comment:
    """Comment in a conversation."""

    id: int
    author: Person
    body: str
    at: datetime
    edited_at: datetime | None = None
    """When somebody last changed its text; None where nobody did. Other changes, such as hiding it, are none."""
    editor: Person | None = None
    """The person who changed it last; None where nobody did."""
    reactions: frozenset[str] = frozenset()
    """The kinds of the bot's own reactions."""
    was_declaration: bool = False
    """Whether the bot acknowledged a declaration of interests in it before it was edited."""
    node: str = ""
    """Its id in GraphQL."""
    by_insider: bool = False
    """Whether GitHub counts its author among the people of the repository, as far as the token may see that."""
    is_review: bool = False
    """Whether it is the text of a review. Ids of comments and of reviews are counted apart."""
    commit: str | None = None
    """The commit that the review is about; None for other comments, and where that commit is gone."""

    @property
    def edited(self) -> bool:
        """Return whether its text was changed since it was written."""
        return self.edited_at is not None

    @property
    def edited_by_another(self) -> bool:
        """Return whether somebody else than its author changed it last, so that nobody knows what its author said."""
        return self.editor is not None and self.editor.id != self.author.id


@dataclass(frozen=True, slots=True)
class Issue:
    """Issue at the beginning of the run."""

    number: int
    author: Person
    title: str
    body: str
    labels: frozenset[str]
    created: datetime
    closed: datetime | None
    """When it was closed; None while it is open."""
    is_pull: bool = False
    """Whether it is a pull request, which is an issue too in GitHub's API."""
    url: str = ""
    is_locked: bool = False
    """Whether its conversation is locked, so that the bot can't comment there."""
    is_given_up: bool = False
    """Whether somebody closed it as not planned, or as a duplicate."""

    @property
    def is_open(self) -> bool:
        """Return whether it is open."""
        return self.closed is None


class PullState(StrEnum):
    """State of a pull request."""

    OPEN = "open"
    CLOSED = "closed"
    """Closed without a merge."""
    MERGED = "merged"


class ProposedPull(NamedTuple):
    """Pull request that the bot opened itself."""

    number: int
    state: PullState
    is_draft: bool = False


class StatusState(StrEnum):
    """State of a commit status."""

    SUCCESS = "success"
    FAILURE = "failure"
    PENDING = "pending"
    """Waiting for people."""
    ERROR = "error"
    """The bot failed, which is not the contributor's fault."""


class StatusRecord(NamedTuple):
    """One status of a commit, as the bot set it for one pull request. GitHub keeps all of them, and nobody can edit them."""

    at: datetime
    state: StatusState
    effect: str
    """The effect of the merge that was judged, as a digest; empty where there was none, such as during a conflict."""


class StatusMemory(NamedTuple):
    """What a status says about the look at a pull request that it is the result of, so that a sweep knows what is new."""

    world: str
    """A digest of what many pull requests depend on; see `bot.handlers.pull_request.sweep.world_of`."""
    seen: int
    """When the pull request had last changed, in seconds since 1970."""
    due: int | None
    """When time alone changes something, in seconds since 1970; None where it never does."""


class TimelineKind(StrEnum):
    """Kind of an event that decides on how long people could look at a change."""

    CLOSED = "closed"
    REOPENED = "reopened"
    DRAFTED = "drafted"
    READY = "ready"
    RETARGETED = "retargeted"
    """Its base branch was changed, by a person or by GitHub."""
    FORCE_PUSHED = "force-pushed"


class TimelineEvent(NamedTuple):
    """Event in the history of a pull request."""

    kind: TimelineKind
    at: datetime
    before: str | None = None
    """The head before a forced push; None for other kinds, and where the commit no longer exists."""
    after: str | None = None
    """The head after a forced push."""


class PullCommit(NamedTuple):
    """Commit of a pull request, as GitHub lists it."""

    id: str
    parents: tuple[str, ...]
    people: frozenset[int]
    """The ids of its author and co-authors, as far as they have accounts."""
    committer: int | None = None
    """The id of its committer; None for GitHub itself, and without an account. Who only rebased is no author."""


class Merged(NamedTuple):
    """Merge of a pull request."""

    at: datetime
    by: Person
    commit: str | None
    """The commit that GitHub names for it; None when it no longer exists."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """Pull request at the beginning of the run."""

    number: int
    head: str
    """The commit that everything is about."""
    base: str
    into_default: bool
    """Whether that is the repository's default branch."""
    is_open: bool
    is_draft: bool
    author: Person
    is_first: bool
    is_our_own: bool
    """Whether it is the publishing run's: opened by the bot, from its fixed branch, and of a commit that the bot made."""
    labels: frozenset[str]
    created: datetime
    merged: Merged | None = None
    updated: datetime | None = None
    """When anything about it last changed, such as a comment; statuses don't count."""
    title: str = ""
    body: str = ""
    branch: str = ""
    """The name of its head branch where that is one of the bot's in this repository, whoever opened the pull request."""
    is_locked: bool = False
    """Whether its conversation is locked, so that the bot can't comment there."""


@dataclass(frozen=True, slots=True)
class Status:
    """Commit status of the bot's."""

    state: StatusState
    description: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts about a pull request and its conversation, from GitHub."""

    bot: int
    """The id of the bot's account."""
    pull: PullRequest
    comments: tuple[Comment, ...]
    """Oldest first."""
    reviews: tuple[Review, ...]
    """In the order of their submission."""
    roles: Mapping[int, Role]
    """By the ids of people."""
    maintainers: int | None
    """The number of maintainers; None where GitHub doesn't list them."""
    status: Status | None
    """The latest of the head."""
    annotated: str | None
    """The digest of the head's annotations; None where it has none, or they weren't fetched."""
    records: tuple[StatusRecord, ...] = ()
    """The statuses of the head that the bot set for this pull request, oldest first."""
    timeline: tuple[TimelineEvent, ...] = ()
    """Oldest first."""
    commits: tuple[PullCommit, ...] | None = ()
    """The commits of the pull request, oldest first; None where GitHub doesn't list all of them."""
    twins: tuple[int, ...] = ()
    """The numbers of other open pull requests into the default branch whose head is the same commit."""
    unknown_roles: tuple[Person, ...] = ()
    """People who object to the merge, and whose roles could not be fetched."""
    base_tip: str | None = None
    """The commit at the tip of the base branch, as GitHub knows it."""
    statuses: int = 0
    """The number of the bot's statuses of the head, for whichever pull request."""
