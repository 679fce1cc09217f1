"""Reading in processes of their own: answers for good pages, and an end to those that never come to one."""

from __future__ import annotations

import asyncio
import os
import signal
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.sources.evidence import readers as module
from bot.sources.evidence.pages import Unreadable
from bot.sources.evidence.quotes import Found
from bot.sources.evidence.readers import Answer, Job, Readers, find_apart, look
from bot.sources.evidence.report import Said
from tests.sources.evidence.pdfs import pdf

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

PAGE = b"<title>Example</title><p>All weights are released under Apache 2.0, and so is the code of the training."


def job(data: bytes = PAGE, *quotes: str, kind: str = "text/html", path: str = "/x", whole: bool = True) -> Job:
    return Job(data, kind, path, whole, quotes or ("weights are released",))


LONG = b"<p>Nothing of interest is said here." * 20
CASES: dict[str, tuple[Job, Said, str]] = {
    "said": (job(), Said.FOUND, ""),
    "nearly said": (job(PAGE, "weights were released"), Said.NEAR, ""),
    "not said": (job(LONG), Said.MISSING, ""),
    "said in a PDF": (job(pdf(["The weights are re-", "leased."]), kind="application/pdf"), Said.FOUND, ""),
    "said in a part": (job(whole=False), Said.FOUND, ""),
    "not said in a part": (job(LONG, whole=False), Said.UNKNOWN, "in part"),
    "filled by scripts": (job(b"<div id=app></div><script src=x></script>"), Said.UNKNOWN, "scripts"),
    "a picture": (job(b"\x89PNG\0", kind="image/png"), Said.UNKNOWN, "image/png"),
    "a broken PDF": (job(b"%PDF-1.7 oh", kind="application/pdf"), Said.UNKNOWN, "broken"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_page_says(case: str) -> None:
    asked, said, why = CASES[case]
    (answer,) = look(asked)
    assert answer.said is said
    assert why in answer.why
    assert bool(answer.closest) == (said is Said.NEAR)


def asked_in_turn(readers: Readers, *jobs: Job) -> list[list[Answer]]:
    async def all_of_them() -> list[list[Answer]]:
        return [list(await readers.look(one)) for one in jobs]

    return asyncio.run(all_of_them())


def test_no_process_is_started_before_there_is_something_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("multiprocessing.get_context", lambda _: pytest.fail("a process was started"))
    with Readers():
        pass


def test_a_process_reads_page_after_page() -> None:
    with Readers(1) as readers:
        answers = asked_in_turn(readers, job(), job(LONG, "of interest", "weights"))
    assert answers == [[Answer(Said.FOUND)], [Answer(Said.FOUND), Answer(Said.MISSING)]]


def _break(act: Callable[[], object], connection: object) -> None:
    """Stands for the work of a process: reads the page named fine, and does something else for others."""

    def look_or_act(job: Job) -> list[Answer]:
        if job.path != "/fine":
            act()
        return [Answer(Said.FOUND)] * len(job.quotes)

    module.look = look_or_act
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
        assert asked_in_turn(readers, job(path="/fine")) == [[Answer(Said.FOUND)]]
    assert answer == [Answer(Said.UNKNOWN, why=why)] * 2


def _not_start(connection: object) -> None:
    raise SystemExit


def test_a_process_that_does_not_start_is_no_fault_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_work", _not_start)
    with Readers(1) as readers, pytest.raises(RuntimeError, match="doesn't start"):
        asked_in_turn(readers, job())


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="Windows sends such signals to nobody")
def test_who_stops_a_run_does_not_interrupt_a_process_that_only_just_starts(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    wait = module._Reader._wait_until_ready

    def interrupt(reader: module._Reader, connection: Connection) -> None:
        assert reader._process is not None
        assert reader._process.pid is not None
        os.kill(reader._process.pid, signal.SIGINT)
        wait(reader, connection)

    monkeypatch.setattr(module._Reader, "_wait_until_ready", interrupt)
    with Readers(1) as readers:
        assert asked_in_turn(readers, job()) == [[Answer(Said.FOUND)]]
    assert capfd.readouterr().err == ""


def test_a_process_that_is_started_while_the_run_ends_is_ended_too(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = module._Reader()
    started: list[BaseProcess] = []
    start = module._start

    def ends_meanwhile(process: BaseProcess) -> None:
        start(process)
        started.append(process)
        reader.end()

    monkeypatch.setattr(module, "_start", ends_meanwhile)
    with pytest.raises(RuntimeError, match="doesn't start"):
        reader.ask(look, job(), 30)
    assert not started[0].is_alive()


def test_one_page_is_read_apart_and_comes_back_whole() -> None:
    found = find_apart(Job(b"<h1>License</h1><p>All weights are released.", "text/html", "", True, ("weights are",)))
    assert isinstance(found, tuple)
    page, answer = found
    assert (page.text, page.whole) == ("License\nAll weights are released.\n", True)
    assert isinstance(answer, Found)
    cut = find_apart(Job(b"<p>All weights", "text/html", "", False, ("are released",)))
    assert isinstance(cut, tuple)
    assert not cut[0].whole
    assert isinstance(find_apart(Job(b"\x00", "image/png", "", True, ("words",))), Unreadable)


def test_a_page_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_READING", 0.0)
    assert find_apart(job()) == "it takes longer than 0 seconds to read"
