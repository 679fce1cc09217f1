"""The stand-in's issues, their events, roles and the clock, asked by PyGithub as it is."""

from __future__ import annotations

import os
from base64 import b64encode
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.checkouts import commit, git, write
from tests.github.standin import ACTIONS_BOT, BEGINNING, PUSH_TOKEN, Fault, StandIn, Token
from tests.github.test_standin import NAME, client, raw, refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from github.Repository import Repository

pytestmark = pytest.mark.thorough

FORBIDDEN = "Resource not accessible by integration"
BRANCH = "openness-bot/issue-12"


@pytest.fixture
def repo(standin: StandIn, folder: Path) -> Iterator[Repository]:
    with client(standin) as github:
        yield github.get_repo(NAME)


def events(standin: StandIn, number: int) -> list[tuple[str, str]]:
    """What GitHub tells of an issue or a pull request: who, and what happened."""
    with client(standin) as github:
        told = github.get_repo(NAME).get_issue(number).get_events()
        return [(event.actor.login, event.event) for event in told]


# ---- issues ----------------------------------------------------------------------------------------------------------


def test_issues_and_pull_requests_are_numbered_together(standin: StandIn, repo: Repository, folder: Path) -> None:
    assert repo.create_issue("A question").number == 2
    assert standin.open_issue("example-reporter", "Another").number == 3
    assert standin.open_pull(folder, author="example-other").number == 4
    standin.branch(folder, "proposal")
    assert repo.create_pull(base="main", head="proposal", title="A proposal").number == 5
    assert standin.open_issue("example-reporter", "One more").number == 6


def test_an_issue_is_opened_read_changed_closed_and_reopened(standin: StandIn, repo: Repository) -> None:
    made = repo.create_issue("A dispute", "It says otherwise.", labels=["dispute", "open"])
    issue = repo.get_issue(made.number)
    assert (issue.title, issue.body, issue.state, issue.user.id) == (
        "A dispute", "It says otherwise.", "open", ACTIONS_BOT.id,
    )  # fmt: skip
    assert [label.name for label in issue.labels] == ["dispute", "open"]
    assert (issue.pull_request, issue.html_url) == (None, f"https://github.com/{NAME}/issues/2")
    issue.edit(title="A question", body="It says so.", labels=["dispute"])
    assert (issue.title, issue.body, [label.name for label in issue.labels]) == (
        "A question",
        "It says so.",
        ["dispute"],
    )
    issue.edit(state="closed", state_reason="not_planned")
    closed = repo.get_issue(2)
    assert (closed.state, closed.state_reason, closed.raw_data["closed_by"]["login"], closed.closed_at) == (
        "closed", "not_planned", "github-actions[bot]", standin.now,
    )  # fmt: skip
    issue.edit(state="open")
    again = repo.get_issue(2)
    assert (again.state, again.state_reason) == ("open", "reopened")
    assert (again.raw_data["closed_at"], again.raw_data["closed_by"]) == (None, None)
    assert [name for _, name in events(standin, 2)] == ["labeled", "labeled", "unlabeled", "closed", "reopened"]


def test_an_issue_can_be_there_before_and_is_edited_by_its_author(standin: StandIn, repo: Repository) -> None:
    standin.permission("example-maintainer", "maintain")
    seeded = standin.open_issue("example-reporter", "A form", "### Model\r\n\r\n_No response_", ["propose a model"])
    issue = repo.get_issue(seeded.number)
    assert (issue.user.login, issue.raw_data["author_association"], issue.created_at) == (
        "example-reporter", "NONE", standin.now,
    )  # fmt: skip
    standin.edit_issue(seeded.number, body="### Model\r\n\r\nexample/two")
    issue.update()
    assert (issue.body, issue.title) == ("### Model\r\n\r\nexample/two", "A form")
    assert issue.updated_at > issue.created_at
    standin.close_issue(seeded.number, by="example-maintainer", reason="duplicate")
    assert (repo.get_issue(2).state, repo.get_issue(2).state_reason) == ("closed", "duplicate")
    standin.reopen(seeded.number)
    standin.label(seeded.number, "dead link", by="example-maintainer")
    assert events(standin, 2) == [
        ("example-reporter", "labeled"), ("example-maintainer", "closed"), ("example-reporter", "reopened"),
        ("example-maintainer", "labeled"), ("example-maintainer", "unlabeled"),
    ]  # fmt: skip
    ours = standin.open_issue("example-maintainer", "Ours")
    assert repo.get_issue(ours.number).raw_data["author_association"] == "COLLABORATOR"


