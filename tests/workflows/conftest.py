"""A stand-in for GitHub with this repository's code and workflows on its main branch, and a small board."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.checkouts import checkout, commit, run
from tests.github.conftest import standin as standin
from tests.github.standin import BEGINNING
from tests.samples import ROOT
from tests.workflows.runner import Actions

if TYPE_CHECKING:
    from pathlib import Path

    from tests.github.standin import StandIn

CODE = (
    ".ci",
    ".gitattributes",
    ".github",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "bot",
    "pyproject.toml",
    "requirements",
    "tools",
)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a checkout on which everything generated is up to date, made once."""
    root = checkout(tmp_path_factory.mktemp("built") / "work")
    for name in CODE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, root / name)
    assert run(root, "build").code == 0
    with pytest.MonkeyPatch.context() as patch:
        for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
            patch.setenv(name, BEGINNING.isoformat())
        commit(root)
    return root


@pytest.fixture
def work(standin: StandIn, built: Path, tmp_path: Path) -> Path:
    """Return somebody's checkout of the stand-in's main branch, on which everything generated is up to date."""
    root = tmp_path / "work"
    shutil.copytree(built, root)
    standin.branch(root)
    standin.permission("example-maintainer", "maintain")
    return root


@pytest.fixture
def actions(standin: StandIn, work: Path, tmp_path: Path) -> Actions:
    """Return the workflows of that main branch, ready to be started."""
    return Actions(standin, tmp_path / "runs")
