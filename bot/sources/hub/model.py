"""What a hub says of one model, as checked values. Everything in it was written by somebody whom nobody knows.

Texts stand on one line, are short, and hold nothing that can't be seen; what has another type than it should isn't there.
What they say is believed by nobody: it becomes a link, a hint, or the question whether something has changed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from pydantic import TypeAdapter, ValidationError

from bot.board.model.assessment import Modality
from bot.board.model.fields import HubId, License
from bot.board.reading.source import UNSEEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONFIG = "config.json"
TOKENIZER_CONFIG = "tokenizer_config.json"
CARD = "README.md"
LICENSE_FILE = re.compile(r"(?:licen[cs]e|copying)(?:[._-][a-z0-9._-]{1,20})?", re.IGNORECASE)
"""The files that say something about a model, by their names in the top folder of a repository."""

# A listing has no other trace of base models: https://github.com/huggingface/huggingface_hub/pull/3182
BASE_MODEL_TAG = re.compile(r"base_model:(?:(?:adapter|finetune|merge|quantized):)?([^:]+)")
"""`base_model:organisation/name`, and the same again with what was done to it."""

LONGEST_TEXT = 120
"""Characters of any text that is taken over."""
_MOST = 20
"""Items of a list that are taken over: papers, datasets, base models."""
_MOST_HEADINGS = 400
_LONGEST_HEADING_LINE = 300

_SHA = re.compile(r"[0-9a-f]{40}")
_PAPER = re.compile(r"arxiv:([0-9]{4}\.[0-9]{4,5}(?:v[0-9]{1,2})?)")
_DATASET = re.compile(r"[A-Za-z0-9_.-]{1,96}(?:/[A-Za-z0-9_.-]{1,96})?")
_WORD = re.compile(r"[A-Za-z0-9_.+-]{1,64}")
_HUB_ID = TypeAdapter(HubId)
_LICENSE = TypeAdapter(License)


class Gate(StrEnum):
    """Whom a repository gives its files to: https://huggingface.co/docs/hub/models-gated."""

    NONE = "none"
    AUTO = "auto"
    """Whoever asks, at once."""
    MANUAL = "manual"
    """Whom a person let in."""


class HubFile(NamedTuple):
    """A file of a repository."""

    name: str
    """With its folders; hostile, and may not fit into a link."""
    size: int | None
    """In bytes."""


@dataclass(frozen=True)
class HubModel:
    """What the hub says of a model."""

    id: str
    """As the hub spells it now; another than was asked for where the repository was renamed."""
    sha: str | None
    """The commit that all this is about."""
    private: bool
    disabled: bool
    gated: Gate | None
    created: date | None
    """When the repository was made, which may be long before or after the release."""
    task: str | None
    library: str | None
    papers: tuple[str, ...]
    """Ids of arXiv that the model card refers to."""
    licenses: tuple[str, ...]
    """As the model card has them: small letters, the hub's own words among them."""
    license_name: str | None
    """What the card calls a licence that the hub has no word for."""
    license_link: str | None
    base_models: tuple[str, ...]
    datasets: tuple[str, ...]
    hardware: str | None
    """What the card says of emissions names as hardware."""
    kind: str | None
    """The `model_type` of its configuration, which the hub tells of gated repositories too."""
    files: tuple[HubFile, ...]


class FileRead(NamedTuple):
    """What came of reading a file of a repository."""

    text: str | None
    """None where it can't be read."""
    cut: bool = False
    """Whether the text goes on."""
    why: str = ""
    """Why it can't be read."""


@dataclass(frozen=True)
class HubRepository:
    """A model with those of its files that say something about it, by name."""

    model: HubModel
    read: Mapping[str, FileRead]


def is_hub_id(text: str) -> bool:
    """Whether an assessment could name a model of the hub so."""
    return _accepts(_HUB_ID, text)


def _accepts(kind: TypeAdapter[str], value: object) -> bool:
    try:
        kind.validate_python(value)
    except ValidationError:
        return False
    return True


