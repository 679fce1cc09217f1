"""`openness-bot new`: a skeleton that names what to fill in, and is valid when it is filled in."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.checkouts import DEVELOPER, checkout, edit, files, run, write
from tests.samples import rubric

if TYPE_CHECKING:
    from pathlib import Path

FILE = "assessments/example-labs/new-1.5.yaml"
DEVELOPER_FILE = "assessments/example-labs/developer.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return checkout(tmp_path, {"example/one": "oooooooooooooooo"})


def test_a_skeleton_is_written_for_the_model_and_for_a_new_developer(root: Path) -> None:
    code, out, err = run(root, "new", "example-labs/new-1.5")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"wrote {FILE}",
        f"wrote {DEVELOPER_FILE}",
        "Fill them in, then run: `openness-bot check assessments/example-labs`",
    ]


def test_a_developer_that_is_there_stays_what_it_is(root: Path) -> None:
    out = run(root, "new", "example/two").out
    assert out.splitlines() == [
        "wrote assessments/example/two.yaml",
        "Fill it in, then run: `openness-bot check assessments/example`",
    ]
    assert (root / "assessments/example/developer.yaml").read_text("utf-8") == DEVELOPER


def test_every_question_and_definition_is_in_the_skeleton(root: Path) -> None:
    run(root, "new", "example-labs/new-1.5")
    text = (root / FILE).read_text("utf-8")
    for criterion in rubric().criteria:
        for words in (criterion.question, criterion.open, criterion.semi_open, criterion.closed):
            assert f" {words}\n" in text


def test_check_asks_for_each_blank_once_and_for_nothing_else(root: Path) -> None:
    run(root, "new", "example-labs/new-1.5")
    code, out, _ = run(root, "check", "--format", "json")
    problems = json.loads(out)["problems"]
    assert code == 1
    blanks = []
    for path in (DEVELOPER_FILE, FILE):
        lines = (root / path).read_text("utf-8").splitlines()
        blanks += [
            (path, number)
            for number, line in enumerate(lines, 1)
            if re.match(r"\w+: *(#|$)", line) and line != "ratings:"
        ]
        blanks += [(path, number) for number, line in enumerate(lines, 1) if line == "    level: unassessed"]
    assert [(problem["path"], problem["line"]) for problem in problems] == blanks
    assert len(blanks) == 4 + 1 + len(rubric().criteria)
    assert {problem["rule"] for problem in problems} == {"empty", "unassessed"}


def test_a_skeleton_that_is_filled_in_passes_without_a_warning(root: Path) -> None:
    run(root, "new", "example-labs/new-1.5")
    file, developer = root / FILE, root / DEVELOPER_FILE
    text = re.sub(r"^model:", "model: Example New 1.5", file.read_text("utf-8"), flags=re.MULTILINE)
    text = re.sub(r"^    level: unassessed$", "    level: closed", text, flags=re.MULTILINE)
    # As the skeleton says: the lines are copied under a rating, without the leading "# ".
    hint = re.findall(
        r"^# (    (?:evidence|  - url|    where|    fact|    accessed|    quote|note).*)$", text, re.MULTILINE
    )
    copied = "\n".join(hint).replace("https://...", "https://example.org/files")
    text = text.replace("    level: closed\n", f"    level: open\n{copied}\n", 1)
    for key in ("released", "huggingface", "license"):
        text = re.sub(rf"^# ({key}:)", r"\1", text, flags=re.MULTILINE)
    file.write_text(text, "utf-8")
    filled = {"name:": "name: Example", "country:": "country: International", "kind:": "kind: single-company"}
    for key, value in filled.items():
        edit(developer, key, value)
    edit(developer, "url:", "url: https://example.org/labs")
    assert run(root, "check") == (0, "5 files checked: no problems.\n", "")
    shown = run(root, "show", "example-labs/new-1.5").out
    assert "https://example.org/files" in shown


NAMES = {
    "assessments/example-labs/new-1.5.yaml": FILE,
    "example-labs/new-1.5.yaml": FILE,
    "example/a.x-4.0": "assessments/example/a.x-4.0.yaml",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_path_names_the_same_file(name: str, root: Path) -> None:
    assert run(root, "new", name).out.startswith(f"wrote {NAMES[name]}\n")


BAD_NAMES = {
    "Example/One": "Did you mean example/one?",
    "Example Labs/New Model_2": "Did you mean example-labs/new-model-2?",
    "example": "two names with a slash between them",
    "example/": "two names with a slash between them",
    "/example/two": "two names with a slash between them",
    "example/two/three": "two names with a slash between them",
    "../example/two": "two names with a slash between them",
    "example/..": "two names with a slash between them",
    "example/developer": "would be the file about the developer: give the model another name.",
    "예시/모델": "two names with a slash between them",
    "": "two names with a slash between them",
    "example/two\n": "Did you mean example/two?",
}


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_no_assessment_can_have_is_refused_with_the_nearest(name: str, root: Path) -> None:
    before = files(root)
    code, out, err = run(root, "new", name)
    assert (code, out) == (2, "")
    assert BAD_NAMES[name] in err
    assert files(root) == before


def test_nothing_that_exists_is_overwritten(root: Path) -> None:
    before = files(root)
    code, out, err = run(root, "new", "example/one")
    assert (code, out) == (2, "")
    assert err.endswith("Error: assessments/example/one.yaml exists already: edit it instead.\n")
    assert files(root) == before


def test_links_count_as_existing_wherever_they_lead(root: Path, tmp_path: Path) -> None:
    (root / "assessments/example/linked.yaml").symlink_to(tmp_path / "nowhere")
    assert run(root, "new", "example/linked").code == 2
    (root / "assessments/example/developer.yaml").unlink()
    (root / "assessments/example/developer.yaml").symlink_to(tmp_path / "nowhere")
    assert run(root, "new", "example/two").code == 0
    assert not (tmp_path / "nowhere").exists()


def test_a_place_that_cannot_be_written_is_named(root: Path) -> None:
    write(root, "assessments/example-labs", "a file where a folder belongs\n")
    code, _, err = run(root, "new", "example-labs/new-1.5")
    assert code == 1
    assert err.startswith(f"Error: {root / FILE} can't be written: ")
    assert len(err.splitlines()) == 1
