"""The text layer of a PDF, page by page, with limits on the work that a hostile PDF may cause.

PDFium reads it, in a process of its own (docs/adr/0018). Here the positions of characters correct its text: raised figures are
no part of the figure before them, and accents that are drawn by themselves are put on the letter below them. Text that nobody
sees is left out.
"""

from __future__ import annotations

import ctypes
import re
import sys
import unicodedata
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.sources.evidence.spelling import APART, RAISED_BEGINS, RAISED_ENDS, SIGNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pypdfium2  # type: ignore[import-untyped]

MOST_PAGES = 1000
_UNDECODED = 0.02
"""Share of the characters of a page without a meaning from which on the page counts as undecoded. A formula has a few."""
_NO_MEANING = re.compile("[\x00-\x1f\x7f-\x9f\ue000-\uf8e4\ufffd]")
"""Characters that fonts without a table of their letters have; not the pieces of large brackets behind them."""
_FULL_PAGE = 0.7
"""Share of a page that a picture covers at least if the page is a scan."""
_PASSWORD = 4
"""PDFium's FPDF_ERR_PASSWORD."""


class NoTextError(Exception):
    """The PDF has no readable text; the message is a phrase for people that begins with "it"."""


class PdfText(NamedTuple):
    """Text of the pages of a PDF."""

    pages: list[str]
    """From the first; empty for a page that cannot be read."""
    missing: str = ""
    """Phrase about what could not be read; empty where that is nothing."""


def read_pdf(data: bytes, most_letters: int) -> PdfText:
    """Return the text layer of the first pages, until it exceeds `most_letters`. Raises NoTextError."""
    import pypdfium2  # not needed by most commands

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        # The code may be that of an earlier file.
        if error.err_code == _PASSWORD and b"/Encrypt" in data:
            raise NoTextError("it is a PDF with a password") from error
        raise NoTextError("it is a PDF that is broken or incomplete") from error
    try:
        text = _read_pages(document, most_letters)
    finally:
        document.close()
    if b"%%EOF" not in data[-2048:]:
        text = text._replace(missing=text.missing or "its end is missing")
    if not text.pages:
        raise NoTextError("it is a PDF that is broken or incomplete")
    if not any(page.strip() for page in text.pages):
        raise NoTextError(f"it is a PDF without text that can be read{text.missing and f': {text.missing}'}")
    return text


def _read_pages(document: pypdfium2.PdfDocument, most_letters: int) -> PdfText:
    pages: list[str] = []
    missing, letters, count = "", 0, len(document)
    for number in range(min(count, MOST_PAGES)):
        if letters > most_letters:
            break
        text, fault = _read_page(document, number)
        missing = missing or (fault and f"its page {number + 1} {fault}")
        pages.append(text)
        letters += len(text)
    if len(pages) < count:
        missing = f"only the first {len(pages):,} of its {count:,} pages are read"
    return PdfText(pages, missing)


def _read_page(document: pypdfium2.PdfDocument, number: int) -> tuple[str, str]:
    """Return the text of a page, and what is wrong with it, as the end of a sentence."""
    import pypdfium2

    try:
        page = document[number]
        characters = page.get_textpage()
    except pypdfium2.PdfiumError:
        return "", "is broken"
    try:
        read = _Characters(characters, page)
        text = read.text()
        plain = re.sub(r"\s", "", text)
        if not plain:
            return "", "is a picture" if _is_picture(page) else read.fault
        undecoded = len(_NO_MEANING.findall(plain)) > _UNDECODED * len(plain)
        return text, "has letters that can't be decoded" if undecoded else read.fault
    finally:
        characters.close()
        page.close()


def _is_picture(page: pypdfium2.PdfPage) -> bool:
    """Return whether a picture covers the page."""
    import pypdfium2
    from pypdfium2 import raw

    width, height = page.get_size()
    for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        try:
            left, bottom, right, top = picture.get_bounds()
        except pypdfium2.PdfiumError:
            continue
        if (right - left) * (top - bottom) >= _FULL_PAGE * width * height:
            return True
    return False


# ---- characters ------------------------------------------------------------------------------------------------------

