"""One run over the cited pages, with a stand-in for the web that returns outcomes."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from bot.sources.evidence.archive import AVAILABILITY
from bot.sources.evidence.cited import Citation, CitedPage, cited_pages
from bot.sources.evidence.memory import Memory
from bot.sources.evidence.page_state import DAY, ArchiveCopy, PageState, QuoteResult
from bot.sources.evidence.readers import Readers
from bot.sources.evidence.report import LinkState, QuoteStatus
from bot.sources.evidence.verification import NoNetworkError, Plan, Take, VerificationResult, due_pages, verify
from bot.sources.web.outcome import Declined, Fetched, NoAnswer, NotModified, Outcome, PageRequest, Trouble
from tests.sources.evidence.pdfs import pdf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

NOW = 1_790_000_000
EVERY = 6 * DAY
FINE = Fetched((), "text/html", b"<p>All weights are released.", True, '"1"', None)
GONE = Declined((), 404, None, False)
NO_NETWORK = NoAnswer((), Trouble.NETWORK, "no name server answers")
DOWN = NoAnswer((), Trouble.CONNECTION, "its host can't be reached")


class Web:
    """A visitor with an outcome by URL; `asked` has each request."""

    def __init__(self, answer: Callable[[str], Outcome]) -> None:
        self._answer = answer
        self.asked: list[PageRequest] = []

    async def visit(self, wanted: Iterable[PageRequest], take: Take) -> None:
        for page in wanted:
            self.asked.append(page)
            await asyncio.sleep(0)
            await take(page, self._answer(page.url))

    @property
    def urls(self) -> list[str]:
        return [wanted.url for wanted in self.asked]


def pages(*urls: str, quote: str | None = None) -> list[CitedPage]:
    return cited_pages(Citation("example/one", "weights", number, url, quote) for number, url in enumerate(urls))


def run(plan: Plan, memory: Memory, web: Web) -> VerificationResult:
    async def whole() -> VerificationResult:
        with Readers(1) as readers:
            return await verify(plan, memory, web.visit, readers=readers, track=lambda _: lambda: None)

    return asyncio.run(whole())


def of_hosts(number: int) -> list[CitedPage]:
    return pages(*(f"https://host-{each}.example.org/" for each in range(number)))


# ---- a run -----------------------------------------------------------------------------------------------------------


def test_only_due_pages_are_requested_with_their_validators() -> None:
    wanted = pages("https://example.org/new", "https://example.org/old", "https://example.org/recent")
    web = Web(lambda _: FINE)
    with Memory.in_memory() as memory:
        memory.record(
            [
                PageState("https://example.org/old", LinkState.FINE, checked=NOW - EVERY, etag='"0"'),
                PageState("https://example.org/recent", LinkState.FINE, checked=NOW - EVERY + 1),
            ]
        )
        assert run(Plan(wanted, NOW, EVERY), memory, web) == VerificationResult(2, 1, hosts=1)
        assert web.asked == [PageRequest("https://example.org/new"), PageRequest("https://example.org/old", '"0"')]
        assert {known.checked for known in memory.pages().values()} == {NOW, NOW - EVERY + 1}


def test_pages_that_were_blocked_in_the_last_run_come_first() -> None:
    wanted = pages("https://example.org/a", "https://example.org/b")
    known = {"https://example.org/b": PageState("https://example.org/b", LinkState.BLOCKED, checked=NOW - EVERY)}
    assert [page.url[-1] for page in due_pages(wanted, known, (), NOW, EVERY)] == ["b", "a"]


def test_a_page_with_an_unknown_quote_is_requested_without_validators() -> None:
    url = "https://example.org/"
    for said, etag in ((QuoteStatus.UNKNOWN, None), (QuoteStatus.MISSING, '"1"'), (QuoteStatus.FOUND, '"1"')):
        with Memory.in_memory() as memory:
            memory.record(
                [PageState(url, LinkState.FINE, checked=1, etag='"1"')], [(url, QuoteResult("weights", said))]
            )
            web = Web(lambda _: NotModified(()))
            run(Plan(pages(url, quote="weights"), NOW, EVERY), memory, web)
            assert web.asked[0] == PageRequest(url, etag)


def test_an_answer_to_nothing_is_no_page() -> None:
    with Memory.in_memory() as memory:
        run(Plan(pages("https://example.org/"), NOW, EVERY), memory, Web(lambda _: NotModified(())))
        assert memory.pages()["https://example.org/"].state is LinkState.UNREACHABLE


def test_a_page_that_is_blocked_is_not_fetched_again_at_once_for_its_quote() -> None:
    wanted = pages("https://example.org/", quote="weights")
    with Memory.in_memory() as memory:
        run(Plan(wanted, NOW, EVERY), memory, Web(lambda _: Declined((), 403, None, False)))
        assert memory.quotes()["https://example.org/", "weights"].said is QuoteStatus.UNKNOWN
        again = Web(lambda _: FINE)
        run(Plan(wanted, NOW + DAY, EVERY), memory, again)
        assert again.asked == []


PAPER = "https://arxiv.org/abs/2401.00001"
ABSTRACT = Fetched((), "text/html", b"<p>An abstract.", True, '"1"', None)
CONTENTS: dict[str, tuple[Outcome, Outcome, LinkState, QuoteStatus, list[str]]] = {
    # the answer of the content, that of the link, and what is known afterwards; the paths that were asked for
    "a paper": (
        Fetched((), "application/pdf", pdf(["The weights are released."]), True, None, None),
        ABSTRACT,
        LinkState.FINE,
        QuoteStatus.FOUND,
        ["pdf"],
    ),
    "no paper": (GONE, ABSTRACT, LinkState.FINE, QuoteStatus.UNKNOWN, ["pdf", "abs"]),
    "neither": (DOWN, GONE, LinkState.GONE, QuoteStatus.UNKNOWN, ["pdf", "abs"]),
}


@pytest.mark.parametrize("case", CONTENTS)
def test_a_quote_is_searched_in_the_content_and_the_state_is_that_of_the_link(case: str) -> None:
    content, link, state, said, asked = CONTENTS[case]
    web = Web(lambda url: content if "/pdf/" in url else link)
    with Memory.in_memory() as memory:
        run(Plan(pages(PAPER, quote="weights are released"), NOW, EVERY), memory, web)
        assert memory.pages()[PAPER].state is state
        assert memory.quotes()[PAPER, "weights are released"].said is said
    assert [url.split("/")[3] for url in web.urls if "arxiv" in url.split("?")[0]] == asked


def test_what_there_is_no_time_for_stays_due() -> None:
    async def slow(wanted: Iterable[PageRequest], take: Take) -> None:
        first, *_ = wanted
        await take(first, GONE)
        await asyncio.Event().wait()

    async def whole(plan: Plan, memory: Memory) -> VerificationResult:
        with Readers(1) as readers:
            return await verify(plan, memory, slow, readers=readers, track=lambda _: lambda: None)

    wanted = pages("https://example.org/a", "https://example.org/b", "https://example.org/c")
    with Memory.in_memory() as memory:
        assert asyncio.run(whole(Plan(wanted, NOW, EVERY, seconds=0.05), memory)) == VerificationResult(
            1, 0, out_of_time=2, hosts=1
        )
        assert {url: known.state for url, known in memory.pages().items()} == {"https://example.org/a": LinkState.GONE}


def test_a_slow_archive_does_not_delay_the_run() -> None:
    async def visit(wanted: Iterable[PageRequest], take: Take) -> None:
        for page in wanted:
            if page.url.startswith(AVAILABILITY):
                await asyncio.Event().wait()
            await take(page, GONE)

    async def whole(plan: Plan, memory: Memory) -> VerificationResult:
        with Readers(1) as readers:
            return await verify(plan, memory, visit, readers=readers, track=lambda _: lambda: None)

    with Memory.in_memory() as memory:
        plan = Plan(pages("https://example.org/a"), NOW, EVERY, seconds=0.05)
        assert asyncio.run(whole(plan, memory)) == VerificationResult(1, 0, hosts=1)
        assert memory.copies() == {}


def test_pages_and_archive_share_the_time_that_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[float | None] = []

    def timeout_at(when: float | None) -> asyncio.Timeout:
        ends.append(when)
        return asyncio.Timeout(None)

    async def whole(plan: Plan, memory: Memory) -> float:
        began = asyncio.get_running_loop().time()
        with Readers(1) as readers:
            await verify(plan, memory, Web(archived).visit, readers=readers, track=lambda _: lambda: None)
        return began

    monkeypatch.setattr("bot.sources.evidence.verification.asyncio.timeout_at", timeout_at)
    with Memory.in_memory() as memory:
        # Until the pages are asked for a few steps are taken, and no more than those are added.
        began = asyncio.run(whole(Plan(pages("https://example.org/a"), NOW, EVERY, seconds=1000), memory))
    assert [end is not None and began + 1000 <= end < began + 1500 for end in ends] == [True]


def test_what_a_visitor_cannot_hand_over_ends_the_run() -> None:
    async def closed(wanted: Iterable[PageRequest], take: Take) -> None:
        raise OSError(24, "Too many open files")

    web = Web(lambda _: FINE)
    web.visit = closed  # type: ignore[method-assign]
    with Memory.in_memory() as memory, pytest.raises(OSError, match="Too many"):
        run(Plan(of_hosts(1), NOW, EVERY), memory, web)


@pytest.fixture
def _ctrl_c() -> Iterator[None]:
    """Make Ctrl-C raise KeyboardInterrupt, also if these tests run as a background job, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_ctrl_c")
