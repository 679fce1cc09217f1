"""The issue about evidence: when it is opened, edited, closed and left alone, and that its words are harmless and fit."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.github.facts import Issue, Person
from bot.handlers.upkeep.findings import (
    LABEL,
    MARKER,
    TITLE,
    CloseTwin,
    EditIssue,
    EvidenceFinding,
    Fault,
    ModelFindings,
    OpenIssue,
    Upkeep,
    decide_upkeep,
    fault_of,
    is_failing,
    own_issues,
)
from bot.handlers.upkeep.moved_pages import PageMove, Repairs
from bot.handlers.upkeep.text import as_body, moved_proposal, withdrawn_proposal
from bot.sources.evidence.report import CheckedEvidence, CheckedQuote, LinkState, QuoteStatus
from bot.sources.hub.drift import HubChange, HubChangeKind
from tests.site.page import html_of, page_of

BOT = Person(41898282, "github-actions[bot]", is_bot=True)
NOW = datetime(2026, 1, 5, tzinfo=UTC)
GITHUB_MOST = 65_536


def checked(state: LinkState = LinkState.GONE, **said: object) -> CheckedEvidence:
    fields = {"model": "example/two", "criterion": "code", "url": "https://example.org/code", "state": state}
    return CheckedEvidence.model_validate(fields | said)


def finding(fault: Fault = Fault.DEAD, **said: object) -> EvidenceFinding:
    return EvidenceFinding(fault, checked(**({"dead": True, "since": date(2026, 1, 2)} | said)), 12)  # type: ignore[arg-type]


def of_model(*findings: EvidenceFinding, name: str = "Example Two") -> ModelFindings:
    return ModelFindings("example/two", name, findings or (finding(),), ("example-author",))


BROKEN = Upkeep((of_model(),))
GATED = HubChange(
    model="example/two",
    huggingface="example-org/two",
    kind=HubChangeKind.GATED,
    was="open",
    now="gated",
    url="https://huggingface.co/example-org/two",
)


def issue(number: int, body: str = f"{MARKER}\nOld.", **said: object) -> Issue:
    parts = {"author": BOT, "title": TITLE, "labels": frozenset({LABEL}), "created": NOW, "closed": None}
    return Issue(number=number, body=body, **(parts | said))  # type: ignore[arg-type]


# ---- evidence to fix -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "fault", "failing"),
    [
        (checked(LinkState.FINE), None, False),
        (checked(LinkState.BLOCKED), None, False),
        (checked(LinkState.UNCHECKED), None, False),
        (checked(LinkState.GONE, failures=2), None, True),
        (checked(LinkState.UNREACHABLE, failures=1), None, True),
        (checked(LinkState.GONE, dead=True), Fault.DEAD, False),
        (checked(LinkState.BLOCKED, dead=True), Fault.DEAD, False),
        (checked(LinkState.CHANGED), Fault.CHANGED, False),
        (checked(LinkState.MOVED, place="https://example.org/new"), Fault.MOVED, False),
        (checked(LinkState.MOVED), None, False),
    ],
)
def test_which_evidence_needs_fixing(one: CheckedEvidence, fault: Fault | None, failing: bool) -> None:
    assert (fault_of(one), is_failing(one)) == (fault, failing)


# ---- what is done ----------------------------------------------------------------------------------------------------

CLOSED: Any = {"closed": NOW}
BODY = as_body(BROKEN)
HUB = as_body(Upkeep(hub=(GATED,)))


@pytest.mark.parametrize(
    ("own", "upkeep", "expected"),
    [
        pytest.param([], BROKEN, ["open"], id="there is none yet"),
        pytest.param([], Upkeep(), [], id="nothing is broken and there is none"),
        pytest.param([issue(1)], BROKEN, ["edit 1"], id="it says something else"),
        pytest.param([issue(1, BODY)], BROKEN, [], id="it says this already"),
        pytest.param([issue(1, BODY.replace("\n", "\r\n").rstrip())], BROKEN, [], id="as GitHub gives it back"),
        pytest.param([issue(1)], Upkeep(), ["close 1"], id="nothing is broken any more"),
        pytest.param([issue(1)], Upkeep(failing=2), ["edit 1"], id="what was broken may only be forgotten"),
        pytest.param([issue(1, as_body(Upkeep(failing=2)))], Upkeep(failing=2), [], id="which is said once"),
        pytest.param([], Upkeep(failing=2), [], id="nothing is opened for what fails"),
        pytest.param([issue(1, **CLOSED)], Upkeep(failing=2), [], id="or opened again"),
        pytest.param([issue(1, **CLOSED)], Upkeep(), [], id="closed, and nothing is broken"),
        pytest.param([issue(1, **CLOSED)], BROKEN, ["reopen 1"], id="closed, and something is broken again"),
        pytest.param([issue(1, **CLOSED, is_given_up=True)], BROKEN, [], id="closed as not planned"),
        pytest.param([issue(2), issue(1, **CLOSED)], BROKEN, ["edit 2"], id="an open one before a closed one"),
        pytest.param([issue(2, **CLOSED), issue(1, **CLOSED)], BROKEN, ["reopen 1"], id="the oldest closed one"),
        pytest.param([issue(2), issue(1)], BROKEN, ["edit 1", "twin 2"], id="two open ones"),
        pytest.param([issue(2), issue(1)], Upkeep(), ["close 1", "twin 2"], id="two, and nothing is broken"),
        pytest.param([issue(1, HUB)], Upkeep(hub=None), [], id="the hub wasn't asked, and it speaks of it"),
        pytest.param([issue(1)], Upkeep(hub=None), ["close 1"], id="the hub wasn't asked, and it doesn't"),
        pytest.param([issue(1)], Upkeep(hub=(GATED,)), ["edit 1"], id="only the hub has changed"),
    ],
)
def test_the_actions_about_the_issue(own: list[Issue], upkeep: Upkeep, expected: list[str]) -> None:
    ours = own_issues(own, BOT.id)
    body = as_body(upkeep, ours[0].body if ours and ours[0].is_open else "")
    said = []
    for action in decide_upkeep(ours, upkeep, body):
        match action:
            case OpenIssue():
                assert action == OpenIssue(TITLE, body, (LABEL,))
                said.append("open")
            case EditIssue(number, text, is_open, was_open):
                assert text == body
                said.append(f"{'close' if not is_open else 'edit' if was_open else 'reopen'} {number}")
            case CloseTwin(number):
                said.append(f"twin {number}")
    assert said == expected


@pytest.mark.parametrize(
    "other",
    [
        issue(1, author=Person(7, "example-author")),
        issue(1, body="Words."),
        issue(1, body=f"Words.\n{MARKER}"),
        issue(1, is_pull=True),
    ],
)
def test_no_other_issue_is_the_bots_own(other: Issue) -> None:
    assert own_issues([other], BOT.id) == []


# ---- words -----------------------------------------------------------------------------------------------------------


def test_the_gravest_comes_first_and_the_hub_last() -> None:
    moved = finding(Fault.MOVED, state=LinkState.MOVED, dead=False, place="https://example.org/new")
    text = as_body(Upkeep((of_model(finding(), moved),), failing=2, hub=(GATED,), unasked=1, pull=9))
    order = ["### What to do", "pull request #9", "**Dead**", "**Moved**", "2 more pages failed", "### On the hub"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "About one model the hub gave no answer." in text


def test_nobody_is_called() -> None:
    text = as_body(Upkeep((of_model()._replace(people=("example-author", "@example-boss")),)))
    page = page_of(html_of(text))
    assert "Decided about it last: example-author, @example-boss." in page.words
    assert "`@example-boss`" in text  # as code, which calls nobody


def test_the_part_about_the_hub_stays_where_the_hub_was_not_asked() -> None:
    before = as_body(Upkeep((of_model(),), hub=(GATED,)))
    assert as_body(Upkeep((of_model(),), hub=None), before) == before
    assert as_body(Upkeep((of_model(),), hub=None), before.replace("\n", "\r\n")) == before
    assert "gated" not in as_body(Upkeep((of_model(),), hub=()), before)


ANY = st.text(st.sampled_from("<>&|`[]()*_~#@$:!\\/\n\r\"'-+= ax1\u202e\x1b") | st.characters(), max_size=400)


@given(ANY, ANY, ANY)
def test_words_of_pages_are_shown_as_text_without_links(why: str, place: str, closest: str) -> None:
    quoted = CheckedQuote(words=why, said=QuoteStatus.NEAR, closest=closest)
    one = of_model(
        finding(why=why, copy_found=place),
        finding(Fault.CHANGED, why=why, quoted=quoted),
        replace_place(place, why),
        name=why,
    )
    for text in (
        as_body(Upkeep((one,), hub=(GATED,))),
        moved_proposal(
            repairs(PageMove("example/two", "code", "https://example.org/code", place)), {"example/two": why}
        ).body,
    ):
        page = page_of(html_of(text))
        assert set(page.elements) <= HARMLESS
        assert all(link.startswith(("http://", "https://", "../")) for link in page.links)
        assert "\x1b" not in text
        assert "\u202e" not in text


HARMLESS = {"p", "h3", "ul", "li", "strong", "a", "code", "span", "table", "thead", "tbody", "tr", "th", "td"}


def repairs(*moves: PageMove) -> Repairs:
    return Repairs((), moves, {})


def replace_place(place: str, why: str) -> EvidenceFinding:
    return finding(Fault.MOVED, state=LinkState.MOVED, place=place)._replace(obstacle=why)


def test_no_link_makes_an_entry_in_the_conversation_of_another_project() -> None:
    theirs = "https://github.com/example/one/issues/1"
    one = of_model(
        finding(url=theirs),
        finding(archived=theirs),
        finding(copy_found=theirs),
        finding(Fault.CHANGED, url=theirs),
        replace_place(theirs, ""),
    )
    moves = moved_proposal(repairs(PageMove("example/two", "code", theirs, theirs)), {})
    for text in (as_body(Upkeep((one,))), moves.body):
        links = page_of(html_of(text)).links
        assert "https://redirect.github.com/example/one/issues/1" in links
        assert not any(link.startswith("https://github.com/") for link in links)


@pytest.mark.thorough
@pytest.mark.parametrize("character", ["@", "_", "&", "한", "a", "\x1b"])
@pytest.mark.parametrize("models", [1, 60])
def test_it_fits_whatever_there_is(character: str, models: int) -> None:
    long = character * 3000
    address = f"https://example.org/{character * 1900}"
    findings = (
        finding(why=long, copy_found=address, url=address),
        finding(Fault.CHANGED, quoted=CheckedQuote(words=long, said=QuoteStatus.NEAR, closest=long)),
        finding(Fault.MOVED, state=LinkState.MOVED, place=address)._replace(obstacle=long),
    ) * 10
    every = tuple(of_model(*findings, name=long)._replace(id=f"example/m{number}") for number in range(models))
    hub = (GATED,) * 2000
    before = as_body(Upkeep(every, hub=hub))
    for text in (before, as_body(Upkeep(every, hub=None), before)):
        assert len(text.encode()) < GITHUB_MOST
        assert "there is no room here" in text or models == 1
    moves = [PageMove(f"example/m{number}", "code", address, address) for number in range(200)]
    words = moved_proposal(repairs(*moves), {move.model: long for move in moves})
    assert len(words.body.encode()) < GITHUB_MOST
    assert len(words.title) < 100


def test_a_withdrawn_pull_request_says_so_and_names_no_moves() -> None:
    words = withdrawn_proposal()
    assert words.body.startswith("<!-- openness-bot:moved-pages-withdrawn -->\n")


def test_models_are_sorted_by_their_most_serious_finding() -> None:
    moved = finding(Fault.MOVED, state=LinkState.MOVED, place="https://example.org/new")
    models = [replace_id(of_model(moved), "a/a"), replace_id(of_model(), "b/b"), replace_id(of_model(), "a/b")]
    assert [model.id for model in sorted(models, key=lambda model: model.weight)] == ["a/b", "b/b", "a/a"]


def replace_id(model: ModelFindings, own: str) -> ModelFindings:
    return model._replace(id=own)
