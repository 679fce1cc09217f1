"""The pydantic model of one developer file, and the JSON Schema made from it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from bot.board.model.fields import Line, Present, StrictModel
from bot.board.model.json_document import data_file_schema
from bot.board.model.links import EvidenceUrl


class OrganisationKind(StrEnum):
    """Who stands behind a model.

    The five organisational models of Ding, Osborne, Linåker, Burtenshaw: "A Cartography of Open Collaboration in Open
    Source AI" (arXiv 2509.25397).
    """

    SINGLE_COMPANY = "single-company"
    SINGLE_RESEARCH_INSTITUTE = "single-research-institute"
    MULTI_ORGANISATION_INSTITUTE = "multi-organisation-institute"
    COMPANY_SPONSORED_GRASSROOTS = "company-sponsored-grassroots"
    NON_PROFIT_SPONSORED_GRASSROOTS = "non-profit-sponsored-grassroots"


class Developer(StrictModel):
    """Who made the models of a folder."""

    name: Annotated[Line, Field(description="The name of the organisation.")]
    country: Annotated[Line, Field(description="Where it is based; International where that is no one country.")]
    kind: Annotated[
        OrganisationKind,
        Field(strict=False, description="The organisational model, after the Cartography of Open Collaboration."),
    ]
    url: Annotated[EvidenceUrl | None, Present, Field(description="The organisation's own page.")] = None


def developer_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of `assessments/<developer>/developer.yaml`."""
    return data_file_schema(Developer, "developer", "Developer of models")