def test_issues_are_listed_by_state_labels_time_and_author_with_pull_requests(
    standin: StandIn, repo: Repository
) -> None:
    standin.open_issue("example-reporter", "Two", labels=["dispute", "open"])
    standin.open_issue("example-other", "Three", labels=["Dispute"])
    standin.close_issue(3)
    since = standin.wait(days=1)
    standin.edit_issue(2, body="Later")
    asked: list[tuple[dict[str, Any], list[int]]] = [
        ({}, [2, 1]), ({"state": "all"}, [3, 2, 1]), ({"state": "closed"}, [3]), ({"labels": ["dispute"]}, [2]),
        ({"state": "all", "labels": ["DISPUTE"]}, [3, 2]), ({"labels": ["dispute", "open"]}, [2]),
        ({"state": "all", "since": since}, [2]), ({"state": "all", "creator": "example-other"}, [3]),
        ({"creator": "example-author"}, [1]), ({"state": "all", "sort": "updated", "direction": "asc"}, [1, 3, 2]),
        ({"direction": "asc"}, [1, 2]),
    ]  # fmt: skip
    for options, numbers in asked:
        assert [one.number for one in repo.get_issues(**options)] == numbers, options
    assert [one.pull_request is not None for one in repo.get_issues(state="all")] == [False, False, True]


def test_a_filter_that_the_stand_in_has_not_learned_is_noticed(standin: StandIn, repo: Repository) -> None:
    assert raw(standin, "GET", f"/repos/{NAME}/issues?assignee=example-author")[0] == 500
    assert "lists issues by" in standin.violations.pop()


def test_a_pull_request_is_an_issue_but_an_issue_is_no_pull_request(standin: StandIn, repo: Repository) -> None:
    standin.open_issue("example-reporter", "A question")
    assert refused(404, lambda: repo.get_pull(2))
    assert refused(404, lambda: repo.get_issue(3))
    repo.get_issue(1).edit(title="A better title", labels=["new model"])
    pull = repo.get_pull(1)
    assert (pull.title, [label.name for label in pull.labels]) == ("A better title", ["new model"])
    standin.merge(1)
    assert "has been merged" in refused(422, lambda: repo.get_issue(1).edit(state="open"))
    assert repo.open_issues_count == 1
    assert repo.get_issue(1).raw_data["pull_request"]["merged_at"]


@pytest.mark.parametrize(
    ("title", "body", "told"),
    [
        ("a" * 257, "", "title is too long (maximum is 256 characters)"),
        (" ", "", "can't be blank"),
        ("A title", "a" * 65_537, "Body is too long"),
    ],
)
def test_texts_of_issues_and_pull_requests_have_limits(
    title: str, body: str, told: str, standin: StandIn, repo: Repository, folder: Path
) -> None:
    standin.branch(folder, "proposal")
    assert told in refused(422, lambda: repo.create_issue(title, body))
    assert told in refused(422, lambda: repo.get_issue(1).edit(title=title, body=body))
    assert told in refused(422, lambda: repo.create_pull(base="main", head="proposal", title=title, body=body))
    assert list(standin.state.issues) == []


# ---- comments --------------------------------------------------------------------------------------------------------


def test_issues_have_comments_reactions_and_labels_as_pull_requests_do(standin: StandIn, repo: Repository) -> None:
    issue = repo.get_issue(standin.open_issue("example-reporter", "A dispute").number)
    seeded = standin.comment(issue.number, "example-reporter", "/reply")
    made = issue.create_comment("Hello")
    assert [comment.body for comment in issue.get_comments()] == ["/reply", "Hello"]
    assert made.html_url == f"https://github.com/{NAME}/issues/2#issuecomment-{made.id}"
    comment = issue.get_comment(seeded.id)
    comment.create_reaction("eyes")
    assert [(one.user.login, one.content) for one in comment.get_reactions()] == [("github-actions[bot]", "eyes")]
    made.edit("Goodbye")
    made.delete()
    assert [comment.body for comment in issue.get_comments()] == ["/reply"]
    issue.add_to_labels("dispute", "open")
    issue.remove_from_labels("open")
    assert [label.name for label in repo.get_issue(2).labels] == ["dispute"]


