"""Connections, and the one place that decides whether to make them.

Earlier checks of URLs and names only save requests: what counts is the address that the socket connects to, so that DNS
rebinding has no effect.
"""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakSet

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.sources.web.addresses import PUBLIC
from bot.sources.web.failures import AddressRefusedError

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

    from bot.sources.web.addresses import Reach
    from bot.sources.web.politeness import Politeness

_ACCEPT = "text/html,application/xhtml+xml,application/pdf,application/json,text/*;q=0.9,*/*;q=0.8"
_NAMES_AT_ONCE = 32
_MOST_TURNS = 100
"""Turns of the event loop for closing open connections; a few are enough."""


@dataclass(frozen=True)
class Network:
    """What requests may reach, and whom they trust."""

    reach: Reach = PUBLIC
    resolver: AbstractResolver | None = None
    """None: the system's."""
    tls: ssl.SSLContext | None = None
    """None: the system's certificates."""


PUBLIC_WEB = Network()


@asynccontextmanager
async def session(politeness: Politeness, network: Network) -> AsyncIterator[ClientSession]:
    """Open a session without cookies, passwords or proxies, and without any connection that `reach` does not allow."""
    gate = _AddressGate(network.reach)
    names = network.resolver or SystemResolver()
    connector = TCPConnector(
        resolver=names,
        ttl_dns_cache=None,
        dns_cache_max_size=100_000,
        limit=0,
        ssl=network.tls or True,
        socket_factory=gate,
    )
    timeout = ClientTimeout(total=None, sock_connect=politeness.connecting, sock_read=politeness.without_a_byte)
    headers = {"User-Agent": politeness.user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"}
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
        await gate.close()
        if names is not network.resolver:
            await names.close()


class SystemResolver(AbstractResolver):
    """The system's resolver, for 32 names at the same time, in threads of its own: an unknown name takes seconds."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_NAMES_AT_ONCE, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return all addresses of a host. Raises OSError where it is unknown, or no name server answers."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG)
        )
        return [
            ResolveResult(
                hostname=host,
                host=str(place[0]),
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, place in found
        ]

    async def close(self) -> None:
        """Start no further look-up; those in progress end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class _AddressGate:
    """Factory of all sockets, which refuses addresses that may not be connected to.

    aiohttp calls it with the very address that it then connects to (aiohappyeyeballs' `_connect_sock`, the only place where
    either connects): after names are resolved, for each address of a host, and for numeric hosts.
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
        """Close all connections, also those that wait for the server to close."""
        for _ in range(_MOST_TURNS):
            left = [made for made in self._made if made.fileno() >= 0]
            if not left:
                return
            for made in left:
                with suppress(OSError):
                    made.shutdown(socket.SHUT_RDWR)
            await asyncio.sleep(0)


def open_files() -> int:
    """Return the limit of open files and connections of this process: 1,024 on many systems."""
    try:
        import resource  # Windows doesn't have it
    except ImportError:
        return 512
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return most if most != resource.RLIM_INFINITY else 1_000_000
