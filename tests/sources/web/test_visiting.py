"""The outcome of a page for all behaviours of servers."""

from __future__ import annotations

import asyncio
import dataclasses
import errno
import socket
import ssl
from typing import TYPE_CHECKING

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.sources.web.outcome import Declined, Fetched, Hop, NoAnswer, NotModified, Outcome, PageRequest, Trouble
from bot.sources.web.politeness import Politeness
from tests.sources.web.asked import QUICK, outcome, outcomes
from tests.sources.web.server import PAGES, PDF, Reply, redirect

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sources.web.server import Server

IMPATIENT = dataclasses.replace(QUICK, connecting=5, without_a_byte=0.2, whole_page=0.5)
FINE = PAGES["/fine.html"].body  # type: ignore[union-attr]
HTML = "text/html; charset=utf-8"


def got(data: bytes = FINE, content_type: str = HTML, *, whole: bool = True) -> Fetched:
    return Fetched((), content_type, data, whole, None, None)


# ---- what is sent ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/fine.html", got()),
        ("/fine.pdf", got(PDF, "application/pdf")),
        ("/fine.json", got(b'{"license": "apache-2.0"}', "application/json")),
        ("/latin.html", got(b"<p>Gr\xf6\xdfe")),
        ("/no-type", got(b"hi", "")),
        ("/old", got(b"old and fine", "")),
        ("/soft-404", got(b"<!doctype html><title>Page not found</title><p>Sorry, this page does not exist.")),
        ("/gzip", got()),
        ("/x-gzip", got()),
        ("/deflate", got()),
        ("/deflate-raw", got()),
        ("/gzip-gzip", got()),
        ("/gzip-members", got()),
        ("/identity", got()),
        ("/early-hints", got(b"x", "")),
        ("/header-bytes", got(b"x", "?")),
        ("/cookie", got()),
    ],
)
def test_a_page_is_returned_as_sent(server: Server, path: str, expected: Outcome) -> None:
    assert outcome(server, path) == expected


@pytest.mark.parametrize(
    ("path", "status", "retry_after", "is_challenge"),
    [
        *((f"/status/{status}", status, None, False) for status in (400, 401, 403, 404, 410, 418, 451, 500, 502, 503)),
        ("/nowhere", 404, None, False),
        ("/304", 304, None, False),
        ("/captcha/403", 403, None, True),
        ("/captcha/503", 503, None, True),
        ("/captcha/header", 403, None, True),
    ],
)
def test_a_refusal_is_a_refusal(
    server: Server, path: str, status: int, retry_after: float | None, *, is_challenge: bool
) -> None:
    assert outcome(server, path) == Declined((), status, retry_after, is_challenge)


@pytest.mark.parametrize(
    ("path", "status"),
    [*((f"/dribble/{status}", status) for status in (403, 404, 410, 500)), ("/stalled/404", 404), ("/cut/404", 404)],
)
def test_the_status_counts_however_slowly_the_rest_comes(server: Server, path: str, status: int) -> None:
    assert outcome(server, path, politeness=IMPATIENT) == Declined((), status, None, is_challenge=False)


def test_a_redirect_is_followed_however_slowly_the_rest_comes(server: Server) -> None:
    came = outcome(server, "/dribble/302", politeness=dataclasses.replace(IMPATIENT, whole_page=5))
    assert isinstance(came, Fetched)
    assert came.data == FINE


@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        ("/slow", Trouble.TIMEOUT),
        ("/stalled", Trouble.TIMEOUT),
        ("/dribble", Trouble.TIMEOUT),
        ("/dribbled-headers", Trouble.TIMEOUT),
        ("/early-hints-endless", Trouble.TIMEOUT),
        ("/gzip-broken", Trouble.PROTOCOL),
        ("/gzip-not", Trouble.PROTOCOL),
        ("/gzip-many", Trouble.PROTOCOL),
        ("/br", Trouble.PROTOCOL),
        ("/zstd", Trouble.PROTOCOL),
        ("/no-http", Trouble.PROTOCOL),
        ("/length-negative", Trouble.PROTOCOL),
        ("/length-twice", Trouble.PROTOCOL),
        ("/chunks-bad", Trouble.PROTOCOL),
        ("/header-long", Trouble.PROTOCOL),
        ("/header-flood", Trouble.PROTOCOL),
        ("/header-endless", Trouble.PROTOCOL),
        ("/silent", Trouble.CONNECTION),
        ("/reset", Trouble.CONNECTION),
        ("/length-too-long", Trouble.CONNECTION),
        ("/chunks-cut", Trouble.CONNECTION),
    ],
)
def test_the_reason_for_no_answer_contains_no_address(server: Server, path: str, trouble: Trouble) -> None:
    came = outcome(server, path, politeness=IMPATIENT if trouble is Trouble.TIMEOUT else QUICK)
    assert isinstance(came, NoAnswer)
    assert came.trouble is trouble
    assert came.words.startswith(("it ", "its ", "what "))
    assert not any(char.isdigit() or char in '/:"' for char in came.words)


