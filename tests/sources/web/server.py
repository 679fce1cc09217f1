"""A web server on loopback with all behaviours of servers: fine and slow pages, circles, bombs, captchas, nonsense.

    from tests.sources.web.server import LOOPBACK, Reply, Server

    with Server() as server:
        server.pages["/mine"] = Reply(body=b"<p>Mine.", headers={"ETag": '"1"'})
        server.pages["paper.example.org/x"] = Reply(404)  # for this host name only, and before the one for any host
        network = Network(LOOPBACK, server.names(), server.trust())
        asyncio.run(visit([PageRequest("https://paper.example.org/fine.html")], take, network=network))
        assert server.paths == ["/robots.txt", "/fine.html"]

- `PAGES` are there from the start: look there for what can be asked for. A page is a `Reply`, or a function from the
  `Request` to one. What there is no page for is answered with 404, `/robots.txt` too, so everything may be asked.
- `names()` is a resolver for aiohttp that leads every host name to this server: http:// (port 80) to its plain port,
  https:// (port 443) to the one with TLS, any other port to itself. Names in `server.unknown` don't exist, those in
  `server.elsewhere` have the addresses that it gives. A new one for each event loop isn't needed.
- With `tls=False` there is no TLS port (a few milliseconds less). Certificates are made for whatever name a client asks
  for, by an authority of this process alone which `trust()` trusts; for a name that begins with `wrong-` the
  certificate is somebody else's.
- `url("/x")` is an address with the plain port in it, for clients that take no resolver.
- `LOOPBACK` is the reach that opens 127.0.0.0/8 and ::1 on every port, and nothing else.
- `asked` has every request in its order; `hosts` says which hosts they were for. `most_at_once` is how many requests
  were under way at the same time.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, Self, TypeAlias

import trustme
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.sources.web.addresses import Reach

if TYPE_CHECKING:
    from types import TracebackType

LOOPBACK = Reach(lambda address: address.is_loopback, ports=None)
NEVER = 3600.0
"""Longer than any test waits, in seconds."""


@dataclass(frozen=True)
class Request:
    """A recorded request."""

    method: str
    host: str
    """Without the port, in lower case."""
    path: str
    """With the query."""
    headers: Mapping[str, str]
    """By their names in lower case; the last one counts."""
    secure: bool


@dataclass(frozen=True)
class Reply:
    """An answer. `Content-Length` and `Content-Type` are added unless they, or `Transfer-Encoding`, are given."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    after: float = 0
    """Seconds before the first byte."""
    pieces: Iterable[bytes] | None = None
    """Sent one by one instead of the body, with `every` seconds before each; the connection's end is the body's."""
    every: float = 0
    raw: bytes | None = None
    """Sent as it is instead of everything else; then the connection is closed."""
    reset: bool = False
    """Whether to close the connection instead of everything else."""


Page: TypeAlias = Reply | Callable[[Request], Reply]


def redirect(to: str, status: int = 302) -> Reply:
    """Return a redirect to an address, unchanged."""
    return Reply(status, {"Location": to}, b"moved", "text/plain")


def bomb(encoding: str, size: int = 1 << 30) -> bytes:
    """Return `size` zero bytes, compressed as `gzip`, `deflate` or `gzip, gzip` to a thousandth or a millionth."""
    return _bomb(encoding, size)


