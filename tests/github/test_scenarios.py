"""Every story of tests/github/scenarios, played against the stand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.github.scenario import stories, told

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("folder", stories(), ids=lambda folder: folder.name)
def test_the_bot_answers_as_it_should(folder: Path, tmp_path: Path) -> None:
    actions, comment = told(folder, tmp_path)
    golden = folder / "comment.md"
    assert actions == (folder / "actions.txt").read_text("utf-8")
    assert comment == (golden.read_text("utf-8") if golden.exists() else None)


def test_there_are_enough_of_them() -> None:
    assert len(stories()) >= 100
