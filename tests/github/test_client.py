"""Questions to GitHub and writes to it, with the real PyGithub over HTTP: what each costs, and what goes wrong."""

from __future__ import annotations

import logging
import traceback
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import requests
from github import GithubException

from bot.board.model.layout import PROPOSAL_BRANCH
from bot.github.actions import (
    Acknowledgement,
    Annotate,
    Annotation,
    AnnotationLevel,
    KeepLinks,
    SetStatus,
    Suggest,
    Suggestion,
)
from bot.github.client import CONTEXT, LINES, LINKS, MOST_PAGES, Client, OpenPull, connect, role_in
from bot.github.facts import (
    GHOST,
    Person,
    PullState,
    ReviewState,
    Role,
    Status,
    StatusMemory,
    StatusState,
    TimelineKind,
)
from bot.github.failure import CallFailedError, NotFoundError, describe_error
from bot.github.retry import BETWEEN_WRITES, LONGEST_WAIT, seconds_until_next
from bot.github.settings import read_settings
from bot.github.statuses import OwnStatus
from tests.checkouts import commit, git, write
from tests.github.standin import ACTIONS_BOT, PUSH_TOKEN, TOKEN, Fault, Pull, StandIn, User

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.github.standin.state import Permission

FILE = "assessments/example/one.yaml"
RUN = "https://github.com/example-org/example-models/actions/runs/7"


def connected(
    standin: StandIn, waits: list[float] | None = None, token: str = TOKEN, timeout: float = 30, **variables: str
) -> Client:
    """Return a client of the stand-in whose waits are only noted."""
    environ = {"GITHUB_TOKEN": token, "GITHUB_REPOSITORY": "example-org/example-models", "GITHUB_RUN_ID": "7"}
    settings = read_settings(environ | {"GITHUB_API_URL": standin.url} | variables)
    return connect(settings, pause=(waits if waits is not None else []).append, timeout=timeout)


@pytest.fixture
def folder(standin: StandIn, tmp_path: Path) -> Path:
    """Return a checkout with a main branch, and a new file behind it."""
    folder = tmp_path / "work"
    write(folder, "README.md", "Models\n")
    commit(folder)
    standin.branch(folder)
    write(folder, FILE, "one\ntwo\nthree\n")
    commit(folder)
    return folder


@pytest.fixture
def pull(standin: StandIn, folder: Path) -> Pull:
    return standin.open_pull(folder)


def asked(standin: StandIn) -> list[str]:
    """Return the calls so far, without their common beginning."""
    return [
        call.operation or f"{call.method} {call.path.removeprefix('/repos/example-org/example-models')}"
        for call in standin.calls
    ]


# ---- questions -------------------------------------------------------------------------------------------------------


def test_to_connect_asks_nothing(standin: StandIn) -> None:
    connected(standin)
    assert standin.calls == []


def test_a_pull_request_is_one_call(standin: StandIn, pull: Pull) -> None:
    pull.labels = [standin.state.label("a new model").name]
    found = connected(standin).conversation(1).pull
    assert asked(standin) == ["query Conversation"]
    assert (found.number, found.head, found.base) == (1, pull.head_sha, "main")
    assert (found.is_open, found.is_draft, found.is_our_own) == (True, False, False)
    assert found.author == Person(pull.author.id, "example-author")
    assert found.labels == {"a new model"}


def test_closed_and_draft_are_read(standin: StandIn, pull: Pull) -> None:
    pull.draft = True
    standin.close_pull(1)
    found = connected(standin).conversation(1).pull
    assert (found.is_open, found.is_draft) == (False, True)


@pytest.mark.parametrize(
    ("association", "is_first"),
    [
        ("FIRST_TIMER", True), ("FIRST_TIME_CONTRIBUTOR", True), ("NONE", True), ("CONTRIBUTOR", False),
        ("COLLABORATOR", False), ("MEMBER", False), ("OWNER", False), ("MANNEQUIN", False),
    ],
)  # fmt: skip
def test_who_contributes_for_the_first_time_is_known(
    association: str, is_first: bool, standin: StandIn, pull: Pull
) -> None:
    pull.author_association = association
    assert connected(standin).conversation(1).pull.is_first is is_first
    pull.author = ACTIONS_BOT
    found = connected(standin).conversation(1).pull
    assert (found.author.is_bot, found.is_first) == (True, False)


@pytest.mark.parametrize(
    ("change", "is_our_own"),
    [
        ({}, True),
        ({"head_ref": "openness-bot/other"}, False),
        ({"author": User(1, "github-actions[bot]", "Bot")}, False),
        ({"head_repo": None}, False),
    ],
)
def test_our_own_pull_request_is_known_by_branch_repository_and_author(
    change: dict[str, Any], is_our_own: bool, standin: StandIn, folder: Path
) -> None:
    pull = standin.open_pull(folder, author=ACTIONS_BOT.login, head_ref=PROPOSAL_BRANCH, fork=False)
    for name, value in change.items():
        setattr(pull, name, value)
    assert connected(standin).conversation(1).pull.is_our_own is is_our_own


def test_a_fork_with_a_branch_of_our_name_is_not_ours(standin: StandIn, folder: Path) -> None:
    standin.open_pull(folder, author=ACTIONS_BOT.login, head_ref=PROPOSAL_BRANCH)
    assert not connected(standin).conversation(1).pull.is_our_own


def test_the_bot_is_who_the_settings_say(standin: StandIn, folder: Path) -> None:
    standin.open_pull(folder, author="example-app[bot]", head_ref=PROPOSAL_BRANCH, fork=False)
    app = str(standin.state.user("example-app[bot]").id)
    assert not connected(standin).conversation(1).pull.is_our_own
    assert connected(standin, OPENNESS_BOT_ID=app).conversation(1).pull.is_our_own


