"""Pydantic models of one assessment file, and the JSON Schema made from it.

The models contain all rules about a single document. Some cannot be expressed in JSON Schema: see docs/architecture.md.
Rules that involve several files are in `bot.board.reading`.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from bot.board.model.fields import (
    Day,
    HubId,
    License,
    Line,
    ModelId,
    Present,
    StrictModel,
    no_repeats,
    refuse,
)
from bot.board.model.json_document import data_file_schema
from bot.board.model.links import EvidenceUrl
from bot.board.model.rubric import ArtifactKind, Criterion, Level, Rubric
from bot.text.catalogue import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from pydantic import ValidationInfo
from bot.board.model.rating import Artifact, Availability, Evidence, Rating

MODELINE = "# yaml-language-server: $schema=../../schema/{}.schema.json"

UNASSESSED = "unassessed"
"""Placeholder for a level in drafts. It is not a level, so that no draft passes the check."""

# Deepest nesting of a document: document, ratings, rating, evidence, item.
NESTING = 5


class Modality(StrEnum):
    """What a model takes in or gives out."""

    TEXT = "text"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"


MOST_PARAMETERS = 10**15
"""More than any model has."""
_WholeNumber = Annotated[int, Field(ge=1, le=MOST_PARAMETERS)]


def _at_most_all(active: int | None, info: ValidationInfo) -> int | None:
    total = info.data.get("total")
    if active is not None and total is not None and active > total:
        what = _("more parameters are active (%(active)s) than there are (%(total)s)", active=active, total=total)
        refuse(
            "parameters-active", what, _("Write under `total` all parameters, under `active` those used for a token.")
        )
    return active


class Parameters(StrictModel):
    """The number of parameters of the variant that is rated."""

    total: Annotated[_WholeNumber, Field(description="All parameters, such as 671000000000.")]
    active: Annotated[
        _WholeNumber | None,
        Present,
        Field(description="Those that are used for a token, for a mixture of experts. Leave it out if all are."),
        AfterValidator(_at_most_all),
    ] = None


API = "api"
"""The id of the criterion that asks for a public API."""


def _only_where_closed(retired: date | None, info: ValidationInfo) -> date | None:
    rating = info.data.get("ratings", {}).get(API)
    if retired is not None and rating is not None and rating.level is not Level.CLOSED:
        what = _("the API was retired, but `%(criterion)s` is rated `%(level)s`", criterion=API, level=rating.level)
        refuse("retired-but-open", what, _("Rate `api` as `closed`, or delete `api_retired`."))
    return retired


# `_only_where_closed` as JSON Schema.
_ASSESSMENT_CONDITIONS: dict[str, Any] = {
    "if": {"required": ["api_retired"]},
    "then": {
        "properties": {"ratings": {"properties": {API: {"properties": {"level": {"const": Level.CLOSED.value}}}}}}
    },
}


class Assessment(StrictModel):
    """One model: what it is, what of it can be had, and a rating for each criterion of the rubric."""

    model_config = ConfigDict(json_schema_extra=_ASSESSMENT_CONDITIONS)

    model: Annotated[Line, Field(description="The name of the model, as its developer writes it.")]
    variant: Annotated[
        Line | None, Present, Field(description="Which size or version of it is rated, such as 32B Instruct.")
    ] = None
    parameters: Annotated[
        Parameters | None,
        Present,
        Field(description="How many parameters that variant has. Leave it out if it is not known."),
    ] = None
    released: Annotated[
        Day | None, Present, Field(description="The day of the release. Leave it out if it is not known.")
    ] = None
    modality: Annotated[
        tuple[Annotated[Modality, Field(strict=False)], ...],
        Field(
            strict=False,
            min_length=1,
            description="What the model takes in or gives out.",
            json_schema_extra={"uniqueItems": True},
        ),
        AfterValidator(no_repeats),
    ]
    huggingface: Annotated[
        HubId | None, Present, Field(description="The id of its main repository on Hugging Face, if it has one.")
    ] = None
    license: Annotated[
        License | None,
        Present,
        Field(description="The licence of the weights: an SPDX expression. Leave it out if nothing is released."),
    ] = None
    license_url: Annotated[
        EvidenceUrl | None, Present, Field(description="Where the text of that license can be read, for this model.")
    ] = None
    base_models: Annotated[
        tuple[ModelId, ...],
        Field(
            strict=False,
            min_length=1,
            validate_default=False,
            description="The models that it was made from, as developer/model; they need no files of their own.",
            json_schema_extra={"uniqueItems": True},
        ),
        AfterValidator(no_repeats),
    ] = ()
    ratings: dict[str, Rating]
    api_retired: Annotated[
        Day | None,
        Present,
        Field(description="The day since which no public API serves the model. Only where `api` is closed."),
        AfterValidator(_only_where_closed),
    ] = None
    artifacts: dict[str, Artifact] = Field(
        default_factory=dict,
        description="What can be had of the model besides its weights. Leave out what is not known.",
    )


class Ratings(StrictModel):
    """One rating for each criterion of the rubric."""


class Artifacts(StrictModel):
    """What can be had of the model besides its weights. Leave out what is not known."""


def assessment_type(rubric: Rubric) -> type[Assessment]:
    """Return the assessment model with exactly the rubric's criteria and artifacts, in the rubric's order."""
    return _assessment_type(rubric.criteria, rubric.artifacts)


@lru_cache(maxsize=8)
def _assessment_type(criteria: tuple[Criterion, ...], artifacts: tuple[ArtifactKind, ...]) -> type[Assessment]:
    # By the descriptions a message finds the criterion that somebody meant by another word.
    ratings = _keyed_model(
        Ratings,
        {each.id: (Annotated[Rating, Field(title=each.title, description=_about(each))], ...) for each in criteria},
    )
    available = _keyed_model(
        Artifacts,
        {
            each.id: (Annotated[Artifact | None, Present, Field(title=each.title, description=each.question)], None)
            for each in artifacts
        },
    )
    return create_model(
        "Assessment",
        __base__=Assessment,
        __doc__=Assessment.__doc__,
        ratings=(ratings, ...),
        artifacts=(available, Field(default_factory=dict)),
    )


def _about(criterion: Criterion) -> str:
    return f"{criterion.question} {criterion.open} {criterion.semi_open} {criterion.closed}"


def _keyed_model(base: type[StrictModel], keys: dict[str, tuple[Any, Any]]) -> Any:
    """Return the type of a mapping with these keys: it is checked as a model, and becomes a dict of the values that are there."""
    # Generated field names, so that no key can clash with an attribute of pydantic's models.
    names = {f"key_{number}": key for number, key in enumerate(keys)}
    fields = {field: (Annotated[keys[key][0], Field(alias=key)], keys[key][1]) for field, key in names.items()}
    model: Any = create_model(base.__name__, __base__=base, __doc__=base.__doc__, **fields)  # type: ignore[call-overload]

    def by_key(checked: BaseModel) -> dict[str, Any]:
        values = ((key, getattr(checked, field)) for field, key in names.items())
        return {key: value for key, value in values if value is not None}

    return Annotated[model, AfterValidator(by_key)]


ARTIFACTS = "artifacts"
"""The key of a model's artifacts."""


