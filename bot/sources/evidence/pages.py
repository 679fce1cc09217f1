"""The readable text of what a server sends for a link: HTML, PDF, Markdown, plain text, JSON.

Nothing is executed, and the work is bounded by the limits below, whatever the bytes are.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from bot.sources.evidence.html_text import Section, sections
from bot.sources.evidence.pdf_text import NoTextError, read_pdf
from bot.sources.evidence.quotes import Searchable, composed
from bot.sources.web.outcome import LARGEST_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST_TEXT = 5_000_000
"""In characters, markup included: five times a long novel. What a page has beyond that isn't read."""
_OPENING = 64 * 1024


class PageFormat(StrEnum):
    """What a page is written in."""

    HTML = "HTML"
    PDF = "PDF"
    MARKDOWN = "Markdown"
    TEXT = "plain text"
    JSON = "JSON"


@dataclass(frozen=True)
class Page:
    """What a page says."""

    kind: PageFormat
    text: str
    """On lines without blanks at their ends and without empty lines between them; spelt as `composed` does."""
    places: tuple[tuple[int, str], ...]
    """Where each section begins in the text, and what it is called: a heading, or `page 3`."""
    whole: bool
    """Whether this is all of it; what isn't in the rest of a page may still be said there."""

    def searchable(self) -> Searchable:
        """The text, for looking for quotes; places in it are those of `text`."""
        return Searchable(self.text, loose=self.kind is PageFormat.PDF)

    def where(self, place: int) -> str | None:
        """The section in which a place of the text stands; None before the first."""
        names = [name for start, name in self.places if start <= place]
        return names[-1] or None if names else None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """There is no text to be had."""

    reason: str
    """What the page is instead: a phrase that begins with "it". It may hold words of the server's."""


def read_page(data: bytes, content_type: str = "", charset: str | None = None, path: str = "") -> Page | Unreadable:
    """The readable text of a page.

    `content_type` is the header as it was sent, with its parameters; `charset` goes before the one in it. `path` is that
    of the URL or the file: its ending tells Markdown and JSON from plain text, as most servers don't.
    """
    if len(data) > LARGEST_PAGE:
        return Unreadable(f"it has {len(data):,} bytes, and at most {LARGEST_PAGE:,} are read")
    media = content_type.partition(";")[0].strip().lower()
    kind = _kind(data, media, path)
    if kind is None:
        what = f"it is {media}" if media not in _SAY_NOTHING else "it is no text"
        return Unreadable(f"{what}, and what can be read is {', '.join(PageFormat)}")
    if kind is PageFormat.PDF:
        return _pdf_page(data)
    text = _decoded(data, charset or _charset_in(content_type), kind)
    whole = len(text) <= LARGEST_TEXT
    text = text[:LARGEST_TEXT]
    match kind:
        case PageFormat.HTML:
            found, all_read = sections(text)
            return _page(kind, found, whole=whole and all_read)
        case PageFormat.MARKDOWN:
            return _page(kind, _markdown_sections(text), whole=whole)
        case PageFormat.JSON:
            return _page(kind, [Section("", _json_strings(text)), Section("", text)], whole=whole)
        case PageFormat.TEXT:
            return _page(kind, [Section("", text)], whole=whole)


def html_opening(data: bytes, content_type: str) -> str | None:
    """The first 64 KiB of an HTML page, markup and all, for a cheap look; None where it is no HTML."""
    if _kind(data, content_type.partition(";")[0].strip().lower(), "") is not PageFormat.HTML:
        return None
    return _decoded(data[:_OPENING], _charset_in(content_type), PageFormat.HTML)


def _pdf_page(data: bytes) -> Page | Unreadable:
    try:
        text = read_pdf(data, LARGEST_TEXT)
    except NoTextError as error:
        return Unreadable(str(error))
    pages = [Section(f"page {number}", page) for number, page in enumerate(text.pages, 1)]
    return _page(PageFormat.PDF, pages, whole=text.whole)


_NO_CHARACTER = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")


def _page(kind: PageFormat, parts: Iterable[Section], *, whole: bool) -> Page:
    texts, places, length = [], [], 0
    for part in parts:
        lines = (" ".join(line.split()) for line in composed(_NO_CHARACTER.sub("\ufffd", part.text)).split("\n"))
        text = "".join(f"{line}\n" for line in lines if line)
        if text:
            texts.append(text)
            places.append((length, part.heading))
            length += len(text)
    return Page(kind, "".join(texts), tuple(places), whole)


