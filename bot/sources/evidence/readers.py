"""Reading and searching pages in separate processes, each with a limit of time and of memory.

All work on a page is bounded, but may take minutes for a hostile PDF. The process of such a page is killed, without delay for
the others.
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

    from bot.sources.evidence.pages import Page

LONGEST_READING = 30.0
"""Seconds for one page."""
LARGEST_MEMORY = 1 << 30
"""Bytes of a process, where the system can limit them."""
_LONGEST_START = 60
_READY = "ready"
Result = TypeVar("Result")
_EMPTY_SHELL = 200
"""Letters below which an HTML page with scripts is taken for one that scripts would fill."""


class SearchResult(NamedTuple):
    """Result of searching a page for a quote; picklable."""

    said: QuoteStatus
    closest: str = ""
    why: str = ""
    """Reason where the result is unknown: a phrase that begins with "it"."""


@dataclass(frozen=True, slots=True)
class ReadingJob:
    """A page to read, and the quotes to search for."""

    data: bytes
    content_type: str
    path: str
    """Of its URL."""
    whole: bool
    """Whether the data is the whole page."""
    quotes: tuple[str, ...]


def search_quotes(job: ReadingJob) -> list[SearchResult]:
    """Return a result for each quote, in order."""
    page = read_page(job.data, job.content_type, path=job.path)
    if isinstance(page, Unreadable):
        return [SearchResult(QuoteStatus.UNKNOWN, why=page.reason)] * len(job.quotes)
    text = page.searchable()
    return [_result(text.find(quote), page, job) for quote in job.quotes]


def _result(found: ExactMatch | NearMatch | NoMatch, page: Page, job: ReadingJob) -> SearchResult:
    if isinstance(found, ExactMatch):
        return SearchResult(QuoteStatus.FOUND)
    closest = found.passage if isinstance(found, NearMatch) else ""
    if not (page.whole and job.whole):
        return SearchResult(
            QuoteStatus.UNKNOWN, closest, "it could only be read in part, and may say the quote in the rest"
        )
    if page.format is PageFormat.HTML and len(page.text) < _EMPTY_SHELL and b"<script" in job.data:
        return SearchResult(QuoteStatus.UNKNOWN, closest, "it is filled by scripts, which nobody runs here")
    return SearchResult(QuoteStatus.NEAR if closest else QuoteStatus.MISSING, closest)


def find_quote(job: ReadingJob) -> tuple[Page, ExactMatch | NearMatch | NoMatch] | Unreadable:
    """Return the page, and the match of the first quote."""
    page = read_page(job.data, job.content_type, path=job.path)
    if isinstance(page, Unreadable):
        return page
    page = page if job.whole else replace(page, whole=False)
    return page, page.searchable().find(job.quotes[0])


def find_in_process(job: ReadingJob) -> tuple[Page, ExactMatch | NearMatch | NoMatch] | Unreadable | str:
    """Run `find_quote` in a separate process; return a phrase that begins with "it" where that fails."""
    reader = _ReaderProcess()
    try:
        return reader.ask(find_quote, job, LONGEST_READING)
    finally:
        reader.end()


class Readers:
    """A pool of processes that read pages; each is started when it is first needed."""

    def __init__(self, processes: int = 2, seconds: float = LONGEST_READING) -> None:
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="reading")
        self._free: SimpleQueue[_ReaderProcess] = SimpleQueue()
        self._all: list[_ReaderProcess] = [_ReaderProcess() for _ in range(processes)]
        for reader in self._all:
            self._free.put(reader)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # First, so that no waiting page starts another process.
        self._threads.shutdown(wait=False, cancel_futures=True)
        for reader in self._all:
            reader.end()
        self._threads.shutdown()

    async def search(self, job: ReadingJob) -> Sequence[SearchResult]:
        """Return a result for each quote, in order; unknown where reading takes too long or fails."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._search, job)

    def _search(self, job: ReadingJob) -> Sequence[SearchResult]:
        # There are as many processes as threads, so one is always free.
        reader = self._free.get()
        try:
            answer = reader.ask(search_quotes, job, self._seconds)
        finally:
            self._free.put(reader)
        return [SearchResult(QuoteStatus.UNKNOWN, why=answer)] * len(job.quotes) if isinstance(answer, str) else answer


class _ReaderProcess:
    """A process that is replaced after it had to be killed."""

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._ours: Connection | None = None
        self._lock = Lock()
        """Guards against a thread that ends the process while another one starts it."""
        self._ended = False

    def ask(self, task: Callable[[ReadingJob], Result], job: ReadingJob, seconds: float) -> Result | str:
        """Return the result of a task in the process, or the reason why there is none."""
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
        """Return the connection to a process that is ready. Raises RuntimeError where none can be started."""
        if self._ours is None or self._process is None or not self._process.is_alive():
            self.stop()
            # `spawn`: a forked process would inherit open connections and the pipes of the other processes.
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
        """Wait, so that the time or failure of the start does not count for a page."""
        with suppress(OSError, EOFError):
            if connection.poll(_LONGEST_START) and connection.recv() == _READY:
                return
        self.stop()
        raise RuntimeError("the process that reads pages doesn't start")

    def stop(self) -> None:
        """Kill the process; the next page starts another."""
        with self._lock:
            process, ours, self._process, self._ours = self._process, self._ours, None, None
        if process is not None:
            process.kill()
            process.join()
        if ours is not None:
            with suppress(OSError):
                ours.close()

    def end(self) -> None:
        """Kill the process for good, also while it is being started."""
        with self._lock:
            self._ended = True
        self.stop()


def _start(process: BaseProcess) -> None:
    """Start a process that never receives Ctrl-C, not even before it can ignore the signal itself."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        process.start()
        return
    # First, because its start unblocks the signal again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(connection: Connection) -> None:
    """Read page after page until the connection is closed: the main function of a process."""
    # Ctrl-C ends the parent, which closes the connection.
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
            except Exception:  # a hostile page must not end the process
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
