"""Pictures of the leaderboard as SVG: the heat map of all ratings, and openness scores against a benchmark.

The only module that knows matplotlib, which takes a second to import; whoever draws imports it late. The same input
gives the same bytes in every process: no clock, no settings of the user, and no text whose place depends on the fonts
of the machine (all text stands on its baseline, and widths are estimated from the number of characters).
"""

from __future__ import annotations

import io
import math
import re
import textwrap
import unicodedata
import warnings
from contextlib import contextmanager
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator

from bot.rendering.words import GLYPHS
from bot.rubric import Level

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from matplotlib.axes import Axes

    from bot.reproduction import Point
    from bot.rubric import Rubric
    from bot.study import Correlation

MOST_ROWS = 100
"""More models than that are not drawn in a heat map: nobody can read it."""
LONGEST_NAME = 36
"""Longer names are cut, in characters."""

_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "openness-bot",  # ids of clip paths, otherwise random
    "svg.fonttype": "none",  # text as text, to be read aloud and found
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib; readers without it see their own sans-serif
    "path.simplify": False,
}
# No clock, and no version of matplotlib, which would change the file with every upgrade.
_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}

# From dark to light with the level, so that they differ in grey too; blue and orange, which colour-blind people tell
# apart. The glyph in each cell says the same without any colour.
_FILLS = {
    Level.OPEN: "#0b5394",
    Level.SEMI_OPEN: "#8fc1e3",
    Level.CLOSED: "#fde5cf",
    Level.NOT_APPLICABLE: "#ffffff",
}
_INK = "#1a1a1a"
_PALE = "#6b6b6b"
_RULE = "#d9d9d9"
_GLYPH_INKS = {Level.OPEN: "#ffffff", Level.SEMI_OPEN: _INK, Level.CLOSED: _INK, Level.NOT_APPLICABLE: _PALE}

# All lengths are points, which are also the pixels of the SVG.
_CELL = 24.0
_GAP = 10.0
_MARGIN = 16.0
_NAME_SIZE = 10.0
_CATEGORY_SIZE = 8.5
_POINTS_PER_INCH = 72.0
# DejaVu Sans' average over names; other sans-serifs are narrower.
_CHARACTER_WIDTH = 0.6
# From the baseline up to the middle of a capital letter, in font sizes.
_HALF_CAPITAL = 0.36


# ---- Heat map --------------------------------------------------------------------------------------------------------


def heat_map(rows: Sequence[tuple[str, Sequence[Level]]], rubric: Rubric) -> str:
    """An SVG with a row for each model, in the given order, and a column for each criterion.

    `rows` are names and levels in the rubric's order, the first rank first. Each cell has a colour and, for everybody
    who cannot see it, the level's glyph. At most `MOST_ROWS` are drawn, which the title then says.
    """
    drawn = rows[:MOST_ROWS]
    names = [_shown(name) for name, _ in drawn]
    title = f"Openness of {_counted(len(rows))} in {len(rubric.criteria)} criteria"
    if len(drawn) < len(rows):
        title = f"Openness of the first {len(drawn)} of {_counted(len(rows))} in {len(rubric.criteria)} criteria"
    legend = "; ".join(f"{GLYPHS[level]} {meaning.title}" for level, meaning in rubric.levels.items())
    description = f"One row for each model, the most open first; one column for each criterion. {legend}."

    lefts = _column_lefts(rubric)
    left = _MARGIN + max([_width(name, _NAME_SIZE) for name in names], default=0) + 8
    titles = max(_width(criterion.title, _NAME_SIZE) for criterion in rubric.criteria)
    labels = [_wrapped(category.title, len(category.criteria) * _CELL) for category in rubric.categories]
    lines = max(len(label) for label in labels)
    top = _MARGIN + 30 + lines * 12 + 10 + titles + 8
    width = max(left + lefts[-1] + _CELL + _MARGIN, 2 * _MARGIN + _width(title, 13))
    bottom = top + len(drawn) * _CELL
    with _drawing(width, bottom + 14 + _CELL + _MARGIN) as (figure, axes):
        _text(axes, _MARGIN, _MARGIN + 12, title, size=13, weight="bold")
        _draw_categories(axes, rubric, labels, [left + column for column in lefts], top - titles - 8)
        for column, criterion in zip(lefts, rubric.criteria, strict=True):
            middle = left + column + _CELL / 2 + _HALF_CAPITAL * _NAME_SIZE
            _text(axes, middle, top - 6, criterion.title, size=_NAME_SIZE, rotation=90)
        for row, name in enumerate(names):
            baseline = top + (row + 0.5) * _CELL + _HALF_CAPITAL * _NAME_SIZE
            _text(axes, left - 8, baseline, name, size=_NAME_SIZE, align="right")
        cells = [
            (left + column, top + row * _CELL, level)
            for row, (_, levels) in enumerate(drawn)
            for column, level in zip(lefts, levels, strict=True)
        ]
        _draw_cells(axes, cells)
        _draw_legend(axes, rubric, _MARGIN, bottom + 14)
        return _svg(figure, title, description)


