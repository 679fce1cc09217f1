"""The stand-in called without HTTP: the same requests and answers, recorded and validated the same, in half the time."""

from __future__ import annotations

from contextlib import contextmanager
from http.client import responses
from typing import TYPE_CHECKING, Any
from unittest import mock

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict

from tests.github.standin.calls import reply_to
from tests.github.standin.faults import ANSWERED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.github.standin.standin import StandIn


@contextmanager
def called_directly(standin: StandIn) -> Iterator[None]:
    """Let the stand-in answer everything that `requests` sends meanwhile. It cannot play broken connections."""

    def send(_: HTTPAdapter, request: requests.PreparedRequest, **settings: Any) -> requests.Response:
        headers = {name.title(): str(value) for name, value in request.headers.items()}
        sent = request.body or b""
        body = sent if isinstance(sent, bytes) else str(sent).encode()
        reply = reply_to(standin, request.method or "", request.path_url, headers, body)
        assert reply.fault is None or reply.fault in ANSWERED, f"{reply.fault} needs HTTP"
        response = requests.Response()
        response.status_code, response.reason = reply.status, responses.get(reply.status, "")
        response.headers = CaseInsensitiveDict(reply.headers)
        response.url, response.request, response.encoding = request.url or "", request, "utf-8"
        response._content = reply.body  # there is no public way to give an answer its content
        return response

    with mock.patch.object(HTTPAdapter, "send", send):
        yield
