"""Rate limits, robots.txt and giving up, with a clock that only advances by sleeping."""

from __future__ import annotations

import asyncio
import dataclasses
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from bot.sources.evidence.judging import judge
from bot.sources.evidence.report import LinkState
from bot.sources.web.connecting import Network
from bot.sources.web.outcome import (
    Declined,
    Disallowed,
    Fetched,
    Hop,
    NoAnswer,
    NotModified,
    Outcome,
    PageRequest,
    Trouble,
)
from bot.sources.web.politeness import Politeness
from bot.sources.web.robots import LARGEST_ROBOTS, robots_rules
from bot.sources.web.visiting import _USUAL_RULES, visit
from tests.sources.web.asked import QUICK, TestClock, outcome, outcomes
from tests.sources.web.server import LOOPBACK, NEVER, Page, Reply, Request, redirect

if TYPE_CHECKING:
    from tests.sources.web.server import Server

PACED = dataclasses.replace(QUICK, pause=1)
ROBOTS = dataclasses.replace(QUICK, robots=True)


def timed(server: Server, clock: TestClock, page: Page = Reply()) -> dict[str, list[float]]:  # noqa: B008
    """Let the server record the time of each request, except for known pages."""
    times: dict[str, list[float]] = {}

    def note(request: Request) -> Reply:
        times.setdefault(request.host, []).append(clock.seconds)
        return page if isinstance(page, Reply) else page(request)

    for number in range(20):
        server.pages[f"/{number}"] = note
    return times


def gaps(times: list[float]) -> list[float]:
    return [after - before for before, after in pairwise(times)]


# ---- pauses ----------------------------------------------------------------------------------------------------------


def test_a_host_has_a_pause_between_two_requests(server: Server) -> None:
    clock = TestClock()
    times = timed(server, clock)
    outcomes(server, *(f"/{number}" for number in range(4)), politeness=PACED, clock=clock)
    assert all(gap >= 1 for gap in gaps(times["paper.example.org"]))
    assert sum(clock.slept) == pytest.approx(3)


def test_the_ports_of_a_host_share_its_pause(server: Server) -> None:
    clock = TestClock()
    times = timed(server, clock)
    server.pages["/1"] = redirect("https://paper.example.org/2", 301)
    pages = [f"{scheme}://paper.example.org/{number}" for number in range(4) for scheme in ("http", "https")]
    outcomes(server, *pages, "https://paper.example.org./5", politeness=PACED, clock=clock)
    assert len(times["paper.example.org"]) >= 8
    assert all(gap >= 1 for gap in gaps(sorted(times["paper.example.org"] + times.get("paper.example.org.", []))))


def test_hosts_do_not_wait_for_each_other(server: Server) -> None:
    clock = TestClock()
    many = [f"https://many.example.org/{number}" for number in range(12)]
    few = [f"https://few-{number}.example.org/fine.html" for number in range(5)]
    order = [url for url, _ in outcomes(server, *many, *few, politeness=PACED, clock=clock)]
    assert set(order[:7]) >= set(few)
    assert sum(clock.slept) == pytest.approx(11)


def test_a_redirect_waits_for_the_turn_of_the_host_that_it_leads_to(server: Server) -> None:
    clock = TestClock()
    times = timed(server, clock)
    for number in range(3):
        server.pages[f"/to/{number}"] = redirect(f"https://busy.example.org/{number}")
    pages = [f"https://one-{number}.example.org/to/{number}" for number in range(3)]
    outcomes(server, *pages, "https://busy.example.org/9", politeness=PACED, clock=clock)
    assert len(times["busy.example.org"]) == 4
    assert all(gap >= 1 for gap in gaps(times["busy.example.org"]))


@pytest.mark.parametrize("per_host", [1, 3])
def test_a_host_has_only_so_many_connections_at_once(server: Server, per_host: int) -> None:
    server.pages["/wait"] = Reply(after=0.01)
    outcomes(server, *["/wait"] * 9, politeness=dataclasses.replace(QUICK, per_host=per_host))
    assert 1 <= server.most_at_once <= per_host


