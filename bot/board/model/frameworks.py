"""Frameworks of others (`schema/frameworks.yaml`), what they require of an open model, and whether a model meets it.

Requirements are met, not met or not known, by the ratings, the artifacts and the license of a model.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pydantic import AfterValidator, Field

from bot.board.model.crosswalk import CriterionId
from bot.board.model.fields import Line, Present, StrictModel, Text, refuse
from bot.board.model.licenses import OpenList
from bot.board.model.links import EvidenceUrl
from bot.board.model.rating import Availability
from bot.board.model.rubric import Level
from bot.text.catalogue import _
from bot.text.shaping import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic import ValidationInfo

    from bot.board.model.assessment import Entry
    from bot.board.model.licenses import Licenses


class FrameworkVerdict(StrEnum):
    """Verdict on a requirement of a framework by an assessment."""

    MET = "met"
    NOT_MET = "not met"
    NOT_KNOWN = "not known"


Levels = dict[CriterionId, Annotated[tuple[Annotated[Level, Field(strict=False)], ...], Field(strict=False)]]
"""Levels by the id of their criterion."""
_Lists = Annotated[tuple[Annotated[OpenList, Field(strict=False)], ...], Field(strict=False)]


class WantedArtifact(StrictModel):
    """Requirement on an artifact."""

    available: Annotated[
        tuple[Annotated[Availability, Field(strict=False)], ...], Field(strict=False, min_length=1)
    ] = (Availability.YES,)
    """Met by one of these."""
    listed_by: _Lists = ()
    """Its license has to be on one of these lists; where there are none, any will do."""


class WantedLicense(StrictModel):
    """Requirement on the model's license: that there is one."""

    listed_by: _Lists = ()
    """It has to be on one of these lists; where there are none, any will do."""


def _known_artifact(artifact: str, info: ValidationInfo) -> str:
    artifacts = (info.context or {}).get("artifacts")
    if artifacts is not None and artifact not in artifacts:
        what = _("the rubric has no artifact `%(artifact)s`", artifact=shorten(artifact))
        known = _("Write one of: %(words)s.", words=", ".join(artifacts))
        refuse("unknown-artifact", what, known if artifacts else _("Add it to the rubric, or delete the condition."))
    return artifact


ArtifactId = Annotated[Line, AfterValidator(_known_artifact)]


class Conditions(StrictModel):
    """Conditions that all have to be met."""

    met: Levels = Field(default_factory=dict)
    """Met if each of these criteria has one of these levels; empty where the ratings never show it."""
    unmet: Levels = Field(default_factory=dict)
    """Not met if any of these criteria has one of these levels."""
    artifacts: dict[ArtifactId, WantedArtifact] = Field(default_factory=dict)
    """Requirements on artifacts, by their id."""
    license: Annotated[WantedLicense | None, Present] = None
    """Requirement on the model's license; None where there is none."""


class AskedPart(Conditions):
    """One requirement of a framework."""

    what: Text
    alternatives: Annotated[tuple[Conditions, ...], Field(strict=False)] = ()
    """One of these has to be met, besides the part's own conditions."""
    beyond: Annotated[Text | None, Present] = None
    """A further requirement, which the conditions don't cover."""


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

    def counted(self, count: CountedModels, model: ModelFacts, licenses: Licenses) -> bool:
        """Return whether a model is counted."""
        if any(model.levels[criterion] not in those for criterion, those in count.levels.items()):
            return False
        asked = [one for one in self.frameworks if one.id == count.framework]
        return all(evaluate_framework(one, model, licenses).classes[-1][1] is FrameworkVerdict.MET for one in asked)


NO_FRAMEWORKS = Frameworks(frameworks=())
"""The value for a checkout without `schema/frameworks.yaml`."""


class ModelFacts(NamedTuple):
    """The facts of a model on which frameworks decide."""

    levels: Mapping[str, Level]
    """By the id of their criterion."""
    artifacts: Mapping[str, tuple[Availability, str | None]]
    """The availability of each and its license, by its id. Those that nobody looked for are missing."""
    license: str | None


def facts_of(entry: Entry, criteria: Sequence[str]) -> ModelFacts:
    """Return the facts of a model on which frameworks decide. `criteria` are the ids of the rubric's criteria."""
    levels = dict(zip(criteria, entry.levels, strict=True))
    return ModelFacts(levels, {key: (available, own) for key, available, own in entry.artifacts}, entry.license)


class AskedKind(StrEnum):
    """Kind of fact on which a requirement depends."""

    CRITERION = "criterion"
    ARTIFACT = "artifact"
    LICENSE = "license"


class Asked(NamedTuple):
    """Criterion, artifact or license of the model on which a requirement depends."""

    kind: AskedKind
    id: str = ""
    """Of the criterion or the artifact."""


