"""Annotations of problems on the lines of a pull request: plain text, which GitHub shows as it is."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING

from bot.board.model.problem import Severity
from bot.github.actions import Annotation, AnnotationLevel
from bot.text.escaping import visible
from bot.text.shaping import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.board.model.problem import Problem

MOST_ANNOTATIONS = 50
"""GitHub takes no more at once: https://docs.github.com/en/rest/checks/runs"""

_LONGEST_MESSAGE = 2_000
_LEVELS = {Severity.ERROR: AnnotationLevel.FAILURE, Severity.WARNING: AnnotationLevel.WARNING}


def build_annotations(problems: Iterable[Problem], limit: int = MOST_ANNOTATIONS) -> tuple[Annotation, ...]:
    """Return annotations of the first `limit` problems: errors first, then in the order of their places."""
    return tuple(_annotation(problem) for problem in errors_first(problems)[:limit])


def errors_first(problems: Iterable[Problem]) -> list[Problem]:
    """Return errors, then warnings, each in the order of their places."""
    return sorted(problems, key=lambda problem: (problem.severity is not Severity.ERROR, problem))


def _annotation(problem: Problem) -> Annotation:
    # Without an excerpt, the column has no meaning.
    column = problem.column if problem.excerpt else None
    return Annotation(
        # A name that is no UTF-8 can't be sent.
        path=problem.path.encode("utf-8", "replace").decode(),
        line=problem.line,
        level=_LEVELS[problem.severity],
        title=problem.rule,
        message=visible(f"{problem.what}. {problem.remedy}")[:_LONGEST_MESSAGE],
        column=column,
        end_column=None if column is None else column + problem.width,
    )


def check_run_texts(problems: Sequence[Problem], limit: int = MOST_ANNOTATIONS) -> tuple[str, str]:
    """Return the title and the summary above the annotations."""
    shown = f" The first {limit} are shown on their lines." if len(problems) > limit else ""
    return counted(problems), f"The comment in the conversation says what to do about them.{shown}"


def counted(problems: Iterable[Problem]) -> str:
    """Return the number of errors and warnings, such as `1 error, 2 warnings`."""
    counts = Counter(problem.severity for problem in problems)
    return ", ".join(count(counts[each], each) for each in Severity if counts[each]) or "No problems"


def digest(annotations: Iterable[Annotation]) -> str:
    """Return a digest of these annotations, in 16 hexadecimal digits."""
    return short_digest([tuple(annotation) for annotation in annotations])


def short_digest(document: object) -> str:
    """Return a digest of what has equal JSON, in 16 hexadecimal digits."""
    return hashlib.sha256(json.dumps(document).encode()).hexdigest()[:16]
