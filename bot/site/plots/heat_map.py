"""The heat map of all ratings: a row for each model, a column for each criterion."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.patches import PathPatch
from matplotlib.path import Path

from bot.board.model.rubric import Level
from bot.board.model.words import DISPUTED_MARK, GLYPHS, category_letters
from bot.site.plots import MOST_ROWS
from bot.site.plots.drawing import HALF_CAPITAL, drawing, shown, svg, text, width_of, wrapped
from bot.site.plots.theme import INK, MIDDLE, PALE, PAPER, RULE, STRONG, WEAK
from bot.text.catalogue import SOURCE, _, data_text, grouped, ngettext, translate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes

    from bot.board.model.assessment import Entry
    from bot.board.model.rubric import Rubric

# The glyph in each cell shows the level without colour. The fills of markers are those of matplotlib.
_FILLS = {Level.OPEN: STRONG, Level.SEMI_OPEN: MIDDLE, Level.CLOSED: WEAK, Level.NOT_APPLICABLE: PAPER}
_INKS = {Level.OPEN: PAPER, Level.SEMI_OPEN: INK, Level.CLOSED: INK, Level.NOT_APPLICABLE: PALE}
_MARKERS = {Level.OPEN: "full", Level.SEMI_OPEN: "left", Level.CLOSED: "none"}

# As narrow as possible: on a telephone 343 pixels are left of the width, where text should keep 9.
_CELL = 16.0
_GAP = 3.0
_MARGIN = 4.0
_SIZE = 13.0
_LINE = 18.0
_INDENT = _CELL + 6
"""From the cells of the legend to their words."""


class _Cell(NamedTuple):
    """A rating at its place: the upper left corner in points."""

    x: float
    y: float
    level: Level
    is_disputed: bool = False
    is_doubtful: bool = False


def heat_map(entries: Sequence[Entry], rubric: Rubric, language: str = SOURCE) -> str:
    """Return an SVG in a language, with a row for each model, in the given order, and a column for each criterion.

    Each cell has a colour and, for readers who can't see it, the level's glyph; disputed and doubtful ratings have a mark. At
    most `MOST_ROWS` models are drawn, which the title then says.
    """
    drawn = entries[:MOST_ROWS]
    names = [shown(entry.model) for entry in drawn]
    title = translate(_title(len(drawn), len(entries), rubric), language)
    columns = [translate(data_text(criterion.shown), language) for criterion in rubric.criteria]
    titles = max(width_of(column, _SIZE) for column in columns)
    left = _MARGIN + max([width_of(name, _SIZE) for name in names], default=0) + 6
    lefts = [left + column for column in _column_lefts(rubric)]
    legend = [(translate(words, language), cell) for words, cell in _legend(rubric, drawn)]
    lines = list(_categories_in_words(rubric, language, left - 2 * _MARGIN))
    top = _MARGIN + 2 * _LINE + max(titles, (len(legend) + len(lines) + 1) * _LINE) + 8
    width = max(lefts[-1] + _CELL + _MARGIN, 2 * _MARGIN + width_of(title, _SIZE))
    with drawing(width, top + len(drawn) * _CELL + _MARGIN) as (figure, axes):
        text(axes, _MARGIN, _MARGIN + _SIZE, title, size=_SIZE, weight="bold")
        _draw_legend(axes, legend, lines, _MARGIN + 1.5 * _LINE)
        _draw_columns(axes, rubric, columns, lefts, top)
        for row, name in enumerate(names):
            text(axes, left - 6, _middle(top + row * _CELL), name, size=_SIZE, align="right")
        _draw_cells(axes, list(_cells(drawn, rubric, lefts, top)))
        return svg(figure, title, translate(_description(legend), language))


def _title(drawn: int, models: int, rubric: Rubric) -> str:
    criteria = len(rubric.criteria)
    if drawn < models:
        return _(
            "Openness of the first %(drawn)s of %(all)s models in %(criteria)s criteria",
            drawn=drawn,
            all=grouped(models),
            criteria=criteria,
        )
    return ngettext(
        "Openness of %(number)s model in %(criteria)s criteria",
        "Openness of %(number)s models in %(criteria)s criteria",
        models,
        criteria=criteria,
    )


def _categories_in_words(rubric: Rubric, language: str, width: float) -> Iterator[tuple[str, str]]:
    """Yield lines that say what the letters of the categories mean: the letter, empty in further lines, and words."""
    for letter, category in zip(category_letters(rubric), rubric.categories, strict=True):
        for number, line in enumerate(wrapped(translate(data_text(category.shown), language), width - _INDENT, _SIZE)):
            yield "" if number else letter, line


def _description(legend: Sequence[tuple[str, _Cell]]) -> str:
    meanings = "; ".join(f"{GLYPHS[cell.level]} {words}" for words, cell in legend[: len(GLYPHS)])
    return _("One row for each model, the most open first; one column for each criterion. %(key)s.", key=meanings)


def _column_lefts(rubric: Rubric) -> list[float]:
    """Return the left edge of each column from the first, with a gap between categories."""
    steps = [
        0.0 if number == category == 0 else _CELL + (_GAP if number == 0 else 0)
        for category, part in enumerate(rubric.categories)
        for number in range(len(part.criteria))
    ]
    return list(accumulate(steps))


def _cells(entries: Sequence[Entry], rubric: Rubric, lefts: Sequence[float], top: float) -> Iterator[_Cell]:
    for row, entry in enumerate(entries):
        disputed = dict(entry.disputed)
        for x, criterion, level in zip(lefts, rubric.criteria, entry.levels, strict=True):
            yield _Cell(x, top + row * _CELL, level, criterion.id in disputed, criterion.id in entry.doubtful)


def _legend(rubric: Rubric, entries: Sequence[Entry]) -> list[tuple[str, _Cell]]:
    """Return words and a cell for each level, then for each mark that some rating has."""
    legend: list[tuple[str, _Cell]] = [
        (data_text(meaning.title), _Cell(0, 0, level)) for level, meaning in rubric.levels.items()
    ]
    if any(entry.disputed for entry in entries):
        legend.append((_("disputed"), _Cell(0, 0, Level.CLOSED, is_disputed=True)))
    if any(entry.doubtful for entry in entries):
        legend.append((_("doubtful"), _Cell(0, 0, Level.CLOSED, is_doubtful=True)))
    return legend


# ---- drawing ---------------------------------------------------------------------------------------------------------


def _middle(edge: float) -> float:
    """Return the baseline of a text that is centred in a cell, from the upper edge or (rotated) the left one."""
    return edge + _CELL / 2 + HALF_CAPITAL * _SIZE


def _draw_columns(axes: Axes, rubric: Rubric, columns: Sequence[str], lefts: Sequence[float], top: float) -> None:
    """Draw the titles of the criteria (`columns`), and over those of a category a line and its letter."""
    for x, column in zip(lefts, columns, strict=True):
        text(axes, _middle(x), top - 6, column, size=_SIZE, rotation=90)
    first, line = 0, _MARGIN + 2 * _LINE
    for letter, category in zip(category_letters(rubric), rubric.categories, strict=True):
        start, end = lefts[first], lefts[first + len(category.criteria) - 1] + _CELL
        first += len(category.criteria)
        axes.plot([start + 1, end - 1], [line, line], color=INK, linewidth=1)
        text(axes, (start + end) / 2, line - 5, letter, size=_SIZE, align="center", weight="bold")


def _draw_cells(axes: Axes, cells: Sequence[_Cell]) -> None:
    """Draw squares with their glyphs and marks; all of a level are one path, which keeps the file small."""
    for level in Level:
        own = [cell for cell in cells if cell.level is level]
        if not own:
            continue
        squares = Path.make_compound_path(*(_square(cell) for cell in own))
        axes.add_patch(PathPatch(squares, facecolor=_FILLS[level], edgecolor=RULE, linewidth=0.6))
        across, down = [cell.x + _CELL / 2 for cell in own], [cell.y + _CELL / 2 for cell in own]
        if level is Level.NOT_APPLICABLE:
            axes.plot(across, down, linestyle="none", marker="_", markersize=6, color=_INKS[level])
        else:
            axes.plot(
                across, down, linestyle="none", marker="o", markersize=8, markeredgewidth=1, color=_INKS[level],
                fillstyle=_MARKERS[level], markerfacecoloralt="none",
            )  # fmt: skip
        if doubtful := [_corner(cell) for cell in own if cell.is_doubtful]:
            path = Path.make_compound_path(*doubtful)
            axes.add_patch(PathPatch(path, facecolor=_INKS[level], linewidth=0))
    for cell in cells:
        if cell.is_disputed:
            x, y = cell.x + _CELL - 3.5, cell.y + 8
            text(axes, x, y, DISPUTED_MARK, size=9, align="center", color=_INKS[cell.level], weight="bold")


def _square(cell: _Cell) -> Path:
    left, top, right, bottom = cell.x + 0.5, cell.y + 0.5, cell.x + _CELL - 0.5, cell.y + _CELL - 0.5
    return _polygon((left, top), (right, top), (right, bottom), (left, bottom))


def _corner(cell: _Cell) -> Path:
    """Return the mark of doubt: the lower right corner of a cell."""
    right, bottom, side = cell.x + _CELL - 1.5, cell.y + _CELL - 1.5, 5
    return _polygon((right, bottom - side), (right, bottom), (right - side, bottom))


def _polygon(*corners: tuple[float, float]) -> Path:
    return Path([*corners, corners[0]], closed=True)


def _draw_legend(axes: Axes, legend: Sequence[tuple[str, _Cell]], lines: Sequence[tuple[str, str]], top: float) -> None:
    """Draw cells with their meanings, and under them further lines, one below the other from `top`."""
    placed = [(words, cell._replace(x=_MARGIN, y=top + row * _LINE)) for row, (words, cell) in enumerate(legend)]
    _draw_cells(axes, [cell for words, cell in placed])
    for words, cell in placed:
        text(axes, _MARGIN + _INDENT, _middle(cell.y), words, size=_SIZE)
    for number, (letter, words) in enumerate(lines, len(legend)):
        baseline = _middle(top + (number + 0.5) * _LINE)
        text(axes, _MARGIN + _CELL / 2, baseline, letter, size=_SIZE, align="center", weight="bold")
        text(axes, _MARGIN + _INDENT, baseline, words, size=_SIZE)
