"""The model of the precedents' file, and its agreement with the JSON Schema that is made from it."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from bot.board.model.precedents import NO_PRECEDENTS, Precedents, precedents_json_schema, precedents_type
from tests.samples import rubric


def precedent(**changes: Any) -> dict[str, Any]:
    """Return a valid precedent with changes; None removes a key."""
    whole = {
        "id": "as-of",
        "criteria": ["weights", "code"],
        "question": "Which state is rated?",
        "ruling": "Today's.",
        "reason": "It is what people can use.",
        "decision": "docs/data.md",
    }
    return {key: value for key, value in (whole | changes).items() if value is not None}


@cache
def schema() -> Draft202012Validator:
    return Draft202012Validator(precedents_json_schema(rubric()))


def read(*items: dict[str, Any]) -> Precedents:
    return precedents_type(rubric()).model_validate({"precedents": list(items)})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"criteria": None},
        {"criteria": []},
        {"reason": None},
        {"id": "a"},
        {"id": "as-of-2026"},
        {"decision": "docs/data.md#rulings"},
        {"decision": "GOVERNANCE.md"},
        {"decision": "https://github.com/example/openness/pull/12"},
        {"decision": "https://github.com/example/openness/pull/12#issuecomment-3"},
        {"decision": "https://github.com/example/.github/issues/1"},
    ],
)
def test_a_precedent_has_a_ruling_and_its_decision(changes: dict[str, Any]) -> None:
    content = precedent(**changes)
    (found,) = read(content).precedents
    assert found.criteria == tuple(content.get("criteria", []))
    assert schema().is_valid({"precedents": [content]})


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"question": None},
        {"ruling": None},
        {"decision": None},
        {"id": "As-of"},
        {"id": "as_of"},
        {"id": "as--of"},
        {"id": "a" * 65},
        {"id": "as-of\n"},
        {"question": " "},
        {"reason": ""},
        {"criteria": "weights"},
        {"criteria": ["wieghts"]},
        {"criteria": ["weights", "weights"]},
        {"because": "It is so."},
        {"decision": "../docs/data.md"},
        {"decision": "/docs/data.md"},
        {"decision": "docs/./data.md"},
        {"decision": "docs/data.txt"},
        {"decision": "javascript:x.md"},
        {"decision": "http://github.com/example/openness/pull/12"},
        {"decision": "https://github.com/example/openness/wiki"},
        {"decision": "https://github.com/example/../issues/1"},
        {"decision": "https://github.com/example/openness/issues/0"},
    ],
)
def test_what_is_no_precedent_is_refused_by_model_and_schema(changes: dict[str, Any]) -> None:
    content = precedent(**changes)
    with pytest.raises(ValidationError):
        read(content)
    assert not schema().is_valid({"precedents": [content]})


def test_a_precedent_without_criteria_is_about_any() -> None:
    found = read(precedent(id="own", criteria=["code"]), precedent(id="any", criteria=None))
    assert [one.id for one in found.about("code")] == ["own", "any"]
    assert [one.id for one in found.about("weights")] == ["any"]
    assert list(found.by_id) == ["own", "any"]


def test_where_nothing_was_decided_nothing_can_be_cited() -> None:
    assert NO_PRECEDENTS.about("weights") == []
