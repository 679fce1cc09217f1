"""Limits of a pull request: what costs too much is told, and the next one is judged as always."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from bot.bounded import BoundedProcess, InProcess, Limit, OverLimitError
from bot.git.repository import Repository, quarantined
from bot.handlers.pull_request.comment import MARKER
from bot.handlers.pull_request.contents import read_contents
from bot.handlers.pull_request.run import conclude
from tests.checkouts import add_model, committed_checkout, git
from tests.github.scenario import SCENARIOS, Story, answer, play, read_story
from tests.github.standin import BEGINNING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RAISED = [{"model": "example/two oooossssssssssss"}]


def fetches(function: Any, *_: Any) -> bool:
    return getattr(function, "__name__", "") == "fetch_commit"


def story(*talk: dict[str, Any]) -> Story:
    """Return the story of a rating that is raised."""
    return Story("", "", [], RAISED, [], {}, {}, list(talk), "pull_request", {}, 0)


class Refusing(InProcess):
    """A worker that gives up some of its calls."""

    def __init__(self, refused: Callable[..., bool], limit: Limit = Limit.TIME) -> None:
        self.refused, self.limit = refused, limit

    def call(self, function: Any, *arguments: Any, **named: Any) -> Any:
        if self.refused(function, *arguments):
            raise OverLimitError(self.limit)
        return function(*arguments, **named)


def reads(function: Any, *_: Any) -> bool:
    return getattr(function, "__name__", "") in ("read_contents", "remembered")


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Limit.TIME, "more than the allowed 30 seconds"),
        (Limit.CLOCK, "more than two minutes"),
        (Limit.MEMORY, "more than the allowed 1024 MiB of memory"),
        (Limit.BROKEN, "ended the program that reads the files"),
    ],
)
def test_a_pull_request_that_costs_too_much_is_told_so(
    limit: Limit, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cli.pr.new_worker", lambda: Refusing(reads, limit))
    with play(story(), tmp_path, over_http=False) as stage:
        assert answer("pull_request", stage).code == 0
        (comment,) = stage.standin.state.comments.values()
        assert words in comment.body
        assert "Split the change into several pull requests." in comment.body
        assert "**The pull request as a whole has a problem.**" in comment.body
        assert "a blank name" not in comment.body
        assert stage.standin.state.statuses[-1].state == "failure"
        stage.standin.forget_calls()
        assert answer("schedule", stage).code == 0
        assert stage.standin.writes == []


def test_a_sweep_goes_on_with_the_next_pull_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first: list[str] = []

    def refuse_the_first(function: Any, *arguments: Any) -> bool:
        if not reads(function):
            return False
        first.append(arguments[2])
        return bool(arguments[2] == first[0])

    monkeypatch.setattr("bot.cli.pr.new_worker", lambda: Refusing(refuse_the_first))
    another = {"author": "example-other", "head": [{"model": "example/five ooooooooooooccco"}]}
    with play(story({"another": another}), tmp_path, over_http=False) as stage:
        assert answer("schedule", stage).code == 0
        said = {one.number: one.body for one in stage.standin.state.comments.values()}
    assert [("30 seconds" in body) for _, body in sorted(said.items())] == [True, False]


def test_a_conversation_that_costs_too_much_is_told_by_the_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cli.pr.new_worker", lambda: Refusing(lambda function, *_: function is conclude))
    with play(story(), tmp_path, over_http=False) as stage:
        assert answer("pull_request", stage).code == 1
        status = stage.standin.state.statuses[-1]
        assert (status.state, status.description) == (
            "error",
            "The text here takes too long to read. Close this, and open a new pull request.",
        )
        stage.standin.forget_calls()
        answer("schedule", stage)
        assert stage.standin.writes == []


def test_a_slow_network_is_told_as_a_failure_of_the_bot_and_interrupts_no_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with play(story({"bot": "pull_request"}, {"wait": {"hours": 300}}), tmp_path, over_http=False) as stage:
        with monkeypatch.context() as patched:
            patched.setattr("bot.cli.pr.new_worker", lambda: Refusing(fetches, Limit.CLOCK))
            assert answer("pull_request", stage).code == 1
        last = stage.standin.state.statuses[-1]
        assert (last.state, str(last.description)[:21]) == ("error", "The bot itself failed")
        assert answer("pull_request", stage).code == 0
        (comment,) = stage.standin.state.comments.values()
    assert "waiting for 1 approval by a reviewer.**" in comment.body


def test_a_former_head_that_is_too_large_is_as_one_that_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with play(story({"bot": "pull_request"}), tmp_path, over_http=False) as stage:
        large = stage.pull.head_sha
        git(stage.work, "commit", "--quiet", "--amend", "-m", "Without what was too large")
        stage.standin.push_head(stage.pull.number, stage.work)
        stage.standin.permission("example-alice", "write")
        stage.standin.review(stage.pull.number, "example-alice", "APPROVED")
        refusing = Refusing(lambda function, *given: fetches(function) and large in given, Limit.MEMORY)
        monkeypatch.setattr("bot.cli.pr.new_worker", lambda: refusing)
        assert answer("pull_request", stage).code == 0
        (comment,) = stage.standin.state.comments.values()
    assert "Open a new pull request from the same branch." in comment.body


def test_a_former_head_that_the_remote_does_not_give_any_more_is_gone(tmp_path: Path) -> None:
    with play(story({"bot": "pull_request"}), tmp_path) as stage:
        git(stage.work, "commit", "--quiet", "--amend", "-m", "Other words")
        stage.standin.push_head(stage.pull.number, stage.work)
        events = stage.standin.state.events
        events[:] = [replace(event, before="1" * 40) for event in events]
        stage.standin.permission("example-alice", "write")
        stage.standin.review(stage.pull.number, "example-alice", "APPROVED")
        assert answer("pull_request", stage).code == 0
        (comment,) = stage.standin.state.comments.values()
    assert "Open a new pull request from the same branch." in comment.body


def test_a_merge_group_that_costs_too_much_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.pr.new_worker", lambda: Refusing(reads))
    with play(story(), tmp_path, over_http=False) as stage:
        assert answer("merge_group", stage).code == 1
        assert stage.standin.state.statuses[-1].state == "error"


def test_a_pull_request_is_judged_in_a_separate_process_as_in_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = (InProcess, lambda: BoundedProcess(120, 30))
    found = []
    for number, worker in enumerate(workers):
        monkeypatch.setattr("bot.cli.pr.new_worker", worker)
        told = story({"comment": ["example-reviewer", "/coi none"]})
        with play(told, tmp_path / str(number)) as stage:
            assert answer("pull_request", stage).code == 0
            state = stage.standin.state
            texts = [one.body for one in state.comments.values() if one.body.startswith(MARKER)]
            found.append((texts, [(one.state, one.description) for one in state.statuses], stage.pull.labels))
    assert found[0] == found[1]


def test_a_commit_with_very_many_parents_is_compared_with_none_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = Repository.merge_base

    def counted(repository: Repository, one: str, other: str) -> str | None:
        asked.append(one)
        return real(repository, one, other)

    monkeypatch.setattr(Repository, "merge_base", counted)
    with play(story({"bot": "pull_request"}), tmp_path, over_http=False) as stage:
        head, base, tree = git(stage.work, "rev-parse", "proposal", "main", "proposal^{tree}").split()
        who = f"A Person <person@example.org> {BEGINNING:%s} +0000"
        lines = [
            f"tree {tree}",
            f"parent {head}",
            *[f"parent {base}"] * 300,
            f"author {who}",
            f"committer {who}",
            "",
            "Many",
        ]
        (tmp_path / "commit").write_text("\n".join(lines) + "\n", "utf-8")
        commit = git(stage.work, "hash-object", "-t", "commit", "-w", str(tmp_path / "commit")).strip()
        git(stage.work, "checkout", "--quiet", "-B", "proposal", commit)
        stage.standin.push_head(stage.pull.number, stage.work)
        asked.clear()
        assert answer("pull_request", stage).code == 0
    assert len(asked) < 10


def test_a_commit_is_never_ready_whose_success_could_soon_not_be_taken_back(tmp_path: Path) -> None:
    with play(read_story(SCENARIOS / "governed-raise-ready"), tmp_path, over_http=False) as stage:
        statuses = stage.standin.state.statuses
        statuses[:0] = [statuses[-1]] * 900
        assert answer("pull_request", stage).code == 0
        assert (statuses[-1].state, str(statuses[-1].description)[:59]) == (
            "pending",
            "No problems found; waiting for another commit, because this",
        )
        git(stage.work, "commit", "--quiet", "--allow-empty", "-m", "Another commit")
        stage.standin.push_head(stage.pull.number, stage.work)
        assert answer("pull_request", stage).code == 0
        assert statuses[-1].state == "success"


def test_what_is_fetched_for_a_check_is_not_kept(tmp_path: Path) -> None:
    root = committed_checkout(tmp_path / "main")
    work = tmp_path / "work"
    git(tmp_path, "clone", "--quiet", str(root), str(work))
    add_model(work, "example/four", "cccccccccccccccc")
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "-m", "One more")
    head, repository = git(work, "rev-parse", "HEAD").strip(), Repository(root)
    git(root, "remote", "add", "contributor", str(work))
    with quarantined(repository) as inside:
        inside.fetch_commit("contributor", head)
        assert inside.has_commit(head)
        assert not repository.has_commit(head)
        (model,) = read_contents(inside, repository.commit("HEAD"), head, date(2026, 1, 5)).change.models  # type: ignore[union-attr]
        assert model.id == "example/four"
    assert not repository.has_commit(head)
    assert {file.name for file in repository.private_file("openness-bot").iterdir()} <= {"entries.json"}