def test_all_hosts_together_have_only_so_many_connections_at_once(server: Server) -> None:
    server.pages["/wait"] = Reply(after=0.01)
    politeness = dataclasses.replace(QUICK, at_once=3)
    outcomes(server, *(f"http://h{number}.example.org/wait" for number in range(12)), politeness=politeness)
    assert 1 <= server.most_at_once <= 3


def test_a_connection_is_used_again(server: Server) -> None:
    made = 0

    class Counted(type(LOOPBACK)):  # type: ignore[misc]
        def allows(self, host: str, port: int) -> bool:
            nonlocal made
            made += 1
            return bool(super().allows(host, port))

    outcomes(server, *["/fine.html"] * 20, reach=Counted(LOOPBACK.address, None))
    assert made == 1


# ---- robots.txt ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "path", "allowed"),
    [
        ("all", "/fine.html", False),
        ("private", "/fine.html", True),
        ("private", "/private", False),
        ("private", "/private/x", False),
        ("private", "/private/not", True),
        ("us", "/fine.html", False),
        ("others", "/fine.html", True),
        ("garbage", "/fine.html", True),
        ("late", "/fine.html", True),
    ],
)
def test_robots_txt_is_fetched_first_and_obeyed(server: Server, kind: str, path: str, *, allowed: bool) -> None:
    server.robots(kind)
    came = outcome(server, path, politeness=ROBOTS)
    assert isinstance(came, Disallowed) is not allowed
    assert server.paths == ["/robots.txt", *([path] if allowed else [])]


def test_rules_are_fetched_once_per_host(server: Server) -> None:
    pages = [f"https://{name}.example.org/{number}" for name in ("a", "b") for number in range(5)]
    outcomes(server, *pages, politeness=ROBOTS)
    assert [server.hosts[n] for n, path in enumerate(server.paths) if path == "/robots.txt"] in (
        ["a.example.org", "b.example.org"],
        ["b.example.org", "a.example.org"],
    )


def test_a_redirect_obeys_the_rules_of_its_target(server: Server) -> None:
    server.robots("all", "other.example.org")
    assert outcome(server, "/redirect/protocol", politeness=ROBOTS) == Disallowed(
        (Hop(302, "https://other.example.org/fine.html"),)
    )
    assert list(zip(server.hosts, server.paths, strict=True)) == [
        ("paper.example.org", "/robots.txt"),
        ("paper.example.org", "/redirect/protocol"),
        ("other.example.org", "/robots.txt"),
    ]


@pytest.mark.parametrize(
    ("page", "kept_out"),
    [
        (Reply(404), False),
        (Reply(401), False),
        (Reply(403), False),
        (Reply(410), False),
        (Reply(500), True),
        (Reply(503), True),
        (Reply(reset=True), None),
        (Reply(raw=b"nonsense\r\n\r\n"), True),
        (redirect("/robots.txt"), False),
        (redirect("/hops/8"), False),
        (redirect("/all.txt"), True),
        (redirect("https://other.example.org/all.txt"), True),
        (redirect("https://wrong-name.example.org/all.txt"), True),
        (redirect("http://10.0.0.1/all.txt"), True),
        (redirect("https://other.example.org/expensive?of=all.txt"), False),
        (redirect("file:///robots.txt"), True),
        (Reply(body=b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /\r\n"), True),
        (Reply(body=b"User-agent: *\nDisallow: /\n" + b"#" * (LARGEST_ROBOTS * 3)), True),
        (Reply(body=b""), False),
    ],
)
def test_missing_rules_allow_everything_and_unreadable_rules_nothing(
    server: Server, page: Page, kept_out: bool | None
) -> None:  # RFC 9309, section 2.3.1
    server.pages["/all.txt"] = Reply(body=b"User-agent: *\nDisallow: /\n")
    server.pages["paper.example.org/robots.txt"] = page
    came = outcome(server, "/fine.html", politeness=ROBOTS)
    expected: dict[bool | None, type] = {True: Disallowed, False: Fetched, None: NoAnswer}
    assert isinstance(came, expected[kept_out])


def test_the_way_to_rules_leads_to_no_page_of_another_host(server: Server) -> None:
    server.robots("all", "other.example.org")
    server.pages["paper.example.org/robots.txt"] = redirect("https://other.example.org/expensive")
    outcome(server, "/fine.html", politeness=ROBOTS)
    assert "other.example.org" not in server.hosts


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (Reply(body=b"User-agent: *\nDisallow: /\n"), "its robots.txt disallows it"),
        (Reply(500), "its robots.txt can't be fetched (it answers 500), so the page isn't requested"),
        (
            Reply(raw=b"nonsense\r\n\r\n"),
            "its robots.txt can't be fetched (its host's answer is not valid HTTP), so the page isn't requested",
        ),
    ],
)
def test_the_reason_for_not_requesting_a_page_is_returned(server: Server, page: Page, words: str) -> None:
    server.pages["/robots.txt"] = page
    assert outcome(server, "/fine.html", politeness=ROBOTS) == Disallowed((), words)


