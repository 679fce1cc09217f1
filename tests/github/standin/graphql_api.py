"""GitHub's GraphQL API, executed by graphql-core by GitHub's own schema (`tests/github/graphql-subset.graphql`).

A query that GitHub would refuse is a violation, and so is an answer that the schema doesn't allow.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    ValidationContext,
    ValidationRule,
    build_schema,
    execute_sync,
    get_named_type,
    parse,
    specified_rules,
    validate,
)
from graphql.language import IntValueNode

from tests.github.standin.answers import time
from tests.github.standin.asking import Answer
from tests.github.standin.graphql_answers import GraphQLRefusalError, mutation, query

if TYPE_CHECKING:
    from graphql.language import DocumentNode, FieldNode

    from tests.github.standin.asking import Ask

SCHEMA = Path(__file__).parent.parent / "graphql-subset.graphql"
PATH = "/graphql"
MOST_ITEMS = 100
_FORMATS = {
    "BigInt": r"-?[0-9]+",
    "GitObjectID": r"[0-9a-f]{40}",
    "URI": r"https?://\S+",
}


@cache
def schema() -> GraphQLSchema:
    """Return GitHub's schema with scalars that check what they write."""
    built = build_schema(SCHEMA.read_text("utf-8"))
    for name, form in _FORMATS.items():
        _scalar(built, name).coerce_output_value = _checked(name, form)
    _scalar(built, "DateTime").coerce_output_value = _instant
    return built


def _scalar(built: GraphQLSchema, name: str) -> Any:
    found = built.type_map[name]
    assert isinstance(found, GraphQLScalarType)
    return found


def _checked(name: str, form: str) -> Any:
    def coerce(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(form, value):
            raise GraphQLError(f"{value!r} is no {name}")
        return value

    return coerce


def _instant(value: Any) -> str:
    if not isinstance(value, datetime):
        raise GraphQLError(f"{value!r} is no DateTime")
    return time(value)


class Pagination(ValidationRule):
    """GitHub's rule that every connection says how many of its items it wants: at most 100.

    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#node-limit
    """

    context: ValidationContext

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        """Report a connection without a size, and one that is too large."""
        kind = self.context.get_type()
        if kind is None or not get_named_type(kind).name.endswith("Connection"):
            return
        sizes = [one.value for one in node.arguments or () if one.name.value in ("first", "last")]
        if len(sizes) != 1:
            self.report_error(GraphQLError(f"`{node.name.value}` needs `first` or `last`", node))
        elif not isinstance(sizes[0], IntValueNode) or not 1 <= int(sizes[0].value) <= MOST_ITEMS:
            self.report_error(GraphQLError(f"`{node.name.value}` wants none, or more than {MOST_ITEMS}", node))


@cache
def _parsed(text: str) -> tuple[DocumentNode, tuple[str, ...]]:
    """Return a document and what is wrong with it."""
    document = parse(text)
    errors = validate(schema(), document, [*specified_rules, Pagination])
    return document, tuple(error.message for error in errors)


def answer(ask: Ask) -> Answer:
    """Execute a query. Raises ValueError for one that GitHub would refuse, or an answer that its schema doesn't allow."""
    sent = ask.body
    document, wrong = _parsed(sent["query"])
    if wrong:
        raise ValueError(f"GitHub would refuse the query: {'; '.join(wrong)}")
    roots = {**query(ask), **mutation(ask)}
    result = execute_sync(schema(), document, roots, variable_values=sent.get("variables"))
    shown: dict[str, Any] = {"data": result.data}
    if result.errors:
        shown["errors"] = [_error(one) for one in result.errors]
    return Answer(200, shown)


def _error(error: GraphQLError) -> dict[str, Any]:
    """Return a refusal as GitHub shows it. Any other error is a bug of the stand-in or of the caller."""
    refusal = error.original_error
    if not isinstance(refusal, GraphQLRefusalError):
        raise ValueError(error.message) from error  # noqa: TRY004
    return {"type": refusal.kind, "path": list(error.path or ()), "message": str(refusal)}