def test_a_page_that_breaks_off_while_it_is_decompressed_is_not_whole(server: Server) -> None:
    came = outcome(server, "/gzip-cut")
    assert isinstance(came, Fetched)
    assert FINE.startswith(came.data)
    assert not came.whole


def test_the_announced_length_does_not_exceed_the_limit(server: Server) -> None:
    came = outcome(server, "/length-too-short")
    assert isinstance(came, NoAnswer) or (isinstance(came, Fetched) and came.data == b"lo")


# ---- redirects -------------------------------------------------------------------------------------------------------

HERE, OTHER = "https://paper.example.org", "other.example.org"


@pytest.mark.parametrize(
    ("path", "hop"),
    [
        *((f"/redirect/{status}", Hop(status, f"{HERE}/fine.html")) for status in (301, 302, 303, 307, 308)),
        ("/redirect/relative", Hop(302, f"{HERE}/fine.html")),
        ("/redirect/query", Hop(302, f"{HERE}/redirect/query?again=1")),
        ("/redirect/protocol", Hop(302, f"https://{OTHER}/fine.html")),
        ("/redirect/fragment", Hop(302, f"{HERE}/fine.html#middle")),
        ("/redirect/down", Hop(302, f"http://{OTHER}/fine.html")),
        ("/redirect/up", Hop(302, f"https://{OTHER}/fine.html")),
    ],
)
def test_a_redirect_is_followed_and_remembered(server: Server, path: str, hop: Hop) -> None:
    assert outcome(server, path) == dataclasses.replace(got(), hops=(hop,))
    assert hop.is_permanent is (hop.status in (301, 308))


@pytest.mark.parametrize("path", ["/to/ftp", "/to/metadata", "/garbage/empty"])
@pytest.mark.parametrize("robots", [True, False])
def test_a_bad_redirect_does_not_affect_other_pages_of_its_host(server: Server, path: str, *, robots: bool) -> None:
    politeness = dataclasses.replace(QUICK, robots=robots, most_failures=2)
    came = outcomes(server, *[f"{HERE}{path}"] * 3, f"{HERE}/fine.html", politeness=politeness)
    assert [type(one) for url, one in came if url.endswith("fine.html")] == [Fetched]


def test_five_redirects_are_followed_and_six_are_not(server: Server) -> None:
    five, six = outcome(server, "/hops/5"), outcome(server, "/hops/6")
    assert isinstance(five, Fetched)
    assert [hop.url for hop in five.hops] == [f"{HERE}/hops/{number}" for number in (4, 3, 2, 1, 0)]
    assert isinstance(six, NoAnswer)
    assert (six.trouble, len(six.hops), len(server.asked)) == (Trouble.REDIRECTS, 6, 12)


@pytest.mark.parametrize(("path", "asked"), [("/redirect/loop", 2), ("/redirect/self", 1), ("/redirect/nowhere", 1)])
def test_a_redirect_that_leads_nowhere_is_left(server: Server, path: str, asked: int) -> None:
    came = outcome(server, path)
    assert isinstance(came, NoAnswer)
    assert (came.trouble, len(server.asked)) == (Trouble.REDIRECTS, asked)


def test_a_redirect_to_the_same_place_but_for_its_fragment_is_a_circle(server: Server) -> None:
    server.pages["/same"] = redirect("/same#below")
    came = outcome(server, "/same#above")
    assert isinstance(came, NoAnswer)
    assert came.trouble is Trouble.REDIRECTS


@pytest.mark.parametrize(("path", "status"), [("/status/404", 404), ("/captcha/403", 403)])
def test_a_refusal_after_a_redirect_remembers_it(server: Server, path: str, status: int) -> None:
    server.pages["/moved"] = redirect(path, 301)
    came = outcome(server, "/moved")
    assert isinstance(came, Declined)
    assert (came.status, came.hops) == (status, (Hop(301, f"{HERE}{path}"),))


# ---- what we send ----------------------------------------------------------------------------------------------------


def test_a_page_that_did_not_change_is_not_sent_again(server: Server) -> None:
    first = outcome(server, "/etag")
    assert isinstance(first, Fetched)
    assert (first.etag, first.last_modified) == ('"v1"', "Sun, 01 Nov 2026 10:00:00 GMT")
    assert outcome(server, PageRequest(f"{HERE}/etag", etag=first.etag)) == NotModified(())
    assert outcome(server, PageRequest(f"{HERE}/dated", last_modified=first.last_modified)) == NotModified(())
    assert isinstance(outcome(server, PageRequest(f"{HERE}/etag", etag='"v0"')), Fetched)


def test_validators_are_not_sent_after_a_redirect(server: Server) -> None:
    server.pages["/moved"] = redirect("https://other.example.org/etag", 301)
    assert isinstance(outcome(server, PageRequest(f"{HERE}/moved", etag='"v1"')), Fetched)


