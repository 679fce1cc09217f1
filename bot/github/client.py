"""Requests to GitHub's API, each one call (lists: one call for every hundred), with facts as results.

PyGithub sends the calls, pages through lists and parses the answers. The calls themselves are written out here, because
its own methods make more calls than needed (the commit before its statuses), differ between releases, or drop data.
"""

from __future__ import annotations

import hashlib
import time
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import quote

from github.Auth import Token
from github.CheckRun import CheckRun
from github.CommitStatus import CommitStatus
from github.GithubObject import GithubObject
from github.Issue import Issue as GitHubIssue
from github.NamedUser import NamedUser
from github.PaginatedList import PaginatedList
from github.PullRequest import PullRequest as Pull

from bot.board.model.layout import issue_of
from bot.github.conversation import PAGED, account_in, comment_in, commit_in, conversation_in, writers_in
from bot.github.facts import GHOST, Issue, Person, ProposedPull, PullState, Role
from bot.github.failure import CallFailedError, NotFoundError, describe_error
from bot.github.queries import ACKNOWLEDGE, COMMENTS, COMMITS, COMMITS_AT_ONCE, CONVERSATION, OPEN_PULLS, WRITERS
from bot.github.retry import RetryingRequester
from bot.github.settings import GITHUB_ACTIONS_BOT
from bot.github.statuses import mark_of, read_status, records_of
from bot.text.catalogue import _
from bot.text.shaping import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from github.Organization import Organization
    from github.Repository import Repository

    from bot.github.actions import Acknowledgement, Annotate, Annotation, KeepLinks, SetStatus, Suggest, Suggestion
    from bot.github.conversation import Conversation
    from bot.github.facts import Comment, PullCommit, StatusRecord
    from bot.github.settings import Settings
    from bot.github.statuses import OwnStatus

CONTEXT = "openness-bot"
"""The name of the required status."""
MADE = "openness-bot: made by the bot"
"""The name of the status by which the bot recognises its own commits."""
LINKS = "openness-bot: links"
"""The name of the check run that keeps what was found about links."""
LINES = "openness-bot: lines"
"""The name of the check run that holds annotations."""
MOST_PAGES = 30
"""Pages of a hundred that are fetched of a conversation. GitHub takes 2,500 comments, and refuses further ones."""

_GIVEN_UP = ("not_planned", "duplicate")
_LONGEST_DESCRIPTION = 140
_LONGEST_TITLE = 255

Item = TypeVar("Item", bound=GithubObject)


class OpenPull(NamedTuple):
    """Open pull request in a list."""

    number: int
    head: str
    author: Person
    into_default: bool
    """Whether its base branch is the default branch."""
    created: datetime
    updated: datetime
    last: OwnStatus | None
    """The bot's latest status of the head."""


class OpenPulls(NamedTuple):
    """All open pull requests, as of one moment."""

    base_tip: str | None
    """The tip of the default branch."""
    pulls: tuple[OpenPull, ...]
    """Oldest first."""


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


@contextmanager
def _understood() -> Iterator[None]:
    """Turn the exceptions of an answer that lacks what GitHub's schema promises into CallFailedError."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CallFailedError(describe_error(error)) from None


@contextmanager
def _accepting(*statuses: int) -> Iterator[None]:
    """Leave the block after a refusal with one of these statuses."""
    try:
        yield
    except CallFailedError as error:
        if error.status not in statuses:
            raise


@contextmanager
def _missing(what: str) -> Iterator[None]:
    """Turn the refusal of what isn't there into NotFoundError."""
    with _accepting(404, 410):
        yield
        return
    raise NotFoundError(f"there is no {what}, or the token may not see it")


