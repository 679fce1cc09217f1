"""Sweeps over many open pull requests, with the real command line against the stand-in: what they cost, and whom they look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.github.client import CONTEXT
from bot.github.facts import Role, StatusMemory
from bot.github.statuses import mark_of
from bot.handlers.pull_request.sweep import world_of
from tests.checkouts import commit, edit, git
from tests.github import scenario
from tests.github.standin import ACTIONS_BOT
from tests.github.standin import calls as standin_calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.checkouts import Ran
    from tests.github.scenario import Stage

STORY = """\
about: A note, among many of its kind.
head:
  - edit: [assessments/example/two.yaml, "Read on that day.", "Read on this day."]
roles: {example-reviewer: write, example-maintainer: maintain}
"""
MANY = 100
MOST_IDLE_CALLS = 20


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    place = tmp_path_factory.mktemp("sweep")
    (place / "story").mkdir()
    (place / "story/story.yaml").write_text(STORY, "utf-8")
    with scenario.play(scenario.read_story(place / "story"), place, over_http=False) as stage:
        yield stage


def open_many(stage: Stage, number: int, author: str = "example-author-{}") -> None:
    """Open pull requests until there are so many, each with a commit of its own."""
    standin, tree = stage.standin, git(stage.work, "rev-parse", "HEAD^{tree}").strip()
    main = standin.git.resolve("refs/heads/main") or ""
    for count in range(len(standin.state.pulls), number):
        sha = git(stage.work, "commit-tree", tree, "-p", main, "-m", f"A note, number {count}").strip()
        standin.open_pull(stage.work, sha, author=author.format(count), author_association="CONTRIBUTOR")


def sweep(stage: Stage) -> Ran:
    stage.standin.forget_calls()
    return scenario.answer("schedule", stage)


def looked_at(ran: Ran) -> list[int]:
    return [
        int(line.split()[2].rstrip(":"))
        for line in ran.out.splitlines()
        if line.startswith("Pull request ") and line.endswith(":")
    ]


def settle(stage: Stage) -> None:
    """Let a sweep look at everything, and another one remember that."""
    for _ in range(2):
        stage.standin.wait(hours=1)
        assert sweep(stage).code == 0


def test_a_sweep_costs_what_has_changed(begun: Stage) -> None:
    stage, standin = begun, begun.standin
    open_many(stage, MANY)
    standin.wait(hours=1)
    roles = {
        user.id: Role(role) for login, role in standin.state.permissions.items() for user in [standin.state.user(login)]
    }
    world = world_of(standin.git.resolve("refs/heads/main"), roles)
    for number, pull in standin.state.pulls.items():
        memory = StatusMemory(world, int(pull.updated_at.timestamp()), None)
        standin.status(
            pull.head_sha, CONTEXT, "pending", "Waiting", f"https://example.org/{mark_of(number, '', memory)}"
        )
    standin.wait(hours=1)

    # idle
    ran = sweep(stage)
    assert ran.out == f"Nothing has changed in {MANY} other pull requests.\n"
    assert [one.operation or one.path.rpartition("/")[2] for one in standin.calls] == [
        "query OpenPulls",
        "collaborators",
    ]
    assert len(standin.calls) <= MOST_IDLE_CALLS

    # one comment, one review, one that was closed
    standin.comment(5, "example-reader", "Hello")
    standin.review(6, "example-reviewer")
    standin.close_pull(7)
    assert sorted(looked_at(sweep(stage))) == [5, 6]
    assert len(standin.calls) <= MOST_IDLE_CALLS
    assert standin.state.statuses[-1].state == "success"
    for number in [number for number in standin.state.pulls if number > 3]:
        del standin.state.pulls[number]


@pytest.mark.thorough
def test_roles_that_changed_let_everything_be_looked_at(begun: Stage) -> None:
    stage, standin = begun, begun.standin
    open_many(stage, 3)
    standin.review(2, "example-reviewer")
    settle(stage)
    assert looked_at(sweep(stage)) == []
    standin.permission("example-reviewer", "read")
    assert sorted(looked_at(sweep(stage))) == [1, 2, 3]
    (last,) = [one for one in standin.state.statuses if one.sha == standin.state.pulls[2].head_sha][-1:]
    assert last.state == "pending"
    standin.permission("example-reviewer", "write")


@pytest.mark.thorough
def test_main_that_moved_lets_everything_be_looked_at(begun: Stage) -> None:
    stage, standin = begun, begun.standin
    open_many(stage, 5)
    settle(stage)
    assert looked_at(sweep(stage)) == []
    git(stage.work, "checkout", "--quiet", standin.git.resolve("refs/heads/main") or "")
    edit(stage.work / "assessments/example/one.yaml", "Read on that day.", "Read on some day.")
    commit(stage.work)
    standin.branch(stage.work)
    git(stage.work, "checkout", "--quiet", "proposal")
    opened = sum(pull.state == "open" for pull in standin.state.pulls.values())
    assert len(looked_at(sweep(stage))) == opened


@pytest.mark.thorough
def test_a_sweep_that_uses_up_its_calls_stops_and_the_next_one_goes_on_there(
    begun: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, standin = begun, begun.standin
    open_many(stage, 8)
    settle(stage)
    standin.wait(hours=1)
    for number, pull in standin.state.pulls.items():
        if pull.state == "open":
            standin.comment(number, "example-reader", "Hello")
    standin.wait(hours=1)
    real = standin_calls._rate
    monkeypatch.setattr(
        standin_calls, "_rate", lambda used: real(used) | {"X-RateLimit-Remaining": str(max(0, 165 - used))}
    )
    first, second = looked_at(sweep(stage)), looked_at(sweep(stage))
    assert first
    assert second
    assert not set(first) & set(second)


@pytest.mark.thorough
def test_a_crowd_of_one_author_keeps_nobody_waiting(begun: Stage) -> None:
    stage, standin = begun, begun.standin
    before = len(standin.state.pulls)
    open_many(stage, before + 9, "example-crowd")
    open_many(stage, before + 10, "example-newcomer")
    settled = [number for number, pull in standin.state.pulls.items() if pull.author.login == "example-newcomer"]
    found = looked_at(sweep(stage))
    authors = [standin.state.pulls[number].author.login for number in found]
    assert settled[0] in found
    assert authors.index("example-newcomer") < len(authors) - authors[::-1].index("example-crowd") - 1
    assert {one.context for one in standin.state.statuses} == {CONTEXT}
    assert {one.creator for one in standin.state.statuses} == {ACTIONS_BOT}
