"""Decisions for tests: of fictional models by fictional people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.board.model.policy import ChangeClass
from bot.board.model.rubric import Level
from bot.board.ranking.change import ChangeKind
from bot.governance.record.decisions import Account, Approval, DecidedModel, Decision, RatingMove

if TYPE_CHECKING:
    from collections.abc import Iterable

BEGINNING = datetime(2026, 11, 21, 12, tzinfo=UTC)


def decision(number: int, *models: DecidedModel, at: timedelta | None = None, **changes: Any) -> Decision:
    """Return a decision, merged so long after the beginning; by default as many minutes as its number."""
    parts: dict[str, Any] = {
        "format": 1,
        "pull_request": number,
        "url": f"https://example.org/pull/{number}",
        "before": f"{number:039x}a",
        "commit": f"{number:039x}b",
        "merged_at": BEGINNING + (timedelta(minutes=number) if at is None else at),
        "merged_by": Account(login="example-maintainer", id=2),
        "author": Account(login="example-author", id=1),
        "classes": (ChangeClass.RAISED,),
        "provisional": False,
        "approvals": (Approval(login="example-reviewer", id=3, organisations=()),),
        "discounted": (),
        "recusals": (),
        "concerns": (),
        "unmet": (),
        "models": tuple(sorted(models, key=lambda one: one.id)),
    }
    return Decision(**(parts | changes))


def model(
    model_id: str,
    *,
    kind: ChangeKind = ChangeKind.RATINGS,
    former: str | None = None,
    raised: Iterable[str] = (),
    evidence: Iterable[str] = (),
    ranks: tuple[int | None, int | None] = (5, 3),
) -> DecidedModel:
    """Return a decision on a model: criteria raised from closed to open, and criteria with other evidence."""
    before = None if kind is ChangeKind.ADDED else Level.CLOSED
    return DecidedModel(
        id=model_id,
        former_id=former,
        kind=kind,
        rank_before=ranks[0],
        rank_after=ranks[1],
        ratings=tuple(RatingMove(criterion=one, before=before, after=Level.OPEN) for one in raised),
        evidence=tuple(evidence),
        facts=(),
    )
