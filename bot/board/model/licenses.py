"""Licenses (`schema/licenses.yaml`): what each restricts, stated once and not once per model.

What follows from that, such as whether commercial use is permitted, is computed here.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pydantic import AfterValidator, ConfigDict, Field

from bot.board.model.crosswalk import CriterionId
from bot.board.model.fields import License, Line, Present, StrictModel, Text, no_repeats, refuse
from bot.board.model.links import EvidenceUrl
from bot.board.model.rating import Evidence
from bot.board.model.rubric import Level
from bot.text.catalogue import _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pydantic import ValidationInfo

MODELINE = "# yaml-language-server: $schema=licenses.schema.json"


class Restriction(StrEnum):
    """A kind of restriction. Conditions of common open licenses, such as attribution or the same license, are none."""

    USE = "use"
    MODIFICATION = "modification"
    REDISTRIBUTION = "redistribution"
    COMMERCIAL_USE = "commercial-use"


class Purpose(StrEnum):
    """The only purpose for which a license permits anything."""

    NON_COMMERCIAL = "non-commercial"
    RESEARCH = "research"


class OpenList(StrEnum):
    """A list of open licenses."""

    OSI = "osi"
    """Approved by the Open Source Initiative."""
    OPEN_DEFINITION = "open-definition"
    """Conformant with the Open Definition, for content and data."""


class CommercialUse(StrEnum):
    """Permission of commercial use."""

    YES = "yes"
    LIMITED = "limited"
    NO = "no"


# What a license for one purpose restricts at least: the ruling `research-only`.
_RESTRICTED_BY = {
    Purpose.NON_COMMERCIAL: (Restriction.COMMERCIAL_USE,),
    Purpose.RESEARCH: (Restriction.USE, Restriction.MODIFICATION, Restriction.COMMERCIAL_USE),
}


def _of_purpose(restricts: tuple[Restriction, ...], info: ValidationInfo) -> tuple[Restriction, ...]:
    purpose = info.data.get("only_for")
    missing = [each for each in _RESTRICTED_BY.get(purpose, ()) if each not in restricts] if purpose else []
    if missing:
        what = _("a license for `%(purpose)s` purposes only restricts `%(kind)s` too", purpose=purpose, kind=missing[0])
        refuse("restriction-missing", what, _("Add `%(kind)s` to `restricts`.", kind=missing[0]))
    return restricts


def _shown(evidence: tuple[Evidence, ...], info: ValidationInfo) -> tuple[Evidence, ...]:
    if info.data.get("restricts") and not evidence:
        what = _("the restrictions of a license have no evidence")
        refuse("evidence-missing", what, _("Add `evidence:` with a `url` and the `fact` that the page states."))
    return evidence


class LicenseEntry(StrictModel):
    """One license: its name and text, and the kinds of its restrictions."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"restricts": {"minItems": 1}}, "required": ["restricts"]},
            "then": {"properties": {"evidence": {"minItems": 1}}, "required": ["evidence"]},
        }
    )

    id: Annotated[License, Field(description="An id of SPDX, or LicenseRef-Name, as in `license:` of assessments.")]
    name: Annotated[Line, Field(description="The name of the license.")]
    url: Annotated[EvidenceUrl, Field(description="Where its text can be read.")]
    only_for: Annotated[
        Annotated[Purpose, Field(strict=False)] | None,
        Present,
        Field(description="The only purpose that it permits. Leave it out if it permits any."),
    ] = None
    restricts: Annotated[
        tuple[Annotated[Restriction, Field(strict=False)], ...],
        Field(
            strict=False,
            description="The kinds of its restrictions, each once; [] if it restricts nothing.",
            json_schema_extra={"uniqueItems": True},
        ),
        AfterValidator(no_repeats),
        AfterValidator(_of_purpose),
    ]
    listed_by: Annotated[
        tuple[Annotated[OpenList, Field(strict=False)], ...],
        Field(
            strict=False,
            description="The lists of open licenses that have it: osi, open-definition.",
            json_schema_extra={"uniqueItems": True},
        ),
        AfterValidator(no_repeats),
    ] = ()
    evidence: Annotated[
        tuple[Evidence, ...],
        Field(strict=False, validate_default=True, description="Where the restrictions are stated."),
        AfterValidator(_shown),
    ] = ()
    note: Annotated[Text | None, Present, Field(description="For the reader.")] = None


