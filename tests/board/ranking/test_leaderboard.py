"""Properties of every leaderboard, whatever its models."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.board.model.assessment import Entry
from bot.board.model.rubric import Level, NotApplicable
from bot.board.ranking.leaderboard import Leaderboard, rank_entries
from bot.board.ranking.scoring import Scoring, Way
from tests.samples import entry_with, rubric

if TYPE_CHECKING:
    from random import Random

SCORING = Scoring(rubric())
CRITERIA = len(rubric().criteria)
ORDER = [Level.CLOSED, Level.SEMI_OPEN, Level.OPEN]

# Few distinct names and levels in blocks, so that ties happen.
names = st.sampled_from(["Example One", "example one", "Example Two", "한국 모델"])
levels_in_blocks = st.lists(st.sampled_from(Level), min_size=4, max_size=4).map(
    lambda four: tuple(level for level in four for _ in range(CRITERIA // 4))
)
any_levels = levels_in_blocks | st.tuples(*[st.sampled_from(Level)] * CRITERIA)


@st.composite
def entries(draw: st.DrawFn, least: int = 1) -> list[Entry]:
    models = draw(st.lists(st.tuples(names, any_levels), min_size=least, max_size=8))
    return [Entry(f"example/{number}", name, None, levels) for number, (name, levels) in enumerate(models)]


def board_of(listed: list[Entry]) -> Leaderboard:
    return rank_entries(listed, SCORING)


@given(entries(), st.randoms(use_true_random=False))
def test_the_order_in_which_files_are_read_changes_nothing(listed: list[Entry], random: Random) -> None:
    shuffled = listed[:]
    random.shuffle(shuffled)
    assert board_of(shuffled).rows == board_of(listed).rows


@given(entries(), st.data())
def test_raising_a_level_never_lowers_the_score_nor_worsens_the_rank(listed: list[Entry], data: st.DataObject) -> None:
    chosen = data.draw(st.integers(0, len(listed) - 1))
    levels = list(listed[chosen].levels)
    for place in data.draw(st.lists(st.integers(0, CRITERIA - 1), min_size=1, max_size=3)):
        if levels[place] in ORDER[:-1]:  # what does not apply stays so: the denominators stay the same
            levels[place] = ORDER[ORDER.index(levels[place]) + 1]
    raised = listed[chosen]._replace(levels=tuple(levels))
    before = board_of(listed).by_id[raised.id]
    after = board_of([*listed[:chosen], raised, *listed[chosen + 1 :]]).by_id[raised.id]
    assert all(new >= old for new, old in zip(after.scores, before.scores, strict=True))
    assert all(new <= old for new, old in zip(after.ranks, before.ranks, strict=True))


@given(entries(), st.data())
def test_a_model_that_is_at_least_as_open_in_every_criterion_never_ranks_below(
    listed: list[Entry], data: st.DataObject
) -> None:
    lower = data.draw(st.sampled_from(listed))
    at_least = [
        level if level is Level.NOT_APPLICABLE else data.draw(st.sampled_from(ORDER[ORDER.index(level) :]))
        for level in lower.levels
    ]
    board = board_of([*listed, Entry("example/upper", "Example Upper", None, tuple(at_least))])
    upper = board.by_id["example/upper"]
    assert all(mine <= theirs for mine, theirs in zip(upper.ranks, board.by_id[lower.id].ranks, strict=True))


@given(entries())
def test_a_rank_is_one_plus_the_number_of_strictly_better_models(listed: list[Entry]) -> None:
    board = board_of(listed)
    for place in range(len(SCORING.ways)):
        for row in board.rows:
            assert row.ranks[place] == 1 + sum(other.scores[place] > row.scores[place] for other in board.rows)


@given(entries())
def test_the_order_is_total_and_deterministic_for_every_way(listed: list[Entry]) -> None:
    board = board_of(listed)
    assert list(board.rows) == board.ordered_by(board.default_way)
    for place, way in enumerate(SCORING.ways):
        ordered = board.ordered_by(way)
        keys = [(-row.scores[place], row.entry.model.casefold(), row.entry.id) for row in ordered]
        assert keys == sorted(keys)
        assert len(set(keys)) == len(listed)
        assert [row.ranks[place] for row in ordered] == sorted(row.ranks[place] for row in ordered)


def test_ties_stand_in_the_order_of_their_names_whatever_their_case_and_then_of_their_ids() -> None:
    same = "o" * CRITERIA
    board = board_of(
        [
            entry_with(same, "example/z", "beta"),
            entry_with(same, "example/y", "Alpha"),
            entry_with(same, "example/x", "Beta"),
            entry_with("c" * CRITERIA, "example/a", "Aardvark"),
        ]
    )
    assert [row.entry.id for row in board.rows] == ["example/y", "example/x", "example/z", "example/a"]
    assert [board.rank(row) for row in board.rows] == [1, 1, 1, 4]


@pytest.fixture
def board() -> Leaderboard:
    return board_of(
        [
            entry_with("oooooo" + "ccc" + "nnn" + "cccc", "example/base"),
            entry_with("oooooo" + "scc" + "ccc" + "cccc", "example/tuned"),
        ]
    )


def test_the_default_way_is_the_first_of_the_rubric(board: Leaderboard) -> None:
    assert board.default_way == Way("ours", NotApplicable.ZERO)
    assert board.rubric is SCORING.rubric


def test_ranks_and_scores_are_looked_up_by_way(board: Leaderboard) -> None:
    base = board.by_id["example/base"]
    assert (board.rank(base), board.score(base)) == (2, Fraction(1))
    fairer = Way("ours", NotApplicable.EXCLUDED)
    assert (board.rank(base, fairer), board.score(base, fairer)) == (1, Fraction(4, 3))
    assert [row.entry.id for row in board.ordered_by(fairer)] == ["example/base", "example/tuned"]


def test_category_scores_are_looked_up_by_counting(board: Leaderboard) -> None:
    base = board.by_id["example/base"]
    assert board.category_scores(base) == (Fraction(1), Fraction(0), Fraction(0), Fraction(0))
    assert board.category_scores(base, NotApplicable.EXCLUDED) == (Fraction(1), Fraction(0), None, Fraction(0))


def test_a_board_without_models_is_empty() -> None:
    assert board_of([]).rows == ()
