"""Precedents (`schema/precedents.yaml`): questions of interpretation that were decided once.

Separate from the rubric because they grow case by case: the rubric defines the levels, a precedent settles what a
definition means where two readers could differ. Assessments cite them by id.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field, create_model

from bot.board.model.fields import PrecedentId, Present, StrictModel, Text, no_repeats
from bot.board.model.json_document import data_file_schema
from bot.board.model.links import DecisionLink

if TYPE_CHECKING:
    from bot.board.model.rubric import Rubric

MODELINE = "# yaml-language-server: $schema=precedents.schema.json"


class Precedent(StrictModel):
    """One question of interpretation, and how it was decided."""

    id: Annotated[PrecedentId, Field(description="What assessments cite it by: small letters, digits and hyphens.")]
    criteria: tuple[str, ...] = ()
    """The ids of the criteria that it is about, in the order of the file; empty where it is about any."""
    question: Annotated[Text, Field(description="The question that came up.")]
    ruling: Annotated[Text, Field(description="The answer.")]
    reason: Annotated[Text | None, Present, Field(description="Why, where a reason was given.")] = None
    decision: Annotated[
        DecisionLink,
        Field(description="Where it was decided: a pull request, an issue, or a document of this repository."),
    ]

    def is_about(self, criterion: str) -> bool:
        """Return whether ratings of this criterion may cite it."""
        return not self.criteria or criterion in self.criteria


class Precedents(StrictModel):
    """All precedents, in the order in which they are shown to people."""

    precedents: Annotated[tuple[Precedent, ...], Field(strict=False, description="One item for each precedent.")]

    @cached_property
    def by_id(self) -> dict[str, Precedent]:
        """Return each precedent by its id."""
        return {precedent.id: precedent for precedent in self.precedents}

    def about(self, criterion: str) -> list[Precedent]:
        """Return the precedents that ratings of this criterion may cite."""
        return [precedent for precedent in self.precedents if precedent.is_about(criterion)]


NO_PRECEDENTS = Precedents(precedents=())
"""The value for a checkout without `schema/precedents.yaml`."""


def precedents_type(rubric: Rubric) -> type[Precedents]:
    """Return the model of the file that allows only the rubric's criteria under `criteria`."""
    # Generated names, so that no criterion can clash with an attribute of enumerations.
    enumeration: Any = StrEnum
    known: Any = enumeration("Criterion", {f"criterion_{number}": one.id for number, one in enumerate(rubric.criteria)})
    criteria: Any = Annotated[
        tuple[Annotated[known, Field(strict=False)], ...],
        Field(
            strict=False,
            description="The ids of the criteria that it is about. Leave it out where it is about any.",
            json_schema_extra={"uniqueItems": True},
        ),
        AfterValidator(no_repeats),
        AfterValidator(lambda named: tuple(criterion.value for criterion in named)),
    ]
    precedent = create_model("Precedent", __base__=Precedent, __doc__=Precedent.__doc__, criteria=(criteria, ()))
    listed: Any = tuple[precedent, ...]
    field = Field(strict=False, description="One item for each precedent.")
    return create_model(
        "Precedents", __base__=Precedents, __doc__=Precedents.__doc__, precedents=(Annotated[listed, field], ...)
    )


def precedents_json_schema(rubric: Rubric) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of `schema/precedents.yaml`."""
    return data_file_schema(
        precedents_type(rubric), "precedents", "Precedents: questions of interpretation, decided once"
    )
