"""Frameworks of others (`schema/frameworks.yaml`), what they require of an open model, and whether a model meets it.

Many of their requirements match no criterion of the rubric; whether a model meets those cannot be told.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pydantic import AfterValidator, Field

from bot.board.model.crosswalk import CriterionId
from bot.board.model.fields import Line, Present, StrictModel, Text, refuse
from bot.board.model.links import EvidenceUrl
from bot.board.model.rubric import Level
from bot.text.catalogue import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import ValidationInfo


class FrameworkVerdict(StrEnum):
    """Whether a requirement of a framework is met, as far as the ratings tell."""

    MET = "met"
    NOT_MET = "not met"
    CANNOT_TELL = "can't tell"


Levels = dict[CriterionId, Annotated[tuple[Annotated[Level, Field(strict=False)], ...], Field(strict=False)]]
"""Levels by the id of their criterion."""


class AskedPart(StrictModel):
    """One requirement of a framework."""

    what: Text
    met: Levels = Field(default_factory=dict)
    """Met if each of these criteria has one of these levels; empty where the ratings never show it."""
    unmet: Levels = Field(default_factory=dict)
    """Not met if any of these criteria has one of these levels."""
    beyond: Annotated[Text | None, Present] = None
    """What the framework requires beyond the criteria in `met`."""


class FrameworkClass(StrictModel):
    """A class of a framework, such as Class III of the Model Openness Framework."""

    title: Line
    parts: Annotated[tuple[AskedPart, ...], Field(strict=False, min_length=1)]
    """The requirements beyond those of the classes before it."""


class Framework(StrictModel):
    """A framework of one or more classes, each of which includes the requirements of those before it."""

    id: Line
    title: Line
    source: EvidenceUrl
    classes: Annotated[tuple[FrameworkClass, ...], Field(strict=False, min_length=1)]


class CountedModels(StrictModel):
    """A condition by which models are counted."""

    levels: Levels = Field(default_factory=dict)
    """Counted if each of these criteria has one of these levels."""
    framework: Annotated[Line | None, Present] = None
    """The id of a framework; counted if all its classes are met, as far as the ratings tell."""


FINDING_VALUE = re.compile(r"\{([a-z0-9_]+)(\.names)?\}")
"""In the sentence of a finding: `{models}`, `{count}` or `{count.names}`."""


def _known_counts(sentence: str, info: ValidationInfo) -> str:
    counts = info.data.get("counts", {})
    # Without them in the data something is wrong with them.
    for name, names in FINDING_VALUE.findall(sentence) if "counts" in info.data else ():
        if name not in counts and (name, names) != ("models", ""):
            known = ", ".join(["models", *counts])
            what, remedy = _("`counts` has no `%(name)s`", name=name), _("Write one of: %(words)s.", words=known)
            refuse("unknown-count", what, remedy)
    return sentence


class Finding(StrictModel):
    """What the leaderboard shows, in a sentence with numbers that are computed."""

    counts: dict[Line, CountedModels]
    sentence: Annotated[Text, AfterValidator(_known_counts)]
    """In it, `{models}` is the number of all models, `{count}` of those that a count counts, `{count.names}` their names."""


def _known_frameworks(finding: Finding | None, info: ValidationInfo) -> Finding | None:
    known = [one.id for one in info.data.get("frameworks", ())]
    for count in finding.counts.values() if finding and "frameworks" in info.data else ():
        if count.framework not in (None, *known):
            what = _("there is no framework `%(name)s`", name=count.framework)
            refuse("unknown-framework", what, _("Write one of: %(words)s.", words=", ".join(known)))
    return finding


class Frameworks(StrictModel):
    """All frameworks, in the order in which they are shown, and what the README says first."""

    frameworks: Annotated[tuple[Framework, ...], Field(strict=False)]
    finding: Annotated[Finding | None, Present, AfterValidator(_known_frameworks)] = None

    def counted(self, count: CountedModels, levels: Mapping[str, Level]) -> bool:
        """Return whether a model with these levels, by the id of their criterion, is counted."""
        if any(levels[criterion] not in those for criterion, those in count.levels.items()):
            return False
        asked = [one for one in self.frameworks if one.id == count.framework]
        return all(evaluate_framework(one, levels).classes[-1][1] is FrameworkVerdict.MET for one in asked)


NO_FRAMEWORKS = Frameworks(frameworks=())
"""The value for a checkout without `schema/frameworks.yaml`."""


class PartResult(NamedTuple):
    """Verdict on one requirement."""

    part: AskedPart
    verdict: FrameworkVerdict
    criteria: tuple[str, ...]
    """The ids of the criteria whose ratings show that it is not met."""


class FrameworkResult(NamedTuple):
    """Result of evaluating one model by a framework."""

    framework: Framework
    classes: tuple[tuple[FrameworkClass, FrameworkVerdict, tuple[PartResult, ...]], ...]
    """Each class with its verdict, which includes the classes before it, and the results of its own parts."""


def evaluate_framework(framework: Framework, levels: Mapping[str, Level]) -> FrameworkResult:
    """Evaluate a framework for a model with these levels, by the id of their criterion."""
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
