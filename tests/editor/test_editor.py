"""What an editor shows while somebody writes an assessment, as the real yaml-language-server answers it.

`make editor` installs the server. It is part of `make test-all`, where these tests are never skipped.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.board.model.assessment import assessment_json_schema
from bot.board.model.rubric import Level
from tests.checkouts import model_text, write
from tests.editor.server import LanguageServer
from tests.samples import rubric

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.board.model.rubric import Criterion

pytestmark = pytest.mark.thorough

GOOD = model_text("Example One", "oscnoooooooooooo")
"""With one level after the other."""
WRONG = GOOD.replace("level: semi-open", "level: yes", 1).replace("modality:", "colour: green\nmodality:")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("editor")
    write(root, "schema/assessment.schema.json", json.dumps(assessment_json_schema(rubric())))
    write(root, "assessments/example/good.yaml", GOOD)
    write(root, "assessments/example/wrong.yaml", WRONG)
    return root / "assessments/example"


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[LanguageServer]:
    with LanguageServer() as running:
        for file in sorted(folder.iterdir()):
            running.open(file)
        yield running


def line_of(text: str, criterion: str) -> int:
    """Return the line of a criterion, counted from 0; its level is on the next one."""
    return text.splitlines().index(f"  {criterion}:")


def hover(server: LanguageServer, folder: Path, line: int, character: int) -> str:
    """Return what is shown at a place of the valid file, without backslashes before punctuation and the link to the schema."""
    return server.hover(folder / "good.yaml", line, character).replace("\\", "").partition("\n\nSource: ")[0]


def meaning_of(criterion: Criterion, level: Level) -> str:
    """Return what a level means for a criterion."""
    return criterion.definition(level) or rubric().levels[level].meaning


def test_a_criterion_shows_its_own_title_question_and_levels(server: LanguageServer, folder: Path) -> None:
    for criterion in rubric().criteria:
        levels = [f"{level}: {meaning_of(criterion, level)}" for level in Level]
        shown = hover(server, folder, line_of(GOOD, criterion.id), 4)
        assert shown == "\n\n".join([f"#### {criterion.title}", criterion.question, *levels])


def test_a_level_shows_its_meaning_for_its_criterion(server: LanguageServer, folder: Path) -> None:
    levels = (Level.OPEN, Level.SEMI_OPEN, Level.CLOSED, Level.NOT_APPLICABLE)
    for criterion, level in zip(rubric().criteria, levels, strict=False):
        shown = hover(server, folder, line_of(GOOD, criterion.id) + 1, 12)
        title = rubric().levels[level].title
        assert shown == f"#### {criterion.title}: {title}\n\n{meaning_of(criterion, level)}"


def test_the_levels_are_offered_with_their_meanings(server: LanguageServer, folder: Path) -> None:
    license_ = next(criterion for criterion in rubric().criteria if criterion.id == "license")
    offered = server.completions(folder / "good.yaml", line_of(GOOD, "license") + 1, 11)
    assert {one["label"]: one["documentation"] for one in offered} == {
        level.value: meaning_of(license_, level) for level in Level
    }


def test_a_valid_file_has_no_diagnostics(server: LanguageServer, folder: Path) -> None:
    assert server.diagnostics(folder / "good.yaml") == []


def test_a_wrong_level_and_an_unknown_key_are_marked_at_their_places(server: LanguageServer, folder: Path) -> None:
    found = {(one["range"]["start"]["line"], one["message"]) for one in server.diagnostics(folder / "wrong.yaml")}
    assert found == {
        (WRONG.splitlines().index("colour: green"), "Property colour is not allowed."),
        (line_of(WRONG, "code") + 1, 'Value must be "open" | "semi-open" | "closed" | "not-applicable".'),
    }
