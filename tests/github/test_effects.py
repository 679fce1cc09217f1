"""Executing actions: all of them, some of them, none of them, and the messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.github.actions import (
    Acknowledge,
    Acknowledgement,
    Action,
    AddLabels,
    Annotate,
    Annotation,
    AnnotationLevel,
    CloseIssue,
    DeleteComment,
    EditComment,
    KeepLinks,
    RemoveLabel,
    SetStatus,
    Suggest,
    Suggestion,
    WriteComment,
)
from bot.github.client import CONTEXT
from bot.github.effects import (
    FailedAction,
    OvertakenError,
    StatusGuard,
    carry_out,
    carry_out_one,
    describe,
    set_error_status,
    set_status,
)
from bot.github.facts import StatusState
from bot.github.failure import CallFailedError, NotFoundError
from tests.checkouts import commit, write
from tests.github.standin import ACTIONS_BOT, Fault, Pull, StandIn
from tests.github.test_client import HOSTILE, connected

if TYPE_CHECKING:
    from pathlib import Path

    from bot.github.actions import IssueAction

FILE = "assessments/example/one.yaml"
HEAD = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def folder(standin: StandIn, tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    write(folder, "README.md", "Models\n")
    commit(folder)
    standin.branch(folder)
    write(folder, FILE, "one\ntwo\n")
    commit(folder)
    return folder


@pytest.fixture
def pull(standin: StandIn, folder: Path) -> Pull:
    """Return a pull request with two comments of the bot's, a command and a label."""
    pull = standin.open_pull(folder, labels=["old"])
    for login, body in ((ACTIONS_BOT.login, "Old"), (ACTIONS_BOT.login, "Doubled"), ("example-author", "/recheck")):
        standin.comment(1, login, body)
    return pull


def every_action(standin: StandIn, pull: Pull) -> list[Action]:
    sticky, doubled, command = standin.state.comments
    line = Annotation(FILE, 1, AnnotationLevel.WARNING, "A rule", "A message")
    return [
        WriteComment("A first comment"),
        EditComment(sticky, "New"),
        DeleteComment(doubled),
        AddLabels(("new", "newer")),
        RemoveLabel("old"),
        Annotate(pull.head_sha, "A title", "A summary", (line,), "digest"),
        KeepLinks(pull.head_sha, "A title", "A summary", "A text"),
        Suggest(pull.head_sha, "A body", (Suggestion(FILE, 1, 2, "A suggestion"),)),
        Acknowledge(command, Acknowledgement.DONE, f"IC_{command}"),
        SetStatus(pull.head_sha, StatusState.SUCCESS, "All is well"),
    ]


KINDS = (
    "comment",
    "comment",
    "comment",
    "labels",
    "labels",
    "annotations",
    "links",
    "suggestions",
    "reaction",
    "status",
)
"""What each of these actions is called where it failed."""


def statuses(standin: StandIn) -> list[tuple[str, str, str | None]]:
    return [(status.context, status.state, status.description) for status in standin.state.statuses]


def test_every_action_is_one_call_in_the_order_of_the_decision(standin: StandIn, pull: Pull) -> None:
    assert carry_out(connected(standin), 1, pull.head_sha, every_action(standin, pull)) == []
    bodies = [comment.body for comment in standin.state.comments.values()]
    assert bodies == ["New", "/recheck", "A first comment"]
    assert sorted(pull.labels) == ["new", "newer"]
    assert [run.text for run in standin.state.check_runs.values()] == [None, "A text"]
    assert next(iter(standin.state.check_runs.values())).external_id == "digest"
    assert [(review.state, len(review.comments)) for review in pull.reviews] == [("COMMENTED", 1)]
    reactions = [reaction.content for comment in standin.state.comments.values() for reaction in comment.reactions]
    assert reactions == ["rocket"]
    assert statuses(standin) == [(CONTEXT, "success", "All is well")]
    assert [call.method for call in standin.calls] == [
        "GET", "POST", "PATCH", "DELETE", "POST", "DELETE", "POST", "POST", "POST", "POST", "POST",
    ]  # fmt: skip
    assert "/statuses/" in standin.calls[-1].path


def test_nothing_is_written_when_the_head_has_moved(standin: StandIn, folder: Path, pull: Pull) -> None:
    old, actions = pull.head_sha, every_action(standin, pull)
    write(folder, FILE, "three\n")
    commit(folder)
    standin.push_head(1, folder)
    with pytest.raises(OvertakenError, match=f" has a newer head than {old[:7]}, whose own run answers$"):
        carry_out(connected(standin), 1, old, actions)
    assert standin.writes == []


def test_nothing_is_written_to_what_has_vanished(standin: StandIn, pull: Pull) -> None:
    with pytest.raises(NotFoundError):
        carry_out(connected(standin), 2, pull.head_sha, every_action(standin, pull))
    assert standin.writes == []


def test_nothing_is_written_when_the_head_cannot_be_asked_for(standin: StandIn, pull: Pull) -> None:
    standin.faults.on("GET", "", Fault.UNAVAILABLE, times=None)
    with pytest.raises(CallFailedError):
        carry_out(connected(standin), 1, pull.head_sha, every_action(standin, pull))
    assert standin.writes == []


