"""Facts in the answers of `bot.github.queries`: plain data from JSON, without a call.

An answer that lacks what GitHub's schema promises raises KeyError, TypeError or ValueError.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from bot.board.model.layout import BOT_BRANCHES, PROPOSAL_BRANCH
from bot.github.actions import Acknowledgement
from bot.github.facts import (
    GHOST,
    Comment,
    Merged,
    Person,
    PullCommit,
    PullRequest,
    Review,
    ReviewState,
    TimelineEvent,
    TimelineKind,
)

WEB_FLOW = 19864447
"""The account that GitHub commits as on its web page."""
MOST_COMMITS = 250
"""GitHub lists no more commits of a pull request."""
_NEWCOMERS = frozenset({"FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR", "NONE"})
# https://docs.github.com/en/graphql/reference/enums#commentauthorassociation
_INSIDERS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
_KINDS = {
    "ClosedEvent": TimelineKind.CLOSED,
    "ReopenedEvent": TimelineKind.REOPENED,
    "ConvertToDraftEvent": TimelineKind.DRAFTED,
    "ReadyForReviewEvent": TimelineKind.READY,
    "BaseRefChangedEvent": TimelineKind.RETARGETED,
    # GitHub itself changes the base branch of a pull request when that is merged and deleted.
    "AutomaticBaseChangeSucceededEvent": TimelineKind.RETARGETED,
    "HeadRefForcePushedEvent": TimelineKind.FORCE_PUSHED,
}


class Conversation(NamedTuple):
    """Pull request with its conversation, history and commits, as of one moment."""

    pull: PullRequest
    comments: tuple[Comment, ...]
    """Comments and the texts of reviews, oldest first."""
    reviews: tuple[Review, ...]
    """In the order of their submission."""
    timeline: tuple[TimelineEvent, ...]
    commits: tuple[PullCommit, ...] | None
    twins: tuple[int, ...]
    base_tip: str | None


PAGED = ("comments", "reviews", "timeline", "commits", "others")
"""Parts of a conversation that come in pages, by their names in the query."""


def conversation_in(repository: dict[str, Any], pages: dict[str, list[dict[str, Any]]], bot: int) -> Conversation:
    """Return the facts about a pull request. `repository` is the first page's; `bot` is the id of the bot's account."""
    said = repository["pullRequest"]
    default = repository["defaultBranchRef"]["name"] if repository["defaultBranchRef"] else None
    pull = _pull_request(said, repository["databaseId"], default, bot)
    submitted = [one for one in pages["reviews"] if one["state"] in list(ReviewState)]  # a draft of our own is PENDING
    # Only reviews of others: the bot's own are its suggestions.
    texts = [one for one in submitted if one["body"].strip() and account_in(one["author"]).id != bot]
    comments = [*map(comment_in, pages["comments"]), *map(comment_in, texts)]
    base = said["baseRef"]
    return Conversation(
        pull=pull,
        comments=tuple(sorted(comments, key=lambda one: one.at)),
        reviews=tuple(map(_review, submitted)),
        timeline=tuple(map(_event, pages["timeline"])),
        commits=_commits(pages["commits"], said),
        twins=_twins(pull, default, pages["others"]),
        base_tip=base["target"]["oid"] if base and base["target"] else None,
    )


def comment_in(said: dict[str, Any]) -> Comment:
    """Return a comment, or the text of a review as one."""
    own = {group["content"].lower() for group in said["reactionGroups"] or () if group["viewerHasReacted"]}
    reactions = frozenset(effect.value for effect in Acknowledgement if effect.value in own)
    at = datetime.fromisoformat(said.get("submittedAt") or said["createdAt"])
    edited_at = datetime.fromisoformat(said["lastEditedAt"]) if said["lastEditedAt"] else None
    if edited_at is not None and "submittedAt" in said and edited_at <= at:
        edited_at = None  # Nobody else has seen what a review said while it was a draft.
    return Comment(
        id=int(said["fullDatabaseId"]),
        author=account_in(said["author"]),
        body=said["body"],
        at=at,
        edited_at=edited_at,
        editor=account_in(said["editor"]) if edited_at else None,
        reactions=reactions,
        was_declaration=edited_at is not None and Acknowledgement.DECLARED in reactions,
        node=said["id"],
        by_insider=said["authorAssociation"] in _INSIDERS,
        is_review="submittedAt" in said,
        commit=_oid(said.get("commit")),
    )


def account_in(said: dict[str, Any] | None) -> Person:
    """Return a person. Accounts without an id, such as deleted ones, are the ghost."""
    if said is None:
        return GHOST
    if said["__typename"] == "EnterpriseUserAccount":
        said = {"login": said["login"], "__typename": "User"} | (said["user"] or {})
    ident, login = said.get("databaseId"), said["login"]
    if ident is None:
        return GHOST
    is_bot = said["__typename"] == "Bot"
    # As in REST: `github-actions[bot]` is `github-actions` in GraphQL.
    return Person(ident, f"{login.removesuffix('[bot]')}[bot]" if is_bot else login, is_bot)


def _pull_request(said: dict[str, Any], repository: int, default: str | None, bot: int) -> PullRequest:
    author = account_in(said["author"])
    fork = said["headRepository"]  # None when the fork was deleted
    is_from_here = fork is not None and fork["databaseId"] == repository
    name = said["headRefName"] if is_from_here else ""
    # Where the bot may open no pull requests, a person opens the one from its branch.
    branch = name if author.id == bot or name.startswith(BOT_BRANCHES) else ""
    merged = None
    if said["mergedAt"]:
        at = datetime.fromisoformat(said["mergedAt"])
        merged = Merged(at, account_in(said["mergedBy"]), _oid(said["mergeCommit"]))
    return PullRequest(
        number=said["number"],
        head=said["headRefOid"],
        base=said["baseRefName"],
        into_default=said["baseRefName"] == default,
        is_open=said["state"] == "OPEN",
        is_draft=said["isDraft"],
        author=author,
        is_first=said["authorAssociation"] in _NEWCOMERS and not author.is_bot,
        is_our_own=branch == PROPOSAL_BRANCH and author.id == bot,
        branch=branch,
        labels=frozenset(label["name"] for label in said["labels"]["nodes"]),
        created=datetime.fromisoformat(said["createdAt"]),
        merged=merged,
        updated=datetime.fromisoformat(said["updatedAt"]),
        title=said["title"],
        body=said["body"],
        is_locked=said["locked"],
    )


def _review(said: dict[str, Any]) -> Review:
    return Review(
        account_in(said["author"]),
        ReviewState(said["state"]),
        _oid(said["commit"]),
        said["body"],
        datetime.fromisoformat(said["submittedAt"]),
        said["authorAssociation"] in _INSIDERS,
    )


def _event(said: dict[str, Any]) -> TimelineEvent:
    return TimelineEvent(
        kind=_KINDS[said["__typename"]],
        at=datetime.fromisoformat(said["createdAt"]),
        before=_oid(said.get("beforeCommit")),
        after=_oid(said.get("afterCommit")),
    )


def _commits(listed: list[dict[str, Any]], said: dict[str, Any]) -> tuple[PullCommit, ...] | None:
    """Return the commits; None where GitHub doesn't list all of them, or all of their authors."""
    if len(listed) >= MOST_COMMITS or len(listed) < said["commits"]["totalCount"]:
        return None
    found = [commit_in(one["commit"]) for one in listed]
    return None if None in found else tuple(one for one in found if one is not None)


