"""The files that differ between two commits, also of hostile trees."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from bot.git.changes import EMPTY_TREES, LONGEST_PATH, TooManyChangesError, changes
from bot.git.repository import GitError
from tests.board.reading.trees import commit_all, git, repository, write

if TYPE_CHECKING:
    from pathlib import Path


def tree_of(root: Path, *entries: str) -> str:
    """Return the id of a new tree with these entries, in the format of `git mktree`."""
    command = ["git", "-C", str(root), "mktree", "--missing"]
    return subprocess.run(command, input="\n".join(entries), check=True, capture_output=True, text=True).stdout.strip()


def commit_of(root: Path, tree: str) -> str:
    return git(root, "commit-tree", "-m", "Test", tree)


@pytest.mark.parametrize(("length", "name"), [(40, "sha1"), (64, "sha256")])
def test_an_empty_tree_has_the_id_that_git_gives_it(length: int, name: str, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", f"--object-format={name}")
    assert git(tmp_path, "hash-object", "-t", "tree", "/dev/null").strip() == EMPTY_TREES[length]


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_added_changed_and_deleted_files_are_listed_by_path_with_their_modes(
    object_format: str, tmp_path: Path
) -> None:
    for path in ("b/same", "b/changed", "deleted/deep/file", "z\nline\ttab"):
        write(tmp_path, path, path)
    repo = repository(tmp_path, object_format)
    write(tmp_path, "b/changed", "Other.")
    write(tmp_path, "b/new/file", "New.")
    write(tmp_path, "z\nline\ttab", "Other.")
    (tmp_path / "deleted/deep/file").unlink()
    commit_all(tmp_path)
    found = [(each.after.path, each.before.mode, each.after.mode) for each in changes(repo, "HEAD~1", "HEAD", 99)]
    assert found == [
        ("b/changed", "100644", "100644"),
        ("b/new/file", "000000", "100644"),
        ("deleted/deep/file", "100644", "000000"),
        ("z\nline\ttab", "100644", "100644"),
    ]


def test_exactly_the_limit_of_files_and_folders_is_accepted(tmp_path: Path) -> None:
    write(tmp_path, "one", "1")
    repo = repository(tmp_path)
    write(tmp_path, "folder/two", "2")
    commit_all(tmp_path)
    assert [each.after.path for each in changes(repo, "HEAD~1", "HEAD", 2)] == ["folder/two"]
    with pytest.raises(TooManyChangesError):
        changes(repo, "HEAD~1", "HEAD", 1)


def test_folders_that_contain_each_other_many_times_are_refused_at_once(tmp_path: Path) -> None:
    write(tmp_path, "one", "1")
    repo = repository(tmp_path)
    entry = f"100644 blob {git(tmp_path, 'rev-parse', 'HEAD:one')}"
    for _ in range(9):
        tree = tree_of(tmp_path, *(f"{entry}\t{number}" for number in range(10)))
        entry = f"040000 tree {tree}"
    with pytest.raises(TooManyChangesError):
        changes(repo, "HEAD", commit_of(tmp_path, tree), 1000)


def test_a_path_longer_than_any_file_system_takes_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "one", "1")
    repo = repository(tmp_path)
    entry = f"100644 blob {git(tmp_path, 'rev-parse', 'HEAD:one')}"
    for _ in range(LONGEST_PATH // 200 + 1):
        tree = tree_of(tmp_path, f"{entry}\t{'x' * 199}")
        entry = f"040000 tree {tree}"
    with pytest.raises(TooManyChangesError):
        changes(repo, "HEAD", commit_of(tmp_path, tree), 1000)


@pytest.mark.parametrize("what", ["HEAD^{tree}", "HEAD:a", "HEAD:c"])
def test_a_folder_that_is_missing_from_the_repository_is_no_equal_one(tmp_path: Path, what: str) -> None:
    for folder in ("a", "b", "c"):
        write(tmp_path, f"{folder}/file", "One.\n")
    repo = repository(tmp_path)
    for folder in ("a", "b", "c"):
        write(tmp_path, f"{folder}/file", f"Two, in {folder}.\n")
    commit_all(tmp_path)
    lost = git(tmp_path, "rev-parse", what).strip()
    (tmp_path / ".git/objects" / lost[:2] / lost[2:]).unlink()
    with pytest.raises(GitError):
        changes(repo, "HEAD~1", "HEAD", 99)
