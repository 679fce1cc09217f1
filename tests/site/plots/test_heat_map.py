"""The heat map: all models and criteria, readable without colours."""

from __future__ import annotations

import pytest

from bot.board.model.rubric import Level
from bot.board.model.words import GLYPHS
from bot.site.plots import MOST_ROWS
from bot.site.plots.heat_map import heat_map
from tests.board.study.test_tables import study
from tests.samples import rubric
from tests.site.plots.pictures import LEVELS, described, texts


def test_a_heat_map_has_every_name_criterion_and_category_as_text() -> None:
    shown = texts(heat_map([(entry.model, entry.levels) for entry in study().ratings], rubric()))
    assert {entry.model for entry in study().ratings} <= set(shown)
    assert {criterion.title for criterion in rubric().criteria} <= set(shown)
    assert {word for category in rubric().categories for word in category.title.split()} <= set(" ".join(shown).split())


def test_a_disputed_rating_has_a_mark_that_the_legend_explains() -> None:
    rows = [("One", LEVELS), ("Two", LEVELS)]
    plain, marked = heat_map(rows, rubric()), heat_map(rows, rubric(), {(0, 2), (1, 15), (7, 0)})
    assert texts(plain).count("?") == 0
    assert "disputed" not in plain
    assert texts(marked).count("?") == 3  # two ratings, and the legend
    assert texts(marked)[-1] == "disputed"
    assert described(marked)[1].endswith("; ? disputed.")


def test_a_heat_map_can_be_read_without_colours() -> None:
    shown = texts(heat_map([("One", LEVELS)], rubric()))
    # One of each in the legend, and four of each in the row.
    assert {glyph: shown.count(glyph) for glyph in GLYPHS.values()} == dict.fromkeys(GLYPHS.values(), 5)
    assert {meaning.title for meaning in rubric().levels.values()} <= set(shown)


@pytest.mark.parametrize(
    ("models", "title"),
    [
        (0, "Openness of 0 models in 16 criteria"),
        (1, "Openness of 1 model in 16 criteria"),
        pytest.param(MOST_ROWS, "Openness of 100 models in 16 criteria", marks=pytest.mark.thorough),
        (1234, "Openness of the first 100 of 1,234 models in 16 criteria"),
    ],
)
def test_a_heat_map_draws_at_most_a_hundred_models_and_names_that_in_its_title(models: int, title: str) -> None:
    svg = heat_map([(f"Model {number}", LEVELS) for number in range(models)], rubric())
    assert described(svg)[0] == title
    assert title in texts(svg)
    assert sum(text.startswith("Model ") for text in texts(svg)) == min(models, MOST_ROWS)


def test_every_level_has_a_fill_and_a_glyph_of_its_own() -> None:
    shown = heat_map([(level.value, (level,) * 16) for level in Level], rubric())
    fills = {
        line.split("fill: ")[1].split(";")[0].rstrip('"/>') for line in shown.splitlines() if "stroke: #d9d9d9" in line
    }
    assert len(fills) == len(Level)
