"""Labels by kind of change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.change import Kind
from bot.layout import Part, part_of
from bot.rubric import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.change import Change, RatingChange
    from bot.pull_request.facts import Contents

NEW_MODEL = "new model"
MODEL_REMOVED = "model removed"
RAISED = "rating raised"
LOWERED = "rating lowered"
NOT_APPLICABLE = "not applicable"
EVIDENCE_ONLY = "evidence only"
RUBRIC = "rubric"
CODE = "code"
LABELS = frozenset({NEW_MODEL, MODEL_REMOVED, RAISED, LOWERED, NOT_APPLICABLE, EVIDENCE_ONLY, RUBRIC, CODE})
"""All labels that the bot sets and takes away; it never touches others."""

_OF_PARTS = {Part.RUBRIC: RUBRIC, Part.OTHER: CODE}
_STEPS = (Level.CLOSED, Level.SEMI_OPEN, Level.OPEN)


def labels(contents: Contents) -> frozenset[str]:
    """The labels that say what kind of change a pull request is."""
    parts = {part_of(file.path) for file in contents.changed}
    found = {_OF_PARTS[part] for part in parts & _OF_PARTS.keys()}
    return frozenset(found.union(_of_models(contents.change) if contents.change else ()))


def _of_models(change: Change) -> Iterator[str]:
    kinds = {model.kind for model in change.models}
    if Kind.ADDED in kinds:
        yield NEW_MODEL
    if Kind.REMOVED in kinds:
        yield MODEL_REMOVED
    # Another name or license is more than that.
    if kinds == {Kind.EVIDENCE} and not any(model.facts for model in change.models):
        yield EVIDENCE_ONLY
    for model in change.models:
        for rating in model.ratings:
            if rating.before is not None:
                yield _of_rating(rating)


def _of_rating(rating: RatingChange) -> str:
    if rating.after is Level.NOT_APPLICABLE:
        return NOT_APPLICABLE
    if rating.before not in _STEPS:
        # Whoever takes back that a criterion doesn't apply says how open the model is: no lower than nothing at all.
        return LOWERED if rating.after is Level.CLOSED else RAISED
    return RAISED if _STEPS.index(rating.after) > _STEPS.index(rating.before) else LOWERED
