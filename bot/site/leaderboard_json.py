"""leaderboard.json as pydantic models, from which both the file and its published JSON Schema come.

The descriptions of the fields are the schema's. `_id_of` and `_for_each` mark what depends on the rubric, such as the ids of
the criteria; `leaderboard_json_schema` fills that in.
"""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, InstanceOf, PlainSerializer, WithJsonSchema

from bot.board.model.assessment import Modality
from bot.board.model.developer import OrganisationKind
from bot.board.model.json_document import data_file_schema
from bot.board.model.layout import assessment_path, page_path
from bot.board.model.licenses import CommercialUse, Restriction
from bot.board.model.rating import Availability, Confidence
from bot.board.model.rubric import Level, NotApplicable
from bot.board.model.words import decimal
from bot.site.document import ModelInputs, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.json_schema import JsonSchemaValue

    from bot.board.model.assessment import Assessment
    from bot.board.model.rubric import Rubric
    from bot.board.ranking.leaderboard import Leaderboard, Row
    from bot.site.ranked_models import RankedModels

# ---- the models ------------------------------------------------------------------------------------------------------


def _number(number: Fraction | None) -> int | float | None:
    """Return a JSON number, rounded to four decimals."""
    if number is None:
        return None
    return number.numerator if number.denominator == 1 else float(decimal(number, 4))


def _id_of(parts: str) -> Any:
    """Mark a text as the id of one of the rubric's `parts`."""
    return WithJsonSchema({"type": "string", "ids of": parts})


def _field(description: str, **more: Any) -> Any:
    return Field(description=description, **more)


def _optional(description: str) -> Any:
    return Field(None, description=description)


def _for_each(parts: str, described_as: str, description: str) -> Any:
    """Describe an object with one property for each of the rubric's `parts`, each `described_as` a format of the part."""
    return Field(description=description, json_schema_extra={"for each of": parts, "described as": described_as})


def _for_some(parts: str, described_as: str, description: str) -> Any:
    """Describe an object that may have a property for each of the rubric's `parts`."""
    more: Any = {"for some of": parts, "described as": described_as}
    return Field(None, description=description, json_schema_extra=more)


_Score = Annotated[InstanceOf[Fraction], PlainSerializer(_number), WithJsonSchema({"type": "number", "minimum": 0})]
_OptionalScore = Annotated[
    InstanceOf[Fraction] | None,
    PlainSerializer(_number),
    WithJsonSchema({"type": ["number", "null"], "minimum": 0}),
]
_Rank = Annotated[int, Field(ge=1)]
_Url = Annotated[str, Field(json_schema_extra={"format": "uri"})]
_PrecedentId = Annotated[str, Field(description="Id of a precedent in schema/precedents.yaml.")]
_BaseModelId = Annotated[str, Field(description="developer/model; it need not be among the models here.")]


class _JsonObject(BaseModel):
    # Built when first used: only the outer objects are made directly, from the values of the inner ones.
    model_config = ConfigDict(
        extra="forbid", frozen=True, from_attributes=True, protected_namespaces=(), defer_build=True
    )


class WayJson(_JsonObject):
    """A way of ranking."""

    weighting: Annotated[str, _id_of("weightings")] = _field("Id of the weighting.")
    not_applicable: NotApplicable = _field("How not-applicable counts.")


class LevelJson(_JsonObject):
    """A level."""

    id: Level = _field("Id of the level.")
    title: str = _field("What people call it.")
    points: _Score = _field("Points for each criterion at this level.")
    meaning: str = _field("What it means in general.")


class CountingJson(_JsonObject):
    """A way of counting not-applicable."""

    id: NotApplicable = _field("Its id.")
    title: str = _field("What people call it.")
    meaning: str = _field("What it does to a score.")


class WeightingJson(_JsonObject):
    """A weighting."""

    id: str = _field("Its id.")
    name: str = _field("What people call it.")
    source: str = _field("Where it comes from.")
    weights: dict[str, _Score] = _for_each("categories", "Weight of {0.id}.", "Weight of each category.")
    maximum: _Score = _field("Score of a model that is open in everything.")


class CategoryJson(_JsonObject):
    """A category."""

    id: Annotated[str, _id_of("categories")] = _field("Its id.")
    title: str = _field("What people call it.")
    shown_as: str | None = _optional("Its title in tables, where that is another.")


