"""Assessments in files where nothing reads them, and the path that the message names."""

from __future__ import annotations

import pytest

from bot.board.reading.misplaced import may_be_misplaced, misplaced_problem, owners_of
from tests.checkouts import DEVELOPER, model_text
from tests.samples import entry_with

OWNERS = {"example-hub": "example"}
DEVELOPERS = frozenset({"example", "example-labs"})
MODEL = model_text("Example One", "o" * 16)


def on_hub(hub_id: str) -> str:
    return MODEL.replace("modality:", f"huggingface: {hub_id}\nmodality:")


@pytest.mark.parametrize(
    ("path", "text", "place"),
    [
        ("models/one.yaml", on_hub("Example-Hub/one-7b"), "assessments/example/one.yaml"),
        ("models/one.yaml", on_hub("example-new/one-7b"), "assessments/example-new/one.yaml"),
        ("models/one.yaml", MODEL, "assessments/DEVELOPER/one.yaml"),
        ("one.yaml", on_hub("example-hub/one"), "assessments/example/one.yaml"),
        ("one.yml", MODEL, "assessments/DEVELOPER/one.yaml"),
        ("assessment/example/one.yaml", MODEL, "assessments/example/one.yaml"),
        ("Assessments/Example/One.YAML", MODEL, "assessments/example/one.yaml"),
        ("docs/example-labs/deep/One Two.yml", MODEL, "assessments/example-labs/one-two.yaml"),
        ("data/example-unknown/one.yaml", MODEL, "assessments/example-unknown/one.yaml"),
        ("모델/하나.yaml", on_hub("example-hub/one-7b"), "assessments/example/one-7b.yaml"),
        ("모델/하나.yaml", MODEL, "assessments/DEVELOPER/example-one.yaml"),
        ("models/one.yaml", MODEL.replace("\n", "\r\n"), "assessments/DEVELOPER/one.yaml"),
        ("models/one.yaml", f"\ufeff{MODEL}", "assessments/DEVELOPER/one.yaml"),
        ("models/one.yaml", '"model": One\n"ratings": {}\n', "assessments/DEVELOPER/one.yaml"),
        ("models/example-labs/developer.yml", DEVELOPER, "assessments/example-labs/developer.yaml"),
        ("developer.yaml", DEVELOPER, "assessments/DEVELOPER/developer.yaml"),
        ("developers/example-new.yaml", DEVELOPER, "assessments/example-new/developer.yaml"),
        ("schema/one.yaml", on_hub("example-hub/one"), "assessments/example/one.yaml"),
        ("drafts/example/one.yaml", MODEL, "assessments/example/one.yaml"),
        ("models/example/one.yaml.txt", MODEL, "assessments/example/one.yaml"),
        (f"models/{'a' * 65}.yaml", MODEL, "assessments/DEVELOPER/MODEL.yaml"),
    ],
)
def test_the_right_path_is_named(path: str, text: str, place: str) -> None:
    problem = misplaced_problem(path, text.encode(), OWNERS, DEVELOPERS)
    assert problem is not None
    assert (problem.path, problem.rule) == (path, "misplaced")
    assert f"Move it to `{place}`." in problem.remedy
    assert ("Instead of `DEVELOPER`, write the folder of its developer." in problem.remedy) == ("DEVELOPER" in place)


def test_what_windows_calls_unicode_is_read() -> None:
    assert misplaced_problem("one.yaml", MODEL.encode("utf-16"), OWNERS, DEVELOPERS) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "model: One\n",
        "name: One\non: push\n",
        "  model: One\n  ratings: {}\n",
        "# model: One\n# ratings:\n",
        "\x00\xff",
    ],
)
def test_other_files_are_left_alone(text: str) -> None:
    assert misplaced_problem("docs/one.yaml", text.encode("latin-1"), OWNERS, DEVELOPERS) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("models/one.yaml", True),
        ("one.YML", True),
        ("Assessments/example/one.yaml", True),
        ("assessments/example/deep/one.yaml", False),  # a problem by its path already
        ("tests/data/assessments/example/one.yaml", False),
        ("studies/jeon-2025/rubric.yaml", False),
        ("schema/rubric.yaml", False),
        ("schema/frameworks.yaml", False),
        ("schema/licenses.yaml", False),
        ("schema/crosswalks/mot.yaml", False),
        ("schema/one.yaml", True),
        ("drafts/example/one.yaml", True),
        ("models/one.yaml.txt", True),
        ("models/one.json", False),
    ],
)
def test_only_some_files_are_looked_at(path: str, expected: bool) -> None:
    assert may_be_misplaced(path) is expected


def test_owners_are_known_by_the_organisations_of_their_models() -> None:
    entries = [entry_with("o" * 16, "example/one")._replace(huggingface="Example-Hub/one"), entry_with("o" * 16, "a/b")]
    assert owners_of(entries) == OWNERS