def json_value(text: str | bytes) -> object:
    """The value of a JSON text. Raises ValueError for everything that is none, or is nested too deep to be one."""
    try:
        value: object = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value


def parse_hub_model(said: object) -> HubModel | None:
    """What an answer of the hub's API about one model says; None where it isn't one.

    https://huggingface.co/docs/hub/api#get-apimodelsrepoid-or-apimodelsrepoidrevisionrevision
    """
    answer = _dict(said)
    name = answer.get("id")
    if not isinstance(name, str) or not is_hub_id(name):
        return None
    card = _dict(answer.get("cardData"))
    tags = [tag for tag in _list(answer.get("tags")) if isinstance(tag, str)]
    sha = answer.get("sha")
    return HubModel(
        id=name,
        sha=sha if isinstance(sha, str) and _SHA.fullmatch(sha) else None,
        private=answer.get("private") is True,
        disabled=answer.get("disabled") is True,
        gated=_gate(answer.get("gated")),
        created=_day(answer.get("createdAt")),
        task=_word(answer.get("pipeline_tag")),
        library=_word(answer.get("library_name")) or _word(card.get("library_name")),
        papers=_first(found[1] for tag in tags if (found := _PAPER.fullmatch(tag))),
        licenses=_licenses(card.get("license"), tags),
        license_name=text_of(card.get("license_name")),
        license_link=text_of(card.get("license_link")),
        base_models=_base_models(card.get("base_model"), tags, name),
        datasets=_first(one for one in _texts(card.get("datasets")) if _DATASET.fullmatch(one)),
        hardware=text_of(_dict(card.get("co2_eq_emissions")).get("hardware_used")),
        kind=_word(_dict(answer.get("config")).get("model_type")),
        files=tuple(_files(answer.get("siblings"))),
    )


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def text_of(value: object) -> str | None:
    """A text on one line without what can't be seen; None where there is none, or one that is too long to mean something."""
    if not isinstance(value, str) or len(value) > 10 * LONGEST_TEXT:
        return None
    shown = " ".join(UNSEEN.sub(" ", value).split())
    return shown if 0 < len(shown) <= LONGEST_TEXT else None


def _texts(value: object) -> Iterator[str]:
    """A text, or each one of a list."""
    for each in value if isinstance(value, list) else [value]:
        if (text := text_of(each)) is not None:
            yield text


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and _WORD.fullmatch(value) else None


def _first(found: Iterator[str]) -> tuple[str, ...]:
    """Each once, in their order, and not too many."""
    return tuple(dict.fromkeys(found))[:_MOST]


def _gate(value: object) -> Gate | None:
    if value is False:
        return Gate.NONE
    return Gate(value) if value in ("auto", "manual") else None


def _day(value: object) -> date | None:
    try:
        day = date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
    # The hub knows no earlier day: older repositories all have this one.
    return day if day is not None and day > date(2022, 3, 2) else None


def _licenses(said: object, tags: list[str]) -> tuple[str, ...]:
    """By the card, and by the tags where the card has none."""
    by_tags = [tag.removeprefix("license:") for tag in tags if tag.startswith("license:")]
    return _first(each.lower() for each in list(_texts(said)) or _texts(by_tags))


def _base_models(said: object, tags: list[str], own: str) -> tuple[str, ...]:
    by_tags = (found[1] for tag in tags if (found := BASE_MODEL_TAG.fullmatch(tag)))
    return _first(one for one in (*_texts(said), *by_tags) if is_hub_id(one) and one.lower() != own.lower())


def _files(siblings: object) -> Iterator[HubFile]:
    for each in _list(siblings):
        name, size = _dict(each).get("rfilename"), _dict(each).get("size")
        if isinstance(name, str) and name:
            yield HubFile(name, size if type(size) is int and 0 <= size < 1 << 60 else None)


# ---- licences --------------------------------------------------------------------------------------------------------

