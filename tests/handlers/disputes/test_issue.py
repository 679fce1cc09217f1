"""The issue of a dispute: how it is known, what it is to say, and when the mark in the file is right."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.board.model.assessment import Evidence, Rating
from bot.board.model.policy import Disputes
from bot.board.model.rubric import Level
from bot.github.actions import (
    Acknowledge,
    AddLabels,
    CloseIssue,
    DeleteComment,
    EditComment,
    Effect,
    RemoveLabel,
    WriteComment,
)
from bot.github.commands import Command, Verb
from bot.github.facts import Comment, Issue, Person
from bot.governance.conversation import Answer, Refusal
from bot.handlers.disputes.course import Decided, Dispute, PanelVote, Question, Ruling, Stage, Verdict
from bot.handlers.disputes.issue import (
    LABELS,
    STICKY,
    Marked,
    Standing,
    decide_dispute,
    dispute_in,
    first_of_its_kind,
    is_done,
    is_marked_right,
    known_disputes,
    marker,
    wanted_mark,
)
from bot.handlers.disputes.text import (
    PastDecision,
    Request,
    as_sticky,
    opening_body,
    opening_title,
    proposal_text,
)
from tests.samples import rubric

if TYPE_CHECKING:
    from bot.github.actions import IssueAction

BOT, ASKER = Person(41898282, "github-actions[bot]", is_bot=True), Person(7, "example-asker")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MARKED = Marked(Question("example/one", "weights"), ASKER.id, Level.SEMI_OPEN)
URL = "https://github.com/example-org/example-models/issues/12"
RULES = Disputes(reply_days=14, panel=3, appeal_days=14, return_days=21)
ISSUE = Issue(12, BOT, "Dispute", f"{marker(MARKED)}\nText.\n", frozenset(), NOW, None, url=URL)
BEGUN = Dispute(
    stage=Stage.REPLY, reply=None, votes=(), due=NOW, first=None, appeal=None, second=None, final_since=None, answers=(),
    requests=(),
)  # fmt: skip


def decided(verdict: Verdict, level: Level | None = None, stage: Stage = Stage.FINAL) -> Dispute:
    votes = tuple(PanelVote(Person(n, f"example-{n}"), Ruling(verdict, level), n) for n in (1, 2))
    return replace(BEGUN, stage=stage, due=None, first=Decided(Ruling(verdict, level), NOW, votes))


# ---- whether it is one -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("criterion", [criterion.id for criterion in rubric().criteria])
def test_the_marker_says_what_is_disputed_of_every_criterion(criterion: str, level: Level) -> None:
    marked = Marked(Question("example-lab/model-1.5", criterion), 10**18, level)
    assert dispute_in(replace(ISSUE, body=f"{marker(marked)}\r\nText."), BOT.id) == marked


@pytest.mark.parametrize(
    "changes",
    [
        {"author": ASKER},
        {"is_pull": True},
        {"body": f" {marker(MARKED)}"},
        {"body": f"Text.\n{marker(MARKED)}"},
        {"body": marker(MARKED).replace("semi-open", "half")},
        {"body": marker(MARKED).replace(" 7 ", " 0 ")},
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
        (decided(Verdict.UPHELD, stage=Stage.DECIDED), Level.SEMI_OPEN, URL, False),
        (decided(Verdict.UPHELD), Level.SEMI_OPEN, None, True),
        (decided(Verdict.REJECTED), Level.SEMI_OPEN, None, True),
        (decided(Verdict.AMENDED, Level.OPEN), Level.SEMI_OPEN, URL, False),
        (decided(Verdict.AMENDED, Level.OPEN), Level.OPEN, None, True),
        (decided(Verdict.AMENDED, Level.OPEN), None, None, True),
        (replace(BEGUN, stage=Stage.FINAL), Level.SEMI_OPEN, None, True),
    ],
)
def test_a_rating_is_marked_until_all_is_done(
    dispute: Dispute, level: Level | None, mark: str | None, done: bool
) -> None:
    standing = Standing(level, URL)
    assert is_done(dispute, standing) is done
    assert wanted_mark(dispute, standing, URL) == mark
    assert is_marked_right(dispute, Standing(level, mark), URL)
    if level is not None:
        assert not is_marked_right(dispute, Standing(level, None if mark else URL), URL)


def test_the_mark_of_another_dispute_is_left_alone() -> None:
    standing = Standing(Level.SEMI_OPEN, f"{URL}3")
    assert wanted_mark(decided(Verdict.UPHELD), standing, URL) == f"{URL}3"
    assert is_marked_right(decided(Verdict.UPHELD), standing, URL)


# ---- what to do ------------------------------------------------------------------------------------------------------


def actions(issue: Issue, dispute: Dispute, comments: tuple[Comment, ...] = ()) -> list[IssueAction]:
    return list(decide_dispute(issue, comments, BOT.id, dispute, Standing(Level.SEMI_OPEN, None), f"{STICKY}\nText.\n"))


def test_a_new_dispute_gets_its_comment_and_its_labels() -> None:
    assert actions(ISSUE, BEGUN) == [WriteComment(f"{STICKY}\nText.\n"), AddLabels(("dispute", "dispute: reply"))]


def test_what_is_as_it_should_be_is_not_written_again() -> None:
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
        (decided(Verdict.UPHELD), [CloseIssue(completed=True)]),
        (decided(Verdict.REJECTED), [CloseIssue(completed=False)]),
        (decided(Verdict.AMENDED, Level.SEMI_OPEN), [CloseIssue(completed=True)]),
        (decided(Verdict.AMENDED, Level.OPEN), []),
        (decided(Verdict.UPHELD, stage=Stage.DECIDED), []),
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
def test_what_is_over_and_said_is_not_said_anew(said: str, is_over: bool, written: bool) -> None:
    issue = replace(ISSUE, closed=NOW, labels=frozenset({"dispute", "dispute: final"}))
    standing = Standing(Level.SEMI_OPEN, None, is_over=is_over)
    undone, text = replace(BEGUN, stage=Stage.FINAL), f"{STICKY}\nText.\n"
    found = decide_dispute(issue, (Comment(5, BOT, said, NOW),), BOT.id, undone, standing, text)
    assert found == ((EditComment(5, text),) if written else ())


def test_commands_are_acknowledged_once() -> None:
    def said(number: int, refusal: Refusal | None, *reactions: str) -> Answer:
        comment = Comment(number, ASKER, "/reply", NOW, reactions=frozenset(reactions))
        return Answer(comment, Command(Verb.REPLY, ()), refusal)

    answers = (said(1, None), said(2, None, Effect.DONE), said(3, Refusal.EDITED), said(3, Refusal.EDITED))
    found = [one for one in actions(ISSUE, replace(BEGUN, answers=answers)) if isinstance(one, Acknowledge)]
    assert found == [Acknowledge(1, Effect.DONE), Acknowledge(3, Effect.REFUSED)]


# ---- words -----------------------------------------------------------------------------------------------------------

REQUEST = Request(
    marked=MARKED, asker=ASKER, reason="It is free.", page=None, source="#3", model="Example One", criterion="Weights",
    rating=Rating(level=Level.CLOSED), precedents=(), history=(), developer="Example Lab", called=(),
)  # fmt: skip


@pytest.mark.parametrize("reason", ["`@x`\n" * 50_000, "@" * 50_000, "\n" * 50_000 + "x"])
def test_the_issue_fits_however_much_there_is_to_say(reason: str) -> None:
    evidence = Evidence(url=f"https://example.org/{'x' * 1000}", fact="<b>|" * 250)
    rating = Rating(level=Level.OPEN, evidence=(evidence,) * 300, note="@" * 4000)
    past = PastDecision("2026-01-01", 5, URL, Level.CLOSED, Level.OPEN, (("example-ann", "independent"),) * 50)
    body = opening_body(
        replace(REQUEST, reason=reason, rating=rating, history=(past,) * 500, called=("example-maker",)),
        RULES,
        NOW,
    )
    assert len(body) < 65_536
    assert body.startswith(marker(MARKED))
    assert "- and " in body
    assert "@x`" not in body.replace("<span>\\@</span>", "")


def test_the_history_and_the_people_who_are_called_stand_in_it() -> None:
    past = PastDecision("2026-01-01", 5, URL, Level.CLOSED, Level.SEMI_OPEN, (("example-ann", "independent"),))
    other = past._replace(before=None, after=None, approvals=())
    body = opening_body(replace(REQUEST, history=(past, other), called=("example-maker", "no login")), RULES, NOW)
    assert (
        f"- 2026-01-01: `closed` to `semi-open`, [pull request 5]({URL}); approved by example-ann (independent)" in body
    )
    assert f"- 2026-01-01: evidence or note, [pull request 5]({URL})\n" in body
    assert "(@example-maker no login)" in body
    assert "by 2026-03-16 09:00 UTC" in body


def test_a_title_is_one_short_line() -> None:
    assert opening_title("A\nB\u202e", "Weights").isprintable()
    assert len(opening_title("x" * 1000, "Weights")) == 250


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_has_words(refusal: Refusal) -> None:
    comment = Comment(1, ASKER, "", NOW)
    answers = (Answer(comment, Command(Verb.VOTE, ("@everybody", "<img>")), refusal),)
    text = as_sticky(MARKED, replace(BEGUN, answers=answers), Standing(Level.SEMI_OPEN, URL), RULES, URL, None)
    (line,) = [line for line in text.splitlines() if line.startswith("- ")]
    assert line.startswith("- `/vote @everybody <img>` of example-asker: ")
    assert len(line.partition(": ")[2]) > 15


@pytest.mark.parametrize(
    ("dispute", "level", "expected"),
    [
        (BEGUN, Level.SEMI_OPEN, "Pull request #5 marks the rating as disputed."),
        (decided(Verdict.UPHELD), Level.SEMI_OPEN, "is marked already"),
        (BEGUN, None, "There is no rating `weights` of this model any more."),
    ],
)
def test_the_comment_names_what_is_proposed(dispute: Dispute, level: Level | None, expected: str) -> None:
    text = as_sticky(MARKED, dispute, Standing(level, None), RULES, URL, 5)
    assert (expected in text) is (expected != "is marked already")


def test_the_comment_says_why_nothing_is_proposed() -> None:
    text = as_sticky(MARKED, BEGUN, Standing(Level.OPEN, None), RULES, URL, None, "the file is *broken*")
    assert "No pull request marks the rating as disputed: the file is \\*broken\\*." in text


def test_the_same_state_gives_the_same_words_whenever_it_is_said() -> None:
    early, late = (
        as_sticky(MARKED, replace(BEGUN, due=NOW + timedelta(days=14)), Standing(Level.OPEN, None), RULES, URL, None)
        for _ in range(2)
    )
    assert early == late


@pytest.mark.parametrize("marks", [True, False])
def test_what_is_proposed_closes_no_issue(marks: bool) -> None:
    words = proposal_text(MARKED, "Example One", "Weights", 12, marks=marks)
    assert "#12" in words.body
    assert not any(verb in words.body.lower() for verb in ("close", "fix", "resolve"))