# TeX draws accents by themselves: https://www.unicode.org/charts/PDF/U0300.pdf has those that combine.
_ACCENTS = dict(
    zip("`´ˆ˜¨¯˘˙˚˝ˇ¸˛", "\u0300\u0301\u0302\u0303\u0308\u0304\u0306\u0307\u030a\u030b\u030c\u0327\u0328", strict=True)
)
_NEAR = 250
"""Characters before and after an accent among which its letter is: PDFium reads the accents of a line behind the line."""
_REPLACED = {"\x02": "-\n", "\x0b": "ff", "\x0c": "fi", "\x0e": "ffi", "\x0f": "ffl"}
"""PDFium's sign for a hyphen at the end of a line; and ligatures of TeX's old fonts, which have no other names (encoding OT1)."""
_PLACED = "\u2060"
"""In the place of an accent that is on its letter, so that each character keeps its number."""
_WITH_DOT = {"ı": "i", "ȷ": "j"}
_FIGURES = frozenset("0123456789*†‡")
_MARKS = _FIGURES | {","}
_BESIDE_FIGURES = re.compile(r"[0-9*†‡](?=[^\W_]|[-−–])|[^\s\x00-\x1f(\[](?=[0-9*†‡])")
_RAISED = 0.12
"""Difference of two base lines, in heights of a figure, from which on one is raised."""
_WIDE = 0.7
"""Distance of two figures, in heights of a figure, from which on they are two numbers."""
_SAME_LINE = 3.0
"""Largest difference in points between the base lines of a letter and of its accent, which is higher on capital letters."""
_BESIDE = 0.12
"""Distance from a letter, in its heights, at which the middle of its accent is at most: an i is narrow."""
_TURNED = 0.1
"""Angle in radians from which on a line is no longer level."""


_WHITE = 250
"""Least part of each colour that is taken for white."""
_MOST_DRAWINGS = 500
"""Drawings of a page that are compared with its white letters; of a page with more they are taken for seen."""
_DEEPEST = 50
"""Most forms inside each other that are searched; PDFium shows fewer."""
_MARGIN = 5.0
"""Points beyond the edge of a page at which a letter may begin and be seen."""


class _Box(NamedTuple):
    left: float
    right: float
    bottom: float
    top: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def height(self) -> float:
        return self.top - self.bottom