@pytest.mark.parametrize("number", [1, 2])
def test_a_comment_that_a_person_edits_or_deletes_is_seen_to_be(
    number: int, standin: StandIn, repo: Repository
) -> None:
    standin.open_issue("example-reporter", "A dispute")
    issue = repo.get_issue(number)
    first = standin.comment(number, "example-author", "/coi none")
    standin.comment(number, "example-author", "Hello")
    standin.edit_comment(first.id, "/hold")
    comment = issue.get_comment(first.id)
    assert (comment.body, comment.updated_at > comment.created_at) == ("/hold", True)
    standin.delete_comment(first.id, "example-maintainer")
    assert [comment.body for comment in issue.get_comments()] == ["Hello"]
    assert events(standin, number) == [("example-maintainer", "comment_deleted")]
    assert refused(404, lambda: issue.get_comment(first.id))


# ---- events ----------------------------------------------------------------------------------------------------------


def test_a_forced_push_is_told_and_any_other_is_not(standin: StandIn, repo: Repository, folder: Path) -> None:
    write(folder, "later.txt", "Later\n")
    commit(folder)
    standin.push_head(1, folder)
    assert events(standin, 1) == []
    git(folder, "reset", "--quiet", "--hard", "HEAD~1")
    standin.push_head(1, folder)
    write(folder, "other.txt", "Other\n")
    commit(folder)
    git(folder, "commit", "--quiet", "--amend", "--message", "Again")
    standin.push_head(1, folder)
    git(folder, "commit", "--quiet", "--amend", "--message", "And again")
    standin.push_head(1, folder, by="example-maintainer")
    told = list(repo.get_pull(1).get_issue_events())
    assert [(event.actor.login, event.event) for event in told] == [
        ("example-author", "head_ref_force_pushed"), ("example-maintainer", "head_ref_force_pushed"),
    ]  # fmt: skip
    assert (told[-1].commit_id, told[-1].created_at) == (standin.state.pulls[1].head_sha, standin.now)
    assert len({event.id for event in told}) == 2


def test_a_pull_request_into_another_branch_is_told(standin: StandIn, repo: Repository, folder: Path) -> None:
    standin.branch(folder, "other", git(folder, "rev-parse", "HEAD~1").strip())
    standin.retarget(1, "other", by="example-maintainer")
    assert repo.get_pull(1).base.ref == "other"
    repo.get_pull(1).edit(base="main")
    assert events(standin, 1) == [
        ("example-maintainer", "base_ref_changed"), ("github-actions[bot]", "base_ref_changed"),
    ]  # fmt: skip


def test_what_became_of_a_pull_request_is_told(standin: StandIn, repo: Repository) -> None:
    pull = repo.get_pull(1)
    pull.add_to_labels("new model")
    pull.add_to_labels("New Model")
    pull.create_issue_comment("Hello").delete()
    standin.close_pull(1)
    pull.edit(state="open")
    merged = standin.merge(1)
    told = list(pull.get_issue_events())
    assert [(event.actor.login, event.event) for event in told] == [
        ("github-actions[bot]", "labeled"), ("github-actions[bot]", "comment_deleted"), ("example-author", "closed"),
        ("github-actions[bot]", "reopened"), ("example-maintainer", "merged"), ("example-maintainer", "closed"),
    ]  # fmt: skip
    assert (told[0].label.name, told[-2].commit_id) == ("new model", merged)


def test_events_come_in_pages(standin: StandIn, repo: Repository) -> None:
    for _ in range(20):
        standin.close_pull(1)
        standin.reopen(1)
    assert len(events(standin, 1)) == 40
    assert [call.query.get("page") for call in standin.calls if call.path.endswith("/events")] == [None, "2"]


# ---- commits ---------------------------------------------------------------------------------------------------------


def test_commits_of_a_pull_request_name_accounts_where_their_address_is_known(
    standin: StandIn, repo: Repository, folder: Path
) -> None:
    known = standin.state.user("example-colleague").email
    write(folder, "one.txt", "One\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", "By two", "--author", f"Example Colleague <{known}>")
    standin.push_head(1, folder)
    first, second = repo.get_pull(1).get_commits()
    assert (first.raw_data["author"], first.raw_data["committer"]) == (None, None)
    assert (second.author.login, second.raw_data["committer"]) == ("example-colleague", None)
    assert (second.commit.message, second.commit.author.name, second.commit.author.email) == (
        "By two", "Example Colleague", known,
    )  # fmt: skip
    assert (second.commit.author.date, second.commit.committer.date) == (BEGINNING, BEGINNING)


@pytest.mark.parametrize("squash", [False, True])
def test_a_merged_pull_request_is_found_by_its_merge_and_by_its_head(
    squash: bool, standin: StandIn, repo: Repository, folder: Path
) -> None:
    standin.open_pull(folder, author="example-other")  # the same commit, still open
    merged = standin.merge(1, squash=squash)
    head = standin.state.pulls[1].head_sha
    assert [pull.number for pull in repo.get_commit(merged).get_pulls()] == [1]
    # what is on main came with those that were merged; what isn't may be in those that are open as well
    assert [pull.number for pull in repo.get_commit(head).get_pulls()] == ([1, 2] if squash else [1])