class PartResult(NamedTuple):
    """Verdict on one requirement."""

    part: AskedPart
    verdict: FrameworkVerdict
    missing: tuple[Asked, ...]
    """What shows that it is not met."""
    unknown: tuple[Asked, ...]
    """What would have to be known, where it is not known whether it is met."""


class FrameworkResult(NamedTuple):
    """Result of evaluating one model by a framework."""

    framework: Framework
    classes: tuple[tuple[FrameworkClass, FrameworkVerdict, tuple[PartResult, ...]], ...]
    """Each class with its verdict, which includes the classes before it, and the results of its own parts."""

    @property
    def highest(self) -> FrameworkClass | None:
        """Return the most demanding class that is met; None where none is."""
        return next((each for each, verdict, _ in reversed(self.classes) if verdict is FrameworkVerdict.MET), None)


def evaluate_framework(framework: Framework, model: ModelFacts, licenses: Licenses) -> FrameworkResult:
    """Evaluate a framework for a model."""
    classes = []
    so_far: list[FrameworkVerdict] = []
    for each in framework.classes:
        found = tuple(_evaluate_part(part, model, licenses) for part in each.parts)
        so_far += [one.verdict for one in found]
        classes.append((each, _together(so_far), found))
    return FrameworkResult(framework, tuple(classes))


def _evaluate_part(part: AskedPart, model: ModelFacts, licenses: Licenses) -> PartResult:
    found = list(_verdicts(part, model, licenses))
    verdicts = [verdict for _, verdict in found]
    if part.alternatives:
        each = [list(_verdicts(one, model, licenses)) for one in part.alternatives]
        outcomes = [_together([verdict for _, verdict in own]) if own else FrameworkVerdict.NOT_KNOWN for own in each]
        verdicts.append(next(one for one in _BEST_FIRST if one in outcomes))
        # Only the alternatives that decide say what is missing or not known.
        found += [one for own, outcome in zip(each, outcomes, strict=True) for one in own if outcome is verdicts[-1]]
    verdict = _together(verdicts) if verdicts else FrameworkVerdict.NOT_KNOWN
    of = {one: tuple(asked for asked, own in found if own is one) for one in FrameworkVerdict}
    is_open = verdict is FrameworkVerdict.NOT_KNOWN
    missing = of[FrameworkVerdict.NOT_MET] if verdict is FrameworkVerdict.NOT_MET else ()
    return PartResult(part, verdict, missing, of[FrameworkVerdict.NOT_KNOWN] if is_open else ())


_BEST_FIRST = (FrameworkVerdict.MET, FrameworkVerdict.NOT_KNOWN, FrameworkVerdict.NOT_MET)


def _verdicts(asked: Conditions, model: ModelFacts, licenses: Licenses) -> Iterator[tuple[Asked, FrameworkVerdict]]:
    """Yield what each condition depends on, with its verdict."""
    for criterion in dict.fromkeys((*asked.met, *asked.unmet)):
        level = model.levels[criterion]
        if level in asked.unmet.get(criterion, ()):
            yield Asked(AskedKind.CRITERION, criterion), FrameworkVerdict.NOT_MET
        elif criterion in asked.met:
            is_met = level in asked.met[criterion]
            yield (
                Asked(AskedKind.CRITERION, criterion),
                FrameworkVerdict.MET if is_met else FrameworkVerdict.NOT_KNOWN,
            )
    for key, wanted in asked.artifacts.items():
        yield Asked(AskedKind.ARTIFACT, key), _of_artifact(wanted, model.artifacts.get(key), licenses)
    if asked.license is not None:
        verdict = FrameworkVerdict.NOT_MET
        if model.license is not None:
            verdict = _of_license(model.license, asked.license.listed_by, licenses)
        yield Asked(AskedKind.LICENSE), verdict


def _of_artifact(
    wanted: WantedArtifact, own: tuple[Availability, str | None] | None, licenses: Licenses
) -> FrameworkVerdict:
    if own is None:
        return FrameworkVerdict.NOT_KNOWN
    available, expression = own
    if available not in wanted.available:
        return FrameworkVerdict.NOT_MET
    return _of_license(expression, wanted.listed_by, licenses)


def _of_license(expression: str | None, lists: Sequence[OpenList], licenses: Licenses) -> FrameworkVerdict:
    if not lists:
        return FrameworkVerdict.MET
    terms = licenses.terms(expression) if expression is not None else None
    if terms is None:
        return FrameworkVerdict.NOT_KNOWN
    return FrameworkVerdict.MET if terms.is_listed_by(lists) else FrameworkVerdict.NOT_MET


def _together(verdicts: Sequence[FrameworkVerdict]) -> FrameworkVerdict:
    return next((one for one in reversed(_BEST_FIRST) if one in verdicts), FrameworkVerdict.NOT_KNOWN)
