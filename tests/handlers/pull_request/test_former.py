"""Since when an effect is shown, over many heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checkouts import git
from tests.github.scenario import SCENARIOS, answer, play, read_story

if TYPE_CHECKING:
    from pathlib import Path


def test_a_wait_runs_on_although_a_branch_is_rebased_many_times(tmp_path: Path) -> None:
    with play(read_story(SCENARIOS / "rating-raised"), tmp_path, over_http=False) as stage:
        for number in range(13):
            assert answer("pull_request", stage).code == 0
            git(stage.work, "commit", "--quiet", "--amend", "-m", f"Rebased {number}")
            stage.standin.push_head(stage.pull.number, stage.work)
            stage.standin.wait(hours=13)
        assert answer("pull_request", stage).code == 0
        (comment,) = stage.standin.state.comments.values()
    assert "waiting for 1 approval by a reviewer.**" in comment.body