def test_a_deleted_account_is_the_ghost(standin: StandIn, pull: Pull) -> None:
    standin.comment(1, "example-reader", "Hello")
    standin.review(1, "example-reviewer")
    standin.state.deleted |= {"example-reader", "example-reviewer", "example-author"}
    client = connected(standin)
    found = client.conversation(1)
    said = [one.author for one in (*client.comments(1), *found.comments)]
    assert [*said, *(one.author for one in found.reviews), found.pull.author] == [GHOST] * 4


def test_what_is_not_there_has_vanished(standin: StandIn, pull: Pull) -> None:
    client = connected(standin)
    for ask in (client.conversation, client.head_of):
        with pytest.raises(NotFoundError, match="no pull request 2"):
            ask(2)
    with pytest.raises(CallFailedError, match="issue or pull request with the number of 2"):
        client.comments(2)


def test_every_page_of_comments_is_read_in_order(standin: StandIn, pull: Pull) -> None:
    texts = [f"Comment {number}" for number in range(250)]
    for text in texts:
        standin.comment(1, "example-reader", text)
    assert [comment.body for comment in connected(standin).comments(1)] == texts
    assert [comment.body for comment in connected(standin).conversation(1).comments] == texts
    assert asked(standin) == ["query CommentsOf"] * 3 + ["query Conversation"] * 3


@pytest.mark.thorough
def test_a_conversation_without_end_is_no_conversation_cut_short(standin: StandIn, pull: Pull) -> None:
    for number in range(100 * MOST_PAGES + 1):
        standin.comment(1, "example-reader", f"Comment {number}")
    for ask in (connected(standin).comments, connected(standin).conversation):
        standin.forget_calls()
        with pytest.raises(CallFailedError, match=f"more than {MOST_PAGES} pages"):
            ask(1)
        assert len(standin.calls) == MOST_PAGES


def test_everything_is_read_to_its_end_by_as_many_queries_as_the_longest_list_has_pages(
    standin: StandIn, pull: Pull
) -> None:
    for number in range(150):
        standin.comment(1, "example-reader", f"Comment {number}")
        standin.review(1, "example-reviewer", "COMMENTED", f"Review {number}")
        standin.draft(1)
        standin.ready(1)
    standin.state.pulls.update({number: replace(pull, number=number) for number in range(2, 103)})
    found = connected(standin).conversation(1)
    assert (len(found.comments), len(found.reviews), len(found.timeline)) == (300, 150, 300)
    assert found.twins == tuple(range(2, 103))
    assert asked(standin) == ["query Conversation"] * 3


def test_texts_of_reviews_are_comments_in_order_of_time(standin: StandIn, pull: Pull) -> None:
    standin.comment(1, "example-reader", "First")
    standin.review(1, "example-reviewer", "COMMENTED", "/hold")
    standin.review(1, "example-reviewer", "APPROVED", "")
    standin.review(1, ACTIONS_BOT.login, "COMMENTED", "Suggestions")
    standin.comment(1, "example-reader", "Last")
    found = connected(standin).conversation(1)
    assert [(one.body, one.is_review) for one in found.comments] == [
        ("First", False),
        ("/hold", True),
        ("Last", False),
    ]
    assert len(found.reviews) == 3


def test_a_comment_or_a_review_is_acknowledged_by_its_reaction(standin: StandIn, pull: Pull) -> None:
    standin.comment(1, "example-reader", "/recheck")
    standin.comment(1, "example-reader", "/recheck")
    standin.review(1, "example-reviewer", "COMMENTED", "/recheck")
    client = connected(standin)
    _, second, third = client.conversation(1).comments
    client.acknowledge(second.node, Acknowledgement.DONE)
    client.acknowledge(second.node, Acknowledgement.REFUSED)
    client.acknowledge(third.node, Acknowledgement.DONE)
    client.acknowledge(third.node, Acknowledgement.DONE)
    standin.forget_calls()
    found = [one.reactions for one in client.conversation(1).comments]
    assert found == [frozenset(), {"rocket", "confused"}, {"rocket"}]
    assert [reaction.content for reaction in pull.reviews[0].reactions] == ["rocket"]


def test_only_the_bots_own_reaction_says_that_a_declaration_was_taken(standin: StandIn, pull: Pull) -> None:
    client = connected(standin)
    said = standin.comment(1, "example-reviewer", "/coi none")
    standin.react(said.id, "example-stranger", "eyes")
    standin.edit_comment(said.id, "Hello")
    (found,) = client.comments(1)
    assert (found.reactions, found.was_declaration) == (frozenset(), False)
    client.acknowledge(found.node, Acknowledgement.DECLARED)
    (found,) = client.comments(1)
    assert (found.reactions, found.was_declaration) == (frozenset({"eyes"}), True)


def test_an_edited_comment_is_known_as_such_and_by_whom(standin: StandIn, pull: Pull) -> None:
    first, second, third = (standin.comment(1, "example-reader", "/recheck") for _ in range(3))
    standin.edit_comment(first.id, "/hold")
    standin.edit_comment(second.id, "/hold", by="example-writer")
    standin.touch_comment(third.id)
    standin.review(1, "example-reviewer", "COMMENTED", "/hold")
    standin.edit_review(1, "Never mind", by="example-writer")
    found = connected(standin).conversation(1).comments
    assert [one.edited for one in found] == [True, True, False, True]
    assert [one.edited_by_another for one in found] == [False, True, False, True]
    assert [one.editor and one.editor.login for one in found] == [
        "example-reader",
        "example-writer",
        None,
        "example-writer",
    ]
    assert [one.edited for one in connected(standin).comments(1)] == [True, True, False]


def test_the_roles_of_all_collaborators_are_one_call(standin: StandIn, pull: Pull) -> None:
    roles: list[Permission] = ["read", "triage", "write", "maintain", "admin"]
    people = {standin.permission(f"example-{role}", role).id: Role(role) for role in roles}
    assert connected(standin).people() == people
    assert asked(standin) == ["GET /collaborators"]


