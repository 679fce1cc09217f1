"""The rule about references of the policy to other files: the developers for whom declared people work.

Like those in `bot.board.reading.rules` it also applies where other parts of the file are broken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.reading.spelling import did_you_mean, similar
from bot.board.reading.strict_yaml import PlacedValue
from bot.text.catalogue import Message, _, code, listed
from bot.text.shaping import shorten

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
            what = _("there is no developer `%(developer)s`", developer=shorten(named.value))
            meant = similar(named.value, developers)
            remedy = did_you_mean(meant[0]) if meant else _listed(developers)
            yield source.problem(named.place.span, "unknown-developer", what, remedy)


def _listed(developers: Collection[str]) -> Message:
    if not developers:
        return _("There is no folder under `assessments/` yet. Add the developer first.")
    words = listed([code(each) for each in sorted(developers)], _MOST_LISTED)
    return _("Write the name of a folder under `assessments/`: %(words)s.", words=words)
