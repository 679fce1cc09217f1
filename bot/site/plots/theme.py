"""The colours of plots, for light and for dark pages. A dark plot is the light one with other colours."""

from __future__ import annotations

import re

PAPER = "#ffffff"
INK = "#1a1a1a"
PALE = "#6b6b6b"
RULE = "#d9d9d9"
# From dark to light with the level, so that they differ in grey too (on dark pages the reverse); blue and orange, which
# colour-blind people can distinguish.
STRONG = "#0b5394"
MIDDLE = "#8fc1e3"
WEAK = "#fde5cf"
LINE = "#b83f0c"

_DARK = {
    PAPER: "#0d1117",
    INK: "#e6edf3",
    PALE: "#9198a1",
    RULE: "#3d444d",
    STRONG: "#8ec5ff",
    MIDDLE: "#1f5a96",
    WEAK: "#4a2e18",
    LINE: "#ff9d6b",
}
"""The colour on dark pages of each colour above."""
_TAG = re.compile("<[^>]*>")
_COLOUR = re.compile('#[0-9a-f]{6}(?=[;"])')


def dark(svg: str) -> str:
    """Return a plot with light colours for dark pages. Raises KeyError for a colour that is not one of this module."""
    return _TAG.sub(lambda tag: _COLOUR.sub(lambda colour: _DARK[colour[0]], tag[0]), svg)
