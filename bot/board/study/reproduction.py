"""The study recomputed: its printed ranks and correlations compared with those from its ratings and from today's.

Pure computation from plain data.
"""

from __future__ import annotations

import statistics
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from bot.board.model.rubric import Level, NotApplicable
from bot.board.ranking.leaderboard import rank_entries
from bot.board.ranking.scoring import Way, competition_ranks
from bot.board.study.tables import BENCHMARKS, RANK_COLUMNS, Correlation, weighting_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.board.model.assessment import Entry
    from bot.board.ranking.leaderboard import Leaderboard
    from bot.board.ranking.scoring import Scoring
    from bot.board.study.tables import Study


@dataclass(frozen=True, slots=True)
class RankPair:
    """Printed and computed rank of one model, both among the models that are compared."""

    id: str
    printed: int
    computed: int

    @property
    def difference(self) -> int:
        """Return the absolute difference of the two ranks."""
        return abs(self.printed - self.computed)


@dataclass(frozen=True, slots=True)
class RankAgreement:
    """Agreement of computed ranks with the printed ones."""

    pairs: tuple[RankPair, ...]

    @property
    def spearman(self) -> float | None:
        """Return Spearman's correlation; None for fewer than two models, or if all share one rank."""
        return spearman([pair.printed for pair in self.pairs], [pair.computed for pair in self.pairs])

    @property
    def exact(self) -> int:
        """Return the number of models with exactly the printed rank."""
        return sum(pair.difference == 0 for pair in self.pairs)

    @property
    def largest_difference(self) -> int | None:
        """Return the largest difference in rank; None if no model is compared."""
        return max((pair.difference for pair in self.pairs), default=None)


@dataclass(frozen=True, slots=True)
class RankingComparison:
    """A printed column of ranks with its recomputations."""

    column: str
    """The name in the study's table; it may name several weightings that have the same numbers."""
    weighting: str
    name: str
    """The weighting's name in the rubric."""
    study: RankAgreement
    """Ranks from the study's own ratings."""
    living: RankAgreement
    """Ranks from the assessments of today; without pairs if they include none of the study's models."""


@dataclass(frozen=True, slots=True)
class Point:
    """One model on a plot: its openness score in points (x) and the value of a benchmark (y)."""

    id: str
    model: str
    score: float
    value: float


@dataclass(frozen=True, slots=True)
class Series:
    """The points of a plot."""

    points: tuple[Point, ...]

    @property
    def correlation(self) -> Correlation:
        """Return correlation and regression line of the points."""
        return correlate([(point.score, point.value) for point in self.points])


@dataclass(frozen=True, slots=True)
class BenchmarkComparison:
    """The study's figures about one benchmark, with the same figures computed from three kinds of scores."""

    benchmark: str
    title: str
    printed: Correlation
    plotted: Series
    """With the scores that the study plotted."""
    recomputed: Series
    """With scores from the study's own ratings."""
    living: Series
    """With scores from the assessments of today."""


