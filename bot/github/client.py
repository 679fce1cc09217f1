"""Questions to GitHub and writes to it, each one call (lists: one call for every hundred), in the words of the facts.

PyGithub sends the calls, turns pages and reads the answers. Which calls there are is written out here: its own methods
ask for more than was said (for the commit before its statuses), differently in each release, or drop half of an answer.
"""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import quote

from github.Auth import Token
from github.CheckRun import CheckRun
from github.Commit import Commit
from github.CommitStatus import CommitStatus
from github.GithubObject import GithubObject
from github.Issue import Issue as GitHubIssue
from github.IssueComment import IssueComment
from github.IssueEvent import IssueEvent
from github.NamedUser import NamedUser
from github.PaginatedList import PaginatedList
from github.PullRequest import PullRequest as Pull
from github.PullRequestReview import PullRequestReview
from github.Reaction import Reaction

from bot.board.model.layout import PROPOSAL_BRANCH, issue_of
from bot.github.actions import Effect
from bot.github.facts import (
    Comment,
    Issue,
    Merged,
    Person,
    ProposedPull,
    PullRequest,
    PullState,
    Review,
    ReviewState,
    Role,
    Status,
    StatusState,
)
from bot.github.failure import CallFailedError, NotFoundError
from bot.github.retry import RetryingRequester
from bot.text.shaping import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from github.Organization import Organization
    from github.Repository import Repository

    from bot.github.actions import Annotate, Annotation, SetStatus, Suggest, Suggestion
    from bot.github.settings import Settings

CONTEXT = "openness-bot"
"""The name of the required status."""
LINES = "openness-bot: lines"
"""The name of the check run that holds annotations."""
GHOST = Person(10137, "ghost")
"""Who GitHub shows in place of a deleted account."""

# The account that GitHub commits as on its web page.
_WEB_FLOW = 19864447
_MOST_COMMITS = 250
# https://docs.github.com/en/account-and-profile/reference/email-addresses-reference#your-noreply-email-address
_CO_AUTHOR = re.compile(
    r"^co-authored-by:[^<\n]*<([0-9]{1,18})\+[^@>\n]*@users\.noreply\.github\.com>", re.IGNORECASE | re.MULTILINE
)
_NEWCOMERS = frozenset({"FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR", "NONE"})
_INSIDERS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
_GIVEN_UP = ("not_planned", "duplicate")
_COMPLETED = {"state": "closed", "state_reason": "completed"}
_LONGEST_DESCRIPTION = 140
_LONGEST_TITLE = 255

Item = TypeVar("Item", bound=GithubObject)


class OpenPull(NamedTuple):
    """An open pull request in a list."""

    number: int
    head: str


class StatusHistory(NamedTuple):
    """What the bot said of a commit."""

    status: Status
    """The latest."""
    first: datetime | None
    """When it first said anything of it as the head of this pull request; None when it hasn't yet."""


def _mark_of(pull: int) -> str:
    """The end of a link to the page of a run that names a pull request, as in GitHub's own links to runs."""
    return f"?pr={pull}"


class BranchEvents(NamedTuple):
    """When a pull request took a turn that no list of commits shows; None where it never did."""

    forced: datetime | None
    """Its head was last pushed by force."""
    retargeted: datetime | None
    """It was last turned towards another branch."""


# Where the branch that a pull request goes into is merged and deleted, GitHub itself turns it to the next one.
# https://docs.github.com/en/rest/using-the-rest-api/issue-event-types
_TURNS = {
    "head_ref_force_pushed": "forced",
    "base_ref_changed": "retargeted",
    "automatic_base_change_succeeded": "retargeted",
}


class AssociatedReview(NamedTuple):
    """A review, and whether GitHub counts its author among the people of the repository."""

    review: Review
    by_insider: bool


def connect(settings: Settings, *, pause: Callable[[float], None] = time.sleep, timeout: float = 15) -> Client:
    """A client; asks nothing yet. `pause` is how it waits, `timeout` for how many seconds without a sign of life."""
    requester = RetryingRequester(
        pause=pause,
        auth=Token(settings.token),
        base_url=settings.api_url,
        timeout=timeout,
        user_agent="openness-bot",
        per_page=100,
        verify=True,
        retry=None,
        pool_size=None,
        lazy=True,
    )
    return Client(requester, settings)