# ---- which kind ------------------------------------------------------------------------------------------------------

_MEDIA = {
    "text/html": PageFormat.HTML,
    "application/xhtml+xml": PageFormat.HTML,
    "text/xml": PageFormat.HTML,
    "application/xml": PageFormat.HTML,
    "application/pdf": PageFormat.PDF,
    "application/x-pdf": PageFormat.PDF,
    "text/markdown": PageFormat.MARKDOWN,
    "text/x-markdown": PageFormat.MARKDOWN,
    "application/json": PageFormat.JSON,
    "application/x-ndjson": PageFormat.JSON,
    "application/jsonl": PageFormat.JSON,
    "text/json": PageFormat.JSON,
    "application/yaml": PageFormat.TEXT,
    "application/x-yaml": PageFormat.TEXT,
    "application/toml": PageFormat.TEXT,
    "application/javascript": PageFormat.TEXT,
    "application/x-tex": PageFormat.TEXT,
    "application/x-sh": PageFormat.TEXT,
    "application/x-python": PageFormat.TEXT,
}
_ENDINGS = {
    ".html": PageFormat.HTML,
    ".htm": PageFormat.HTML,
    ".xhtml": PageFormat.HTML,
    ".xml": PageFormat.HTML,
    ".pdf": PageFormat.PDF,
    ".md": PageFormat.MARKDOWN,
    ".markdown": PageFormat.MARKDOWN,
    ".mdx": PageFormat.MARKDOWN,
    ".json": PageFormat.JSON,
    ".jsonl": PageFormat.JSON,
    ".ndjson": PageFormat.JSON,
    ".ipynb": PageFormat.JSON,
}
_SAY_NOTHING = ("", "application/octet-stream", "binary/octet-stream", "application/x-download")
"""What servers send for files that they don't know."""
_PDF_BEGINS = re.compile(rb"\A[^%]{0,1000}%PDF-")
_HTML_BEGINS = re.compile(rb"\A\s*(?:<!--.{0,1000}?-->\s*)?(?:<!doctype html|<html|<\?xml)", re.IGNORECASE | re.DOTALL)


def _kind(data: bytes, media: str, path: str) -> PageFormat | None:
    head = data[:4096].removeprefix(codecs.BOM_UTF8)
    by_ending = _ENDINGS.get(PurePosixPath(path).suffix.lower())
    if _PDF_BEGINS.match(head):
        return PageFormat.PDF
    if media == "text/plain":
        return by_ending if by_ending in (PageFormat.MARKDOWN, PageFormat.JSON) else PageFormat.TEXT
    if media in _SAY_NOTHING:
        guessed = PageFormat.HTML if _HTML_BEGINS.match(head) else PageFormat.TEXT if _is_text(head) else None
        return by_ending or guessed
    if media.endswith(("+json", "+xml")) and media not in _MEDIA:
        return PageFormat.JSON if media.endswith("+json") else PageFormat.HTML
    return _MEDIA.get(media) or (PageFormat.TEXT if media.startswith("text/") else None)


def _is_text(head: bytes) -> bool:
    return head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" not in head


# ---- characters ------------------------------------------------------------------------------------------------------

_LABEL = r"[\"']?\s*([A-Za-z0-9_.:-]{1,40})"
_CHARSET = re.compile(rf";\s*charset\s*=\s*{_LABEL}", re.IGNORECASE)
_META = re.compile(rf"<meta\b[^>]{{0,400}}?\bcharset\s*=\s*{_LABEL}".encode(), re.IGNORECASE)
_XML = re.compile(rf"\A\s*<\?xml\b[^>]{{0,200}}?\bencoding\s*=\s*{_LABEL}".encode(), re.IGNORECASE)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# By Python's names. Others of its codecs are no charsets (rot13, zip) or take very long (punycode).
_NAMES = (
    "utf-8 utf-16 utf-16-le utf-16-be gbk gb18030 big5 big5hkscs euc_jp iso2022_jp cp932 cp949 koi8-r koi8-u mac-roman "
    "mac-cyrillic cp866 cp874 tis-620"
)
_KNOWN = {
    *_NAMES.split(),
    *(f"cp{number}" for number in range(1250, 1259)),
    *(f"iso8859-{number}" for number in range(2, 17)),
}
# What labels mean to browsers (https://encoding.spec.whatwg.org/#names-and-labels): the larger set.
_MEANT = {"ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gbk", "euc_kr": "cp949", "shift_jis": "cp932"}


