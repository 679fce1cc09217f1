"""A small server on loopback that lists models as Hugging Face's hub does: pages, and the address of the next in a header.

https://huggingface.co/docs/hub/api#get-apimodels
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import parse_qs, urlencode, urlsplit

if TYPE_CHECKING:
    from types import TracebackType


class Answer(NamedTuple):
    """What the server says whatever it is asked."""

    status: int
    body: bytes = b"{}"


class Hub(ThreadingHTTPServer):
    """Lists `models`, `page` of them at a time. `fault` is said instead, from the page of that number on."""

    daemon_threads = True

    def __init__(self, models: list[Any], page: int = 2) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.models = models
        self.page = page
        self.fault: Answer | None = None
        self.fault_from = 0
        self.asked: list[dict[str, list[str]]] = []
        """The query of each request."""
        self.tokens: list[str | None] = []
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        hub, address = self.server, urlsplit(self.path)
        query = parse_qs(address.query)
        hub.asked.append(query)
        hub.tokens.append(self.headers.get("Authorization"))
        first = int(query.get("cursor", ["0"])[0])
        if address.path != "/api/models":
            self._say(Answer(404, b'{"error": "Not Found"}'))
        elif hub.fault and first >= hub.fault_from * hub.page:
            self._say(hub.fault)
        else:
            last = first + min(hub.page, int(query.get("limit", [hub.page])[0]))
            body = json.dumps(hub.models[first:last]).encode()
            following = urlencode(query | {"cursor": [str(last)]}, doseq=True)
            link = f'<{hub.endpoint}/api/models?{following}>; rel="next"'
            self._say(Answer(200, body), link if last < len(hub.models) else None)

    def _say(self, answer: Answer, link: str | None = None) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(answer.body)))
        if link:
            self.send_header("Link", link)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as the class calls it)
        """Says nothing."""


def model(hub_id: str, likes: object = 0, downloads: object = 0, *tags: str) -> dict[str, Any]:
    """A model as the listing has it."""
    return {
        "_id": "0123456789abcdef01234567",
        "id": hub_id,
        "likes": likes,
        "downloads": downloads,
        "tags": ["transformers", "text-generation", *tags, "region:us"],
        "pipeline_tag": "text-generation",
        "createdAt": "2026-11-01T12:00:00.000Z",
        "modelId": hub_id,
    }
