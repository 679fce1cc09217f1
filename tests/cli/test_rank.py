"""`openness-bot rank`: the leaderboard in the terminal."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from bot.board.model.rubric import NotApplicable
from tests.checkouts import add_model, checkout, edit, run, started
from tests.samples import ROOT, rubric

if TYPE_CHECKING:
    from pathlib import Path

    from bot.board.model.rubric import Weighting


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a checkout with a model that is first only if not-applicable is excluded, and one that is open in the basics."""
    return checkout(
        tmp_path_factory.mktemp("rank"),
        {
            "example/all-round": "ooosssssssssoooo",
            "example/base": "ooooooooonnnonno",
            "example/basic": "oooooocccccccccc",
            "example/twin": "oooooocccccccccc",
        },
    )


def ranked(root: Path, *arguments: str) -> list[tuple[str, str]]:
    """Return the rank and the name of each row."""
    code, out, err = run(root, "rank", *arguments)
    assert (code, err) == (0, "")
    rows = out.partition("---\n")[2].partition("\n\n")[0]
    return [(line[:6].strip(), line[8:].split("  ")[0]) for line in rows.splitlines()]


CASES = {
    (): [("1", "Example All Round"), ("2", "Example Base"), ("3", "Example Basic"), ("3", "Example Twin")],
    ("--top", "1"): [("1", "Example All Round")],
    ("--top", "99"): [("1", "Example All Round"), ("2", "Example Base"), ("3", "Example Basic"), ("3", "Example Twin")],
    ("--weighting", "osd"): [
        ("1", "Example Base"),
        ("2", "Example All Round"),
        ("3", "Example Basic"),
        ("3", "Example Twin"),
    ],
    ("--not-applicable", "excluded", "--top", "2"): [("1", "Example Base"), ("2", "Example All Round")],
    ("--not-applicable", "zero", "--top", "2"): [("1", "Example All Round"), ("2", "Example Base")],
}


@pytest.mark.parametrize("arguments", CASES)
def test_models_are_listed_in_the_order_that_was_asked_for(arguments: tuple[str, ...], root: Path) -> None:
    assert ranked(root, *arguments) == CASES[arguments]


@pytest.mark.parametrize("weighting", rubric().weightings, ids=lambda weighting: weighting.id)
@pytest.mark.parametrize("counting", NotApplicable)
def test_the_last_line_names_the_way_of_ranking(weighting: Weighting, counting: NotApplicable, root: Path) -> None:
    code, out, _ = run(root, "rank", "--weighting", weighting.id, "--not-applicable", counting.value, "--top", "2")
    title = next(one.title for one in rubric().not_applicable if one.id is counting)
    assert code == 0
    assert out.splitlines()[-1].startswith(f"2 of 4 models, ranked by {weighting.name}, {title}. ")


def test_json_has_rank_score_and_levels_by_the_way_that_was_asked_for(root: Path) -> None:
    found = json.loads(run(root, "rank", "--weighting", "osd", "--top", "2", "--format", "json").out)
    assert found["format_version"] == "1.1.0"
    assert (found["weighting"], found["not_applicable"], found["maximum"]) == ("osd", "zero", 1)
    assert found["number_of_models"] == 4
    assert [(each["rank"], each["id"]) for each in found["models"]] == [(1, "example/base"), (2, "example/all-round")]
    assert found["models"][0]["levels"]["weights"] == "open"
    assert found["models"][0]["score"] == 1
    assert list(found["models"][0]["levels"]) == [criterion.id for criterion in rubric().criteria]


def test_help_lists_the_weightings_of_the_checkout(root: Path, tmp_path: Path) -> None:
    shown = started(["rank", "--help"], root).out
    assert [line.split()[0] for line in shown.partition("Weightings:\n")[2].splitlines() if line[2:3].strip()] == [
        weighting.id for weighting in rubric().weightings
    ]
    without = started(["rank", "--help"], tmp_path)
    assert (without.code, without.err, "Weightings:" in without.out) == (0, "", False)


