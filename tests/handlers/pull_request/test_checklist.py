"""The words of single conditions, where there is more to name than anybody reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.board.model.policy import Approvers
from bot.governance.judgement import Condition, ConditionKind
from bot.handlers.pull_request import checklist
from bot.handlers.pull_request.checklist import NAMED_PEOPLE, enumerate_few
from bot.handlers.pull_request.comment import COMMENT_LIMIT, as_comment
from bot.handlers.pull_request.decision import build_report
from bot.handlers.pull_request.facts import ChangedFile
from tests.handlers.pull_request.samples import REVIEWER, comment, contents, facts, judged
from tests.handlers.pull_request.test_comment import judgement, report


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, "1"),
        (2, "1 and 2"),
        (3, "1, 2 and 3"),
        (NAMED_PEOPLE, "1, 2, 3, 4, 5, 6, 7, 8, 9 and 10"),
        (NAMED_PEOPLE + 2, "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more"),
    ],
)
def test_of_many_the_first_are_named(count: int, expected: str) -> None:
    assert enumerate_few([str(number) for number in range(1, count + 1)]) == expected


MAINTAINERS = Approvers.MAINTAINERS


@pytest.mark.parametrize(
    ("have", "need", "approvers", "words"),
    [
        (0, 1, Approvers.REVIEWERS, "1 approval by a reviewer"),
        (0, 2, Approvers.REVIEWERS, "2 approvals by reviewers"),
        (1, 2, Approvers.REVIEWERS, "1 more approval by a reviewer"),
        (1, 3, Approvers.REVIEWERS, "2 more approvals by reviewers"),
        (0, 1, MAINTAINERS, "1 approval by a maintainer"),
        (1, 3, MAINTAINERS, "2 more approvals by maintainers"),
        (1, None, Approvers.REVIEWERS, "a list of the maintainers from GitHub"),
    ],
)
def test_the_approvals_that_are_missing_are_counted(
    have: int, need: int | None, approvers: Approvers, words: str
) -> None:
    condition = Condition(ConditionKind.APPROVALS, met=False, have=have, need=need, approvers=approvers)
    assert checklist.missing(condition) == words


DUE = datetime(2026, 11, 22, 12, tzinfo=UTC)
WAIT = Condition(ConditionKind.WAIT, met=False, due=DUE)
APPROVAL = Condition(ConditionKind.APPROVALS, met=False, need=1)


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ([APPROVAL], "waiting for 1 approval by a reviewer"),
        ([WAIT], "waiting until 2026-11-22 12:00 UTC"),
        ([WAIT, APPROVAL], "waiting until 2026-11-22 12:00 UTC for 1 approval by a reviewer"),
        (
            [WAIT, Condition(ConditionKind.FINAL_COMMENT, met=False, days=10, due=DUE + timedelta(days=1))],
            "waiting until 2026-11-23 12:00 UTC",
        ),
        ([WAIT._replace(met=True), APPROVAL], "waiting for 1 approval by a reviewer"),
        (
            [WAIT, APPROVAL, Condition(ConditionKind.FINAL_COMMENT, met=False, days=10)],
            "waiting until 2026-11-22 12:00 UTC for 1 approval by a reviewer and a final comment period",
        ),
        ([Condition(ConditionKind.WAIT, met=False)], "waiting for the waiting time to begin"),
    ],
)
def test_it_waits_until_the_last_moment_for_all_that_is_missing(conditions: list[Condition], words: str) -> None:
    assert checklist.waiting(conditions) == words


@pytest.mark.parametrize(
    ("condition", "line"),
    [
        (
            Condition(ConditionKind.FINAL_COMMENT, met=False, days=10, is_anew=True),
            (
                "Final comment period of 10 days: the earlier one does not count any more; a maintainer begins another with "
                "`/fcp`."
            ),
        ),
        (
            Condition(ConditionKind.SHARED_COMMIT, met=False, pulls=(3, 7)),
            (
                "<span>\\#</span>3 and <span>\\#</span>7 have the same commit, and so the same status: close all but one of "
                "them, or push another commit, then comment `/recheck`."
            ),
        ),
        (
            Condition(ConditionKind.SPENT_COMMIT, met=False),
            (
                "This commit has so many statuses that GitHub soon accepts no more. Push another commit; an empty one is enough "
                "(`git commit --allow-empty`), and keeps approvals and the waiting time."
            ),
        ),
        (
            Condition(ConditionKind.FINAL_COMMENT, met=False, days=10),
            "Final comment period of 10 days: a maintainer begins it with `/fcp`.",
        ),
        (
            Condition(ConditionKind.FINAL_COMMENT, met=False, days=10, due=DUE),
            "Final comment period of 10 days: ends at 2026-11-22 12:00 UTC.",
        ),
        (
            Condition(ConditionKind.FINAL_COMMENT, met=True, days=10, due=DUE),
            "Final comment period of 10 days: over.",
        ),
        (Condition(ConditionKind.WAIT, met=False), "Waiting time: it begins when this is ready for review."),
        (
            Condition(ConditionKind.ORGANISATIONS, met=True, have=2, need=2),
            "From different organisations: 2 of 2.",
        ),
        (
            Condition(ConditionKind.ORGANISATIONS, met=False, have=1, need=2, people=("example-ann",)),
            (
                "From different organisations: 1 of 2 (example-ann). A person who approves says for whom they work: `/coi none`, "
                "or `/coi DEVELOPER REASON`."
            ),
        ),
        (
            Condition(ConditionKind.NOTIFIED, met=False, developers=("example", "example-labs")),
            (
                "Nobody is declared for example, example-labs: a reviewer tells them where they take questions, then comments "
                "`/notified example LINK`, `/notified example-labs LINK`."
            ),
        ),
    ],
)
def test_a_condition_says_what_holds_and_what_is_missing(condition: Condition, line: str) -> None:
    text = as_comment(report(judgement=judgement(condition)))
    assert f"\n- {'✅' if condition.met else '⏳'} {line}\n" in text


@pytest.mark.parametrize(("length", "shown"), [(40, "x" * 40), (41, f"{'x' * 39}…")])
def test_a_concern_of_more_than_forty_characters_is_cut_in_the_status(length: int, shown: str) -> None:
    condition = Condition(ConditionKind.CONCERN, met=False, name="x" * length)
    assert checklist.missing(condition) == f"the concern “{shown}” to be resolved"


def test_of_a_thousand_developers_who_are_to_be_told_the_first_are_named() -> None:
    condition = Condition(
        ConditionKind.NOTIFIED, met=False, developers=tuple(f"example-{number}" for number in range(1000))
    )
    assert "example-9 and 990 more:" in as_comment(report(judgement=judgement(condition)))
    assert "990 more" in checklist.missing(condition)


def test_a_thousand_concerns_fit_into_the_comment() -> None:
    said = tuple(comment(f"/concern {'&' * 200} {number}", REVIEWER, number) for number in range(1000))
    known, found = facts(comments=said), contents(changed=(ChangedFile("Makefile", "100644", "100644", 100),))
    assert len(as_comment(build_report(known, found, judged(known, found)))) <= COMMENT_LIMIT
