"""`openness-bot show`: everything about one model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.board.reading.corpus import Corpus, FileChangedError
from tests.checkouts import add_model, checkout, edit, run, study_checkout
from tests.samples import rubric

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.board.model.assessment import Assessment


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = checkout(tmp_path_factory.mktemp("show"))
    edit(root / "assessments/example/two.yaml", "modality:", "huggingface: Example/Two-7B\nmodality:")
    return root


@pytest.mark.parametrize(
    "name",
    [
        "example/two",
        "assessments/example/two.yaml",
        "leaderboard/models/example/two.md",
        "Example Two",
        "exampletwo",
        "Example/Two-7B",
        "https://huggingface.co/Example/Two-7B/tree/main",
    ],
)
def test_a_model_is_found_by_id_name_hub_id_and_path(name: str, root: Path) -> None:
    code, out, err = run(root, "show", name)
    assert (code, err) == (0, "")
    assert out.startswith("Example Two (example/two)\n=========================\n")


def test_a_model_is_shown_with_its_ranks_and_all_its_ratings(root: Path) -> None:
    out = run(root, "show", "example/two").out
    assert "Rank          2 of 3\n" in out
    assert "Score         2.00 of 4 points\n" in out
    for weighting in rubric().weightings:
        assert f"\n{weighting.name} " in out
    for criterion in rubric().criteria:
        assert (
            f"\n◐ {criterion.title}: semi-open\n    https://example.org/{criterion.id}\n      Section 1: It says so."
            in out
        )


def test_facts_are_shown_where_they_are_known(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    file = add_model(root, "example/four", "oooooooooooooooo")
    facts = "released: 2025-03-12\nhuggingface: example/four-7b\nlicense: Apache-2.0\nratings:"
    edit(edit(file, "ratings:", facts), "        accessed: 2025-03-31\n", "        quote: so it is\n")
    out = run(root, "show", "example/four").out
    assert "Released      2025-03-12\n" in out
    assert "Hugging Face  https://huggingface.co/example/four-7b\n" in out
    assert "License       Apache-2.0\n" in out
    assert "    https://example.org/weights  [unverified]\n" in out
    assert '"so it is"' in out


def test_a_model_of_the_study_is_shown_with_the_rank_that_it_printed(tmp_path: Path) -> None:
    root = study_checkout(tmp_path)
    add_model(root, "example/one", "oooooooooooooooo")
    assert "In the 2025 study  rank 11\n" in run(root, "show", "openai/gpt-2").out
    assert "In the 2025 study" not in run(root, "show", "example/one").out


def test_a_path_counts_from_the_present_folder(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "assessments/example")
    assert run(root, "show", "two.yaml").out.startswith("Example Two (example/two)\n")
    assert run(root, "show", str(root / "assessments/example/two.yaml")).code == 0


def test_two_models_of_one_name_are_both_named(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    edit(root / "assessments/example/two.yaml", "model: Example Two", "model: Example One")
    code, out, err = run(root, "show", "Example One")
    assert (code, out) == (2, "")
    assert "Error: more than one model is called `Example One`: example/one and example/two.\n" in err


def test_json_is_the_part_of_leaderboard_json_about_the_model(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    assert run(root, "build").code == 0
    board = json.loads((root / "leaderboard/leaderboard.json").read_text("utf-8"))
    shown = json.loads(run(root, "show", "example/two", "--format", "json").out)
    assert shown == board | {"models": [each for each in board["models"] if each["id"] == "example/two"]}
    both = json.loads(run(root, "compare", "Example Two", "Example One", "--format", "json").out)
    assert [each["id"] for each in both["models"]] == ["example/two", "example/one"]


UNKNOWN = {
    "example/tow": "there is no model `example/tow`. Did you mean example/two?",
    "two": "there is no model `two`.",
    "../../etc/passwd": "there is no model `../../etc/passwd`.",
    "": "there is no model ``.",
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unknown_model_is_refused_with_the_nearest_one(name: str, root: Path) -> None:
    code, out, err = run(root, "show", name)
    assert (code, out) == (2, "")
    assert f"Error: {UNKNOWN[name]}" in err


def test_a_broken_model_is_an_error_with_the_command_to_run(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    (root / "assessments/example/developer.yaml").unlink()
    code, out, err = run(root, "show", "example/two")
    assert (code, out) == (1, "")
    assert "Error: assessments/example/two.yaml can't be used. `openness-bot check assessments/example/two.yaml`" in err


def test_mistakes_in_other_files_do_not_hide_a_model(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    (root / "assessments/example/developer.yaml").unlink()
    code, out, err = run(root, "show", "example-labs/three")
    assert (code, out.splitlines()[0]) == (0, "Example Labs Three (example-labs/three)")
    assert "left out" in err


def test_a_file_that_changes_while_it_is_read_is_no_bug(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(self: Corpus, ids: object) -> Iterator[Assessment]:
        raise FileChangedError("assessments/example/two.yaml changed while it was being read. Run this again.")
        yield

    monkeypatch.setattr(Corpus, "assessments", changed)
    code, _, err = run(root, "show", "example/two")
    assert (code, err) == (
        1,
        "Error: assessments/example/two.yaml changed while it was being read. Run this again.\n",
    )


def test_only_doubtful_ratings_are_shown_where_that_is_asked_for(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    doubt = "  code:\n    level: semi-open\n    confidence: doubtful\n    doubt: It may be a mirror.\n"
    edit(root / "assessments/example/two.yaml", "  code:\n    level: semi-open\n", doubt)
    out = run(root, "show", "example/two", "--doubtful").out
    assert "\n◐ Code: semi-open (doubtful)\n" in out
    assert "\n    Doubtful: It may be a mirror.\n" in out
    assert "Paper: semi-open" not in out
    assert "\nNo rating of this model is doubtful.\n" in run(root, "show", "example/one", "--doubtful").out
