"""No private address is requested: in no notation, by no name, through no redirect."""

from __future__ import annotations

import dataclasses
import socket
from typing import TYPE_CHECKING

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.sources.web.addresses import PUBLIC, Reach, is_public
from bot.sources.web.connecting import SystemResolver
from bot.sources.web.outcome import Fetched, NoAnswer, Outcome, PageRequest, Trouble
from tests.sources.web.asked import QUICK, outcome, outcomes
from tests.sources.web.server import GARBAGE, WHERE_NOT, Server, redirect

if TYPE_CHECKING:
    from tests.sources.web.guard import Guard

HOSTS = """
127.0.0.1 127.1 127.0.1 127.0.0.1. 2130706433 0x7f000001 0x7f.1 0x7f.0.0.1 0X7F.0.0.1 017700000001 0177.1 0177.0.0.1
0177.0.0.01 00000177.0.0.1 127.0.0.0x1 127.0x1 127.65535 0 0.0.0.0 0x0 00 0.0 localhost localhost. LOCALHOST
10.0.0.1 10.1 167772161 0xa.1 012.1 192.168.0.1 192.168.1 3232235521 172.16.0.1 172.16.1 100.64.0.1
169.254.169.254 169.254.43518 2852039166 0xa9fea9fe 0xa9.0xfe.0xa9.0xfe 0251.0376.0251.0376 025177524776
169.16689662 168.63.129.16 2822734096 192.0.0.192 100.100.100.200 198.18.0.1 224.0.0.1 255.255.255.255 240.0.0.1
１２７.0.0.1 ①②⑦.⓪.⓪.① 127。0。0。1 ⓛⓞⓒⓐⓛⓗⓞⓢⓣ 169.254.169.254:80 %31%32%37.0.0.1
[::1] [::] [::127.0.0.1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:169.254.169.254] [::ffff:a9fe:a9fe]
[0:0:0:0:0:ffff:a9fe:a9fe] [0000:0000:0000:0000:0000:0000:0000:0001] [64:ff9b::169.254.169.254] [64:ff9b::a9fe:a9fe]
[64:ff9b:1::1] [2002:a9fe:a9fe::1] [2002:7f00:1::] [2001:0:1:1:1:1:1:1] [fe80::1] [fe80::1%25eth0] [fe80::1%25lo]
[::1%25lo] [fec0::1] [fc00::1] [fd00:ec2::254] [ff02::1] [FE80::A9FE:A9FE] [::FFFF:127.0.0.1] [2001:db8::1] [100::1]
""".split()  # noqa: SIM905


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", HOSTS)
def test_no_notation_leads_to_what_is_not_public(host: str, scheme: str, guard: Guard, server: Server) -> None:
    guard.names.add("localhost")
    url = f"{scheme}://{host}/latest/meta-data/"
    came = outcome(server, url, reach=PUBLIC, resolver=None, tls=None)
    assert isinstance(came, NoAnswer)
    # Where the C library doesn't take a notation for a number, it would be looked up as a name.
    looked_up = [attempt for attempt in guard.attempts if len(attempt) == 1]
    assert came.trouble is Trouble.REFUSED or looked_up
    for attempt in looked_up:
        guard.attempts.remove(attempt)
    assert guard.connected == []


@pytest.mark.parametrize(
    "addresses",
    [
        ["169.254.169.254"],
        ["127.0.0.1"],
        ["::1"],
        ["10.0.0.1", "192.168.0.1", "::1", "fe80::1%eth0"],
        ["::ffff:10.0.0.1", "64:ff9b::10.0.0.1"],
        ["not an address"],
    ],
)
def test_no_name_leads_to_what_is_not_public(server: Server, guard: Guard, addresses: list[str]) -> None:
    server.elsewhere["paper.example.org"] = addresses
    came = outcome(server, "/fine.html", reach=PUBLIC)
    assert came == NoAnswer((), Trouble.REFUSED, "its host has no public address")
    assert guard.connected == []


class OneServer(Reach):
    """Public addresses, and one server of a test."""

    def __init__(self, server: Server) -> None:
        super().__init__(is_public, frozenset({80, 443, server.port, server.secure_port}))
        object.__setattr__(self, "_places", {(server.address, server.port), (server.address, server.secure_port)})

    def allows(self, host: str, port: int) -> bool:
        places: set[tuple[str, int]] = object.__getattribute__(self, "_places")
        return (host, port) in places or super().allows(host, port)


