"""The leaderboard for programs: JSON and CSV, written model by model, and the JSON Schema of the JSON.

Each file is a head, one text for each model, and a foot, so that the build lets 30,000 assessments pass by once and
keeps none of them.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.assessment import Modality, OrganisationKind
from bot.rendering.escaping import csv_cell, one_line
from bot.rendering.model_page import page_path, source_path
from bot.rendering.words import decimal
from bot.rubric import Level, NotApplicable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from fractions import Fraction

    from bot.assessment import Assessment, Developer, Evidence, Rating
    from bot.leaderboard import Leaderboard, Row
    from bot.rubric import Rubric

FORMAT_VERSION = "1.0.0"
"""Of leaderboard.json. The first number rises when a program that reads it would break, the second with additions."""

DATA_LICENSE = "CC-BY-4.0"
DATA_FILES = ("leaderboard.json", "leaderboard.csv", "ratings.csv")


@dataclass(frozen=True)
class StreamedFile:
    """A generated file whose text is `head`, then `row(...)` of each model with `separator` between them, then `foot`.

    The models come in the order of the board.
    """

    path: str
    head: str
    row: Callable[[Row, Assessment, Developer], str]
    separator: str
    foot: str


def streamed_files(
    board: Leaderboard,
    developers: Mapping[str, Developer],  # noqa: ARG001 (each row is handed its own)
    study_ranks: Mapping[str, int],
) -> list[StreamedFile]:
    """`leaderboard/leaderboard.json`, `leaderboard.csv` (a line for each model) and `ratings.csv` (for each rating)."""

    def model_json(row: Row, assessment: Assessment, developer: Developer) -> str:
        return _model_json(board, row, assessment, developer, study_ranks)

    def model_line(row: Row, assessment: Assessment, developer: Developer) -> str:
        return _csv_line(_model_cells(board, row, assessment, developer, study_ranks))

    def rating_lines(row: Row, assessment: Assessment, _: Developer) -> str:
        return "".join(map(_csv_line, _rating_cells(board.rubric, row, assessment)))

    return [
        StreamedFile("leaderboard/leaderboard.json", _json_head(board), model_json, ",\n", "\n]\n}\n"),
        StreamedFile("leaderboard/leaderboard.csv", _csv_line(leaderboard_columns(board.rubric)), model_line, "", ""),
        StreamedFile("leaderboard/ratings.csv", _csv_line(ratings_columns()), rating_lines, "", ""),
    ]


# ---- JSON ------------------------------------------------------------------------------------------------------------


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _number(number: Fraction | None) -> int | float | None:
    """A JSON number, rounded to four decimals."""
    if number is None:
        return None
    return number.numerator if number.denominator == 1 else float(decimal(number, 4))


def _json_head(board: Leaderboard) -> str:
    """Everything before the first model: one line for each part of the rubric."""
    rubric = board.rubric
    parts = {
        "format_version": FORMAT_VERSION,
        "rubric_version": rubric.version,
        "license": DATA_LICENSE,
        "default": {"weighting": rubric.default_weighting.id, "not_applicable": rubric.default_counting.value},
    }
    lists = {
        "levels": [
            {"id": level.value, "title": meaning.title, "points": _number(meaning.points), "meaning": meaning.meaning}
            for level, meaning in rubric.levels.items()
        ],
        "not_applicable": [one.model_dump(mode="json") for one in rubric.not_applicable],
        "weightings": [
            {
                "id": weighting.id,
                "name": weighting.name,
                "source": weighting.source,
                "weights": {category: _number(weight) for category, weight in weighting.weights.items()},
                "maximum": _number(rubric.maximum(weighting)),
            }
            for weighting in rubric.weightings
        ],
        "categories": [{"id": category.id, "title": category.title} for category in rubric.categories],
        "criteria": [
            {"category": category.id, **criterion.model_dump(by_alias=True)}
            for category in rubric.categories
            for criterion in category.criteria
        ],
    }
    lines = [f'  "{name}": {_json(value)}' for name, value in parts.items()]
    for name, values in lists.items():
        inside = ",\n".join(f"    {_json(value)}" for value in values)
        lines.append(f'  "{name}": [\n{inside}\n  ]')
    return "{\n" + ",\n".join(lines) + ',\n  "models": [\n'


def _model_json(
    board: Leaderboard, row: Row, assessment: Assessment, developer: Developer, study_ranks: Mapping[str, int]
) -> str:
    """One model: a line for each property, and one for each rating and ranking, so that differences stay readable."""
    score = board.score(row)
    scores = zip(board.rubric.categories, board.category_scores(row), strict=True)
    properties: dict[str, object] = {
        "id": row.entry.id,
        "model": assessment.model,
        "developer": _without_none(
            id=row.entry.developer,
            name=developer.name,
            country=developer.country,
            kind=developer.kind.value,
            url=developer.url,
        ),
        "released": None if assessment.released is None else assessment.released.isoformat(),
        "modality": [modality.value for modality in assessment.modality],
        "huggingface": assessment.huggingface,
        "license": assessment.license,
        "page": page_path(row.entry.id),
        "source": source_path(row.entry.id),
        "rank": board.rank(row),
        "score": _number(score),
        "score_exact": str(score),
        "category_scores": {category.id: _number(own) for category, own in scores},
        "study_2025_rank": study_ranks.get(row.entry.id),
    }
    lines = [f'      "{name}": {_json(value)}' for name, value in _without_none(**properties).items()]
    rankings = ",\n".join(f"        {_json(ranking)}" for ranking in _rankings(board, row))
    ratings = ",\n".join(f'        "{name}": {_json(_rating(one))}' for name, one in assessment.ratings.items())
    lines += [f'      "rankings": [\n{rankings}\n      ]', f'      "ratings": {{\n{ratings}\n      }}']
    return "    {\n" + ",\n".join(lines) + "\n    }"


def _without_none(**properties: object) -> dict[str, object]:
    return {name: value for name, value in properties.items() if value is not None}


def _rankings(board: Leaderboard, row: Row) -> Iterable[dict[str, object]]:
    for way, rank, score in zip(board.scoring.ways, row.ranks, row.scores, strict=True):
        yield {
            "weighting": way.weighting,
            "not_applicable": way.counting.value,
            "rank": rank,
            "score": _number(board.scoring.points(score)),
        }


def _rating(rating: Rating) -> dict[str, object]:
    return _without_none(
        level=rating.level.value, note=rating.note, evidence=[_evidence(evidence) for evidence in rating.evidence]
    )


def _evidence(evidence: Evidence) -> dict[str, object]:
    accessed = None if evidence.accessed is None else evidence.accessed.isoformat()
    return _without_none(
        url=evidence.url, where=evidence.where, fact=evidence.fact, accessed=accessed, quote=evidence.quote
    )


# ---- CSV -------------------------------------------------------------------------------------------------------------


def leaderboard_columns(rubric: Rubric) -> dict[str, str]:
    """The columns of leaderboard.csv, each with what it holds."""
    columns = {
        "rank": "rank by the default weighting; ties share the smaller rank",
        "id": "developer/model",
        "model": "name of the model",
        "developer": "name of the developer",
        "country": "where the developer is based",
        "kind": "organisational model of the developer",
        "released": "day of the release; empty if not known",
        "modality": "what the model takes in or gives out, separated by spaces",
        "huggingface": "id on Hugging Face; empty if it has none",
        "license": "SPDX expression; empty if none is stated",
        "score": "score by the default weighting, four decimals",
    }
    for category in rubric.categories:
        columns[f"score_{category.id}"] = f"score of the category: {category.title}"
    for counting in NotApplicable:
        for weighting in rubric.weightings:
            columns[f"rank_{weighting.id}_{counting}"] = f"rank by the weighting {weighting.name}, {counting.value}"
    return columns | {
        "study_2025_rank": "rank that the study of 2025 printed; empty if the model was not in it",
        "page": "path of the model's page in this repository",
        "source": "path of the assessment in this repository",
    }


def ratings_columns() -> dict[str, str]:
    """The columns of ratings.csv, each with what it holds."""
    return {
        "id": "developer/model",
        "category": "id of the category",
        "criterion": "id of the criterion",
        "level": "open, semi-open, closed or not-applicable",
        "unverified": "number of evidence links that nobody has read yet",
        "evidence_urls": "the links, separated by spaces",
        "note": "the note for the reader; line breaks are spaces",
    }


def _csv_line(cells: Iterable[str | int]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _cell(text: str | None) -> str:
    """Text of a contributor: on one line, so that every record of the file is one, and nothing to execute."""
    return csv_cell(one_line(text or ""))


def _model_cells(
    board: Leaderboard, row: Row, assessment: Assessment, developer: Developer, study_ranks: Mapping[str, int]
) -> list[str | int]:
    return [
        board.rank(row),
        _cell(row.entry.id),
        _cell(assessment.model),
        _cell(developer.name),
        _cell(developer.country),
        developer.kind.value,
        "" if assessment.released is None else assessment.released.isoformat(),
        " ".join(assessment.modality),
        _cell(assessment.huggingface),
        _cell(assessment.license),
        decimal(board.score(row), 4),
        *("" if own is None else decimal(own, 4) for own in board.category_scores(row)),
        *row.ranks,
        study_ranks.get(row.entry.id, ""),
        _cell(page_path(row.entry.id)),
        _cell(source_path(row.entry.id)),
    ]


def _rating_cells(rubric: Rubric, row: Row, assessment: Assessment) -> Iterable[list[str | int]]:
    for category in rubric.categories:
        for criterion in category.criteria:
            rating = assessment.ratings[criterion.id]
            yield [
                _cell(row.entry.id),
                category.id,
                criterion.id,
                rating.level.value,
                sum(evidence.accessed is None for evidence in rating.evidence),
                _cell(" ".join(evidence.url for evidence in rating.evidence)),
                _cell(rating.note),
            ]


# ---- JSON Schema -----------------------------------------------------------------------------------------------------


def _text(description: str, **more: object) -> dict[str, Any]:
    return {"type": "string", "description": description, **more}


def _count(description: str, kind: str = "number", minimum: int = 0) -> dict[str, Any]:
    return {"type": kind, "minimum": minimum, "description": description}


def _list(description: str, items: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"type": "array", "items": items, "description": description, **more}


def _object(description: str, optional: Iterable[str] = (), /, **properties: dict[str, Any]) -> dict[str, Any]:
    """A closed object: all properties are there but the optional ones, and no others."""
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def leaderboard_json_schema(rubric: Rubric) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of leaderboard/leaderboard.json."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "leaderboard.schema.json",
        "title": "Openness leaderboard",
        **_object(
            "All assessed models, with the rubric that ranks them.",
            format_version=_text("Version of this format; a new first number breaks readers.", const=FORMAT_VERSION),
            rubric_version=_text("Version of the rubric."),
            license=_text("License of this data, an SPDX id.", const=DATA_LICENSE),
            default=_object("The way of ranking that the models are ordered by.", **_way(rubric)),
            **_rubric_schema(rubric),
            models=_list("The models, the most open first; ties in the order of their names.", _model_schema(rubric)),
        ),
    }


def _way(rubric: Rubric) -> dict[str, Any]:
    return {
        "weighting": _text("Id of the weighting.", enum=[weighting.id for weighting in rubric.weightings]),
        "not_applicable": _text("How not-applicable counts.", enum=[counting.value for counting in NotApplicable]),
    }


def _rubric_schema(rubric: Rubric) -> dict[str, Any]:
    levels = [level.value for level in Level]
    categories = [category.id for category in rubric.categories]
    level = _object(
        "A level.",
        id=_text("Id of the level.", enum=levels),
        title=_text("What people call it."),
        points=_count("Points for each criterion at this level."),
        meaning=_text("What it means in general."),
    )
    counting = _object(
        "A way of counting not-applicable.",
        id=_text("Its id.", enum=[counting.value for counting in NotApplicable]),
        title=_text("What people call it."),
        meaning=_text("What it does to a score."),
    )
    weighting = _object(
        "A weighting.",
        id=_text("Its id."),
        name=_text("What people call it."),
        source=_text("Where it comes from."),
        weights=_object("Weight of each category.", **{id_: _count(f"Weight of {id_}.") for id_ in categories}),
        maximum=_count("Score of a model that is open in everything."),
    )
    category = _object("A category.", id=_text("Its id.", enum=categories), title=_text("What people call it."))
    criterion_texts = {
        "id": _text("Its id.", enum=[criterion.id for criterion in rubric.criteria]),
        "title": _text("What people call it."),
        "short": _text("Two or three characters for narrow columns."),
        "question": _text("The question that the level answers."),
        **{name: _text(f"What {name} means here.") for name in levels[:3]},
    }
    criterion = _object("A criterion.", category=_text("Id of its category.", enum=categories), **criterion_texts)
    return {
        "levels": _list("The levels, the most open first.", level),
        "not_applicable": _list("The ways of counting not-applicable, the default first.", counting),
        "weightings": _list("The weightings, the default first.", weighting),
        "categories": _list("The categories, in order.", category),
        "criteria": _list("The criteria, category by category.", criterion),
    }


def _model_schema(rubric: Rubric) -> dict[str, Any]:
    developer = _object(
        "Who made it.",
        ["url"],
        id=_text("The developer's folder under assessments/."),
        name=_text("Name of the organisation."),
        country=_text("Where it is based."),
        kind=_text("Its organisational model.", enum=[kind.value for kind in OrganisationKind]),
        url=_text("Its own page.", format="uri"),
    )
    scores = {category.id: _optional_number(category.title) for category in rubric.categories}
    ranking = _object(
        "A rank by one way of ranking.",
        **_way(rubric),
        rank=_count("1 is the most open; ties share the smaller rank.", "integer", 1),
        score=_count("Score in points, rounded to four decimals."),
    )
    return _object(
        "A model.",
        ["released", "huggingface", "license", "study_2025_rank"],
        id=_text("developer/model."),
        model=_text("Its name."),
        developer=developer,
        released=_text("Day of the release; missing if not known.", format="date"),
        modality=_list(
            "What it takes in or gives out.", _text("A modality.", enum=[modality.value for modality in Modality])
        ),
        huggingface=_text("Id of its main repository on Hugging Face."),
        license=_text("License of the weights, an SPDX expression; missing if none is stated."),
        page=_text("Path of its page in the repository."),
        source=_text("Path of its assessment in the repository."),
        rank=_count("Rank by the default way.", "integer", 1),
        score=_count("Score by the default way, rounded to four decimals."),
        score_exact=_text("The same score as a whole number or a fraction.", pattern="^[0-9]+(/[0-9]+)?$"),
        category_scores=_object("Score of each category, from 0 to the points of open.", **scores),
        study_2025_rank=_count("Rank that the study of 2025 printed; missing if it was not in it.", "integer", 1),
        rankings=_list("Its rank by every way of ranking.", ranking),
        ratings=_object(
            "A rating for each criterion.", **{one.id: _rating_schema(one.question) for one in rubric.criteria}
        ),
    )


def _optional_number(title: str) -> dict[str, Any]:
    return _count(f"{title}, rounded to four decimals; null where nothing is applicable.") | {
        "type": ["number", "null"]
    }


def _rating_schema(question: str) -> dict[str, Any]:
    evidence = _object(
        "A public page that shows it.",
        ["where", "accessed", "quote"],
        url=_text("Its address.", format="uri"),
        where=_text("Where on the page."),
        fact=_text("What the page states, in the words of the contributor."),
        accessed=_text("Day on which somebody read it there; missing while nobody has.", format="date"),
        quote=_text("A few words of the source."),
    )
    return _object(
        question,
        ["note"],
        level=_text("The level.", enum=[level.value for level in Level]),
        note=_text("A note for the reader."),
        evidence=_list("What shows it; empty where nothing does.", evidence),
    )
