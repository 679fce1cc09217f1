"""What verification knows of every piece of evidence: the JSON that a run writes and that whoever mends or shows it reads.

All words in it may be those of pages that anybody wrote.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class LinkState(StrEnum):
    """What became of a cited page."""

    FINE = "fine"
    """It is there, and says what it is quoted with."""
    MOVED = "moved"
    """It is somewhere else for good, and there it is fine."""
    CHANGED = "changed"
    """It is there, but no longer says what it is quoted with."""
    GONE = "gone"
    """The server says that it isn't there any more."""
    UNREACHABLE = "unreachable"
    """Nothing useful was answered."""
    BLOCKED = "blocked"
    """The server doesn't show it to robots: nothing is known of it."""
    UNCHECKED = "unchecked"
    """Nobody has asked yet."""


class QuoteStatus(StrEnum):
    """Whether a page says a quote."""

    FOUND = "found"
    NEAR = "near"
    """Something much like it."""
    MISSING = "missing"
    UNKNOWN = "unknown"
    """The text of the page couldn't be read, or not to its end."""


class _ReportPart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CheckedQuote(_ReportPart):
    """What a piece of evidence quotes, and whether the page says it."""

    words: str
    said: QuoteStatus
    closest: str | None = None
    """The passage of the page that comes closest, where it isn't said letter by letter."""


class CheckedEvidence(_ReportPart):
    """One piece of evidence: where it is cited, and what became of it."""

    model: str
    """`developer/model`."""
    criterion: str
    url: str
    """As it is cited."""
    state: LinkState
    why: str = ""
    """What was answered, in a phrase for people: empty where all is fine."""
    place: str | None = None
    """Where the page is now, if it moved."""
    dead: bool = False
    """Whether it failed on at least three runs over at least seven days."""
    failures: Annotated[int, Field(ge=0)] = 0
    """On how many runs in succession it was gone or unreachable."""
    since: date | None = None
    """The day of the first of them."""
    checked: date | None = None
    """The day on which it was asked for last."""
    quoted: CheckedQuote | None = None
    archived: str | None = None
    """The copy in an archive that the assessment names."""
    copy_found: str | None = None
    """The archive's copy that could be named there: proposed where there is none."""


class EvidenceReport(_ReportPart):
    """What is known of all evidence, by model, criterion and the order in the file."""

    version: Literal[1] = 1
    evidence: tuple[CheckedEvidence, ...]
