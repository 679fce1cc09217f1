"""Races with a run: a second run, a push, a merge, a person. The next run corrects the result of each.

The workflow allows only one run per pull request at a time, so these races are rare.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from threading import Barrier, BrokenBarrierError, Thread
from typing import TYPE_CHECKING, Any

import pytest

from bot.git.repository import Repository
from bot.github.client import CONTEXT, Client, connect
from bot.github.settings import read_settings
from bot.handlers.pull_request.comment import MARKER
from bot.handlers.pull_request.run import Run
from tests.checkouts import add_model, commit, edit, git
from tests.github import scenario
from tests.github.standin import ACTIONS_BOT
from tests.github.test_faults import FIRST_RUN, LATER_RUN, World, picture, play

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.checkouts import Ran
    from tests.github.standin import StandIn

pytestmark = pytest.mark.thorough

CALLS = range(1, len(FIRST_RUN) + 1)
LAST_LOOK = FIRST_RUN.index("GET pull request again") + 1
"""The last call before the first write."""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    for world in play(tmp_path_factory.mktemp("races")):
        work = world.stage.work
        git(work, "checkout", "--quiet", "-b", "rewritten", "main")
        edit(work / "assessments/example/one.yaml", "level: open", "level: opnen")
        add_model(work, "example/two", "ccssssssssssssss")
        commit(work)
        git(work, "checkout", "--quiet", "-b", "moved", "main")
        add_model(work, "example/zero", "ooooooosssssssss")
        commit(work)
        yield world


@pytest.fixture
def world(played: World) -> Iterator[World]:
    played.begin()
    refs = played.standin.git.refs()
    yield played
    set_back(played, refs)


@pytest.fixture(scope="module")
def right_for_new_head(played: World) -> dict[str, Any]:
    right = right_after(played, push)
    assert all(right[key] != played.right[key] for key in ("comments", "labels", "check runs", "reviews"))
    return right


@pytest.fixture(scope="module")
def right_for_new_base(played: World) -> dict[str, Any]:
    right = right_after(played, move_main)
    assert right["comments"] != played.right["comments"]
    return right


def right_after(world: World, change: Callable[[World], object]) -> dict[str, Any]:
    """Return the picture after a run that begins after a change."""
    world.begin()
    refs = world.standin.git.refs()
    change(world)
    assert world.answer().code == 0
    right = picture(world.standin)
    set_back(world, refs)
    return right


def set_back(world: World, refs: dict[str, str]) -> None:
    for name, sha in refs.items():
        world.standin.git.set_ref(name, sha)
    world.begin()


def push(world: World) -> str:
    """Force-push, as the contributor, a commit with other ratings and another misspelt level."""
    return world.standin.push_head(1, world.stage.work, "rewritten")


def move_main(world: World) -> str:
    """Merge another pull request as somebody else, with a model that changes ranks."""
    return world.standin.branch(world.stage.work, "main", "moved")


def during(standin: StandIn, number: int, change: Callable[[], object]) -> None:
    """Make a change while a call waits for its answer, during which GitHub answers other calls."""

    def unlocked() -> None:
        standin.lock.release()
        try:
            change()
        finally:
            standin.lock.acquire()

    standin.before(number, unlocked)


def ours(standin: StandIn) -> list[str]:
    """Return the bodies of the sticky comments."""
    found = standin.state.comments_of(1)
    return [one.body for one in found if one.user == ACTIONS_BOT and one.body.startswith(MARKER)]


def assert_healed(world: World, right: dict[str, Any]) -> None:
    """Check that one more run corrects everything that can be deleted, and that the next has nothing to write.

    Of check runs of one name on a commit GitHub shows the newest. Reviews with suggestions stay: both of two runs that
    didn't know of each other, and one for a head that was replaced, with the lines that it was about.
    """
    head = world.pull.head_sha
    ran = world.answer()
    assert ran.code == 0, ran.out
    found = picture(world.standin)
    assert len(ours(world.standin)) == 1
    assert {"labels": found["labels"], "status": found["status"]} == {key: right[key] for key in ("labels", "status")}
    assert sorted(found["comments"]) == sorted(right["comments"])  # a new one is last
    assert found["check runs"] in (right["check runs"], right["check runs"] * 2)
    reviews = [one for one in found["reviews"] if one[0] != ACTIONS_BOT.login or one[3] == head]
    assert reviews in (right["reviews"], [*right["reviews"], right["reviews"][-1]])
    assert len(found["reviews"]) <= len(right["reviews"]) + 1
    world.assert_at_rest()


# ---- two runs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("beginning", "number"),
    [("first", number) for number in CALLS] + [("later", number + 1) for number in range(len(LATER_RUN))],
)
def test_a_whole_run_within_a_call_of_another_one(beginning: str, number: int, world: World) -> None:
    world.begin(beginning)
    inner: list[Ran] = []
    during(world.standin, number, lambda: inner.append(world.answer()))
    outer = world.answer()
    assert [ran.code for ran in inner] == [0], inner
    assert len(ours(world.standin)) in (1, 2)
    if outer.code:  # the label to remove was removed already
        world.assert_failed(outer)
    assert_healed(world, world.right)


def test_two_runs_that_make_every_write_at_the_same_moment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    barrier = Barrier(2, timeout=20)
    look = Client.head_of

    def together(*_: object) -> None:
        with suppress(BrokenBarrierError):  # the other run has ended
            barrier.wait()

    def look_together(client: Client, number: int) -> str | None:
        together()
        return look(client, number)

    monkeypatch.setattr(Client, "head_of", look_together)
    settings = read_settings(scenario.environment(world.standin))
    outputs: list[list[str]] = [[], []]

    def answer(lines: list[str]) -> None:
        client = connect(settings, pause=together)
        Run(client, Repository(world.stage.base), datetime(2026, 1, 5, tzinfo=UTC), True, lines.append).answer(1, None)
        barrier.abort()

    runs = [Thread(target=answer, args=[lines]) for lines in outputs]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(ours(world.standin)) == 2
    writes = [call.path for call in world.standin.calls if call.is_write]
    assert len(writes) == 2 * (len(FIRST_RUN) - LAST_LOOK)
    assert [path for path in writes[::2] if writes.count(path) != 2] == []
    assert_healed(world, world.right)


# ---- the head moves --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", CALLS)
def test_a_push_before_each_call(number: int, world: World, right_for_new_head: dict[str, Any]) -> None:
    right, old = right_for_new_head, world.pull.head_sha
    world.standin.before(number, lambda: push(world))
    ran = world.answer()
    state, pull = world.standin.state, world.pull
    assert ran.code == 0
    assert pull.head_sha != old
    if number == 1:
        assert picture(world.standin) == right
    elif number <= LAST_LOOK:
        assert world.standin.writes == []
        assert ran.out.startswith("Stopped: pull request 1 has a newer head than ")
    else:
        assert {one.sha for one in state.statuses} == {one.head_sha for one in state.check_runs.values()} == {old}
        assert {one.commit_id for one in pull.reviews} == {old}
        assert f"Judged at commit {old[:10]}" in ours(world.standin)[0] or number == LAST_LOOK + 1
    assert_healed(world, right)


@pytest.mark.parametrize("number", CALLS)
def test_a_run_for_the_new_head_within_a_call_of_the_one_for_the_old(
    number: int, world: World, right_for_new_head: dict[str, Any]
) -> None:
    old = world.pull.head_sha
    inner: list[Ran] = []

    def push_and_answer() -> None:
        push(world)
        inner.append(world.answer())

    during(world.standin, number, push_and_answer)
    world.answer()
    assert [ran.code for ran in inner] == [0], inner
    of_new = [one.state for one in world.standin.state.statuses if one.sha != old]
    assert of_new == ["pending", "failure"]
    assert_healed(world, right_for_new_head)


# ---- the pull request ends -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", CALLS)
@pytest.mark.parametrize("how", ["closed", "merged"])
def test_a_pull_request_that_ends_before_each_call_gets_no_other_answer_than_it_had(
    how: str, number: int, world: World
) -> None:
    """Nothing would correct it later: the comment would only say that a merged one changes nothing any more."""
    end = world.standin.close_pull if how == "closed" else world.standin.merge
    world.standin.before(number, lambda: end(1))
    ran = world.answer()
    assert ran.code == 0
    if number <= LAST_LOOK:
        assert world.standin.writes == []
        words = "Pull request 1 is closed." if number == 1 else "Stopped: pull request 1 was closed meanwhile."
        assert ran.out == f"{words}\n"
    else:
        assert picture(world.standin) == world.right
    world.standin.forget_calls()
    assert world.answer().code == 0
    assert world.standin.writes == []


@pytest.mark.parametrize("number", CALLS)
def test_a_pull_request_that_vanishes_before_each_call(number: int, world: World) -> None:
    pull = world.pull
    world.standin.before(number, lambda: world.standin.state.pulls.pop(1))
    ran = world.answer()
    _, status = world.standin.state.statuses
    if number > FIRST_RUN.index("POST review") + 1:
        # commits, and in the stand-in also comments, survive it
        assert (ran.code, status.state) == (0, "failure")
    else:
        assert (ran.code, status.sha, status.context, status.state) == (1, pull.head_sha, CONTEXT, "error")
        assert "Failed: " in ran.out
    world.standin.state.pulls[1] = pull
    assert_healed(world, world.right)


# ---- main moves ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", CALLS)
def test_the_base_moves_before_each_call(number: int, world: World, right_for_new_base: dict[str, Any]) -> None:
    world.standin.before(number, lambda: move_main(world))
    assert world.answer().code == 0
    # the tip is fetched when everything else but the annotations is known
    in_time = number <= FIRST_RUN.index("GET check runs")
    assert picture(world.standin) == (right_for_new_base if in_time else world.right)
    assert_healed(world, right_for_new_base)


# ---- people ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(1, len(LATER_RUN) + 1))
@pytest.mark.parametrize("which", [0, 1])
def test_somebody_deletes_a_comment_of_the_bot_before_each_call(which: int, number: int, world: World) -> None:
    world.begin("later")
    ident = [one.id for one in world.standin.state.comments_of(1) if one.user == ACTIONS_BOT][which]
    world.standin.before(number, lambda: world.standin.state.comments.pop(ident))
    ran = world.answer()
    if ran.code:
        assert "GitHub answered 404: Not Found" in ran.out
        world.assert_failed(ran)
    else:
        assert len(ours(world.standin)) == (0 if which == 0 and number == len(LATER_RUN) else 1)
    assert_healed(world, world.right)


@pytest.mark.parametrize("number", CALLS)
@pytest.mark.parametrize(
    ("takes", "adds"), [("rating lowered", "theirs"), ("kept", "new model"), (None, "rating raised")]
)
def test_somebody_changes_labels_before_each_call(
    takes: str | None, adds: str | None, number: int, world: World
) -> None:
    """The bot's own labels are corrected; others are left as they are."""

    def change() -> None:
        if takes in world.pull.labels:
            world.pull.labels.remove(takes)
        if adds is not None and adds not in world.pull.labels:
            world.pull.labels.append(world.standin.state.label(adds).name)

    world.standin.before(number, change)
    ran = world.answer()
    if ran.code:  # there was nothing to remove
        assert (takes, "labels" in picture(world.standin)["status"][1]) == ("rating lowered", True)
        world.assert_failed(ran)
    labels = {"kept", "rating raised"} - {takes} | ({adds} & {"theirs"})
    assert_healed(world, world.right | {"labels": sorted(filter(None, labels))})
