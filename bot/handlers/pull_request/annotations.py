"""Annotations of problems on the lines of a pull request: plain text, which GitHub shows as it is."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING

from bot.board.model.problem import Severity
from bot.board.reading.problem_groups import group_problems
from bot.github.actions import Annotation, AnnotationLevel
from bot.text.catalogue import JoinedText, _, ngettext
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.board.model.problem import Problem
    from bot.board.reading.problem_groups import ProblemGroup

MOST_ANNOTATIONS = 50
"""GitHub takes no more at once: https://docs.github.com/en/rest/checks/runs"""

_LONGEST_MESSAGE = 2_000
_LEVELS = {Severity.ERROR: AnnotationLevel.FAILURE, Severity.WARNING: AnnotationLevel.WARNING}


def build_annotations(problems: Iterable[Problem], limit: int = MOST_ANNOTATIONS) -> tuple[Annotation, ...]:
    """Return annotations of the first `limit` groups of problems, each at its first place: errors first, then by place."""
    return tuple(_annotation(group) for group in group_problems(errors_first(problems))[:limit])


def errors_first(problems: Iterable[Problem]) -> list[Problem]:
    """Return errors, then warnings, each in the order of their places."""
    return sorted(problems, key=lambda problem: (problem.severity is not Severity.ERROR, problem))


def _annotation(group: ProblemGroup) -> Annotation:
    problem = group.problems[0]
    # Without an excerpt, the column has no meaning.
    column = problem.column if problem.excerpt else None
    return Annotation(
        # A name that is no UTF-8 can't be sent.
        path=problem.path.encode("utf-8", "replace").decode(),
        line=problem.line,
        level=_LEVELS[problem.severity],
        title=problem.rule,
        message=visible(f"{group.what}. {group.remedy}")[:_LONGEST_MESSAGE],
        column=column,
        end_column=None if column is None else column + problem.width,
    )


def check_run_texts(problems: Sequence[Problem], limit: int = MOST_ANNOTATIONS) -> tuple[str, str]:
    """Return the title and the summary above the annotations."""
    text: str = _("The comment in the conversation says what to do about them.")
    if len(group_problems(problems)) > limit:
        text = JoinedText(" ", [text, _("The first %(number)s are shown on their lines.", number=limit)])
    return counted(problems), text


def counted(problems: Iterable[Problem]) -> str:
    """Return the number of errors and warnings, such as `1 error, 2 warnings`."""
    counts = Counter(problem.severity for problem in problems)
    errors = ngettext("%(number)s error", "%(number)s errors", counts[Severity.ERROR])
    warnings = ngettext("%(number)s warning", "%(number)s warnings", counts[Severity.WARNING])
    return ", ".join(each for each in (errors, warnings) if each.number) or _("No problems")


def digest(annotations: Iterable[Annotation]) -> str:
    """Return a digest of these annotations, in 16 hexadecimal digits."""
    return short_digest([tuple(annotation) for annotation in annotations])


def short_digest(document: object) -> str:
    """Return a digest of what has equal JSON, in 16 hexadecimal digits."""
    return hashlib.sha256(json.dumps(document).encode()).hexdigest()[:16]
