"""Problems of changed files by path, kind and size alone, before anything is opened."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from bot.board.model.layout import ASSESSMENTS, DECISIONS, FORMS, GENERATED, RUBRIC, STUDIES, FilePurpose, purpose_of
from bot.board.model.problem import Problem
from bot.board.reading.source import UNSEEN
from bot.bounded import LARGEST_MEMORY, Limit
from bot.text.catalogue import _, grouped
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
_KINDS = {
    "120000": ("symbolic-link", _("this is a symbolic link, not a plain file")),
    "160000": ("submodule", _("this is a submodule, not a plain file")),
}
"""Rules and problems by the modes of files that are not plain."""


def path_problems(file: ChangedFile) -> Iterator[Problem]:
    """Yield the problems of a changed file by its path, kind and size alone."""
    part = purpose_of(file.path)
    if part is FilePurpose.GENERATED:
        yield generated_problem(file.path)
        return
    if part is FilePurpose.STUDY:
        what = _("the tables of the study stay as they were published")
        remedy = _("%(undo)s If it is wrong, open an issue.", undo=_undo(file))
        yield _problem(file.path, "study-table", what, remedy)
        return
    if file.mode == DELETED:
        return
    data = part in (FilePurpose.ASSESSMENT, FilePurpose.RUBRIC)
    if kind := _KINDS.get(file.mode):
        # Under assessments/ the reader reports the same problem.
        if part is not FilePurpose.ASSESSMENT:
            rule, what = kind
            yield _problem(file.path, rule, what, _("Put a file there instead, or delete it."))
    elif file.mode != _PLAIN and (data or file.mode != _EXECUTABLE):
        what = _("the file is marked as executable")
        command = f"git update-index --chmod=-x {quote(file.path)}"
        remedy = _("Remove the mark: `%(command)s`, then commit.", command=command)
        yield _problem(file.path, "executable", what, remedy)
    is_odd = UNSEEN.search(file.path) or any(character in file.path for character in "\n\r\ufffd\\")
    if is_odd and part is not FilePurpose.ASSESSMENT:
        what = _("the path has characters that are invisible or mean something else on other computers")
        yield _problem(file.path, "odd-path", what, _("Rename the file with letters, digits, hyphens and dots."))
    if folder := _misspelt_folder(file.path):
        what = _("on many computers this folder and `%(folder)s` are one", folder=folder)
        remedy = _("Put the file into `%(folder)s`, in this spelling, or into another folder.", folder=folder)
        yield _problem(file.path, "odd-path", what, remedy)
    if part is not FilePurpose.ASSESSMENT and file.size > LARGEST_OTHER:
        what = _("the file has %(size)s bytes", size=grouped(file.size))
        remedy = _("At most %(most)s are accepted: link to it instead.", most=grouped(LARGEST_OTHER))
        yield _problem(file.path, "file-too-large", what, remedy)


def generated_problem(path: str, line: int = 1) -> Problem:
    """Return the problem of a change of generated text."""
    what = _("this is generated and not edited by hand")
    remedy = _("Remove this change from the pull request: after the merge it is generated again from the assessments.")
    if path.startswith(f"{FORMS}/"):
        remedy = _(
            "Remove this change from the pull request: the forms are generated. Their words are in "
            "bot/handlers/forms/templates and bot/text/locale."
        )
    return Problem(path, line, 1, GENERATED_RULE, what, remedy)


def is_rewritten_entry(file: ChangedFile) -> bool:
    """Return whether the file is an entry of the record that existed before; the publishing run only adds entries."""
    return file.path.startswith(f"{DECISIONS}/") and file.path.endswith(".json") and file.mode_before != DELETED


def edited_proposal_problem(path: str) -> Problem:
    """Return the problem of an edit on the publishing run's branch that the run itself never makes."""
    what = _("this is not what the publishing run writes, and only that run writes to its branch")
    remedy = _("Remove this change here, and propose it from a branch of your own.")
    return _problem(path, "proposal-edited", what, remedy)


def over_limit_problem(limit: Limit) -> Problem:
    """Return the problem of a pull request whose check was given up."""
    what = {
        Limit.TIME: _("the check takes more than the allowed %(most)s seconds", most=LONGEST_CHECK),
        Limit.CLOCK: _("the check takes more than two minutes"),
        Limit.MEMORY: _("the check takes more than the allowed %(most)s MiB of memory", most=LARGEST_MEMORY >> 20),
        Limit.BROKEN: _("the check ended the program that reads the files"),
    }[limit]
    remedy = _(
        "Nothing was judged. Split the change into several pull requests. If it is small already, a maintainer looks for the reason."
    )
    return _problem("", "over-limit", what, remedy)


def _misspelt_folder(path: str) -> str | None:
    """Return our folder that the first part of a path is the same name as."""
    top = path.partition("/")[0]
    ours = (ASSESSMENTS, DECISIONS, GENERATED, STUDIES, RUBRIC.partition("/")[0])
    return next((folder for folder in ours if folder != top and folder == name_key(top)), None)


def _undo(file: ChangedFile) -> str:
    return _("Restore the file.") if file.mode == DELETED else _("Remove this change from the pull request.")


def _problem(path: str, rule: str, what: str, remedy: str) -> Problem:
    return Problem(path, 1, 1, rule, what, remedy)


_SPLIT = _("Split the change into several pull requests.")
TOO_MANY_FILES = _problem("", "too-many-files", _("more than %(most)s files change", most=grouped(MOST_FILES)), _SPLIT)
TOO_MANY_BYTES = _problem(
    "",
    "too-many-bytes",
    _("the changed files have more than %(most)s MiB together", most=MOST_BYTES // 1024 // 1024),
    _SPLIT,
)
UNRELATED = _problem(
    "",
    "unrelated",
    _("the branch has no history in common with the base branch"),
    _("Start a new branch from the base branch and copy your files there."),
)
"""Problems of a pull request of which nothing is read."""
