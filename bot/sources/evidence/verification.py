"""One run over the cited pages: select those that are due, fetch them, search them for their quotes, record the results."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from bot.sources.evidence.archive import ASKED_AGAIN_AFTER, availability_url, read_copy
from bot.sources.evidence.cited import host_of
from bot.sources.evidence.content import content_path, through_content
from bot.sources.evidence.judging import PageFinding, judge, update_page_state
from bot.sources.evidence.page_state import FAILED, ArchiveCopy, PageState, QuoteResult, is_due
from bot.sources.evidence.readers import ReadingJob
from bot.sources.evidence.report import LinkState, QuoteStatus
from bot.sources.web.outcome import Fetched, NoAnswer, NotModified, Outcome, PageRequest, Trouble

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.sources.evidence.cited import CitedPage
    from bot.sources.evidence.memory import Memory
    from bot.sources.evidence.readers import Readers

Take: TypeAlias = Callable[[PageRequest, Outcome], Awaitable[None]]
Visit: TypeAlias = Callable[[Iterable[PageRequest], Take], Awaitable[None]]
"""Fetches pages, and calls a function with the outcome of each: `bot.sources.web.visiting.visit`."""

_HOSTS_WITHOUT_NETWORK = 5
"""Hosts without a network after which the run may be abandoned."""
_FEW_HOSTS = 10
"""With fewer hosts, a majority of unreachable ones proves nothing about this machine."""
_BATCH = 1000
_BATCH_SECONDS = 20


class NoNetworkError(Exception):
    """This machine has no network, so nothing is known of any page."""


@dataclass(frozen=True)
class Plan:
    """Input of a run."""

    pages: Sequence[CitedPage]
    """Pages that may be fetched."""
    now: int
    """Time of the run, in seconds since 1970."""
    every: int
    """Seconds after which a page that answered is fetched again."""
    copies_of_all: bool = False
    """Whether the archive is asked about all pages without a copy, not only about those that failed."""
    cited: Collection[CitedPage] | None = None
    """All pages that any assessment cites, where they are known: other pages are deleted from the memory."""
    hosts_are_chosen: bool = False
    """Whether one person may have chosen all pages: then most hosts can be unreachable without a fault of this machine."""
    seconds: float | None = None
    """Time limit for pages and archive together; the rest stays due. None: no limit."""


@dataclass(frozen=True)
class VerificationResult:
    """Counts of a run."""

    asked: int
    """Pages with a recorded answer."""
    not_due: int
    unasked: int = 0
    """Pages without an answer because of this machine: no network, or no free connection."""
    out_of_time: int = 0
    unreachable_hosts: int = 0
    """Unreachable hosts, where they are the majority: then no failure was recorded, as the cause is probably this machine."""
    hosts: int = 0


def due_pages(
    pages: Iterable[CitedPage], known: dict[str, PageState], searched: Collection[tuple[str, str]], now: int, every: int
) -> list[CitedPage]:
    """Return the pages that are due at `now`, in the order to fetch them; `searched` are URLs and quotes with a result."""

    def wanted(page: CitedPage) -> bool:
        has_new_quotes = any((page.url, words) not in searched for words in page.quotes)
        return is_due(known.get(page.url), has_new_quotes=has_new_quotes, now=now, every=every)

    # Pages that exceeded a host's limit in the last run come first, so that all pages of a large host get a turn.
    return sorted(
        filter(wanted, pages),
        key=lambda page: not ((before := known.get(page.url)) and before.state is LinkState.BLOCKED),
    )


def keep(memory: Memory, cited: Collection[CitedPage]) -> None:
    """Delete all but these pages and their quotes from the memory. Raises StateError."""
    quotes = {(page.url, words) for page in cited for words in page.quotes}
    memory.forget_all_but(quotes, {page.url for page in cited})


async def verify(
    plan: Plan, memory: Memory, visit: Visit, *, readers: Readers, track: Callable[[int], Callable[[], None]]
) -> VerificationResult:
    """Fetch the content of the pages that are due, and record the results.

    `track` is called with the number of pages, and returns a function that is called after each page. Raises
    NoNetworkError, in which case nothing is recorded, and StateError when the memory cannot be written.
    """
    known, quotes = memory.pages(), memory.quotes()
    due = due_pages(plan.pages, known, quotes.keys(), plan.now, plan.every)
    network = _NetworkMonitor(len({host_of(page.url) for page in due}), plan.hosts_are_chosen)
    records = _Records(memory)
    run = _Verification(plan, readers, known, quotes, network, records)
    loop = asyncio.get_running_loop()
    until = None if plan.seconds is None else loop.time() + plan.seconds
    try:
        out_of_time = await run.fetch(through_content(visit), due, track(len(due)))
    except asyncio.CancelledError:
        # An interrupted run keeps what it has found.
        _write_failures(network, records)
        raise
    unreachable = _write_failures(network, records)
    if not (unreachable or out_of_time):
        await _find_copies(plan, memory, visit, known, until)
    if plan.cited is not None:
        keep(memory, plan.cited)
    not_due, hosts = len(plan.pages) - len(due), len(network.expected)
    return VerificationResult(records.written, not_due, network.unasked, out_of_time, unreachable, hosts)


# ---- parts of a run --------------------------------------------------------------------------------------------------


@dataclass
class _Records:
    """Results on their way into the memory: written in batches, and failures only at the end of the run."""

    memory: Memory
    written: int = 0
    """Pages."""
    _pending: list[tuple[PageState, list[QuoteResult]]] = field(default_factory=list)
    _failures: list[tuple[PageState, list[QuoteResult]]] = field(default_factory=list)
    _last_write: float = 0

    def add(self, state: PageState, quotes: list[QuoteResult]) -> None:
        """Add the result of a page, and write the batch when it is due."""
        if state.state in FAILED:
            self._failures.append((state, quotes))
            return
        self._pending.append((state, quotes))
        elapsed = asyncio.get_running_loop().time() - self._last_write
        if len(self._pending) >= _BATCH or elapsed > _BATCH_SECONDS:
            self.write()

    def write(self) -> None:
        """Write what is pending, without failures."""
        batch, self._pending = self._pending, []
        self._last_write = asyncio.get_running_loop().time()
        if batch:
            quotes = ((state.url, result) for state, results in batch for result in results)
            self.memory.record((state for state, _ in batch), quotes)
            self.written += len(batch)

    def write_failures(self) -> None:
        """Write the failures."""
        self._pending, self._failures = self._failures, []
        self.write()


@dataclass
class _NetworkMonitor:
    """Tells failures of hosts from those of this machine's network."""

    hosts: int
    """Number of hosts of the run."""
    are_chosen: bool = False
    """Whether one person may have chosen them."""
    unasked: int = 0
    """Pages without an answer because of this machine."""
    expected: set[str] = field(default_factory=set)
    """Hosts that were not unreachable before, and have an outcome."""
    _reached: set[str] = field(default_factory=set)
    _without_network: set[str] = field(default_factory=set)
    _in_doubt: list[tuple[CitedPage, NoAnswer]] = field(default_factory=list)
    """Pages without a route: a failure of their hosts if another host is reached afterwards, else of our network."""
    _had_network: bool = False

    def no_network(self, page: CitedPage, outcome: NoAnswer) -> None:
        """Note a page that could not be asked for. Raises NoNetworkError where there never was a network."""
        self.unasked += 1
        self._without_network.add(host_of(page.url))
        if outcome.trouble is Trouble.NETWORK:
            self._in_doubt.append((page, outcome))
        # A few hosts without a working name server may be all that has answered so far: so they must be the majority.
        without = len(self._without_network)
        few = without < min(_HOSTS_WITHOUT_NETWORK, self.hosts)
        if not self._had_network and not few and 2 * without >= self.hosts:
            raise NoNetworkError

    def answered(self, outcome: Outcome) -> None:
        """Note an outcome that came by the network. A refusal of ours says nothing about the network."""
        self._had_network |= not (isinstance(outcome, NoAnswer) and outcome.trouble is Trouble.REFUSED)

    def expect(self, host: str, before: PageState | None) -> None:
        """Note a host that has an outcome, unless its page was unreachable before."""
        if before is None or before.state is not LinkState.UNREACHABLE:
            self.expected.add(host)

    def reached(self, host: str) -> list[tuple[CitedPage, NoAnswer]]:
        """Note that a host was reached; return the pages whose earlier failures are therefore those of their hosts."""
        self._reached.add(host)
        blamed, self._in_doubt = self._in_doubt, []
        self.unasked -= len(blamed)
        return blamed

    def unreachable_hosts(self) -> int:
        """Return the number of unreachable hosts where they are the majority; else 0."""
        missed = self.expected - self._reached
        is_us = len(self.expected) >= _FEW_HOSTS and 2 * len(missed) > len(self.expected)
        return len(missed) if is_us and not self.are_chosen else 0


