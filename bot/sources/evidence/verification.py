"""One run over the cited pages: which are due, asking for them, reading them, and what is known afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from bot.sources.evidence.addresses import url_path
from bot.sources.evidence.archive import ASKED_AGAIN_AFTER, availability_url, read_copy
from bot.sources.evidence.cited import host_of
from bot.sources.evidence.judging import PageFinding, judge, update_page_state
from bot.sources.evidence.known import FAILED, ArchiveCopy, PageState, QuoteResult, is_due
from bot.sources.evidence.readers import Readers, ReadingJob
from bot.sources.evidence.report import LinkState, QuoteStatus
from bot.sources.web.outcome import Fetched, NoAnswer, NotModified, Outcome, PageRequest, Trouble

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.sources.evidence.cited import CitedPage
    from bot.sources.evidence.memory import Memory
    from bot.sources.evidence.readers import SearchResult

Take: TypeAlias = Callable[[PageRequest, Outcome], Awaitable[None]]
Visit: TypeAlias = Callable[[Iterable[PageRequest], Take], Awaitable[None]]
"""Asks for pages, and hands what comes of each to a function: `bot.sources.web.visiting.visit`."""

_HOSTS_WITHOUT_NETWORK = 5
"""How many hosts there is no network for, at least, until the run is given up."""
_FEW_HOSTS = 10
"""Below that, most of them being unreachable says nothing about us."""
_BATCH = 1000
_BATCH_SECONDS = 20


class NoNetworkError(Exception):
    """There is no network here, so nothing can be said about any page."""


@dataclass(frozen=True)
class Plan:
    """What a run is to do."""

    pages: Sequence[CitedPage]
    """Those that it may ask for."""
    now: int
    """The moment of the run, in seconds since 1970."""
    every: int
    """After how many seconds a page that answered is asked for again."""
    copies_of_all: bool = False
    """Whether the archive is asked about all pages without a copy, not only about those that failed."""
    cited: Collection[CitedPage] | None = None
    """All pages that anything cites, where that is known: the others are forgotten."""
    seconds: float | None = None
    """How long pages, and the archive, are asked; what there is no time for stays due. None: as long as it takes."""


@dataclass(frozen=True)
class VerificationResult:
    """What a run came to."""

    asked: int
    """For how many pages an answer was recorded."""
    not_due: int
    unasked: int = 0
    """For how many pages there was no network, and none afterwards either; or no room for a connection."""
    out_of_time: int = 0
    """For how many pages there was no time."""
    unreachable_hosts: int = 0
    """Where most hosts could not be reached, how many: then no failure was recorded, as it is probably us."""
    hosts: int = 0
    """Of how many."""


def due_pages(
    pages: Iterable[CitedPage], known: dict[str, PageState], told: Collection[tuple[str, str]], now: int, every: int
) -> list[CitedPage]:
    """The pages that are to be asked for at the moment `now`, in this order."""
    due = [
        page
        for page in pages
        if is_due(known.get(page.url), has_new_quotes=_has_new_quotes(page, told), now=now, every=every)
    ]
    # Those for which it was too much the last time come first, so that a host with many pages shows all of them in time.
    return sorted(due, key=lambda page: not ((before := known.get(page.url)) and before.state is LinkState.BLOCKED))


def _has_new_quotes(page: CitedPage, told: Collection[tuple[str, str]]) -> bool:
    return any((page.url, words) not in told for words in page.quotes)


def keep(memory: Memory, cited: Collection[CitedPage]) -> None:
    """Forgets all but these pages and their quotes. Raises StateError when the memory can't be written."""
    quotes = {(page.url, words) for page in cited for words in page.quotes}
    memory.forget_all_but(quotes, {page.url for page in cited})


async def verify(
    plan: Plan, memory: Memory, visit: Visit, *, readers: Readers, track: Callable[[int], Callable[[], None]]
) -> VerificationResult:
    """Asks for the pages that are due, and remembers what came of it.

    `track` is told how many pages there are, and gives a function that is called after each. Raises NoNetworkError, and
    then nothing is remembered; StateError when the memory can't be written.
    """
    known, told = memory.pages(), memory.quotes()
    due = due_pages(plan.pages, known, told.keys(), plan.now, plan.every)
    run = _Verification(plan, memory, readers, known, told, track(len(due)))
    loop = asyncio.get_running_loop()
    until = None if plan.seconds is None else loop.time() + plan.seconds
    try:
        await run.ask(visit, due)
    except asyncio.CancelledError:
        # Whoever stops a run that takes long keeps what it has found.
        run.end()
        raise
    unreachable, hosts = run.end()
    if not (unreachable or run.out_of_time):
        await _look_for_copies(plan, memory, visit, run.known, until)
    if plan.cited is not None:
        keep(memory, plan.cited)
    return VerificationResult(
        run.recorded, len(plan.pages) - len(due), run.unasked, run.out_of_time, unreachable, hosts
    )


