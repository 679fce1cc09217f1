"""The readable text of HTML, in sections that begin with headings.

Nothing is executed or loaded, so that text from scripts is missing.
"""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import NamedTuple

MOST_TAGS = 500_000
"""Most tags and texts that are read, which takes about five seconds."""


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_UNSEEN = _names(
    "script style template noscript noembed noframes iframe object audio video canvas datalist annotation rp rt"
)
_HEADINGS = frozenset(f"h{number}" for number in range(1, 7))
_BLOCKS = _HEADINGS | _names(
    "address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form frameset head header hgroup hr html legend li listing main menu nav ol optgroup option p plaintext pre "
    "search section select summary table tbody textarea tfoot thead title tr ul xmp"
)
_CELLS = frozenset(["td", "th"])
_VOID = _names("area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr")
_KEEPING_LINES = frozenset(["pre", "textarea", "listing", "xmp", "plaintext"])
_IMPLIED_END = {
    **dict.fromkeys(["li", "option", "p", "tr"]),
    **dict.fromkeys(["dd", "dt"], frozenset(["dd", "dt"])),
    **dict.fromkeys(_CELLS, _CELLS),
}
"""Elements whose end tag is implied by the next element of one of these names."""
_HIDDEN_STYLE = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_ENDLESS_REFERENCE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")
_FOLDED = re.compile(r"\s+")


class Section(NamedTuple):
    """A heading and the text below it."""

    heading: str
    """Empty before the first heading."""
    text: str
    """Includes the heading."""


class _TooManyTagsError(Exception):
    """The page has more than `MOST_TAGS`."""


def sections(html: str) -> tuple[list[Section], bool]:
    """Return the readable text of a page, each block on lines of its own, and whether that is the whole page."""
    reader = _SectionParser()
    try:
        # Two peculiarities of the parser that HTML does not have: an error for unknown marked sections, and character
        # references of any length. `close` is never called: it would search for the end of an unclosed comment or tag
        # again and again. In browsers, too, such a comment or tag hides the rest of the page.
        reader.feed(_ENDLESS_REFERENCE.sub("\ufffd", html).replace("<![", "<! [") + "\n")
    except _TooManyTagsError:
        return reader.done(), False
    return reader.done(), True


class _SectionParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._sections: list[Section] = []
        self._heading: list[str] | None = None
        self._title = ""
        self._pieces: list[str] = []
        self._open: list[str] = []
        self._opened: Counter[str] = Counter()
        self._hidden_from: int | None = None
        """Number of open elements at the start of the outermost hidden one."""
        self._tags = 0

    def done(self) -> list[Section]:
        self._end_heading()
        self._end_section("")
        return self._sections

    # ---- callbacks of HTMLParser ----

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._count()
        self._close_implied(tag)
        self._separate(tag)
        if tag in _VOID:
            return
        if self._hidden_from is None and (tag in _UNSEEN or _is_hidden(dict(attrs))):
            self._hidden_from = len(self._open)
        if tag in _HEADINGS and self._hidden_from is None:
            self._end_heading()
            self._end_section(self._title)
            self._heading = []
        self._open.append(tag)
        self._opened[tag] += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # The slash of `<div/>` has no meaning in HTML.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._count()
        self._separate(tag)
        if self._opened[tag]:
            while self._pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._count()
        if self._hidden_from is not None:
            return
        folded = data if any(self._opened[tag] for tag in _KEEPING_LINES) else _FOLDED.sub(" ", data)
        self._pieces.append(folded)
        if self._heading is not None:
            self._heading.append(folded)

    # ---- elements ----

    def _count(self) -> None:
        self._tags += 1
        if self._tags > MOST_TAGS:
            raise _TooManyTagsError

    def _pop(self) -> str:
        tag = self._open.pop()
        self._opened[tag] -= 1
        if self._hidden_from == len(self._open):
            self._hidden_from = None
        if tag in _HEADINGS:
            self._end_heading()
        return tag

    def _close_implied(self, tag: str) -> None:
        last = self._open[-1] if self._open else ""
        names = _IMPLIED_END.get(tag) or {tag}
        if (tag in _IMPLIED_END and last in names) or (last == "p" and tag in _BLOCKS and tag != "br"):
            self._pop()

    def _separate(self, tag: str) -> None:
        if self._hidden_from is None and (tag in _BLOCKS or tag in _CELLS):
            self._pieces.append("\n" if tag in _BLOCKS else " ")

    # ---- sections ----

    def _end_heading(self) -> None:
        if self._heading is not None:
            self._title = " ".join("".join(self._heading).split())
            self._heading = None

    def _end_section(self, title: str) -> None:
        self._sections.append(Section(title or self._title, "".join(self._pieces)))
        self._pieces = []


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes and (attributes["hidden"] or "").lower() != "until-found":
        return True
    return _HIDDEN_STYLE.search(attributes.get("style") or "") is not None