class Client:
    """Client of a repository on GitHub. Every method raises CallFailedError when GitHub refuses or can't be reached."""

    def __init__(self, requester: RetryingRequester, settings: Settings) -> None:
        self._requester = requester
        self._repository = settings.repository
        self._run_url = settings.run_url
        self._page = f"{settings.server_url}/{settings.repository}"
        self.bot_id = settings.bot_id
        self._roles: dict[Person, Role] = {}
        self._people: list[dict[int, Role] | None] = []
        """Empty before they were fetched."""

    # ---- questions ---------------------------------------------------------------------------------------------------

    @_understood()
    def conversation(self, number: int) -> Conversation:
        """Return a pull request with its conversation: a call, and one for each further hundred. Raises NotFoundError."""
        pages: dict[str, list[dict[str, Any]]] = {part: [] for part in PAGED}
        wanted: dict[str, str | None] = dict.fromkeys(PAGED)
        first: dict[str, Any] = {}
        for _page in range(MOST_PAGES):
            include = {f"with{part.capitalize()}": part in wanted for part in PAGED}
            asked: dict[str, Any] = {"number": number, **wanted, **include}
            with _missing(f"pull request {number}"):
                found = self._query_repository(CONVERSATION, asked)
            first = first or found
            wanted = _collect_pages(found, pages, wanted)
            if not wanted:
                return conversation_in(first, pages, self.bot_id)
        raise CallFailedError(f"the conversation of pull request {number} has more than {MOST_PAGES} pages")

    def issue(self, number: int) -> Issue:
        """Return an issue, or a pull request as one. Raises NotFoundError when there is none."""
        with _missing(f"issue {number}"):
            answer = self._call("GET", f"/issues/{number}")
        return issue_in(GitHubIssue(self._requester, {}, answer, completed=True))

    def head_of(self, number: int) -> str | None:
        """Return the present head commit of a pull request; None when it is closed. Raises NotFoundError."""
        with _missing(f"pull request {number}"):
            answer = self._call("GET", f"/pulls/{number}")
        pull = Pull(self._requester, {}, answer, completed=True)
        return pull.head.sha if pull.state == "open" else None

    @_understood()
    def comments(self, number: int) -> tuple[Comment, ...]:
        """Return all comments of an issue or a pull request, oldest first, without reviews."""
        listed: list[dict[str, Any]] = []
        cursor: str | None = None
        for _page in range(MOST_PAGES):
            found = self._query_repository(COMMENTS, {"number": number, "comments": cursor})
            page = found["issueOrPullRequest"]["comments"]
            listed += page["nodes"]
            cursor = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                return tuple(map(comment_in, listed))
        raise CallFailedError(f"issue {number} has more than {MOST_PAGES} pages of comments")

    @_understood()
    def commits(self, ids: Sequence[str]) -> dict[str, PullCommit]:
        """Return those of the commits that GitHub has and whose authors it lists, by their ids; a call for each ten."""
        found: dict[str, PullCommit] = {}
        for start in range(0, len(ids), COMMITS_AT_ONCE):
            asked = ids[start : start + COMMITS_AT_ONCE]
            padded = [*asked, *[asked[0]] * (COMMITS_AT_ONCE - len(asked))]
            variables = {f"oid{number}": one for number, one in enumerate(padded)}
            answer = self._query_repository(COMMITS, variables)
            said = [one for one in answer.values() if one is not None and one["__typename"] == "Commit"]
            found |= {commit.id: commit for commit in map(commit_in, said) if commit is not None}
        return found

    @_understood()
    def writers(self, number: int) -> frozenset[int] | None:
        """Return the ids of everybody who wrote the text of an issue; None where GitHub doesn't tell all of them."""
        with _accepting(404):  # it was deleted
            return writers_in(self._query_repository(WRITERS, {"number": number})["issue"])
        return None

    def compare_url(self, base: str, branch: str) -> str:
        """Return the address of the page on which a person opens a pull request from a branch."""
        return f"{self._page}/compare/{base}...{quote(branch)}?expand=1"

    def is_made(self, commit: str) -> bool:
        """Return whether the bot said, when it pushed a commit, that it made it itself."""
        statuses = self._list(CommitStatus, f"/commits/{commit}/statuses")
        return any(one.context == MADE and _person(one.creator).id == self.bot_id for one in statuses)

    def statuses(self, commit: str) -> tuple[OwnStatus, ...]:
        """Return the bot's statuses of a commit, oldest first."""
        own = [
            read_status(status.state, status.description, status.target_url, status.created_at)
            for status in self._list(CommitStatus, f"/commits/{commit}/statuses")  # the newest come first
            if status.context == CONTEXT and _person(status.creator).id == self.bot_id
        ]
        return tuple(reversed(own))

    def records(self, commit: str, pull: int) -> tuple[StatusRecord, ...]:
        """Return the bot's statuses of a commit as the head of a pull request, oldest first.

        A commit may be the head of several pull requests, each of which has its own. One that is gone has none.
        """
        with _accepting(404, 422):
            return records_of(self.statuses(commit), pull)
        return ()

    def people(self) -> dict[int, Role] | None:
        """Return the roles of all collaborators by their ids; None where the token may not list them.

        They are fetched once. A rate limit, which is no refusal, raises CallFailedError like any other failure.
        """
        # No `cached_property`, which up to Python 3.11 holds a lock for all clients while it asks.
        if not self._people:
            self._people.append(self._list_people())
        return self._people[0]

    def _list_people(self) -> dict[int, Role] | None:
        with _accepting(403, 404):
            # Without `permission`: it isn't documented whether that means at least or exactly.
            return {person.id: _role_of(person) for person in self._list(NamedUser, "/collaborators")}
        return None

    def annotated(self, commit: str) -> str | None:
        """Return the digest of a commit's annotations; None when it has none."""
        # Only apps can create check runs, and a check run of another app with this name could only hide annotations.
        runs = self._list(CheckRun, f"/commits/{commit}/check-runs", check_name=LINES)
        newest = max(runs, key=lambda run: run.id, default=None)
        return None if newest is None else newest.external_id or None

    def kept_links(self, commit: str) -> tuple[str, datetime] | None:
        """Return what the bot kept about the links of a commit, and when; None where there is nothing.

        Only apps can create check runs. Those of another app, which could claim anything, don't count. A job of a workflow in a
        pull request is a check run of the same app, under any name, but it can choose neither its text nor its id.
        """
        runs, slug = self._list(CheckRun, f"/commits/{commit}/check-runs", check_name=LINKS, filter="all"), self._slug()
        own = [run for run in runs if run.app.slug == slug and run.external_id == _digest(run.output.text or "")]
        newest = max(own, key=lambda run: run.id, default=None)
        return None if newest is None else (newest.output.text, newest.completed_at or newest.started_at)

    def _slug(self) -> str:
        """Return the name of the app that the bot's account belongs to; empty where it belongs to none."""
        if self.bot_id == GITHUB_ACTIONS_BOT:
            return "github-actions"
        login = self.login_of(self.bot_id) or ""
        return login.removesuffix("[bot]") if login.endswith("[bot]") else ""

    def role(self, person: Person) -> Role:
        """Return a person's role, which is fetched once. It is `NONE` where the login belongs to another account by now."""
        if person not in self._roles:
            answer: dict[str, Any] = {}
            with _accepting(404):
                answer = self._call("GET", f"/collaborators/{quote(person.login, safe='')}/permission")
            self._roles[person] = role_in(answer, person)
        return self._roles[person]

    def login_of(self, account: int) -> str | None:
        """Return the present login of an account; None where there is none, or the token may not see it.

        Logins change hands, ids don't: whoever has the former login of an account is a stranger.
        """
        with _accepting(403, 404, 410):
            answer = self._requester.requestJsonAndCheck("GET", f"/user/{account}")[1]
            return str(answer["login"]) if answer.get("id") == account else None
        return None

    @_understood()
    def open_pulls(self) -> OpenPulls:
        """Return all open pull requests: one call for every hundred."""
        found: list[OpenPull] = []
        cursor: str | None = None
        while True:
            repository = self._query_repository(OPEN_PULLS, {"context": CONTEXT, "pulls": cursor})
            branch = repository["defaultBranchRef"]
            default, tip = (branch["name"], branch["target"]["oid"]) if branch else (None, None)
            page = repository["pullRequests"]
            found += (self._open_pull(one, default) for one in page["nodes"])
            if not page["pageInfo"]["hasNextPage"]:
                return OpenPulls(tip, tuple(found))
            cursor = page["pageInfo"]["endCursor"]

    def _open_pull(self, said: dict[str, Any], default: str | None) -> OpenPull:
        commits = [one["commit"] for one in said["commits"]["nodes"]]
        # The last commit is the head, as a rule: GitHub lists 250 commits.
        status = next(
            (one["status"]["context"] for one in commits if one["oid"] == said["headRefOid"] and one["status"]), None
        )
        last = None
        if status is not None and account_in(status["creator"]).id == self.bot_id:
            at = datetime.fromisoformat(status["createdAt"])
            last = read_status(status["state"], status["description"], status["targetUrl"], at)
        return OpenPull(
            number=said["number"],
            head=said["headRefOid"],
            author=account_in(said["author"]),
            into_default=said["baseRefName"] == default,
            created=datetime.fromisoformat(said["createdAt"]),
            updated=datetime.fromisoformat(said["updatedAt"]),
            last=last,
        )

    @property
    def calls_left(self) -> int | None:
        """Return how many more calls GitHub takes this hour, by what it last said; None where it didn't."""
        return min(self._requester.remaining.values(), default=None)

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
        pull = next(self._pulls_from(branch, "all"), None)
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
        state = {"state": "open"} if is_open else {"state": "closed", "state_reason": "completed"}
        self._call("PATCH", f"/issues/{number}", {"body": body} | ({} if is_open == was_open else state))

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
        """Remove a label, unless somebody has removed it since."""
        try:
            self._call("DELETE", f"/issues/{number}/labels/{quote(label, safe='')}")
        except CallFailedError as error:
            if error.status != 404 or "Label does not exist" not in str(error):
                raise

    def acknowledge(self, node: str, effect: Acknowledgement) -> None:
        """React to a comment or a review, by its id in GraphQL."""
        self._query(ACKNOWLEDGE, {"subject": node, "content": effect.value.upper()})

    def annotate(self, action: Annotate) -> None:
        """Add a check run with annotations."""
        conclusion = "neutral" if action.annotations else "success"
        more = {"annotations": list(map(_annotation, action.annotations))}
        self._add_check_run(LINES, action, conclusion, action.digest, more)

    def keep_links(self, action: KeepLinks) -> None:
        """Add a check run that keeps what was found about links."""
        self._add_check_run(LINKS, action, "neutral", _digest(action.text), {"text": action.text})

    def _add_check_run(
        self, name: str, action: Annotate | KeepLinks, conclusion: str, digest: str, more: dict[str, Any]
    ) -> None:
        """Add a check run. The status has the verdict: a neutral check run is shown, and blocks nothing."""
        run = {
            "name": name,
            "head_sha": action.commit,
            "status": "completed",
            "conclusion": conclusion,
            "external_id": digest,
            "output": {"title": clip(action.title, _LONGEST_TITLE), "summary": action.summary, **more},
        }
        self._call("POST", "/check-runs", run | ({"details_url": self._run_url} if self._run_url else {}))

    def suggest(self, number: int, action: Suggest) -> None:
        """Submit a review with suggestions. GitHub refuses it as a whole when one line isn't in the diff."""
        comments = list(map(_suggestion, action.suggestions))
        review = {"commit_id": action.commit, "event": "COMMENT", "body": action.body, "comments": comments}
        self._call("POST", f"/pulls/{number}/reviews", review)

    def set_status(self, action: SetStatus, pull: int | None) -> datetime:
        """Set the status, with a link that names the pull request (None in a merge queue); return when it was set."""
        description = clip(action.description, _LONGEST_DESCRIPTION)
        status = {"context": CONTEXT, "state": action.state.value, "description": description}
        page = self._run_url
        if pull is not None:
            page = f"{page or f'{self._page}/pull/{pull}'}{mark_of(pull, action.effect, action.memory)}"
        answer = self._call("POST", f"/statuses/{action.commit}", status | ({"target_url": page} if page else {}))
        return datetime.fromisoformat(answer["created_at"])

    def mark_made(self, commit: str) -> None:
        """Say that the bot itself made a commit. Anybody may name the bot in a commit, but only it sets its statuses."""
        said = {"context": MADE, "state": "success", "description": _("The bot made this commit itself")}
        self._call("POST", f"/statuses/{commit}", said)

    def propose(self, branch: str, base: str, title: str, body: str, *, draft: bool = False) -> int:
        """Open the pull request from a branch of this repository, or update the open one; return its number.

        `draft` is for opening only; later it is up to people. One call where nothing is to be changed, else two.
        """
        wanted = {"title": title, "body": body, "base": base}
        pull = next(self._pulls_from(branch, "open"), None)
        if pull is None:
            opened = wanted | {"head": branch} | ({"draft": True} if draft else {})
            number: int = self._call("POST", "/pulls", opened)["number"]
            return number
        if wanted != {"title": pull.title, "body": pull.body or "", "base": pull.base.ref}:
            self._call("PATCH", f"/pulls/{pull.number}", wanted)
        return pull.number

    # ---- the calls ---------------------------------------------------------------------------------------------------

    def _query(self, document: str, variables: dict[str, Any]) -> dict[str, Any]:
        """Return the data of an answer of GraphQL, which has no errors."""
        data: dict[str, Any] = self._requester.graphql_query(document, variables)[1]["data"]
        return data

    def _query_repository(self, document: str, variables: dict[str, Any]) -> dict[str, Any]:
        """Return the repository in the answer to a query about it."""
        owner, _, name = self._repository.partition("/")
        repository: dict[str, Any] = self._query(document, {"owner": owner, "name": name} | variables)["repository"]
        return repository

    def _call(self, verb: str, path: str, content: object | None = None) -> Any:
        return self._requester.requestJsonAndCheck(verb, f"/repos/{self._repository}{path}", input=content)[1]

    def _list(self, kind: type[Item], path: str, **parameters: str) -> PaginatedList[Item]:
        """Return the items of a list, whose pages are fetched when they are needed."""
        url = f"/repos/{self._repository}{path}"
        # Only the list of check runs is inside an object.
        return PaginatedList(kind, self._requester, url, parameters, list_item="check_runs")

    def _pulls_from(self, branch: str, state: str) -> Iterator[Pull]:
        """Yield the pull requests from a branch of this repository, newest first."""
        # `owner:branch` names a branch of any repository of this owner's in the network of forks.
        owner = self._repository.partition("/")[0]
        pulls = self._list(Pull, "/pulls", state=state, head=f"{owner}:{branch}")
        return (pull for pull in pulls if _is_from_here(pull) and pull.head.ref == branch)


