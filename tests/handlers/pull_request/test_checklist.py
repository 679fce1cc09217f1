"""The words of single conditions, where there is more to name than anybody reads."""

from __future__ import annotations

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


def test_of_a_thousand_developers_to_notify_the_first_are_named() -> None:
    condition = Condition(
        ConditionKind.NOTIFIED, met=False, developers=tuple(f"example-{number}" for number in range(1000))
    )
    assert "990 more" in checklist.line(condition)
    assert "990 more" in checklist.missing(condition)


def test_a_thousand_concerns_fit_into_the_comment() -> None:
    said = tuple(comment(f"/concern {'&' * 200} {number}", REVIEWER, number) for number in range(1000))
    known, found = facts(comments=said), contents(changed=(ChangedFile("Makefile", "100644", "100644", 100),))
    assert len(as_comment(build_report(known, found, judged(known, found)))) <= COMMENT_LIMIT