def _column_lefts(rubric: Rubric) -> list[float]:
    """Where each column begins, with a gap between categories."""
    steps = [
        0.0 if number == category == 0 else _CELL + (_GAP if number == 0 else 0)
        for category, part in enumerate(rubric.categories)
        for number in range(len(part.criteria))
    ]
    return list(accumulate(steps))


def _draw_categories(
    axes: Axes, rubric: Rubric, labels: Sequence[Sequence[str]], lefts: Sequence[float], baseline: float
) -> None:
    """The name of each category, centred over its columns, with a line below it."""
    first = 0
    for category, label in zip(rubric.categories, labels, strict=True):
        start, end = lefts[first], lefts[first + len(category.criteria) - 1] + _CELL
        first += len(category.criteria)
        axes.plot([start + 1, end - 1], [baseline - 6, baseline - 6], color=_INK, linewidth=1)
        for number, line in enumerate(label):
            y = baseline - 12 - 12 * (len(label) - 1 - number)
            _text(axes, (start + end) / 2, y, line, size=_CATEGORY_SIZE, align="center", weight="bold")


def _draw_cells(axes: Axes, cells: Sequence[tuple[float, float, Level]]) -> None:
    """Squares with their glyphs; all squares of a level are one path, which keeps the file small."""
    for level in Level:
        squares = [
            Path(
                [
                    (x + 1, y + 1),
                    (x + _CELL - 1, y + 1),
                    (x + _CELL - 1, y + _CELL - 1),
                    (x + 1, y + _CELL - 1),
                    (0, 0),
                ],
                _SQUARE,
            )
            for x, y, its_level in cells
            if its_level is level
        ]
        if squares:
            path = Path.make_compound_path(*squares)
            axes.add_patch(PathPatch(path, facecolor=_FILLS[level], edgecolor=_RULE, linewidth=0.6))
    for x, y, level in cells:
        middle = y + _CELL / 2 + _HALF_CAPITAL * 11
        _text(axes, x + _CELL / 2, middle, GLYPHS[level], size=11, align="center", color=_GLYPH_INKS[level])


_SQUARE = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]


def _draw_legend(axes: Axes, rubric: Rubric, left: float, top: float) -> None:
    cells = []
    for level, meaning in rubric.levels.items():
        cells.append((left, top, level))
        _text(axes, left + _CELL + 4, top + _CELL / 2 + _HALF_CAPITAL * _NAME_SIZE, meaning.title, size=_NAME_SIZE)
        left += _CELL + 4 + _width(meaning.title, _NAME_SIZE) + 14
    _draw_cells(axes, cells)


# ---- Score against benchmark -----------------------------------------------------------------------------------------


class Box(NamedTuple):
    """A rectangle in points; y goes down."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """The area that both cover."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return width * height if width > 0 and height > 0 else 0.0

    @property
    def area(self) -> float:
        """Width times height."""
        return (self.right - self.left) * (self.bottom - self.top)

    def distance(self, x: float, y: float) -> float:
        """From a point to the nearest edge; 0 inside."""
        return math.hypot(max(self.left - x, 0, x - self.right), max(self.top - y, 0, y - self.bottom))


