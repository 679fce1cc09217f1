"""Where files come from: a folder and a commit of the same files are the same, and links are never followed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from bot.board.reading.corpus import Corpus, Scope, read_corpus
from bot.board.reading.document import Reader
from bot.board.reading.source import LARGEST_FILE
from bot.board.reading.tree import Commit, FileKind, Folder, TreeFile
from bot.git.repository import blob_id
from tests.board.reading.golden import FIRST, TODAY, Case, cases, make_tree
from tests.board.reading.trees import TWO, base_tree, commit_all, git, repository
from tests.samples import DATA, rubric

if TYPE_CHECKING:
    from pathlib import Path

READER = Reader(rubric(), TODAY)


def content(corpus: Corpus) -> tuple[object, ...]:
    return corpus.entries, corpus.developers, corpus.problems


# ---- a folder and a commit -------------------------------------------------------------------------------------------


# Those that are about more than the text of a file. Git doesn't store pipes.
TREES = [case for case in cases() if any(line.startswith("@") for line in case.edits) and "@ pipe" not in case.edits]


@pytest.mark.parametrize("case", TREES, ids=lambda case: case.name)
def test_a_folder_and_a_commit_of_it_list_the_same_files(case: Case, tmp_path: Path) -> None:
    make_tree(case, tmp_path)
    tree = Commit(repository(tmp_path), "HEAD")
    assert content(read_corpus(tree, READER)) == content(read_corpus(Folder(tmp_path), READER))


def test_the_entries_do_not_depend_on_what_is_selected() -> None:
    whole = read_corpus(Folder(DATA), READER)
    part = read_corpus(Folder(DATA), READER, Scope(lambda path: "/example-labs/" in path))
    assert list(part.entries.items()) == list(whole.entries.items())
    assert set(part.developers) == {"example-labs"}


@pytest.mark.parametrize("made", ["missing", "empty", "file"])
def test_a_tree_without_assessments_has_no_files(made: str, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Nothing\n")
    if made == "empty":
        (tmp_path / "assessments").mkdir()
    if made == "file":
        (tmp_path / "assessments").write_text("nothing\n")
    folder, commit = Folder(tmp_path).files("assessments"), Commit(repository(tmp_path), "HEAD").files("assessments")
    assert [file[:3] for file in folder] == [file[:3] for file in commit]
    assert len(folder) == (made == "file")


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_blob_ids_are_those_of_git(object_format: str, tmp_path: Path) -> None:
    repo = repository(base_tree(tmp_path), object_format)
    folder = {file.path: file.blob for file in Folder(tmp_path, repo).files("assessments")}
    commit = {file.path: file.blob for file in Commit(repo, "HEAD").files("assessments")}
    assert folder == commit
    data = (tmp_path / FIRST).read_bytes()
    assert commit[FIRST] == git(tmp_path, "hash-object", FIRST) == blob_id(data, len(commit[FIRST] or ""))


# ---- links -----------------------------------------------------------------------------------------------------------


def linked(tmp_path: Path, what: str) -> Path:
    """Return a tree in which a file, a folder or all of `assessments` is a symbolic link to a real one outside."""
    outside, root = base_tree(tmp_path / "outside"), tmp_path / "root"
    (root / "assessments").mkdir(parents=True)
    match what:
        case "file":
            (root / "assessments/example").mkdir()
            (root / FIRST).symlink_to(outside / FIRST)
        case "folder":
            (root / "assessments/example").symlink_to(outside / "assessments/example")
        case _:
            (root / "assessments").rmdir()
            (root / "assessments").symlink_to(outside / "assessments")
    return root


@pytest.mark.parametrize("what", ["file", "folder", "assessments"])
def test_symbolic_links_are_listed_and_refused_but_never_followed(what: str, tmp_path: Path) -> None:
    root = linked(tmp_path, what)
    for tree in (Folder(root), Commit(repository(root), "HEAD")):
        assert [file.kind for file in tree.files("assessments")] == [FileKind.SYMBOLIC_LINK]
        corpus = read_corpus(tree, READER)
        assert not corpus.entries
        assert "symbolic-link" in [problem.rule for problem in corpus.problems]


def test_a_submodule_is_no_file(tmp_path: Path) -> None:
    root = base_tree(tmp_path)
    repository(root)
    commit = git(root, "rev-parse", "HEAD")
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{commit},assessments/other")
    git(root, "commit", "-q", "-m", "Submodule")
    kinds = {file.path: file.kind for file in Commit(repository(root), "HEAD~1").files("assessments")}
    assert kinds["assessments/other"] is FileKind.OTHER


# ---- what changes between listing and reading ------------------------------------------------------------------------


def listed(root: Path) -> tuple[Folder, list[TreeFile]]:
    folder = Folder(base_tree(root))
    return folder, folder.files("assessments")


def replaced(root: Path, by: str) -> None:
    file = root / FIRST
    file.unlink()
    match by:
        case "a link":
            file.symlink_to(root / "assessments/example/developer.yaml")
        case "a pipe":
            os.mkfifo(file)
        case "a folder":
            file.mkdir()


@pytest.mark.parametrize("by", ["nothing", "a link", "a pipe", "a folder"])
def test_a_file_that_is_replaced_after_it_was_listed_is_not_opened(by: str, tmp_path: Path) -> None:
    folder, files = listed(tmp_path)
    replaced(tmp_path, by)
    assert [data is None for data in folder.read(files)] == [False, True]
    assert [problem.rule for problem in read_corpus(folder, READER).problems] == ["unreadable"]


def test_a_file_that_grows_after_it_was_listed_is_not_read_to_its_end(tmp_path: Path) -> None:
    folder, files = listed(tmp_path)
    (tmp_path / FIRST).write_bytes(b"#" * 10 * LARGEST_FILE)
    assert [len(data or b"") <= LARGEST_FILE + 1 for data in folder.read(files)] == [True, True]
    assert [problem.rule for problem in read_corpus(folder, READER).problems] == ["file-too-large"]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is locked for root")
def test_a_file_without_permission_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    root = base_tree(tmp_path)
    (root / FIRST).chmod(0)
    (root / "assessments/locked").mkdir(mode=0)
    rules = [problem.rule for problem in read_corpus(Folder(root), READER).problems]
    (root / "assessments/locked").chmod(0o700)
    assert rules == ["unreadable", "unreadable"]


def test_names_that_are_no_utf_8_are_reported_alike(tmp_path: Path) -> None:
    root = base_tree(tmp_path)
    try:
        (root / os.fsdecode(b"assessments/example/\xff.yaml")).write_text("")
    except OSError:
        pytest.skip("this file system only takes UTF-8")
    commit_of = Commit(repository(root), "HEAD")
    assert commit_all(root)
    assert content(read_corpus(commit_of, READER)) == content(read_corpus(Folder(root), READER))
    assert TWO not in {problem.path for problem in read_corpus(Folder(root), READER).problems}


def test_what_the_finder_leaves_behind_is_no_assessment(tmp_path: Path) -> None:
    base_tree(tmp_path)
    (tmp_path / "assessments/.DS_Store").write_bytes(b"\0")
    (tmp_path / "assessments/example/.DS_Store").write_bytes(b"\0")
    assert read_corpus(Folder(tmp_path), READER).problems == []
