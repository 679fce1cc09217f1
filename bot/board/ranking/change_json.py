"""A change of the board for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.board.ranking.change import Cause, Change, EvidenceChange, ModelChange, Move, RatingChange, Standing

FORMAT_VERSION = "1.1.0"
"""The first number rises when a program that reads it would break, the second with additions."""


def as_json(change: Change) -> dict[str, Any]:
    """The change for programs. Scores are points, rounded to four places; keys stay within a `format_version`."""
    return {
        "format_version": FORMAT_VERSION,
        "models_before": change.models_before,
        "models_after": change.models_after,
        "rubric_changed": change.rubric_changed,
        "rubric_changes": list(change.rubric_changes),
        "models": [_model_json(model) for model in change.models],
        "developers": [
            {"id": developer.id, "key": developer.key, "before": developer.before, "after": developer.after}
            for developer in change.developers
        ],
        "movers": [
            {
                "id": mover.id,
                "model": mover.model,
                "before": mover.before,
                "after": mover.after,
                "causes": [_cause_json(cause) for cause in mover.causes],
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
                "evidence": [each.model_dump(mode="json", exclude_none=True) for each in rating.evidence],
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
                "added": [evidence.model_dump(mode="json", exclude_none=True) for evidence in each.added],
                "removed": [evidence.model_dump(mode="json", exclude_none=True) for evidence in each.removed],
                "note_changed": each.note,
                "precedents_changed": each.precedents,
                "disputed": _disputed_json(each),
            }
            for each in model.evidence
        ],
        "facts": list(model.facts),
    }


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


def _cause_json(cause: Cause) -> dict[str, str]:
    return {"kind": cause.kind.value, "id": cause.id}
