"""Merge groups: who is in them, and what is decided about them, from plain facts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.board.model.problem import Problem
from bot.github.actions import SetStatus
from bot.github.facts import StatusRecord, StatusState
from bot.handlers.pull_request.facts import ChangedFile
from bot.handlers.pull_request.merge_group import (
    JudgedMember,
    Member,
    QueueFacts,
    Step,
    decide_merge_group,
    refuse_group,
    split_group,
)
from tests.handlers.pull_request.samples import (
    EFFECT,
    MAINTAINER,
    NOW,
    OTHER_EFFECT,
    REVIEWER,
    comment,
    contents,
    facts,
    judged,
    review,
)

if TYPE_CHECKING:
    from bot.github.facts import Facts
    from bot.handlers.pull_request.facts import Contents

BASE, GROUP = "base", "9" * 40
ASSESSMENT = ChangedFile("assessments/example/one.yaml", "100644", "100644", 100)
ERROR = Problem(ASSESSMENT.path, 3, 1, "example-rule", "something is wrong", "Mend it.")
APPROVED = review(REVIEWER, "APPROVED")


def step(commit: str, *parents: str, subject: str = "A change") -> Step:
    return Step(commit, parents, f"tree-{commit}", subject)


def member(number: int, before: str, commit: str) -> Member:
    return Member(number, before, f"tree-{commit}")


MERGED = [step("m1", BASE, "head-1"), step("m2", "m1", "head-2")]
SQUASHED = [step("s1", BASE, subject="One (#1)"), step("s2", "s1", subject="Two (#2)")]
REBASED = [step("r1", BASE), step("r2", "r1"), step("r3", "r2")]
HEADS = {"head-1": 1, "head-2": 2}

SPLIT: dict[str, tuple[list[Step], dict[str, int], bool, list[Member] | None]] = {
    "merged, by the heads": (MERGED, {}, False, [member(1, BASE, "m1"), member(2, "m1", "m2")]),
    "merged, by the branches of the queue": (MERGED, {"m1": 7, "m2": 8}, False, [member(7, BASE, "m1"), member(8, "m1", "m2")]),
    "merged, of which one head is unknown": ([MERGED[0], step("m2", "m1", "unknown")], {}, False, None),
    "squashed, by the branches of the queue": (SQUASHED, {"s1": 1, "s2": 2}, False, [member(1, BASE, "s1"), member(2, "s1", "s2")]),
    "squashed, of which only the last is known": (SQUASHED, {"s2": 2}, False, [member(2, BASE, "s2")]),
    "squashed, by their titles": (SQUASHED, {}, True, [member(1, BASE, "s1"), member(2, "s1", "s2")]),
    "squashed, by a title that names no open one": ([step("s1", BASE, subject="One (#3)")], {}, True, None),
    "squashed, by the branch and not by the title": (
        [step("s1", BASE, subject="One (#2)")], {"s1": 1}, True, [member(1, BASE, "s1")]
    ),
    "squashed, without any hint": (SQUASHED, {}, False, None),
    "rebased": (REBASED, {"r2": 1, "r3": 2}, False, [member(1, BASE, "r2"), member(2, "r2", "r3")]),
    "rebased, with commits behind the last": (REBASED, {"r2": 1}, False, None),
    "nothing": ([], {}, False, None),
    "without any history": ([step("s1", subject="One (#1)")], {"s1": 1}, True, None),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "ends", "with_hints", "expected"), SPLIT.values(), ids=SPLIT.keys())
def test_who_is_in_a_group(
    steps: list[Step], ends: dict[str, int], with_hints: bool, expected: list[Member] | None
) -> None:
    assert split_group(steps, QueueFacts(ends, HEADS), with_hints=with_hints) == expected


def judged_member(known: Facts, found: Contents, tree: str | None = None) -> JudgedMember:
    return JudgedMember(Member(known.pull.number, BASE, tree or found.tree), known, found, judged(known, found))


def changed(**changes: Any) -> Contents:
    return contents(changed=(ASSESSMENT,), **changes)


def status(*members: JudgedMember) -> tuple[StatusState, str]:
    (action,) = decide_merge_group(GROUP, "main", members).actions
    assert isinstance(action, SetStatus)
    assert action.commit == GROUP
    return action.state, action.description


READY = judged_member(facts(APPROVED, number=1), changed())
SAME = (StatusRecord(NOW.replace(hour=1), StatusState.SUCCESS, EFFECT),)
OTHER = (StatusRecord(NOW.replace(hour=1), StatusState.SUCCESS, OTHER_EFFECT),)

REFUSED: dict[str, tuple[JudgedMember, str]] = {
    "closed": (judged_member(facts(APPROVED, is_open=False), changed()), "#2 is closed, or is to go into another branch"),
    "retargeted": (
        judged_member(facts(APPROVED, base="other", into_default=False), changed()),
        "#2 is closed, or is to go into another branch",
    ),
    "something else is merged": (judged_member(facts(APPROVED), changed(), "4" * 40), "#2 is not what the queue merges for it"),
    "a draft": (judged_member(facts(APPROVED, is_draft=True), changed()), "#2 may not be merged: No problems so far; this is"),
    "held meanwhile": (
        judged_member(facts(APPROVED, comments=(comment("/hold", MAINTAINER),), records=SAME), changed()),
        "#2 may not be merged yet: waiting for a maintainer to end the hold.",
    ),
    "without approvals": (judged_member(facts(), changed()), "#2 may not be merged yet: waiting for 1 approval"),
    "wrong together": (judged_member(facts(APPROVED), changed(problems=(ERROR,))), "#2 may not be merged: 1 problem to fix"),
    "a conflict": (judged_member(facts(APPROVED), changed(conflicts=("x",))), "#2 may not be merged: 1 file conflicts"),
    "another effect behind the others": (
        judged_member(facts(APPROVED, records=OTHER), changed()), "#2 does something else here than what was approved"
    ),
    "a commit of two pull requests": (
        judged_member(facts(APPROVED, twins=(5,), records=SAME), changed()), "#2 may not be merged yet: waiting for all but one"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("wrong", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_a_group_fails_by_any_of_its_members_and_names_it(wrong: JudgedMember, words: str) -> None:
    wrong = replace_number(wrong, 2)
    for members in ((wrong,), (READY, wrong), (wrong, READY)):
        state, description = status(*members)
        assert state is StatusState.FAILURE
        assert description.startswith(words)


def replace_number(one: JudgedMember, number: int) -> JudgedMember:
    pull = replace(one.facts.pull, number=number)
    known = replace(one.facts, pull=pull)
    return one._replace(facts=known, member=one.member._replace(number=number), judgement=judged(known, one.contents))


def test_a_group_is_ready_when_each_member_is_in_its_place() -> None:
    assert status(READY) == (StatusState.SUCCESS, "1 pull request in the queue: all requirements are met.")
    assert status(READY, replace_number(READY, 3))[1].startswith("2 pull requests")
    assert status()[0] is StatusState.FAILURE


def test_the_summary_tells_each_member() -> None:
    report = decide_merge_group(GROUP, "main", (READY, replace_number(REFUSED["a draft"][0], 2))).report
    assert report.count("## Pull request") == 2
    assert report.startswith("❌ #2 may not be merged")


def test_a_group_of_which_nothing_is_known_is_refused() -> None:
    assert refuse_group(GROUP, "Nothing is known.").actions == (
        SetStatus(GROUP, StatusState.FAILURE, "Nothing is known."),
    )
