"""Rules about the links of a rating beyond the validity of each link, and the fixes of mechanical problems.

They use the plain values with their places, so that they also apply where other parts of the file are broken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.board.model.assessment import ARTIFACTS
from bot.board.model.links import is_evidence_url
from bot.board.model.problem import Fix, Problem, Severity
from bot.board.reading.source import UNSEEN
from bot.board.reading.strict_yaml import PlacedValue
from bot.text.catalogue import _, code, ngettext
from bot.text.sameness import passage_key
from bot.text.shaping import shorten

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
    """Yield the problems of `license_url` and of all evidence, also in a document that has other problems."""
    url = PlacedValue(document, place).get("license_url")
    if isinstance(url.value, str):
        yield from _encryption_rules(source, url.value, url.place, "license_url")
    for group in ("ratings", ARTIFACTS):
        for key, one in PlacedValue(document, place).get(group).entries():
            yield from _evidence_rules(source, one.get("evidence"), key)


def _evidence_rules(source: Source, evidence: PlacedValue, criterion: str) -> Iterator[Problem]:
    items = [(item, item.get("url")) for item in evidence.elements()]
    cited: dict[tuple[str, str], PlacedValue] = {}
    for item, url in items:
        if not isinstance(url.value, str):
            continue
        key = passage_key(url.value)
        if first := cited.get(key):
            line = first.place.start.line + 1
            if first.value == url.value:
                what = _("this rating has the same link on line %(line)s", line=line)
            else:
                what = _("this rating has a link to the same page on line %(line)s", line=line)
            remedy = _("Write one item instead of two, with what both say under `where` and `fact`.")
            fix = _without_item(source, item.place)
            yield source.problem(url.place.span, "repeated-url", what, remedy, fix=fix)
        else:
            cited[key] = url
            yield from _link_rules(source, url.value, url.place, criterion)
        keys = item.place.items or {}
        if "where" not in keys and "fact" in keys:
            what = ngettext(
                "the evidence of %(rating)s does not say where on the page it is",
                "%(number)s items of evidence do not say where on the page it is, under %(rating)s",
                1,
                rating=code(shorten(criterion)),
            )
            remedy = _("Add `where:` with the section, table or file, so that others find it.")
            yield source.problem(url.place.span, "no-where", what, remedy, Severity.WARNING)


def _encryption_rules(source: Source, url: str, place: Place, criterion: str) -> Iterator[Problem]:
    if url.startswith("http:") and is_evidence_url(url):
        fix = _encrypted(source, place, url)
        what = ngettext(
            "a link of %(rating)s is not encrypted",
            "%(number)s links are not encrypted, under %(rating)s",
            1,
            rating=code(shorten(criterion)),
        )
        remedy = _("Write `https://` if the site has it.")
        yield source.problem(place.span, "plain-http", what, remedy, Severity.WARNING, fix)


def _link_rules(source: Source, url: str, place: Place, criterion: str) -> Iterator[Problem]:
    yield from _encryption_rules(source, url, place, criterion)
    if _MOVING_TARGET.search(url):
        what = ngettext(
            "a link of %(rating)s leads to a branch, whose files can change",
            "%(number)s links lead to a branch, whose files can change, under %(rating)s",
            1,
            rating=code(shorten(criterion)),
        )
        remedy = _("Link to a commit instead: on GitHub press `y`, on Hugging Face open the file from *History*.")
        yield source.problem(place.span, "moving-target", what, remedy, Severity.WARNING)


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