def _charset_in(content_type: str) -> str | None:
    found = _CHARSET.search(content_type)
    return found[1] if found else None


def _decoded(data: bytes, charset: str | None, kind: PageFormat) -> str:
    """The text of a page: by its byte order mark, what the server says, what it says itself, else as UTF-8."""
    for mark, codec in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace")
    known = _codec(charset)
    if known is None and kind is PageFormat.HTML and (found := _META.search(data[:4096]) or _XML.search(data[:4096])):
        known = _codec(found[1].decode("ascii"))
        # It was read as ASCII, so it can't be UTF-16.
        known = None if known and known.startswith("utf-16") else known
    return data.decode(known or "utf-8", "replace")


def _codec(label: str | None) -> str | None:
    if not label or not re.fullmatch(_LABEL, label):
        return None
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    name = _MEANT.get(name, name)
    return name if name in _KNOWN else None


# ---- JSON and Markdown -----------------------------------------------------------------------------------------------

# Also one that never ends, so that each character is looked at once.
_STRING = re.compile(r'"((?:[^"\\]++|\\.)*+)(?:"|\\?\Z)', re.DOTALL)


_MOST_ESCAPED = 200_000
"""Strings with a backslash, which take longer; beyond them there is only the text of the file itself."""


def _json_strings(text: str) -> str:
    """What the strings of a JSON text say, on a line each: without parsing the rest, so that no depth is too deep."""
    said: list[str] = []
    escaped = 0
    for found in _STRING.finditer(text):
        if "\\" not in found[1]:
            said.append(found[1])
            continue
        escaped += 1
        if escaped > _MOST_ESCAPED:
            break
        try:
            said.append(json.loads(found[0], strict=False))
        except ValueError:
            continue
    return "\n".join(said)


_COMMENT_BEGINS, _COMMENT_ENDS = "<!--", "-->"
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_MARKDOWN_HEADING = re.compile(r" {0,3}#{1,6}[ \t]")
_LINE_BEGINS = re.compile(r"[ \t]*(?:>[ \t]*|[*+][ \t]+|#{1,6}[ \t]+)*")
_LINK = re.compile(r"!?\[([^\[\]\n]*)\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)?\)|\[[^\[\]\n]*\])")
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|code|dd|del|details|div|dl|dt|em|figcaption|figure|font|h[1-6]|hr|i|img|ins|"
    r"kbd|li|mark|ol|p|picture|pre|q|s|samp|small|source|span|strike|strong|sub|summary|sup|table|tbody|td|tfoot|th|"
    r"thead|tr|tt|u|ul|var|video|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"\*+|~~|`+|(?<![^\W_])_{1,3}(?=\w)|(?<=[^\s_])_{1,3}(?![^\W_])")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def _markdown_sections(text: str) -> list[Section]:
    """Markdown without its marks, roughly as it is shown; blocks of code stay as they are."""
    found: list[Section] = []
    lines: list[str] = []
    title, in_code = "", False
    for line in _without_comments(text).split("\n"):
        if _FENCE.match(line):
            in_code = not in_code
            continue
        shown = line if in_code else _unmarked(line)
        if not in_code and _MARKDOWN_HEADING.match(line):
            found.append(Section(title, "\n".join(lines)))
            title, lines = " ".join(shown.split()).rstrip("# "), []
        lines.append(shown)
    return [*found, Section(title, "\n".join(lines))]


def _unmarked(line: str) -> str:
    line = line[_LINE_BEGINS.match(line).end() :]  # type: ignore[union-attr]  # it matches nothing too
    # Twice for pictures that are links.
    line = _TAG.sub(" ", _LINK.sub(r"\1", _LINK.sub(r"\1", line)))
    pieces = _ESCAPE.split(line)
    pieces[::2] = [_EMPHASIS.sub("", piece) for piece in pieces[::2]]
    return "".join(pieces).replace("|", " ")


def _without_comments(text: str) -> str:
    pieces, done = [], 0
    while (start := text.find(_COMMENT_BEGINS, done)) >= 0 and (end := text.find(_COMMENT_ENDS, start)) >= 0:
        pieces.append(text[done:start])
        done = end + len(_COMMENT_ENDS)
    return "".join([*pieces, text[done:]])
