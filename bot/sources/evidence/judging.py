"""From the outcome of a request to a finding about the page, and from run to run to the page's state. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.sources.evidence.addresses import RedirectTarget, is_same, may_replace, redirect_target
from bot.sources.evidence.content import has_content_url, readable_url
from bot.sources.evidence.page_state import FAILED, LONGEST_RETRY, ONE_RUN, PageState
from bot.sources.evidence.pages import small_html
from bot.sources.evidence.report import LinkState
from bot.sources.evidence.soft_errors import SoftError, soft_error
from bot.sources.web.outcome import Declined, Disallowed, Fetched, NoAnswer, NotModified, Trouble, usable_validator

if TYPE_CHECKING:
    from bot.sources.web.outcome import Hop, Outcome


@dataclass(frozen=True, slots=True)
class PageFinding:
    """Meaning of an answer for the page itself."""

    state: LinkState
    """Never CHANGED, which concerns a quote."""
    why: str = ""
    """Reason, as a phrase that begins with "it" or a noun; empty where all is fine."""
    place: str = ""
    """New URL of a moved page, without the fragment that was cited."""


def judge(url: str, outcome: Outcome, *, says_all: bool = False) -> PageFinding | None:
    """Return the finding about the page at `url`; None where there is none because this machine had no network.

    `says_all` means that all its quotes were found in the answer: then it is the page, whatever else it looks like.
    """
    match outcome:
        case Fetched():
            return _elsewhere(url, outcome.hops) if says_all else _of_page(url, outcome)
        case NotModified(hops):
            return _elsewhere(url, hops)
        case Declined():
            return _of_refusal(outcome)
        case Disallowed(words=words):
            return PageFinding(LinkState.BLOCKED, words)
        case NoAnswer(_, Trouble.NETWORK | Trouble.RESOURCES, _):
            return None
        case NoAnswer(_, _, words):
            return PageFinding(LinkState.UNREACHABLE, words)


_REDIRECTED = {
    RedirectTarget.START: LinkState.GONE,
    RedirectTarget.ERROR: LinkState.GONE,
    RedirectTarget.SIGN_IN: LinkState.BLOCKED,
    RedirectTarget.CONSENT: LinkState.BLOCKED,
}
_SOFT_ERRORS = {SoftError.NOT_FOUND: LinkState.GONE, SoftError.CHALLENGE: LinkState.BLOCKED}


def _of_page(url: str, got: Fetched) -> PageFinding:
    if got.hops and (kind := redirect_target(url, got.hops[-1].url)):
        return PageFinding(_REDIRECTED[kind], f"it {kind}")
    page = small_html(got.data, got.content_type) if got.whole else None
    if page is not None and (error := soft_error(page)):
        return PageFinding(_SOFT_ERRORS[error], f"it {error}")
    return _elsewhere(url, got.hops)


def _elsewhere(url: str, hops: tuple[Hop, ...]) -> PageFinding:
    """Return MOVED where each redirect is permanent and the new URL may replace the old one; else FINE."""
    if not hops or not all(hop.is_permanent for hop in hops):
        return PageFinding(LinkState.FINE)
    place = hops[-1].url
    if has_content_url(url):
        # People follow the readable link. A store of files is no new place of it.
        place = readable_url(place)
        if not has_content_url(place):
            return PageFinding(LinkState.FINE)
    if is_same(url, place) or not may_replace(place, url) or redirect_target(url, place):
        return PageFinding(LinkState.FINE)
    return PageFinding(LinkState.MOVED, "it has moved permanently", place)


_PHRASES = {
    401: "wants a sign-in",
    403: "isn't shown to robots",
    404: "isn't there",
    407: "wants a sign-in",
    410: "isn't there any more",
    429: "gets too many requests",
    451: "isn't shown for legal reasons",
    999: "isn't shown to robots",
}
_PASSING = (408, 425)
"""Client errors (4xx) that are temporary."""


def _of_refusal(declined: Declined) -> PageFinding:
    status = declined.status
    if declined.is_challenge:
        return PageFinding(LinkState.BLOCKED, f"it {SoftError.CHALLENGE} ({status})")
    phrase = f"it {_PHRASES[status]} ({status})" if status in _PHRASES else f"it answers {status}"
    if status in (404, 410):
        return PageFinding(LinkState.GONE, phrase)
    # The server refuses this request, which does not mean that the page is missing.
    is_refusal = status == 999 or (400 <= status < 500 and status not in _PASSING)
    return PageFinding(LinkState.BLOCKED if is_refusal else LinkState.UNREACHABLE, phrase)


def update_page_state(
    url: str, before: PageState | None, finding: PageFinding, outcome: Outcome, now: int
) -> PageState:
    """Return the state of a page after a run at the time `now`."""
    known = PageState(url, finding.state, finding.why, finding.place, now)
    if before is not None and finding.state in (*FAILED, LinkState.BLOCKED):
        failures, first, last = before.failures, before.first_failure, before.last_failure
        known = replace(known, failures=failures, first_failure=first, last_failure=last)
    if finding.state in FAILED:
        known = _count_failure(known, now)
    match outcome:
        case Fetched(hops=(), etag=etag, last_modified=modified) if finding.state is LinkState.FINE:
            return replace(known, etag=usable_validator(etag) or "", last_modified=usable_validator(modified) or "")
        case NotModified() if before is not None:
            return replace(known, etag=before.etag, last_modified=before.last_modified)
        case Declined(retry_after=seconds) if seconds is not None and seconds > 0:
            return replace(known, ask_after=now + int(min(seconds, LONGEST_RETRY)))
    # Without validators, so that the page is fetched as a whole the next time.
    return known


def _count_failure(known: PageState, now: int) -> PageState:
    # A time in the future is that of another clock: then only this failure is certain.
    if not known.failures or not known.first_failure <= known.last_failure <= now:
        return replace(known, failures=1, first_failure=now, last_failure=now)
    return (
        replace(known, failures=known.failures + 1, last_failure=now) if now - known.last_failure >= ONE_RUN else known
    )
