"""The readable text of HTML, in sections that begin with headings: what a browser shows without executing anything.

The tree is the HTML standard's (`bot.text.html_tree`); text from scripts is missing. What a browser hides by its own style sheet
or by attributes of the page is left out; style sheets of the page are not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bot.sources.evidence.spelling import APART, BETWEEN_FIGURES, BORDER, RAISED_BEGINS, RAISED_ENDS, SIGNS
from bot.text.html_tree import TEXT, parse_html, tag_names, walk
from bot.text.markdown import markdown_html, split_front_matter

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode


_UNSEEN = tag_names(
    "script style template noscript noembed noframes iframe object audio video canvas datalist annotation annotation-xml rp rt "
    "desc metadata defs symbol del s strike"
)
"""Never shown, or only in place of something; readings above letters, which quotes leave out; and what is struck out."""
_HEADINGS = frozenset(f"h{number}" for number in range(1, 7))
_BLOCKS = _HEADINGS | tag_names(
    "address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form frameset head header hgroup hr html legend li listing main menu nav ol optgroup option p plaintext pre "
    "search section select summary table tbody textarea tfoot thead title tr ul xmp"
)
_BOXES = tag_names("td th audio button canvas iframe img input meter object progress svg video")
"""Elements that nothing beside them is joined with, such as cells and pictures."""
_APART = _BLOCKS | _BOXES
_LISTS = frozenset(["ol", "ul", "menu"])
_KEEPING_LINES = frozenset(["pre", "textarea", "listing", "xmp", "plaintext"])
_BEGINS = {"sup": RAISED_BEGINS, "sub": APART}
_ENDS = {"sup": RAISED_ENDS, "sub": APART}
"""Signs for the ends of elements that are no space. All other elements within a line separate figures only."""
_FOLDED = re.compile(r"\s+")
_STYLE_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_STYLE_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,5})\s?|(.))", re.DOTALL)
_OFF_THE_PAGE = re.compile(r"-(?:9{3,}|\d{5,})(?:px|em|rem)")
_HIDING_STYLE = {
    "display": re.compile("none"),
    "visibility": re.compile("hidden|collapse"),
    "content-visibility": re.compile("hidden"),
    **dict.fromkeys(("text-decoration", "text-decoration-line"), re.compile(".*line-through.*")),
    **dict.fromkeys(("left", "top", "margin-left", "text-indent"), _OFF_THE_PAGE),
}
_DISPLAY = re.compile(
    "none|(?:block|inline|flex|grid|table|flow|ruby|list-item|contents|run-in|math|initial|inherit|unset|revert|-).*"
)
"""Values of `display`; a browser ignores others."""


class Section(NamedTuple):
    """A heading and the text below it."""

    heading: str
    """Empty before the first heading."""
    text: str
    """Includes the heading."""


def sections(html: str) -> tuple[list[Section], bool]:
    """Return the readable text of a page, each block on lines of its own, and whether that is the whole page."""
    root = parse_html(html, scripting=True)
    if root is None:
        return [], False
    text = _SectionText()

    def is_left_out(node: LexborNode, tag: str) -> bool:
        if tag in _UNSEEN and tag in _BOXES:
            text.begin(tag)  # it is shown, but has no text
        return _is_unseen(node, tag)

    for node, tag, ends in walk(root, is_left_out):
        if tag == "wbr":
            continue
        if tag == TEXT:
            text.add(node.text_content or "")
        elif ends:
            text.end(tag)
        else:
            text.begin(tag)
            if tag == "ol":
                text.number_from(node.attributes.get("start") or "")
    return text.done(), True


def markdown_sections(text: str) -> tuple[list[Section], bool]:
    """Return the readable text of Markdown as GitHub renders it, and whether that is all. Metadata stay as they are."""
    matter, body = split_front_matter(text)
    found, all_read = sections(markdown_html(body))
    return [Section("", matter), *found], all_read


class _SectionText:
    """Text of a page, while its elements are passed in their order."""

    def __init__(self) -> None:
        self._sections: list[Section] = []
        self._in_heading = False
        self._title = ""
        self._pieces: list[str] = []
        self._keeping_lines = 0
        """Number of open elements that keep their lines."""
        self._lists: list[int | None] = []
        """Number of the next item of each open list; None where its items have none."""
        self._after_element = False
        """Whether an element within a line has just ended."""

    def done(self) -> list[Section]:
        self._end_heading()
        self._end_section()
        return self._sections

    def begin(self, tag: str) -> None:
        self._separate(tag)
        if tag not in _APART:
            self._pieces.append(_BEGINS.get(tag, BORDER if self._after_element else BETWEEN_FIGURES))
        self._after_element = False
        if tag in _LISTS:
            self._lists.append(None)
        elif tag == "li" and self._lists and (number := self._lists[-1]) is not None:
            self._pieces.append(f"{RAISED_BEGINS}{number}.{RAISED_ENDS} ")
            self._lists[-1] = number + 1
        self._keeping_lines += tag in _KEEPING_LINES
        if tag in _HEADINGS:
            self._end_heading()
            self._end_section()
            self._in_heading = True

    def end(self, tag: str) -> None:
        self._separate(tag)
        self._after_element = tag not in _APART
        if self._after_element:
            self._pieces.append(_ENDS.get(tag, BETWEEN_FIGURES))
        self._keeping_lines -= tag in _KEEPING_LINES
        if tag in _LISTS:
            del self._lists[-1:]
        if tag in _HEADINGS:
            self._end_heading()

    def number_from(self, start: str) -> None:
        """Set the number of the first item of the list that has begun: 1 if its `start` is no number."""
        self._lists[-1] = int(start) if re.fullmatch("[0-9]{1,4}", start) else 1

    def add(self, text: str) -> None:
        self._after_element = False
        text = SIGNS.sub("", text)  # those of the page itself, such as between the factors of a formula
        self._pieces.append(text if self._keeping_lines else _FOLDED.sub(" ", text))

    def _separate(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._pieces.append("\n")
        elif tag in _BOXES:
            self._pieces.append(" ")

    def _end_heading(self) -> None:
        if self._in_heading:  # which the section begins with
            self._title = " ".join(SIGNS.sub("", "".join(self._pieces).replace(BORDER, " ")).split())
            self._in_heading = False

    def _end_section(self) -> None:
        self._sections.append(Section(self._title, "".join(self._pieces)))
        self._pieces = []


def _is_unseen(node: LexborNode, tag: str) -> bool:
    if tag in _UNSEEN:
        return True
    if tag == "title":
        # Shown in the bar of the browser. Elsewhere it is hidden, and in drawings it is a tooltip.
        return node.parent is None or node.parent.tag != "head"
    attributes = node.attributes
    if not attributes:
        return tag == "dialog"
    if "hidden" in attributes and (attributes["hidden"] or "").lower() != "until-found":
        return True
    if tag == "input" and (attributes.get("type") or "").lower() == "hidden":
        return True
    if (tag == "dialog" and "open" not in attributes) or "popover" in attributes:
        return True
    return _hides(attributes.get("style") or "")


def _hides(style: str) -> bool:
    """Return whether a style attribute hides its element. The last important declaration of a property counts, or the last."""
    values: dict[str, str] = {}
    important: set[str] = set()
    plain = _STYLE_ESCAPE.sub(
        lambda found: chr(int(found[1], 16)) if found[1] else found[2], _STYLE_COMMENT.sub(" ", style.lower())
    )
    for declaration in plain.split(";"):
        name, _, value = declaration.partition(":")
        name, (value, is_important, _) = name.strip(), value.partition("!")
        if (name in important and not is_important) or (name == "display" and not _DISPLAY.fullmatch(value.strip())):
            continue
        values[name] = value.strip()
        if is_important:
            important.add(name)
    return any(hiding.fullmatch(values.get(name, "")) for name, hiding in _HIDING_STYLE.items())