def _write_failures(network: _NetworkMonitor, records: _Records) -> int:
    """Write the failures unless most hosts were unreachable; return the number of unreachable hosts in that case."""
    unreachable = network.unreachable_hosts()
    if not unreachable:
        records.write_failures()
    return unreachable


@dataclass
class _Verification:
    """Turns the outcome of each page into its new state."""

    plan: Plan
    readers: Readers
    known: dict[str, PageState]
    """State of each page before its outcome, then after it."""
    quotes: dict[tuple[str, str], QuoteResult]
    """Results before the run, by address and quote."""
    network: _NetworkMonitor
    records: _Records

    async def fetch(self, visit: Visit, due: Sequence[CitedPage], tick: Callable[[], None]) -> int:
        """Fetch the pages and record their results, also when interrupted; return how many pages ran out of time."""
        pages = {page.url: page for page in due}
        taken = 0
        # An exception of `take` ends the run, whatever the visitor does with it.
        failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def take(request: PageRequest, outcome: Outcome) -> None:
            nonlocal taken
            tick()
            taken += 1
            try:
                await self._take(pages[request.url], request, outcome)
            except Exception as error:
                if not failed.done():
                    failed.set_exception(error)
                raise

        visiting = asyncio.ensure_future(visit([self._request(page) for page in due], take))
        try:
            ended, _ = await asyncio.wait(
                {visiting, failed}, timeout=self.plan.seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if failed.done():
                failed.result()
            if ended:
                await visiting
        finally:
            visiting.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await visiting
            failed.cancel()
            self.records.write()
        return 0 if ended else len(due) - taken

    def _request(self, page: CitedPage) -> PageRequest:
        known = self.known.get(page.url)
        results = [self.quotes.get((page.url, words)) for words in page.quotes]
        # The whole page is needed where the result of a quote is not known.
        if known is None or any(result is None or result.said is QuoteStatus.UNKNOWN for result in results):
            return PageRequest(page.url)
        return PageRequest(page.url, known.etag or None, known.last_modified or None)

    async def _take(self, page: CitedPage, request: PageRequest, outcome: Outcome) -> None:
        if isinstance(outcome, NoAnswer) and outcome.trouble in (Trouble.NETWORK, Trouble.RESOURCES):
            self.network.no_network(page, outcome)
            return
        self.network.answered(outcome)
        if isinstance(outcome, NotModified) and not (request.etag or request.last_modified):
            outcome = NoAnswer(outcome.hops, Trouble.PROTOCOL, "it answers that nothing has changed, without a page")
        results = await self._search(page, outcome)
        says_all = bool(results) and all(result.said is QuoteStatus.FOUND for result in results)
        finding = judge(page.url, outcome, says_all=says_all)
        if finding is None:
            return
        before = self.known.get(page.url)
        self.network.expect(host_of(page.url), before)
        if finding.state is not LinkState.UNREACHABLE:
            for blamed, silence in self.network.reached(host_of(page.url)):
                self.network.expect(host_of(blamed.url), self.known.get(blamed.url))
                self._record(blamed, PageFinding(LinkState.UNREACHABLE, silence.words), silence, ())
        self._record(page, finding, outcome, results)

    async def _search(self, page: CitedPage, outcome: Outcome) -> Sequence[QuoteResult]:
        """Search a page for its quotes; nothing where there is no page, or no quote."""
        if not isinstance(outcome, Fetched) or not page.quotes:
            return ()
        path = content_path(page.url, outcome.hops)
        job = ReadingJob(outcome.data, outcome.content_type, path, outcome.whole, page.quotes)
        return await self.readers.search(job)

    def _record(self, page: CitedPage, finding: PageFinding, outcome: Outcome, results: Sequence[QuoteResult]) -> None:
        now, before = self.plan.now, self.known.get(page.url)
        state = self.known[page.url] = update_page_state(page.url, before, finding, outcome, now)
        if isinstance(outcome, Fetched) and state.state in (LinkState.FINE, LinkState.MOVED):
            quotes = [replace(result, checked=now) for result in results]
        else:
            unknown = (words for words in page.quotes if (page.url, words) not in self.quotes)
            quotes = [QuoteResult(words, QuoteStatus.UNKNOWN, checked=now) for words in unknown]
        self.records.add(state, quotes)


# ---- copies ----------------------------------------------------------------------------------------------------------


async def _find_copies(
    plan: Plan, memory: Memory, visit: Visit, known: dict[str, PageState], until: float | None
) -> None:
    """Ask the archive for copies of pages that failed, or of all, until a time of the event loop's clock; ignore failures."""
    copies = memory.copies()
    wanted = (page for page in plan.pages if _needs_copy(plan, page, known, copies))
    asking = {availability_url(page.url, page.read_last): page.url for page in wanted}
    if not asking:
        return
    found: list[tuple[str, ArchiveCopy]] = []

    async def take(request: PageRequest, outcome: Outcome) -> None:
        if isinstance(outcome, Fetched) and outcome.whole:
            url = asking[request.url]
            place = read_copy(outcome.data, url)
            if place is not None:
                found.append((url, ArchiveCopy(place, plan.now)))

    try:
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                await visit([PageRequest(address) for address in asking], take)
    finally:
        memory.record(copies=found)


def _needs_copy(plan: Plan, page: CitedPage, known: dict[str, PageState], copies: dict[str, ArchiveCopy]) -> bool:
    """Return whether to ask the archive for a copy of a page, for the first time or again."""
    state = known[page.url].state if page.url in known else LinkState.UNCHECKED
    if not page.has_no_copy or not (plan.copies_of_all or state in FAILED):
        return False
    copy = copies.get(page.url)
    return copy is None or not 0 <= plan.now - copy.asked < ASKED_AGAIN_AFTER
