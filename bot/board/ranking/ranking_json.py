"""The ranking by one way as JSON, for programs; docs/development.md describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.board.model.words import decimal

if TYPE_CHECKING:
    from bot.board.ranking.leaderboard import Leaderboard
    from bot.board.ranking.scoring import Way

FORMAT_VERSION = "1.0.0"
"""Its first number rises when a key changes its meaning or is removed."""
_PLACES = 4


def ranking_json(board: Leaderboard, way: Way, top: int | None = None) -> dict[str, Any]:
    """Return the first `top` models (None: all) ordered by `way`, with score (four places) and levels by criterion."""
    criteria = [criterion.id for criterion in board.rubric.criteria]
    return {
        "format_version": FORMAT_VERSION,
        "weighting": way.weighting,
        "not_applicable": way.counting.value,
        "maximum": float(board.rubric.maximum(board.rubric.weighting(way.weighting))),
        "number_of_models": len(board.rows),
        "models": [
            {
                "rank": board.rank(row, way),
                "id": row.entry.id,
                "model": row.entry.model,
                "score": float(decimal(board.score(row, way), _PLACES)),
                "levels": dict(zip(criteria, row.entry.levels, strict=True)),
                "disputed": dict(row.entry.disputed),
            }
            for row in board.ordered_by(way)[:top]
        ],
    }
