"""Shaping of text: cutting, counting, enumerating, folding, rows of tables, as many rows as fit.

Nothing here escapes: see `bot.text.escaping`. Lengths are in characters, sizes in bytes of UTF-8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ELLIPSIS = "…"
_NAMED = 80


def clip(text: str, length: int) -> str:
    """Return `text`, cut with an ellipsis where it has more than `length` characters."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}{ELLIPSIS}"


def shorten(text: str) -> str:
    """Return a contributor's text for a message: only its beginning if it has more than 80 characters."""
    return text if len(text) <= _NAMED else f"{text[:_NAMED]}{ELLIPSIS}"


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: `1 link`, `1,234 links`. `many` defaults to `one` with an `s`."""
    return f"{number:,} {plural(number, one, many)}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return the form of a noun that belongs to a number. `many` defaults to `one` with an `s`."""
    return one if number == 1 else many or f"{one}s"


def first_of(words: Sequence[str], most: int) -> str:
    """Return at most so many words, and the number of the others: `a, b and 3 more`."""
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return f"{', '.join(words[:most])}{more}"


def enumerate_words(words: Sequence[str]) -> str:
    """Return `a`, `a and b`, or `a, b and c`."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def table_row(cells: Iterable[str]) -> str:
    """Return a row of a Markdown table. The cells must be escaped already."""
    return f"| {' | '.join(cells)} |"


def fold(summary: str, content: str) -> str:
    """Return a section of Markdown that is closed at first. Both texts must be escaped already."""
    # GitHub reads what is inside as Markdown only after a blank line.
    return f"<details>\n<summary>{summary}</summary>\n\n{content}\n\n</details>"


def size(*texts: str) -> int:
    """Return the number of bytes of the texts in UTF-8."""
    return sum(len(text.encode()) for text in texts)


def fitting(rows: Iterable[str], limit: int, separator: int = 1) -> list[str]:
    """Return the first rows that together have at most `limit` bytes, each counted with its separator."""
    shown = list[str]()
    for row in rows:
        limit -= size(row) + separator
        if limit < 0:
            break
        shown.append(row)
    return shown
