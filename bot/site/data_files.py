"""The leaderboard for programs: JSON and CSV, written model by model.

Each file is a head, one text for each model, and a foot, so that the build lets 30,000 assessments pass by once and
keeps none of them.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.board.model.layout import page_path, source_path
from bot.board.model.rubric import NotApplicable
from bot.board.model.words import decimal
from bot.text.escaping import csv_cell, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from fractions import Fraction

    from bot.board.model.assessment import Assessment, Developer, Evidence, Rating
    from bot.board.model.rubric import Rubric
    from bot.board.ranking.leaderboard import Leaderboard, Row

FORMAT_VERSION = "1.1.0"
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
    study_ranks: Mapping[str, int],
    provisional: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> list[StreamedFile]:
    """`leaderboard/leaderboard.json`, `leaderboard.csv` (a line for each model) and `ratings.csv` (for each rating).

    `provisional` are the criteria whose ratings are that, by model.
    """

    def unsettled(row: Row) -> frozenset[str]:
        return provisional.get(row.entry.id, frozenset())

    def model_json(row: Row, assessment: Assessment, developer: Developer) -> str:
        return _model_json(board, row, assessment, developer, study_ranks, unsettled(row))

    def model_line(row: Row, assessment: Assessment, developer: Developer) -> str:
        return _csv_line(_model_cells(board, row, assessment, developer, study_ranks))

    def rating_lines(row: Row, assessment: Assessment, _: Developer) -> str:
        return "".join(map(_csv_line, _rating_cells(board.rubric, row, assessment, unsettled(row))))

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
    board: Leaderboard,
    row: Row,
    assessment: Assessment,
    developer: Developer,
    study_ranks: Mapping[str, int],
    provisional: frozenset[str],
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
        "base_models": list(assessment.base_models) or None,
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
    ratings = ",\n".join(
        f'        "{name}": {_json(_rating(one, provisional=name in provisional))}'
        for name, one in assessment.ratings.items()
    )
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


def _rating(rating: Rating, *, provisional: bool) -> dict[str, object]:
    return _without_none(
        level=rating.level.value,
        disputed=rating.disputed,
        provisional=provisional or None,
        note=rating.note,
        precedents=list(rating.precedents) or None,
        evidence=[_evidence(evidence) for evidence in rating.evidence],
    )


def _evidence(evidence: Evidence) -> dict[str, object]:
    accessed = None if evidence.accessed is None else evidence.accessed.isoformat()
    return _without_none(
        url=evidence.url,
        where=evidence.where,
        fact=evidence.fact,
        accessed=accessed,
        quote=evidence.quote,
        archived=evidence.archived,
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
        "disputed": "link to the open dispute about the rating; empty if there is none",
        "provisional": "yes if it was merged while there were fewer than three maintainers; empty otherwise",
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


def _rating_cells(
    rubric: Rubric, row: Row, assessment: Assessment, provisional: frozenset[str]
) -> Iterable[list[str | int]]:
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
                _cell(rating.disputed),
                "yes" if criterion.id in provisional else "",
            ]