def test_a_board_without_models_is_no_mistake(tmp_path: Path) -> None:
    code, out, err = run(checkout(tmp_path, {}), "rank")
    assert (code, err) == (0, "")
    assert "0 models" in out


def test_the_board_does_not_need_the_study(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    without = run(root, "rank")
    shutil.copytree(ROOT / "studies", root / "studies")
    assert run(root, "rank") == without


def test_names_with_wide_characters_keep_the_columns_straight(tmp_path: Path) -> None:
    root = checkout(tmp_path, {"example/one": "oooooooooooooooo", "example/two": "cccccccccccccccc"})
    edit(root / "assessments/example/one.yaml", "Example One", "예시 모델")
    lines = run(root, "rank").out.splitlines()
    one, two = (next(line for line in lines if name in line) for name in ("예시", "Two"))
    assert len(one.partition("Example Lab")[0]) + 4 == len(two.partition("Example Lab")[0])


REFUSED = {
    ("--weighting", "ous"): "there is no weighting `ous`. Did you mean ours? There are: ours, osd, ",
    ("--weighting", ""): "there is no weighting ``. There are: ours, ",
    ("--weighting", "zzz"): "there is no weighting `zzz`. There are: ours, ",
    ("--top", "0"): "Invalid value for '--top': 0 is not in the range x>=1.",
    ("--top", "x"): "Invalid value for '--top': 'x' is not a valid integer range.",
    ("--not-applicable", "half"): "'half' is not one of 'zero', 'excluded'.",
    ("example/one",): "Got unexpected extra argument",
}


@pytest.mark.parametrize("arguments", REFUSED)
def test_what_does_not_exist_is_refused_with_what_does(arguments: tuple[str, ...], root: Path) -> None:
    code, out, err = run(root, "rank", *arguments)
    assert (code, out) == (2, "")
    assert REFUSED[arguments] in err


def test_a_broken_assessment_is_left_out_with_a_warning(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    before = run(root, "rank")
    edit(add_model(root, "example/four", "oooooooooooooooo"), "modality: [text]", "modality: [smell]")
    code, out, err = run(root, "rank")
    assert (code, out) == (0, before.out)
    assert err == "One file has errors and is left out; `openness-bot check` says more.\n"


@pytest.fixture
def doubted(tmp_path: Path) -> Path:
    """Return a checkout with two models, one of which has a doubtful rating."""
    root = checkout(tmp_path, {"example/one": "oooooooooooooooo", "example/two": "ssssssssssssssss"})
    doubt = "  code:\n    level: semi-open\n    confidence: doubtful\n    doubt: It may be a mirror.\n"
    edit(root / "assessments/example/two.yaml", "  code:\n    level: semi-open\n", doubt)
    return root


def test_doubtful_ratings_are_marked_and_can_be_listed_with_their_reasons(doubted: Path) -> None:
    code, out, err = run(doubted, "rank")
    assert (code, err) == (0, "")
    assert "◐◐~◐◐◐◐" in out
    assert out.rstrip().endswith(", ~ doubtful")
    listed = run(doubted, "rank", "--doubtful").out
    assert "Example One" not in listed
    assert "\nOne model, ranked by Equal weights" in listed
    assert "\nExample Two (example/two)\n  Code: It may be a mirror.\n" in listed


def test_json_names_doubtful_ratings_and_their_reasons_where_they_are_asked_for(doubted: Path) -> None:
    one, two = json.loads(run(doubted, "rank", "--format", "json").out)["models"]
    assert (one["doubtful"], two["doubtful"], "doubts" in two) == ([], ["code"], False)
    (only,) = json.loads(run(doubted, "rank", "--doubtful", "--format", "json").out)["models"]
    assert (only["id"], only["doubts"]) == ("example/two", {"code": "It may be a mirror."})
