"""Releases: tag, version and changelog agree."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.samples import ROOT
from tools.release_notes import ReleaseError, main, release_notes

PYPROJECT = '[project]\nversion = "1.1.0"\n'
CHANGELOG = """# Changelog

## [Unreleased]

## [1.1.0] - 2026-02-03

### Added

- A second [link](docs/two.md).

## [1.0.0] - 2026-01-02

- The first release.
"""


def test_the_notes_are_the_section_of_the_version() -> None:
    assert release_notes("v1.1.0", PYPROJECT, CHANGELOG) == "### Added\n\n- A second [link](docs/two.md).\n"


def test_the_oldest_section_ends_with_the_file() -> None:
    assert release_notes("v1.0.0", PYPROJECT.replace("1.1", "1.0"), CHANGELOG) == "- The first release.\n"


@pytest.mark.parametrize(
    ("tag", "changelog", "reason"),
    [
        ("v1.0.0", CHANGELOG, "the tag is v1.0.0, and pyproject.toml has the version 1.1.0"),
        ("1.1.0", CHANGELOG, "the tag is 1.1.0, and pyproject.toml has the version 1.1.0"),
        ("v1.1.0", CHANGELOG.replace("[1.1.0]", "[1.1]"), "CHANGELOG.md has no section [1.1.0]"),
        ("v1.1.0", CHANGELOG.replace(" - 2026-02-03", ""), "must have the date of the release behind [1.1.0]"),
        ("v1.1.0", CHANGELOG.replace("2026-02-03", "2026-02-30"), "must have the date of the release behind [1.1.0]"),
        ("v1.1.0", "## [1.1.0] - 2026-02-03\n\n## [1.0.0]\n", "CHANGELOG.md says nothing about [1.1.0]"),
    ],
)
def test_what_does_not_agree_is_not_released(tag: str, changelog: str, reason: str) -> None:
    with pytest.raises(ReleaseError, match=re.escape(reason)):
        release_notes(tag, PYPROJECT, changelog)


def test_this_version_can_be_released(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert main(f"v{version}") == 0
    assert "\n### " in capsys.readouterr().out


def test_another_tag_is_refused_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert main("v0") == 1
    assert capsys.readouterr().err.startswith("the tag is v0, ")
