"""The text of one file: decoding it, refusing what nobody can see, and saying where in it a problem stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_FILE = 64 * 1024
"""In bytes. The longest real assessment has a quarter of this; what is longer is a mistake or an attack."""

# Control characters (but for line breaks), characters that reorder or hide text, and halves of surrogate pairs.
UNSEEN = re.compile(
    r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff]|\r(?!\n)"
)


class Source:
    """The text of the file at `path` (relative to the root, with slashes)."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._lines: list[str] | None = None

    def line(self, number: int) -> str:
        """The line with that number, counted from 0, without its line break; empty beyond the end."""
        if self._lines is None:
            self._lines = re.split(r"\r\n|\n|\r", self.text)
        return self._lines[number] if number < len(self._lines) else ""

    def problem(
        self,
        line: int,
        column: int,
        rule: str,
        what: str,
        remedy: str,
        *,
        width: int = 1,
        severity: Severity = Severity.ERROR,
    ) -> Problem:
        """A problem at that line and column, both counted from 0 here and from 1 in what people see."""
        excerpt = self.line(line)
        width = max(1, min(width, len(excerpt) - column))
        return Problem(self.path, line + 1, column + 1, rule, what, remedy, severity, excerpt, width)


def name_of(character: str) -> str:
    """How a character that can't be seen is named to people: its code point."""
    return f"U+{ord(character):04X}"


def decode(path: str, data: bytes) -> tuple[Source | None, list[Problem]]:
    """The text of a file, or None where it can't be read as text at all, and what is wrong with its characters."""
    if len(data) > LARGEST_FILE:
        return None, [too_large(path, len(data))]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [_not_utf8(path, data, error)]
    source = Source(path, text)
    return source, list(_unseen(source))


def too_large(path: str, size: int) -> Problem:
    """The problem of a file of `size` bytes that is not even opened."""
    return Problem(
        path,
        1,
        1,
        "file-too-large",
        f"the file has {size:,} bytes",
        f"At most {LARGEST_FILE:,} are read: shorten the texts, and link to sources instead of copying them.",
    )


def _not_utf8(path: str, data: bytes, error: UnicodeDecodeError) -> Problem:
    before = Source(path, data[: error.start].decode("utf-8", "replace"))
    line = before.text.count("\n")
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:64]
    return before.problem(
        line,
        len(before.line(line)),
        "not-utf-8",
        "the file is not UTF-8 text",
        "Save it again with the encoding UTF-8" + (" instead of UTF-16." if utf16 else " in your editor."),
    )


def _unseen(source: Source) -> Iterator[Problem]:
    """One problem for each kind of character that can't be seen, at its first place."""
    seen: dict[str, list[int]] = {}
    for found in UNSEEN.finditer(source.text):
        seen.setdefault(found[0], []).append(found.start())
    for character, places in seen.items():
        line = source.text.count("\n", 0, places[0])
        column = places[0] - (source.text.rfind("\n", 0, places[0]) + 1)
        times = f" ({len(places)} times in this file)" if len(places) > 1 else ""
        match character:
            case "\t":
                rule, what, remedy = "tab", f"a tab stands here{times}", "YAML indents with spaces: use two per level."
            case "\ufeff" if places[0] == 0:
                rule, what = "byte-order-mark", "the file begins with an invisible byte order mark"
                remedy = "Save it as UTF-8 without BOM."
            case _:
                rule, what = "unseen-character", f"the invisible character {name_of(character)} stands here{times}"
                remedy = "Delete it and type the text anew: such characters can make text look like something else."
        yield source.problem(line, column, rule, what, remedy)
