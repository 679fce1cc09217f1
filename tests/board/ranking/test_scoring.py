"""Scores and ranks, compared with a second implementation of the formula in the study's section 5.2."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.board.model.rubric import Level, NotApplicable
from bot.board.ranking.scoring import Scoring, Way, category_weights, competition_ranks
from tests.samples import entry_with, rubric

SCORING = Scoring(rubric())

levels_of_a_model = st.tuples(*[st.sampled_from(Level)] * len(rubric().criteria))


def score_by_hand(levels: tuple[Level, ...], way: Way) -> Fraction:
    """Sum the weights of the categories times the mean of their points (study, section 5.2) in the plainest way.

    With `excluded`, the mean is over the applicable criteria, a category without any counts nothing, and the sum is
    scaled to the maximum that all categories together have.
    """
    points = {Level.OPEN: Fraction(1), Level.SEMI_OPEN: Fraction(1, 2), Level.CLOSED: Fraction(0)}
    weights = rubric().weighting(way.weighting).weights
    total = weight_seen = Fraction(0)
    remaining = list(levels)
    for category in rubric().categories:
        own = [remaining.pop(0) for _ in category.criteria]
        if way.counting is NotApplicable.EXCLUDED:
            own = [level for level in own if level is not Level.NOT_APPLICABLE]
        if own:
            weight_seen += weights[category.id]
            total += weights[category.id] * sum(points.get(level, Fraction(0)) for level in own) / len(own)
    if weight_seen == 0:
        return Fraction(0)
    return total * sum(weights.values()) / weight_seen


def scores_of(letters: str) -> dict[Way, Fraction]:
    found = SCORING.scores(entry_with(letters).levels)
    return {way: SCORING.points(score) for way, score in zip(SCORING.ways, found, strict=True)}


def zero(weighting: str) -> Way:
    return Way(weighting, NotApplicable.ZERO)


def excluded(weighting: str) -> Way:
    return Way(weighting, NotApplicable.EXCLUDED)


@given(levels_of_a_model)
def test_scores_equal_the_formula_of_the_study(levels: tuple[Level, ...]) -> None:
    for way, score in zip(SCORING.ways, SCORING.scores(levels), strict=True):
        assert SCORING.points(score) == score_by_hand(levels, way)


@given(levels_of_a_model)
def test_scores_lie_between_zero_and_the_maximum(levels: tuple[Level, ...]) -> None:
    for way, score in zip(SCORING.ways, SCORING.scores(levels), strict=True):
        assert 0 <= SCORING.points(score) <= rubric().maximum(rubric().weighting(way.weighting))


@given(st.tuples(*[st.sampled_from([Level.OPEN, Level.SEMI_OPEN, Level.CLOSED])] * len(rubric().criteria)))
def test_both_countings_agree_where_everything_applies(levels: tuple[Level, ...]) -> None:
    scores = dict(zip(SCORING.ways, SCORING.scores(levels), strict=True))
    for weighting in rubric().weightings:
        assert scores[zero(weighting.id)] == scores[excluded(weighting.id)]


@pytest.mark.parametrize(
    ("letters", "way", "expected"),
    [
        # basic 6, accessibility 3, methodology 3, data 4
        ("oooooo ooo ooo oooo", zero("ours"), Fraction(4)),
        ("oooooo ooo ooo oooo", zero("osd"), Fraction(1)),
        ("ssssss sss sss ssss", zero("osaid"), Fraction(5, 4)),
        ("cccccc ccc ccc cccc", zero("ours"), Fraction(0)),
        ("osc ccc occ ccc sccc", zero("ours"), Fraction(1, 4) + Fraction(1, 3) + Fraction(1, 8)),
        ("osc ccc occ ccc sccc", zero("liu"), Fraction(1, 8) + Fraction(1, 8)),
        # A step that does not exist stays in the denominator, or leaves it.
        ("oooooo ooo onn oooo", zero("ours"), Fraction(10, 3)),
        ("oooooo ooo onn oooo", excluded("ours"), Fraction(4)),
        ("cccccc ccc snn cccc", excluded("ours"), Fraction(1, 2)),
        # A category in which nothing applies leaves the total, which is scaled up to the same maximum.
        ("oooooo ccc nnn cccc", zero("ours"), Fraction(1)),
        ("oooooo ccc nnn cccc", excluded("ours"), Fraction(4, 3)),
        ("oooooo ooo nnn oooo", excluded("ours"), Fraction(4)),
        ("oooooo nnn nnn cccc", excluded("osaid"), Fraction(1) * Fraction(5, 2) / 2),
        # Methodology weighs nothing for OSAID, so that nothing is scaled.
        ("oooooo ccc nnn cccc", excluded("osaid"), Fraction(1)),
        # All that OSD weights does not apply.
        ("nnnnnn nnn ooo oooo", excluded("osd"), Fraction(0)),
        ("nnnnnn nnn nnn nnnn", excluded("ours"), Fraction(0)),
    ],
)
def test_a_score_worked_out_on_paper(letters: str, way: Way, expected: Fraction) -> None:
    assert scores_of(letters.replace(" ", ""))[way] == expected


def test_a_category_in_which_nothing_applies_has_no_score_only_where_it_is_left_out() -> None:
    levels = entry_with("oooooo" + "nnn" + "ccc" + "oscn").levels
    assert SCORING.category_scores(levels, NotApplicable.ZERO) == (
        Fraction(1),
        Fraction(0),
        Fraction(0),
        Fraction(3, 8),
    )
    assert SCORING.category_scores(levels, NotApplicable.EXCLUDED) == (Fraction(1), None, Fraction(0), Fraction(1, 2))


def test_there_is_one_way_of_ranking_for_each_weighting_and_counting() -> None:
    assert len(SCORING.ways) == len(set(SCORING.ways)) == 2 * len(rubric().weightings)


def test_weights_stand_in_the_order_of_the_categories() -> None:
    half = Fraction(1, 2)
    assert category_weights(rubric(), rubric().weighting("liu")) == (half, Fraction(0), half, Fraction(1))


@pytest.mark.parametrize(
    ("scores", "ranks"),
    [
        ([], []),
        ([7], [1]),
        ([9, 8, 8, 7], [1, 2, 2, 4]),
        ([7, 8, 9, 8], [4, 2, 1, 2]),
        ([5, 5, 5], [1, 1, 1]),
        ([1, 2, 3], [3, 2, 1]),
        ([0, 0, 3, 3, 3], [4, 4, 1, 1, 1]),
    ],
)
def test_ties_share_the_smaller_rank_and_the_next_is_skipped(scores: list[int], ranks: list[int]) -> None:
    assert competition_ranks(scores) == ranks


@given(st.lists(st.integers(0, 6), max_size=12))
def test_a_rank_is_one_plus_the_number_of_strictly_better(scores: list[int]) -> None:
    assert competition_ranks(scores) == [1 + sum(other > score for other in scores) for score in scores]
