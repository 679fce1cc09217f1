"""Asking for the links of a pull request, against a server on loopback that plays each behaviour."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.sources.evidence.link_check import LinkCheck, check_links
from bot.sources.evidence.link_report import MOST_PAGES, FoundLink, WantedLink, WantedLinks
from bot.sources.evidence.memory import Memory
from bot.sources.evidence.page_state import DAY, PageState, QuoteResult
from bot.sources.evidence.readers import Readers
from bot.sources.evidence.report import LinkState, QuoteStatus
from bot.sources.web.connecting import Network
from bot.sources.web.outcome import NoAnswer, Trouble
from bot.sources.web.visiting import visit
from tests.sources.evidence.cited import QUICK
from tests.sources.web.guard import guarding
from tests.sources.web.server import LOOPBACK, Reply, Server, redirect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from bot.sources.evidence.verification import Take
    from bot.sources.web.outcome import PageRequest

HERE, HEAD, NOW = "https://paper.example.org", "1" * 40, 1_767_600_000
SAID = "trained on 2 trillion tokens"
COPY = f"https://web.archive.org/web/20250331000000/{HERE}/404"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server, guarding() as guard:
        yield server
    assert guard.attempts == []


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers() as readers:
        yield readers


def ask(
    server: Server, readers: Readers, *links: WantedLink, known: Memory | None = None, **limits: Any
) -> list[FoundLink]:
    """Return the results for these links."""
    network = Network(LOOPBACK, server.names(), server.trust())
    run = LinkCheck(NOW, 6 * DAY, partial(visit, politeness=QUICK, network=network), readers, **limits)
    with known or Memory.in_memory() as memory:
        report = asyncio.run(check_links(WantedLinks(head=HEAD, links=links), memory, run))
    assert report.head == HEAD
    assert [(one.url, one.quote) for one in report.links] == [(one.url, one.quote) for one in links]
    return list(report.links)


def link(path: str, quote: str | None = None, **more: Any) -> WantedLink:
    return WantedLink(url=f"{HERE}{path}", quote=quote, **more)


@pytest.mark.parametrize(
    ("wanted", "state", "said", "more"),
    [
        (link("/fine.html"), "fine", None, {}),
        (link("/fine.html", SAID), "fine", "found", {}),
        (link("/fine.html", "trained on 3 trillion tokens"), "fine", "missing", {"closest": SAID}),
        (link("/fine.html", "nothing of the kind at all"), "fine", "missing", {}),
        (link("/fine.html#part"), "fine", None, {}),
        (link("/redirect/301"), "moved", None, {"place": f"{HERE}/fine.html"}),
        (link("/redirect/302"), "fine", None, {}),
        (link("/404"), "gone", None, {}),
        (link("/403", SAID), "blocked", "unread", {}),
        (link("/closed"), "unreachable", None, {}),
        (link("/binary", SAID), "fine", "unread", {}),
        # A page that redirects to a machine of our own network is not followed there.
        (link("/to/private"), "unreachable", None, {}),
        (link("/to/metadata"), "unreachable", None, {}),
    ],
)
def test_a_link_has_the_state_of_its_page(
    wanted: WantedLink, state: str, said: str | None, more: dict[str, str], server: Server, readers: Readers
) -> None:
    server.pages |= {"/403": Reply(403), "/closed": Reply(reset=True)}
    server.pages["/binary"] = Reply(body=bytes(range(256)), content_type="application/octet-stream")
    (found,) = ask(server, readers, wanted)
    assert (found.state, found.said, found.said_by_copy) == (state, said, None)
    assert {key: getattr(found, key) for key in ("place", "closest") if getattr(found, key)} == more


LONG = "The model was trained on two trillion tokens of text, code and tables, " * 8


@pytest.mark.parametrize(
    ("quote", "page", "expected"),
    [
        ("pre trained", "It is pretrained.", "spacing"),
        ("2 trillion", "On 2trillion tokens.", "spacing"),
        ("“open” weights", "It has 'open'weights.".replace("'", '"'), "spacing"),
        (LONG, LONG.replace("two trillion", "twotrillion"), "spacing"),
        (LONG, LONG.replace("two trillion", "six trillion"), "missing"),
        ("Heads 32", "Heads 3 2", "missing"),
        ("3 2 heads", "32 heads", "missing"),
        ("It is pretrained", "It is Pretrained", "missing"),
    ],
)
def test_spaces_matter_between_digits_alone(
    quote: str, page: str, expected: str, server: Server, readers: Readers
) -> None:
    gone = link("/404", quote, archived=COPY)
    server.pages |= dict.fromkeys(("/page", COPY.removeprefix("https://")), Reply(body=f"<p>{page}".encode()))
    here, copied = ask(server, readers, link("/page", quote), gone)
    assert (here.state, here.said, copied.said_by_copy) == ("fine", expected, expected)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (Reply(body=f"<p>It was {SAID}.".encode()), "found"),
        (Reply(body=b"<p>It was trained."), "missing"),
        (Reply(404), None),
    ],
)
def test_the_copy_of_a_page_that_is_gone_is_asked_for_the_quote(
    page: Reply, expected: str | None, server: Server, readers: Readers
) -> None:
    server.pages[COPY.removeprefix("https://")] = page
    (found,) = ask(server, readers, link("/404", SAID, archived=COPY))
    assert (found.state, found.said_by_copy) == ("gone", expected or "unread")


def test_each_copy_is_asked_for_itself_and_no_copy_of_a_copy(server: Server, readers: Readers) -> None:
    server.pages[COPY.removeprefix("https://")] = Reply(body=f"<p>It was {SAID}.".encode())
    other = COPY.replace("2025", "2024")
    found = ask(
        server, readers, link("/404", SAID), link("/404", SAID, archived=COPY), link("/404", SAID, archived=other)
    )
    assert [one.said_by_copy for one in found] == [None, "found", "unread"]
    asked = [f"{request.host}{request.path}" for request in server.asked]
    assert not [each for each in asked if "available" in each and "web.archive.org" in each]


def test_the_copy_of_a_page_that_is_there_is_not_asked_for(server: Server, readers: Readers) -> None:
    (found,) = ask(server, readers, link("/fine.html", SAID, archived=COPY))
    assert (found.state, found.said_by_copy) == ("fine", None)
    assert {request.host for request in server.asked} == {"paper.example.org"}


def test_of_200_links_60_are_asked_for(server: Server, readers: Readers) -> None:
    links = [link(f"/page-{number}") for number in range(200)]
    server.pages |= {f"/page-{number}": Reply(body=b"<p>A page.") for number in range(200)}
    found = ask(server, readers, *links)
    assert [one.state for one in found] == ["fine"] * MOST_PAGES + ["unchecked"] * 140
    assert len([request for request in server.asked if request.path.startswith("/page-")]) == MOST_PAGES


def test_what_is_known_to_be_fine_takes_no_place_of_others(server: Server, readers: Readers) -> None:
    known = Memory.in_memory()
    known.record([PageState(f"{HERE}/page-{number}", LinkState.FINE, checked=NOW - DAY) for number in range(100)])
    links = [link(f"/page-{number}") for number in range(120)]
    server.pages |= {f"/page-{number}": Reply(body=b"<p>A page.") for number in range(120)}
    assert {one.state for one in ask(server, readers, *links, known=known)} == {"fine"}
    assert len([request for request in server.asked if request.path.startswith("/page-")]) == 20


def test_made_up_hosts_do_not_hide_what_was_found(server: Server, readers: Readers) -> None:
    hosts = [f"made-up-{number}.example.org" for number in range(20)]
    server.unknown.update(hosts)
    found = ask(server, readers, link("/404"), *(WantedLink(url=f"https://{host}/") for host in hosts))
    assert [one.state for one in found] == ["gone", *["unreachable"] * 20]


def test_a_host_that_never_answers_costs_no_more_than_the_time_for_all(server: Server, readers: Readers) -> None:
    slow = WantedLink(url="https://slow.example.org/slow")
    found = ask(server, readers, slow, link("/fine.html"), seconds=2)
    assert [one.state for one in found] == ["unchecked", "fine"]


def test_a_host_that_does_not_exist_is_not_reachable(server: Server, readers: Readers) -> None:
    server.unknown.add("paper.example.org")
    assert [one.state for one in ask(server, readers, link("/fine.html"))] == ["unreachable"]


def test_without_a_network_nothing_was_asked_for(readers: Readers) -> None:
    async def without(requests: Iterable[PageRequest], take: Take) -> None:
        for request in requests:
            await take(request, NoAnswer((), Trouble.NETWORK, "no name server answers"))

    run = LinkCheck(NOW, 6 * DAY, without, readers)
    with Memory.in_memory() as memory:
        report = asyncio.run(check_links(WantedLinks(head=HEAD, links=(link("/a"), link("/b"))), memory, run))
    assert [one.state for one in report.links] == ["unchecked"] * 2


@pytest.mark.parametrize(
    ("state", "said", "asked"),
    [
        (PageState(f"{HERE}/fine.html", LinkState.FINE, checked=NOW - DAY), QuoteStatus.FOUND, False),
        (PageState(f"{HERE}/fine.html", LinkState.FINE, checked=NOW - 7 * DAY), QuoteStatus.FOUND, True),
        (PageState(f"{HERE}/fine.html", LinkState.FINE, checked=NOW - DAY), QuoteStatus.MISSING, True),
        (PageState(f"{HERE}/fine.html", LinkState.FINE, checked=NOW - DAY), None, True),
        (PageState(f"{HERE}/fine.html", LinkState.GONE, checked=NOW - 60), QuoteStatus.FOUND, True),
        (PageState(f"{HERE}/fine.html", LinkState.BLOCKED, checked=NOW - DAY), QuoteStatus.UNKNOWN, True),
        (PageState(f"{HERE}/fine.html", LinkState.BLOCKED, ask_after=NOW + 60), QuoteStatus.UNKNOWN, False),
    ],
)
def test_what_is_known_to_be_fine_is_not_asked_for_again(
    state: PageState, said: QuoteStatus | None, asked: bool, server: Server, readers: Readers
) -> None:
    known = Memory.in_memory()
    known.record([state], [(state.url, QuoteResult(SAID, said))] if said else [])
    (found,) = ask(server, readers, link("/fine.html", SAID), known=known)
    assert bool(server.asked) is asked
    assert found.state == (LinkState.FINE if asked else state.state)


def test_what_is_known_is_only_read(server: Server, readers: Readers, tmp_path: Any) -> None:
    file = tmp_path / "state.sqlite"
    with Memory.open(file) as memory:
        memory.record([PageState(f"{HERE}/fine.html", LinkState.FINE, checked=NOW - 30 * DAY)])
    before = file.read_bytes()
    server.pages["/there"] = redirect("/fine.html", 301)
    ask(server, readers, link("/fine.html", SAID), link("/there"), link("/404"), known=Memory.read(file))
    assert file.read_bytes() == before
