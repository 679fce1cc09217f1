"""The study of 2025 as printed: ratings, ranks, plotted scores and benchmark values, read from four CSV files.

These numbers never change, not even where they are wrong or out of date: the recomputation is compared with them.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from math import atanh, isfinite, sqrt, tanh
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.assessment import Entry
from bot.board.model.rubric import Level, Rubric

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

RATINGS = "ratings.csv"
RANKS = "ranks.csv"
BENCHMARK_VALUES = "benchmarks.csv"
CORRELATIONS = "correlations.csv"
FILES = (RATINGS, RANKS, BENCHMARK_VALUES, CORRELATIONS)

# A column of ranks can be for several weightings with the same numbers; the first is the study's own weighting.
RANK_COLUMNS = ("ours", "osaid_liesenfeld_white", "liu", "eiras")
BENCHMARKS = {"gpqa": "GPQA", "mmlu": "MMLU", "elo": "Elo"}
"""Each benchmark's column and the name that people read."""

_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
_COUNT = re.compile(r"[1-9][0-9]{0,8}")


class StudyError(ValueError):
    """A table of the study cannot be used; the message names the file and the line, and what was expected."""


@dataclass(frozen=True, slots=True)
class Correlation:
    """Correlation of a benchmark (y) with the openness score (x) over a number of models.

    `pearson` has no unit, `slope` is in benchmark points per score point, `intercept` in benchmark points. A figure is
    None where it is undefined: for fewer than two models, or the same value for all of them.
    """

    models: int
    pearson: float | None
    slope: float | None
    intercept: float | None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the 95 % confidence interval of `pearson`; None for fewer than four models, or where `pearson` is 1 or -1.

        Fisher's z transformation: atanh(r) is about normal with the standard error 1/sqrt(n - 3). Source: Fisher, "On the
        probable error of a coefficient of correlation deduced from a small sample" (Metron 1, 1921).
        """
        if self.pearson is None or self.models < 4 or abs(self.pearson) >= 1:
            return None
        z, margin = atanh(self.pearson), NormalDist().inv_cdf(0.975) / sqrt(self.models - 3)
        return tanh(z - margin), tanh(z + margin)


@dataclass(frozen=True, slots=True)
class Study:
    """The printed numbers of the study. Mappings by model have the id `developer/model` as their key."""

    ratings: tuple[Entry, ...]
    """Figures 2 and 3; the levels in the rubric's order, the name as printed."""
    ranks: Mapping[str, Mapping[str, int]]
    """Figure 4: for each of `RANK_COLUMNS` the rank of each model, 1 for the most open."""
    plotted_scores: Mapping[str, float]
    """Figures 5 to 7: the score of each plotted model, in points."""
    benchmarks: Mapping[str, Mapping[str, float]]
    """Figures 5 to 7: for each of `BENCHMARKS` the value of each plotted model."""
    printed: Mapping[str, Correlation]
    """For each of `BENCHMARKS` the correlation and the regression line that the study states."""


class _Line(NamedTuple):
    """One line of a file."""

    file: str
    number: int
    fields: dict[str, str]

    def error(self, what: str) -> StudyError:
        return StudyError(f"{self.file}:{self.number}: {what}")

    def number_in(self, column: str) -> float:
        text = self.fields[column]
        if not _NUMBER.fullmatch(text) or not isfinite(float(text)):
            raise self.error(f"`{text}` in the column `{column}` is no number; write it like 2.33")
        return float(text)

    def count_in(self, column: str) -> int:
        text = self.fields[column]
        if not _COUNT.fullmatch(text):
            raise self.error(f"`{text}` in the column `{column}` is no whole number from 1")
        return int(text)

    def level_in(self, column: str) -> Level:
        text = self.fields[column]
        if text not in set(Level):
            raise self.error(f"`{text}` in the column `{column}` is no level; write one of {', '.join(Level)}")
        return Level(text)


def weighting_of(column: str) -> str:
    """Return the id of the weighting that a column of ranks is recomputed by: the first word of its name."""
    return column.partition("_")[0]


def as_studied(entries: Iterable[Entry], rubric: Rubric, studied: Rubric) -> list[Entry]:
    """Return entries rated by `rubric` with only the levels of the criteria of the study's own rubric.

    Empty if `rubric` lacks one of these, because then today's ratings cannot be compared with the study's.
    """
    places = {criterion.id: place for place, criterion in enumerate(rubric.criteria)}
    wanted = [places.get(criterion.id) for criterion in studied.criteria]
    if None in wanted:
        return []
    return [
        entry._replace(levels=tuple(entry.levels[place] for place in wanted if place is not None)) for entry in entries
    ]


