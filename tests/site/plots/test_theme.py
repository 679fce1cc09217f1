"""Plots for dark pages: the same with other colours, and everything can be read."""

from __future__ import annotations

import re

import pytest

from bot.board.study.reproduction import Point
from bot.site.plots.heat_map import heat_map
from bot.site.plots.theme import _DARK, INK, LINE, MIDDLE, PALE, PAPER, RULE, STRONG, WEAK, dark
from tests.board.study.test_tables import study
from tests.samples import rubric
from tests.site.plots.pictures import ENTRY, reproduction, scatter, texts


def luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("text", "ground"),
    [(INK, PAPER), (PALE, PAPER), (LINE, PAPER), (STRONG, PAPER), (PAPER, STRONG), (INK, MIDDLE), (INK, WEAK)],
)
def test_text_has_the_contrast_that_the_guidelines_ask_for_on_light_and_on_dark_pages(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5
    assert contrast(_DARK[text], _DARK[ground]) >= 4.5


@pytest.mark.parametrize("name", ["heat map", "benchmark"])
def test_a_dark_plot_shows_the_same_in_other_colours(name: str) -> None:
    light = heat_map(study().ratings, rubric())
    if name == "benchmark":
        light = scatter(reproduction().benchmarks[0].plotted.points)
    changed = dark(light)
    assert texts(changed) == texts(light)
    assert len(changed) == len(light)
    colours = set(re.findall(r"(?:fill|stroke): (#\w{6})", light))
    assert {PAPER, INK} <= colours <= {*_DARK}
    assert set(re.findall(r"(?:fill|stroke): (#\w{6})", changed)) == {_DARK[each] for each in colours}
    assert RULE in _DARK


def test_a_name_like_a_colour_keeps_it() -> None:
    name = 'A fill: #ffffff; "B"'
    assert name in texts(dark(heat_map([ENTRY._replace(model=name)], rubric())))
    assert name in texts(dark(scatter([Point("a/b", name, 1.0, 50.0)])))


def test_a_colour_that_is_not_of_the_theme_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="#123456"):
        dark('<path style="fill: #123456"/>')
