"""What follows from the pages of new links: each state by each rule, what is kept, and what is asked for."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.board.model.policy import EvidenceRules, LinkRule
from bot.board.model.problem import Fix, Severity
from bot.github.facts import Comment
from bot.handlers.pull_request.facts import ChangedCitation, Contents
from bot.handlers.pull_request.links import (
    KEPT_LIMIT,
    KeptLink,
    KeptLinks,
    check_links,
    judge_link,
    judge_links,
    keep,
    key_of,
    link_problems,
    links_to_ask,
    with_report,
)
from bot.sources.evidence.link_report import FoundLink, LinkReport, QuoteFinding
from bot.sources.evidence.report import LinkState
from tests.handlers.pull_request.samples import AUTHOR, BOT, HEAD, NOW, OLDER, POLICY, RULES, contents

URL, QUOTE = "https://paper.example.org/report", "trained on 2 trillion tokens"
RULES_OF_LINKS = EvidenceRules(
    gone=LinkRule.FIX,
    quote_missing=LinkRule.FIX,
    quote_unread=LinkRule.SEEN,
    blocked=LinkRule.SEEN,
    unreachable=LinkRule.SEEN,
    not_asked=LinkRule.SEEN,
)
CITED = ChangedCitation(
    "assessments/example/one.yaml", 8, f"      - url: {URL}", "example/one", "weights", URL, QUOTE, None
)
PLAIN = CITED._replace(quote=None)
COPIED = CITED._replace(archived=f"https://web.archive.org/web/20250331000000/{URL}")
AN_HOUR = timedelta(hours=1)


def kept(state: str, said: str | None = None, **more: Any) -> KeptLink:
    """Return a result."""
    copy = more.pop("said_by_copy", None)
    return KeptLink(
        state=LinkState(state),
        said=QuoteFinding(said) if said else None,
        said_by_copy=QuoteFinding(copy) if copy else None,
        **more,
    )


# ---- what a link needs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cited", "result", "rule", "quote"),
    [
        (CITED, None, None, None),
        (PLAIN, kept("fine"), LinkRule.ACCEPT, None),
        (PLAIN, kept("moved"), LinkRule.ACCEPT, None),
        (PLAIN, kept("fine", "missing"), LinkRule.ACCEPT, None),
        (PLAIN, kept("gone"), LinkRule.FIX, None),
        (PLAIN, kept("blocked"), LinkRule.SEEN, None),
        (PLAIN, kept("unreachable"), LinkRule.SEEN, None),
        (PLAIN, kept("unchecked"), LinkRule.SEEN, None),
        (CITED, kept("fine", "found"), LinkRule.ACCEPT, QuoteFinding.FOUND),
        (CITED, kept("moved", "found"), LinkRule.ACCEPT, QuoteFinding.FOUND),
        (CITED, kept("fine", "unread"), LinkRule.SEEN, QuoteFinding.UNREAD),
        (CITED, kept("fine"), LinkRule.SEEN, QuoteFinding.UNREAD),
        (CITED, kept("fine", "missing"), LinkRule.FIX, QuoteFinding.MISSING),
        (CITED, kept("changed", "missing"), LinkRule.FIX, QuoteFinding.MISSING),
        (CITED, kept("fine", "spacing"), LinkRule.ACCEPT, QuoteFinding.SPACING),
        (CITED, kept("gone", "found"), LinkRule.FIX, None),
        (COPIED, kept("gone", said_by_copy="found"), LinkRule.ACCEPT, None),
        (COPIED, kept("gone", said_by_copy="spacing"), LinkRule.ACCEPT, None),
        (COPIED, kept("gone", said_by_copy="missing"), LinkRule.FIX, None),
        (COPIED, kept("blocked", said_by_copy="found"), LinkRule.ACCEPT, None),
        (COPIED, kept("blocked", said_by_copy="missing"), LinkRule.SEEN, None),
        (COPIED, kept("unreachable", said_by_copy="unread"), LinkRule.SEEN, None),
        (COPIED, kept("unchecked", said_by_copy="found"), LinkRule.ACCEPT, None),
        # Evidence that names no copy has none.
        (CITED, kept("gone", said_by_copy="found"), LinkRule.FIX, None),
        # A copy says nothing about a page that can be read, nor about a link without a quote.
        (COPIED, kept("fine", "missing", said_by_copy="found"), LinkRule.FIX, QuoteFinding.MISSING),
        (COPIED._replace(quote=None), kept("gone", said_by_copy="found"), LinkRule.FIX, None),
    ],
)
def test_what_a_link_needs(
    cited: ChangedCitation, result: KeptLink | None, rule: LinkRule | None, quote: QuoteFinding | None
) -> None:
    judged = judge_link(cited, result, RULES_OF_LINKS)
    assert (judged.rule, judged.quote) == (rule, quote)


@pytest.mark.parametrize(
    ("result", "name"),
    [
        (kept("gone"), "gone"),
        (kept("blocked"), "blocked"),
        (kept("unreachable"), "unreachable"),
        (kept("unchecked"), "not_asked"),
        (kept("fine", "missing"), "quote_missing"),
        (kept("fine", "unread"), "quote_unread"),
    ],
)
@pytest.mark.parametrize("rule", LinkRule)
def test_each_state_has_a_rule_of_its_own(result: KeptLink, name: str, rule: LinkRule) -> None:
    others = LinkRule.FIX if rule is LinkRule.ACCEPT else LinkRule.ACCEPT
    rules = EvidenceRules(**dict.fromkeys(EvidenceRules.model_fields, others) | {name: rule})
    assert judge_link(CITED, result, rules).rule is rule


# ---- problems --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "rule", "severity", "words"),
    [
        (kept("gone"), "link-gone", Severity.ERROR, f"doesn't exist: `{URL}`"),
        (kept("fine", "missing"), "quote-missing", Severity.ERROR, f"doesn't have this quote: `{QUOTE}`"),
        (kept("moved", "found", place="https://paper.example.org/new"), "link-moved", Severity.WARNING, "has moved"),
    ],
)
def test_a_problem_is_on_the_line_of_the_link(result: KeptLink, rule: str, severity: Severity, words: str) -> None:
    (problem,) = link_problems([judge_link(CITED, result, RULES_OF_LINKS)])
    assert (problem.path, problem.line, problem.column) == (CITED.path, 8, 14)
    assert (problem.rule, problem.severity) == (rule, severity)
    assert words in str(problem.what)


def test_other_rules_than_ours_have_words_too() -> None:
    strict = EvidenceRules(**dict.fromkeys(EvidenceRules.model_fields, LinkRule.FIX))
    results = (kept("blocked"), kept("unreachable"), kept("unchecked"), kept("fine", "unread"))
    problems = [*link_problems(judge_link(CITED, result, strict) for result in results)]
    assert [problem.rule for problem in problems] == ["link-gone"] * 4
    assert all("could not be confirmed" in str(problem.what) for problem in problems)


@pytest.mark.parametrize(
    ("excerpt", "place", "expected"),
    [
        (f"      - url: {URL}", "https://paper.example.org/new", "      - url: https://paper.example.org/new"),
        (f'      - url: "{URL}" # here', "https://a.example.org/", '      - url: "https://a.example.org/" # here'),
        (f"      - {{url: {URL}, fact: see {URL}}}", "https://paper.example.org/new", None),
        ("      - url: >-", "https://paper.example.org/new", None),
        (f"      - url: {URL}", "https://paper.example.org/it's", None),
        (f"      - url: {URL}", "https://paper.example.org/new:", None),
        (f"      - url: {URL}", "https://paper.example.org/a:b", "      - url: https://paper.example.org/a:b"),
        (f"      - url: {URL}\u200b", "https://paper.example.org/new", None),
    ],
)
def test_a_moved_page_is_replaced_on_its_line_or_not_at_all(excerpt: str, place: str, expected: str | None) -> None:
    judged = judge_link(PLAIN._replace(excerpt=excerpt), kept("moved", place=place), RULES_OF_LINKS)
    (problem,) = link_problems([judged])
    assert problem.fix == (Fix(8, 8, (expected,)) if expected else None)


@pytest.mark.parametrize(
    "place", ["http://paper.example.org/new", "https://localhost/", "javascript:1", "no address", "https://bit.ly/x"]
)
def test_a_place_that_no_page_may_move_to_is_ignored(place: str) -> None:
    judged = judge_link(PLAIN, kept("moved", place=place), RULES_OF_LINKS)
    assert (judged.place, list(link_problems([judged]))) == ("", [])


def test_without_a_section_in_the_policy_nothing_is_checked() -> None:
    found = contents(citations=(CITED,))
    assert check_links(found, None) == found


def with_links(*cited: ChangedCitation, results: KeptLinks | None = None) -> Contents:
    """Return a pull request that changes these links, by a policy that asks for them."""
    rules = replace(RULES, policy=POLICY.model_copy(update={"evidence": RULES_OF_LINKS}))
    return check_links(contents(citations=cited, rules=rules), results)


def test_with_a_link_to_fix_there_is_no_effect_that_could_be_approved() -> None:
    assert with_links(CITED).effect
    gone = KeptLinks({key_of(CITED): kept("gone")}, NOW)
    assert with_links(CITED, results=gone).effect == ""


# ---- what is kept ----------------------------------------------------------------------------------------------------


def report(*links: FoundLink, head: str = HEAD) -> LinkReport:
    """Return the report of a job."""
    return LinkReport(head=head, links=links)


def found(state: str, url: str = URL, quote: str | None = QUOTE, **more: Any) -> FoundLink:
    """Return what a job found about a link."""
    return FoundLink(url=url, quote=quote, state=LinkState(state), **more)


def test_of_a_report_only_what_is_cited_counts() -> None:
    others = (found("fine", quote="other words"), found("fine", url=f"{URL}/other"), found("fine", quote=None))
    results = with_report(None, [CITED], report(*others), NOW)
    assert results.links == {key_of(CITED): kept("unchecked")}


def test_the_copy_of_one_citation_says_nothing_about_another() -> None:
    other = COPIED._replace(archived=f"https://web.archive.org/web/20240101000000/{URL}")
    gone = [
        found("gone", archived=each.archived, said_by_copy=QuoteFinding(said) if said else None)
        for each, said in ((CITED, None), (COPIED, "found"), (other, "missing"))
    ]
    results = with_report(None, (cited := [CITED, COPIED, other]), report(*gone), NOW)
    judged = judge_links(cited, results, RULES_OF_LINKS)
    assert [one.rule for one in judged] == [LinkRule.FIX, LinkRule.ACCEPT, LinkRule.FIX]
    wanted = links_to_ask(with_links(*cited), None, ())
    assert wanted is not None
    assert [link.archived for link in wanted.links] == [each.archived for each in cited]


@pytest.mark.parametrize("said", ["spacing", "missing"])
def test_a_long_passage_is_cut_and_decides_nothing(said: str) -> None:
    long = CITED._replace(quote="trained on two trillion tokens, " * 100)
    passage = long.quote.replace("two trillion", "twotrillion") if long.quote else ""
    there = found("fine", quote=long.quote, said=QuoteFinding(said), closest=passage)
    stored = KeptLinks.read(keep(HEAD, with_report(None, [long], report(there), NOW)).text, NOW)
    (judged,) = judge_links([long], stored, RULES_OF_LINKS)
    assert (judged.quote, len(judged.closest)) == (QuoteFinding(said), 200 if said == "missing" else 0)


def test_what_was_not_asked_for_keeps_its_earlier_result() -> None:
    earlier = KeptLinks({key_of(CITED): kept("fine", "found")}, NOW - AN_HOUR)
    again = with_report(earlier, [CITED], report(found("unchecked")), NOW)
    assert (again.links, again.at) == (earlier.links, NOW)
    newer = with_report(earlier, [CITED], report(found("gone")), NOW)
    assert newer.links[key_of(CITED)].state is LinkState.GONE


def test_without_a_report_nothing_was_asked_for() -> None:
    assert with_report(None, [CITED, PLAIN], None, NOW).links == {
        key_of(CITED): kept("unchecked"),
        key_of(PLAIN): kept("unchecked"),
    }


text = st.text(max_size=300)


@given(st.dictionaries(st.from_regex("[0-9a-f]{20}", fullmatch=True), text, max_size=5))
def test_what_is_kept_is_read_back(passages: dict[str, str]) -> None:
    links = {
        key: with_report(
            None,
            [CITED],
            report(found("fine", said=QuoteFinding.MISSING, closest=passage.encode("utf-8", "replace").decode())),
            NOW,
        ).links[key_of(CITED)]
        for key, passage in passages.items()
    }
    action = keep(HEAD, KeptLinks(links, NOW))
    assert action.commit == HEAD
    assert action.text.count("`") == 6  # those of the block alone
    assert KeptLinks.read(action.text, NOW) == KeptLinks(links, NOW)


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{}",
        "[]",
        "```json\n```\n",
        '{"version": 2, "links": {}}',
        '{"links": {"a": {"state": "excellent"}}}',
        "{" * 9999,
    ],
)
def test_what_is_not_ours_is_no_result(broken: str) -> None:
    assert KeptLinks.read(broken, NOW) is None


@pytest.mark.parametrize(
    ("number", "passage", "place", "left"),
    [
        (60, "x" * 200, "https://paper.example.org/" + "x" * 400, {"closest": True, "place": True}),
        (100, "x" * 200, "https://paper.example.org/" + "x" * 400, {"closest": False, "place": True}),
        (200, "한" * 200, "https://paper.example.org/" + "x" * 450, {"closest": False, "place": False}),
    ],
)
def test_too_much_is_kept_without_passages_then_without_addresses(
    number: int, passage: str, place: str, left: dict[str, bool]
) -> None:
    links = {f"{each:020x}": kept("moved", "missing", closest=passage, place=place) for each in range(number)}
    stored = KeptLinks.read(keep(HEAD, KeptLinks(links, NOW)).text, NOW)
    assert stored is not None
    assert len(stored.links) == number
    assert {name: bool(getattr(one, name)) for one in stored.links.values() for name in left} == left


def test_of_too_many_links_those_that_were_asked_for_are_kept() -> None:
    links = {f"{each:020x}": kept("unchecked" if each < 3_000 else "fine") for each in range(3_060)}
    action = keep(HEAD, KeptLinks(links, NOW))
    stored = KeptLinks.read(action.text, NOW)
    assert stored is not None
    assert len(action.text) <= KEPT_LIMIT
    assert sum(one.state is LinkState.FINE for one in stored.links.values()) == 60
    assert json.loads(action.text.removeprefix("```json\n").removesuffix("\n```\n"))


# ---- what is asked for -----------------------------------------------------------------------------------------------


def recheck(ago: timedelta, **changes: Any) -> Comment:
    """Return a comment that asks for another look."""
    return replace(Comment(1, AUTHOR, "/recheck", NOW - ago), **changes)


FINE, GONE, LEFT = (PLAIN._replace(url=f"{URL}/{name}") for name in ("fine", "gone", "left"))
RESULTS = KeptLinks(
    {key_of(one): kept(state) for one, state in ((FINE, "fine"), (GONE, "gone"), (LEFT, "unchecked"))},
    NOW - 2 * AN_HOUR,
)


@pytest.mark.parametrize(
    ("cited", "comments", "expected"),
    [
        ([FINE, GONE, LEFT], (), []),
        ([FINE, CITED, CITED], (), [URL]),
        ([FINE, GONE, LEFT], (recheck(3 * AN_HOUR),), []),
        ([FINE, GONE, LEFT], (recheck(AN_HOUR),), [LEFT.url, GONE.url]),
        ([FINE, GONE, LEFT], (recheck(AN_HOUR, author=BOT),), []),
        ([FINE, GONE, LEFT], (recheck(AN_HOUR, body="see `/recheck`"),), []),
        ([GONE, LEFT, CITED], (recheck(AN_HOUR),), [LEFT.url, URL, GONE.url]),
    ],
)
def test_what_has_no_result_is_asked_for_and_after_a_recheck_what_is_not_fine(
    cited: list[ChangedCitation], comments: tuple[Comment, ...], expected: list[str]
) -> None:
    wanted = links_to_ask(with_links(*cited, results=RESULTS), RESULTS, comments)
    assert [link.url for link in wanted.links] == expected if wanted else not expected


def test_a_list_is_bound_to_the_head() -> None:
    wanted = links_to_ask(with_links(CITED), None, ())
    assert wanted is not None
    assert wanted.head == HEAD != OLDER
