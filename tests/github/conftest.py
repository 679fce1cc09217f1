"""The stand-in for GitHub, running; see `tests/github/standin`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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
