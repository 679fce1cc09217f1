"""The Wayback Machine's closest copy of a page: the request to its availability API, and the strict parser of its answer.

https://archive.org/help/wayback_api.php
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bot.board.model.links import LONGEST_SNAPSHOT, is_snapshot_of

if TYPE_CHECKING:
    from datetime import date

AVAILABILITY = "https://archive.org/wayback/available"
ASKED_AGAIN_AFTER = 30 * 24 * 60 * 60
"""Seconds after which a copy of the same page is asked for again."""
_LONGEST_ANSWER = 64 * 1024


def availability_url(url: str, day: date | None) -> str:
    """Return the URL that asks for the copy of a page closest to a day, or for the newest copy."""
    parts = {"url": url} | ({"timestamp": f"{day:%Y%m%d}"} if day else {})
    return f"{AVAILABILITY}?{urlencode(parts)}"


def read_copy(answer: bytes, url: str) -> str | None:
    """Return the URL of the copy; empty where the archive has none, None where the answer is invalid.

    A copy of another page, of an error page, or outside of the archive counts as none.
    """
    if len(answer) > _LONGEST_ANSWER:
        return None
    try:
        parsed = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    match parsed:
        case {"archived_snapshots": {"closest": {"available": True, "status": "200", "url": str(place)}}}:
            address = re.sub("^http:", "https:", place)
            return address if len(address) <= LONGEST_SNAPSHOT and is_snapshot_of(address, url) else ""
        case {"archived_snapshots": dict()}:
            return ""
    return None
