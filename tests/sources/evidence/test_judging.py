"""The finding of each outcome, and the state of a page after several runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.sources.evidence.cited import Citation
from bot.sources.evidence.judging import PageFinding, judge, update_page_state
from bot.sources.evidence.page_state import (
    DAY,
    LONGEST_RETRY,
    ArchiveCopy,
    PageState,
    QuoteResult,
    check_citation,
    is_due,
)
from bot.sources.evidence.report import LinkState, QuoteStatus
from bot.sources.web.outcome import Declined, Disallowed, Fetched, Hop, NoAnswer, NotModified, Trouble

if TYPE_CHECKING:
    from bot.sources.web.outcome import Outcome

URL = "https://example.org/paper"
NEW = "https://new.example.org/paper"
HOUR = DAY // 24
WEEK = 7 * DAY
START = 1_790_000_000


def got(*hops: tuple[int, str], body: str = "<title>Example One</title><p>Fine.", kind: str = "text/html") -> Fetched:
    return Fetched(tuple(Hop(*hop) for hop in hops), kind, body.encode(), True, '"1"', None)


def declined(status: int, *, challenge: bool = False, retry: float | None = None) -> Declined:
    return Declined((), status, retry, challenge)


# ---- one answer ------------------------------------------------------------------------------------------------------

SOFT = "<title>Page not found</title><p>Sorry."
CAPTCHA = "<title>Just a moment...</title>"
MEANT: list[tuple[str, Outcome, LinkState, str, str]] = [
    # what it is, the answer, the state, words of the reason, the new place
    ("the page", got(), LinkState.FINE, "", ""),
    ("not modified", NotModified(()), LinkState.FINE, "", ""),
    ("for good elsewhere", got((301, NEW)), LinkState.MOVED, "moved", NEW),
    ("for good, by 308", got((308, NEW)), LinkState.MOVED, "moved", NEW),
    ("for good by several steps", got((301, "https://example.org/x"), (308, NEW)), LinkState.MOVED, "moved", NEW),
    ("not modified, but elsewhere", NotModified((Hop(301, NEW),)), LinkState.MOVED, "moved", NEW),
    ("for now elsewhere", got((302, NEW)), LinkState.FINE, "", ""),
    ("first for good, then for now", got((301, "https://example.org/x"), (307, NEW)), LinkState.FINE, "", ""),
    ("for good to the same", got((301, "https://EXAMPLE.org:443/paper")), LinkState.FINE, "", ""),
    ("a step back to plain http", got((301, "http://example.org/paper")), LinkState.FINE, "", ""),
    ("for good to what can't be evidence", got((301, "https://bit.ly/paper")), LinkState.FINE, "", ""),
    ("to the start page", got((301, "https://new.example.org/")), LinkState.GONE, "start page", ""),
    ("for now to the start page", got((302, "https://example.org/")), LinkState.GONE, "start page", ""),
    ("to a sign-in", got((302, "https://example.org/login?next=paper")), LinkState.BLOCKED, "sign-in", ""),
    ("for good to a sign-in", got((301, "https://accounts.example.org/")), LinkState.BLOCKED, "sign-in", ""),
    ("to an error page", got((302, "https://example.org/404")), LinkState.GONE, "error page", ""),
    ("an apology", got(body=SOFT), LinkState.GONE, "no such page", ""),
    ("an apology elsewhere", got((301, NEW), body=SOFT), LinkState.GONE, "no such page", ""),
    ("an apology that is no HTML", got(body=SOFT, kind="text/plain"), LinkState.FINE, "", ""),
    ("a captcha", got(body=CAPTCHA), LinkState.BLOCKED, "person", ""),
    ("404", declined(404), LinkState.GONE, "(404)", ""),
    ("410", declined(410), LinkState.GONE, "(410)", ""),
    *(
        (f"{status}", declined(status), LinkState.BLOCKED, f"({status})", "")
        for status in (401, 403, 407, 429, 451, 999)
    ),
    *((f"{status}", declined(status), LinkState.BLOCKED, f"{status}", "") for status in (400, 402, 405, 406, 418)),
    *(
        (f"{status}", declined(status), LinkState.UNREACHABLE, f"{status}", "")
        for status in (408, 425, 500, 502, 503, 520)
    ),
    ("503 with a challenge", declined(503, challenge=True), LinkState.BLOCKED, "person", ""),
    ("404 with a challenge", declined(404, challenge=True), LinkState.BLOCKED, "person", ""),
    ("a redirect without a place", declined(302), LinkState.UNREACHABLE, "302", ""),
    ("robots.txt", Disallowed(()), LinkState.BLOCKED, "robots.txt", ""),
    *(
        (f"{trouble}", NoAnswer((), trouble, "it has trouble"), LinkState.UNREACHABLE, "it has trouble", "")
        for trouble in Trouble
        if trouble not in (Trouble.NETWORK, Trouble.RESOURCES)
    ),
]


@pytest.mark.parametrize(
    ("outcome", "state", "why", "place"), [case[1:] for case in MEANT], ids=[case[0] for case in MEANT]
)
def test_each_outcome_has_its_finding(outcome: Outcome, state: LinkState, why: str, place: str) -> None:
    finding = judge(URL, outcome)
    assert finding is not None
    assert (finding.state, finding.place) == (state, place)
    assert why in finding.why
    assert bool(why) == bool(finding.why)


MODEL = "https://huggingface.co/org/name"
READ_ELSEWHERE = {
    "the content of a renamed model": (
        (301, "https://huggingface.co/renamed/name/resolve/main/README.md"),
        "https://huggingface.co/renamed/name",
    ),
    "a renamed model": ((301, "https://huggingface.co/renamed/name"), "https://huggingface.co/renamed/name"),
    "a store of files": ((301, "https://cdn.example.org/0123"), ""),
    "the content of the same model": ((301, f"{MODEL}/resolve/main/README.md?download=true"), ""),
}


@pytest.mark.parametrize("case", READ_ELSEWHERE)
def test_a_page_that_is_read_at_its_content_address_moves_to_a_link_that_people_follow(case: str) -> None:
    hop, place = READ_ELSEWHERE[case]
    finding = judge(MODEL, got(hop), says_all=True)
    assert finding is not None
    assert (finding.state, finding.place) == (LinkState.MOVED if place else LinkState.FINE, place)


PHRASES = {
    401: "it wants a sign-in (401)",
    403: "it isn't shown to robots (403)",
    404: "it isn't there (404)",
    407: "it wants a sign-in (407)",
    410: "it isn't there any more (410)",
    418: "it answers 418",
    429: "it gets too many requests (429)",
    451: "it isn't shown for legal reasons (451)",
    499: "it answers 499",
    500: "it answers 500",
    998: "it answers 998",
    999: "it isn't shown to robots (999)",
    1000: "it answers 1000",
}
UNREACHABLE = (500, 998, 1000)


@pytest.mark.parametrize("status", PHRASES)
def test_a_refusal_is_described_by_its_status(status: int) -> None:
    finding = judge(URL, declined(status))
    assert finding is not None
    assert finding.why == PHRASES[status]
    assert (finding.state is LinkState.UNREACHABLE) is (status in UNREACHABLE)


def test_without_a_network_there_is_no_finding() -> None:
    assert judge(URL, NoAnswer((), Trouble.NETWORK, "there is no network")) is None
    assert judge(URL, NoAnswer((), Trouble.RESOURCES, "no more connections can be made")) is None


def test_plain_http_that_leads_to_the_same_by_https_has_moved() -> None:
    finding = judge("http://example.org/paper", got((301, URL)))
    assert finding == PageFinding(LinkState.MOVED, "it has moved permanently", URL)


def test_a_page_with_all_its_quotes_is_the_page_whatever_it_looks_like() -> None:
    assert judge(URL, got(body=SOFT), says_all=True) == PageFinding(LinkState.FINE)
    assert judge(URL, got((302, "https://example.org/")), says_all=True) == PageFinding(LinkState.FINE)
    # But the bot never proposes a link to a start page.
    assert judge(URL, got((301, "https://example.org/")), says_all=True) == PageFinding(LinkState.FINE)
    moved = judge(URL, got((301, NEW), body=SOFT), says_all=True)
    assert moved is not None
    assert moved.state is LinkState.MOVED


# ---- from run to run -------------------------------------------------------------------------------------------------


def after_runs(*runs: tuple[int, Outcome]) -> PageState:
    """Return the state after outcomes at so many seconds from the start."""
    known: PageState | None = None
    for seconds, outcome in runs:
        finding = judge(URL, outcome)
        assert finding is not None
        known = update_page_state(URL, known, finding, outcome, START + seconds)
    assert known is not None
    return known


GONE, DOWN, BLOCKED, FINE = declined(404), declined(503), declined(403), got()
DEAD: dict[str, tuple[list[tuple[int, Outcome]], bool, int]] = {
    "three runs over seven days": ([(0, GONE), (3 * DAY, GONE), (WEEK, GONE)], True, 3),
    "a second less than seven days": ([(0, GONE), (3 * DAY, GONE), (WEEK - 1, GONE)], False, 3),
    "two runs over seven days": ([(0, GONE), (WEEK, GONE)], False, 2),
    "gone and unreachable both count": ([(0, DOWN), (3 * DAY, GONE), (WEEK, DOWN)], True, 3),
    "two runs on one day are one": ([(0, GONE), (11 * HOUR, GONE), (WEEK, GONE)], False, 2),
    "two runs twelve hours apart are two": ([(0, GONE), (12 * HOUR, GONE), (WEEK, GONE)], True, 3),
    "fine in between": ([(0, GONE), (DAY, GONE), (2 * DAY, FINE), (WEEK, GONE), (8 * DAY, GONE)], False, 2),
    "moved in between": ([(0, GONE), (DAY, got((301, NEW))), (WEEK, GONE), (8 * DAY, GONE)], False, 2),
    "blocked doesn't count": ([(0, GONE), (3 * DAY, BLOCKED), (WEEK, GONE)], False, 2),
    "blocked doesn't end it": ([(0, GONE), (DAY, GONE), (3 * DAY, BLOCKED), (WEEK, GONE)], True, 3),
    "blocked now isn't known to be dead": ([(0, GONE), (DAY, GONE), (WEEK, GONE), (8 * DAY, BLOCKED)], False, 3),
    "dead, and back": ([(0, GONE), (DAY, GONE), (WEEK, GONE), (8 * DAY, FINE)], False, 0),
}


@pytest.mark.parametrize("case", DEAD)
def test_a_link_is_dead_after_three_failures_over_seven_days(case: str) -> None:
    runs, is_dead, failures = DEAD[case]
    known = after_runs(*runs)
    assert (known.is_dead, known.failures) == (is_dead, failures)


def test_a_failure_in_the_future_was_by_another_clock_and_stops_no_count() -> None:
    ahead = after_runs((20 * 365 * DAY, GONE))
    known = ahead
    for moment in (0, 4 * DAY, WEEK):
        finding = judge(URL, GONE)
        assert finding is not None
        known = update_page_state(URL, known, finding, GONE, START + moment)
    assert (known.failures, known.first_failure, known.is_dead) == (3, START, True)


def test_the_version_of_where_a_page_leads_to_is_not_kept() -> None:
    assert after_runs((0, got((302, NEW)))).etag == ""


def test_validators_are_kept_while_the_page_is_fine() -> None:
    assert after_runs((0, FINE)).etag == '"1"'
    assert after_runs((0, FINE), (WEEK, NotModified(()))).etag == '"1"'
    assert after_runs((0, FINE), (WEEK, BLOCKED)).etag == ""
    assert after_runs((0, got(body=SOFT))).etag == ""


@pytest.mark.parametrize("etag", ['"\udcff"', '"a\nb"', f'"{"x" * 1000}"'])
def test_a_validator_that_cannot_be_sent_is_not_kept(etag: str) -> None:
    assert after_runs((0, Fetched((), "text/html", b"", True, etag, etag))).etag == ""


EVERY = 6 * DAY
DUE: dict[str, tuple[Outcome | None, bool, int, bool]] = {
    "never asked": (None, False, 0, True),
    "fine, too early": (FINE, False, EVERY - 1, False),
    "fine, a week later": (FINE, False, EVERY, True),
    "fine, with a new quote": (FINE, True, 1, True),
    "blocked, too early": (BLOCKED, False, EVERY - 1, False),
    "blocked, a week later": (BLOCKED, False, EVERY, True),
    "gone, on the same day": (GONE, False, 12 * HOUR - 1, False),
    "gone, at the next run": (GONE, False, 12 * HOUR, True),
    "unreachable, at the next run": (DOWN, False, 12 * HOUR, True),
    "its host wants time": (declined(503, retry=2 * DAY), False, 2 * DAY - 1, False),
    "it had time": (declined(503, retry=2 * DAY), False, 2 * DAY, True),
    "its host wants time, also for a new quote": (declined(429, retry=DAY), True, DAY - 1, False),
    "nobody gets forever": (declined(503, retry=1e300), False, LONGEST_RETRY, True),
    "checked in the future": (FINE, False, -DAY, True),
}


@pytest.mark.parametrize("case", DUE)
def test_when_a_page_is_due(case: str) -> None:
    outcome, has_new_quotes, seconds, due = DUE[case]
    known = None if outcome is None else after_runs((0, outcome))
    assert is_due(known, has_new_quotes=has_new_quotes, now=START + seconds, every=EVERY) is due


# ---- each piece of evidence ------------------------------------------------------------------------------------------

QUOTED = Citation("example/one", "weights", 0, f"{URL}#files", "all weights")


def test_evidence_that_was_never_fetched_is_unchecked() -> None:
    one = check_citation(QUOTED, None, None, None)
    assert (one.state, one.quoted and one.quoted.said, one.checked) == (LinkState.UNCHECKED, QuoteStatus.UNKNOWN, None)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (QuoteStatus.FOUND, LinkState.FINE),
        (QuoteStatus.NEAR, LinkState.CHANGED),
        (QuoteStatus.MISSING, LinkState.CHANGED),
        (QuoteStatus.UNKNOWN, LinkState.FINE),
    ],
)
def test_a_page_without_its_quote_has_changed(said: QuoteStatus, state: LinkState) -> None:
    one = check_citation(QUOTED, after_runs((0, FINE)), QuoteResult("all weights", said), None)
    assert (one.state, one.why != "") == (state, state is LinkState.CHANGED)


def test_a_missing_page_is_gone_whatever_the_result_of_its_quote() -> None:
    assert (
        check_citation(QUOTED, after_runs((0, GONE)), QuoteResult("all weights", QuoteStatus.MISSING), None).state
        is LinkState.GONE
    )


def test_a_moved_page_keeps_the_fragment_that_was_cited() -> None:
    one = check_citation(QUOTED, after_runs((0, got((301, NEW)))), QuoteResult("all weights", QuoteStatus.FOUND), None)
    assert (one.state, one.place) == (LinkState.MOVED, f"{NEW}#files")


def test_the_days_of_failures_are_reported() -> None:
    one = check_citation(
        QUOTED, after_runs((0, GONE), (WEEK, GONE)), None, ArchiveCopy("https://web.archive.org/x", START)
    )
    assert (one.failures, one.since, one.checked) == (2, date(2026, 9, 21), date(2026, 9, 28))
    assert (one.dead, one.copy_found) == (False, "https://web.archive.org/x")


@pytest.mark.parametrize("page", [got(body=SOFT + "<p>x" * 100_000), replace(got(body=SOFT), whole=False)])
def test_a_part_of_a_page_does_not_say_that_there_is_none(page: Fetched) -> None:
    finding = judge(URL, page)
    assert finding is not None
    assert finding.state is LinkState.FINE
