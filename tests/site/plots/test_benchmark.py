"""Plots of scores against a benchmark: every model, the axes, the equation of the line."""

from __future__ import annotations

import pytest

from bot.board.study.reproduction import Point
from tests.site.plots.pictures import described, reproduction, scatter, texts


@pytest.mark.parametrize(
    ("number", "line", "pearson"),
    [
        (0, "y = −11.87x + 77.02", "Pearson r = −0.55, 95 % interval −0.82 to −0.08"),
        (1, "No line: r may be 0", "Pearson r = −0.05, 95 % interval −0.52 to 0.44"),
        (2, "No line: r may be 0", "Pearson r = −0.24, 95 % interval −0.65 to 0.27"),
    ],
)
def test_a_plot_has_every_model_the_axes_r_with_its_interval_and_a_line_where_r_is_not_0(
    number: int, line: str, pearson: str
) -> None:
    benchmark = reproduction().benchmarks[number]
    svg = scatter(benchmark.plotted.points, benchmark.title)
    shown = texts(svg)
    assert {point.model for point in benchmark.plotted.points} <= set(shown)
    assert {line, pearson, "Openness score (points)", benchmark.title, "0", "4"} <= set(shown)
    title, description = described(svg)
    assert title == f"Openness score and {benchmark.title}"
    assert line in description
    assert svg.count("stroke-dasharray") == (0 if line.startswith("No") else 1)
    assert f"{len(benchmark.plotted.points)} models" in description


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], "Too few different values to compare"),
        ([(1.0, 50.0)], "Too few different values to compare"),
        ([(1.0, 50.0), (2.0, 60.0), (3.0, 70.0)], "Too few different values to compare"),
        ([(1.0, 50.0)] * 5, "Too few different values to compare"),
        ([(1.0, 1.0), (2.0, 2.0), (3.0, 1.0), (4.0, 2.0)], "No line: r may be 0"),
        ([(1.0, 1.0), (2.0, 5.0), (3.0, 9.0), (4.0, 13.0)], "y = 4.00x − 3.00"),
    ],
)
def test_a_plot_with_few_points_has_a_line_where_it_is_known(values: list[tuple[float, float]], expected: str) -> None:
    points = [Point(f"a/m{number}", f"M{number}", *value) for number, value in enumerate(values)]
    assert expected in texts(scatter(points))
