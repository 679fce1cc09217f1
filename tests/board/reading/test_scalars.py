"""One text, one value: what is accepted means the same to PyYAML, to ruamel.yaml and by the core schema of YAML 1.2."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.board.model.assessment import NESTING
from bot.board.reading.scalars import read_scalar
from bot.board.reading.source import decode
from bot.board.reading.strict_yaml import compose
from bot.board.writing.rewriting import scalar
from tests.board.reading.soup import texts
from tests.thorough import examples

DIFFERENT = [
    *("yes", "No", "ON", "off"),  # words of YAML 1.1
    *("08", "017", "0o17", "0b1", "1_000", "0x_F", "-_", "1:30:00", "190:20:30.15", "-08"),
    *("12e34567", "1.5e3", "1e5", "1_0.5", "1.0e-999999999999", "1.5e+999", "9" * 5000),
    *("2026-02-30", "2026-13-01", "2001-12-14T21:59:43Z", "2001-12-14 21:59:43.10 -5", "2001-1-1 1:00:00"),
    *("=", "<<", "!", "&", "*"),
]
SAME: dict[str, object] = {
    **dict.fromkeys(("~", "null", "Null", "NULL", "")),
    "true": True,
    "True": True,
    "FALSE": False,
    "12": 12,
    "+1": 1,
    "-0": 0,
    "00": 0,
    "0x1F": 31,
    str(10**20): 10**20,
    ".5": Decimal("0.5"),
    "1.": Decimal(1),
    "1.5e+3": Decimal(1500),
    "0.1": Decimal("0.1"),
    "2025-03-12": date(2025, 3, 12),
    **{
        text: text
        for text in ("y", "n", "text", "12e34567x", "1.2.3", "2025-3-12", "1,000", "10%", "-", "nulls", "v08")
    },
}


@pytest.mark.parametrize("text", DIFFERENT, ids=lambda text: text[:20])
def test_what_programs_read_differently_is_known(text: str) -> None:
    assert read_scalar(text).readings is not None


@pytest.mark.parametrize("text", SAME)
def test_what_all_programs_read_alike_has_that_value(text: str) -> None:
    value, readings = read_scalar(text)
    assert (value, type(value), readings) == (SAME[text], type(SAME[text]), None)


@pytest.mark.parametrize("text", [*DIFFERENT, *SAME])
def test_what_we_write_is_read_as_the_same_text_by_all(text: str) -> None:
    written = f"key: {scalar(text)}\n"
    assert yaml.safe_load(written) == ruamel(written) == {"key": text}


def ruamel(text: str) -> Any:
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    return reader.load(text)


def alike(ours: object, theirs: object) -> bool:
    """Return whether a value of the strict reader is the one of another program."""
    match ours:
        case dict():
            return (
                isinstance(theirs, dict)
                and ours.keys() == theirs.keys()
                and all(alike(ours[key], theirs[key]) for key in ours)
            )
        case list():
            return isinstance(theirs, list) and len(ours) == len(theirs) and all(map(alike, ours, theirs))
        case Decimal():
            return isinstance(theirs, float) and (not math.isfinite(theirs) if ours.is_nan() else float(ours) == theirs)
        case _:
            return type(ours) is type(theirs) and ours == theirs


def check(text: str) -> None:
    source, problems = decode("a.yaml", text.encode("utf-8", "surrogatepass"))
    if source is None or problems:
        return
    result = compose(source, NESTING)
    if result.complete and not result.problems:
        assert alike(result.value, yaml.safe_load(text))
        assert alike(result.value, ruamel(text))


number_like = st.text(st.sampled_from("0123456789+-._:eExob~=TZ aAfFnN"), max_size=12)


@settings(max_examples=examples(1000), deadline=None)
@given(st.one_of(number_like, st.sampled_from(DIFFERENT + list(SAME)), st.text(max_size=5)))
def test_a_value_that_is_accepted_is_the_same_to_all(text: str) -> None:
    check(f"key: {text}\nlist:\n  - {text}\n")


@settings(max_examples=examples(500), deadline=None)
@given(st.one_of(number_like, st.sampled_from(DIFFERENT + list(SAME))))
def test_a_key_that_is_accepted_is_the_same_to_all(text: str) -> None:
    check(f"{text}: value\n")


@settings(max_examples=examples(500), deadline=None)
@given(texts)
@example("a: b\n...\n")
@example("a: {l? b: c}\n")
@example("a: [b?c]\n")
@example("a: {? b : c}\n")
def test_a_document_that_is_accepted_is_the_same_to_all(text: str) -> None:
    check(text)


def test_a_day_where_text_belongs_is_to_be_put_in_quotes() -> None:
    source, _ = decode("a.yaml", b"where: 08\n")
    assert source is not None
    (problem,) = compose(source, 1).problems
    assert (problem.rule, problem.remedy) == ("ambiguous", 'If it is text, put it in quotes: `"08"`.')
