"""Which resolver a session uses, and which one it closes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp.abc import AbstractResolver, ResolveResult

from bot.sources.web import connecting
from bot.sources.web.connecting import Network, session
from bot.sources.web.politeness import POLITE
from tests.sources.web.server import LOOPBACK

if TYPE_CHECKING:
    import pytest

    from tests.sources.web.server import Server


class Resolver(AbstractResolver):
    """A resolver that leads all names to one port of loopback."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.resolved: list[str] = []
        self.closed = 0

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        self.resolved.append(host)
        return [ResolveResult(hostname=host, host="127.0.0.1", port=self.port, family=2, proto=0, flags=0)]

    async def close(self) -> None:
        self.closed += 1


async def get(network: Network) -> int:
    async with session(POLITE, network) as opened, opened.get("http://paper.example.org/fine.html") as response:
        return response.status


def test_the_resolver_of_the_network_is_used_and_left_open(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    system, own = Resolver(), Resolver(server.port)
    monkeypatch.setattr(connecting, "SystemResolver", lambda: system)
    assert asyncio.run(get(Network(LOOPBACK, own))) == 200
    assert (own.resolved, own.closed) == (["paper.example.org"], 0)
    assert (system.resolved, system.closed) == ([], 0)


def test_without_one_the_system_is_asked_and_its_resolver_closed(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = Resolver(server.port)
    monkeypatch.setattr(connecting, "SystemResolver", lambda: system)
    assert asyncio.run(get(Network(LOOPBACK))) == 200
    assert (system.resolved, system.closed) == (["paper.example.org"], 1)
