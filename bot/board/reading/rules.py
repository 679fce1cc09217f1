"""Rules about the links of a rating beyond the validity of each link, and the fixes of mechanical problems.

They use the plain values with their places, so that they also apply where other parts of the file are broken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.board.model.links import is_evidence_url
from bot.board.model.problem import Fix, Problem, Severity
from bot.board.reading.source import UNSEEN
from bot.board.reading.strict_yaml import PlacedValue
from bot.text.sameness import passage_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.board.reading.source import Source
    from bot.board.reading.strict_yaml import Place

# An address with a branch: the page changes, and one day it no longer states the cited fact.
_BRANCH = r"(?:main|master|HEAD|develop|dev|trunk)(?:[/?#]|$)"
_MOVING_TARGET = re.compile(
    rf"/(?:blob|tree|raw|resolve|blame|edit)/(?:refs/heads/|{_BRANCH})"
    rf"|^https?://bitbucket\.org/[^/]+/[^/]+/src/{_BRANCH}"
    rf"|^https?://raw\.githubusercontent\.com/[^/]+/[^/]+/(?:refs/heads/|{_BRANCH})"
)


def rating_rules(source: Source, document: object, place: Place) -> Iterator[Problem]:
    """Yield the problems of all evidence under `ratings`, whatever else is wrong with the document."""
    for _, rating in PlacedValue(document, place).get("ratings").entries():
        yield from _evidence_rules(source, rating.get("evidence"))


def _evidence_rules(source: Source, evidence: PlacedValue) -> Iterator[Problem]:
    """Yield the problems of the evidence of one rating."""
    items = [(item, item.get("url")) for item in evidence.elements()]
    cited: dict[tuple[str, str], PlacedValue] = {}
    for item, url in items:
        if not isinstance(url.value, str):
            continue
        key = passage_key(url.value)
        if first := cited.get(key):
            line = first.place.start.line + 1
            what = (
                f"this link stands in the same rating already, on line {line}"
                if first.value == url.value
                else f"this link leads to the same page as the one on line {line}, in the same rating"
            )
            remedy = "Make one item of the two: join what `where` and `fact` say."
            fix = _without_item(source, item.place)
            yield source.problem(url.place.span, "repeated-url", what, remedy, fix=fix)
        else:
            cited[key] = url
            yield from _link_rules(source, url.value, url.place)
        keys = item.place.items or {}
        if "where" not in keys and "fact" in keys:
            yield source.problem(
                url.place.span,
                "no-where",
                "the evidence doesn't say where on the page",
                "Add `where:` with the section, table or file, so that others find it.",
                Severity.WARNING,
            )


def _link_rules(source: Source, url: str, place: Place) -> Iterator[Problem]:
    """Yield warnings about one link."""
    if url.startswith("http:") and is_evidence_url(url):
        fix = _encrypted(source, place, url)
        remedy = "Use https:// if the site has it."
        yield source.problem(place.span, "plain-http", "the link is not encrypted", remedy, Severity.WARNING, fix)
    if _MOVING_TARGET.search(url):
        yield source.problem(
            place.span,
            "moving-target",
            "what stands behind this link changes with its branch",
            "Link to a commit instead: on GitHub press y, on Hugging Face open the file from History.",
            Severity.WARNING,
        )


# ---- fixes -----------------------------------------------------------------------------------------------------------

_NUMBERED_PORT = re.compile(r"http://[^/?#]*:[0-9]")
_BEGINS_ITEM = re.compile(r" *- +")
_LONGEST_FIXED_LINE = 2_000
"""Characters. Each fix has its own copy of the whole line, of which a hostile file has thousands of fixes."""


def replace_lines(source: Source, first: int, last: int, lines: tuple[str, ...]) -> Fix | None:
    """Return the replacement of the lines from `first` to `last`, from 0; None where it can't be suggested.

    GitHub ends the lines of a suggestion with a line feed, also in files with the line endings of Windows. A suggestion
    for a line with invisible characters could not be reviewed.
    """
    if "\r" in source.text or any(UNSEEN.search(source.line(number)) for number in range(first, last + 1)):
        return None
    return Fix(first + 1, last + 1, lines)


def replace_on_line(source: Source, place: Place, written: str) -> Fix | None:
    """Return the replacement of the text at `place` by `written`; None where that is not on one line of usual length."""
    start, end = place.start, place.end
    line = source.line(start.line)
    if start.line != end.line or len(line) > _LONGEST_FIXED_LINE:
        return None
    return replace_lines(source, start.line, start.line, (f"{line[: start.column]}{written}{line[end.column :]}",))


def _encrypted(source: Source, place: Place, url: str) -> Fix | None:
    """Return the replacement of http:// by https://; None for a link with a port, which serves only one of them."""
    start = place.start
    written = source.line(start.line)[start.column : place.end.column]
    # Different from the link itself, with or without quotes, means that it is written with escapes.
    if _NUMBERED_PORT.match(url) or written.strip("'\"") != url:
        return None
    return replace_on_line(source, place, written.replace("http:", "https:", 1))


def _without_item(source: Source, place: Place) -> Fix | None:
    """Return the deletion of an item of a list; None where its lines contain anything else."""
    if not isinstance(place.items, dict):
        return None
    first = place.start
    last = max((each.end for each in (place, *place.items.values())), key=lambda mark: (mark.line, mark.column))
    dash = _BEGINS_ITEM.fullmatch(source.line(first.line)[: first.column])
    lines = [source.line(number) for number in range(first.line, last.line + 1)]
    # The end of a text after `|` or `>` depends on the parser, and is at the beginning of a later line.
    if not dash or not lines[-1][: last.column].strip() or lines[-1][last.column :].strip():
        return None
    if any(line.lstrip().startswith("#") for line in lines) or _goes_on(source, last.line + 1, dash[0].index("-")):
        return None
    return replace_lines(source, first.line, last.line, ())


def _goes_on(source: Source, number: int, column: int) -> bool:
    """Return whether the text from line `number` on, except comments, belongs to an item with its dash at `column`."""
    rest = source.text.count("\n") + 1
    below = (source.line(at) for at in range(number, rest))
    following = next((line for line in below if line.strip() and not line.lstrip().startswith("#")), "")
    return len(following) - len(following.lstrip()) > column
