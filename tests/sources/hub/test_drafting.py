"""Drafts from the hub: they contain what can be proved, nothing is rated, and no text from outside takes effect.

`python -m tests.test_drafting` writes the drafts of `tests/hub_repositories/` anew; read the diff before you keep it.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.board.model.assessment import UNASSESSED
from bot.board.model.layout import assessment_path
from bot.board.reading.document import Reader
from bot.board.reading.source import UNSEEN
from bot.board.writing.skeleton import draft_errors
from bot.sources.hub.drafting import assessed_already, draft, draft_id
from bot.sources.hub.model import (
    CARD,
    CONFIG,
    TOKENIZER_CONFIG,
    FileRead,
    Gate,
    Heading,
    HubModel,
    HubRepository,
    architecture_in,
    differing_license,
    headings_in,
    in_full,
    json_value,
    license_of,
    modality_of,
    parse_hub_model,
    title_of,
    tokenizer_class_in,
)
from tests.samples import rubric
from tests.sources.hub.server import REPOSITORIES, recorded

TODAY = date(2026, 11, 21)
READER = Reader(rubric(), TODAY)
RECORDED = ("open", "gated", "bare")
ASSESSED = {"example/zero": "example/one"}
EACH = pytest.mark.parametrize("name", RECORDED)


def repository(name: str, **changes: Any) -> HubRepository:
    """Return a recorded repository, with changes to the API's answer."""
    found = recorded(name)
    model = parse_hub_model(found.info | changes)
    assert model is not None
    kept_back = FileRead(None, why="it is kept back until permission is granted")
    read = {
        file: FileRead(found.files[file].decode())
        if file == CARD or not model.gated or model.gated is Gate.NONE
        else kept_back
        for file in (CONFIG, TOKENIZER_CONFIG, CARD, "LICENSE", "LICENSE.txt")
        if file in found.files
    }
    return HubRepository(model, read)


def drafted(one: HubRepository) -> str:
    return draft(one, rubric(), ASSESSED, TODAY)


# ---- the three of the folder -----------------------------------------------------------------------------------------


@EACH
def test_the_draft_is_the_one_that_was_read_through(name: str) -> None:
    assert drafted(repository(name)) == (REPOSITORIES / f"{name}.yaml").read_text("utf-8")


@EACH
def test_check_finds_only_missing_levels_in_a_draft(name: str) -> None:
    text = drafted(repository(name))
    reading = READER.assessment("assessments/example-labs/x.yaml", text.encode())
    assert reading.value is None
    assert [problem.rule for problem in reading.problems] == [UNASSESSED] * 16
    assert {text.splitlines()[problem.line - 1] for problem in reading.problems} == {"    level: unassessed"}
    judged = text.replace("level: unassessed", "level: closed")
    assert READER.assessment("assessments/example-labs/x.yaml", judged.encode()).problems == []


@EACH
def test_every_link_to_the_hub_is_pinned_to_the_commit(name: str) -> None:
    one = repository(name)
    said = yaml.safe_load(drafted(one))
    links = [item["url"] for rating in said["ratings"].values() for item in rating.get("evidence", [])]
    own = [link for link in links if "huggingface.co" in link]
    assert bool(own) is (name != "bare")
    assert all(f"/{one.model.sha}" in link for link in own)


# ---- what the hub may say --------------------------------------------------------------------------------------------


def rating(text: str, criterion: str) -> str:
    """Return the lines about a criterion, with the comments above it."""
    title = next(each.question for each in rubric().criteria if each.id == criterion)
    return re.split(r"\n  # (?:----|[^ >].*\?\n)", text.partition(f"  # {title}\n")[2])[0]


GATES = {
    False: "suggests open: on 2026-11-21 anybody could download the files, without permission.",
    "auto": "and the hub grants each request at once. Read the form: by the precedent click-through open where",
    "manual": "suggests semi-open: on 2026-11-21 the repository was gated, and a person decides on each request.",
    None: "the hub doesn't say whether permission is needed.",
    "perhaps": "the hub doesn't say whether permission is needed.",
}


