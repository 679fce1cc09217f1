"""GitHub's state besides git: people, pull requests, issues, comments, reviews, statuses, check runs, labels.

Plain data that tests read and seed. Ids count up and the clock ticks once per event, so that texts made from them are
the same on every run. Days pass when a test waits.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Access = Literal["none", "read", "write"]
Permission = Literal["admin", "maintain", "write", "triage", "read", "none"]
UserType = Literal["User", "Bot"]
ReviewState = Literal["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"]
OpenOrClosed = Literal["open", "closed"]
StateReason = Literal["completed", "not_planned", "duplicate", "reopened"]
EventName = Literal[
    "automatic_base_change_succeeded", "base_ref_changed", "closed", "comment_deleted", "convert_to_draft",
    "head_ref_force_pushed", "labeled", "merged", "ready_for_review", "reopened", "unlabeled",
]  # fmt: skip

BEGINNING = datetime(2026, 1, 5, 9, 0, 0, tzinfo=UTC)
"""The instant at which the clock of every stand-in starts."""


class Clock:
    """A clock of seconds since `BEGINNING`: one more for every event, and those that a test waits."""

    def __init__(self) -> None:
        self.seconds = 0

    def tick(self) -> datetime:
        """Advance by one second."""
        self.seconds += 1
        return self.now()

    def wait(self, seconds: int) -> datetime:
        """Advance by a number of seconds without events."""
        self.seconds += seconds
        return self.now()

    def now(self) -> datetime:
        """Return the instant of the last event, or the end of a wait since then."""
        return BEGINNING + timedelta(seconds=self.seconds)


@dataclass(frozen=True)
class User:
    """An account. Commits with its `email` are shown as its own."""

    id: int
    login: str
    type: UserType = "User"
    email: str | None = None


ACTIONS_BOT = User(41898282, "github-actions[bot]", "Bot", "41898282+github-actions[bot]@users.noreply.github.com")
"""Who acts with the `GITHUB_TOKEN` of a workflow; the id is the real one."""


@dataclass(frozen=True)
class Token:
    """A token's account and its access to `contents`, `pull-requests`, `issues`, `statuses`, `checks`, `actions`."""

    user: User
    permissions: Mapping[str, Access]
    installation: bool = True
    """Whether this is a token of an app, like `GITHUB_TOKEN`, which has no person behind it."""

    def may(self, access: Access, *kinds: str) -> bool:
        """Return whether one of these kinds is granted with at least this access. Everybody may read metadata."""
        grants = {"read": ("read", "write"), "write": ("write",), "none": ("none", "read", "write")}[access]
        return (access == "read" and "metadata" in kinds) or any(
            self.permissions.get(kind, "none") in grants for kind in kinds
        )


@dataclass(frozen=True)
class Repo:
    """A repository or a fork of it."""

    id: int
    owner: User
    name: str
    fork: bool = False
    default_branch: str = "main"

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"


@dataclass
class Label:
    """A label of the repository."""

    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass
class Reaction:
    """A reaction to a comment."""

    id: int
    user: User
    content: str
    created_at: datetime


@dataclass
class Comment:
    """A comment below an issue or, outside of reviews, a pull request."""

    id: int
    number: int
    user: User
    body: str
    created_at: datetime
    updated_at: datetime
    reactions: list[Reaction] = field(default_factory=list)
    author_association: str = "NONE"
    edited_at: datetime | None = None
    """When its text was last changed. `updated_at` may be later for other reasons."""
    editor: User | None = None


@dataclass
class ReviewComment:
    """A remark of a review on a line of the diff."""

    id: int
    user: User
    path: str
    line: int
    side: Literal["LEFT", "RIGHT"]
    body: str
    commit_id: str
    diff_hunk: str
    created_at: datetime
    start_line: int | None = None
    in_reply_to: int | None = None


@dataclass
class Review:
    """A review of a pull request at a commit."""

    id: int
    user: User
    state: ReviewState
    body: str
    commit_id: str
    submitted_at: datetime
    comments: list[ReviewComment] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    edited_at: datetime | None = None
    editor: User | None = None


@dataclass
class Pull:
    """A pull request. `head_repo` is None after its fork was deleted."""

    id: int
    number: int
    title: str
    body: str | None
    author: User
    base_ref: str
    base_sha: str
    head_ref: str
    head_sha: str
    head_repo: Repo | None
    created_at: datetime
    updated_at: datetime
    draft: bool = False
    state: OpenOrClosed = "open"
    author_association: str = "CONTRIBUTOR"
    labels: list[str] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    requested_reviewers: list[User] = field(default_factory=list)
    closed_at: datetime | None = None
    merged_at: datetime | None = None
    merged_by: User | None = None
    merge_commit_sha: str | None = None
    rebased: list[str] = field(default_factory=list)
    """The commits that a merge by rebasing made, the oldest first."""
    locked: bool = False
    edited_at: datetime | None = None
    editor: User | None = None
    mergeable_unknown: bool = False
    """GitHub computes whether a pull request can be merged after the first request, and answers null until then."""

    @property
    def merged(self) -> bool:
        return self.merged_at is not None


@dataclass
class Issue:
    """An issue that isn't a pull request. Both have their numbers from one sequence."""

    id: int
    number: int
    title: str
    body: str | None
    author: User
    created_at: datetime
    updated_at: datetime
    state: OpenOrClosed = "open"
    author_association: str = "NONE"
    labels: list[str] = field(default_factory=list)
    state_reason: StateReason | None = None
    closed_at: datetime | None = None
    closed_by: User | None = None
    locked: bool = False
    edited_at: datetime | None = None
    editor: User | None = None


Conversation: TypeAlias = Pull | Issue
"""What has a number, a title and comments."""


