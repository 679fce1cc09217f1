"""Snapshots: the content of one tree as of one day, alone and compared with another."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.board.model.layout import FRAMEWORKS, POLICY, PRECEDENTS, RUBRIC
from bot.board.reading.snapshot import Snapshot, SnapshotError
from bot.board.reading.tree import LARGEST_DOCUMENT, Commit, Folder
from bot.git.repository import Repository
from tests.board.reading.trees import Texts, write
from tests.checkouts import DEVELOPER, checkout, commit, model_text
from tests.samples import DATA

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TODAY = date(2026, 1, 1)
ONE = "assessments/example/one.yaml"
TEXTS = {
    RUBRIC: (DATA / RUBRIC).read_text("utf-8"),
    POLICY: (DATA / POLICY).read_text("utf-8"),
    "assessments/example/developer.yaml": DEVELOPER,
    ONE: model_text("Example One", "o" * 16),
}


def snapshot(changed: Mapping[str, str | None] | None = None, fallback: Snapshot | None = None) -> Snapshot:
    """Return the snapshot of `TEXTS` with these files changed, or removed where they are None."""
    wanted = {path: text for path, text in (TEXTS | dict(changed or {})).items() if text is not None}
    return Snapshot(Texts(wanted), TODAY, fallback=fallback)


@pytest.mark.parametrize("path", [RUBRIC, POLICY])
def test_what_is_missing_is_named(path: str) -> None:
    found = snapshot({path: None})
    with pytest.raises(SnapshotError, match=f"^there is no {path} on the base branch.$") as error:
        _ = found.rubric(), found.policy()
    assert (error.value.path, error.value.problems) == (path, [])


@pytest.mark.parametrize("path", [RUBRIC, POLICY, PRECEDENTS, FRAMEWORKS])
def test_what_is_broken_is_named_with_its_problems(path: str) -> None:
    found = snapshot({path: "nonsense: true\n"})
    with pytest.raises(SnapshotError, match=f"^{path} on the base branch cannot be used; ") as error:
        _ = found.rubric(), found.policy(), found.precedents(), found.frameworks()
    assert error.value.path == path
    assert error.value.problems == found.problems(path) != []


def test_a_file_that_cannot_be_opened_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / RUBRIC).mkdir(parents=True)
    with pytest.raises(SnapshotError) as error:
        Snapshot(Folder(tmp_path), TODAY).rubric()
    assert (error.value.path, error.value.reason) == (RUBRIC, "Is a directory")


def test_documents_that_nobody_wrote_are_empty() -> None:
    assert snapshot().precedents().precedents == ()
    assert snapshot().frameworks().frameworks == ()


PRECEDENT = """# yaml-language-server: $schema=precedents.schema.json
precedents:
  - id: as-of
    question: Which state is rated?
    ruling: Today's.
    decision: "docs/data.md#as-of"
  - {id: elsewhere, question: What, ruling: That., decision: https://github.com/example/openness/pull/3}
"""


def test_a_precedent_names_a_document_that_is_there() -> None:
    (problem,) = snapshot({PRECEDENTS: PRECEDENT}).problems(PRECEDENTS)
    assert (problem.rule, problem.line, problem.what) == (
        "no-document",
        6,
        "there is no document `docs/data.md` in this repository",
    )
    assert snapshot({PRECEDENTS: PRECEDENT, "docs/data.md": "# Data\n"}).problems(PRECEDENTS) == []


def test_the_crosswalks_are_the_files_of_their_folder(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yaml", "c.md", "deep/d.yaml"):
        write(tmp_path, f"schema/crosswalks/{name}", "title: Example\n")
    assert Snapshot(Folder(tmp_path), TODAY).crosswalks() == ["schema/crosswalks/a.yaml", "schema/crosswalks/b.yaml"]


# ---- compared with another -------------------------------------------------------------------------------------------


def test_what_is_the_same_in_both_has_no_problems_in_the_later_one() -> None:
    before = snapshot({PRECEDENTS: "nonsense: true\n"})
    after = snapshot({PRECEDENTS: "nonsense: true\n"}, before)
    assert before.problems(PRECEDENTS) != []
    assert after.problems(PRECEDENTS) == after.problems(RUBRIC) == []
    assert after.is_like_fallback()
    assert after.rubric() is before.rubric()


def test_the_rubric_of_the_fallback_is_used_where_another_is_broken_or_gone() -> None:
    before = snapshot()
    broken, gone = snapshot({RUBRIC: "nonsense: true\n"}, before), snapshot({RUBRIC: None}, before)
    assert broken.rubric() == gone.rubric() == before.rubric()
    assert broken.problems(RUBRIC) != []
    assert [problem.rule for problem in gone.problems(RUBRIC)] == ["no-rubric"]
    assert [problem.rule for problem in snapshot({POLICY: None}, before).problems(POLICY)] == ["no-policy"]


def test_another_rubric_or_other_precedents_make_the_same_file_mean_something_else() -> None:
    before = snapshot()
    spaced = TEXTS[RUBRIC] + "\n"
    assert snapshot({RUBRIC: spaced}, before).is_like_fallback()
    renamed = TEXTS[RUBRIC].replace("title: ", "title: Other ", 1)
    assert not snapshot({RUBRIC: renamed}, before).is_like_fallback()
    assert not snapshot({PRECEDENTS: "precedents: []\n"}, before).is_like_fallback()


def test_entries_are_remembered_only_for_the_same_rubric_and_precedents(tmp_path: Path) -> None:
    checkout(tmp_path)
    first = commit(tmp_path)
    write(tmp_path, RUBRIC, TEXTS[RUBRIC].replace("title: ", "title: Other ", 1))
    second = commit(tmp_path)
    repository = Repository(tmp_path)
    before = Snapshot(Commit(repository, first), TODAY, repository)
    assert before.cache is not None
    assert Snapshot(Commit(repository, first), TODAY, fallback=before).cache is before.cache
    assert Snapshot(Commit(repository, second), TODAY, fallback=before).cache is None


def test_a_commit_and_the_folder_that_it_was_made_of_say_the_same(tmp_path: Path) -> None:
    checkout(tmp_path)
    repository, found = Repository(tmp_path), Commit(Repository(tmp_path), commit(tmp_path))
    folder, committed = Snapshot(Folder(tmp_path, repository), TODAY), Snapshot(found, TODAY)
    assert folder.rubric() == committed.rubric()
    assert folder.policy() == committed.policy()
    assert folder.developers() == committed.developers() == {"example", "example-labs"}
    assert folder.corpus().entries == committed.corpus().entries
    for path in (RUBRIC, PRECEDENTS, "README.md", "assessments/example/one.yaml", "assessments", "nowhere.md"):
        assert committed.content(path) == (None if path == "assessments" else _content(tmp_path / path))


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.exists() else None


def test_of_a_commit_nothing_is_opened_that_is_no_plain_file_or_too_large(tmp_path: Path) -> None:
    checkout(tmp_path)
    (tmp_path / "GOVERNANCE.md").symlink_to("README.md")
    write(tmp_path, "README.md", "x" * (LARGEST_DOCUMENT + 1))
    write(tmp_path, FRAMEWORKS, "x" * LARGEST_DOCUMENT)
    found = Commit(Repository(tmp_path), commit(tmp_path))
    assert found.content("GOVERNANCE.md") is found.content("README.md") is None
    assert found.content(FRAMEWORKS) == b"x" * LARGEST_DOCUMENT
