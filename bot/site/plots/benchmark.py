"""Openness score against a benchmark, with the regression line: the study's figures 5 to 7."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matplotlib.ticker import MaxNLocator

from bot.site.plots.drawing import HALF_CAPITAL, drawing, shown, svg, text, width_of
from bot.site.plots.labels import MARKER, Box, place_labels
from bot.site.plots.theme import INK, LINE, PALE, PAPER, RULE, STRONG
from bot.text.catalogue import JoinedText, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from matplotlib.axes import Axes

    from bot.board.study.reproduction import Point
    from bot.board.study.tables import Correlation


class _Scale(NamedTuple):
    """A linear map of values from `low` to `high` onto lengths from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, most: int) -> list[float]:
        ticks = MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(self.low, self.high)
        return [float(tick) for tick in ticks if self.low <= tick <= self.high]


# As narrow as possible: on a telephone 343 pixels are left of the width, where text should keep 9.
_FRAME = Box(58, 92, 474, 472)
_SIZE = 13.0
_LINE = 18.0
_FEWEST = 4
"""Of fewer models r has no interval."""


def score_against_benchmark(
    points: Sequence[Point], correlation: Correlation, benchmark: str, maximum: Fraction, scores: str
) -> str:
    """Return an SVG with a labelled marker for each model and the regression line (study, figures 5 to 7).

    The horizontal axis is the openness score from 0 to `maximum` points, the vertical one the value of `benchmark`.
    `correlation` is that of `points`; Pearson's r is shown with its interval, and the line where that excludes 0. `scores`
    names the origin of the scores, such as "scores as plotted in the study".
    """
    title = _("Openness score and %(benchmark)s", benchmark=benchmark)
    subtitle = ngettext("%(number)s model, %(scores)s", "%(number)s models, %(scores)s", len(points), scores=scores)
    x = _Scale(0, float(maximum), _FRAME.left, _FRAME.right)
    y = _value_scale([point.value for point in points])
    equation = _equation(correlation)
    description = _(
        "%(models)s: openness score from 0 to %(maximum)s across, %(benchmark)s up. %(statistics)s.",
        models=subtitle,
        maximum=f"{float(maximum):g}",
        benchmark=benchmark,
        statistics=JoinedText(". ", equation),
    )
    with drawing(_FRAME.right + 14, _FRAME.bottom + 52) as (figure, axes):
        text(axes, _FRAME.left, 20, title, size=15, weight="bold")
        text(axes, _FRAME.left, 40, subtitle, size=_SIZE, color=PALE)
        for number, words in enumerate(equation):
            text(axes, _FRAME.left, 40 + (number + 1) * _LINE, words, size=_SIZE, color=LINE)
        _draw_frame(axes, x, y, benchmark)
        anchors = [(x(point.score), y(point.value)) for point in points]
        line = _line(points, correlation, x, y)
        if line:
            axes.plot(*zip(*line, strict=True), color=LINE, linewidth=1.6, dashes=(6, 3))
        across, down = ([anchor[axis] for anchor in anchors] for axis in (0, 1))
        axes.scatter(across, down, s=(2 * MARKER) ** 2, color=STRONG, edgecolors=PAPER, linewidths=0.8, zorder=3)
        names = [shown(point.model) for point in points]
        sizes = [(width_of(name, _SIZE), _SIZE + 2) for name in names]
        boxes = place_labels(anchors, sizes, _FRAME, line)
        for name, box, anchor in zip(names, boxes, anchors, strict=True):
            _draw_label(axes, name, box, anchor)
        return svg(figure, title, description)


def _value_scale(values: Sequence[float]) -> _Scale:
    low, high = min(values, default=0.0), max(values, default=1.0)
    margin = 0.08 * (high - low) or 1.0
    return _Scale(low - margin, high + margin, _FRAME.bottom, _FRAME.top)


def _line(points: Sequence[Point], correlation: Correlation, x: _Scale, y: _Scale) -> list[tuple[float, float]]:
    """Return the regression line from the first to the last score, as points dense enough for labels to avoid it."""
    if correlation.slope is None or correlation.intercept is None or not _has_line(correlation):
        return []
    first, last = min(point.score for point in points), max(point.score for point in points)
    scores = [first + (last - first) * step / 100 for step in range(101)]
    values = [correlation.slope * score + correlation.intercept for score in scores]
    return [(x(score), y(value)) for score, value in zip(scores, values, strict=True) if y.low <= value <= y.high]


def _equation(correlation: Correlation) -> list[str]:
    if correlation.models < _FEWEST or correlation.pearson is None:
        return [_("Too few different values to compare")]
    low, high = map(_signed, correlation.interval or (correlation.pearson, correlation.pearson))
    pearson = _signed(correlation.pearson)
    shown = _("Pearson r = %(pearson)s, 95 %% interval %(low)s to %(high)s", pearson=pearson, low=low, high=high)
    if not _has_line(correlation) or correlation.slope is None or correlation.intercept is None:
        return [shown, _("No line: r may be 0")]
    sign = "+" if correlation.intercept >= 0 else "−"
    return [shown, f"y = {_signed(correlation.slope)}x {sign} {abs(correlation.intercept):.2f}"]


def _has_line(correlation: Correlation) -> bool:
    """Return whether scores and values depend on each other: not where r may be 0."""
    if correlation.models < _FEWEST or correlation.pearson is None:
        return False
    low, high = correlation.interval or (correlation.pearson, correlation.pearson)
    return not low <= 0 <= high


def _signed(figure: float) -> str:
    return f"{figure:z.2f}".replace("-", "−")


def _draw_frame(axes: Axes, x: _Scale, y: _Scale, benchmark: str) -> None:
    for tick in y.ticks(8):
        axes.plot([_FRAME.left, _FRAME.right], [y(tick), y(tick)], color=RULE, linewidth=0.6, zorder=1)
        text(axes, _FRAME.left - 8, y(tick) + HALF_CAPITAL * _SIZE, f"{tick:g}", size=_SIZE, align="right")
    for tick in x.ticks(8):
        axes.plot([x(tick), x(tick)], [_FRAME.bottom, _FRAME.bottom + 4], color=INK, linewidth=0.8)
        text(axes, x(tick), _FRAME.bottom + 20, f"{tick:g}", size=_SIZE, align="center")
    axes.plot(
        [_FRAME.left, _FRAME.left, _FRAME.right], [_FRAME.top, _FRAME.bottom, _FRAME.bottom], color=INK, linewidth=0.8
    )
    text(
        axes,
        (_FRAME.left + _FRAME.right) / 2,
        _FRAME.bottom + 42,
        _("Openness score (points)"),
        size=_SIZE,
        align="center",
    )
    text(axes, 16, (_FRAME.top + _FRAME.bottom) / 2, benchmark, size=_SIZE, align="center", rotation=90)


def _draw_label(axes: Axes, name: str, box: Box, anchor: tuple[float, float]) -> None:
    """Draw the name in its box, with a thin line to its marker where that is not next to it."""
    x, y = anchor
    if box.distance(x, y) > MARKER + 6:
        end = min(max(x, box.left), box.right), min(max(y, box.top), box.bottom)
        axes.plot([x, end[0]], [y, end[1]], color=PALE, linewidth=0.6, zorder=2)
    # Aligned to the side of the marker, so that a narrower font than estimated leaves no hole.
    align = "left" if box.left >= x else "right" if box.right <= x else "center"
    across = {"left": box.left, "right": box.right, "center": (box.left + box.right) / 2}[align]
    text(axes, across, (box.top + box.bottom) / 2 + HALF_CAPITAL * _SIZE, name, size=_SIZE, align=align)
