"""The guard itself prevents connections of every kind."""

from __future__ import annotations

import _socket
import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from bot.sources.web.addresses import Reach
from bot.sources.web.outcome import NoAnswer
from tests.sources.web.asked import outcome
from tests.sources.web.guard import Guard, Trespass

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sources.web.server import Server

OUTSIDE = ("192.0.2.1", 80)


def by_asyncio() -> None:
    async def connect() -> None:
        with socket.socket() as made:
            made.setblocking(False)
            await asyncio.get_running_loop().sock_connect(made, OUTSIDE)

    asyncio.run(connect())


def with_a_socket(use: Callable[[socket.socket], object], kind: int = socket.SOCK_STREAM) -> Callable[[], None]:
    def used() -> None:
        with socket.socket(socket.AF_INET, kind) as made:
            use(made)

    return used


def in_c() -> None:
    made = _socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.connect(OUTSIDE)
    finally:
        made.close()


WAYS: dict[str, Callable[[], object]] = {
    "connect": with_a_socket(lambda made: made.connect(OUTSIDE)),
    "connect_ex": with_a_socket(lambda made: made.connect_ex(OUTSIDE)),
    "sendto": with_a_socket(lambda made: made.sendto(b"x", OUTSIDE), socket.SOCK_DGRAM),
    "sendmsg": with_a_socket(lambda made: made.sendmsg([b"x"], [], 0, OUTSIDE), socket.SOCK_DGRAM),
    "in C": in_c,
    "asyncio": by_asyncio,
    "asyncio's streams": lambda: asyncio.run(asyncio.wait_for(asyncio.open_connection(*OUTSIDE), 1)),
}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_gets_past_the_guard(guard: Guard, way: str) -> None:
    with pytest.raises(Trespass):
        WAYS[way]()
    assert guard.attempts == [OUTSIDE]
    guard.attempts.clear()


@pytest.mark.parametrize("look_up", [socket.gethostbyname, lambda name: socket.getaddrinfo(name, 80)])
def test_no_name_is_looked_up(guard: Guard, look_up: Callable[[str], object]) -> None:
    with pytest.raises(Trespass):
        look_up("paper.example.org")
    assert guard.attempts == [("paper.example.org",)]
    guard.attempts.clear()
    look_up("127.0.0.1")


def test_the_guard_stops_us_when_our_own_check_is_taken_away(server: Server, guard: Guard) -> None:
    came = outcome(server, "http://10.0.0.1/", reach=Reach(lambda _: True, ports=None))
    assert isinstance(came, NoAnswer)
    assert guard.attempts == [("10.0.0.1", 80)]
    guard.attempts.clear()


def test_what_is_on_loopback_passes_and_is_remembered(server: Server, guard: Guard) -> None:
    outcome(server, "http://paper.example.org/fine.html")
    assert guard.connected == [("127.0.0.1", server.port)]
