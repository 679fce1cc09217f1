"""The report on all evidence: the JSON document that a run writes, and that other jobs and commands read.

Its schema is published as `schema/evidence-report.schema.json`. All texts in it are hostile.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from bot.board.model.json_document import DocumentPart, document_schema
from bot.sources.evidence.figures import EvidenceFigures


class LinkState(StrEnum):
    """State of a cited page."""

    FINE = "fine"
    """It exists, and contains its quotes."""
    MOVED = "moved"
    """It is permanently at another URL, and fine there."""
    CHANGED = "changed"
    """It exists, but no longer contains its quote."""
    GONE = "gone"
    """The server says that it does not exist."""
    UNREACHABLE = "unreachable"
    """No usable answer."""
    BLOCKED = "blocked"
    """The server does not show it to robots, so nothing is known of it."""
    UNCHECKED = "unchecked"
    """Never requested."""


class QuoteStatus(StrEnum):
    """Whether a page contains a quote."""

    FOUND = "found"
    NEAR = "near"
    """Something similar."""
    MISSING = "missing"
    UNKNOWN = "unknown"
    """The text of the page could not be read, or not completely."""


class CheckedQuote(DocumentPart):
    """A quote, and whether the page contains it."""

    words: str
    """The quote."""
    said: QuoteStatus
    """Whether the page contains it."""
    closest: str | None = None
    """The closest passage of the page, where the quote was not found."""


class CheckedEvidence(DocumentPart):
    """One piece of evidence, and the state of its page."""

    model: str
    """`developer/model`."""
    criterion: str
    """Id of the criterion."""
    url: str
    """As cited."""
    state: LinkState
    """State of the page."""
    why: str = ""
    """Reason, as a phrase for people; empty where all is fine."""
    place: str | None = None
    """New URL of a moved page."""
    dead: bool = False
    """Whether it failed on at least three runs over at least seven days."""
    failures: Annotated[int, Field(ge=0)] = 0
    """Successive runs on which it was gone or unreachable."""
    since: date | None = None
    """Day of the first failure."""
    checked: date | None = None
    """Day of the last request."""
    quoted: CheckedQuote | None = None
    """The quote, where the evidence has one."""
    archived: str | None = None
    """The archive's copy that the assessment names."""
    copy_found: str | None = None
    """The archive's copy that the assessment could name."""


class EvidenceReport(DocumentPart):
    """State of all evidence, by model, criterion and the order in the file."""

    version: Annotated[int, Field(ge=1, le=1)] = 1
    """Version of the format."""
    evidence: tuple[CheckedEvidence, ...]
    """All pieces of evidence."""
    figures: EvidenceFigures | None = None
    """Figures on all assessments, where the report is about all of them."""


def report_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the report."""
    return document_schema(EvidenceReport, "evidence-report", "State of the cited evidence")
