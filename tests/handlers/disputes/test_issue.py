"""The issue of a dispute: how it is known, what it is to say, and when the mark in the file is right."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.board.model.policy import Disputes
from bot.board.model.rating import Evidence, Rating
from bot.board.model.rubric import Level
from bot.github.actions import (
    Acknowledge,
    Acknowledgement,
    AddLabels,
    CloseIssue,
    DeleteComment,
    EditComment,
    RemoveLabel,
    WriteComment,
)
from bot.github.commands import Command, NearMiss, Verb
from bot.github.facts import Comment, Issue, Person
from bot.governance.conversation import CommandResult, DisputeRequest, Refusal
from bot.governance.dispute_marker import DisputeMarker, Question, dispute_in
from bot.handlers.disputes.admission import AlreadyOpen, MayOpen, TooManyDisputes
from bot.handlers.disputes.issue import (
    LABELS,
    STICKY,
    DisputeView,
    decide_dispute,
    first_of_its_kind,
    known_disputes,
)
from bot.handlers.disputes.state import Dispute, PanelDecision, PanelVerdict, PanelVote, Ruling, Stage
from bot.handlers.disputes.text import (
    NewDispute,
    PastDecision,
    as_results,
    as_sticky,
    is_in_korean,
    mark_proposal,
    opening_body,
    opening_title,
)
from bot.handlers.publishing.propose import ProposalResult
from tests.samples import rubric

if TYPE_CHECKING:
    from bot.github.actions import IssueAction

BOT, ASKER = Person(41898282, "github-actions[bot]", is_bot=True), Person(7, "example-asker")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MARKER = DisputeMarker(Question("example/one", "weights"), ASKER.id, Level.SEMI_OPEN)
URL = "https://github.com/example-org/example-models/issues/12"
RULES = Disputes(reply_days=14, panel=3, appeal_days=14, return_days=21)
ISSUE = Issue(12, BOT, "Dispute", f"{MARKER}\nText.\n", frozenset(), NOW, None, url=URL)
BEGUN = Dispute(
    stage=Stage.REPLY, reply=None, votes=(), due=NOW, first=None, appeal=None, second=None, answers=(), requests=(),
)  # fmt: skip


def decided(verdict: PanelVerdict, level: Level | None = None, stage: Stage = Stage.FINAL) -> Dispute:
    votes = tuple(PanelVote(Person(n, f"example-{n}"), Ruling(verdict, level), n) for n in (1, 2))
    return replace(BEGUN, stage=stage, due=None, first=PanelDecision(Ruling(verdict, level), NOW, votes))


def view(
    dispute: Dispute, level: Level | None = Level.SEMI_OPEN, mark: str | None = None, issue: Issue = ISSUE
) -> DisputeView:
    return DisputeView(issue, MARKER, dispute, level, mark)


# ---- the marker -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("criterion", [criterion.id for criterion in rubric().criteria])
def test_the_marker_can_name_every_criterion_and_level(criterion: str, level: Level) -> None:
    marked = DisputeMarker(Question("example-lab/model-1.5", criterion), 10**18, level)
    assert dispute_in(replace(ISSUE, body=f"{marked}\r\nText."), BOT.id) == marked


@pytest.mark.parametrize(
    "changes",
    [
        {"author": ASKER},
        {"is_pull": True},
        {"body": f" {MARKER}"},
        {"body": f"Text.\n{MARKER}"},
        {"body": str(MARKER).replace("semi-open", "half")},
        {"body": str(MARKER).replace(" 7 ", " 0 ")},
        {"body": ""},
    ],
    ids=str,
)
def test_anything_else_is_no_dispute(changes: dict[str, object]) -> None:
    changed = replace(ISSUE, **changes)  # type: ignore[arg-type]
    assert dispute_in(changed, BOT.id) is None
    assert known_disputes([changed], BOT.id) == ()


def test_of_open_disputes_about_one_rating_the_oldest_counts() -> None:
    later = replace(ISSUE, number=15)
    known = known_disputes([later, ISSUE], BOT.id)
    assert [one.number for one in known] == [12, 15]
    assert first_of_its_kind(ISSUE, known) is None
    assert first_of_its_kind(later, known) == 12
    assert first_of_its_kind(later, known_disputes([later, replace(ISSUE, closed=NOW)], BOT.id)) is None


# ---- the mark --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dispute", "level", "mark", "done"),
    [
        (BEGUN, Level.SEMI_OPEN, URL, False),
        (decided(PanelVerdict.UPHELD, stage=Stage.DECIDED), Level.SEMI_OPEN, URL, False),
        (decided(PanelVerdict.UPHELD), Level.SEMI_OPEN, None, True),
        (decided(PanelVerdict.REJECTED), Level.SEMI_OPEN, None, True),
        (decided(PanelVerdict.AMENDED, Level.OPEN), Level.SEMI_OPEN, URL, False),
        (decided(PanelVerdict.AMENDED, Level.OPEN), Level.OPEN, None, True),
        (decided(PanelVerdict.AMENDED, Level.OPEN), None, None, True),
        (replace(BEGUN, stage=Stage.FINAL), Level.SEMI_OPEN, None, True),
    ],
)
def test_a_rating_is_marked_until_all_is_done(
    dispute: Dispute, level: Level | None, mark: str | None, done: bool
) -> None:
    assert view(dispute, level, URL).is_done is done
    assert view(dispute, level, URL).wanted_mark == mark
    assert view(dispute, level, mark).is_marked_right
    if level is not None:
        assert not view(dispute, level, None if mark else URL).is_marked_right


def test_the_mark_of_another_dispute_is_left_alone() -> None:
    other = view(decided(PanelVerdict.UPHELD), mark=f"{URL}3")
    assert other.wanted_mark == f"{URL}3"
    assert other.is_marked_right


# ---- what to do ------------------------------------------------------------------------------------------------------


def actions(issue: Issue, dispute: Dispute, comments: tuple[Comment, ...] = ()) -> list[IssueAction]:
    # Marked, so that a closed issue isn't over yet.
    return list(decide_dispute(view(dispute, mark=URL, issue=issue), comments, BOT.id, f"{STICKY}\nText.\n"))


def test_a_new_dispute_gets_its_comment_and_its_labels() -> None:
    assert actions(ISSUE, BEGUN) == [WriteComment(f"{STICKY}\nText.\n"), AddLabels(("dispute", "dispute: reply"))]


def test_a_comment_that_is_right_is_not_written_again() -> None:
    own = Comment(5, BOT, f"{STICKY}\r\nText.", NOW)
    assert actions(replace(ISSUE, labels=frozenset({"dispute", "dispute: reply", "question"})), BEGUN, (own,)) == []


def test_the_comment_and_the_labels_follow() -> None:
    first, second = Comment(5, BOT, f"{STICKY}\nOld.", NOW), Comment(6, BOT, f"{STICKY}\nOlder.", NOW)
    forged = Comment(4, ASKER, f"{STICKY}\nForged.", NOW)
    issue = replace(ISSUE, labels=LABELS | {"question"})
    assert actions(issue, replace(BEGUN, stage=Stage.PANEL), (forged, first, second)) == [
        EditComment(5, f"{STICKY}\nText.\n"),
        DeleteComment(6),
        RemoveLabel("dispute: decided"),
        RemoveLabel("dispute: final"),
        RemoveLabel("dispute: reply"),
    ]


@pytest.mark.parametrize(
    ("dispute", "expected"),
    [
        (decided(PanelVerdict.UPHELD), [CloseIssue(completed=True)]),
        (decided(PanelVerdict.REJECTED), [CloseIssue(completed=False)]),
        (decided(PanelVerdict.AMENDED, Level.SEMI_OPEN), [CloseIssue(completed=True)]),
        (decided(PanelVerdict.AMENDED, Level.OPEN), []),
        (decided(PanelVerdict.UPHELD, stage=Stage.DECIDED), []),
    ],
)
def test_an_issue_is_closed_when_all_is_done(dispute: Dispute, expected: list[IssueAction]) -> None:
    assert [one for one in actions(ISSUE, dispute) if isinstance(one, CloseIssue)] == expected
    closed = replace(ISSUE, closed=NOW)
    assert [one for one in actions(closed, dispute) if isinstance(one, CloseIssue)] == []


@pytest.mark.parametrize(
    ("said", "is_over", "written"),
    [
        (f"{STICKY}\n✅ **Final: the rating stands.**", True, False),
        (f"{STICKY}\r\n✅ **Final: the rating stands.**", True, False),
        # A run that GitHub failed in between may have come no further than to the label.
        (f"{STICKY}\n⏳ **The panel decides.**", True, True),
        (f"{STICKY}\n✅ **Final: the rating stands.**", False, True),
    ],
)
def test_the_comment_of_a_finished_dispute_is_not_written_anew(said: str, is_over: bool, written: bool) -> None:
    issue = replace(ISSUE, closed=NOW, labels=frozenset({"dispute", "dispute: final"}))
    text = f"{STICKY}\nText.\n"
    over = view(replace(BEGUN, stage=Stage.FINAL), mark=None if is_over else URL, issue=issue)
    found = decide_dispute(over, (Comment(5, BOT, said, NOW),), BOT.id, text)
    assert found == ((EditComment(5, text),) if written else ())


def test_commands_are_acknowledged_once() -> None:
    def said(number: int, refusal: Refusal | None, *reactions: str) -> CommandResult:
        comment = Comment(number, ASKER, "/reply", NOW, reactions=frozenset(reactions))
        return CommandResult(comment, Command(Verb.REPLY, ()), refusal)

    answers = (said(1, None), said(2, None, Acknowledgement.DONE), said(3, Refusal.EDITED), said(3, Refusal.EDITED))
    found = [one for one in actions(ISSUE, replace(BEGUN, answers=answers)) if isinstance(one, Acknowledge)]
    assert found == [Acknowledge(1, Acknowledgement.DONE), Acknowledge(3, Acknowledgement.REFUSED)]


# ---- words -----------------------------------------------------------------------------------------------------------

NEW = NewDispute(
    marker=MARKER, asker=ASKER, reason="It is free.", page=None, source="#3", model="Example One", criterion="Weights",
    rating=Rating(level=Level.CLOSED), precedents=(), history=(), developer="Example Lab", called=(),
)  # fmt: skip


@pytest.mark.parametrize("reason", ["`@x`\n" * 50_000, "@" * 50_000, "\n" * 50_000 + "x"])
def test_the_issue_fits_into_githubs_limit_whatever_it_contains(reason: str) -> None:
    evidence = Evidence(url=f"https://example.org/{'x' * 1000}", fact="<b>|" * 250)
    rating = Rating(level=Level.OPEN, evidence=(evidence,) * 300, note="@" * 4000)
    past = PastDecision("2026-01-01", 5, URL, Level.CLOSED, Level.OPEN, (("example-ann", "independent"),) * 50)
    body = opening_body(
        replace(NEW, reason=reason, rating=rating, history=(past,) * 500, called=("example-maker",)),
        RULES,
        NOW,
    )
    assert len(body) < 65_536
    assert body.startswith(str(MARKER))
    assert "- and " in body
    assert "@x`" not in body.replace("<span>\\@</span>", "")


def test_the_history_and_the_people_who_are_called_stand_in_it() -> None:
    past = PastDecision("2026-01-01", 5, URL, Level.CLOSED, Level.SEMI_OPEN, (("example-ann", "independent"),))
    other = past._replace(url="https://example.org/)[x](y", before=None, after=None, approvals=())
    body = opening_body(replace(NEW, history=(past, other), called=("example-maker", "no login")), RULES, NOW)
    assert (
        f"- 2026-01-01: `closed` → `semi-open`, [<span>\\#</span>5]({URL}); approved by example-ann (independent)"
        in body
    )
    assert "- 2026-01-01: evidence or note, [<span>\\#</span>5](https://example.org/&#41;&#91;x&#93;&#40;y)\n" in body
    assert "(@example-maker no login)" in body
    assert "until 2026-03-16 09:00 UTC" in body


def test_a_title_is_one_short_line() -> None:
    assert opening_title(replace(NEW, model="A\nB\u202e")).isprintable()
    assert len(opening_title(replace(NEW, model="x" * 1000))) == 250


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_has_words(refusal: Refusal) -> None:
    comment = Comment(1, ASKER, "", NOW)
    answers = (CommandResult(comment, Command(Verb.VOTE, ("@everybody", "<img>")), refusal),)
    text = as_sticky(view(replace(BEGUN, answers=answers), mark=URL), RULES, ProposalResult())
    (line,) = [line for line in text.splitlines() if line.startswith("- ")]
    assert line.startswith("- `/vote @everybody <img>` of example-asker: ")
    assert len(line.partition(": ")[2]) > 15


@pytest.mark.parametrize(
    ("dispute", "level", "expected"),
    [
        (BEGUN, Level.SEMI_OPEN, "Pull request #5 marks the rating as disputed."),
        (decided(PanelVerdict.UPHELD), Level.SEMI_OPEN, "is marked already"),
        (BEGUN, None, "This model has no rating `weights` any more."),
    ],
)
def test_the_comment_names_what_is_proposed(dispute: Dispute, level: Level | None, expected: str) -> None:
    text = as_sticky(view(dispute, level), RULES, ProposalResult(number=5))
    assert (expected in text) is (expected != "is marked already")


def test_the_comment_says_why_nothing_is_proposed() -> None:
    text = as_sticky(view(BEGUN, Level.OPEN), RULES, ProposalResult(obstacle="the file is *broken*"))
    assert "No pull request marks the rating as disputed: the file is \\*broken\\*." in text


def test_the_same_state_gives_the_same_text() -> None:
    early, late = (
        as_sticky(view(replace(BEGUN, due=NOW + timedelta(days=14)), Level.OPEN), RULES, ProposalResult())
        for _ in range(2)
    )
    assert early == late


# ---- Korean ----------------------------------------------------------------------------------------------------------

KOREAN_REASON = "라이선스가 자유로우므로 공개라고 생각합니다."


def test_whoever_asks_in_korean_reads_what_happens_next_in_korean_too() -> None:
    english, korean = (opening_body(replace(NEW, reason=reason), RULES, NOW) for reason in ("Free.", KOREAN_REASON))
    assert (is_in_korean(english), is_in_korean(korean)) == (False, True)
    head, _, rest = korean.partition("### 한국어\n")
    part, _, english_rest = rest.partition("### What happens next")
    assert "@example-asker disputes this rating" in head
    assert "**가중치** 기준은 지금 `closed` 등급입니다" in part
    assert "14일 안에" in part
    assert "/vote upheld" in part
    assert "The rating" not in part
    assert english_rest == english.partition("### What happens next")[2]


def test_words_of_others_are_never_taken_for_the_korean_part() -> None:
    words = "Text.\n### 한국어\nText."
    rating = Rating(level=Level.OPEN, note=words, evidence=(Evidence(url="https://example.org/", fact=words),))
    for reason in ("Text.", "`x`\n### 한국어"):
        body = opening_body(replace(NEW, reason=reason, rating=rating, model=words, developer=words), RULES, NOW)
        assert body.splitlines().count("### 한국어") == is_in_korean(body) == (reason != "Text.")


def test_the_comment_has_the_next_step_and_refusals_in_korean() -> None:
    comment = Comment(1, ASKER, "", NOW)
    answers = (CommandResult(comment, NearMiss(Verb.VOTE, "/vot upheld"), Refusal.NEAR_MISS),)
    text = as_sticky(view(replace(BEGUN, answers=answers), mark=URL), RULES, ProposalResult(), korean=True)
    assert text.startswith(f"{STICKY}\n⏳ **Waiting for the developer's reply")
    part = text.partition("### 한국어")[2].partition("\n### ")[0]
    assert "⏳ **개발사의 답변을 늦어도 2026-03-02 09:00 UTC까지 기다립니다.**" in part
    assert "- `/vot upheld` (혹시 `/vote` 명령인가요? example-asker): 명령으로 읽지 못했습니다." in part


def test_requests_in_korean_are_answered_in_korean_too() -> None:
    request = DisputeRequest("example/one", "weights", Comment(1, ASKER, KOREAN_REASON, NOW))
    assert "### 한국어" not in as_results([(request._replace(comment=Comment(1, ASKER, "Free.", NOW)), MayOpen())], ())
    text = as_results([(request, AlreadyOpen(12)), (request, TooManyDisputes(3))], ())
    assert "- `/dispute example/one weights` of example-asker: #12 is about that already.\n" in text
    assert "- `/dispute example/one weights` (example-asker): 이미 #12에서 다루고 있습니다.\n" in text
    assert "한 사람이 동시에 3개까지" in text


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_has_korean_words(refusal: Refusal) -> None:
    answers = (CommandResult(Comment(1, ASKER, "", NOW), Command(Verb.VOTE, ()), refusal),)
    text = as_sticky(view(replace(BEGUN, answers=answers), mark=URL), RULES, ProposalResult(), korean=True)
    english, korean = [line for line in reversed(text.splitlines()) if line.startswith("- ")]
    assert re.search("[가-힣]", korean)
    assert not re.search("[가-힣]", english)


@pytest.mark.parametrize("dispute", [BEGUN, decided(PanelVerdict.UPHELD)], ids=["set", "removed"])
def test_the_pull_request_of_a_mark_closes_no_issue(dispute: Dispute) -> None:
    proposal = mark_proposal(view(dispute, mark=URL), "text")
    assert "#12" in proposal.body
    assert proposal.title.endswith(": example/one, weights")  # the name of a model may be "Fixes #1"
    assert not any(verb in proposal.body.lower() for verb in ("close", "fix", "resolve"))
    assert proposal.files == (("assessments/example/one.yaml", "text"),)
