"""What frameworks of others ask of an open model, as `schema/frameworks.yaml` states it, and how far a model gets there.

Their questions are not ours: of much that they ask no criterion of ours says anything, and then nobody can tell.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from bot.board.model.crosswalk import CriterionId
from bot.board.model.fields import Line, Present, Text
from bot.board.model.links import EvidenceUrl
from bot.board.model.rubric import Level

if TYPE_CHECKING:
    from collections.abc import Mapping


class FrameworkVerdict(StrEnum):
    """Whether something that a framework asks for is there, as far as our ratings tell."""

    MET = "met"
    NOT_MET = "not met"
    CANNOT_TELL = "can't tell"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Levels = dict[CriterionId, Annotated[tuple[Annotated[Level, Field(strict=False)], ...], Field(strict=False)]]
"""Levels by the id of their criterion."""


class AskedPart(_Part):
    """One thing that a framework asks for."""

    what: Text
    met: Levels = {}
    """It is there if each of these criteria has one of these levels; empty where that never follows."""
    unmet: Levels = {}
    """It isn't there if any of these criteria has one of these levels."""
    beyond: Annotated[Text | None, Present] = None
    """What it asks for and the criteria don't, though they say that it is met."""


class FrameworkClass(_Part):
    """A class of a framework, such as Class III of the Model Openness Framework."""

    title: Line
    parts: Annotated[tuple[AskedPart, ...], Field(strict=False, min_length=1)]
    """What it asks for beyond the classes before it."""


class Framework(_Part):
    """A framework: one class, or several of which each asks for all that those before it do."""

    id: Line
    title: Line
    source: EvidenceUrl
    classes: Annotated[tuple[FrameworkClass, ...], Field(strict=False, min_length=1)]


class Frameworks(_Part):
    """All of them, in the order in which they are shown."""

    frameworks: Annotated[tuple[Framework, ...], Field(strict=False)]


NO_FRAMEWORKS = Frameworks(frameworks=())
"""Where a checkout names none."""


class PartResult(NamedTuple):
    """What our ratings say of one part."""

    part: AskedPart
    verdict: FrameworkVerdict
    criteria: tuple[str, ...]
    """The criteria whose ratings say that it isn't met, by id."""


class FrameworkResult(NamedTuple):
    """How far a model gets in a framework."""

    framework: Framework
    classes: tuple[tuple[FrameworkClass, FrameworkVerdict, tuple[PartResult, ...]], ...]
    """Each class with what is found of its own parts; its verdict also counts the classes before it."""


def evaluate_framework(framework: Framework, levels: Mapping[str, Level]) -> FrameworkResult:
    """How far a model with these levels, by the id of their criterion, gets in a framework."""
    classes = []
    so_far: list[FrameworkVerdict] = []
    for each in framework.classes:
        found = tuple(_find(part, levels) for part in each.parts)
        so_far += [one.verdict for one in found]
        classes.append((each, _together(so_far), found))
    return FrameworkResult(framework, tuple(classes))


def _find(part: AskedPart, levels: Mapping[str, Level]) -> PartResult:
    against = tuple(criterion for criterion, those in part.unmet.items() if levels[criterion] in those)
    if against:
        return PartResult(part, FrameworkVerdict.NOT_MET, against)
    is_met = bool(part.met) and all(levels[criterion] in those for criterion, those in part.met.items())
    return PartResult(part, FrameworkVerdict.MET if is_met else FrameworkVerdict.CANNOT_TELL, ())


def _together(verdicts: list[FrameworkVerdict]) -> FrameworkVerdict:
    if FrameworkVerdict.NOT_MET in verdicts:
        return FrameworkVerdict.NOT_MET
    return FrameworkVerdict.CANNOT_TELL if FrameworkVerdict.CANNOT_TELL in verdicts else FrameworkVerdict.MET