class Client:
    """A repository on GitHub. Every method raises CallFailed when GitHub refuses or can't be reached."""

    def __init__(self, requester: RetryingRequester, settings: Settings) -> None:
        self._requester = requester
        self._repository = settings.repository
        self._run_url = settings.run_url
        self._page = f"{settings.server_url}/{settings.repository}"
        self.bot_id = settings.bot_id

    # ---- questions ---------------------------------------------------------------------------------------------------

    def pull_request(self, number: int) -> PullRequest:
        """A pull request. Raises Vanished when there is none."""
        pull = self._pull(number)
        author = _person(pull.user)
        return PullRequest(
            number=pull.number,
            head=pull.head.sha,
            base=pull.base.ref,
            into_default=pull.base.ref == pull.base.repo.default_branch,
            is_open=pull.state == "open",
            is_draft=bool(pull.draft),
            author=author,
            is_first=pull.author_association in _NEWCOMERS and not author.is_bot,
            is_our_own=_is_from_here(pull) and pull.head.ref == PROPOSAL_BRANCH and author.id == self.bot_id,
            labels=frozenset(label.name for label in pull.labels),
            created=pull.created_at,
            merged=Merged(pull.merged_at, _person(pull.merged_by), pull.merge_commit_sha) if pull.merged_at else None,
            title=pull.title,
            body=pull.body or "",
        )

    def issue(self, number: int) -> Issue:
        """An issue, or a pull request as one. Raises Vanished when there is none."""
        try:
            answer = self._call("GET", f"/issues/{number}")
        except CallFailedError as error:
            if error.status in (404, 410):
                raise NotFoundError(f"there is no issue {number}, or the token may not see it") from None
            raise
        return issue_in(GitHubIssue(self._requester, {}, answer, completed=True))

    def head_of(self, number: int) -> str | None:
        """The commit that is the head of a pull request now; None when it is closed. Raises Vanished when there is none."""
        pull = self._pull(number)
        return pull.head.sha if pull.state == "open" else None

    def comments(self, number: int) -> tuple[Comment, ...]:
        """All comments in the conversation, in the order in which they were written."""
        return tuple(
            Comment(
                id=comment.id,
                author=_person(comment.user),
                body=comment.body or "",
                at=comment.created_at,
                edited=comment.updated_at > comment.created_at,
                reactions=frozenset(kind.value for kind in Effect if (comment.reactions or {}).get(kind.value, 0) > 0),
            )
            for comment in self._list(IssueComment, f"/issues/{number}/comments")
        )

    def reviews(self, number: int) -> tuple[AssociatedReview, ...]:
        """All submitted reviews, in the order of their submission."""
        return tuple(
            AssociatedReview(
                Review(
                    _person(review.user),
                    ReviewState(review.state),
                    review.commit_id,
                    review.body or "",
                    review.submitted_at,
                ),
                by_insider=review.author_association in _INSIDERS,
            )
            for review in self._list(PullRequestReview, f"/pulls/{number}/reviews")
            if review.state in list(ReviewState)  # a draft of our own would be PENDING
        )

    def status(self, commit: str, pull: int) -> StatusHistory | None:
        """What the bot said of a commit by its own statuses, and when first for a pull request; None when nothing yet.

        A commit may be the head of several: since when one of them shows it says nothing about the others.
        """
        own = [
            status
            for status in self._list(CommitStatus, f"/commits/{commit}/statuses")  # the newest come first
            if status.context == CONTEXT and _person(status.creator).id == self.bot_id
        ]
        if not own:
            return None
        latest = Status(StatusState(own[0].state), own[0].description or "")
        of_pull = [status.created_at for status in own if (status.target_url or "").endswith(_mark_of(pull))]
        return StatusHistory(latest, min(of_pull, default=None))

    def people(self) -> dict[int, Role] | None:
        """The roles of all collaborators by their ids; None where the token may not ask."""
        try:
            # Not filtered by `permission`, of which isn't documented whether it means at least that or exactly that.
            listed = list(self._list(NamedUser, "/collaborators"))
        except CallFailedError as error:
            if error.status in (403, 404):
                return None
            raise
        return {person.id: _role_of(person) for person in listed}

    def authors(self, number: int) -> frozenset[int] | None:
        """The ids of everybody who wrote a commit of a pull request; None where GitHub doesn't list all commits.

        Of people whom a commit only names, those are found who are named by the address that GitHub gives everybody.
        """
        found: set[int] = set()
        count = 0
        for count, commit in enumerate(self._list(Commit, f"/pulls/{number}/commits"), 1):  # noqa: B007
            accounts: tuple[NamedUser | None, ...] = (commit.author, commit.committer)
            found |= {account.id for account in accounts if account is not None and account.id != _WEB_FLOW}
            found |= {int(number) for number in _CO_AUTHOR.findall(commit.commit.message or "")}
        # https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request
        return None if count >= _MOST_COMMITS else frozenset(found)

    def turns(self, number: int) -> BranchEvents:
        """When a pull request was pushed by force or turned towards another branch."""
        latest: dict[str, datetime] = {}
        for event in self._list(IssueEvent, f"/issues/{number}/events"):
            if (turn := _TURNS.get(event.event)) is not None:
                latest[turn] = max(event.created_at, latest.get(turn, event.created_at))
        return BranchEvents(**{turn: latest.get(turn) for turn in BranchEvents._fields})

    def has_reacted(self, comment: int, effect: Effect) -> bool:
        """Whether the bot itself reacted to a comment in this way."""
        reactions = self._list(Reaction, f"/issues/comments/{comment}/reactions", content=effect.value)
        return any(reaction.user.id == self.bot_id and reaction.content == effect for reaction in reactions)

    def annotated(self, commit: str) -> str | None:
        """The digest of the annotations that a commit has; None when it has none."""
        # Only apps can create check runs, and a foreign one of this name could do no more than hide annotations.
        runs = self._list(CheckRun, f"/commits/{commit}/check-runs", check_name=LINES)
        newest = max(runs, key=lambda run: run.id, default=None)
        return None if newest is None else newest.external_id or None

    def role(self, person: Person) -> Role:
        """What somebody may do here. `NONE` too when the login by now belongs to somebody else."""
        try:
            answer = self._call("GET", f"/collaborators/{quote(person.login, safe='')}/permission")
        except CallFailedError as error:
            if error.status == 404:
                return Role.NONE
            raise
        return role_in(answer, person)

    def open_pulls(self) -> tuple[OpenPull, ...]:
        """All open pull requests, the oldest first: so that new ones, however many, keep none of them waiting."""
        pulls = self._list(Pull, "/pulls", state="open", sort="created", direction="asc")
        return tuple(OpenPull(pull.number, pull.head.sha) for pull in pulls)

    def merged_pull(self, commit: str, branch: str) -> int | None:
        """The number of the pull request by whose merge into a branch of ours a commit came there; None where by none."""
        found = [
            pull
            for pull in self._list(Pull, f"/commits/{commit}/pulls")
            if pull.merged_at is not None
            and pull.base.ref == branch
            and pull.base.repo.full_name.lower() == self._repository.lower()
        ]
        # A commit may also be part of others, whose merges came later.
        found.sort(key=lambda pull: (pull.merge_commit_sha != commit, pull.merged_at, pull.number))
        return found[0].number if found else None

    def proposal_from(self, branch: str) -> ProposedPull | None:
        """What has become of the newest pull request that the bot opened from a branch of this repository."""
        pull = self._pull_from(branch, "all")
        return None if pull is None or _person(pull.user).id != self.bot_id else _proposed(pull)

    def proposals_from(self, branch: str) -> tuple[tuple[ProposedPull, str], ...]:
        """All pull requests that the bot opened from a branch of this repository, the newest first, each with its text."""
        return tuple(
            (_proposed(pull), pull.body or "")
            for pull in self._pulls_from(branch, "all")
            if _person(pull.user).id == self.bot_id
        )

    def form_proposals(self) -> frozenset[int]:
        """The issues for whose forms a pull request is open."""
        pulls = self._list(Pull, "/pulls", state="open")
        own = (pull for pull in pulls if _is_from_here(pull) and _person(pull.user).id == self.bot_id)
        return frozenset(issue for pull in own if (issue := issue_of(pull.head.ref)) is not None)

    def issues_by(self, login: str) -> frozenset[int]:
        """The numbers of all issues and pull requests that somebody opened."""
        listed = self._list(GitHubIssue, "/issues", state="all", creator=login)
        return frozenset(issue.number for issue in listed)

    def issues_with(self, label: str) -> tuple[Issue, ...]:
        """All issues with a label, open and closed, the oldest first. Pull requests are none."""
        listed = self._list(GitHubIssue, "/issues", labels=label, state="all", sort="created", direction="asc")
        return tuple(issue for issue in map(issue_in, listed) if not issue.is_pull)

    # ---- writes ------------------------------------------------------------------------------------------------------

    def open_issue(self, title: str, body: str, labels: tuple[str, ...]) -> Issue:
        """Opens an issue."""
        answer = self._call("POST", "/issues", {"title": title, "body": body, "labels": list(labels)})
        return issue_in(GitHubIssue(self._requester, {}, answer, completed=True))

    def edit_issue(self, number: int, body: str, *, is_open: bool, was_open: bool) -> None:
        """Replaces the text of an issue, and opens it again or closes it as completed where that is not how it was."""
        changed: dict[str, str] = {} if is_open == was_open else {"state": "open"} if is_open else _COMPLETED
        self._call("PATCH", f"/issues/{number}", {"body": body} | changed)

    def close_issue(self, number: int, *, completed: bool) -> None:
        """Closes an issue, as completed or as not planned."""
        reason = "completed" if completed else "not_planned"
        self._call("PATCH", f"/issues/{number}", {"state": "closed", "state_reason": reason})

    def write_comment(self, number: int, body: str) -> None:
        """Adds a comment to the conversation."""
        self._call("POST", f"/issues/{number}/comments", {"body": body})

    def edit_comment(self, comment: int, body: str) -> None:
        """Replaces the text of a comment."""
        self._call("PATCH", f"/issues/comments/{comment}", {"body": body})

    def delete_comment(self, comment: int) -> None:
        """Deletes a comment."""
        self._call("DELETE", f"/issues/comments/{comment}")

    def add_labels(self, number: int, labels: tuple[str, ...]) -> None:
        """Adds labels; GitHub creates those that the repository doesn't have, for a token that may write issues."""
        self._call("POST", f"/issues/{number}/labels", {"labels": list(labels)})

    def remove_label(self, number: int, label: str) -> None:
        """Takes a label off."""
        self._call("DELETE", f"/issues/{number}/labels/{quote(label, safe='')}")

    def acknowledge(self, comment: int, effect: Effect) -> None:
        """Reacts to a comment."""
        self._call("POST", f"/issues/comments/{comment}/reactions", {"content": effect.value})

    def annotate(self, action: Annotate) -> None:
        """Adds a check run with annotations."""
        self._call(
            "POST",
            "/check-runs",
            {
                "name": LINES,
                "head_sha": action.commit,
                "status": "completed",
                # The verdict is the status's. A neutral check run is shown, and stops nothing.
                "conclusion": "neutral" if action.annotations else "success",
                "external_id": action.digest,
                "output": {
                    "title": clip(action.title, _LONGEST_TITLE),
                    "summary": action.summary,
                    "annotations": [_annotation(annotation) for annotation in action.annotations],
                },
            }
            | ({"details_url": self._run_url} if self._run_url else {}),
        )

    def suggest(self, number: int, action: Suggest) -> None:
        """Submits a review with suggestions. GitHub refuses it as a whole when one line isn't in the diff."""
        self._call(
            "POST",
            f"/pulls/{number}/reviews",
            {
                "commit_id": action.commit,
                "event": "COMMENT",
                "body": action.body,
                "comments": [_suggestion(suggestion) for suggestion in action.suggestions],
            },
        )

    def set_status(self, action: SetStatus, pull: int | None) -> datetime:
        """Sets the status, linked to the page of the run; returns when that was.

        The link names the pull request that it is said of; None for the commit of a merge queue.
        """
        page = self._run_url if pull is None else f"{self._run_url or f'{self._page}/pull/{pull}'}{_mark_of(pull)}"
        answer = self._call(
            "POST",
            f"/statuses/{action.commit}",
            {
                "context": CONTEXT,
                "state": action.state.value,
                "description": clip(action.description, _LONGEST_DESCRIPTION),
            }
            | ({"target_url": page} if page else {}),
        )
        return datetime.fromisoformat(answer["created_at"])

    def propose(self, branch: str, base: str, title: str, body: str, *, draft: bool = False) -> int:
        """Opens the pull request from a branch of this repository, or brings the open one up to date; its number.

        One call when it is as it should be, else two. `draft` is how it is opened: later that is up to people.
        """
        wanted = {"title": title, "body": body, "base": base}
        pull = self._pull_from(branch)
        if pull is None:
            opened = wanted | {"head": branch} | ({"draft": True} if draft else {})
            number: int = self._call("POST", "/pulls", opened)["number"]
            return number
        if wanted != {"title": pull.title, "body": pull.body or "", "base": pull.base.ref}:
            self._call("PATCH", f"/pulls/{pull.number}", wanted)
        return pull.number

    # ---- the calls ---------------------------------------------------------------------------------------------------

    def _call(self, verb: str, path: str, content: object | None = None) -> Any:
        return self._requester.requestJsonAndCheck(verb, f"/repos/{self._repository}{path}", input=content)[1]

    def _list(self, kind: type[Item], path: str, **parameters: str) -> PaginatedList[Item]:
        """What a list holds, each page asked for when it is needed."""
        url = f"/repos/{self._repository}{path}"
        # Check runs are the one list that comes as part of something.
        return PaginatedList(kind, self._requester, url, parameters, list_item="check_runs")

    def _pull(self, number: int) -> Pull:
        try:
            answer = self._call("GET", f"/pulls/{number}")
        except CallFailedError as error:
            if error.status == 404:
                raise NotFoundError(f"there is no pull request {number}, or the token may not see it") from None
            raise
        return Pull(self._requester, {}, answer, completed=True)

    def _pull_from(self, branch: str, state: str = "open") -> Pull | None:
        """The newest pull request from a branch of this repository."""
        return next(self._pulls_from(branch, state), None)

    def _pulls_from(self, branch: str, state: str) -> Iterator[Pull]:
        # `owner:branch` names a branch of any repository of this owner's in the network of forks.
        owner = self._repository.partition("/")[0]
        pulls = self._list(Pull, "/pulls", state=state, head=f"{owner}:{branch}")
        return (pull for pull in pulls if _is_from_here(pull) and pull.head.ref == branch)


