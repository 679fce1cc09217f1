"""Crosswalks (`schema/crosswalks/`): how the parts of another index correspond to the criteria of the rubric.

The questions of another index are never quite those of the rubric, so a crosswalk only gives candidates and
suggestions, never ratings.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from bot.board.model.assessment import Modality
from bot.board.model.fields import Line, StrictModel, Text, no_repeats, refuse
from bot.board.model.links import EvidenceUrl
from bot.board.model.rubric import Level
from bot.text.catalogue import _
from bot.text.sameness import name_key
from bot.text.shaping import shorten

if TYPE_CHECKING:
    from pydantic import ValidationInfo


class Index(StrEnum):
    """An index that can be read; the value is the name of its crosswalk."""

    OSAI = "osai"
    MOT = "mot"


def _known(criterion: str, info: ValidationInfo) -> str:
    criteria = (info.context or {}).get("criteria")
    if criteria is not None and criterion not in criteria:
        what = _("the rubric has no criterion `%(criterion)s`", criterion=shorten(criterion))
        refuse("unknown-criterion", what, _("Write one of: %(words)s.", words=", ".join(criteria)))
    return criterion


CriterionId = Annotated[Line, AfterValidator(_known)]


class Correspondence(StrictModel):
    """The criteria that one part of another index corresponds to."""

    level: CriterionId | None = None
    """The criterion with nearly the same question: their class suggests a level of it."""
    links: Annotated[tuple[CriterionId, ...], Field(strict=False), AfterValidator(no_repeats)] = ()
    """The criteria for which their links may be evidence."""
    reason: Text
    """How the two questions differ."""


class Crosswalk(StrictModel):
    """One other index."""

    title: Line
    source: EvidenceUrl
    terms: Text
    """The terms of reuse, with the attribution that they ask for."""
    classes: dict[str, Annotated[Level, Field(strict=False)]]
    """The index's classes of openness, with the level that each suggests."""
    modalities: dict[str, Annotated[Modality, Field(strict=False)]]
    """The index's kinds of models, with the modality that each means."""
    parts: dict[str, Correspondence]
    """By its own names, all of its parts, those without a criterion of ours too."""

    @cached_property
    def levels(self) -> dict[str, Level]:
        """Return the suggested levels by the key of the index's class."""
        return {name_key(word): level for word, level in self.classes.items()}