@pytest.mark.parametrize("fault", [Fault.FORBIDDEN, Fault.NOT_FOUND])
def test_that_the_people_may_not_be_listed_is_no_failure(fault: Fault, standin: StandIn, pull: Pull) -> None:
    standin.faults.on("GET", r"/collaborators$", fault)
    assert connected(standin).people() is None


def test_a_rate_limit_is_no_refusal_of_the_list(standin: StandIn, pull: Pull) -> None:
    for fault in (Fault.SECONDARY_RATE_LIMIT, Fault.TOO_MANY_REQUESTS, Fault.HOURLY_RATE_LIMIT):
        client = connected(standin)
        standin.faults.clear()
        standin.faults.on("GET", r"/collaborators$", fault, times=None)
        with pytest.raises(CallFailedError):
            client.people()
        standin.faults.clear()
        assert client.people() == {}


def test_people_are_asked_for_once_per_run(standin: StandIn, pull: Pull) -> None:
    client = connected(standin)
    for _ in range(3):
        client.people()
    assert asked(standin) == ["GET /collaborators"]
    standin.faults.on("GET", r"/collaborators$", Fault.FORBIDDEN, times=None)
    refused = connected(standin)
    standin.forget_calls()
    for _ in range(3):
        assert refused.people() is None
        refused.role(Person(1, "example-reader"))
    assert asked(standin) == ["GET /collaborators", "GET /collaborators/example-reader/permission"]


