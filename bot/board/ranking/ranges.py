"""The ranks that a model can have: under every way of ranking, and wherever doubtful ratings end up.

A doubtful rating may turn out one step higher or lower. A model has its best rank where its own doubtful ratings are one step
up and those of all others one step down, and its worst rank in the reverse case.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.rubric import Level

if TYPE_CHECKING:
    from bot.board.model.assessment import Entry
    from bot.board.ranking.leaderboard import Leaderboard

_UP = {Level.CLOSED: Level.SEMI_OPEN, Level.SEMI_OPEN: Level.OPEN}
_DOWN = {Level.OPEN: Level.SEMI_OPEN, Level.SEMI_OPEN: Level.CLOSED}


class RankRange(NamedTuple):
    """The smallest and the largest rank that a model can have; 1 is the most open, ties share the smaller rank."""

    best: int
    worst: int


def rank_ranges(board: Leaderboard) -> dict[str, RankRange]:
    """Return the range of each model's ranks, by the model's id. Takes O(n log n) for each way of ranking."""
    entries = [row.entry for row in board.rows]
    criteria = [criterion.id for criterion in board.rubric.criteria]
    highest, lowest = (
        zip(*(board.scoring.scores(_levels_after(step, entry, criteria)) for entry in entries), strict=True)
        for step in (_UP, _DOWN)
    )
    # Weightings with the same weights have the same scores.
    ways = dict.fromkeys(zip(highest, lowest, strict=True))
    best, worst = zip(*(_ranks(*scores) for scores in ways), strict=True) if entries else ((), ())
    ranges = map(RankRange, map(min, zip(*best, strict=True)), map(max, zip(*worst, strict=True)))
    return {entry.id: ranks for entry, ranks in zip(entries, ranges, strict=True)}


def _levels_after(step: dict[Level, Level], entry: Entry, criteria: list[str]) -> tuple[Level, ...]:
    """Return the levels after a step of all doubtful ratings."""
    if not entry.doubtful:
        return entry.levels
    return tuple(
        step.get(level, level) if criterion in entry.doubtful else level
        for criterion, level in zip(criteria, entry.levels, strict=True)
    )


def _ranks(highest: tuple[int, ...], lowest: tuple[int, ...]) -> tuple[list[int], list[int]]:
    """Return the best and the worst ranks by one way, of which these are the models' highest and lowest scores."""
    sorted_lowest, sorted_highest, number = sorted(lowest), sorted(highest), len(lowest)
    # One more than there are other models that must, or can, have a higher score.
    best = [number - bisect_right(sorted_lowest, high) + 1 for high in highest]
    worst = [
        number - bisect_right(sorted_highest, low) + (high <= low) for high, low in zip(highest, lowest, strict=True)
    ]
    return best, worst


def ranks_in_words(ranks: RankRange) -> str:
    """Return a range as it is shown, with a dash at which no line is broken; empty for a single rank."""
    return "" if ranks.best == ranks.worst else f"{ranks.best}–\u2060{ranks.worst}"
