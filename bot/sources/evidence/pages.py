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

from bot.sources.evidence.characters import decode
from bot.sources.evidence.html_text import Section, markdown_sections, sections
from bot.sources.evidence.pdf_text import NoTextError, read_pdf
from bot.sources.evidence.quotes import Searchable
from bot.sources.evidence.spelling import SIGNS, composed, with_fewer_signs
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
    missing: str = ""
    """Phrase about what could not be read; empty where this is the whole page, so that a quote not found is not on it."""

    @property
    def whole(self) -> bool:
        """Whether all of the page could be read."""
        return not self.missing

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
    if data.startswith(_POINTER):
        return Unreadable("it is only a pointer to a large file, which is stored elsewhere")
    media = _media_type(content_type)
    page_format = _detect_format(data, media, path)
    if page_format is None:
        what = f"it is {media}" if media not in _SAY_NOTHING else "it is no text"
        return Unreadable(f"{what}, and what can be read is {', '.join(PageFormat)}")
    if page_format is PageFormat.PDF:
        return _pdf_page(data)
    text, missing = decode(data, content_type, is_html=page_format is PageFormat.HTML)
    if len(text) > LARGEST_TEXT:
        text, missing = text[:LARGEST_TEXT], f"only its first {LARGEST_TEXT:,} characters are read"
    found, all_read = _sections(page_format, text)
    if not all_read:
        missing = missing or "it has too many parts, or parts too deep in each other"
    return _page(page_format, found, missing)


def _sections(page_format: PageFormat, text: str) -> tuple[list[Section], bool]:
    """Return the sections of a text, and whether these are all."""
    match page_format:
        case PageFormat.HTML:
            return sections(text)
        case PageFormat.MARKDOWN:
            return markdown_sections(text)
        case PageFormat.JSON:
            strings, all_read = _json_strings(text)
            return [Section("", SIGNS.sub("", each)) for each in (strings, text)], all_read
    return [Section("", SIGNS.sub("", text))], True


def small_html(data: bytes, content_type: str) -> str | None:
    """Return an HTML page of at most 256 KiB with its markup; None for other pages."""
    is_html = _detect_format(data, _media_type(content_type), "") is PageFormat.HTML
    return decode(data, content_type, is_html=True)[0] if is_html and len(data) <= _LARGEST_ERROR else None


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _pdf_page(data: bytes) -> Page | Unreadable:
    try:
        text = read_pdf(data, LARGEST_TEXT)
    except NoTextError as error:
        return Unreadable(str(error))
    pages = [Section(f"page {number}", page) for number, page in enumerate(text.pages, 1)]
    return _page(PageFormat.PDF, pages, text.missing)


_NO_CHARACTER = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")


def _page(page_format: PageFormat, parts: Iterable[Section], missing: str) -> Page:
    texts, places, length = [], [], 0
    for part in parts:
        lines = (
            " ".join(line.split())
            for line in composed(_NO_CHARACTER.sub("\ufffd", with_fewer_signs(part.text))).split("\n")
        )
        text = "".join(f"{line}\n" for line in lines if line)
        if text:
            texts.append(text)
            places.append((length, part.heading))
            length += len(text)
    return Page(page_format, "".join(texts), tuple(places), missing)


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
_POINTER = b"version https://git-lfs.github.com/spec/"
_PDF_BEGINS = re.compile(rb"\A[^%]{0,1000}%PDF-")
_HTML_BEGINS = re.compile(rb"\A\s*(?:<!--.{0,1000}?-->\s*)?(?:<!doctype html|<html|<\?xml)", re.IGNORECASE | re.DOTALL)


def _detect_format(data: bytes, media: str, path: str) -> PageFormat | None:
    head = data[:4096].removeprefix(codecs.BOM_UTF8)
    by_ending = _ENDINGS.get(PurePosixPath(path).suffix.lower())
    if _PDF_BEGINS.match(head):
        return PageFormat.PDF
    if media == "text/plain":
        if by_ending is PageFormat.HTML and _HTML_BEGINS.match(head):
            return by_ending  # as GitHub sends its raw files
        return by_ending if by_ending in (PageFormat.MARKDOWN, PageFormat.JSON) else PageFormat.TEXT
    if media in _SAY_NOTHING:
        is_text = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" not in head
        return by_ending or (PageFormat.HTML if _HTML_BEGINS.match(head) else PageFormat.TEXT if is_text else None)
    if media.endswith(("+json", "+xml")) and media not in _MEDIA:
        return PageFormat.JSON if media.endswith("+json") else PageFormat.HTML
    return _MEDIA.get(media) or (PageFormat.TEXT if media.startswith("text/") else None)


# ---- JSON -------------------------------------------------------------------------------------------------------------

# Possessive, and accepts an unclosed string, so that each character is read once.
_STRING = re.compile(r'"((?:[^"\\]++|\\.)*+)(?:"|\\?\Z)', re.DOTALL)
_BETWEEN_STRINGS = "\n¦\n"
"""Between two strings, so that no quote is found in a key and its value."""
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
            return _BETWEEN_STRINGS.join(found_strings), False
        try:
            found_strings.append(json.loads(found[0], strict=False))
        except ValueError:
            continue
    return _BETWEEN_STRINGS.join(found_strings), True
