"""Requests to GitHub's API, each one call (lists: one call for every hundred), with facts as results.

PyGithub sends the calls, pages through lists and parses the answers. The calls themselves are written out here, because
its own methods make more calls than needed (the commit before its statuses), differ between releases, or drop data.
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
"""The account that GitHub shows in place of a deleted one."""

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
    """Open pull request in a list."""

    number: int
    head: str


class StatusHistory(NamedTuple):
    """The bot's statuses of a commit."""

    status: Status
    """The latest."""
    first: datetime | None
    """When it first set one of the commit as the head of this pull request; None when it hasn't yet."""


def _mark_of(pull: int) -> str:
    """Return the end of a run's address that names a pull request, as in GitHub's own links to runs."""
    return f"?pr={pull}"


class BranchEvents(NamedTuple):
    """Times of a pull request's changes of branches that no list of commits shows; None where there were none."""

    forced: datetime | None
    """When its head was last pushed by force."""
    retargeted: datetime | None
    """When its base branch was last changed."""


# GitHub itself changes the base branch of a pull request when that is merged and deleted.
# https://docs.github.com/en/rest/using-the-rest-api/issue-event-types
_BRANCH_EVENTS = {
    "head_ref_force_pushed": "forced",
    "base_ref_changed": "retargeted",
    "automatic_base_change_succeeded": "retargeted",
}


class AssociatedReview(NamedTuple):
    """Review, and whether GitHub counts its author among the people of the repository."""

    review: Review
    by_insider: bool


