"""Fetching many pages of many hosts concurrently, within the limits of each host.

Every host has a queue of downloads. One loop takes the host that may be asked next. A redirect joins the queue of its target's
host, and so does a robots.txt, so that every host's rules are respected. Requests and outcomes are values (`outcome.py`);
single requests are sent in `asking.py`.
"""

from __future__ import annotations

import asyncio
import heapq
from contextlib import AsyncExitStack
from itertools import count
from typing import TYPE_CHECKING

from yarl import URL

from bot.sources.web.addresses import UnusableUrlError, parse_target, without_fragment
from bot.sources.web.asking import PendingRequest, Requester
from bot.sources.web.connecting import PUBLIC_WEB, Network, open_files, session
from bot.sources.web.hosts import Download, Host, HostName, HostPace, is_unreached
from bot.sources.web.outcome import Declined, Disallowed, Hop, NoAnswer, Outcome, PageRequest, Trouble
from bot.sources.web.politeness import POLITE, Clock, Politeness
from bot.sources.web.robots import ALL, LARGEST_ROBOTS, TOO_MANY, RobotsRules, robots_rules

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from bot.sources.web.addresses import Reach

MOST_HOPS = 5
_USUAL_RULES = 4096
"""Characters of a robots.txt that every host may have."""
_MOST_RULES = 4 << 20
"""Characters in excess of that, of all hosts together."""
_MOST_KEPT = 2000
"""Hosts with a connection kept open for the next request, where the operating system allows as many."""


async def visit(
    wanted: Iterable[PageRequest],
    take: Callable[[PageRequest, Outcome], Awaitable[None]],
    *,
    politeness: Politeness = POLITE,
    network: Network = PUBLIC_WEB,
    clock: Clock | None = None,
) -> None:
    """Fetch each page and call `take` with its outcome, once per page, in the order of the answers.

    `take` is called by up to `politeness.at_once` tasks concurrently; while it is slow, no further page is requested.
    No server can make this function fail; an exception of `take` ends it, and cancels everything that is running.
    """
    clock = clock or Clock()
    async with session(politeness, network) as opened:
        visit_ = _Visit(Requester(opened, network.reach, clock), take, politeness, network.reach, clock)
        try:
            await visit_.run(wanted)
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None