@dataclass(frozen=True)
class Event:
    """An event of an issue or a pull request, in GitHub's list of events."""

    id: int
    number: int
    user: User
    name: EventName
    created_at: datetime
    label: str | None = None
    commit_id: str | None = None
    before: str | None = None
    """The head before a forced push, which only GraphQL tells."""


@dataclass
class Status:
    """A status of a commit."""

    id: int
    sha: str
    context: str
    state: str
    description: str | None
    target_url: str | None
    creator: User
    created_at: datetime


class Annotation(NamedTuple):
    """A remark of a check run on lines of a file."""

    path: str
    start_line: int
    end_line: int
    annotation_level: str
    message: str
    title: str | None
    raw_details: str | None
    start_column: int | None
    end_column: int | None


@dataclass
class CheckRun:
    """A check run of a commit."""

    id: int
    name: str
    head_sha: str
    status: str
    conclusion: str | None
    details_url: str | None
    external_id: str
    started_at: datetime
    completed_at: datetime | None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[Annotation] = field(default_factory=list)
    app: str = "github-actions"
    """The app that it belongs to."""


@dataclass
class WorkflowRun:
    """A run of a workflow, as `workflow_run` events name it."""

    id: int
    head_sha: str
    head_branch: str
    head_repo: Repo
    event: str
    path: str
    status: str
    conclusion: str | None
    actor: User
    created_at: datetime


@dataclass
class State:
    """The whole state of one repository."""

    repo: Repo
    clock: Clock = field(default_factory=Clock)
    users: dict[str, User] = field(default_factory=dict)
    forks: dict[str, Repo] = field(default_factory=dict)
    permissions: dict[str, Permission] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    labels: dict[str, Label] = field(default_factory=dict)
    statuses: list[Status] = field(default_factory=list)
    check_runs: dict[int, CheckRun] = field(default_factory=dict)
    workflow_runs: dict[int, WorkflowRun] = field(default_factory=dict)
    protected: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    """Deleted accounts: the author of their comments and reviews is null."""
    _ids: dict[str, int] = field(default_factory=dict)

    def copy(self) -> State:
        """Return a copy of the current state, to restore later."""
        copied: State = pickle.loads(pickle.dumps(self))  # noqa: S301  # `deepcopy`, several times as fast
        return copied

    def new_id(self, kind: str) -> int:
        """Return the next id of a kind; every kind has its own first number, so that a mix-up is noticed."""
        starts = (
            "user", "repo", "pull", "comment", "label", "reaction", "review", "remark", "status", "check", "run", "issue",
            "event",
        )  # fmt: skip
        self._ids[kind] = self._ids.get(kind, (starts.index(kind) + 1) * 10_000) + 1
        return self._ids[kind]

    def user(self, login: str) -> User:
        """Return the account with this login, created on first use. A login that ends in `[bot]` is a bot's."""
        if login not in self.users:
            kind: UserType = "Bot" if login.endswith("[bot]") else "User"
            self.users[login] = User(self.new_id("user"), login, kind, f"{login}@users.noreply.example.org")
        return self.users[login]

    def fork(self, login: str) -> Repo:
        """Return the fork that belongs to this login, created on first use."""
        if login not in self.forks:
            self.forks[login] = Repo(self.new_id("repo"), self.user(login), self.repo.name, fork=True)
        return self.forks[login]

    def label(self, name: str) -> Label:
        """Return the label of this name in any case, created on first use, as GitHub does."""
        return self.labels.setdefault(name.lower(), Label(self.new_id("label"), name))

    def next_number(self) -> int:
        """Return the number of the issue or pull request that is opened next."""
        return max((*self.pulls, *self.issues), default=0) + 1

    def conversation(self, number: int) -> Conversation | None:
        """Return the pull request or issue of this number, if there is one."""
        return self.pulls.get(number) or self.issues.get(number)

    def conversations(self) -> list[Conversation]:
        """Return all pull requests and issues by number."""
        return sorted([*self.pulls.values(), *self.issues.values()], key=lambda one: one.number)

    def comments_of(self, number: int) -> list[Comment]:
        """Return the comments of a pull request or an issue, the oldest first."""
        return [comment for comment in self.comments.values() if comment.number == number]

    def record(
        self, number: int, user: User, name: EventName, *, label: str | None = None, commit_id: str | None = None,
        before: str | None = None,
    ) -> None:  # fmt: skip
        """Record an event at the current instant."""
        event = Event(self.new_id("event"), number, user, name, self.clock.now(), label, commit_id, before)
        self.events.append(event)

    def set_open_or_closed(
        self, one: Conversation, wanted: OpenOrClosed, user: User, reason: StateReason | None = None
    ) -> None:
        """Close or reopen an issue or a pull request at the current instant; do nothing if it is so already."""
        if one.state == wanted:
            return
        is_closed = wanted == "closed"
        one.state, one.updated_at = wanted, self.clock.now()
        one.closed_at = one.updated_at if is_closed else None
        if isinstance(one, Issue):
            one.closed_by = user if is_closed else None
            one.state_reason = (reason or "completed") if is_closed else "reopened"
        self.record(one.number, user, "closed" if is_closed else "reopened")

    def set_labels(self, one: Conversation, names: Iterable[str], user: User) -> None:
        """Give an issue or a pull request these labels and no others at the current instant.

        Names of labels are the same in any case; new labels are created.
        """
        wanted = list(dict.fromkeys(self.label(name).name for name in names))
        for name in wanted:
            if name not in one.labels:
                self.record(one.number, user, "labeled", label=name)
        for name in one.labels:
            if name not in wanted:
                self.record(one.number, user, "unlabeled", label=name)
        one.labels = wanted
