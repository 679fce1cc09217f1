"""The second job of a pull request: asks for links, against a web of one server on loopback."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any
from unittest import mock
from urllib.parse import urlsplit

from bot.sources.evidence.link_check import LinkCheck
from bot.sources.web.connecting import Network
from bot.sources.web.visiting import visit
from tests.checkouts import run
from tests.sources.evidence.cited import QUICK
from tests.sources.web.guard import guarding
from tests.sources.web.server import LOOPBACK, Reply, Server, redirect

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.checkouts import Ran

WANTED, REPORT = "links.json", "links-report.json"
EVIDENCE_RULES = {
    "gone": "fix",
    "quote_missing": "fix",
    "quote_unread": "seen",
    "blocked": "seen",
    "unreachable": "seen",
    "not_asked": "seen",
}
"""What the stories' policy asks for, like this repository's own."""


def rules(changes: Mapping[str, str]) -> str:
    """Return the section of a policy."""
    return "".join(["evidence:\n", *(f"  {key}: {rule}\n" for key, rule in {**EVIDENCE_RULES, **changes}.items())])


def _page(said: str | dict[str, Any]) -> Reply:
    """Return what a story says of a page: its text, or how it answers."""
    match said:
        case str():
            return Reply(body=f"<!doctype html><title>A page</title><p>{said}".encode())
        case {"moved": str(place)}:
            return redirect(place, 301)
        case {"status": int(status)}:
            return Reply(status)
        case {"binary": True}:
            return Reply(body=bytes(range(256)), content_type="application/octet-stream")
        case {"closes": True}:
            return Reply(reset=True)
    raise AssertionError(f"there is no page {said}")


def ask(base: Path, folder: Path, pages: Mapping[str, str | dict[str, Any]], **limits: Any) -> Ran:
    """Run `openness-bot links` in a checkout, on the list in a folder; leave the report there.

    `pages` are by their addresses; all others are missing. `limits` are those of `LinkCheck`.
    """
    with Server() as server, guarding() as guard:
        for url, said in pages.items():
            parts = urlsplit(url)
            server.pages[f"{parts.netloc}{parts.path}"] = _page(said)
        network = Network(LOOPBACK, server.names(), server.trust())
        visitor = partial(visit, politeness=QUICK, network=network)
        with (
            mock.patch("bot.cli.known_evidence.visitor", return_value=visitor),
            mock.patch.multiple("bot.cli.links", LinkCheck=partial(LinkCheck, **limits)),
        ):
            done = run(base, "links", str(folder / WANTED), "--report", str(folder / REPORT))
    assert guard.attempts == []
    return done


def forge(folder: Path, changes: Mapping[str, Any]) -> None:
    """Let the job's report say something else, as one would that a page has taken over."""
    report = json.loads((folder / REPORT).read_text("utf-8"))
    (folder / REPORT).write_text(json.dumps(report | changes), "utf-8")
