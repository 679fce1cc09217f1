"""One file to a checked value, or to every problem that is in it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.board.model.assessment import MODELINE, assessment_type
from bot.board.model.problem import Severity
from bot.board.model.rubric import Level
from bot.board.reading.document import MOST_PROBLEMS, Reader, read_rubric
from bot.board.reading.scalars import read_scalar
from bot.board.reading.source import LARGEST_FILE
from tests.board.reading.golden import BASE, FIRST, TODAY
from tests.board.reading.soup import anything
from tests.samples import DATA, document, rubric
from tests.thorough import examples

READER = Reader(rubric(), TODAY)
VALID = (BASE / FIRST).read_text("utf-8")


def written(content: dict[str, Any], **how: Any) -> bytes:
    return f"{MODELINE.format('assessment')}\n{yaml.safe_dump(content, **how)}".encode()


def rules(data: bytes | str) -> list[str]:
    reading = READER.assessment("a.yaml", data.encode() if isinstance(data, str) else data)
    return [problem.rule for problem in reading.problems]


# ---- any bytes -------------------------------------------------------------------------------------------------------


@settings(max_examples=examples(400), deadline=None)
@given(anything)
@example(b"\xff\xfe")
@example(b"\x00")
@example(b"model: \xed\xa0\x80")
def test_any_bytes_give_a_value_or_errors_with_a_place(data: bytes) -> None:
    for reading in (READER.assessment("a.yaml", data), READER.developer("b.yaml", data), read_rubric("c.yaml", data)):
        errors = [problem for problem in reading.problems if problem.severity is Severity.ERROR]
        assert (reading.value is None) == bool(errors)
        assert reading.problems == sorted(reading.problems)
        for problem in reading.problems:
            assert problem.line >= 1
            assert 1 <= problem.column <= len(problem.excerpt) + 1
            assert 1 <= problem.width <= max(1, len(problem.excerpt) - problem.column + 1)
            assert problem.what
            assert problem.remedy.endswith((".", "?"))
            assert not problem.what.endswith(".")


# ---- valid files -----------------------------------------------------------------------------------------------------

LEVELS = st.sampled_from([Level.OPEN, Level.SEMI_OPEN, Level.CLOSED])
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20).filter(
    lambda text: (
        text.isprintable()
        and not any(c in text for c in "\u115f\u1160\u2800\u3164\uffa0\U00016fe4\U0001d159")
        # PyYAML writes 0E0 without quotes, which is a number to others.
        and read_scalar(text).readings is None
    )
)


@settings(max_examples=examples(100), deadline=None)
@given(model=WORDS, fact=WORDS, level=LEVELS, flow=st.booleans(), unicode=st.booleans(), width=st.integers(10, 200))
def test_a_valid_document_reads_to_the_assessment_that_was_written(
    model: str, fact: str, level: Level, flow: bool, unicode: bool, width: int
) -> None:
    evidence = [{"url": "https://example.org/code", "where": "README", "fact": fact}]
    content = document(model, ratings={"code": {"level": str(level), "evidence": evidence}})
    data = written(content, default_flow_style=flow, allow_unicode=unicode, width=width)
    reading = READER.assessment("a.yaml", data)
    assert reading.problems == []
    assert repr(reading.value) == repr(assessment_type(rubric()).model_validate(content, context={"today": TODAY}))


def test_line_ends_of_windows_change_nothing() -> None:
    reading = READER.assessment("a.yaml", VALID.replace("\n", "\r\n").encode())
    assert reading.problems == []
    assert repr(reading.value) == repr(READER.assessment("a.yaml", VALID.encode()).value)


# ---- every problem is found, whatever else is broken -----------------------------------------------------------------

# One line of the valid file, what breaks it, and the rule that says so. No two change the same line.
BREAKAGES = [
    ("model: Example One", "model: 3", "wrong-type"),
    ("released: 2026-03-01", "released: 2026-02-30", "date"),
    ("modality: [text]", "modality: [txet]", "unknown-word"),
    ("huggingface: example/one", "huggingface: one", "hub-id"),
    ("license: Apache-2.0", "licence: Apache-2.0", "unknown-key"),
    ("    level: open", "    level: opne", "unknown-level"),
    ("https://example.org/weights", "https://localhost/weights", "url-local"),
    ("where: Files", "where: &here Files", "anchor"),
    ("accessed: 2026-11-20", "accessed: 2027-11-20", "date-in-future"),
    ("    level: closed", "    level: semi-open", "evidence-missing"),
    ("license: {level", "licenze: {level", "unknown-criterion"),
    ("  paper: {level: closed}\n", "", "missing-criterion"),
    ("tokenizer: {level", "tokenizer: {levle", "unknown-key"),
    ("hardware: {level: closed}", "hardware: {level: closed}\n  hardware: {level: open}", "duplicate-key"),
    ("software: {level: closed}", "software: {level: *x}", "alias"),
    ("api: {level: closed}", "api: {level: clo\u200bsed}", "unseen-character"),
    ("pretraining_method: {level: closed}", "pretraining_method: {level: closed, note: }", "empty"),
    ("finetuning_method: {level: closed}", "finetuning_method: {level: !!str closed}", "tag"),
    ("rl_method: {level: closed}", "rl_method: {<<: *x, level: closed}", "merge-key"),
    ("fact: All weights can be downloaded.", "fact: [a]", "nesting"),
    ("finetuning_data: {level: closed}", 'finetuning_data: {level: closed, note: "\\t"}', "tab"),
    ("rl_data: {level: closed}", "rl_data: closed", "wrong-type"),
]


@settings(max_examples=examples(150), deadline=None)
@given(st.sets(st.sampled_from(BREAKAGES), min_size=1))
@example(set(BREAKAGES))
def test_each_problem_is_found_whatever_else_is_broken(breakages: set[tuple[str, str, str]]) -> None:
    text = VALID
    for old, new, _ in breakages:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    assert sorted(rules(text)) == sorted(rule for _, _, rule in breakages)


def test_of_very_many_problems_the_first_are_shown_and_the_rest_counted() -> None:
    text = VALID.replace("[text]", f"[{', '.join(['txet'] * 300)}]")
    reading = READER.assessment("a.yaml", text.encode())
    assert len(reading.problems) == MOST_PROBLEMS + 1
    last = reading.problems[-1]
    assert (last.rule, last.severity) == ("more-problems", Severity.ERROR)
    assert last.what == "there are 100 more problems from here on"


def test_an_error_behind_very_many_warnings_still_counts() -> None:
    item = "      - url: https://github.com/example/one/blob/main/{}\n        where: x\n        fact: y\n"
    items = "".join(item.format(number) for number in range(300))
    text = VALID.replace("    evidence:\n", f"    evidence:\n{items}").replace(
        "filtering: {level: closed}", "filtering: 1"
    )
    reading = READER.assessment("a.yaml", text.encode())
    assert reading.value is None
    assert reading.problems[-1].severity is Severity.ERROR


@pytest.mark.parametrize(("more", "fine"), [(0, True), (1, False)])
def test_a_file_of_64_kib_is_read_and_one_byte_more_is_not(more: int, fine: bool) -> None:
    data = VALID.encode()
    data += b"#" * (LARGEST_FILE - len(data) - 1 + more) + b"\n"
    assert rules(data) == ([] if fine else ["file-too-large"])


@pytest.mark.parametrize(
    ("day", "expected"), [("2026-11-20", []), ("2026-11-21", []), ("2026-11-22", ["date-in-future"])]
)
def test_a_day_that_has_begun_somewhere_on_earth_is_not_in_the_future(day: str, expected: list[str]) -> None:
    assert rules(VALID.replace("2026-03-01", day)) == expected


def test_a_misspelt_key_below_a_key_of_its_own_name_is_met_by_a_question() -> None:
    data = (DATA / "schema/rubric.yaml").read_bytes().replace(b"    title: open\n", b"    titel: open\n", 1)
    (problem,) = read_rubric("schema/rubric.yaml", data).problems
    assert (problem.what, problem.remedy) == ("the key `titel` is unknown here", "Did you mean `title`?")