class _Ink:
    """Visibility of the characters of a page, by the objects that draw them."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        from pypdfium2 import raw

        self._raw = raw
        self._page = page
        self._known: dict[int | None, tuple[bool, bool]] = {}

    def is_suspect(self) -> bool:
        """Return whether some text of the page may be unseen."""
        raw = self._raw
        found = [raw.FPDFPage_GetObject(self._page, number) for number in range(raw.FPDFPage_CountObjects(self._page))]
        for _ in range(_DEEPEST):
            within = []
            for one in found:
                kind = raw.FPDFPageObj_GetType(one)
                if kind == raw.FPDF_PAGEOBJ_TEXT and any(self.look(one)):
                    return True
                if kind == raw.FPDF_PAGEOBJ_FORM:
                    inner = range(raw.FPDFFormObj_CountObjects(one))
                    within += [raw.FPDFFormObj_GetObject(one, number) for number in inner]
            found = within
        return bool(found)

    def look(self, drawn: Any) -> tuple[bool, bool]:
        """Return whether the text of this object is drawn with nothing, and whether it is white."""
        address = ctypes.cast(drawn, ctypes.c_void_p).value
        if address not in self._known:
            mode = self._raw.FPDFTextObj_GetTextRenderMode(drawn)
            colours = [ctypes.c_uint(0) for _ in range(4)]
            known = self._raw.FPDFPageObj_GetFillColor(drawn, *colours)
            is_filled = bool(known) and mode == self._raw.FPDF_TEXTRENDERMODE_FILL
            *shades, opacity = (colour.value for colour in colours)
            nothing = mode == self._raw.FPDF_TEXTRENDERMODE_INVISIBLE or (is_filled and not opacity)
            self._known[address] = nothing, is_filled and min(shades) >= _WHITE
        return self._known[address]

    @cached_property
    def _drawings(self) -> list[tuple[float, float, float, float]]:
        """Return the edges of all drawings other than text: white letters may be on them."""
        import pypdfium2

        found = []
        for one in self._page.get_objects(max_depth=1):
            if one.type != self._raw.FPDF_PAGEOBJ_TEXT:
                with suppress(pypdfium2.PdfiumError):
                    found.append(one.get_bounds())
        return found[:_MOST_DRAWINGS]

    def is_on_drawing(self, box: _Box) -> bool:
        """Return whether a letter may be on a drawing other than text."""
        across, up = box.middle, (box.bottom + box.top) / 2
        return len(self._drawings) == _MOST_DRAWINGS or any(
            left <= across <= right and bottom <= up <= top for left, bottom, right, top in self._drawings
        )


class _Characters:
    """The characters of a page, in the order in which PDFium reads them."""

    fault = ""
    """The fault of the page, as the end of a sentence; empty where it has none."""

    def __init__(self, page: pypdfium2.PdfTextPage, around: pypdfium2.PdfPage) -> None:
        from pypdfium2 import raw

        self._raw = raw
        self._page = page
        self._bases: dict[int, float] = {}
        self._boxes: dict[int, _Box] = {}
        codes = [raw.FPDFText_GetUnicode(page, number) for number in range(page.count_chars())]
        shown = (chr(code) if code < sys.maxunicode else "\ufffd" for code in codes)
        self._shown = [_PLACED if SIGNS.match(one) else one for one in shown]
        self._leave_out_unseen(around)

    def text(self) -> str:
        """Return the text of the page."""
        self._place_accents()
        shown = list(self._shown)
        for number, one in enumerate(self._shown):
            if one in _REPLACED:
                shown[number] = _REPLACED[one]
            elif one == "\r" and self._shown[number + 1 : number + 2] != ["\n"]:
                shown[number] = "fl"  # of OT1, as above
        for number, is_raised in self._steps():
            if is_raised:
                end = self._end_of_number(number)
                shown[number] = f"{RAISED_BEGINS}{shown[number]}"
                shown[end - 1] = f"{shown[end - 1]}{RAISED_ENDS}"
            else:
                shown[number] = f"{APART}{shown[number]}"
        text = "".join(shown).replace("\r\n", "\n").replace(_PLACED, "")
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _leave_out_unseen(self, page: pypdfium2.PdfPage) -> None:
        """Replace by spaces what is drawn without ink, white on nothing, or beside the page."""
        ink, edges = _Ink(page), page.get_bbox()
        if not (ink.is_suspect() or self._is_beside(edges)):
            return
        left, bottom = edges[0] - _MARGIN, edges[1] - _MARGIN
        right, top = edges[2] + _MARGIN, edges[3] + _MARGIN
        across, up = ctypes.c_double(), ctypes.c_double()
        unseen = 0
        for number, one in enumerate(self._shown):
            if one.isspace() or not (drawn := self._raw.FPDFText_GetTextObject(self._page, number)):
                continue
            nothing, white = ink.look(drawn)
            self._raw.FPDFText_GetCharOrigin(self._page, number, across, up)
            if nothing or (white and not ink.is_on_drawing(self._box(number))):
                unseen += 1
            elif left <= across.value <= right and bottom <= up.value <= top:
                continue
            self._shown[number] = " "
        if unseen > _UNDECODED * len(self._shown):
            self.fault = "has text that is not shown"  # as the text of a picture, which may say more

    def _is_beside(self, edges: tuple[float, float, float, float]) -> bool:
        """Return whether some text is beside the page."""
        places = [ctypes.c_double() for _ in range(4)]
        for number in range(self._page.count_rects()):
            self._raw.FPDFText_GetRect(self._page, number, *places)
            left, top, right, bottom = (place.value for place in places)
            if left < edges[0] or right > edges[2] or bottom < edges[1] or top > edges[3]:
                return True
        return False

    def _steps(self) -> Iterator[tuple[int, bool]]:
        """Yield the characters beside figures that are apart from what is before them, and whether they are raised figures."""
        for found in _BESIDE_FIGURES.finditer("".join(self._shown)):
            number = found.end()
            before, here = self._base(number - 1), self._base(number)
            left, right = self._box(number - 1), self._box(number)
            height = max(left.height, right.height)
            if self._is_turned(number):
                continue
            if abs(here - before) > _RAISED * height:
                yield number, here > before and self._shown[number] in _FIGURES
            elif not -height < right.left - left.right < _WIDE * height:
                yield number, False

    def _end_of_number(self, number: int) -> int:
        """Return the end of the raised figures that begin here."""
        end = number + 1
        while end < len(self._shown) and self._shown[end] in _MARKS and self._base(end) == self._base(number):
            end += 1
        return end - (self._shown[end - 1] == ",")

    def _place_accents(self) -> None:
        """Put the accents that are drawn by themselves onto their letters."""
        for number, accent in enumerate(self._shown):
            if accent in _ACCENTS and (found := self._letter_under(number)) is not None:
                letter, composed = found
                self._shown[letter], self._shown[number] = composed, _PLACED

    def _letter_under(self, number: int) -> tuple[int, str] | None:
        """Return the letter below an accent, and both as one character; None where no letter there can have it."""
        middle, base = self._box(number).middle, self._base(number)
        found = []
        for other in range(max(0, number - _NEAR), min(len(self._shown), number + _NEAR)):
            letter = self._shown[other]
            if not letter.isalpha() or abs(self._base(other) - base) > _SAME_LINE:
                continue
            box = self._box(other)
            beside = _BESIDE * box.height
            composed = unicodedata.normalize("NFC", _WITH_DOT.get(letter, letter) + _ACCENTS[self._shown[number]])
            if box.left - beside <= middle <= box.right + beside and len(composed) == 1:
                found.append((abs(box.middle - middle), other, composed))
        return min(found)[1:] if found else None

    def _base(self, number: int) -> float:
        """Return the height of the base line of a character, in points."""
        if number not in self._bases:
            across, up = ctypes.c_double(), ctypes.c_double()
            self._raw.FPDFText_GetCharOrigin(self._page, number, across, up)
            self._bases[number] = up.value
        return self._bases[number]

    def _box(self, number: int) -> _Box:
        if number not in self._boxes:
            left, right, bottom, top = (ctypes.c_double() for _ in range(4))
            self._raw.FPDFText_GetCharBox(self._page, number, left, right, bottom, top)
            self._boxes[number] = _Box(left.value, right.value, bottom.value, top.value)
        return self._boxes[number]

    def _is_turned(self, number: int) -> bool:
        return bool(abs(self._raw.FPDFText_GetCharAngle(self._page, number)) > _TURNED)
