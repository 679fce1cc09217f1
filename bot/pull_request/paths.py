"""What is wrong with a changed file by its path, kind and size alone, before anything is opened."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from bot.layout import Part, part_of
from bot.problem import Problem
from bot.reading.source import UNSEEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.pull_request.facts import ChangedFile

MOST_FILES = 10_000
"""That one pull request may change."""
LARGEST_OTHER = 5 * 1024 * 1024
"""In bytes, of a file that is no assessment; those have a limit of their own."""

_PLAIN, _EXECUTABLE = "100644", "100755"
_DELETED = "000000"
_KINDS = {"120000": "symbolic link", "160000": "submodule"}


def path_problems(file: ChangedFile) -> Iterator[Problem]:
    """What is wrong with a change by its path, kind and size alone."""
    part = part_of(file.path)
    if part is Part.GENERATED:
        yield generated(file.path)
        return
    if part is Part.STUDY:
        what = "the tables of the study stay as they were published"
        yield _problem(file.path, "study-table", what, f"{_undo(file)} Say what is wrong with it in an issue.")
        return
    if file.mode == _DELETED:
        return
    data = part in (Part.ASSESSMENT, Part.RUBRIC)
    if kind := _KINDS.get(file.mode):
        # Under assessments/ the reader says so too, and in the same words.
        if part is not Part.ASSESSMENT:
            what = f"this is a {kind}, not a plain file"
            yield _problem(file.path, kind.replace(" ", "-"), what, "Put a file there instead, or delete it.")
    elif file.mode != _PLAIN and (data or file.mode != _EXECUTABLE):
        what = "the file is marked as a program that can be run"
        remedy = f"Take the mark away: git update-index --chmod=-x {quote(file.path)}, then commit."
        yield _problem(file.path, "executable", what, remedy)
    if UNSEEN.search(file.path) or "\ufffd" in file.path or "\\" in file.path:
        what = "the path has characters that can't be seen or mean something else on other computers"
        yield _problem(file.path, "odd-path", what, "Rename the file with letters, digits, hyphens and dots.")
    if part is not Part.ASSESSMENT and file.size > LARGEST_OTHER:
        what = f"the file has {file.size:,} bytes"
        yield _problem(file.path, "file-too-large", what, f"At most {LARGEST_OTHER:,} are taken: link to it instead.")


def generated(path: str, line: int = 1) -> Problem:
    """The problem of a change of what the publishing run writes."""
    remedy = "Drop this change from the pull request: after the merge it is written anew from the assessments."
    return Problem(path, line, 1, "generated-file", "this is generated and not edited by hand", remedy)


def too_many() -> Problem:
    """The problem of a pull request that changes more than anybody could judge."""
    what = f"more than {MOST_FILES:,} files change"
    return Problem("", 1, 1, "too-many-files", what, "Split the change into several pull requests.")


def _undo(file: ChangedFile) -> str:
    return "Bring the file back." if file.mode == _DELETED else "Drop this change from the pull request."


def _problem(path: str, rule: str, what: str, remedy: str) -> Problem:
    return Problem(path, 1, 1, rule, what, remedy)