def _collect_pages(
    repository: dict[str, Any], pages: dict[str, list[dict[str, Any]]], asked: Iterable[str]
) -> dict[str, str | None]:
    """Add the items of a page to those of the pages before; return the cursors of the parts that have another."""
    more: dict[str, str | None] = {}
    for part in asked:
        connection = repository[part] if part == "others" else repository["pullRequest"][part]
        pages[part] += connection["nodes"]
        if connection["pageInfo"]["hasNextPage"]:
            more[part] = connection["pageInfo"]["endCursor"]
    return more


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
    if person.role_name in set(Role):
        return Role(person.role_name)
    may = person.permissions
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
        is_locked=bool(issue.raw_data.get("locked")),
        is_given_up=issue.raw_data.get("state_reason") in _GIVEN_UP,  # "reopened" once it is open again
    )


def _is_from_here(pull: Pull) -> bool:
    """Return whether the head branch is in the repository itself."""
    fork: Repository | None = pull.head.repo  # None when the fork was deleted
    return fork is not None and fork.id == pull.base.repo.id


def _digest(text: str) -> str:
    """Return a digest of a text, whatever GitHub does to line ends and the space around it."""
    return hashlib.sha256(text.replace("\r\n", "\n").strip().encode()).hexdigest()[:20]


def _annotation(annotation: Annotation) -> dict[str, str | int]:
    columns = {"start_column": annotation.column, "end_column": annotation.end_column}
    return {
        "path": annotation.path,
        "start_line": annotation.line,
        "end_line": annotation.line,
        "annotation_level": annotation.level.value,
        "title": clip(annotation.title, _LONGEST_TITLE),
        "message": annotation.message,
        **{name: column for name, column in columns.items() if column is not None},
    }


def _suggestion(suggestion: Suggestion) -> dict[str, str | int]:
    path, first, last, body = suggestion
    start: dict[str, str | int] = {"start_line": first, "start_side": "RIGHT"} if first < last else {}
    return {"path": path, "body": body, "line": last, "side": "RIGHT", **start}
