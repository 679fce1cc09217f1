"""The difference between two leaderboards as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.board.model.rating import Evidence
    from bot.board.ranking.change import Change, EvidenceChange, ModelChange, Move, RatingChange, Standing

FORMAT_VERSION = "1.2.0"
"""The first number rises with changes that break programs that read it, the second with additions."""


def as_json(change: Change) -> dict[str, Any]:
    """Return the change as values for JSON. Scores are points, rounded to four decimal places."""
    return {
        "format_version": FORMAT_VERSION,
        "models_before": change.models_before,
        "models_after": change.models_after,
        "rubric_changed": change.rubric_changed,
        "rubric_changes": list(change.rubric_changes),
        "models": [_model_json(model) for model in change.models],
        "developers": [asdict(developer) for developer in change.developers],
        "movers": [
            {
                "id": mover.id,
                "model": mover.model,
                "before": mover.before,
                "after": mover.after,
                "causes": [{"kind": cause.kind.value, "id": cause.id} for cause in mover.causes],
                "further_causes": mover.further_causes,
            }
            for mover in change.movers
        ],
        "elsewhere": [
            {"weighting": way.weighting, "not_applicable": way.counting.value, "movers": count}
            for way, count in change.elsewhere
        ],
    }


def _model_json(model: ModelChange) -> dict[str, Any]:
    return {
        "kind": model.kind.value,
        "id": model.id,
        "former_id": model.former_id,
        "model": model.model,
        "board": _move_json(model.board),
        "other_ways": [_move_json(move) for move in model.other_ways],
        "ratings": [
            {
                "criterion": rating.criterion,
                "before": rating.before.value if rating.before else None,
                "after": rating.after.value,
                "evidence": _evidence_json(rating.evidence),
                "doubt": rating.doubt,
                "note": rating.note,
                "precedents": list(rating.precedents),
                "disputed": _disputed_json(rating),
            }
            for rating in model.ratings
        ],
        "evidence": [
            {
                "criterion": each.criterion,
                "level": each.level.value,
                "added": _evidence_json(each.added),
                "removed": _evidence_json(each.removed),
                "doubtful": each.doubtful,
                "doubt_changed": each.confidence or each.doubt is not None,
                "note_changed": each.note,
                "precedents_changed": each.precedents,
                "disputed": _disputed_json(each),
            }
            for each in model.evidence
        ],
        "artifacts": [
            {
                "artifact": each.artifact,
                "before": each.before.value if each.before else None,
                "after": each.after.value if each.after else None,
                "license": each.license,
                "added": _evidence_json(each.added),
                "removed": _evidence_json(each.removed),
                "note": each.note,
            }
            for each in model.artifacts
        ],
        "facts": list(model.facts),
    }


def _evidence_json(evidence: tuple[Evidence, ...]) -> list[dict[str, Any]]:
    return [each.model_dump(mode="json", exclude_none=True) for each in evidence]


def _disputed_json(change: RatingChange | EvidenceChange) -> dict[str, str | None]:
    before, after = change.disputed
    return {"before": before, "after": after}


def _move_json(move: Move) -> dict[str, Any]:
    return {
        "weighting": move.way.weighting,
        "not_applicable": move.way.counting.value,
        "before": _standing_json(move.before),
        "after": _standing_json(move.after),
    }


def _standing_json(standing: Standing | None) -> dict[str, Any] | None:
    return {"rank": standing.rank, "score": float(round(standing.score, 4))} if standing else None
