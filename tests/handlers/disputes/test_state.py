"""The state of disputes: one table of comments with their times, and the state that they lead to."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.board.model.policy import Affiliation, ChangeClass, DeclaredPerson, Policy
from bot.board.model.rubric import Level
from bot.github.facts import Comment, Person, Role
from bot.governance.conversation import CommandContext
from bot.governance.dispute_marker import Question
from bot.handlers.disputes.state import (
    DisputeCase,
    PanelVerdict,
    Ruling,
    Stage,
    declared_people,
    replay_dispute,
    ruling_in,
)
from tests.thorough import examples

if TYPE_CHECKING:
    from bot.handlers.disputes.state import Dispute

DAY = timedelta(days=1)
OPENED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
QUESTION = Question("example/one", "weights")

# Who is there: id, role, and for whom they are declared to work; None for those of whom nothing is declared.
PEOPLE: dict[str, tuple[int, Role, list[tuple[str, str, str | None]] | None]] = {
    "asker": (1, Role.WRITE, []),
    "maker": (2, Role.READ, [("example", "2024-01-01", None)]),
    "former-maker": (3, Role.READ, [("example", "2024-01-01", "2026-03-01")]),
    "later-maker": (4, Role.READ, [("example", "2026-04-01", None)]),
    "ann": (11, Role.WRITE, []),
    "ben": (12, Role.WRITE, []),
    "cho": (13, Role.MAINTAIN, []),
    "dan": (14, Role.ADMIN, []),
    "eve": (15, Role.WRITE, []),
    "fay": (16, Role.WRITE, []),
    "approver": (20, Role.MAINTAIN, []),
    "colleague": (21, Role.WRITE, [("example", "2024-01-01", None)]),
    "left-recently": (22, Role.WRITE, [("example", "2020-01-01", "2025-09-01")]),
    "left-long-ago": (23, Role.WRITE, [("example", "2020-01-01", "2024-09-01")]),
    "of-the-base": (24, Role.WRITE, [("example-base", "2024-01-01", None)]),
    "rival": (25, Role.WRITE, [("example-labs", "2024-01-01", None)]),
    "other-rival": (26, Role.WRITE, [("example-corp", "2024-01-01", None)]),
    "undeclared": (27, Role.WRITE, None),
    "silent": (28, Role.WRITE, None),
    "triager": (31, Role.TRIAGE, []),
    "reader": (32, Role.READ, []),
    "stranger": (33, Role.NONE, None),
    "helper[bot]": (40, Role.WRITE, []),
}
PERSONS = {login: Person(number, login, login.endswith("[bot]")) for login, (number, _, _) in PEOPLE.items()}


def _policy() -> Policy:
    rule: dict[str, Any] = {"title": "a class", "meaning": "something", "approvals": 1}
    people = tuple(
        DeclaredPerson(
            id=number,
            login=re.sub(r"\W", "-", login),
            declared=date(2026, 1, 1),
            affiliations=tuple(
                Affiliation.model_validate({"developer": developer, "from": begin} | ({"to": end} if end else {}))
                for developer, begin, end in works
            ),
        )
        for login, (number, _, works) in PEOPLE.items()
        if works is not None
    )
    return Policy.model_validate(
        {
            "version": "1.0.0",
            "classes": dict.fromkeys(ChangeClass, rule),
            "interests": {"months": 12, "rival_approvals": 1},
            "bootstrap": {"maintainers": 3, "approvals": 1, "wait_factor": 2},
            "disputes": {"reply_days": 14, "panel": 3, "appeal_days": 14, "return_days": 21},
            "people": people,
        }
    )


POLICY = _policy()
DEFAULTS = DisputeCase(
    now=OPENED,
    question=QUESTION,
    level=Level.SEMI_OPEN,
    opened=OPENED,
    asker=PERSONS["asker"].id,
    interested=frozenset({"example", "example-base"}),
    deciders=frozenset({PERSONS["approver"].id}),
    comments=(),
    roles={number: role for number, role, _ in PEOPLE.values()},
    place=CommandContext(
        developers=["example", "example-base", "example-labs", "example-corp"],
        models=["example/one", "example/two"],
        criteria=["weights", "code"],
        found=frozenset(),
        with_final_comment=frozenset(),
    ),
)


def moment(text: str) -> datetime:
    """Return the moment `13d 23:59` after the dispute was opened."""
    days, hours, minutes = (int(part) for part in re.split(r"d |:", text))
    return OPENED + timedelta(days=days, hours=hours, minutes=minutes)


_LINE = re.compile(
    r"(?P<at>\d+d \d\d:\d\d) (?P<login>[a-z-]+(?:\[bot\])?)(?P<edited> \((?:edited|was declared)\))?: (?P<body>.*)"
)


def minutes(text: str) -> tuple[Comment, ...]:
    """Return the comments in these lines. A `|` in one is a line break."""
    comments = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            found = _LINE.fullmatch(line.strip())
            assert found, line
            author, is_edited = PERSONS[found["login"]], found["edited"] is not None
            comments.append(
                Comment(
                    id=100 + number,
                    author=author,
                    body=found["body"].replace("|", "\n"),
                    at=moment(found["at"]),
                    edited_at=moment(found["at"]) if is_edited else None,
                    editor=author if is_edited else None,
                    was_declaration=found["edited"] == " (was declared)",
                )
            )
    return tuple(comments)


def summary_of(dispute: Dispute) -> str:
    """Return a dispute as the table writes it."""
    parts = [dispute.stage.value]
    parts += [f"{vote.person.login}={vote.ruling.words}" for vote in dispute.votes]
    if dispute.first is not None and dispute.second is None and dispute.appeal is None:
        parts.append(dispute.first.ruling.words)
    elif dispute.second is not None:
        parts.append(dispute.second.ruling.words)
    elif dispute.appeal is not None:
        parts.append("after an appeal")
    if dispute.due is not None:
        passed = dispute.due - OPENED
        parts.append(f"until {passed.days}d {passed.seconds // 3600:02}:{passed.seconds // 60 % 60:02}")
    return " ".join(parts)


def refused(dispute: Dispute) -> str:
    """Return the refusals, in the order of the commands."""
    return ", ".join(f"{one.comment.author.login} {one.refusal}" for one in dispute.answers if one.refusal is not None)


class Row(NamedTuple):
    """A row of the table."""

    name: str
    said: str
    now: str
    expected: str
    refused: str = ""
    facts: dict[str, Any] = {}  # noqa: RUF012 (nobody changes it)


UPHELD = """
    1d 00:00 maker: /reply
    2d 00:00 ann: /vote upheld
    2d 01:00 ben: /vote upheld
