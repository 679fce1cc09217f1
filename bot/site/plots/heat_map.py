"""The heat map of all ratings: a row for each model, a column for each criterion."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from matplotlib.patches import PathPatch
from matplotlib.path import Path

from bot.board.model.rubric import Level
from bot.board.model.words import DISPUTED_MARK, GLYPHS
from bot.site.plots import MOST_ROWS
from bot.site.plots.drawing import HALF_CAPITAL, INK, PALE, RULE, drawing, shown, svg, text, width_of, wrapped
from bot.text.shaping import count

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from matplotlib.axes import Axes

    from bot.board.model.rubric import Rubric

# From dark to light with the level, so that they differ in grey too; blue and orange, which colour-blind people can
# distinguish. The glyph in each cell shows the level without colour.
_FILLS = {
    Level.OPEN: "#0b5394",
    Level.SEMI_OPEN: "#8fc1e3",
    Level.CLOSED: "#fde5cf",
    Level.NOT_APPLICABLE: "#ffffff",
}
_GLYPH_INKS = {Level.OPEN: "#ffffff", Level.SEMI_OPEN: INK, Level.CLOSED: INK, Level.NOT_APPLICABLE: PALE}

_CELL = 24.0
_GAP = 10.0
_MARGIN = 16.0
_NAME_SIZE = 10.0
_CATEGORY_SIZE = 8.5
_NAME_MIDDLE = _CELL / 2 + HALF_CAPITAL * _NAME_SIZE
"""From the edge of a cell to the baseline of a name that is centred in it."""


def heat_map(
    rows: Sequence[tuple[str, Sequence[Level]]], rubric: Rubric, disputed: Collection[tuple[int, int]] = ()
) -> str:
    """Return an SVG with a row for each model, in the given order, and a column for each criterion.

    `rows` are names and levels in the rubric's order, the first rank first. Each cell has a colour and, for readers
    who can't see it, the level's glyph. At most `MOST_ROWS` are drawn, which the title then says. `disputed` are the
    cells with a disputed rating, as (row, column) counted from 0; they get a mark.
    """
    drawn = rows[:MOST_ROWS]
    names = [shown(name) for name, _ in drawn]
    marked = sorted(cell for cell in disputed if cell[0] < len(drawn))
    title, description = _title(len(drawn), len(rows), rubric), _description(rubric, with_disputes=bool(marked))
    titles = max(width_of(criterion.title, _NAME_SIZE) for criterion in rubric.criteria)
    labels = [wrapped(category.title, len(category.criteria) * _CELL, _CATEGORY_SIZE) for category in rubric.categories]
    left = _MARGIN + max([width_of(name, _NAME_SIZE) for name in names], default=0) + 8
    lefts = [left + column for column in _column_lefts(rubric)]
    top = _MARGIN + 30 + max(map(len, labels)) * 12 + 10 + titles + 8
    bottom = top + len(drawn) * _CELL
    width = max(lefts[-1] + _CELL + _MARGIN, 2 * _MARGIN + width_of(title, 13))
    with drawing(width, bottom + 14 + _CELL + _MARGIN) as (figure, axes):
        text(axes, _MARGIN, _MARGIN + 12, title, size=13, weight="bold")
        _draw_categories(axes, rubric, labels, lefts, top - titles - 8)
        for x, criterion in zip(lefts, rubric.criteria, strict=True):
            text(axes, x + _NAME_MIDDLE, top - 6, criterion.title, size=_NAME_SIZE, rotation=90)
        for row, name in enumerate(names):
            text(axes, left - 8, top + row * _CELL + _NAME_MIDDLE, name, size=_NAME_SIZE, align="right")
        cells = [
            (x, top + row * _CELL, level)
            for row, (_, levels) in enumerate(drawn)
            for x, level in zip(lefts, levels, strict=True)
        ]
        _draw_cells(axes, cells)
        for row, column in marked:
            _draw_mark(axes, lefts[column], top + row * _CELL, _GLYPH_INKS[drawn[row][1][column]])
        end = _draw_legend(axes, rubric, _MARGIN, bottom + 14)
        if marked:
            _draw_mark(axes, end, bottom + 14, INK)
            text(axes, end + _CELL + 4, bottom + 14 + _NAME_MIDDLE, "disputed", size=_NAME_SIZE)
        return svg(figure, title, description)


def _title(drawn: int, models: int, rubric: Rubric) -> str:
    part = f"the first {drawn} of " if drawn < models else ""
    return f"Openness of {part}{count(models, 'model')} in {len(rubric.criteria)} criteria"


def _description(rubric: Rubric, *, with_disputes: bool) -> str:
    meanings = [f"{GLYPHS[level]} {meaning.title}" for level, meaning in rubric.levels.items()]
    legend = "; ".join([*meanings, f"{DISPUTED_MARK} disputed"] if with_disputes else meanings)
    return f"One row for each model, the most open first; one column for each criterion. {legend}."


def _column_lefts(rubric: Rubric) -> list[float]:
    """Return the left edge of each column from the first, with a gap between categories."""
    steps = [
        0.0 if number == category == 0 else _CELL + (_GAP if number == 0 else 0)
        for category, part in enumerate(rubric.categories)
        for number in range(len(part.criteria))
    ]
    return list(accumulate(steps))


def _draw_categories(
    axes: Axes, rubric: Rubric, labels: Sequence[Sequence[str]], lefts: Sequence[float], baseline: float
) -> None:
    """Draw the name of each category, centred over its columns, with a line below it."""
    first = 0
    for category, label in zip(rubric.categories, labels, strict=True):
        start, end = lefts[first], lefts[first + len(category.criteria) - 1] + _CELL
        first += len(category.criteria)
        axes.plot([start + 1, end - 1], [baseline - 6, baseline - 6], color=INK, linewidth=1)
        for number, line in enumerate(label):
            y = baseline - 12 - 12 * (len(label) - 1 - number)
            text(axes, (start + end) / 2, y, line, size=_CATEGORY_SIZE, align="center", weight="bold")


def _draw_cells(axes: Axes, cells: Sequence[tuple[float, float, Level]]) -> None:
    """Draw squares with their glyphs; all squares of a level are one path, which keeps the file small."""
    for level in Level:
        if squares := [_square(x, y, _CELL - 2) for x, y, own in cells if own is level]:
            path = Path.make_compound_path(*squares)
            axes.add_patch(PathPatch(path, facecolor=_FILLS[level], edgecolor=RULE, linewidth=0.6))
    for x, y, level in cells:
        middle = y + _CELL / 2 + HALF_CAPITAL * 11
        text(axes, x + _CELL / 2, middle, GLYPHS[level], size=11, align="center", color=_GLYPH_INKS[level])


def _square(x: float, y: float, side: float) -> Path:
    left, top = x + 1, y + 1
    right, bottom = left + side, top + side
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (0, 0)]
    return Path(corners, [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY])


def _draw_mark(axes: Axes, x: float, y: float, ink: str) -> None:
    """Draw the mark of a dispute in the upper right corner of a cell."""
    text(axes, x + _CELL - 5, y + 9, DISPUTED_MARK, size=8, align="center", color=ink, weight="bold")


def _draw_legend(axes: Axes, rubric: Rubric, left: float, top: float) -> float:
    """Draw the meaning of each colour and glyph; return the right end of it."""
    cells = []
    for level, meaning in rubric.levels.items():
        cells.append((left, top, level))
        text(axes, left + _CELL + 4, top + _NAME_MIDDLE, meaning.title, size=_NAME_SIZE)
        left += _CELL + 4 + width_of(meaning.title, _NAME_SIZE) + 14
    _draw_cells(axes, cells)
    return left
