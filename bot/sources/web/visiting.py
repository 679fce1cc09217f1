"""Asking for many pages of many hosts: all hosts at the same time, each in its turn, and never more than is polite.

Every host has a line of errands. One loop takes whichever host may be asked next; a redirect is an errand for the host
that it leads to, and so is a robots.txt, so that nobody's rules are passed over. What is asked for and what comes of it are
values (`outcome.py`); how one request is sent is in `asking.py`.
"""

from __future__ import annotations

import asyncio
import heapq
from contextlib import AsyncExitStack
from itertools import count
from typing import TYPE_CHECKING

from yarl import URL

from bot.sources.web.addresses import PUBLIC, Reach
from bot.sources.web.addressing import UnusableUrlError, parse_target, without_fragment
from bot.sources.web.asking import PendingRequest, Requester
from bot.sources.web.connecting import open_files, session
from bot.sources.web.hosts import Download, Host, HostName, HostPace, is_unreached
from bot.sources.web.manners import POLITE, Clock, Politeness, SystemClock
from bot.sources.web.outcome import Declined, Disallowed, Hop, NoAnswer, Outcome, PageRequest, Trouble
from bot.sources.web.robots import ALL, LARGEST_ROBOTS, TOO_MANY, RobotsRules, robots_rules

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Iterable

    from aiohttp.abc import AbstractResolver

MOST_HOPS = 5
_USUAL_RULES = 4096
"""Characters of a robots.txt that any host may have."""
_MOST_RULES = 4 << 20
"""Characters beyond that, of all hosts together."""
_MOST_KEPT = 2000
"""Hosts to which a connection is kept for the next request, where the operating system allows as many."""


async def visit(
    wanted: Iterable[PageRequest],
    take: Callable[[PageRequest, Outcome], Awaitable[None]],
    *,
    manners: Politeness = POLITE,
    reach: Reach = PUBLIC,
    resolver: AbstractResolver | None = None,
    tls: ssl.SSLContext | None = None,
    clock: Clock | None = None,
) -> None:
    """Asks for each page and hands what comes of it to `take`, once per page, in the order in which it comes.

    `take` is called by several tasks at the same time, up to `manners.at_once`; while it is slow, no more is asked for.
    `resolver` and `tls` say where names lead and whose certificates are trusted: the system's when they are None.
    No server can make it fail; what `take` raises ends it, and then nothing is left running.
    """
    clock = clock or SystemClock()
    async with session(manners, reach, resolver, tls or True) as opened:
        visit_ = _Visit(Requester(opened, reach, clock), take, manners, reach, clock)
        try:
            await visit_.run(wanted)
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None


