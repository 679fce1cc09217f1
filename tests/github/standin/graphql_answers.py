"""GitHub's answers in GraphQL: dictionaries whose values are computed when a query asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from tests.github.standin.answers import node
from tests.github.standin.conversation_answers import association
from tests.github.standin.git_answers import account_of
from tests.github.standin.state import Issue, Reaction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.github.standin.asking import Ask
    from tests.github.standin.repository import Commit
    from tests.github.standin.state import Access, Comment, Conversation, Event, Pull, Review, User

Item = TypeVar("Item")
Fields = dict[str, Any]

_CONTENTS = {
    "THUMBS_UP": "+1", "THUMBS_DOWN": "-1", "LAUGH": "laugh", "HOORAY": "hooray", "CONFUSED": "confused",
    "HEART": "heart", "ROCKET": "rocket", "EYES": "eyes",
}  # fmt: skip
_EVENTS = {
    "closed": ("CLOSED_EVENT", "ClosedEvent"),
    "reopened": ("REOPENED_EVENT", "ReopenedEvent"),
    "convert_to_draft": ("CONVERT_TO_DRAFT_EVENT", "ConvertToDraftEvent"),
    "ready_for_review": ("READY_FOR_REVIEW_EVENT", "ReadyForReviewEvent"),
    "base_ref_changed": ("BASE_REF_CHANGED_EVENT", "BaseRefChangedEvent"),
    "automatic_base_change_succeeded": ("AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT", "AutomaticBaseChangeSucceededEvent"),
    "head_ref_force_pushed": ("HEAD_REF_FORCE_PUSHED_EVENT", "HeadRefForcePushedEvent"),
}  # fmt: skip
"""REST's names of events, with GraphQL's for the filter and for the type."""


class GraphQLRefusalError(Exception):
    """A part of a query that GitHub refuses: null in the answer, and an error of a kind beside it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def query(ask: Ask) -> Fields:
    """Return the fields of `Query`."""

    def repository(_: Any, owner: str, name: str, **__: Any) -> Fields:
        if f"{owner}/{name}".lower() != ask.state.repo.full_name.lower():
            raise GraphQLRefusalError("NOT_FOUND", f"Could not resolve to a Repository with the name '{owner}/{name}'.")
        return _repository(ask)

    return {"repository": repository}


def mutation(ask: Ask) -> Fields:
    """Return the fields of `Mutation`."""

    def add_reaction(_: Any, input: Fields) -> Fields:  # noqa: A002  # GitHub's name
        reviews = {node("PRR", one.id): one for pull in ask.state.pulls.values() for one in pull.reviews}
        known: dict[str, Comment | Review] = {node("IC", one.id): one for one in ask.state.comments.values()} | reviews
        found = known.get(input["subjectId"])
        if found is None:
            raise GraphQLRefusalError(
                "NOT_FOUND", f"Could not resolve to a node with the global id of '{input['subjectId']}'."
            )
        where = _number_of(ask, found)
        _permitted(ask, "write", *(("issues",) if where in ask.state.issues else ("issues", "pull-requests")))
        one = ask.state.conversation(where)
        if one is not None and one.locked and not ask.may_push():
            raise GraphQLRefusalError("FORBIDDEN", "Unable to create reaction because issue is locked.")
        content = _CONTENTS[input["content"]]
        if not any((old.user, old.content) == (ask.user, content) for old in found.reactions):
            reaction = Reaction(ask.state.new_id("reaction"), ask.user, content, ask.state.clock.tick())
            found.reactions.append(reaction)
        return {"reaction": {"content": input["content"]}}

    return {"addReaction": add_reaction}


def _number_of(ask: Ask, found: Comment | Review) -> int:
    if hasattr(found, "number"):
        return int(found.number)
    return next(pull.number for pull in ask.state.pulls.values() if found in pull.reviews)


def _permitted(ask: Ask, access: Access, *kinds: str) -> None:
    if ask.token is not None and not ask.token.may(access, *kinds):
        raise GraphQLRefusalError("FORBIDDEN", "Resource not accessible by integration")


# ---- parts -----------------------------------------------------------------------------------------------------------


def connection(items: Sequence[Item], shape: Callable[[Item], Fields]) -> Callable[..., Fields]:
    """Return the function that answers a connection: the items from a cursor on, or the last, oldest first."""

    def page(_: Any, first: int | None = None, after: str | None = None, last: int | None = None, **__: Any) -> Fields:
        begin = int(after) if after else 0 if last is None else max(0, len(items) - last)
        shown = items[begin:] if first is None else items[begin : begin + first]
        end = begin + len(shown)
        return {
            "totalCount": len(items),
            "pageInfo": {
                "hasNextPage": end < len(items), "hasPreviousPage": begin > 0,
                "startCursor": str(begin), "endCursor": str(end) if shown else None,
            },
            "nodes": [shape(item) for item in shown],
        }  # fmt: skip

    return page