@pytest.mark.thorough
@pytest.mark.parametrize("fault", [Fault.FORBIDDEN, Fault.UNPROCESSABLE, Fault.NOT_FOUND])
@pytest.mark.parametrize("number", range(9))
def test_an_action_that_is_refused_keeps_no_other_from_happening_and_the_status_says_so(
    number: int, fault: Fault, standin: StandIn, pull: Pull
) -> None:
    actions = every_action(standin, pull)
    standin.faults.nth(number + 2, fault)  # behind the question for the head
    (failed,) = carry_out(connected(standin), 1, pull.head_sha, actions)
    assert failed.action == describe(actions[number])
    assert failed.error.startswith(f"GitHub answered {fault.value}: ")
    assert [call.status for call in standin.writes if not call.fault] == [
        status for place, status in enumerate((201, 200, 204, 200, 200, 201, 201, 200, 200, 201)) if place != number
    ]
    # A suggestion on a line that GitHub doesn't show is a convenience: the comment says the same.
    assert failed.is_dispensable is ((KINDS[number], fault) == ("suggestions", Fault.UNPROCESSABLE))
    words = f"The bot could not do everything: {KINDS[number]}; see the log"
    said = (CONTEXT, "success", "All is well") if failed.is_dispensable else (CONTEXT, "error", words)
    assert statuses(standin) == [said]


def test_a_token_that_may_not_label_still_says_everything_else(standin: StandIn, pull: Pull) -> None:
    standin.faults.on("*", r"/labels", Fault.FORBIDDEN, times=None)
    failed = carry_out(connected(standin), 1, pull.head_sha, every_action(standin, pull))
    assert failed == [
        FailedAction("add the labels new, newer", "GitHub answered 403: Resource not accessible by integration"),
        FailedAction("remove the label old", "GitHub answered 403: Resource not accessible by integration"),
    ]
    assert statuses(standin) == [(CONTEXT, "error", "The bot could not do everything: labels; see the log")]
    assert (len(standin.state.check_runs), len(pull.reviews)) == (2, 1)


def test_a_status_that_lists_all_that_failed_still_fits(standin: StandIn, pull: Pull) -> None:
    standin.faults.on("*", r"comments|labels|check-runs|reviews|mutation", Fault.FORBIDDEN, times=None)
    failed = carry_out(connected(standin), 1, pull.head_sha, every_action(standin, pull))
    assert len(failed) == 9
    ((_, state, words),) = statuses(standin)
    assert state == "error"
    assert (
        words
        == "The bot could not do everything: comment, labels, annotations, links, suggestions, reaction; see the log"
    )


def test_a_status_that_cannot_be_set_is_reported(standin: StandIn, pull: Pull) -> None:
    standin.faults.on("POST", r"/statuses/", Fault.FORBIDDEN)
    (failed,) = carry_out(connected(standin), 1, pull.head_sha, every_action(standin, pull))
    assert failed.action == f"set the status openness-bot of {pull.head_sha[:7]} to success: All is well"


@pytest.mark.parametrize(("with_status", "expected"), [(True, [(CONTEXT, "error")]), (False, [])])
def test_a_failure_is_reported_by_a_status_where_none_was_due_unless_it_is_not_ours_to_set(
    with_status: bool, expected: list[tuple[str, str]], standin: StandIn, pull: Pull
) -> None:
    standin.faults.on("POST", r"/labels", Fault.FORBIDDEN)
    client = connected(standin)
    assert carry_out(client, 1, pull.head_sha, [RemoveLabel("old")], StatusGuard(is_wanted=with_status)) == []
    assert statuses(standin) == []
    (failed,) = carry_out(client, 1, pull.head_sha, [AddLabels(("new",))], StatusGuard(is_wanted=with_status))
    assert failed.action == "add the labels new"
    assert [status[:2] for status in statuses(standin)] == expected


def test_right_before_a_success_what_it_rests_on_is_looked_at_again(standin: StandIn, pull: Pull) -> None:
    def confirm() -> None:
        seen.append(list(pull.labels))
        raise OvertakenError

    seen: list[list[str]] = []
    success, pending = (SetStatus(pull.head_sha, StatusState(state), "") for state in ("success", "pending"))
    carry_out(connected(standin), 1, pull.head_sha, [AddLabels(("new",)), pending], StatusGuard(confirm=confirm))
    with pytest.raises(OvertakenError):
        carry_out(connected(standin), 1, pull.head_sha, [AddLabels(("newer",)), success], StatusGuard(confirm=confirm))
    assert seen == [["old", "new", "newer"]]
    assert [status[1] for status in statuses(standin)] == ["pending"]


def test_the_status_of_a_failure_keeps_the_effect_that_was_judged_on_record(standin: StandIn, pull: Pull) -> None:
    standin.faults.on("POST", r"/labels", Fault.FORBIDDEN)
    client, effect = connected(standin), "a" * 20
    carry_out(
        client, 1, pull.head_sha, [AddLabels(("new",)), SetStatus(pull.head_sha, StatusState.SUCCESS, "", effect)]
    )
    (record,) = client.records(pull.head_sha, 1)
    assert (record.state, record.effect) == (StatusState.ERROR, effect)


