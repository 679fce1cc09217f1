"""The differences between two rubrics in short phrases for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.text.catalogue import JoinedText, _, data_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

    from pydantic import BaseModel

    from bot.board.model.rubric import Rubric
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
    phrases = (
        *_order_changes(before, after),
        *_weighting_changes(before, after),
        *_point_changes(before, after),
        *_criterion_changes(before, after),
        *_text_changes(before, after),
    )
    return phrases or (_("the order of its parts is another one"),)


def _order_changes(before: Rubric, after: Rubric) -> Iterator[str]:
    old, new = before.default_weighting, after.default_weighting
    if old.id != new.id:
        yield _("the board is ordered by %(new)s instead of %(old)s", new=data_text(new.name), old=data_text(old.name))
    if before.default_counting is not after.default_counting:
        titles = {"new": after.not_applicable[0].title, "old": before.not_applicable[0].title}
        yield _(
            "the board is ordered with %(new)s instead of %(old)s",
            **{key: data_text(title) for key, title in titles.items()},
        )


def _weighting_changes(before: Rubric, after: Rubric) -> Iterator[str]:
    old = {weighting.id: weighting for weighting in before.weightings}
    new = {weighting.id: weighting for weighting in after.weightings}
    yield from _added_and_removed(
        _("weighting"), {key: each.name for key, each in old.items()}, {key: each.name for key, each in new.items()}
    )
    for key in (key for key in old if key in new):
        was, is_now = old[key].weights, new[key].weights
        counts = [
            _(
                "%(category)s %(new)s instead of %(old)s",
                category=data_text(category.title),
                new=_number(is_now[category.id]),
                old=_number(was[category.id]),
            )
            for category in before.categories
            if category.id in is_now and was[category.id] != is_now[category.id]
        ]
        if counts:
            yield _(
                "the weighting %(name)s counts %(counts)s",
                name=data_text(old[key].name),
                counts=JoinedText(", ", counts),
            )


def _point_changes(before: Rubric, after: Rubric) -> Iterator[str]:
    for level, meaning in before.levels.items():
        points = after.levels[level].points
        if points != meaning.points:
            yield _(
                "the level %(level)s gives %(new)s instead of %(old)s points",
                level=data_text(meaning.title),
                new=_number(points),
                old=_number(meaning.points),
            )


def _criterion_changes(before: Rubric, after: Rubric) -> Iterator[str]:
    """Yield added and removed categories and criteria, and criteria that are moved to another category."""
    for kind, old, new in (
        (_("category"), before.categories, after.categories),
        (_("criterion"), before.criteria, after.criteria),
    ):
        yield from _added_and_removed(
            kind, {each.id: each.title for each in old}, {each.id: each.title for each in new}
        )
    category_of = {criterion.id: category for category in after.categories for criterion in category.criteria}
    for category in before.categories:
        for criterion in category.criteria:
            now = category_of.get(criterion.id, category)
            if now.id != category.id:
                yield _(
                    "the criterion %(criterion)s moves from %(old)s to %(new)s",
                    criterion=data_text(criterion.title),
                    old=data_text(category.title),
                    new=data_text(now.title),
                )


def _added_and_removed(kind: Message, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """Yield phrases for the parts that only one side has; both are names by id."""
    added = (data_text(name) for key, name in after.items() if key not in before)
    removed = (data_text(name) for key, name in before.items() if key not in after)
    yield from (_("the %(kind)s %(name)s is new", kind=kind, name=name) for name in added)
    yield from (_("the %(kind)s %(name)s is removed", kind=kind, name=name) for name in removed)


def _text_changes(before: Rubric, after: Rubric) -> Iterator[str]:
    """Yield changed texts: they affect no rank, but can change the meaning of a rating."""
    old, new = _parts(before), _parts(after)
    for key, (name, part) in old.items():
        texts = _differing_texts(part, new[key][1]) if key in new else []
        if texts:
            yield _(
                "the %(kind)s %(name)s has another %(texts)s",
                kind=_KINDS[key[0]],
                name=data_text(name),
                texts=JoinedText(", ", texts),
            )
    if before.version != after.version:
        yield _("the version is %(new)s instead of %(old)s", new=after.version, old=before.version)


_KINDS = {
    "level": _("level"),
    "category": _("category"),
    "criterion": _("criterion"),
    "weighting": _("weighting"),
    "counting": _("way of counting"),
}


def _parts(rubric: Rubric) -> dict[tuple[str, str], tuple[str, BaseModel]]:
    """Return all parts of the rubric that have texts, by kind (as in `_KINDS`) and id, each with its name."""
    return (
        {("level", level.value): (meaning.title, meaning) for level, meaning in rubric.levels.items()}
        | {("category", each.id): (each.title, each) for each in rubric.categories}
        | {("criterion", each.id): (each.title, each) for each in rubric.criteria}
        | {("weighting", each.id): (each.name, each) for each in rubric.weightings}
        | {("counting", each.id.value): (each.title, each) for each in rubric.not_applicable}
    )


def _differing_texts(old: BaseModel, new: BaseModel) -> list[Message]:
    return [words for key, words in _TEXTS.items() if getattr(old, key, None) != getattr(new, key, None)]


def _number(number: Fraction) -> str:
    return str(number) if number.denominator == 1 else str(float(number))