@pytest.mark.parametrize("page", [Reply(522), Reply(530), Reply(after=NEVER)])
def test_an_unreachable_origin_is_not_a_host_that_disallows_robots(server: Server, page: Page) -> None:
    server.pages["/robots.txt"] = page
    came = outcome(server, "/fine.html", politeness=dataclasses.replace(ROBOTS, without_a_byte=0.1))
    finding = judge("https://paper.example.org/fine.html", came)
    assert finding is not None
    assert finding.state is LinkState.UNREACHABLE
    assert server.paths == ["/robots.txt"]


@pytest.mark.parametrize(("kind", "gap"), [("delay", 5), ("delay-long", 60), ("others", 1)])
def test_the_delay_that_a_host_asks_for_is_kept_up_to_a_minute(server: Server, kind: str, gap: float) -> None:
    server.robots(kind)
    clock = TestClock()
    times = timed(server, clock)
    outcomes(server, "/0", "/1", "/2", politeness=dataclasses.replace(ROBOTS, pause=1), clock=clock)
    assert gaps(times["paper.example.org"]) == pytest.approx([gap, gap])


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-agent: a\nUser-agent: *\nDisallow: /x", "/x", False),
        ("User-agent: *\nUser-agent: a\nDisallow: /x", "/x", False),
        ("User-agent: a\nSitemap: /s\n\nUser-agent: openness-bot/1.0 # us\nDisallow: /x", "/x", False),
        ("User-agent: *\nDisallow: /\nUser-agent: a\nAllow: /x", "/x", False),
        ("User-agent: a\nDisallow: /\nUser-agent: *\nAllow: /x", "/x", True),
        ("User-agent: *\nDisallow: /\nUser-agent: OPENNESS-BOT\nDisallow: /y", "/x", True),
        ("useragent *\ndisalow: /x", "/x", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf?x", True),
        ("User-agent: *\nDisallow: /caf%C3%A9", "/caf\xe9", False),
        ("User-agent: open\nDisallow: /", "/x", True),
        ("Disallow: /", "/x", True),
    ],
)
def test_of_the_groups_those_for_us_or_for_all_count(text: str, path: str, *, allowed: bool) -> None:
    read = robots_rules(Fetched((), "text/plain", text.encode(), True, None, None))
    assert read.allow(f"https://paper.example.org{path}") is allowed


