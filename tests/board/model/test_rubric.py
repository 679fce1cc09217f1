"""The rubric: this repository's own, invalid ones, and that criteria and weightings depend on its data alone."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from bot.board.model.assessment import assessment_json_schema, assessment_type, entry
from bot.board.model.rubric import Level, NotApplicable, Rubric
from bot.board.model.words import category_letters
from bot.board.ranking.leaderboard import rank_entries
from bot.board.ranking.scoring import Scoring, Way
from tests.samples import document, rubric

if TYPE_CHECKING:
    from collections.abc import Callable


def small(**changes: Any) -> dict[str, Any]:
    """Return the content of a valid rubric file with two categories and three criteria."""
    return {
        "version": "2.0.0",
        "levels": {
            "open": {"title": "open", "points": 1, "meaning": "All."},
            "semi-open": {"title": "semi-open", "points": Decimal("0.5"), "meaning": "Part."},
            "closed": {"title": "closed", "points": 0, "meaning": "Nothing."},
            "not-applicable": {"title": "not applicable", "points": 0, "meaning": "No such step."},
        },
        "categories": [category("model", "weights", "code"), category("data", "sources")],
        "weightings": [
            weighting("even", model=1, data=1),
            weighting("data_first", model=Decimal("0.5"), data=Decimal("1.5")),
        ],
        "not_applicable": [
            {"id": "zero", "title": "counts 0", "meaning": "It counts 0."},
            {"id": "excluded", "title": "left out", "meaning": "It is left out."},
        ],
    } | changes


def category(category_id: str, *criteria: str) -> dict[str, Any]:
    return {"id": category_id, "title": category_id.title(), "criteria": [criterion(name) for name in criteria]}


def criterion(criterion_id: str, **changes: str) -> dict[str, str]:
    return {
        "id": criterion_id,
        "title": criterion_id.title(),
        "short": criterion_id[:2].title(),
        "question": "Is it public?",
        "open": "All of it.",
        "semi-open": "Part of it.",
        "closed": "Nothing.",
    } | changes


def weighting(weighting_id: str, **weights: object) -> dict[str, Any]:
    return {"id": weighting_id, "name": weighting_id.title(), "source": "This test", "weights": weights}


def test_the_rubric_of_the_study_has_four_categories_sixteen_criteria_and_seven_weightings() -> None:
    assert [len(category.criteria) for category in rubric().categories] == [6, 3, 3, 4]
    assert len(rubric().criteria) == 16
    assert [weighting.id for weighting in rubric().weightings] == [
        "ours",
        "osd",
        "osaid",
        "liesenfeld",
        "liu",
        "eiras",
        "white",
    ]


def test_the_board_is_ordered_by_the_first_weighting_and_the_first_counting() -> None:
    assert (rubric().default_weighting.id, rubric().default_counting) == ("ours", NotApplicable.ZERO)
    turned = small(not_applicable=small()["not_applicable"][::-1], weightings=small()["weightings"][::-1])
    assert Rubric.model_validate(turned).default_counting is NotApplicable.EXCLUDED
    assert Rubric.model_validate(turned).default_weighting.id == "data_first"


def test_weights_and_points_are_exact_numbers() -> None:
    parsed = Rubric.model_validate(small(weightings=[weighting("tenths", model=Decimal("0.1"), data=Decimal("0.2"))]))
    assert parsed.default_weighting.weights == {"model": Fraction(1, 10), "data": Fraction(1, 5)}
    assert parsed.levels[Level.SEMI_OPEN].points == Fraction(1, 2)


@pytest.mark.parametrize(("weighting_id", "maximum"), [("ours", 4), ("osd", 1), ("osaid", Fraction(5, 2)), ("liu", 2)])
def test_the_maximum_is_the_score_of_a_model_that_is_open_in_everything(weighting_id: str, maximum: Fraction) -> None:
    assert rubric().maximum(rubric().weighting(weighting_id)) == maximum


def test_a_weighting_is_found_by_its_id() -> None:
    assert rubric().weighting("eiras").name == "Eiras"
    with pytest.raises(KeyError, match="unknown"):
        rubric().weighting("unknown")


def test_each_level_but_not_applicable_has_a_definition_for_each_criterion() -> None:
    licence = rubric().criteria[2]
    assert licence.definition(Level.OPEN) == licence.open
    assert licence.definition(Level.SEMI_OPEN) == licence.semi_open
    assert licence.definition(Level.CLOSED) == licence.closed
    assert licence.definition(Level.NOT_APPLICABLE) is None


# ---- what is refused -------------------------------------------------------------------------------------------------


def repeated(*path: str | int) -> Callable[[dict[str, Any]], None]:
    """Repeat the last item of the list at `path`."""

    def change(content: dict[str, Any]) -> None:
        found: Any = content
        for step in path:
            found = found[step]
        found.append(found[-1])

    return change


def put(value: object, *path: str | int) -> Callable[[dict[str, Any]], None]:
    """Set the value at `path`."""

    def change(content: dict[str, Any]) -> None:
        found: Any = content
        for step in path[:-1]:
            found = found[step]
        found[path[-1]] = value

    return change


BROKEN: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda content: content["levels"].pop("closed"), "these levels are missing under `levels`: `closed`"),
    (put(Decimal("1.5"), "levels", "semi-open", "points"), "the points of the levels are not in order"),
    (put(1, "levels", "not-applicable", "points"), "`not-applicable` must have `0`"),
    (put({"title": "ajar"}, "levels", "ajar"), "Input should be 'open', 'semi-open', 'closed' or 'not-applicable'"),
    (put(-1, "levels", "closed", "points"), "Input should be greater than or equal to 0"),
    (put(0.5, "levels", "semi-open", "points"), "is not a number. Write a number such as `1` or `0.5`"),
    (put("1", "levels", "open", "points"), "is not a number. Write a number such as `1` or `0.5`"),
    (put(True, "levels", "open", "points"), "is not a number. Write a number such as `1` or `0.5`"),
    (put(Decimal("Infinity"), "levels", "open", "points"), "is not a number. Write a number such as `1` or `0.5`"),
    (repeated("categories"), "the category `data` is defined twice"),
    (repeated("categories", 0, "criteria"), "the criterion `code` is defined twice"),
    (put("weights", "categories", 1, "criteria", 0, "id"), "the criterion `weights` is defined twice"),
    (put("We", "categories", 1, "criteria", 0, "short"), "the short name `We` is defined twice"),
    (put("Code", "categories", 1, "criteria", 0, "title"), "the title `code` is defined twice"),
    (repeated("weightings"), "the weighting `data_first` is defined twice"),
    (put("zero", "not_applicable", 1, "id"), "the way of counting not-applicable `zero` is defined twice"),
    (put({"model": 1}, "weightings", 0, "weights"), "Write one weight for each of: `data`, `model`"),
    (put(1, "weightings", 0, "weights", "api"), "Write one weight for each of: `data`, `model`"),
    (put({"model": 0, "data": 0}, "weightings", 1, "weights"), "all weights of the weighting `data_first` are 0"),
    (put(-1, "weightings", 1, "weights", "data"), "Input should be greater than or equal to 0"),
    (put([], "weightings"), "at least 1 item"),
    (put([], "categories"), "at least 1 item"),
    (put([], "categories", 0, "criteria"), "at least 1 item"),
    (put("1.0", "version"), "String should match pattern"),
    (put("Model One", "categories", 0, "id"), "String should match pattern"),
    (put("Long", "categories", 0, "criteria", 0, "short"), "String should match pattern"),
    (put("", "categories", 0, "criteria", 0, "semi-open"), "at least 1 character"),
    (put("?", "categories", 0, "criteria", 0, "hint"), "Extra inputs are not permitted"),
    (put({}, "extra"), "Extra inputs are not permitted"),
    (lambda content: content["not_applicable"].pop(), "Field required"),
    (lambda content: content.pop("weightings"), "Field required"),
]


def with_categories(number: int, weight: Callable[[int], object]) -> Callable[[dict[str, Any]], None]:
    """Give the rubric so many categories, each with a weight by its number."""

    def change(content: dict[str, Any]) -> None:
        first = content["categories"][0]
        content["categories"] = [
            {
                "id": f"category{one}",
                "title": f"Category {one}",
                "criteria": [
                    {**first["criteria"][0], "id": f"criterion{one}", "title": f"Criterion {one}", "short": f"X{one}"}
                ],
            }
            for one in range(number)
        ]
        for weighting in content["weightings"]:
            weighting["weights"] = {f"category{one}": weight(one) for one in range(number)}

    return change


TOO_FINE = "the points and weights have too many digits"
BROKEN += [
    (with_categories(30, lambda one: 2**one), TOO_FINE),
    (with_categories(30, lambda one: 7 * one * one + 1), TOO_FINE),
    (put(Decimal("1e-400"), "levels", "semi-open", "points"), TOO_FINE),
    (put(Decimal("NaN"), "levels", "semi-open", "points"), "is not a number. Write a number such as `1` or `0.5`"),
]


def test_thirty_categories_of_equal_weight_are_a_rubric() -> None:
    content = small()
    with_categories(30, lambda _: 1)(content)
    assert Rubric.model_validate(content).scale < 1 << 64


@pytest.mark.parametrize(("breaking", "message"), BROKEN)
def test_a_broken_rubric_is_refused_with_the_reason(breaking: Callable[[dict[str, Any]], object], message: str) -> None:
    content = small()
    Rubric.model_validate(content)
    breaking(content)
    with pytest.raises(ValidationError) as refused:
        Rubric.model_validate(content)
    assert message in str(refused.value)


# ---- exact scores ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "weightings",
    [
        small()["weightings"],
        [weighting("thirds", model=Fraction(1, 3), data=Fraction(2, 7))],
        [weighting("lopsided", model=0, data=Decimal("0.35")), weighting("primes", model=7, data=11)],
    ],
)
@pytest.mark.parametrize("semi_open", [Decimal("0.5"), Fraction(1, 3), Decimal("0.01")])
def test_the_scale_makes_every_score_a_whole_number(weightings: list[dict[str, Any]], semi_open: object) -> None:
    content = small(weightings=weightings)
    content["levels"]["semi-open"]["points"] = semi_open
    parsed = Rubric.model_validate(content)
    scoring = Scoring(parsed)
    for levels in product(Level, repeat=3):  # raises ArithmeticError where a score would have to be rounded
        assert len(scoring.scores(levels)) == 2 * len(weightings)
    full = [weighting.id for weighting in parsed.weightings for _ in NotApplicable]
    scores = dict(zip(scoring.ways, scoring.scores((Level.OPEN,) * 3), strict=True))
    assert {way.weighting for way in scores} == set(full)
    for way, score in scores.items():
        assert scoring.points(score) == parsed.maximum(parsed.weighting(way.weighting))


def test_the_scale_of_the_study_s_rubric_makes_every_score_a_whole_number() -> None:
    scoring = Scoring(rubric())
    sizes = [len(category.criteria) for category in rubric().categories]
    counts = list(product(*(range(size + 1) for size in sizes)))
    assert len(counts) == 7 * 4 * 4 * 5
    for applicable in counts:
        levels: list[Level] = []
        for size, count in zip(sizes, applicable, strict=True):
            # One half point over each possible denominator.
            rated = ([Level.SEMI_OPEN] + [Level.CLOSED] * size)[:count]
            levels += rated + [Level.NOT_APPLICABLE] * (size - count)
        scoring.scores(tuple(levels))  # raises ArithmeticError where a score would have to be rounded


# ---- data alone ------------------------------------------------------------------------------------------------------


def with_extra_criterion_and_weighting() -> Rubric:
    content = small(weightings=[*small()["weightings"], weighting("model_only", model=1, data=0)])
    content["categories"][1]["criteria"].append(criterion("model_fields"))  # also an attribute of pydantic's models
    return Rubric.model_validate(content)


def test_a_criterion_added_in_the_rubric_has_to_be_rated() -> None:
    extended = assessment_type(with_extra_criterion_and_weighting())
    content = {**document(), "ratings": {name: {"level": "closed"} for name in ("weights", "code", "sources")}}
    with pytest.raises(ValidationError) as refused:
        extended.model_validate(content)
    assert [error["loc"] for error in refused.value.errors()] == [("ratings", "model_fields")]
    content["ratings"]["model_fields"] = {
        "level": "open",
        "evidence": [{"url": "https://example.org/", "fact": "It is there."}],
    }
    assert list(extended.model_validate(content).ratings) == ["weights", "code", "sources", "model_fields"]


def test_a_criterion_and_a_weighting_added_in_the_rubric_count() -> None:
    extended = with_extra_criterion_and_weighting()
    ratings: dict[str, Any] = {name: {"level": "closed"} for name in ("code", "sources")}
    seen = {"level": "open", "evidence": [{"url": "https://example.org/", "fact": "It is there."}]}
    content = {**document(), "ratings": ratings | {"weights": seen, "model_fields": seen}}
    model = entry("example/one", assessment_type(extended).model_validate(content))
    board = rank_entries([model], Scoring(extended))
    assert board.score(board.rows[0], Way("even", NotApplicable.ZERO)) == 1
    assert board.score(board.rows[0], Way("model_only", NotApplicable.ZERO)) == Fraction(1, 2)
    assert board.score(board.rows[0], Way("data_first", NotApplicable.ZERO)) == Fraction(1, 4) + Fraction(3, 4)


def test_a_criterion_added_to_the_rubric_is_in_the_json_schema() -> None:
    schema = assessment_json_schema(with_extra_criterion_and_weighting())
    assert schema["$defs"]["Ratings"]["required"] == ["weights", "code", "sources", "model_fields"]


# ---- words -----------------------------------------------------------------------------------------------------------


def test_titles_and_levels_can_have_other_words_in_tables() -> None:
    content = small()
    content["categories"][1] |= {"shown_as": "Data disclosed", "level_titles": {"open": "disclosed"}}
    content["categories"][1]["criteria"][0]["shown_as"] = "Sources disclosed"
    made = Rubric.model_validate(content)
    weights, _, sources = made.criteria
    assert [each.shown for each in made.categories] + [each.shown for each in made.criteria] == [
        "Model", "Data disclosed", "Weights", "Code", "Sources disclosed",
    ]  # fmt: skip
    assert [made.level_title(sources.id, level) for level in made.levels] == [
        "disclosed",
        "semi-open",
        "closed",
        "not applicable",
    ]
    assert made.level_title(weights.id, Level.OPEN) == "open"


@pytest.mark.parametrize(("ids", "letters"), [(("model", "data"), ["M", "D"]), (("model", "method"), ["1", "2"])])
def test_categories_have_letters_or_numbers(ids: tuple[str, str], letters: list[str]) -> None:
    content = small(
        categories=[category(ids[0], "weights", "code"), category(ids[1], "sources")],
        weightings=[weighting("even", **dict.fromkeys(ids, 1))],
    )
    assert category_letters(Rubric.model_validate(content)) == letters