# The hub's words for licences: https://huggingface.co/docs/hub/repositories-licenses. SPDX spells most of them alike but
# for capitals; these otherwise. A family, such as `cc`, is no licence.
_SPELT_OTHERWISE = {
    "c-uda": "C-UDA-1.0",
    "lgpl-lr": "LGPLLR",
    "odbl": "ODbL-1.0",
    "odc-by": "ODC-By-1.0",
    "pddl": "PDDL-1.0",
}
_FAMILIES = ("bsd", "cc", "gfdl", "gpl", "lgpl", "openrail", "other", "unknown")
_WITHOUT_SPDX = (
    "apple-amlr", "apple-ascl", "bigcode-openrail-m", "bigscience-bloom-rail-1.0", "bigscience-openrail-m",
    "creativeml-openrail-m", "deepfloyd-if-license", "fair-noncommercial-research-license", "gemma", "intel-research",
    "llama2", "llama3", "llama3.1", "llama3.2", "llama3.3", "llama4", "openrail++",
)  # fmt: skip


def spdx_id(word: str) -> str | None:
    """The id in SPDX's list of a licence that the hub calls `word`; None where it has none."""
    try:
        spelt = canonicalize_license_expression(_SPELT_OTHERWISE.get(word.lower(), word))
    except InvalidLicenseExpression:
        return None
    return None if " " in spelt or spelt.startswith("LicenseRef-") else spelt


def license_of(model: HubModel) -> str | None:
    """The licence as an assessment has it: an id of SPDX, or LicenseRef- and the hub's word for one that has none.

    None where the hub names a family, several, or nothing that could stand there.
    """
    if len(model.licenses) != 1:
        return None
    word = model.licenses[0]
    if word == "other" and model.license_name is not None:
        word = model.license_name
    if word in _FAMILIES:
        return None
    reference = f"LicenseRef-{word}"
    return spdx_id(word) or (reference if _accepts(_LICENSE, reference) and " " not in reference else None)


def differing_license(ours: str | None, model: HubModel) -> str | None:
    """The hub's word for its licence, where that is for sure another one than `ours`; else None.

    For sure: both are ids of SPDX, or licences that the hub has words for; or ours is none of those and theirs is one
    whose name isn't part of ours. A name that somebody made up can be compared with nothing.
    """
    if ours is None or len(model.licenses) != 1:
        return None
    word = model.licenses[0]
    if word == "other" and model.license_name is not None:
        word = model.license_name
    mine, theirs = _which(ours.removeprefix("LicenseRef-")), _which(word)
    if theirs is None or mine == theirs:
        return None
    if mine is None and (not ours.startswith("LicenseRef-") or spdx_id(word) is None or theirs in _folded(ours)):
        return None
    return word


def _which(word: str) -> str | None:
    """Which licence is meant, if that can be told: folded, and the same for GPL-3.0 and GPL-3.0-or-later."""
    spdx = spdx_id(word)
    if spdx is not None:
        return _folded(re.sub(r"(?:-only|-or-later|\+)$", "", spdx))
    return next((_folded(known) for known in _WITHOUT_SPDX if _folded(known) == _folded(word)), None)


def _folded(word: str) -> str:
    return re.sub(r"[^a-z0-9+]", "", word.lower())


# ---- tasks -----------------------------------------------------------------------------------------------------------

_INTO = {"text": Modality.TEXT, "image": Modality.IMAGE, "audio": Modality.AUDIO, "video": Modality.VIDEO}
_TASKS = {
    "fill-mask": "text", "question-answering": "text", "sentence-similarity": "text", "summarization": "text",
    "translation": "text", "automatic-speech-recognition": "audio-text", "text-to-speech": "text-audio",
    "visual-question-answering": "image-text", "document-question-answering": "image-text",
}  # fmt: skip


def modality_of(task: str | None) -> tuple[Modality, ...]:
    """What a model for a task of the hub takes in and gives out; nothing where its name doesn't say.

    https://huggingface.co/tasks
    """
    if task is None:
        return ()
    words = _TASKS.get(task, task).split("-")
    if task not in _TASKS and not {"to", "generation", "classification"} & set(words):
        return ()
    found = {_INTO[word] for word in words if word in _INTO}
    return tuple(modality for modality in Modality if modality in found)


