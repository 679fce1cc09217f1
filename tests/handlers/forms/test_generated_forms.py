"""Issue forms that `build` writes: where there is a folder for them, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from bot.board.model.layout import FORMS
from bot.handlers.forms.form_files import paths
from tests.checkouts import add_model, checkout, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def board(tmp_path: Path) -> Path:
    return checkout(tmp_path / "board")


def test_forms_follow_the_data_and_stale_ones_are_named(board: Path) -> None:
    (board / FORMS).mkdir(parents=True)
    assert run(board, "build").code == 0
    assert {file.relative_to(board).as_posix() for file in (board / FORMS).iterdir()} == paths().keys()
    assert run(board, "build", "--check").code == 0
    add_model(board, "example/seven", "o" * 16)
    checked = run(board, "build", "--check")
    assert checked.code == 1
    assert f"stale {FORMS}/correct-a-rating.ko.yml" in checked.out
    assert "report-a-dead-link" not in checked.out
    assert run(board, "build").code == 0
    for language in ("", ".ko"):
        form = yaml.safe_load((board / f"{FORMS}/correct-a-rating{language}.yml").read_text("utf-8"))
        assert "Example Seven" in str(form["body"])


def test_a_board_without_forms_gets_none(board: Path) -> None:
    assert run(board, "build").code == 0
    assert not (board / ".github").exists()


@pytest.mark.parametrize("link", [".github", FORMS])
def test_nothing_is_written_through_a_link(link: str, board: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "ISSUE_TEMPLATE").mkdir(parents=True)
    (board / link).parent.mkdir(exist_ok=True)
    (board / link).symlink_to(elsewhere)
    assert run(board, "build").code == 0
    assert [file for file in elsewhere.rglob("*") if file.is_file()] == []
