"""JSON documents that one job leaves for another: hostile data, validated by their models and their published schemas."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.board.reading.json_schema import schema_violation
from bot.cli.checkout import ProblemsFound
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LARGEST = 256 * 1024 * 1024
"""In bytes; a report of 50,000 pages with long quotes has about a quarter of this."""

Found = TypeVar("Found", bound=BaseModel)


def read_document(file: Path, model: type[Found], schema: Callable[[], dict[str, Any]], origin: str) -> Found:
    """Return the content of a file, validated by its model and its published schema.

    Raises ProblemsFound where that is not what the command `origin` prints.
    """
    if file.stat().st_size > LARGEST:
        raise ProblemsFound(
            f"{file} is larger than {LARGEST >> 20} MiB, which no report is. Make it anew with: {origin}"
        )
    data = file.read_bytes()
    try:
        found = model.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = visible(".".join(map(str, first["loc"]))[:100])
        violation = f"{f'{place}: ' if place else ''}{visible(first['msg'][:200])}"
    else:
        violation = schema_violation(json.loads(data), schema) or ""
    if violation:
        raise ProblemsFound(f"{file} is not what `{origin}` prints: {violation}. Make it anew with that command.")
    return found
