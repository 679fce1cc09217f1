"""Reading in separate processes: results for good pages, and an end to endless ones."""

from __future__ import annotations

import asyncio
from unittest.mock import Mock

import pytest

from bot.bounded import BoundedProcess, Limit, OverLimitError
from bot.sources.evidence import readers as module
from bot.sources.evidence.page_state import QuoteResult
from bot.sources.evidence.pages import Unreadable
from bot.sources.evidence.quotes import ExactMatch
from bot.sources.evidence.readers import Readers, ReadingJob, find_in_process, search_quotes
from bot.sources.evidence.report import QuoteStatus
from tests.sources.evidence.pdfs import pdf

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
    "not said in a part": (job(LONG, whole=False), QuoteStatus.UNKNOWN, "only a part of it"),
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


def asked_in_turn(readers: Readers, *jobs: ReadingJob) -> list[list[QuoteResult]]:
    async def all_of_them() -> list[list[QuoteResult]]:
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
        [QuoteResult("weights are released", QuoteStatus.FOUND)],
        [QuoteResult("of interest", QuoteStatus.FOUND), QuoteResult("weights", QuoteStatus.MISSING)],
    ]


@pytest.mark.parametrize(
    ("limit", "why"),
    [
        (Limit.TIME, "it takes longer than 30 seconds to read"),
        (Limit.MEMORY, "it takes too much memory to read"),
        (Limit.BROKEN, "reading it failed"),
    ],
)
def test_a_page_that_cannot_be_read_is_given_up_and_the_next_one_is_read(
    limit: Limit, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Readers(1) as readers, monkeypatch.context() as patched:
        patched.setattr(BoundedProcess, "call", Mock(side_effect=OverLimitError(limit)))
        (answer,) = asked_in_turn(readers, job(PAGE, "one", "two"))
        patched.undo()
        assert asked_in_turn(readers, job()) == [[QuoteResult("weights are released", QuoteStatus.FOUND)]]
    assert answer == [QuoteResult(quote, QuoteStatus.UNKNOWN, why=why) for quote in ("one", "two")]


def test_an_error_of_a_reader_is_no_bug_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "read_page", Mock(side_effect=RecursionError))
    assert module._guarded(search_quotes, job()) == "reading it failed"


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
