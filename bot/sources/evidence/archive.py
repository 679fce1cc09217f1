"""The Wayback Machine's closest copy of a page: the question to its availability API, and the answer read strictly.

https://archive.org/help/wayback_api.php
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bot.board.model.links import is_evidence_url
from bot.sources.evidence.addresses import LONGEST_ADDRESS, key_of

if TYPE_CHECKING:
    from datetime import date

AVAILABILITY = "https://archive.org/wayback/available"
ASKED_AGAIN_AFTER = 30 * 24 * 60 * 60
"""Seconds after which it is worth asking again for a copy of the same page."""
_LONGEST_ANSWER = 64 * 1024
_COPY = re.compile(r"https?://web\.archive\.org/web/([0-9]{14})/(https?://.+)")


def question(url: str, day: date | None) -> str:
    """The address at which the API is asked for the copy of a page that is closest to a day; else for the newest."""
    parts = {"url": url} | ({"timestamp": f"{day:%Y%m%d}"} if day else {})
    return f"{AVAILABILITY}?{urlencode(parts)}"


def copy_in(answer: bytes, url: str) -> str | None:
    """The address of the copy; empty where the archive says that it has none.

    None for what is no such answer. A copy of another page, of an error, or in a place that isn't the archive's is none.
    """
    if len(answer) > _LONGEST_ANSWER:
        return None
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    match said:
        case {"archived_snapshots": {"closest": {"available": True, "status": "200", "url": str(place)}}}:
            return _copy_of(url, place)
        case {"archived_snapshots": dict()}:
            return ""
    return None


def _copy_of(url: str, place: str) -> str:
    found = _COPY.fullmatch(place)
    if found is None or key_of(found[2]) != key_of(url):
        return ""
    address = f"https://web.archive.org/web/{found[1]}/{found[2]}"
    return address if len(address) <= LONGEST_ADDRESS and is_evidence_url(address) else ""
