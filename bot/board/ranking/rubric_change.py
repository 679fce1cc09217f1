"""The differences between two rubrics in short phrases for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

    from pydantic import BaseModel

    from bot.board.model.rubric import Rubric

_TEXTS = {
    "title": "title",
    "shown_as": "shown title",
    "level_titles": "title of a level",
    "short": "short name",
    "question": "question",
    "open": "definition of open",
    "semi_open": "definition of semi-open",
    "closed": "definition of closed",
    "name": "name",
    "source": "source",
    "meaning": "meaning",
}


def rubric_changes(before: Rubric, after: Rubric) -> tuple[str, ...]:
    """Return the differences in short phrases of plain text; empty for equal rubrics.

    Differences that affect ranks are first. Parts of both rubrics have the names that they have in `before`.
    """
    if before == after:
        return ()
    phrases = (
        *_order_changes(before, after),
        *_weighting_changes(before, after),
        *_point_changes(before, after),
        *_criterion_changes(before, after),
        *_text_changes(before, after),
    )
    return phrases or ("its parts stand in another order",)


def _order_changes(before: Rubric, after: Rubric) -> Iterator[str]:
    old, new = before.default_weighting, after.default_weighting
    if old.id != new.id:
        yield f"the board is ordered by {new.name} instead of {old.name}"
    if before.default_counting is not after.default_counting:
        yield f"the board is ordered with {after.not_applicable[0].title} instead of {before.not_applicable[0].title}"


def _weighting_changes(before: Rubric, after: Rubric) -> Iterator[str]:
    old = {weighting.id: weighting for weighting in before.weightings}
    new = {weighting.id: weighting for weighting in after.weightings}
    yield from _added_and_removed(
        "weighting", {key: each.name for key, each in old.items()}, {key: each.name for key, each in new.items()}
    )
    for key in (key for key in old if key in new):
        was, is_now = old[key].weights, new[key].weights
        counts = [
            f"{category.title} {_number(is_now[category.id])} instead of {_number(was[category.id])}"
            for category in before.categories
            if category.id in is_now and was[category.id] != is_now[category.id]
        ]
        if counts:
            yield f"the weighting {old[key].name} counts {', '.join(counts)}"


def _point_changes(before: Rubric, after: Rubric) -> Iterator[str]:
    for level, meaning in before.levels.items():
        points = after.levels[level].points
        if points != meaning.points:
            yield f"the level {meaning.title} gives {_number(points)} instead of {_number(meaning.points)} points"


def _criterion_changes(before: Rubric, after: Rubric) -> Iterator[str]:
    """Yield added and removed categories and criteria, and criteria that are moved to another category."""
    for kind, old, new in (
        ("category", before.categories, after.categories),
        ("criterion", before.criteria, after.criteria),
    ):
        yield from _added_and_removed(
            kind, {each.id: each.title for each in old}, {each.id: each.title for each in new}
        )
    category_of = {criterion.id: category for category in after.categories for criterion in category.criteria}
    for category in before.categories:
        for criterion in category.criteria:
            now = category_of.get(criterion.id, category)
            if now.id != category.id:
                yield f"the criterion {criterion.title} goes from {category.title} to {now.title}"


def _added_and_removed(kind: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """Yield phrases for the parts that only one side has; both are names by id."""
    yield from (f"the {kind} {name} is new" for key, name in after.items() if key not in before)
    yield from (f"the {kind} {name} is gone" for key, name in before.items() if key not in after)


def _text_changes(before: Rubric, after: Rubric) -> Iterator[str]:
    """Yield changed texts: they affect no rank, but can change the meaning of a rating."""
    old, new = _parts(before), _parts(after)
    for key, (name, part) in old.items():
        texts = _differing_texts(part, new[key][1]) if key in new else []
        if texts:
            yield f"the {key[0]} {name} has another {', '.join(texts)}"
    if before.version != after.version:
        yield f"the version is {after.version} instead of {before.version}"


def _parts(rubric: Rubric) -> dict[tuple[str, str], tuple[str, BaseModel]]:
    """Return all parts of the rubric that have texts, by kind and id, each with its name for people."""
    return (
        {("level", level.value): (meaning.title, meaning) for level, meaning in rubric.levels.items()}
        | {("category", each.id): (each.title, each) for each in rubric.categories}
        | {("criterion", each.id): (each.title, each) for each in rubric.criteria}
        | {("weighting", each.id): (each.name, each) for each in rubric.weightings}
        | {("way of counting", each.id.value): (each.title, each) for each in rubric.not_applicable}
    )


def _differing_texts(old: BaseModel, new: BaseModel) -> list[str]:
    return [words for key, words in _TEXTS.items() if getattr(old, key, None) != getattr(new, key, None)]


def _number(number: Fraction) -> str:
    return str(number) if number.denominator == 1 else str(float(number))
