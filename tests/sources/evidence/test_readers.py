"""Reading in separate processes: results for good pages, and an end to endless ones."""

from __future__ import annotations

import asyncio
import os
import signal
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.sources.evidence import readers as module
from bot.sources.evidence.pages import Unreadable
from bot.sources.evidence.quotes import ExactMatch
from bot.sources.evidence.readers import Readers, ReadingJob, SearchResult, find_in_process, search_quotes
from bot.sources.evidence.report import QuoteStatus
from tests.sources.evidence.pdfs import pdf

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

PAGE = b"<title>Example</title><p>All weights are released under Apache 2.0, and so is the code of the training."


def job(data: bytes = PAGE, *quotes: str, kind: str = "text/html", path: str = "/x", whole: bool = True) -> ReadingJob:
    return ReadingJob(data, kind, path, whole, quotes or ("weights are released",))


LONG = b"<p>Nothing of interest is said here." * 20
CASES: dict[str, tuple[ReadingJob, QuoteStatus, str]] = {
    "said": (job(), QuoteStatus.FOUND, ""),
    "nearly said": (job(PAGE, "weights were released"), QuoteStatus.NEAR, ""),
    "not said": (job(LONG), QuoteStatus.MISSING, ""),
    "said in a PDF": (job(pdf(["The weights are re-", "leased."]), kind="application/pdf"), QuoteStatus.FOUND, ""),
    "said in a part": (job(whole=False), QuoteStatus.FOUND, ""),
    "not said in a part": (job(LONG, whole=False), QuoteStatus.UNKNOWN, "in part"),
    "filled by scripts": (job(b"<div id=app></div><script src=x></script>"), QuoteStatus.UNKNOWN, "scripts"),
    "a picture": (job(b"\x89PNG\0", kind="image/png"), QuoteStatus.UNKNOWN, "image/png"),
    "a broken PDF": (job(b"%PDF-1.7 oh", kind="application/pdf"), QuoteStatus.UNKNOWN, "broken"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_readable_text_of_html(case: str) -> None:
    asked, said, why = CASES[case]
    (answer,) = search_quotes(asked)
    assert answer.said is said
    assert why in answer.why
    assert bool(answer.closest) == (said is QuoteStatus.NEAR)


def asked_in_turn(readers: Readers, *jobs: ReadingJob) -> list[list[SearchResult]]:
    async def all_of_them() -> list[list[SearchResult]]:
        return [list(await readers.search(one)) for one in jobs]

    return asyncio.run(all_of_them())


def test_no_process_is_started_before_the_first_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("multiprocessing.get_context", lambda _: pytest.fail("a process was started"))
    with Readers():
        pass


def test_a_process_reads_page_after_page() -> None:
    with Readers(1) as readers:
        answers = asked_in_turn(readers, job(), job(LONG, "of interest", "weights"))
    assert answers == [
        [SearchResult(QuoteStatus.FOUND)],
        [SearchResult(QuoteStatus.FOUND), SearchResult(QuoteStatus.MISSING)],
    ]


def _break(act: Callable[[], object], connection: object) -> None:
    """Read the page named fine, and misbehave for others: a substitute for the work of a process."""

    def look_or_act(job: ReadingJob) -> list[SearchResult]:
        if job.path != "/fine":
            act()
        return [SearchResult(QuoteStatus.FOUND)] * len(job.quotes)

    module.search_quotes = look_or_act
    module._work(connection)  # type: ignore[arg-type]  # what the parent gives


def _never_end() -> None:
    signal.pause()


def _take_all_memory() -> None:
    _ = bytearray(module.LARGEST_MEMORY)


def _fall_over() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _raise() -> None:
    raise RecursionError


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (_never_end, "it takes longer than 0.5 seconds to read"),
        (_take_all_memory, "it takes too much memory to read"),
        pytest.param(_fall_over, "reading it broke down", marks=pytest.mark.thorough),
        pytest.param(_raise, "reading it broke down", marks=pytest.mark.thorough),
    ],
)
def test_a_page_that_cannot_be_read_is_given_up_and_the_next_one_is_read(
    act: Callable[[], object], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_work", partial(_break, act))
    with Readers(1, 0.5 if act is _never_end else 30) as readers:
        (answer,) = asked_in_turn(readers, job(PAGE, "one", "two"))
        assert asked_in_turn(readers, job(path="/fine")) == [[SearchResult(QuoteStatus.FOUND)]]
    assert answer == [SearchResult(QuoteStatus.UNKNOWN, why=why)] * 2


def _not_start(connection: object) -> None:
    raise SystemExit


def test_a_process_that_does_not_start_is_no_fault_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_work", _not_start)
    with Readers(1) as readers, pytest.raises(RuntimeError, match="doesn't start"):
        asked_in_turn(readers, job())


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="Windows sends such signals to nobody")
def test_ctrl_c_does_not_interrupt_a_process_that_is_starting(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    wait = module._ReaderProcess._wait_until_ready

    def interrupt(reader: module._ReaderProcess, connection: Connection) -> None:
        assert reader._process is not None
        assert reader._process.pid is not None
        os.kill(reader._process.pid, signal.SIGINT)
        wait(reader, connection)

    monkeypatch.setattr(module._ReaderProcess, "_wait_until_ready", interrupt)
    with Readers(1) as readers:
        assert asked_in_turn(readers, job()) == [[SearchResult(QuoteStatus.FOUND)]]
    assert capfd.readouterr().err == ""


def test_a_process_that_is_started_while_the_run_ends_is_ended_too(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = module._ReaderProcess()
    started: list[BaseProcess] = []
    start = module._start

    def ends_meanwhile(process: BaseProcess) -> None:
        start(process)
        started.append(process)
        reader.end()

    monkeypatch.setattr(module, "_start", ends_meanwhile)
    with pytest.raises(RuntimeError, match="doesn't start"):
        reader.ask(search_quotes, job(), 30)
    assert not started[0].is_alive()


def test_a_page_is_read_in_a_separate_process() -> None:
    found = find_in_process(
        ReadingJob(b"<h1>License</h1><p>All weights are released.", "text/html", "", True, ("weights are",))
    )
    assert isinstance(found, tuple)
    page, answer = found
    assert (page.text, page.whole) == ("License\nAll weights are released.\n", True)
    assert isinstance(answer, ExactMatch)
    cut = find_in_process(ReadingJob(b"<p>All weights", "text/html", "", False, ("are released",)))
    assert isinstance(cut, tuple)
    assert not cut[0].whole
    assert isinstance(find_in_process(ReadingJob(b"\x00", "image/png", "", True, ("words",))), Unreadable)


def test_a_page_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_READING", 0.0)
    assert find_in_process(job()) == "it takes longer than 0 seconds to read"
