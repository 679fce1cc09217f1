"""The agreement with another index: matches, shares, kappa, and disagreements."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.board.model.crosswalk import Index
from bot.board.model.rubric import Level
from bot.sources.indexes.agreement import Disagreement, ModelMatch, agreement, kappa
from tests.samples import entry_with, rubric
from tests.sources.indexes.listings import OSAI, crosswalk, listed

OPEN, SEMI, CLOSED = Level.OPEN, Level.SEMI_OPEN, Level.CLOSED
PAIRS = st.lists(st.tuples(st.sampled_from([OPEN, SEMI, CLOSED]), st.sampled_from([OPEN, SEMI, CLOSED])), max_size=30)


def table(*rows: tuple[int, ...]) -> list[tuple[Level, Level]]:
    """Return pairs from a square table of their frequencies; a row for each of their levels."""
    cells = product(range(len(rows)), repeat=2)
    return [((OPEN, SEMI, CLOSED)[i], (OPEN, SEMI, CLOSED)[j]) for i, j in cells for _ in range(rows[i][j])]


KAPPAS = {
    # By hand: of 50 pairs 35 are the same; by chance it would be 1/2 * 3/5 + 1/2 * 2/5 = 1/2.
    "two columns that mostly agree": (table((20, 5), (10, 15)), Fraction(2, 5)),
    "the same everywhere": (table((3, 0), (0, 4)), Fraction(1)),
    "never the same": (table((0, 2), (2, 0)), Fraction(-1)),
    "one side has one level only": (table((3, 0, 0), (2, 0, 0), (1, 0, 0)), Fraction(0)),
    "three levels": (
        table((2, 1, 0), (0, 2, 1), (0, 0, 2)),
        Fraction(27, 43),
    ),  # 6/8 are the same; by chance 21/64 would be
    "one level on both sides": (table((5,)), None),
    "nothing": ([], None),
}


@pytest.mark.parametrize("case", KAPPAS)
def test_kappa_is_the_agreement_beyond_chance(case: str) -> None:
    pairs, expected = KAPPAS[case]
    assert kappa(pairs) == expected


@given(PAIRS)
def test_kappa_is_symmetric_at_most_one_and_one_only_without_disagreement(pairs: list[tuple[Level, Level]]) -> None:
    found = kappa(pairs)
    assert found == kappa([(ours, theirs) for theirs, ours in pairs])
    if found is None:
        assert len(set(pairs)) <= 1
    else:
        assert -1 <= found <= 1
        assert (found == 1) == all(theirs is ours for theirs, ours in pairs)


def levels(**changed: str) -> str:
    """Return a letter for each criterion: closed, except for the named ones."""
    return "".join(changed.get(criterion.id, "c") for criterion in rubric().criteria)


# OSAI says: weights open, code closed, pretraining_data and paper semi-open.
ENTRY = entry_with(levels(weights="o", code="o", paper="o", pretraining_data="n"), "example/one", "Example One")


def test_only_criteria_with_levels_on_both_sides_are_compared() -> None:
    found = agreement([listed(Index.OSAI, OSAI)], [ENTRY], crosswalk(Index.OSAI), rubric())
    assert found.matches == (ModelMatch("example/one", "index/one.yaml", "name"),)
    assert {name: (one.compared, one.agreed) for name, one in found.criteria.items() if one.compared} == {
        "weights": (1, 1),
        "code": (1, 0),
        "paper": (1, 0),
    }
    assert (found.total.compared, found.total.share) == (3, Fraction(1, 3))
    assert found.criteria["license"].share is None


def test_the_largest_disagreements_come_first() -> None:
    found = agreement([listed(Index.OSAI, OSAI)], [ENTRY], crosswalk(Index.OSAI), rubric())
    assert found.disagreements == (
        Disagreement("example/one", "code", OPEN, CLOSED, "index/one.yaml"),
        Disagreement("example/one", "paper", OPEN, SEMI, "index/one.yaml"),
    )
    assert [one.degrees for one in found.disagreements] == [2, 1]


def test_a_model_is_matched_once_and_by_hub_id_before_name() -> None:
    named = listed(Index.OSAI, OSAI.replace("example-lab/one-chat", "example-lab/other"), "index/a.yaml")
    on_hub = listed(Index.OSAI, OSAI.replace("name: Example One", "name: Another"), "index/b.yaml")
    entry = ENTRY._replace(huggingface="Example-Lab/One-Chat")
    found = agreement([named, on_hub], [entry], crosswalk(Index.OSAI), rubric())
    assert found.matches == (ModelMatch("example/one", "index/b.yaml", "huggingface"),)
    assert found.left_out == (ModelMatch("example/one", "index/a.yaml", "name"),)
    assert found.total.compared == 3


NAMES = {
    "Example One": True,
    "example-one": True,
    "EXAMPLE  ONE": True,
    "one-chat": True,  # what its users see
    "Example One 7B": False,
    "예시": False,
}


@pytest.mark.parametrize("name", NAMES)
def test_names_are_the_same_but_for_case_and_punctuation(name: str) -> None:
    entry = ENTRY._replace(model=name)
    found = agreement([listed(Index.OSAI, OSAI)], [entry], crosswalk(Index.OSAI), rubric())
    assert bool(found.matches) is NAMES[name]


def test_a_name_that_two_of_our_models_have_matches_neither() -> None:
    entries = [ENTRY, ENTRY._replace(id="example/two")]
    found = agreement([listed(Index.OSAI, OSAI)], entries, crosswalk(Index.OSAI), rubric())
    assert (found.matches, found.total.share, found.total.kappa) == ((), None, None)


def test_the_order_of_files_and_models_changes_nothing() -> None:
    listings = [
        listed(
            Index.OSAI, OSAI.replace("Example One", f"Model {n}").replace("one-chat", f"chat-{n}"), f"index/{n}.yaml"
        )
        for n in range(4)
    ]
    entries = [ENTRY._replace(id=f"example/{n}", model=f"Model {n}") for n in range(4)]
    found = agreement(listings, entries, crosswalk(Index.OSAI), rubric())
    assert Counter(match.by for match in found.matches) == {"name": 4}
    assert agreement(listings[::-1], entries[::-1], crosswalk(Index.OSAI), rubric()) == found
