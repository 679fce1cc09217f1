"""The state of a host in a run: its queue, its rules for robots, and whether it is given up. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from bot.sources.web.outcome import Declined, Hop, NoAnswer, Outcome, PageRequest, Trouble

if TYPE_CHECKING:
    from bot.sources.web.politeness import Politeness
    from bot.sources.web.robots import RobotsRules

HostName: TypeAlias = tuple[str, int]
"""Host name and port."""


@dataclass(slots=True)
class Download:
    """A page to fetch, through all redirects."""

    wanted: PageRequest
    url: str
    seconds: float
    hops: tuple[Hop, ...] = ()
    answered: bool = False
    """Whether any host sent anything."""
    refused: int = 0
    """How often its host asked to come back later."""
    robots_of: Host | None = None
    """The host whose robots.txt this is; None for a page."""


@dataclass(slots=True)
class HostPace:
    """Rate limit of all ports of one host name, which are usually one machine."""

    hosts: list[Host] = field(default_factory=list)
    running: int = 0
    """Requests in flight."""
    ready: float = 0
    """Time of the next request, by the monotonic clock."""


@dataclass(slots=True)
class Host:
    """State of one host."""

    name: HostName
    pace: HostPace = field(default_factory=HostPace, repr=False)
    waiting: deque[Download] = field(default_factory=deque)
    """Pages in its queue."""
    robots_waiting: deque[Download] = field(default_factory=deque)
    """Queue of robots.txt, its own or those of hosts that redirect here; they need no rules."""
    rules: RobotsRules | None = None
    """None: not known yet."""
    rules_asked: bool = False
    in_line: bool = False
    """Whether it is in the queue of hosts."""
    waited: float = 0
    """Seconds of waiting that it asked for since its last other answer."""
    failures: int = 0
    """Successive failures."""
    given_up: Declined | NoAnswer | None = None
    """Outcome of all further pages, which are not requested."""

    def delay(self, politeness: Politeness) -> float:
        """Return the seconds between two requests."""
        asked = self.rules.delay if self.rules else 0
        return max(politeness.pause, min(asked, politeness.longest_delay))

    def has_something_to_do(self) -> bool:
        """Return whether any request is possible, apart from the rate limit."""
        return bool(self.robots_waiting or (self.waiting and (self.rules or self.given_up or not self.rules_asked)))

    @property
    def is_left(self) -> bool:
        """Whether its queue is to be finished without requests."""
        return self.given_up is not None and not self.robots_waiting

    def wants_rest(self, outcome: Outcome | Hop, politeness: Politeness) -> float | None:
        """Return the seconds of waiting that an answer asks for; None for any other answer."""
        match outcome:
            case Declined(status=429, is_challenge=False, retry_after=after):
                return politeness.silent_wait if after is None else after
            case Declined(status=503, is_challenge=False, retry_after=after) if after is not None:
                return after
            case _:
                return None

    def judge(self, outcome: Outcome | Hop, politeness: Politeness, *, answered: bool) -> None:
        """Update the counts by an outcome, and give the host up where its limits are exceeded."""
        rest = self.wants_rest(outcome, politeness)
        if rest is not None:
            self.waited += rest
            if self.waited > politeness.longest_wait and isinstance(outcome, Declined):
                self.given_up = outcome
            return
        self.waited = 0
        if not isinstance(outcome, NoAnswer) or (answered and outcome.trouble not in _OF_A_SLOW_HOST):
            self.failures = 0
            return
        self.failures += 1
        if (outcome.trouble in _AT_ONCE and not answered) or self.failures >= politeness.most_failures:
            self.given_up = outcome

    def left(self, download: Download) -> Outcome:
        """Return the outcome of a page of a host that was given up."""
        if self.given_up is None:
            raise ValueError("it wasn't given up")
        return replace(self.given_up, hops=download.hops)


_AT_ONCE = {Trouble.NAME, Trouble.CERTIFICATE, Trouble.REFUSED}
"""The same for each page of a host."""
_OF_A_SLOW_HOST = {Trouble.CONNECTION, Trouble.TIMEOUT}
"""These count also in the middle of an answer."""
_UNREACHED = {*_AT_ONCE, Trouble.NETWORK, Trouble.RESOURCES, Trouble.CONNECTION, Trouble.TIMEOUT}
_NOBODY_BEHIND = {521, 522, 523, 525, 526, 530}
"""Cloudflare's statuses for an unreachable origin."""


def is_unreached(outcome: Outcome, *, answered: bool) -> bool:
    """Return whether this outcome of robots.txt means that the host cannot be reached at all."""
    if isinstance(outcome, Declined):
        return outcome.status in _NOBODY_BEHIND
    return isinstance(outcome, NoAnswer) and not answered and outcome.trouble in _UNREACHED
