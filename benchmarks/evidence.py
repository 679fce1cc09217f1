"""Asking for 50,000 pages of 1,000 hosts, against servers on loopback in processes of their own.

What is lifted is the pause between two requests to a host; everything else is as it is in use: robots.txt is asked for and
obeyed, one request at a time per host, every address checked, bodies decompressed and counted.
"""

from __future__ import annotations

import asyncio
import gzip
import random
import socket
import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

from aiohttp.abc import AbstractResolver, ResolveResult

from benchmarks.generator import HERE
from bot.web.addresses import Reach
from bot.web.manners import Manners
from bot.web.outcome import Got, Outcome, Wanted
from bot.web.visiting import visit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.__main__ import Cost

URLS, HOSTS, SERVERS = 50_000, 1_000, 2


def evidence(run: Callable[[Path, list[str]], Cost]) -> str:
    """The line about asking for pages."""
    me = [sys.executable, "-m", "benchmarks.evidence"]
    print(f"measuring {URLS:,} pages of {HOSTS:,} hosts …", file=sys.stderr)
    with ExitStack() as stack:
        ports = []
        for _ in range(SERVERS):
            server = stack.enter_context(subprocess.Popen([*me, "serve"], cwd=HERE, stdout=subprocess.PIPE))
            stack.callback(server.terminate)
            if server.stdout is None:
                raise SystemExit("a server says nothing")
            ports.append(server.stdout.readline().decode().strip())
        costs = [run(HERE, [*me, "visit", *ports]) for _ in range(3)]
    cost = sorted(costs, key=lambda cost: cost.seconds)[1]
    return (
        f"- Asking for {URLS:,} pages of {HOSTS:,} hosts on loopback, without pauses (goal: at least 1,000 a second, below "
        f"300 MiB): {URLS / cost.seconds:,.0f} a second, {cost.mebibytes:.0f} MiB; {cost.processor / URLS * 1000:.2f} ms of "
        "processor time per page."
    )


# ---- the servers -----------------------------------------------------------------------------------------------------


def page() -> bytes:
    """A page of about 10 KB, compressed as most are."""
    words = random.Random(1).choices(["model", "weights", "tokens", "licence", "data", "openly", "trained"], k=1500)
    return gzip.compress(f"<!doctype html><title>Example</title><p>{' '.join(words)}".encode(), mtime=0)


class _Server(asyncio.Protocol):
    """As little as a server can do, so that it isn't what is measured."""

    _BODY = page()
    _FINE = (
        b'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\nETag: "1"\r\n'
        b"Content-Length: %d\r\n\r\n%b" % (len(_BODY), _BODY)
    )
    _RULES = b"User-agent: *\nDisallow: /private\n"
    _ROBOTS = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%b" % (len(_RULES), _RULES)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
        self._asked = b""

    def data_received(self, data: bytes) -> None:
        self._asked += data
        while b"\r\n\r\n" in self._asked:
            head, _, self._asked = self._asked.partition(b"\r\n\r\n")
            self._transport.write(self._ROBOTS if head.startswith(b"GET /robots.txt ") else self._FINE)
            if b"\r\nConnection: close" in head:
                self._transport.close()


async def serve() -> None:
    """Says its port, and serves until it is stopped."""
    server = await asyncio.get_running_loop().create_server(_Server, "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


# ---- the visitor -----------------------------------------------------------------------------------------------------


class _Names(AbstractResolver):
    """Leads every name to one of the servers."""

    def __init__(self, ports: list[int]) -> None:
        self._ports = ports

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        at = self._ports[(sum(host.encode()) + port + family) % len(self._ports)]
        return [
            ResolveResult(hostname=host, host="127.0.0.1", port=at, family=socket.AF_INET, proto=0, flags=0)
        ]  # fmt: skip

    async def close(self) -> None:
        pass


def visit_all(ports: list[int]) -> int:
    """How many pages came."""
    came = 0

    async def take(_: Wanted, outcome: Outcome) -> None:
        nonlocal came
        came += isinstance(outcome, Got) and outcome.whole and len(outcome.data) > 5_000

    wanted = (Wanted(f"http://host-{number % HOSTS}.example.org/page/{number}") for number in range(URLS))
    reach = Reach(lambda address: address.is_loopback, ports=None)
    asyncio.run(visit(wanted, take, manners=Manners(pause=0), reach=reach, resolver=_Names(ports)))
    return came


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        asyncio.run(serve())
    else:
        found = visit_all([int(port) for port in sys.argv[2:]])
        sys.exit(None if found == URLS else f"{found} of {URLS} pages came")
