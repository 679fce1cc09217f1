"""Problems on the lines of a pull request: which of them, in which words, and whether they are the same as before."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.board.model.problem import Problem, Severity
from bot.github.actions import Annotation, AnnotationLevel
from bot.handlers.pull_request.annotations import build_annotations, check_run_texts, counted, digest

PROBLEM = Problem(
    "assessments/example/one.yaml", 9, 12, "unknown-level", "`opne` is no level", "Did you mean `open`?",
    excerpt="    level: opne", width=4,
)  # fmt: skip
WARNING = replace(PROBLEM, line=1, severity=Severity.WARNING)


def test_an_annotation_says_what_is_wrong_and_what_to_do_about_it() -> None:
    assert build_annotations([PROBLEM]) == (
        Annotation(
            path="assessments/example/one.yaml",
            line=9,
            level=AnnotationLevel.FAILURE,
            title="unknown-level",
            message="`opne` is no level. Did you mean `open`?",
            column=12,
            end_column=16,
        ),
    )


def test_errors_come_first_and_then_the_order_of_the_places() -> None:
    problems = [WARNING, *(replace(PROBLEM, line=line, what=f"`opne{line}` is no level") for line in (70, 8, 9))]
    found = build_annotations(problems, limit=3)
    assert [(each.level.value, each.line) for each in found] == [("failure", 8), ("failure", 9), ("failure", 70)]
    assert [each.line for each in build_annotations(problems)] == [8, 9, 70, 1]
    assert len(build_annotations([replace(PROBLEM, line=line, what=f"{line}") for line in range(1, 100)])) == 50


def test_the_same_problem_of_a_file_is_shown_at_its_first_place() -> None:
    assert [each.line for each in build_annotations([replace(PROBLEM, line=line) for line in (70, 8, 9)])] == [8]


def test_a_problem_of_a_whole_file_has_no_column() -> None:
    (found,) = build_annotations([replace(PROBLEM, excerpt="")])
    assert (found.column, found.end_column) == (None, None)


def test_what_cannot_be_seen_is_made_visible_and_any_path_can_be_sent() -> None:
    (found,) = build_annotations([replace(PROBLEM, what="`a\u202eb\nc`", path="assessments/\udcff")])
    assert found.message.startswith("`a\\u202eb\\u000ac`. ")
    assert json.dumps(found.path, ensure_ascii=False).encode() == b'"assessments/?"'


def test_a_message_has_at_most_two_thousand_characters() -> None:
    whole, cut = build_annotations([replace(PROBLEM, what="a" * size, remedy="b") for size in (1996, 1999)])
    assert whole.message == "a" * 1996 + ". b"
    assert cut.message == "a" * 1999 + "."


@pytest.mark.parametrize(
    ("problems", "words"),
    [
        ([], "No problems"),
        ([PROBLEM], "1 error"),
        ([WARNING] * 2, "2 warnings"),
        ([WARNING, PROBLEM], "1 error, 1 warning"),
    ],
)
def test_problems_are_counted_by_kind(problems: list[Problem], words: str) -> None:
    assert counted(problems) == words


def test_the_check_run_links_to_the_details() -> None:
    said = "The comment in the conversation says what to do about them."
    assert check_run_texts([PROBLEM]) == ("1 error", said)
    assert check_run_texts([replace(PROBLEM, what=f"{number}") for number in range(51)]) == (
        "51 errors",
        f"{said} The first 50 are shown on their lines.",
    )


def test_the_digest_tells_other_annotations_from_the_same() -> None:
    first, again, other = ([replace(PROBLEM, line=line), WARNING] for line in (9, 9, 10))
    assert digest(build_annotations(first)) == digest(build_annotations(again)) != digest(build_annotations(other))
    assert len(digest([])) == 16
