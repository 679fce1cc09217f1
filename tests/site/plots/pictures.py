"""Plots for the tests, and the text that readers find in them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from bot.board.ranking.scoring import Scoring
from bot.board.study.reproduction import Point, Reproduction, correlate, reproduce
from bot.site.plots.benchmark import score_against_benchmark
from tests.board.study.test_tables import study
from tests.samples import entry_with, rubric

if TYPE_CHECKING:
    from collections.abc import Sequence

NASTY = 'A $x_1$ <script>&"'
SVG = "{http://www.w3.org/2000/svg}"
ENTRY = entry_with("oscn" * 4, model="One")


@cache
def reproduction() -> Reproduction:
    return reproduce(study(), (), Scoring(rubric()))


def scatter(points: Sequence[Point], benchmark: str = "GPQA") -> str:
    correlation = correlate([(point.score, point.value) for point in points])
    return score_against_benchmark(points, correlation, benchmark, reproduction().maximum, "scores of today")


def texts(svg: str) -> list[str]:
    """Return all text that a reader sees."""
    return ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314


def described(svg: str) -> tuple[str, str]:
    root = ElementTree.fromstring(svg)  # noqa: S314
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title description"
    return root.findtext(f"{SVG}title", ""), root.findtext(f"{SVG}desc", "")