@pytest.mark.parametrize("value", ['"a\r\nX-Evil: 1"', '"\xff"', '"\ud800"', "x" * 10_000, "\0"])
def test_a_validator_that_is_none_is_not_sent(server: Server, value: str) -> None:
    assert isinstance(outcome(server, PageRequest(f"{HERE}/etag", value, value)), Fetched)
    assert not {"if-none-match", "if-modified-since", "x-evil"} & set(server.asked[0].headers)


def test_a_request_contains_our_name_and_nothing_else_about_us(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine paper.example.org login someone password secret\n", "utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.1:3128")
        monkeypatch.setenv(name.lower(), "http://192.0.2.1:3128")
    pages = [f"{HERE}/cookie", "http://paper.example.org/cookie", f"{HERE}/fine.html#part", f"{HERE}/redirect/302"]
    politeness = dataclasses.replace(QUICK, address="https://github.com/example/leaderboard")
    for _, came in outcomes(server, *pages, politeness=politeness):
        assert isinstance(came, Fetched)
    assert len(server.asked) == 5
    for request in server.asked:
        assert request.method == "GET"
        assert "#" not in request.path
        assert set(request.headers) <= {"host", "user-agent", "accept", "accept-encoding", "connection"}
        assert request.headers["accept-encoding"] == "gzip, deflate"
        name, address = request.headers["user-agent"].split(" ")
        assert name.startswith("openness-bot/")
        assert address == "(+https://github.com/example/leaderboard)"


@pytest.mark.parametrize(
    "address", ["", "here", "https://example.org/\r\nX: 1", "https://example.org/a)b", "javascript:1"]
)
def test_an_address_that_cannot_be_sent_along_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="expected https"):
        Politeness(address=address)


def test_without_an_address_there_is_just_the_name() -> None:
    assert "(" not in Politeness().user_agent


# ---- no way there ----------------------------------------------------------------------------------------------------


class Failing(AbstractResolver):
    """A resolver that raises a given exception."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        raise self.error

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), Trouble.NAME),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"), Trouble.NETWORK),
        (socket.gaierror(socket.EAI_FAIL, "Non-recoverable failure"), Trouble.NETWORK),
        (UnicodeError("label too long"), Trouble.NAME),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), Trouble.NETWORK),
    ],
)
@pytest.mark.parametrize("robots", [True, False])
def test_an_unknown_name_is_distinguished_from_a_missing_network(
    server: Server, error: Exception, trouble: Trouble, *, robots: bool
) -> None:
    politeness = dataclasses.replace(QUICK, robots=robots)
    came = outcome(server, "/fine.html", resolver=Failing(error), politeness=politeness)
    assert isinstance(came, NoAnswer)
    assert came.trouble is trouble


def test_a_closed_port_is_no_connection(server: Server) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        came = outcome(server, f"http://paper.example.org:{unheard.getsockname()[1]}/")
    assert came == NoAnswer((), Trouble.CONNECTION, "its host can't be reached")


@pytest.mark.parametrize(
    ("number", "trouble"),
    [(errno.ENETUNREACH, Trouble.NETWORK), (errno.EHOSTUNREACH, Trouble.NETWORK), (errno.EPIPE, Trouble.CONNECTION)],
)
def test_no_way_from_here_is_the_network(
    server: Server, monkeypatch: pytest.MonkeyPatch, number: int, trouble: Trouble
) -> None:
    async def connect(loop: object, sock: object, address: object) -> None:
        raise OSError(number, "no way")

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", connect)
    came = outcome(server, "/fine.html")
    assert isinstance(came, NoAnswer)
    assert came.trouble is trouble


def test_certificates_are_checked(server: Server) -> None:
    came = outcome(server, "https://wrong-name.example.org/fine.html")
    assert came == NoAnswer((), Trouble.CERTIFICATE, "its certificate isn't valid (it is for another host)")
    came = outcome(server, "/fine.html", tls=None)
    assert isinstance(came, NoAnswer)
    assert came.trouble is Trouble.CERTIFICATE
    assert server.asked == []


def test_a_port_without_tls_is_no_protocol(server: Server) -> None:
    came = outcome(
        server,
        f"https://paper.example.org:{server.port}/fine.html",
        politeness=dataclasses.replace(QUICK, connecting=0.2),
    )
    assert isinstance(came, NoAnswer)
    assert came.trouble in (Trouble.PROTOCOL, Trouble.CONNECTION)


def test_old_versions_of_tls_are_not_spoken(server: Server) -> None:
    context = server.trust()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_no_page_at_all_ends_at_once(server: Server) -> None:
    assert outcomes(server) == []


def test_the_same_page_twice_is_handed_over_twice(server: Server) -> None:
    assert len(outcomes(server, "/fine.html", "/fine.html")) == 2


def test_an_exception_inside_of_aiohttp_does_not_end_the_run(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.pages["/odd"] = Reply(headers={"Retry-After": "x"}, status=429)
    monkeypatch.setattr("bot.sources.web.asking._retry_after", lambda value, now: {}[value])
    first, second = outcomes(server, "/odd", "/fine.html")
    assert {type(first[1]), type(second[1])} == {NoAnswer, Fetched}