def test_hosts_with_too_many_rules_for_the_memory_are_not_asked(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = b"User-agent: *\n" + b"".join(b"Disallow: /%d\n" % number for number in range(500))
    monkeypatch.setattr("bot.sources.web.visiting._MOST_RULES", 10 * (len(text) - _USUAL_RULES))
    for number in range(20):
        server.pages[f"h{number}.example.org/robots.txt"] = Reply(body=text)
    pages = [f"http://h{number}.example.org/fine.html" for number in range(25)]
    # One after the other, so that all hosts say their rules before any page is asked for.
    came = [type(one) for _, one in outcomes(server, *pages, politeness=dataclasses.replace(ROBOTS, at_once=1))]
    assert (came.count(Fetched), came.count(Disallowed)) == (15, 10)


def test_the_rules_of_a_finished_host_are_evicted_for_others(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"User-agent: *\n" + b"".join(b"Disallow: /%d\n" % number for number in range(500))
    monkeypatch.setattr("bot.sources.web.visiting._MOST_RULES", len(text) - _USUAL_RULES)
    server.pages["/robots.txt"] = Reply(body=text)
    for number in range(3):
        server.pages[f"/on/{number}"] = redirect(f"https://h{number + 1}.example.org/on/{number + 1}")
    server.pages["/on/3"] = redirect("https://h0.example.org/7")
    came = outcome(server, "https://h0.example.org/on/0", politeness=ROBOTS)
    assert isinstance(came, Disallowed)
    assert (len(came.hops), came.words) == (4, "its robots.txt disallows it")


def test_rules_for_very_many_robots_are_read_in_bounded_time_and_memory() -> None:
    text = "".join(f"User-agent: {number}*x\n" for number in range(15_000)) + "Disallow: /*a*b$\n" * 15_000
    read = robots_rules(Fetched((), "text/plain", text.encode(), True, None, None))
    assert read.parsed is not None
    assert len(read.parsed._user_agents) <= 2
    assert read.allow("https://paper.example.org/" + "a" * 5000)


@pytest.mark.parametrize("outcome", [NotModified(()), NoAnswer((), Trouble.TIMEOUT, ""), Disallowed(())])
def test_rules_follow_from_every_outcome(outcome: Outcome) -> None:
    assert robots_rules(outcome).allow("https://paper.example.org/") is isinstance(outcome, NotModified)


# ---- too much --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "wait"), [("/429/seconds", 7), ("/429/date", 7), ("/429/silent", 30), ("/503/seconds", 7)]
)
def test_a_host_that_asks_to_wait_is_retried_once_after_that_time(server: Server, path: str, wait: float) -> None:
    busy = server.pages[path]
    replies = [busy, Reply(body=b"fine now")]
    clock = TestClock()
    times = timed(server, clock, lambda _: replies.pop(0))  # type: ignore[arg-type,return-value]
    came = outcome(server, "/0", clock=clock)
    assert isinstance(came, Fetched)
    assert gaps(times["paper.example.org"]) == pytest.approx([wait])


def test_a_page_that_is_refused_twice_is_returned_and_the_host_goes_on(server: Server) -> None:
    came = dict(outcomes(server, "/429/seconds", "/fine.html"))
    assert came["https://paper.example.org/429/seconds"] == Declined((), 429, 7, is_challenge=False)
    assert isinstance(came["https://paper.example.org/fine.html"], Fetched)


def test_a_host_that_asks_for_too_long_a_wait_gets_no_further_requests(server: Server) -> None:
    clock = TestClock()
    pages = ["/429/long", *(f"/{number}" for number in range(50))]
    came = outcomes(server, *pages, "https://other.example.org/fine.html", clock=clock)
    declined = [one for _, one in came if one == Declined((), 429, 86400, is_challenge=False)]
    assert len(declined) == 51
    assert server.hosts.count("paper.example.org") == 1
    assert clock.slept == []


def test_repeated_waiting_ends(server: Server) -> None:
    server.pages.update({f"/{number}": Reply(429) for number in range(50)})
    clock = TestClock()
    came = outcomes(server, *(f"/{number}" for number in range(50)), clock=clock)
    assert all(isinstance(one, Declined) and one.status == 429 for _, one in came)
    assert sum(clock.slept) <= QUICK.longest_wait


def test_pages_on_their_way_to_a_host_that_had_enough_keep_their_redirects(server: Server) -> None:
    server.pages["/moved"] = redirect("https://full.example.org/x")
    server.pages["/moved-too"] = redirect("https://full.example.org/y")
    server.pages["full.example.org/x"] = server.pages["full.example.org/y"] = server.pages["/429/long"]
    came = outcomes(server, "https://one.example.org/moved", "https://two.example.org/moved-too")
    for _, one in came:
        assert isinstance(one, Declined)
        assert len(one.hops) == 1
    assert server.hosts.count("full.example.org") == 1


@pytest.mark.parametrize("value", ["", "soon", "-1", "1e400", "9" * 400, "Sun, 99 Nov 2026 12:00:00 GMT", "\x80"])
def test_garbage_for_a_time_is_no_time(server: Server, value: str) -> None:
    server.pages["/busy"] = Reply(429, {"Retry-After": value})
    assert outcome(server, "/busy") == Declined((), 429, None, is_challenge=False)


def test_a_date_that_is_over_is_now(server: Server) -> None:
    server.pages["/busy"] = Reply(429, {"Retry-After": "Sun, 01 Nov 2020 12:00:00 GMT"})
    assert outcome(server, "/busy") == Declined((), 429, 0, is_challenge=False)


def test_a_captcha_is_not_requested_again(server: Server) -> None:
    server.pages["/busy"] = Reply(429, {"cf-mitigated": "challenge", "Retry-After": "7"})
    assert outcome(server, "/busy") == Declined((), 429, 7, is_challenge=True)
    assert len(server.asked) == 1


# ---- hosts that don't answer -----------------------------------------------------------------------------------------


def test_a_host_that_fails_again_and_again_is_given_up(server: Server) -> None:
    server.pages.update({f"/{number}": Reply(reset=True) for number in range(50)})
    came = outcomes(
        server, *(f"/{number}" for number in range(50)), politeness=dataclasses.replace(QUICK, most_failures=5)
    )
    assert {type(one) for _, one in came} == {NoAnswer}
    # aiohttp asks a second time at once, as the connection may have been an old one.
    assert len(set(server.paths)) == 5


def test_an_answer_in_between_makes_good_for_failures(server: Server) -> None:
    pages = [f"/{number}" for number in range(20)]
    server.pages.update({path: Reply(reset=True) if int(path[1:]) % 5 else Reply() for path in pages})
    outcomes(server, *pages, politeness=dataclasses.replace(QUICK, most_failures=5))
    assert len(set(server.paths)) == 20


def test_a_host_without_a_name_is_looked_up_once(server: Server) -> None:
    server.unknown.add("gone.example.org")
    came = outcomes(server, *(f"https://gone.example.org/{number}" for number in range(50)), politeness=Politeness())
    assert {one.trouble for _, one in came if isinstance(one, NoAnswer)} == {Trouble.NAME}
    assert server.resolved == ["gone.example.org"]


def test_a_name_is_looked_up_once_per_run(server: Server) -> None:
    server.pages["/close"] = Reply(headers={"Connection": "close"})
    outcomes(server, *["http://paper.example.org/close"] * 5)
    assert server.resolved == ["paper.example.org"]


# ---- bounds ----------------------------------------------------------------------------------------------------------


def test_no_page_is_requested_while_outcomes_are_not_taken(server: Server) -> None:
    async def story() -> None:
        go = asyncio.Event()
        taken = []

        async def take(page: PageRequest, _: Outcome) -> None:
            taken.append(page)
            await go.wait()

        wanted = [PageRequest(f"http://h{number % 7}.example.org/{number}") for number in range(30)]
        politeness = dataclasses.replace(QUICK, at_once=4)
        task = asyncio.create_task(
            visit(wanted, take, politeness=politeness, network=Network(LOOPBACK, server.names()))
        )
        while len(taken) < 4:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.02)
        assert len(server.asked) == len(taken) == 4
        go.set()
        await task
        assert len(taken) == 30

    asyncio.run(story())