def test_of_the_addresses_of_a_host_only_the_allowed_are_connected_to(server: Server, guard: Guard) -> None:
    server.elsewhere["paper.example.org"] = ["10.0.0.1", "::1", "127.0.0.9", server.address, "fe80::1"]
    assert isinstance(outcome(server, "/fine.html", reach=OneServer(server)), Fetched)
    assert guard.connected == [(server.address, server.secure_port)]


def test_every_connection_passes_the_gate(server: Server, guard: Guard) -> None:
    seen: list[tuple[str, int]] = []

    class Seen(OneServer):
        def allows(self, host: str, port: int) -> bool:
            seen.append((host, port))
            return super().allows(host, port)

    server.elsewhere["two.example.org"] = ["127.0.0.9", server.address]
    pages = [
        f"{scheme}://{name}.example.org/hops/3" for scheme in ("http", "https") for name in ("one", "two", "three")
    ]
    outcomes(server, *pages, "/redirect/down", "/redirect/protocol", reach=Seen(server))
    allowed = [place for place in seen if place[0] == server.address]
    assert sorted(guard.connected) == sorted(allowed)
    assert len(allowed) >= 8


class Rebinding(AbstractResolver):
    """A resolver with another answer each time."""

    def __init__(self, server: Server) -> None:
        self.names = server.names()
        self.server = server
        self.times = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        self.times += 1
        self.server.elsewhere[host] = [self.server.address if self.times == 1 else "169.254.169.254"]
        return await self.names.resolve(host, port, family)

    async def close(self) -> None:
        pass


def test_a_name_that_leads_elsewhere_the_second_time_is_refused_then(server: Server) -> None:
    server.pages["/first"] = redirect("http://paper.example.org/second")
    came = outcome(server, "/first", reach=OneServer(server), resolver=Rebinding(server))
    assert isinstance(came, NoAnswer)
    assert came.trouble is Trouble.REFUSED
    assert server.paths == ["/first"]


@pytest.mark.parametrize("place", WHERE_NOT)
@pytest.mark.parametrize("robots", [True, False])
def test_no_redirect_leads_to_what_is_not_public(server: Server, place: str, robots: bool) -> None:
    options = {"resolver": _Numbers(server), "reach": OneServer(server)}
    came = outcome(server, f"/to/{place}", politeness=dataclasses.replace(QUICK, robots=robots), **options)
    assert isinstance(came, NoAnswer)
    assert came.trouble is Trouble.REFUSED
    assert set(server.paths) <= {"/robots.txt", f"/to/{place}"}
    assert "secret" not in repr(came)


class _Numbers(AbstractResolver):
    """The server's names, but numbers as the system reads them."""

    def __init__(self, server: Server) -> None:
        self.names = server.names()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        if host.endswith(".example.org"):
            return await self.names.resolve(host, port, family)
        system = SystemResolver()
        try:
            return await system.resolve(host, port)
        finally:
            await system.close()

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("place", GARBAGE)
def test_a_redirect_to_garbage_is_reported(server: Server, place: str) -> None:
    came = outcome(server, f"/garbage/{place}")
    assert isinstance(came, NoAnswer)
    assert came.trouble is Trouble.REDIRECTS
    assert server.paths == [f"/garbage/{place}"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "paper.example.org",
        "//paper.example.org/",
        "file:///etc/hosts",
        "ftp://paper.example.org/",
        "data:text/html,x",
        "gopher://paper.example.org/",
        "unix:///run/docker.sock",
        "http+unix://%2Frun%2Fdocker.sock/",
        "ws://paper.example.org/",
        "https://someone@paper.example.org/",
        "https://someone:secret@paper.example.org/",
        "https://:secret@paper.example.org/",
        "https://paper.example.org:25/",
        "https://paper.example.org:8443/",
        "https://paper.example.org:0/",
        "https://paper.example.org:-1/",
        "https://paper.example.org:65536/",
        "https://paper.example.org\\@10.0.0.1/",
        "https://",
        "https:///x",
        "https://./",
        "https://..example.org/",
        "https://[::1",
        "https://[::g]/",
        "https://pa per.example.org/",
        "https://paper.example.org%00/",
        f"https://paper.example.org/{'x' * 9000}",
        "https://paper.example.org/\ud800",
    ],
)
def test_invalid_urls_are_refused_before_any_request(server: Server, url: str) -> None:
    came: Outcome = outcome(server, PageRequest(url), reach=PUBLIC)
    assert isinstance(came, NoAnswer)
    assert came.trouble is Trouble.REFUSED
    assert "secret" not in came.words
    assert (server.resolved, server.asked) == ([], [])
