"""Drawing on an SVG with matplotlib, the same bytes in every process.

Nothing depends on the clock, the user's settings or the machine's fonts: all text is placed by its baseline, and widths are
estimated from the number of characters. All lengths are in points, which are also the pixels.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from bot.site.plots.theme import INK, PAPER
from bot.text.shaping import clip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

LONGEST_NAME = 27
"""In characters; longer names are cut."""

_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "openness-bot",  # ids of clip paths, otherwise random
    "svg.fonttype": "none",  # text as text, to be read aloud and found
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib; readers without it see their own sans-serif
    "path.simplify": False,
}
# No clock, and no version of matplotlib, which would change the file with every upgrade.
_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}

_POINTS_PER_INCH = 72.0
# DejaVu Sans' average over names; other sans-serifs are narrower.
_CHARACTER_WIDTH = 0.6
HALF_CAPITAL = 0.36
"""From the baseline up to the middle of a capital letter, in font sizes."""


@contextmanager
def drawing(width: float, height: float) -> Iterator[tuple[Figure, Axes]]:
    """Provide a figure of that size with one invisible pair of axes over all of it, in points from the upper left corner."""
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        # Only the reader's fonts have to know the characters of a name.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font", category=UserWarning)
        figure = Figure(figsize=(width / _POINTS_PER_INCH, height / _POINTS_PER_INCH), facecolor=PAPER)
        FigureCanvasSVG(figure)  # makes itself the figure's canvas
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_autoscale_on(False)
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        yield figure, axes


def text(axes: Axes, x: float, baseline: float, text: str, *, size: float, align: str = "left", **style: Any) -> None:
    """Draw `text` on its baseline, with dollar signs as they are and not as formulas. `style` is matplotlib's."""
    style = {"color": INK, "rotation_mode": "anchor", **style}
    axes.text(x, baseline, text, size=size, ha=align, va="baseline", parse_math=False, **style)


def svg(figure: Figure, title: str, description: str) -> str:
    """Return the figure as SVG text, with a title and a description for screen readers."""
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata=_METADATA)
    lines = [line.rstrip() for line in file.getvalue().splitlines()]
    opening = next(number for number, line in enumerate(lines) if line.startswith("<svg "))
    lines[opening] = lines[opening].replace("<svg ", '<svg role="img" aria-labelledby="title description" ', 1)
    lines.insert(opening + 1, f' <title id="title">{escape(title)}</title>')
    lines.insert(opening + 2, f' <desc id="description">{escape(description)}</desc>')
    return "\n".join(lines) + "\n"


# What XML 1.0 can't hold, and line breaks.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def shown(name: str) -> str:
    """Return a name as it is drawn: on one line, and cut where it is too long."""
    return clip(_UNFIT.sub("\ufffd", name), LONGEST_NAME)


def width_of(text: str, size: float) -> float:
    """Return the estimated width of a text; Korean, Chinese and Japanese characters are as wide as they are high."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return size * (wide + _CHARACTER_WIDTH * (len(text) - wide))


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Return `text` in lines of at most that width; a longer word is a line of its own."""
    lines: list[str] = []
    for word in text.split():
        if lines and width_of(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
