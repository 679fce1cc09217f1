"""The archive's answer is hostile too: only a copy of the page itself, at the archive's own host, is accepted."""

from __future__ import annotations

import json
from datetime import date

import pytest

from bot.sources.evidence.archive import availability_url, read_copy

URL = "https://example.org/paper?v=1"
COPY = "https://web.archive.org/web/20250331010203/https://example.org/paper?v=1"


def answer(**changes: object) -> bytes:
    closest = {"status": "200", "available": True, "url": COPY, "timestamp": "20250331010203"} | changes
    return json.dumps({"url": URL, "archived_snapshots": {"closest": closest}}).encode()


def test_the_request_asks_for_the_copy_closest_to_a_day() -> None:
    encoded = "https%3A%2F%2Fexample.org%2Fpaper%3Fv%3D1"
    api = "https://archive.org/wayback/available"
    assert availability_url(URL, date(2025, 3, 31)) == f"{api}?url={encoded}&timestamp=20250331"
    assert availability_url(URL, None) == f"{api}?url={encoded}"


@pytest.mark.parametrize(
    "url",
    [
        COPY,
        COPY.replace("https://web", "http://web"),
        COPY.replace("https://example.org", "http://www.example.org:80"),
    ],
)
def test_a_copy_of_the_page_by_https(url: str) -> None:
    assert read_copy(answer(url=url), URL) == url.replace("http://web", "https://web")


NO_COPY = {
    "another page": {"url": COPY.replace("paper", "other")},
    "another host": {"url": COPY.replace("example.org", "example.com")},
    "another archive": {"url": COPY.replace("web.archive.org", "archive.example.org")},
    "a name before the host": {"url": COPY.replace("web.archive.org", "web.archive.org@example.org")},
    "a time that is too short": {"url": COPY.replace("20250331010203", "2025")},
    "a picture of the page": {"url": COPY.replace("20250331010203", "20250331010203im_")},
    "a script": {"url": "javascript:alert(1)//" + COPY},
    "half a character": {"url": COPY.replace("paper", "pap\ud800er")},
    "white space": {"url": COPY + "\nx"},
}


@pytest.mark.parametrize("case", NO_COPY)
def test_what_is_no_copy_of_the_page(case: str) -> None:
    assert read_copy(answer(**NO_COPY[case]), URL) == ""


@pytest.mark.parametrize("changes", [{"status": "404"}, {"available": False}, {"status": 200}, {"url": 1}])
def test_a_copy_of_an_error_is_none(changes: dict[str, object]) -> None:
    assert not read_copy(answer(**changes), URL)


def test_that_there_is_no_copy_is_an_answer() -> None:
    assert read_copy(b'{"url": "x", "archived_snapshots": {}}', URL) == ""


@pytest.mark.parametrize(
    "data", [b"", b"<html>", b"[]", b"1", b'{"archived_snapshots": []}', b"\xff\xfe", b"[" * 60_000, b" " * 70_000]
)
def test_an_invalid_answer_is_ignored(data: bytes) -> None:
    assert read_copy(data, URL) is None
