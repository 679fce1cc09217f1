"""The tables of the study, and the messages about broken ones."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from bot.board.model.rubric import Level, Rubric
from bot.board.study.tables import (
    BENCHMARKS,
    FILES,
    RANK_COLUMNS,
    Correlation,
    Study,
    StudyError,
    read_study,
    weighting_of,
)
from tests.samples import ROOT, rubric

FOLDER = ROOT / "studies/jeon-2025"


@cache
def texts() -> dict[str, str]:
    return {file: (FOLDER / file).read_text("utf-8") for file in FILES}


@cache
def study() -> Study:
    return read_study(texts(), rubric())


def changed(file: str, old: str, new: str) -> dict[str, str]:
    assert old in texts()[file]
    return {**texts(), file: texts()[file].replace(old, new, 1)}


def test_the_study_has_28_models_with_16_levels_and_their_printed_names() -> None:
    assert len(study().ratings) == 28
    first = study().ratings[0]
    assert (first.id, first.model, first.huggingface) == ("google/gemma-3", "Gemma-3", None)
    assert {len(entry.levels) for entry in study().ratings} == {16}


def test_levels_stand_in_the_order_of_the_rubric_whatever_the_order_of_the_columns() -> None:
    lines = [line.split(",") for line in texts()["ratings.csv"].splitlines()]
    backwards = "\n".join(",".join(reversed(line)) for line in lines)
    assert read_study({**texts(), "ratings.csv": backwards}, rubric()).ratings == study().ratings


def test_every_model_has_a_rank_in_every_column() -> None:
    assert tuple(study().ranks) == RANK_COLUMNS
    ids = [entry.id for entry in study().ratings]
    assert all(list(ranks) == ids for ranks in study().ranks.values())
    assert study().ranks["liu"]["samsung/gauss"] == 27


def test_an_empty_field_of_a_benchmark_was_not_plotted() -> None:
    assert {benchmark: len(values) for benchmark, values in study().benchmarks.items()} == {
        "gpqa": 16,
        "mmlu": 17,
        "elo": 17,
    }
    assert len(study().plotted_scores) == 23
    assert "kt/midm" not in study().plotted_scores
    assert study().plotted_scores["openai/gpt-2"] == 1.71


def test_the_printed_correlations_are_read_as_printed() -> None:
    assert study().printed == {
        "gpqa": Correlation(16, -0.55, -0.17, 74.71),
        "mmlu": Correlation(17, -0.08, -1.01, 75.41),
        "elo": Correlation(17, -0.24, -7.31, 1302.18),
    }
    assert list(study().printed) == list(BENCHMARKS)


@pytest.mark.parametrize("column", RANK_COLUMNS)
def test_the_first_word_of_a_column_of_ranks_is_a_weighting_of_the_rubric(column: str) -> None:
    assert rubric().weighting(weighting_of(column)).id in column.split("_")


def test_windows_line_ends_are_fine() -> None:
    windows = {file: text.replace("\n", "\r\n") for file, text in texts().items()}
    assert read_study(windows, rubric()) == study()


BROKEN = [
    ("ratings.csv", "weights,", "weight,", "ratings.csv:1: the rubric has `weights`, which the study did not rate"),
    ("ratings.csv", ",nation", ",country", "ratings.csv:1: the column `nation` is missing"),
    ("ratings.csv", "nation,weights", "nation,colour,weights", "ratings.csv:1: `colour` is neither a criterion"),
    ("ratings.csv", "nation,weights", "nation,weights,weights", "ratings.csv:1: a column stands here twice"),
    ("ratings.csv", "QwQ,CHINA,open", "QwQ,CHINA,opne", "ratings.csv:4: `opne` in the column `weights` is no level"),
    ("ratings.csv", "QwQ,CHINA,open", "QwQ,CHINA", "ratings.csv:4: 18 fields stand here; the header has 19"),
    ("ratings.csv", "google/gemma-2", "google/gemma-3", "`google/gemma-3` stands in line 2 already"),
    ("ratings.csv", "QwQ,CHINA", 'Q"wQ,"CHI"NA', "ratings.csv:4: this is no CSV"),
    ("ranks.csv", "liu", "Liu", "ranks.csv:1: the column `liu` is missing"),
    ("ranks.csv", "eiras", "eiras,osd", "ranks.csv:1: `osd` is no known column"),
    ("ranks.csv", "google/gemma-3,5", "google/gemma-3,first", "ranks.csv:2: `first` in the column `ours` is no whole"),
    ("ranks.csv", "google/gemma-3,5", "google/gemma-3,0", "ranks.csv:2: `0` in the column `ours` is no whole number"),
    ("ranks.csv", "google/gemma-3,", "google/gemma-9,", "`google/gemma-9` in the column `id` is not known"),
    ("ranks.csv", "google/gemma-3,5,6,7,9\n", "", "ranks.csv: there is no line for `google/gemma-3`"),
    ("benchmarks.csv", "42.4", "42,4", "benchmarks.csv:2: 6 fields stand here; the header has 5"),
    ("benchmarks.csv", "42.4", "about 42", "benchmarks.csv:2: `about 42` in the column `gpqa` is no number"),
    ("benchmarks.csv", "42.4", "nan", "benchmarks.csv:2: `nan` in the column `gpqa` is no number"),
    ("benchmarks.csv", "42.4", "4_2", "benchmarks.csv:2: `4_2` in the column `gpqa` is no number"),
    ("benchmarks.csv", "42.4", "٤٢", "benchmarks.csv:2: `٤٢` in the column `gpqa` is no number"),
    ("correlations.csv", "gpqa", "glue", "`glue` in the column `benchmark` is not known; expected was one of gpqa"),
    ("correlations.csv", "-0.55", "", "correlations.csv:2: `` in the column `pearson` is no number"),
    ("correlations.csv", ",16,", ",-16,", "correlations.csv:2: `-16` in the column `models` is no whole number"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), BROKEN, ids=[case[3] for case in BROKEN])
def test_a_broken_table_is_named_with_its_line_and_what_was_expected(
    file: str, old: str, new: str, message: str
) -> None:
    with pytest.raises(StudyError) as error:
        read_study(changed(file, old, new), rubric())
    assert message in str(error.value)
    assert str(error.value).startswith(file)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(
    ("text", "message"), [(None, "the file is missing"), ("", "is missing"), ("{header}\n", "below")]
)
def test_a_table_that_is_not_there_or_empty_is_named(file: str, text: str | None, message: str) -> None:
    others = {name: content for name, content in texts().items() if name != file}
    if text is not None:
        others[file] = text.format(header=texts()[file].partition("\n")[0])
    elif file == "ratings.csv":
        message = "ratings.csv: the file is missing"
    with pytest.raises(StudyError, match=message) as error:
        read_study(others, rubric())
    assert str(error.value).startswith(file)


def with_rubric(**changes: object) -> Rubric:
    """Return the rubric with other parts. Not a copy, which would keep cached values."""
    parts: dict[str, Any] = {name: getattr(rubric(), name) for name in Rubric.model_fields}
    return Rubric.model_construct(**parts | changes)


def test_a_rubric_with_a_criterion_more_cannot_be_compared_with_the_study() -> None:
    first, *others = rubric().categories
    criterion = first.criteria[0].model_copy(update={"id": "energy", "title": "Energy", "short": "En"})
    wider = with_rubric(categories=(first.model_copy(update={"criteria": (*first.criteria, criterion)}), *others))
    with pytest.raises(StudyError, match="the rubric has `energy`, which the study did not rate, so the study cannot"):
        read_study(texts(), wider)


def test_a_rubric_with_a_criterion_less_cannot_be_compared_with_the_study() -> None:
    first, *others = rubric().categories
    narrower = with_rubric(categories=(first.model_copy(update={"criteria": first.criteria[1:]}), *others))
    with pytest.raises(StudyError, match="`weights` is neither a criterion of the rubric"):
        read_study(texts(), narrower)


def test_a_rubric_without_a_weighting_of_the_study_cannot_be_compared_with_it() -> None:
    fewer = with_rubric(weightings=tuple(each for each in rubric().weightings if each.id != "liu"))
    with pytest.raises(StudyError, match="the rubric has no weighting `liu`, so the column `liu` cannot be recomputed"):
        read_study(texts(), fewer)


def test_not_applicable_is_a_level_of_the_study() -> None:
    assert sum(entry.levels.count(Level.NOT_APPLICABLE) for entry in study().ratings) == 31


# ---- Correlations ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("models", "pearson", "interval"),
    [
        (28, 0.5, (0.156, 0.736)),  # z = 0.549, standard error 0.2
        (103, 0.3, (0.113, 0.466)),  # z = 0.310, standard error 0.1
        (28, -0.5, (-0.736, -0.156)),
        (4, 0.0, (-0.961, 0.961)),
    ],
)
def test_the_interval_of_a_correlation_is_that_of_fishers_transformation(
    models: int, pearson: float, interval: tuple[float, float]
) -> None:
    found = Correlation(models, pearson, None, None).interval
    assert found is not None
    assert tuple(round(limit, 3) for limit in found) == interval


@pytest.mark.parametrize(("models", "pearson"), [(3, 0.5), (10, 1.0), (10, -1.0), (10, None), (0, None)])
def test_a_correlation_without_a_standard_error_has_no_interval(models: int, pearson: float | None) -> None:
    assert Correlation(models, pearson, None, None).interval is None