@pytest.mark.parametrize("gated", GATES)
def test_a_gate_is_a_suggestion(gated: object) -> None:
    assert GATES[gated] in rating(drafted(repository("open", gated=gated)), "weights")


LICENSES: dict[str, tuple[dict[str, Any], str]] = {
    "one of SPDX": ({"license": "mit"}, "license: MIT  # the hub says mit"),
    "one that SPDX spells otherwise": ({"license": "odc-by"}, "license: ODC-By-1.0  # the hub says odc-by"),
    "one that only the hub has a word for": (
        {"license": "llama3.1"}, "license: LicenseRef-llama3.1  # the hub says llama3.1; SPDX has no id for it",
    ),
    "a family": ({"license": "cc"}, "# license:  # the hub says cc"),
    "two": ({"license": ["mit", "apache-2.0"]}, "# license:  # the hub says mit and apache-2.0"),
    "another one with a name": (
        {"license": "other", "license_name": "example-1.0"},
        "license: LicenseRef-example-1.0  # the hub says other, example-1.0; SPDX has no id for it",
    ),
    "another one whose name is of SPDX": (
        {"license": "other", "license_name": "Apache-2.0"}, "license: Apache-2.0  # the hub says other, Apache-2.0",
    ),
    "another one with a name in words": (
        {"license": "other", "license_name": "Example Terms, v1"}, "# license:  # the hub says other, Example Terms, v1",
    ),
    "a plus that SPDX has no place for": ({"license": "openrail++"}, "# license:  # the hub says openrail++"),
    "a number": ({"license": 7}, "license: Apache-2.0  # the hub says apache-2.0"),
    "no metadata, but a tag": ({}, "license: Apache-2.0  # the hub says apache-2.0"),
    "an expression": ({"license": "mit or apache-2.0"}, "# license:  # the hub says mit or apache-2.0"),
}  # fmt: skip


@pytest.mark.parametrize("case", LICENSES)
def test_a_licence_is_written_as_spdx_has_it_or_is_a_comment(case: str) -> None:
    card, line = LICENSES[case]
    text = drafted(repository("open", cardData=card))
    assert line in text.splitlines()
    assert draft_errors("example-labs/x", text, READER, {UNASSESSED}) == []


def test_base_models_that_are_not_assessed_stand_in_a_comment() -> None:
    base = {"base_model": ["Example/Zero", "example/other", "no id", 7]}
    text = drafted(repository("open", cardData=base))
    assert "base_models: [example/one]  # by the model card\n" in text
    assert "# base_models: [developer/model]  # the card also names example/other, not assessed yet\n" in text
    text = draft(repository("open", cardData=base, tags=[]), rubric(), {}, TODAY)
    assert "# base_models: [developer/model]  # the card names Example/Zero, example/other, not assessed yet\n" in text


TASKS = {
    "text-generation": "text", "image-text-to-text": "text, image", "text-to-image": "text, image",
    "automatic-speech-recognition": "text, audio", "audio-text-to-text": "text, audio", "text-to-video": "text, video",
    "translation": "text", "any-to-any": "", "tabular-classification": "", "reinforcement-learning": "", None: "",
}  # fmt: skip


@pytest.mark.parametrize("task", TASKS)
def test_modalities_follow_from_the_task(task: str | None) -> None:
    assert ", ".join(modality_of(task)) == TASKS[task]


WEIGHTS: dict[str, tuple[list[tuple[str, int | None]], str]] = {
    "one": ([("model.safetensors", 999)], "The repository holds 1 .safetensors file, 999 bytes in all."),
    "two kinds": (
        [("a.gguf", 5 * 10**9), ("b.GGUF", 10**9), ("c/pytorch_model.bin", 2 * 10**12)],
        "The repository holds 1 .bin file and 2 .gguf files, 2.0 TB in all.",
    ),
    "a size that isn't known": ([("a.bin", None), ("b.bin", 3)], "The repository holds 2 .bin files."),
    "what training leaves behind": ([("training_args.bin", 3), ("x/optimizer.pt", 3)], "no file of the repository"),
    "a name on two lines": ([("a\n    level: open\n.bin", 10**6)], "The repository holds 1 .bin file, 1.0 MB in all."),
}


