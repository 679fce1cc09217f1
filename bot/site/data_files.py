"""The leaderboard for programs: JSON and CSV, written model by model.

Each file is a head, some parts for each model, and a foot, so that the build reads 30,000 assessments one after the other and
keeps none of them. What depends on ranks is a part of its own.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.board.model.layout import GENERATED, assessment_path, page_path
from bot.board.model.rubric import NotApplicable
from bot.board.model.words import decimal
from bot.site.document import Part
from bot.site.leaderboard_json import leaderboard_head, model_parts
from bot.text.escaping import csv_cell, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.board.model.rubric import Rubric
    from bot.site.document import ModelInputs
    from bot.site.ranked_models import RankedModels

DATA_FILES = ("leaderboard.json", "leaderboard.csv", "leaderboard.excel.csv", "ratings.csv")


@dataclass(frozen=True)
class DataFile:
    """A generated file whose text is `head`, then `parts(...)` of each model with `separator` between models, then `foot`.

    The models come in the order of the board.
    """

    path: str
    head: str
    parts: Callable[[ModelInputs], Iterable[Part]]
    separator: str = ""
    foot: str = ""


def data_files(models: RankedModels) -> list[DataFile]:
    """Return the files for programs: for each model an object in the JSON, a line of two CSV files, and a line for each rating."""
    rubric = models.board.rubric
    json_file, models_file, excel_file, ratings_file = (f"{GENERATED}/{name}" for name in DATA_FILES)
    columns, line = _csv(leaderboard_columns(rubric)), partial(_model_line, models)
    return [
        DataFile(json_file, leaderboard_head(rubric), partial(model_parts, models), ",\n", "\n]\n}\n"),
        DataFile(models_file, columns, line),
        # Excel takes a file without a byte order mark for one in the encoding of the system, and programs take the mark for a
        # part of the first column's name: so there are two files.
        DataFile(excel_file, f"\ufeff{columns}", line),
        DataFile(ratings_file, _csv(RATINGS_COLUMNS), partial(_rating_lines, models)),
    ]


def leaderboard_columns(rubric: Rubric) -> list[str]:
    """Return the columns of leaderboard.csv. What is not known is an empty cell; scores have four decimals."""
    return [
        *(
            "rank",
            "id",
            "model",
            "developer",
            "country",
            "kind",
            "released",
            "modality",
            "huggingface",
            "license",
            "license_url",
            "commercial_use",  # yes, limited or no; empty where the license is not in schema/licenses.yaml
            "variant",
            "parameters",
            "active_parameters",
            "api_retired",
        ),
        *(f"available_{artifact.id}" for artifact in rubric.artifacts),  # yes, partly or no; empty where nobody looked
        "score",
        *(f"score_{category.id}" for category in rubric.categories),
        *(f"rank_{weighting.id}_{counting}" for counting in NotApplicable for weighting in rubric.weightings),
        *("study_2025_rank", "doubtful_ratings", "page", "source"),
    ]


RATINGS_COLUMNS = (
    *("id", "category", "criterion", "level"),
    *("confidence", "doubt"),  # doubtful, and why; empty otherwise
    "unverified",  # number of evidence links that nobody has read yet
    "evidence_urls",  # separated by spaces
    *("note", "disputed"),  # on one line; link to the open dispute
    "provisional",  # yes if it was merged while there were fewer than three maintainers
)
"""The columns of ratings.csv."""


def _csv(*records: Iterable[str | int], end: str = "\n") -> str:
    lines = io.StringIO()
    csv.writer(lines, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(records)
    return lines.getvalue()


def _cell(text: str | None) -> str:
    """Return a contributor's text on one line, so that a record is one line of the file, and safe in a spreadsheet."""
    return csv_cell(one_line(text or ""))


def _model_line(models: RankedModels, model: ModelInputs) -> Iterator[Part]:
    row, board, developer = model.row, models.board, models.developer(model.row)

    def facts() -> str:
        assessment = model.assessment()
        terms, parameters = models.license_terms(assessment), assessment.parameters
        artifacts = (assessment.artifacts.get(kind.id) for kind in board.rubric.artifacts)
        return _csv([
            _cell(row.entry.id),
            _cell(assessment.model),
            _cell(developer.name),
            _cell(developer.country),
            developer.kind.value,
            "" if assessment.released is None else assessment.released.isoformat(),
            " ".join(assessment.modality),
            _cell(assessment.huggingface),
            _cell(assessment.license),
            _cell(assessment.license_url),
            "" if terms is None else terms.commercial_use.value,
            _cell(assessment.variant),
            "" if parameters is None else parameters.total,
            "" if parameters is None or parameters.active is None else parameters.active,
            "" if assessment.api_retired is None else assessment.api_retired.isoformat(),
            *("" if own is None else own.available.value for own in artifacts),
        ], end=",")  # fmt: skip

    def scores() -> str:
        study_rank = models.study_rank(row)
        return _csv([
            decimal(board.score(row), 4),
            *("" if own is None else decimal(own, 4) for own in board.category_scores(row)),
            *row.ranks,
            "" if study_rank is None else study_rank,
            len(row.entry.doubtful),
            _cell(page_path(row.entry.id)),
            _cell(assessment_path(row.entry.id)),
        ])  # fmt: skip

    yield Part(f"rank {model.board_key}", lambda: _csv([board.rank(row)], end=","))
    yield Part(f"facts {model.assessment_key}", facts)
    yield Part(f"scores {model.board_key}", scores)


def _rating_lines(models: RankedModels, model: ModelInputs) -> Iterator[Part]:
    yield Part(model.assessment_key, partial(_ratings, models, model))


def _ratings(models: RankedModels, model: ModelInputs) -> str:
    provisional, ratings = models.provisional_criteria(model.row), model.assessment().ratings
    return _csv(*(
        (
            _cell(model.row.entry.id),
            category.id,
            criterion.id,
            rating.level.value,
            "" if rating.confidence is None else rating.confidence.value,
            _cell(rating.doubt),
            sum(evidence.accessed is None for evidence in rating.evidence),
            _cell(" ".join(evidence.url for evidence in rating.evidence)),
            _cell(rating.note),
            _cell(rating.disputed),
            "yes" if criterion.id in provisional else "",
        )
        for category in models.board.rubric.categories
        for criterion, rating in ((each, ratings[each.id]) for each in category.criteria)
    ))  # fmt: skip
