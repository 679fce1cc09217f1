"""The classes of change that a pull request falls into, found from what the merge does."""

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
    # Whatever else it does, an assessment changes: it is one of the others or, say, a comment in the file.
    FilePurpose.ASSESSMENT: ChangeClass.TYPO,
}
# By a base model conflicts of interest are found, by name and repository what it is that was rated.
_GRAVE_FACTS = frozenset({"base_models", "huggingface", "model"})


def classes(contents: Contents, *, may_generate: bool = False) -> frozenset[ChangeClass]:
    """All classes that the pull request falls into; none where only generated files change.

    `may_generate` says that it is the publishing run's own: of README.md and GOVERNANCE.md it changes no more than what is generated.
    """
    changed = (file.path for file in contents.changed if not (may_generate and file.path in PARTLY_GENERATED))
    found = {_OF_PARTS[part] for part in set(map(purpose_of, changed)) & _OF_PARTS.keys()}
    for model in contents.change.models if contents.change else ():
        found |= set(_of_model(model))
    if found & OF_MODELS:
        found.discard(ChangeClass.TYPO)
    return frozenset(found)


OF_MODELS = frozenset(ChangeClass) - set(_OF_PARTS.values())
"""Those that only a change of an assessment falls into."""


def developers_of(contents: Contents, those: Collection[ChangeClass]) -> frozenset[str]:
    """The developers of the models of which a change has one of these classes."""
    models = contents.change.models if contents.change else ()
    found = ((model, set(_of_model(model)) or {ChangeClass.TYPO}) for model in models)
    return frozenset(one for model, own in found if own & set(those) for one in _developers(model))


def interested(contents: Contents) -> frozenset[str]:
    """The developers of the models that change, and of those that they were made from."""
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
    yield from map(class_of, model.ratings)
    if _GRAVE_FACTS & set(model.facts) or any(map(_is_grave, model.evidence)):
        yield ChangeClass.EVIDENCE


def _is_grave(change: EvidenceChange) -> bool:
    """Whether more than a note differs. A dispute may be marked at once, but not be hidden so."""
    unmarked = change.disputed[0] is not None and change.disputed[0] != change.disputed[1]
    return bool(change.added or change.removed or change.precedents or unmarked)


def class_of(rating: RatingChange) -> ChangeClass:
    """The class of one changed rating."""
    if rating.after is Level.NOT_APPLICABLE:
        return ChangeClass.NOT_APPLICABLE
    if rating.before not in _STEPS:
        # Whoever takes back that a criterion doesn't apply, or rates a new criterion, says how open the model is: no lower
        # than nothing at all.
        return ChangeClass.LOWERED if rating.after is Level.CLOSED else ChangeClass.RAISED
    is_up = _STEPS.index(rating.after) > _STEPS.index(rating.before)
    return ChangeClass.RAISED if is_up else ChangeClass.LOWERED


_STEPS = (Level.CLOSED, Level.SEMI_OPEN, Level.OPEN)
