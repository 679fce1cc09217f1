"""Rules about references of assessments to other files: ids of precedents, developers of base models.

Like those in `bot.board.reading.rules` they also apply where other parts of the file are broken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.board.model.fields import is_model_id
from bot.board.model.layout import ASSESSMENTS, PRECEDENTS
from bot.board.model.problem import Severity
from bot.board.reading.source import Span, shorten
from bot.board.reading.spelling import similar
from bot.board.reading.strict_yaml import PlacedValue
from bot.text.shaping import first_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bot.board.model.precedents import Precedents
    from bot.board.model.problem import Problem
    from bot.board.reading.source import Source
    from bot.board.reading.strict_yaml import Place

_MOST_LISTED = 20
"""Precedents that a message names at most."""

_DECISION = re.compile(r"[ ]*(?:- +)?decision: +[\"']?(?P<link>[^\s\"']+)")

PRECEDENT_RULES = frozenset({"unknown-precedent", "precedent-elsewhere"})
"""Rules that a change of the precedents alone can violate."""


def precedent_rules(source: Source, document: object, place: Place, precedents: Precedents) -> Iterator[Problem]:
    """Yield the problems of all precedents that an assessment cites."""
    for criterion, rating in PlacedValue(document, place).get("ratings").entries():
        for cited, spot in _texts(rating.get("precedents")):
            precedent = precedents.by_id.get(cited)
            listed = _listed(precedents, criterion)
            if precedent is None:
                meant = similar(cited, precedents.by_id)
                remedy = f"Did you mean `{meant[0]}`? {listed}" if meant else listed
                what = f"there is no precedent `{shorten(cited)}`"
                yield source.problem(spot.span, "unknown-precedent", what, remedy)
            elif not precedent.is_about(criterion):
                about = ", ".join(f"`{one}`" for one in precedent.criteria)
                what = f"the precedent `{cited}` is about {about}, not about `{shorten(criterion)}`"
                yield source.problem(spot.span, "precedent-elsewhere", what, f"Leave it out. {listed}")


def _texts(values: PlacedValue) -> Iterator[tuple[str, Place]]:
    """Yield the texts of a list with their places."""
    return ((value, place) for value, place in values.elements() if isinstance(value, str))


def _listed(precedents: Precedents, criterion: str) -> str:
    """Return a sentence that lists what ratings of a criterion may cite."""
    ids = [precedent.id for precedent in precedents.about(criterion)]
    listed = f"Precedents on `{shorten(criterion)}`: {first_of(ids, _MOST_LISTED)}"
    return f"{listed if ids else 'So far there is none on this criterion'}; {PRECEDENTS} says what they mean."


def base_model_rules(source: Source, document: object, place: Place, developers: Collection[str]) -> Iterator[Problem]:
    """Yield a warning for each base model whose developer has none of the folders `developers`."""
    for model, spot in _texts(PlacedValue(document, place).get("base_models")):
        developer = model.partition("/")[0]
        if is_model_id(model) and developer not in developers:
            meant = similar(developer, developers)
            what = f"the developer `{developer}` of this base model has no folder under {ASSESSMENTS}/"
            remedy = (
                "Check how the folder is called, or add it with its developer.yaml: without it nobody can say who has a "
                "conflict of interest through the base model."
            )
            remedy = f"Did you mean `{meant[0]}`? {remedy}" if meant else remedy
            yield source.problem(spot.span, "unknown-base-developer", what, remedy, Severity.WARNING)


def repeated_precedents(source: Source, document: object, place: Place) -> Iterator[Problem]:
    """Yield a problem for each precedent with the id of an earlier one."""
    first: dict[str, int] = {}
    for precedent in PlacedValue(document, place).get("precedents").elements():
        own, spot = precedent.get("id")
        if not isinstance(own, str):
            continue
        if own in first:
            what = f"the precedent on line {first[own]} has this id already"
            remedy = "Give it another id; what was decided anew changes the precedent that is there."
            yield source.problem(spot.span, "repeated-precedent", what, remedy)
        first.setdefault(own, spot.start.line + 1)


def missing_document_rules(source: Source, missing: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each line of the precedents that names one of these missing documents as its decision."""
    for number, line in enumerate(source.text.splitlines()):
        found = _DECISION.match(line)
        if found and found["link"] in missing:
            what = f"there is no document `{shorten(found['link'].partition('#')[0])}` in this repository"
            remedy = (
                "Write the path that it has now, or the address of the pull request or issue in which it was decided."
            )
            span = Span(number, found.start("link"), len(found["link"]))
            yield source.problem(span, "no-document", what, remedy)
