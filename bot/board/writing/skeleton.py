"""Drafts and commented skeletons of files: ratings without levels, which pass no check until everything is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.assessment import MODELINE, UNASSESSED, Modality
from bot.board.model.developer import OrganisationKind
from bot.board.model.layout import assessment_path
from bot.board.model.problem import Severity
from bot.text.templates import macros, render

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from bot.board.model.problem import Problem
    from bot.board.model.rubric import Criterion, Rubric
    from bot.board.reading.document import Reader

    Notes = Callable[[Criterion], tuple[Iterable[str], Iterable[str]]]

_RATINGS = "board/writing/ratings.yml.j2"


def assessment_skeleton(rubric: Rubric) -> str:
    """Return an assessment with all keys and no values, with questions and definitions as comments."""
    return render(
        "board/writing/assessment.yml.j2",
        modeline=MODELINE.format("assessment"),
        modalities=", ".join(Modality),
        artifacts=rubric.artifacts,
        ratings=draft_ratings(rubric),
    )


def draft_ratings(rubric: Rubric, notes: Notes = lambda _: ((), ())) -> str:
    """Return all ratings without levels. `notes` returns a criterion's comments and items of evidence, in whole lines."""
    categories = [
        (
            category,
            "".join(criterion_skeleton(each, UNASSESSED, *map("".join, notes(each))) for each in category.criteria),
        )
        for category in rubric.categories
    ]
    return str(macros(_RATINGS).ratings(categories))


def criterion_skeleton(criterion: Criterion, level: str = UNASSESSED, comments: str = "", evidence: str = "") -> str:
    """Return a rating with its question and its definitions as comments.

    `comments` and the items of `evidence` are whole lines.
    """
    return str(macros(_RATINGS).rating(criterion, level, comments, evidence))


def developer_skeleton(name: str = "", country: str = "", kind: str = "", url: str = "") -> str:
    """Return a developer file with all keys, and the values that are known, in YAML."""
    values = {"name": name, "country": country, "kind": kind, "url": url, "modeline": MODELINE.format("developer")}
    kinds = [*OrganisationKind]
    values |= {"kinds": ", ".join(kinds[:2]), "more_kinds": ", ".join(kinds[2:])}
    return render("board/writing/developer.yml.j2", **values)


def draft_errors(assessment_id: str, text: str, reader: Reader, allowed: Container[str]) -> list[Problem]:
    """Return the errors of a draft, apart from those of rules that a draft violates by design."""
    problems = reader.assessment(assessment_path(assessment_id), text.encode("utf-8", "surrogatepass")).problems
    return [problem for problem in problems if problem.severity is Severity.ERROR and problem.rule not in allowed]