class _Visit:
    def __init__(
        self,
        asker: Requester,
        take: Callable[[PageRequest, Outcome], Awaitable[None]],
        manners: Politeness,
        reach: Reach,
        clock: Clock,
    ) -> None:
        self._asker = asker
        self._take = take
        self._manners = manners
        self._reach = reach
        self._clock = clock
        self._hosts: dict[HostName, Host] = {}
        self._paces: dict[str, HostPace] = {}
        """By the name of the host, whatever its port."""
        self._line: list[tuple[float, int, Host]] = []
        """Hosts with something to do: when they may be asked, and in which order they came."""
        self._number = count()
        self._unfinished = 0
        self._changed = asyncio.Event()
        self._slots = asyncio.Semaphore(manners.at_once)
        self._room_for_rules = _MOST_RULES
        self._kept: set[HostName] = set()
        self._most_kept = min(_MOST_KEPT, max(open_files() // 2 - manners.at_once, 0))

    async def run(self, wanted: Iterable[PageRequest]) -> None:
        for page in wanted:
            try:
                url = parse_target(page.url, self._reach)
            except UnusableUrlError as error:
                await self._take(page, NoAnswer((), error.trouble, error.words))
                continue
            self._unfinished += 1
            errand = Download(page, page.url, self._manners.whole_page)
            self._host(url).waiting.append(errand)
        # Those with the most to do first: they take the longest.
        for host in sorted(self._hosts.values(), key=lambda host: -len(host.waiting)):
            self._line_up(host)
        async with asyncio.TaskGroup() as tasks:
            while self._unfinished:
                await self._slots.acquire()
                following = await self._next()
                if following is not None:
                    self._start(following, tasks)

    # ---- whose turn it is --------------------------------------------------------------------------------------------

    def _host(self, url: URL) -> Host:
        name = (url.raw_host or "", url.port or 0)
        host = self._hosts.get(name)
        if host is None:
            pace = self._paces.setdefault(name[0].rstrip("."), HostPace())
            host = self._hosts[name] = Host(name, pace, rules=None if self._manners.robots else ALL)
            pace.hosts.append(host)
        return host

    def _line_up(self, host: Host) -> None:
        if not host.in_line and self._has_room(host) and host.has_something_to_do():
            host.in_line = True
            ready = self._clock.monotonic() if host.is_left else host.pace.ready
            heapq.heappush(self._line, (ready, next(self._number), host))
        self._changed.set()

    def _has_room(self, host: Host) -> bool:
        return host.is_left or host.pace.running < self._manners.per_host

    async def _next(self) -> Host | None:
        """The host that may be asked now; None when all is done."""
        while self._unfinished:
            self._changed.clear()
            wait = self._line[0][0] - self._clock.monotonic() if self._line else None
            if wait is not None and wait <= 0:
                host = heapq.heappop(self._line)[2]
                host.in_line = False
                # Another port of the same name may have been faster.
                if host.is_left or (self._has_room(host) and host.pace.ready <= self._clock.monotonic()):
                    return host
                self._line_up(host)
                continue
            await self._until_changed(wait)
        return None

    async def _until_changed(self, at_most: float | None) -> None:
        if at_most is None:
            await self._changed.wait()
            return
        waits = {asyncio.create_task(self._changed.wait()), asyncio.create_task(self._clock.sleep(at_most))}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            # So that none of them is left behind when this is cancelled too.
            await asyncio.gather(*waits, return_exceptions=True)

    def _start(self, host: Host, tasks: asyncio.TaskGroup) -> None:
        if host.is_left:
            errands = list(host.waiting)
            host.waiting.clear()
            self._kept.discard(host.name)
            tasks.create_task(self._leave(host, errands))
            return
        host.pace.running += 1
        errand = self._errand(host)
        if self._has_room(host):
            self._line_up(host)
        tasks.create_task(self._run(host, errand))

    def _errand(self, host: Host) -> Download:
        if host.robots_waiting:
            return host.robots_waiting.popleft()
        if host.rules:
            return host.waiting.popleft()
        host.rules_asked = True
        url = str(URL(host.waiting[0].url).origin() / "robots.txt")
        return Download(PageRequest(url), url, self._manners.whole_page, robots_of=host)

    # ---- one errand --------------------------------------------------------------------------------------------------

    async def _leave(self, host: Host, errands: list[Download]) -> None:
        try:
            for errand in errands:
                await self._hand_over(errand, host.left(errand))
        finally:
            self._slots.release()

    async def _run(self, host: Host, errand: Download) -> None:
        outcome: Outcome | Hop
        try:
            async with AsyncExitStack() as held:
                try:
                    outcome = await self._ask(host, errand, held)
                finally:
                    host.pace.running -= 1
                after = self._follow(host, errand, outcome)
                self._let_go_of_rules(host)
                for each in host.pace.hosts:
                    self._line_up(each)
                if after is not None:
                    await self._hand_over(errand, after)
        finally:
            self._slots.release()
            self._changed.set()

    async def _ask(self, host: Host, errand: Download, held: AsyncExitStack) -> Outcome | Hop:
        url = URL(errand.url).with_fragment(None)
        of_page = errand.robots_of is None
        if of_page and host.rules and not host.rules.allow(str(url)):
            return Disallowed(errand.hops, host.rules.words)
        if host.given_up:
            return host.left(errand)
        largest = self._manners.largest_page if of_page else LARGEST_ROBOTS
        asked = PendingRequest(errand.wanted, url, errand.hops, errand.seconds, largest, last=not self._keep(host))
        # Also before the answer, for hosts that are asked several times at once.
        host.pace.ready = self._clock.monotonic() + host.delay(self._manners)
        outcome = await self._asker.ask(asked, held)
        errand.seconds = asked.seconds
        errand.answered = errand.answered or asked.answered
        host.judge(outcome, self._manners, answered=asked.answered)
        rest = host.wants_rest(outcome, self._manners) or 0
        host.pace.ready = self._clock.monotonic() + max(host.delay(self._manners), rest)
        return outcome

    def _keep(self, host: Host) -> bool:
        """Whether the connection should be kept for the host's next errand."""
        keep = bool(host.waiting) and (host.name in self._kept or len(self._kept) < self._most_kept)
        (self._kept.add if keep else self._kept.discard)(host.name)
        return keep

    def _follow(self, host: Host, errand: Download, outcome: Outcome | Hop) -> Outcome | None:
        """Sends an errand on its way; gives the outcome when it came to its end."""
        if isinstance(outcome, Hop):
            return self._hop(errand, outcome)
        if host.wants_rest(outcome, self._manners) is not None and not host.given_up and not errand.refused:
            errand.refused += 1
            (host.robots_waiting if errand.robots_of else host.waiting).appendleft(errand)
            return None
        return outcome

    def _hop(self, errand: Download, hop: Hop) -> Outcome | None:
        hops = (*errand.hops, hop)
        url = URL(hop.url)
        been = {without_fragment(place) for place in (errand.wanted.url, *(hop.url for hop in errand.hops))}
        if without_fragment(hop.url) in been:
            return NoAnswer(hops, Trouble.REDIRECTS, "it redirects in a circle")
        if len(hops) > MOST_HOPS:
            return NoAnswer(hops, Trouble.REDIRECTS, f"it redirects more than {MOST_HOPS} times")
        of = errand.robots_of
        if of and (url.raw_host or "") != of.name[0] and not url.path.endswith(".txt"):
            # Nobody's rules are asked for the way to rules: so it mustn't lead to any page of anybody.
            return NoAnswer(hops, Trouble.REDIRECTS, "it redirects to what is no robots.txt")
        errand.url, errand.hops, errand.refused = hop.url, hops, 0
        host = self._host(url)
        # First in line: what was begun is brought to its end.
        (host.robots_waiting if errand.robots_of else host.waiting).appendleft(errand)
        self._line_up(host)
        return None

    def _affordable(self, found: RobotsRules) -> RobotsRules:
        """The rules, or that nothing is allowed when all hosts together have more of them than memory is meant for."""
        room = self._room_for_rules - max(found.size - _USUAL_RULES, 0)
        if room < 0:
            return TOO_MANY
        self._room_for_rules = room
        return found

    def _let_go_of_rules(self, host: Host) -> None:
        """Makes room where a host with many rules has no more pages; should a redirect lead there, it is asked again."""
        if host.rules and host.rules.size > _USUAL_RULES and not host.waiting:
            self._room_for_rules += host.rules.size - _USUAL_RULES
            host.rules, host.rules_asked = None, False

    async def _hand_over(self, errand: Download, outcome: Outcome) -> None:
        host = errand.robots_of
        if host is None:
            await self._take(errand.wanted, outcome)
            self._unfinished -= 1
        else:
            host.rules = self._affordable(robots_rules(outcome))
            if isinstance(outcome, NoAnswer | Declined) and is_unreached(outcome, answered=errand.answered):
                host.given_up = outcome
            self._line_up(host)
        self._changed.set()
