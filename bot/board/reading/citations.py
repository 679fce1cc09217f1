"""Rules about what an assessment names from elsewhere: precedents by their ids, base models by their developers' folders.

Like those in `bot.board.reading.rules` they look at the plain values with their places, so that they speak up even where the rest
of the file is broken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.fields import is_model_id
from bot.board.model.layout import ASSESSMENTS, PRECEDENTS
from bot.board.model.problem import Severity
from bot.board.reading.messages import similar
from bot.board.reading.rules import problem_at
from bot.board.reading.source import shorten

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bot.board.model.precedents import Precedents
    from bot.board.model.problem import Problem
    from bot.board.reading.source import Source
    from bot.board.reading.strict_yaml import Place

_MOST_LISTED = 20
"""Precedents that a message lists."""

PRECEDENT_RULES = frozenset({"unknown-precedent", "precedent-elsewhere"})
"""What can become wrong in a file by a change of the precedents alone."""


def precedent_rules(source: Source, document: object, place: Place, precedents: Precedents) -> Iterator[Problem]:
    """The problems of all precedents that an assessment cites."""
    for criterion, rating, rating_place in _at(document, place, "ratings"):
        for cited, spot in _items(rating, rating_place, "precedents"):
            precedent = precedents.by_id.get(cited)
            listed = _listed(precedents, criterion)
            if precedent is None:
                meant = similar(cited, precedents.by_id)
                remedy = f"Did you mean `{meant[0]}`? {listed}" if meant else listed
                what = f"there is no precedent `{shorten(cited)}`"
                yield problem_at(source, spot, "unknown-precedent", what, remedy, Severity.ERROR)
            elif not precedent.is_about(criterion):
                about = ", ".join(f"`{one}`" for one in precedent.criteria)
                what = f"the precedent `{cited}` is about {about}, not about `{shorten(criterion)}`"
                yield problem_at(source, spot, "precedent-elsewhere", what, f"Leave it out. {listed}", Severity.ERROR)


def _listed(precedents: Precedents, criterion: str) -> str:
    """A sentence that lists what ratings of a criterion may cite."""
    ids = [precedent.id for precedent in precedents.about(criterion)]
    shown = ", ".join(ids[:_MOST_LISTED])
    more = f" and {len(ids) - _MOST_LISTED} more" if len(ids) > _MOST_LISTED else ""
    there = f"Precedents on `{shorten(criterion)}`: {shown}{more}" if ids else "So far there is none on this criterion"
    return f"{there}; {PRECEDENTS} says what they mean."


def base_model_rules(source: Source, document: object, place: Place, developers: Collection[str]) -> Iterator[Problem]:
    """A warning for each base model whose developer has none of the folders `developers`."""
    for model, spot in _items(document, place, "base_models"):
        developer = model.partition("/")[0]
        if is_model_id(model) and developer not in developers:
            meant = similar(developer, developers)
            what = f"the developer `{developer}` of this base model has no folder under {ASSESSMENTS}/"
            remedy = (
                "Check how the folder is called, or add it with its developer.yaml: without it nobody can say who has a "
                "conflict of interest through the base model."
            )
            remedy = f"Did you mean `{meant[0]}`? {remedy}" if meant else remedy
            yield problem_at(source, spot, "unknown-base-developer", what, remedy)


def repeated_precedents(source: Source, document: object, place: Place) -> Iterator[Problem]:
    """A problem for each precedent whose id another one has already."""
    first: dict[str, int] = {}
    listed = document.get("precedents") if isinstance(document, dict) else None
    places = place.items["precedents"].items if isinstance(listed, list) and isinstance(place.items, dict) else None
    if not isinstance(listed, list) or not isinstance(places, list):
        return
    for precedent, item in zip(listed, places, strict=True):
        own = precedent.get("id") if isinstance(precedent, dict) else None
        if not isinstance(own, str) or not isinstance(item.items, dict):
            continue
        spot = item.items["id"]
        if own in first:
            what = f"the precedent on line {first[own]} has this id already"
            remedy = "Give it another id; what was decided anew changes the precedent that is there."
            yield problem_at(source, spot, "repeated-precedent", what, remedy, Severity.ERROR)
        first.setdefault(own, spot.start.line + 1)


def _at(document: object, place: Place, key: str) -> Iterator[tuple[str, object, Place]]:
    """The keys, values and places below a key, where there are any."""
    below = document.get(key) if isinstance(document, dict) else None
    places = place.items[key].items if isinstance(below, dict) and isinstance(place.items, dict) else None
    if isinstance(below, dict) and isinstance(places, dict):
        yield from ((name, value, places[name]) for name, value in below.items())


def _items(document: object, place: Place, key: str) -> Iterator[tuple[str, Place]]:
    """The texts of a list below a key, with their places."""
    below = document.get(key) if isinstance(document, dict) else None
    places = place.items[key].items if isinstance(below, list) and isinstance(place.items, dict) else None
    if isinstance(below, list) and isinstance(places, list):
        yield from ((value, spot) for value, spot in zip(below, places, strict=True) if isinstance(value, str))
