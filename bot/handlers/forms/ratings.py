"""Parses ratings from one text: for each a line `criterion: level`, below it addresses and what they state.

    weights: open
    https://example.org/model/files
    where: Files
    fact: All weight shards can be downloaded without asking anybody.

    paper: closed
    note: Looked on the developer's page and on arXiv.

What follows an address on its line is its fact. A line that begins with no known word continues the text above it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from bot.board.model.rubric import Level
from bot.handlers.forms.answers import RATING
from bot.handlers.forms.issue_form import collapse_spaces
from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.board.model.assessment import Rating
    from bot.handlers.forms.answers import Checks

FIELD = "ratings"

_OF_EVIDENCE = ("where", "fact", "accessed", "quote", "archived")
_KEYED = re.compile(r"(?P<key>[^:]{1,60}?)\s*[:：](?!//)\s*(?P<rest>.*)")
_ADDRESS = re.compile(r"(?:url\s*:\s*)?(?P<url>https?://\S+)\s*(?P<rest>.*)", re.IGNORECASE)
_LONGEST_SHOWN = 60


@dataclass
class _RatingText:
    """One rating while it is being parsed."""

    criterion: str
    values: dict[str, Any]
    last: tuple[dict[str, Any], str] | None = None
    """The text that the next line continues."""
    evidence: list[dict[str, Any]] = field(default_factory=list)


def read_ratings(
    text: str, criteria: Mapping[str, str], levels: Mapping[str, str], checks: Checks
) -> dict[str, Rating]:
    """Return the ratings in `text` by criterion, and add its problems to `checks`.

    `criteria` and `levels` map names in small letters to ids.
    """
    found: dict[str, _RatingText] = {}
    current: _RatingText | None = None
    for line in text.split("\n"):
        words = collapse_spaces(line)
        words = re.sub(r"^[-*] (?=\S)", "", words)
        if not words:
            continue
        if (begun := _begin(words, criteria, levels, checks)) is not None:
            current = begun
            if begun.criterion in found:
                checks.refuse(FIELD, "criterion-twice", begun.criterion)
            found[begun.criterion] = begun
        elif current is None or not _continue(current, words):
            checks.refuse(FIELD, "line-unclear", words[:_LONGEST_SHOWN])
            if current is None:
                return {}
    ratings = {}
    for criterion, written in found.items():
        values = written.values | ({"evidence": written.evidence} if written.evidence else {})
        rating = checks.value(RATING, FIELD, values, place=criterion)
        if rating is not None:
            ratings[criterion] = rating
    return ratings


def _begin(words: str, criteria: Mapping[str, str], levels: Mapping[str, str], checks: Checks) -> _RatingText | None:
    """Return the rating that begins with this line; None where none does."""
    keyed = _KEYED.fullmatch(words)
    if keyed is None:
        return None
    key, rest = name_key(keyed["key"]), name_key(keyed["rest"]).rstrip(".")
    level = levels.get(rest)
    criterion = criteria.get(key) or criteria.get(key.replace(" ", "_")) or criteria.get(key.replace("-", "_"))
    if criterion is not None and level is not None:
        return _RatingText(criterion, {"level": level})
    if criterion is not None:
        what = f"`{keyed['rest'][:_LONGEST_SHOWN]}` is no level"
        checks.refuse(FIELD, "no-such-level", ", ".join(Level), criterion, what=what)
        return _RatingText(criterion, {"level": Level.CLOSED.value, "note": "?"})
    if level is not None and key not in (*_OF_EVIDENCE, "note"):
        near = get_close_matches(key, list(criteria), n=1, cutoff=0.6)
        detail = criteria[near[0]] if near else ", ".join(dict.fromkeys(criteria.values()))
        guess = {"remedy": f"Did you mean {detail}?"} if near else {}
        checks.refuse(FIELD, "no-such-criterion", detail, what=f"`{keyed['key']}` is no criterion", **guess)
        return _RatingText(keyed["key"], {"level": Level.CLOSED.value, "note": "?"})
    return None


def _continue(current: _RatingText, words: str) -> bool:
    """Add a line to the rating; return whether it belongs to it."""
    if address := _ADDRESS.fullmatch(words):
        item: dict[str, Any] = {"url": address["url"]}
        current.evidence.append(item)
        current.last = (item, "fact")
        if rest := re.sub(r"^[-–—|:]\s*", "", address["rest"]):
            item["fact"] = rest
        return True
    keyed = _KEYED.fullmatch(words)
    key = name_key(keyed["key"]) if keyed else ""
    if keyed and key == "note":
        return _put(current, current.values, key, keyed["rest"])
    if keyed and key in _OF_EVIDENCE and current.evidence:
        return _put(current, current.evidence[-1], key, keyed["rest"])
    if current.last is None:
        return False
    home, name = current.last
    home[name] = f"{home[name]} {words}" if name in home else words
    return True


def _put(current: _RatingText, home: dict[str, Any], key: str, text: str) -> bool:
    if key in home:
        return False
    if text:
        home[key] = text
    current.last = (home, key)
    return True
