"""Expressions mean here what they mean on GitHub, as far as workflows use them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflows.expressions import UnknownExpression, evaluate, interpolate, is_met

CONTEXT: dict[str, Any] = {
    "github": {
        "event_name": "issue_comment",
        "event": {"number": 7, "comment": {"body": "Please /ReCheck"}, "repository": {"fork": False}},
    }
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'it''s'", "it's"),
        ("github.event.number", 7),
        ("github.event.pull_request.number", None),
        ("github.event.comment.body.length", None),
        ("github.event_name == 'ISSUE_COMMENT'", True),
        ("github.event_name != 'push'", True),
        ("github.event.missing == ''", True),
        ("github.event.missing != 'Bot'", True),
        ("contains(github.event.comment.body, '/recheck')", True),
        ("contains(github.event.missing, '/recheck')", False),
        ("!github.event.repository.fork", True),
        ("github.event.missing || github.event.number", 7),
        ("github.event.number && 'yes' || 'no'", "yes"),
        ("false || true && false", False),
        ("(true || true) && false", False),
        ("!(true && false)", True),
        ("null", None),
    ],
)
def test_an_expression_has_its_value(expression: str, expected: object) -> None:
    assert evaluate(expression, CONTEXT) == expected


@pytest.mark.parametrize(
    "expression",
    ["", "secrets.TOKEN", "github.actor", "always()", "1 < 2", "github.event.list[0]", "'open", "(true", "true false"],
)
def test_what_is_not_known_is_an_error(expression: str) -> None:
    with pytest.raises(UnknownExpression):
        evaluate(expression, CONTEXT)


def test_values_are_written_into_texts() -> None:
    text = "pull-${{ github.event.number }}-${{ github.event.missing }}-${{ true }}"
    assert interpolate(text, CONTEXT) == "pull-7--true"


def test_a_condition_may_stand_with_or_without_braces_or_be_missing() -> None:
    assert is_met("${{ github.event.number == 7 }}", CONTEXT)
    assert not is_met("github.event.number == 8", CONTEXT)
    assert is_met(None, CONTEXT)
