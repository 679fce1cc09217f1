"""The policy: this repository's own, invalid ones, and the strictest of several rules."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from bot.board.model.policy import Approvers, ChangeClass, Needs, Policy, Share, needs
from bot.board.reading.document import read_policy
from bot.governance.interests import months_before
from tests.governance.samples import POLICY, policy, rule
from tests.samples import DATA

if TYPE_CHECKING:
    from collections.abc import Callable

PATH = "governance.yml"
TEXT = (DATA / PATH).read_text("utf-8")


def of_repository() -> Policy:
    reading = read_policy(PATH, TEXT.encode())
    assert reading.problems == []
    assert reading.value is not None
    return reading.value


# ---- what it says here -----------------------------------------------------------------------------------------------

ANY, ONLY = Approvers.REVIEWERS, Approvers.MAINTAINERS

# Approvals, of whom, from how many organisations, hours of waiting, days of final comments, whether the developer is told
NUMBERS: dict[ChangeClass, tuple[int | Share, Approvers, int, int, int, bool]] = {
    ChangeClass.TYPO: (1, ANY, 0, 0, 0, False),
    ChangeClass.CODE: (1, ONLY, 0, 0, 0, False),
    ChangeClass.EVIDENCE: (1, ANY, 0, 24, 0, False),
    ChangeClass.NEW_MODEL: (2, ANY, 2, 72, 0, False),
    ChangeClass.RAISED: (2, ANY, 2, 72, 0, False),
    ChangeClass.LOWERED: (2, ANY, 2, 168, 0, True),
    ChangeClass.NOT_APPLICABLE: (2, ANY, 2, 168, 0, True),
    ChangeClass.RUBRIC: (Share.MAJORITY, ONLY, 0, 0, 10, False),
    ChangeClass.GOVERNANCE: (Share.TWO_THIRDS, ONLY, 0, 0, 14, False),
}


@pytest.mark.parametrize("change", ChangeClass)
def test_each_class_needs_what_was_agreed(change: ChangeClass) -> None:
    found = of_repository().classes[change]
    assert NUMBERS[change] == (
        found.approvals,
        found.approvers,
        found.organisations,
        found.wait_hours,
        found.final_comment_days,
        found.notify_developer,
    )


def test_the_rest_is_what_was_agreed() -> None:
    found = of_repository()
    assert (found.interests.months, found.interests.rival_approvals) == (12, 1)
    assert (found.bootstrap.maintainers, found.bootstrap.approvals, found.bootstrap.wait_factor) == (3, 1, 2)
    disputes = found.disputes
    assert (disputes.reply_days, disputes.panel, disputes.appeal_days, disputes.return_days) == (14, 3, 14, 21)


def test_the_samples_of_the_other_tests_have_the_same_numbers() -> None:
    nameless = {"title", "meaning"}
    for change in ChangeClass:
        sample, real = POLICY.classes[change], of_repository().classes[change]
        assert sample.model_dump(exclude=nameless) == real.model_dump(exclude=nameless)


def test_the_classes_stand_in_the_order_of_their_gravity() -> None:
    assert list(of_repository().classes) == list(ChangeClass)
    assert [each.gravity for each in ChangeClass] == list(range(len(ChangeClass)))


def test_the_example_of_a_person_in_the_comment_can_be_taken_over() -> None:
    lines = TEXT.splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("#   - id:"))
    example = [line[1:] for line in lines[begin:] if line.startswith("#")]
    reading = read_policy(PATH, TEXT.replace("people: []", "\n".join(["people:", *example])).encode())
    assert reading.problems == []
    assert reading.value is not None
    (person,) = reading.value.people
    (work,) = person.affiliations
    assert (person.login, work.developer, work.end) == ("example-reviewer", "example", date(2026, 6, 30))
    assert reading.value.affiliations == {person.id: person}


# ---- what is refused -------------------------------------------------------------------------------------------------


def changed(*pairs: tuple[str, str]) -> Callable[[], str]:
    def text() -> str:
        found = TEXT
        for old, new in pairs:
            assert found.count(old) >= 1, old
            found = found.replace(old, new, 1)
        return found

    return text


def person(**values: str) -> Callable[[], str]:
    """Return the policy with one person who has these changes."""
    given = {"id": "7", "login": "example", "declared": "2026-11-21", "affiliations": "[]"} | values
    keys = "\n    ".join(f"{key}: {value}" for key, value in given.items())
    return changed(("people: []", f"people:\n  - {keys}"))


WORK = "\n      - {{developer: {}, from: {}}}"
BROKEN: dict[str, tuple[Callable[[], str], str]] = {
    "a class is missing": (
        changed(("  typo:\n    title: typo or metadata\n", "  typo:\n    title: x\n"), ("  rubric:", "  rubrics:")),
        "rubrics",
    ),
    "a key is unknown": (changed(("    wait_hours: 24", "    wait_days: 1")), "wait_days"),
    "a key is missing": (changed(("    approvals: 1\n  code:", "  code:")), "approvals"),
    "approvals are no number": (changed(("approvals: majority", "approvals: most")), "majority"),
    "approvals are less than none": (changed(("    approvals: 1\n  code:", "    approvals: -1\n  code:")), "0"),
    "approvals are text": (changed(("    approvals: 1\n  code:", '    approvals: "1"\n  code:')), "number"),
    "waiting is half an hour": (changed(("wait_hours: 24", "wait_hours: 0.5")), "0.5"),
    "a share of the maintainers that reviewers have": (
        changed(("    approvals: majority\n    approvers: maintainers\n", "    approvals: majority\n")),
        "maintainers",
    ),
    "approvers are somebody else": (changed(("approvers: maintainers", "approvers: friends")), "friends"),
    "a panel is even": (changed(("panel: 3", "panel: 4")), "odd"),
    "two rivals may count": (changed(("rival_approvals: 1", "rival_approvals: 2")), "1"),
    "waiting takes no time in the beginning": (changed(("wait_factor: 2", "wait_factor: 0")), "1"),
    "the version is no version": (changed(("version: 1.0.0", "version: one")), ""),
    "somebody has no number": (person(id="octocat"), "number"),
    "somebody has the number 0": (person(id="0"), "0"),
    "somebody is called what nobody can be called": (person(login="'@example'"), ""),
    "a day is a week": (person(declared="2026-W47-6"), "2026-11-21"),
    "a day doesn't exist": (person(declared="2026-02-30"), "2026-11-21"),
    "a day has an hour": (person(declared="2026-11-21T10:00:00"), "2026-11-21"),
    "work ends before it begins": (
        person(affiliations="\n      - {developer: example, from: 2026-02-01, to: 2026-01-31}"),
        "before",
    ),
    "work begins never": (person(affiliations="\n      - {developer: example}"), "from"),
    "somebody stands there twice": (
        changed(
            (
                "people: []",
                "people:\n" + "  - {id: 7, login: example, declared: 2026-11-21, affiliations: []}\n" * 2,
            )
        ),
        "twice",
    ),
    "it is no mapping": (lambda: "- one\n", ""),
    "it is empty": (lambda: "", ""),
    "it is no YAML": (lambda: "classes: [\n", ""),
}


@pytest.mark.parametrize(("text", "word"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_policy_is_refused_with_a_message(text: Callable[[], str], word: str) -> None:
    reading = read_policy(PATH, text().encode())
    assert reading.value is None
    assert reading.problems
    assert all(problem.path == PATH and problem.what and problem.remedy for problem in reading.problems)
    assert word in " ".join(f"{problem.what} {problem.remedy}" for problem in reading.problems)


# ---- what is needed together -----------------------------------------------------------------------------------------


def together(*classes: str, maintainers: int | None = 5, rules: Policy = POLICY) -> Needs:
    return needs(rules, map(ChangeClass, classes), maintainers)


def test_of_several_classes_the_strictest_counts_in_each_respect() -> None:
    expected = Needs(
        approvals=3,
        approvers=ONLY,
        organisations=2,
        wait_hours=168,
        final_comment_days=10,
        notify_developer=True,
        provisional=False,
    )
    assert together("lowered", "rubric", "typo") == together("typo", "rubric", "lowered") == expected


def test_nothing_needs_nothing() -> None:
    assert together().model_dump(mode="json") == {
        "approvals": 0,
        "approvers": "reviewers",
        "organisations": 0,
        "wait_hours": 0,
        "final_comment_days": 0,
        "notify_developer": False,
        "provisional": False,
    }


@pytest.mark.parametrize(
    ("people", "majority", "two_thirds"),
    [(1, 1, 1), (2, 2, 2), (3, 2, 2), (4, 3, 3), (5, 3, 4), (6, 4, 4), (7, 4, 5), (9, 5, 6), (100, 51, 67)],
)
def test_a_majority_is_more_than_half_and_two_thirds_are_at_least_that(
    people: int, majority: int, two_thirds: int
) -> None:
    assert (Share.MAJORITY.of(people), Share.TWO_THIRDS.of(people)) == (majority, two_thirds)


def test_a_number_that_is_greater_than_the_share_counts() -> None:
    grave = policy(classes=POLICY.classes | {ChangeClass.LOWERED: rule(4, organisations=2)})
    assert together("lowered", "rubric", maintainers=3, rules=grave).approvals == 4
    assert together("lowered", "rubric", maintainers=9, rules=grave).approvals == 5


def test_a_share_of_an_unknown_number_of_maintainers_is_unknown_whatever_else_is_needed() -> None:
    assert together("rubric", "lowered", maintainers=None).approvals is None
    assert together("lowered", maintainers=None).approvals == 2


@pytest.mark.parametrize("maintainers", [0, 1, 2])
def test_few_maintainers_need_one_approval_and_twice_the_time(maintainers: int) -> None:
    found = together("lowered", "governance", maintainers=maintainers)
    assert (found.approvals, found.organisations, found.provisional) == (1, 0, True)
    assert (found.wait_hours, found.final_comment_days) == (336, 28)
    # What isn't a number of people or of days stays.
    assert (found.approvers, found.notify_developer) == (ONLY, True)


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2027, 3, 31), 12, date(2026, 3, 31)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2028, 2, 29), 48, date(2024, 2, 29)),
        (date(2027, 3, 31), 1, date(2027, 2, 28)),
        (date(2027, 1, 15), 1, date(2026, 12, 15)),
        (date(2027, 12, 31), 0, date(2027, 12, 31)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, earlier: date) -> None:
    assert months_before(day, months) == earlier


def test_the_cached_affiliations_are_no_part_of_the_policy() -> None:
    known: dict[str, Any] = POLICY.model_dump()
    assert POLICY.affiliations.keys() == {one.id for one in POLICY.people}
    assert POLICY.model_dump() == known
