"""Problems as text, JSON and annotations, which never contain a command for the runner or terminal."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.board.model.problem import Problem, Severity
from bot.board.reading.problem_text import EXCERPT_WIDTH, as_github, as_json, as_text, summary
from bot.text.catalogue import _, code, ngettext
from tests.thorough import examples

PROBLEM = Problem(
    "assessments/example/one.yaml",
    2,
    8,
    "wrong-type",
    "`3` is a number",
    'Put it in quotes: "3".',
    excerpt="model: 3",
    width=1,
)


def problem(**changes: Any) -> Problem:
    return Problem(**({name: getattr(PROBLEM, name) for name in PROBLEM.__slots__} | changes))


# ---- commands --------------------------------------------------------------------------------------------------------

HOSTILE = [
    "::error::x", "##[group]x", "##[error]", "\r::set-env name=A::b", "\n::stop-commands::x", "%0A::error::x", "%",
    "\x1b[31m", "\x9b31m", "\u202e", "\u2066", "\u200b", "\u3164", "\u2028::error::", "\x85##[add-mask]", "\udcff", "#", "##", "[",
    "x", " ", "가", "\t", "\\", "|", "`",
]  # fmt: skip
hostile = st.lists(st.sampled_from(HOSTILE), max_size=8).map("".join)


def is_command(line: str) -> bool:
    """Return whether GitHub's runner takes a line for a command.

    `::` at its beginning but for white space, `##[` anywhere:
    https://github.com/actions/runner/blob/v2.321.0/src/Runner.Common/ActionCommand.cs
    """
    return line.lstrip().startswith("::") or "##[" in line


@settings(max_examples=examples(300), deadline=None)
@given(hostile, hostile, hostile, hostile, st.integers(1, 30), st.integers(1, 10))
@example("", "", "", "model: ##[group]x", 9, 1)  # the command is on both sides of the caret
@example("", "", "", "model: ##[group]x", 10, 1)
@example("", "x##", "[group]", "", 1, 1)
def test_nothing_from_a_file_is_a_command_or_an_escape(
    name: str, what: str, remedy: str, excerpt: str, column: int, width: int
) -> None:
    path = f"assessments/{name}"
    found = [problem(path=path, what=what, remedy=remedy, excerpt=excerpt, column=column, width=width)]
    text, listed, annotations = as_text(found), as_json(found, 1), as_github(found)
    for printed in (text, listed, annotations):
        printed.encode("utf-8")  # also what was no UTF-8
        assert all(character.isprintable() or character == "\n" for character in printed)
        assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\u3164]", printed)
    assert not any(is_command(line) for line in (text + listed).split("\n"))
    # One annotation and nothing else: its own command, and what is in it percent-encoded.
    (line,) = annotations.splitlines()
    assert line.startswith("::error file=assessments/")
    assert "##[" not in line
    assert not re.search(r"%(?!25|0A|0D|3A|2C)", line)


def test_a_message_of_an_annotation_reads_as_it_was_written() -> None:
    found = problem(path="assessments/a,b:c%/d.yaml", what="50% of: this, that")
    assert as_github([found]) == (
        "::error file=assessments/a%2Cb%3Ac%25/d.yaml,line=2,col=8,endColumn=9,title=wrong-type"
        '::50%25 of: this, that. Put it in quotes: "3".\n'
    )


def test_a_warning_is_annotated_as_a_warning() -> None:
    assert as_github([problem(severity=Severity.WARNING)]).startswith("::warning file=")


# ---- text ------------------------------------------------------------------------------------------------------------


def test_a_problem_is_shown_with_its_place_remedy_and_line() -> None:
    assert as_text([PROBLEM]) == (
        'assessments/example/one.yaml:2:8: `3` is a number. Put it in quotes: "3". [wrong-type]\n'
        "     2 | model: 3\n"
        "       |        ^\n"
    )


def test_a_problem_without_a_line_is_one_line() -> None:
    assert as_text([problem(excerpt="")]).count("\n") == 1


@pytest.mark.parametrize(
    ("excerpt", "column", "width", "before", "caret"),
    [
        ("a: b", 4, 1, 3, "^"),
        ("a: bcd", 4, 3, 3, "^~~"),
        ("모델: 이름", 5, 2, 6, "^~~~"),  # two columns for each letter
        ("모델: x", 5, 1, 6, "^"),
        ("Ａ: x", 4, 1, 4, "^"),
        ("e\u0301: x", 5, 1, 3, "^"),  # an accent that combines with its letter
        ("\u1112\u1161\u11ab: x", 6, 1, 4, "^"),  # a Korean letter in three parts, as macOS writes file names
        ("a\u202e: x", 5, 1, 9, "^"),
        ("a: \u202ex", 4, 2, 3, "^~~~~~~"),
        ("a:", 3, 1, 2, "^"),  # behind the end of the line
        ("", 1, 1, None, ""),
    ],
)
def test_the_caret_is_under_the_problem(excerpt: str, column: int, width: int, before: int | None, caret: str) -> None:
    lines = as_text([problem(excerpt=excerpt, column=column, width=width)]).splitlines()
    assert lines[2:] == ([] if before is None else [f"       | {' ' * before}{caret}"])


@settings(max_examples=examples(100), deadline=None)
@given(st.integers(1, 1000), st.integers(1, 900))
def test_a_long_line_is_cut_around_the_problem(column: int, width: int) -> None:
    excerpt = "".join(chr(ord("a") + number % 26) for number in range(1000))
    width = min(width, len(excerpt) - column + 1)
    _, line, caret = as_text([problem(excerpt=excerpt, column=column, width=width)]).splitlines()
    assert len(line) <= EXCERPT_WIDTH + len("     2 | ") + 2
    start = caret.index("^")
    assert line[start] == excerpt[column - 1]
    marked = line[start : len(caret)]
    assert excerpt[column - 1 :].startswith(marked)
    assert len(marked) == width or len(marked) >= EXCERPT_WIDTH // 2 - 1
    assert line.endswith("…") != line.endswith(excerpt[-1:]) or len(marked) == width


@pytest.mark.parametrize(
    ("severities", "checked", "expected"),
    [
        ([], 0, "0 files checked: no problems."),
        ([], 1, "1 file checked: no problems."),
        (["error"], 1, "1 file checked: 1 error."),
        (["error", "error", "warning"], 30_000, "30,000 files checked: 2 errors, 1 warning."),
        (["warning", "warning"], 2, "2 files checked: 2 warnings."),
    ],
)
def test_the_summary_counts(severities: list[str], checked: int, expected: str) -> None:
    assert summary([problem(severity=Severity(severity)) for severity in severities], checked) == expected


# ---- JSON ------------------------------------------------------------------------------------------------------------


def test_the_json_has_a_stable_shape() -> None:
    document = json.loads(as_json([PROBLEM, problem(severity=Severity.WARNING)], 3))
    version = document.pop("format_version")
    assert str(version).startswith("1")
    assert list(document) == ["files_checked", "errors", "warnings", "problems"]
    assert (document["files_checked"], document["errors"], document["warnings"]) == (3, 1, 1)
    assert document["problems"][0] == {
        "path": "assessments/example/one.yaml",
        "line": 2,
        "column": 8,
        "width": 1,
        "severity": "error",
        "rule": "wrong-type",
        "what": "`3` is a number",
        "remedy": 'Put it in quotes: "3".',
    }


@settings(max_examples=examples(100), deadline=None)
@given(hostile)
def test_the_json_gives_back_the_text(what: str) -> None:
    assert json.loads(as_json([problem(what=what)], 1))["problems"][0]["what"] == what


# ---- groups ----------------------------------------------------------------------------------------------------------


def unrated(line: int, criterion: str) -> Problem:
    what = ngettext("%(key)s has no value", "%(number)s keys have no value: %(key)s", 1, key=code(criterion))
    return problem(line=line, column=5, rule="empty", what=what, remedy=_("Delete it."))


GROUP = [unrated(3, "weights"), PROBLEM, unrated(14, "code")]


def test_repeated_problems_are_said_once_with_their_lines() -> None:
    text = as_text(GROUP).splitlines()
    assert text[0] == ("assessments/example/one.yaml:3:5: 2 keys have no value: `weights`, `code`. Delete it. [empty]")
    assert text[1] == "       | on lines 3, 14"
    assert text[2].startswith("assessments/example/one.yaml:2:8: ")
    assert len(json.loads(as_json(GROUP, 1))["problems"]) == 3


def test_repeated_problems_on_one_line_are_shown_there() -> None:
    assert as_text([unrated(3, "weights"), unrated(3, "code")]).splitlines()[1] == "     3 | model: 3"


def test_repeated_problems_are_one_annotation_at_the_first_place() -> None:
    first, second = as_github(GROUP).splitlines()
    assert first.startswith("::error file=assessments/example/one.yaml,line=3,col=5,endColumn=6,title=empty::2 keys")
    assert first.endswith(" (on lines 3, 14)")
    assert ",line=2," in second


def test_problems_are_shown_in_another_language() -> None:
    text = as_text(GROUP, "ko").splitlines()
    assert text[0].endswith(": 값이 없는 키가 2개 있습니다: `weights`, `code`. 지워 주세요. [empty]")
    assert text[1] == "       | 3, 14행"
