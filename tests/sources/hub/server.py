"""A small server on loopback that does what Hugging Face's hub does with models.

It lists them page by page, with the address of the next in a header, says what it has of one, and hands out files of
repositories: https://huggingface.co/docs/hub/api. `tests/hub_repositories/` holds the latter as the hub answers them, of
fictional models; `tests/sources/hub/test_models.py` holds them to the hub's own client.
"""

from __future__ import annotations

import hashlib
import json
import ssl
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from tests.samples import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    import pytest

REPOSITORIES = ROOT / "tests/sources/hub/repositories"
_INFO = "_model_info.json"


class Answer(NamedTuple):
    """An answer to all requests."""

    status: int
    body: bytes = b"{}"
    headers: Mapping[str, str] = {}


class HubRepository:
    """A repository: the API's answer about it, and its files."""

    def __init__(self, info: dict[str, Any], files: dict[str, bytes] | None = None) -> None:
        self.info = info
        self.files = files or {}


def recorded(name: str) -> HubRepository:
    """Return one of `tests/sources/hub/repositories/`."""
    folder = REPOSITORIES / name
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.name != _INFO}
    return HubRepository(json.loads((folder / _INFO).read_text("utf-8")), files)


class Hub(ThreadingHTTPServer):
    """A hub that lists `models`, `page` of them at a time, or answers with `fault` from the page of that number on."""

    daemon_threads = True

    def __init__(self, models: list[Any], page: int = 2) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.models = models
        self.page = page
        self.fault: Answer | None = None
        self.fault_from = 0
        self.repositories: dict[str, HubRepository] = {}
        """By id in lower case."""
        self.renamed: dict[str, str] = {}
        """Former ids of repositories."""
        self.faults: dict[str, Answer] = {}
        """Other answers, by the beginning of the path."""
        self.asked: list[dict[str, list[str]]] = []
        """The query of each request."""
        self.paths: list[str] = []
        self.tokens: list[str | None] = []
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def add(self, *repositories: HubRepository) -> None:
        """Add repositories by their ids."""
        self.repositories |= {each.info["id"].lower(): each for each in repositories}

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
        hub.paths.append(address.path)
        hub.tokens.append(self.headers.get("Authorization"))
        first = int(query.get("cursor", ["0"])[0])
        fault = next((answer for path, answer in hub.faults.items() if address.path.startswith(path)), None)
        if fault is not None:
            self._say(fault)
        elif address.path != "/api/models":
            self._say(self._repository(unquote(address.path), query))
        elif hub.fault and first >= hub.fault_from * hub.page:
            self._say(hub.fault)
        else:
            last = first + min(hub.page, int(query.get("limit", [hub.page])[0]))
            body = json.dumps(hub.models[first:last]).encode()
            following = urlencode(query | {"cursor": [str(last)]}, doseq=True)
            link = f'<{hub.endpoint}/api/models?{following}>; rel="next"'
            self._say(Answer(200, body), link if last < len(hub.models) else None)

    def do_HEAD(self) -> None:
        self.do_GET()

    def _repository(self, path: str, query: dict[str, list[str]]) -> Answer:
        """Answer a request about one repository."""
        steps = path.strip("/").split("/")
        if steps[:2] == ["api", "models"]:
            return self._of("/".join(steps[2:4]), path, lambda found: _info(found, steps[4:], sizes="blobs" in query))
        if steps[2:3] == ["resolve"] and len(steps) > 4:
            return self._of("/".join(steps[:2]), path, lambda found: _file(found, steps[3], "/".join(steps[4:])))
        return Answer(404, b'{"error": "Not Found"}')

    def _of(self, hub_id: str, path: str, say: Callable[[HubRepository], Answer]) -> Answer:
        hub = self.server
        if hub_id in hub.renamed:
            place = path.replace(hub_id, hub.renamed[hub_id], 1)
            return Answer(307, f"Temporary Redirect. Redirecting to {place}".encode(), {"Location": place})
        found = hub.repositories.get(hub_id.lower())
        if found is not None:
            return say(found)
        if self.headers.get("Authorization") is None:
            words = "Invalid username or password."
            return Answer(401, json.dumps({"error": words}).encode(), {"X-Error-Message": words})
        return _refusal(404, "RepoNotFound", "Repository not found")

    def _say(self, answer: Answer, link: str | None = None) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(answer.body)))
        headers = {"Content-Type": "application/json; charset=utf-8"} | dict(answer.headers)
        for name, value in (headers | ({"Link": link} if link else {})).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            with suppress(ConnectionError):  # who has read enough goes away
                self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as the class calls it)
        """Log nothing."""


def _refusal(status: int, code: str, words: str) -> Answer:
    headers = {"X-Error-Code": code, "X-Error-Message": words}
    return Answer(status, json.dumps({"error": words}).encode(), headers)


def _info(found: HubRepository, steps: list[str], *, sizes: bool) -> Answer:
    """Return the API's answer, with sizes only if they are requested."""
    if steps not in ([], ["revision", found.info.get("sha")]):
        return _refusal(404, "RevisionNotFound", "Invalid rev id")
    info = found.info
    siblings = info.get("siblings")
    if not sizes and isinstance(siblings, list):
        info = info | {"siblings": [{"rfilename": each["rfilename"]} for each in siblings]}
    return Answer(200, json.dumps(info).encode())


def _file(found: HubRepository, revision: str, name: str) -> Answer:
    """Return a file of the commit; of a gated repository only the card."""
    sha = found.info.get("sha")
    if revision not in (sha, "main"):
        return _refusal(404, "RevisionNotFound", "Invalid rev id")
    if name not in found.files:
        return _refusal(404, "EntryNotFound", "Entry not found")
    if found.info.get("gated") and name != "README.md":
        words = f"Access to model {found.info['id']} is restricted. You must have access to it and be authenticated."
        return _refusal(401, "GatedRepo", words)
    data = found.files[name]
    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "X-Repo-Commit": str(sha),
        "ETag": f'"{hashlib.sha1(data, usedforsecurity=False).hexdigest()}"',
        "Accept-Ranges": "bytes",
    }
    return Answer(200, data, headers)


def model(hub_id: str, likes: object = 0, downloads: object = 0, *tags: str) -> dict[str, Any]:
    """Return a model as in the listing."""
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


def without_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no client load the certificates of this machine, which takes most of the time of a test: a hub here is http."""
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_, **__: None)
