"""What is known of a host in this run: its pages that wait, what it asks of us, and whether it has had enough. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from bot.sources.web.outcome import Declined, Hop, NoAnswer, Outcome, PageRequest, Trouble

if TYPE_CHECKING:
    from bot.sources.web.manners import Politeness
    from bot.sources.web.robots import RobotsRules

HostName: TypeAlias = tuple[str, int]
"""Of a host: with its port."""


@dataclass(slots=True)
class Download:
    """A page to ask for, on its way through the redirects."""

    wanted: PageRequest
    url: str
    seconds: float
    """How long asking for it may still take."""
    hops: tuple[Hop, ...] = ()
    answered: bool = False
    """Whether any host ever said anything to it."""
    refused: int = 0
    """How often it was too much for its host."""
    robots_of: Host | None = None
    """The host whose robots.txt this is; None: it is a page."""


@dataclass(slots=True)
class HostPace:
    """How often a machine may be asked: one for all ports of a name, as nobody has two machines for http and https."""

    hosts: list[Host] = field(default_factory=list)
    running: int = 0
    """Requests that are under way."""
    ready: float = 0
    """When it may be asked again, by the clock."""


@dataclass(slots=True)
class Host:
    """One host, and how we stand with it."""

    name: HostName
    pace: HostPace = field(default_factory=HostPace, repr=False)
    waiting: deque[Download] = field(default_factory=deque)
    """Its pages."""
    robots_waiting: deque[Download] = field(default_factory=deque)
    """What needs no rules: robots.txt, of itself or of hosts that redirect theirs to here."""
    rules: RobotsRules | None = None
    """None: they aren't known yet."""
    rules_asked: bool = False
    in_line: bool = False
    waited: float = 0
    """How long it was left alone since it last said anything else than that it is too much."""
    failures: int = 0
    """In a row."""
    given_up: Declined | NoAnswer | None = None
    """What all of its other pages come to, without being asked for."""

    def delay(self, manners: Politeness) -> float:
        """Seconds between two requests."""
        asked = self.rules.delay if self.rules else 0
        return max(manners.pause, min(asked, manners.longest_delay))

    def has_something_to_do(self) -> bool:
        """Whether a request could be sent now, but for its manners."""
        return bool(self.robots_waiting or (self.waiting and (self.rules or self.given_up or not self.rules_asked)))

    @property
    def is_left(self) -> bool:
        """Whether nobody will be asked for what it still has."""
        return self.given_up is not None and not self.robots_waiting

    def wants_rest(self, outcome: Outcome | Hop, manners: Politeness) -> float | None:
        """For how long it wants to be left alone, in seconds; None when the answer doesn't say that it is too much."""
        match outcome:
            case Declined(status=429, is_challenge=False, retry_after=after):
                return manners.silent_wait if after is None else after
            case Declined(status=503, is_challenge=False, retry_after=after) if after is not None:
                return after
            case _:
                return None

    def judge(self, outcome: Outcome | Hop, manners: Politeness, *, answered: bool) -> None:
        """Takes note of what came, and whether the host said it: is it any use to ask for more?"""
        rest = self.wants_rest(outcome, manners)
        if rest is not None:
            self.waited += rest
            if self.waited > manners.longest_wait and isinstance(outcome, Declined):
                self.given_up = outcome
            return
        self.waited = 0
        if not isinstance(outcome, NoAnswer) or (answered and outcome.trouble not in _OF_A_SLOW_HOST):
            self.failures = 0
            return
        self.failures += 1
        if (outcome.trouble in _AT_ONCE and not answered) or self.failures >= manners.most_failures:
            self.given_up = outcome

    def left(self, errand: Download) -> Outcome:
        """What a page of a host that was given up comes to."""
        if self.given_up is None:
            raise ValueError("it wasn't given up")
        return replace(self.given_up, hops=errand.hops)


_AT_ONCE = {Trouble.NAME, Trouble.CERTIFICATE, Trouble.REFUSED}
"""It would be the same for each of its pages."""
_OF_A_SLOW_HOST = {Trouble.CONNECTION, Trouble.TIMEOUT}
"""They count also when they come in the middle of an answer."""
_UNREACHED = {*_AT_ONCE, Trouble.NETWORK, Trouble.RESOURCES, Trouble.CONNECTION, Trouble.TIMEOUT}
_NOBODY_BEHIND = {521, 522, 523, 525, 526, 530}
"""What Cloudflare answers for a host that it can't reach itself."""


def is_unreached(outcome: Outcome, *, answered: bool) -> bool:
    """Whether this, when it comes of asking for robots.txt, says that the host can't be asked at all."""
    if isinstance(outcome, Declined):
        return outcome.status in _NOBODY_BEHIND
    return isinstance(outcome, NoAnswer) and not answered and outcome.trouble in _UNREACHED
