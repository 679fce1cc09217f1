"""The readable text of a page: HTML, PDF, Markdown, plain text, JSON.

Nothing is executed, and the work is linear in the size, up to the limits below, for any bytes.
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
"""Most characters that are read, markup included: five times a long novel."""
_LARGEST_ERROR = 256 * 1024
"""Most bytes of a page that may be an error page. A part is not enough: what comes behind it may be the text."""


class PageFormat(StrEnum):
    """Format of a page."""

    HTML = "HTML"
    PDF = "PDF"
    MARKDOWN = "Markdown"
    TEXT = "plain text"
    JSON = "JSON"


@dataclass(frozen=True)
class Page:
    """Readable text of a page."""

    format: PageFormat
    text: str
    """Lines without white space at their ends and without empty lines, normalized by `composed`."""
    places: tuple[tuple[int, str], ...]
    """Offset of each section in the text, and its name: a heading, or `page 3`."""
    whole: bool
    """Whether this is the whole page, so that a quote which is not found is not on it."""

    def searchable(self) -> Searchable:
        """Return the text prepared for searching; offsets are those of `text`."""
        return Searchable(self.text, loose=self.format is PageFormat.PDF)

    def where(self, place: int) -> str | None:
        """Return the name of the section at an offset of the text; None before the first."""
        names = [name for start, name in self.places if start <= place]
        return names[-1] or None if names else None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A page without readable text."""

    reason: str
    """A phrase that begins with "it", and may contain words of the server."""


def read_page(data: bytes, content_type: str = "", path: str = "") -> Page | Unreadable:
    """Return the readable text of a page.

    `content_type` is the whole header. `path` is that of the URL or the file: its ending distinguishes Markdown and JSON
    from plain text, as most servers do not.
    """
    if len(data) > LARGEST_PAGE:
        return Unreadable(f"it has {len(data):,} bytes, and at most {LARGEST_PAGE:,} are read")
    media = _media_type(content_type)
    page_format = _detect_format(data, media, path)
    if page_format is None:
        what = f"it is {media}" if media not in _SAY_NOTHING else "it is no text"
        return Unreadable(f"{what}, and what can be read is {', '.join(PageFormat)}")
    if page_format is PageFormat.PDF:
        return _pdf_page(data)
    text = _decode(data, content_type, page_format)
    whole = len(text) <= LARGEST_TEXT
    text = text[:LARGEST_TEXT]
    match page_format:
        case PageFormat.HTML:
            found, all_read = sections(text)
            whole = whole and all_read
        case PageFormat.MARKDOWN:
            found = _markdown_sections(text)
        case PageFormat.JSON:
            strings, all_read = _json_strings(text)
            found, whole = [Section("", strings), Section("", text)], whole and all_read
        case PageFormat.TEXT:
            found = [Section("", text)]
    return _page(page_format, found, whole=whole)


def small_html(data: bytes, content_type: str) -> str | None:
    """Return an HTML page of at most 256 KiB with its markup; None for other pages."""
    is_html = _detect_format(data, _media_type(content_type), "") is PageFormat.HTML
    return _decode(data, content_type, PageFormat.HTML) if is_html and len(data) <= _LARGEST_ERROR else None


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _pdf_page(data: bytes) -> Page | Unreadable:
    try:
        text = read_pdf(data, LARGEST_TEXT)
    except NoTextError as error:
        return Unreadable(str(error))
    pages = [Section(f"page {number}", page) for number, page in enumerate(text.pages, 1)]
    return _page(PageFormat.PDF, pages, whole=text.whole)


_NO_CHARACTER = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")


def _page(page_format: PageFormat, parts: Iterable[Section], *, whole: bool) -> Page:
    texts, places, length = [], [], 0
    for part in parts:
        lines = (" ".join(line.split()) for line in composed(_NO_CHARACTER.sub("\ufffd", part.text)).split("\n"))
        text = "".join(f"{line}\n" for line in lines if line)
        if text:
            texts.append(text)
            places.append((length, part.heading))
            length += len(text)
    return Page(page_format, "".join(texts), tuple(places), whole)


# ---- formats ---------------------------------------------------------------------------------------------------------

