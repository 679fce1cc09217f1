"""The recomputation of the study in its three forms: figures, escaping, determinism."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from bot.board.ranking.scoring import Scoring
from bot.board.study.page import FORMAT_VERSION, as_json, as_page, as_text
from bot.board.study.reproduction import Reproduction, reproduce
from tests.board.study.test_tables import study
from tests.samples import ROOT, rubric
from tests.site.page import html_of, rendered

NASTY = 'A|B $x_1$ <script>alert(1)</script>&" [x](http://example.org) `c`'


@cache
def reproduced(living: int = 0) -> Reproduction:
    """Return the study recomputed, with so many of its own ratings as the assessments of today."""
    return reproduce(study(), study().ratings[:living], Scoring(rubric()))


@cache
def renamed() -> Reproduction:
    """Return the same with a model that has a hostile name."""
    ratings = tuple(entry._replace(model=NASTY) for entry in study().ratings)
    return reproduce(replace(study(), ratings=ratings), ratings, Scoring(rubric()))


def squeezed(text: str) -> str:
    return re.sub(r" {2,}", " ", text)


FIGURES = [
    "| Equal weights | the study's ratings | 28 | 0.985 | 9 | 4 |",
    "| OSAID | the study's ratings | 28 | 0.973 | 10 | 6 |",
    "| Liu | the study's ratings | 28 | 0.969 | 10 | 6 |",
    "| Eiras | the study's ratings | 28 | 0.930 | 9 | 9 |",
    "| as printed | 16 | -0.55 | -0.82 to -0.07 | -0.17 | 74.71 |",
    "| from the plotted scores | 16 | -0.554 | -0.82 to -0.08 | -11.87 | 77.02 |",
    "| from the study's ratings | 16 | -0.557 |",
    "| from the plotted scores | 17 | -0.049 | -0.52 to 0.44 | -1.63 | 76.12 |",
    "| from the study's ratings | 17 | -0.009 |",
    "| from the plotted scores | 17 | -0.245 | -0.65 to 0.27 | -32.90 | 1335.82 |",
    "| from the study's ratings | 17 | -0.224 |",
    "| GPT-2 | 4 | 1.71 | 1.63 | 2.33 | 11 | 4 |",
]


@pytest.mark.parametrize("row", FIGURES)
def test_page_and_text_show_the_measured_figures(row: str) -> None:
    assert row in as_page(reproduced())
    assert " ".join(row.strip("| ").split(" | ")) in squeezed(as_text(reproduced()))


@pytest.mark.parametrize(
    "sentence",
    [
        "6 of 23 are equal to two decimals, and the largest difference is 0.253 points",
        "gives 17 of the 28 models another rank under `ours`; opt moves farthest, from 14 to 3.",
        "Gemma-3 and Gemma-2 have the same printed ratings, but the printed ranks 5 and 1 under `ours`.",
    ],
)
def test_page_and_text_say_what_was_found(sentence: str) -> None:
    assert sentence in as_page(reproduced())
    assert sentence in as_text(reproduced())


@pytest.mark.parametrize(
    ("living", "sentence"),
    [
        (0, "None of the study's models is assessed here today"),
        (3, "3 of the study's 28 models are assessed here today. They are ranked among themselves"),
        (28, "All of the study's models are assessed here today."),
    ],
)
def test_page_and_text_say_how_many_models_are_assessed_today(living: int, sentence: str) -> None:
    assert sentence in as_page(reproduced(living))
    assert sentence in as_text(reproduced(living))


def test_what_is_not_defined_is_a_dash() -> None:
    assert "| Equal weights | today's assessments | 0 | – | – | – |" in as_page(reproduced())
    assert "| from today's assessments | 0 | – | – | – | – |" in as_page(reproduced())
    assert "| QwQ | 19 | 19 | – |" in as_page(reproduced())


def test_ranks_of_today_stand_beside_the_others() -> None:
    assert "| QwQ | 19 | 19 | 19 |" in as_page(reproduced(28))
    assert "| Equal weights | today's assessments | 28 | 0.985 | 9 | 4 |" in as_page(reproduced(28))


def test_every_table_of_the_page_has_as_many_cells_in_each_row_as_in_its_header() -> None:
    for page in (as_page(reproduced()), as_page(renamed())):
        for table in re.findall(r"<table>.*?</table>", html_of(page), re.DOTALL):
            rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
            assert len({len(re.findall("<t[hd]", row)) for row in rows}) == 1
        assert html_of(page).count("<table>") == 9


def test_names_stand_on_the_page_exactly_as_they_are_and_do_nothing() -> None:
    page = rendered(as_page(renamed()))
    assert "script" not in page.elements
    assert "http://example.org" not in page.links
    names = [row[0] for row in page.rows]
    assert names.count(NASTY) == 4 * 28 + 16


def test_links_of_the_page_lead_to_files_that_exist() -> None:
    targets = re.findall(r"\]\(([^)]+)\)", as_page(reproduced()))
    assert any(target == "../studies/jeon-2025/ratings.csv" for target in targets)
    for target in targets:
        assert (ROOT / "leaderboard" / target).resolve().exists(), target


def test_pictures_are_shown_where_there_are_any() -> None:
    assert "<picture>" not in as_page(reproduced())
    page = as_page(reproduced(), {"mmlu": "mmlu.svg"})
    assert re.findall(r'(?:src|srcset)="([^"]*)"', page) == ["mmlu-dark.svg", "mmlu.svg"]


def test_json_has_its_version_and_stable_keys() -> None:
    document: dict[str, Any] = json.loads(as_json(reproduced(28)))
    assert document["format_version"] == FORMAT_VERSION == "1.0.0"
    assert list(document) == [
        "format_version",
        "models",
        "living_models",
        "rankings",
        "benchmarks",
        "plotted_scores",
        "scores",
        "moved_without_not_applicable",
        "same_ratings_different_ranks",
    ]
    ranking = document["rankings"][0]
    assert (ranking["column"], ranking["weighting"]) == ("ours", "ours")
    assert {key: ranking["study"][key] for key in ("models", "spearman", "exact", "largest_difference")} == {
        "models": 28,
        "spearman": 0.985458,
        "exact": 9,
        "largest_difference": 4,
    }
    assert ranking["living"] == ranking["study"]
    assert ranking["study"]["ranks"][0] == {"id": "google/gemma-3", "printed": 5, "computed": 2}
    assert document["benchmarks"][0]["plotted"] == {
        "models": 16,
        "pearson": -0.553946,
        "slope": -11.870818,
        "intercept": 77.018324,
    }
    assert document["scores"][11] == {
        "id": "openai/gpt-2",
        "model": "GPT-2",
        "not_applicable": 4,
        "plotted": 1.71,
        "zero": 1.625,
        "excluded": 2.333333,
        "zero_rank": 11,
        "excluded_rank": 4,
    }
    assert document["plotted_scores"] == {"models": 23, "equal": 6, "largest_difference": 0.253333}
    assert document["moved_without_not_applicable"] == 17


def test_json_without_assessments_has_null_for_the_figures_of_today() -> None:
    document = json.loads(as_json(reproduced()))
    assert document["rankings"][0]["living"] == {
        "models": 0,
        "spearman": None,
        "exact": 0,
        "largest_difference": None,
        "ranks": [],
    }
    assert document["benchmarks"][0]["living"] == {"models": 0, "pearson": None, "slope": None, "intercept": None}


def test_a_name_with_control_characters_cannot_steer_a_terminal() -> None:
    ratings = tuple(entry._replace(model="bad\x1b[2Jname") for entry in study().ratings)
    text = as_text(reproduce(replace(study(), ratings=ratings), (), Scoring(rubric())))
    assert "\x1b" not in text


def test_the_page_can_be_korean() -> None:
    page = as_page(reproduced(28), language="ko")
    assert "# 2025년 연구 다시 계산하기" in page
    assert "| 그림의 점수로 계산 | 16 | -0.554 | -0.82 ~ -0.08 |" in page
