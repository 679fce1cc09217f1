"""The text of one file: decoding it, refusing what nobody can see, and saying where in it a problem stands."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from bot.board.model.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_FILE = 64 * 1024
"""In bytes. The longest real assessment has a quarter of this; what is longer is a mistake or an attack."""

# Control characters (but for line breaks), characters that reorder or hide text, look like nothing or stand for nothing
# (private use, tags, no characters at all), and halves of surrogate pairs.
UNSEEN = re.compile(
    r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    r"\u3164\ud800-\udfff\ue000-\uf8ff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_LONE_RETURN = re.compile(r"\r(?!\n)")
_NAMED = 80
"""Characters of a name in a file that a message repeats."""
_NOT_UTF8 = ("not-utf-8", "the file is not UTF-8 text")


class Source:
    """The text of the file at `path` (relative to the root, with slashes)."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._lines: list[str] | None = None

    def line(self, number: int) -> str:
        """The line with that number, counted from 0, without its line break; empty beyond the end."""
        if self._lines is None:
            self._lines = _LINE_BREAK.split(self.text)
        return self._lines[number] if number < len(self._lines) else ""

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 0, of the character at `offset`."""
        breaks = self.text.count("\n", 0, offset) + self.text.count("\r", 0, offset)
        start = max(self.text.rfind("\n", 0, offset), self.text.rfind("\r", 0, offset)) + 1
        return breaks - self.text.count("\r\n", 0, offset), offset - start

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


def character_name(character: str) -> str:
    """How a character that can't be seen is named to people: its code point, and its name where it has one."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '').lower()}".rstrip()


def shorten(text: str) -> str:
    """`text` as it is named in a message: its beginning, if it is long."""
    return text if len(text) <= _NAMED else f"{text[:_NAMED]}…"


def decode(path: str, data: bytes) -> tuple[Source | None, list[Problem]]:
    """The text of a file, or None where it can't be read as text at all, and what is wrong with its characters."""
    if len(data) > LARGEST_FILE:
        return None, [too_large(path, len(data))]
    # To a computer UTF-16 without a byte order mark can be UTF-8 too: every other character is NUL.
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0\0" in (data[:4:2], data[1:4:2]):
        utf16 = Source(path, "").problem(0, 0, *_NOT_UTF8, "Save it again with the encoding UTF-8 instead of UTF-16.")
        return None, [utf16]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [_not_utf8(path, data, error)]
    # Without its byte order mark, so that columns are those of an editor.
    source = Source(path, text.removeprefix("\ufeff"))
    problems = list(_unseen(source))
    if text.startswith("\ufeff"):
        what = "the file begins with an invisible byte order mark"
        problems.append(source.problem(0, 0, "byte-order-mark", what, "Save it as UTF-8 without BOM."))
    return source, problems


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
    source = Source(path, data.decode("utf-8", "replace"))
    # What lies before the first bad byte has the same characters in both.
    line, column = source.position(len(data[: error.start].decode("utf-8")))
    return source.problem(line, column, *_NOT_UTF8, "Save it again with the encoding UTF-8 in your editor.")


def _unseen(source: Source) -> Iterator[Problem]:
    """One problem for each kind of character that can't be seen, at its first place."""
    seen: dict[str, list[int]] = {}
    for found in UNSEEN.finditer(source.text):
        seen.setdefault(found[0], []).append(found.start())
    for character, places in seen.items():
        times = f" ({len(places)} times in this file)" if len(places) > 1 else ""
        if character == "\t":
            rule, what = "tab", f"a tab stands here{times}"
            remedy = "YAML knows spaces only: write two for each level of indentation."
        else:
            rule, what = "unseen-character", f"the invisible character {character_name(character)} stands here{times}"
            remedy = "Delete it and type the text anew: such characters can make text look like something else."
        yield source.problem(*source.position(places[0]), rule, what, remedy)
    if returned := _LONE_RETURN.search(source.text):
        what = "this line ends with a carriage return alone, as on computers of the last century"
        remedy = "Save the file with the line endings of Unix (LF) or Windows (CRLF)."
        yield source.problem(*source.position(returned.start()), "line-ending", what, remedy)
