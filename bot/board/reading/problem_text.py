"""Problems for people (text), for programs (JSON), and for the lines of a pull request (GitHub annotations).

A line of the excerpt always stands behind a number and a bar: what a contributor wrote never begins a line of the log,
where GitHub's runner would take `::set-env` and its kind for commands.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from bot.board.model.problem import Problem, Severity
from bot.text.escaping import visible, without_runner_commands

if TYPE_CHECKING:
    from collections.abc import Sequence

EXCERPT_WIDTH = 140
"""Characters of a line that are shown around a problem."""


def _columns(text: str) -> int:
    """How many terminal columns a text takes: East Asian characters take two, accents that combine none."""
    return sum(
        0
        if unicodedata.category(character) in ("Mn", "Me") or "\u1160" <= character <= "\u11ff"
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )


def as_text(problems: Sequence[Problem]) -> str:
    """Each problem with its line and a caret under the place, then a count; empty when there are none."""
    return "".join(f"{_one(problem)}\n" for problem in problems)


def _one(problem: Problem) -> str:
    warning = "warning: " if problem.severity is Severity.WARNING else ""
    head = (
        f"{visible(problem.path)}:{problem.line}:{problem.column}: {warning}{visible(problem.what)}. "
        f"{visible(problem.remedy)} [{problem.rule}]"
    )
    if not problem.excerpt:
        return without_runner_commands(head)
    # A long line is shown around the problem.
    start = max(0, problem.column - 1 - EXCERPT_WIDTH // 2) if len(problem.excerpt) > EXCERPT_WIDTH else 0
    excerpt = problem.excerpt[start : start + EXCERPT_WIDTH]
    before, rest = excerpt[: problem.column - 1 - start], excerpt[problem.column - 1 - start :]
    marked = rest[: problem.width]
    caret = "^" + "~" * (_columns(visible(marked)) - 1)
    left, right = "…" if start else "", "…" if start + EXCERPT_WIDTH < len(problem.excerpt) else ""
    line = f"{problem.line:>6} | {left}{visible(before)}{visible(rest)}{right}"
    # What is harmless in each part may be a command where two parts meet.
    return without_runner_commands(f"{head}\n{line}\n{' ' * 6} | {' ' * _columns(left + visible(before))}{caret}")


def summary(problems: Sequence[Problem], checked: int) -> str:
    """How many files were checked and what was found, in one line."""
    counts = Counter(problem.severity for problem in problems)
    found = ", ".join(
        f"{counts[severity]:,} {severity}{'s' if counts[severity] > 1 else ''}"
        for severity in Severity
        if counts[severity]
    )
    files = f"{checked:,} file{'' if checked == 1 else 's'} checked"
    return f"{files}: {found or 'all is well'}."


def as_json(problems: Sequence[Problem], checked: int) -> str:
    """`{"format_version", "files_checked", "errors", "warnings", "problems": [...]}`, lines and columns from 1."""
    counts = Counter(problem.severity for problem in problems)
    listed = [
        {
            "path": problem.path.encode("utf-8", "replace").decode(),
            "line": problem.line,
            "column": problem.column,
            "width": problem.width,
            "severity": problem.severity.value,
            "rule": problem.rule,
            "what": problem.what,
            "remedy": problem.remedy,
        }
        for problem in problems
    ]
    document = {
        "format_version": "1.0.0",
        "files_checked": checked,
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "problems": listed,
    }
    # Escaped to ASCII, as what reads this may be a terminal or the log of a workflow.
    return without_runner_commands(json.dumps(document, indent=2)) + "\n"


def as_github(problems: Sequence[Problem]) -> str:
    """Workflow commands that GitHub shows on the lines of a pull request.

    https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
    """
    return "".join(f"{_annotation(problem)}\n" for problem in problems)


def _annotation(problem: Problem) -> str:
    place = (
        f"file={_property(problem.path)},line={problem.line},col={problem.column},"
        f"endColumn={problem.column + problem.width},title={_property(problem.rule)}"
    )
    message = _data(visible(f"{problem.what}. {problem.remedy}"))
    return f"::{problem.severity} {place}::{message}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
