"""From the link that people follow to the address whose text is read, and back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.sources.evidence.content import content_path, content_url, has_content_url, readable_url, through_content
from bot.sources.web.outcome import Declined, Disallowed, Fetched, Hop, NoAnswer, NotModified, PageRequest, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.sources.evidence.verification import Take
    from bot.sources.web.outcome import Outcome

SHA = "0123456789abcdef0123456789abcdef01234567"
HUB = "https://huggingface.co"
CONTENT = {
    "https://arxiv.org/abs/2401.00001": "https://arxiv.org/pdf/2401.00001",
    "http://arxiv.org/abs/2401.00001v2#page=3": "https://arxiv.org/pdf/2401.00001v2",
    "https://www.arxiv.org/abs/cs.CL/0001001v1": "https://www.arxiv.org/pdf/cs.CL/0001001v1",
    "https://arxiv.org/abs/hep-th/9901001": "https://arxiv.org/pdf/hep-th/9901001",
    "https://arxiv.org/pdf/2401.00001": "https://arxiv.org/pdf/2401.00001",
    "https://arxiv.org/html/2401.00001v1": "https://arxiv.org/html/2401.00001v1",
    "https://arxiv.org/abs/2401.00001v3?context=cs.CL": "https://arxiv.org/pdf/2401.00001v3",
    "https://arxiv.org/abs/2401": "https://arxiv.org/abs/2401",
    f"https://github.com/o/n/blob/{SHA}/docs/a.md#L3": f"https://raw.githubusercontent.com/o/n/{SHA}/docs/a.md",
    "https://github.com/o/n/blob/main/a%20b.pdf?raw=true": "https://raw.githubusercontent.com/o/n/main/a%20b.pdf",
    "https://github.com/o/n/blob/feature/x/a.md": "https://raw.githubusercontent.com/o/n/feature/x/a.md",
    "https://github.com/o/n/tree/main/docs": "https://github.com/o/n/tree/main/docs",
    "https://github.com/o/n": "https://github.com/o/n",
    "https://github.com/o/n/blob/main": "https://github.com/o/n/blob/main",
    "https://gist.github.com/o/n/blob/main/a.md": "https://gist.github.com/o/n/blob/main/a.md",
    f"{HUB}/org/name": f"{HUB}/org/name/raw/main/README.md",
    f"{HUB}/org/name/": f"{HUB}/org/name/raw/main/README.md",
    f"{HUB}/org/name?library=transformers": f"{HUB}/org/name/raw/main/README.md",
    f"{HUB}/org/name#license": f"{HUB}/org/name/raw/main/README.md",
    f"{HUB}/datasets/org/name": f"{HUB}/datasets/org/name/raw/main/README.md",
    f"{HUB}/org/name/blob/{SHA}/LICENSE": f"{HUB}/org/name/raw/{SHA}/LICENSE",
    f"{HUB}/datasets/org/name/blob/main/a/b.md": f"{HUB}/datasets/org/name/raw/main/a/b.md",
    f"{HUB}/spaces/org/name/blob/main/app.py": f"{HUB}/spaces/org/name/raw/main/app.py",
    f"{HUB}/org/name/blob/main/a/report.pdf": f"{HUB}/org/name/resolve/main/a/report.pdf",
    f"{HUB}/org/name/blob/main/a/REPORT.PDF": f"{HUB}/org/name/resolve/main/a/REPORT.PDF",
    "https://user:pw@github.com/o/n/blob/main/a.md": "https://user:pw@github.com/o/n/blob/main/a.md",
    "https://github.com:8443/o/n/blob/main/a.md": "https://github.com:8443/o/n/blob/main/a.md",
    "https://github.com/o/n/blob/main/%2e%2e/../x/y/main/a.md": "https://github.com/o/n/x/y/main/a.md",
    f"{HUB}/org/name/tree/main": f"{HUB}/org/name/tree/main",
    f"{HUB}/org/name/raw/main/README.md": f"{HUB}/org/name/raw/main/README.md",
    f"{HUB}/org": f"{HUB}/org",
    f"{HUB}/spaces/org/name": f"{HUB}/spaces/org/name",
    f"{HUB}/blog/name": f"{HUB}/blog/name",
    f"{HUB}/docs/hub": f"{HUB}/docs/hub",
    f"{HUB}/papers/2401.00001": f"{HUB}/papers/2401.00001",
    f"{HUB}/datasets/name": f"{HUB}/datasets/name",
    f"{HUB}/collections/org/name-1": f"{HUB}/collections/org/name-1",
    "https://example.org/huggingface.co/org/name": "https://example.org/huggingface.co/org/name",
    "no address": "no address",
}


@pytest.mark.parametrize("url", CONTENT)
def test_the_content_address_of_a_link(url: str) -> None:
    assert content_url(url) == CONTENT[url]
    assert content_url(content_url(url)) == content_url(url)


READABLE = {
    "https://arxiv.org/pdf/2401.00001v2": "https://arxiv.org/abs/2401.00001v2",
    "https://arxiv.org/pdf/2401.00001.pdf": "https://arxiv.org/abs/2401.00001",
    f"https://raw.githubusercontent.com/o/n/{SHA}/docs/a.md": f"https://github.com/o/n/blob/{SHA}/docs/a.md",
    f"{HUB}/org/name/raw/main/README.md": f"{HUB}/org/name",
    f"{HUB}/org/name/resolve/main/README.md": f"{HUB}/org/name",
    f"{HUB}/org/name/raw/{SHA}/LICENSE": f"{HUB}/org/name/blob/{SHA}/LICENSE",
    f"{HUB}/org/name/resolve/{SHA}/a.pdf": f"{HUB}/org/name/blob/{SHA}/a.pdf",
    "https://cdn.example.org/0123": "https://cdn.example.org/0123",
}


@pytest.mark.parametrize("url", READABLE)
def test_the_link_of_a_content_address(url: str) -> None:
    assert readable_url(url) == READABLE[url]
    assert readable_url(readable_url(url)) == readable_url(url)


@pytest.mark.parametrize("url", [url for url in CONTENT if has_content_url(url)])
def test_content_of_the_way_back_is_the_same(url: str) -> None:
    assert content_url(readable_url(content_url(url))) == content_url(url)


def test_the_ending_of_the_content_tells_its_format() -> None:
    store = (Hop(302, "https://cdn.example.org/0123"),)
    assert content_path(f"{HUB}/org/name", store) == "/org/name/raw/main/README.md"
    assert content_path("https://example.org/a", (Hop(302, "https://example.org/a.md"),)) == "/a.md"
    assert content_path("https://example.org/a.json", ()) == "/a.json"


# ---- requests --------------------------------------------------------------------------------------------------------

PAPER, PDF = "https://arxiv.org/abs/2401.00001", "https://arxiv.org/pdf/2401.00001"
TEXT = Fetched((), "text/plain", b"the text", True, '"2"', "yesterday")
FRAME = Fetched((), "text/html", b"<p>An abstract", True, '"3"', "yesterday")


def visited(
    answers: dict[str, Outcome], *requests: PageRequest
) -> tuple[list[PageRequest], list[tuple[PageRequest, Outcome]]]:
    """Return what is asked, and what is taken."""
    asked: list[PageRequest] = []
    taken: list[tuple[PageRequest, Outcome]] = []

    async def visit(wanted: Iterable[PageRequest], take: Take) -> None:
        for request in wanted:
            asked.append(request)
            await take(request, answers[request.url])

    async def keep(request: PageRequest, outcome: Outcome) -> None:
        taken.append((request, outcome))

    asyncio.run(through_content(visit)(requests, keep))
    return asked, taken


def test_the_content_is_taken_as_the_page() -> None:
    assert visited({PDF: TEXT}, PageRequest(PAPER)) == ([PageRequest(PDF)], [(PageRequest(PAPER), TEXT)])


def test_other_pages_are_requested_as_they_are() -> None:
    request = PageRequest("https://example.org/", '"1"', "yesterday")
    assert visited({request.url: TEXT}, request) == ([request], [(request, TEXT)])


def test_only_a_tag_is_sent_for_content_because_a_date_may_be_that_of_the_readable_page() -> None:
    same = NotModified(())
    asked, taken = visited({PDF: same}, PageRequest(PAPER, '"1"', "yesterday"))
    assert (asked, taken) == ([PageRequest(PDF, '"1"')], [(PageRequest(PAPER, '"1"'), same)])


def test_content_of_two_links_is_requested_once_as_a_whole() -> None:
    asked, taken = visited({PDF: TEXT}, PageRequest(PAPER, '"1"'), PageRequest(PDF, '"2"'))
    assert asked == [PageRequest(PDF)]
    assert taken == [(PageRequest(PAPER), TEXT), (PageRequest(PDF), TEXT)]


NO_TEXT = [
    Declined((), 404, None, False),
    Declined((), 401, None, False),
    Declined((), 500, None, False),
    Disallowed(()),
    NoAnswer((), Trouble.TIMEOUT, "it takes too long"),
]


@pytest.mark.parametrize("outcome", NO_TEXT)
def test_where_there_is_no_content_the_readable_page_is_read_as_a_part(outcome: Outcome) -> None:
    part = Fetched((), "text/html", FRAME.data, False, None, None)
    asked, taken = visited({PDF: outcome, PAPER: FRAME}, PageRequest(PAPER, '"1"'))
    assert (asked, taken) == ([PageRequest(PDF, '"1"'), PageRequest(PAPER)], [(PageRequest(PAPER), part)])


def test_a_readable_page_that_is_gone_is_gone() -> None:
    gone = Declined((), 410, None, False)
    _, taken = visited({PDF: Declined((), 404, None, False), PAPER: gone}, PageRequest(PAPER))
    assert taken == [(PageRequest(PAPER), gone)]


@pytest.mark.parametrize(
    "outcome", [Declined((), 429, 60.0, False), NoAnswer((), Trouble.NETWORK, "no name server answers")]
)
def test_a_host_that_asks_to_wait_is_not_asked_again_and_nothing_is_without_a_network(outcome: Outcome) -> None:
    asked, taken = visited({PDF: outcome}, PageRequest(PAPER))
    assert (asked, taken) == ([PageRequest(PDF)], [(PageRequest(PAPER), outcome)])
