"""The rule about references of the policy to other files: the developers for whom declared people work.

Like those in `bot.board.reading.rules` it also applies where other parts of the file are broken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.layout import ASSESSMENTS
from bot.board.reading.source import shorten
from bot.board.reading.spelling import similar
from bot.board.reading.strict_yaml import PlacedValue
from bot.text.shaping import first_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bot.board.model.problem import Problem
    from bot.board.reading.source import Source
    from bot.board.reading.strict_yaml import Place

_MOST_LISTED = 30
"""Developers that a message names at most."""


def affiliation_rules(source: Source, document: object, place: Place, developers: Collection[str]) -> Iterator[Problem]:
    """Yield the problems of all affiliations with a developer that has none of the folders `developers`."""
    for person in PlacedValue(document, place).get("people").elements():
        for affiliation in person.get("affiliations").elements():
            named = affiliation.get("developer")
            if not isinstance(named.value, str) or named.value in developers:
                continue
            what = f"there is no developer `{shorten(named.value)}`"
            meant = similar(named.value, developers)
            remedy = f"Did you mean `{meant[0]}`?" if meant else _listed(developers)
            yield source.problem(named.place.span, "unknown-developer", what, remedy)


def _listed(developers: Collection[str]) -> str:
    there = f"There are: {first_of(sorted(developers), _MOST_LISTED)}." if developers else "There is none yet."
    return f"Write the name of a folder under {ASSESSMENTS}/. {there}"
