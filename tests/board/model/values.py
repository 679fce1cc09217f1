"""Validation of single values, for the tests of their types."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

TODAY = date(2026, 11, 20)


def rules_of_value(kind: Any, value: object) -> list[str]:
    """Return the rules that the type `kind` reports for `value`."""
    try:
        TypeAdapter(kind).validate_python(value, context={"today": TODAY})
    except ValidationError as refused:
        return [error["type"] for error in refused.errors()]
    return []
