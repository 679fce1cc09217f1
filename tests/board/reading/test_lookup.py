"""Looking up the model that a person means."""

from __future__ import annotations

import pytest

from bot.board.reading.corpus import Corpus, Names
from bot.board.reading.document import Reader
from bot.board.reading.lookup import hub_id_in, look_up_model
from bot.board.reading.tree import FileKind, TreeFile
from tests.board.reading.golden import TODAY
from tests.board.reading.trees import Texts
from tests.samples import entry_with, rubric

MODELS = {
    "example/one": ("Example One", "Example/One-7B"),
    "example/two": ("Example Two", None),
    "another/two": ("example two", None),
    "another/one-7b": ("Another", "example/two"),
}
BROKEN = {"example/broken": Names("Broken One", "example/broken-7b"), "example/nameless": None}


def corpus() -> Corpus:
    made = Corpus(Texts({}), Reader(rubric(), TODAY))
    for own, (model, hub_id) in MODELS.items():
        made.entries[own] = entry_with("o" * 16, own, model)._replace(huggingface=hub_id)
    made.broken = {own: names for own, names in BROKEN.items() if names}
    made.files = {own: TreeFile(f"assessments/{own}.yaml", FileKind.FILE, 1) for own in (*MODELS, *BROKEN)}
    return made


@pytest.mark.parametrize(
    "given",
    [
        "example/one",
        " example/one ",
        "Example/One",
        "example/one.yaml",
        "assessments/example/one.yaml",
        "./assessments/example/one.yaml",
        "leaderboard/models/example/one.md",
        "https://github.com/example/board/blob/main/assessments/example/one.yaml#L3",
        "<https://github.com/example/board/blob/main/leaderboard/models/example/one.md?plain=1>",
        "example/one-7b",
        "Example/One-7B",
        "https://huggingface.co/Example/One-7B",
        "huggingface.co/example/one-7b/tree/main",
        "https://hf.co/Example/One-7B/blob/main/config.json?x=1#y",
        "Example One",
        "example  one",
        "Example-One",
        "exampleone",
    ],
)
def test_a_model_is_found_by_id_name_hub_id_path_and_address(given: str) -> None:
    assert look_up_model(given, corpus()).ids == ("example/one",)


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ("Example Two", ("another/two", "example/two")),
        ("example/two", ("example/two",)),
        ("https://huggingface.co/example/two", ("another/one-7b",)),
        ("Broken One", ("example/broken",)),
        ("example/broken-7b", ("example/broken",)),
        ("example/nameless", ("example/nameless",)),
    ],
    ids=["two of one name", "an id goes before a hub id", "an address of the hub is no id", *["with errors"] * 3],
)
def test_several_models_can_be_called_alike(given: str, ids: tuple[str, ...]) -> None:
    assert look_up_model(given, corpus()).ids == ids


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("example/oen", "example/one"),
        ("Exampel One", "example/one"),
        ("https://huggingface.co/example/one-7c", "example/one"),
        ("Brokn One", "example/broken"),
        ("../../etc/passwd", None),
        ("", None),
        ("/", None),
        ("x" * 100_000, None),
        ("\u0301" * 100_000, None),
    ],
)
def test_the_most_similar_model_is_named_where_there_is_none(given: str, near: str | None) -> None:
    assert look_up_model(given, corpus()) == ((), near)


@pytest.mark.parametrize(
    ("text", "hub_id"),
    [
        ("https://huggingface.co/example/one", "example/one"),
        ("<https://www.huggingface.co/example/one/>", "example/one"),
        ("HF.co/example/one/tree/main", "example/one"),
        ("example/one", "example/one"),
        ("https://huggingface.co/example", "https://huggingface.co/example"),
        ("https://huggingface.co/datasets/example/one", "https://huggingface.co/datasets/example/one"),
        ("https://example.org/example/one", "https://example.org/example/one"),
        ("https://huggingface.co.example.org/example/one", "https://huggingface.co.example.org/example/one"),
    ],
)
def test_an_address_of_the_hub_is_read_as_the_id_in_it(text: str, hub_id: str) -> None:
    assert hub_id_in(text) == hub_id
