"""Problems of changed files by path, kind and size alone, before anything is opened."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from bot.board.model.layout import ASSESSMENTS, DECISIONS, FORMS, GENERATED, RUBRIC, STUDIES, FilePurpose, purpose_of
from bot.board.model.problem import Problem
from bot.board.reading.source import UNSEEN
from bot.bounded import LARGEST_MEMORY, Limit
from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.handlers.pull_request.facts import ChangedFile

MOST_FILES = 10_000
"""Files that one pull request may change."""
MOST_BYTES = 32 * 1024 * 1024
"""Bytes of all changed files together. Nobody could review more, and it would keep the bot busy for hours."""
LARGEST_OTHER = 5 * 1024 * 1024
"""Bytes of a file that is no assessment; assessments have a limit of their own."""

LONGEST_CHECK = 30
"""Seconds of processor time."""

GENERATED_RULE = "generated-file"

_PLAIN, _EXECUTABLE = "100644", "100755"
DELETED = "000000"
"""The mode of a file that doesn't exist."""
_KINDS = {"120000": "symbolic link", "160000": "submodule"}


def path_problems(file: ChangedFile) -> Iterator[Problem]:
    """Yield the problems of a changed file by its path, kind and size alone."""
    part = purpose_of(file.path)
    if part is FilePurpose.GENERATED:
        yield generated_problem(file.path)
        return
    if part is FilePurpose.STUDY:
        what = "the tables of the study stay as they were published"
        yield _problem(file.path, "study-table", what, f"{_undo(file)} Say what is wrong with it in an issue.")
        return
    if file.mode == DELETED:
        return
    data = part in (FilePurpose.ASSESSMENT, FilePurpose.RUBRIC)
    if kind := _KINDS.get(file.mode):
        # Under assessments/ the reader reports the same problem.
        if part is not FilePurpose.ASSESSMENT:
            what = f"this is a {kind}, not a plain file"
            yield _problem(file.path, kind.replace(" ", "-"), what, "Put a file there instead, or delete it.")
    elif file.mode != _PLAIN and (data or file.mode != _EXECUTABLE):
        what = "the file is marked as a program that can be run"
        remedy = f"Take the mark away: git update-index --chmod=-x {quote(file.path)}, then commit."
        yield _problem(file.path, "executable", what, remedy)
    is_odd = UNSEEN.search(file.path) or any(character in file.path for character in "\n\r\ufffd\\")
    if is_odd and part is not FilePurpose.ASSESSMENT:
        what = "the path has characters that can't be seen or mean something else on other computers"
        yield _problem(file.path, "odd-path", what, "Rename the file with letters, digits, hyphens and dots.")
    if folder := _misspelt_folder(file.path):
        what = f"on many computers this folder and `{folder}` are one"
        yield _problem(file.path, "odd-path", what, f"Put the file into `{folder}`, spelt just so, or elsewhere.")
    if part is not FilePurpose.ASSESSMENT and file.size > LARGEST_OTHER:
        what = f"the file has {file.size:,} bytes"
        yield _problem(file.path, "file-too-large", what, f"At most {LARGEST_OTHER:,} are taken: link to it instead.")


def generated_problem(path: str, line: int = 1) -> Problem:
    """Return the problem of a change of generated text."""
    remedy = "Drop this change from the pull request: after the merge it is written anew from the assessments."
    if path.startswith(f"{FORMS}/"):
        remedy = f"{remedy} The words of the forms are in bot/handlers/forms/templates and bot/text/locale."
    return Problem(path, line, 1, GENERATED_RULE, "this is generated and not edited by hand", remedy)


def is_rewritten_entry(file: ChangedFile) -> bool:
    """Return whether the file is an entry of the record that existed before; the publishing run only adds entries."""
    return file.path.startswith(f"{DECISIONS}/") and file.path.endswith(".json") and file.mode_before != DELETED


def edited_proposal_problem(path: str) -> Problem:
    """Return the problem of an edit on the publishing run's branch that the run itself never makes."""
    what = "this isn't what the publishing run writes, and on its branch nobody else writes"
    remedy = "Take this change away from here, and propose it from a branch of your own."
    return _problem(path, "proposal-edited", what, remedy)


def too_many_files_problem() -> Problem:
    """Return the problem of a pull request that changes more than `MOST_FILES`."""
    return _problem("", "too-many-files", f"more than {MOST_FILES:,} files change", _SPLIT)


def too_many_bytes_problem() -> Problem:
    """Return the problem of a pull request that changes more than `MOST_BYTES`."""
    what = f"the changed files have more than {MOST_BYTES // 1024 // 1024} MiB together"
    return _problem("", "too-many-bytes", what, _SPLIT)


def over_limit_problem(limit: Limit) -> Problem:
    """Return the problem of a pull request whose check was given up."""
    what = {
        Limit.TIME: f"checking it takes more than the {LONGEST_CHECK} seconds that each pull request has",
        Limit.CLOCK: "checking it takes more than two minutes",
        Limit.MEMORY: f"checking it takes more than the {LARGEST_MEMORY >> 20} MiB of memory that each pull request has",
        Limit.BROKEN: "checking it ended the program that reads it",
    }[limit]
    remedy = f"Nothing of it was judged. {_SPLIT} If it is small, a maintainer finds out what is wrong with it."
    return _problem("", "over-limit", what, remedy)


_SPLIT = "Split the change into several pull requests."


def _misspelt_folder(path: str) -> str | None:
    """Return our folder that the first part of a path is the same name as."""
    top = path.partition("/")[0]
    ours = (ASSESSMENTS, DECISIONS, GENERATED, STUDIES, RUBRIC.partition("/")[0])
    return next((folder for folder in ours if folder != top and folder == name_key(top)), None)


def _undo(file: ChangedFile) -> str:
    return "Bring the file back." if file.mode == DELETED else "Drop this change from the pull request."


def _problem(path: str, rule: str, what: str, remedy: str) -> Problem:
    return Problem(path, 1, 1, rule, what, remedy)
