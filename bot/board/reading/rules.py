"""Rules about a rating's links that go beyond each link by itself, and what is only worth a warning.

They look at the plain values with their places, so that they speak up even where the rest of the file is broken. How
lines are rewritten that a machine can mend for sure stands at the end.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.board.model.links import is_evidence_url
from bot.board.model.problem import Fix, Problem, Severity
from bot.board.reading.source import UNSEEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.board.reading.source import Source
    from bot.board.reading.strict_yaml import Place

# A branch in the address: what stands there changes, and one day the page no longer says what it was cited for.
_BRANCH = r"(?:main|master|HEAD|develop|dev|trunk)(?:[/?#]|$)"
_MOVING_TARGET = re.compile(
    rf"/(?:blob|tree|raw|resolve|blame|edit)/(?:refs/heads/|{_BRANCH})"
    rf"|^https?://bitbucket\.org/[^/]+/[^/]+/src/{_BRANCH}"
    rf"|^https?://raw\.githubusercontent\.com/[^/]+/[^/]+/(?:refs/heads/|{_BRANCH})"
)


def rating_rules(source: Source, document: object, place: Place) -> Iterator[Problem]:
    """The problems of all evidence under `ratings`, whatever else is wrong with the document."""
    ratings = document.get("ratings") if isinstance(document, dict) else None
    if not isinstance(ratings, dict) or not isinstance(place.items, dict):
        return
    rating_places = place.items["ratings"].items
    for criterion, rating in ratings.items():
        evidence = rating.get("evidence") if isinstance(rating, dict) else None
        if isinstance(evidence, list) and isinstance(rating_places, dict):
            places = rating_places[criterion].items
            if isinstance(places, dict):
                yield from _evidence_rules(source, evidence, places["evidence"])


def _evidence_rules(source: Source, evidence: list[object], place: Place) -> Iterator[Problem]:
    cited: dict[str, int] = {}
    if not isinstance(place.items, list):
        return
    urls = {item["url"] for item in evidence if isinstance(item, dict) and isinstance(item.get("url"), str)}
    for item, item_place in zip(evidence, place.items, strict=True):
        url = item.get("url") if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(item_place.items, dict) or not isinstance(url, str):
            continue
        spot = item_place.items["url"]
        if url in cited:
            yield problem_at(
                source,
                spot,
                "repeated-url",
                f"this link stands in the same rating already, on line {cited[url]}",
                "Make one item of the two: join what `where` and `fact` say.",
                Severity.ERROR,
                _without_item(source, item_place),
            )
        cited.setdefault(url, spot.start.line + 1)
        if url.startswith("http:") and is_evidence_url(url):
            remedy = "Use https:// if the site has it."
            fix = _encrypted(source, spot, url) if f"https{url[4:]}" not in urls else None
            yield problem_at(source, spot, "plain-http", "the link is not encrypted", remedy, fix=fix)
        if _MOVING_TARGET.search(url):
            yield problem_at(
                source,
                spot,
                "moving-target",
                "what stands behind this link changes with its branch",
                "Link to a commit instead: on GitHub press y, on Hugging Face open the file from History.",
            )
        if "where" not in item and "fact" in item:
            yield problem_at(
                source,
                spot,
                "no-where",
                "the evidence doesn't say where on the page",
                "Add `where:` with the section, table or file, so that others find it.",
            )


def problem_at(
    source: Source,
    place: Place,
    rule: str,
    what: str,
    remedy: str,
    severity: Severity = Severity.WARNING,
    fix: Fix | None = None,
) -> Problem:
    """A problem of what stands at `place`."""
    start, end = place.start, place.end
    width = end.column - start.column if end.line == start.line else 1
    problem = source.problem(start.line, start.column, rule, what, remedy, width=width, severity=severity)
    return replace(problem, fix=fix)


# ---- lines that mend a problem ---------------------------------------------------------------------------------------

_NUMBERED_PORT = re.compile(r"http://[^/?#]*:[0-9]")
_BEGINS_ITEM = re.compile(r" *- +")


def replace_lines(source: Source, first: int, last: int, lines: tuple[str, ...]) -> Fix | None:
    """These lines instead of those from `first` to `last`, counted from 0; None where that can't be offered.

    GitHub ends the lines of a suggestion with a line feed, which a file of Windows would have among its own endings;
    and nobody could see what is offered where a line holds characters that can't be seen.
    """
    standing = [source.line(number) for number in range(first, last + 1)]
    if "\r" in source.text or any(UNSEEN.search(line) for line in standing):
        return None
    return Fix(first + 1, last + 1, lines)


def replace_on_line(source: Source, place: Place, written: str) -> Fix | None:
    """The line with `written` instead of what stands at `place`; None where that is not on one line."""
    start, end = place.start, place.end
    if start.line != end.line:
        return None
    line = source.line(start.line)
    return replace_lines(source, start.line, start.line, (f"{line[: start.column]}{written}{line[end.column :]}",))


def _encrypted(source: Source, place: Place, url: str) -> Fix | None:
    """The line with https:// instead of http://. A port with a number speaks one of the two only."""
    start = place.start
    written = source.line(start.line)[start.column : place.end.column]
    # Anything else than the link itself, with or without quotes, spells it with escapes.
    if _NUMBERED_PORT.match(url) or written.strip("'\"") != url:
        return None
    return replace_on_line(source, place, written.replace("http:", "https:", 1))


def _without_item(source: Source, place: Place) -> Fix | None:
    """Nothing instead of the lines of an item of a list, if they hold this item, whole, and nothing else."""
    if not isinstance(place.items, dict):
        return None
    first = place.start
    last = max((each.end for each in (place, *place.items.values())), key=lambda mark: (mark.line, mark.column))
    dash = _BEGINS_ITEM.fullmatch(source.line(first.line)[: first.column])
    lines = [source.line(number) for number in range(first.line, last.line + 1)]
    # Text after `|` and `>` ends where its parser likes, at the beginning of a later line.
    if not dash or not lines[-1][: last.column].strip() or lines[-1][last.column :].strip():
        return None
    if any(line.lstrip().startswith("#") for line in lines) or _goes_on(source, last.line + 1, dash[0].index("-")):
        return None
    return replace_lines(source, first.line, last.line, ())


def _goes_on(source: Source, number: int, column: int) -> bool:
    """Whether what stands below line `number` (and is no comment) still belongs to an item with its dash at `column`."""
    rest = source.text.count("\n") + 1
    below = (source.line(at) for at in range(number, rest))
    following = next((line for line in below if line.strip() and not line.lstrip().startswith("#")), "")
    return len(following) - len(following.lstrip()) > column
