"""A small client of the real yaml-language-server, over its standard input and output."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType

SERVER = Path(__file__).parent / "node_modules/yaml-language-server/bin/yaml-language-server"


class LanguageServer:
    """A running server, asked about one file at a time."""

    def __init__(self) -> None:
        node = shutil.which("node")
        assert node is not None, "Node.js is missing: install it, then run `make editor`"
        assert SERVER.exists(), "the language server is missing: run `make editor`"
        self._process = subprocess.Popen([node, SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._last = 0
        self._published: dict[str, list[dict[str, Any]]] = {}
        settings = {"yaml": {"hover": True, "completion": True, "validate": True, "schemaStore": {"enable": False}}}
        self.request("initialize", processId=None, rootUri=None, capabilities={}, initializationOptions=settings)
        self._notify("initialized")
        self._notify("workspace/didChangeConfiguration", settings=settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def open(self, file: Path) -> None:
        """Open a file, as an editor does."""
        document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": file.read_text("utf-8")}
        self._notify("textDocument/didOpen", textDocument=document)

    def hover(self, file: Path, line: int, character: int) -> str:
        """Return what is shown at a place, counted from 0; empty for nothing."""
        found = self._at("textDocument/hover", file, line, character)
        return str(found["contents"]["value"]) if found else ""

    def completions(self, file: Path, line: int, character: int) -> list[dict[str, Any]]:
        """Return what is offered at a place, counted from 0."""
        return list(self._at("textDocument/completion", file, line, character)["items"])

    def diagnostics(self, file: Path) -> list[dict[str, Any]]:
        """Return the errors and warnings of a file once they are known."""
        while file.as_uri() not in self._published:
            self._receive()
        return self._published[file.as_uri()]

    def request(self, method: str, **parameters: Any) -> Any:
        """Return the result of a request."""
        self._last += 1
        self._send({"id": self._last, "method": method, "params": parameters})
        while True:
            message = self._receive()
            if message.get("id") == self._last and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def _at(self, method: str, file: Path, line: int, character: int) -> Any:
        place = {"line": line, "character": character}
        return self.request(method, textDocument={"uri": file.as_uri()}, position=place)

    def _notify(self, method: str, **parameters: Any) -> None:
        self._send({"method": method, "params": parameters})

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        stream = self._process.stdout
        assert stream is not None
        size = 0
        while line := stream.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                size = int(value)
        assert size, "the language server has ended"
        message: dict[str, Any] = json.loads(stream.read(size))
        if message.get("method") == "textDocument/publishDiagnostics":
            self._published[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            self._send(
                {"id": message["id"], "result": [{}] if message["method"] == "workspace/configuration" else None}
            )
        return message