def evidence_place(criterion: str) -> tuple[str, str]:
    """Return the key of the document, and the key below it, that the id of a criterion or `artifacts.ID` names."""
    group, _dot, key = criterion.rpartition(".")
    return group or "ratings", key


def evidence_of(assessment: Assessment) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    """Yield the evidence of each rating by the id of its criterion, then of each artifact by `artifacts.ID`."""
    yield from ((criterion, rating.evidence) for criterion, rating in assessment.ratings.items())
    yield from ((f"{ARTIFACTS}.{key}", artifact.evidence) for key, artifact in assessment.artifacts.items())


class Entry(NamedTuple):
    """The part of an assessment that the ranking and the frameworks need; small, so that 30,000 fit into memory."""

    id: str
    """`developer/model`: the file's path below `assessments/` without its extension."""
    model: str
    huggingface: str | None
    levels: tuple[Level, ...]
    """One level for each criterion, in the rubric's order."""
    disputed: tuple[tuple[str, str], ...] = ()
    """The ids of the criteria with a disputed rating, each with the link to its dispute."""
    doubtful: tuple[str, ...] = ()
    """The ids of the criteria with a doubtful rating, in the rubric's order."""
    license: str | None = None
    artifacts: tuple[tuple[str, Availability, str | None], ...] = ()
    """The artifacts that somebody looked for: id, whether it can be had, and its license."""
    as_of: str | None = None
    """The newest day on which somebody read a page that is cited, such as `2026-11-20`."""

    @property
    def developer(self) -> str:
        """Return the developer's folder under `assessments/`."""
        return self.id.partition("/")[0]


def entry(assessment_id: str, assessment: Assessment) -> Entry:
    """Return the part of `assessment` that the ranking needs."""
    levels = tuple(rating.level for rating in assessment.ratings.values())
    disputed = tuple(
        (criterion, rating.disputed) for criterion, rating in assessment.ratings.items() if rating.disputed
    )
    doubtful = tuple(criterion for criterion, rating in assessment.ratings.items() if rating.confidence is not None)
    days = (one.accessed for _key, evidence in evidence_of(assessment) for one in evidence if one.accessed)
    as_of = max(map(str, days), default=None)
    return Entry(
        assessment_id,
        assessment.model,
        assessment.huggingface,
        levels,
        disputed,
        doubtful,
        assessment.license,
        tuple((key, artifact.available, artifact.license) for key, artifact in assessment.artifacts.items()),
        as_of,
    )


# ---- JSON Schema -----------------------------------------------------------------------------------------------------


def assessment_json_schema(rubric: Rubric) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of `assessments/<developer>/<model>.yaml`.

    Editors show a text that stands beside `$ref` with the wrong criterion, so each criterion has a schema of its own.
    """
    schema = data_file_schema(assessment_type(rubric), "assessment", "Openness assessment of one model")
    definitions = schema["$defs"]
    rating, _ = definitions.pop("Rating"), definitions.pop("Level")
    definitions |= {key: part for key, part in rating["properties"].items() if key != "level"}
    shared = {key: {"$ref": f"#/$defs/{key}"} for key in rating["properties"]}
    for criterion in rubric.criteria:
        meanings = {level: criterion.definition(level) or rubric.levels[level].meaning for level in Level}
        values = [
            {
                "const": level,
                "title": f"{criterion.title}: {rubric.level_title(criterion.id, level)}",
                "description": meaning,
            }
            for level, meaning in meanings.items()
        ]
        definitions["Ratings"]["properties"][criterion.id] = rating | {
            "title": criterion.title,
            "description": "\n".join([criterion.question, *(f"{level}: {text}" for level, text in meanings.items())]),
            "properties": shared | {"level": {"description": criterion.question, "oneOf": values}},
        }
    artifact = definitions.pop("Artifact", {})
    for kind in rubric.artifacts:
        definitions["Artifacts"]["properties"][kind.id] = artifact | {"title": kind.title, "description": kind.question}
    return schema
