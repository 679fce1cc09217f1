"""What GitHub shows of a comment, and browsers of a page, found with other parts than the bot uses: html5lib's tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import html5lib  # type: ignore[import-untyped]
from cmarkgfm import cmark  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

# html-pipeline's list, from when GitHub still published it, with what Sanitize removes together with its contents.


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


REMOVED = _names("script style math svg template iframe noembed noframes noscript plaintext xmp")
HIDDEN = REMOVED | {"head", "rp"}
INLINE = _names(
    "a abbr b bdi bdo big cite code data del dfn em font g-emoji i img input ins kbd mark nobr q rb rt rtc ruby s "
    "samp small span strike strong sub sup time tt u var wbr"
)
CODE = _names("code pre kbd samp tt var q del s strike")


class ShownLine(NamedTuple):
    """A line of a comment as it is shown."""

    text: str
    inside: frozenset[str]
    """The elements that its first character is in."""


def render(body: str) -> str:
    """Return the HTML that GitHub's renderer makes of a comment."""
    options = cmark.Options.CMARK_OPT_UNSAFE | cmark.Options.CMARK_OPT_HARDBREAKS | cmark.Options.CMARK_OPT_FOOTNOTES
    text = re.sub("[\ud800-\udfff]", "\ufffd", body)
    html: str = cmark.markdown_to_html_with_extensions(
        text, options, ["table", "strikethrough", "autolink", "tagfilter"]
    )
    return html


def tree(html: str, *, scripting: bool = False) -> Element:
    """Return the root of html5lib's tree of a page; names of elements outside of HTML have a namespace."""
    root: Element = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False, scripting=scripting)
    return root


def name_of(element: Any) -> str:
    """Return the name of an element; empty for a comment, which has a function there."""
    return element.tag if isinstance(element.tag, str) else ""


def pieces(
    element: Element, inside: frozenset[str] = frozenset(), hidden: frozenset[str] = HIDDEN
) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the texts in their order, each with the elements that it is in; the ends of blocks are line ends."""
    stack: list[tuple[Element | str, frozenset[str]]] = [(element, inside)]
    while stack:
        each, within = stack.pop()
        if isinstance(each, str):
            yield each, within
            continue
        if not (tag := name_of(each)):
            continue
        name = tag.rpartition("}")[2].lower()
        if name in hidden:
            continue
        around = ["`"] if name == "code" else ["\n"] if name not in INLINE else []
        below = within | {name}
        stack += [(text, below) for text in around]
        for child in reversed(each):
            stack += [(re.sub(r"\n", "\r", child.tail or ""), below), (child, below)]
        stack.append((re.sub(r"\n", "\r", each.text or ""), below))
        stack += [(text, below) for text in around]


def shown_lines(body: str) -> list[ShownLine]:
    """Return the lines of a comment as GitHub shows them, without those in code and quotes."""
    lines, text, inside = [], "", frozenset[str]()
    for piece, within in [*pieces(tree(f"<!doctype html><body>{render(body)}")), ("\n", frozenset())]:
        if piece == "\n":
            if text.strip():
                lines.append(ShownLine(" ".join(text.split()), inside))
            text = ""
            continue
        if not text.strip() and piece.strip():
            inside = within
        text += piece
    return [line for line in lines if not line.inside & (CODE | {"blockquote"})]


# ---- pages -----------------------------------------------------------------------------------------------------------

UNSEEN = REMOVED - {"math", "svg", "plaintext", "xmp"} | _names("object audio video canvas datalist rp rt")


def shown_page(html: str) -> str:
    """Return the text that a browser shows of a page, without white space between blocks."""
    texts: list[str] = []
    stack: list[tuple[Element, bool]] = [(tree(html, scripting=True), False)]
    while stack:
        element, is_tail = stack.pop()
        if is_tail:
            texts.append(element.tail or "")
            continue
        if name_of(element) and not _is_unseen(element):
            texts.append(element.text or "")
            for child in reversed(element):
                stack += [(child, True)]
                if not (child.tag == "title" and element.tag != "head"):
                    stack += [(child, False)]
    return "".join(texts)


def _is_unseen(element: Element) -> bool:
    hidden = element.get("hidden")
    return (
        element.tag in UNSEEN
        or (hidden is not None and hidden.lower() != "until-found")
        or (element.tag == "dialog" and element.get("open") is None)
        or element.get("popover") is not None
    )