class _Scale(NamedTuple):
    """Values from `low` to `high` onto lengths from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, most: int) -> list[float]:
        ticks = MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(self.low, self.high)
        return [float(tick) for tick in ticks if self.low <= tick <= self.high]


_FRAME = Box(64, 62, 824, 476)
_MARKER = 4.0
_LABEL_SIZE = 9.0


def score_against_benchmark(
    points: Sequence[Point], correlation: Correlation, benchmark: str, maximum: Fraction, scores: str
) -> str:
    """An SVG with a labelled marker for each model and the regression line (study, figures 5 to 7).

    Across goes the openness score from 0 to `maximum` points, up the value of `benchmark`. `correlation` belongs to
    `points`; its line, equation and Pearson's r are shown where they are defined. `scores` says where the scores come
    from, such as "scores as plotted in the study".
    """
    title = f"Openness score and {benchmark}"
    subtitle = f"{_counted(len(points))}, {scores}"
    x = _Scale(0, float(maximum), _FRAME.left, _FRAME.right)
    y = _value_scale([point.value for point in points])
    equation = _equation(correlation)
    description = (
        f"{subtitle}: openness score from 0 to {float(maximum):g} across, {benchmark} up. {'. '.join(equation)}."
    )
    with _drawing(_FRAME.right + 20, _FRAME.bottom + 56) as (figure, axes):
        _text(axes, _FRAME.left, 24, title, size=14, weight="bold")
        _text(axes, _FRAME.left, 42, subtitle, size=10, color=_PALE)
        _draw_frame(axes, x, y, benchmark)
        anchors = [(x(point.score), y(point.value)) for point in points]
        line = _line(points, correlation, x, y)
        if line:
            axes.plot(*zip(*line, strict=True), color="#c1440e", linewidth=1.6, dashes=(6, 3))
        corner = _draw_equation(axes, equation, anchors)
        axes.scatter(
            [across for across, _ in anchors],
            [down for _, down in anchors],
            s=(2 * _MARKER) ** 2,
            color="#0b5394",
            edgecolors="#ffffff",
            linewidths=0.8,
            zorder=3,
        )
        names = [_shown(point.model) for point in points]
        sizes = [(_width(name, _LABEL_SIZE), _LABEL_SIZE + 2) for name in names]
        boxes = place_labels(anchors, sizes, _FRAME, [corner], line)
        for name, box, anchor in zip(names, boxes, anchors, strict=True):
            _draw_label(axes, name, box, anchor)
        return _svg(figure, title, description)


def place_labels(
    anchors: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    bounds: Box,
    obstacles: Sequence[Box] = (),
    line: Sequence[tuple[float, float]] = (),
) -> list[Box]:
    """A box of each size next to its anchor, so that boxes cover each other, markers and `line` as little as possible.

    Greedy and repeated: each label in turn takes its cheapest place beside what the others have taken, until none
    moves any more. Deterministic; without a guarantee that nothing overlaps where there is no room.
    """
    markers = [Box(x - _MARKER, y - _MARKER, x + _MARKER, y + _MARKER) for x, y in anchors]
    choices = []
    for (x, y), size in zip(anchors, sizes, strict=True):
        places = [(_place(x, y, size, angle, distance), preference) for angle, distance, preference in _PLACES]
        choices.append([(box, _fixed_cost(box, bounds, [*markers, *obstacles], line) + cost) for box, cost in places])
    chosen: list[Box | None] = [None] * len(anchors)
    # The most crowded first, because they have the least choice.
    order = sorted(range(len(anchors)), key=lambda label: (-_crowd(anchors, label), label))
    for _ in range(_ROUNDS):
        before = list(chosen)
        for label in order:
            others = [box for other, box in enumerate(chosen) if box is not None and other != label]
            chosen[label] = min(
                choices[label], key=lambda choice: choice[1] + 20 * sum(map(choice[0].overlap, others))
            )[0]
        if chosen == before:
            break
    return [box for box in chosen if box is not None]


_ROUNDS = 12
# Angle (0 is to the right, clockwise), distance from the marker, and what it costs: right and left read best, and a
# label far from its marker is better than one on top of another.
_PLACES = tuple(
    (angle * math.pi / 8, distance, 3 * distance + (0, 6, 5, 6, 8, 6, 5, 6)[angle % 8] + (4 if 4 < angle < 12 else 0))
    for distance in (3.0, 8.0, 14.0, 22.0, 32.0, 44.0)
    for angle in range(16)
)


def _place(x: float, y: float, size: tuple[float, float], angle: float, distance: float) -> Box:
    width, height = size
    middle_x = x + math.cos(angle) * (width / 2 + _MARKER + distance)
    middle_y = y + math.sin(angle) * (height / 2 + _MARKER + distance)
    return Box(middle_x - width / 2, middle_y - height / 2, middle_x + width / 2, middle_y + height / 2)


def _fixed_cost(box: Box, bounds: Box, obstacles: Sequence[Box], line: Sequence[tuple[float, float]]) -> float:
    """What a place costs no matter where the other labels are."""
    outside = box.area - box.overlap(bounds)
    on_line = sum(box.distance(x, y) == 0 for x, y in line)
    return 100 * outside + 30 * sum(map(box.overlap, obstacles)) + 12 * on_line


def _crowd(anchors: Sequence[tuple[float, float]], label: int) -> int:
    x, y = anchors[label]
    return sum(abs(x - other_x) < 80 and abs(y - other_y) < 24 for other_x, other_y in anchors)


def _value_scale(values: Sequence[float]) -> _Scale:
    low, high = min(values, default=0.0), max(values, default=1.0)
    margin = 0.08 * (high - low) or 1.0
    return _Scale(low - margin, high + margin, _FRAME.bottom, _FRAME.top)


def _line(points: Sequence[Point], correlation: Correlation, x: _Scale, y: _Scale) -> list[tuple[float, float]]:
    """The regression line from the first to the last score, as points on the picture close enough to avoid it."""
    if correlation.slope is None or correlation.intercept is None or not points:
        return []
    first, last = min(point.score for point in points), max(point.score for point in points)
    scores = [first + (last - first) * step / 100 for step in range(101)]
    values = [correlation.slope * score + correlation.intercept for score in scores]
    return [(x(score), y(value)) for score, value in zip(scores, values, strict=True) if y.low <= value <= y.high]


def _equation(correlation: Correlation) -> list[str]:
    if correlation.slope is None or correlation.intercept is None:
        return ["Too few models for a line"]
    sign = "+" if correlation.intercept >= 0 else "−"
    equation = f"y = {_signed(correlation.slope)}x {sign} {abs(correlation.intercept):.2f}"
    return [equation] if correlation.pearson is None else [equation, f"Pearson r = {_signed(correlation.pearson)}"]


def _signed(figure: float) -> str:
    return f"{figure:z.2f}".replace("-", "−")


def _draw_frame(axes: Axes, x: _Scale, y: _Scale, benchmark: str) -> None:
    for tick in y.ticks(8):
        axes.plot([_FRAME.left, _FRAME.right], [y(tick), y(tick)], color=_RULE, linewidth=0.6, zorder=1)
        _text(axes, _FRAME.left - 8, y(tick) + _HALF_CAPITAL * 10, f"{tick:g}", size=10, align="right")
    for tick in x.ticks(8):
        axes.plot([x(tick), x(tick)], [_FRAME.bottom, _FRAME.bottom + 4], color=_INK, linewidth=0.8)
        _text(axes, x(tick), _FRAME.bottom + 18, f"{tick:g}", size=10, align="center")
    axes.plot(
        [_FRAME.left, _FRAME.left, _FRAME.right], [_FRAME.top, _FRAME.bottom, _FRAME.bottom], color=_INK, linewidth=0.8
    )
    _text(
        axes, (_FRAME.left + _FRAME.right) / 2, _FRAME.bottom + 40, "Openness score (points)", size=11, align="center"
    )
    _text(axes, 22, (_FRAME.top + _FRAME.bottom) / 2, benchmark, size=11, align="center", rotation=90)


def _draw_equation(axes: Axes, lines: Sequence[str], anchors: Sequence[tuple[float, float]]) -> Box:
    """The equation in the first corner of the frame that has no marker; returns the place that it takes up."""
    width, height = max(_width(line, 11) for line in lines) + 12, 16.0 * len(lines) + 8
    right, low = _FRAME.right - width, _FRAME.bottom - height
    corners = [(right, _FRAME.top), (_FRAME.left + 4, low), (_FRAME.left + 4, _FRAME.top), (right, low)]
    boxes = [Box(left, top, left + width, top + height) for left, top in corners]
    free = [box for box in boxes if not any(box.distance(x, y) <= 2 * _MARKER for x, y in anchors)]
    box = (free or boxes)[0]
    # Over the grid, so that no line of it runs through the figures.
    axes.add_patch(Rectangle((box.left, box.top), width, height, facecolor="#ffffff", linewidth=0, zorder=1.5))
    for number, line in enumerate(lines):
        _text(axes, box.left + 6, box.top + 16 * (number + 1), line, size=11, color="#a33a0c")
    return box


def _draw_label(axes: Axes, name: str, box: Box, anchor: tuple[float, float]) -> None:
    """The name in its box, with a thin line to its marker where that is not next to it."""
    x, y = anchor
    if box.distance(x, y) > _MARKER + 6:
        end = min(max(x, box.left), box.right), min(max(y, box.top), box.bottom)
        axes.plot([x, end[0]], [y, end[1]], color=_PALE, linewidth=0.6, zorder=2)
    # Aligned to the side of the marker, so that a narrower font than estimated leaves no hole.
    align = "left" if box.left >= x else "right" if box.right <= x else "center"
    across = {"left": box.left, "right": box.right, "center": (box.left + box.right) / 2}[align]
    _text(axes, across, (box.top + box.bottom) / 2 + _HALF_CAPITAL * _LABEL_SIZE, name, size=_LABEL_SIZE, align=align)


# ---- Drawing ---------------------------------------------------------------------------------------------------------


@contextmanager
def _drawing(width: float, height: float) -> Iterator[tuple[Figure, Axes]]:
    """A figure of that size with one invisible pair of axes over all of it, in points from the upper left corner."""
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        # Only the reader's fonts have to know the characters of a name.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font", category=UserWarning)
        figure = Figure(figsize=(width / _POINTS_PER_INCH, height / _POINTS_PER_INCH), facecolor="#ffffff")
        FigureCanvasSVG(figure)  # makes itself the figure's canvas
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_autoscale_on(False)
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        yield figure, axes


def _text(
    axes: Axes,
    x: float,
    baseline: float,
    text: str,
    *,
    size: float,
    align: str = "left",
    weight: str = "normal",
    color: str = _INK,
    rotation: float = 0,
) -> None:
    """`text` on its baseline, in which dollar signs are dollar signs and no formulas."""
    axes.text(
        x, baseline, text, size=size, ha=align, va="baseline", weight=weight, color=color, rotation=rotation,
        rotation_mode="anchor", parse_math=False,
    )  # fmt: skip


def _svg(figure: Figure, title: str, description: str) -> str:
    """The figure as SVG text, with a title and a description that are read aloud."""
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata=_METADATA)
    lines = [line.rstrip() for line in file.getvalue().splitlines()]
    opening = next(number for number, line in enumerate(lines) if line.startswith("<svg "))
    lines[opening] = lines[opening].replace("<svg ", '<svg role="img" aria-labelledby="title description" ', 1)
    lines.insert(opening + 1, f' <title id="title">{escape(title)}</title>')
    lines.insert(opening + 2, f' <desc id="description">{escape(description)}</desc>')
    return "\n".join(lines) + "\n"


# What XML 1.0 cannot hold, and line breaks, which would make two lines of a name.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def _shown(name: str) -> str:
    """A name as it is drawn: on one line, and cut where it is too long."""
    fit = _UNFIT.sub("\ufffd", name)
    return fit if len(fit) <= LONGEST_NAME else f"{fit[: LONGEST_NAME - 1].rstrip()}…"


def _counted(models: int) -> str:
    return "1 model" if models == 1 else f"{models:,} models"


def _width(text: str, size: float) -> float:
    """About how wide a text is; Korean, Chinese and Japanese characters are as wide as they are high."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return size * (wide + _CHARACTER_WIDTH * (len(text) - wide))


def _wrapped(text: str, width: float) -> list[str]:
    return textwrap.wrap(text, max(int(width / (_CATEGORY_SIZE * _CHARACTER_WIDTH)), 1), break_long_words=False)
