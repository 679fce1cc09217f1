"""The difference between two leaderboards as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.board.model.assessment import Assessment, Entry, entry
from bot.board.model.rubric import Level, NotApplicable, Rubric
from bot.board.ranking.change import (
    NAMED_CAUSES,
    Cause,
    CauseKind,
    Change,
    ChangeKind,
    DeveloperChange,
    Mover,
    Standing,
    diff_leaderboards,
)
from bot.board.ranking.leaderboard import Leaderboard, rank_entries
from bot.board.ranking.rubric_change import rubric_changes
from bot.board.ranking.scoring import Scoring, Way
from tests.samples import assessment, developer, entry_with, rubric

SCORING = Scoring(rubric())
CRITERIA = [criterion.id for criterion in rubric().criteria]


def evidence(page: str = "page", **changes: str) -> list[dict[str, str]]:
    return [{"url": f"https://example.org/{page}", "where": "Section 1", "fact": "It is stated there."} | changes]


def rated(level: str, page: str = "page", **more: Any) -> dict[str, Any]:
    return {"level": level, "evidence": evidence(page), **more}


def opened(*criteria: str, model: str = "Example One", **changes: Any) -> Assessment:
    """Return a model that is open in `weights` and these criteria, closed in all others."""
    return assessment(model, ratings={criterion: rated("open") for criterion in criteria}, **changes)


@dataclass
class Side:
    """The models before or after a change, by id."""

    models: dict[str, Assessment] = field(default_factory=dict)
    scoring: Scoring = SCORING

    def board(self) -> Leaderboard:
        return rank_entries([entry(name, model) for name, model in self.models.items()], self.scoring)


def change_of(before: dict[str, Assessment], after: dict[str, Assessment]) -> Change:
    """Return the difference, computed with only the changed assessments, as callers do."""
    changed = {name for name in before | after if before.get(name) is not after.get(name)}
    return diff_leaderboards(
        Side(before).board(),
        Side(after).board(),
        {name: model for name, model in before.items() if name in changed},
        {name: model for name, model in after.items() if name in changed},
    )


OTHERS = {
    "example/alpha": opened("code", "paper", model="Example Alpha"),
    "example/beta": opened("code", model="Example Beta"),
    "example/gamma": opened(model="Example Gamma"),
}


def test_nothing_changes_where_the_boards_are_the_same() -> None:
    assert change_of(OTHERS, OTHERS) == Change(
        models=(),
        developers=(),
        movers=(),
        elsewhere=tuple((way, 0) for way in SCORING.ways[1:]),
        models_before=3,
        models_after=3,
        rubric_changed=False,
        rubric_changes=(),
    )


def test_a_rewritten_file_with_the_same_values_is_no_change() -> None:
    rewritten = OTHERS | {"example/beta": opened("code", model="Example Beta")}
    assert change_of(OTHERS, rewritten).models == ()


def test_a_raised_rating_shows_the_levels_and_the_evidence_of_the_new_one() -> None:
    after = OTHERS | {"example/gamma": opened("code", "paper", "license", model="Example Gamma")}
    (model,) = change_of(OTHERS, after).models
    assert (model.kind, model.id, model.former_id) == (ChangeKind.RATINGS, "example/gamma", None)
    assert model.board.before == Standing(3, Fraction(1, 6))
    assert model.board.after == Standing(1, Fraction(4, 6))
    assert [(rating.criterion, rating.before, rating.after) for rating in model.ratings] == [
        ("code", Level.CLOSED, Level.OPEN),
        ("license", Level.CLOSED, Level.OPEN),
        ("paper", Level.CLOSED, Level.OPEN),
    ]
    assert model.ratings[0].evidence == after["example/gamma"].ratings["code"].evidence
    assert model.evidence == ()


def test_those_who_were_passed_move_because_of_the_one_that_rose() -> None:
    after = OTHERS | {"example/gamma": opened("code", "paper", "license", model="Example Gamma")}
    cause = (Cause(CauseKind.ROSE_ABOVE, "example/gamma"),)
    assert change_of(OTHERS, after).movers == (
        Mover("example/alpha", "Example Alpha", 1, 2, cause, 0),
        Mover("example/beta", "Example Beta", 2, 3, cause, 0),
    )


@pytest.mark.parametrize(
    ("before", "after", "cause", "ranks"),
    [
        ("closed", "open", CauseKind.ROSE_ABOVE, (1, 2)),
        ("open", "open", None, None),
        ("open", "closed", CauseKind.NO_LONGER_ABOVE, (2, 1)),
        (None, "open", CauseKind.ENTERED_ABOVE, (1, 2)),
        (None, "closed", None, None),
        ("open", None, CauseKind.LEFT_FROM_ABOVE, (2, 1)),
        ("closed", None, None, None),
    ],
)
def test_a_model_moves_exactly_when_another_begins_or_ceases_to_be_better(
    before: str | None, after: str | None, cause: CauseKind | None, ranks: tuple[int, int] | None
) -> None:
    one = {
        "open": opened("code", "paper"),  # better than Example Beta
        "closed": opened("code"),  # level with it
    }

    def side(level: str | None) -> dict[str, Assessment]:
        return {"example/beta": OTHERS["example/beta"]} | ({"example/one": one[level]} if level else {})

    movers = change_of(side(before), side(after)).movers
    if cause is None or ranks is None:
        assert movers == ()
    else:
        assert movers == (Mover("example/beta", "Example Beta", *ranks, (Cause(cause, "example/one"),), 0),)


def test_reaching_the_same_score_moves_no_model_that_was_above() -> None:
    after = OTHERS | {"example/gamma": opened("paper", model="Example Gamma")}
    change = change_of(OTHERS, after)
    assert change.models[0].board.after == Standing(2, Fraction(1, 3))
    assert change.movers == ()


def test_a_new_model_enters_with_all_its_ratings() -> None:
    change = change_of(OTHERS, OTHERS | {"example/new": opened("code", model="Example New")})
    (model,) = change.models
    assert (model.kind, model.board.before, model.board.after) == (ChangeKind.ADDED, None, Standing(2, Fraction(1, 3)))
    assert [rating.criterion for rating in model.ratings] == CRITERIA
    assert all(rating.before is None for rating in model.ratings)
    assert (change.models_before, change.models_after) == (3, 4)
    assert [mover.id for mover in change.movers] == ["example/gamma"]


def test_a_removed_model_leaves_from_its_rank() -> None:
    (model,) = change_of(OTHERS, {name: OTHERS[name] for name in ("example/beta", "example/gamma")}).models
    assert (model.kind, model.id) == (ChangeKind.REMOVED, "example/alpha")
    assert (model.board.before, model.board.after) == (Standing(1, Fraction(1, 2)), None)
    assert model.ratings == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (opened(huggingface="example/one"), opened(model="Example One v1", huggingface="example/one")),
        (opened(), opened()),
        (opened(huggingface="example/one"), opened()),
        (opened(), opened(huggingface="example/one")),
    ],
)
def test_a_model_with_another_path_is_renamed_when_its_hub_id_or_name_stays(old: Assessment, new: Assessment) -> None:
    (model,) = change_of(OTHERS | {"example/one": old}, OTHERS | {"example-two/uno": new}).models
    assert (model.kind, model.id, model.former_id) == (ChangeKind.RENAMED, "example-two/uno", "example/one")
    assert model.board.before == model.board.after
    assert model.ratings == ()


def test_a_renamed_model_can_be_rated_differently_too() -> None:
    (model,) = change_of({"example/one": opened()}, {"example/uno": opened("code")}).models
    assert model.kind is ChangeKind.RENAMED
    assert [rating.criterion for rating in model.ratings] == ["code"]


IDENTITIES = {
    "example/a": opened(model="Example One", huggingface="example/one"),
    "example/b": opened("code", model="Example Two", huggingface="example/two"),
    "example/c": opened("code", "paper", model="Example Three", huggingface="example/three"),
}


def identified(path: str, model: str, hub_id: str | None) -> Assessment:
    """Return the assessment at `path` with another identity and the same ratings."""
    return IDENTITIES[path].model_copy(update={"model": model, "huggingface": hub_id})


RENAMED, REMOVED, ADDED = ChangeKind.RENAMED, ChangeKind.REMOVED, ChangeKind.ADDED


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param(
            {
                "example/a": identified("example/a", "Example Two", "example/two"),
                "example/b": identified("example/b", "Example One", "example/one"),
            },
            {(RENAMED, "example/a", "example/b"), (RENAMED, "example/b", "example/a")},
            id="two files swap what they are about",
        ),
        pytest.param(
            {
                "example/a": identified("example/a", "Example Two", "example/two"),
                "example/b": identified("example/b", "Example Three", "example/three"),
                "example/c": identified("example/c", "Example One", "example/one"),
            },
            {
                (RENAMED, "example/a", "example/b"),
                (RENAMED, "example/b", "example/c"),
                (RENAMED, "example/c", "example/a"),
            },
            id="three rotate",
        ),
        pytest.param(
            {
                "example/a": identified("example/a", "Example Two", "example/one"),
                "example/b": identified("example/b", "Example One", "example/two"),
            },
            {(ADDED, "example/a", None), (REMOVED, "example/a", None)}
            | {(ADDED, "example/b", None), (REMOVED, "example/b", None)},
            id="only the names are swapped",
        ),
        pytest.param(
            {
                "example/a": identified("example/a", "Example One", "example/two"),
                "example/b": identified("example/b", "Example Two", "example/one"),
            },
            {(ADDED, "example/a", None), (REMOVED, "example/a", None)}
            | {(ADDED, "example/b", None), (REMOVED, "example/b", None)},
            id="only the repositories are swapped",
        ),
        pytest.param(
            {"example/a": identified("example/a", "Example Large", "example/large")},
            {(ADDED, "example/a", None), (REMOVED, "example/a", None)},
            id="a file is about a model that nobody knew",
        ),
        pytest.param(
            {"example/a": identified("example/a", "Example Large", None)},
            {(ADDED, "example/a", None), (REMOVED, "example/a", None)},
            id="another name and no repository",
        ),
        pytest.param(
            {"example/d": identified("example/a", "Example One", "example/large"), "example/a": None},
            {(ADDED, "example/d", None), (REMOVED, "example/a", None)},
            id="another path and repository",
        ),
        pytest.param(
            {"example/a": identified("example/a", "Example Two", "example/two"), "example/b": None},
            {(RENAMED, "example/a", "example/b"), (REMOVED, "example/a", None)},
            id="one takes the place of another",
        ),
    ],
)
def test_a_file_that_is_about_another_model_is_a_removal_and_a_new_model(
    after: dict[str, Assessment | None], expected: set[tuple[ChangeKind, str, str | None]]
) -> None:
    files = {path: model for path, model in (IDENTITIES | after).items() if model is not None}
    change = change_of(IDENTITIES, files)
    assert {(model.kind, model.id, model.former_id) for model in change.models} == expected


def test_models_without_repositories_that_swap_their_names_are_rated_differently() -> None:
    before = {"example/a": opened(), "example/b": opened("code", model="Example Two")}
    after = {"example/a": opened(model="Example Two"), "example/b": opened("code")}
    by_id = {model.id: model for model in change_of(before, after).models}
    assert [rating.after for rating in by_id["example/a"].ratings] == [Level.CLOSED]
    assert [rating.after for rating in by_id["example/b"].ratings] == [Level.OPEN]


@pytest.mark.parametrize(
    ("name", "hub_id", "former_name"),
    [
        ("Exmaple One", "example/one", None),
        ("Exmaple One", None, None),
        ("EXAMPLE-ONE", "Example/One", None),
        ("Example One", None, None),
        ("Example One", "example/elsewhere", None),
        ("Example Large", "example/one", "Example One"),
        ("Example Large", "EXAMPLE/one", "Example One"),
    ],
)
def test_a_file_whose_name_or_repository_stays_is_about_the_same_model(
    name: str, hub_id: str | None, former_name: str | None
) -> None:
    (model,) = change_of(IDENTITIES, IDENTITIES | {"example/a": identified("example/a", name, hub_id)}).models
    assert (model.kind, model.former_name) == (ChangeKind.EVIDENCE, former_name)


def test_a_name_with_the_repository_of_another_model_is_neither() -> None:
    before = {"example/a": opened(), "example/b": opened(model="Example B", huggingface="example/hub")}
    after = {"example/c": opened(huggingface="example/hub")}
    found = {(model.kind, model.id) for model in change_of(before, after).models}
    assert found == {(ADDED, "example/c"), (REMOVED, "example/a"), (REMOVED, "example/b")}


def test_a_model_without_name_or_hub_id_in_common_enters_while_the_other_leaves() -> None:
    change = change_of({"example/one": opened()}, {"example/two": opened(model="Example Two")})
    assert [(model.kind, model.id) for model in change.models] == [
        (ChangeKind.ADDED, "example/two"),
        (ChangeKind.REMOVED, "example/one"),
    ]


def test_other_evidence_or_another_note_for_the_same_level_is_named_by_criterion() -> None:
    before = {
        "example/one": assessment(ratings={"code": rated("open", "old"), "paper": rated("open"), "api": rated("open")})
    }
    after = {
        "example/one": assessment(
            ratings={"code": rated("open", "new"), "paper": rated("open", note="Since May."), "api": rated("open")}
        )
    }
    (model,) = change_of(before, after).models
    assert (model.kind, model.ratings) == (ChangeKind.EVIDENCE, ())
    code, paper = model.evidence
    assert (code.criterion, code.level, code.note) == ("code", Level.OPEN, False)
    assert [each.url for each in code.added] == ["https://example.org/new"]
    assert [each.url for each in code.removed] == ["https://example.org/old"]
    assert (paper.criterion, paper.added, paper.removed, paper.note) == ("paper", (), (), True)


@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({"model": "Example-One"}, ("model",)),
        ({"huggingface": "example/one"}, ("huggingface",)),
        ({"released": "2025-01-01", "license": "MIT"}, ("released", "license")),
        ({"modality": ["text", "image"]}, ("modality",)),
    ],
)
def test_facts_about_the_model_that_differ_are_named(changes: dict[str, Any], facts: tuple[str, ...]) -> None:
    (model,) = change_of({"example/one": opened()}, {"example/one": opened(**changes)}).models
    assert (model.kind, model.facts) == (ChangeKind.EVIDENCE, facts)


def test_other_ways_of_ranking_are_shown_only_where_they_move_the_model_otherwise() -> None:
    after = OTHERS | {"example/gamma": opened("rl_method", model="Example Gamma")}
    (model,) = change_of(OTHERS, after).models
    assert (model.board.before, model.board.after) == (Standing(3, Fraction(1, 6)), Standing(1, Fraction(1, 2)))
    moves = {move.way: move.step for move in model.other_ways}
    # Methodology weighs nothing for five of the weightings, so that the model stays last there.
    assert moves[Way("osaid", NotApplicable.ZERO)] == 0
    assert model.board.way not in moves
    assert all(step != model.board.step for step in moves.values())
    assert Way("ours", NotApplicable.EXCLUDED) not in moves


def test_a_changed_model_of_which_the_assessment_is_missing_is_shown_without_evidence() -> None:
    before, after = OTHERS, OTHERS | {"example/gamma": opened("code", model="Example Gamma")}
    (model,) = diff_leaderboards(Side(before).board(), Side(after).board(), {}, {}).models
    assert [(rating.criterion, rating.evidence) for rating in model.ratings] == [("code", ())]


def test_changed_models_stand_in_the_order_of_the_board_and_removed_ones_last() -> None:
    after = {
        "example/new": opened("code", "paper", "api", model="Example New"),
        "example/gamma": opened("code", "paper", model="Example Gamma"),
        "example/beta": OTHERS["example/beta"],
    }
    change = change_of(OTHERS, after)
    assert [model.id for model in change.models] == ["example/new", "example/gamma", "example/alpha"]


@pytest.mark.parametrize("shared", [{"model": "Example Alpha"}, {"huggingface": "example/alpha"}])
def test_a_new_model_with_the_name_or_hub_id_of_one_that_stays_is_added_not_renamed(shared: dict[str, Any]) -> None:
    before = {"example/alpha": opened(model="Example Alpha", huggingface="example/alpha")}
    (model,) = change_of(before, before | {"example/new": opened("code", **{"model": "Example New"} | shared)}).models
    assert (model.kind, model.id, model.former_id) == (ChangeKind.ADDED, "example/new", None)


def rubric_with(**changes: Any) -> Rubric:
    """Return the rubric with other parts, validated anew because a copy would keep cached values."""
    return Rubric.model_validate({name: getattr(rubric(), name) for name in Rubric.model_fields} | changes)


def unweighted_methodology() -> Scoring:
    ours = rubric().default_weighting
    changed = ours.model_copy(update={"weights": {**ours.weights, "methodology": Fraction(0)}})
    return Scoring(rubric_with(weightings=(changed, *rubric().weightings[1:])))


def test_a_changed_rubric_moves_models_though_none_changes() -> None:
    models = {"example/basic": opened(model="Example Basic"), "example/method": opened("rl_method", model="Example M")}
    change = diff_leaderboards(Side(models).board(), Side(models, unweighted_methodology()).board(), {}, {})
    assert (change.rubric_changed, change.models) == (True, ())
    assert [(mover.id, mover.before, mover.after, mover.causes) for mover in change.movers] == [
        ("example/basic", 2, 1, ())
    ]


def test_a_criterion_that_the_rubric_gains_was_not_rated_before() -> None:
    *others, data = rubric().categories
    fewer = data.model_copy(update={"criteria": data.criteria[:-1]})
    smaller = rubric_with(categories=(*others, fewer))
    before = rank_entries([entry_with("o" * 15)], Scoring(smaller))
    after = rank_entries([entry_with("o" * 15 + "s")], SCORING)
    (model,) = diff_leaderboards(before, after, {}, {}).models
    assert [(rating.criterion, rating.before, rating.after) for rating in model.ratings] == [
        ("data_filtering", None, Level.SEMI_OPEN)
    ]


def test_unchanged_models_that_move_by_another_way_only_are_counted() -> None:
    models = {"example/basic": opened(model="Example Basic"), "example/api": opened("api", model="Example Api")}
    osaid = rubric().weighting("osaid")
    other = osaid.model_copy(update={"weights": dict.fromkeys(osaid.weights, Fraction(0)) | {"basic": Fraction(1)}})
    weightings = tuple(other if each is osaid else each for each in rubric().weightings)
    change = diff_leaderboards(
        Side(models).board(), Side(models, Scoring(rubric_with(weightings=weightings))).board(), {}, {}
    )
    assert change.movers == ()
    assert {way: count for way, count in change.elsewhere if count} == {
        Way("osaid", NotApplicable.ZERO): 1,
        Way("osaid", NotApplicable.EXCLUDED): 1,
    }


def test_a_rating_that_changes_while_the_rubric_gains_a_weighting_does_not_move_by_the_new_one() -> None:
    extra = rubric().default_weighting.model_copy(update={"id": "extra"})
    more = Scoring(rubric_with(weightings=(*rubric().weightings, extra)))
    before, after = Side({"example/one": opened()}), Side({"example/one": opened("code")}, more)
    (model,) = diff_leaderboards(before.board(), after.board(), {}, {}).models
    assert (model.kind, model.other_ways) == (ChangeKind.RATINGS, ())


def test_ways_that_only_one_side_has_are_not_compared_and_the_others_by_their_ids() -> None:
    models = {"example/method": opened("rl_method", model="Example M"), "example/code": opened("code", "paper")}
    first, osd, osaid, *others = rubric().weightings
    extra = osd.model_copy(update={"id": "extra"})
    scoring = Scoring(rubric_with(weightings=(first, extra, osaid, *reversed(others))))
    change = diff_leaderboards(Side(models).board(), Side(models, scoring).board(), {}, {})
    assert {way.weighting for way, _ in change.elsewhere} == {each.id for each in (first, osaid, *others)}
    assert not any(count for _, count in change.elsewhere)


# ---- the rubric ------------------------------------------------------------------------------------------------------


def other_part(parts: tuple[Any, ...], place: int, **changes: Any) -> tuple[Any, ...]:
    return (*parts[:place], parts[place].model_copy(update=changes), *parts[place + 1 :])


FIRST, *REST = rubric().weightings
CATEGORIES = rubric().categories
BASIC = CATEGORIES[0].criteria
SEMI_OPEN = rubric().levels[Level.SEMI_OPEN]


@pytest.mark.parametrize(
    ("changes", "phrases"),
    [
        ({}, ()),
        ({"version": "9.9.9"}, ("the version is 9.9.9 instead of 1.0.0",)),
        (
            {"weightings": other_part(rubric().weightings, 1, weights={**REST[0].weights, "data": Fraction(1, 4)})},
            ("the weighting OSD counts Training data 0.25 instead of 0",),
        ),
        (
            {"weightings": (FIRST, *REST[1:], REST[0].model_copy(update={"id": "new", "name": "New"}))},
            ("the weighting New is new", "the weighting OSD is removed"),
        ),
        ({"weightings": (REST[0], FIRST, *REST[1:])}, ("the board is ordered by OSD instead of Equal weights",)),
        (
            {"not_applicable": rubric().not_applicable[::-1]},
            ("the board is ordered with not applicable left out instead of not applicable counts 0",),
        ),
        ({"weightings": (FIRST, *reversed(REST))}, ("the order of its parts is another one",)),
        (
            {"levels": {**rubric().levels, Level.SEMI_OPEN: SEMI_OPEN.model_copy(update={"points": Fraction(1, 4)})}},
            ("the level semi-open gives 0.25 instead of 0.5 points",),
        ),
        (
            {"levels": {**rubric().levels, Level.SEMI_OPEN: SEMI_OPEN.model_copy(update={"meaning": "Half."})}},
            ("the level semi-open has another meaning",),
        ),
        ({"categories": other_part(CATEGORIES, 0, criteria=BASIC[1:])}, ("the criterion Weights is removed",)),
        (
            {
                "categories": other_part(
                    other_part(CATEGORIES, 0, criteria=BASIC[1:]), 1, criteria=(BASIC[0], *CATEGORIES[1].criteria)
                )
            },
            (f"the criterion Weights moves from Basic openness to {CATEGORIES[1].title}",),
        ),
        (
            {"categories": other_part(CATEGORIES, 0, criteria=other_part(BASIC, 0, question="?", semi_open="Half."))},
            ("the criterion Weights has another question, definition of semi-open",),
        ),
        ({"categories": other_part(CATEGORIES, 0, title="Base")}, ("the category Basic openness has another title",)),
    ],
)
def test_the_differences_between_two_rubrics_are_stated_in_plain_words(
    changes: dict[str, Any], phrases: tuple[str, ...]
) -> None:
    assert rubric_changes(rubric(), rubric_with(**changes)) == phrases


def test_a_new_criterion_is_named() -> None:
    smaller = rubric_with(categories=other_part(CATEGORIES, 0, criteria=BASIC[1:]))
    assert rubric_changes(smaller, rubric()) == ("the criterion Weights is new",)


# ---- developers ------------------------------------------------------------------------------------------------------


def test_every_changed_key_of_a_developer_is_listed() -> None:
    board = Side(OTHERS).board()
    before = {"same": developer(), "changed": developer(), "gone": developer("Gone")}
    utopian = developer().model_copy(update={"country": "Utopia", "url": None})
    change = diff_leaderboards(
        board, board, {}, {}, before, {"same": developer(), "changed": utopian, "new": developer("New")}
    )
    kind = "single-research-institute"
    assert change.models == ()
    assert change.developers == (
        DeveloperChange("changed", "country", "International", "Utopia"),
        DeveloperChange("changed", "url", "https://example.org/", None),
        DeveloperChange("gone", "name", "Gone", None),
        DeveloperChange("gone", "country", "International", None),
        DeveloperChange("gone", "kind", kind, None),
        DeveloperChange("gone", "url", "https://example.org/", None),
        DeveloperChange("new", "name", None, "New"),
        DeveloperChange("new", "country", None, "International"),
        DeveloperChange("new", "kind", None, kind),
        DeveloperChange("new", "url", None, "https://example.org/"),
    )


# ---- for any change --------------------------------------------------------------------------------------------------

levels = st.lists(st.sampled_from("oscn"), min_size=4, max_size=4).map(lambda four: "".join(four) * 4)
models = st.dictionaries(st.sampled_from([f"example/{letter}" for letter in "abcdefgh"]), levels, max_size=8)


def board_of(spelt: dict[str, str]) -> Leaderboard:
    return rank_entries([entry_with(letters, name) for name, letters in spelt.items()], SCORING)


@given(models, models)
def test_every_model_whose_rank_or_levels_differ_is_listed_once(before: dict[str, str], after: dict[str, str]) -> None:
    old, new = board_of(before), board_of(after)
    change = diff_leaderboards(old, new, {}, {})
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    listed = [model.id for model in change.models] + [model.former_id for model in change.models if model.former_id]
    assert sorted(listed) == sorted(changed)
    moved = {
        name
        for name in before.keys() & after.keys() - changed
        if old.rank(old.by_id[name]) != new.rank(new.by_id[name])
    }
    assert {mover.id for mover in change.movers} == moved
    still = before.keys() & after.keys() - changed
    assert change.elsewhere == tuple(
        (way, sum(old.rank(old.by_id[name], way) != new.rank(new.by_id[name], way) for name in still))
        for way in SCORING.ways[1:]
    )
    assert len(change.movers) == len(moved)


@given(models, models)
def test_the_causes_of_a_move_add_up_to_it(before: dict[str, str], after: dict[str, str]) -> None:
    down = {CauseKind.ROSE_ABOVE, CauseKind.ENTERED_ABOVE}
    for mover in diff_leaderboards(board_of(before), board_of(after), {}, {}).movers:
        assert len(mover.causes) <= NAMED_CAUSES
        if not mover.further_causes:
            assert mover.after - mover.before == sum(1 if cause.kind in down else -1 for cause in mover.causes)


def test_at_most_a_few_causes_are_named_and_the_others_counted() -> None:
    new = {f"example/new{number}": "o" * 16 for number in range(NAMED_CAUSES + 3)}
    (mover,) = diff_leaderboards(
        board_of({"example/a": "s" * 16}), board_of({"example/a": "s" * 16} | new), {}, {}
    ).movers
    assert (len(mover.causes), mover.further_causes) == (NAMED_CAUSES, 3)


@pytest.mark.thorough
def test_one_changed_file_among_thirty_thousand_is_compared_in_moments() -> None:
    def many(first: str) -> list[Entry]:
        letters = "osc"
        rest = [
            entry_with("".join(letters[number // 3**place % 3] for place in range(16)), f"example/{number}")
            for number in range(1, 30_000)
        ]
        return [entry_with(first, "example/0"), *rest]

    before, after = rank_entries(many("c" * 16), SCORING), rank_entries(many("o" * 16), SCORING)
    begin = process_time()
    change = diff_leaderboards(before, after, {}, {})
    assert process_time() - begin < 2  # about 0.2 s on a small machine; anything quadratic takes minutes
    assert len(change.models) == 1
    assert len(change.movers) > 20_000
    assert all(count > 10_000 for _, count in change.elsewhere)


# ---- disputes, precedents, base models -------------------------------------------------------------------------------

DISPUTE = "https://github.com/example/openness/issues/12"


def with_code(**more: Any) -> Assessment:
    return assessment("Example One", ratings={"code": {"level": "closed"} | more})


@pytest.mark.parametrize(
    ("before", "after", "disputed", "precedents", "only_disputed"),
    [
        ({}, {"disputed": DISPUTE}, (None, DISPUTE), False, True),
        ({"disputed": DISPUTE}, {}, (DISPUTE, None), False, True),
        ({}, {"disputed": DISPUTE, "note": "Why."}, (None, DISPUTE), False, False),
        ({"disputed": DISPUTE}, {"disputed": DISPUTE, "note": "Why."}, (DISPUTE, DISPUTE), False, False),
        ({}, {"precedents": ["as-of"]}, (None, None), True, False),
        ({"precedents": ["as-of"]}, {"precedents": ["as-of"], "disputed": DISPUTE}, (None, DISPUTE), False, True),
    ],
)
def test_marks_and_citations_of_a_rating_that_stays(
    before: dict[str, Any],
    after: dict[str, Any],
    disputed: tuple[str | None, str | None],
    precedents: bool,
    only_disputed: bool,
) -> None:
    (model,) = change_of({"lab/one": with_code(**before)}, {"lab/one": with_code(**after)}).models
    (changed,) = model.evidence
    assert model.kind is ChangeKind.EVIDENCE
    assert (changed.criterion, changed.disputed, changed.precedents) == ("code", disputed, precedents)
    assert changed.only_disputed is only_disputed


def test_a_changed_level_has_the_dispute_before_and_after() -> None:
    raised = assessment("Example One", ratings={"code": rated("open", precedents=["as-of"])})
    (model,) = change_of({"lab/one": with_code(disputed=DISPUTE)}, {"lab/one": raised}).models
    (changed,) = model.ratings
    assert (changed.disputed, changed.precedents) == ((DISPUTE, None), ("as-of",))


def test_other_base_models_are_a_change_of_the_model_itself() -> None:
    sides = [{"lab/one": assessment("Example One", **more)} for more in ({}, {"base_models": ["lab/zero"]})]
    (model,) = change_of(*sides).models
    assert (model.kind, model.facts) == (ChangeKind.EVIDENCE, ("base_models",))
