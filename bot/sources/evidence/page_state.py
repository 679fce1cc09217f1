"""The state of pages, quotes and copies that is kept between runs, when a page is due, and the report on all of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.sources.evidence.addresses import with_fragment
from bot.sources.evidence.report import CheckedEvidence, CheckedQuote, EvidenceReport, LinkState, QuoteStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from bot.sources.evidence.cited import Citation

DAY = 24 * 60 * 60
FAILED = (LinkState.GONE, LinkState.UNREACHABLE)
"""States that count as failures. A blocked page is not known to be missing."""
FAILURES_UNTIL_DEAD = 3
SECONDS_UNTIL_DEAD = 7 * DAY
"""From the first failure to the last one."""
ONE_RUN = 12 * 60 * 60
"""Seconds within which two failures count once, so that one outage never counts three times."""
LONGEST_RETRY = 30 * DAY
"""Most seconds of a Retry-After that are respected."""


@dataclass(frozen=True, slots=True)
class PageState:
    """State of a page. Times are seconds since 1970; 0 and empty texts mean none."""

    url: str
    state: LinkState
    why: str = ""
    place: str = ""
    checked: int = 0
    failures: int = 0
    """Successive runs on which it was gone or unreachable; a blocked run neither counts nor ends the series."""
    first_failure: int = 0
    last_failure: int = 0
    ask_after: int = 0
    """Time before which the host asked for no further requests."""
    etag: str = ""
    last_modified: str = ""

    @property
    def is_dead(self) -> bool:
        """Whether it failed on at least three runs over at least seven days."""
        over = self.last_failure - self.first_failure
        return self.state in FAILED and self.failures >= FAILURES_UNTIL_DEAD and over >= SECONDS_UNTIL_DEAD


@dataclass(frozen=True, slots=True)
class QuoteResult:
    """Result of searching a page for a quote."""

    words: str
    said: QuoteStatus
    closest: str = ""
    why: str = ""
    """Reason where the result is unknown: a phrase that begins with "it"."""
    checked: int = 0
    """Time of the search, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class ArchiveCopy:
    """Answer of an archive to the request for a copy."""

    place: str
    """URL of the copy; empty where there is none."""
    asked: int
    """Time of the request, in seconds since 1970."""


def is_due(known: PageState | None, *, has_new_quotes: bool, now: int, every: int) -> bool:
    """Return whether to fetch a page at the time `now`, if pages that answered are fetched every `every` seconds."""
    if known is None:
        return True
    if now < known.ask_after <= now + LONGEST_RETRY:
        return False
    # A time in the future is that of another clock, and is ignored.
    wait = ONE_RUN if known.state in FAILED else every
    return has_new_quotes or not 0 <= now - known.checked < wait


_NOT_FOUND = {
    QuoteStatus.NEAR: "it doesn't contain the quote literally",
    QuoteStatus.MISSING: "it doesn't contain the quote",
}


def check_citation(
    cited: Citation, known: PageState | None, result: QuoteResult | None, copy: ArchiveCopy | None
) -> CheckedEvidence:
    """Return the state of one piece of evidence. `result` is that of its quote."""
    quoted = None
    if cited.quote is not None:
        said = result.said if result else QuoteStatus.UNKNOWN
        quoted = CheckedQuote(words=cited.quote, said=said, closest=result.closest or None if result else None)
    state, why = (known.state, known.why) if known else (LinkState.UNCHECKED, "")
    if quoted and quoted.said in _NOT_FOUND and state in (LinkState.FINE, LinkState.MOVED):
        state, why = LinkState.CHANGED, _NOT_FOUND[quoted.said]
    elif known and result and quoted and quoted.said is QuoteStatus.UNKNOWN and not why:
        why = result.why
    return CheckedEvidence(
        model=cited.model,
        criterion=cited.criterion,
        url=cited.url,
        state=state,
        why=why,
        place=with_fragment(known.place, cited.url) if known and state is LinkState.MOVED else None,
        dead=known is not None and known.is_dead,
        failures=known.failures if known else 0,
        since=_day(known.first_failure) if known and known.failures else None,
        checked=_day(known.checked) if known else None,
        quoted=quoted,
        archived=cited.archived,
        copy_found=copy.place if copy and copy.place and copy.place != cited.archived else None,
    )


def build_report(
    evidence: Iterable[Citation],
    known: Mapping[str, PageState],
    quotes: Mapping[tuple[str, str], QuoteResult],
    copies: Mapping[str, ArchiveCopy],
) -> EvidenceReport:
    """Return the report on this evidence. Pages and copies are given by URL, quotes by URL and words."""
    return EvidenceReport(
        evidence=tuple(
            check_citation(
                cited, known.get(cited.page), quotes.get((cited.page, cited.quote or "")), copies.get(cited.page)
            )
            for cited in evidence
        )
    )


def _day(moment: int) -> date:
    return datetime.fromtimestamp(moment, UTC).date()