class _Visit:
    def __init__(
        self,
        asker: Requester,
        take: Callable[[PageRequest, Outcome], Awaitable[None]],
        politeness: Politeness,
        reach: Reach,
        clock: Clock,
    ) -> None:
        self._asker = asker
        self._take = take
        self._politeness = politeness
        self._reach = reach
        self._clock = clock
        self._hosts: dict[HostName, Host] = {}
        self._paces: dict[str, HostPace] = {}
        """By host name, for all ports."""
        self._line: list[tuple[float, int, Host]] = []
        """Queue of hosts: time of the next request, and order of arrival."""
        self._number = count()
        self._unfinished = 0
        self._changed = asyncio.Event()
        self._slots = asyncio.Semaphore(politeness.at_once)
        self._free_for_rules = _MOST_RULES
        self._kept: set[HostName] = set()
        self._most_kept = min(_MOST_KEPT, max(open_files() // 2 - politeness.at_once, 0))

    async def run(self, wanted: Iterable[PageRequest]) -> None:
        for page in wanted:
            try:
                url = parse_target(page.url, self._reach)
            except UnusableUrlError as error:
                await self._take(page, NoAnswer((), error.trouble, error.words))
                continue
            self._unfinished += 1
            self._host(url).waiting.append(Download(page, page.url, self._politeness.whole_page))
        # Hosts with the longest queues first, as they take the longest.
        for host in sorted(self._hosts.values(), key=lambda host: -len(host.waiting)):
            self._line_up(host)
        async with asyncio.TaskGroup() as tasks:
            while self._unfinished:
                await self._slots.acquire()
                following = await self._next()
                if following is not None:
                    self._start(following, tasks)

    # ---- the queue of hosts ------------------------------------------------------------------------------------------

    def _host(self, url: URL) -> Host:
        name = (url.raw_host or "", url.port or 0)
        host = self._hosts.get(name)
        if host is None:
            pace = self._paces.setdefault(name[0].rstrip("."), HostPace())
            host = self._hosts[name] = Host(name, pace, rules=None if self._politeness.robots else ALL)
            pace.hosts.append(host)
        return host

    def _line_up(self, host: Host) -> None:
        if not host.in_line and self._may_start(host) and host.has_something_to_do():
            host.in_line = True
            ready = self._clock.monotonic() if host.is_left else host.pace.ready
            heapq.heappush(self._line, (ready, next(self._number), host))
        self._changed.set()

    def _may_start(self, host: Host) -> bool:
        return host.is_left or host.pace.running < self._politeness.per_host

    async def _next(self) -> Host | None:
        """Wait for the next host that may be asked; None when all is done."""
        while self._unfinished:
            self._changed.clear()
            wait = self._line[0][0] - self._clock.monotonic() if self._line else None
            if wait is not None and wait <= 0:
                host = heapq.heappop(self._line)[2]
                host.in_line = False
                # Another port of the same name may have started a request meanwhile.
                if host.is_left or (self._may_start(host) and host.pace.ready <= self._clock.monotonic()):
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
            # So that none of them keeps running when this task is cancelled.
            await asyncio.gather(*waits, return_exceptions=True)

    def _start(self, host: Host, tasks: asyncio.TaskGroup) -> None:
        if host.is_left:
            downloads = list(host.waiting)
            host.waiting.clear()
            self._kept.discard(host.name)
            tasks.create_task(self._give_up(host, downloads))
            return
        host.pace.running += 1
        download = self._next_download(host)
        if self._may_start(host):
            self._line_up(host)
        tasks.create_task(self._run(host, download))

    def _next_download(self, host: Host) -> Download:
        if host.robots_waiting:
            return host.robots_waiting.popleft()
        if host.rules:
            return host.waiting.popleft()
        host.rules_asked = True
        url = str(URL(host.waiting[0].url).origin() / "robots.txt")
        return Download(PageRequest(url), url, self._politeness.whole_page, robots_of=host)

    # ---- one download ------------------------------------------------------------------------------------------------

    async def _give_up(self, host: Host, downloads: list[Download]) -> None:
        try:
            for download in downloads:
                await self._hand_over(download, host.left(download))
        finally:
            self._slots.release()

    async def _run(self, host: Host, download: Download) -> None:
        outcome: Outcome | Hop
        try:
            async with AsyncExitStack() as held:
                try:
                    outcome = await self._ask(host, download, held)
                finally:
                    host.pace.running -= 1
                after = self._follow(host, download, outcome)
                self._release_rules(host)
                for each in host.pace.hosts:
                    self._line_up(each)
                if after is not None:
                    await self._hand_over(download, after)
        finally:
            self._slots.release()
            self._changed.set()

    async def _ask(self, host: Host, download: Download, held: AsyncExitStack) -> Outcome | Hop:
        url = URL(download.url).with_fragment(None)
        of_page = download.robots_of is None
        if of_page and host.rules and not host.rules.allow(str(url)):
            return Disallowed(download.hops, host.rules.words)
        if host.given_up:
            return host.left(download)
        largest = self._politeness.largest_page if of_page else LARGEST_ROBOTS
        asked = PendingRequest(download, url, largest, last=not self._keep(host))
        # Also before the answer, for hosts with several concurrent requests.
        host.pace.ready = self._clock.monotonic() + host.delay(self._politeness)
        outcome = await self._asker.ask(asked, held)
        download.answered = download.answered or asked.answered
        host.judge(outcome, self._politeness, answered=asked.answered)
        rest = host.wants_rest(outcome, self._politeness) or 0
        host.pace.ready = self._clock.monotonic() + max(host.delay(self._politeness), rest)
        return outcome

    def _keep(self, host: Host) -> bool:
        """Return whether to keep the connection for the host's next download."""
        keep = bool(host.waiting) and (host.name in self._kept or len(self._kept) < self._most_kept)
        (self._kept.add if keep else self._kept.discard)(host.name)
        return keep

    def _follow(self, host: Host, download: Download, outcome: Outcome | Hop) -> Outcome | None:
        """Queue a download again where it goes on; return its final outcome, or None."""
        if isinstance(outcome, Hop):
            return self._hop(download, outcome)
        if host.wants_rest(outcome, self._politeness) is not None and not host.given_up and not download.refused:
            download.refused += 1
            (host.robots_waiting if download.robots_of else host.waiting).appendleft(download)
            return None
        return outcome

    def _hop(self, download: Download, hop: Hop) -> Outcome | None:
        hops = (*download.hops, hop)
        url = URL(hop.url)
        been = {without_fragment(place) for place in (download.wanted.url, *(hop.url for hop in download.hops))}
        if without_fragment(hop.url) in been:
            return NoAnswer(hops, Trouble.REDIRECTS, "it redirects in a circle")
        if len(hops) > MOST_HOPS:
            return NoAnswer(hops, Trouble.REDIRECTS, f"it redirects more than {MOST_HOPS} times")
        of = download.robots_of
        if of and (url.raw_host or "") != of.name[0] and not url.path.endswith(".txt"):
            # Redirects of robots.txt are followed without rules, so they must not lead to an arbitrary page.
            return NoAnswer(hops, Trouble.REDIRECTS, "it redirects to something other than a robots.txt")
        download.url, download.hops, download.refused = hop.url, hops, 0
        host = self._host(url)
        # At the front of the queue, so that what was begun is finished first.
        (host.robots_waiting if download.robots_of else host.waiting).appendleft(download)
        self._line_up(host)
        return None

    def _affordable(self, found: RobotsRules) -> RobotsRules:
        """Return the rules, or that nothing is allowed where all hosts together exceed `_MOST_RULES`."""
        free = self._free_for_rules - max(found.size - _USUAL_RULES, 0)
        if free < 0:
            return TOO_MANY
        self._free_for_rules = free
        return found

    def _release_rules(self, host: Host) -> None:
        """Release large rules of a host without further pages; after a redirect to it they are fetched again."""
        if host.rules and host.rules.size > _USUAL_RULES and not host.waiting:
            self._free_for_rules += host.rules.size - _USUAL_RULES
            host.rules, host.rules_asked = None, False

    async def _hand_over(self, download: Download, outcome: Outcome) -> None:
        host = download.robots_of
        if host is None:
            await self._take(download.wanted, outcome)
            self._unfinished -= 1
        else:
            host.rules = self._affordable(robots_rules(outcome))
            if isinstance(outcome, NoAnswer | Declined) and is_unreached(outcome, answered=download.answered):
                host.given_up = outcome
            self._line_up(host)
        self._changed.set()
