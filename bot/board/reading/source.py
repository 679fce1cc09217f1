"""The text of one file: decoding, refusing invisible characters, and places in it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.board.model.problem import Fix, Problem, Severity
from bot.text.catalogue import _, grouped, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_FILE = 64 * 1024
"""In bytes. The longest real assessment has a quarter of this; larger files are mistakes or attacks."""

# Control characters (except for line breaks), characters that reorder or hide text, that show nothing or have no meaning
# (private use, tags, no characters at all), and surrogates.
UNSEEN = re.compile(
    r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    r"\u2800\u3164\ud800-\udfff\ue000-\uf8ff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U00016fe4\U0001d159\U000e0000-\U000e007f]"
)
_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_LONE_RETURN = re.compile(r"\r(?!\n)")
_NOT_UTF8 = ("not-utf-8", _("the file is not UTF-8 text"))


class Span(NamedTuple):
    """A place on one line of a file."""

    line: int
    """From 0."""
    column: int
    """From 0, in characters."""
    width: int = 1


_BEGINNING = Span(0, 0)


def span_between(start: Any, end: Any) -> Span:
    """Return the span between two marks of a YAML parser; one character where they are on different lines."""
    return Span(start.line, start.column, end.column - start.column if end.line == start.line else 1)


class Source:
    """The text of the file at `path` (relative to the root, with slashes)."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._lines: list[str] | None = None

    def line(self, number: int) -> str:
        """Return the line with that number, from 0, without its line break; empty beyond the end."""
        if self._lines is None:
            self._lines = _LINE_BREAK.split(self.text)
        return self._lines[number] if number < len(self._lines) else ""

    def position(self, offset: int) -> Span:
        """Return the place of the character at `offset`."""
        breaks = self.text.count("\n", 0, offset) + self.text.count("\r", 0, offset)
        start = max(self.text.rfind("\n", 0, offset), self.text.rfind("\r", 0, offset)) + 1
        return Span(breaks - self.text.count("\r\n", 0, offset), offset - start)

    def problem(
        self, span: Span, rule: str, what: str, remedy: str, severity: Severity = Severity.ERROR, fix: Fix | None = None
    ) -> Problem:
        """Return a problem at a place, which is counted from 1 there."""
        line, column, width = span
        excerpt = self.line(line)
        width = max(1, min(width, len(excerpt) - column))
        return Problem(self.path, line + 1, column + 1, rule, what, remedy, severity, excerpt, width, fix)


def problem_of_key(path: str, data: bytes | None, key: str, rule: str, what: str, remedy: str) -> Problem:
    """Return a problem at the line of a key of the document, or at the first line."""
    source = Source(path, (data or b"").decode("utf-8", "replace").removeprefix("\ufeff"))
    place = re.search(rf"^{key}:", source.text, re.MULTILINE)
    line, column = source.position(place.start() if place else 0)[:2]
    return source.problem(Span(line, column, len(source.line(line))), rule, what, remedy)


def character_name(character: str) -> str:
    """Return the code point of an invisible character and its name, if it has one."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '').lower()}".rstrip()


def decode(path: str, data: bytes) -> tuple[Source | None, list[Problem]]:
    """Return the text of a file, or None where it isn't text, and the problems of its characters."""
    if len(data) > LARGEST_FILE:
        return None, [too_large(path, len(data))]
    # UTF-16 without a byte order mark can be valid UTF-8 too: every other character is NUL.
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0\0" in (data[:4:2], data[1:4:2]):
        remedy = _("Save it again with the encoding UTF-8 instead of UTF-16.")
        return None, [Source(path, "").problem(_BEGINNING, *_NOT_UTF8, remedy)]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [_not_utf8(path, data, error)]
    # Without the byte order mark, so that columns are those of an editor.
    source = Source(path, text.removeprefix("\ufeff"))
    problems = list(_unseen(source))
    if text.startswith("\ufeff"):
        what = _("the file begins with an invisible byte order mark (BOM)")
        problems.append(source.problem(_BEGINNING, "byte-order-mark", what, _("Save it as UTF-8 without BOM.")))
    return source, problems


def too_large(path: str, size: int) -> Problem:
    """Return the problem of a file of `size` bytes, which is not opened."""
    return Problem(
        path,
        1,
        1,
        "file-too-large",
        _(
            "the file has %(size)s bytes; at most %(limit)s are allowed",
            size=grouped(size),
            limit=grouped(LARGEST_FILE),
        ),
        _("Shorten the texts, and link to sources instead of copying them."),
    )


def _not_utf8(path: str, data: bytes, error: UnicodeDecodeError) -> Problem:
    source = Source(path, data.decode("utf-8", "replace"))
    # The text before the first invalid byte is the same in both.
    place = source.position(len(data[: error.start].decode("utf-8")))
    return source.problem(place, *_NOT_UTF8, _("Save it again with the encoding UTF-8 in your editor."))


def _unseen(source: Source) -> Iterator[Problem]:
    """Yield one problem for each different invisible character, at its first place."""
    seen: dict[str, list[int]] = {}
    for found in UNSEEN.finditer(source.text):
        seen.setdefault(found[0], []).append(found.start())
    for character, places in seen.items():
        if character == "\t":
            rule, what = "tab", ngettext("this is a tab", "this is a tab, one of %(number)s in this file", len(places))
            remedy = _("Use spaces instead: two for each level of indentation.")
        else:
            rule, name = "unseen-character", character_name(character)
            what = ngettext(
                "there is an invisible character here, %(name)s",
                "there is an invisible character here, %(name)s, and in %(number)s places in this file",
                len(places),
                name=name,
            )
            remedy = _("Delete it and type the text again. Such characters can make text look like something else.")
        yield source.problem(source.position(places[0]), rule, what, remedy)
    if returned := _LONE_RETURN.search(source.text):
        what = _("this line ends with a carriage return (CR) only")
        remedy = _("Save the file with the line endings of Unix (LF) or Windows (CRLF).")
        yield source.problem(source.position(returned.start()), "line-ending", what, remedy)
