"""Validation of JSON from outside against a published JSON Schema."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from bot.text.escaping import visible_line
from bot.text.shaping import clip

if TYPE_CHECKING:
    from collections.abc import Callable

    from jsonschema import Draft202012Validator

_LONGEST_MESSAGE = 200


def schema_violation(document: object, schema: Callable[[], dict[str, Any]]) -> str | None:
    """Return what in a document breaks the JSON Schema that `schema` returns, on one line; None where nothing does.

    `schema` is called once per process.
    """
    error = next(_validator(schema).iter_errors(document), None)
    if error is None:
        return None
    place = ".".join(map(str, error.absolute_path))
    return clip(
        visible_line(f"{f'`{place}`: ' if place else ''}{error.message[: 2 * _LONGEST_MESSAGE]}"), _LONGEST_MESSAGE
    )


@cache
def _validator(schema: Callable[[], dict[str, Any]]) -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # takes a tenth of a second to import, and most commands read no JSON

    return Draft202012Validator(schema())
