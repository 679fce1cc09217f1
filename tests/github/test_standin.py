"""The stand-in for GitHub, asked by PyGithub as it is."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from github import Auth, Github, GithubException

from tests.checkouts import add_model, checkout, commit, edit, git, write
from tests.github.standin import ACTIONS_BOT, PUSH_TOKEN, TOKEN, StandIn, Token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from github.PullRequest import PullRequest
    from github.Repository import Repository

pytestmark = pytest.mark.thorough

NAME = "example-org/example-models"
NEW = "assessments/example/new.yaml"
ONE = "assessments/example/one.yaml"


def client(standin: StandIn, token: str = TOKEN, **options: Any) -> Github:
    chosen = {"seconds_between_requests": 0, "seconds_between_writes": 0, "retry": None} | options
    return Github(base_url=standin.url, auth=Auth.Token(token), **chosen)


@pytest.fixture
def folder(standin: StandIn, tmp_path: Path) -> Path:
    """A checkout with a pull request that adds a model; it is open at the stand-in."""
    root = checkout(tmp_path / "work")
    commit(root)
    standin.branch(root)
    add_model(root, "example/new", "oooooooooooooooo")
    edit(root / ONE, "It says so.", "It really says so.")
    (root / "README.md").unlink()
    commit(root)
    standin.open_pull(root)
    return root


@pytest.fixture
def github(standin: StandIn) -> Iterator[Github]:
    with client(standin) as asked:
        yield asked


@pytest.fixture
def repo(github: Github, folder: Path) -> Repository:
    return github.get_repo(NAME)


@pytest.fixture
def pull(repo: Repository) -> PullRequest:
    return repo.get_pull(1)


def refused(status: int, call: Callable[[], object]) -> str:
    """The message with which a call is refused."""
    with pytest.raises(GithubException) as caught:
        call()
    assert caught.value.status == status
    return json.dumps(caught.value.data)


def raw(standin: StandIn, method: str, path: str, body: Any = None, token: str | None = TOKEN) -> tuple[int, Any]:
    """A call without PyGithub, which never sends what is wrong in some ways."""
    connection = HTTPConnection("127.0.0.1", urlsplit(standin.url).port or 0, timeout=5)
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"token {token}"} if token else {})
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer.status, json.loads(data) if data else None


# ---- what git knows --------------------------------------------------------------------------------------------------


def test_a_pull_request_is_what_git_says_it_is(pull: PullRequest, standin: StandIn) -> None:
    assert (pull.head.sha, pull.base.ref, pull.commits, pull.changed_files) == (
        standin.git.resolve("refs/pull/1/head"), "main", 1, 3,
    )  # fmt: skip
    assert pull.head.repo.full_name == "example-author/example-models"
    assert (pull.user.login, pull.mergeable, pull.mergeable_state, pull.merged) == (
        "example-author", True, "clean", False,
    )  # fmt: skip


def test_files_of_a_pull_request_have_patches_as_git_writes_them(pull: PullRequest, folder: Path) -> None:
    files = {file.filename: file for file in pull.get_files()}
    assert {name: file.status for name, file in files.items()} == {
        "README.md": "removed", NEW: "added", ONE: "modified",
    }  # fmt: skip
    assert files[NEW].additions == len((folder / NEW).read_text("utf-8").splitlines())
    assert files[ONE].patch.startswith("@@ -")
    assert "+        fact: It really says so." in files[ONE].patch


def test_renamed_binary_and_retyped_files_are_told_apart(standin: StandIn, repo: Repository, folder: Path) -> None:
    (folder / "schema/rubric.yaml").rename(folder / "schema/renamed.yaml")
    (folder / "picture").write_bytes(b"\0\1\2")
    (folder / "assessments/example/two.yaml").unlink()
    (folder / "assessments/example/two.yaml").symlink_to("one.yaml")
    commit(folder)
    standin.push_head(1, folder)
    files = {file.filename: file for file in repo.get_pull(1).get_files()}
    names = ("schema/renamed.yaml", "picture", "assessments/example/two.yaml")
    renamed, picture, two = (files[name] for name in names)
    assert (renamed.status, renamed.previous_filename) == ("renamed", "schema/rubric.yaml")
    assert (picture.status, picture.raw_data.get("patch"), picture.additions) == ("added", None, 0)
    assert two.status == "changed"


def test_commits_branches_refs_comparisons_and_contents_are_told(
    repo: Repository, pull: PullRequest, folder: Path
) -> None:
    base = repo.get_branch("main").commit.sha
    assert [one.sha for one in pull.get_commits()] == [pull.head.sha] == [repo.get_commit(pull.head.sha).sha]
    assert repo.get_git_ref("heads/main").object.sha == base
    assert [ref.ref for ref in repo.get_git_matching_refs("pull/1/")] == ["refs/pull/1/head"]
    compared = repo.compare("main", pull.head.sha)
    assert (compared.status, compared.ahead_by, compared.merge_base_commit.sha) == ("ahead", 1, base)
    assert len(compared.files) == 3
    content = repo.get_contents(NEW, ref=pull.head.sha)
    assert not isinstance(content, list)
    assert content.decoded_content == (folder / NEW).read_bytes()
    listed = repo.get_contents("assessments/example")
    assert isinstance(listed, list)
    assert [entry.name for entry in listed] == ["developer.yaml", "one.yaml", "two.yaml"]
    everything = repo.get_contents("")
    assert isinstance(everything, list)
    assert {entry.type for entry in everything} == {"dir", "file"}
    assert [found.number for found in repo.get_commit(pull.head.sha).get_pulls()] == [1]


@pytest.mark.parametrize("path", ["branches/nowhere", "git/ref/heads/nowhere", "contents/nowhere", "compare/main...x"])
def test_what_is_not_in_git_is_not_found(path: str, standin: StandIn, folder: Path) -> None:
    assert raw(standin, "GET", f"/repos/{NAME}/{path}")[0] == 404


def test_a_pull_request_whose_base_moved_may_conflict(standin: StandIn, repo: Repository, tmp_path: Path) -> None:
    head = standin.state.pulls[1].head_sha
    git(tmp_path, "clone", "--quiet", standin.clone_url, "other")
    write(tmp_path / "other", NEW, "something else\n")
    commit(tmp_path / "other")
    standin.branch(tmp_path / "other")
    pull = repo.get_pull(1)
    assert (pull.head.sha, pull.mergeable, pull.mergeable_state, pull.changed_files) == (head, False, "dirty", 3)
    with client(standin, PUSH_TOKEN) as pusher:
        assert "not mergeable" in refused(405, pusher.get_repo(NAME).get_pull(1).merge)
    standin.state.pulls[1].mergeable_unknown = True
    assert repo.get_pull(1).mergeable is None


@pytest.mark.parametrize(("method", "parents"), [("merge", 2), ("squash", 1)])
def test_merging_makes_a_commit_on_the_branch(
    method: str, parents: int, standin: StandIn, pull: PullRequest, github: Github
) -> None:
    standin.token("maintainer", "example-maintainer", contents="write", pull_requests="read")
    with client(standin, "maintainer") as maintainer:
        theirs = maintainer.get_repo(NAME).get_pull(1)
        assert "modified" in refused(409, lambda: theirs.merge(sha="0" * 40))
        merged = theirs.merge(merge_method=method)
        assert refused(405, theirs.merge)
    made = standin.git.commit(standin.git.resolve("main") or "")
    assert (merged.sha, len(made.parents)) == (made.sha, parents)
    again = github.get_repo(NAME).get_pull(1)
    assert (again.merged, again.state, again.merged_by.login) == (True, "closed", "example-maintainer")
    assert again.is_merged()
    assert again.changed_files == 3
    assert [found.number for found in github.get_repo(NAME).get_commit(made.sha).get_pulls()] == [1]


# ---- conversation ----------------------------------------------------------------------------------------------------


def test_comments_are_made_edited_listed_and_deleted(pull: PullRequest, standin: StandIn) -> None:
    made = pull.create_issue_comment("One")
    standin.comment(1, "example-author", "Two")
    assert made.user.id == ACTIONS_BOT.id
    made.edit("Three")
    assert [(one.user.login, one.body) for one in pull.get_issue_comments()] == [
        ("github-actions[bot]", "Three"), ("example-author", "Two"),
    ]  # fmt: skip
    assert pull.get_issue_comment(made.id).updated_at > made.created_at
    made.delete()
    assert len(standin.state.comments) == 1
    assert refused(404, lambda: pull.get_issue_comment(made.id))


def test_comments_since_a_moment_are_those_changed_since(pull: PullRequest, standin: StandIn) -> None:
    standin.comment(1, "example-author", "One")
    later = standin.comment(1, "example-author", "Two")
    assert [one.body for one in pull.as_issue().get_comments(since=later.updated_at)] == ["Two"]


def test_a_deleted_account_is_not_named(pull: PullRequest, standin: StandIn) -> None:
    standin.comment(1, "example-author", "One")
    standin.state.deleted.add("example-author")
    assert [one.raw_data["user"] for one in pull.get_issue_comments()] == [None]


def test_a_reaction_that_is_there_already_is_answered_with_200(pull: PullRequest, standin: StandIn) -> None:
    comment = pull.create_issue_comment("One")
    for _ in range(2):
        comment.create_reaction("rocket")
    assert [call.status for call in standin.calls if call.path.endswith("/reactions")] == [201, 200]
    assert [one.content for one in comment.get_reactions()] == ["rocket"]
    assert pull.get_issue_comment(comment.id).reactions["rocket"] == 1


def test_labels_are_made_when_they_are_first_given(pull: PullRequest, repo: Repository) -> None:
    pull.add_to_labels("new model", "Good")
    pull.add_to_labels("good")
    assert [label.name for label in pull.get_labels()] == ["new model", "Good"]
    pull.remove_from_labels("new model")
    assert refused(404, lambda: pull.remove_from_labels("new model"))
    pull.set_labels("a", "b")
    assert [label.name for label in repo.get_pull(1).labels] == ["a", "b"]
    pull.delete_labels()
    assert list(pull.get_labels()) == []
    repo.create_label("c", "ff0000", "A colour")
    assert "already_exists" in refused(422, lambda: repo.create_label("C", "ff0000"))
    assert [label.name for label in repo.get_labels()] == ["a", "b", "c", "Good", "new model"]
    assert repo.get_issue(1).pull_request is not None


@pytest.mark.parametrize("kind", ["issues", "pull-requests"])
def test_a_label_that_is_there_can_be_given_with_either_permission(
    kind: str, pull: PullRequest, repo: Repository, standin: StandIn
) -> None:
    repo.create_label("new model", "ff0000")
    standin.tokens["labeller"] = Token(ACTIONS_BOT, {kind: "write"})
    path = f"/repos/{NAME}/issues/1/labels"
    assert raw(standin, "POST", path, {"labels": ["New Model"]}, "labeller")[0] == 200
    assert raw(standin, "PUT", path, {"labels": ["new model"]}, "labeller")[0] == 200
    assert raw(standin, "DELETE", f"{path}/new%20model", None, "labeller")[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "issues/1/labels", {"labels": ["known", "new model"]}),
        ("PUT", "issues/1/labels", {"labels": ["new model"]}),
        ("POST", "labels", {"name": "new model"}),
    ],
)
def test_a_label_that_is_not_there_needs_the_permission_for_issues(
    method: str, path: str, body: dict[str, Any], pull: PullRequest, repo: Repository, standin: StandIn
) -> None:
    repo.create_label("known", "ff0000")
    standin.tokens["without"] = Token(ACTIONS_BOT, {"pull-requests": "write", "issues": "read"})
    standin.tokens["with"] = Token(ACTIONS_BOT, {"pull-requests": "write", "issues": "write"})
    status, told = raw(standin, method, f"/repos/{NAME}/{path}", body, "without")
    assert (status, told["message"]) == (403, "You do not have permission to create labels on this repository.")
    assert told["errors"] == [{"resource": "Repository", "field": "label", "code": "unauthorized"}]
    assert [label.name for label in repo.get_labels()] == ["known"]
    assert list(pull.get_labels()) == []
    assert raw(standin, method, f"/repos/{NAME}/{path}", body, "with")[0] in (200, 201)
    assert [label.name for label in repo.get_labels()] == ["known", "new model"]


def test_a_review_may_only_remark_on_lines_of_the_diff(pull: PullRequest, repo: Repository, standin: StandIn) -> None:
    head = repo.get_commit(pull.head.sha)
    fine: Any = {"path": NEW, "line": 2, "side": "RIGHT", "body": "Hm."}
    pull.create_review(commit=head, body="Read it.", event="COMMENT", comments=[fine])
    outside: Any = {"path": ONE, "line": 10_000, "body": "Nobody sees this."}
    elsewhere: Any = {"path": "schema/rubric.yaml", "line": 1, "body": "Nor this."}
    for bad, told in [(outside, "Line could not be resolved"), (elsewhere, "Path could not be resolved")]:
        asked = [fine, bad]
        assert told in refused(422, lambda asked=asked: pull.create_review(head, "", "COMMENT", asked))  # type: ignore[misc]
    remarks = list(pull.get_review_comments())
    assert [(one.path, one.line, one.diff_hunk.count("\n")) for one in remarks] == [(NEW, 2, 2)]
    standin.review(1, "example-maintainer", commit=pull.base.sha)
    assert [(one.user.login, one.state, one.commit_id) for one in pull.get_reviews()] == [
        ("github-actions[bot]", "COMMENTED", pull.head.sha), ("example-maintainer", "APPROVED", pull.base.sha),
    ]  # fmt: skip


def test_reviewers_are_collaborators(pull: PullRequest, standin: StandIn) -> None:
    assert "not a collaborator" in refused(422, lambda: pull.create_review_request(["example-stranger"]))
    standin.permission("example-maintainer", "maintain")
    pull.create_review_request(["example-maintainer"])
    assert [user.login for user in pull.get_review_requests()[0]] == ["example-maintainer"]


# ---- pull requests ---------------------------------------------------------------------------------------------------


def test_pull_requests_are_listed_by_state_head_base_and_order(
    standin: StandIn, repo: Repository, folder: Path
) -> None:
    standin.open_pull(folder, author="example-other", head_ref="second", draft=True, labels=["a"])
    standin.close_pull(standin.open_pull(folder, fork=False, head_ref="third").number)
    asked: list[tuple[dict[str, str], list[int]]] = [
        ({}, [2, 1]), ({"state": "all"}, [3, 2, 1]), ({"state": "closed"}, [3]), ({"direction": "asc"}, [1, 2]),
        ({"head": "example-other:second"}, [2]), ({"base": "other"}, []),
        ({"sort": "updated", "direction": "desc", "state": "all"}, [3, 2, 1]),
    ]  # fmt: skip
    for options, numbers in asked:
        assert [pull.number for pull in repo.get_pulls(**options)] == numbers, options


def test_a_pull_request_is_opened_changed_and_closed(standin: StandIn, repo: Repository, folder: Path) -> None:
    standin.branch(folder, "proposal")
    made = repo.create_pull(base="main", head="proposal", title="A proposal", body="Please.")
    assert (made.number, made.user.id, made.head.repo.full_name) == (2, ACTIONS_BOT.id, NAME)
    assert "already exists" in refused(422, lambda: repo.create_pull(base="main", head="proposal", title="Again"))
    assert "No commits" in refused(422, lambda: repo.create_pull(base="main", head="main", title="Nothing"))
    made.edit(title="Another", state="closed")
    assert (standin.state.pulls[2].title, standin.state.pulls[2].state) == ("Another", "closed")


def test_a_pull_request_outlives_its_fork(standin: StandIn, repo: Repository, folder: Path) -> None:
    standin.delete_fork("example-author")
    pull = repo.get_pull(1)
    assert pull.head.repo is None
    assert pull.head.label == "example-author:add-model"
    assert len(list(repo.get_pulls())) == 1


# ---- statuses and check runs -----------------------------------------------------------------------------------------


def test_the_latest_status_of_each_context_counts(repo: Repository, pull: PullRequest) -> None:
    head = repo.get_commit(pull.head.sha)
    assert head.get_combined_status().state == "pending"
    head.create_status("pending", description="Reading", context="a")
    head.create_status("success", "https://example.org/", "Read", "a")
    assert head.get_combined_status().state == "success"
    head.create_status("error", context="b")
    combined = head.get_combined_status()
    assert (combined.state, {one.context: one.state for one in combined.statuses}) == (
        "failure", {"a": "success", "b": "error"},
    )  # fmt: skip
    assert [one.state for one in head.get_statuses()] == ["error", "success", "pending"]


def test_check_runs_collect_annotations_fifty_at_a_time(repo: Repository, pull: PullRequest) -> None:
    annotation: Any = {"path": NEW, "start_line": 1, "end_line": 1, "annotation_level": "warning", "message": "Hm."}
    output: Any = {"title": "Lines", "summary": "All of them", "annotations": [annotation] * 50}
    made = repo.create_check_run("lines", pull.head.sha, output=output)
    made.edit(conclusion="neutral", output=output)
    assert "too long" in refused(422, lambda: made.edit(output=output | {"annotations": [annotation] * 51}))
    again = repo.get_check_run(made.id)
    assert (again.status, again.conclusion, again.output.annotations_count) == ("completed", "neutral", 100)
    assert len(list(again.get_annotations())) == 100
    repo.create_check_run("lines", pull.head.sha, status="in_progress")
    head = repo.get_commit(pull.head.sha)
    assert [run.status for run in head.get_check_runs(check_name="lines")] == ["in_progress"]
    assert len(list(head.get_check_runs(filter="all"))) == 2


def test_a_run_of_a_workflow_is_found(standin: StandIn, repo: Repository, folder: Path) -> None:
    made = standin.workflow_run(1, event="pull_request")
    run = repo.get_workflow_run(made.id)
    assert (run.head_sha, run.head_repository.full_name, run.pull_requests) == (
        standin.state.pulls[1].head_sha, "example-author/example-models", [],
    )  # fmt: skip


# ---- limits, people, permissions -------------------------------------------------------------------------------------


def test_texts_that_are_too_long_are_refused(repo: Repository, pull: PullRequest) -> None:
    head = repo.get_commit(pull.head.sha)
    pull.create_issue_comment("a" * 65_536)
    assert "Body is too long" in refused(422, lambda: pull.create_issue_comment("a" * 65_537))
    head.create_status("success", description="a" * 140)
    assert "too long" in refused(422, lambda: head.create_status("success", description="a" * 141))
    long: Any = {"title": "Long", "summary": "a" * 65_536}
    assert refused(422, lambda: repo.create_check_run("long", pull.head.sha, output=long))


def test_only_commits_of_the_repository_get_statuses(standin: StandIn, folder: Path) -> None:
    assert raw(standin, "POST", f"/repos/{NAME}/statuses/{'0' * 40}", {"state": "success"})[0] == 422


@pytest.mark.parametrize(
    ("role", "permission"),
    [
        ("admin", "admin"),
        ("maintain", "write"),
        ("write", "write"),
        ("triage", "read"),
        ("read", "read"),
        (None, "read"),
    ],
)
def test_a_permission_has_a_word_and_a_role(role: Any, permission: str, standin: StandIn, folder: Path) -> None:
    if role:
        standin.permission("example-author", role)
    path = f"/repos/{NAME}/collaborators/example-author/permission"
    status, body = raw(standin, "GET", path)
    assert (status, body["permission"], body["role_name"]) == (200, permission, role or "read")
    assert raw(standin, "GET", path.replace("author", "nobody"))[0] == 404


def test_a_workflow_has_no_user_and_a_person_has(standin: StandIn, github: Github) -> None:
    assert "Resource not accessible" in refused(403, lambda: github.get_user().login)
    standin.token("personal", "example-maintainer")
    with client(standin, "personal") as person:
        assert person.get_user().login == "example-maintainer"
        assert person.get_rate_limit().resources.core.limit == 5000


WRITES = [
    ("contents", "PUT", "pulls/1/merge", {}),
    ("pull-requests", "PATCH", "pulls/1", {"title": "Another"}),
    ("pull-requests", "POST", "pulls/1/reviews", {"event": "COMMENT", "body": "Hm."}),
    ("issues", "POST", "issues/1/comments", {"body": "Hm."}),
    ("pull-requests", "POST", "issues/1/comments", {"body": "Hm."}),
    ("issues", "POST", "issues/1/labels", {"labels": ["a"]}),
    ("statuses", "POST", "statuses/HEAD", {"state": "success"}),
    ("checks", "POST", "check-runs", {"name": "lines", "head_sha": "HEAD"}),
]


@pytest.mark.parametrize(("kind", "method", "path", "body"), WRITES, ids=[f"{w[0]} {w[2]}" for w in WRITES])
def test_writing_needs_the_permission_of_its_kind(
    kind: str, method: str, path: str, body: dict[str, Any], standin: StandIn, folder: Path
) -> None:
    head = standin.state.pulls[1].head_sha
    path = f"/repos/{NAME}/{path.replace('HEAD', head)}"
    body = {name: head if value == "HEAD" else value for name, value in body.items()}
    standin.tokens["reader"] = Token(standin.state.user("example-reader"), {kind: "read"})
    standin.tokens["writer"] = Token(standin.state.user("example-writer"), {kind: "write"})
    status, told = raw(standin, method, path, body, "reader")
    assert (status, told["message"]) == (403, "Resource not accessible by integration")
    assert raw(standin, method, path, body, "nobody")[0] == 401
    assert raw(standin, method, path, body, None)[0] == 401
    assert raw(standin, method, path, body, "writer")[0] in (200, 201)
    assert [call.login for call in standin.writes] == ["example-reader", None, None, "example-writer"]


def test_another_repository_is_not_found(standin: StandIn, folder: Path) -> None:
    assert raw(standin, "GET", "/repos/example-org/another/pulls")[0] == 404
    assert raw(standin, "GET", "/repos/example-author/example-models")[1]["fork"] is True


# ---- pages -----------------------------------------------------------------------------------------------------------


def test_lists_come_in_pages_that_link_to_each_other(standin: StandIn, pull: PullRequest) -> None:
    for number in range(250):
        standin.comment(1, "example-author", str(number))
    standin.forget_calls()
    assert [one.body for one in pull.get_issue_comments()] == [str(number) for number in range(250)]
    assert len(standin.calls) == 9  # of 30, if nobody asks for more
    with client(standin, per_page=100, lazy=True) as github:
        standin.forget_calls()
        assert len(list(github.get_repo(NAME).get_pull(1).get_issue_comments())) == 250
        assert [call.query for call in standin.calls if call.query] == [
            {"per_page": "100"}, {"per_page": "100", "page": "2"}, {"per_page": "100", "page": "3"},
        ]  # fmt: skip


def test_no_page_has_more_than_a_hundred(standin: StandIn, folder: Path) -> None:
    for number in range(101):
        standin.comment(1, "example-author", str(number))
    assert len(raw(standin, "GET", f"/repos/{NAME}/issues/1/comments?per_page=1000")[1]) == 100


# ---- the schema ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        ("GET", "/nowhere", None, "no endpoint"),
        ("DELETE", f"/repos/{NAME}/pulls/1", None, "no endpoint"),
        ("POST", f"/repos/{NAME}/issues/1/comments", {}, "'body' is a required property"),
        ("POST", f"/repos/{NAME}/issues/1/comments", {"body": 1}, "body: 1 is not of type 'string'"),
        ("POST", f"/repos/{NAME}/statuses/{'0' * 40}", {"state": "fine"}, "'fine' is not one of"),
        ("POST", f"/repos/{NAME}/pulls/1/reviews", {"event": "SHRUG"}, "'SHRUG' is not one of"),
        ("GET", f"/repos/{NAME}/pulls?state=shut", None, "'shut' is not one of"),
        ("GET", f"/repos/{NAME}/issues/1/comments?per_page=many", None, "per_page"),
    ],
)
def test_a_call_that_github_does_not_describe_is_noticed(
    method: str, path: str, body: Any, told: str, standin: StandIn, folder: Path
) -> None:
    status, answer = raw(standin, method, path, body)
    assert status == 500
    assert [told in violation for violation in standin.violations] == [True], standin.violations
    assert told in answer["message"]
    standin.violations.clear()


def test_an_answer_that_github_does_not_describe_is_noticed(standin: StandIn, folder: Path) -> None:
    standin.state.pulls[1].title = None  # type: ignore[assignment]
    status, _ = raw(standin, "GET", f"/repos/{NAME}/pulls/1")
    assert status == 500
    assert "title: None is not of type 'string'" in standin.violations[0]
    standin.violations.clear()


def test_a_mistake_of_the_stand_in_is_noticed(standin: StandIn, folder: Path) -> None:
    standin.state.pulls[1].base_sha = "nothing"
    assert raw(standin, "GET", f"/repos/{NAME}/pulls/1/files")[0] == 500
    assert "CalledProcessError" in standin.violations[0]
    standin.violations.clear()


def test_the_same_events_have_the_same_ids_and_times(standin: StandIn, folder: Path) -> None:
    comment = standin.comment(1, "example-author", "One")
    assert (comment.id, str(comment.created_at)) == (40001, "2026-01-05 09:00:02+00:00")
    assert standin.state.pulls[1].head_sha == standin.git.commit(standin.git.resolve("refs/pull/1/head") or "").sha
    assert standin.git.commit(standin.state.pulls[1].head_sha).author.date == "2026-01-05T09:00:00+00:00"
