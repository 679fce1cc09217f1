"""The heat map: all models and criteria, readable without colours."""

from __future__ import annotations

import re

import pytest

from bot.board.model.rubric import Level
from bot.site.plots import MOST_ROWS
from bot.site.plots.heat_map import heat_map
from tests.board.study.test_tables import study
from tests.samples import rubric
from tests.site.boards import disclosing
from tests.site.plots.pictures import ENTRY, described, texts

DISPUTE = "https://example.org/a/b/issues/1"


def test_a_heat_map_has_every_name_criterion_and_category_as_text() -> None:
    shown = texts(heat_map(study().ratings, rubric()))
    assert {entry.model for entry in study().ratings} <= set(shown)
    assert {criterion.title for criterion in rubric().criteria} <= set(shown)
    assert {word for category in rubric().categories for word in category.title.split()} <= set(" ".join(shown).split())


def test_a_disputed_rating_has_a_mark_that_the_legend_explains() -> None:
    disputed = (("license", DISPUTE), ("data_filtering", DISPUTE))
    plain, marked = heat_map([ENTRY, ENTRY], rubric()), heat_map([ENTRY, ENTRY._replace(disputed=disputed)], rubric())
    assert texts(plain).count("?") == 0
    assert "disputed" not in texts(plain)
    assert texts(marked).count("?") == 3  # two ratings, and the legend
    assert "disputed" in texts(marked)


def corners(svg: str) -> int:
    """Return the number of triangles: paths of three corners."""
    return len(re.findall(r"M [\d. ]+\nL [\d. ]+\nL [\d. ]+\nz", svg))


def test_a_doubtful_rating_has_a_mark_that_the_legend_explains() -> None:
    plain = heat_map([ENTRY, ENTRY], rubric())
    marked = heat_map([ENTRY, ENTRY._replace(doubtful=("weights", "code", "license", "paper"))], rubric())
    assert "doubtful" not in texts(plain)
    assert "doubtful" in texts(marked)
    assert corners(plain) == 0
    assert corners(marked) == 4 + 1  # the legend has one


def test_a_heat_map_can_be_read_without_colours() -> None:
    svg = heat_map([ENTRY], rubric())
    # The glyphs of each level are of one shape. One of each is in the legend, and four of each are in the row.
    shapes = re.findall(r'<path id="(m\w+)"', svg)
    # A half circle is two shapes.
    assert [svg.count(f'xlink:href="#{name}"') for name in shapes] == [5] * 5
    assert {meaning.title for meaning in rubric().levels.values()} <= set(texts(svg))
    assert described(svg)[1].endswith("● open; ◐ semi-open; ○ closed; – not applicable.")


def test_what_means_disclosed_is_called_so() -> None:
    shown = texts(heat_map([ENTRY], disclosing()))
    assert "Pre-training data disclosed" in shown
    assert "D Training data disclosed" in " ".join(shown)


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
    svg = heat_map([ENTRY._replace(model=f"Model {number}") for number in range(models)], rubric())
    assert described(svg)[0] == title
    assert title in texts(svg)
    assert sum(text.startswith("Model ") for text in texts(svg)) == min(models, MOST_ROWS)


def test_text_is_not_below_nine_pixels_on_a_telephone() -> None:
    svg = heat_map(study().ratings, rubric())
    width = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])  # type: ignore[index]
    assert min(map(float, re.findall(r"font-size: ([\d.]+)px", svg))) * 343 / width >= 9


def test_a_heat_map_is_in_the_language_of_its_reader() -> None:
    svg = heat_map([ENTRY._replace(doubtful=("code",))], rubric(), "ko")
    shown = texts(svg)
    assert {"모델 1개의 공개 정도, 기준 16개", "가중치", "비공개", "불확실"} <= set(shown)
    assert "B 기본 공개 A 접근성과 재현 가능성" in " ".join(shown)
    assert "Weights" not in shown
    assert described(svg)[1].startswith("모델마다 한 행")


def test_every_level_has_a_fill_of_its_own() -> None:
    shown = heat_map([ENTRY._replace(model=level.value, levels=(level,) * 16) for level in Level], rubric())
    fills = {
        line.split("fill: ")[1].split(";")[0].rstrip('"/>') for line in shown.splitlines() if "stroke: #d9d9d9" in line
    }
    assert len(fills) == len(Level)
