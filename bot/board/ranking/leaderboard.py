"""The leaderboard: all models with their scores and ranks under every way of ranking, in a deterministic order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.board.model.words import decimal
from bot.board.ranking.scoring import Scoring, Way, competition_ranks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from bot.board.model.assessment import Entry
    from bot.board.model.rubric import NotApplicable, Rubric


class Row(NamedTuple):
    """One model on the board. `scores` (see `Scoring`) and `ranks` are in the order of the board's ways of ranking."""

    entry: Entry
    scores: tuple[int, ...]
    ranks: tuple[int, ...]


@dataclass(frozen=True)
class Leaderboard:
    """The ordered rows: highest score by the default way first, ties by model name, then id."""

    scoring: Scoring
    rows: tuple[Row, ...]

    @property
    def rubric(self) -> Rubric:
        """Return the rubric that the models are ranked by."""
        return self.scoring.rubric

    @property
    def default_way(self) -> Way:
        """Return the way of ranking that the board is ordered by."""
        return Way(self.rubric.default_weighting.id, self.rubric.default_counting)

    @cached_property
    def by_id(self) -> dict[str, Row]:
        """Return each row by `developer/model`."""
        return {row.entry.id: row for row in self.rows}

    def rank(self, row: Row, way: Way | None = None) -> int:
        """Return the rank of `row` by a way (default: the board's own); 1 is the most open, ties share the smaller rank."""
        return row.ranks[self.scoring.ways.index(way or self.default_way)]

    def score(self, row: Row, way: Way | None = None) -> Fraction:
        """Return the exact score of `row` in points by a way (default: the board's own)."""
        return self.scoring.points(row.scores[self.scoring.ways.index(way or self.default_way)])

    def category_scores(self, row: Row, counting: NotApplicable | None = None) -> tuple[Fraction | None, ...]:
        """Return the score of each category of `row`; None where nothing in the category is applicable."""
        return self.scoring.category_scores(row.entry.levels, counting or self.rubric.default_counting)

    def ordered_by(self, way: Way) -> list[Row]:
        """Return the rows ordered by a way of ranking, ties by model name, then id."""
        place = self.scoring.ways.index(way)
        # Sorting is stable, so the last key counts most; sorting three times by simple keys is faster than by tuples.
        rows = sorted(self.rows, key=lambda row: row.entry.id)
        rows.sort(key=lambda row: row.entry.model.casefold())
        rows.sort(key=lambda row: -row.scores[place])
        return rows


def rank_entries(entries: Iterable[Entry], scoring: Scoring) -> Leaderboard:
    """Return the leaderboard of these entries."""
    listed = list(entries)
    scores = [scoring.scores(entry.levels) for entry in listed]
    columns = list(zip(*scores, strict=True))
    # Weightings with the same weights have the same scores, and so the same ranks.
    ranked = {column: competition_ranks(column) for column in set(columns)}
    ranks = zip(*(ranked[column] for column in columns), strict=True)
    rows = [Row(entry, own, rank) for entry, own, rank in zip(listed, scores, ranks, strict=True)]
    board = Leaderboard(scoring, tuple(rows))
    return Leaderboard(scoring, tuple(board.ordered_by(board.default_way)))


# ---- JSON ------------------------------------------------------------------------------------------------------------

FORMAT_VERSION = "1.1.0"
"""Its first number rises when a key changes its meaning or is removed, the second with additions."""
_PLACES = 4


def ranking_json(
    board: Leaderboard, way: Way, top: int | None = None, doubts: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, Any]:
    """Return the first `top` models (None: all) ordered by `way`, with score (four places) and levels by criterion.

    `doubts` are the reasons of doubtful ratings by model and criterion: with them, only their models are returned.
    docs/development.md describes the format.
    """
    rows = [row for row in board.ordered_by(way) if doubts is None or row.entry.id in doubts]
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
                "doubtful": list(row.entry.doubtful),
                **({} if doubts is None else {"doubts": dict(doubts[row.entry.id])}),
            }
            for row in rows[:top]
        ],
    }
