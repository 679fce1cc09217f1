"""The pages that assessments cite, each with all citations of it, and their distribution over shards. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.board.model.assessment import evidence_of, evidence_place
from bot.sources.evidence.content import readable_url
from bot.text.sameness import normal_url, requested_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from bot.board.model.assessment import Assessment


@dataclass(frozen=True, slots=True)
class Citation:
    """One piece of evidence, and its place in the assessments."""

    model: str
    """`developer/model`."""
    criterion: str
    """The id of the criterion; `artifacts.ID` for the evidence of an artifact."""
    index: int
    """Position in its list of evidence, from 0."""
    url: str
    """As cited."""
    quote: str | None = None
    accessed: date | None = None
    archived: str | None = None

    @property
    def page(self) -> str:
        """The URL of the page, as it is requested; its text may be read from another one (`content.content_url`)."""
        return requested_url(self.url)


@dataclass(frozen=True, slots=True)
class CitedPage:
    """A page with all citations of it."""

    url: str
    """Without fragment."""
    places: tuple[Citation, ...]

    @property
    def quotes(self) -> tuple[str, ...]:
        """The distinct quotes, in the order of the citations."""
        return tuple(dict.fromkeys(place.quote for place in self.places if place.quote is not None))

    @property
    def has_no_copy(self) -> bool:
        """Whether any citation is without a copy in an archive."""
        return any(place.archived is None for place in self.places)

    @property
    def read_last(self) -> date | None:
        """The latest `accessed` day of the citations."""
        return max((place.accessed for place in self.places if place.accessed), default=None)


def citations(assessments: Iterable[tuple[str, Assessment]]) -> Iterator[Citation]:
    """Return all pieces of evidence in the order of the assessments, and in each of the criteria, then of the artifacts."""
    for model, assessment in assessments:
        for criterion, evidence in evidence_of(assessment):
            for index, item in enumerate(evidence):
                yield Citation(model, criterion, index, item.url, item.quote, item.accessed, item.archived)


def cited_pages(evidence: Iterable[Citation]) -> list[CitedPage]:
    """Return each page once, in the order of the first citations."""
    places: dict[str, list[Citation]] = {}
    for cited in evidence:
        places.setdefault(cited.page, []).append(cited)
    return [CitedPage(url, tuple(found)) for url, found in places.items()]


def new_citations(evidence: Iterable[Citation], before: Iterable[Citation]) -> Iterator[Citation]:
    """Return the evidence whose link or quote the same model did not have before, under any criterion."""
    known = {(cited.model, normal_url(cited.url), cited.quote) for cited in before}
    return (cited for cited in evidence if (cited.model, normal_url(cited.url), cited.quote) not in known)


def citation_line(text: str, criterion: str, url: str) -> int | None:
    """Return the line of a file on which a rating or an artifact cites a URL, from 1; None where it is written in another way."""
    awaited = list(evidence_place(criterion))
    for number, line in enumerate(text.split("\n"), 1):
        if awaited and re.match(rf"\s*['\"]?{re.escape(awaited[0])}['\"]?\s*:", line):
            del awaited[0]
        found = re.match(r"\s+(?:-\s+)?['\"]?url['\"]?\s*:\s*(['\"]?)(\S+?)\1(?:\s+#.*|\s*)$", line)
        if not awaited and found and found[2] == url:
            return number
    return None


_HOSTS_OF_A_SHARD = 300
_PAGES_OF_A_SHARD = 15_000


def host_of(url: str) -> str:
    """Return the host of a URL in lower case; empty where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def shard_of(url: str, shards: int) -> int:
    """Return the number of the shard that fetches a page, from 1: one shard fetches all pages of a host, and their contents."""
    digest = hashlib.blake2b(host_of(readable_url(url)).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % shards + 1


def shards_for(pages: Iterable[str], most: int) -> int:
    """Return the number of machines to distribute these pages over: at least 1, at most `most`."""
    hosts = [host_of(url) for url in pages]
    needed = max(-(-len(set(hosts)) // _HOSTS_OF_A_SHARD), -(-len(hosts) // _PAGES_OF_A_SHARD), 1)
    return min(needed, most)
