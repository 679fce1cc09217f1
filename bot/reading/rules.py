"""Rules about a rating's links that go beyond each link by itself, and what is only worth a warning.

They look at the plain values with their places, so that they speak up even where the rest of the file is broken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.links import sound
from bot.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.reading.source import Source
    from bot.reading.strict_yaml import Place

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
    for item, item_place in zip(evidence, place.items, strict=True):
        url = item.get("url") if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(item_place.items, dict) or not isinstance(url, str):
            continue
        spot = item_place.items["url"]
        if url in cited:
            yield _problem(
                source,
                spot,
                "repeated-url",
                f"this link stands in the same rating already, on line {cited[url]}",
                "Make one item of the two: join what `where` and `fact` say.",
                Severity.ERROR,
            )
        cited.setdefault(url, spot.start.line + 1)
        if url.startswith("http:") and sound(url):
            yield _problem(source, spot, "plain-http", "the link is not encrypted", "Use https:// if the site has it.")
        if _MOVING_TARGET.search(url):
            yield _problem(
                source,
                spot,
                "moving-target",
                "what stands behind this link changes with its branch",
                "Link to a commit instead: on GitHub press y, on Hugging Face open the file from History.",
            )
        if "where" not in item and "fact" in item:
            yield _problem(
                source,
                spot,
                "no-where",
                "the evidence doesn't say where on the page",
                "Add `where:` with the section, table or file, so that others find it.",
            )


def _problem(
    source: Source, place: Place, rule: str, what: str, remedy: str, severity: Severity = Severity.WARNING
) -> Problem:
    start, end = place.start, place.end
    width = end.column - start.column if end.line == start.line else 1
    return source.problem(start.line, start.column, rule, what, remedy, width=width, severity=severity)
