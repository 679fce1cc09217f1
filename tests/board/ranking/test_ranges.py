"""The range of a model's ranks: over all ways of ranking, and wherever doubtful ratings end up."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.board.model.rubric import Level
from bot.board.ranking.leaderboard import Leaderboard, rank_entries
from bot.board.ranking.ranges import RankRange, rank_ranges
from bot.board.ranking.scoring import Scoring
from tests.samples import entry_with, rubric
from tests.thorough import examples

CRITERIA = tuple(criterion.id for criterion in rubric().criteria)
SCORING = Scoring(rubric())


def board(*models: tuple[str, tuple[str, ...]]) -> Leaderboard:
    """Return a board of models m0, m1 ... with these levels and doubtful criteria."""
    entries = [
        entry_with(levels, f"example/m{number}")._replace(doubtful=doubtful)
        for number, (levels, doubtful) in enumerate(models)
    ]
    return rank_entries(entries, SCORING)


def test_a_model_that_every_way_ranks_alike_has_one_rank() -> None:
    ranges = rank_ranges(board(("o" * 16, ()), ("c" * 16, ()), ("s" * 16, ())))
    assert ranges == {"example/m0": RankRange(1, 1), "example/m1": RankRange(3, 3), "example/m2": RankRange(2, 2)}


def test_ties_share_the_smaller_rank() -> None:
    assert set(rank_ranges(board(("s" * 16, ()), ("s" * 16, ()))).values()) == {RankRange(1, 1)}


def test_an_empty_board_has_no_ranges() -> None:
    assert rank_ranges(board()) == {}


def test_weightings_that_rank_differently_make_a_range() -> None:
    basic, data = "o" * 6 + "c" * 10, "c" * 12 + "o" * 4
    assert rank_ranges(board((basic, ()), (data, ()))) == {
        "example/m0": RankRange(1, 2),
        "example/m1": RankRange(1, 2),
    }


def test_a_doubtful_rating_moves_its_model_and_those_that_it_may_pass() -> None:
    semi, one_more = "s" * 16, "o" + "s" * 15
    assert rank_ranges(board((one_more, ()), (semi, ("weights",)), ("c" * 16, ()))) == {
        "example/m0": RankRange(1, 1),
        "example/m1": RankRange(1, 2),
        "example/m2": RankRange(3, 3),
    }


def test_what_is_not_applicable_has_no_step() -> None:
    ranges = rank_ranges(board(("o" * 15 + "n", ("data_filtering",)), ("o" * 15 + "s", ())))
    assert (
        ranges["example/m1"].worst == rank_ranges(board(("o" * 15 + "n", ()), ("o" * 15 + "s", ())))["example/m1"].worst
    )


STEPS = [Level.CLOSED, Level.SEMI_OPEN, Level.OPEN]
MODELS = st.lists(
    st.tuples(
        st.text("oscn", min_size=16, max_size=16),
        st.lists(st.sampled_from(CRITERIA), max_size=2, unique=True).map(tuple),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=examples(30), deadline=None)
@given(MODELS)
def test_the_range_is_that_of_all_ways_and_all_combinations_of_doubtful_ratings(
    models: list[tuple[str, tuple[str, ...]]],
) -> None:
    present = board(*models)
    ranks: dict[str, set[int]] = {row.entry.id: set() for row in present.rows}
    doubtful = [(row.entry.id, each) for row in present.rows for each in row.entry.doubtful]
    for steps in product((-1, 0, 1), repeat=len(doubtful)):
        stepped = dict(zip(doubtful, steps, strict=True))
        entries = [
            row.entry._replace(
                levels=tuple(
                    after(level, stepped.get((row.entry.id, each), 0))
                    for each, level in zip(CRITERIA, row.entry.levels, strict=True)
                )
            )
            for row in present.rows
        ]
        for row in rank_entries(entries, SCORING).rows:
            ranks[row.entry.id] |= set(row.ranks)
    assert rank_ranges(present) == {each: RankRange(min(found), max(found)) for each, found in ranks.items()}


def after(level: Level, step: int) -> Level:
    if level is Level.NOT_APPLICABLE:
        return level
    return STEPS[min(max(STEPS.index(level) + step, 0), 2)]