def _proposed(pull: Pull) -> ProposedPull:
    """What has become of a pull request."""
    return ProposedPull(pull.number, PullState.MERGED if pull.merged_at else PullState(pull.state), bool(pull.draft))


def role_in(answer: dict[str, Any], person: Person) -> Role:
    """The role that GitHub's answer gives somebody."""
    if (answer.get("user") or {}).get("id") != person.id:
        return Role.NONE
    # Roles of an organisation's own making have their own names; `permission` says what they build on.
    names = (answer.get("role_name"), answer.get("permission"))
    return next((role for name in names for role in Role if role == name), Role.NONE)


def _role_of(person: NamedUser) -> Role:
    """The role of a collaborator, by its name or by what a role of the organisation's own making builds on."""
    may = person.permissions
    named = next((role for role in Role if role == person.role_name), None)
    if named is not None:
        return named
    return Role.ADMIN if may.admin else Role.MAINTAIN if may.maintain else Role.WRITE if may.push else Role.READ


def _person(user: NamedUser | Organization | None) -> Person:
    return GHOST if user is None else Person(user.id, user.login, user.type == "Bot")


def issue_in(issue: GitHubIssue) -> Issue:
    """An issue as the facts have it."""
    return Issue(
        number=issue.number,
        author=_person(issue.user),
        title=issue.title,
        body=issue.body or "",
        labels=frozenset(label.name for label in issue.labels),
        created=issue.created_at,
        closed=issue.closed_at,
        is_pull="pull_request" in issue.raw_data,
        url=issue.html_url,
        is_given_up=issue.raw_data.get("state_reason") in _GIVEN_UP,  # "reopened" once it is open again
    )


def _is_from_here(pull: Pull) -> bool:
    """Whether the branch is in the repository itself."""
    fork: Repository | None = pull.head.repo  # None when the fork was deleted
    return fork is not None and fork.id == pull.base.repo.id


def _annotation(annotation: Annotation) -> dict[str, str | int]:
    shown: dict[str, str | int] = {
        "path": annotation.path,
        "start_line": annotation.line,
        "end_line": annotation.line,
        "annotation_level": annotation.level.value,
        "title": clip(annotation.title, _LONGEST_TITLE),
        "message": annotation.message,
    }
    if annotation.column is not None:
        shown["start_column"] = annotation.column
    if annotation.end_column is not None:
        shown["end_column"] = annotation.end_column
    return shown


def _suggestion(suggestion: Suggestion) -> dict[str, str | int]:
    comment: dict[str, str | int] = {
        "path": suggestion.path,
        "body": suggestion.body,
        "line": suggestion.last_line,
        "side": "RIGHT",
    }
    if suggestion.first_line < suggestion.last_line:
        comment |= {"start_line": suggestion.first_line, "start_side": "RIGHT"}
    return comment
