"""How politely pages are asked for, and how long an answer may take: figures, and the clock that they are measured by."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Protocol

from bot.sources.web.outcome import LARGEST_PAGE

NAME = "openness-bot"
"""What robots.txt calls us."""


@dataclass(frozen=True)
class Politeness:
    """What servers may expect of us. Times are in seconds."""

    address: str | None = None
    """A web address that says who asks, and where to complain; part of the User-Agent."""
    at_once: int = 100
    """Requests at the same time, over all hosts."""
    per_host: int = 1
    pause: float = 1
    """Between the end of a host's answer and its next request."""
    robots: bool = True
    """Whether robots.txt is asked for and obeyed."""
    longest_delay: float = 60
    """Of what a robots.txt asks for between requests; who wants more gets this."""
    longest_wait: float = 120
    """For a host that says it is too much now. When it wants more, the rest of its pages is left for another run."""
    silent_wait: float = 30
    """When it doesn't say for how long."""
    most_failures: int = 5
    """In a row, after which a host isn't asked for more in this run."""
    connecting: float = 10
    without_a_byte: float = 15
    whole_page: float = 60
    """For all redirects of a page together; waiting out of politeness doesn't count."""
    largest_page: int = LARGEST_PAGE
    """In bytes, decompressed."""

    def __post_init__(self) -> None:
        if self.address is not None and not re.fullmatch(r"https?://[!-'*-~]+", self.address):
            raise ValueError(f"{self.address!r} is no web address to send along; expected https://, and no blanks")

    @property
    def user_agent(self) -> str:
        """How we introduce ourselves."""
        return f"{NAME}/{_version()}" + (f" (+{self.address})" if self.address else "")


@cache
def _version() -> str:
    return version(NAME)


POLITE = Politeness()


class Clock(Protocol):
    """What tells the time, and waits."""

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""

    def now(self) -> float:
        """Seconds since 1970, for dates that servers name."""

    async def sleep(self, seconds: float) -> None:
        """Waits."""


class SystemClock:
    """The machine's."""

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await asyncio.sleep(seconds)