# ---- roles -----------------------------------------------------------------------------------------------------------

ROLES = {
    "example-admin": "admin", "example-maintainer": "maintain", "example-reviewer": "write", "example-sorter": "triage",
    "example-reader": "read",
}  # fmt: skip


@pytest.fixture
def roles(standin: StandIn, repo: Repository) -> Repository:
    for login, role in ROLES.items():
        standin.permission(login, role)  # type: ignore[arg-type]
    standin.permission("example-former", "none")
    return repo


def test_collaborators_are_those_who_have_a_role(roles: Repository) -> None:
    assert {user.login: user.role_name for user in roles.get_collaborators()} == ROLES
    granted = {user.login: user.permissions.raw_data for user in roles.get_collaborators()}
    assert granted["example-reviewer"] == {
        "pull": True, "triage": True, "push": True, "maintain": False, "admin": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ({"permission": "pull"}, 5), ({"permission": "triage"}, 4), ({"permission": "push"}, 3),
        ({"permission": "maintain"}, 2), ({"permission": "admin"}, 1), ({"affiliation": "all"}, 5),
        ({"affiliation": "direct", "permission": "maintain"}, 2), ({"affiliation": "outside"}, 0),
    ],
)  # fmt: skip
def test_collaborators_are_listed_by_permission_and_affiliation(
    options: dict[str, str], count: int, roles: Repository
) -> None:
    assert [user.login for user in roles.get_collaborators(**options)] == list(ROLES)[:count]


def test_collaborators_come_in_pages(standin: StandIn, repo: Repository) -> None:
    for number in range(40):
        standin.permission(f"example-{number}", "write")
    assert len(list(repo.get_collaborators())) == 40
    assert sum(call.path.endswith("/collaborators") for call in standin.calls) == 2


def test_collaborators_are_not_shown_to_everybody(standin: StandIn, roles: Repository) -> None:
    path = f"/repos/{NAME}/collaborators"
    standin.token("reader", "example-reader")
    standin.token("reviewer", "example-reviewer")
    assert "Must have push access" in raw(standin, "GET", path, None, "reader")[1]["message"]
    assert raw(standin, "GET", path, None, "reviewer")[0] == 200
    assert raw(standin, "GET", path, None, None)[0] == 401
    assert raw(standin, "GET", "/repos/example-org/another/collaborators")[0] == 404
    standin.faults.on("GET", r"/collaborators$", Fault.FORBIDDEN)
    assert FORBIDDEN in refused(403, lambda: list(roles.get_collaborators()))


# ---- permissions -----------------------------------------------------------------------------------------------------

CALLS: list[tuple[str, str, Any]] = [
    ("GET", "issues", None),
    ("POST", "issues", {"title": "A question"}),
    ("GET", "issues/2", None),
    ("PATCH", "issues/2", {"state": "closed"}),
    ("GET", "issues/2/events", None),
    ("GET", "issues/2/comments", None),
    ("POST", "issues/2/comments", {"body": "Hello"}),
    ("PATCH", "issues/comments/40001", {"body": "Hello"}),
    ("POST", "issues/comments/40001/reactions", {"content": "eyes"}),
    ("DELETE", "issues/comments/40001", None),
    ("POST", "issues/2/labels", {"labels": ["known"]}),
    ("PUT", "issues/2/labels", {"labels": ["known"]}),
]


@pytest.mark.parametrize(("method", "path", "body"), CALLS, ids=[f"{call[0]} {call[1]}" for call in CALLS])
def test_issues_need_the_permission_for_issues(
    method: str, path: str, body: Any, standin: StandIn, repo: Repository
) -> None:
    repo.create_label("known", "ff0000")
    standin.open_issue("example-reporter", "A question")
    standin.comment(2, "example-reporter", "Hello")
    standin.tokens["with"] = Token(ACTIONS_BOT, {"issues": "read" if method == "GET" else "write"})
    standin.tokens["without"] = Token(ACTIONS_BOT, {"issues": "none" if method == "GET" else "read"})
    standin.tokens["pulls"] = Token(ACTIONS_BOT, {"pull-requests": "write"})
    for token in ("without", "pulls"):
        status, told = raw(standin, method, f"/repos/{NAME}/{path}", body, token)
        assert (status, told["message"]) == (403, FORBIDDEN)
    assert raw(standin, method, f"/repos/{NAME}/{path}", body, "with")[0] in (200, 201, 204)


