"""Values of YAML's plain scalars, which have no quotes, and whether all programs read the same value.

YAML 1.1 (PyYAML and most programs) and the core schema of YAML 1.2 (editors, and everything that goes by a JSON Schema) read
`yes`, `08` or `12e3` differently. Each scalar is read by both, so that no list of such spellings is needed.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple

import yaml
from yaml.constructor import SafeConstructor

from bot.text.catalogue import Message, _

_RESOLVERS: dict[str, list[tuple[str, re.Pattern[str]]]] = yaml.SafeLoader.yaml_implicit_resolvers
_TEXT = "tag:yaml.org,2002:str"

# https://yaml.org/spec/1.2.2/#103-core-schema
_CORE_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_CORE_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_CORE_SPECIAL = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_CORE_WORDS = {"true": True, "false": False, "null": None} | {"True": True, "False": False, "Null": None}
_CORE_WORDS |= {"TRUE": True, "FALSE": False, "NULL": None, "~": None, "": None}
# Not in the core schema, but ruamel.yaml takes it for a number, or fails.
_WITH_UNDERSCORES = re.compile(
    r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|[0-9_]+|[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?"
    r"|\.[0-9_]+(?:[eE][-+]?[0-9]+)?)"
)
_FIRST = {*_RESOLVERS, *"+-.0123456789"}
"""First characters of the scalars that may be anything but text."""


TEXT, TRUTH = _("text"), _("true or false")
_LONGEST_SHOWN = 10**15
"""Larger numbers are not shown."""
_LONGEST_NUMBER = 40
"""Digits of a number, those before or behind its point included."""


class _Invalid:
    """The reading of a program that fails."""


class Scalar(NamedTuple):
    """A plain scalar as it is read here."""

    value: object
    """Text, None, bool, int, Decimal (NaN for what has no exact value) or date."""
    readings: tuple[Message, Message] | None = None
    """What it is to some programs, and to others, as phrases for people; None where it is the same to all."""


def read_scalar(text: str) -> Scalar:
    """Return the value of a plain scalar, and how programs differ about it."""
    return _read_scalar(text) if text[:1] in _FIRST else Scalar(text)


@lru_cache(maxsize=1 << 12)
def _read_scalar(text: str) -> Scalar:
    old, core = _yaml_1_1(text), _yaml_1_2(text)
    if isinstance(old, date) and not isinstance(old, datetime):
        # YAML 1.2 has no dates, but its programs read the text that a JSON Schema calls a date.
        return Scalar(old)
    value = _value(text, old, core)
    readings = None
    if not _is_same(old, core):
        readings = _kind(old), _kind(core)
    elif isinstance(old, str) and "_" in text and _WITH_UNDERSCORES.fullmatch(text):
        readings = TEXT, _("a number")
    elif isinstance(old, float) and isinstance(value, Decimal) and value.is_finite() and not _fits(value, old):
        readings = _kind(old), _("another number")
    return Scalar(_bounded(value, len(text)), readings)


def _yaml_1_1(text: str) -> object:
    """Return the value to PyYAML's safe loader."""
    tags = (tag for tag, pattern in _RESOLVERS.get(text[:1], ()) if pattern.match(text))
    node = yaml.ScalarNode(next(tags, _TEXT), text)
    try:
        value: Any = SafeConstructor().construct_object(node)
    except (yaml.YAMLError, ValueError, OverflowError):
        return _Invalid()
    return value


def _yaml_1_2(text: str) -> object:
    """Return the value by the core schema."""
    if text in _CORE_WORDS:
        return _CORE_WORDS[text]
    try:
        if _CORE_INT.fullmatch(text):
            return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
        if _CORE_FLOAT.fullmatch(text):
            return float(text)
    except ValueError:  # more digits than Python converts
        return _Invalid()
    return float(text.replace(".", "")) if _CORE_SPECIAL.fullmatch(text) else text


def _fits(exact: Decimal, number: float) -> bool:
    """Return whether a number of limited precision is this one, apart from rounding: not 0 or infinite in its place."""
    return math.isfinite(number) and (number != 0 or exact == 0)


def _is_same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (math.isnan(one) and math.isnan(other))
    return type(one) is type(other) and one == other


def _value(text: str, old: object, core: object) -> object:
    """Return the value for messages, also where programs differ: numbers exactly as they are written."""
    numbers = [value for value in (old, core) if isinstance(value, int | float) and not isinstance(value, bool)]
    if not numbers or isinstance(old, bool | None):
        return text if isinstance(old, str | _Invalid | date) else old
    if isinstance(old, int) and isinstance(core, int):
        return core
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


def _bounded(value: object, length: int) -> object:
    """Return a value, NaN for a number with more digits than anybody needs: exact arithmetic with 1e-999999999 never ends."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not value:
        return value
    number = Decimal(value)
    is_usual = length <= _LONGEST_NUMBER and number.is_finite() and abs(number.adjusted()) <= _LONGEST_NUMBER
    return value if is_usual else Decimal("NaN")


def _kind(value: object) -> Message:
    match value:
        case None:
            return _("nothing")
        case bool():
            return TRUTH
        case int() | float() if abs(value) < _LONGEST_SHOWN:
            shown = f"{value:.12g}"
            return _("the number %(value)s", value=shown)
        case int() | float():
            return _("a number")
        case str():
            return TEXT
        case date():
            return _("a time")
        case _:
            return _("an error")


def in_quotes(shown: str) -> Message:
    """Return the remedy for text that YAML takes for something else."""
    return _('Put it in quotes: `"%(value)s"`.', value=shown)
