"""Problems as text for people, as JSON for programs, and as GitHub's annotations of a pull request's lines.

A line of an excerpt always has a number and a bar before it: no line of a log begins with what a contributor wrote,
because GitHub's runner would execute commands such as `::set-env`.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from bot.board.model.problem import Problem, Severity
from bot.board.reading.problem_groups import group_problems
from bot.text.catalogue import SOURCE, JoinedText, Message, _, listed, ngettext, translate
from bot.text.escaping import visible, without_runner_commands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.board.reading.problem_groups import ProblemGroup

EXCERPT_WIDTH = 140
"""Of an excerpt of a long line, in characters."""
_MOST_LINES = 20
"""The number of lines of a group that are named."""


def _columns(text: str) -> int:
    """Return the width of a text in columns of a terminal."""
    return sum(map(_width, text))


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me") or "\u1160" <= character <= "\u11ff":  # combining
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def as_text(problems: Sequence[Problem], language: str = SOURCE) -> str:
    """Return each group of problems once, with its line and a caret under the place, or with the numbers of its lines."""
    return "".join(f"{_one(group, language)}\n" for group in group_problems(problems))


def _one(group: ProblemGroup, language: str) -> str:
    problem = group.problems[0]
    label = _("warning: ")
    warning = translate(label, language) if problem.severity is Severity.WARNING else ""
    head = f"{visible(problem.path)}:{problem.line}:{problem.column}: {warning}{_sentences(group, language)} [{problem.rule}]"
    if len(group.lines) > 1:
        return without_runner_commands(f"{head}\n{' ' * 6} | {translate(_on_lines(group), language)}")
    if not problem.excerpt:
        return without_runner_commands(head)
    # Of a long line, the part around the problem.
    start = max(0, problem.column - 1 - EXCERPT_WIDTH // 2) if len(problem.excerpt) > EXCERPT_WIDTH else 0
    excerpt = problem.excerpt[start : start + EXCERPT_WIDTH]
    before, rest = excerpt[: problem.column - 1 - start], excerpt[problem.column - 1 - start :]
    marked = rest[: problem.width]
    caret = "^" + "~" * (_columns(visible(marked)) - 1)
    left, right = "…" if start else "", "…" if start + EXCERPT_WIDTH < len(problem.excerpt) else ""
    line = f"{problem.line:>6} | {left}{visible(before)}{visible(rest)}{right}"
    # Two harmless parts may form a command together.
    return without_runner_commands(f"{head}\n{line}\n{' ' * 6} | {' ' * _columns(left + visible(before))}{caret}")


def _sentences(group: ProblemGroup, language: str) -> str:
    return visible(f"{translate(group.what, language)}. {translate(group.remedy, language)}")


def _on_lines(group: ProblemGroup) -> Message:
    return _("on lines %(lines)s", lines=listed([str(line) for line in group.lines], _MOST_LINES))


def summary(problems: Sequence[Problem], checked: int) -> str:
    """Return the numbers of checked files and of problems in one line."""
    counts = Counter(problem.severity for problem in problems)
    errors, warnings = counts[Severity.ERROR], counts[Severity.WARNING]
    found = [
        *([ngettext("%(number)s error", "%(number)s errors", errors)] if errors else []),
        *([ngettext("%(number)s warning", "%(number)s warnings", warnings)] if warnings else []),
    ]
    files = ngettext("%(number)s file checked", "%(number)s files checked", checked)
    return _("%(files)s: %(found)s.", files=files, found=JoinedText(", ", found) if found else _("no problems"))


def as_json(problems: Sequence[Problem], checked: int) -> str:
    """Return `{"format_version", "files_checked", "errors", "warnings", "problems": [...]}`, lines and columns from 1."""
    counts = Counter(problem.severity for problem in problems)
    keys = ("line", "column", "width", "severity", "rule", "what", "remedy")
    found = [
        {"path": problem.path.encode("utf-8", "replace").decode()} | {key: getattr(problem, key) for key in keys}
        for problem in problems
    ]
    document = {
        "format_version": "1.0.0",
        "files_checked": checked,
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "problems": found,
    }
    # In ASCII, because the output may go to a terminal or the log of a workflow.
    return without_runner_commands(json.dumps(document, indent=2)) + "\n"


def as_github(problems: Sequence[Problem]) -> str:
    """Return workflow commands that GitHub shows on the lines of a pull request: one for each group, at its first place.

    https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
    """
    return "".join(f"{_annotation(group)}\n" for group in group_problems(problems))


def _annotation(group: ProblemGroup) -> str:
    problem = group.problems[0]
    place = (
        f"file={_property(problem.path)},line={problem.line},col={problem.column},"
        f"endColumn={problem.column + problem.width},title={_property(problem.rule)}"
    )
    lines = f" ({_on_lines(group)})" if len(group.lines) > 1 else ""
    return f"::{problem.severity} {place}::{_data(_sentences(group, SOURCE) + lines)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
