"""Tables in Markdown and for terminals. Nothing here escapes: see `bot.text.escaping`."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from tabulate import tabulate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ALIGNMENTS = {"l": "left", "r": "right", "c": "center"}
_RULES = {"-": "---", "l": ":--", "r": "--:"}
_FILLER = "\u200b"


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[str]], alignment: str) -> str:
    """Return a table of Markdown. `alignment` has a letter for each column: `l`eft, `r`ight, or `-` for the default."""
    lines = [columns, [_RULES[letter] for letter in alignment], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def terminal_table(columns: Sequence[str], rows: Sequence[Sequence[str]], alignment: str) -> str:
    """Return a table for a terminal. `alignment` has a letter for each column: `l`eft, `r`ight or `c`enter."""
    table = tabulate(
        [[_padded(cell) for cell in row] for row in rows],
        headers=[_padded(column) for column in columns],
        tablefmt="simple",
        disable_numparse=True,  # without it, a model called `1e3` would be shown as a number
        colalign=[_ALIGNMENTS[letter] for letter in alignment] if rows else None,
    )
    return table.replace(_FILLER, "")


def plain_table(rows: Sequence[Sequence[str]]) -> str:
    """Return a table for a terminal without titles and lines."""
    cells = [[_padded(cell) for cell in row] for row in rows]
    return tabulate(cells, tablefmt="plain", disable_numparse=True).replace(_FILLER, "")


def underlined(title: str) -> str:
    """Return a heading for a terminal, underlined as wide as it is shown."""
    return f"{title}\n{'=' * len(_padded(title))}"


def wrapped(text: str, width: int, indent: str) -> str:
    """Return `text` in lines of at most `width` columns, indented; words and links are never broken."""
    lines = textwrap.fill(_padded(text), width - len(indent), break_long_words=False, break_on_hyphens=False)
    return textwrap.indent(lines.replace(_FILLER, ""), indent)


def _padded(text: str) -> str:
    """Return `text` with a filler behind each character that takes two columns, so that its length is its width.

    tabulate and textwrap count characters. Where wcwidth is installed, tabulate measures by itself, and the filler has
    no width: both give the same table.
    """
    return "".join(f"{each}{_FILLER}" if east_asian_width(each) in "WF" else each for each in text)
