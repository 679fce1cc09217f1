"""Classes of change that a pull request belongs to, by the effect of its merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.layout import PARTLY_GENERATED, FilePurpose, purpose_of
from bot.board.model.policy import ChangeClass
from bot.board.model.rubric import Level
from bot.board.ranking.change import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bot.board.ranking.change import EvidenceChange, ModelChange, RatingChange
    from bot.handlers.pull_request.facts import Contents

_OF_PARTS = {
    FilePurpose.RUBRIC: ChangeClass.RUBRIC,
    FilePurpose.GOVERNANCE: ChangeClass.GOVERNANCE,
    FilePurpose.OTHER: ChangeClass.CODE,
    # Any change of an assessment, such as of a comment in the file, unless it is of one of the other classes.
    FilePurpose.ASSESSMENT: ChangeClass.TYPO,
}
# Base models decide on conflicts of interest, name and repository on what it is that was rated.
_GRAVE_FACTS = frozenset({"base_models", "huggingface", "model"})


def find_classes(contents: Contents, *, may_generate: bool = False) -> frozenset[ChangeClass]:
    """Return all classes of the pull request; none where only generated files change.

    `may_generate` is for the publishing run's own, which only changes the generated parts of README.md and GOVERNANCE.md.
    """
    changed = (file.path for file in contents.changed if not (may_generate and file.path in PARTLY_GENERATED))
    found = {_OF_PARTS[part] for part in set(map(purpose_of, changed)) & _OF_PARTS.keys()}
    for model in contents.change.models if contents.change else ():
        found |= set(_of_model(model))
    if found & OF_MODELS:
        found.discard(ChangeClass.TYPO)
    return frozenset(found)


OF_MODELS = frozenset(ChangeClass) - set(_OF_PARTS.values())
"""The classes that only a change of an assessment can have."""


def changed_developers(contents: Contents, those: Collection[ChangeClass]) -> frozenset[str]:
    """Return the developers of the models whose changes have one of these classes."""
    models = contents.change.models if contents.change else ()
    found = ((model, set(_of_model(model)) or {ChangeClass.TYPO}) for model in models)
    return frozenset(one for model, own in found if own & set(those) for one in _developers(model))


def interested_developers(contents: Contents) -> frozenset[str]:
    """Return the developers of the models that change, and of their base models."""
    if contents.change is None:
        return frozenset()
    models = contents.change.models
    own = {one for model in models for one in (*_developers(model), *model.base_developers)}
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
    yield from map(rating_class, model.ratings)
    if _GRAVE_FACTS & set(model.facts) or any(map(_is_grave, model.evidence)):
        yield ChangeClass.EVIDENCE


def _is_grave(change: EvidenceChange) -> bool:
    """Return whether more than a note differs. Anybody may add the mark of a dispute, but not remove it."""
    unmarked = change.disputed[0] is not None and change.disputed[0] != change.disputed[1]
    return bool(change.added or change.removed or change.precedents or unmarked)


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