@pytest.mark.parametrize(("completed", "reason"), [(True, "completed"), (False, "not_planned")])
def test_an_issue_is_closed_as_completed_or_as_not_planned(completed: bool, reason: str, standin: StandIn) -> None:
    issue = standin.open_issue("example-author", "A title")
    carry_out_one(connected(standin), issue.number, CloseIssue(completed))
    assert (issue.state, issue.state_reason) == ("closed", reason)


@pytest.mark.thorough
@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.DROP_BEFORE, Fault.BAD_GATEWAY])
@pytest.mark.parametrize("number", range(10))
def test_a_lost_answer_never_makes_two_of_anything(number: int, fault: Fault, standin: StandIn, pull: Pull) -> None:
    standin.faults.nth(number + 2, fault)
    failed = carry_out(connected(standin), 1, pull.head_sha, every_action(standin, pull))
    assert len(failed) == (1 if number in (0, 5, 6, 7) else 0)
    bodies = [comment.body for comment in standin.state.comments.values()]
    assert len(set(bodies)) == len(bodies)
    assert len(pull.reviews) <= 1
    names = [run.name for run in standin.state.check_runs.values()]
    assert len(set(names)) == len(names)
    assert len({state for _, state, _ in statuses(standin)}) == 1


def test_a_suggestion_outside_of_the_diff_fails_alone(standin: StandIn, pull: Pull) -> None:
    outside = Suggest(pull.head_sha, "A body", (Suggestion("README.md", 1, 1, "A suggestion"),))
    (failed,) = carry_out(
        connected(standin), 1, pull.head_sha, [outside, SetStatus(pull.head_sha, StatusState.SUCCESS, "")]
    )
    assert failed.action == f"suggest 1 change to {pull.head_sha[:7]}"
    assert "422" in failed.error
    assert pull.reviews == []


def test_a_merge_group_gets_a_status_alone(standin: StandIn, pull: Pull) -> None:
    action = SetStatus(pull.head_sha, StatusState.FAILURE, "A description")
    assert set_status(connected(standin), action) == []
    assert statuses(standin) == [(CONTEXT, "failure", "A description")]
    assert len(standin.calls) == 1


def test_a_failure_of_the_bot_is_reported_on_the_head_as_far_as_possible(standin: StandIn, pull: Pull) -> None:
    assert set_error_status(connected(standin), pull.head_sha, "It broke\n" * 30) == []
    ((_, state, words),) = statuses(standin)
    assert (state, len(words or "")) == ("error", 140)
    standin.faults.on("*", "", Fault.BAD_GATEWAY, times=None)
    (failed,) = set_error_status(connected(standin), pull.head_sha, "It broke")
    assert failed.error == "GitHub answered 502"


def test_a_push_in_the_middle_changes_nothing_of_what_is_bound_to_the_old_head(
    standin: StandIn, folder: Path, pull: Pull
) -> None:
    old = pull.head_sha
    write(folder, FILE, "three\n")
    commit(folder)
    standin.before(3, lambda: standin.push_head(1, folder))
    assert carry_out(connected(standin), 1, old, every_action(standin, pull)) == []
    assert {status.sha for status in standin.state.statuses} == {old}


# ---- messages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (WriteComment("x" * 1234), "write the comment (1,234 characters)"),
        (EditComment(5, "x"), "edit the comment 5 (1 character)"),
        (DeleteComment(5), "delete the comment 5"),
        (AddLabels(("a", "b")), "add the labels a, b"),
        (RemoveLabel("a"), "remove the label a"),
        (Annotate(HEAD, "2 errors", "", (), ""), "annotate no lines of 0123456: 2 errors"),
        (KeepLinks(HEAD, "A title", "", ""), "keep what was found about the links of 0123456: A title"),
        (Suggest(HEAD, "", (Suggestion(FILE, 1, 1, ""),) * 2), "suggest 2 changes to 0123456"),
        (Acknowledge(5, Acknowledgement.DONE), "react to the comment 5"),
        (SetStatus(HEAD, StatusState.FAILURE, "Words"), "set the status openness-bot of 0123456 to failure: Words"),
        (CloseIssue(completed=True), "close the issue as completed"),
        (CloseIssue(completed=False), "close the issue as not planned"),
    ],
)
def test_an_action_is_described_in_one_line(action: Action | IssueAction, words: str) -> None:
    assert describe(action) == words


@pytest.mark.parametrize(
    "action",
    [
        WriteComment(HOSTILE),
        EditComment(5, HOSTILE),
        AddLabels((HOSTILE, "##", "[error]")),
        RemoveLabel(HOSTILE),
        Annotate(HEAD, HOSTILE, HOSTILE, (), HOSTILE),
        SetStatus(HEAD, StatusState.FAILURE, HOSTILE),
    ],
)
def test_a_description_is_harmless_in_a_log(action: Action) -> None:
    line = describe(action)
    assert line.isprintable()
    assert not line.startswith(":")
    assert "##[" not in line