# ---- what stands in its files ----------------------------------------------------------------------------------------


class Architecture(NamedTuple):
    """What a configuration says of the structure of a model."""

    kind: str | None
    """Its `model_type`, such as `llama`."""
    numbers: tuple[tuple[str, int], ...]
    """What it counts, in words, with how many."""


# The keys of the libraries' configurations that mean the same; the first that is there counts.
_COUNTED = {
    "layers": ("num_hidden_layers", "n_layer", "n_layers", "num_layers"),
    "hidden size": ("hidden_size", "n_embd", "d_model", "dim"),
    "attention heads": ("num_attention_heads", "n_head", "n_heads", "num_heads"),
    "key-value heads": ("num_key_value_heads",),
    "feed-forward size": ("intermediate_size", "n_inner", "ffn_dim", "d_ff"),
    "experts": ("num_local_experts", "n_routed_experts", "num_experts"),
    "vocabulary": ("vocab_size",),
    "context": ("max_position_embeddings", "n_positions", "max_sequence_length", "max_seq_len", "seq_length"),
}
_ESSENTIAL = ("layers", "hidden size", "attention heads")


def architecture_in(config: str) -> Architecture | None:
    """What config.json says; None where it says nothing of the kind or is no JSON."""
    try:
        said = _dict(json_value(config))
    except ValueError:
        return None
    # Models that see have the language model's numbers one level deeper.
    inner = _dict(said.get("text_config")) | said
    numbers = []
    for name, keys in _COUNTED.items():
        values = [value for key in keys if type(value := inner.get(key)) is int and 0 < value < 10**10]
        numbers += [(name, values[0])] if values else []
    kind = _word(said.get("model_type"))
    return Architecture(kind, tuple(numbers)) if kind or numbers else None


def in_full(found: Architecture) -> bool:
    """Whether the numbers are there that make a structure."""
    return set(_ESSENTIAL) <= {name for name, _ in found.numbers}


def tokenizer_class_in(config: str) -> str | None:
    """What tokenizer_config.json calls the class of the tokenizer."""
    try:
        return _word(_dict(json_value(config)).get("tokenizer_class"))
    except ValueError:
        return None


class Heading(NamedTuple):
    """A heading of a model card."""

    text: str
    anchor: str | None
    """What a link to it ends with; None where that can't be told."""


def headings_in(card: str) -> list[Heading]:
    """The headings of a Markdown text with `#`, without those of metadata and of code."""
    found: list[Heading] = []
    seen: dict[str, int] = {}
    fence = ""
    lines = card.splitlines()
    if lines and lines[0].rstrip() == "---":
        end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
        lines = lines[end + 1 :]
    for line in lines:
        if (marker := re.match(r" {0,3}(```|~~~)", line)) is not None:
            fence = "" if fence == marker[1] else fence or marker[1]
        elif not fence and line[:1] == "#" and len(line) <= _LONGEST_HEADING_LINE and len(found) < _MOST_HEADINGS:
            text = text_of(re.sub(r"<[^<>]*>|[*_`]|\]\([^()]*\)|\[", "", line.lstrip("#").strip(" #")))
            if text is not None and re.match(r"#{1,6}[ \t]", line):
                found.append(Heading(text, _anchor(text, seen)))
    return found


def _anchor(text: str, seen: dict[str, int]) -> str | None:
    slug = re.sub(r"[^a-z0-9 -]", "", text.lower()).replace(" ", "-")
    number = seen.get(slug, 0)
    seen[slug] = number + 1
    if not text.isascii() or not slug.strip("-"):
        return None
    return f"{slug}-{number}" if number else slug


def title_of(text: str) -> str | None:
    """The first two lines that say something, joined: the name of most licences. None where they are too long for that."""
    lines = [line.strip(" \t#*=-_") for line in text.splitlines()[:50]]
    first, *rest = [line for line in lines if line][:2] or [""]
    return text_of(", ".join([first, *rest])) or text_of(first)
