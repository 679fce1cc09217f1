"""The words of single conditions, where there is more to name than anybody reads."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.governance.judgement import Condition, ConditionKind
from bot.handlers.pull_request import checklist
from bot.handlers.pull_request.checklist import NAMED_PEOPLE, listed
from bot.handlers.pull_request.comment import COMMENT_LIMIT, as_comment
from bot.handlers.pull_request.decision import build_report
from bot.handlers.pull_request.facts import ChangedFile
from tests.handlers.pull_request.samples import REVIEWER, comment, contents, facts, judged


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, ""),
        (1, "1"),
        (2, "1 and 2"),
        (3, "1, 2 and 3"),
        (NAMED_PEOPLE, "1, 2, 3, 4, 5, 6, 7, 8, 9 and 10"),
        (NAMED_PEOPLE + 2, "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more"),
    ],
)
def test_of_many_the_first_are_named(count: int, expected: str) -> None:
    assert listed([str(number) for number in range(1, count + 1)]) == expected


@pytest.mark.parametrize(
    ("have", "need", "words"),
    [
        (0, 1, "1 approval by reviewers"),
        (0, 2, "2 approvals by reviewers"),
        (1, 2, "1 more approval by reviewers"),
        (1, 3, "2 more approvals by reviewers"),
        (1, None, "maintainers that GitHub can list"),
    ],
)
def test_the_approvals_that_are_missing_are_counted(have: int, need: int | None, words: str) -> None:
    assert checklist.missing(Condition(ConditionKind.APPROVALS, met=False, have=have, need=need)) == words


DUE = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("condition", "line", "missing"),
    [
        (
            Condition(ConditionKind.FINAL_COMMENT, met=False, days=10, is_anew=True),
            "Final comment period of 10 days: the one that was begun counts no more; a maintainer begins another with `/fcp`.",
            "a final comment period",
        ),
        (
            Condition(ConditionKind.SHARED_COMMIT, met=False, pulls=(3, 7)),
            (
                "#3 and #7 have the same commit, and so the same status: close all but one of them, or push another commit, "
                "then comment `/recheck`."
            ),
            "all but one of #3 and #7, which share a commit, to be closed",
        ),
        (
            Condition(ConditionKind.SPENT_COMMIT, met=False),
            (
                "This commit has had so many statuses that GitHub soon takes no more. Push another commit; an empty one is enough "
                "(`git commit --allow-empty`), and keeps approvals and waiting time."
            ),
            "another commit, as this one has had too many statuses",
        ),
        (
            Condition(ConditionKind.FINAL_COMMENT, met=False, days=10),
            "Final comment period of 10 days: a maintainer begins it with `/fcp`.",
            "a final comment period",
        ),
        (
            Condition(ConditionKind.FINAL_COMMENT, met=False, days=10, due=DUE),
            "Final comment period of 10 days: ends at 2026-11-22 12:00 UTC.",
            "the final comment period until 2026-11-22 12:00 UTC",
        ),
        (
            Condition(ConditionKind.FINAL_COMMENT, met=True, days=10, due=DUE),
            "Final comment period of 10 days: is over.",
            "the final comment period until 2026-11-22 12:00 UTC",
        ),
        (Condition(ConditionKind.WAIT, met=False), "Waiting time: it begins when this is ready for review.", "time"),
        (
            Condition(ConditionKind.WAIT, met=False, due=DUE),
            "Waiting time: until 2026-11-22 12:00 UTC.",
            "2026-11-22 12:00 UTC",
        ),
        (Condition(ConditionKind.WAIT, met=True, due=DUE), "Waiting time: over.", "2026-11-22 12:00 UTC"),
        (
            Condition(ConditionKind.ORGANISATIONS, met=True, have=2, need=2),
            "From different organisations: 2 of 2.",
            "approvals from 2 organisations",
        ),
        (
            Condition(ConditionKind.ORGANISATIONS, met=False, have=1, need=2),
            (
                "From different organisations: 1 of 2. Whoever approves says for whom they work: `/coi none`, or "
                "`/coi DEVELOPER REASON`."
            ),
            "approvals from 2 organisations",
        ),
    ],
)
def test_a_condition_says_what_holds_and_what_is_missing(condition: Condition, line: str, missing: str) -> None:
    assert (checklist.line(condition), checklist.missing(condition)) == (line, missing)


@pytest.mark.parametrize(("length", "shown"), [(40, "x" * 40), (41, f"{'x' * 39}…")])
def test_a_concern_of_more_than_forty_characters_is_cut_in_the_status(length: int, shown: str) -> None:
    condition = Condition(ConditionKind.CONCERN, met=False, name="x" * length)
    assert checklist.missing(condition) == f"the concern '{shown}' to be settled"


def test_of_a_thousand_developers_who_are_to_be_told_the_first_are_named() -> None:
    condition = Condition(
        ConditionKind.NOTIFIED, met=False, developers=tuple(f"example-{number}" for number in range(1000))
    )
    assert "990 more" in checklist.line(condition)
    assert "990 more" in checklist.missing(condition)


def test_a_thousand_concerns_fit_into_the_comment() -> None:
    said = tuple(comment(f"/concern {'&' * 200} {number}", REVIEWER, number) for number in range(1000))
    known, found = facts(comments=said), contents(changed=(ChangedFile("Makefile", "100644", "100644", 100),))
    assert len(as_comment(build_report(known, found, judged(known, found)))) <= COMMENT_LIMIT