def actor(ask: Ask, user: User | None) -> Fields | None:
    """Return an `Actor`; None if the account was deleted. Bots' logins have no `[bot]` here."""
    if user is None or user.login in ask.state.deleted:
        return None
    return {"__typename": user.type, "login": user.login.removesuffix("[bot]"), "databaseId": user.id}


def _commit(sha: str | None) -> Fields | None:
    return {"__typename": "Commit", "oid": sha} if sha else None


def _repository(ask: Ask) -> Fields:
    state = ask.state

    def pull_request(_: Any, number: int) -> Fields:
        _permitted(ask, "read", "pull-requests")
        if number not in state.pulls:
            raise GraphQLRefusalError("NOT_FOUND", f"Could not resolve to a PullRequest with the number of {number}.")
        return _pull(ask, state.pulls[number])

    def either(_: Any, number: int) -> Fields:
        one = state.conversation(number)
        if one is None:
            raise GraphQLRefusalError(
                "NOT_FOUND", f"Could not resolve to an issue or pull request with the number of {number}."
            )
        if isinstance(one, Issue):
            _permitted(ask, "read", "issues")
            return {"__typename": "Issue"} | _conversation(ask, one)
        _permitted(ask, "read", "issues", "pull-requests")
        return {"__typename": "PullRequest"} | _pull(ask, one)

    def pull_requests(info: Any, states: list[str] | None = None, **wanted: Any) -> Fields:
        _permitted(ask, "read", "pull-requests")
        found = [pull for pull in state.pulls.values() if states is None or _state(pull) in states]
        order = wanted.pop("orderBy", None) or {"field": "CREATED_AT", "direction": "ASC"}
        key = {"CREATED_AT": "created_at", "UPDATED_AT": "updated_at"}[order["field"]]
        found.sort(key=lambda pull: (getattr(pull, key), pull.number), reverse=order["direction"] == "DESC")
        return connection(found, lambda pull: _pull(ask, pull))(info, **wanted)

    def git_object(_: Any, oid: str) -> Fields | None:
        _permitted(ask, "read", "contents")
        return _full_commit(ask, ask.git.commits("-1", oid)[0]) if ask.git.has_commit(oid) else None

    def issue(_: Any, number: int) -> Fields:
        _permitted(ask, "read", "issues")
        one = state.issues.get(number)
        if one is None:
            raise GraphQLRefusalError("NOT_FOUND", f"Could not resolve to an Issue with the number of {number}.")
        return _conversation(ask, one)

    return {
        "object": git_object,
        "issue": issue,
        "databaseId": state.repo.id,
        "nameWithOwner": state.repo.full_name,
        "defaultBranchRef": lambda _: _ref(ask, state.repo.default_branch),
        "pullRequest": pull_request,
        "pullRequests": pull_requests,
        "issueOrPullRequest": either,
    }


def _ref(ask: Ask, branch: str) -> Fields | None:
    tip = ask.git.resolve(f"refs/heads/{branch}")
    return {"name": branch, "prefix": "refs/heads/", "target": _commit(tip)} if tip else None


def _state(pull: Pull) -> str:
    return "MERGED" if pull.merged else pull.state.upper()


def _conversation(ask: Ask, one: Conversation) -> Fields:
    """Return what issues and pull requests share."""
    return {
        "number": one.number,
        "title": one.title,
        "body": one.body or "",
        "locked": one.locked,
        "author": actor(ask, one.author),
        "authorAssociation": one.author_association,
        "createdAt": one.created_at,
        "updatedAt": one.updated_at,
        "lastEditedAt": one.edited_at,
        "editor": actor(ask, one.editor),
        "userContentEdits": connection([one.editor] if one.edited_at else [], lambda by: {"editor": actor(ask, by)}),
        "labels": connection(one.labels, lambda name: {"name": ask.state.label(name).name}),
        "comments": connection(ask.state.comments_of(one.number), lambda comment: _comment(ask, comment)),
    }


def _pull(ask: Ask, pull: Pull) -> Fields:
    return _conversation(ask, pull) | {
        "state": _state(pull),
        "isDraft": pull.draft,
        "baseRefName": pull.base_ref,
        "baseRefOid": pull.base_sha,
        "baseRef": lambda _: _ref(ask, pull.base_ref),
        "headRefName": pull.head_ref,
        "headRefOid": pull.head_sha,
        "headRepository": {"databaseId": pull.head_repo.id} if pull.head_repo else None,
        "isCrossRepository": pull.head_repo != ask.state.repo,
        "mergedAt": pull.merged_at,
        "mergedBy": actor(ask, pull.merged_by),
        "mergeCommit": _commit(pull.merge_commit_sha),
        "reviews": connection(pull.reviews, lambda review: _review(ask, review)),
        "timelineItems": lambda info, **wanted: _timeline(ask, pull, info, **wanted),
        "commits": lambda info, **wanted: _commits(ask, pull, info, **wanted),
    }