@pytest.mark.parametrize("case", WEIGHTS)
def test_weights_are_counted(case: str) -> None:
    files, words = WEIGHTS[case]
    siblings = [{"rfilename": name, "size": size} for name, size in files]
    text = drafted(repository("open", siblings=siblings))
    assert words in rating(text, "weights")
    assert draft_errors("example-labs/x", text, READER, {UNASSESSED}) == []


@pytest.mark.thorough
def test_a_hundred_thousand_files_make_no_long_draft() -> None:
    siblings = [{"rfilename": f"{number:06}.safetensors", "size": 10**9} for number in range(100_000)]
    text = drafted(repository("open", siblings=siblings))
    assert "The repository holds 100,000 .safetensors files, 100.0 TB in all." in text
    assert len(text) < 20_000


CONFIGS = {
    '{"model_type": "llama", "num_hidden_layers": 2, "hidden_size": 8, "num_attention_heads": 4}': ("llama", 3, True),
    '{"model_type": "gpt2", "n_layer": 12, "n_embd": 768, "n_head": 12, "n_positions": 1024}': ("gpt2", 4, True),
    '{"model_type": "gemma3", "text_config": {"num_hidden_layers": 2, "hidden_size": 8}}': ("gemma3", 2, False),
    '{"model_type": "llama"}': ("llama", 0, False),
    '{"model_type": "x y", "num_hidden_layers": "32", "hidden_size": 1e999, "n_head": true, "vocab_size": -1}': None,
    '{"hidden_size": 1e999, "num_attention_heads": 99999999999}': None,
    '{"text_config": [1], "hidden_size": [8]}': None,
    "[1, 2]": None,
    "{": None,
    "": None,
    "[" * 100_000: None,
    '{"hidden_size": ' + "9" * 10_000 + "}": None,
}


@pytest.mark.parametrize("config", CONFIGS, ids=lambda text: text[:40])
def test_a_configuration_is_parsed_and_an_invalid_one_ignored(config: str) -> None:
    found = architecture_in(config)
    expected = CONFIGS[config]
    assert (found and (found.kind, len(found.numbers), in_full(found))) == expected
    assert tokenizer_class_in(config) is None


def test_headings_are_those_that_a_reader_sees() -> None:
    card = (
        """---
# no: heading
---
# One *two* `three` [four](https://example.org)
```
# code
```
~~~
```
# code
~~~
#hashtag
## One two three four ##
### 자료 Data
####### seven
# <img src=x onerror=alert(1)>
## Training\u202e Data
## Model Sources [optional]
## `snake_case` and __init__
<h2 align="center">In <b>HTML</b></h2>

Under a line
---
# """
        + "x" * 400
    )
    assert headings_in(card) == [
        Heading("One two three four", "one-two-three-four"),
        Heading("One two three four", "one-two-three-four-1"),
        Heading("자료 Data", None),
        Heading("Training Data", "training-data"),
        Heading("Model Sources [optional]", "model-sources-optional"),
        Heading("snake_case and init", "snake_case-and-init"),
        Heading("In HTML", "in-html"),
        Heading("Under a line", "under-a-line"),
    ]


PAPERS = {
    "the template's own": (["arxiv:1910.09700", "arxiv:2401.00001"], ("2401.00001",)),
    "two versions": (["arxiv:2401.00001v2", "arxiv:2401.00001"], ("2401.00001v2",)),
    "a version of the template's own": (["arxiv:1910.09700v1"], ()),
}


@pytest.mark.parametrize("case", PAPERS)
def test_papers_are_those_of_the_model(case: str) -> None:
    tags, papers = PAPERS[case]
    model = parse_hub_model({"id": "example/one", "tags": tags})
    assert model is not None
    assert model.papers == papers


BASES = {
    "gpt2": ("openai-community/gpt2",),
    "bert-base-uncased": ("google-bert/bert-base-uncased",),
    "https://huggingface.co/Example/Zero": ("Example/Zero",),
    "https://hf.co/Example/Zero/tree/main?x=y": ("Example/Zero",),
    "https://huggingface.co/gpt2/tree/main": ("openai-community/gpt2",),
    "hf.co/example/zero": ("example/zero",),
    "https://huggingface.co/datasets/example/zero": (),
    "https://example.org/Example/Zero": (),
    "unknown": (),
}


