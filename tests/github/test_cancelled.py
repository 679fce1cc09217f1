"""Runs that GitHub cancels, at whichever call: the next sweep makes up for them.

Groups of concurrency belong to the repository, and a workflow of a pull request may name ours. So nothing depends on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.github.retry import RetryingRequester
from tests.github.scenario import Stage, Story, answer, play

if TYPE_CHECKING:
    from pathlib import Path

STORY = Story(
    "", "", [], [{"model": "example/two oooossssssssssss"}], [], {}, {"example-alice": "write"},
    [{"comment": ["example-alice", "/concern the date"]}], "pull_request", {}, 0,
)  # fmt: skip
MOST_CALLS = 12


def state_of(stage: Stage) -> tuple[Any, ...]:
    """Return what people see in the end."""
    state = stage.standin.state
    return (
        [one.body for one in state.comments_of(stage.pull.number)],
        [sorted(each.content for each in one.reactions) for one in state.comments_of(stage.pull.number)],
        sorted(stage.pull.labels),
        state.statuses[-1].state,
        state.statuses[-1].description,
    )


def cancel_at(number: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let the call of this number be the last of the run: it is carried out, and nobody hears of it."""
    calls = [0]
    real = RetryingRequester.requestJsonAndCheck

    def cancelled(*arguments: Any, **named: Any) -> Any:
        calls[0] += 1
        answered = real(*arguments, **named)
        if calls[0] == number:
            raise KeyboardInterrupt
        return answered

    monkeypatch.setattr(RetryingRequester, "requestJsonAndCheck", cancelled)
    return calls


@pytest.mark.thorough
def test_a_sweep_makes_up_for_a_run_that_was_cancelled_at_any_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with play(STORY, tmp_path / "whole", over_http=False) as stage:
        answer("schedule", stage)
        expected = state_of(stage)
    for number in range(1, MOST_CALLS):
        with play(STORY, tmp_path / str(number), over_http=False) as stage:
            with monkeypatch.context() as patched:
                calls = cancel_at(number, patched)
                ran = answer("pull_request", stage)
            assert (ran.code == 0) == (calls[0] < number)
            answer("schedule", stage)
            assert state_of(stage) == expected, f"cancelled at call {number}"
