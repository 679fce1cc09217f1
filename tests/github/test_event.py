"""The subject of a run: recorded events, and hostile ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.github.event import (
    AllPullRequests,
    EventError,
    HeadCommit,
    IrrelevantEvent,
    MergeGroup,
    OneIssue,
    OnePullRequest,
    Subject,
    read_event,
    read_issue_event,
)

EVENTS = Path(__file__).parent / "events"
HEAD = "ec26c3e57ca3a959ca5aad62de7213c562f8c821"
RUN = "3484a3fb816e0859fd6e1cea078d76385ff50625"
GROUP = "2ffea6db159f6b6c47a24e778fb9ef40cf6b1c7d"

RECORDED: dict[str, Subject] = {
    "comment-on-closed-pull-request": IrrelevantEvent("the pull request is closed"),
    "comment-on-issue": IrrelevantEvent("it is about an issue, not a pull request"),
    "comment-on-pull-request": OnePullRequest(1, None),
    "merge-group-destroyed": IrrelevantEvent("the merge group is gone"),
    "merge-group-requested": MergeGroup(GROUP, "main", 104),
    "pull-request-closed": IrrelevantEvent("the pull request is closed"),
    "pull-request-from-deleted-fork": OnePullRequest(2, HEAD),
    "pull-request-from-fork": OnePullRequest(2, HEAD),
    "pull-request-opened": OnePullRequest(2, HEAD),
    "pull-request-review-submitted": OnePullRequest(2, HEAD),
    "pull-request-synchronize": OnePullRequest(2, HEAD),
    "push": IrrelevantEvent("it is not about pull requests"),
    "schedule": AllPullRequests(),
    "workflow-dispatch": AllPullRequests(),
    "workflow-run-completed": HeadCommit(RUN),
    "workflow-run-from-fork": HeadCommit(RUN),
}


def event(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(file.stem for file in EVENTS.glob("*.json")))
def test_a_recorded_event_is_understood(name: str) -> None:
    assert read_event(event(name)) == RECORDED[name]


def edited(name: str, path: str, value: object) -> Any:
    """Return an event in which what is at `path` is something else, or is missing where that is `...`."""
    document = event(name)
    *before, last = path.split(".")
    part = document
    for key in before:
        part = part[key]
    if value is ...:
        del part[last]
    else:
        part[last] = value
    return document


NO_OBJECT: tuple[object, ...] = (None, 1, "text", [], [1], True)
NO_SHA: tuple[object, ...] = (
    None,
    ...,
    7,
    "",
    "HEAD",
    "main",
    HEAD[:7],
    HEAD.upper(),
    f"{HEAD}\n",
    f"-{HEAD[1:]}",
    HEAD * 2,
    [HEAD],
)
NO_NUMBER: tuple[object, ...] = (None, ..., "2", 0, -1, True, 2.0, 2**31, [2], {})
NO_STATE: tuple[object, ...] = (None, ..., "OPEN", "merged", 1)
NO_BRANCH: tuple[object, ...] = (
    None, ..., 1, "", "refs/heads/", "-main", "refs/heads/-main", "refs/heads/--upload-pack=x", "a..b", "a b", "a\nb",
    "a\x1b[0mb", "a\u2028b", "a\udc80b", "a~1", "a^", "a:b", "a?b", "a*b", "a[b", "a\\b", "a@{1}", "a//b", "a/", "/a", "a.",
    "a.lock", "b" * 256,
)  # fmt: skip
BROKEN = [
    *(("pull-request-opened", "pull_request", value) for value in NO_OBJECT),
    *(("pull-request-opened", "pull_request.head", value) for value in (*NO_OBJECT, ...)),
    *(("pull-request-opened", "pull_request.head.sha", value) for value in NO_SHA),
    *(("pull-request-opened", "pull_request.number", value) for value in NO_NUMBER),
    *(("pull-request-opened", "pull_request.state", value) for value in NO_STATE),
    *(("comment-on-issue", "issue", value) for value in NO_OBJECT),
    *(("comment-on-pull-request", "issue.number", value) for value in NO_NUMBER),
    *(("comment-on-pull-request", "issue.state", value) for value in NO_STATE),
    *(("workflow-run-from-fork", "workflow_run", value) for value in NO_OBJECT),
    *(("workflow-run-from-fork", "workflow_run.head_sha", value) for value in NO_SHA),
    *(("merge-group-requested", "merge_group", value) for value in NO_OBJECT),
    *(("merge-group-requested", "merge_group.head_sha", value) for value in NO_SHA),
    *(("merge-group-requested", "merge_group.base_ref", value) for value in NO_BRANCH),
]


@pytest.mark.parametrize(("name", "path", "value"), BROKEN)
def test_a_broken_event_is_refused_in_plain_words_that_quote_nothing_of_it(name: str, path: str, value: object) -> None:
    with pytest.raises(EventError) as refused:
        read_event(edited(name, path, value))
    message = str(refused.value)
    assert message.startswith("the event is broken: ")
    assert message.isprintable()
    assert not isinstance(value, str) or len(value) < 7 or value not in message


@pytest.mark.parametrize("document", [None, [], "pull_request", 1, [{"pull_request": {}}]])
def test_what_is_no_object_is_no_event(document: object) -> None:
    with pytest.raises(EventError, match="the event is no object"):
        read_event(document)


def test_an_unknown_event_is_not_ours() -> None:
    assert isinstance(read_event({}), IrrelevantEvent)


@pytest.mark.parametrize(
    ("ref", "branch", "number"),
    [
        ("refs/heads/main", "main", 104),
        # The branch of the queue isn't one of these.
        ("release/2026.1", "release/2026.1", None),
        ("refs/heads/모델", "모델", None),
        ("b" * 255, "b" * 255, None),
    ],
)
def test_the_branch_of_a_merge_group_is_named_without_its_prefix(ref: str, branch: str, number: int | None) -> None:
    assert read_event(edited("merge-group-requested", "merge_group.base_ref", ref)) == MergeGroup(GROUP, branch, number)


def test_commit_ids_of_repositories_with_sha_256_are_taken() -> None:
    long = "0123456789abcdef" * 4
    assert read_event(edited("workflow-run-from-fork", "workflow_run.head_sha", long)) == HeadCommit(long)


def test_of_another_workflows_run_nothing_but_the_head_is_believed() -> None:
    claimed = edited("workflow-run-completed", "workflow_run.pull_requests", [{"number": 1, "head": {"sha": HEAD}}])
    assert read_event(claimed) == HeadCommit(RUN)


# ---- issues ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(file.stem for file in EVENTS.glob("*.json")))
def test_of_issues_only_those_count_that_are_no_pull_requests(name: str) -> None:
    found = read_issue_event(event(name))
    assert found == OneIssue(1) if name == "comment-on-issue" else isinstance(found, IrrelevantEvent)


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {"issue": None},
        {"issue": {}},
        {"issue": {"number": "1", "state": "open"}},
        {"issue": {"number": True, "state": "open"}},
        {"issue": {"number": 0, "state": "open"}},
        {"issue": {"number": 1}},
        {"issue": {"number": 1, "state": "ajar"}},
    ],
)
def test_a_broken_event_of_an_issue_is_refused(document: object) -> None:
    with pytest.raises(EventError):
        read_issue_event(document)


@pytest.mark.parametrize(
    ("action", "is_new"), [("opened", True), ("edited", False), ("reopened", False), (None, False)]
)
def test_an_issue_is_new_only_when_it_was_just_opened(action: str | None, is_new: bool) -> None:
    found = read_issue_event({"action": action, "issue": {"number": 1, "state": "open"}})
    assert found == OneIssue(1, is_new)


def test_a_closed_issue_is_left_alone() -> None:
    assert read_issue_event({"issue": {"number": 1, "state": "closed"}}) == IrrelevantEvent("the issue is closed")


@pytest.mark.parametrize(
    ("ref", "number"),
    [
        ("refs/heads/gh-readonly-queue/main/pr-7-" + "a" * 40, 7),
        ("gh-readonly-queue/main/pr-7-" + "a" * 40, None),
        ("refs/heads/gh-readonly-queue/other/pr-7-" + "a" * 40, None),
        ("refs/heads/gh-readonly-queue/main/pr-0-" + "a" * 40, None),
        ("refs/heads/gh-readonly-queue/main/pr-99999999999-" + "a" * 40, None),
        ("refs/heads/gh-readonly-queue/main/pr-7-x", None),
        ("refs/heads/main", None),
        (None, None),
        (7, None),
    ],
)
def test_the_last_pull_request_of_a_merge_group_is_in_the_name_of_its_branch(ref: object, number: int | None) -> None:
    assert read_event(edited("merge-group-requested", "merge_group.head_ref", ref)) == MergeGroup(GROUP, "main", number)
