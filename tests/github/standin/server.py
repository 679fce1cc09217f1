"""HTTP on the loopback interface: REST calls go to `calls`, git's to `git_http`."""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.github.standin.calls import Reply, reply_to
from tests.github.standin.faults import Fault
from tests.github.standin.git_http import git_reply

if TYPE_CHECKING:
    from tests.github.standin.standin import StandIn

_GIT = re.compile(r"/(?P<name>[^/]+/[^/]+)\.git(?P<rest>/.*)")


class Server(ThreadingHTTPServer):
    """A server of a stand-in until it is closed, connections that clients keep open included."""

    daemon_threads = True

    def __init__(self, standin: StandIn) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.standin = standin
        self.closing = Event()
        self.connections: set[socket.socket] = set()
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port, which the operating system chooses."""
        return int(self.server_address[1])

    def close(self) -> None:
        """Stop the server and its connections."""
        self.closing.set()
        self.shutdown()
        self._thread.join()
        self.server_close()
        for connection in list(self.connections):
            _hang_up(connection)


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        self.server.connections.discard(self.connection)
        with suppress(OSError):
            super().finish()

    def handle(self) -> None:
        # clients that time out, and processes that end, disconnect
        with suppress(ConnectionError, ValueError):
            super().handle()

    def log_message(self, *_: object) -> None:
        """Print nothing: the calls are in `StandIn.calls`."""

    def _serve(self) -> None:
        standin, headers = self.server.standin, {name.title(): value for name, value in self.headers.items()}
        body = self._body()
        if git := _GIT.fullmatch(urlsplit(self.path).path):
            self._send(git_reply(standin, git["name"], git["rest"], self.command, self.path, headers, body))
            return
        reply = reply_to(standin, self.command, self.path, headers, body)
        if reply.fault is Fault.TIMEOUT:
            self.server.closing.wait(standin.faults.delay)
        if reply.fault is Fault.DROP_BEFORE:
            self.close_connection = True
            _hang_up(self.connection)
        else:
            self._send(reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815  # the library finds them by name

    def _body(self) -> bytes:
        """Return the body. git sends large packs in chunks, which the library doesn't decode."""
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _send(self, reply: Reply) -> None:
        lengths = {} if reply.status == 204 else {"Content-Length": str(len(reply.body))}
        head = f"HTTP/1.1 {reply.status} {responses.get(reply.status, '')}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in (reply.headers | lengths).items())
        whole = head.encode("latin-1") + b"\r\n" + reply.body
        if reply.fault is Fault.DROP_AFTER:
            # in the middle of the body, or of the first line if there is none: clients accept missing headers
            self.wfile.write(whole[: -(len(reply.body) // 2)] if len(reply.body) > 1 else whole[:10])
            self.close_connection = True
            _hang_up(self.connection)
        else:
            self.wfile.write(whole)
