"""Two JSON documents about the links of a pull request: those to ask for, and what was found.

The job that judges a pull request writes the first, a job whose token may only read the repository writes the second. The
schema of the second is published as `schema/link-report.schema.json`. All texts in both are hostile.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from bot.board.model.json_document import DocumentPart, document_schema
from bot.sources.evidence.report import LinkState

MOST_PAGES = 60
"""Pages that are asked for in one run."""
MOST_SECONDS = 90
"""Time for all of them, their copies in an archive included."""
MOST_LINKS = 2_000
"""Links that a document may have."""

Commit = Annotated[str, Field(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]
Url = Annotated[str, Field(min_length=1, max_length=4_000)]
Quote = Annotated[str, Field(min_length=1, max_length=10_000)]


class QuoteFinding(StrEnum):
    """Finding about a quote on a page. A passage that is only similar is `missing`; one with other spaces is not."""

    FOUND = "found"
    SPACING = "spacing"
    """With other spaces."""
    MISSING = "missing"
    UNREAD = "unread"
    """The page could not be read."""

    @property
    def is_there(self) -> bool:
        """Return whether the page has the quote."""
        return self in (QuoteFinding.FOUND, QuoteFinding.SPACING)


class WantedLink(DocumentPart):
    """A link with its quote, as a rating cites it."""

    url: Url
    """As cited."""
    quote: Quote | None = None
    """The quote, where the evidence has one."""
    archived: Url | None = None
    """The archive's copy that the evidence names."""


class WantedLinks(DocumentPart):
    """Links to ask for."""

    version: Annotated[int, Field(ge=1, le=1)] = 1
    """Version of the format."""
    head: Commit
    """The commit that cites them."""
    links: Annotated[tuple[WantedLink, ...], Field(max_length=MOST_LINKS)]
    """Those that matter most first."""


class FoundLink(DocumentPart):
    """Result for one link with its quote."""

    url: Url
    """As cited."""
    quote: Quote | None = None
    """The quote, where the evidence has one."""
    archived: Url | None = None
    """The archive's copy that the evidence names."""
    state: LinkState
    """State of the page; never `changed`, which `said` says."""
    place: Url | None = None
    """New URL of a moved page."""
    said: QuoteFinding | None = None
    """Whether the page contains the quote; only where the page was there."""
    closest: Annotated[str, Field(max_length=10_000)] | None = None
    """The closest passage of the page, where the quote was not found."""
    said_by_copy: QuoteFinding | None = None
    """Whether the archive's copy that the evidence names contains the quote; only where the page was not there."""
    copy_found: Url | None = None
    """A copy in an archive that the evidence could name."""


class LinkReport(DocumentPart):
    """Results for the links of one commit."""

    version: Annotated[int, Field(ge=1, le=1)] = 1
    """Version of the format."""
    head: Commit
    """The commit that cites them."""
    links: Annotated[tuple[FoundLink, ...], Field(max_length=MOST_LINKS)]
    """In the order in which they were asked for."""


def link_report_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the report."""
    return document_schema(LinkReport, "link-report", "State of the links of a pull request")


def wanted_links_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the list."""
    return document_schema(WantedLinks, "wanted-links", "Links of a pull request to ask for")
