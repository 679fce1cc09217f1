"""Scores from the points of levels, and ranks from scores, in exact arithmetic.

A category's score is the sum of its criteria's points divided by their number; a model's score is the sum over the
categories of weight times category score (study, section 5.2), under both ways of counting not-applicable.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from math import lcm
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.rubric import Level, NotApplicable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.board.model.rubric import Rubric, Weighting


class Way(NamedTuple):
    """One way of ranking: the id of a weighting, and how not-applicable counts."""

    weighting: str
    counting: NotApplicable


class Scoring:
    """Scores of levels under every weighting and counting of one rubric.

    Scores are whole numbers of 1/`rubric.scale` point, in the order of `ways`; `points` converts one to a fraction.
    Results are cached: models share combinations of levels, and two boards that are compared share models.
    """

    def __init__(self, rubric: Rubric) -> None:
        self.rubric = rubric
        self.ways = tuple(Way(weighting.id, counting) for counting in NotApplicable for weighting in rubric.weightings)
        ends = list(accumulate(len(category.criteria) for category in rubric.categories))
        self._slices = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
        self._points = {level: meaning.points for level, meaning in rubric.levels.items()}
        # The same as whole numbers of 1/share point.
        self._share = lcm(*(points.denominator for points in self._points.values()))
        self._shares = {level: int(points * self._share) for level, points in self._points.items()}
        self._unit_weights = [
            (way, [self._units(weight) for weight in category_weights(rubric, rubric.weighting(way.weighting))])
            for way in self.ways
        ]
        self._contributions: list[dict[tuple[Level, ...], tuple[int, ...] | None]] = [{} for _ in rubric.categories]
        self._category_scores: dict[NotApplicable, dict[tuple[Level, ...], Fraction | None]]
        self._category_scores = {counting: {} for counting in NotApplicable}
        self._scores: dict[tuple[Level, ...], tuple[int, ...]] = {}

    def points(self, score: int) -> Fraction:
        """Return a score in points."""
        return Fraction(score, self.rubric.scale)

    def category_scores(self, levels: Sequence[Level], counting: NotApplicable) -> tuple[Fraction | None, ...]:
        """Return the score of each category, from 0 to the points of `open`; None where nothing in it is applicable."""
        return tuple(self._category_score(tuple(levels[part]), counting) for part in self._slices)

    def _category_score(self, levels: tuple[Level, ...], counting: NotApplicable) -> Fraction | None:
        known = self._category_scores[counting]
        if levels not in known:
            count = len(levels)
            if counting is NotApplicable.EXCLUDED:
                count -= levels.count(Level.NOT_APPLICABLE)
            known[levels] = sum((self._points[level] for level in levels), Fraction(0)) / count if count else None
        return known[levels]

    def scores(self, levels: tuple[Level, ...]) -> tuple[int, ...]:
        """Return the score of a model with these levels under each of `ways`."""
        known = self._scores.get(levels)
        if known is None:
            known = self._scores[levels] = self._compute(levels)
        return known

    def _compute(self, levels: tuple[Level, ...]) -> tuple[int, ...]:
        contributions = []
        for number, (remembered, part) in enumerate(zip(self._contributions, self._slices, strict=True)):
            own = levels[part]
            if own not in remembered:
                remembered[own] = self._contribution(number, own)
            contributions.append(remembered[own])
        if None in contributions:
            return tuple(self._score(levels, way) for way in self.ways)
        return tuple(map(sum, zip(*contributions, strict=True)))

    def _contribution(self, number: int, levels: tuple[Level, ...]) -> tuple[int, ...] | None:
        """Return what a category adds to each score; None where nothing in it is applicable under some way."""
        points = sum(map(self._shares.__getitem__, levels))
        count = len(levels)
        counts = {NotApplicable.ZERO: count, NotApplicable.EXCLUDED: count - levels.count(Level.NOT_APPLICABLE)}
        if not all(counts.values()):
            return None
        return tuple(
            self._whole(weights[number] * points, self._share * counts[way.counting])
            for way, weights in self._unit_weights
        )

    def _score(self, levels: tuple[Level, ...], way: Way) -> int:
        weighting = self.rubric.weighting(way.weighting)
        pairs = list(
            zip(category_weights(self.rubric, weighting), self.category_scores(levels, way.counting), strict=True)
        )
        applicable = sum((weight for weight, score in pairs if score is not None), Fraction(0))
        if not applicable:
            return 0
        total = sum((weight * score for weight, score in pairs if score is not None), Fraction(0))
        return self._units(total * sum(weight for weight, _ in pairs) / applicable)

    def _units(self, points: Fraction) -> int:
        return self._whole(points.numerator * self.rubric.scale, points.denominator)

    def _whole(self, dividend: int, divisor: int) -> int:
        units, rest = divmod(dividend, divisor)
        if rest:
            raise ArithmeticError(f"{dividend}/{divisor} is no whole number of 1/{self.rubric.scale} point")
        return units


def competition_ranks(scores: Sequence[int]) -> list[int]:
    """Return the rank of each score: 1 for the highest, ties share the smaller rank, the next is skipped (1, 2, 2, 4)."""
    ordered = sorted(scores)
    # Of equal scores the dictionary keeps the last, which has the smallest rank.
    first = dict(zip(ordered, range(len(ordered), 0, -1), strict=True))
    return [first[score] for score in scores]


def category_weights(rubric: Rubric, weighting: Weighting) -> tuple[Fraction, ...]:
    """Return the weights in the order of the rubric's categories."""
    return tuple(weighting.weights[category.id] for category in rubric.categories)
