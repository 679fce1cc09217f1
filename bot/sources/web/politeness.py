"""Limits of rate, time and size for requests, and the clock that measures them."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from importlib.metadata import version

from bot.sources.web.outcome import LARGEST_PAGE

NAME = "openness-bot"
"""Our name in robots.txt."""


@dataclass(frozen=True)
class Politeness:
    """Limits for requests. Times are in seconds."""

    address: str | None = None
    """URL of a page about this bot, as part of the User-Agent."""
    at_once: int = 100
    """Concurrent requests over all hosts."""
    per_host: int = 1
    """Concurrent requests per host."""
    pause: float = 1
    """Between a host's answer and its next request."""
    robots: bool = True
    """Whether robots.txt is fetched and respected."""
    longest_delay: float = 60
    """Upper limit of a Crawl-delay."""
    longest_wait: float = 120
    """Most time that a host may ask for by Retry-After; after that, the rest of its pages is left for another run."""
    silent_wait: float = 30
    """Waiting time after a 429 without Retry-After."""
    most_failures: int = 5
    """Successive failures after which a host is given up."""
    connecting: float = 10
    without_a_byte: float = 15
    """Longest pause within an answer."""
    whole_page: float = 60
    """For all redirects of a page together, without polite waiting."""
    largest_page: int = LARGEST_PAGE
    """Bytes, decompressed."""

    def __post_init__(self) -> None:
        if self.address is not None and not re.fullmatch(r"https?://[!-'*-~]+", self.address):
            raise ValueError(f"{self.address!r} is no web address to send along; expected https://, and no blanks")

    @property
    def user_agent(self) -> str:
        """The User-Agent header."""
        return f"{NAME}/{version(NAME)}" + (f" (+{self.address})" if self.address else "")


POLITE = Politeness()


class Clock:
    """The clock of this machine."""

    def monotonic(self) -> float:
        """Return seconds since an arbitrary time, never decreasing."""
        return time.monotonic()

    def now(self) -> float:
        """Return seconds since 1970."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
