"""Everything that a test can let go wrong at the stand-in for GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from github import GithubException
from requests import ReadTimeout, RequestException

from tests.checkouts import commit, write
from tests.github.standin import Fault, StandIn
from tests.github.test_standin import NAME, client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from github.PullRequest import PullRequest


pytestmark = pytest.mark.thorough


@pytest.fixture
def pull(standin: StandIn, folder: Path) -> Iterator[PullRequest]:
    with client(standin, timeout=1) as github:
        yield github.get_repo(NAME).get_pull(1)


ANSWERS = [
    (Fault.SERVER_ERROR, 500), (Fault.BAD_GATEWAY, 502), (Fault.UNAVAILABLE, 503), (Fault.SECONDARY_RATE_LIMIT, 403),
    (Fault.TOO_MANY_REQUESTS, 429), (Fault.FORBIDDEN, 403), (Fault.NOT_FOUND, 404), (Fault.UNPROCESSABLE, 422),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "status"), ANSWERS)
def test_a_call_is_answered_with_an_error_and_not_carried_out(
    fault: Fault, status: int, standin: StandIn, pull: PullRequest
) -> None:
    standin.faults.nth(1, fault)
    with pytest.raises(GithubException) as caught:
        pull.create_issue_comment("One")
    assert caught.value.status == status
    assert standin.state.comments == {}
    assert (standin.calls[-1].fault, standin.calls[-1].status) == (fault, status)
    headers = caught.value.headers or {}
    assert (headers.get("retry-after") == "1") == (fault in (Fault.SECONDARY_RATE_LIMIT, Fault.TOO_MANY_REQUESTS))
    assert ("Unicorn!" in str(caught.value)) == (status in (500, 502, 503))
    pull.create_issue_comment("Two")
    assert len(standin.state.comments) == 1


@pytest.mark.parametrize(("fault", "carried_out"), [(Fault.DROP_BEFORE, 0), (Fault.DROP_AFTER, 1), (Fault.TIMEOUT, 1)])
def test_a_client_can_not_know_whether_a_lost_call_was_carried_out(
    fault: Fault, carried_out: int, standin: StandIn, pull: PullRequest
) -> None:
    standin.faults.delay = 1.2
    standin.faults.on("POST", r"/comments$", fault)
    with pytest.raises(ReadTimeout if fault is Fault.TIMEOUT else RequestException):
        pull.create_issue_comment("One")
    assert len(standin.state.comments) == carried_out
    assert len(list(pull.get_issue_comments())) == carried_out


def test_an_answer_without_a_body_can_be_lost_too(standin: StandIn, pull: PullRequest) -> None:
    comment = pull.create_issue_comment("One")
    standin.faults.nth(1, Fault.DROP_AFTER)
    with pytest.raises(RequestException):
        comment.delete()
    assert standin.state.comments == {}


def test_a_stale_list_lacks_the_last_write(standin: StandIn, pull: PullRequest) -> None:
    pull.create_issue_comment("One")
    pull.create_issue_comment("Two")
    standin.faults.on("GET", "/comments", Fault.STALE_LIST)
    assert [one.body for one in pull.get_issue_comments()] == ["One"]
    assert [one.body for one in pull.get_issue_comments()] == ["One", "Two"]


def test_what_is_no_list_is_never_stale(standin: StandIn, pull: PullRequest) -> None:
    comment = pull.create_issue_comment("One")
    standin.faults.nth(1, Fault.STALE_LIST, always=True)
    assert pull.get_issue_comment(comment.id).body == "One"
    pull.create_issue_comment("Two")
    assert len(standin.state.comments) == 2


def test_github_may_not_know_yet_whether_it_can_be_merged(standin: StandIn, pull: PullRequest) -> None:
    standin.faults.on("GET", r"/pulls/1$", Fault.MERGEABLE_NULL)
    repo = pull.base.repo
    assert [repo.get_pull(1).mergeable for _ in range(2)] == [None, True]


def test_calls_are_counted_from_the_moment_of_arming(standin: StandIn, pull: PullRequest) -> None:
    standin.faults.nth(2, Fault.NOT_FOUND)
    list(pull.get_files())
    with pytest.raises(GithubException):
        list(pull.get_files())
    list(pull.get_files())
    assert [call.fault for call in standin.calls[-3:]] == [None, Fault.NOT_FOUND, None]


def test_a_fault_strikes_as_often_as_it_is_to(standin: StandIn, pull: PullRequest) -> None:
    def struck(calls: int) -> int:
        standin.forget_calls()
        for _ in range(calls):
            try:
                list(pull.get_files())
            except GithubException:
                continue
        return sum(call.fault is not None for call in standin.calls)

    standin.faults.on("*", "/files", Fault.NOT_FOUND, times=2)
    assert struck(4) == 2
    standin.faults.on("GET", "/files", Fault.NOT_FOUND, times=None)
    assert struck(4) == 4
    standin.faults.clear()
    standin.faults.nth(3, Fault.NOT_FOUND, always=True)
    assert struck(5) == 3
    standin.faults.clear()
    assert struck(1) == 0


def test_the_world_can_change_right_before_a_call(standin: StandIn, pull: PullRequest, folder: Path) -> None:
    old = pull.head.sha
    write(folder, "later.txt", "Later\n")
    commit(folder)
    standin.before(2, lambda: standin.push_head(1, folder))
    repo = pull.base.repo
    heads = [repo.get_pull(1).head.sha for _ in range(3)]
    assert heads[0] == old
    assert heads[1] == heads[2] == standin.git.resolve("refs/pull/1/head") != old
