"""Fixes offered with one click: which of them, in which words, and never twice."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.board.model.problem import Fix, Problem, Severity
from bot.github.actions import Suggest, Suggestion
from bot.handlers.pull_request.suggestions import MOST_SUGGESTIONS, suggest
from tests.site.page import html_of, page_of

HEAD = "0123456789abcdef0123456789abcdef01234567"
ONE = "assessments/example/one.yaml"
PROBLEM = Problem(
    ONE, 9, 12, "unknown-level", "`opne` is no level", "Did you mean `open`?",
    excerpt="    level: opne", width=4, fix=Fix(9, 9, ("    level: open",)),
)  # fmt: skip
LINES = {ONE: frozenset(range(1, 1000))}


def moved(by: int, **changes: object) -> Problem:
    line = PROBLEM.line + by
    return replace(PROBLEM, line=line, fix=Fix(line, line, ("    level: open",)), **changes)  # type: ignore[arg-type]


def offered(*problems: Problem, earlier: tuple[str, ...] = ()) -> Suggest:
    found = suggest(HEAD, problems, LINES, earlier)
    assert found is not None
    return found


def test_a_fix_is_offered_with_its_problem_in_a_review_that_says_how_to_take_it_over() -> None:
    found = offered(PROBLEM)
    said = "`opne` is no level. Did you mean `open`?\n\n```suggestion\n    level: open\n```"
    assert (found.commit, found.suggestions) == (HEAD, (Suggestion(ONE, 9, 9, said),))
    assert re.fullmatch(
        r"1 problem can be fixed with one click: where the suggestion says what you mean, press \*Commit suggestion\*\."
        r"\n\n<!-- openness-bot:suggestions [0-9a-f]{16} -->",
        found.body,
    )
    assert offered(PROBLEM, moved(3)).body.startswith("2 problems can be fixed with one click each: ")


def test_deleted_lines_are_offered_with_a_warning_to_keep_what_only_they_say() -> None:
    repeated = replace(PROBLEM, rule="repeated-url", fix=Fix(9, 11, ()))
    (found,) = offered(repeated).suggestions
    assert (found.first_line, found.last_line) == (9, 11)
    assert found.body.endswith(
        " The suggestion deletes this item: first copy to the other one what only this one says.\n\n```suggestion\n```"
    )


@pytest.mark.parametrize(
    "problem",
    [
        replace(PROBLEM, fix=None),
        replace(PROBLEM, path="assessments/example/two.yaml"),
        replace(PROBLEM, fix=Fix(999, 1000, ())),
        replace(PROBLEM, fix=Fix(9, 9, ("    level: open\n```\n@example",))),
    ],
    ids=["no fix", "a file that the diff does not show", "a line that it does not show", "a line that is two"],
)
def test_what_github_would_refuse_or_nobody_could_mean_is_not_offered(problem: Problem) -> None:
    assert suggest(HEAD, [problem], LINES, []) is None


def test_no_two_suggestions_are_about_one_line_and_errors_come_first() -> None:
    warning = replace(PROBLEM, severity=Severity.WARNING, line=8, fix=Fix(8, 9, ("a", "b")))
    found = offered(warning, PROBLEM, replace(PROBLEM, column=13))
    assert [(each.first_line, each.last_line) for each in found.suggestions] == [(9, 9)]


def test_what_was_offered_is_not_offered_again_wherever_its_line_has_moved() -> None:
    first = offered(PROBLEM)
    assert suggest(HEAD, [moved(5)], LINES, [first.body]) is None
    other = moved(6, excerpt="    level: Open")
    again = offered(PROBLEM, other, earlier=("A review without a marker.", first.body))
    assert [each.first_line for each in again.suggestions] == [15]
    assert suggest(HEAD, [PROBLEM, other], LINES, [first.body, again.body]) is None


def test_equal_lines_are_each_offered() -> None:
    found = offered(PROBLEM, moved(4))
    assert len(found.suggestions) == 2
    assert len(re.findall(" [0-9a-f]{16}", found.body)) == 1


def test_one_pull_request_gets_no_more_than_twenty_over_all_its_reviews() -> None:
    problems = [moved(number, excerpt=f"    level: opne{number}") for number in range(50)]
    bodies = [offered(*problems[:15]).body]
    second = offered(*problems, earlier=tuple(bodies))
    assert len(second.suggestions) == MOST_SUGGESTIONS - 15
    assert suggest(HEAD, problems, LINES, [*bodies, second.body]) is None


def test_a_marker_that_is_no_end_of_a_review_counts_for_nothing() -> None:
    assert offered(PROBLEM, earlier=(f"{offered(PROBLEM).body} said somebody",)).suggestions


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n")), st.text())
def test_nothing_of_a_line_or_a_message_leaves_its_place(line: str, what: str) -> None:
    hostile = replace(PROBLEM, what=what, fix=Fix(9, 9, (line, "```", "~~~", "<!-- -->@example</details>")))
    (found,) = offered(hostile).suggestions
    page = page_of(html_of(found.body))
    assert page.elements.count("pre") == 1
    assert set(page.elements) <= {"p", "code", "pre", "span"}
    inside = html_of(found.body).partition("<pre")[2]
    assert inside.endswith("@example&lt;/details&gt;\n</code></pre>\n")
