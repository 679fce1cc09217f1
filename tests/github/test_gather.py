"""GitHub's facts about a pull request, fetched once at the beginning of a run: the cost, and failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.github.actions import Acknowledgement
from bot.github.client import CONTEXT
from bot.github.facts import ReviewState, Role, Status, StatusState
from bot.github.failure import CallFailedError, NotFoundError
from bot.github.gather import MOST_ROLES, gather
from tests.checkouts import commit, write
from tests.github.standin import ACTIONS_BOT, Fault, Pull, StandIn
from tests.github.test_client import asked, connected

if TYPE_CHECKING:
    from pathlib import Path

MOST_CALLS = 6


@pytest.fixture
def pull(standin: StandIn, tmp_path: Path) -> Pull:
    """Return a pull request in the middle of its life."""
    folder = tmp_path / "work"
    write(folder, "README.md", "Models\n")
    commit(folder)
    standin.branch(folder)
    write(folder, "assessments/example/one.yaml", "one\n")
    commit(folder)
    pull = standin.open_pull(folder)
    standin.comment(1, ACTIONS_BOT.login, "The bot's")
    standin.comment(1, "example-author", "/recheck")
    standin.permission("example-maintainer", "maintain")
    standin.review(1, "example-maintainer", "COMMENTED", "A question")
    standin.review(1, "example-maintainer", "APPROVED")
    standin.status(pull.head_sha, CONTEXT, "pending", "Waiting", "https://example.org/runs/1?pr=1")
    standin.forget_calls()
    return pull


def test_everything_that_github_says_costs_one_call_each(standin: StandIn, pull: Pull) -> None:
    facts = gather(connected(standin), 1)
    maintainer = standin.state.user("example-maintainer").id
    assert facts.bot == ACTIONS_BOT.id
    assert (facts.pull.number, facts.pull.head) == (1, pull.head_sha)
    assert [comment.body for comment in facts.comments] == ["The bot's", "/recheck", "A question"]
    assert [review.state for review in facts.reviews] == [ReviewState.COMMENTED, ReviewState.APPROVED]
    assert (facts.roles, facts.maintainers) == ({maintainer: Role.MAINTAIN}, 1)
    assert facts.status == Status(StatusState.PENDING, "Waiting")
    assert facts.annotated is None
    assert sorted(asked(standin)) == sorted(
        [
            "query Conversation",
            "GET /collaborators",
            f"GET /commits/{pull.head_sha}/statuses",
        ]
    )


def test_a_long_conversation_stays_within_the_budget(standin: StandIn, pull: Pull) -> None:
    for number in range(250):
        standin.comment(1, f"example-reader-{number}", "Hello")
    assert len(gather(connected(standin), 1).comments) == 253
    assert len(standin.calls) <= MOST_CALLS


def test_an_edited_declaration_is_marked_by_the_bots_own_reaction(standin: StandIn, pull: Pull) -> None:
    said = standin.comment(1, "example-maintainer", "/coi example")
    client = connected(standin)
    client.acknowledge(gather(client, 1).comments[-1].node, Acknowledgement.DECLARED)
    assert not gather(client, 1).comments[-1].was_declaration
    standin.edit_comment(said.id, "/coi none")
    assert gather(client, 1).comments[-1].was_declaration


def test_no_crowd_of_edited_comments_hides_a_declaration(standin: StandIn, pull: Pull) -> None:
    said = standin.comment(1, "example-maintainer", "/coi example I work there")
    client = connected(standin)
    client.acknowledge(gather(client, 1).comments[-1].node, Acknowledgement.DECLARED)
    standin.edit_comment(said.id, "Never mind")
    for number in range(130):
        other = standin.comment(1, "example-maintainer", f"Thought {number}")
        standin.edit_comment(other.id, f"Thought {number}, better")
        standin.react(other.id, "example-maintainer", "eyes")
    standin.forget_calls()
    assert [comment.id for comment in gather(client, 1).comments if comment.was_declaration] == [said.id]
    assert len(standin.calls) <= MOST_CALLS


def test_whoever_reacts_before_the_bot_does_not_keep_it_from_taking_a_declaration(standin: StandIn, pull: Pull) -> None:
    said = standin.comment(1, "example-maintainer", "/coi example I work there")
    standin.react(said.id, "example-maintainer", "eyes")
    client = connected(standin)
    assert Acknowledgement.DECLARED not in gather(client, 1).comments[-1].reactions
    client.acknowledge(gather(client, 1).comments[-1].node, Acknowledgement.DECLARED)
    assert Acknowledgement.DECLARED in gather(client, 1).comments[-1].reactions


def test_a_review_whose_draft_was_edited_is_as_it_was_submitted(standin: StandIn, pull: Pull) -> None:
    pull.reviews.clear()
    standin.review(1, "example-maintainer", "COMMENTED", "/hol")
    review = standin.edit_review(1, "/hold")
    review.submitted_at = standin.state.clock.tick()
    assert [one.edited for one in gather(connected(standin), 1).comments if one.body == "/hold"] == [False]
    standin.edit_review(1, "/hold it")
    assert [one.edited for one in gather(connected(standin), 1).comments if one.body == "/hold it"] == [True]


def test_without_the_list_of_people_those_whose_word_may_count_are_asked_for(standin: StandIn, pull: Pull) -> None:
    standin.faults.on("GET", r"/collaborators$", Fault.FORBIDDEN, times=None)
    pull.reviews.clear()
    standin.review(1, "example-app[bot]", "APPROVED")
    standin.review(1, "example-reader", "COMMENTED")
    standin.review(1, "example-gone", "DISMISSED")
    standin.review(1, "example-approver", "APPROVED", commit="0" * 40)
    standin.review(1, "example-critic", "CHANGES_REQUESTED")
    standin.review(1, "example-critic", "CHANGES_REQUESTED")
    standin.comment(1, "example-maintainer", "/hold")
    facts = gather(connected(standin), 1)
    named = ("example-approver", "example-critic", "example-maintainer", "example-author")
    assert {standin.state.user(login).id for login in named} == set(facts.roles)
    assert facts.maintainers is None


def test_a_crowd_of_approvals_does_not_hide_the_people_of_the_repository(standin: StandIn, pull: Pull) -> None:
    standin.faults.on("GET", r"/collaborators$", Fault.FORBIDDEN, times=None)
    for number in range(MOST_ROLES + 10):
        standin.review(1, f"example-stranger-{number}", "APPROVED")
    facts = gather(connected(standin), 1)
    assert len(facts.roles) == MOST_ROLES
    assert facts.roles[standin.state.user("example-maintainer").id] is Role.MAINTAIN
    assert facts.unknown_roles == ()


def test_near_misses_and_edited_commands_of_a_crowd_are_no_objections(standin: StandIn, pull: Pull) -> None:
    standin.faults.on("GET", r"/collaborators$", Fault.FORBIDDEN, times=None)
    pull.reviews.clear()
    for number in range(MOST_ROLES + 10):
        said = standin.comment(1, f"example-stranger-{number}", "/hodl" if number % 2 else "/hold")
        if said.body == "/hold":
            standin.edit_comment(said.id, "/hold it")
    assert gather(connected(standin), 1).unknown_roles == ()


@pytest.mark.parametrize("line", ["/recheck", "/unhold", "/resolve x Y", "/coi none", "/hodl"])
@pytest.mark.parametrize(
    "objection", ["/hold", "/concern sources", "/reclassify governance", "CHANGES_REQUESTED", "edited"]
)
def test_no_crowd_hides_an_objection(line: str, objection: str, standin: StandIn, pull: Pull) -> None:
    """Also where GitHub hides from the token that the person is a member of the organisation."""
    standin.faults.on("GET", r"/collaborators$", Fault.FORBIDDEN, times=None)
    pull.reviews.clear()
    if objection == "CHANGES_REQUESTED":
        standin.review(1, "example-maintainer", "CHANGES_REQUESTED")
    else:
        said = standin.comment(1, "example-maintainer", objection)
        said.author_association = "NONE"
        if objection == "edited":
            standin.edit_comment(said.id, "Never mind", by="example-writer")
    for number in range(MOST_ROLES + 10):
        standin.comment(1, f"example-stranger-{number}", line)
        standin.review(1, f"example-stranger-{number}", "APPROVED")
    facts = gather(connected(standin), 1)
    assert facts.roles[standin.state.user("example-maintainer").id] is Role.MAINTAIN
    assert facts.unknown_roles == ()


def test_where_a_crowd_objects_the_rest_of_it_is_known_to_be_unknown(standin: StandIn, pull: Pull) -> None:
    standin.faults.on("GET", r"/collaborators$", Fault.FORBIDDEN, times=None)
    pull.reviews.clear()
    standin.comment(1, "example-maintainer", "/hold").author_association = "NONE"
    standin.permission("example-writer", "write")
    standin.comment(1, "example-writer", "/concern sources")
    for number in range(MOST_ROLES + 10):
        standin.comment(1, f"example-stranger-{number}", "/hold")
    facts = gather(connected(standin), 1)
    assert facts.roles[standin.state.user("example-writer").id] is Role.WRITE
    assert "example-maintainer" in [person.login for person in facts.unknown_roles]
    assert len(facts.roles) == MOST_ROLES


@pytest.mark.parametrize("fault", [Fault.SECONDARY_RATE_LIMIT, Fault.HOURLY_RATE_LIMIT, Fault.TOO_MANY_REQUESTS])
def test_a_rate_limit_at_the_list_of_people_ends_the_run(fault: Fault, standin: StandIn, pull: Pull) -> None:
    standin.faults.on("GET", r"/collaborators$", fault, times=None)
    with pytest.raises(CallFailedError):
        gather(connected(standin), 1)


@pytest.mark.parametrize("fault", [Fault.BAD_GATEWAY, Fault.DROP_AFTER, Fault.SECONDARY_RATE_LIMIT])
@pytest.mark.parametrize("number", range(1, 4))
def test_the_facts_are_the_same_when_a_call_fails_once(number: int, fault: Fault, standin: StandIn, pull: Pull) -> None:
    expected = gather(connected(standin), 1)
    standin.faults.nth(number, fault)
    assert gather(connected(standin), 1) == expected


@pytest.mark.parametrize("number", range(1, 4))
def test_a_call_that_keeps_failing_ends_the_run_and_writes_nothing(number: int, standin: StandIn, pull: Pull) -> None:
    standin.faults.nth(number, Fault.BAD_GATEWAY, always=True)
    with pytest.raises(CallFailedError, match="GitHub answered 502"):
        gather(connected(standin), 1)
    assert standin.writes == []


def test_what_github_has_not_computed_yet_is_not_needed(standin: StandIn, pull: Pull) -> None:
    expected = gather(connected(standin), 1)
    pull.mergeable_unknown = True
    assert gather(connected(standin), 1) == expected


def test_a_pull_request_that_is_not_there_has_vanished(standin: StandIn, pull: Pull) -> None:
    with pytest.raises(NotFoundError):
        gather(connected(standin), 2)
    assert asked(standin) == ["query Conversation"]


def test_a_deleted_fork_is_no_obstacle(standin: StandIn, pull: Pull) -> None:
    pull.head_repo = None
    assert not gather(connected(standin), 1).pull.is_our_own


def test_since_when_another_pull_request_shows_a_commit_says_nothing_about_this_one(
    standin: StandIn, pull: Pull, tmp_path: Path
) -> None:
    """Else a commit could do its waiting where nobody looks, and be pushed here afterwards."""
    folder = tmp_path / "work"
    write(folder, "assessments/example/two.yaml", "two\n")
    commit(folder)
    other = standin.open_pull(folder)
    standin.status(other.head_sha, CONTEXT, "pending", "Waiting", "https://example.org/runs/2?pr=2")
    standin.close_pull(2)
    standin.wait(days=30)
    standin.push_head(1, folder)
    assert [one.at for one in gather(connected(standin), 2).records] == [standin.state.statuses[-1].created_at]
    facts = gather(connected(standin), 1)
    assert facts.status == Status(StatusState.PENDING, "Waiting")
    assert (facts.pull.head, facts.records) == (other.head_sha, ())