class CriterionJson(_JsonObject):
    """A criterion."""

    category: Annotated[str, _id_of("categories")] = _field("Id of its category.")
    id: Annotated[str, _id_of("criteria")] = _field("Its id.")
    title: str = _field("What people call it.")
    shown_as: str | None = _optional("Its title where there is no question beside it, where that is another.")
    short: str = _field("Two or three characters for narrow columns.")
    question: str = _field("The question that the level answers.")
    open: str = _field("What open means here.")
    semi_open: str = Field(alias="semi-open", description="What semi-open means here.")
    closed: str = _field("What closed means here.")


class ArtifactKindJson(_JsonObject):
    """Something that can be had of a model, or not."""

    id: Annotated[str, _id_of("artifacts")] = _field("Its id.")
    title: str = _field("What people call it.")
    question: str = _field("The question that an assessment answers.")


class DeveloperJson(_JsonObject):
    """Who made it."""

    id: str = _field("The developer's folder under assessments/.")
    name: str = _field("Name of the organisation.")
    country: str = _field("Where it is based.")
    kind: OrganisationKind = _field("Its organisational model.")
    url: _Url | None = _optional("Its own page.")


class RankingJson(WayJson):
    """A rank by one way of ranking."""

    rank: _Rank = _field("1 is the most open; ties share the smaller rank.")
    score: _Score = _field("Score in points, rounded to four decimals.")


class EvidenceJson(_JsonObject):
    """A public page that shows it."""

    url: _Url = _field("Its address.")
    where: str | None = _optional("Where on the page.")
    fact: str = _field("What the page states, in the words of the contributor.")
    accessed: date | None = _optional("Day on which somebody read it there; missing while nobody has.")
    quote: str | None = _optional("A few words of the source.")
    archived: _Url | None = _optional("A copy of the page in a public archive; missing where none is named.")


class RatingJson(_JsonObject):
    """A rating."""

    level: Level = _field("The level.")
    confidence: Confidence | None = _optional("doubtful where the evidence is weak or not clear; missing otherwise.")
    doubt: str | None = _optional("Why it is doubtful; missing if it is not.")
    disputed: _Url | None = _optional("The open dispute about it; missing if there is none.")
    provisional: Literal[True] | None = _optional(
        "There if it was merged while there were fewer than three maintainers; missing otherwise."
    )
    note: str | None = _optional("A note for the reader.")
    precedents: Annotated[tuple[_PrecedentId, ...], Field(min_length=1)] | None = _optional(
        "The precedents that it follows; missing if none is cited."
    )
    evidence: tuple[EvidenceJson, ...] = _field("What shows it; empty where nothing does.")


class ArtifactJson(_JsonObject):
    """Whether an artifact can be had."""

    available: Availability = _field("Whether it can be had.")
    license: str | None = _optional("Its license, an SPDX expression; missing if not known.")
    note: str | None = _optional("A note for the reader.")
    evidence: tuple[EvidenceJson, ...] = _field("What shows it; empty where nothing does.")


class ParametersJson(_JsonObject):
    """Numbers of parameters."""

    total: Annotated[int, Field(ge=1)] = _field("All parameters.")
    active: Annotated[int, Field(ge=1)] | None = _optional("Those used for a token; missing if all are.")


class ModelFactsJson(_JsonObject):
    """What a model is, and what of it can be had."""

    id: str = _field("developer/model.")
    model: str = _field("Its name.")
    variant: str | None = _optional("Which size or version of it is rated.")
    parameters: ParametersJson | None = _optional("How many parameters that variant has; missing if not known.")
    developer: DeveloperJson
    released: date | None = _optional("Day of the release; missing if not known.")
    modality: tuple[Annotated[Modality, Field(description="A modality.")], ...] = _field(
        "What it takes in or gives out."
    )
    huggingface: str | None = _optional("Id of its main repository on Hugging Face.")
    license: str | None = _optional("License of the weights, an SPDX expression; missing if none is stated.")
    license_url: _Url | None = _optional("Where the text of that license can be read.")
    license_restricts: tuple[Annotated[Restriction, Field(description="A kind of restriction.")], ...] | None = (
        _optional("The kinds of restrictions of that license; missing if it is not in schema/licenses.yaml.")
    )
    commercial_use: CommercialUse | None = _optional(
        "Whether that license permits commercial use; missing if it is not in schema/licenses.yaml."
    )
    api_retired: date | None = _optional("Day since which no public API serves it; missing if one does, or not known.")
    base_models: Annotated[tuple[_BaseModelId, ...], Field(min_length=1)] | None = _optional(
        "The models that it was made from; missing if none is stated."
    )
    artifacts: dict[str, ArtifactJson] | None = _for_some(
        "artifacts", "{0.question}", "What can be had; an artifact is missing if nobody looked for it."
    )
    page: str = _field("Path of its page in the repository.")
    source: str = _field("Path of its assessment in the repository.")


