"""The difference between two leaderboards in one sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.board.ranking.change import diff_leaderboards
from bot.board.ranking.change_summary import SummaryFacts, summary, summary_macros
from bot.board.ranking.leaderboard import rank_entries
from bot.text.catalogue import languages
from tests.board.ranking.changes import (
    ONE,
    OTHERS,
    SCORING,
    change_of,
    copies,
    developer,
    developers_changed,
    opened,
    rated,
    with_rubric,
)
from tests.samples import assessment, entry_with, rubric

if TYPE_CHECKING:
    from bot.board.model.assessment import Assessment
    from bot.board.model.developer import Developer


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (OTHERS, OTHERS, "Nothing on the board changes."),
        (
            OTHERS | ONE,
            OTHERS | {"example/one": opened("code", "license", "paper")},
            (
                "Example One rises from rank 4 to 1 (0.17 → 0.67 of 4 points). Example Alpha, Example Gamma and Example Beta move "
                "down one place."
            ),
        ),
        (
            OTHERS | {"example/one": opened("code", "paper")},
            OTHERS | ONE,
            ("Example One falls from rank 1 to 4 (0.50 → 0.17 of 4 points). Example Beta moves up one place."),
        ),
        (
            OTHERS | {"example/one": opened("code", "license", "paper")},
            OTHERS | {"example/one": opened("code", "license", "paper", "api")},
            "Example One stays at rank 1 (0.67 → 1.00 of 4 points). No other model moves.",
        ),
        (
            ONE,
            {"example/one": assessment(ratings={"weights": {"level": "closed"}, "code": rated()})},
            "Example One stays at rank 1 (0.17 of 4 points). No other model moves.",
        ),
        (OTHERS, OTHERS | ONE, "Example One enters at rank 4 of 4 (0.17 of 4 points). No other model moves."),
        (
            OTHERS,
            {name: model for name, model in OTHERS.items() if name != "example/beta"},
            ("Example Beta leaves the board, where it had rank 3 of 3. No other model moves on the board."),
        ),
        (
            OTHERS | ONE,
            OTHERS | {"example/uno": opened()},
            "Example One is renamed from `example/one` to `example/uno`. No other model moves.",
        ),
        (
            OTHERS | ONE,
            OTHERS | {"example/uno": opened("code")},
            (
                "Example One is renamed from `example/one` to `example/uno`. Example One rises from rank 4 to 3 "
                "(0.17 → 0.33 of 4 points). No other model moves on the board."
            ),
        ),
        (
            {"example/one": opened("code")},
            {"example/one": assessment(ratings={"code": rated(fact="Something else.")}, license="MIT")},
            (
                "Example One keeps all its ratings; only evidence or notes (Code) and facts about the model (license) "
                "change. No other model moves."
            ),
        ),
        (
            OTHERS | ONE,
            {
                "example/alpha": OTHERS["example/alpha"],
                "example/gamma": OTHERS["example/gamma"],
                "example/one": opened("code"),
            },
            (
                "Example One rises from rank 4 to 3 (0.17 → 0.33 of 4 points). "
                "Example Beta leaves the board, where it had rank 3 of 4. No other model moves."
            ),
        ),
        (
            OTHERS | ONE,
            {
                "example/new": opened(model="Example New"),
                "example/newer": opened(model="Example Newer"),
                "example/uno": opened("code"),
                "example/alpha": opened(model="Example Alpha"),
            },
            "6 models change: 2 enter, 2 leave, 1 is renamed, 1 is rated differently. No other model moves.",
        ),
    ],
)
def test_one_sentence_summarises_the_change(
    before: dict[str, Assessment], after: dict[str, Assessment], sentence: str
) -> None:
    assert summary(*change_of(before, after)) == sentence


def test_the_sentence_says_when_the_rubric_itself_changes() -> None:
    other = rank_entries([entry_with("o" * 16)], with_rubric(version="9.9.9"))
    before = rank_entries([entry_with("o" * 16)], SCORING)
    assert summary(diff_leaderboards(before, other, {}, {}), other) == "The rubric changes. No model moves."


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ({"a": developer()}, {"a": developer()}, "Nothing on the board changes."),
        (
            {"a": developer()},
            {"a": developer(country="Utopia", kind="single-research-institute")},
            (
                "The developer `a` changes: country International → Utopia, kind single-company → single-research-institute. "
                "No model moves."
            ),
        ),
        (
            {"a": developer()},
            {"b": developer()},
            (
                "The developer `a` leaves. The developer `b` is new: Example Lab, International, single-company, "
                "https://example.org. No model moves."
            ),
        ),
        ({}, dict.fromkeys("abcd", developer()), "4 developers change. No model moves."),
    ],
)
def test_the_sentence_says_which_developers_change(
    before: dict[str, Developer], after: dict[str, Developer], sentence: str
) -> None:
    assert summary(*developers_changed(before, after)) == sentence


def test_scores_that_differ_are_never_shown_as_equal() -> None:
    # 3/7 and 0.43 would both be 0.43 with two places.
    ours = rubric().default_weighting
    fine = ours.model_copy(update={"weights": {**ours.weights, "basic": ours.weights["basic"] / 1000}})
    scoring = with_rubric(weightings=(fine, *rubric().weightings[1:]))
    before, after = (rank_entries([entry_with(letters + "c" * 15)], scoring) for letters in "co")
    assert "(0.0000 → 0.0002 of" in summary(diff_leaderboards(before, after, {}, {}), after)


def test_without_other_ways_of_ranking_none_is_mentioned() -> None:
    change, board = change_of(OTHERS, OTHERS | ONE)
    assert summary(replace(change, elsewhere=()), board).endswith(" No other model moves.")


def test_many_models_that_all_move_by_one_place_are_one_sentence() -> None:
    many = copies(opened("code"), "Example S{}", 43)
    assert summary(*change_of(many, many | {"example/new": opened("code", "paper", model="Example New")})) == (
        "Example New enters at rank 1 of 44 (0.50 of 4 points). 43 other models move down one place."
    )


def test_a_new_developer_is_one_sentence_whose_long_values_are_cut() -> None:
    change = developers_changed({}, {"a": developer("x" * 100), "b": developer("y" * 101)})
    assert f"`a` is new: {'x' * 100}, International" in summary(*change)
    assert f"`b` is new: {'y' * 99}…, International" in summary(*change)


@pytest.mark.parametrize("language", languages())
def test_the_sentences_are_in_every_language(language: str) -> None:
    said = SummaryFacts(*change_of(OTHERS | ONE, OTHERS | {"example/one": opened("code", "paper")}))
    text = summary_macros(".txt.j2", language).summary(said)
    assert text.startswith("Example One")
    assert ("No other" in text or "move" in text) == (language == "en")
