"""Marks of levels and of shares: small pictures, because `●`, `◐` and `○` are in several fonts of GitHub's, each in another size.

They have the shapes of those glyphs, and a blue that can be seen on light and on dark pages. In a link, or else GitHub puts a
link around each. The words for people who don't see them are the picture's `alt`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.layout import GENERATED
from bot.board.model.rubric import Level

if TYPE_CHECKING:
    from fractions import Fraction

MARKS = f"{GENERATED}/marks"
"""The folder of the pictures."""
LEVEL_MARKS = {Level.OPEN: "4", Level.SEMI_OPEN: "2", Level.CLOSED: "0", Level.NOT_APPLICABLE: "none"}
"""Names of pictures: a number of quarters, or `none`."""
_BLUE = "#2f81f7"
_CIRCLE = f'<circle cx="8" cy="8" r="6" fill="{{}}" stroke="{_BLUE}" stroke-width="1.5"/>'
# Counterclockwise from the top, so that one half is the left one.
_SECTOR = f'<path d="M8 8V2A6 6 0 {{}} 0 {{}}Z" fill="{_BLUE}"/>'
_SHAPES = {
    "0": _CIRCLE.format("none"),
    "1": _CIRCLE.format("none") + _SECTOR.format(0, "2 8"),
    "2": _CIRCLE.format("none") + _SECTOR.format(0, "8 14"),
    "3": _CIRCLE.format("none") + _SECTOR.format(1, "14 8"),
    "4": _CIRCLE.format(_BLUE),
    "none": f'<path d="M4 8h8" stroke="{_BLUE}" stroke-width="1.5"/>',
}
MARK_FILES = {
    f"{MARKS}/{name}.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">'
    f"{shapes}</svg>\n"
    for name, shapes in _SHAPES.items()
}
"""The text of each picture by its path."""


def share_mark(share: Fraction | None) -> str:
    """Return the name of the picture of a share from 0 to 1: full or empty only for exactly all or nothing."""
    if share is None:
        return LEVEL_MARKS[Level.NOT_APPLICABLE]
    return str(int(share) * 4 if share in (0, 1) else min(max(round(share * 4), 1), 3))