def test_everybody_who_wrote_a_commit_is_an_author(standin: StandIn, pull: Pull, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    first, second, named, old = (standin.state.user(f"example-{name}") for name in ("first", "second", "named", "old"))
    write(folder, "more.txt", "More\n")
    git(folder, "add", "--all")
    words = (
        f"More\n\nCo-authored-by: Somebody <{named.id}+example-named@users.noreply.github.com>\n"
        "Co-authored-by: Somebody <example-old@users.noreply.github.com>\n"
        "Co-authored-by: Somebody <example-nobody@example.org>\n"
    )
    git(folder, "-c", f"user.email={second.email}", "commit", "-q", "-m", words, f"--author=A <{first.email}>")
    head = standin.push_head(1, folder)
    commits = connected(standin).conversation(1).commits
    assert commits is not None
    assert commits[-1].id == head
    assert commits[-1].parents == (commits[-2].id,)
    assert commits[-1].people == {first.id, named.id, old.id}
    assert commits[-1].committer == second.id


def test_where_not_all_authors_are_listed_none_is_known(standin: StandIn, pull: Pull, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    lines = [f"Co-authored-by: Somebody <example-{number}@users.noreply.github.com>" for number in range(21)]
    git(folder, "commit", "-q", "--allow-empty", "-m", "More\n\n" + "\n".join(lines))
    standin.push_head(1, folder)
    assert connected(standin).conversation(1).commits is None


def test_what_happened_to_a_pull_request_is_read(standin: StandIn, pull: Pull, tmp_path: Path) -> None:
    client, folder = connected(standin), tmp_path / "work"
    assert client.conversation(1).timeline == ()
    before = pull.head_sha
    git(folder, "commit", "-q", "--amend", "-m", "Another")
    after = standin.push_head(1, folder)
    standin.branch(folder, "elsewhere")
    standin.retarget(1, "elsewhere")
    standin.retarget(1, "main", automatically=True)
    standin.draft(1)
    standin.ready(1, by="example-maintainer")
    standin.close_pull(1)
    standin.reopen(1)
    events = client.conversation(1).timeline
    assert [event.kind for event in events] == [
        TimelineKind.FORCE_PUSHED,
        TimelineKind.RETARGETED,
        TimelineKind.RETARGETED,
        TimelineKind.DRAFTED,
        TimelineKind.READY,
        TimelineKind.CLOSED,
        TimelineKind.REOPENED,
    ]
    assert (events[0].before, events[0].after) == (before, after)
    assert [event.at for event in events] == sorted(event.at for event in events)


def test_other_pull_requests_with_the_same_head_are_known_where_they_are_open_and_into_the_default_branch(
    standin: StandIn, pull: Pull, folder: Path
) -> None:
    standin.branch(folder, "elsewhere")
    others = [
        standin.open_pull(folder, author=f"example-{name}", fork=name != "own") for name in ("own", "a", "b", "c")
    ]
    standin.close_pull(others[1].number)
    standin.retarget(others[2].number, "elsewhere")
    write(folder, "more.txt", "More\n")
    commit(folder)
    standin.push_head(others[3].number, folder)
    found = connected(standin).conversation(1)
    assert found.twins == (others[0].number,)
    assert found.base_tip == standin.git.resolve("refs/heads/main")


def test_reviews_are_read_with_the_commit_that_they_are_of(standin: StandIn, pull: Pull) -> None:
    standin.permission("example-maintainer", "maintain")
    standin.review(1, "example-maintainer", "CHANGES_REQUESTED", "Please")
    standin.review(1, "example-stranger", "APPROVED")
    standin.review(1, "example-stranger", "PENDING")
    first, second = connected(standin).conversation(1).reviews
    assert (first.state, first.commit, first.body) == (ReviewState.CHANGES_REQUESTED, pull.head_sha, "Please")
    assert (first.by_insider, second.by_insider) == (True, False)


def test_the_record_is_our_own_statuses_for_the_pull_request(standin: StandIn, pull: Pull) -> None:
    client, head = connected(standin), pull.head_sha
    assert client.records(head, 1) == ()
    standin.status(head, CONTEXT, "pending", "Of another pull request", f"{RUN}?pr=11")
    first = standin.status(head, CONTEXT, "pending", "First", f"{RUN}?pr=1")
    second = standin.status(head, CONTEXT, "failure", "Second", f"{RUN}?pr=1&effect=0123456789abcdef0123")
    for wrong in (
        "?pr=1&effect=XYZ",
        "?pr=1&effect=",
        "?pr=1&effect=12&effect=34",
        "?pr=01",
        "?x=1&pr=1",
        "?pr=1#pr=1",
        "",
    ):
        standin.status(head, CONTEXT, "pending", "Last", f"{RUN}{wrong}")
    standin.status(head, CONTEXT, "success", "Forged", f"{RUN}?pr=1").creator = standin.state.user("example-stranger")
    standin.status(head, "other", "success", "", f"{RUN}?pr=1")
    standin.forget_calls()
    assert client.records(head, 1) == (
        (first.created_at, StatusState.PENDING, ""),
        (second.created_at, StatusState.FAILURE, "0123456789abcdef0123"),
    )
    assert asked(standin) == [f"GET /commits/{head}/statuses"]
    assert client.statuses(head)[-1].status == Status(StatusState.PENDING, "Last")
    assert client.records(head, 2) == ()


def test_what_was_judged_is_written_into_the_link_and_read_back(standin: StandIn, pull: Pull) -> None:
    client = connected(standin)
    for effect in ("", "0123456789abcdef0123"):
        client.set_status(SetStatus(pull.head_sha, StatusState.PENDING, "Waiting", effect), 1)
    assert [one.effect for one in client.records(pull.head_sha, 1)] == ["", "0123456789abcdef0123"]


def test_the_newest_annotations_are_known_by_their_digest(standin: StandIn, pull: Pull) -> None:
    client = connected(standin)
    assert client.annotated(pull.head_sha) is None
    for digest in ("first", "second"):
        client.annotate(Annotate(pull.head_sha, "Title", "Summary", (), digest))
    standin.forget_calls()
    assert client.annotated(pull.head_sha) == "second"
    assert asked(standin) == [f"GET /commits/{pull.head_sha}/check-runs"]


def test_what_was_kept_about_links_is_read_back_and_the_newest_counts(standin: StandIn, pull: Pull) -> None:
    client = connected(standin)
    assert client.kept_links(pull.head_sha) is None
    for text in ("first", "```json\n{}\n```\n"):
        client.keep_links(KeepLinks(pull.head_sha, "t" * 300, "A summary", text))
    standin.forget_calls()
    kept = client.kept_links(pull.head_sha)
    assert kept is not None
    assert kept[0] == "```json\n{}\n```\n"
    assert kept[1].tzinfo is not None
    assert asked(standin) == [f"GET /commits/{pull.head_sha}/check-runs"]
    assert {run.conclusion for run in standin.state.check_runs.values()} == {"neutral"}


@pytest.mark.parametrize(
    ("text", "app"),
    [
        ("forged", "another-app"),
        ("forged", "github-actions"),  # whatever its id is, it is not the digest
        (None, "github-actions"),  # a job of a workflow that has this name
    ],
)
def test_what_others_say_about_links_neither_counts_nor_hides_what_the_bot_kept(
    text: str | None, app: str, standin: StandIn, pull: Pull
) -> None:
    client = connected(standin)
    standin.check_run(pull.head_sha, LINKS, text, app)
    assert client.kept_links(pull.head_sha) is None
    client.keep_links(KeepLinks(pull.head_sha, "A title", "A summary", "ours"))
    standin.check_run(pull.head_sha, LINKS, text, app)
    kept = client.kept_links(pull.head_sha)
    assert kept is not None
    assert kept[0] == "ours"


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_one_call(role: Role, standin: StandIn, pull: Pull) -> None:
    user = standin.permission("example-maintainer", role.value)
    assert connected(standin).role(Person(user.id, user.login)) is role
    assert asked(standin) == ["GET /collaborators/example-maintainer/permission"]


def test_whose_account_is_gone_or_somebody_elses_by_now_has_no_role(standin: StandIn, pull: Pull) -> None:
    user = standin.permission("example-maintainer", "admin")
    client = connected(standin)
    assert client.role(Person(user.id, "example-renamed")) is Role.NONE
    assert client.role(Person(user.id + 1, user.login)) is Role.NONE


def test_the_present_login_of_an_account_is_known_by_its_id(standin: StandIn, pull: Pull) -> None:
    user, gone = (standin.permission(login, "read") for login in ("example-renamed", "example-gone"))
    standin.state.deleted.add(gone.login)
    client = connected(standin)
    assert client.login_of(user.id) == "example-renamed"
    assert client.login_of(gone.id) is client.login_of(777_001) is None


@pytest.mark.parametrize("fault", [Fault.FORBIDDEN, Fault.NOT_FOUND])
def test_an_account_that_may_not_be_seen_has_no_login(fault: Fault, standin: StandIn, pull: Pull) -> None:
    user = standin.permission("example-renamed", "read")
    standin.faults.on("GET", r"/user/[0-9]+$", fault)
    assert connected(standin).login_of(user.id) is None


@pytest.mark.parametrize(
    ("answer", "role"),
    [
        ({"role_name": "example-curators", "permission": "write", "user": {"id": 1}}, Role.WRITE),
        ({"role_name": "example-curators", "permission": "example", "user": {"id": 1}}, Role.NONE),
        ({"permission": "admin", "user": {"id": 1}}, Role.ADMIN),
        ({"role_name": "admin", "permission": "admin", "user": None}, Role.NONE),
        ({"role_name": "admin", "permission": "admin"}, Role.NONE),
        ({}, Role.NONE),
    ],
)
def test_a_role_of_an_organisations_own_making_is_what_it_builds_on(answer: dict[str, Any], role: Role) -> None:
    assert role_in(answer, Person(1, "example-maintainer")) is role


def test_open_pull_requests_are_listed_with_their_heads(standin: StandIn, folder: Path) -> None:
    first = standin.open_pull(folder)
    standin.state.pulls.update({number: replace(first, number=number) for number in range(2, 103)})
    standin.close_pull(3)
    standin.status(first.head_sha, CONTEXT, "pending", "Waiting", f"{RUN}?pr=1&effect=12&world=34&seen=56&due=78")
    standin.forget_calls()
    found = connected(standin).open_pulls()
    assert found.base_tip == standin.git.resolve("refs/heads/main")
    assert [pull.number for pull in found.pulls] == [number for number in range(1, 103) if number != 3]
    assert found.pulls[-1] == OpenPull(
        number=102,
        head=first.head_sha,
        author=Person(first.author.id, "example-author"),
        into_default=True,
        created=first.created_at,
        updated=first.updated_at,
        last=OwnStatus(
            Status(StatusState.PENDING, "Waiting"),
            standin.state.statuses[-1].created_at,
            1,
            "12",
            StatusMemory("34", 56, 78),
        ),
    )
    assert asked(standin) == ["query OpenPulls"] * 2


def test_a_status_of_somebody_else_is_none_of_ours(standin: StandIn, pull: Pull) -> None:
    standin.status(pull.head_sha, CONTEXT, "success", "Forged", f"{RUN}?pr=1").creator = standin.state.user("example-x")
    assert connected(standin).open_pulls().pulls[0].last is None


# ---- writes ----------------------------------------------------------------------------------------------------------


def test_a_proposal_is_opened_once_and_then_kept_up_to_date(standin: StandIn, folder: Path) -> None:
    standin.open_pull(folder, head_ref=PROPOSAL_BRANCH, author="example-org-member")  # a fork's branch of this name
    standin.branch(folder, PROPOSAL_BRANCH)
    client = connected(standin)
    number = client.propose(PROPOSAL_BRANCH, "main", "A title", "A body")
    assert [call.method for call in standin.writes] == ["POST"]
    assert standin.state.pulls[number].head_sha == standin.git.resolve(PROPOSAL_BRANCH)

    standin.forget_calls()
    assert client.propose(PROPOSAL_BRANCH, "main", "A title", "A body") == number
    assert asked(standin) == ["GET /pulls"]

    standin.forget_calls()
    assert client.propose(PROPOSAL_BRANCH, "main", "A title", "Another body") == number
    assert asked(standin) == ["GET /pulls", f"PATCH /pulls/{number}"]
    assert standin.state.pulls[number].body == "Another body"


def test_all_proposals_from_a_branch_are_known_with_their_texts(standin: StandIn, folder: Path) -> None:
    standin.branch(folder, "openness-bot/example")
    client = connected(standin)
    first = client.propose("openness-bot/example", "main", "A title", "First.")
    standin.close_pull(first)
    second = client.propose("openness-bot/example", "main", "A title", "Second.")
    standin.open_pull(folder, author="example-author")
    found = client.proposals_from("openness-bot/example")
    assert [(pull.number, pull.state, text) for pull, text in found] == [
        (second, PullState.OPEN, "Second."),
        (first, PullState.CLOSED, "First."),
    ]
    assert client.proposals_from("openness-bot/other") == ()


def test_an_issue_is_edited_closed_and_reopened_in_one_call_each(standin: StandIn) -> None:
    client = connected(standin)
    issue = client.open_issue("A title", "One.", ("evidence",))
    standin.forget_calls()
    for text, is_open, was_open in (("Two.", True, True), ("Three.", False, True), ("Four.", True, False)):
        client.edit_issue(issue.number, text, is_open=is_open, was_open=was_open)
        found = client.issue(issue.number)
        assert (found.body, found.is_open, found.is_given_up) == (text, is_open, False)
    assert asked(standin) == [f"{verb} /issues/{issue.number}" for verb in ("PATCH", "GET")] * 3
    client.close_issue(issue.number, completed=False)
    assert [one.is_given_up for one in client.issues_with("evidence")] == [True]


def test_the_status_links_to_the_run_and_is_cut_to_what_github_takes(standin: StandIn, pull: Pull) -> None:
    connected(standin).set_status(SetStatus(pull.head_sha, StatusState.FAILURE, "x" * 141), 1)
    (status,) = standin.state.statuses
    assert (status.context, status.state, status.target_url) == (CONTEXT, "failure", f"{RUN}?pr=1")
    assert status.description == "x" * 139 + "…"


@pytest.mark.parametrize(
    ("run", "pull_number", "page"),
    [("7", None, RUN), ("", 1, f"{RUN.partition('/actions/')[0]}/pull/1?pr=1"), ("", None, None)],
)
def test_the_status_leads_somewhere_wherever_the_bot_runs(
    run: str, pull_number: int | None, page: str | None, standin: StandIn, pull: Pull
) -> None:
    client = connected(standin, GITHUB_RUN_ID=run)
    client.set_status(SetStatus(pull.head_sha, StatusState.FAILURE, "It is."), pull_number)
    assert standin.state.statuses[-1].target_url == page


@pytest.mark.parametrize(("count", "conclusion"), [(0, "success"), (1, "neutral"), (50, "neutral")])
def test_annotations_never_pass_a_verdict(count: int, conclusion: str, standin: StandIn, pull: Pull) -> None:
    one = Annotation(FILE, 2, AnnotationLevel.FAILURE, "A rule", "A message", 1, 3)
    connected(standin).annotate(Annotate(pull.head_sha, "t" * 300, "A summary", (one,) * count, "digest"))
    (run,) = standin.state.check_runs.values()
    assert (run.name, run.status, run.conclusion, run.external_id) == (LINES, "completed", conclusion, "digest")
    assert (run.details_url, run.summary, len(run.title or "")) == (RUN, "A summary", 255)
    assert len(run.annotations) == count
    for shown in run.annotations[:1]:
        assert (shown.path, shown.start_line, shown.end_line, shown.annotation_level) == (FILE, 2, 2, "failure")
        assert (shown.title, shown.message, shown.start_column, shown.end_column) == ("A rule", "A message", 1, 3)


def test_suggestions_are_one_review_that_decides_nothing(standin: StandIn, pull: Pull) -> None:
    suggestions = (Suggestion(FILE, 1, 1, "One line"), Suggestion(FILE, 2, 3, "Two lines"))
    connected(standin).suggest(1, Suggest(pull.head_sha, "A body", suggestions))
    assert asked(standin) == ["POST /pulls/1/reviews"]
    (review,) = pull.reviews
    assert (review.state, review.body, review.commit_id) == ("COMMENTED", "A body", pull.head_sha)
    assert [(comment.start_line, comment.line, comment.body) for comment in review.comments] == [
        (None, 1, "One line"),
        (2, 3, "Two lines"),
    ]


def test_labels_are_added_in_one_call_and_removed_whatever_their_names(standin: StandIn, pull: Pull) -> None:
    client = connected(standin)
    client.add_labels(1, ("kind/model", "a b?"))
    assert pull.labels == ["kind/model", "a b?"]
    client.remove_label(1, "kind/model")
    client.remove_label(1, "a b?")
    assert pull.labels == []
    assert len(standin.calls) == 3


def test_writes_keep_their_distance_and_questions_do_not(standin: StandIn, pull: Pull) -> None:
    waits: list[float] = []
    client = connected(standin, waits)
    client.head_of(1)
    client.write_comment(1, "One")
    client.head_of(1)
    client.write_comment(1, "Two")
    client.head_of(1)
    assert waits == [BETWEEN_WRITES]


# ---- what goes wrong -------------------------------------------------------------------------------------------------


class World(NamedTuple):
    """A pull request with everything that can be asked and changed."""

    standin: StandIn
    client: Client
    waits: list[float]
    pull: Pull

    @property
    def head(self) -> str:
        return self.pull.head_sha

    def comment(self) -> int:
        """Return a comment of the bot's."""
        return self.standin.comment(1, ACTIONS_BOT.login, "A comment").id

    def label(self) -> str:
        """Add a label to the pull request and return it."""
        self.pull.labels = [self.standin.state.label("a label").name]
        return "a label"

    def person(self) -> Person:
        user = self.standin.permission("example-maintainer", "write")
        return Person(user.id, user.login)


def proposal(world: World, title: str) -> str:
    """Return the branch of a proposal, with an open pull request or with none."""
    world.standin.git.set_ref(f"refs/heads/{PROPOSAL_BRANCH}", world.head)
    for number in [number for number, pull in world.standin.state.pulls.items() if pull.head_ref == PROPOSAL_BRANCH]:
        del world.standin.state.pulls[number]
    if title:
        connected(world.standin).propose(PROPOSAL_BRANCH, "main", title, "A body")
    return PROPOSAL_BRANCH


def status(world: World) -> SetStatus:
    return SetStatus(world.head, StatusState.SUCCESS, "Well")


def annotation(world: World) -> Annotate:
    return Annotate(world.head, "A title", "A summary", (), "digest")


def suggestion(world: World) -> Suggest:
    return Suggest(world.head, "A body", (Suggestion(FILE, 1, 1, "A suggestion"),))


def prepared(prepare: Callable[[World], Any], call: Callable[[World, Any], object]) -> Callable[[World], Any]:
    """Make what a call needs, and return the call."""

    def ready(world: World) -> Callable[[], object]:
        needed = prepare(world)
        return lambda: call(world, needed)

    return ready


class Case(NamedTuple):
    """A call: how it is made, and which of the calls to GitHub fails."""

    ready: Callable[[World], Callable[[], object]]
    method: str
    path: str
    is_safe: bool = True


CALLS = {
    "conversation": Case(lambda w: lambda: w.client.conversation(1), "POST", r"/graphql"),
    "head_of": Case(lambda w: lambda: w.client.head_of(1), "GET", r"/pulls/1$"),
    "comments": Case(lambda w: lambda: w.client.comments(1), "POST", r"/graphql"),
    "statuses": Case(lambda w: lambda: w.client.statuses(w.head), "GET", r"/statuses$"),
    "annotated": Case(lambda w: lambda: w.client.annotated(w.head), "GET", r"/check-runs$"),
    "kept_links": Case(lambda w: lambda: w.client.kept_links(w.head), "GET", r"/check-runs$"),
    "keep_links": Case(
        prepared(lambda w: KeepLinks(w.head, "Title", "Summary", "Text"), lambda w, a: w.client.keep_links(a)),
        "POST", r"/check-runs$", is_safe=False,
    ),
    "role": Case(prepared(World.person, lambda w, person: w.client.role(person)), "GET", r"/permission$"),
    "open_pulls": Case(lambda w: w.client.open_pulls, "POST", r"/graphql"),
    "write_comment": Case(lambda w: lambda: w.client.write_comment(1, "Text"), "POST", r"/comments$", is_safe=False),
    "edit_comment": Case(prepared(World.comment, lambda w, c: w.client.edit_comment(c, "Text")), "PATCH", r"/comments/"),
    "delete_comment": Case(prepared(World.comment, lambda w, c: w.client.delete_comment(c)), "DELETE", r"/comments/"),
    "add_labels": Case(lambda w: lambda: w.client.add_labels(1, ("new",)), "POST", r"/labels$"),
    "remove_label": Case(prepared(World.label, lambda w, label: w.client.remove_label(1, label)), "DELETE", r"/labels/"),
    "acknowledge": Case(prepared(World.comment, lambda w, c: w.client.acknowledge(f"IC_{c}", Acknowledgement.DONE)), "POST", r"/graphql"),
    "annotate": Case(prepared(annotation, lambda w, a: w.client.annotate(a)), "POST", r"/check-runs$", is_safe=False),
    "suggest": Case(prepared(suggestion, lambda w, s: w.client.suggest(1, s)), "POST", r"/reviews$", is_safe=False),
    "set_status": Case(prepared(status, lambda w, s: w.client.set_status(s, 1)), "POST", r"/statuses/"),
    "propose": Case(
        prepared(lambda w: proposal(w, ""), lambda w, b: w.client.propose(b, "main", "A title", "A body")),
        "POST", r"/pulls$", is_safe=False,
    ),
    "propose again": Case(
        prepared(lambda w: proposal(w, "Old"), lambda w, b: w.client.propose(b, "main", "A title", "A body")),
        "PATCH", r"/pulls/\d+$",
    ),
}  # fmt: skip
LOST = (Fault.SERVER_ERROR, Fault.BAD_GATEWAY, Fault.UNAVAILABLE, Fault.TIMEOUT, Fault.DROP_BEFORE, Fault.DROP_AFTER)
LIMITED = (Fault.SECONDARY_RATE_LIMIT, Fault.TOO_MANY_REQUESTS)
SHORT = 0.2
"""Seconds until a client gives an answer up, for the tests where none comes."""
REFUSED = (Fault.FORBIDDEN, Fault.NOT_FOUND, Fault.UNPROCESSABLE)


def world(standin: StandIn, pull: Pull, fault: Fault | None = None) -> World:
    """Return a world without faults, whose client has a short timeout where that is tested."""
    standin.faults.clear()
    standin.faults.delay = 30  # nobody waits for it
    waits: list[float] = []
    timeout = SHORT if fault is Fault.TIMEOUT else 30
    connected(standin).head_of(1)  # the first call of a process takes long
    standin.forget_calls()
    return World(standin, connected(standin, waits, PUSH_TOKEN, timeout), waits, pull)


def test_an_error_of_graphql_is_a_failure_although_its_status_is_200(standin: StandIn, pull: Pull) -> None:
    waits: list[float] = []
    standin.faults.on("POST", "/graphql", Fault.QUERY_FAILED)
    assert connected(standin, waits).conversation(1).pull.number == 1
    assert (len(standin.calls), waits) == (2, [1.0])
    standin.faults.on("POST", "/graphql", Fault.QUERY_LIMITED, times=None)
    standin.forget_calls()
    with pytest.raises(CallFailedError, match="API rate limit already exceeded") as failed:
        connected(standin).conversation(1)
    assert (len(standin.calls), failed.value.status) == (1, 429)


def test_queries_need_no_distance_from_writes(standin: StandIn, pull: Pull) -> None:
    waits: list[float] = []
    client = connected(standin, waits)
    for _ in range(2):
        client.conversation(1)
        client.add_labels(1, ("new",))
    assert waits == [BETWEEN_WRITES]


@pytest.mark.thorough
@pytest.mark.parametrize("name", CALLS)
def test_a_call_is_repeated_only_where_that_is_safe(name: str, standin: StandIn, pull: Pull) -> None:
    case = CALLS[name]
    for fault in (*LOST, *LIMITED):
        if (name, fault) == ("delete_comment", Fault.DROP_AFTER):
            continue  # an answer without a body has no middle: Python takes it as it is
        here = world(standin, pull, fault)
        call = case.ready(here)
        standin.forget_calls()
        standin.faults.on(case.method, case.path, fault)
        may_repeat = case.is_safe or fault in LIMITED
        with nullcontext() if may_repeat else pytest.raises(CallFailedError):
            call()
        struck = [call for call in standin.calls if call.fault]
        tries = sum((call.method, call.path) == (struck[0].method, struck[0].path) for call in standin.calls)
        if fault is Fault.TIMEOUT and may_repeat:
            assert tries >= 2  # on a busy machine the second answer may come late as well
        else:
            assert tries == (2 if may_repeat else 1), fault
            assert fault is Fault.TIMEOUT or here.waits == [1.0] * (tries - 1), fault


@pytest.mark.thorough
@pytest.mark.parametrize("name", CALLS)
def test_a_refusal_is_final(name: str, standin: StandIn, pull: Pull) -> None:
    case = CALLS[name]
    for fault in REFUSED:
        here = world(standin, pull)
        call = case.ready(here)
        standin.faults.on(case.method, case.path, fault)
        if (name, fault) == ("role", Fault.NOT_FOUND):
            assert call() is Role.NONE
        else:
            with pytest.raises(
                NotFoundError if name in ("conversation", "head_of") and fault is Fault.NOT_FOUND else CallFailedError
            ):
                call()
        assert here.waits == [], fault


@pytest.mark.parametrize(("fault", "status"), [(Fault.BAD_GATEWAY, 502), (Fault.DROP_BEFORE, None)])
def test_what_keeps_failing_is_tried_four_times_with_growing_waits(
    fault: Fault, status: int | None, standin: StandIn, pull: Pull
) -> None:
    here = world(standin, pull)
    standin.faults.on("*", "", fault, times=None)
    with pytest.raises(CallFailedError) as failed:
        here.client.head_of(1)
    assert (here.waits, len(standin.calls), failed.value.status) == ([1.0, 2.0, 4.0], 4, status)


def test_a_comment_that_was_written_before_the_connection_dropped_is_there_once(standin: StandIn, pull: Pull) -> None:
    for fault in (Fault.DROP_AFTER, Fault.TIMEOUT):
        here = world(standin, pull, fault)
        standin.state.comments.clear()
        standin.faults.on("POST", r"/comments$", fault)
        with pytest.raises(CallFailedError):
            here.client.write_comment(1, "Once")
        assert [comment.body for comment in standin.state.comments.values()] == ["Once"]


def test_what_is_gone_at_the_second_try_was_deleted_by_the_first(standin: StandIn, pull: Pull) -> None:
    here = world(standin, pull, Fault.TIMEOUT)
    comment = here.comment()
    standin.faults.on("DELETE", r"/comments/", Fault.TIMEOUT)
    here.client.delete_comment(comment)
    assert [call.status for call in standin.calls][-1] == 404
    assert standin.state.comments == {}
    with pytest.raises(CallFailedError, match="404"):
        here.client.delete_comment(comment)


def test_even_a_comment_is_repeated_when_it_was_never_sent(standin: StandIn) -> None:
    waits: list[float] = []
    client = connected(standin, waits)
    standin.close()
    with pytest.raises(CallFailedError, match="the connection to GitHub failed"):
        client.write_comment(1, "Text")
    assert waits == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("headers", "message", "wait"),
    [
        ({"retry-after": "7"}, "", 7.0),
        ({"retry-after": "soon"}, "You have exceeded a secondary rate limit.", LONGEST_WAIT),
        ({}, "You have exceeded a secondary rate limit.", LONGEST_WAIT),
        ({}, "API rate limit exceeded for installation ID 1.", None),
        ({"x-ratelimit-remaining": "0"}, "You have exceeded a secondary rate limit.", None),
        ({}, "Resource not accessible by integration", None),
        ({}, None, None),
    ],
)
def test_a_refusal_by_a_limit_says_how_long_to_wait(
    headers: dict[str, str], message: str | None, wait: float | None
) -> None:
    refusal = GithubException(403, {"message": message}, headers)
    assert seconds_until_next("POST", "/repos/a/b/issues/1/comments", refusal, 1) == wait


@pytest.mark.parametrize(("status", "wait"), [(499, None), (500, 1.0), (599, 1.0)])
def test_only_failures_of_the_server_are_retried(status: int, wait: float | None) -> None:
    assert seconds_until_next("GET", "/repos/a/b/pulls/1", GithubException(status, {}, {}), 1) == wait


def test_a_run_waits_sixty_seconds_and_no_longer(standin: StandIn, pull: Pull, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = (429, {"message": "Slow down"}, {"Retry-After": "25"})
    monkeypatch.setattr("tests.github.standin.calls.error_answer", lambda _: answer)
    here = world(standin, pull)
    standin.faults.nth(1, Fault.TOO_MANY_REQUESTS)
    here.client.head_of(1)
    standin.faults.on("*", "", Fault.TOO_MANY_REQUESTS, times=None)
    with pytest.raises(CallFailedError, match="GitHub answered 429: Slow down"):
        here.client.comments(1)
    assert here.waits == [25.0, 25.0]


# ---- messages --------------------------------------------------------------------------------------------------------


def test_the_token_is_printed_nowhere(standin: StandIn, pull: Pull, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "example-secret-token"  # noqa: S105 (nobody's)
    for fault in (None, *LOST, *REFUSED):
        standin.faults.clear()
        standin.faults.delay = 30
        client = connected(standin, token=secret, timeout=SHORT if fault is Fault.TIMEOUT else 30)
        if fault:
            standin.faults.on("*", "", fault, times=None)
        with pytest.raises((CallFailedError, NotFoundError)) as failed:
            client.write_comment(1, "Text")  # without a fault: bad credentials
        shown = "".join(traceback.format_exception(failed.value))
        assert secret not in shown + repr(failed.value) + repr(vars(failed.value)) + repr(vars(client))
        assert failed.value.__cause__ is failed.value.__context__ is None
    assert caplog.records
    assert secret not in caplog.text


HOSTILE = "\n::set-env name=A::b\r##[error]x \x1b[31m\u202e @example"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (GithubException(403, {"message": "Forbidden"}, {}), "GitHub answered 403: Forbidden"),
        (
            GithubException(422, {"message": "Invalid", "errors": ["Line", {"message": "Body"}, {"code": "x"}, 1]}, {}),
            "GitHub answered 422: Invalid; Line; Body",
        ),
        (GithubException(502, {"data": "<html>"}, {}), "GitHub answered 502"),
        (GithubException(500, None, {}), "GitHub answered 500"),
        (GithubException(422, {"message": ["x"], "errors": "x"}, {}), "GitHub answered 422"),
        (CallFailedError("Words"), "Words"),
        (requests.ReadTimeout(HOSTILE), "GitHub didn't answer in time"),
        (requests.exceptions.SSLError(HOSTILE), "the connection to GitHub isn't secure"),
        (requests.ConnectionError(HOSTILE), "the connection to GitHub failed"),
        (ValueError(HOSTILE), "GitHub's answer is no JSON"),
        (RuntimeError(HOSTILE), "GitHub's answer wasn't understood (RuntimeError)"),
    ],
)
def test_an_error_is_described_in_one_line(error: Exception, words: str) -> None:
    assert describe_error(error) == words


@pytest.mark.parametrize("status", [403, 422, 500])
def test_what_strangers_wrote_into_an_answer_is_harmless_in_a_log(status: int) -> None:
    line = describe_error(GithubException(status, {"message": HOSTILE * 20, "errors": [HOSTILE]}, {}))
    assert len(line) <= 200
    assert line.isprintable()
    assert "::" not in line
    assert "##[" not in line


def test_settings_are_all_that_a_client_takes_from_the_environment(
    standin: StandIn, pull: Pull, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = write(tmp_path, "netrc", "machine 127.0.0.1 login example password example-other\n")
    monkeypatch.setenv("NETRC", str(file))
    connected(standin).head_of(1)
    assert [call.login for call in standin.calls] == [ACTIONS_BOT.login]


# ---- which pull request brought a commit ------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [{}, {"squash": True}, {"rebase": True}], ids=["merged", "squashed", "rebased"])
def test_the_pull_request_that_brought_a_commit_to_main_is_known(
    how: dict[str, Any], standin: StandIn, pull: Pull
) -> None:
    before = standin.git.resolve("refs/heads/main") or ""
    commit_id = standin.merge(pull.number, **how)
    standin.forget_calls()
    client = connected(standin)
    assert client.merged_pull(commit_id, "main") == pull.number
    assert asked(standin) == [f"GET /commits/{commit_id}/pulls"]
    assert client.merged_pull(commit_id, "other") is None
    assert client.merged_pull(before, "main") is None


def test_an_open_pull_request_has_brought_nothing(standin: StandIn, pull: Pull) -> None:
    assert connected(standin).merged_pull(pull.head_sha, "main") is None
