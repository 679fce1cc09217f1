"""The recomputation: the measured figures, and the usual definitions of the statistics."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.board.model.assessment import Entry
from bot.board.model.rubric import Level
from bot.board.ranking.scoring import Scoring
from bot.board.study.reproduction import Reproduction, average_ranks, correlate, reproduce, spearman
from bot.board.study.tables import Correlation
from tests.board.study.test_tables import study
from tests.samples import entry_with, rubric


@cache
def scoring() -> Scoring:
    return Scoring(rubric())


@cache
def reproduction() -> Reproduction:
    return reproduce(study(), (), scoring())


def with_living(*living: Entry) -> Reproduction:
    return reproduce(study(), living, scoring())


# ---- Ranks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weighting", "correlation", "exact", "largest"),
    [("ours", 0.985, 9, 4), ("osaid", 0.973, 10, 6), ("liu", 0.969, 10, 6), ("eiras", 0.930, 9, 9)],
)
def test_ranks_from_the_printed_ratings_agree_with_the_printed_ranks_as_measured(
    weighting: str, correlation: float, exact: int, largest: int
) -> None:
    (ranking,) = [each for each in reproduction().rankings if each.weighting == weighting]
    agreement = ranking.study
    assert agreement.spearman is not None
    assert round(agreement.spearman, 3) == correlation
    assert (len(agreement.pairs), agreement.exact, agreement.largest_difference) == (28, exact, largest)


def test_a_column_for_three_weightings_is_recomputed_by_the_first() -> None:
    assert [(each.column, each.weighting, each.name) for each in reproduction().rankings] == [
        ("ours", "ours", "Equal weights"),
        ("osaid_liesenfeld_white", "osaid", "OSAID"),
        ("liu", "liu", "Liu"),
        ("eiras", "eiras", "Eiras"),
    ]


def test_models_with_the_same_ratings_but_different_printed_ranks_are_found() -> None:
    assert [(each.column, each.models, each.printed) for each in reproduction().same_ratings] == [
        ("ours", ("Gemma-3", "Gemma-2"), (5, 1)),
        ("osaid_liesenfeld_white", ("Gemma-3", "Gemma-2"), (6, 4)),
    ]


# ---- Benchmarks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("benchmark", "models", "plotted", "recomputed", "slope", "intercept"),
    [
        ("gpqa", 16, -0.554, -0.557, -11.87, 77.02),
        ("mmlu", 17, -0.049, -0.009, -1.63, 76.12),
        ("elo", 17, -0.245, -0.224, -32.90, 1335.82),
    ],
)
def test_correlations_and_lines_are_as_measured(
    benchmark: str, models: int, plotted: float, recomputed: float, slope: float, intercept: float
) -> None:
    (found,) = [each for each in reproduction().benchmarks if each.benchmark == benchmark]
    assert rounded(found.plotted.correlation, 3)[:2] == (models, plotted)
    assert rounded(found.plotted.correlation, 2)[2:] == (slope, intercept)
    assert rounded(found.recomputed.correlation, 3)[:2] == (models, recomputed)
    assert found.printed == study().printed[benchmark]


def rounded(correlation: Correlation, places: int) -> tuple[int, float, float, float]:
    assert correlation.pearson is not None
    assert correlation.slope is not None
    assert correlation.intercept is not None
    return (
        correlation.models,
        round(correlation.pearson, places),
        round(correlation.slope, places),
        round(correlation.intercept, places),
    )


# ---- Scores ----------------------------------------------------------------------------------------------------------


def test_six_of_23_plotted_scores_are_equal_and_all_within_0_26() -> None:
    assert (reproduction().equal_scores, len(reproduction().plotted)) == (6, 23)
    assert reproduction().largest_score_difference == pytest.approx(0.2533, abs=0.0001)


def test_leaving_not_applicable_out_is_far_off_the_plotted_score_of_gpt_2() -> None:
    (gpt2,) = [score for score in reproduction().scores if score.id == "openai/gpt-2"]
    assert (gpt2.plotted, round(float(gpt2.excluded), 2), gpt2.not_applicable) == (1.71, 2.33, 4)


def test_leaving_not_applicable_out_moves_17_of_28_and_opt_from_14_to_3() -> None:
    assert (len(reproduction().moved), reproduction().models) == (17, 28)
    farthest = reproduction().moved[0]
    assert (farthest.id, farthest.zero_rank, farthest.excluded_rank) == ("meta/opt", 14, 3)


def test_the_highest_score_is_that_of_the_studys_own_weighting() -> None:
    assert reproduction().maximum == 4


# ---- Living assessments ----------------------------------------------------------------------------------------------


def test_without_assessments_there_are_no_figures_of_today() -> None:
    assert reproduction().living_models == 0
    for ranking in reproduction().rankings:
        assert ranking.living.pairs == ()
        assert (ranking.living.spearman, ranking.living.exact, ranking.living.largest_difference) == (None, 0, None)
    for benchmark in reproduction().benchmarks:
        assert benchmark.living.correlation == Correlation(0, None, None, None)


def test_with_the_studys_own_ratings_as_assessments_today_is_the_study() -> None:
    same = with_living(*study().ratings)
    assert same.living_models == 28
    assert all(ranking.living == ranking.study for ranking in same.rankings)
    assert all(benchmark.living == benchmark.recomputed for benchmark in same.benchmarks)


def test_models_that_the_study_did_not_rate_do_not_count() -> None:
    assert with_living(entry_with("o" * 16, "example/one")) == reproduction()


def test_a_single_assessment_has_a_rank_but_no_correlation() -> None:
    one = with_living(entry_with("o" * 16, "google/gemma-3"))
    ranking = one.rankings[0].living
    assert [(pair.printed, pair.computed) for pair in ranking.pairs] == [(1, 1)]
    assert (ranking.spearman, ranking.exact, ranking.largest_difference) == (None, 1, 0)
    assert one.benchmarks[0].living.correlation == Correlation(1, None, None, None)


def test_a_part_of_the_models_is_compared_with_the_printed_order_of_that_part() -> None:
    # Printed under `ours`: 5, 28, 26.
    some = with_living(
        entry_with("o" * 16, "google/gemma-3"),
        entry_with("c" * 16, "samsung/gauss"),
        entry_with("c" * 15 + "o", "openai/gpt-4.5"),
    )
    pairs = {pair.id: (pair.printed, pair.computed) for pair in some.rankings[0].living.pairs}
    assert pairs == {"google/gemma-3": (1, 1), "openai/gpt-4.5": (2, 2), "samsung/gauss": (3, 3)}
    assert some.rankings[0].living.spearman == pytest.approx(1)


def test_assessments_that_all_have_the_same_score_have_no_correlation() -> None:
    same = with_living(*(entry_with("o" * 16, entry.id) for entry in study().ratings))
    assert same.rankings[0].living.spearman is None
    assert same.benchmarks[0].living.correlation == Correlation(16, None, None, None)


levels = st.tuples(*[st.sampled_from(Level)] * 16)


@pytest.mark.thorough
@given(st.lists(levels, min_size=28, max_size=28))
def test_the_order_of_the_assessments_does_not_matter(ratings: list[tuple[Level, ...]]) -> None:
    living = [Entry(entry.id, entry.model, None, rated) for entry, rated in zip(study().ratings, ratings, strict=True)]
    shuffled = sorted(living, key=lambda entry: entry.levels)
    assert with_living(*living) == with_living(*shuffled)


# ---- Statistics ------------------------------------------------------------------------------------------------------

numbers = st.lists(st.integers(-50, 50), max_size=30)
pairs = st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), max_size=30)


@given(numbers)
def test_the_average_rank_is_the_mean_place_of_all_equal_values(values: list[int]) -> None:
    ordered = sorted(values)
    for value, rank in zip(values, average_ranks(values), strict=True):
        places = [place for place, other in enumerate(ordered, start=1) if other == value]
        assert rank == sum(places) / len(places)


@given(pairs)
def test_spearman_does_not_change_under_monotone_transforms(points: list[tuple[int, int]]) -> None:
    one, other = [point[0] for point in points], [point[1] for point in points]
    stretched = [value**3 + 2 * value - 7 for value in one]
    assert spearman(one, other) == spearman(stretched, other)


@given(pairs)
def test_spearman_turns_its_sign_when_one_side_is_reversed(points: list[tuple[int, int]]) -> None:
    one, other = [point[0] for point in points], [point[1] for point in points]
    straight, reversed_ = spearman(one, other), spearman([-value for value in one], other)
    if straight is None:
        assert reversed_ is None
    else:
        assert reversed_ == pytest.approx(-straight)


@given(st.permutations(range(8)))
def test_spearman_without_ties_is_the_textbook_formula(order: list[int]) -> None:
    squares = sum((place - other) ** 2 for place, other in enumerate(order))
    assert spearman(range(8), order) == pytest.approx(1 - 6 * squares / (8 * (64 - 1)))


@given(pairs)
def test_pearson_and_the_line_are_what_their_sums_of_products_over_all_pairs_say(points: list[tuple[int, int]]) -> None:
    # The covariance and both variances by differences of all pairs of points: a definition without means.
    covariance = sum((a[0] - b[0]) * (a[1] - b[1]) for a, b in combinations(points, 2))
    across = sum((a[0] - b[0]) ** 2 for a, b in combinations(points, 2))
    up = sum((a[1] - b[1]) ** 2 for a, b in combinations(points, 2))
    found = correlate(points)
    if not across:
        assert found == Correlation(len(points), None, None, None)
        return
    assert found.slope == pytest.approx(covariance / across)
    assert found.pearson == (pytest.approx(covariance / (across * up) ** 0.5) if up else None)
    middle = sum(y for _, y in points) / len(points) - covariance / across * sum(x for x, _ in points) / len(points)
    assert found.intercept == pytest.approx(middle, abs=1e-9)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([], Correlation(0, None, None, None)),
        ([(1, 2)], Correlation(1, None, None, None)),
        ([(1, 2), (1, 3)], Correlation(2, None, None, None)),
        ([(1, 2), (2, 2)], Correlation(2, None, 0, 2)),
    ],
)
def test_a_figure_that_is_not_defined_is_none(points: list[tuple[float, float]], expected: Correlation) -> None:
    assert correlate(points) == expected
