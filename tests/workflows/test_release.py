"""The release workflow, executed up to publishing."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from tests.samples import ROOT
from tests.workflows.events import on_tag
from tools.release_notes import release_notes

if TYPE_CHECKING:
    from tests.github.standin import StandIn
    from tests.workflows.runner import Actions

pytestmark = pytest.mark.usefixtures("work")
PYPROJECT = (ROOT / "pyproject.toml").read_text("utf-8")
VERSION = tomllib.loads(PYPROJECT)["project"]["version"]


@pytest.mark.thorough
def test_a_tag_builds_and_attests_what_is_then_published(standin: StandIn, actions: Actions) -> None:
    runs = {run.name: run for run in actions.fire(on_tag(standin, f"v{VERSION}"))}
    # There is no index here, and what was not published is not announced.
    assert {name: run.succeeded for name, run in runs.items()} == {
        "release:build": True,
        "release:attest": True,
        "release:publish": False,
    }, runs["release:build"].log
    attested = runs["release:attest"].log.splitlines()
    assert [line.split("/")[1] for line in attested] == [
        f"openness_bot-{VERSION}-py3-none-any.whl",
        f"openness_bot-{VERSION}.tar.gz",
    ]
    assert runs["release:publish"].log.splitlines() == attested
    (notes,) = actions.folder.glob("*-release/artifacts/notes/notes.md")
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert notes.read_text("utf-8") == release_notes(f"v{VERSION}", PYPROJECT, changelog)


@pytest.mark.thorough
def test_a_tag_that_is_not_the_version_publishes_nothing(standin: StandIn, actions: Actions) -> None:
    (build,) = actions.fire(on_tag(standin, "v0"))
    assert (build.name, build.succeeded) == ("release:build", False)
    assert "the tag is v0, and pyproject.toml has the version" in build.log
