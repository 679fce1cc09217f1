"""What an answer means: from what came of asking for a page to what is known of it afterwards. Pure.

Apart from `bot.sources.evidence`, which knows pages and nothing of how they are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.sources.evidence.addresses import RedirectTarget, is_same, may_replace, redirect_target
from bot.sources.evidence.apologies import SoftError, soft_error
from bot.sources.evidence.known import FAILED, LONGEST_RETRY, ONE_RUN, PageState
from bot.sources.evidence.pages import html_opening
from bot.sources.evidence.report import LinkState
from bot.sources.web.outcome import Declined, Disallowed, Fetched, NoAnswer, NotModified, Trouble

if TYPE_CHECKING:
    from bot.sources.web.outcome import Hop, Outcome

_LONGEST_VALIDATOR = 500
"""Characters of an ETag or date that are kept, to be sent again."""


@dataclass(frozen=True, slots=True)
class PageFinding:
    """What an answer says of the page itself."""

    state: LinkState
    """Never CHANGED, which is about a quote."""
    why: str = ""
    """A phrase behind "it"; empty where all is fine."""
    place: str = ""
    """Where it is now, if it moved; without the fragment that was cited."""


# ---- one answer ------------------------------------------------------------------------------------------------------


def judge(url: str, outcome: Outcome, *, says_all: bool = False) -> PageFinding | None:
    """What an answer says of the page at `url`; None where it says nothing, as there was no network.

    `says_all` means that all its quotes were found on what was sent: then that is the page, whatever else it looks like.
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


_LED = {
    RedirectTarget.START: LinkState.GONE,
    RedirectTarget.ERROR: LinkState.GONE,
    RedirectTarget.SIGN_IN: LinkState.BLOCKED,
    RedirectTarget.CONSENT: LinkState.BLOCKED,
}
_APOLOGIES = {SoftError.NOT_FOUND: LinkState.GONE, SoftError.CHALLENGE: LinkState.BLOCKED}


def _of_page(url: str, got: Fetched) -> PageFinding:
    if got.hops and (kind := redirect_target(url, got.hops[-1].url)):
        return PageFinding(_LED[kind], f"it {kind}")
    opening = html_opening(got.data, got.content_type)
    if opening is not None and (said := soft_error(opening)):
        return PageFinding(_APOLOGIES[said], f"it {said}")
    return _elsewhere(url, got.hops)


def _elsewhere(url: str, hops: tuple[Hop, ...]) -> PageFinding:
    """MOVED where the server says, at each step, to use the new address from now on, and that one may be used."""
    if not hops or not all(hop.is_permanent for hop in hops):
        return PageFinding(LinkState.FINE)
    place = hops[-1].url
    if is_same(url, place) or not may_replace(place, url) or redirect_target(url, place):
        return PageFinding(LinkState.FINE)
    return PageFinding(LinkState.MOVED, "it has moved for good", place)


_PHRASES = {
    401: "wants a sign-in",
    403: "doesn't show itself to robots",
    404: "isn't there",
    407: "wants a sign-in",
    410: "isn't there any more",
    429: "is asked for too often",
    451: "isn't shown for legal reasons",
    999: "doesn't show itself to robots",
}
_PASSING = (408, 425)
"""Of the requests that the server blames on us, those that it may answer the next time."""


def _of_refusal(declined: Declined) -> PageFinding:
    status = declined.status
    if declined.is_challenge:
        return PageFinding(LinkState.BLOCKED, f"it {SoftError.CHALLENGE} ({status})")
    phrase = f"it {_PHRASES[status]} ({status})" if status in _PHRASES else f"it answers {status}"
    if status in (404, 410):
        return PageFinding(LinkState.GONE, phrase)
    if status == 999 or (400 <= status < 500 and status not in _PASSING):
        # Whatever the server has against the request, it isn't that the page is missing.
        return PageFinding(LinkState.BLOCKED, phrase)
    return PageFinding(LinkState.UNREACHABLE, phrase)


# ---- from run to run -------------------------------------------------------------------------------------------------


def update_page_state(
    url: str, before: PageState | None, finding: PageFinding, outcome: Outcome, now: int
) -> PageState:
    """What is known of a page after a run at the moment `now`."""
    known = PageState(url, finding.state, finding.why, finding.place, now)
    if finding.state in FAILED:
        known = _failed_again(known, before, now)
    elif finding.state is LinkState.BLOCKED and before is not None:
        known = replace(
            known, failures=before.failures, first_failure=before.first_failure, last_failure=before.last_failure
        )
    match outcome:
        case Fetched(hops=(), etag=etag, last_modified=modified) if finding.state is LinkState.FINE:
            return replace(known, etag=_validator(etag), last_modified=_validator(modified))
        case NotModified() if before is not None:
            return replace(known, etag=before.etag, last_modified=before.last_modified)
        case Declined(retry_after=seconds) if seconds is not None and seconds > 0:
            return replace(known, ask_after=now + int(min(seconds, LONGEST_RETRY)))
    # Without validators: whatever is sent the next time is looked at.
    return known


def _failed_again(known: PageState, before: PageState | None, now: int) -> PageState:
    if before is None or not before.failures:
        return replace(known, failures=1, first_failure=now, last_failure=now)
    if not before.first_failure <= before.last_failure <= now:
        # A moment in the future is that of another clock. What is certain is that it failed before.
        return replace(known, failures=1, first_failure=now, last_failure=now)
    if now - before.last_failure < ONE_RUN:
        return replace(
            known, failures=before.failures, first_failure=before.first_failure, last_failure=before.last_failure
        )
    return replace(known, failures=before.failures + 1, first_failure=before.first_failure, last_failure=now)


def _validator(text: str | None) -> str:
    """A validator that can be kept and sent again; empty for one that can't."""
    fits = text is not None and len(text) <= _LONGEST_VALIDATOR and text.isascii() and text.isprintable()
    return text if text is not None and fits else ""