@cache
def _bomb(encoding: str, size: int) -> bytes:
    compress = zlib.compressobj(9, zlib.DEFLATED, 15 if encoding == "deflate" else 31)
    block = bytes(1 << 20)
    # After a full flush each block is as good as any other, so that one is enough to make; only the checksum is wrong.
    first, again = (compress.compress(block) + compress.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    data = first + again * ((size >> 20) - 1) + compress.flush()
    return gzip.compress(data, mtime=0) if encoding == "gzip, gzip" else data


def _validated(request: Request) -> Reply:
    known = request.headers.get("if-none-match") == '"v1"'
    headers = {"ETag": '"v1"', "Last-Modified": "Sun, 01 Nov 2026 10:00:00 GMT"}
    return Reply(304, headers) if known else Reply(headers=headers, body=_FINE)


def _dated(request: Request) -> Reply:
    date = "Sun, 01 Nov 2026 10:00:00 GMT"
    known = request.headers.get("if-modified-since") == date
    return Reply(304 if known else 200, {"Last-Modified": date}, b"" if known else _FINE)


_FINE = b"<!doctype html><title>Example One</title><h1>Example One</h1><p>The model was trained on 2 trillion tokens."
_CAPTCHA = b"<!doctype html><title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/h/b/x.js></script>"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
WHERE_NOT = {
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "decimal": "http://2130706433/",
    "hex": "http://0x7f.1/",
    "octal": "http://017700000001/",
    "mapped": "http://[::ffff:169.254.169.254]/",
    "loopback-6": "http://[::1]/",
    "private": "http://10.0.0.1/",
    "file": "file:///etc/hosts",
    "ftp": "ftp://ftp.example.org/x",
    "data": "data:text/plain,x",
    "javascript": "javascript:1",
    "person": "http://someone:secret@paper.example.org/fine.html",
    "port": "http://paper.example.org:25/",
}
"""Targets of `/to/NAME`: forbidden places."""
GARBAGE = {
    "empty": "",
    "scheme": "http:",
    "no-host": "http:///x",
    "bracket": "http://[::1/",
    "port-letters": "http://paper.example.org:x/",
    "port-high": "http://paper.example.org:99999/",
    "host-blank": "http://pa per.example.org/",
    "host-percent": "http://%00.example.org/",
    "bytes": "http://\xff\xfe/",
    "long-label": f"http://{'a' * 300}.example.org/",
}
"""Targets of `/garbage/NAME`: invalid addresses."""

PAGES: dict[str, Page] = {
    "/fine.html": Reply(body=_FINE),
    "/fine.pdf": Reply(body=PDF, content_type="application/pdf"),
    "/fine.json": Reply(body=json.dumps({"license": "apache-2.0"}).encode(), content_type="application/json"),
    "/fine.md": Reply(body=b"# Example One\n\nReleased under *Apache 2.0*.\n", content_type="text/plain"),
    "/latin.html": Reply(body="<p>Gr\xf6\xdfe".encode("latin-1"), content_type="text/html; charset=utf-8"),
    "/no-type": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
    "/old": Reply(raw=b"HTTP/1.0 200 OK\r\n\r\nold and fine"),
    "/large": Reply(body=bytes(40 << 20), content_type="application/octet-stream"),
    # Slowness.
    "/slow": Reply(body=_FINE, after=NEVER),
    "/stalled": Reply(pieces=[b"begins", b"never ends"], every=NEVER),
    "/endless": Reply(pieces=repeat(bytes(1 << 16)), content_type="text/plain"),
    "/dribble": Reply(pieces=repeat(b"."), every=0.02, content_type="text/plain"),
    **{f"/dribble/{status}": Reply(status, pieces=repeat(b"."), every=0.02) for status in (403, 404, 410, 500)},
    "/dribble/302": Reply(302, {"Location": "/fine.html"}, pieces=repeat(b"."), every=0.02),
    "/stalled/404": Reply(404, pieces=[b"begins", b"never ends"], every=NEVER),
    "/cut/404": Reply(404, {"Content-Length": "100"}, body=b"begins"),
    "/dribbled-headers": Reply(pieces=repeat(b"a"), every=0.02, raw=b"HTTP/1.1 200 OK\r\nX: "),
    # Redirects.
    **{f"/redirect/{status}": redirect("/fine.html", status) for status in (301, 302, 303, 307, 308)},
    "/redirect/relative": redirect("../fine.html"),
    "/redirect/query": redirect("?again=1"),
    "/redirect/query?again=1": Reply(body=_FINE),
    "/redirect/protocol": redirect("//other.example.org/fine.html"),
    "/redirect/fragment": redirect("/fine.html#middle"),
    "/redirect/nowhere": Reply(302),
    "/redirect/loop": redirect("/redirect/loop2"),
    "/redirect/loop2": redirect("/redirect/loop"),
    "/redirect/self": redirect("/redirect/self"),
    "/redirect/down": redirect("http://other.example.org/fine.html"),
    "/redirect/up": redirect("https://other.example.org/fine.html"),
    **{f"/hops/{number}": redirect(f"/hops/{number - 1}") for number in range(1, 9)},
    "/hops/0": Reply(body=_FINE),
    **{f"/to/{name}": redirect(place) for name, place in WHERE_NOT.items()},
    **{
        f"/garbage/{name}": Reply(
            raw=b"HTTP/1.1 302 Found\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % place.encode("latin-1")
        )
        for name, place in GARBAGE.items()
    },
    # Compression.
    "/gzip": Reply(headers={"Content-Encoding": "gzip"}, body=gzip.compress(_FINE, mtime=0)),
    "/x-gzip": Reply(headers={"Content-Encoding": "x-gzip"}, body=gzip.compress(_FINE, mtime=0)),
    "/deflate": Reply(headers={"Content-Encoding": "deflate"}, body=zlib.compress(_FINE)),
    "/deflate-raw": Reply(headers={"Content-Encoding": "deflate"}, body=zlib.compress(_FINE)[2:-4]),
    "/gzip-gzip": Reply(
        headers={"Content-Encoding": "gzip, gzip"}, body=gzip.compress(gzip.compress(_FINE, mtime=0), mtime=0)
    ),
    "/gzip-members": Reply(
        headers={"Content-Encoding": "gzip"}, body=gzip.compress(_FINE[:20], mtime=0) + gzip.compress(_FINE[20:])
    ),
    "/gzip-broken": Reply(headers={"Content-Encoding": "gzip"}, body=gzip.compress(_FINE, mtime=0)[:20] + b"\xff" * 99),
    "/gzip-cut": Reply(headers={"Content-Encoding": "gzip"}, body=gzip.compress(_FINE, mtime=0)[:-12]),
    "/gzip-not": Reply(headers={"Content-Encoding": "gzip"}, body=_FINE),
    "/gzip-many": Reply(headers={"Content-Encoding": ", ".join(["gzip"] * 50)}, body=_FINE),
    "/br": Reply(headers={"Content-Encoding": "br"}, body=b"\x0b\x02\x80hello\x03"),
    "/zstd": Reply(headers={"Content-Encoding": "zstd"}, body=b"\x28\xb5\x2f\xfd\x04\x00"),
    "/identity": Reply(headers={"Content-Encoding": "identity"}, body=_FINE),
    "/bomb/gzip": lambda _: Reply(headers={"Content-Encoding": "gzip"}, body=bomb("gzip")),
    "/bomb/deflate": lambda _: Reply(headers={"Content-Encoding": "deflate"}, body=bomb("deflate")),
    "/bomb/gzip-gzip": lambda _: Reply(headers={"Content-Encoding": "gzip, gzip"}, body=bomb("gzip, gzip")),
    # Refusals.
    **{f"/status/{status}": Reply(status, body=b"no") for status in (400, 401, 403, 404, 410, 418, 451, 500, 502, 503)},
    "/soft-404": Reply(body=b"<!doctype html><title>Page not found</title><p>Sorry, this page does not exist."),
    "/429/seconds": Reply(429, {"Retry-After": "7"}, b"too many"),
    "/429/date": Reply(429, {"Retry-After": "Sun, 01 Nov 2026 12:00:07 GMT"}, b"too many"),
    "/429/long": Reply(429, {"Retry-After": "86400"}, b"too many"),
    "/429/silent": Reply(429, body=b"too many"),
    "/503/seconds": Reply(503, {"Retry-After": "7"}, b"being mended"),
    "/captcha/403": Reply(403, body=_CAPTCHA),
    "/captcha/503": Reply(503, body=_CAPTCHA),
    "/captcha/header": Reply(403, {"CF-Mitigated": "challenge"}, b"no"),
    "/captcha/200": Reply(body=_CAPTCHA),
    # What is no HTTP.
    "/no-http": Reply(raw=b"220 mail.example.org ESMTP\r\n"),
    "/silent": Reply(raw=b""),
    "/reset": Reply(reset=True),
    "/length-too-long": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort"),
    "/length-too-short": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nlonger than that"),
    "/length-negative": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx"),
    "/length-twice": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy"),
    "/chunks-bad": Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n"),
    "/chunks-cut": Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"),
    "/header-long": Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\nContent-Length: 0\r\n\r\n"),
    "/header-flood": Reply(raw=b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 100_000 + b"Content-Length: 0\r\n\r\n"),
    "/header-endless": Reply(pieces=repeat(b"X: a\r\n" * 1000), raw=b"HTTP/1.1 200 OK\r\n"),
    "/header-bytes": Reply(
        raw=b'HTTP/1.1 200 OK\r\nETag: "\xff\xfe"\r\nContent-Type: \xff\r\nContent-Length: 1\r\n\r\nx'
    ),
    "/early-hints": Reply(raw=b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"),
    "/early-hints-endless": Reply(pieces=repeat(b"HTTP/1.1 103 Early Hints\r\n\r\n"), raw=b"", every=0.001),
    # Validators.
    "/etag": _validated,
    "/dated": _dated,
    "/304": Reply(304),
    "/cookie": Reply(headers={"Set-Cookie": "id=1; Domain=example.org; Path=/"}, body=_FINE),
}

ROBOTS = {
    "all": b"User-agent: *\nDisallow: /\n",
    "private": b"User-agent: *\nDisallow: /private\nAllow: /private/not\n",
    "us": b"User-agent: openness-bot\nDisallow: /\n\nUser-agent: *\nDisallow:\n",
    "others": b"User-agent: another-bot\nDisallow: /\n",
    "delay": b"User-agent: *\nCrawl-delay: 5\n",
    "delay-long": b"User-agent: *\nCrawl-delay: 86400\n",
    "garbage": bytes(range(256)) * 10,
    "late": b"#" * 600_000 + b"\nUser-agent: *\nDisallow: /\n",
}
"""Answers for robots.txt, by name."""


class Server:
    """A server of `PAGES`, or of a test's own pages, on loopback and in a thread of its own."""

    def __init__(self, *, tls: bool = True, address: str = "127.0.0.1") -> None:
        self.pages: dict[str, Page] = dict(PAGES)
        self.asked: list[Request] = []
        self.unknown: set[str] = set()
        self.elsewhere: dict[str, list[str]] = {}
        self.resolved: list[str] = []
        """Each name that was looked up, in order."""
        self.most_at_once = self._answering = 0
        self.address = address
        self.port = self.secure_port = 0
        self._tls = tls
        self._open: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)
        self._ready = threading.Event()

    def url(self, path: str) -> str:
        """Return the URL of a page with the plain port."""
        return f"http://{self.address}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        """The requested paths, in order."""
        return [request.path for request in self.asked]

    @property
    def hosts(self) -> list[str]:
        """The requested hosts, in order."""
        return [request.host for request in self.asked]

    def robots(self, kind: str, host: str | None = None) -> None:
        """Set one of `ROBOTS`, for all hosts or one."""
        self.pages[f"{host or ''}/robots.txt"] = Reply(body=ROBOTS[kind], content_type="text/plain")

    def names(self) -> AbstractResolver:
        """Return a resolver for aiohttp that leads every name to this server."""
        return _Names(self)

    def trust(self) -> ssl.SSLContext:
        """Return a TLS context that trusts the certificates of this process's servers."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        _authority().configure_trust(context)
        return context

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(30):
            raise RuntimeError("the server didn't start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    # ---- in the thread -----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        # Clients that break off are what tests are about: asyncio would write it to the log.
        self._loop.set_exception_handler(lambda loop, context: None)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        servers = [await asyncio.start_server(self._plain, self.address, 0, limit=1 << 20, backlog=1000)]
        self.port = servers[0].sockets[0].getsockname()[1]
        if self._tls:
            servers.append(await asyncio.start_server(self._secure, self.address, 0, ssl=_server_context()))
            self.secure_port = servers[1].sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        for server in servers:
            server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        # What is being closed needs a turn or two.
        await asyncio.sleep(0)

    async def _plain(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._connection(reader, writer, secure=False)

    async def _secure(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._connection(reader, writer, secure=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, secure: bool) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            while True:
                request = _parsed(await reader.readuntil(b"\r\n\r\n"), secure=secure)
                self.asked.append(request)
                self._answering += 1
                self.most_at_once = max(self.most_at_once, self._answering)
                try:
                    goes_on = await self._answer(writer, self._reply(request))
                finally:
                    self._answering -= 1
                if not goes_on or request.headers.get("connection", "").lower() == "close":
                    return
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError):
            pass
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._open.discard(task)
            writer.close()

    def _reply(self, request: Request) -> Reply:
        page = self.pages.get(request.host + request.path, self.pages.get(request.path))
        if page is None:
            return Reply(404, body=b"<title>404 Not Found</title>")
        return page if isinstance(page, Reply) else page(request)

    async def _answer(self, writer: asyncio.StreamWriter, reply: Reply) -> bool:
        """Send a reply; return whether the connection may be used again."""
        await asyncio.sleep(reply.after)
        if reply.reset:
            writer.transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"
            )
            writer.transport.abort()
            return False
        if reply.raw is not None:
            writer.write(reply.raw)
        else:
            writer.write(_head(reply))
            if reply.pieces is None:
                writer.write(reply.body if reply.status != 304 else b"")
        for piece in reply.pieces or ():
            await asyncio.sleep(reply.every)
            writer.write(piece)
            await writer.drain()
        await writer.drain()
        return reply.raw is None and reply.pieces is None


class _Names(AbstractResolver):
    def __init__(self, server: Server) -> None:
        self._server = server

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        server = self._server
        server.resolved.append(host)
        if host in server.unknown:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        here = {80: server.port, 443: server.secure_port}.get(port, port)
        addresses = server.elsewhere.get(host, [server.address])
        places = [(address, here if address == server.address else port) for address in addresses]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=at,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address, at in places
        ]

    async def close(self) -> None:
        pass


def _parsed(head: bytes, *, secure: bool) -> Request:
    first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    host = headers.get("host", "").lower()
    if host.rpartition(":")[2].isdigit() and not host.endswith("]"):
        host = host.rpartition(":")[0]
    return Request(method, host, path, headers, secure)


def _head(reply: Reply) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} Said", *(f"{name}: {value}" for name, value in reply.headers.items())]
    given = {name.lower() for name in reply.headers}
    if reply.pieces is not None:
        lines.append("Connection: close")
    elif not given & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(reply.body)}")
    if "content-type" not in given:
        lines.append(f"Content-Type: {reply.content_type}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


@cache
def _authority() -> trustme.CA:
    return trustme.CA()


@cache
def _certified(name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _authority().issue_cert(name).configure_cert(context)
    return context


def _server_context() -> ssl.SSLContext:
    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name and not name.startswith("wrong-"):
            connection.context = _certified(name)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _authority().issue_cert("somebody-else.example.org", "127.0.0.1").configure_cert(context)
    context.sni_callback = choose
    return context
