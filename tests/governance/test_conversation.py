"""Replay of commands: each command by each role, and several commands together."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.board.model.policy import ChangeClass
from bot.github.actions import Acknowledgement
from bot.github.commands import Verb, commands
from bot.github.facts import Comment, Person, Role
from bot.governance.conversation import CommandContext, Concern, Conversation, Refusal, replay_comments
from tests.governance.samples import (
    ALICE,
    BOB,
    BOT,
    LAB,
    LINK,
    MAX,
    MIA,
    MODEL,
    NOW,
    READER,
    RIVAL,
    ROLES,
    STRANGER,
    UNA,
    comment,
    context,
)

RUBRIC = context(frozenset({ChangeClass.RUBRIC}))
RAISED = context(frozenset({ChangeClass.RAISED}))
SPEAKER = Person(2001, "example-speaker")


def replay(*comments: Comment, roles: Any = ROLES, here: Any = RAISED) -> Conversation:
    return replay_comments(comments, roles, here)


def refusals(*comments: Comment, here: Any = RAISED) -> list[Refusal | None]:
    return [answer.refusal for answer in replay(*comments, here=here).results]


# ---- a look at a page -------------------------------------------------------------------------------------------------

AN_HOUR = timedelta(hours=1)
SINCE = NOW - 3 * AN_HOUR
TO_SEE, TO_FIX = "https://paper.example.org/report", "https://paper.example.org/made-up"
LINKS = replace(RAISED, links={TO_SEE: True, TO_FIX: False}, links_since=SINCE, authors=frozenset({ALICE.id}))


@pytest.mark.parametrize(
    ("who", "line", "ago", "here", "expected"),
    [
        (BOB, f"/seen {TO_SEE}", 2, LINKS, None),
        (BOB, f"/seen <{TO_SEE}>", 2, LINKS, None),
        (BOB, "/seen HTTPS://Paper.Example.org:443/report", 2, LINKS, None),
        (BOB, "/seen paper.example.org/report", 2, LINKS, None),
        (BOB, f"/seen {TO_SEE}", 3, LINKS, None),
        (BOB, f"/seen {TO_SEE}", 4, LINKS, Refusal.OLDER_HEAD),
        (BOB, f"/seen {TO_SEE}", 2, replace(LINKS, links_since=None), Refusal.OLDER_HEAD),
        (BOB, f"/seen {TO_SEE}#part", 2, LINKS, Refusal.UNKNOWN_LINK),
        (BOB, "/seen https://paper.example.org/gone", 4, LINKS, None),
        (BOB, "/seen everything", 2, LINKS, Refusal.UNKNOWN_LINK),
        (BOB, f"/seen {TO_SEE} {TO_SEE}", 2, LINKS, Refusal.INCOMPLETE),
        (BOB, f"/seen {TO_FIX}", 2, LINKS, Refusal.LINK_TO_FIX),
        (ALICE, f"/seen {TO_SEE}", 2, LINKS, Refusal.OWN),
        (READER, f"/seen {TO_SEE}", 2, LINKS, Refusal.NOT_A_REVIEWER),
    ],
)
def test_who_may_say_that_a_page_was_seen_and_when(
    who: Person, line: str, ago: int, here: CommandContext, expected: Refusal | None
) -> None:
    found = replay(comment(who, line, ago * AN_HOUR), here=here)
    assert [one.refusal for one in found.results] == [expected]
    is_counted = expected is None and "gone" not in line
    assert found.seen == ({TO_SEE: who} if is_counted else {})


@pytest.mark.parametrize(("commit", "expected"), [("1" * 40, None), ("2" * 40, Refusal.OLDER_HEAD), (None, None)])
def test_a_review_of_an_older_commit_does_not_say_what_was_seen_of_the_head(
    commit: str | None, expected: Refusal | None
) -> None:
    said = comment(BOB, f"/seen {TO_SEE}", is_review=True, commit=commit)
    assert refusals(said, here=replace(LINKS, head="1" * 40)) == [expected]


@pytest.mark.parametrize("why", [Refusal.CONFLICT, Refusal.CHANGED_DECLARATION])
def test_the_word_of_somebody_partial_leaves_room_for_that_of_another(why: Refusal) -> None:
    here = replace(LINKS, partial={BOB.id: why})
    found = replay(comment(BOB, f"/seen {TO_SEE}"), comment(MIA, f"/seen {TO_SEE}"), here=here)
    assert ([one.refusal for one in found.results], found.seen) == ([why, None], {TO_SEE: MIA})


def test_an_edited_word_about_a_page_does_not_count() -> None:
    assert refusals(comment(BOB, f"/seen {TO_SEE}", edited=True), here=LINKS) == [Refusal.EDITED]


# ---- every command by everybody --------------------------------------------------------------------------------------

ROLE_COLUMNS = (Role.NONE, Role.READ, Role.TRIAGE, Role.WRITE, Role.MAINTAIN, Role.ADMIN)
ANYBODY = (None,) * 6
REVIEWERS = (*(Refusal.NOT_A_REVIEWER,) * 3, *(None,) * 3)
MAINTAINERS = (*(Refusal.NOT_A_MAINTAINER,) * 4, *(None,) * 2)
ELSEWHERE = (Refusal.NOT_HERE,) * 6

# The earlier commands: a maintainer holds it, and a reviewer has a concern.
BEFORE = (comment(MIA, "/hold"), comment(BOB, "/concern sources"))

BY_ROLE: dict[str, tuple[Refusal | None, ...]] = {
    # Somebody without a role, who reads, triages, writes, maintains, administers
    "/recheck": ANYBODY,
    "/coi none": ANYBODY,
    f"/coi {LAB} I work there": ANYBODY,
    f"/dispute {MODEL} weights": ANYBODY,
    "/concern licence": REVIEWERS,
    "/resolve sources": (*REVIEWERS[:3], *(Refusal.NOT_YOUR_CONCERN,) * 3),
    "/resolve sources they are named": (*REVIEWERS[:3], Refusal.NOT_YOUR_CONCERN, None, None),
    f"/notified {LAB} https://example.org/mail": REVIEWERS,
    f"/seen {LINK}": REVIEWERS,
    f"/seen {LINK}/other": (*REVIEWERS[:3], *(Refusal.UNKNOWN_LINK,) * 3),
    "/seen": (*REVIEWERS[:3], *(Refusal.INCOMPLETE,) * 3),
    "/hold": MAINTAINERS,
    "/hold until the licence is clear": MAINTAINERS,
    "/unhold": MAINTAINERS,
    "/fcp": MAINTAINERS,
    "/reclassify governance": MAINTAINERS,
    "/reclassify typo": (*MAINTAINERS[:4], *(Refusal.NOT_STRICTER,) * 2),
    "/reply We have published the code.": ELSEWHERE,
    "/vote upheld": ELSEWHERE,
    "/appeal There is a new licence.": ELSEWHERE,
}
EACH = [
    pytest.param(line, role, refusal, id=f"{line.split()[0][1:]}: {role}: {line}")
    for line, row in BY_ROLE.items()
    for role, refusal in zip(ROLE_COLUMNS, row, strict=True)
]


def test_every_command_is_tried() -> None:
    assert {commands(line)[0].verb for line in BY_ROLE} == set(Verb)


@pytest.mark.parametrize(("line", "role", "refusal"), EACH)
def test_who_may_do_what(line: str, role: Role, refusal: Refusal | None) -> None:
    found = replay(*BEFORE, comment(SPEAKER, line), roles={**ROLES, SPEAKER.id: role}, here=RUBRIC)
    (answer,) = found.results[2:]
    assert (answer.command.text, answer.refusal) == (line, refusal)
    # What is refused does nothing.
    if refusal is not None:
        found.results.pop()
        assert found == replay(*BEFORE, here=RUBRIC)


@pytest.mark.parametrize("line", BY_ROLE)
def test_a_command_in_an_edited_comment_does_nothing_whoever_wrote_it(line: str) -> None:
    for role in ROLE_COLUMNS:
        edited = comment(SPEAKER, line, edited=True)
        found = replay(*BEFORE, edited, roles={**ROLES, SPEAKER.id: role}, here=RUBRIC)
        assert found.results.pop().refusal is Refusal.EDITED
        assert found == replay(*BEFORE, here=RUBRIC)


@pytest.mark.parametrize("line", BY_ROLE)
def test_a_bot_is_not_even_answered(line: str) -> None:
    assert replay(*BEFORE, comment(BOT, line), here=RUBRIC) == replay(*BEFORE, here=RUBRIC)


def test_whoever_is_not_among_the_roles_has_none() -> None:
    assert refusals(comment(STRANGER, "/hold\n/concern sources")) == [Refusal.NOT_A_MAINTAINER, Refusal.NOT_A_REVIEWER]


# ---- refusals by the words of a command --------------------------------------------------------------------------------

ALONE: dict[str, Refusal | None] = {
    "/coi": Refusal.INCOMPLETE,
    "/coi none but I left example-lab last week": Refusal.INCOMPLETE,
    "/coi None": None,
    f"/coi {LAB.title()}": None,
    "/coi example-unheard-of I work there": Refusal.UNKNOWN_DEVELOPER,
    "/dispute": Refusal.INCOMPLETE,
    f"/dispute {MODEL}": Refusal.INCOMPLETE,
    f"/dispute {LAB}/example-2b weights": Refusal.UNKNOWN_MODEL,
    f"/dispute {MODEL} wieghts": Refusal.UNKNOWN_CRITERION,
    f"/dispute {MODEL} weights there is a new licence": None,
    "/concern": Refusal.INCOMPLETE,
    "/resolve": Refusal.INCOMPLETE,
    "/resolve sources": Refusal.NO_SUCH_CONCERN,
    "/notified": Refusal.INCOMPLETE,
    f"/notified {LAB}": Refusal.INCOMPLETE,
    "/notified example-unheard-of https://example.org/mail": Refusal.UNKNOWN_DEVELOPER,
    f"/notified {LAB} https://example.org/mail": None,
    "/unhold": Refusal.NOT_ON_HOLD,
    "/fcp": Refusal.NO_FINAL_COMMENT_PERIOD,
    "/reclassify": Refusal.INCOMPLETE,
    "/reclassify lowered please": Refusal.INCOMPLETE,
    "/reclassify grave": Refusal.UNKNOWN_CLASS,
    "/reclassify raised": Refusal.NOT_STRICTER,
    "/reclassify evidence": Refusal.NOT_STRICTER,
    "/reclassify lowered": None,
    "/recheck now": None,
}


@pytest.mark.parametrize(("line", "refusal"), ALONE.items(), ids=ALONE.keys())
def test_what_a_maintainer_says_alone(line: str, refusal: Refusal | None) -> None:
    assert refusals(comment(MIA, line)) == [refusal]


# ---- several commands ------------------------------------------------------------------------------------------------


def test_commands_are_replayed_in_their_order_also_within_a_comment() -> None:
    assert replay(comment(MIA, "/hold\n/unhold")).held_by is None
    assert replay(comment(MIA, "/unhold\n/hold")).held_by == MIA
    assert refusals(comment(MIA, "/reclassify rubric\n/fcp")) == [None, None]
    assert refusals(comment(MIA, "/fcp\n/reclassify rubric")) == [Refusal.NO_FINAL_COMMENT_PERIOD, None]


def test_the_last_hold_is_whose_it_is() -> None:
    assert replay(comment(MIA, "/hold"), comment(MAX, "/hold")).held_by == MAX


def test_a_declaration_stays_and_others_join_it() -> None:
    found = replay(
        comment(UNA, f"/coi {LAB}"),
        comment(UNA, "/coi none"),
        comment(UNA, f"/coi {RIVAL}"),
        comment(ALICE, "/coi none"),
    )
    assert found.declared == {UNA.id: {LAB, RIVAL}, ALICE.id: set()}


def test_declarations_are_acknowledged_in_their_own_way_and_refused_ones_are_not() -> None:
    found = replay(comment(UNA, f"/coi {LAB}\n/recheck\n/coi example-unheard-of"), comment(MIA, "/hold"))
    assert [answer.effect for answer in found.results if answer.refusal is None] == [
        Acknowledgement.DECLARED,
        Acknowledgement.DONE,
        Acknowledgement.DONE,
    ]


def test_who_edits_a_declaration_is_remembered_by_the_account_not_the_name() -> None:
    renamed = UNA._replace(login="example-renamed")
    found = replay(comment(UNA, "Thanks!", edited=True, was_declaration=True), comment(renamed, "/coi none"))
    assert found.unreliable == {renamed.id}


def test_an_edited_comment_that_declared_nothing_costs_nothing() -> None:
    assert replay(comment(UNA, "Thanks a lot!", edited=True)).unreliable == set()


@pytest.mark.parametrize(
    ("lines", "answers", "concerns"),
    [
        (["/concern a", "/concern a"], [None, Refusal.CONCERN_EXISTS], [("a", None, "")]),
        (["/concern a", "/concern  b  c"], [None, None], [("a", None, ""), ("b c", None, "")]),
        (["/concern a", "/concern a b", "/resolve a b"], [None] * 3, [("a", None, ""), ("a b", BOB, "")]),
        (["/concern a b", "/concern a", "/resolve a"], [None] * 3, [("a b", None, ""), ("a", BOB, "")]),
        (["/concern a", "/resolve ab"], [None, Refusal.NO_SUCH_CONCERN], [("a", None, "")]),
        (["/concern a", "/resolve a it is  settled"], [None, None], [("a", BOB, "it is settled")]),
        (["/concern a", "/resolve a", "/resolve a"], [None, None, Refusal.NO_SUCH_CONCERN], [("a", BOB, "")]),
        (["/concern a", "/resolve a", "/concern a"], [None] * 3, [("a", BOB, ""), ("a", None, "")]),
        (["/concern Källa", "/resolve ka\u0308lla"], [None, None], [("Källa", BOB, "")]),
        (
            ["/concern 출처", f"/resolve {unicodedata.normalize('NFD', '출처')} 고침"],
            [None, None],
            [("출처", BOB, "고침")],
        ),
        (["/concern a", "/concern A\u00ad"], [None, Refusal.CONCERN_EXISTS], [("a", None, "")]),
        (["/concern \u00ad"], [Refusal.INCOMPLETE], []),
        (["/concern `a`", "/resolve `a`"], [None, None], [("`a`", BOB, "")]),
    ],
)
def test_concerns_have_names(
    lines: list[str], answers: list[Refusal | None], concerns: list[tuple[str, Person | None, str]]
) -> None:
    comments = [comment(BOB, line) for line in lines]
    assert refusals(*comments) == answers
    expected = [Concern(name, BOB, resolved_by, reason) for name, resolved_by, reason in concerns]
    assert replay(*comments).concerns == expected


def test_a_concern_is_its_authors_whatever_they_are_called_now() -> None:
    renamed = BOB._replace(login="example-renamed")
    assert refusals(comment(BOB, "/concern a"), comment(renamed, "/resolve a")) == [None, None]


def test_reclassifying_adds_classes_and_takes_none_away() -> None:
    found = replay(
        comment(MIA, "/reclassify rubric"), comment(MAX, "/reclassify lowered"), comment(MAX, "/reclassify typo")
    )
    raised = frozenset({ChangeClass.RAISED})
    assert found.classes(raised) == raised | {ChangeClass.RUBRIC, ChangeClass.LOWERED}
    assert replay().classes(raised) == raised


def test_what_has_no_class_can_be_given_one() -> None:
    assert refusals(comment(MIA, "/reclassify typo"), here=context(frozenset())) == [None]


def test_a_final_comment_period_runs_from_the_last_time_that_it_was_begun() -> None:
    first, second = comment(MIA, "/fcp"), comment(MAX, "/fcp", ago=comment(MIA, "").at - comment(MIA, "").at)
    assert replay(first, second, here=RUBRIC).final_comment_since == second.at


def test_the_first_who_notified_a_developer_is_named() -> None:
    line = f"/notified {LAB.upper()} https://example.org/mail"
    assert replay(comment(BOB, line), comment(ALICE, line)).notified == {LAB: BOB}


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("/unhold", Refusal.OWN),
        ("/resolve sources they are named", Refusal.OWN),
        (f"/notified {LAB} https://example.org/mail", Refusal.OWN),
        ("/hold", None),
        ("/concern licence", None),
        ("/reclassify governance", None),
        ("/fcp", None),
    ],
)
def test_whoever_proposes_a_change_leaves_it_to_others_to_settle_what_these_have_against_it(
    line: str, refusal: Refusal | None
) -> None:
    own = replace(RUBRIC, authors=frozenset({SPEAKER.id}))
    (answer,) = replay(*BEFORE, comment(SPEAKER, line), roles={**ROLES, SPEAKER.id: Role.ADMIN}, here=own).results[2:]
    assert answer.refusal is refusal


def test_authors_may_withdraw_their_own_objections() -> None:
    own = replace(RUBRIC, authors=frozenset({MIA.id}))
    found = replay(comment(MIA, "/hold\n/concern sources\n/unhold\n/resolve sources"), here=own)
    assert [answer.refusal for answer in found.results] == [None] * 4
    assert found.held_by is None


def test_a_dispute_is_kept_with_who_asks_for_it() -> None:
    found = replay(comment(READER, f"/dispute {MODEL} weights"))
    assert [(one.model, one.criterion, one.comment.author) for one in found.disputes] == [(MODEL, "weights", READER)]


# ---- near misses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "line", "expected"),
    [
        (MIA, "/hodl", [Refusal.NEAR_MISS]),
        (BOB, "/hodl", []),
        (BOB, "/concern: licence", [Refusal.NEAR_MISS]),
        (STRANGER, "/concern: licence", []),
        (STRANGER, "/rechekc", [Refusal.NEAR_MISS]),
    ],
)
def test_a_near_miss_is_answered_where_its_author_may_give_the_command(
    person: Person, line: str, expected: list[Refusal]
) -> None:
    assert refusals(comment(person, line)) == expected
    assert refusals(comment(person, line, edited=True)) == []


def test_a_near_miss_is_forgotten_when_its_author_gives_the_command() -> None:
    assert refusals(comment(MIA, "/hodl"), comment(MAX, "/hold")) == [Refusal.NEAR_MISS, None]
    assert refusals(comment(MIA, "/hodl"), comment(MAX, "/hodl"), comment(MIA, "/hold")) == [Refusal.NEAR_MISS, None]
    assert refusals(comment(MIA, "/hold"), comment(MIA, "/hodl")) == [None, Refusal.NEAR_MISS]


def test_a_near_miss_does_nothing_and_shows_it() -> None:
    conversation = replay(comment(MIA, "/hodl"))
    assert conversation.held_by is None
    assert [one.effect for one in conversation.results] == [Acknowledgement.REFUSED]