def commit_in(said: dict[str, Any]) -> PullCommit | None:
    """Return a commit; None where GitHub doesn't list all of its authors."""
    parents, authors = said["parents"], said["authors"]
    if len(parents["nodes"]) < parents["totalCount"] or len(authors["nodes"]) < authors["totalCount"]:
        return None
    people = frozenset(filter(None, (_user(one) for one in authors["nodes"])))
    return PullCommit(said["oid"], tuple(one["oid"] for one in parents["nodes"]), people, _user(said["committer"]))


def writers_in(said: dict[str, Any]) -> frozenset[int] | None:
    """Return the ids of everybody who wrote the text of an issue; None where GitHub doesn't list all of them."""
    edits = said["userContentEdits"]
    listed = edits["nodes"] if edits else []
    if edits and len(listed) < edits["totalCount"]:
        return None
    return frozenset(account_in(one).id for one in (said["author"], *(edit["editor"] for edit in listed)))


def _user(said: dict[str, Any] | None) -> int | None:
    """Return the id of the account of an author or a committer; None for GitHub itself, and without an account."""
    user = said["user"] if said else None
    ident: int | None = user["databaseId"] if user else None
    return None if ident == WEB_FLOW else ident


def _twins(pull: PullRequest, default: str | None, others: list[dict[str, Any]]) -> tuple[int, ...]:
    same = (one["number"] for one in others if one["headRefOid"] == pull.head and one["baseRefName"] == default)
    return tuple(sorted({number for number in same if number != pull.number}))


def _oid(said: dict[str, Any] | None) -> str | None:
    return said["oid"] if said else None
