"""The differences between two rubrics in short phrases for people, whose words are in `templates/rubric_change.txt.j2`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.text.catalogue import _
from bot.text.templates import render

if TYPE_CHECKING:
    from fractions import Fraction

    from pydantic import BaseModel

    from bot.board.model.rubric import Rubric, Weighting
    from bot.text.catalogue import Message

_TEXTS = {
    "title": _("title"),
    "shown_as": _("shown title"),
    "level_titles": _("title of a level"),
    "short": _("short name"),
    "question": _("question"),
    "open": _("definition of open"),
    "semi_open": _("definition of semi-open"),
    "closed": _("definition of closed"),
    "name": _("name"),
    "source": _("source"),
    "meaning": _("meaning"),
}


def rubric_changes(before: Rubric, after: Rubric) -> tuple[str, ...]:
    """Return the differences in short phrases of plain text; empty for equal rubrics.

    Differences that affect ranks are first. Parts of both rubrics have the names that they have in `before`.
    """
    if before == after:
        return ()

    def weights(old: Weighting, new: Weighting) -> list[tuple[str, str, str]]:
        """Return the titles of the categories that count differently, with their weights."""
        was, is_now = old.weights, new.weights
        return [
            (category.title, _number(was[category.id]), _number(is_now[category.id]))
            for category in before.categories
            if category.id in is_now and was[category.id] != is_now[category.id]
        ]

    text = render(
        "board/ranking/rubric_change.txt.j2",
        before=before,
        after=after,
        old=_parts(before),
        new=_parts(after),
        category_of={criterion.id: category for category in after.categories for criterion in category.criteria},
        differing=_differing_texts,
        number=_number,
        weights=weights,
    )
    return tuple(text.splitlines()) or (_("the order of its parts is another one"),)


def _parts(rubric: Rubric) -> dict[str, dict[str, tuple[str, BaseModel]]]:
    """Return all parts of the rubric that have texts, by kind and id, each with its name."""
    return {
        "level": {level.value: (meaning.title, meaning) for level, meaning in rubric.levels.items()},
        "category": {each.id: (each.title, each) for each in rubric.categories},
        "criterion": {each.id: (each.title, each) for each in rubric.criteria},
        "weighting": {each.id: (each.name, each) for each in rubric.weightings},
        "artifact": {each.id: (each.title, each) for each in rubric.artifacts},
        "counting": {each.id.value: (each.title, each) for each in rubric.not_applicable},
    }


def _differing_texts(old: BaseModel, new: BaseModel) -> list[Message]:
    return [words for key, words in _TEXTS.items() if getattr(old, key, None) != getattr(new, key, None)]


def _number(number: Fraction) -> str:
    return str(number) if number.denominator == 1 else str(float(number))
