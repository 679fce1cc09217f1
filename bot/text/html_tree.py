"""HTML as browsers read it: the tree that the HTML standard makes of any text, within bounds.

Parsed by lexbor, through selectolax. Nothing is executed or loaded.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from selectolax.lexbor import LexborNode

MOST_OPEN = 1000
"""Most elements inside each other. The time grows with the square of the depth; browsers stop at about 500."""
TEXT = "-text"
"""Tag of a piece of text."""
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")


def tag_names(words: str) -> frozenset[str]:
    """Return the names of tags, which are written with spaces between them."""
    return frozenset(words.split())


_ENDS_ITSELF = tag_names(
    "a area base br col dd dt embed hr img input li link meta option p source tbody td tfoot th thead tr track wbr"
)
"""Elements without an end tag, or whose next one ends them: pages have thousands of these beside each other."""
_CODE = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style")}
_SURROGATES = re.compile("[\ud800-\udfff]")


class Step(NamedTuple):
    """Step on the way through a tree: the beginning or the end of an element, or a piece of text."""

    node: LexborNode
    tag: str
    """In lower case; `TEXT` for a piece of text."""
    ends: bool
    """Whether the element ends here."""


def parse_html(html: str, *, scripting: bool) -> LexborNode | None:
    """Return the root element of a page; None where elements are nested deeper than `MOST_OPEN`. Raises MemoryError.

    `scripting` says whether a browser that executes scripts would read it so, for which `<noscript>` is plain text.
    """
    from selectolax.lexbor import (
        LexborDocumentOptions,
        LexborHTMLParser,
        SelectolaxError,
    )  # not needed by most commands

    if is_too_deep(html):
        return None
    # The parser takes a text with half a character for an empty one. Without events it copies nothing inside the tree.
    try:
        parser = LexborHTMLParser(
            _SURROGATES.sub("\ufffd", html), options=LexborDocumentOptions.WO_EVENTS, scripting=scripting
        )
    except SelectolaxError as error:
        raise MemoryError from error  # every text is HTML
    return parser.root


def is_too_deep(html: str) -> bool:
    """Return whether more than `MOST_OPEN` elements might be open at the same place, by a count of the tags alone."""
    if html.count("<") <= MOST_OPEN:
        return False
    opened: dict[str, int] = {}
    total = place = 0
    while found := _TAG.search(html, place):
        place, tag = found.end(), found[2].lower()
        if found[1]:
            if opened.get(tag):
                opened[tag] -= 1
                total -= 1
        elif tag in _CODE:
            # What is smaller than something in a program is no tag.
            end = _CODE[tag].search(html, place)
            place = end.start() if end else len(html)
        elif tag not in _ENDS_ITSELF:
            opened[tag] = opened.get(tag, 0) + 1
            total += 1
            if total > MOST_OPEN:
                return True
    return False


def walk(root: LexborNode, is_left_out: Callable[[LexborNode, str], bool]) -> Iterator[Step]:
    """Yield the elements and texts of a tree in their order, without the elements that `is_left_out` says, and comments.

    Without recursion, so that any depth is accepted.
    """
    node, depth = root, 0
    while True:
        tag = node.tag or ""
        if tag == TEXT:
            yield Step(node, tag, ends=False)
        elif not tag.startswith(("-", "!")) and not is_left_out(node, tag):
            yield Step(node, tag, ends=False)
            child = node.first_child
            if child is not None:
                node, depth = child, depth + 1
                continue
            yield Step(node, tag, ends=True)
        while (after := node.next if depth else None) is None:
            if not depth:
                return
            parent = node.parent
            if parent is None:
                return
            node, depth = parent, depth - 1
            yield Step(node, node.tag or "", ends=True)
        node = after
