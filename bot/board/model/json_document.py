"""JSON Schemas generated from pydantic models."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import GenerateJsonSchema

from bot.text.escaping import without_runner_commands

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import core_schema

SCHEMAS = "https://openness-bot.invalid/schema/"
"""The address that the schemas' ids begin with: a name that can never be anybody's (RFC 6761), because the same code serves
boards at different addresses, and a schema is identified by its id, not fetched from there."""


class DocumentPart(BaseModel):
    """Base of the parts of a JSON document that one job hands to another."""

    # Strict, so that the same documents are valid as by the schema: no number as text, no flag as number.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


def as_json(document: BaseModel) -> str:
    """Return a document as JSON in ASCII, as it may go to a terminal or the log of a workflow; ends with a line break."""
    return without_runner_commands(json.dumps(document.model_dump(mode="json"), indent=2)) + "\n"


class _WithoutKeyTitles(GenerateJsonSchema):
    """Generates schemas without titles that only repeat the keys."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002
        return False


class _WithoutNull(_WithoutKeyTitles):
    """Generates schemas in which optional keys may be missing but not null."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def data_file_schema(model: type[BaseModel], name: str, title: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a file that people write, as `NAME.schema.json`."""
    return _schema(model, name, title, _WithoutNull)


def document_schema(model: type[BaseModel], name: str, title: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a document that programs write, as `NAME.schema.json`."""
    return _schema(model, name, title, _WithoutKeyTitles)


def _schema(model: type[BaseModel], name: str, title: str, generator: type[GenerateJsonSchema]) -> dict[str, Any]:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{SCHEMAS}{name}.schema.json"}
    return head | model.model_json_schema(schema_generator=generator) | {"title": title}
