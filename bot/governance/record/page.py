"""Record of decisions for readers: the list of all decisions, and the history of one model for its page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.board.model.words import GLYPHS
from bot.board.ranking.change import ChangeKind
from bot.text.catalogue import SOURCE, _, enumerated
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.board.model.policy import ChangeClass
    from bot.board.model.rubric import Rubric
    from bot.governance.record.decisions import ModelDecision, Record

_KINDS = {ChangeKind.ADDED: _("new model"), ChangeKind.REMOVED: _("removed"), ChangeKind.RENAMED: _("renamed")}


def decisions_page(
    record: Record, models: Collection[str], titles: Mapping[ChangeClass, str], language: str = SOURCE
) -> str:
    """Return the Markdown of decisions/README.md. `models` have pages of their own; `titles` are the policy's."""
    return render(
        "governance/record/decisions.md.j2",
        language,
        has_policy=bool(titles),
        against_rules=sum(bool(one.unmet) for one in record.decisions),
        pages=models,
        provisional=sum(one.provisional for one in record.decisions),
        quote=quote,
        record=record,
        titles=titles,
    )


def model_history(
    steps: tuple[ModelDecision, ...],
    rubric: Rubric,
    titles: Mapping[ChangeClass, str],
    language: str = SOURCE,
) -> str:
    """Return the Markdown about the decisions on one model, newest first."""
    criteria = {criterion.id: criterion.title for criterion in rubric.criteria}
    return render(
        "governance/record/history.md.j2",
        language,
        steps=steps,
        rubric=rubric,
        glyphs=GLYPHS,
        criterion=lambda each: criteria.get(each, each),
        kinds=_KINDS,
        titles=titles,
        enumerated=enumerated,
        is_known_from_start=bool(steps) and steps[-1].model.kind is ChangeKind.ADDED,
    )