def test_a_run_that_is_interrupted_keeps_its_results() -> None:
    def answer(url: str) -> Outcome:
        if "host-3" in url:
            signal.raise_signal(signal.SIGINT)
        return GONE if "host-2" in url else FINE

    with Memory.in_memory() as memory:
        with pytest.raises(KeyboardInterrupt):
            run(Plan(of_hosts(6), NOW, EVERY), memory, Web(answer))
        assert len(memory.pages()) == 4
        assert memory.pages()["https://host-2.example.org/"].failures == 1


# ---- the network -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hosts", "asked"), [(1, 1), (3, 3), (9, 5)])
def test_without_a_network_it_stops_after_a_few_hosts(hosts: int, asked: int) -> None:
    web = Web(lambda _: NO_NETWORK)
    with Memory.in_memory() as memory:
        with pytest.raises(NoNetworkError):
            run(Plan(of_hosts(hosts), NOW, EVERY, cited=()), memory, web)
        assert (len(web.asked), memory.pages()) == (asked, {})


def test_our_refusals_do_not_prove_a_network() -> None:
    refused = NoAnswer((), Trouble.REFUSED, "its host has no public address")
    web = Web(lambda url: refused if "host-0" in url else NO_NETWORK)
    with Memory.in_memory() as memory:
        with pytest.raises(NoNetworkError):
            run(Plan(of_hosts(9), NOW, EVERY), memory, web)
        assert memory.pages() == {}