class ModelRanksJson(_JsonObject):
    """The place of a model on the board."""

    rank: _Rank = _field("Rank by the default way.")
    score: _Score = _field("Score by the default way, rounded to four decimals.")
    score_exact: str = _field("The same score as a whole number or a fraction.", pattern="^[0-9]+(/[0-9]+)?$")
    category_scores: dict[str, _OptionalScore] = _for_each(
        "categories",
        "{0.title}, rounded to four decimals; null where nothing is applicable.",
        "Score of each category, from 0 to the points of open.",
    )
    study_2025_rank: _Rank | None = _optional("Rank that the study of 2025 printed; missing if it was not in it.")
    rankings: tuple[RankingJson, ...] = _field("Its rank by every way of ranking.")


class ModelRatingsJson(_JsonObject):
    """The ratings of a model."""

    ratings: dict[str, RatingJson] = _for_each("criteria", "{0.question}", "A rating for each criterion.")


class ModelJson(ModelRatingsJson, ModelRanksJson, ModelFactsJson):
    """A model."""


class LeaderboardHeadJson(_JsonObject):
    """The rubric that ranks the models."""

    # The first number rises when a program that reads the file would break, the second with additions.
    format_version: Literal["1.3.0"] = _field("Version of this format; a new first number breaks readers.")
    rubric_version: str = _field("Version of the rubric.")
    license: Literal["CC-BY-4.0"] = _field("License of this data, an SPDX id.")
    default: WayJson = _field("The way of ranking that the models are ordered by.")
    levels: tuple[LevelJson, ...] = _field("The levels, the most open first.")
    not_applicable: tuple[CountingJson, ...] = _field("The ways of counting not-applicable, the default first.")
    weightings: tuple[WeightingJson, ...] = _field("The weightings, the default first.")
    categories: tuple[CategoryJson, ...] = _field("The categories, in order.")
    criteria: tuple[CriterionJson, ...] = _field("The criteria, category by category.")
    artifacts: tuple[ArtifactKindJson, ...] = _field("What can be had of a model, or not.")


class LeaderboardJson(LeaderboardHeadJson):
    """All assessed models, with the rubric that ranks them."""

    models: tuple[ModelJson, ...] = _field("The models, the most open first; ties in the order of their names.")


# ---- the file --------------------------------------------------------------------------------------------------------


def leaderboard_head(rubric: Rubric) -> str:
    """Return the text of leaderboard.json before the first model."""
    head = LeaderboardHeadJson(
        format_version="1.3.0",
        rubric_version=rubric.version,
        license="CC-BY-4.0",
        default={"weighting": rubric.default_weighting.id, "not_applicable": rubric.default_counting},
        levels=[{"id": level, **dict(meaning)} for level, meaning in rubric.levels.items()],
        not_applicable=rubric.not_applicable,
        weightings=[{**dict(each), "maximum": rubric.maximum(each)} for each in rubric.weightings],
        categories=[category.model_dump(include={"id", "title", "shown_as"}) for category in rubric.categories],
        criteria=[
            {"category": category.id, **criterion.model_dump(by_alias=True)}
            for category in rubric.categories
            for criterion in category.criteria
        ],
        artifacts=rubric.artifacts,
    )
    return f'{{\n{_properties(head, "  ")},\n  "models": [\n'


def model_json(models: RankedModels, row: Row, assessment: Assessment) -> str:
    """Return the text of one model in leaderboard.json, without the comma behind it."""
    return "".join(part.render() for part in model_parts(models, ModelInputs(row, lambda: assessment)))


def model_parts(models: RankedModels, model: ModelInputs) -> Iterator[Part]:
    """Yield the parts of that text."""
    yield Part(f"facts {model.assessment_key}", lambda: f"    {{\n{_properties(_facts(models, model), _INDENT)},\n")
    yield Part(f"ranks {model.board_key}", lambda: f"{_properties(_ranks(models, model.row), _INDENT)},\n")
    yield Part(f"ratings {model.assessment_key}", lambda: f"{_properties(_ratings(models, model), _INDENT)}\n    }}")


def _facts(models: RankedModels, model: ModelInputs) -> _JsonObject:
    assessment, own = model.assessment(), model.row.entry.id
    terms = models.license_terms(assessment)
    return ModelFactsJson(
        id=own,
        model=assessment.model,
        variant=assessment.variant,
        parameters=assessment.parameters,
        developer={"id": model.row.entry.developer, **dict(models.developer(model.row))},
        released=assessment.released,
        modality=assessment.modality,
        huggingface=assessment.huggingface,
        license=assessment.license,
        license_url=assessment.license_url,
        license_restricts=None if terms is None else terms.restricts,
        commercial_use=None if terms is None else terms.commercial_use,
        api_retired=assessment.api_retired,
        artifacts=assessment.artifacts or None,
        base_models=assessment.base_models or None,
        page=page_path(own),
        source=assessment_path(own),
    )


