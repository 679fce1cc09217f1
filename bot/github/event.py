"""Subject of a run, from the event in the file at GITHUB_EVENT_PATH.

The kind of event is recognised by its keys, so that a run can be repeated from the file alone. Its texts are hostile data:
only numbers, commit ids and branch names are taken from it, and each is validated.
https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, TypeAlias


class EventError(Exception):
    """The event isn't as GitHub documents it; the message is for people."""


@dataclass(frozen=True, slots=True)
class OnePullRequest:
    """Pull request by its number."""

    number: int
    head: str | None
    """The head when the event happened; None where the event doesn't have it."""


@dataclass(frozen=True, slots=True)
class HeadCommit:
    """Commit on which another workflow has finished: the head of the open pull requests to judge.

    Nothing else of such an event is used: the list of pull requests is empty for forks
    (https://github.com/actions/runner/issues/3444), and the rest is up to the author of the other workflow.
    """

    sha: str


@dataclass(frozen=True, slots=True)
class MergeGroup:
    """Group of pull requests in the merge queue, as the commit that would become the tip of the branch."""

    head: str
    base_ref: str
    number: int | None = None
    """The last pull request in it; None where the event doesn't tell."""


@dataclass(frozen=True, slots=True)
class AllPullRequests:
    """All open pull requests, for scheduled runs."""


@dataclass(frozen=True, slots=True)
class OneIssue:
    """Issue by its number."""

    number: int
    is_new: bool = False
    """Whether it was opened by this event."""


@dataclass(frozen=True, slots=True)
class IrrelevantEvent:
    """Event without anything to do."""

    reason: str
    """A sentence without a full stop, and without any text of the event."""


Subject: TypeAlias = OnePullRequest | HeadCommit | MergeGroup | AllPullRequests | IrrelevantEvent

QUEUE = "gh-readonly-queue"
"""The folder of the branches that GitHub makes for merge queues."""

_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# What git forbids (https://git-scm.com/docs/git-check-ref-format), and what a shell or a log would stumble over.
_NOT_IN_BRANCH = re.compile(r"^[-/.]|\.\.|@\{|//|[/.]$|\.lock$|[\s~^:?*\[\\\x00-\x20\x7f-\xa0\ud800-\udfff]")
_LONGEST_BRANCH = 255
_HIGHEST_NUMBER = 2**31 - 1


def read_event(document: object) -> Subject:
    """Return the subject of an event. Raises EventError when it lacks something that GitHub documents for its kind."""
    event = _object(document, "the event")
    if "merge_group" in event:
        return _merge_group(event)
    if "workflow_run" in event:
        return HeadCommit(_sha(_object(event["workflow_run"], "workflow_run"), "head_sha"))
    if "pull_request" in event:
        return _pull_request(event)
    if "issue" in event:
        return _issue(event)
    if "schedule" in event or {"inputs", "workflow"} <= event.keys():
        return AllPullRequests()
    return IrrelevantEvent("it is not about pull requests")


def _merge_group(event: dict[str, Any]) -> Subject:
    if event.get("action") == "destroyed":
        return IrrelevantEvent("the merge group is gone")
    group = _object(event["merge_group"], "merge_group")
    base = _branch(_text(group, "base_ref").removeprefix("refs/heads/"))
    ref = group.get("head_ref")
    return MergeGroup(_sha(group, "head_sha"), base, queued_number(ref, base) if isinstance(ref, str) else None)


def queued_number(ref: str, base: str) -> int | None:
    """Return the pull request for which the merge queue made a branch; None for other branches."""
    # https://docs.github.com/en/pull-requests/how-tos/merge-and-close-pull-requests/merging-a-pull-request-with-a-merge-queue
    found = re.fullmatch(rf"refs/heads/{re.escape(QUEUE)}/{re.escape(base)}/pr-([1-9][0-9]{{0,9}})-[0-9a-f]+", ref)
    return int(found[1]) if found and int(found[1]) <= _HIGHEST_NUMBER else None


def _pull_request(event: dict[str, Any]) -> Subject:
    pull = _object(event["pull_request"], "pull_request")
    found = OnePullRequest(_number(pull), _sha(_object(pull.get("head"), "pull_request.head"), "sha"))
    return IrrelevantEvent("the pull request is closed") if _is_closed(pull) else found


def _issue(event: dict[str, Any]) -> Subject:
    issue = _object(event["issue"], "issue")
    found = OnePullRequest(_number(issue), None)
    # Every pull request of GitHub's is an issue too; only this key is different.
    if not isinstance(issue.get("pull_request"), dict):
        return IrrelevantEvent("it is about an issue, not a pull request")
    return IrrelevantEvent("the pull request is closed") if _is_closed(issue) else found


def read_issue_event(document: object) -> OneIssue | IrrelevantEvent:
    """Return the issue of an event that opens, changes or comments on one. Raises EventError."""
    event = _object(document, "the event")
    if "issue" not in event:
        return IrrelevantEvent("it is not about issues")
    issue = _object(event["issue"], "issue")
    number = _number(issue)
    if isinstance(issue.get("pull_request"), dict):
        return IrrelevantEvent("it is about a pull request, not an issue")
    if _is_closed(issue):
        return IrrelevantEvent("the issue is closed")
    return OneIssue(number, event.get("action") == "opened")


def _is_closed(part: dict[str, Any]) -> bool:
    state = _text(part, "state")
    if state not in ("open", "closed"):
        raise EventError("the event is broken: `state` is neither open nor closed.")
    return state == "closed"


def _object(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise EventError(f"the event is broken: {where} is no object.")
    return value


def _text(part: dict[str, Any], key: str) -> str:
    value = part.get(key)
    if not isinstance(value, str):
        raise EventError(f"the event is broken: `{key}` is no text.")
    return value


def _number(part: dict[str, Any]) -> int:
    value = part.get("number")
    # In Python, True is an int.
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _HIGHEST_NUMBER:
        raise EventError("the event is broken: `number` is no number of a pull request or an issue.")
    return value


def _sha(part: dict[str, Any], key: str) -> str:
    value = _text(part, key)
    if not _SHA.fullmatch(value):
        raise EventError(f"the event is broken: `{key}` is no id of a commit.")
    return value


def _branch(name: str) -> str:
    if not name or len(name) > _LONGEST_BRANCH or _NOT_IN_BRANCH.search(name):
        raise EventError("the event is broken: `base_ref` is no plain name of a branch.")
    return name