@pytest.mark.parametrize("base", BASES)
def test_a_base_model_is_named_by_id_address_or_old_name(base: str) -> None:
    model = parse_hub_model({"id": "example/one", "cardData": {"base_model": base}})
    assert model is not None
    assert model.base_models == BASES[base]


def test_the_title_of_a_licence_is_its_first_two_lines() -> None:
    assert title_of("\n\n   Apache License\n  Version 2.0\n more") == "Apache License, Version 2.0"
    assert title_of("# MIT\n" + "x" * 200) == "MIT"
    assert title_of("x" * 200) is None
    assert title_of("\n ---- \n") is None


# ---- its path --------------------------------------------------------------------------------------------------------

KNOWN = [("lab/one", "Example-Labs/One"), ("lab/two", "example-labs/two"), ("other/three", "example-labs/three")]
PLACES: dict[tuple[str, str | None], str | None] = {
    ("example-labs/Four_B", None): "lab/four-b",
    ("Example_Two/x", None): "example-two/x",
    ("EXAMPLE-Three/x.5", None): "example-three/x.5",
    ("example-labs/x", "mine"): "mine/x",
    ("example-labs/x", "../mine"): None,
    ("example-labs/x", "Mine"): None,
    ("example/developer", None): None,
    ("example/con", None): None,
    ("example/__", None): None,
}


@pytest.mark.parametrize("case", PLACES)
def test_a_draft_is_placed_beside_the_other_models_of_its_organisation(case: tuple[str, str | None]) -> None:
    hub_id, developer = case
    assert draft_id(hub_id, developer, KNOWN, {"lab", "other", "example-three"}) == PLACES[case]


def test_hub_ids_are_compared_without_case() -> None:
    assert assessed_already("EXAMPLE-labs/one", KNOWN) == "lab/one"
    assert assessed_already("example-labs/four", KNOWN) is None


# ---- licences, compared ----------------------------------------------------------------------------------------------

COMPARED: dict[tuple[str | None, str, str | None], bool] = {
    ("Apache-2.0", "apache-2.0", None): False,
    ("Apache-2.0", "mit", None): True,
    ("Apache-2.0", "llama3.1", None): True,
    ("Apache-2.0", "other", None): False,
    ("Apache-2.0", "other", "apache-2.0"): False,
    ("Apache-2.0", "other", "Apache License 2.0"): False,
    ("Apache-2.0", "other", "mit"): True,
    ("Apache-2.0", "cc", None): False,
    ("GPL-3.0-or-later", "gpl-3.0", None): False,
    ("GPL-3.0-only", "gpl-2.0", None): True,
    ("ODC-By-1.0", "odc-by", None): False,
    ("Apache-2.0 OR MIT", "mit", None): False,
    ("LicenseRef-Llama-3.3", "llama3.3", None): False,
    ("LicenseRef-Llama-3", "llama3.1", None): True,
    ("LicenseRef-Gemma", "gemma", None): False,
    ("LicenseRef-Gemma", "apache-2.0", None): True,
    ("LicenseRef-BigScience-BLOOM-RAIL-1.0", "bigscience-bloom-rail-1.0", None): False,
    ("LicenseRef-BigCode-OpenRAIL-M-1.0", "bigcode-openrail-m", None): False,
    ("LicenseRef-Modified-MIT", "mit", None): False,
    ("LicenseRef-Example", "other", "example"): False,
    ("LicenseRef-Example", "other", "something-else"): False,
    ("LicenseRef-Example", "llama3.1", None): False,
    ("LicenseRef-Example", "apache-2.0", None): True,
    (None, "mit", None): False,
}


@pytest.mark.parametrize("case", COMPARED)
def test_licences_differ_only_where_that_is_sure(case: tuple[str | None, str, str | None]) -> None:
    ours, word, name = case
    model = repository("open", cardData={"license": word, "license_name": name}).model
    assert differing_license(ours, model) == ((name if word == "other" else word) if COMPARED[case] else None)


