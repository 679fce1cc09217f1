"""A page as GitHub's renderer makes it from Markdown: its text, elements, links and anchors."""

from __future__ import annotations

from html.parser import HTMLParser

import cmarkgfm  # type: ignore[import-untyped]
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]

from bot.text.anchors import heading_anchor

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


class Page(HTMLParser):
    """A page of HTML. `elements` and `attributes` belong together, in the order of the page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.elements: list[str] = []
        self.attributes: list[dict[str, str]] = []
        self.headings: list[str] = []
        self.links: list[str] = []
        self.rows: list[list[str]] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append(tag)
        self.attributes.append(attributes)
        self._open.append(tag)
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        if tag in _HEADINGS:
            self.headings.append("")
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        while tag in self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.text += data
        if _HEADINGS & set(self._open):
            self.headings[-1] += data
        if {"td", "th"} & set(self._open):
            self.rows[-1][-1] += data

    @property
    def words(self) -> str:
        """The text with each run of white space as one space."""
        return " ".join(self.text.split())

    @property
    def anchors(self) -> list[str]:
        """The anchors that GitHub gives to the headings, which it numbers when they repeat."""
        anchors: list[str] = []
        for heading in self.headings:
            slug = heading_anchor(heading)
            number = anchors.count(slug)
            anchors.append(f"{slug}-{number}" if number else slug)
        return anchors


def html_of(markdown: str) -> str:
    """Return the HTML that GitHub's renderer makes of `markdown`, raw HTML included."""
    html: str = cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE)
    return html


def page_of(html: str) -> Page:
    """Parse HTML into a page."""
    page = Page()
    page.feed(html)
    page.close()
    return page


def rendered(markdown: str) -> Page:
    """Return the page that GitHub's renderer makes of `markdown`."""
    return page_of(html_of(markdown))
