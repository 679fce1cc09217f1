"""The cost of fetching 50,000 pages of 1,000 hosts, from servers on loopback in processes of their own.

Measured for fetching alone, and for all of `evidence verify`. There is no pause between two requests to a host; everything
else is as in production: robots.txt is fetched and obeyed, hosts get one request at a time, all addresses are checked,
bodies are decompressed and counted.
"""

from __future__ import annotations

import asyncio
import gzip
import random
import socket
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import ExitStack, closing
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp.abc import AbstractResolver, ResolveResult

from benchmarks.cost import Cost, median, run
from benchmarks.generator import HERE, generate, git
from bot import cli
from bot.cli import known_evidence
from bot.sources.web.addresses import Reach
from bot.sources.web.connecting import Network
from bot.sources.web.outcome import Fetched, Outcome, PageRequest
from bot.sources.web.politeness import Politeness
from bot.sources.web.visiting import visit

if TYPE_CHECKING:
    from bot.sources.evidence.verification import Visit

URLS, HOSTS, SERVERS = 50_000, 1_000, 2
ASSESSMENTS = 3_000
"""Number of assessments that cite the pages."""
QUOTED = 20
"""Every twentieth page has a quote, because reading a page takes longer than fetching it."""
_RUNS = 3


def evidence() -> str:
    """Measure the fetching of pages; return the lines about it."""
    me = [sys.executable, "-m", "benchmarks.evidence"]
    with ExitStack() as stack:
        ports = []
        for _ in range(SERVERS):
            server = stack.enter_context(subprocess.Popen([*me, "serve"], cwd=HERE, stdout=subprocess.PIPE))
            stack.callback(server.terminate)
            if server.stdout is None:
                raise SystemExit("a server says nothing")
            ports.append(server.stdout.readline().decode().strip())
        print(f"measuring {URLS:,} pages of {HOSTS:,} hosts …", file=sys.stderr)
        asking = median([run(HERE, [*me, "visit", *ports]) for _ in range(_RUNS)])
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="openness-bench-")))
        cite(root)
        print("measuring all of `evidence verify` …", file=sys.stderr)
        verifying = median([run(HERE, [*me, "verify", str(root), *ports]) for _ in range(_RUNS)])
    goal = "(goal: at least 1,000 a second, below 300 MiB)"
    return "\n".join((
        f"- Asking for {URLS:,} pages of {HOSTS:,} hosts on loopback, without pauses {goal}: {_figures(asking)}.",
        (
            f"- All of `evidence verify` for as many, cited by {ASSESSMENTS:,} assessments, every {QUOTED}th with a quote {goal}: "
            f"{_figures(verifying)}, that of the processes which read them included."
        ),
    ))  # fmt: skip


def _figures(cost: Cost) -> str:
    return (
        f"{URLS / cost.seconds:,.0f} a second, {cost.mebibytes:.0f} MiB; {cost.processor / URLS * 1000:.2f} ms of processor "
        "time per page"
    )


# ---- the assessments -------------------------------------------------------------------------------------------------

_ADDRESS = "      - url: https://example.org/reports/"


def cite(root: Path) -> None:
    """Fill `root` with a repository whose assessments cite all the pages."""
    generate(root, ASSESSMENTS)
    number = count()
    for file in sorted(root.glob("assessments/*/model-*.yaml")):
        lines = []
        for line in file.read_text("utf-8").splitlines():
            if not line.startswith(_ADDRESS):
                lines.append(line)
                continue
            page = next(number) % URLS
            lines.append(f"      - url: {address(page)}")
            lines += ["        quote: model weights tokens"] if page % QUOTED == 0 else []
        file.write_text("\n".join((*lines, "")), "utf-8")
    if next(number) < URLS:
        raise SystemExit(f"{ASSESSMENTS} assessments cite fewer than {URLS} pages")
    git(root, "commit", "--quiet", "--all", "--message=Cite all pages")


def address(number: int) -> str:
    """Return the address of a page."""
    return f"http://host-{number % HOSTS}.example.org/page/{number}"


# ---- the servers -----------------------------------------------------------------------------------------------------


def page() -> bytes:
    """Return a compressed page of about 10 KB."""
    words = ["model", "weights", "tokens"]
    words += random.Random(1).choices(["model", "weights", "tokens", "licence", "data", "openly", "trained"], k=1500)
    return gzip.compress(f"<!doctype html><title>Example</title><p>{' '.join(words)}".encode(), mtime=0)


class _Server(asyncio.Protocol):
    """A server that does as little as possible, because its cost is not to be measured."""

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
    """Print the port, and serve until terminated."""
    server = await asyncio.get_running_loop().create_server(_Server, "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


# ---- the visitor -----------------------------------------------------------------------------------------------------


class _Names(AbstractResolver):
    """A resolver that answers every name with one of the servers."""

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
    """Fetch all pages; return how many came whole."""
    came = 0

    async def take(_: PageRequest, outcome: Outcome) -> None:
        nonlocal came
        came += isinstance(outcome, Fetched) and outcome.whole and len(outcome.data) > 5_000

    async def ask() -> None:
        await _asking(ports)([PageRequest(address(number)) for number in range(URLS)], take)

    asyncio.run(ask())
    return came


def verify_all(root: Path, ports: list[int]) -> int:
    """Run `evidence verify`; return how many pages are known to be fine afterwards."""
    known_evidence.visitor = lambda contact=None: _asking(ports)  # noqa: ARG005 (its name)
    with tempfile.TemporaryDirectory(prefix="openness-bench-") as folder:
        state = Path(folder) / "state.sqlite"
        # Through the entry point of the command, with its settings of the garbage collector.
        try:
            cli.run(["--root", str(root), "evidence", "verify", "--state", str(state)])
        except SystemExit as end:
            code = end.code
        with closing(sqlite3.connect(state)) as connection:
            fine: int = connection.execute("SELECT count(*) FROM pages WHERE state = 'fine'").fetchone()[0]
    return fine if code == 0 else 0


def _asking(ports: list[int]) -> Visit:
    reach = Reach(lambda address: address.is_loopback, ports=None)
    return partial(visit, politeness=Politeness(pause=0), network=Network(reach, _Names(ports)))


def main(how: str, *where: str) -> None:
    """Run one of the processes: `serve`, `visit PORT...` or `verify ROOT PORT...`."""
    if how == "serve":
        asyncio.run(serve())
        return
    if how == "visit":
        found = visit_all([int(port) for port in where])
    else:
        found = verify_all(Path(where[0]), [int(port) for port in where[1:]])
    if found != URLS:
        raise SystemExit(f"{found} of {URLS} pages came")


if __name__ == "__main__":
    main(*sys.argv[1:])
