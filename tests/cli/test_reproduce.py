"""`openness-bot reproduce`: the figures of the study, from its own tables."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.checkouts import add_model, checkout, edit, run, study_checkout
from tests.samples import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FIGURES = [
    "Equal weights the study's ratings 28 0.985 9 4",
    "OSAID the study's ratings 28 0.973 10 6",
    "Liu the study's ratings 28 0.969 10 6",
    "Eiras the study's ratings 28 0.930 9 9",
    "GPQA as printed 16 -0.55 -0.82 to -0.07 -0.17 74.71",
    "GPQA from the plotted scores 16 -0.554 -0.82 to -0.08 -11.87 77.02",
    "MMLU as printed 17 -0.08 -0.54 to 0.42 -1.01 75.41",
    "MMLU from the plotted scores 17 -0.049 -0.52 to 0.44 -1.63 76.12",
    "Elo as printed 17 -0.24 -0.65 to 0.27 -7.31 1302.18",
    "Elo from the plotted scores 17 -0.245 -0.65 to 0.27 -32.90 1335.82",
]


def with_study(root: Path) -> Path:
    """Return a checkout of fictional models beside the study."""
    shutil.copytree(ROOT / "studies", root / "studies")
    return checkout(root)


def recomputed(root: Path) -> dict[str, Any]:
    code, out, err = run(root, "reproduce", "--format", "json")
    assert (code, err) == (0, "")
    document: dict[str, Any] = json.loads(out)
    return document


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a checkout with an assessment of each model of the study."""
    return study_checkout(tmp_path_factory.mktemp("studied"))


@pytest.fixture(scope="module")
def lines(studied: Path) -> list[str]:
    code, out, err = run(studied, "reproduce")
    assert (code, err) == (0, "")
    return [re.sub(r" {2,}", " ", line) for line in out.splitlines()]


@pytest.mark.parametrize("figures", FIGURES)
def test_the_text_has_the_measured_figures(figures: str, lines: list[str]) -> None:
    assert figures in lines


def test_the_json_has_the_measured_figures(studied: Path) -> None:
    document = recomputed(studied)
    assert (document["models"], document["living_models"]) == (28, 28)
    assert {
        ranking["weighting"]: (round(ranking["study"]["spearman"], 3), ranking["study"]["exact"])
        for ranking in document["rankings"]
    } == {"ours": (0.985, 9), "osaid": (0.973, 10), "liu": (0.969, 10), "eiras": (0.930, 9)}


def test_all_models_of_the_study_are_assessed_today(lines: list[str]) -> None:
    assert "All of the study's models are assessed here today." in lines


def test_the_figures_of_the_study_do_not_depend_on_the_assessments(studied: Path, tmp_path: Path) -> None:
    here, there = recomputed(with_study(tmp_path)), recomputed(studied)
    assert here["living_models"] == 0
    assert [ranking["study"] for ranking in here["rankings"]] == [ranking["study"] for ranking in there["rankings"]]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("old", "new", "living"),
    [
        ("weights: {basic: 1, accessibility: 1, methodology: 1, data: 1}", "weights: {basic: 3, accessibility: 1, methodology: 1, data: 1}", 1),
        ("    points: 0.5\n", "    points: 0.25\n", 1),
        ("  - id: ours\n", "  - id: equal\n", 1),
        ("      - id: rl_data\n", "      - id: rlhf_data\n", 0),
    ],
    ids=["reweighted", "other points", "a weighting renamed", "a criterion renamed"],
)  # fmt: skip
def test_the_figures_of_the_study_do_not_depend_on_the_living_rubric(
    old: str, new: str, living: int, studied: Path, tmp_path: Path
) -> None:
    root = with_study(tmp_path)
    add_model(root, "openai/gpt-2", "oooooooooooooooo")
    edit(root / "schema/rubric.yaml", old, new)
    if not living:
        for file in root.glob("assessments/*/*.yaml"):
            file.write_text(file.read_text("utf-8").replace("  rl_data:", "  rlhf_data:"), "utf-8")
    here, there = recomputed(root), recomputed(studied)
    assert here["living_models"] == living
    assert [ranking["study"] for ranking in here["rankings"]] == [ranking["study"] for ranking in there["rankings"]]
    assert run(root, "build").code == 0


def test_an_assessment_of_today_is_recomputed_beside_the_study(tmp_path: Path) -> None:
    root = with_study(tmp_path)
    edit(add_model(root, "openai/gpt-2", "oooooooooooooooo"), "model: Openai Gpt 2", "model: Example")
    assert recomputed(root)["living_models"] == 1


def test_a_checkout_without_the_study_is_an_error(tmp_path: Path) -> None:
    code, out, err = run(checkout(tmp_path), "reproduce")
    assert (code, out) == (1, "")
    assert err == "Error: there is no studies/jeon-2025 here, so there is nothing to reproduce.\n"


DAMAGED = {
    "ratings.csv": ("open", "ajar", "studies/jeon-2025/ratings.csv:2: `ajar` in the column"),
    "ranks.csv": ("ours", "theirs", "studies/jeon-2025/ranks.csv:1: the column `ours` is missing"),
    "benchmarks.csv": ("gpqa", "gpqa2", "studies/jeon-2025/benchmarks.csv:1: "),
    "correlations.csv": (
        "-0.55",
        "x",
        "studies/jeon-2025/correlations.csv:2: `x` in the column `pearson` is no number",
    ),
}


@pytest.mark.parametrize("name", DAMAGED)
@pytest.mark.parametrize("command", ["reproduce", "build"])
def test_a_damaged_table_is_named_with_its_line(name: str, command: str, tmp_path: Path) -> None:
    root = with_study(tmp_path)
    old, new, expected = DAMAGED[name]
    edit(root / "studies/jeon-2025" / name, old, new)
    code, out, err = run(root, command)
    assert (code, out) == (1, "")
    assert err.startswith(f"Error: {expected}")
    assert len(err.splitlines()) == 1
