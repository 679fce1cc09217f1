"""The text layer of a PDF, page by page, with limits on the work that a hostile PDF may cause."""

from __future__ import annotations

import io
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PageObject, PdfReader

MOST_PAGES = 300
MOST_OPERATIONS = 600_000
"""Drawing operations of all pages together, which take up to half a minute. A page of a paper has about 3,000."""
_BROKEN_PAGE = 60_000
"""Operations that a broken page counts as, so that their number is limited too."""
_LARGEST_STREAM = 16 * 1024 * 1024


class NoTextError(Exception):
    """The PDF has no readable text; the message is a phrase for people that begins with "it"."""


class PdfText(NamedTuple):
    """Text of the pages of a PDF."""

    pages: list[str]
    """From the first; empty for a page that cannot be read."""
    whole: bool
    """Whether all text of all pages was read."""


def read_pdf(data: bytes, most_letters: int) -> PdfText:
    """Return the text layer of the first pages, until it exceeds `most_letters`. Raises NoTextError."""
    # Imported here because it is slow to load.
    from pypdf import Configuration, PdfReader, apply_configuration

    limits = Configuration(
        maximum_declared_stream_length=_LARGEST_STREAM,
        array_based_stream_maximum_output_length=_LARGEST_STREAM,
        lzw_maximum_output_length=_LARGEST_STREAM,
        run_length_maximum_output_length=_LARGEST_STREAM,
        zlib_maximum_output_length=_LARGEST_STREAM,
        stream_decoding_work_maximum_length=4 * _LARGEST_STREAM,
        stream_parsing_work_maximum_count=500_000,
        xform_maximum_invocations_per_extraction=500,
        page_tree_maximum_entries=20_000,
        jbig2dec_binary=None,  # never start another program
    )

    with apply_configuration(limits), _listening() as left_out:
        try:
            reader = PdfReader(io.BytesIO(data))
            # The empty password opens those that only forbid printing.
            locked = reader.is_encrypted and not reader.decrypt("")
            count = 0 if locked else len(reader.pages)
        except Exception as error:
            # A broken file makes pypdf raise nearly any exception, from KeyError to RecursionError.
            raise NoTextError("it is a PDF that is broken or incomplete") from error
        if locked:
            raise NoTextError("it is a PDF with a password")
        left_out.count = 0
        text = _read_pages(reader, count, most_letters)
        text = text._replace(whole=text.whole and not left_out.count)
    if not any(page.strip() for page in text.pages):
        raise NoTextError("it is a PDF without text that can be read: perhaps pictures of pages")
    return text


class _LeftOut(logging.Handler):
    """Counter of what pypdf left out of a page, which it only logs: forms beyond its limit, or that are broken."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += record.name.startswith(_ABOUT_TEXT)


_ABOUT_TEXT = ("pypdf._page", "pypdf._text_extraction", "pypdf._cmap", "pypdf._font")


@contextmanager
def _listening() -> Iterator[_LeftOut]:
    """Count what pypdf logs, instead of showing it."""
    logger, left_out = logging.getLogger("pypdf"), _LeftOut()
    before = logger.level, logger.propagate
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    logger.addHandler(left_out)
    try:
        yield left_out
    finally:
        logger.removeHandler(left_out)
        logger.level, logger.propagate = before


class _Work:
    """Counter of the remaining operations."""

    def __init__(self) -> None:
        self.left = MOST_OPERATIONS

    def count(self, *_: object) -> None:
        """Count one drawing operation. Raises RuntimeError beyond `MOST_OPERATIONS`, which ends the page."""
        self.left -= 1
        if self.left < 0:
            raise RuntimeError("the PDF takes too much work")


def _read_pages(reader: PdfReader, count: int, most_letters: int) -> PdfText:
    pages: list[str] = []
    work, letters, unread = _Work(), 0, 0
    for number in range(min(count, MOST_PAGES)):
        if work.left <= 0 or letters > most_letters:
            break
        text = _read_page(reader, number, work)
        unread += text is None
        pages.append(text or "")
        letters += len(text or "")
    return PdfText(pages, len(pages) == count and not unread)


def _read_page(reader: PdfReader, number: int, work: _Work) -> str | None:
    try:
        page: PageObject = reader.pages[number]
        return page.extract_text(visitor_operand_before=work.count)
    except Exception:  # as above; the other pages may be fine
        work.left -= _BROKEN_PAGE
        return None