def _ranks(models: RankedModels, row: Row) -> _JsonObject:
    board = models.board
    scores = zip(board.rubric.categories, board.category_scores(row), strict=True)
    return ModelRanksJson(
        rank=board.rank(row),
        score=board.score(row),
        score_exact=str(board.score(row)),
        category_scores={category.id: own for category, own in scores},
        study_2025_rank=models.study_rank(row),
        rankings=list(_rankings(board, row)),
    )


def _ratings(models: RankedModels, model: ModelInputs) -> _JsonObject:
    provisional = models.provisional_criteria(model.row)
    return ModelRatingsJson(
        ratings={
            criterion: {
                "level": rating.level,
                "confidence": rating.confidence,
                "doubt": rating.doubt,
                "disputed": rating.disputed,
                "provisional": criterion in provisional or None,
                "note": rating.note,
                "precedents": rating.precedents or None,
                "evidence": rating.evidence,
            }
            for criterion, rating in model.assessment().ratings.items()
        },
    )


def _rankings(board: Leaderboard, row: Row) -> Iterator[dict[str, object]]:
    for way, rank, score in zip(board.scoring.ways, row.ranks, row.scores, strict=True):
        points = board.scoring.points(score)
        yield {"weighting": way.weighting, "not_applicable": way.counting, "rank": rank, "score": points}


def _properties(part: _JsonObject, indent: str) -> str:
    """Return a line for each property, and one for each object in a property, so that diffs stay readable."""
    values = part.model_dump(mode="json", by_alias=True, exclude_none=True)
    return ",\n".join(f'{indent}"{name}": {_value(value, indent)}' for name, value in values.items())


def _value(value: object, indent: str) -> str:
    match value:
        case [dict(), *_]:
            (opening, closing), items = "[]", [_text(item) for item in value]
        case dict() if all(isinstance(item, dict) for item in value.values()):
            (opening, closing), items = "{}", [f'"{name}": {_text(item)}' for name, item in value.items()]
        case _:
            return _text(value)
    lines = ",\n".join(f"{indent}  {item}" for item in items)
    return f"{opening}\n{lines}\n{indent}{closing}"


_INDENT = " " * 6
# One encoder for all values, because `json.dumps` makes a new one for each.
_text = json.JSONEncoder(ensure_ascii=False).encode


# ---- the schema ------------------------------------------------------------------------------------------------------

_KEYS = (
    *("$schema", "$id", "title", "type", "minimum", "items", "const of a boolean", "description"),
    *("properties", "required", "additionalProperties", "const", "enum", "format", "pattern", "minItems"),
)
"""The order of the keys in the schema."""


def leaderboard_json_schema(rubric: Rubric) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of leaderboard/leaderboard.json."""
    schema = data_file_schema(LeaderboardJson, "leaderboard", "Openness leaderboard")
    return _schema(schema, schema.pop("$defs"), rubric)


def _schema(part: JsonSchemaValue, definitions: Mapping[str, JsonSchemaValue], rubric: Rubric) -> dict[str, Any]:
    """Return a part of the schema without references, and with what depends on the rubric."""
    own = dict(part)
    if reference := own.pop("$ref", None):
        definition = definitions[reference.rpartition("/")[2]]
        own = {key: value for key, value in definition.items() if key != "title"} | own
    if parts := own.pop("ids of", None):
        own["enum"] = [each.id for each in getattr(rubric, parts)]
    optional = "for some of" in own
    if parts := own.pop("for some of" if optional else "for each of", None):
        described_as, item = own.pop("described as"), own["additionalProperties"]
        own["properties"] = {
            each.id: item | {"description": described_as.format(each)} for each in getattr(rubric, parts)
        }
        own |= ({} if optional else {"required": list(own["properties"])}) | {"additionalProperties": False}
    if "items" in own:
        own["items"] = _schema(own["items"], definitions, rubric)
    if "properties" in own:
        own["properties"] = {name: _schema(each, definitions, rubric) for name, each in own["properties"].items()}

    def place(key: str) -> int:
        return _KEYS.index("const of a boolean" if key == "const" and own["type"] == "boolean" else key)

    return {key: own[key] for key in sorted(own, key=place)}
