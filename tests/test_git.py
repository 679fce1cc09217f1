"""The `git` program, asked real questions about real repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.git import GitError, Repository, blob_id
from tests.reading.golden import FIRST
from tests.reading.trees import TWO, base_tree, commit_all, git, repository, write

if TYPE_CHECKING:
    from pathlib import Path

DEVELOPER = "assessments/example/developer.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return base_tree(tmp_path)


def test_a_refusal_of_git_is_told_in_its_own_words(root: Path) -> None:
    with pytest.raises(GitError, match=r"git log: .*not a git repository"):
        Repository(root).run("log")


@pytest.mark.parametrize("ref", ["HEAD", "main", "v1"])
def test_a_commit_is_found_by_branch_tag_and_id(ref: str, root: Path) -> None:
    repo = repository(root)
    git(root, "tag", "-a", "v1", "-m", "Annotated")
    assert repo.commit(ref) == repo.commit(repo.commit(ref)) == git(root, "rev-parse", "HEAD")


@pytest.mark.parametrize("ref", ["nowhere", "", "HEAD:assessments", "--all", "-h", "main..HEAD", "a b", "\udcff"])
def test_what_names_no_commit_is_refused_with_a_remedy(ref: str, root: Path) -> None:
    with pytest.raises(GitError, match="no commit"):
        repository(root).commit(ref)


def test_files_are_listed_with_mode_id_and_size_also_if_git_would_quote_their_names(root: Path) -> None:
    names = ['quote".yaml', "모델.yaml", "line\nbreak.yaml", "tab\t.yaml", "-dash.yaml"]
    for name in names:
        write(root, f"assessments/example/{name}", "x")
    repo = repository(root)
    blobs = {blob.path: blob for blob in repo.tree("HEAD", "assessments")}
    assert set(blobs) == {FIRST, DEVELOPER, *(f"assessments/example/{name}" for name in names)}
    data = (root / FIRST).read_bytes()
    assert blobs[FIRST] == (FIRST, "100644", blob_id(data), len(data))
    assert set(repo.unchanged("assessments")) == set(blobs)


def test_a_folder_whose_name_begins_alike_is_another_folder(root: Path) -> None:
    write(root, "assessments-old/example/one.yaml", "x")
    assert all(blob.path.startswith("assessments/") for blob in repository(root).tree("HEAD", "assessments"))


def test_an_unchanged_file_is_known_and_every_kind_of_change_is_not(root: Path) -> None:
    paths = {name: f"assessments/example/{name}.yaml" for name in ("staged", "edited", "touched", "deleted", "typed")}
    for path in paths.values():
        write(root, path, path)
    repo = repository(root)
    write(root, paths["staged"], "staged")
    git(root, "add", paths["staged"])
    write(root, paths["edited"], "edited")
    write(root, paths["touched"], paths["touched"])
    (root / paths["deleted"]).unlink()
    (root / paths["typed"]).unlink()
    (root / paths["typed"]).symlink_to("one.yaml")
    write(root, TWO, "untracked")
    write(root, "assessments/example/later.yaml", "intended")
    git(root, "add", "--intent-to-add", "assessments/example/later.yaml")
    unchanged = repo.unchanged("assessments")
    assert set(unchanged) == {FIRST, DEVELOPER, paths["staged"], paths["touched"]}
    assert unchanged[paths["staged"]] == blob_id(b"staged")


def test_a_file_in_conflict_is_not_known(root: Path) -> None:
    repo = repository(root)
    git(root, "checkout", "-q", "-b", "other")
    write(root, FIRST, "theirs")
    commit_all(root)
    git(root, "checkout", "-q", "main")
    write(root, FIRST, "ours")
    commit_all(root)
    with pytest.raises(Exception, match="merge"):
        git(root, "merge", "other")
    assert FIRST not in repo.unchanged("assessments")


def test_blobs_come_in_the_order_asked_for_whatever_is_in_them(root: Path) -> None:
    contents = [b"", b"\n", b"blob 3\nmissing\n", bytes(range(256)) * 300]
    for number, data in enumerate(contents):
        (root / f"assessments/example/{number}.bin").write_bytes(data)
    repo = repository(root)
    ids = [blob_id(data) for data in contents]
    assert list(repo.blobs([*ids, ids[0], *ids[::-1]])) == [*contents, contents[0], *contents[::-1]]
    assert list(repo.blobs([])) == []


def test_a_missing_blob_is_an_error_and_an_abandoned_reading_leaves_no_process(root: Path) -> None:
    repo = repository(root)
    with pytest.raises(GitError, match="is missing"):
        list(repo.blobs(["0" * 40]))
    with pytest.raises(GitError, match="is missing"):
        list(repo.blobs([git(root, "rev-parse", "HEAD")]))  # a commit is no file
    reading = repo.blobs([blob_id((root / FIRST).read_bytes())] * 3)
    next(reading)
    reading.close()  # type: ignore[attr-defined]


def test_reading_changes_nothing_in_the_repository(root: Path) -> None:
    repo = repository(root)
    write(root, FIRST, (root / FIRST).read_text("utf-8"))  # a new time stamp that git would like to remember
    before = (root / ".git/index").read_bytes()
    repo.unchanged("assessments")
    assert (root / ".git/index").read_bytes() == before


def test_a_program_that_the_configuration_names_for_watching_files_is_not_started(root: Path) -> None:
    repo = repository(root)
    git(root, "config", "core.fsmonitor", f"touch {root}/started; false")
    repo.unchanged("assessments")
    assert not (root / "started").exists()


def test_private_files_lie_inside_the_git_folder(root: Path) -> None:
    repo = repository(root)
    assert repo.private_file("openness-bot/entries.json") == root / ".git/openness-bot/entries.json"
    git(root, "worktree", "add", "-q", "--detach", str(root / "second"))
    assert Repository(root / "second").private_file("x").is_relative_to(root / ".git")


def test_without_git_the_message_says_what_to_install(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(root))
    with pytest.raises(GitError, match="Install git"):
        Repository(root).run("status")
