"""The job that judges with what was found about links: a fault at, or a push before, each of its calls."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

import pytest

from bot.github.client import LINKS
from tests.github import scenario
from tests.github.standin import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.github.scenario import Stage

pytestmark = pytest.mark.thorough

CALLS = range(1, 9)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Yield a pull request whose link was asked for, and found to be fine."""
    story = scenario.read_story(scenario.SCENARIOS / "links-fine")
    with mock.patch("bot.github.client.time.sleep"), scenario.play(story, tmp_path, over_http=False) as stage:
        yield stage


def kept(stage: Stage) -> list[str]:
    """Return the commits about which something is kept."""
    return [run.head_sha for run in stage.standin.state.check_runs.values() if run.name == LINKS]


def comment(stage: Stage) -> str:
    return next(one.body for one in stage.standin.state.comments_of(1) if scenario._is_sticky(one))


@pytest.mark.parametrize("fault", [Fault.FORBIDDEN, Fault.UNPROCESSABLE])
@pytest.mark.parametrize("number", CALLS)
def test_a_call_that_is_refused_is_made_up_for_by_the_same_job_again(number: int, fault: Fault, stage: Stage) -> None:
    stage.standin.faults.nth(number, fault)
    ran = scenario.answer("links", stage)
    assert ran.code in (0, 1)
    assert stage.standin.state.statuses[-1].state != "success"
    stage.standin.faults.clear()
    again = scenario.answer("links", stage)
    assert again.code == 0, again.out
    assert set(kept(stage)) == {stage.pull.head_sha}
    assert "1 of 1 new link is fine. 1 of 1 quote was found." in comment(stage)
    assert stage.standin.state.statuses[-1].state == "pending"
    stage.standin.forget_calls()
    assert (scenario.answer("pull_request", stage).code, stage.standin.writes) == (0, [])


@pytest.mark.parametrize("number", CALLS)
def test_what_was_found_never_counts_for_a_head_that_is_pushed_meanwhile(number: int, stage: Stage) -> None:
    former = stage.pull.head_sha
    edit = {"edit": ["assessments/example/two.yaml", "2 trillion", "20 trillion"]}
    stage.standin.before(number, lambda: scenario._push(stage, [edit]))
    ran = scenario.answer("links", stage)
    assert ran.code in (0, 1), ran.out
    assert former != stage.pull.head_sha not in kept(stage)
    assert scenario.answer("pull_request", stage).code == 0
    assert "1 new link is being checked." in comment(stage)
    last = [one for one in stage.standin.state.statuses if one.sha == stage.pull.head_sha][-1]
    assert (last.state, "links to be checked" in (last.description or "")) == ("pending", True)