def test_after_a_loss_of_the_network_the_rest_is_left_for_the_next_run() -> None:
    web = Web(lambda url: FINE if "host-0" in url else NO_NETWORK)
    with Memory.in_memory() as memory:
        assert run(Plan(of_hosts(9), NOW, EVERY), memory, web) == VerificationResult(1, 0, unasked=8, hosts=1)
        assert len(memory.pages()) == 1


def test_a_few_hosts_without_a_name_server_do_not_end_the_run() -> None:
    web = Web(lambda url: FINE if "host-29" in url else DOWN if "host-28" in url else NO_NETWORK if any(
        f"host-{number}." in url for number in range(8)) else GONE)  # fmt: skip
    with Memory.in_memory() as memory:
        ran = run(Plan(of_hosts(30), NOW, EVERY), memory, web)
        assert (ran.asked, ran.unasked) == (30, 0)
        known = memory.pages()["https://host-0.example.org/"]
        assert (known.state, known.why, known.failures) == (LinkState.UNREACHABLE, NO_NETWORK.words, 1)


def test_a_lack_of_local_connections_is_blamed_on_no_host() -> None:
    no_room = NoAnswer((), Trouble.RESOURCES, "this machine can't open more connections")
    web = Web(lambda url: no_room if "host-0" in url else FINE)
    with Memory.in_memory() as memory:
        assert run(Plan(of_hosts(3), NOW, EVERY), memory, web) == VerificationResult(2, 0, unasked=1, hosts=2)
        assert len(memory.pages()) == 2


US = {
    "most of ten": (10, 6, True),
    "half of ten": (10, 5, False),
    "all of nine": (9, 9, False),
}


@pytest.mark.parametrize("case", US)
def test_when_most_hosts_are_unreachable_no_failure_is_recorded(case: str) -> None:
    hosts, down, is_us = US[case]

    def answer(url: str) -> Outcome:
        number = int(url.partition("-")[2].partition(".")[0])
        return DOWN if number < down else GONE if number == hosts - 1 else FINE

    with Memory.in_memory() as memory:
        ran = run(Plan(of_hosts(hosts), NOW, EVERY), memory, Web(answer))
        assert ran.unreachable_hosts == (down if is_us else 0)
        states = Counter(known.state for known in memory.pages().values())
        assert (LinkState.UNREACHABLE in states, LinkState.GONE in states) == (not is_us, not is_us and down < hosts)


def test_hosts_that_were_unreachable_before_do_not_count_for_our_network() -> None:
    wanted = of_hosts(12)
    with Memory.in_memory() as memory:
        failed = [
            PageState(page.url, LinkState.UNREACHABLE, "", "", NOW - DAY, 1, NOW - DAY, NOW - DAY) for page in wanted
        ]
        memory.record(failed)
        ran = run(Plan(wanted, NOW, EVERY), memory, Web(lambda _: DOWN))
        assert ran.unreachable_hosts == 0
        assert {known.failures for known in memory.pages().values()} == {2}


# ---- copies ----------------------------------------------------------------------------------------------------------


def archived(url: str) -> Outcome:
    if not url.startswith(AVAILABILITY):
        return GONE
    return Fetched((), "application/json", b'{"archived_snapshots": {}}', True, None, None)


def test_a_missing_copy_is_recorded_and_a_silent_archive_is_not() -> None:
    wanted = pages("https://example.org/a")
    with Memory.in_memory() as memory:
        run(Plan(wanted, NOW, EVERY), memory, Web(lambda url: DOWN if url.startswith(AVAILABILITY) else GONE))
        assert memory.copies() == {}
        run(Plan(wanted, NOW + DAY, EVERY), memory, Web(archived))
        assert memory.copies() == {"https://example.org/a": ArchiveCopy("", NOW + DAY)}
        again = Web(archived)
        run(Plan(wanted, NOW + 2 * DAY, EVERY), memory, again)
        assert again.urls == ["https://example.org/a"]
