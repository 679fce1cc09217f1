"""The run on a merge group beside another run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github.client import Client
from tests.github.scenario import SCENARIOS, answer, play, read_story

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import pytest

    from bot.github.actions import SetStatus


def test_a_success_that_comes_after_the_failure_of_a_newer_run_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    real = Client.set_status
    with play(read_story(SCENARIOS / "merge-queue-good"), tmp_path, over_http=False) as stage:

        def late(client: Client, action: SetStatus, pull: int | None) -> datetime:
            if pull is None and not held:
                held.append(1)
                stage.standin.comment(stage.pull.number, "example-mia", "/hold")
                assert answer("issue_comment", stage).code == 0
            return real(client, action, pull)

        monkeypatch.setattr(Client, "set_status", late)
        assert answer("merge_group", stage).code == 0
        group = [one.state for one in stage.standin.state.statuses if one.sha != stage.pull.head_sha]
    assert group == ["failure", "success", "failure"]
