"""Which models to assess next: the study's choice by impact, computed from a listing of the hub. Pure.

A listing is a stream of rows, one per model, of which about 240 bytes per model are kept, or 400 where children are found by
name. It can be saved as a CSV file, so that a result can be reproduced.
"""

from __future__ import annotations

import csv
import heapq
import re
from array import array
from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache, partial
from math import log1p
from typing import TYPE_CHECKING, NamedTuple

from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

COLUMNS = ("id", "likes", "downloads", "base_models", "listed")
"""The first line of a listing kept as CSV."""

LARGEST_COUNT = 10**15 - 1
LONGEST_LINE = 1 << 16
"""Characters of a line of the CSV."""

# A few old models have no organisation in front.
_HUB_ID = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,95}/)?[A-Za-z0-9_][A-Za-z0-9._-]{0,95}")
_COUNT = re.compile(r"0|[1-9][0-9]{0,14}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# Logarithms of different machines may differ in the last digit, which must not decide the order.
_PLACES = 9


class ListingError(ValueError):
    """A listing cannot be used; the message names the line, what is wrong, and what was expected."""


class Children(StrEnum):
    """Definition of a child model."""

    BASE_MODEL = "base_model"
    """It names the other model as its base model on the hub (fine-tuned, adapted, merged or quantized)."""
    NAME = "name"
    """Its name contains the other model's name, as in the study."""


class ListedModel(NamedTuple):
    """A row of the hub's listing."""

    id: str
    likes: int
    downloads: int
    """Of the last month."""
    base_models: tuple[str, ...]
    listed: date


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model among the first of a listing."""

    rank: int
    """From 1; models with the same score share the smaller rank."""
    id: str
    children: int
    likes: int
    downloads: int
    scores: tuple[float, float, float]
    """Of children, likes and downloads, each from 0 to 1."""
    score: float
    """Their sum, from 0 to 3."""
    assessment: str | None
    """Id of its assessment, where there is one."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The first models of a listing."""

    candidates: tuple[Candidate, ...]
    models: int
    repeated: int
    """Ignored rows that repeat a model, which happens when the hub changes while it is listed."""
    listed: date | None
    """Day of the listing; None where it is empty."""
    children: Children


def is_hub_id(text: str) -> bool:
    """Return whether this can be the id of a model on the hub."""
    return _HUB_ID.fullmatch(text) is not None


def rank_models(
    rows: Iterable[ListedModel],
    top: int,
    children: Children = Children.BASE_MODEL,
    assessed: Mapping[str, str] | None = None,
) -> Ranking:
    """Return the `top` models with the greatest impact; the result does not depend on the order of the rows.

    Study, section 3.1, equations 1 to 4: for each of child models, likes and last month's downloads y = ln(x + 1) and
    S = (y - min y) / (max y - min y) over all rows; the score is the sum of the three S. Where all models have the same y,
    S is 0. Models with the same score are ordered by their ids.

    `assessed` contains the ids of assessments by hub id in lower case, as the hub ignores case. Raises ValueError when a
    count is negative.
    """
    columns = _Columns()
    for row in rows:
        columns.add(row)
    ids, likes, downloads = columns.ids, columns.likes, columns.downloads
    match children:
        case Children.BASE_MODEL:
            counts = array("q", map(columns.named.__getitem__, ids))
        case Children.NAME:
            counts = _count_by_name(ids)
    of_children, of_likes, of_downloads = _scale(counts), _scale(likes), _scale(downloads)
    scored = (
        (-round(of_children(count) + of_likes(like) + of_downloads(download), _PLACES), key, number)
        for number, (key, count, like, download) in enumerate(zip(ids, counts, likes, downloads, strict=True))
    )
    candidates: list[Candidate] = []
    for place, (negative, key, number) in enumerate(heapq.nsmallest(top, scored), start=1):
        score = 0.0 - negative
        rank = candidates[-1].rank if candidates and candidates[-1].score == score else place
        of_each = counts[number], likes[number], downloads[number]
        scores = of_children(of_each[0]), of_likes(of_each[1]), of_downloads(of_each[2])
        candidates.append(Candidate(rank, ids[key], *of_each, scores, score, (assessed or {}).get(key)))
    return Ranking(tuple(candidates), len(ids), columns.repeated, columns.listed, children)


class _Columns:
    """The rows of a listing, stored by columns to save memory."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        """As written, by the id in lower case."""
        self.likes = array("q")
        self.downloads = array("q")
        self.named: Counter[str] = Counter()
        """Number of models that name a base model, by the key of its id."""
        self.repeated = 0
        self.listed: date | None = None

    def add(self, row: ListedModel) -> None:
        """Add a row, unless its model is there already. Raises ValueError when a count is negative."""
        if row.likes < 0 or row.downloads < 0:
            raise ValueError(f"{row.id} has a count below 0")
        key = name_key(row.id)
        if key in self.ids:
            self.repeated += 1
            return
        self.ids[key] = row.id
        self.likes.append(row.likes)
        self.downloads.append(row.downloads)
        for base in {name_key(base) for base in row.base_models} - {key}:
            self.named[base] += 1
        self.listed = row.listed


def _scale(column: Sequence[int]) -> Callable[[int], float]:
    """Return the function S of the study for the counts of a column."""
    lowest = log1p(min(column, default=0))
    span = log1p(max(column, default=0)) - lowest
    # The span is compared, not the counts: the logarithms of two large counts can be the same.
    return (lambda count: (log1p(count) - lowest) / span) if span else (lambda _: 0.0)


_STEPS = (4, 8, 16)
"""Lengths of the prefixes by which names are looked up, one after the other."""


def _count_by_name(models: Iterable[str]) -> array[int]:
    """Return, for each model, the number of others whose names contain its name (the part after the slash)."""
    times = Counter(map(_name, models))
    lengths = _lengths(times)
    found: Counter[str] = Counter()
    for text, number in times.items():
        for name in _names_in(text, times, lengths) - {text}:
            found[name] += number
    return array("q", (found[name] + times[name] - 1 for name in map(_name, models)))


def _names_in(text: str, names: Container[str], lengths: Mapping[str, Sequence[int]]) -> set[str]:
    places = range(len(text))
    inside = {part for length in lengths[""] for start in places if (part := text[start : start + length]) in names}
    for start in [start for start in places if text[start : start + _STEPS[0]] in lengths]:
        for step in _STEPS:
            there = lengths.get(text[start : start + step])
            if there is None:
                break
            inside |= {part for length in there if (part := text[start : start + length]) in names}
    return inside


def _lengths(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return, by prefix, the lengths of the names with this prefix that are shorter than the next step."""
    lengths: dict[str, tuple[int, ...]] = {"": ()}
    for name in names:
        beginnings = ["", *(name[:step] for step in _STEPS if step <= len(name))]
        for beginning in beginnings:
            lengths.setdefault(beginning, ())
        if len(name) not in lengths[beginnings[-1]]:
            lengths[beginnings[-1]] += (len(name),)
    return lengths


def _name(key: str) -> str:
    return key.rpartition("/")[2]


def as_cells(row: ListedModel) -> tuple[str, ...]:
    """Return a line of the CSV, in the order of `COLUMNS`."""
    return row.id, str(row.likes), str(row.downloads), " ".join(row.base_models), row.listed.isoformat()


def read_listing(read_line: Callable[[int], str]) -> Iterator[ListedModel]:
    """Yield the rows of a listing in CSV. Raises ListingError.

    `read_line` is the `readline` of a file opened with `newline=""`; bytes that are not UTF-8 may be decoded to anything but
    ASCII.
    """
    reader = csv.reader(_lines(read_line), strict=True)
    try:
        header = next(reader, [])
        if tuple(header) != COLUMNS:
            raise _wrong(1, f"this should be `{','.join(COLUMNS)}`, but is `{','.join(header)[:200]}`")
        first = None
        for cells in reader:
            row = _row(reader.line_num, cells)
            first = first or row
            if row.listed != first.listed:
                raise _wrong(reader.line_num, f"`listed` is {row.listed}, but {first.listed} in the lines above")
            yield row
    except csv.Error as error:
        raise _wrong(reader.line_num, f"this is no CSV: {error}") from None


def _row(line: int, cells: list[str]) -> ListedModel:
    if len(cells) != len(COLUMNS):
        raise _wrong(line, f"there should be {len(COLUMNS)} cells, but there are {len(cells)}")
    hub_id, likes, downloads, bases, listed = cells
    base_models = tuple(bases.split(" ")) if bases else ()
    for column, text in (("id", hub_id), *(("base_models", base) for base in base_models)):
        if not _HUB_ID.fullmatch(text):
            more = ", several with one space between them" if column == "base_models" else ""
            what = f"`{text[:100]}` in the column `{column}` is no id of a model; write `organisation/name`{more}"
            raise _wrong(line, what)
    for column, text in (("likes", likes), ("downloads", downloads)):
        if not _COUNT.fullmatch(text):
            what = (
                f"`{text[:100]}` in the column `{column}` is no count; write a whole number from 0 to {LARGEST_COUNT}"
            )
            raise _wrong(line, what)
    if (day := _day(listed)) is None:
        raise _wrong(line, f"`{listed[:100]}` in the column `listed` is no day; write one such as 2025-03-31")
    return ListedModel(hub_id, int(likes), int(downloads), base_models, day)


def _lines(read_line: Callable[[int], str]) -> Iterator[str]:
    for number, line in enumerate(iter(partial(read_line, LONGEST_LINE), ""), 1):
        if len(line) == LONGEST_LINE:
            raise _wrong(number, f"the line is longer than {LONGEST_LINE:,} characters")
        yield line


def _wrong(line: int, what: str) -> ListingError:
    return ListingError(f"line {line}: {what}")


@lru_cache(maxsize=1)
def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
