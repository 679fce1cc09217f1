"""The report as text, JSON and page: complete, in order, and harmless."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from bot.board.model.json_document import as_json
from bot.sources.evidence.report import CheckedEvidence, CheckedQuote, EvidenceReport, LinkState, QuoteStatus
from bot.sources.evidence.report_text import LONGEST_LIST, as_page, as_text, is_wrong, summary
from tests.samples import rubric
from tests.site.page import Page, html_of

URL = "https://example.org/paper"
COPY = "https://web.archive.org/web/20250331010203/https://example.org/paper"
NAMES = {"example/one": "Example One", "example/two": "Example Two"}
HOSTILE = "<script>x</script> | [a](javascript:x) @alice #1 ##[error] `\x1b[31m` \u202e $x$"


def one(state: LinkState = LinkState.FINE, url: str = URL, **parts: Any) -> CheckedEvidence:
    return CheckedEvidence(**{"model": "example/one", "criterion": "weights", "url": url, "state": state, **parts})


def gone(url: str = URL, **parts: Any) -> CheckedEvidence:
    why = {"why": "it isn't there (404)", "failures": 3, "since": date(2026, 11, 2)}
    return one(LinkState.GONE, url, **{**why, **parts})


def changed(words: str, closest: str | None, **parts: Any) -> CheckedEvidence:
    quoted = CheckedQuote(words=words, said=QuoteStatus.NEAR if closest else QuoteStatus.MISSING, closest=closest)
    return one(LinkState.CHANGED, why="it doesn't contain the quote", quoted=quoted, **parts)


def page_of(*evidence: CheckedEvidence) -> Page:
    page = Page()
    page.feed(html_of(as_page(EvidenceReport(evidence=evidence), NAMES, rubric(), {})))
    return page


def test_a_row_for_each_model_counts_the_ratings_that_have_evidence_of_each_kind() -> None:
    found = CheckedQuote(words="words", said=QuoteStatus.FOUND)
    page = page_of(
        one(quoted=found),
        one(quoted=found),
        one(LinkState.MOVED, place="https://example.org/new", criterion="code"),
        changed("words", None),
        gone(criterion="paper"),
        gone(criterion="paper", dead=True),
        one(LinkState.UNREACHABLE, why="it answers 500", failures=1, since=date(2026, 11, 2), criterion="api"),
        one(LinkState.BLOCKED, why="it wants a sign-in", criterion="api"),
        one(LinkState.BLOCKED, why="it wants a sign-in", criterion="hardware"),
        one(LinkState.UNCHECKED, model="example/two"),
    )
    assert page.rows == [
        ["Model", "Ratings", "Working link", "Quote found", "Changed", "Failing", "Dead link", "Not known"],
        ["Example One", "5", "2", "1", "1", "2", "1", "1"],
        ["Example Two", "1", "", "", "", "", "", "1"],
        ["All", "6", "2", "1", "1", "2", "1", "2"],
    ]


def test_a_dead_link_is_shown_with_its_copy() -> None:
    named = page_of(gone(dead=True, archived=COPY, copy_found="https://web.archive.org/web/20200101000000/x"))
    assert (
        "it isn't there (404), since 2026-11-02, on 3 runs. Read the copy of 2025-03-31 in an archive." in named.words
    )
    assert COPY in named.links
    found = page_of(gone(dead=True, copy_found=COPY))
    assert "Proposed as archived: the copy of 2025-03-31." in found.words
    assert COPY in found.links


def test_each_page_is_listed_once_with_all_its_citations() -> None:
    page = page_of(gone(), gone(criterion="code"), gone(model="example/two"))
    assert page.links.count(URL) == 1
    assert "cited by Example One (Weights, Code); Example Two (Weights)" in page.words
    assert "models/example/one.md#weights" in page.links


def test_the_quotes_of_a_page_are_listed_with_the_closest_passages() -> None:
    page = page_of(changed("three trillion", "two trillion"), changed("all of it", None, criterion="code"))
    assert "quoted: “three trillion” closest: “two trillion” cited by Example One (Weights)" in " ".join(
        page.words.replace("”", "” ").replace("closest", " closest").split()
    )
    assert "nothing like it is on the page" in page.words


def test_a_page_where_all_is_well_has_no_lists() -> None:
    assert page_of(one()).headings == ["Whether the evidence still holds", "By model"]


def test_lists_end_somewhere() -> None:
    page = page_of(*(gone(f"https://example.org/{number}") for number in range(LONGEST_LIST + 5)))
    assert len([link for link in page.links if link.startswith("https://example.org/")]) == LONGEST_LIST
    assert "And 5 more" in page.words


def test_hostile_text_is_shown_and_harmless() -> None:
    evidence = (
        changed(HOSTILE, HOSTILE),
        gone("https://example.org/|<b>`x`@alice", why=f"it says {HOSTILE}"),
        one(LinkState.MOVED, place="https://example.org/)<b>"),
        one(LinkState.BLOCKED, "https://b.example.org/", why=HOSTILE),
        one(why=HOSTILE, url="https://c.example.org/", quoted=CheckedQuote(words=HOSTILE, said=QuoteStatus.UNKNOWN)),
    )
    page = page_of(*evidence)
    assert not {"script", "b"} & set(page.elements)
    assert all(link.startswith(("https://", "models/", "../docs/")) for link in page.links)
    assert "<script>x</script> | [a](javascript:x) @alice" in page.words
    text = as_text(EvidenceReport(evidence=evidence), lambda _: None)
    data = as_json(EvidenceReport(evidence=evidence))
    for shown in (text, data):
        assert not {"\x1b", "\u202e"} & set(shown)
        assert "##[" not in shown
    assert EvidenceReport.model_validate_json(data) == EvidenceReport(evidence=evidence)


def test_the_same_knowledge_gives_the_same_bytes() -> None:
    report = EvidenceReport(evidence=(gone(), changed("a", "b")))
    assert as_page(report, NAMES, rubric(), {}) == as_page(report, NAMES, rubric(), {})
    assert json.loads(as_json(report))["version"] == 1


def test_evidence_is_wrong_where_somebody_has_to_look_at_it() -> None:
    wrong = [gone(failures=1), changed("a", None), one(LinkState.UNREACHABLE, dead=True)]
    not_wrong = [one(state) for state in LinkState if state not in (LinkState.GONE, LinkState.CHANGED)]
    assert all(map(is_wrong, wrong))
    not_wrong += [gone(archived=COPY), gone(dead=True, archived=COPY)]
    assert not any(map(is_wrong, not_wrong))


def test_the_counts_in_one_line() -> None:
    assert summary(EvidenceReport(evidence=())) == "0 pieces of evidence on 0 pages: nothing to verify."
    evidence = (one(url=f"{URL}#a"), one(url=f"{URL}#b"), gone(dead=True))
    assert summary(EvidenceReport(evidence=evidence)) == "3 pieces of evidence on 1 page: 2 fine, 1 gone; 1 dead."


def test_each_piece_of_evidence_has_its_line_and_a_remedy() -> None:
    moved = one(LinkState.MOVED, why="it has moved permanently", place="https://example.org/new", copy_found=COPY)
    assert as_text(EvidenceReport(evidence=(moved,)), lambda _: 12) == (
        "Moved pages (1)\n"
        f"  {URL}\n"
        "      it has moved permanently\n"
        "      now at https://example.org/new\n"
        "      in assessments/example/one.yaml:12, weights\n"
        "  What to do: change `url` to the new place.\n"
        "\n"
        "1 piece of evidence on 1 page: 1 moved.\n"
    )


def test_page_and_text_can_be_korean() -> None:
    report = EvidenceReport(evidence=(gone(dead=True), one(checked=date(2026, 11, 20))))
    page = as_page(report, NAMES, rubric(), {}, "ko")
    assert "**인용한 페이지 1개 가운데 1개를 읽을 수 있습니다.**" in page
    assert "## 끊어진 링크" in page
    assert "끊어진 링크 (1)\n" in as_text(report, lambda _: None, "ko")


@pytest.mark.parametrize(
    ("evidence", "verdict"),
    [
        ([one(LinkState.UNCHECKED)], "The 1 cited page was never asked for."),
        (
            [one(LinkState.UNCHECKED), one(LinkState.UNCHECKED, f"{URL}2")],
            "None of the 2 cited pages was ever asked for.",
        ),
        (
            [one(checked=date(2026, 11, 20)), changed("a", None, url=f"{URL}2"), gone(f"{URL}3")],
            "2 of 3 cited pages can be read. 0 of 1 quote was found on them. Last asked on 2026-11-20.",
        ),
    ],
)
def test_the_page_begins_with_the_verdict(evidence: list[CheckedEvidence], verdict: str) -> None:
    assert page_of(*evidence).words.startswith(f"Whether the evidence still holds {verdict}")
