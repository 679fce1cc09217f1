"""The stand-in for GitHub, asked by `git` over HTTP."""

from __future__ import annotations

import os
import subprocess
from base64 import b64encode
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.checkouts import add_model, checkout, commit, git, write
from tests.github.standin import PUSH_TOKEN, TOKEN, StandIn

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.thorough


class Told(NamedTuple):
    """How a `git` ended that may fail."""

    code: int
    err: str


def asked(folder: Path, *arguments: str, token: str | None = None) -> Told:
    """`git ARGUMENTS` as a workflow runs it: the token goes along in a header."""
    sent = b64encode(f"x-access-token:{token}".encode()).decode()
    header = ["-c", f"http.extraHeader=Authorization: basic {sent}"] if token else []
    done = subprocess.run(
        ["git", "-C", str(folder), *header, *arguments],
        env=os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"},
        capture_output=True,
        check=False,
        text=True,
    )
    return Told(done.returncode, done.stderr)


@pytest.fixture
def folder(standin: StandIn, tmp_path: Path) -> Path:
    root = checkout(tmp_path / "work")
    commit(root)
    standin.branch(root)
    git(root, "remote", "add", "origin", standin.clone_url)
    return root


def change(folder: Path) -> str:
    add_model(folder, "example/new", "oooooooooooooooo")
    return commit(folder)


def test_anybody_can_clone(standin: StandIn, folder: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", standin.clone_url, "clone")
    clone = tmp_path / "clone"
    assert git(clone, "rev-parse", "HEAD") == git(folder, "rev-parse", "HEAD")
    assert git(clone, "symbolic-ref", "HEAD") == "refs/heads/main\n"
    assert standin.writes == []


def test_any_commit_can_be_fetched_by_its_id_or_pull_request(standin: StandIn, folder: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", standin.clone_url, "clone")
    clone = tmp_path / "clone"
    head = change(folder)
    standin.open_pull(folder)
    later = write(folder, "later.txt", "Later\n")
    pushed = standin.push_head(1, folder, commit(later.parent))
    git(clone, "fetch", "--quiet", "origin", "refs/pull/1/head")
    assert git(clone, "rev-parse", "FETCH_HEAD").strip() == pushed
    git(clone, "fetch", "--quiet", "--depth=1", "origin", head)
    assert git(clone, "rev-parse", "FETCH_HEAD").strip() == head


def test_pushing_needs_a_token_that_may_write_contents(standin: StandIn, folder: Path) -> None:
    head = change(folder)
    before = standin.git.resolve("main")
    for token, status, told in [(None, 401, "could not read Username"), ("unknown", 401, ""), (TOKEN, 403, "denied")]:
        failed = asked(folder, "push", "origin", "main", token=token)
        assert failed.code == 128
        assert told in failed.err
        assert standin.git_calls[-1].status == status
    assert (standin.git.resolve("main"), standin.writes) == (before, [])
    assert asked(folder, "push", "origin", "main", token=PUSH_TOKEN).code == 0
    assert standin.git.resolve("main") == head
    assert [call.login for call in standin.writes] == ["github-actions[bot]"]


def test_a_push_on_top_of_something_old_is_rejected(standin: StandIn, folder: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", standin.clone_url, "clone")
    change(folder)
    standin.branch(folder)
    write(tmp_path / "clone", "other.txt", "Other\n")
    commit(tmp_path / "clone")
    told = asked(tmp_path / "clone", "push", "origin", "main", token=PUSH_TOKEN)
    assert told.code == 1
    assert "! [rejected]" in told.err
    assert "fetch first" in told.err


def test_a_large_push_comes_in_chunks(standin: StandIn, folder: Path) -> None:
    (folder / "large.bin").write_bytes(b"".join(bytes([n * n % 251, n % 7]) for n in range(20_000)))
    head = commit(folder)
    told = asked(
        folder, "-c", "http.postBuffer=1024", "-c", "core.compression=0", "push", "origin", "main", token=PUSH_TOKEN
    )
    assert (told.code, standin.git.resolve("main")) == (0, head)


def test_a_protected_branch_refuses_in_the_words_of_github(standin: StandIn, folder: Path) -> None:
    before = standin.git.resolve("main")
    standin.protect("main")
    change(folder)
    told = asked(folder, "push", "origin", "main", token=PUSH_TOKEN)
    assert told.code == 1
    assert "remote: error: GH006: Protected branch update failed for refs/heads/main." in told.err
    assert "! [remote rejected] main -> main (protected branch hook declined)" in told.err
    assert standin.git.resolve("main") == before


def test_other_branches_and_merges_get_past_the_protection(standin: StandIn, folder: Path) -> None:
    standin.protect("main")
    head = change(folder)
    assert asked(folder, "push", "--force", "origin", "main:proposal", token=PUSH_TOKEN).code == 0
    assert standin.git.resolve("proposal") == head
    standin.open_pull(folder, fork=False)
    assert standin.merge(1) == standin.git.resolve("main")


def test_nobody_pushes_to_the_head_of_a_pull_request(standin: StandIn, folder: Path) -> None:
    change(folder)
    told = asked(folder, "push", "origin", "main:refs/pull/1/head", token=PUSH_TOKEN)
    assert "deny updating a hidden ref" in told.err


def test_pushing_to_the_branch_of_a_pull_request_moves_its_head(standin: StandIn, folder: Path) -> None:
    change(folder)
    standin.open_pull(folder, fork=False, head_ref="proposal")
    write(folder, "later.txt", "Later\n")
    head = commit(folder)
    assert asked(folder, "push", "origin", "main:proposal", token=PUSH_TOKEN).code == 0
    assert standin.state.pulls[1].head_sha == head == standin.git.resolve("refs/pull/1/head")


def test_another_repository_is_not_found(standin: StandIn, folder: Path) -> None:
    assert asked(folder, "ls-remote", standin.clone_url.replace("models", "others")).code == 128