@dataclass(frozen=True, slots=True)
class ModelScore:
    """One model's score under the study's own weighting, in points, and its rank, by both ways of counting."""

    id: str
    model: str
    not_applicable: int
    """The number of criteria that are rated not-applicable."""
    plotted: float | None
    zero: Fraction
    excluded: Fraction
    zero_rank: int
    excluded_rank: int

    @property
    def difference(self) -> float | None:
        """Return the difference of the plotted score from `zero`, in points; None if it was not plotted."""
        return None if self.plotted is None else abs(self.plotted - float(self.zero))

    @property
    def equal(self) -> bool:
        """Return whether the plotted score equals `zero` to two decimal places."""
        return self.plotted is not None and round(self.plotted * 100) == floor(self.zero * 100 + Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class SameRatings:
    """Models with the same printed ratings but different printed ranks in one column."""

    column: str
    models: tuple[str, ...]
    printed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reproduction:
    """Results of the recomputation."""

    models: int
    """The number of models in the study."""
    living_models: int
    """The number of them that have an assessment today."""
    maximum: Fraction
    """The highest possible score under the study's own weighting, in points."""
    rankings: tuple[RankingComparison, ...]
    benchmarks: tuple[BenchmarkComparison, ...]
    scores: tuple[ModelScore, ...]
    """In the study's order."""
    same_ratings: tuple[SameRatings, ...]

    @property
    def plotted(self) -> tuple[ModelScore, ...]:
        """Return the models whose score the study plotted."""
        return tuple(score for score in self.scores if score.plotted is not None)

    @property
    def equal_scores(self) -> int:
        """Return the number of plotted scores that equal the recomputed ones to two decimal places."""
        return sum(score.equal for score in self.scores)

    @property
    def largest_score_difference(self) -> float | None:
        """Return the largest difference of a plotted score from the recomputed one, in points; None without plotted scores."""
        return max((score.difference for score in self.scores if score.difference is not None), default=None)

    @property
    def moved(self) -> tuple[ModelScore, ...]:
        """Return the models whose rank differs without not-applicable, the largest difference first."""
        changed = [score for score in self.scores if score.zero_rank != score.excluded_rank]
        return tuple(sorted(changed, key=lambda score: -abs(score.zero_rank - score.excluded_rank)))


def reproduce(study: Study, living: Sequence[Entry], scoring: Scoring) -> Reproduction:
    """Recompute the study from its own ratings, and from those of `living` (all assessments of today) that it rated.

    Not-applicable counts zero, as in the study (section 5.2), except where a field says that it is excluded. The
    models of `living` are ranked among themselves. Raises KeyError if the rubric of `scoring` lacks a weighting of the
    study; `read_study` refuses such a rubric with a better message.
    """
    studied = {entry.id for entry in study.ratings}
    board = rank_entries(study.ratings, scoring)
    today = rank_entries([entry for entry in living if entry.id in studied], scoring)
    own = Way(weighting_of(RANK_COLUMNS[0]), NotApplicable.ZERO)
    return Reproduction(
        models=len(study.ratings),
        living_models=len(today.rows),
        maximum=scoring.rubric.maximum(scoring.rubric.weighting(own.weighting)),
        rankings=tuple(_ranking(column, study, board, today) for column in RANK_COLUMNS),
        benchmarks=tuple(_benchmark(benchmark, study, board, today, own) for benchmark in BENCHMARKS),
        scores=tuple(_model_score(entry, study, board, own) for entry in study.ratings),
        same_ratings=_same_ratings(study),
    )


def correlate(points: Sequence[tuple[float, float]]) -> Correlation:
    """Return Pearson's correlation and the least-squares line of (x, y) points (study, figures 5 to 7).

    Undefined figures are None: all of them for fewer than two points or a single x, the correlation alone for a single
    y.
    """
    scores = [score for score, _ in points]
    values = [value for _, value in points]
    try:
        slope, intercept = statistics.linear_regression(scores, values)
    except statistics.StatisticsError:
        return Correlation(len(points), None, None, None)
    return Correlation(len(points), _pearson(scores, values), slope, intercept)


def spearman(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Return Spearman's rank correlation: Pearson's correlation of average ranks. None where it is undefined."""
    return _pearson(average_ranks(one), average_ranks(other))


def average_ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value, 1 for the smallest; equal values share the mean of their ranks."""
    ordered = sorted(values)
    return [(bisect_left(ordered, value) + 1 + bisect_right(ordered, value)) / 2 for value in values]


def _pearson(one: Sequence[float], other: Sequence[float]) -> float | None:
    try:
        return statistics.correlation(one, other)
    except statistics.StatisticsError:  # fewer than two points, or one side is constant
        return None


def _ranking(column: str, study: Study, board: Leaderboard, today: Leaderboard) -> RankingComparison:
    way = Way(weighting_of(column), NotApplicable.ZERO)
    present = [entry for entry in study.ratings if entry.id in today.by_id]
    # Printed ranks are among all models of the study; of a part of the models, the ranks among that part are needed.
    printed_among_present = competition_ranks([-study.ranks[column][entry.id] for entry in present])
    return RankingComparison(
        column=column,
        weighting=way.weighting,
        name=board.rubric.weighting(way.weighting).name,
        study=_agreement(study.ratings, [study.ranks[column][entry.id] for entry in study.ratings], board, way),
        living=_agreement(present, printed_among_present, today, way),
    )


def _agreement(entries: Sequence[Entry], printed: Sequence[int], board: Leaderboard, way: Way) -> RankAgreement:
    return RankAgreement(
        tuple(
            RankPair(entry.id, rank, board.rank(board.by_id[entry.id], way))
            for entry, rank in zip(entries, printed, strict=True)
        )
    )


def _benchmark(benchmark: str, study: Study, board: Leaderboard, today: Leaderboard, own: Way) -> BenchmarkComparison:
    values = study.benchmarks[benchmark]
    names = {entry.id: entry.model for entry in study.ratings}
    return BenchmarkComparison(
        benchmark=benchmark,
        title=BENCHMARKS[benchmark],
        printed=study.printed[benchmark],
        plotted=_series(study.plotted_scores, values, names),
        recomputed=_series(_scores(board, own), values, names),
        living=_series(_scores(today, own), values, {key: row.entry.model for key, row in today.by_id.items()}),
    )


def _scores(board: Leaderboard, way: Way) -> dict[str, float]:
    return {key: float(board.score(row, way)) for key, row in board.by_id.items()}


def _series(scores: Mapping[str, float], values: Mapping[str, float], names: Mapping[str, str]) -> Series:
    return Series(tuple(Point(key, names[key], scores[key], value) for key, value in values.items() if key in scores))


def _model_score(entry: Entry, study: Study, board: Leaderboard, own: Way) -> ModelScore:
    row = board.by_id[entry.id]
    excluded = own._replace(counting=NotApplicable.EXCLUDED)
    return ModelScore(
        id=entry.id,
        model=entry.model,
        not_applicable=entry.levels.count(Level.NOT_APPLICABLE),
        plotted=study.plotted_scores.get(entry.id),
        zero=board.score(row, own),
        excluded=board.score(row, excluded),
        zero_rank=board.rank(row, own),
        excluded_rank=board.rank(row, excluded),
    )


def _same_ratings(study: Study) -> tuple[SameRatings, ...]:
    alike: defaultdict[tuple[Level, ...], list[Entry]] = defaultdict(list)
    for entry in study.ratings:
        alike[entry.levels].append(entry)
    return tuple(
        SameRatings(column, tuple(entry.model for entry in entries), printed)
        for entries in alike.values()
        for column in RANK_COLUMNS
        if len(set(printed := tuple(study.ranks[column][entry.id] for entry in entries))) > 1
    )
