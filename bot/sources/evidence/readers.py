"""Reading and searching pages in separate processes, each with a limit of time and of memory.

All work on a page is bounded, but may take minutes for a hostile PDF. The process of such a page is killed, without delay for
the others.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import TYPE_CHECKING, Self, TypeVar

from bot.bounded import BoundedProcess, Limit, OverLimitError
from bot.sources.evidence.page_state import QuoteResult
from bot.sources.evidence.pages import PageFormat, Unreadable, read_page
from bot.sources.evidence.quotes import ExactMatch, NearMatch, NoMatch
from bot.sources.evidence.report import QuoteStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.sources.evidence.pages import Page

LONGEST_READING = 30.0
"""Seconds for one page."""
_BROKEN = "reading it failed"
Result = TypeVar("Result")
_EMPTY_SHELL = 200
"""Letters below which an HTML page with scripts is taken for one that scripts would fill."""


@dataclass(frozen=True, slots=True)
class ReadingJob:
    """A page to read, and the quotes to search for."""

    data: bytes
    content_type: str
    path: str
    """Of its URL."""
    whole: bool
    quotes: tuple[str, ...]


def search_quotes(job: ReadingJob) -> list[QuoteResult]:
    """Return a result for each quote, in order, without its time."""
    page = read_page(job.data, job.content_type, path=job.path)
    if isinstance(page, Unreadable):
        return [QuoteResult(quote, QuoteStatus.UNKNOWN, why=page.reason) for quote in job.quotes]
    text = page.searchable()
    return [_result(quote, text.find(quote), page, job) for quote in job.quotes]


def _result(quote: str, found: ExactMatch | NearMatch | NoMatch, page: Page, job: ReadingJob) -> QuoteResult:
    if isinstance(found, ExactMatch):
        return QuoteResult(quote, QuoteStatus.FOUND)
    closest = found.passage if isinstance(found, NearMatch) else ""
    if missing := page.missing or _unsent(job):
        why = f"{missing}, so it may contain the quote nevertheless"
        return QuoteResult(quote, QuoteStatus.UNKNOWN, closest, why)
    if page.format is PageFormat.HTML and len(page.text) < _EMPTY_SHELL and b"<script" in job.data:
        why = "scripts generate its text, and they are not executed here"
        return QuoteResult(quote, QuoteStatus.UNKNOWN, closest, why)
    return QuoteResult(quote, QuoteStatus.NEAR if closest else QuoteStatus.MISSING, closest)


def _unsent(job: ReadingJob) -> str:
    return "" if job.whole else "only a part of its text was sent"


def find_quote(job: ReadingJob) -> tuple[Page, ExactMatch | NearMatch | NoMatch] | Unreadable:
    """Return the page, and the match of the first quote."""
    page = read_page(job.data, job.content_type, path=job.path)
    if isinstance(page, Unreadable):
        return page
    page = replace(page, missing=page.missing or _unsent(job))
    return page, page.searchable().find(job.quotes[0])


def find_in_process(job: ReadingJob) -> tuple[Page, ExactMatch | NearMatch | NoMatch] | Unreadable | str:
    """Run `find_quote` in a separate process; return a phrase that begins with "it" where that fails."""
    process = BoundedProcess(LONGEST_READING)
    try:
        return _within_limits(process, find_quote, job)
    finally:
        process.end()


class Readers:
    """A pool of processes that read pages; each is started when it is first needed."""

    def __init__(self, processes: int = 2, seconds: float = LONGEST_READING) -> None:
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="reading")
        self._free: SimpleQueue[BoundedProcess] = SimpleQueue()
        self._all = [BoundedProcess(seconds) for _ in range(processes)]
        for process in self._all:
            self._free.put(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # First, so that no waiting page starts another process.
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self._all:
            process.end()
        self._threads.shutdown()

    async def search(self, job: ReadingJob) -> Sequence[QuoteResult]:
        """Return a result for each quote, in order; unknown where reading takes too long or fails."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._search, job)

    def _search(self, job: ReadingJob) -> Sequence[QuoteResult]:
        # There are as many processes as threads, so one is always free.
        process = self._free.get()
        try:
            answer = _within_limits(process, search_quotes, job)
        finally:
            self._free.put(process)
        if not isinstance(answer, str):
            return answer
        return [QuoteResult(quote, QuoteStatus.UNKNOWN, why=answer) for quote in job.quotes]


def _within_limits(process: BoundedProcess, task: Callable[[ReadingJob], Result], job: ReadingJob) -> Result | str:
    """Return the result of a task in a process, or the reason why there is none."""
    try:
        return process.call(_guarded, task, job)
    except OverLimitError as error:
        match error.limit:
            case Limit.TIME | Limit.CLOCK:
                return f"it takes longer than {process.seconds:g} seconds to read"
            case Limit.MEMORY:
                return "it takes too much memory to read"
            case Limit.BROKEN:
                return _BROKEN


def _guarded(task: Callable[[ReadingJob], Result], job: ReadingJob) -> Result | str:
    """Return the result of a task, or that it failed: a hostile page must not end the run."""
    try:
        return task(job)
    except MemoryError:
        raise
    except Exception:
        return _BROKEN