"""
APPEALED = f"{UPHELD}    3d 00:00 asker: /appeal There is a new licence."

TABLE = [
    # ---- the developer's reply
    Row("a new dispute waits for the developer", "", "0d 00:00", "reply until 14d 00:00"),
    Row("it still waits a minute before fourteen days are over", "", "13d 23:59", "reply until 14d 00:00"),
    Row("after fourteen days the panel begins without a reply", "", "14d 00:00", "panel"),
    Row("the developer's reply begins the panel early", "1d 00:00 maker: /reply", "1d 00:00", "panel"),
    Row("a reply may stand below what it says", "1d 00:00 maker: It is open.|/reply", "1d 00:00", "panel"),
    Row("a second reply changes nothing", "1d 00:00 maker: /reply\n2d 00:00 maker: /reply", "3d 00:00", "panel"),
    Row("a reply after the fourteen days is heard", "15d 00:00 maker: /reply", "15d 00:00", "panel"),
    Row(
        "somebody undeclared can't reply for the developer",
        "1d 00:00 stranger: /reply",
        "2d 00:00",
        "reply until 14d 00:00",
        "stranger not-declared",
    ),
    Row(
        "who has left the developer doesn't reply for it",
        "1d 00:00 former-maker: /reply",
        "2d 00:00",
        "reply until 14d 00:00",
        "former-maker not-declared",
    ),
    Row(
        "who begins there later doesn't reply yet",
        "1d 00:00 later-maker: /reply",
        "2d 00:00",
        "reply until 14d 00:00",
        "later-maker not-declared",
    ),
    Row(
        "who works for the base model's developer doesn't reply for this one",
        "1d 00:00 of-the-base: /reply",
        "2d 00:00",
        "reply until 14d 00:00",
        "of-the-base not-declared",
    ),
    Row(
        "a declaration in the conversation gives nobody the right to reply",
        "1d 00:00 stranger: /coi example I work there.|/reply",
        "2d 00:00",
        "reply until 14d 00:00",
        "stranger not-declared",
    ),
    Row(
        "an edited reply is none",
        "1d 00:00 maker (edited): /reply",
        "2d 00:00",
        "reply until 14d 00:00",
        "maker edited",
    ),
    Row("a quoted reply is none", "1d 00:00 maker: > /reply", "2d 00:00", "reply until 14d 00:00"),
    # ---- votes and when they are given
    Row(
        "a vote a minute before the panel begins doesn't count",
        "13d 23:59 ann: /vote upheld",
        "14d 00:00",
        "panel",
        "ann too-early",
    ),
    Row("a vote at the very minute counts", "14d 00:00 ann: /vote upheld", "14d 00:00", "panel ann=upheld"),
    Row("one vote decides nothing", "14d 00:00 ann: /vote upheld", "90d 00:00", "panel ann=upheld"),
    Row("two of three decide", UPHELD, "2d 01:00", "decided upheld until 16d 01:00"),
    Row(
        "two against one decide, whoever voted first",
        "14d 00:00 ann: /vote rejected\n14d 01:00 ben: /vote upheld\n14d 02:00 cho: /vote upheld",
        "14d 02:00",
        "decided upheld until 28d 02:00",
    ),
    Row(
        "a rating is amended by two for the same level",
        "14d 00:00 ann: /vote amended open\n14d 01:00 ben: /vote amended open The licence is free.",
        "15d 00:00",
        "decided amended open until 28d 01:00",
    ),
    Row(
        "a question is rejected by two",
        "14d 00:00 ann: /vote rejected no ground\n14d 01:00 dan: /vote REJECTED",
        "15d 00:00",
        "decided rejected until 28d 01:00",
    ),
    Row(
        "two for different levels don't agree",
        "14d 00:00 ann: /vote amended open\n14d 01:00 ben: /vote amended closed",
        "15d 00:00",
        "panel ann=amended open ben=amended closed",
    ),
    Row(
        "three different votes leave as much time as the developer had",
        "14d 00:00 ann: /vote amended open\n14d 01:00 ben: /vote amended closed\n14d 02:00 cho: /vote upheld",
        "28d 01:59",
        "panel ann=amended open ben=amended closed cho=upheld until 28d 02:00",
    ),
    Row(
        "after that the rating stands for want of a majority",
        "14d 00:00 ann: /vote amended open\n14d 01:00 ben: /vote amended closed\n14d 02:00 cho: /vote rejected",
        "28d 02:00",
        "decided upheld until 42d 02:00",
    ),
    Row(
        "the last word counts, and lets three different votes become a majority",
        "14d 00:00 ann: /vote amended open\n14d 01:00 ben: /vote amended closed\n14d 02:00 cho: /vote upheld\n"
        "20d 00:00 ben: /vote amended open",
        "20d 00:00",
        "decided amended open until 34d 00:00",
    ),
    Row(
        "voting again doesn't lengthen the time for coming together",
        "14d 00:00 ann: /vote amended open\n14d 01:00 ben: /vote amended closed\n14d 02:00 cho: /vote upheld\n"
        "20d 00:00 ben: /vote rejected",
        "21d 00:00",
        "panel ann=amended open ben=rejected cho=upheld until 28d 02:00",
    ),
    Row(
        "voting twice for the same is one vote",
        "14d 00:00 ann: /vote upheld\n14d 01:00 ann: /vote upheld",
        "15d 00:00",
        "panel ann=upheld",
    ),
    Row("a vote after the decision is too late", f"{UPHELD}3d 00:00 cho: /vote rejected", "3d 00:00",
         "decided upheld until 16d 01:00", "cho too-late"),
    Row(
        "a fourth person finds the panel full",
        "14d 00:00 ann: /vote amended open\n14d 01:00 ben: /vote amended closed\n14d 02:00 cho: /vote upheld\n"
        "14d 03:00 dan: /vote upheld",
        "15d 00:00",
        "panel ann=amended open ben=amended closed cho=upheld until 28d 02:00",
        "dan panel-full",
    ),
    Row("a vote without a verdict is incomplete", "14d 00:00 ann: /vote", "15d 00:00", "panel", "ann incomplete"),
    Row("a vote for something else is incomplete", "14d 00:00 ann: /vote yes", "15d 00:00", "panel", "ann incomplete"),
    Row("an amendment needs a level", "14d 00:00 ann: /vote amended", "15d 00:00", "panel", "ann incomplete"),
    Row("it needs a known level", "14d 00:00 ann: /vote amended half", "15d 00:00", "panel", "ann unknown-level"),
    Row("it needs another level than there is", "14d 00:00 ann: /vote amended semi-open", "15d 00:00", "panel",
         "ann same-level"),
    # ---- who sits on the panel
    Row("maintainers vote as reviewers do", "14d 00:00 cho: /vote upheld\n14d 01:00 dan: /vote upheld", "14d 01:00",
         "decided upheld until 28d 01:00"),
    Row(
        "people without write access don't vote",
        "14d 00:00 triager: /vote upheld\n14d 01:00 reader: /vote upheld\n14d 02:00 stranger: /vote upheld",
        "15d 00:00",
        "panel",
        "triager not-a-reviewer, reader not-a-reviewer, stranger not-a-reviewer",
    ),
    Row("who asked doesn't vote", "14d 00:00 asker: /vote rejected", "15d 00:00", "panel", "asker asked"),
    Row("who approved the rating doesn't vote on it", "14d 00:00 approver: /vote upheld", "15d 00:00", "panel",
         "approver decided-before"),
    Row("who works for the developer doesn't vote", "14d 00:00 colleague: /vote upheld", "15d 00:00", "panel",
         "colleague conflict"),
    Row("nor does who left it within twelve months", "14d 00:00 left-recently: /vote upheld", "15d 00:00", "panel",
         "left-recently conflict"),
    Row("who left it longer ago does", "14d 00:00 left-long-ago: /vote upheld", "15d 00:00",
         "panel left-long-ago=upheld"),
    Row("nor does who works for the base model's developer", "14d 00:00 of-the-base: /vote upheld", "15d 00:00",
         "panel", "of-the-base conflict"),
    Row("of whom nothing is declared doesn't vote", "14d 00:00 undeclared: /vote upheld", "15d 00:00", "panel",
         "undeclared undeclared"),
    Row("`/coi none` is enough", "13d 00:00 undeclared: /coi none\n14d 00:00 undeclared: /vote upheld", "15d 00:00",
         "panel undeclared=upheld"),
    Row("also in the same comment, below the vote", "14d 00:00 undeclared: /vote upheld|/coi none", "15d 00:00",
         "panel undeclared=upheld"),
    Row("a declaration afterwards doesn't bring back the vote",
         "14d 00:00 undeclared: /vote upheld\n14d 01:00 undeclared: /coi none", "15d 00:00", "panel",
         "undeclared undeclared"),
    Row("a declared conflict keeps from voting", "14d 00:00 undeclared: /coi example|/vote upheld", "15d 00:00",
         "panel", "undeclared conflict"),
    Row("`/coi none` doesn't take back what the policy says", "14d 00:00 colleague: /coi none|/vote upheld",
         "15d 00:00", "panel", "colleague conflict"),
    Row("nor what was declared before",
         "1d 00:00 undeclared: /coi example\n14d 00:00 undeclared: /coi none|/vote upheld", "15d 00:00", "panel",
         "undeclared conflict"),
    Row("who edited a declaration has lost the vote",
         "1d 00:00 ann (was declared): /coi none\n14d 00:00 ann: /vote upheld", "15d 00:00", "panel",
         "ann edited, ann changed-declaration"),
    Row("a conflict declared after the vote frees the seat",
         "14d 00:00 ann: /vote amended open\n14d 01:00 ben: /vote amended closed\n14d 02:00 cho: /vote upheld\n"
         "15d 00:00 ben: /coi example\n16d 00:00 dan: /vote upheld", "16d 00:00", "decided upheld until 30d 00:00"),
    Row("and stops the time for coming together",
         "14d 00:00 ann: /vote amended open\n14d 01:00 ben: /vote amended closed\n14d 02:00 cho: /vote upheld\n"
         "15d 00:00 ben: /coi example", "90d 00:00", "panel ann=amended open cho=upheld"),
    Row("one declared after the decision undoes nothing", f"{UPHELD}3d 00:00 ann: /coi example", "3d 00:00",
         "decided upheld until 16d 01:00"),
    Row("one rival may sit on the panel", "14d 00:00 rival: /vote upheld", "15d 00:00", "panel rival=upheld"),
    Row("a second rival may not", "14d 00:00 rival: /vote upheld\n14d 01:00 other-rival: /vote upheld", "15d 00:00",
         "panel rival=upheld", "other-rival rival"),
    Row("an edited vote is none", "14d 00:00 ann (edited): /vote upheld", "15d 00:00", "panel", "ann edited"),
    Row("after it, a new one counts", "14d 00:00 ann (edited): /vote upheld\n15d 00:00 ann: /vote rejected",
         "15d 00:00", "panel ann=rejected", "ann edited"),
    Row("a bot's vote isn't even answered", "14d 00:00 helper[bot]: /vote upheld", "15d 00:00", "panel"),
    Row("a vote in a quote or in code is none", "14d 00:00 ann: > /vote upheld\n14d 01:00 ben: ```|/vote upheld|```",
         "15d 00:00", "panel", "ben near-miss"),
    Row("a larger panel needs a larger majority",
         "14d 00:00 ann: /vote upheld\n14d 01:00 ben: /vote upheld", "15d 00:00", "panel ann=upheld ben=upheld",
         facts={"panel": 5}),
    # ---- the appeal
    Row("nobody appeals against nothing", "1d 00:00 asker: /appeal why not", "1d 00:00", "reply until 14d 00:00",
         "asker too-early"),
    Row("a decision can be appealed against a minute before fourteen days are over",
         f"{UPHELD}16d 00:59 asker: /appeal No.", "16d 01:00", "panel after an appeal"),
    Row("at fourteen days it is final", UPHELD, "16d 01:00", "final upheld"),
    Row("and an appeal is too late", f"{UPHELD}16d 01:00 asker: /appeal No.", "16d 01:00", "final upheld",
         "asker too-late"),
    Row("an appeal needs a reason", f"{UPHELD}3d 00:00 asker: /appeal", "3d 00:00", "decided upheld until 16d 01:00",
         "asker incomplete"),
    Row("the developer's people may appeal", f"{UPHELD}3d 00:00 maker: /appeal No.", "3d 00:00",
         "panel after an appeal"),
    Row("nobody else may", f"{UPHELD}3d 00:00 cho: /appeal No.\n3d 01:00 former-maker: /appeal No.", "3d 01:00",
         "decided upheld until 16d 01:00", "cho not-a-party, former-maker not-a-party"),
    Row("an edited appeal is none", f"{UPHELD}3d 00:00 asker (edited): /appeal No.", "3d 00:00",
         "decided upheld until 16d 01:00", "asker edited"),
    Row("the new panel doesn't wait for the developer", f"{APPEALED}\n3d 00:00 cho: /vote upheld", "3d 00:00",
         "panel cho=upheld after an appeal"),
    Row("who sat on the first panel doesn't sit on the second", f"{APPEALED}\n4d 00:00 ann: /vote upheld", "5d 00:00",
         "panel after an appeal", "ann decided-before"),
    Row("what the second panel decides is final at once",
         f"{APPEALED}\n4d 00:00 cho: /vote amended open\n5d 00:00 dan: /vote amended open", "5d 00:00",
         "final amended open"),
    Row("a second appeal is refused while the panel sits", f"{APPEALED}\n4d 00:00 maker: /appeal No.", "5d 00:00",
         "panel after an appeal", "maker already-appealed"),
    Row("and after it has decided",
         f"{APPEALED}\n4d 00:00 cho: /vote upheld\n5d 00:00 dan: /vote upheld\n6d 00:00 maker: /appeal No.", "6d 00:00",
         "final upheld", "maker already-appealed"),
    Row("a second panel without a majority leaves the rating as it is",
         f"{APPEALED}\n4d 00:00 cho: /vote upheld\n5d 00:00 dan: /vote rejected\n6d 00:00 eve: /vote amended open",
         "20d 00:00", "final upheld"),
    Row("nothing is heard after the end", f"{UPHELD}40d 00:00 cho: /vote rejected\n41d 00:00 maker: /reply", "50d 00:00",
         "final upheld", "cho too-late, maker too-late"),
    # ---- closed by hand, and commands of other places
    Row("closed by hand before a decision it is over", "1d 00:00 maker: /reply", "3d 00:00", "final",
         facts={"closed": "2d 00:00"}),
    Row("and hears nothing any more",
         "1d 00:00 maker: /reply\n2d 00:00 ann: /vote upheld\n3d 00:00 asker: /appeal No.", "3d 00:00", "final",
         "ann too-late, asker too-late", {"closed": "2d 00:00"}),
    Row("closed by hand after a decision it stays with that", UPHELD, "3d 00:00", "final upheld",
         facts={"closed": "2d 02:00"}),
    Row("closed by the bot it stays as it was", UPHELD, "30d 00:00", "final upheld", facts={"closed": "17d 00:00"}),
    Row("other commands don't belong here",
         "1d 00:00 cho: /hold\n1d 01:00 ann: /concern x\n1d 02:00 cho: /fcp\n1d 03:00 ann: /recheck", "2d 00:00",
         "reply until 14d 00:00", "cho not-here, ann not-here, cho not-here"),
    Row("another dispute can be asked for here", "1d 00:00 stranger: /dispute example/two code", "2d 00:00",
         "reply until 14d 00:00"),
    Row("one of no such model is refused", "1d 00:00 stranger: /dispute example/ten code", "2d 00:00",
         "reply until 14d 00:00", "stranger unknown-model"),
]  # fmt: skip


def case_of(row: Row) -> tuple[DisputeCase, Policy]:
    facts = dict(row.facts)
    policy = POLICY
    if "panel" in facts:
        disputes = POLICY.disputes.model_copy(update={"panel": facts.pop("panel")})
        policy = POLICY.model_copy(update={"disputes": disputes})
    closed = moment(facts.pop("closed")) if "closed" in facts else None
    return replace(DEFAULTS, now=moment(row.now), comments=minutes(row.said), closed=closed, **facts), policy


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_dispute(row: Row) -> None:
    case, policy = case_of(row)
    dispute = replay_dispute(case, policy)
    assert (summary_of(dispute), refused(dispute)) == (row.expected, row.refused)
    assert replay_dispute(case, policy) == dispute


def test_each_row_of_the_table_is_another() -> None:
    assert len({row.name for row in TABLE}) == len(TABLE)


def test_other_disputes_that_are_asked_for_in_the_conversation_are_kept_in_order() -> None:
    lines = "1d 00:00 stranger: /dispute example/two code\n1d 01:00 ann: /dispute example/one code|/dispute example/ten code"
    dispute = replay_dispute(replace(DEFAULTS, now=moment("2d 00:00"), comments=minutes(lines)), POLICY)
    assert [(one.model, one.criterion, one.comment.author.login) for one in dispute.requests] == [
        ("example/two", "code", "stranger"),
        ("example/one", "code", "ann"),
    ]


def test_every_command_is_answered_in_its_order() -> None:
    case = replace(DEFAULTS, now=moment("3d 00:00"), comments=minutes(UPHELD))
    assert [(one.comment.id, one.command.text, one.refusal) for one in replay_dispute(case, POLICY).answers] == [
        (102, "/reply", None),
        (103, "/vote upheld", None),
        (104, "/vote upheld", None),
    ]


def test_the_steps_to_the_decision_are_kept() -> None:
    said = f"{APPEALED}\n4d 00:00 cho: /vote amended open\n5d 00:00 dan: /vote amended open"
    dispute = replay_dispute(replace(DEFAULTS, now=moment("6d 00:00"), comments=minutes(said)), POLICY)
    assert dispute.reply is not None
    assert dispute.reply.person.login == "maker"
    assert dispute.first is not None
    assert [vote.person.login for vote in dispute.first.votes] == ["ann", "ben"]
    assert dispute.appeal is not None
    assert dispute.appeal.reason == "There is a new licence."
    assert dispute.decision is dispute.second
    assert dispute.second is not None
    assert dispute.second.ruling == Ruling(PanelVerdict.AMENDED, Level.OPEN)
    assert dispute.second.at == moment("5d 00:00")


def test_a_decision_says_whether_a_majority_made_it() -> None:
    said = "14d 00:00 ann: /vote amended open\n14d 01:00 ben: /vote amended closed\n14d 02:00 cho: /vote rejected"
    dispute = replay_dispute(replace(DEFAULTS, now=moment("30d 00:00"), comments=minutes(said)), POLICY)
    assert dispute.first is not None
    assert not dispute.first.by_majority
    assert len(dispute.first.votes) == 3


def test_the_people_of_a_developer_are_those_who_are_declared_for_it_that_day() -> None:
    def logins(day: datetime) -> list[str]:
        return [person.login for person in declared_people(POLICY, "example", day)]

    assert logins(OPENED) == ["maker", "colleague"]
    assert logins(OPENED - timedelta(days=1)) == ["maker", "former-maker", "colleague"]
    assert logins(datetime(2026, 4, 1, tzinfo=UTC)) == ["maker", "later-maker", "colleague"]


@pytest.mark.parametrize("level", Level)
def test_a_vote_can_name_each_level_but_the_present_one(level: Level) -> None:
    ruling = ruling_in(("amended", level.value), Level.SEMI_OPEN)
    assert (ruling == Ruling(PanelVerdict.AMENDED, level)) is (level is not Level.SEMI_OPEN)


# ---- properties ------------------------------------------------------------------------------------------------------

VOTERS = [
    "ann",
    "ben",
    "cho",
    "dan",
    "eve",
    "asker",
    "approver",
    "colleague",
    "rival",
    "other-rival",
    "undeclared",
    "reader",
]
SENTENCES = ["/vote upheld", "/vote rejected", "/vote amended open", "/coi none", "/coi example", "/appeal No.", "Hm."]

spoken = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from([*VOTERS, "maker"]), st.sampled_from(SENTENCES)), max_size=14
)


def conversation(said: list[tuple[int, str, str]]) -> tuple[Comment, ...]:
    ordered = sorted(enumerate(said), key=lambda one: (one[1][0], one[0]))
    return tuple(Comment(number, PERSONS[login], body, OPENED + day * DAY) for number, (day, login, body) in ordered)


quiet = settings(derandomize=True, deadline=None, max_examples=examples(150))


@quiet
@given(spoken)
def test_nobody_who_may_not_ever_decides(said: list[tuple[int, str, str]]) -> None:
    dispute = replay_dispute(replace(DEFAULTS, now=OPENED + 100 * DAY, comments=conversation(said)), POLICY)
    panels = [decided.votes for decided in (dispute.first, dispute.second) if decided is not None] + [dispute.votes]
    for votes in panels:
        logins = {vote.person.login for vote in votes}
        assert len(logins) == len(votes) <= 3
        assert not logins & {"asker", "approver", "colleague", "reader", "maker"}
        assert len(logins & {"rival", "other-rival"}) <= 1
    if dispute.first is not None and dispute.second is not None:
        assert not {vote.person for vote in dispute.first.votes} & {vote.person for vote in dispute.second.votes}


@quiet
@given(spoken, st.integers(0, 80), st.integers(0, 30))
def test_time_alone_never_takes_a_decision_back(said: list[tuple[int, str, str]], day: int, more: int) -> None:
    now = OPENED + day * DAY
    comments = tuple(comment for comment in conversation(said) if comment.at <= now)
    early = replay_dispute(replace(DEFAULTS, now=now, comments=comments), POLICY)
    late = replay_dispute(replace(DEFAULTS, now=now + more * DAY, comments=comments), POLICY)
    assert list(Stage).index(early.stage) <= list(Stage).index(late.stage)
    assert early.first in (None, late.first)
    assert early.answers == late.answers
    if early.due is None or now + more * DAY < early.due:
        assert late == early


@quiet
@given(spoken, st.sampled_from(VOTERS))
def test_a_conflict_never_gives_anybody_a_vote(said: list[tuple[int, str, str]], login: str) -> None:
    case = replace(DEFAULTS, now=OPENED + 100 * DAY, comments=conversation(said))
    declared = Comment(999, PERSONS[login], "/coi example", OPENED)
    with_conflict = replay_dispute(replace(case, comments=(declared, *case.comments)), POLICY)
    decisions = [one for one in (with_conflict.first, with_conflict.second) if one is not None]
    assert login not in {vote.person.login for one in decisions for vote in one.votes}
    assert login not in {vote.person.login for vote in with_conflict.votes}


@quiet
@given(spoken)
def test_comments_of_others_without_a_command_change_nothing(said: list[tuple[int, str, str]]) -> None:
    case = replace(DEFAULTS, now=OPENED + 100 * DAY, comments=conversation(said))
    with_talk = []
    for comment in case.comments:
        with_talk += [
            replace(comment, id=comment.id + 500, author=PERSONS["stranger"], body="I think so too."),
            comment,
        ]
    assert replay_dispute(replace(case, comments=tuple(with_talk)), POLICY) == replay_dispute(case, POLICY)


def test_the_order_of_three_agreeing_votes_does_not_matter_for_what_is_decided() -> None:
    for order in permutations(["ann", "ben", "cho"]):
        said = "\n".join(f"14d 0{number}:00 {login}: /vote amended open" for number, login in enumerate(order))
        dispute = replay_dispute(replace(DEFAULTS, now=moment("15d 00:00"), comments=minutes(said)), POLICY)
        assert dispute.first is not None
        assert dispute.first.ruling.words == "amended open"
