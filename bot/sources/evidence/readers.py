"""Reading pages and looking for their quotes in processes of their own, each with a limit of time and of memory.

All work on a page is bounded, but bounded isn't quick: a PDF may be made to need minutes. One that does is given up, and its
process with it, without holding up the others.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import resource_tracker
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, Self, TypeVar

from bot.sources.evidence.pages import PageFormat, Unreadable, read_page
from bot.sources.evidence.quotes import ExactMatch, NearMatch, NoMatch
from bot.sources.evidence.report import QuoteStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from types import TracebackType

    from bot.sources.evidence.pages import Page

LONGEST_READING = 30.0
"""Seconds for one page."""
LARGEST_MEMORY = 1 << 30
"""Bytes that a process may take, where the system can limit that."""
_LONGEST_START = 60
_READY = "ready"
Result = TypeVar("Result")
_EMPTY_SHELL = 200
"""Letters below which an HTML page with scripts in it says nothing by itself: scripts would fill it."""


class SearchResult(NamedTuple):
    """Whether a page says some words; picklable, and made of values alone."""

    said: QuoteStatus
    closest: str = ""
    why: str = ""
    """Why it isn't known: a phrase behind "it"."""


@dataclass(frozen=True, slots=True)
class ReadingJob:
    """A page to be read, and what to look for."""

    data: bytes
    content_type: str
    path: str
    """That of its address."""
    whole: bool
    """Whether the data is all of the page."""
    quotes: tuple[str, ...]


def search_quotes(job: ReadingJob) -> list[SearchResult]:
    """An answer for each quote, in order."""
    page = read_page(job.data, job.content_type, path=job.path)
    if isinstance(page, Unreadable):
        return [SearchResult(QuoteStatus.UNKNOWN, why=page.reason)] * len(job.quotes)
    text = page.searchable()
    return [_answer(text.find(quote), page, job) for quote in job.quotes]


def _answer(found: ExactMatch | NearMatch | NoMatch, page: Page, job: ReadingJob) -> SearchResult:
    if isinstance(found, ExactMatch):
        return SearchResult(QuoteStatus.FOUND)
    closest = found.passage if isinstance(found, NearMatch) else ""
    if not (page.whole and job.whole):
        return SearchResult(
            QuoteStatus.UNKNOWN, closest, "it could only be read in part, and may say the quote in the rest"
        )
    if page.kind is PageFormat.HTML and len(page.text) < _EMPTY_SHELL and b"<script" in job.data:
        return SearchResult(QuoteStatus.UNKNOWN, closest, "it is filled by scripts, which nobody runs here")
    return SearchResult(QuoteStatus.NEAR if closest else QuoteStatus.MISSING, closest)


def find_quote(job: ReadingJob) -> tuple[Page, ExactMatch | NearMatch | NoMatch] | Unreadable:
    """The page, and where it says the first of the words to look for."""
    page = read_page(job.data, job.content_type, path=job.path)
    if isinstance(page, Unreadable):
        return page
    page = page if job.whole else replace(page, whole=False)
    return page, page.searchable().find(job.quotes[0])


def find_in_process(job: ReadingJob) -> tuple[Page, ExactMatch | NearMatch | NoMatch] | Unreadable | str:
    """As `find_quote`, in a process of its own; a phrase behind "it" where that takes too long or breaks down."""
    reader = _ReaderProcess()
    try:
        return reader.ask(find_quote, job, LONGEST_READING)
    finally:
        reader.end()


class Readers:
    """A few processes that read pages; none is started before there is something to read."""

    def __init__(self, processes: int = 2, seconds: float = LONGEST_READING) -> None:
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="reading")
        self._free: SimpleQueue[_ReaderProcess] = SimpleQueue()
        self._all: list[_ReaderProcess] = [_ReaderProcess() for _ in range(processes)]
        for reader in self._all:
            self._free.put(reader)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # First, so that no page that is still waiting starts a process anew.
        self._threads.shutdown(wait=False, cancel_futures=True)
        for reader in self._all:
            reader.end()
        self._threads.shutdown()

    async def search(self, job: ReadingJob) -> Sequence[SearchResult]:
        """An answer for each quote, in order; that it isn't known where reading takes too long or breaks down."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._search, job)

    def _search(self, job: ReadingJob) -> Sequence[SearchResult]:
        # There are as many readers as threads, so that one is free.
        reader = self._free.get()
        try:
            answer = reader.ask(search_quotes, job, self._seconds)
        finally:
            self._free.put(reader)
        return [SearchResult(QuoteStatus.UNKNOWN, why=answer)] * len(job.quotes) if isinstance(answer, str) else answer


class _ReaderProcess:
    """One process, which is replaced when it had to be ended."""

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._ours: Connection | None = None
        self._lock = Lock()
        """Whoever ends it may do so while another thread starts it."""
        self._ended = False

    def ask(self, task: Callable[[ReadingJob], Result], job: ReadingJob, seconds: float) -> Result | str:
        """What comes of a task there, or why nothing does."""
        connection = self._started()
        try:
            connection.send((task, job))
            if not connection.poll(seconds):
                self.stop()
                return f"it takes longer than {seconds:g} seconds to read"
            answer: Result | str = connection.recv()
        except (OSError, EOFError):
            self.stop()
            return "reading it broke down"
        return answer

    def _started(self) -> Connection:
        """The connection to a process that is ready. Raises RuntimeError where none can be started here."""
        if self._ours is None or self._process is None or not self._process.is_alive():
            self.stop()
            # A fresh interpreter: what this one has open, such as connections and other readers, is not for them.
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs,), daemon=True)
            _start(process)
            theirs.close()
            with self._lock:
                self._process, self._ours, ended = process, ours, self._ended
            if ended:
                self.stop()
            self._wait_until_ready(ours)
            return ours
        return self._ours

    def _wait_until_ready(self, connection: Connection) -> None:
        """So that its start counts for no page, and no page is blamed for what is wrong with it."""
        with suppress(OSError, EOFError):
            if connection.poll(_LONGEST_START) and connection.recv() == _READY:
                return
        self.stop()
        raise RuntimeError("the process that reads pages doesn't start")

    def stop(self) -> None:
        """Ends the process; the next page starts another."""
        with self._lock:
            process, ours, self._process, self._ours = self._process, self._ours, None, None
        if process is not None:
            process.kill()
            process.join()
        if ours is not None:
            with suppress(OSError):
                ours.close()

    def end(self) -> None:
        """Ends the process for good, also one that is only being started."""
        with self._lock:
            self._ended = True
        self.stop()


def _start(process: BaseProcess) -> None:
    """Starts a process that Ctrl-C never reaches, not even before it can say that it doesn't care."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        process.start()
        return
    # First, as starting that one lets Ctrl-C through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(connection: Connection) -> None:
    """What a process does: reads page after page, until nobody is there any more."""
    # Who stops the run by Ctrl-C stops this one through the end of the connection.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    with suppress(EOFError, OSError):
        connection.send(_READY)
        while True:
            task, job = connection.recv()
            try:
                answer = task(job)
            except MemoryError:
                answer = "it takes too much memory to read"
            except Exception:  # of whatever kind: the page is anybody's, and the others are to be read
                answer = "reading it broke down"
            connection.send(answer)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    with suppress(ValueError, OSError):
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = LARGEST_MEMORY if hard == resource.RLIM_INFINITY else min(LARGEST_MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