# ---- anything --------------------------------------------------------------------------------------------------------

WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["apache-2.0", "other", "llama3.1", "a: b", "# x", "- x", "'", '"', "\x85", "\u2028", "{a", "[x]", "x\n  level: open", "null"]
    ),
)  # fmt: skip
VALUES = st.recursive(
    WORDS | st.none() | st.booleans() | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
TAGS = st.lists(
    WORDS | WORDS.map("base_model:{}".format) | WORDS.map("license:{}".format) | WORDS.map("arxiv:{}".format),
    max_size=5,
)
SIBLINGS = st.lists(
    st.fixed_dictionaries({"rfilename": WORDS | WORDS.map("{}.safetensors".format)}, optional={"size": VALUES})
    | VALUES,
    max_size=4,
)
CARDS = st.fixed_dictionaries(
    {},
    optional={
        key: VALUES | st.lists(WORDS, max_size=3)
        for key in ("license", "license_name", "license_link", "base_model", "datasets", "library_name")
    }
    | {"co2_eq_emissions": VALUES | st.fixed_dictionaries({"hardware_used": WORDS})},
)
ANSWERS = st.fixed_dictionaries(
    {"id": st.from_regex(r"[A-Za-z0-9_]{1,20}/[A-Za-z0-9_]{1,20}([-.][A-Za-z0-9_]{1,5})?", fullmatch=True)},
    optional=dict.fromkeys(
        ("private", "disabled", "gated", "createdAt", "pipeline_tag", "library_name", "config", "modelId"), VALUES
    )
    | {"tags": TAGS | VALUES, "cardData": CARDS | VALUES, "siblings": SIBLINGS | VALUES},
)
TEXTS = st.text(max_size=100) | st.lists(
    WORDS.map("## Training data {}".format) | WORDS.map("# License {}".format) | WORDS, max_size=6
).map("\n".join)
NUMBERS = st.dictionaries(
    st.sampled_from(["model_type", "hidden_size", "num_hidden_layers", "num_attention_heads", "text_config", "tokenizer_class"]),
    VALUES | st.integers(1, 9999),
)  # fmt: skip
FILES = st.fixed_dictionaries(
    {},
    optional={
        CONFIG: NUMBERS.map(json.dumps) | TEXTS,
        TOKENIZER_CONFIG: NUMBERS.map(json.dumps) | TEXTS,
        CARD: TEXTS,
        "LICENSE": TEXTS,
    },
)


@pytest.mark.thorough
@settings(deadline=None)
@given(answer=ANSWERS, files=FILES)
def test_check_finds_only_missing_levels_for_any_answer_of_a_hub(answer: dict[str, Any], files: dict[str, str]) -> None:
    model = parse_hub_model(answer)
    assert model is not None
    one = HubRepository(replace(model, sha="0" * 40), {name: FileRead(text) for name, text in files.items()})
    text = drafted(one)
    assert draft_errors("example/x", text, READER, {UNASSESSED}) == []
    assert not UNSEEN.search(text)
    said: Any = READER.assessment(assessment_path("example/x"), text.encode()).plain
    assert set(said) <= {"model", "modality", "huggingface", "license", "base_models", "ratings"}
    assert said["huggingface"] == answer["id"]
    assert [each["level"] for each in said["ratings"].values()] == [UNASSESSED] * len(rubric().criteria)
    assert all(set(each) <= {"level", "evidence"} for each in said["ratings"].values())


@given(said=VALUES)
def test_an_answer_is_a_model_or_none(said: object) -> None:
    found = parse_hub_model(said)
    assert found is None or isinstance(found, HubModel)


@given(data=st.binary(max_size=60))
def test_bytes_are_a_value_or_none_at_all(data: bytes) -> None:
    try:
        json_value(data)
    except ValueError:
        return


def test_license_of_nothing_is_nothing() -> None:
    assert license_of(repository("bare").model) is None


if __name__ == "__main__":
    for each in RECORDED:
        (REPOSITORIES / f"{each}.yaml").write_text(drafted(repository(each)), "utf-8")