@pytest.mark.parametrize("kind", ["issues", "pull-requests"])
def test_what_is_kept_with_issues_of_a_pull_request_needs_either_permission(
    kind: str, standin: StandIn, repo: Repository
) -> None:
    standin.comment(1, "example-author", "Hello")
    standin.tokens["either"] = Token(ACTIONS_BOT, {kind: "write"})
    for method, path, body in CALLS[2:-2]:
        asked = f"/repos/{NAME}/{path.replace('issues/2', 'issues/1')}"
        assert raw(standin, method, asked, body, "either")[0] in (200, 201, 204), path


def test_people_without_a_role_change_only_their_own_issues_and_give_no_labels(
    standin: StandIn, repo: Repository
) -> None:
    standin.token("personal", "example-reporter", issues="write")
    standin.open_issue("example-other", "Another's")
    with client(standin, "personal") as person:
        theirs = person.get_repo(NAME)
        mine = theirs.create_issue("Mine", labels=["dispute"])
        assert list(mine.labels) == []
        mine.edit(state="closed", labels=["dispute"])
        assert (mine.state, list(mine.labels)) == ("closed", [])
        assert "admin rights" in refused(403, lambda: theirs.get_issue(2).edit(state="closed"))
        standin.permission("example-reporter", "triage")
        theirs.get_issue(2).edit(labels=["dispute"])
    assert standin.state.issues[2].labels == ["dispute"]


# ---- a pull request of the bot's own ---------------------------------------------------------------------------------


def pushed(standin: StandIn, folder: Path, token: str, *options: str) -> None:
    """Pushes the checkout's head to the bot's branch, as a workflow does."""
    sent = b64encode(f"x-access-token:{token}".encode()).decode()
    header = f"http.extraHeader=Authorization: basic {sent}"
    git(folder, "-c", header, "push", "--quiet", *options, standin.clone_url, f"HEAD:refs/heads/{BRANCH}")


def test_a_branch_that_the_bot_pushed_becomes_its_pull_request(
    standin: StandIn, repo: Repository, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    pushed(standin, folder, PUSH_TOKEN)
    made = repo.create_pull(base="main", head=BRANCH, title="Propose a model", body="From #12")
    assert (made.number, made.user.login, made.user.type, made.head.ref, made.head.repo.full_name) == (
        2, "github-actions[bot]", "Bot", BRANCH, NAME,
    )  # fmt: skip
    write(folder, "later.txt", "Later\n")
    later = commit(folder)
    pushed(standin, folder, PUSH_TOKEN)
    assert (repo.get_pull(2).head.sha, events(standin, 2)) == (later, [])
    git(folder, "commit", "--quiet", "--amend", "--message", "Once more")
    pushed(standin, folder, PUSH_TOKEN, "--force")
    assert repo.get_pull(2).head.sha == git(folder, "rev-parse", "HEAD").strip()
    assert events(standin, 2) == [("github-actions[bot]", "head_ref_force_pushed")]


@pytest.mark.parametrize(
    ("permissions", "push", "opening"),
    [
        ({"contents": "write"}, True, 403),
        ({"contents": "write", "pull-requests": "read"}, True, 403),
        ({"contents": "read", "pull-requests": "write"}, False, 201),
    ],
)
def test_pushing_and_opening_need_a_permission_each(
    permissions: dict[str, Any], push: bool, opening: int, standin: StandIn, repo: Repository, folder: Path
) -> None:
    standin.tokens["half"] = Token(ACTIONS_BOT, permissions)
    pushed(standin, folder, PUSH_TOKEN)
    write(folder, "later.txt", "Later\n")
    later = commit(folder)
    if push:
        pushed(standin, folder, "half")
    assert (standin.git.resolve(BRANCH) == later) is push
    body = {"title": "Propose a model", "head": BRANCH, "base": "main"}
    assert raw(standin, "POST", f"/repos/{NAME}/pulls", body, "half")[0] == opening


# ---- time ------------------------------------------------------------------------------------------------------------


def test_days_pass_when_a_test_says_so(standin: StandIn, repo: Repository) -> None:
    before = standin.now
    assert (
        standin.wait(days=3, hours=23, minutes=59, seconds=59) == before + timedelta(days=4, seconds=-1) == standin.now
    )
    assert repo.create_issue("Later").created_at == before + timedelta(days=4)


def test_waiting_writes_nothing(standin: StandIn, repo: Repository) -> None:
    standin.wait(hours=1)
    assert (standin.writes, standin.state.events) == ([], [])
