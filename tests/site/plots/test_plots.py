"""The pictures: valid SVG that says everything as text, and has the same bytes in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.board.model.rubric import Level
from bot.board.model.words import GLYPHS
from bot.board.ranking.scoring import Scoring
from bot.board.study.reproduction import Point, Reproduction, correlate, reproduce
from bot.site.plots.benchmark import score_against_benchmark
from bot.site.plots.drawing import LONGEST_NAME
from bot.site.plots.heat_map import MOST_ROWS, heat_map
from bot.site.plots.labels import Box, place_labels
from tests.board.study.test_tables import study
from tests.samples import ROOT, entry_with, rubric
from tests.thorough import examples

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NASTY = 'A $x_1$ <script>&"'
SVG = "{http://www.w3.org/2000/svg}"
LEVELS = entry_with("oscn" * 4).levels


@cache
def reproduction() -> Reproduction:
    return reproduce(study(), (), Scoring(rubric()))


def scatter(points: Sequence[Point], benchmark: str = "GPQA") -> str:
    correlation = correlate([(point.score, point.value) for point in points])
    return score_against_benchmark(points, correlation, benchmark, reproduction().maximum, "scores of today")


def texts(svg: str) -> list[str]:
    """All text that a reader sees."""
    return ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314


def described(svg: str) -> tuple[str, str]:
    root = ElementTree.fromstring(svg)  # noqa: S314
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title description"
    return root.findtext(f"{SVG}title", ""), root.findtext(f"{SVG}desc", "")


# ---- Heat map --------------------------------------------------------------------------------------------------------


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
def test_a_heat_map_draws_at_most_a_hundred_models_and_says_so(models: int, title: str) -> None:
    svg = heat_map([(f"Model {number}", LEVELS) for number in range(models)], rubric())
    assert described(svg)[0] == title
    assert title in texts(svg)
    assert sum(text.startswith("Model ") for text in texts(svg)) == min(models, MOST_ROWS)


# ---- Score against benchmark -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "equation", "pearson"),
    [
        (0, "y = −11.87x + 77.02", "Pearson r = −0.55"),
        (1, "y = −1.63x + 76.12", "Pearson r = −0.05"),
        (2, "y = −32.90x + 1335.82", "Pearson r = −0.24"),
    ],
)
def test_a_plot_has_every_model_the_axes_the_equation_and_r(number: int, equation: str, pearson: str) -> None:
    benchmark = reproduction().benchmarks[number]
    svg = scatter(benchmark.plotted.points, benchmark.title)
    shown = texts(svg)
    assert {point.model for point in benchmark.plotted.points} <= set(shown)
    assert {equation, pearson, "Openness score (points)", benchmark.title, "0", "4"} <= set(shown)
    title, description = described(svg)
    assert title == f"Openness score and {benchmark.title}"
    assert equation in description
    assert f"{len(benchmark.plotted.points)} models" in description


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([], "Too few models for a line"),
        ([Point("a/b", "One", 1.0, 50.0)], "Too few models for a line"),
        ([Point("a/b", "One", 1.0, 50.0), Point("a/c", "Two", 1.0, 60.0)], "Too few models for a line"),
        ([Point("a/b", "One", 1.0, 50.0), Point("a/c", "Two", 2.0, 50.0)], "y = 0.00x + 50.00"),
        ([Point("a/b", "One", 1.0, 1.0), Point("a/c", "Two", 2.0, 5.0)], "y = 4.00x − 3.00"),
    ],
)
def test_a_plot_with_hardly_any_points_says_what_it_can(points: list[Point], said: str) -> None:
    assert said in texts(scatter(points))


@pytest.mark.parametrize("benchmark", [0, 1, 2])
def test_no_two_labels_of_the_studys_plots_overlap(benchmark: int) -> None:
    series = reproduction().benchmarks[benchmark].plotted
    low = min(point.value for point in series.points)
    high = max(point.value for point in series.points)
    anchors = [(190 * point.score, 400 * (high - point.value) / (high - low)) for point in series.points]
    boxes = place_labels(anchors, [(6.0 * len(point.model), 11.0) for point in series.points], Box(0, -40, 760, 440))
    assert all(not one.overlap(other) for one, other in combinations(boxes, 2))


@given(st.lists(st.tuples(st.floats(0, 700), st.floats(0, 400)), max_size=12))
@settings(deadline=None, max_examples=examples(30))
def test_each_label_is_placed_once_in_its_size_and_near_its_marker(anchors: list[tuple[float, float]]) -> None:
    sizes = [(60.0, 11.0)] * len(anchors)
    boxes = place_labels(anchors, sizes, Box(-100, -100, 800, 500))
    assert len(boxes) == len(anchors)
    for box, (x, y) in zip(boxes, anchors, strict=True):
        assert box.right - box.left == pytest.approx(60)
        assert box.bottom - box.top == pytest.approx(11)
        assert box.distance(x, y) < 60


def test_labels_of_markers_in_one_place_keep_clear_of_each_other() -> None:
    boxes = place_labels([(100.0, 100.0)] * 4, [(60.0, 11.0)] * 4, Box(0, 0, 200, 200))
    assert all(not one.overlap(other) for one, other in combinations(boxes, 2))


# ---- Names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (NASTY, NASTY),
        ("$$", "$$"),
        ("\\frac{1}{2}$", "\\frac{1}{2}$"),
        ("]]>", "]]>"),
        ("한국어 모델", "한국어 모델"),
        ("🙂", "🙂"),
        ("two\nlines", "two\ufffdlines"),
        ("nul\x00 and \x1b", "nul\ufffd and \ufffd"),
        ("half \ud800", "half \ufffd"),
        ("x" * 120, "x" * (LONGEST_NAME - 1) + "…"),
    ],
)
def test_a_name_is_shown_as_it_is_written_and_never_understood(name: str, shown: str) -> None:
    assert shown in texts(heat_map([(name, LEVELS)], rubric()))
    svg = scatter([Point("a/b", name, 1.0, 2.0), Point("a/c", "Two", 2.0, 5.0)])
    assert shown in texts(svg)
    assert "<script" not in svg


# ---- The same everywhere ---------------------------------------------------------------------------------------------

DRAW = """
import sys
from tests.rendering.test_plots import NASTY, LEVELS, reproduction, scatter, rubric, study
from bot.site.plots.heat_map import heat_map
svg = heat_map([(NASTY, LEVELS), *((entry.model, entry.levels) for entry in study().ratings)], rubric())
svg += "".join(scatter(benchmark.plotted.points) for benchmark in reproduction().benchmarks)
sys.stdout.buffer.write(svg.encode("utf-8"))
"""


def drawn_in_a_process(hash_seed: str, settings_file: Path, **environment: str) -> bytes:
    return subprocess.run(
        [sys.executable, "-c", DRAW],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "MATPLOTLIBRC": str(settings_file), **environment},
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    ).stdout


@pytest.mark.thorough
def test_pictures_have_the_same_bytes_whatever_the_process_its_settings_and_the_time(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("")
    loud = tmp_path / "loud"
    loud.write_text("lines.linewidth: 9\nfont.size: 30\naxes.facecolor: red\nsavefig.bbox: tight\nsvg.fonttype: path\n")
    one = drawn_in_a_process("1", plain)
    other = drawn_in_a_process("2", loud, SOURCE_DATE_EPOCH="1", TZ="Asia/Seoul", LC_ALL="C")
    assert one == other
    assert b"<dc:date>" not in one
    assert b"Matplotlib v" not in one


def test_drawing_leaves_the_settings_of_the_process_as_they_were() -> None:
    before = dict(mpl.rcParams)
    heat_map([("One", LEVELS)], rubric())
    assert dict(mpl.rcParams) == before


def test_no_line_ends_in_blanks_and_the_file_ends_in_a_line_break() -> None:
    svg = heat_map([("One", LEVELS)], rubric())
    assert svg.endswith("</svg>\n")
    assert all(line == line.rstrip() for line in svg.splitlines())


def test_every_level_has_a_fill_and_a_glyph_of_its_own() -> None:
    shown = heat_map([(level.value, (level,) * 16) for level in Level], rubric())
    fills = {
        line.split("fill: ")[1].split(";")[0].rstrip('"/>') for line in shown.splitlines() if "stroke: #d9d9d9" in line
    }
    assert len(fills) == len(Level)
