"""Rules about links, and fixes: a fix that is applied removes its problem and adds no other."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.board.reading.corpus import read_corpus
from bot.board.reading.document import MOST_PROBLEMS, Reader
from bot.board.reading.strict_yaml import FAST_PARSER, PureParser
from bot.board.reading.tree import Folder
from tests.board.reading.golden import BASE, FIRST, TODAY, Case, cases, make_tree
from tests.samples import rubric
from tests.thorough import examples

if TYPE_CHECKING:
    from pathlib import Path

    from bot.board.model.problem import Problem

READER = Reader(rubric(), TODAY)
VALID = (BASE / FIRST).read_text("utf-8")
LEVEL = "    level: open\n"
URL = "      - url: https://example.org/weights\n"
LAST = "        accessed: 2026-11-20\n"


def problems_of(text: str) -> list[Problem]:
    return READER.assessment("a.yaml", text.encode("utf-8", "surrogatepass")).problems


def taken_over(text: str, problem: Problem) -> str:
    assert problem.fix is not None
    lines = text.split("\n")
    first, last, new = problem.fix
    assert 1 <= first <= problem.line <= last <= len(lines)
    return "\n".join([*lines[: first - 1], *new, *lines[last:]])


def count_problems(problems: list[Problem]) -> Counter[tuple[str, str, str]]:
    """Count problems without their positions, which a fix moves, and without the lines that they name."""
    return Counter((one.rule, re.sub(r"on line [0-9]+", "", one.what), one.excerpt) for one in problems)


def check(before: str, after: str, problem: Problem, problems: list[Problem], now: list[Problem]) -> None:
    gone = count_problems(problems) - count_problems(now)
    come = {rule for rule, *_ in count_problems(now) - count_problems(problems)}
    assert problem.rule in {rule for rule, *_ in gone}, (before, after)
    # A problem on the fixed line is shown with the new line, so it counts as another one.
    assert come <= {rule for rule, *_ in gone} - {problem.rule}, (before, after, come)


# ---- broken files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_every_fix_of_a_broken_file_removes_its_problem_and_adds_none(case: Case, tmp_path: Path) -> None:
    make_tree(case, tmp_path)
    problems = read_corpus(Folder(tmp_path), READER).problems
    for problem in problems:
        if problem.fix is not None:
            file = tmp_path / problem.path
            before = file.read_bytes()
            after = taken_over(before.decode(), problem)
            file.write_text(after, encoding="utf-8")
            check(before.decode(), after, problem, problems, read_corpus(Folder(tmp_path), READER).problems)
            file.write_bytes(before)


def test_the_kinds_of_problems_that_have_a_fix(tmp_path: Path) -> None:
    fixed = set()
    for case in cases():
        make_tree(case, tmp_path / case.name)
        problems = read_corpus(Folder(tmp_path / case.name), READER).problems
        fixed |= {problem.rule for problem in problems if problem.fix}
    assert fixed == {"unknown-level", "plain-http", "repeated-url", "modeline", "typography", "unquoted"}


@pytest.mark.thorough
@pytest.mark.skipif(FAST_PARSER is None, reason="there is no libyaml here to compare with")
@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_both_parsers_lead_to_the_same_fixes(case: Case, tmp_path: Path) -> None:
    make_tree(case, tmp_path)
    fast, pure = (
        [problem.fix for problem in read_corpus(Folder(tmp_path), Reader(rubric(), TODAY, parser)).problems]
        for parser in (None, PureParser)
    )
    assert fast == pure


# ---- one by one ------------------------------------------------------------------------------------------------------


def fixes(text: str) -> list[tuple[str, ...]]:
    return [problem.fix.lines for problem in problems_of(text) if problem.fix]


@pytest.mark.parametrize(
    ("level", "fixed"),
    [
        ("    level: opne\n", "    level: open"),
        ("    level: Open  # since May\n", "    level: open  # since May"),
        ("    level: 'semi open'\n", "    level: 'semi-open'"),
        ('    "level":   "Semi-Open"\n', '    "level":   "semi-open"'),
        ("    level: colsed\n", "    level: closed"),
    ],
)
def test_a_misspelt_level_is_fixed_and_the_rest_of_its_line_stays(level: str, fixed: str) -> None:
    assert fixes(VALID.replace(LEVEL, level)) == [(fixed,)]


@pytest.mark.parametrize(
    "level", ["not open", "yes", "0.5", "unknown", "open (gated)", "[open]", "semi-closed", "opened up"]
)
def test_other_words_than_a_level_are_for_their_author_to_replace(level: str) -> None:
    assert fixes(VALID.replace(LEVEL, f"    level: {level}\n")) == []


@pytest.mark.parametrize(
    ("rating", "has_fix"),
    [
        ("{level: clsoed}", True),
        ("{level: opne}", False),
        ("{level: opne, evidence: []}", False),
        ("{level: opne, evidence: [{url: https://example.org/a, fact: It says so.}]}", True),
        ("{level: not aplicable, evidence: [{url: https://example.org/a, fact: It says so.}]}", False),
        ("{level: not aplicable, evidence: [{url: https://example.org/a, fact: It says so.}], note: Why.}", True),
    ],
)
def test_a_level_is_not_fixed_while_its_evidence_or_note_is_missing(rating: str, has_fix: bool) -> None:
    assert bool(fixes(VALID.replace("license: {level: closed}", f"license: {rating}"))) == has_fix


@pytest.mark.parametrize(
    ("url", "fixed"),
    [
        ("http://example.org/weights", ["https://example.org/weights"]),
        ("'http://example.org/weights?from=http:'  # read", ["'https://example.org/weights?from=http:'  # read"]),
        ('"http://example.org/\\x61"', []),
        ("http://example.org:80/weights", []),
    ],
)
def test_a_plain_link_is_encrypted_where_that_can_be_the_same_page(url: str, fixed: list[str]) -> None:
    assert fixes(VALID.replace(URL, f"      - url: {url}\n")) == [(f"      - url: {line}",) for line in fixed]


@pytest.mark.parametrize(
    "spelling",
    [
        "http://example.org/weights",
        "https://example.org/weights/",
        "https://EXAMPLE.org/weights",
        "https://example.org:443/weights",
        "https://www.example.org/weights",
        "https://example.org/%77eights",
        "https://example.org/./weights",
    ],
)
def test_a_link_that_only_is_spelt_differently_repeats_another(spelling: str) -> None:
    text = VALID.replace(LAST, f"{LAST}{URL.replace('https://example.org/weights', spelling)}        fact: Two.\n")
    assert [problem.rule for problem in problems_of(text) if problem.rule != "no-where"] == ["repeated-url"]
    assert fixes(text) == [()]


@pytest.mark.parametrize(("more", "has_fixes"), [(1_000, True), (2_000, False)])
def test_what_is_on_a_very_long_line_has_no_fix(more: int, has_fixes: bool) -> None:
    items = ", ".join(f"{{url: http://example.org/{number}, fact: It says so.}}" for number in range(3))
    rating = f"{{level: closed, evidence: [{items}], note: {'x' * more}}}"
    assert len(fixes(VALID.replace("license: {level: closed}", f"license: {rating}"))) == 3 * has_fixes


def repeated(item: str, below: str = "") -> str:
    return VALID.replace(LAST, f"{LAST}{item}{below}")


SECOND = f"{URL}        where: Table 1\n        fact: Two\n          sizes.\n"


@pytest.mark.parametrize("below", ["", "\n", "    # About it.\n", "    note: Both.\n", "      # No item.\n"])
def test_a_repeated_link_is_deleted_with_its_item(below: str) -> None:
    text = repeated(SECOND, below)
    (problem,) = problems_of(text)
    assert taken_over(text, problem) == repeated("", below)


@pytest.mark.parametrize(
    "item",
    [
        "      - {url: https://example.org/weights, fact: Two.}  # read\n",
        "      -\n        url: https://example.org/weights\n        fact: Two.\n",
        "      - fact: |\n          Two.\n        url: https://example.org/weights\n        where: |\n          Page\n",
        f"{URL}        # Read it again.\n        fact: Two.\n",
        f"{URL}        fact: Two.\n        fact: Two sizes.\n",
    ],
)
def test_a_repeated_link_stays_where_its_lines_may_hold_more(item: str) -> None:
    assert fixes(repeated(item)) == []


def test_a_repeated_link_in_brackets_stays() -> None:
    item = "{url: https://example.org/a, fact: A.}"
    assert fixes(VALID.replace("{level: closed}", f"{{level: open, evidence: [{item}, {item}]}}", 1)) == []


def test_a_missing_modeline_is_put_before_the_first_line_and_a_misspelt_one_replaced() -> None:
    modeline, _, rest = VALID.partition("\n")
    assert fixes(rest) == [(modeline, "model: Example One")]
    assert fixes(f"{modeline.replace('assessment', 'asessment')}\n{rest}") == [(modeline,)]
    assert fixes(f"{rest}{modeline}\n") == []


def test_no_fix_is_offered_in_a_file_of_windows_or_on_a_line_with_invisible_characters() -> None:
    text = VALID.replace(LEVEL, "    level: opne\n")
    assert fixes(text.replace("\n", "\r\n")) == []
    assert fixes(text.replace("opne\n", "opne  # \u200b\n")) == []


def test_an_invisible_character_on_the_next_line_does_not_withhold_a_fix() -> None:
    below = f"{LEVEL}    evidence:\n"
    assert fixes(VALID.replace(below, below.replace("open", "opne").replace(":\n", ":  # \u200b\n"))) == [
        ("    level: open",)
    ]


def test_a_problem_of_a_value_on_several_lines_is_marked_by_its_first_character() -> None:
    item = f'      - url: "https://example.org/a\n{" " * 40}b"\n        where: Page\n        fact: A.\n'
    rating = f"license:\n    level: open\n    evidence:\n{item}{item}".rstrip("\n")
    text = VALID.replace("license: {level: closed}", rating)
    (problem,) = [problem for problem in problems_of(text) if problem.rule == "repeated-url"]
    line = text.split("\n")[problem.line - 1]
    assert line[problem.column - 1 :].startswith('"https://example.org/a')
    assert problem.width == 1


# ---- any file --------------------------------------------------------------------------------------------------------

LEVELS = st.sampled_from(["opne", "Open", "'semi open'", "clsoed", "n/a", "not aplicable", "closed", '"open" # why'])
LINKS = st.sampled_from(["http://example.org/a", "https://example.org/a", "'http://example.org/b'", "http://localhost"])
TEXTS = st.sampled_from(["Two.", "|\n          Two.", '"Two\n          # sizes."', ">-\n          Two.\n", "3", ""])
ITEMS = st.builds(
    lambda url, fact, key, comment: f"      - {key[0]}: {url}{comment}\n        {key[1]}: {fact}\n",
    LINKS,
    TEXTS,
    st.sampled_from([("url", "fact"), ("url", "where")]),
    st.sampled_from(["", "  # read", "\n        # read"]),
)
RATINGS = st.builds(
    lambda level, items, note: f"    level: {level}\n    evidence:\n{''.join(items)}{note}",
    LEVELS,
    st.lists(ITEMS, max_size=4),
    st.sampled_from(["", "    note: Why.\n", "    note: ''\n", "# End.\n", "\n"]),
)


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(RATINGS, min_size=1, max_size=2), st.booleans())
def test_every_fix_removes_its_problem_and_adds_none(ratings: list[str], modeline: bool) -> None:
    text = VALID if modeline else VALID.partition("\n")[2]
    for number, rating in enumerate(ratings):
        key = ("license", "paper")[number]
        text = text.replace(f"  {key}: {{level: closed}}\n", f"  {key}:\n{rating}")
    problems = problems_of(text)
    assume(len(problems) < MOST_PROBLEMS)
    for problem in problems:
        if problem.fix is not None:
            after = taken_over(text, problem)
            check(text, after, problem, problems, problems_of(after))
