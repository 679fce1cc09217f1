"""Shaping of text: cutting, counting, as many rows as fit.

Nothing here escapes: see `bot.text.escaping`. Lengths are in characters, sizes in bytes of UTF-8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


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
