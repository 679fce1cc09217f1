"""Classes of change that a pull request belongs to, by the effect of its merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.assessment import Assessment, Parameters
from bot.board.model.crosswalk import Crosswalk
from bot.board.model.developer import Developer
from bot.board.model.frameworks import Frameworks
from bot.board.model.identity import is_same_name
from bot.board.model.layout import PARTLY_GENERATED, FilePurpose, purpose_of
from bot.board.model.licenses import Licenses
from bot.board.model.policy import ChangeClass, Policy
from bot.board.model.precedents import Precedents
from bot.board.model.rating import Artifact, Availability, Evidence, Rating
from bot.board.model.rubric import Level, Rubric
from bot.board.ranking.change import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pydantic import BaseModel

    from bot.board.ranking.change import ArtifactChange, DeveloperChange, EvidenceChange, ModelChange, RatingChange
    from bot.handlers.pull_request.facts import Contents

_OF_PARTS = {
    FilePurpose.RUBRIC: ChangeClass.RUBRIC,
    FilePurpose.GOVERNANCE: ChangeClass.GOVERNANCE,
    FilePurpose.OTHER: ChangeClass.CODE,
    # Any change of an assessment, such as of a comment in the file, unless it is of one of the other classes.
    FilePurpose.ASSESSMENT: ChangeClass.TYPO,
}

FIELD_CLASSES: Mapping[type[BaseModel], Mapping[str, ChangeClass]] = {
    Assessment: {
        "model": ChangeClass.EVIDENCE,  # another name altogether makes it another model, see `_of_model`
        "variant": ChangeClass.EVIDENCE,
        "parameters": ChangeClass.EVIDENCE,
        "released": ChangeClass.TYPO,
        "modality": ChangeClass.EVIDENCE,
        "huggingface": ChangeClass.EVIDENCE,
        "license": ChangeClass.EVIDENCE,
        "license_url": ChangeClass.EVIDENCE,
        "base_models": ChangeClass.EVIDENCE,
        "api_retired": ChangeClass.EVIDENCE,
        "artifacts": ChangeClass.EVIDENCE,  # but what can be had is raised or lowered, see `_of_artifact`
        "ratings": ChangeClass.TYPO,  # by what differs in each
    },
    Rating: {
        "level": ChangeClass.RAISED,  # or another, see `rating_class`
        "confidence": ChangeClass.EVIDENCE,  # the range of a model's ranks depends on it
        "doubt": ChangeClass.TYPO,
        "evidence": ChangeClass.EVIDENCE,
        "note": ChangeClass.TYPO,  # but the reason of a `not-applicable` is all that shows it
        "precedents": ChangeClass.EVIDENCE,
        "disputed": ChangeClass.EVIDENCE,  # but a mark may be set by anybody, see `bot.handlers.pull_request.marks`
    },
    Evidence: dict.fromkeys(("url", "where", "fact", "accessed", "quote", "archived"), ChangeClass.EVIDENCE),
    Artifact: dict.fromkeys(("available", "license", "evidence", "note"), ChangeClass.EVIDENCE),
    Parameters: dict.fromkeys(("total", "active"), ChangeClass.EVIDENCE),
    Developer: dict.fromkeys(("name", "country", "kind", "url"), ChangeClass.EVIDENCE),
}
"""The class of a change of each field, by what depends on it. A file of rules has one class, see `RULES_CLASSES`."""
RULES_CLASSES: Mapping[type[BaseModel], ChangeClass] = {
    Rubric: ChangeClass.RUBRIC,
    Precedents: ChangeClass.RUBRIC,
    Frameworks: ChangeClass.RUBRIC,
    Licenses: ChangeClass.RUBRIC,
    Crosswalk: ChangeClass.RUBRIC,
    Policy: ChangeClass.GOVERNANCE,
}
"""The class of any change of the files of rules, by their models; that of their paths is the same."""


def find_classes(contents: Contents, *, may_generate: bool = False) -> frozenset[ChangeClass]:
    """Return all classes of the pull request; none where only generated files change.

    `may_generate` is for the publishing run's own, which only changes the generated parts of README.md and GOVERNANCE.md.
    """
    changed = (file.path for file in contents.changed if not (may_generate and file.path in PARTLY_GENERATED))
    found = {_OF_PARTS[part] for part in set(map(purpose_of, changed)) & _OF_PARTS.keys()}
    for model in contents.models:
        found |= set(_of_model(model))
    found |= set(_of_developers(contents.change.developers if contents.change else ()))
    if found & OF_MODELS:
        found.discard(ChangeClass.TYPO)
    return frozenset(found)


OF_MODELS = frozenset(ChangeClass) - set(_OF_PARTS.values())
"""The classes that only a change of an assessment can have."""


def changed_developers(contents: Contents, those: Collection[ChangeClass]) -> frozenset[str]:
    """Return the developers of the models whose changes have one of these classes."""
    found = ((model, set(_of_model(model)) or {ChangeClass.TYPO}) for model in contents.models)
    return frozenset(one for model, own in found if own & set(those) for one in _developers(model))


def interested_developers(contents: Contents) -> frozenset[str]:
    """Return the developers of the models that change, and of their base models."""
    if contents.change is None:
        return frozenset()
    own = {one for model in contents.models for one in (*_developers(model), *model.base_developers)}
    return frozenset(own | {developer.id for developer in contents.change.developers})


def _developers(model: ModelChange) -> Iterator[str]:
    for model_id in (model.id, model.former_id):
        if model_id is not None:
            yield model_id.partition("/")[0]


def _of_model(model: ModelChange) -> Iterator[ChangeClass]:
    match model.kind:
        case ChangeKind.ADDED:
            yield ChangeClass.NEW_MODEL
            return
        case ChangeKind.REMOVED:
            yield ChangeClass.LOWERED
            return
        case ChangeKind.RENAMED:
            yield ChangeClass.NEW_MODEL
    if model.former_name is not None:
        # What was found about one name would be shown for another.
        yield ChangeClass.NEW_MODEL
    yield from map(rating_class, model.ratings)
    yield from map(_of_artifact, model.artifacts)
    of_facts = (FIELD_CLASSES[Assessment][fact] for fact in model.facts)
    yield from (each for each in (*of_facts, *map(_of_evidence, model.evidence)) if each is not ChangeClass.TYPO)


_AVAILABLE = {None: 0, Availability.NO: 0, Availability.PARTLY: 1, Availability.YES: 2}


def _of_artifact(change: ArtifactChange) -> ChangeClass:
    """Return the class of a changed artifact: verdicts by other frameworks follow from what can be had, as ranks from levels."""
    before, after = _AVAILABLE[change.before], _AVAILABLE[change.after]
    if before == after:
        return FIELD_CLASSES[Assessment]["artifacts"]
    return ChangeClass.RAISED if after > before else ChangeClass.LOWERED


def _of_evidence(change: EvidenceChange) -> ChangeClass:
    """Return the class of other words about a rating that stays. Anybody may add the mark of a dispute, but not remove it."""
    of = FIELD_CLASSES[Rating]
    unmarked = change.disputed[0] is not None and change.disputed[0] != change.disputed[1]
    found = [ChangeClass.TYPO]
    found += [of["evidence"]] * bool(change.added or change.removed) + [of["precedents"]] * change.precedents
    found += [of["disputed"]] * unmarked + [of["note"]] * change.note
    found += [of["confidence"]] * change.confidence + [of["doubt"]] * (change.doubt is not None)
    if change.note and change.level is Level.NOT_APPLICABLE:
        found.append(ChangeClass.EVIDENCE)
    return max(found, key=lambda each: each.gravity)


def _of_developers(changes: Collection[DeveloperChange]) -> Iterator[ChangeClass]:
    """Yield the classes of changed developers. One that comes or goes is as grave as its models, and nothing without any."""
    whole = {each.id for each in changes if each.key == "name" and None in (each.before, each.after)}
    yield from (_of_developer(each) for each in changes if each.id not in whole)


def _of_developer(change: DeveloperChange) -> ChangeClass:
    """Return the class of a changed key of a developer. Another name says that the models are somebody else's."""
    if change.key == "name" and not is_same_name(change.before or "", change.after or ""):
        return ChangeClass.NEW_MODEL
    return FIELD_CLASSES[Developer][change.key]


def rating_class(rating: RatingChange) -> ChangeClass:
    """Return the class of one changed rating."""
    if rating.after is Level.NOT_APPLICABLE:
        return ChangeClass.NOT_APPLICABLE
    if rating.before not in _STEPS:
        # A first rating, or one where the criterion didn't apply before, raises the model unless it is the lowest.
        return ChangeClass.LOWERED if rating.after is Level.CLOSED else ChangeClass.RAISED
    is_up = _STEPS.index(rating.after) > _STEPS.index(rating.before)
    return ChangeClass.RAISED if is_up else ChangeClass.LOWERED


_STEPS = (Level.CLOSED, Level.SEMI_OPEN, Level.OPEN)
