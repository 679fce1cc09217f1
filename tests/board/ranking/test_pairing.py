"""Which models of two leaderboards are the same, whatever their files are called and whichever ranks first."""

from __future__ import annotations

from typing import TypeAlias

import pytest

from bot.board.model.assessment import Entry, entry
from bot.board.ranking.leaderboard import rank_entries
from bot.board.ranking.pairing import pair_rows
from bot.board.ranking.scoring import Scoring
from tests.samples import assessment, rubric

ONE = "example/one", "Example One", "example/one"
Pair: TypeAlias = "tuple[str | None, str | None]"
MODELS: dict[str, tuple[list[tuple[str, str, str | None]], set[Pair]]] = {
    "another repository": ([("example/one", "Example One", "example/new")], {("example/one", "example/one")}),
    "a slip": ([("example/one", "Exampel One", "example/one")], {("example/one", "example/one")}),
    "a slip, and no repository any more": ([("example/one", "Exampel One", None)], {("example/one", "example/one")}),
    "a slip, and another repository": (
        [("example/one", "Exampel One", "example/new")],
        {(None, "example/one"), ("example/one", None)},
    ),
    "it goes elsewhere, and its file is about one that is nearly called so": (
        [("example/one", "Exampel One", None), ("example/new", "Example One", "example/one")],
        {("example/one", "example/new"), (None, "example/one")},
    ),
    "one gets its repository, another its name": (
        [("example/one", "Example New", "example/one"), ("example/new", "Example One", None)],
        {(None, "example/one"), (None, "example/new"), ("example/one", None)},
    ),
    "a wrong repository becomes that of the new model that it belongs to": (
        [("example/one", "Example One", "example/right"), ("example/new", "Example New", "example/one")],
        {("example/one", "example/one"), (None, "example/new")},
    ),
}


def board_entry(path: str, name: str, repository: str | None, *criteria: str) -> Entry:
    evidence = [{"url": "https://example.org/page", "where": "Section 1", "fact": "It is stated there."}]
    ratings = {criterion: {"level": "open", "evidence": evidence} for criterion in criteria}
    return entry(path, assessment(name, ratings=ratings, **({"huggingface": repository} if repository else {})))


@pytest.mark.parametrize("highest", [0, -1])
@pytest.mark.parametrize("case", MODELS)
def test_the_same_models_are_paired_whichever_ranks_first(case: str, highest: int) -> None:
    models, expected = MODELS[case]
    entries = [board_entry(*model, *["code"] * (model is models[highest])) for model in models]
    scoring = Scoring(rubric())
    before = rank_entries([board_entry(*ONE)], scoring)
    pairs = pair_rows(before, rank_entries(entries, scoring))
    assert {(old and old.entry.id, new and new.entry.id) for old, new in pairs} == expected
