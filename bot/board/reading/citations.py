"""Rules about references between files: precedents, licenses, developers of base models and of declared people.

Like those in `bot.board.reading.rules` they also apply where other parts of the file are broken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.board.model.assessment import ARTIFACTS
from bot.board.model.fields import is_license, is_model_id
from bot.board.model.layout import LICENSES, PRECEDENTS
from bot.board.model.problem import Severity
from bot.board.model.rubric import Level
from bot.board.reading.source import Span
from bot.board.reading.spelling import did_you_mean, similar
from bot.board.reading.strict_yaml import PlacedValue
from bot.text.catalogue import JoinedText, Message, _, code, listed
from bot.text.shaping import shorten

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bot.board.model.licenses import Licenses
    from bot.board.model.precedents import Precedents
    from bot.board.model.problem import Problem
    from bot.board.reading.source import Source
    from bot.board.reading.strict_yaml import Place

_MOST_LISTED = 20
"""Precedents that a message names at most."""
_MOST_DEVELOPERS = 30
"""Developers that a message names at most."""

_DECISION = re.compile(r"[ ]*(?:- +)?decision: +[\"']?(?P<link>[^\s\"']+)")

PRECEDENT_RULES = frozenset({"unknown-precedent", "precedent-elsewhere"})
"""Rules that a change of the precedents alone can violate."""


def precedent_rules(source: Source, document: object, place: Place, precedents: Precedents) -> Iterator[Problem]:
    """Yield the problems of all precedents that an assessment cites."""
    for criterion, rating in PlacedValue(document, place).get("ratings").entries():
        for cited, spot in _texts(rating.get("precedents")):
            precedent = precedents.by_id.get(cited)
            if precedent is None:
                meant = similar(cited, precedents.by_id)
                remedy = JoinedText(" ", [*map(did_you_mean, meant), _listed(precedents, criterion)])
                what = _("there is no precedent `%(id)s`", id=shorten(cited))
                yield source.problem(spot.span, "unknown-precedent", what, remedy)
            elif not precedent.is_about(criterion):
                what = _(
                    "the precedent `%(id)s` is about %(criteria)s, not about `%(criterion)s`",
                    id=cited,
                    criteria=JoinedText(", ", map(code, precedent.criteria)),
                    criterion=shorten(criterion),
                )
                remedy = JoinedText(" ", [_("Delete it."), _listed(precedents, criterion)])
                yield source.problem(spot.span, "precedent-elsewhere", what, remedy)


def _texts(values: PlacedValue) -> Iterator[tuple[str, Place]]:
    return ((value, place) for value, place in values.elements() if isinstance(value, str))


def _listed(precedents: Precedents, criterion: str) -> Message:
    ids = [code(precedent.id) for precedent in precedents.about(criterion)]
    if not ids:
        return _("There are no precedents about this criterion yet.")
    return _(
        "The precedents about `%(criterion)s` are: %(ids)s. `%(file)s` says what they mean.",
        criterion=shorten(criterion),
        ids=listed(ids, _MOST_LISTED),
        file=PRECEDENTS,
    )


def license_rules(source: Source, document: object, place: Place, licenses: Licenses) -> Iterator[Problem]:
    """Yield a warning for each license that is not listed, and where the rating contradicts the restrictions of the license."""
    whole = PlacedValue(document, place)
    named = [whole.get("license"), *(artifact.get("license") for _key, artifact in whole.get(ARTIFACTS).entries())]
    for value, spot in named:
        if not isinstance(value, str) or not is_license(value):
            continue
        for unknown in licenses.unknown(value):
            what = _("`%(file)s` does not say what the license `%(id)s` restricts", file=LICENSES, id=shorten(unknown))
            meant = map(did_you_mean, similar(unknown, licenses.by_id))
            remedy = JoinedText(
                " ", [*meant, _("Add it there, so that it is known whether commercial use is permitted.")]
            )
            yield source.problem(spot.span, "unknown-license", what, remedy, Severity.WARNING)
    if licenses.criterion is None or not licenses.most_restrictions:
        return
    value, level = named[0].value, whole.get("ratings").get(licenses.criterion).get("level")
    terms = licenses.terms(value) if isinstance(value, str) and is_license(value) else None
    if terms is not None and level.value in [*Level] and level.value != (expected := licenses.level(terms)):
        shown, kinds = shorten(str(value)), JoinedText(", ", map(code, terms.restricts))
        what = (
            _(
                "the license `%(id)s` restricts %(kinds)s, which is `%(expected)s`, but the rating is `%(level)s`",
                id=shown,
                kinds=kinds,
                expected=expected,
                level=level.value,
            )
            if terms.restricts
            else _(
                "the license `%(id)s` restricts nothing, which is `%(expected)s`, but the rating is `%(level)s`",
                id=shown,
                expected=expected,
                level=level.value,
            )
        )
        change = _(
            "Change the level, or say in its `note` which further terms apply. `%(file)s` counts the kinds.",
            file=LICENSES,
        )
        yield source.problem(level.place.span, "license-level", what, change, Severity.WARNING)


def base_model_rules(source: Source, document: object, place: Place, developers: Collection[str]) -> Iterator[Problem]:
    """Yield a warning for each base model whose developer has none of the folders `developers`."""
    for model, spot in _texts(PlacedValue(document, place).get("base_models")):
        developer = model.partition("/")[0]
        if is_model_id(model) and developer not in developers:
            what = _(
                "the developer `%(developer)s` of this base model has no folder under `assessments/`",
                developer=developer,
            )
            reason = _(
                "Check the name of the folder, or add the folder with its `developer.yaml`. Without it, conflicts of interest "
                "through the base model cannot be seen."
            )
            remedy = JoinedText(" ", [*map(did_you_mean, similar(developer, developers)), reason])
            yield source.problem(spot.span, "unknown-base-developer", what, remedy, Severity.WARNING)


def repeated_precedents(source: Source, document: object, place: Place) -> Iterator[Problem]:
    """Yield a problem for each precedent with the id of an earlier one."""
    first: dict[str, int] = {}
    for precedent in PlacedValue(document, place).get("precedents").elements():
        own, spot = precedent.get("id")
        if not isinstance(own, str):
            continue
        if own in first:
            what = _("the precedent on line %(line)s has the id `%(id)s` too", line=first[own], id=shorten(own))
            remedy = _("Write another id. If the same question was decided again, change the precedent that is there.")
            yield source.problem(spot.span, "repeated-precedent", what, remedy)
        first.setdefault(own, spot.start.line + 1)


def missing_document_rules(source: Source, missing: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each line of the precedents that names one of these missing documents as its decision."""
    for number, line in enumerate(source.text.splitlines()):
        found = _DECISION.match(line)
        if found and found["link"] in missing:
            path = shorten(found["link"].partition("#")[0])
            what = _("there is no document `%(path)s` in this repository", path=path)
            remedy = _("Write its present path, or the address of the pull request or issue in which it was decided.")
            span = Span(number, found.start("link"), len(found["link"]))
            yield source.problem(span, "no-document", what, remedy)


def affiliation_rules(source: Source, document: object, place: Place, developers: Collection[str]) -> Iterator[Problem]:
    """Yield the problems of all affiliations with a developer that has none of the folders `developers`."""
    for person in PlacedValue(document, place).get("people").elements():
        for affiliation in person.get("affiliations").elements():
            named = affiliation.get("developer")
            if not isinstance(named.value, str) or named.value in developers:
                continue
            what = _("there is no developer `%(developer)s`", developer=shorten(named.value))
            meant = similar(named.value, developers)
            remedy = did_you_mean(meant[0]) if meant else _folders(developers)
            yield source.problem(named.place.span, "unknown-developer", what, remedy)


def _folders(developers: Collection[str]) -> Message:
    if not developers:
        return _("There is no folder under `assessments/` yet. Add the developer first.")
    words = listed([code(each) for each in sorted(developers)], _MOST_DEVELOPERS)
    return _("Write the name of a folder under `assessments/`: %(words)s.", words=words)
