"""A comment as its readers see it, for a terminal: GitHub's renderer makes the page, which is reduced to text."""

from __future__ import annotations

import re
import textwrap
from html.parser import HTMLParser

from tabulate import tabulate

from tests.site.page import html_of

WIDTH = 110
_BLOCKS = frozenset({"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "summary", "pre", "details", "ul"})
_SIGNS = {"li": "• ", "summary": "▸ ", "h3": "## ", "h4": "### "}


class _Reader(HTMLParser):
    """A parser that collects paragraphs, and tables cell by cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[str] = []
        self.rows: list[list[str]] = []
        self._words = ""
        self._folded = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._folded and tag != "details":
            return
        if tag == "table":
            self._end()
            self.rows = []
        elif tag == "tr":
            self.rows.append([])
        elif tag == "br":
            self._words += "\n"
        elif tag in _BLOCKS:
            self._end()
            self._words = _SIGNS.get(tag, self._words)

    def handle_endtag(self, tag: str) -> None:
        if tag == "details" and self._folded:
            self._folded -= 1
        if self._folded:
            return
        if tag == "summary":
            self._folded += 1
        if tag in ("td", "th"):
            self.rows[-1].append("\n".join(textwrap.fill(line, 60) for line in self._words.strip().split("\n")))
            self._words = ""
        elif tag == "table":
            head, *body = self.rows
            self.paragraphs.append(tabulate(body, headers=head, tablefmt="simple_outline", disable_numparse=True))
        elif tag in _BLOCKS:
            self._end()

    def handle_data(self, data: str) -> None:
        if not self._folded:
            self._words += re.sub(r"\s+", " ", data)

    def _end(self) -> None:
        if self._words.strip() not in ("", *(sign.strip() for sign in _SIGNS.values())):
            lines = self._words.strip().split("\n")
            self.paragraphs.append("\n".join(textwrap.fill(line, WIDTH, subsequent_indent="  ") for line in lines))
            self._words = ""


def as_seen(markdown: str) -> str:
    """Return the text of a comment, with its tables; folded parts stay folded."""
    reader = _Reader()
    reader.feed(html_of(markdown))
    reader.close()
    return "\n\n".join(reader.paragraphs) + "\n"
