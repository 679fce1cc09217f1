"""Whose reviews count."""

from __future__ import annotations

import pytest

from bot.pull_request.facts import Person, Review
from bot.pull_request.requirements import requirements
from tests.pull_request.samples import AUTHOR, MAINTAINER, OLDER, READER, REVIEWER, facts, review

APPROVED_BY_REVIEWER = review(REVIEWER, "APPROVED")
MACHINE = Person(REVIEWER.id, "example[bot]", is_bot=True)

CASES: dict[str, tuple[list[Review], list[bool], list[bool]]] = {
    # name: reviews, whether each requirement is met, and the same where a maintainer has to agree
    "nobody has looked": ([], [False], [False]),
    "a reviewer approves": ([APPROVED_BY_REVIEWER], [True], [False]),
    "a maintainer approves": ([review(MAINTAINER, "APPROVED")], [True], [True]),
    "both approve": ([APPROVED_BY_REVIEWER, review(MAINTAINER, "APPROVED")], [True], [True]),
    "a comment decides nothing": ([review(REVIEWER, "COMMENTED")], [False], [False]),
    "a comment behind an approval takes nothing back": (
        [APPROVED_BY_REVIEWER, review(REVIEWER, "COMMENTED")],
        [True],
        [False],
    ),
    "an approval of an older commit": ([review(REVIEWER, "APPROVED", OLDER)], [False], [False]),
    "an approval of a commit that is gone": ([review(REVIEWER, "APPROVED", None)], [False], [False]),
    "the author's own approval": ([review(AUTHOR, "APPROVED")], [False], [False]),
    "a reader's approval": ([review(READER, "APPROVED")], [False], [False]),
    "a stranger's approval": ([review(Person(9, "example-stranger"), "APPROVED")], [False], [False]),
    "a machine's approval": ([review(MACHINE, "APPROVED")], [False], [False]),
    "a dismissed approval": ([review(REVIEWER, "DISMISSED")], [False], [False]),
    "changes requested": ([review(REVIEWER, "CHANGES_REQUESTED")], [False, False], [False, False]),
    "changes requested on an older commit still count": (
        [review(REVIEWER, "CHANGES_REQUESTED", OLDER), review(MAINTAINER, "APPROVED")],
        [True, False],
        [True, False],
    ),
    "who asked for changes approves now": (
        [review(REVIEWER, "CHANGES_REQUESTED", OLDER), APPROVED_BY_REVIEWER],
        [True],
        [False],
    ),
    "who approved asks for changes now": (
        [APPROVED_BY_REVIEWER, review(REVIEWER, "CHANGES_REQUESTED")],
        [False, False],
        [False, False],
    ),
    "a reader's request for changes stops nobody": (
        [review(READER, "CHANGES_REQUESTED"), APPROVED_BY_REVIEWER],
        [True],
        [False],
    ),
}


@pytest.mark.parametrize(("reviews", "met", "with_maintainer"), CASES.values(), ids=CASES.keys())
def test_what_people_still_have_to_do(reviews: list[Review], met: list[bool], with_maintainer: list[bool]) -> None:
    assert [one.met for one in requirements(facts(*reviews), by_maintainer=False)] == met
    assert [one.met for one in requirements(facts(*reviews), by_maintainer=True)] == with_maintainer


def test_it_is_said_by_whom() -> None:
    asked = review(MAINTAINER, "CHANGES_REQUESTED")
    approval, objection = requirements(facts(APPROVED_BY_REVIEWER, asked), by_maintainer=False)
    assert approval.people == ("example-reviewer",)
    assert objection.people == ("example-maintainer",)
