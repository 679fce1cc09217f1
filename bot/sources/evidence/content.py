"""Content addresses: where the text of a cited page is read, if the page that people follow only frames it.

The link of a citation is the readable one: an arXiv abstract, a file as GitHub or the hub shows it, the root of a model. Reports,
moves and dead links are about that one. Its text is read from the content address: the paper, the raw file, the card. All but
`through_content` is pure.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.sources.evidence.addresses import url_path
from bot.sources.web.outcome import Declined, Disallowed, Fetched, NoAnswer, NotModified, PageRequest, Trouble
from bot.text.sameness import requested_url

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    from bot.sources.evidence.verification import Take, Visit
    from bot.sources.web.outcome import Hop, Outcome


class _Rule(NamedTuple):
    """A pattern of readable addresses and the content address of each, and the same back."""

    readable: re.Pattern[str]
    content: str
    back: re.Pattern[str]
    link: str


_PAPER = r"(?P<paper>(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d{1,3})?)"
_OWNER = r"(?P<owner>[\w.-]+/[\w.-]+)"
_FILE = r"(?P<file>[^/?]+/[^?]+)"
_NO_MODEL = (
    "api|blog|chat|collections|datasets|docs|join|kernels|learn|login|models|new|organizations|papers|posts|pricing|settings|"
    "spaces|tasks"
)
"""First segments of the hub's own pages."""
_STORE = rf"(?P<store>(?:(?:datasets|spaces)/|(?!(?:{_NO_MODEL})/))[\w.-]+/[\w.-]+)"
_CARD = rf"(?P<store>(?:datasets/|(?!(?:{_NO_MODEL})/))[\w.-]+/[\w.-]+)"
_HUB = r"https?://(?:www\.)?huggingface\.co"


def _rule(readable: str, content: str, back: str, link: str) -> _Rule:
    return _Rule(re.compile(readable), content, re.compile(back), link)


_RULES = (
    _rule(
        rf"https?://(?P<host>(?:www\.|export\.)?arxiv\.org)/abs/{_PAPER}/?(?:\?.*)?",
        r"https://\g<host>/pdf/\g<paper>",
        rf"https?://(?P<host>(?:www\.|export\.)?arxiv\.org)/pdf/{_PAPER}(?:\.pdf)?",
        r"https://\g<host>/abs/\g<paper>",
    ),
    _rule(
        rf"https?://(?:www\.)?github\.com/{_OWNER}/blob/{_FILE}(?:\?.*)?",
        r"https://raw.githubusercontent.com/\g<owner>/\g<file>",
        rf"https?://raw\.githubusercontent\.com/{_OWNER}/{_FILE}(?:\?.*)?",
        r"https://github.com/\g<owner>/blob/\g<file>",
    ),
    _rule(
        rf"{_HUB}/{_CARD}/?(?:\?.*)?",
        r"https://huggingface.co/\g<store>/raw/main/README.md",
        rf"{_HUB}/{_CARD}/(?:raw|resolve)/main/README\.md(?:\?.*)?",
        r"https://huggingface.co/\g<store>",
    ),
    # Of a large file, as every PDF is, `raw` is only a pointer.
    _rule(
        rf"{_HUB}/{_STORE}/blob/(?P<file>[^/?]+/[^?]+\.(?i:pdf))(?:\?.*)?",
        r"https://huggingface.co/\g<store>/resolve/\g<file>",
        rf"{_HUB}/{_STORE}/resolve/{_FILE}(?:\?.*)?",
        r"https://huggingface.co/\g<store>/blob/\g<file>",
    ),
    _rule(
        rf"{_HUB}/{_STORE}/blob/{_FILE}(?:\?.*)?",
        r"https://huggingface.co/\g<store>/raw/\g<file>",
        rf"{_HUB}/{_STORE}/raw/{_FILE}(?:\?.*)?",
        r"https://huggingface.co/\g<store>/blob/\g<file>",
    ),
)


def content_url(url: str) -> str:
    """Return the address from which the text of the page at `url` is read: `url` as it is requested, if no other is known.

    Any number of calls gives the same as one.
    """
    address = requested_url(url)
    for rule in _RULES:
        if found := rule.readable.fullmatch(address):
            return found.expand(rule.content)
    return address


def has_content_url(url: str) -> bool:
    """Return whether the text of the page at `url` is read from another address."""
    return content_url(url) != requested_url(url)


def readable_url(url: str) -> str:
    """Return the address that people follow for a content address; `url` itself where it is none."""
    for rule in _RULES:
        if found := rule.back.fullmatch(url):
            return found.expand(rule.link)
    return url


def content_path(url: str, hops: tuple[Hop, ...]) -> str:
    """Return the path with the ending that tells the format of the page at `url`: stores name their copies by digests."""
    if has_content_url(url):
        return url_path(content_url(url))
    return url_path(hops[-1].url if hops else url)


# ---- requests --------------------------------------------------------------------------------------------------------


def through_content(visit: Visit) -> Callable[[Iterable[PageRequest], Take], Coroutine[Any, Any, None]]:
    """Return a visitor that asks for the content of each page, and for the page itself where that has none.

    So it is the readable page that is gone or blocked, whatever is the matter with its content. Its own text is then only a part.
    """

    async def visit_contents(wanted: Iterable[PageRequest], take: Take) -> None:
        plans: dict[str, list[PageRequest]] = {}
        for request in wanted:
            plans.setdefault(content_url(request.url), []).append(request)
        framed: list[PageRequest] = []

        async def take_content(request: PageRequest, outcome: Outcome) -> None:
            for original in plans[request.url]:
                if has_content_url(original.url) and _has_no_text(outcome):
                    framed.append(PageRequest(original.url))
                else:
                    await take(_as_sent(original, request), outcome)

        async def take_frame(request: PageRequest, outcome: Outcome) -> None:
            if isinstance(outcome, Fetched):
                outcome = replace(outcome, whole=False, etag=None, last_modified=None)
            await take(request, outcome)

        await visit([_request(address, originals) for address, originals in plans.items()], take_content)
        if framed:
            await visit(framed, take_frame)

    return visit_contents


def _request(address: str, originals: list[PageRequest]) -> PageRequest:
    """Return the request for a content address. Its validators are those of the only page that it is the content of."""
    match originals:
        case [PageRequest(url=url) as only] if url == address:
            return only
        case [PageRequest(etag=etag)]:
            # A date may be that of the readable page, from before the content address was known.
            return PageRequest(address, etag)
    return PageRequest(address)


def _as_sent(original: PageRequest, sent: PageRequest) -> PageRequest:
    return replace(original, etag=sent.etag, last_modified=sent.last_modified)


def _has_no_text(outcome: Outcome) -> bool:
    """Return whether there is no content here, so that the readable page decides. A host that asks to wait is not asked again."""
    match outcome:
        case Declined(status=status):
            return status != 429
        case NoAnswer(trouble=trouble):
            return trouble not in (Trouble.NETWORK, Trouble.RESOURCES)
        case Disallowed():
            return True
        case Fetched() | NotModified():
            return False