class LicenseTerms(NamedTuple):
    """Terms of one license, or of several in an SPDX expression."""

    choices: tuple[tuple[LicenseEntry, ...], ...]
    """The choices that a user of the model has; all licenses of a choice apply together."""

    @property
    def restricts(self) -> tuple[Restriction, ...]:
        """Return the kinds of restrictions of the choice with the fewest, in the order of `Restriction`."""
        return min(map(_kinds, self.choices), key=lambda kinds: (len(kinds), Restriction.COMMERCIAL_USE in kinds))

    @property
    def commercial_use(self) -> CommercialUse:
        """Return whether a choice permits commercial use: not for one purpose only, otherwise with or without limits."""
        return min(map(_commercial_use, self.choices), key=[*CommercialUse].index)

    def is_listed_by(self, lists: Collection[OpenList]) -> bool:
        """Return whether there is a choice of which each license is on one of `lists`."""
        return any(all(set(one.listed_by).intersection(lists) for one in choice) for choice in self.choices)


def _kinds(choice: Iterable[LicenseEntry]) -> tuple[Restriction, ...]:
    return tuple(kind for kind in Restriction if any(kind in one.restricts for one in choice))


def _commercial_use(choice: Collection[LicenseEntry]) -> CommercialUse:
    if any(one.only_for is not None for one in choice):
        return CommercialUse.NO
    return CommercialUse.LIMITED if Restriction.COMMERCIAL_USE in _kinds(choice) else CommercialUse.YES


def _distinct(licenses: tuple[LicenseEntry, ...]) -> tuple[LicenseEntry, ...]:
    ids = [each.id for each in licenses]
    if repeated := next((each for each in ids if ids.count(each) > 1), None):
        refuse("repeated", _("the license `%(id)s` is listed twice", id=repeated), _("Keep one of the two."))
    return licenses


class Licenses(StrictModel):
    """All licenses, and the levels that follow from the number of their restrictions."""

    criterion: Annotated[
        CriterionId | None,
        Present,
        Field(description="The id of the criterion that counts restrictions. Leave it out if the rubric has none."),
    ] = None
    most_restrictions: Annotated[
        dict[Annotated[Level, Field(strict=False)], Annotated[int, Field(ge=0)]],
        Field(description="How many kinds of restrictions each level has at most; more are closed."),
    ] = Field(default_factory=dict)
    licenses: Annotated[tuple[LicenseEntry, ...], Field(strict=False), AfterValidator(_distinct)]

    @cached_property
    def by_id(self) -> dict[str, LicenseEntry]:
        """Return each license by its id."""
        return {each.id: each for each in self.licenses}

    def unknown(self, expression: str) -> tuple[str, ...]:
        """Return the ids in an SPDX expression that are not listed."""
        return tuple(dict.fromkeys(each for each in license_ids(expression) if each not in self.by_id))

    def terms(self, expression: str) -> LicenseTerms | None:
        """Return what an SPDX expression permits; None where any of its licenses is not listed."""
        if self.unknown(expression):
            return None
        choices = _alternatives(list(_WORD.findall(expression)))
        return LicenseTerms(tuple(tuple(self.by_id[each] for each in choice) for choice in choices))

    def level(self, terms: LicenseTerms) -> Level:
        """Return the level that follows from the number of restrictions."""
        number = len(terms.restricts)
        by_limit = sorted(self.most_restrictions.items(), key=lambda each: each[1])
        return next((level for level, most in by_limit if number <= most), Level.CLOSED)


NO_LICENSES = Licenses(licenses=())
"""The value for a checkout without `schema/licenses.yaml`."""


# ---- SPDX expressions ------------------------------------------------------------------------------------------------

_WORD = re.compile(r"[()]|[^\s()]+")
_OPERATORS = frozenset({"AND", "OR", "WITH", "(", ")"})


def license_ids(expression: str) -> Iterator[str]:
    """Yield the ids of the licenses in an SPDX expression. An exception, which only permits more, is none."""
    words = _WORD.findall(expression)
    for before, word in zip(("", *words), words, strict=False):
        if word not in _OPERATORS and before != "WITH":
            yield word.removesuffix("+")


_Choices = dict[tuple[str, ...], None]
"""The ids of the licenses of each choice, in alphabetical order. Each choice is there once."""


def _alternatives(words: list[str]) -> _Choices:
    """Return the choices of a valid expression and remove its words: AND binds closer than OR."""
    choices = _together(words)
    while words and words[0] == "OR":
        del words[0]
        choices |= _together(words)
    return choices


def _together(words: list[str]) -> _Choices:
    choices = _one(words)
    while words and words[0] == "AND":
        del words[0]
        others = _one(words)
        choices = {tuple(sorted({*own, *other})): None for own in choices for other in others}
    return choices


def _one(words: list[str]) -> _Choices:
    word = words.pop(0)
    if word == "(":
        choices = _alternatives(words)
        del words[0]
        return choices
    if words[:1] == ["WITH"]:
        del words[:2]
    return {(word.removesuffix("+"),): None}
