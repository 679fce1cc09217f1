"""References from both ends: what the bot calls fine leaves a main branch that `check` and `build` accept."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from bot.board.model.problem import Severity
from tests.checkouts import MODELS, add_model, checkout, commit, edit, git, run, temporary_folder, write
from tests.handlers.pull_request.test_contents import ASKED, DECIDED, DOCUMENT, FRAMEWORKS, PRECEDENTS, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.handlers.pull_request.facts import Contents

ASSESSMENTS = "assessments"
ONE, TWO = "assessments/example/one.yaml", "assessments/example/two.yaml"
THREE = "assessments/example-labs/three.yaml"
FOUR, FIVE = "assessments/example-new/four.yaml", "assessments/example-new/five.yaml"
CROSSWALK = "schema/crosswalks/mot.yaml"
RUBRIC = "schema/rubric.yaml"
PEOPLE = """people:
  - id: 1000001
    login: example-insider
    declared: 2026-11-21
    affiliations:
      - developer: example-labs
        from: 2024-03-01
"""
CORRESPONDING = """title: Example Index
source: https://example.org/index
terms: Free to use.
classes: {open: open}
modalities: {text: text}
parts:
  Paper:
    level: paper
    reason: They ask for one.
"""
DISPUTE = "https://github.com/example-org/example-board/issues/12"


@pytest.fixture(scope="module")
def main() -> Path:
    """Return a repository in which every kind of file refers to others."""
    root = checkout(temporary_folder() / "main", MODELS)
    add_model(root, "example-new/four", "o" * 16)
    for path in (TWO, FOUR):
        edit(root / path, "modality: [text]\n", "modality: [text]\nbase_models: [example-labs/three]\n")
    edit(root / TWO, "    level: semi-open\n", "    level: semi-open\n    precedents: [as-of]\n")
    edit(root / "governance.yml", "people: []\n", PEOPLE)
    write(root, PRECEDENTS, DECIDED)
    write(root, DOCUMENT, "# Data\n")
    write(root, FRAMEWORKS, ASKED)
    write(root, CROSSWALK, CORRESPONDING)
    assert run(root, "check").code == 0
    commit(root)
    git(root, "branch", "--move", "main")
    return root


@pytest.fixture
def root(main: Path, tmp_path: Path) -> Path:
    """Return a copy in which a proposal begins."""
    place = shutil.copytree(main, tmp_path / "repository", symlinks=True)
    git(place, "checkout", "--quiet", "-b", "proposal")
    return place


def errors(found: Contents) -> set[tuple[str, str]]:
    return {(one.path, one.rule) for one in found.problems if one.severity is Severity.ERROR}


def move(root: Path, old: str, new: str) -> None:
    (root / new).parent.mkdir(parents=True, exist_ok=True)
    (root / old).rename(root / new)


def renamed_folder(root: Path) -> None:
    move(root, "assessments/example-labs", "assessments/example-laboratories")


def renamed_in_all_files(root: Path) -> None:
    renamed_folder(root)
    for path in (TWO, FOUR, "governance.yml"):
        edit(root / path, "example-labs", "example-laboratories")


def deleted_folder(root: Path) -> None:
    shutil.rmtree(root / "assessments/example-labs")


def deleted_with_its_people(root: Path) -> None:
    deleted_folder(root)
    edit(root / "governance.yml", PEOPLE, "people: []\n")


def swapped(root: Path) -> None:
    """Let two files exchange their places."""
    move(root, THREE, "three.yaml")
    move(root, ONE, THREE)
    move(root, "three.yaml", ONE)


def swapped_with_what_names_them(root: Path) -> None:
    swapped(root)
    for path in (TWO, FOUR):
        edit(root / path, "example-labs/three", "example/one")


def renamed_beside_a_new_one(root: Path) -> None:
    """Let a model leave its path to a new one, from which another new one is made."""
    base = "assessments/example-labs/three-base.yaml"
    move(root, THREE, base)
    for path in (TWO, FOUR):
        edit(root / path, "example-labs/three", "example-labs/three-base")
    add_model(root, "example-labs/three", "c" * 16)
    edit(root / THREE, "model: Example Labs Three\n", "model: Example Labs Newer\n")
    add_model(root, "example-new/five", "c" * 16)
    edit(root / FIVE, "modality: [text]\n", "modality: [text]\nbase_models: [example-labs/three]\n")


def other_criterion(root: Path) -> None:
    edit(root / RUBRIC, "id: tokenizer", "id: token_splitter")
    for file in (root / ASSESSMENTS).glob("*/*.yaml"):
        if file.name != "developer.yaml":
            edit(file, "  tokenizer:", "  token_splitter:")


REFERENCES: dict[str, tuple[Callable[[Path], object], set[tuple[str, str]]]] = {
    "a folder that people are declared for gets another name": (
        renamed_folder,
        {("governance.yml", "unknown-developer"), (TWO, "renamed-base-model"), (FOUR, "renamed-base-model")},
    ),
    "and so it does everywhere": (renamed_in_all_files, set()),
    "a folder that people are declared for is deleted": (deleted_folder, {("governance.yml", "unknown-developer")}),
    "and its people with it": (deleted_with_its_people, set()),
    "people are declared for a folder that nobody has": (
        lambda root: edit(root / "governance.yml", "developer: example-labs", "developer: example-lab"),
        {("governance.yml", "unknown-developer")},
    ),
    "the developer.yaml of a folder is deleted": (
        lambda root: (root / "assessments/example-labs/developer.yaml").unlink(),
        {("assessments/example-labs/developer.yaml", "no-developer")},
    ),
    "a base model gets another name": (
        lambda root: move(root, THREE, "assessments/example-labs/three-base.yaml"),
        {(TWO, "renamed-base-model"), (FOUR, "renamed-base-model")},
    ),
    "a base model goes to another developer": (
        lambda root: move(root, THREE, "assessments/example/three.yaml"),
        {(TWO, "renamed-base-model"), (FOUR, "renamed-base-model")},
    ),
    "a base model is deleted but its developer stays": (lambda root: (root / THREE).unlink(), set()),
    "a precedent that is cited gets another id": (
        lambda root: edit(root / PRECEDENTS, "id: as-of", "id: as-at"),
        {(TWO, "unknown-precedent")},
    ),
    "the precedents are deleted": (lambda root: (root / PRECEDENTS).unlink(), {(TWO, "unknown-precedent")}),
    "the document of a precedent is deleted": (
        lambda root: (root / DOCUMENT).unlink(),
        {(PRECEDENTS, "no-document")},
    ),
    "the document of a precedent gets another name": (
        lambda root: move(root, DOCUMENT, "docs/sources.md"),
        {(PRECEDENTS, "no-document")},
    ),
    "a precedent names a document that nobody wrote": (
        lambda root: edit(root / PRECEDENTS, "decision: docs/data.md", "decision: docs/date.md#here"),
        {(PRECEDENTS, "no-document")},
    ),
    "a criterion gets another id": (
        other_criterion,
        {(FRAMEWORKS, "unknown-criterion")},
    ),
    "a criterion of a crosswalk gets another id": (
        lambda root: edit(root / CROSSWALK, "level: paper", "level: papers"),
        {(CROSSWALK, "unknown-criterion")},
    ),
    "a crosswalk is broken": (lambda root: write(root, CROSSWALK, "title: MOT\n"), {(CROSSWALK, "missing-key")}),
    "a crosswalk is deleted": (lambda root: (root / CROSSWALK).unlink(), set()),
    "the frameworks are deleted": (lambda root: (root / FRAMEWORKS).unlink(), set()),
    "the policy is deleted": (lambda root: (root / "governance.yml").unlink(), {("governance.yml", "no-policy")}),
    "a new model cites what is there": (
        lambda root: edit(root / FOUR, "    level: open\n", "    level: open\n    precedents: [as-of]\n"),
        set(),
    ),
    "two files exchange their places": (
        swapped,
        {(TWO, "renamed-base-model"), (FOUR, "renamed-base-model")},
    ),
    "and what names them follows": (swapped_with_what_names_them, set()),
    "a new model gets the path of another, and is a base model": (renamed_beside_a_new_one, set()),
    "two files swap their names": (
        lambda root: (
            edit(root / TWO, "model: Example Two", "model: Example One"),
            edit(root / "assessments/example/one.yaml", "model: Example One", "model: Example Two"),
        ),
        set(),
    ),
}
# Main's own check doesn't know what was there before.
ONLY_HERE = {"no-policy", "renamed-base-model", "renamed-while-disputed"}


@pytest.mark.parametrize("case", REFERENCES)
def test_after_a_merge_that_is_called_fine_check_and_build_pass(case: str, root: Path) -> None:
    change, expected = REFERENCES[case]
    change(root)
    found = errors(read(root))
    assert found >= expected, found
    is_fine_on_main = run(root, "check").code == 0
    if not expected:
        assert found == set()
        assert is_fine_on_main
        assert run(root, "build").code == 0
    else:
        assert is_fine_on_main is ({rule for _, rule in expected} <= ONLY_HERE)


def test_problems_of_the_references_that_main_has_are_nobody_elses_fault(root: Path) -> None:
    edit(root / "governance.yml", "developer: example-labs", "developer: example-lab")
    edit(root / CROSSWALK, "level: paper", "level: papers")
    (root / DOCUMENT).unlink()
    commit(root)
    git(root, "branch", "--force", "main")
    deleted_folder(root)
    edit(root / RUBRIC, "points: 0.5", "points: 0.25")
    write(root, "docs/other.md", "# Other\n")
    assert errors(read(root)) == set()


def test_a_model_with_an_open_dispute_keeps_its_path(root: Path) -> None:
    edit(root / THREE, "    level: closed\n", f"    level: closed\n    disputed: {DISPUTE}\n")
    commit(root)
    git(root, "branch", "--force", "main")
    edit(root / TWO, "base_models: [example-labs/three]\n", "")
    edit(root / FOUR, "base_models: [example-labs/three]\n", "")
    renamed = "assessments/example-labs/three-base.yaml"
    move(root, THREE, renamed)
    assert errors(read(root)) == {(renamed, "renamed-while-disputed")}


def test_a_file_with_an_open_dispute_stays_about_its_model(root: Path) -> None:
    edit(root / FOUR, "    level: open\n", f"    level: open\n    disputed: {DISPUTE}\n")
    commit(root)
    git(root, "branch", "--force", "main")
    edit(root / FOUR, "model: Example New Four\n", "model: Another One\n")
    assert errors(read(root)) == {(FOUR, "renamed-while-disputed")}


def test_a_base_model_whose_developer_is_gone_is_worth_a_look(root: Path) -> None:
    deleted_with_its_people(root)
    found = read(root)
    warned = {(one.path, one.rule) for one in found.problems if one.severity is Severity.WARNING}
    assert warned == {(TWO, "unknown-base-developer"), (FOUR, "unknown-base-developer")}


def test_folders_that_share_an_organisation_of_the_hub_are_one_organisation(root: Path) -> None:
    for path, hub_id in ((TWO, "example-org/two"), (FOUR, "Example-Org/four")):
        edit(root / path, "modality: [text]\n", f"modality: [text]\nhuggingface: {hub_id}\n")
    together = frozenset({"example", "example-new"})
    assert read(root).organisations == dict.fromkeys(sorted(together), together)
