"""Reading `governance.yml`: problems with their place and remedy, and unknown developers in affiliations."""

from __future__ import annotations

import pytest

from bot.board.model.problem import Severity
from bot.board.reading.document import read_policy
from tests.samples import DATA

TEXT = (DATA / "governance.yml").read_text("utf-8")
DEVELOPERS = ("example", "example-labs")
PERSON = """people:
  - id: 1000001
    login: example-reviewer
    declared: 2026-11-21
    affiliations:
      - developer: example
        from: 2024-03-01
"""


def edited(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def problems(text: str) -> list[str]:
    return [
        f"{problem.excerpt.strip()}: {problem.what}. {problem.remedy}"
        for problem in read_policy("governance.yml", text.encode(), DEVELOPERS).problems
    ]


def test_a_valid_policy_has_no_problems() -> None:
    reading = read_policy("governance.yml", TEXT.encode(), DEVELOPERS)
    assert reading.problems == []
    assert reading.value is not None


def test_a_declared_person_is_read_with_their_affiliations() -> None:
    reading = read_policy("governance.yml", edited("people: []\n", PERSON).encode(), DEVELOPERS)
    assert reading.problems == []
    assert reading.value is not None
    assert [each.developer for each in reading.value.affiliations[1000001].affiliations] == ["example"]


def test_the_example_in_the_file_is_one() -> None:
    comment = TEXT.partition("For example:\n#\n")[2].partition("people: []")[0]
    example = "people:\n" + "".join(f"{line.removeprefix('#')[1:]}\n" for line in comment.splitlines())
    assert problems(edited("people: []\n", example)) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "people: []\n",
            PERSON.replace("developer: example", "developer: exampel"),
            "- developer: exampel: there is no developer `exampel`. Did you mean `example`?",
        ),
        (
            "people: []\n",
            PERSON.replace("developer: example", "developer: zzz"),
            (
                "- developer: zzz: there is no developer `zzz`. Write the name of a folder under `assessments/`: "
                "`example`, `example-labs`."
            ),
        ),
        (
            "people: []\n",
            PERSON.replace("2024-03-01", "2024-13-01"),
            "from: 2024-13-01: `2024-13-01` is not a date. Write year, month and day, such as `2026-11-21`.",
        ),
        (
            "people: []\n",
            f"{PERSON}        to: 2023-01-01\n",
            "- developer: example: `to` is before `from`. Write the first day as `from`, the last as `to`.",
        ),
        (
            "people: []\n",
            f"{PERSON}        to:\n",
            "to:: `to` has no value. Write the value after the colon, or delete the key if it is not needed.",
        ),
        (
            "people: []\n",
            PERSON.replace("1000001", '"1000001"'),
            '- id: "1000001": `"1000001"` is not a whole number. Write all digits without quotes: `1000001`.',
        ),
        (
            "approvals: majority\n",
            "approvals: most\n",
            "approvals: most: `most` is not a number of approvals. Write a number such as `2`, or `majority` or `two-thirds`.",
        ),
        ("interests:\n", "interest:\n", "interest:: the key `interest` is unknown here. Did you mean `interests`?"),
        (
            "panel: 3",
            "panel: 4",
            "disputes:: `panel` is even. Write an odd number, so that there is always a majority.",
        ),
        ("months: 12", "months: -1", "months: -1: `-1` is out of range. Write 0 or a greater number."),
    ],
)
def test_a_problem_names_its_place_and_what_to_do(old: str, new: str, expected: str) -> None:
    assert problems(edited(old, new)) == [expected]
    assert read_policy("governance.yml", edited(old, new).encode(), DEVELOPERS).value is None


def test_a_class_that_is_none_is_named_with_the_one_that_was_meant() -> None:
    (said,) = problems(edited("  typo:\n", "  tpyo:\n"))
    assert said.startswith("tpyo:: the key `tpyo` is not allowed here. Did you mean `typo`?")


def test_unknown_developers_are_reported_even_where_the_rest_is_broken() -> None:
    text = edited("people: []\n", PERSON.replace("developer: example", "developer: nobody")).replace(
        "panel: 3", "panel: x"
    )
    assert len(problems(text)) == 2


def test_without_a_list_of_developers_none_is_unknown() -> None:
    text = edited("people: []\n", PERSON.replace("developer: example", "developer: gone-since"))
    assert read_policy("governance.yml", text.encode()).problems == []


def test_a_missing_first_line_is_only_worth_a_warning() -> None:
    reading = read_policy("governance.yml", TEXT.partition("\n")[2].encode(), DEVELOPERS)
    assert [problem.severity for problem in reading.problems] == [Severity.WARNING]
    assert reading.value is not None


@pytest.mark.parametrize("login", ["example-reviewer", "Example-REVIEWER"])
def test_one_login_is_one_account(login: str) -> None:
    second = f"  - {{id: 1000002, login: {login}, declared: 2026-11-21}}\n"
    (problem,) = problems(edited("people: []\n", PERSON + second))
    assert "the login `example-reviewer` is under `people` twice" in problem
    assert problems(edited("people: []\n", PERSON + second.replace(login, "example-other"))) == []
