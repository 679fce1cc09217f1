"""What is known of pages, quotes and copies from run to run, when a page is due again, and the report on all of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.sources.evidence.addresses import with_fragment
from bot.sources.evidence.report import CheckedEvidence, CheckedQuote, EvidenceReport, LinkState, QuoteStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from bot.sources.evidence.cited import Citation

DAY = 24 * 60 * 60
FAILED = (LinkState.GONE, LinkState.UNREACHABLE)
"""What counts as a failure. A page that is blocked isn't known to be missing."""
FAILURES_UNTIL_DEAD = 3
SECONDS_UNTIL_DEAD = 7 * DAY
"""From the first failure to the last."""
ONE_RUN = 12 * 60 * 60
"""Seconds within which two runs are one, so that a morning's outage never counts three times."""
LONGEST_RETRY = 30 * DAY
"""Seconds for which a host may ask to be left alone."""


@dataclass(frozen=True, slots=True)
class PageState:
    """What is known of a page. Moments are seconds since 1970; 0, like an empty text, where there is nothing to say."""

    url: str
    state: LinkState
    why: str = ""
    place: str = ""
    checked: int = 0
    """When it was asked for last."""
    failures: int = 0
    """On how many runs in succession it was gone or unreachable; being blocked neither counts nor ends the row."""
    first_failure: int = 0
    last_failure: int = 0
    ask_after: int = 0
    """Before that moment its host wants to be left alone."""
    etag: str = ""
    last_modified: str = ""

    @property
    def is_dead(self) -> bool:
        """Whether it failed on at least three runs, over at least seven days."""
        over = self.last_failure - self.first_failure
        return self.state in FAILED and self.failures >= FAILURES_UNTIL_DEAD and over >= SECONDS_UNTIL_DEAD


@dataclass(frozen=True, slots=True)
class QuoteResult:
    """Whether a page says a quote, as of `checked`."""

    words: str
    said: QuoteStatus
    closest: str = ""
    """Where it isn't said letter by letter: what comes closest."""
    why: str = ""
    """Why it isn't known: a phrase behind "it"."""
    checked: int = 0


@dataclass(frozen=True, slots=True)
class ArchiveCopy:
    """The answer of an archive that was asked for a copy."""

    place: str
    """Its address; empty where there is none."""
    asked: int


def is_due(known: PageState | None, *, has_new_quotes: bool, now: int, every: int) -> bool:
    """Whether a page is to be asked for at the moment `now`, if those that answered are asked every so many seconds."""
    if known is None:
        return True
    if now < known.ask_after <= now + LONGEST_RETRY:
        return False
    # A moment in the future is that of another clock, and says nothing.
    wait = ONE_RUN if known.state in FAILED else every
    return has_new_quotes or not 0 <= now - known.checked < wait


# ---- each piece of evidence ------------------------------------------------------------------------------------------

_UNSAID = {
    QuoteStatus.NEAR: "it doesn't say the quote letter by letter",
    QuoteStatus.MISSING: "it doesn't say the quote",
}


def check_citation(
    cited: Citation, known: PageState | None, told: QuoteResult | None, copy: ArchiveCopy | None
) -> CheckedEvidence:
    """What is known of one piece of evidence."""
    quoted = None
    if cited.quote is not None:
        said = told.said if told else QuoteStatus.UNKNOWN
        quoted = CheckedQuote(words=cited.quote, said=said, closest=told.closest or None if told else None)
    found = copy.place if copy and copy.place and copy.place != cited.archived else None
    parts = {
        "model": cited.model,
        "criterion": cited.criterion,
        "url": cited.url,
        "quoted": quoted,
        "archived": cited.archived,
        "copy_found": found,
    }
    if known is None:
        return CheckedEvidence(state=LinkState.UNCHECKED, **parts)
    state, why = known.state, known.why
    if quoted and quoted.said in _UNSAID and state in (LinkState.FINE, LinkState.MOVED):
        state, why = LinkState.CHANGED, _UNSAID[quoted.said]
    elif told and quoted and quoted.said is QuoteStatus.UNKNOWN and not why:
        why = told.why
    return CheckedEvidence(
        state=state,
        why=why,
        place=with_fragment(known.place, cited.url) if state is LinkState.MOVED else None,
        dead=known.is_dead,
        failures=known.failures,
        since=_day(known.first_failure) if known.failures else None,
        checked=_day(known.checked),
        **parts,
    )


def build_report(
    evidence: Iterable[Citation],
    known: Mapping[str, PageState],
    told: Callable[[str, str], QuoteResult | None],
    copies: Mapping[str, ArchiveCopy],
) -> EvidenceReport:
    """What is known of all this evidence. `told` says of an address and some words what is known of that quote."""
    return EvidenceReport(
        evidence=tuple(
            check_citation(
                cited,
                known.get(cited.page),
                told(cited.page, cited.quote) if cited.quote is not None else None,
                copies.get(cited.page),
            )
            for cited in evidence
        )
    )


def _day(moment: int) -> date:
    return datetime.fromtimestamp(moment, UTC).date()
