"""Drafts of assessments: ratings without levels, with comments and evidence to check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.layout import assessment_path
from bot.board.model.problem import Severity
from bot.board.writing.skeleton import criterion_skeleton

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from bot.board.model.problem import Problem
    from bot.board.model.rubric import Criterion, Rubric
    from bot.board.reading.document import Reader


def draft_ratings(rubric: Rubric, notes: Callable[[Criterion], tuple[Iterable[str], Iterable[str]]]) -> str:
    """Return all ratings without levels. `notes` returns a criterion's comments and items of evidence, in whole lines."""
    parts = ["ratings:\n"]
    for category in rubric.categories:
        parts.append(f"  # ---- {category.title} ----\n")
        for criterion in category.criteria:
            comments, evidence = ("".join(lines) for lines in notes(criterion))
            parts.append(criterion_skeleton(criterion, comments=comments, evidence=evidence))
    return "".join(parts)


def draft_errors(assessment_id: str, text: str, reader: Reader, allowed: Container[str]) -> list[Problem]:
    """Return the errors of a draft, apart from those of rules that a draft violates by design."""
    problems = reader.assessment(assessment_path(assessment_id), text.encode("utf-8", "surrogatepass")).problems
    return [problem for problem in problems if problem.severity is Severity.ERROR and problem.rule not in allowed]
