"""Validation of single values, for the tests of their types."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

# The rules of assessments that JSON Schema cannot express, with the reason, by the rule's name in messages.
BEYOND_JSON_SCHEMA = {
    "archived-other-page": "JSON Schema compares no value with another one",
    "date-in-future": "whether a date lies in the future depends on the day of the check",
    "license-not-spdx": "SPDX expressions have a grammar and a list of ids that no pattern holds",
    "parameters-active": "JSON Schema compares no value with another one",
    "url-local": "names that only exist in a local network are a list that grows",
    "url-punycode": "whether an xn-- form is valid takes its decoding",
    "url-shortener": "link shorteners are a list that grows",
}

TODAY = date(2026, 11, 20)


def rules_of_value(kind: Any, value: object) -> list[str]:
    """Return the rules that the type `kind` reports for `value`."""
    try:
        TypeAdapter(kind).validate_python(value, context={"today": TODAY})
    except ValidationError as refused:
        return [error["type"] for error in refused.errors()]
    return []
