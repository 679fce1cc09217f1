"""Labels by kind of change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.change import Kind
from bot.governance.policy import ChangeClass
from bot.layout import Part, part_of
from bot.pull_request.classes import class_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.change import Change
    from bot.pull_request.facts import Contents

NEW_MODEL = "new model"
MODEL_REMOVED = "model removed"
RAISED = "rating raised"
LOWERED = "rating lowered"
NOT_APPLICABLE = "not applicable"
EVIDENCE_ONLY = "evidence only"
RUBRIC = "rubric"
GOVERNANCE = "governance"
CODE = "code"
LABELS = frozenset({GOVERNANCE, NEW_MODEL, MODEL_REMOVED, RAISED, LOWERED, NOT_APPLICABLE, EVIDENCE_ONLY, RUBRIC, CODE})
"""All labels that the bot sets and takes away; it never touches others."""

_OF_PARTS = {Part.RUBRIC: RUBRIC, Part.GOVERNANCE: GOVERNANCE, Part.OTHER: CODE}
_OF_RATINGS = {
    ChangeClass.RAISED: RAISED,
    ChangeClass.LOWERED: LOWERED,
    ChangeClass.NOT_APPLICABLE: NOT_APPLICABLE,
}


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
                yield _OF_RATINGS[class_of(rating)]
