"""The stand-in for GitHub, running; see `tests/github/standin`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checkouts import add_model, commit, committed_checkout
from tests.github.standin import BEGINNING, StandIn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def standin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A running stand-in with an empty repository. Commits made meanwhile have the same ids on every run."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(name, BEGINNING.isoformat())
    with StandIn(tmp_path / "github") as running:
        yield running
    assert running.violations == []


@pytest.fixture
def folder(standin: StandIn, tmp_path: Path) -> Path:
    """A checkout with a pull request, number 1, that adds a model; it is open at the stand-in."""
    root = committed_checkout(tmp_path / "work")
    standin.branch(root)
    add_model(root, "example/new", "oooooooooooooooo")
    commit(root)
    standin.open_pull(root)
    return root
