"""Plots of scores against a benchmark: every model, the axes, the equation of the line."""

from __future__ import annotations

import pytest

from bot.board.study.reproduction import Point
from tests.site.plots.pictures import described, reproduction, scatter, texts


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
    ("points", "expected"),
    [
        ([], "Too few models for a line"),
        ([Point("a/b", "One", 1.0, 50.0)], "Too few models for a line"),
        ([Point("a/b", "One", 1.0, 50.0), Point("a/c", "Two", 1.0, 60.0)], "Too few models for a line"),
        ([Point("a/b", "One", 1.0, 50.0), Point("a/c", "Two", 2.0, 50.0)], "y = 0.00x + 50.00"),
        ([Point("a/b", "One", 1.0, 1.0), Point("a/c", "Two", 2.0, 5.0)], "y = 4.00x − 3.00"),
    ],
)
def test_a_plot_with_few_points_has_a_line_where_it_is_defined(points: list[Point], expected: str) -> None:
    assert expected in texts(scatter(points))