def _reactions(ask: Ask, reactions: list[Reaction]) -> list[Fields]:
    me = ask.token.user if ask.token else None
    return [
        {"content": content, "viewerHasReacted": any((one.user, one.content) == (me, rest) for one in reactions)}
        for content, rest in _CONTENTS.items()
    ]


def _comment(ask: Ask, comment: Comment) -> Fields:
    return {
        "id": node("IC", comment.id), "fullDatabaseId": str(comment.id), "databaseId": comment.id,
        "author": actor(ask, comment.user), "authorAssociation": comment.author_association, "body": comment.body,
        "createdAt": comment.created_at, "updatedAt": comment.updated_at, "lastEditedAt": comment.edited_at,
        "editor": actor(ask, comment.editor), "reactionGroups": _reactions(ask, comment.reactions),
    }  # fmt: skip


def _review(ask: Ask, review: Review) -> Fields:
    return {
        "id": node("PRR", review.id), "fullDatabaseId": str(review.id), "author": actor(ask, review.user),
        "authorAssociation": association(ask.state, review.user.login), "body": review.body, "state": review.state,
        "commit": _commit(review.commit_id), "createdAt": review.submitted_at,
        "submittedAt": None if review.state == "PENDING" else review.submitted_at, "lastEditedAt": review.edited_at,
        "editor": actor(ask, review.editor), "reactionGroups": _reactions(ask, review.reactions),
    }  # fmt: skip


def _timeline(ask: Ask, pull: Pull, info: Any, itemTypes: list[str], **wanted: Any) -> Fields:  # noqa: N803
    found = [
        event
        for event in ask.state.events
        if event.number == pull.number and event.name in _EVENTS and _EVENTS[event.name][0] in itemTypes
    ]

    def shown(event: Event) -> Fields:
        return {
            "__typename": _EVENTS[event.name][1],
            "createdAt": event.created_at,
            "actor": actor(ask, event.user),
            "beforeCommit": _commit(event.before),
            "afterCommit": _commit(event.commit_id),
        }

    return connection(found, shown)(info, **wanted)


def _commits(ask: Ask, pull: Pull, info: Any, **wanted: Any) -> Fields:
    """Return a pull request's commits, of which GitHub lists 250."""
    listed = ask.git.ahead(pull.base_sha, pull.head_sha)[:250]
    return connection(listed, lambda commit: {"commit": _full_commit(ask, commit)})(info, **wanted)


def _full_commit(ask: Ask, commit: Commit) -> Fields:
    authors = [commit.author.email, *(address for address in _co_authors(commit.message))]
    return {
        "__typename": "Commit",
        "oid": commit.sha,
        "parents": connection(commit.parents, lambda sha: {"__typename": "Commit", "oid": sha}),
        "authors": connection(list(dict.fromkeys(authors)), lambda email: {"user": _user(ask, email)}),
        "committer": {"user": _user(ask, commit.committer.email)},
        "status": lambda _: _status(ask, commit.sha),
    }


def _status(ask: Ask, sha: str) -> Fields | None:
    """Return the latest statuses of a commit by their contexts; None where it has none."""
    _permitted(ask, "read", "statuses")
    latest = {status.context: status for status in ask.state.statuses if status.sha == sha}

    def context(_: Any, name: str) -> Fields | None:
        status = latest.get(name)
        if status is None:
            return None
        return {
            "context": name, "state": status.state.upper(), "description": status.description,
            "targetUrl": status.target_url, "createdAt": status.created_at, "creator": actor(ask, status.creator),
        }  # fmt: skip

    return {"context": context} if latest else None


def _co_authors(message: str) -> list[str]:
    lines = (line.strip() for line in message.splitlines())
    return [
        line.rpartition("<")[2].rstrip(">")
        for line in lines
        if line.lower().startswith("co-authored-by:") and "<" in line
    ]


def _user(ask: Ask, email: str) -> Fields | None:
    """Return the account of an address; also GitHub's addresses, in the new form with the id and in the old one."""
    found = account_of(ask, email)
    if found is None and email.endswith("@users.noreply.github.com"):
        ident, _, login = email.partition("@")[0].rpartition("+")
        users = ask.state.users.values()
        found = next((one for one in users if (str(one.id) == ident if ident else one.login == login)), None)
    # Only people are users in GraphQL.
    return {"databaseId": found.id, "login": found.login} if found and found.type == "User" else None