_MEDIA_OF = {
    PageFormat.HTML: "text/html application/xhtml+xml text/xml application/xml",
    PageFormat.PDF: "application/pdf application/x-pdf",
    PageFormat.MARKDOWN: "text/markdown text/x-markdown",
    PageFormat.JSON: "application/json application/x-ndjson application/jsonl text/json",
    PageFormat.TEXT: (
        "application/yaml application/x-yaml application/toml application/javascript application/x-tex application/x-sh "
        "application/x-python"
    ),
}
_ENDINGS_OF = {
    PageFormat.HTML: ".html .htm .xhtml .xml",
    PageFormat.PDF: ".pdf",
    PageFormat.MARKDOWN: ".md .markdown .mdx",
    PageFormat.JSON: ".json .jsonl .ndjson .ipynb",
}
_MEDIA = {media: page_format for page_format, listed in _MEDIA_OF.items() for media in listed.split()}
_ENDINGS = {ending: page_format for page_format, listed in _ENDINGS_OF.items() for ending in listed.split()}
_SAY_NOTHING = ("", "application/octet-stream", "binary/octet-stream", "application/x-download")
"""Media types of unknown files."""
_PDF_BEGINS = re.compile(rb"\A[^%]{0,1000}%PDF-")
_HTML_BEGINS = re.compile(rb"\A\s*(?:<!--.{0,1000}?-->\s*)?(?:<!doctype html|<html|<\?xml)", re.IGNORECASE | re.DOTALL)


def _detect_format(data: bytes, media: str, path: str) -> PageFormat | None:
    head = data[:4096].removeprefix(codecs.BOM_UTF8)
    by_ending = _ENDINGS.get(PurePosixPath(path).suffix.lower())
    if _PDF_BEGINS.match(head):
        return PageFormat.PDF
    if media == "text/plain":
        return by_ending if by_ending in (PageFormat.MARKDOWN, PageFormat.JSON) else PageFormat.TEXT
    if media in _SAY_NOTHING:
        is_text = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" not in head
        return by_ending or (PageFormat.HTML if _HTML_BEGINS.match(head) else PageFormat.TEXT if is_text else None)
    if media.endswith(("+json", "+xml")) and media not in _MEDIA:
        return PageFormat.JSON if media.endswith("+json") else PageFormat.HTML
    return _MEDIA.get(media) or (PageFormat.TEXT if media.startswith("text/") else None)


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
# By Python's names. Its other codecs are not charsets (rot13, zip), or very slow (punycode).
_NAMES = (
    "utf-8 utf-16 utf-16-le utf-16-be gbk gb18030 big5 big5hkscs euc_jp iso2022_jp cp932 cp949 koi8-r koi8-u mac-roman "
    "mac-cyrillic cp866 cp874 tis-620"
)
_KNOWN = {
    *_NAMES.split(),
    *(f"cp{number}" for number in range(1250, 1259)),
    *(f"iso8859-{number}" for number in range(2, 17)),
}
# Browsers read these labels as a larger charset: https://encoding.spec.whatwg.org/#names-and-labels
_SUPERSETS = {"ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gbk", "euc_kr": "cp949", "shift_jis": "cp932"}


def _decode(data: bytes, content_type: str, page_format: PageFormat) -> str:
    """Decode a page by its byte order mark, the server's charset, its own declaration, or as UTF-8."""
    for mark, codec in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace")
    by_server = _CHARSET.search(content_type)
    known = _codec(by_server[1]) if by_server else None
    if known is None and page_format is PageFormat.HTML:
        found = _META.search(data[:4096]) or _XML.search(data[:4096])
        known = _codec(found[1].decode("ascii")) if found else None
        # The declaration was read as ASCII, so the page cannot be UTF-16.
        known = None if known and known.startswith("utf-16") else known
    return data.decode(known or "utf-8", "replace")


def _codec(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    name = _SUPERSETS.get(name, name)
    return name if name in _KNOWN else None


# ---- JSON and Markdown -----------------------------------------------------------------------------------------------

# Possessive, and accepts an unclosed string, so that each character is read once.
_STRING = re.compile(r'"((?:[^"\\]++|\\.)*+)(?:"|\\?\Z)', re.DOTALL)
_MOST_ESCAPED = 200_000
"""Strings with a backslash, which take longer; after them only the text of the file itself is searched."""


def _json_strings(text: str) -> tuple[str, bool]:
    """Return the strings of a JSON text of any depth, each on a line, and whether these are all; nothing else is parsed."""
    found_strings: list[str] = []
    escaped = 0
    for found in _STRING.finditer(text):
        if "\\" not in found[1]:
            found_strings.append(found[1])
            continue
        escaped += 1
        if escaped > _MOST_ESCAPED:
            return "\n".join(found_strings), False
        try:
            found_strings.append(json.loads(found[0], strict=False))
        except ValueError:
            continue
    return "\n".join(found_strings), True


# Not by markdown-it-py: see "Looked at and left out" in docs/dependencies.md.
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
    """Return Markdown without its markup, roughly as rendered; code blocks stay unchanged."""
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
    # Twice, for images that are links.
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
