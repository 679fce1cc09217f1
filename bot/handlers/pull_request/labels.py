"""Labels of a pull request by its classes of change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.policy import ChangeClass
from bot.board.ranking.change import ChangeKind
from bot.handlers.pull_request.classes import OF_MODELS, find_classes

if TYPE_CHECKING:
    from bot.handlers.pull_request.facts import Contents

MODEL_REMOVED = "model removed"
_OF_CLASSES = {
    ChangeClass.TYPO: "typo or metadata",
    ChangeClass.CODE: "code",
    ChangeClass.EVIDENCE: "evidence only",
    ChangeClass.NEW_MODEL: "new model",
    ChangeClass.RAISED: "rating raised",
    ChangeClass.LOWERED: "rating lowered",
    ChangeClass.NOT_APPLICABLE: "not applicable",
    ChangeClass.RUBRIC: "rubric",
    ChangeClass.GOVERNANCE: "governance",
}
LABELS = frozenset({MODEL_REMOVED, *_OF_CLASSES.values()})
"""All labels that the bot adds and removes; it never touches others."""


def labels(contents: Contents) -> frozenset[str]:
    """Return the labels for the classes of a pull request."""
    found = find_classes(contents)
    # A file with an error counts as it was before, so the class of its change isn't known yet.
    if contents.change is None or contents.has_errors:
        found -= {ChangeClass.TYPO}
    if found & OF_MODELS != {ChangeClass.EVIDENCE}:
        found -= {ChangeClass.EVIDENCE}
    named = {_OF_CLASSES[each] for each in found}
    return frozenset(named.union(MODEL_REMOVED for model in contents.models if model.kind is ChangeKind.REMOVED))
