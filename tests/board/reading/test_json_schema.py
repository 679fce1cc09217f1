"""JSON that breaks its schema is described on one line."""

from __future__ import annotations

from typing import Any

import pytest

from bot.board.reading.json_schema import schema_violation


def schema() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"items": {"type": "array", "items": {"type": "string"}}},
        "required": ["items"],
    }


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"items": ["one"]}, None),
        ({}, "'items' is a required property"),
        ({"items": ["one", 2]}, "`items.1`: 2 is not of type 'string'"),
        ([], "[] is not of type 'object'"),
    ],
)
def test_the_first_violation_is_described_with_its_place(document: object, expected: str | None) -> None:
    assert schema_violation(document, schema) == expected


def test_a_description_is_one_short_line_whatever_the_document_holds() -> None:
    found = schema_violation({"items": ["one", ["a\n::error::\u202e" * 100]]}, schema)
    assert found is not None
    assert len(found) <= 200
    assert found.isprintable()
