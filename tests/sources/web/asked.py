"""Requests to the server of a test without waiting: its clock advances by sleeping."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.sources.web.connecting import Network
from bot.sources.web.outcome import Outcome, PageRequest
from bot.sources.web.politeness import Clock, Politeness
from bot.sources.web.visiting import visit
from tests.sources.web.server import LOOPBACK

if TYPE_CHECKING:
    from tests.sources.web.server import Server

QUICK = Politeness(pause=0, robots=False, most_failures=1000)
NOON = 1793534400.0
"""1 November 2026, 12:00 UTC."""


@dataclass
class TestClock(Clock):
    """A clock that only advances by sleeping."""

    __test__ = False

    seconds: float = 0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> float:
        return NOON + self.seconds

    async def sleep(self, seconds: float) -> None:
        # Requests in flight come first.
        await asyncio.sleep(0.02)
        self.slept.append(seconds)
        self.seconds += seconds


def outcomes(
    server: Server,
    *wanted: str | PageRequest,
    politeness: Politeness = QUICK,
    clock: TestClock | None = None,
    **network_options: Any,
) -> list[tuple[str, Outcome]]:
    """Return each page with its outcome, in the order of the answers. A path is one of https://paper.example.org."""
    pages = [_page(page) for page in wanted]
    taken: list[tuple[str, Outcome]] = []

    async def take(page: PageRequest, outcome: Outcome) -> None:
        taken.append((page.url, outcome))

    network = Network(**{"reach": LOOPBACK, "resolver": server.names(), "tls": server.trust(), **network_options})
    asyncio.run(visit(pages, take, politeness=politeness, network=network, clock=clock or TestClock()))
    assert sorted(url for url, _ in taken) == sorted(page.url for page in pages)
    return taken


def outcome(server: Server, wanted: str | PageRequest, **options: Any) -> Outcome:
    """Return the outcome of one page."""
    return outcomes(server, wanted, **options)[0][1]


def _page(page: str | PageRequest) -> PageRequest:
    if isinstance(page, PageRequest):
        return page
    return PageRequest(f"https://paper.example.org{page}" if page.startswith("/") else page)
