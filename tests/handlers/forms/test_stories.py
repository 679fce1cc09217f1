"""Every story in `tests/github/forms/`: what the bot answers to a form, and that a second run writes nothing.

`python -m tests.github.form_story update` writes the golden files anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.text.escaping import visible
from tests.github.form_story import GOLDEN, answer, outcome, play, stories

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough

REFUSED = {"branch-protected", "branch-in-the-way", "branch-below-in-the-way", "pull-requests-not-permitted"}
"""Stories in which the repository takes no branch or pull request of the bot's, which is no failure; each run tries again."""
TRIED_AGAIN = ("/git-receive-pack", "/pulls")


@pytest.mark.parametrize("folder", stories(), ids=lambda folder: folder.name)
def test_a_form_is_answered_as_its_story_says_and_a_second_run_writes_nothing(folder: Path, tmp_path: Path) -> None:
    with play(folder, tmp_path) as stage:
        assert outcome(folder, stage) == (folder / GOLDEN).read_text("utf-8")
        assert stage.standin.violations == []
        last = stage.ran[-1]
        assert last.code == 0
        stage.standin.forget_calls()
        if folder.name != "dry-run":
            again = answer(stage)
            assert again.code == 0
            written = [call.path for call in stage.standin.writes]
            assert [path for path in written if not (folder.name in REFUSED and path.endswith(TRIED_AGAIN))] == []
        for line in last.out.splitlines():
            assert line == visible(line)
            assert not line.startswith("::")


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    folder = next(each for each in stories() if each.name == "dry-run")
    with play(folder, tmp_path) as stage:
        assert stage.standin.writes == []
        assert stage.pull is None
