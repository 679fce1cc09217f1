"""The rule about what the policy names from elsewhere: the developers for whom declared people work.

Like those in `bot.board.reading.citations` it looks at the plain values with their places, so that it speaks up even where the
rest of the file is broken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.layout import ASSESSMENTS
from bot.board.model.problem import Severity
from bot.board.reading.messages import similar
from bot.board.reading.rules import problem_at
from bot.board.reading.source import shorten

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bot.board.model.problem import Problem
    from bot.board.reading.source import Source
    from bot.board.reading.strict_yaml import Place

_MOST_LISTED = 30
"""Developers that a message lists."""


def affiliation_rules(source: Source, document: object, place: Place, developers: Collection[str]) -> Iterator[Problem]:
    """The problems of all affiliations with a developer who has none of the folders `developers`."""
    for person, person_place in _below(document, place, "people"):
        for affiliation, spot in _below(person, person_place, "affiliations"):
            named = affiliation.get("developer") if isinstance(affiliation, dict) else None
            if not isinstance(named, str) or named in developers or not isinstance(spot.items, dict):
                continue
            what = f"there is no developer `{shorten(named)}`"
            meant = similar(named, developers)
            remedy = f"Did you mean `{meant[0]}`?" if meant else _listed(developers)
            where = spot.items["developer"]
            yield problem_at(source, where, "unknown-developer", what, remedy, Severity.ERROR)


def _below(document: object, place: Place, key: str) -> Iterator[tuple[object, Place]]:
    """The items of a list below a key, with their places, where there is one."""
    below = document.get(key) if isinstance(document, dict) else None
    places = place.items[key].items if isinstance(below, list) and isinstance(place.items, dict) else None
    if isinstance(below, list) and isinstance(places, list):
        yield from zip(below, places, strict=True)


def _listed(developers: Collection[str]) -> str:
    shown = ", ".join(sorted(developers)[:_MOST_LISTED])
    more = f" and {len(developers) - _MOST_LISTED} more" if len(developers) > _MOST_LISTED else ""
    there = f"There are: {shown}{more}." if developers else "There is none yet."
    return f"Write the name of a folder under {ASSESSMENTS}/. {there}"