def connect(settings: Settings, *, pause: Callable[[float], None] = time.sleep, timeout: float = 15) -> Client:
    """Return a client, without a call. `pause` waits for so many seconds; `timeout` is in seconds without any data."""
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
    """Client of a repository on GitHub. Every method raises CallFailedError when GitHub refuses or can't be reached."""

    def __init__(self, requester: RetryingRequester, settings: Settings) -> None:
        self._requester = requester
        self._repository = settings.repository
        self._run_url = settings.run_url
        self._page = f"{settings.server_url}/{settings.repository}"
        self.bot_id = settings.bot_id

    # ---- questions ---------------------------------------------------------------------------------------------------

    def pull_request(self, number: int) -> PullRequest:
        """Return a pull request. Raises NotFoundError when there is none."""
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
        """Return an issue, or a pull request as one. Raises NotFoundError when there is none."""
        try:
            answer = self._call("GET", f"/issues/{number}")
        except CallFailedError as error:
            if error.status in (404, 410):
                raise NotFoundError(f"there is no issue {number}, or the token may not see it") from None
            raise
        return issue_in(GitHubIssue(self._requester, {}, answer, completed=True))

    def head_of(self, number: int) -> str | None:
        """Return the present head commit of a pull request; None when it is closed. Raises NotFoundError."""
        pull = self._pull(number)
        return pull.head.sha if pull.state == "open" else None

    def comments(self, number: int) -> tuple[Comment, ...]:
        """Return all comments in the conversation, oldest first."""
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
        """Return all submitted reviews, in the order of their submission."""
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
        """Return the bot's statuses of a commit, and when it first set one for a pull request; None where there are none.

        A commit may be the head of several pull requests, each of which has its own first status.
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
        """Return the roles of all collaborators by their ids; None where the token may not list them."""
        try:
            # Without `permission`: it isn't documented whether that means at least or exactly.
            listed = list(self._list(NamedUser, "/collaborators"))
        except CallFailedError as error:
            if error.status in (403, 404):
                return None
            raise
        return {person.id: _role_of(person) for person in listed}

    def authors(self, number: int) -> frozenset[int] | None:
        """Return the ids of the authors of a pull request's commits; None where GitHub doesn't list all commits.

        Co-authors count where a commit names them by their noreply address.
        """
        found: set[int] = set()
        count = 0
        for count, commit in enumerate(self._list(Commit, f"/pulls/{number}/commits"), 1):  # noqa: B007
            accounts: tuple[NamedUser | None, ...] = (commit.author, commit.committer)
            found |= {account.id for account in accounts if account is not None and account.id != _WEB_FLOW}
            found |= {int(number) for number in _CO_AUTHOR.findall(commit.commit.message or "")}
        # https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request
        return None if count >= _MOST_COMMITS else frozenset(found)

    def branch_events(self, number: int) -> BranchEvents:
        """Return when a pull request was last pushed by force, and when its base branch was last changed."""
        latest: dict[str, datetime] = {}
        for event in self._list(IssueEvent, f"/issues/{number}/events"):
            if (kind := _BRANCH_EVENTS.get(event.event)) is not None:
                latest[kind] = max(event.created_at, latest.get(kind, event.created_at))
        return BranchEvents(**{kind: latest.get(kind) for kind in BranchEvents._fields})

    def has_reacted(self, comment: int, effect: Effect) -> bool:
        """Return whether the bot itself reacted to a comment in this way."""
        reactions = self._list(Reaction, f"/issues/comments/{comment}/reactions", content=effect.value)
        return any(reaction.user.id == self.bot_id and reaction.content == effect for reaction in reactions)

    def annotated(self, commit: str) -> str | None:
        """Return the digest of a commit's annotations; None when it has none."""
        # Only apps can create check runs, and a check run of another app with this name could only hide annotations.
        runs = self._list(CheckRun, f"/commits/{commit}/check-runs", check_name=LINES)
        newest = max(runs, key=lambda run: run.id, default=None)
        return None if newest is None else newest.external_id or None

    def role(self, person: Person) -> Role:
        """Return a person's role. It is `NONE` where the login belongs to another account by now."""
        try:
            answer = self._call("GET", f"/collaborators/{quote(person.login, safe='')}/permission")
        except CallFailedError as error:
            if error.status == 404:
                return Role.NONE
            raise
        return role_in(answer, person)

    def login_of(self, account: int) -> str | None:
        """Return the present login of an account; None where there is none, or the token may not see it.

        Logins change hands, ids don't: whoever has the former login of an account is a stranger.
        """
        try:
            answer = self._requester.requestJsonAndCheck("GET", f"/user/{account}")[1]
        except CallFailedError as error:
            if error.status in (403, 404, 410):
                return None
            raise
        return str(answer["login"]) if answer.get("id") == account else None

    def open_pulls(self) -> tuple[OpenPull, ...]:
        """Return all open pull requests, oldest first, so that a crowd of new ones delays none of them."""
        pulls = self._list(Pull, "/pulls", state="open", sort="created", direction="asc")
        return tuple(OpenPull(pull.number, pull.head.sha) for pull in pulls)

    def merged_pull(self, commit: str, branch: str) -> int | None:
        """Return the number of the pull request that brought a commit to a branch of ours; None where none did."""
        found = [
            pull
            for pull in self._list(Pull, f"/commits/{commit}/pulls")
            if pull.merged_at is not None
            and pull.base.ref == branch
            and pull.base.repo.full_name.lower() == self._repository.lower()
        ]
        # A commit may also be part of others, which were merged later.
        found.sort(key=lambda pull: (pull.merge_commit_sha != commit, pull.merged_at, pull.number))
        return found[0].number if found else None

    def proposal_from(self, branch: str) -> ProposedPull | None:
        """Return the newest pull request that the bot opened from a branch of this repository; None without any."""
        pull = self._pull_from(branch, "all")
        return None if pull is None or _person(pull.user).id != self.bot_id else _proposed(pull)

    def proposals_from(self, branch: str) -> tuple[tuple[ProposedPull, str], ...]:
        """Return all pull requests that the bot opened from a branch of this repository, newest first, with their texts."""
        return tuple(
            (_proposed(pull), pull.body or "")
            for pull in self._pulls_from(branch, "all")
            if _person(pull.user).id == self.bot_id
        )

    def form_proposals(self) -> frozenset[int]:
        """Return the issues for whose forms a pull request is open."""
        pulls = self._list(Pull, "/pulls", state="open")
        own = (pull for pull in pulls if _is_from_here(pull) and _person(pull.user).id == self.bot_id)
        return frozenset(issue for pull in own if (issue := issue_of(pull.head.ref)) is not None)

    def issues_by(self, login: str) -> frozenset[int]:
        """Return the numbers of all issues and pull requests of an author."""
        listed = self._list(GitHubIssue, "/issues", state="all", creator=login)
        return frozenset(issue.number for issue in listed)

    def issues_with(self, label: str) -> tuple[Issue, ...]:
        """Return all issues with a label, open and closed, oldest first, without pull requests."""
        listed = self._list(GitHubIssue, "/issues", labels=label, state="all", sort="created", direction="asc")
        return tuple(issue for issue in map(issue_in, listed) if not issue.is_pull)

    # ---- writes ------------------------------------------------------------------------------------------------------

    def open_issue(self, title: str, body: str, labels: tuple[str, ...]) -> Issue:
        """Open an issue."""
        answer = self._call("POST", "/issues", {"title": title, "body": body, "labels": list(labels)})
        return issue_in(GitHubIssue(self._requester, {}, answer, completed=True))

    def edit_issue(self, number: int, body: str, *, is_open: bool, was_open: bool) -> None:
        """Replace the text of an issue, and reopen it or close it as completed where `is_open` is not `was_open`."""
        changed: dict[str, str] = {} if is_open == was_open else {"state": "open"} if is_open else _COMPLETED
        self._call("PATCH", f"/issues/{number}", {"body": body} | changed)

    def close_issue(self, number: int, *, completed: bool) -> None:
        """Close an issue, as completed or as not planned."""
        reason = "completed" if completed else "not_planned"
        self._call("PATCH", f"/issues/{number}", {"state": "closed", "state_reason": reason})

    def write_comment(self, number: int, body: str) -> None:
        """Add a comment to the conversation."""
        self._call("POST", f"/issues/{number}/comments", {"body": body})

    def edit_comment(self, comment: int, body: str) -> None:
        """Replace the text of a comment."""
        self._call("PATCH", f"/issues/comments/{comment}", {"body": body})

    def delete_comment(self, comment: int) -> None:
        """Delete a comment."""
        self._call("DELETE", f"/issues/comments/{comment}")

    def add_labels(self, number: int, labels: tuple[str, ...]) -> None:
        """Add labels; GitHub creates those that the repository doesn't have, for a token that may write issues."""
        self._call("POST", f"/issues/{number}/labels", {"labels": list(labels)})

    def remove_label(self, number: int, label: str) -> None:
        """Remove a label."""
        self._call("DELETE", f"/issues/{number}/labels/{quote(label, safe='')}")

    def acknowledge(self, comment: int, effect: Effect) -> None:
        """React to a comment."""
        self._call("POST", f"/issues/comments/{comment}/reactions", {"content": effect.value})

    def annotate(self, action: Annotate) -> None:
        """Add a check run with annotations."""
        self._call(
            "POST",
            "/check-runs",
            {
                "name": LINES,
                "head_sha": action.commit,
                "status": "completed",
                # The status has the verdict. A neutral check run is shown, and blocks nothing.
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
        """Submit a review with suggestions. GitHub refuses it as a whole when one line isn't in the diff."""
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
        """Set the status, with a link to the page of the run that names the pull request; return when it was set.

        `pull` is None for the commit of a merge queue.
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
        """Open the pull request from a branch of this repository, or update the open one; return its number.

        `draft` is for opening only; later it is up to people. One call where nothing is to be changed, else two.
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
        """Return the items of a list, whose pages are fetched when they are needed."""
        url = f"/repos/{self._repository}{path}"
        # Only the list of check runs is inside an object.
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
        """Return the newest pull request from a branch of this repository."""
        return next(self._pulls_from(branch, state), None)

    def _pulls_from(self, branch: str, state: str) -> Iterator[Pull]:
        # `owner:branch` names a branch of any repository of this owner's in the network of forks.
        owner = self._repository.partition("/")[0]
        pulls = self._list(Pull, "/pulls", state=state, head=f"{owner}:{branch}")
        return (pull for pull in pulls if _is_from_here(pull) and pull.head.ref == branch)


def _proposed(pull: Pull) -> ProposedPull:
    """Return a pull request of the bot's own as a fact."""
    return ProposedPull(pull.number, PullState.MERGED if pull.merged_at else PullState(pull.state), bool(pull.draft))


def role_in(answer: dict[str, Any], person: Person) -> Role:
    """Return the role that GitHub's answer gives a person."""
    if (answer.get("user") or {}).get("id") != person.id:
        return Role.NONE
    # Custom roles of an organisation have their own names; `permission` is the role that they extend.
    names = (answer.get("role_name"), answer.get("permission"))
    return next((role for name in names for role in Role if role == name), Role.NONE)


def _role_of(person: NamedUser) -> Role:
    """Return the role of a collaborator; for a custom role, the role that it extends."""
    may = person.permissions
    named = next((role for role in Role if role == person.role_name), None)
    if named is not None:
        return named
    return Role.ADMIN if may.admin else Role.MAINTAIN if may.maintain else Role.WRITE if may.push else Role.READ


def _person(user: NamedUser | Organization | None) -> Person:
    return GHOST if user is None else Person(user.id, user.login, user.type == "Bot")


def issue_in(issue: GitHubIssue) -> Issue:
    """Return an issue as a fact."""
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
    """Return whether the head branch is in the repository itself."""
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
