"""Connections, and the one place where it is decided whether they are made.

What is parsed and looked up before only spares the way: the address that counts is the one that a socket connects to.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING
from weakref import WeakSet

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

from bot.sources.web.failures import AddressRefusedError
from bot.sources.web.names import SystemResolver

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

    from aiohttp.abc import AbstractResolver

    from bot.sources.web.addresses import Reach
    from bot.sources.web.manners import Politeness

_ACCEPT = "text/html,application/xhtml+xml,application/pdf,application/json,text/*;q=0.9,*/*;q=0.8"
_MOST_TURNS = 100
"""Of the event loop, for closing what is open; a few are enough."""


@asynccontextmanager
async def session(
    manners: Politeness, reach: Reach, resolver: AbstractResolver | None, tls: ssl.SSLContext | bool
) -> AsyncIterator[ClientSession]:
    """What requests are sent with: no cookies, no passwords, no proxies, and no connection that `reach` doesn't allow."""
    door = _AddressGate(reach)
    names = resolver or SystemResolver()
    connector = TCPConnector(
        resolver=names,
        ttl_dns_cache=None,
        dns_cache_max_size=100_000,
        limit=0,
        ssl=tls,
        socket_factory=door,
    )
    timeout = ClientTimeout(total=None, sock_connect=manners.connecting, sock_read=manners.without_a_byte)
    headers = {"User-Agent": manners.user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"}
    try:
        async with ClientSession(
            connector=connector,
            timeout=timeout,
            headers=headers,
            cookie_jar=DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
        ) as opened:
            yield opened
    finally:
        await door.close()
        if names is not resolver:
            await names.close()


class _AddressGate:
    """Makes the socket of each connection, when its address is one that may be connected to.

    aiohttp calls it with the very address that it then connects to (aiohappyeyeballs' `_connect_sock`, the only place where
    either connects): after names were resolved, for each address of a host, for what is written as a number.
    """

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._made: WeakSet[socket.socket] = WeakSet()

    def __call__(self, info: tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]) -> socket.socket:
        family, kind, protocol, _, place = info
        if family not in (socket.AF_INET, socket.AF_INET6) or not self._reach.allows(*place[:2]):
            raise AddressRefusedError
        made = socket.socket(family, kind, protocol)
        self._made.add(made)
        return made

    async def close(self) -> None:
        """Waits until no connection is left; those that wait for a server's farewell don't get it."""
        for _ in range(_MOST_TURNS):
            left = [made for made in self._made if made.fileno() >= 0]
            if not left:
                return
            for made in left:
                with suppress(OSError):
                    made.shutdown(socket.SHUT_RDWR)
            await asyncio.sleep(0)


def open_files() -> int:
    """How many files and connections this process may have open: 1,024 in many places."""
    try:
        import resource  # Windows doesn't have it
    except ImportError:
        return 512
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return most if most != resource.RLIM_INFINITY else 1_000_000
