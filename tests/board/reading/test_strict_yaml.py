"""Strict YAML: values, places, and limits for hostile texts."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings

from bot.board.model.assessment import NESTING
from bot.board.model.problem import Problem, Severity
from bot.board.reading.document import MOST_PROBLEMS, Reader
from bot.board.reading.scalars import read_scalar
from bot.board.reading.source import LARGEST_FILE, Source, decode
from bot.board.reading.strict_yaml import FAST_PARSER, Composed, Place, PureParser, compose
from tests.board.reading.golden import TODAY
from tests.board.reading.soup import texts
from tests.samples import rubric
from tests.thorough import examples

PARSERS = [parser for parser in (FAST_PARSER, PureParser) if parser]
each_parser = pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.__name__)
FAST = Reader(rubric(), TODAY)
PURE = Reader(rubric(), TODAY, PureParser)


def composed(text: str, parser: Any = None) -> Composed:
    return compose(Source("a.yaml", text), NESTING, parser)


def rules(result: Composed) -> list[str]:
    return [problem.rule for problem in result.problems]


# ---- values ----------------------------------------------------------------------------------------------------------


@each_parser
@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("text", "text"),
        ("2026-11-20", date(2026, 11, 20)),
        ("'3'", "3"),
        ("3", 3),
        ("-3", -3),
        ("0.5", Decimal("0.5")),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("0x1F", 31),
        ("1.5e+3", Decimal(1500)),
        ("12e34567x", "12e34567x"),
        ("'yes'", "yes"),
        ("[a, 1]", ["a", 1]),
        ("{a: b}", {"a": "b"}),
        (">\n  two\n  lines", "two lines"),
        ('"\\u00e9"', "é"),
    ],
)
def test_values_are_plain(written: str, value: object, parser: Any) -> None:
    result = composed(f"key: {written}", parser)
    assert (result.value, result.problems, result.complete) == ({"key": value}, [], True)


@each_parser
@pytest.mark.parametrize("written", ["0o7", "0x1F", "1:30", ".nan", "1_000", "1.5e+999999999999999999999"])
def test_a_number_in_either_version_of_yaml_is_a_number(written: str, parser: Any) -> None:
    assert isinstance(composed(f"key: {written}", parser).value["key"], int | Decimal)  # type: ignore[index]


@each_parser
@pytest.mark.parametrize(
    ("written", "is_exact"),
    [
        ("1.0e-40", True),
        ("1.0e-41", False),
        ("1.0e+40", True),
        ("1.0e+41", False),
        ("1.0e-999999999999", False),
        ("0.0e-999999999999", True),
        ("9" * 40, True),
        ("9" * 41, False),
    ],
)
def test_a_number_with_more_digits_than_anybody_needs_is_not_exact(written: str, is_exact: bool, parser: Any) -> None:
    number = Decimal(composed(f"key: {written}", parser).value["key"])  # type: ignore[index]
    assert number.is_nan() is not is_exact


# ---- refused ---------------------------------------------------------------------------------------------------------


@each_parser
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x\n  !!str b", ["anchor", "tag"]),  # the tag is on another line
        ("? *a\n: b", ["alias"]),
        ("&a key: b", ["anchor"]),
        ("!!str key: b", ["tag"]),
        ('"<<": b', []),
        ("? [a]\n: *b", ["key"]),
        ("? [a]\n: {c: &d e}", ["key", "anchor"]),
        ("a: 1\na: &x 2\na: *x", ["anchor", "duplicate-key", "alias", "duplicate-key"]),
        ("--- a\n--- b", ["several-documents"]),
        ("%TAG ! tag:example.org,2026:\n---\na: b", ["yaml-directive"]),
        ("# nothing", ["empty-file"]),
        ("---\n...\n", ["empty-file"]),
        ('a: "\\t\\u202e\\r"', ["tab", "unseen-character", "unseen-character"]),
        ('a: "\\ue000"', ["unseen-character"]),
        ("a: yes\nb: [08, x]\nc: {1_000: =}", ["ambiguous"] * 4),
        ("1: a\nnull: b\n2026-11-20: c\n=: d\n'5': e", ["ambiguous"] * 4),
        ("? yes\n: b", ["ambiguous"]),
    ],
)
def test_what_makes_one_text_mean_two_things_is_refused(text: str, expected: list[str], parser: Any) -> None:
    assert rules(composed(text, parser)) == expected


def test_nothing_is_missed_behind_what_is_nested_too_deep() -> None:
    result = composed("a: [[[[[[x]]]]]]\nb: &c d")
    assert rules(result) == ["nesting", "anchor"]


# ---- any text --------------------------------------------------------------------------------------------------------


class Counting:
    """A parser that counts its events, so that "it ends" is no matter of a clock."""

    def __init__(self, parser: Any) -> None:
        self.parser = parser
        self.events = 0

    def get_event(self) -> Any:
        self.events += 1
        return self.parser.get_event()


@settings(max_examples=examples(300), deadline=None)
@given(texts)
def test_no_text_has_more_events_than_characters(text: str) -> None:
    for parser in PARSERS:
        counting: list[Counting] = []

        def counted(given: str, parser: Any = parser, counting: list[Counting] = counting) -> Counting:
            counting.append(Counting(parser(given)))
            return counting[-1]

        composed(text, counted)
        assert sum(one.events for one in counting) <= 3 * len(text) + 8


# One of them refuses as YAML what the other one reads and refuses for what it says, or both for different reasons.
def readable_to_both(one: list[Problem], other: list[Problem]) -> bool:
    return not any(problem.rule == "yaml" for problem in (*one, *other))


@pytest.mark.skipif(FAST_PARSER is None, reason="there is no libyaml here to compare with")
@settings(max_examples=examples(400), deadline=None)
@given(texts)
@example("a: {b: c?}")  # PyYAML's own parser refuses the question mark
@example('a: "\\ud800"')  # libyaml refuses the half of a character
def test_both_parsers_give_the_same_values_and_problems(text: str) -> None:
    fast, pure = (reader.assessment("a.yaml", text.encode("utf-8", "replace")) for reader in (FAST, PURE))
    if readable_to_both(fast.problems, pure.problems):
        assert fast.problems == pure.problems
        assert repr(fast.value) == repr(pure.value)
    else:
        assert fast.value is None
        assert pure.value is None or "?" in text


# ---- positions -------------------------------------------------------------------------------------------------------


def places(place: Place, value: object) -> list[tuple[Place, object]]:
    """Return all values with their positions; keys as values."""
    found: list[tuple[Place, object]] = [(place, value)]
    if isinstance(place.items, dict) and isinstance(value, dict):
        for key, inner in place.items.items():
            found += places(inner, value[key])
            event = (place.keys or {})[key]
            found.append((Place(event.start_mark, event.end_mark), key))
    elif isinstance(place.items, list) and isinstance(value, list):
        for inner, part in zip(place.items, value, strict=True):
            found += places(inner, part)
    return found


@settings(max_examples=examples(300), deadline=None)
@given(texts)
def test_the_place_of_each_value_is_that_of_its_text(text: str) -> None:
    source, problems = decode("a.yaml", text.encode("utf-8", "replace"))
    assert source is not None or problems
    if source is None:
        return
    result = compose(source, NESTING)
    for place, value in places(result.place, result.value) if result.place and not problems + result.problems else []:
        written = source.line(place.start.line)[place.start.column : place.end.column]
        if not place.readable or place.start.line != place.end.line or place.items is not None:
            continue
        if written[:1] in ("'", '"') and written[-1:] == written[:1]:
            assert yaml.safe_load(written) == value
        elif written[:1] not in ("|", ">"):
            assert repr(value) in (repr(read_scalar(written.strip(" ")).value), repr(written.strip(" ")))


# ---- as much as fits into a file -------------------------------------------------------------------------------------

# Lists are separate from what is measured so that a new attack is one line.
REPEATED = [
    "[",
    "{",
    "-",
    ":",
    '"',
    "'",
    "\\",
    "&a",
    "*a",
    "!",
    "#",
    "%",
    "|",
    "? ",
    "- ",
    "a: ",
    "[a,",
    "{a: ",
    " ",
    "\n",
]
REPEATED += [
    "&a ",
    "*a ",
    "? a\n",
    "- a\n",
    "a: b\n",
    "---\n",
    "<<: *a\n",
    "\r",
    "\0",
    "\u202e",
    '"\\u202e',
    "가",
    "a",
    "]",
]
FILLED = {
    "many keys": "".join(f"k{number}:\n" for number in range(9000)),
    "many modalities": "modality: [" + "txet," * 12000 + "]",
    "many numbers": "modality: [" + "9," * 32000 + "]",
    "many levels": "ratings:\n" + "".join(f"  r{number}: {{level: opne}}\n" for number in range(2500)),
    "a long number": "model: " + "9" * 65000,
    "a long level": "ratings:\n  weights:\n    level: " + "open " * 12000,
    "long hosts": "ratings:\n  weights:\n    evidence:\n" + ("      - url: https://" + "a" * 1950 + "_\n") * 32,
    "commas": "ratings:\n  weights:\n    evidence:\n" + ("      - url: 'https://e.org/" + ", " * 950 + "'\n") * 32,
    "many items": "ratings:\n  weights:\n    evidence: [" + "{}," * 21000 + "]",
    "steps": "".join(" " * depth + "a:\n" for depth in range(350)),
    "brackets in a licence": "license: " + "(" * 95 + "MIT" + ")" * 95,
}
FULL = {repr(piece): (piece * LARGEST_FILE).encode()[:LARGEST_FILE] for piece in REPEATED}
FULL |= {name: text.encode()[:LARGEST_FILE] for name, text in FILLED.items()}


@pytest.mark.thorough
@each_parser
@pytest.mark.parametrize("name", FULL)
def test_the_largest_file_is_read_within_seconds_whatever_is_in_it(name: str, parser: Any) -> None:
    started = time.process_time()
    reading = Reader(rubric(), TODAY, parser).assessment("a.yaml", FULL[name])
    # It takes 0.7 s at most on the machine of 2026 that this was written on; what grows with the square takes minutes.
    assert time.process_time() - started < 10
    assert reading.value is None
    assert any(problem.severity is Severity.ERROR for problem in reading.problems)
    assert len(reading.problems) <= MOST_PROBLEMS + 1
