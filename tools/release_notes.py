"""Print the notes of a release: the section of CHANGELOG.md about the version that a tag names.

`python -m tools.release_notes v0.2.0` fails where tag, `pyproject.toml` and changelog don't agree.
"""

from __future__ import annotations

import re
import sys
import tomllib
from datetime import date
from pathlib import Path


class ReleaseError(Exception):
    """A reason why this tag must not be released."""


def release_notes(tag: str, pyproject: str, changelog: str) -> str:
    """Return the text of the changelog's section about the version that a tag names.

    Raises:
        ReleaseError: The tag is not the version of `pyproject`, or the changelog's section about it is missing, has no date
            or is empty.
    """
    version = tomllib.loads(pyproject)["project"]["version"]
    if tag != f"v{version}":
        message = f"the tag is {tag}, and pyproject.toml has the version {version}"
        raise ReleaseError(message)
    headings = list(re.finditer(r"^## \[(.+?)\](?: - (.+))?$", changelog, re.MULTILINE))
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        if heading[1] == version:
            return _checked(heading, changelog[heading.end() : following.start() if following else None].strip())
    message = f"CHANGELOG.md has no section [{version}]"
    raise ReleaseError(message)


def _checked(heading: re.Match[str], notes: str) -> str:
    """Return the notes, if their heading has a date and they have text."""
    try:
        date.fromisoformat(heading[2] or "")
    except ValueError as error:
        message = f"CHANGELOG.md must have the date of the release behind [{heading[1]}], as in 2026-11-30"
        raise ReleaseError(message) from error
    if not notes:
        message = f"CHANGELOG.md says nothing about [{heading[1]}]"
        raise ReleaseError(message)
    return notes + "\n"


def main(tag: str) -> int:
    """Print the notes and return 0, or print what does not agree and return 1."""
    try:
        notes = release_notes(tag, Path("pyproject.toml").read_text("utf-8"), Path("CHANGELOG.md").read_text("utf-8"))
    except ReleaseError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(notes)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
