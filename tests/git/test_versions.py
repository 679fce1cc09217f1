"""The versions of a file in the history of the main branch, from real repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.git.repository import Repository
from bot.git.versions import Versions, versions
from tests.checkouts import commit, git, write

if TYPE_CHECKING:
    from pathlib import Path

FILE = "assessments/example/one.yaml"
LINES = "".join(f"line {number}\n" for number in range(20))


def last_lines(root: Path, path: str = FILE) -> list[str]:
    """Return the last line of each version, newest first."""
    return [one.data.decode().splitlines()[-1] for one in versions(Repository(root), path).versions]


def save(root: Path, text: str, path: str = FILE) -> str:
    write(root, path, f"{LINES}{text}\n")
    return commit(root)


def test_versions_are_newest_first_and_only_of_commits_that_change_the_file(tmp_path: Path) -> None:
    first = save(tmp_path, "1")
    write(tmp_path, "other.txt", "other\n")
    commit(tmp_path)
    second = save(tmp_path, "2")
    found = versions(Repository(tmp_path), FILE)
    assert [(one.commit, one.path, one.subject) for one in found.versions] == [
        (second, FILE, "A change"),
        (first, FILE, "A change"),
    ]
    assert last_lines(tmp_path) == ["2", "1"]
    assert (len(found.line), found.cut) == (3, False)


def test_of_a_branch_that_was_merged_only_the_merge_counts(tmp_path: Path) -> None:
    save(tmp_path, "1")
    git(tmp_path, "checkout", "--quiet", "-b", "branch")
    save(tmp_path, "draft")
    save(tmp_path, "2")
    git(tmp_path, "checkout", "--quiet", "-")
    git(tmp_path, "merge", "--quiet", "--no-ff", "--message", "Merge", "branch")
    assert last_lines(tmp_path) == ["2", "1"]
    assert versions(Repository(tmp_path), FILE).versions[0].subject == "Merge"


def test_a_renamed_file_is_followed(tmp_path: Path) -> None:
    save(tmp_path, "1", "assessments/example-old/one.yaml")
    save(tmp_path, "2", "assessments/example-old/one.yaml")
    (tmp_path / "assessments/example").mkdir()
    git(tmp_path, "mv", "assessments/example-old/one.yaml", FILE)
    save(tmp_path, "3")
    assert last_lines(tmp_path) == ["3", "2", "1"]
    assert [one.path for one in versions(Repository(tmp_path), FILE).versions] == [
        FILE,
        *["assessments/example-old/one.yaml"] * 2,
    ]


def test_a_file_of_the_same_name_that_was_there_before_is_another_one(tmp_path: Path) -> None:
    save(tmp_path, "1")
    (tmp_path / FILE).unlink()
    write(tmp_path, "other.txt", "other\n")
    commit(tmp_path)
    save(tmp_path, "2")
    assert last_lines(tmp_path) == ["2"]


def test_a_shallow_clone_is_reported_as_cut(tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    origin.mkdir()
    for text in ("1", "2", "3"):
        save(origin, text)
    git(tmp_path, "clone", "--quiet", "--depth=2", origin.as_uri(), "clone")
    found = versions(Repository(tmp_path / "clone"), FILE)
    assert (last_lines(tmp_path / "clone"), found.cut) == (["3", "2"], True)
    # What came since is known from its beginning.
    save(tmp_path / "clone", "4", "assessments/example/two.yaml")
    assert versions(Repository(tmp_path / "clone"), "assessments/example/two.yaml").cut is False


def test_what_is_not_committed_has_no_versions(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    assert versions(Repository(tmp_path), FILE) == Versions((), (), cut=False)
    write(tmp_path, "other.txt", "other\n")
    commit(tmp_path)
    write(tmp_path, FILE, LINES)
    assert versions(Repository(tmp_path), FILE).versions == ()