def read_study(texts: Mapping[str, str], rubric: Rubric) -> Study:
    """Return the study from the text of each of `FILES`. `rubric` is the study's own and orders its levels.

    Raises StudyError for a missing, unknown or repeated file, column or model, for an invalid level or number, and if
    `rubric` lacks a criterion or weighting of the tables, because then the study cannot be recomputed.
    """
    for column in RANK_COLUMNS:
        if weighting_of(column) not in {weighting.id for weighting in rubric.weightings}:
            raise StudyError(
                f"{RANKS}:1: the rubric has no weighting `{weighting_of(column)}`, so the column `{column}` cannot be "
                "recomputed"
            )
    ratings = _ratings(texts, rubric)
    ids = [entry.id for entry in ratings]
    ranks = _by_name(_lines(texts, RANKS, ("id", *RANK_COLUMNS)), "id", ids)
    values = _by_name(_lines(texts, BENCHMARK_VALUES, ("id", "openness_score_plotted", *BENCHMARKS)), "id", ids)
    statements = _by_name(
        _lines(texts, CORRELATIONS, ("benchmark", "models", "pearson", "slope", "intercept")),
        "benchmark",
        list(BENCHMARKS),
    )
    return Study(
        ratings=ratings,
        ranks={column: {key: line.count_in(column) for key, line in ranks.items()} for column in RANK_COLUMNS},
        plotted_scores=_plotted(values, "openness_score_plotted"),
        benchmarks={benchmark: _plotted(values, benchmark) for benchmark in BENCHMARKS},
        printed={benchmark: _printed(line) for benchmark, line in statements.items()},
    )


def _ratings(texts: Mapping[str, str], rubric: Rubric) -> tuple[Entry, ...]:
    criteria = [criterion.id for criterion in rubric.criteria]
    named = ("id", "paper_name", "nation")
    lines = list(_lines(texts, RATINGS, (*named, *criteria), criteria))
    _by_name(lines, "id", [line.fields["id"] for line in lines])
    return tuple(
        Entry(line.fields["id"], line.fields["paper_name"], None, tuple(map(line.level_in, criteria))) for line in lines
    )


def _printed(line: _Line) -> Correlation:
    return Correlation(line.count_in("models"), *map(line.number_in, ("pearson", "slope", "intercept")))


def _plotted(lines: Mapping[str, _Line], column: str) -> dict[str, float]:
    """Return the numbers of a column; an empty field means that the model was not plotted."""
    return {key: line.number_in(column) for key, line in lines.items() if line.fields[column]}


def _by_name(lines: Iterable[_Line], column: str, expected: Sequence[str]) -> dict[str, _Line]:
    """Return each line by the name in `column`, in the order of `expected`; each name must occur exactly once."""
    found: dict[str, _Line] = {}
    file = ""
    for line in lines:
        file, name = line.file, line.fields[column]
        if name not in expected:
            known = f"a model of {RATINGS}" if column == "id" else f"one of {', '.join(expected)}"
            raise line.error(f"`{name}` in the column `{column}` is not known; expected was {known}")
        if name in found:
            raise line.error(f"`{name}` stands in line {found[name].number} already; give each a single line")
        found[name] = line
    if missing := [name for name in expected if name not in found]:
        raise StudyError(f"{file}: there is no line for {_listed(missing)}; add one")
    return {name: found[name] for name in expected}


def _lines(
    texts: Mapping[str, str], file: str, columns: Sequence[str], criteria: Sequence[str] = ()
) -> Iterator[_Line]:
    """Yield the lines of a file that has exactly `columns`, in any order."""
    if file not in texts:
        raise StudyError(f"{file}: the file is missing; the study needs {', '.join(FILES)}")
    reader = csv.reader(io.StringIO(texts[file], newline=""), strict=True)
    try:
        header = next(reader, [])
        _check_header(_Line(file, 1, {}), header, columns, criteria)
        count = 0
        for fields in reader:
            line = _Line(file, reader.line_num, dict(zip(header, fields, strict=False)))
            if len(fields) != len(header):
                raise line.error(f"{len(fields)} fields stand here; the header has {len(header)}")
            count += 1
            yield line
    except csv.Error as error:
        raise StudyError(f"{file}:{reader.line_num}: this is no CSV: {error}") from None
    if not count:
        raise StudyError(f"{file}:1: there is nothing below the header; expected one line for each model or benchmark")


def _check_header(line: _Line, header: Sequence[str], columns: Sequence[str], criteria: Sequence[str]) -> None:
    if missing := [column for column in columns if column not in header and column not in criteria]:
        raise line.error(f"the column {_listed(missing)} is missing; expected were {', '.join(columns)}")
    if missing := [criterion for criterion in criteria if criterion not in header]:
        raise line.error(
            f"the rubric has {_listed(missing)}, which the study did not rate, so the study cannot be recomputed by "
            "this rubric"
        )
    if unknown := [column for column in header if column not in columns]:
        kind = "neither a criterion of the rubric nor another known column" if criteria else "no known column"
        raise line.error(f"{_listed(unknown)} is {kind}; expected were {', '.join(columns)}")
    if len(set(header)) < len(header):
        raise line.error("a column stands here twice; name each once")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
