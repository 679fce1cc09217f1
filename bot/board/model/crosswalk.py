"""Crosswalks as `schema/crosswalks/` states them: how what another index says of a model corresponds to our criteria.

Apart from the rubric because they are about other people's questions, which are never quite ours: what comes through a
crosswalk is a candidate or a suggestion, never a rating.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.board.model.assessment import Modality
from bot.board.model.fields import Line, Text, no_repeats, refuse
from bot.board.model.links import EvidenceUrl
from bot.board.model.rubric import Level

if TYPE_CHECKING:
    from pydantic import ValidationInfo


class Index(StrEnum):
    """The indexes that can be read, by the names of their crosswalks."""

    OSAI = "osai"
    MOT = "mot"


def _known(criterion: str, info: ValidationInfo) -> str:
    criteria = (info.context or {}).get("criteria")
    if criteria is not None and criterion not in criteria:
        refuse("unknown-criterion", f"the rubric has no criterion `{criterion}`", f"Known: {', '.join(criteria)}.")
    return criterion


CriterionId = Annotated[Line, AfterValidator(_known)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Correspondence(_Part):
    """What one part of another index is to us."""

    level: CriterionId | None = None
    """The criterion that asks nearly the same, so that their class suggests a level of it."""
    links: Annotated[tuple[CriterionId, ...], Field(strict=False), AfterValidator(no_repeats)] = ()
    """The criteria for which their links may be evidence."""
    reason: Text
    """How near the two questions are."""


class Crosswalk(_Part):
    """One other index."""

    title: Line
    source: EvidenceUrl
    terms: Text
    """Under which terms it may be reused, and how it wants to be named."""
    classes: dict[str, Annotated[Level, Field(strict=False)]]
    """Its words for how open something is, with the level that each suggests."""
    modalities: dict[str, Annotated[Modality, Field(strict=False)]]
    """Its words for kinds of models."""
    parts: dict[str, Correspondence]
    """By its own names, all of its parts, those without a criterion of ours too."""

    @cached_property
    def levels(self) -> dict[str, Level]:
        """The levels by their words in small letters."""
        return {word.casefold(): level for word, level in self.classes.items()}