@dataclass
class _Verification:
    """A run while it goes on."""

    plan: Plan
    memory: Memory
    readers: Readers
    known: dict[str, PageState]
    """What is known of each page: before it, then after it."""
    told: dict[tuple[str, str], QuoteResult]
    tick: Callable[[], None]
    recorded: int = 0
    unasked: int = 0
    taken: int = 0
    """For how many pages there was any outcome."""
    out_of_time: int = 0
    _pages: dict[str, CitedPage] = field(default_factory=dict)
    _hosts: dict[str, str] = field(default_factory=dict)
    """By address of the page."""
    _hosts_to_ask: int = 0
    _learned: list[tuple[PageState, list[QuoteResult]]] = field(default_factory=list)
    _failed: list[tuple[PageState, list[QuoteResult]]] = field(default_factory=list)
    """Kept back until the end: if most hosts can't be reached, it is probably us."""
    _written: float = 0
    _expected: set[str] = field(default_factory=set)
    """The hosts that weren't known to be unreachable."""
    _reached: set[str] = field(default_factory=set)
    _without_network: set[str] = field(default_factory=set)
    _in_doubt: list[tuple[CitedPage, NoAnswer]] = field(default_factory=list)
    """Pages that no way led to: their hosts' fault, should others be reached afterwards; else that of our network."""
    _had_network: bool = False
    _stopped: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    async def ask(self, visit: Visit, due: Sequence[CitedPage]) -> None:
        """Visits the pages; keeps what was learned of them, also when it is stopped in between."""
        self._pages = {page.url: page for page in due}
        self._hosts = {page.url: host_of(page.url) for page in due}
        self._hosts_to_ask = len(set(self._hosts.values()))
        visiting = asyncio.ensure_future(visit([self._wanted(page) for page in due], self._take_or_stop))
        try:
            ended, _ = await asyncio.wait(
                {visiting, self._stopped}, timeout=self.plan.seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if self._stopped.done():
                self._stopped.result()
            if ended:
                await visiting
            else:
                self.out_of_time = len(due) - self.taken
        finally:
            visiting.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await visiting
            self._stopped.cancel()
            self._write()

    def end(self) -> tuple[int, int]:
        """Records the failures, unless most hosts couldn't be reached: returns then how many, and of how many."""
        missed = self._expected - self._reached
        if len(self._expected) >= _FEW_HOSTS and 2 * len(missed) > len(self._expected):
            return len(missed), len(self._expected)
        self._learned, self._failed = self._failed, []
        self._write()
        return 0, len(self._expected)

    def _wanted(self, page: CitedPage) -> PageRequest:
        known = self.known.get(page.url)
        # The whole page is needed where it isn't known whether it says something.
        if known is None or not all(self._is_told(page, words) for words in page.quotes):
            return PageRequest(page.url)
        return PageRequest(page.url, known.etag or None, known.last_modified or None)

    def _is_told(self, page: CitedPage, words: str) -> bool:
        told = self.told.get((page.url, words))
        return told is not None and told.said is not QuoteStatus.UNKNOWN

    async def _take_or_stop(self, wanted: PageRequest, outcome: Outcome) -> None:
        """As `_take`; what goes wrong there ends the run, whatever the visitor makes of it."""
        try:
            await self._take(wanted, outcome)
        except Exception as error:
            if not self._stopped.done():
                self._stopped.set_exception(error)
            raise

    async def _take(self, wanted: PageRequest, outcome: Outcome) -> None:
        page, host = self._pages[wanted.url], self._hosts[wanted.url]
        self.tick()
        self.taken += 1
        if isinstance(outcome, NoAnswer) and outcome.trouble in (Trouble.NETWORK, Trouble.RESOURCES):
            self._no_network(page, outcome)
            return
        # What we refuse to ask for says nothing of the network.
        self._had_network |= not (isinstance(outcome, NoAnswer) and outcome.trouble is Trouble.REFUSED)
        if isinstance(outcome, NotModified) and not (wanted.etag or wanted.last_modified):
            outcome = NoAnswer(outcome.hops, Trouble.PROTOCOL, "it answers that nothing has changed, without a page")
        answers: Sequence[SearchResult] = ()
        if isinstance(outcome, Fetched) and page.quotes:
            path = url_path(outcome.hops[-1].url if outcome.hops else page.url)
            answers = await self.readers.search(
                ReadingJob(outcome.data, outcome.content_type, path, outcome.whole, page.quotes)
            )
        says_all = bool(answers) and all(answer.said is QuoteStatus.FOUND for answer in answers)
        finding = judge(page.url, outcome, says_all=says_all)
        if finding is None:
            return
        before = self.known.get(page.url)
        if before is None or before.state is not LinkState.UNREACHABLE:
            self._expected.add(host)
        if finding.state is not LinkState.UNREACHABLE:
            self._reached.add(host)
            self._blame_hosts()
        known = self.known[page.url] = update_page_state(page.url, before, finding, outcome, self.plan.now)
        learned = known, self._quotes(page, outcome, known, answers)
        if finding.state in FAILED:
            self._failed.append(learned)
            return
        self._learned.append(learned)
        if len(self._learned) >= _BATCH or asyncio.get_running_loop().time() - self._written > _BATCH_SECONDS:
            self._write()

    def _quotes(
        self, page: CitedPage, outcome: Outcome, known: PageState, answers: Sequence[SearchResult]
    ) -> list[QuoteResult]:
        """What is known of the quotes afterwards, as far as it isn't what was known before."""
        now = self.plan.now
        if isinstance(outcome, Fetched) and known.state in (LinkState.FINE, LinkState.MOVED):
            return [QuoteResult(words, *answer, now) for words, answer in zip(page.quotes, answers, strict=True)]
        return [
            QuoteResult(words, QuoteStatus.UNKNOWN, checked=now)
            for words in page.quotes
            if (page.url, words) not in self.told
        ]

    def _no_network(self, page: CitedPage, outcome: NoAnswer) -> None:
        """Gives up where there never was one. Raises NoNetworkError."""
        self.unasked += 1
        self._without_network.add(self._hosts[page.url])
        if outcome.trouble is Trouble.NETWORK:
            self._in_doubt.append((page, outcome))
        # A few hosts without a name server that works may be all that has answered so far, so they have to be most.
        without = len(self._without_network)
        few = without < min(_HOSTS_WITHOUT_NETWORK, self._hosts_to_ask)
        if not self._had_network and not few and 2 * without >= self._hosts_to_ask:
            raise NoNetworkError

    def _blame_hosts(self) -> None:
        """There is a network: so what couldn't be reached a while ago was the hosts' own fault."""
        in_doubt, self._in_doubt = self._in_doubt, []
        for page, outcome in in_doubt:
            self.unasked -= 1
            before = self.known.get(page.url)
            if before is None or before.state is not LinkState.UNREACHABLE:
                self._expected.add(self._hosts[page.url])
            silent = PageFinding(LinkState.UNREACHABLE, outcome.words)
            known = self.known[page.url] = update_page_state(page.url, before, silent, outcome, self.plan.now)
            self._failed.append((known, self._quotes(page, outcome, known, ())))

    def _write(self) -> None:
        batch, self._learned = self._learned, []
        self._written = asyncio.get_running_loop().time()
        if batch:
            quotes = ((known.url, told) for known, all_told in batch for told in all_told)
            self.memory.record((known for known, _ in batch), quotes)
            self.recorded += len(batch)


# ---- copies ----------------------------------------------------------------------------------------------------------


async def _look_for_copies(
    plan: Plan, memory: Memory, visit: Visit, known: dict[str, PageState], until: float | None
) -> None:
    """Asks the archive for copies of pages that failed, or of all. What goes wrong there is no failure of any page.

    `until` is when the event loop's clock says that there is no more time.
    """
    copies = memory.copies()
    asking = {
        availability_url(page.url, page.read_last): page.url
        for page in plan.pages
        if _needs_copy(plan, page, known, copies)
    }
    if not asking:
        return
    found: list[tuple[str, ArchiveCopy]] = []

    async def take(wanted: PageRequest, outcome: Outcome) -> None:
        if isinstance(outcome, Fetched) and outcome.whole:
            url = asking[wanted.url]
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
    """Whether the archive is to be asked for a copy of this page, again or for the first time."""
    state = known[page.url].state if page.url in known else LinkState.UNCHECKED
    if not page.has_no_copy or not (plan.copies_of_all or state in FAILED):
        return False
    copy = copies.get(page.url)
    return copy is None or not 0 <= plan.now - copy.asked < ASKED_AGAIN_AFTER
