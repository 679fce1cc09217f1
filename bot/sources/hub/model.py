"""The hub's answer about one model, as checked values. All of it is hostile.

Texts are short, on one line, and without invisible characters; values of a wrong type are dropped. They are used as links,
as hints, and to detect changes, but never as facts.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from bot.board.model.assessment import Modality
from bot.board.model.fields import is_hub_id, is_license
from bot.board.reading.source import UNSEEN
from bot.text.anchors import heading_anchor
from bot.text.html_tree import parse_html
from bot.text.markdown import markdown_html, split_front_matter
from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONFIG = "config.json"
TOKENIZER_CONFIG = "tokenizer_config.json"
CARD = "README.md"
LICENSE_FILE = re.compile(r"(?:licen[cs]e|copying)(?:[._-][a-z0-9._-]{1,20})?", re.IGNORECASE)
"""Licence files in the top folder of a repository."""

# Tags are the only place of base models in a listing: https://github.com/huggingface/huggingface_hub/pull/3182
BASE_MODEL_TAG = re.compile(r"base_model:(?:(?:adapter|finetune|merge|quantized):)?([^:]+)")
"""`base_model:organisation/name`, also with the kind of derivation."""

LONGEST_TEXT = 120
"""Most characters of any text."""
_MOST = 20
"""Most items of a list: papers, datasets, base models."""
_MOST_HEADINGS = 400

_SHA = re.compile(r"[0-9a-f]{40}")
_PAPER = re.compile(r"arxiv:(([0-9]{4}\.[0-9]{4,5})(?:v[0-9]{1,2})?)")
_DATASET = re.compile(r"[A-Za-z0-9_.-]{1,96}(?:/[A-Za-z0-9_.-]{1,96})?")
_WORD = re.compile(r"[A-Za-z0-9_.+-]{1,64}")


class Gate(StrEnum):
    """Access to the files of a repository: https://huggingface.co/docs/hub/models-gated."""

    NONE = "none"
    """Public."""
    AUTO = "auto"
    """Granted to everybody on request."""
    MANUAL = "manual"
    """Granted by a person."""


class HubFile(NamedTuple):
    """A file of a repository."""

    name: str
    """Path in the repository; hostile, and may not fit into a link."""
    size: int | None
    """Bytes."""


@dataclass(frozen=True)
class HubModel:
    """The hub's answer about a model."""

    id: str
    """As the hub spells it now; the new one of a renamed repository."""
    sha: str | None
    private: bool
    disabled: bool
    gated: Gate | None
    created: date | None
    """Day of the repository's creation, which may be long before or after the release."""
    task: str | None
    library: str | None
    papers: tuple[str, ...]
    """Ids of papers on arXiv that the model card refers to."""
    licenses: tuple[str, ...]
    """As in the model card, in lower case, also the hub's own names."""
    license_name: str | None
    """The card's name of a licence that the hub does not know."""
    license_link: str | None
    base_models: tuple[str, ...]
    datasets: tuple[str, ...]
    hardware: str | None
    """From the card's metadata on emissions."""
    kind: str | None
    """The `model_type` of its configuration, also of gated repositories."""
    files: tuple[HubFile, ...]


class FileRead(NamedTuple):
    """Content of a file of a repository."""

    text: str | None
    """None where it cannot be read."""
    why: str = ""


@dataclass(frozen=True)
class HubRepository:
    """A model with the content of its small files, by name."""

    model: HubModel
    read: Mapping[str, FileRead]


def json_value(text: str | bytes) -> object:
    """Return the value of a JSON text. Raises ValueError where it is invalid, or nested too deep."""
    try:
        value: object = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value


def parse_hub_model(value: object) -> HubModel | None:
    """Parse an answer of the hub's API about one model; return None where it is invalid.

    https://huggingface.co/docs/hub/api#get-apimodelsrepoid-or-apimodelsrepoidrevisionrevision
    """
    answer = _dict(value)
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
        papers=_papers(tags),
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


def _json_object(text: str) -> dict[str, object]:
    try:
        return _dict(json_value(text))
    except ValueError:
        return {}


def text_of(value: object) -> str | None:
    """Return a text on one line without invisible characters; None where it is empty or too long, or not a text."""
    if not isinstance(value, str) or len(value) > 10 * LONGEST_TEXT:
        return None
    shown = " ".join(UNSEEN.sub(" ", value).split())
    return shown if 0 < len(shown) <= LONGEST_TEXT else None


def _texts(value: object) -> Iterator[str]:
    """Yield a text, or each text of a list."""
    for each in value if isinstance(value, list) else [value]:
        if (text := text_of(each)) is not None:
            yield text


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and _WORD.fullmatch(value) else None


def _first(found: Iterator[str]) -> tuple[str, ...]:
    """Return the first `_MOST` distinct items, in their order."""
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
    # The hub has no earlier day: all older repositories have this one.
    return day if day is not None and day > date(2022, 3, 2) else None


def _licenses(value: object, tags: list[str]) -> tuple[str, ...]:
    by_tags = [tag.removeprefix("license:") for tag in tags if tag.startswith("license:")]
    return _first(each.lower() for each in list(_texts(value)) or _texts(by_tags))


_NOT_OF_A_MODEL = frozenset(["1910.09700"])
"""Papers that the hub's template for cards cites itself: how to compute carbon emissions."""


def _papers(tags: list[str]) -> tuple[str, ...]:
    """Return the distinct papers; versions of one are one, as it is named first."""
    papers: dict[str, str] = {}
    for tag in tags:
        if (found := _PAPER.fullmatch(tag)) and found[2] not in _NOT_OF_A_MODEL:
            papers.setdefault(found[2], found[1])
    return _first(iter(papers.values()))


# Models without an organisation got one in 2024: https://huggingface.co/docs/hub/repositories-settings has redirects for them.
_ORGANISATIONS = (
    (re.compile(r"albert-.+"), "albert"),
    (re.compile(r"bert-.+"), "google-bert"),
    (re.compile(r"distil(?:bert|gpt2|roberta).*"), "distilbert"),
    (re.compile(r"gpt2(?:-medium|-large|-xl)?|openai-gpt"), "openai-community"),
    (re.compile(r"roberta-.+|xlm-.+"), "FacebookAI"),
    (re.compile(r"t5-.+"), "google-t5"),
    (re.compile(r"xlnet-.+"), "xlnet"),
)
_MODEL_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/"
    r"((?!(?:blog|collections|datasets|docs|papers|spaces)/)[^/?#]+(?:/(?!(?:blob|raw|resolve|tree)/)[^/?#]+)?)(?:[/?#].*)?",
    re.DOTALL,
)


def full_id(base: str) -> str:
    """Return the id of a base model, of which authors write the address or, for the oldest models, the name alone."""
    base = found[1] if (found := _MODEL_LINK.fullmatch(base)) else base
    organisation = next((own for name, own in _ORGANISATIONS if name.fullmatch(base)), "")
    return f"{organisation}/{base}" if organisation else base


def _base_models(value: object, tags: list[str], own: str) -> tuple[str, ...]:
    by_tags = (found[1] for tag in tags if (found := BASE_MODEL_TAG.fullmatch(tag)))
    named = map(full_id, (*_texts(value), *by_tags))
    return _first(one for one in named if is_hub_id(one) and name_key(one) != name_key(own))


def _files(siblings: object) -> Iterator[HubFile]:
    for each in _list(siblings):
        name, size = _dict(each).get("rfilename"), _dict(each).get("size")
        if isinstance(name, str) and name:
            yield HubFile(name, size if type(size) is int and 0 <= size < 1 << 60 else None)


# ---- licences --------------------------------------------------------------------------------------------------------

# The hub's names of licences: https://huggingface.co/docs/hub/repositories-licenses. Most differ from SPDX only in case,
# these in more. A family, such as `cc`, is not a licence.
_SPDX_SPELLINGS = {
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
    """Return the SPDX id of a licence by its name on the hub; None where there is none."""
    try:
        found = canonicalize_license_expression(_SPDX_SPELLINGS.get(word.lower(), word))
    except InvalidLicenseExpression:
        return None
    return None if " " in found or found.startswith("LicenseRef-") else found


def license_of(model: HubModel) -> str | None:
    """Return the SPDX id, or LicenseRef- and the hub's name; None where that is a family, several, or nothing valid."""
    word = _single_license(model)
    if word is None or word in _FAMILIES:
        return None
    reference = f"LicenseRef-{word}"
    return spdx_id(word) or (reference if is_license(reference) and " " not in reference else None)


def differing_license(ours: str | None, model: HubModel) -> str | None:
    """Return the hub's name of its licence where it certainly differs from `ours`; else None.

    Certain is: both are SPDX ids, or licences that the hub has names for; or ours is neither, and the name of theirs is
    not part of ours. Invented names cannot be compared.
    """
    word = _single_license(model)
    if ours is None or word is None:
        return None
    mine, theirs = _identify(ours.removeprefix("LicenseRef-")), _identify(word)
    if theirs is None or mine == theirs:
        return None
    if mine is None and (not ours.startswith("LicenseRef-") or spdx_id(word) is None or theirs in _folded(ours)):
        return None
    return word


def _single_license(model: HubModel) -> str | None:
    """Return the hub's name of the licence, where there is exactly one."""
    if len(model.licenses) != 1:
        return None
    is_other = model.licenses[0] == "other" and model.license_name is not None
    return model.license_name if is_other else model.licenses[0]


def _identify(word: str) -> str | None:
    """Return the folded name of a known licence, the same for GPL-3.0 and GPL-3.0-or-later; else None."""
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
    """Return the modalities in the name of a task of the hub (https://huggingface.co/tasks)."""
    if task is None:
        return ()
    words = _TASKS.get(task, task).split("-")
    if task not in _TASKS and not {"to", "generation", "classification"} & set(words):
        return ()
    found = {_INTO[word] for word in words if word in _INTO}
    return tuple(modality for modality in Modality if modality in found)


# ---- contents of files -----------------------------------------------------------------------------------------------


class Architecture(NamedTuple):
    """Structure of a model by its configuration."""

    kind: str | None
    """Its `model_type`, such as `llama`."""
    numbers: tuple[tuple[str, int], ...]
    """Names of hyperparameters, with their values."""


# Keys with the same meaning in the configurations of several libraries; the first one present is used.
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
    """Return the architecture in config.json; None where there is none, or where it is not JSON."""
    parsed = _json_object(config)
    # Vision-language models have the language model's configuration one level deeper.
    inner = _dict(parsed.get("text_config")) | parsed
    numbers = []
    for name, keys in _COUNTED.items():
        values = [value for key in keys if type(value := inner.get(key)) is int and 0 < value < 10**10]
        numbers += [(name, values[0])] if values else []
    kind = _word(parsed.get("model_type"))
    return Architecture(kind, tuple(numbers)) if kind or numbers else None


def in_full(found: Architecture) -> bool:
    """Return whether all essential hyperparameters are present."""
    return set(_ESSENTIAL) <= {name for name, _ in found.numbers}


def tokenizer_class_in(config: str) -> str | None:
    """Return the class of the tokenizer in tokenizer_config.json."""
    return _word(_json_object(config).get("tokenizer_class"))


class Heading(NamedTuple):
    """A heading of a model card."""

    text: str
    anchor: str | None
    """Fragment of a link to it; None where it is uncertain."""


def headings_in(card: str) -> list[Heading]:
    """Return the headings of a model card as it is rendered, also those in HTML."""
    found: list[Heading] = []
    seen: Counter[str] = Counter()
    root = parse_html(markdown_html(split_front_matter(card)[1]), scripting=True)
    for node in root.css("h1, h2, h3, h4, h5, h6") if root is not None else ():
        text = text_of(node.text(deep=True))
        if text is not None and len(found) < _MOST_HEADINGS:
            found.append(Heading(text, _anchor(text, seen)))
    return found


def _anchor(text: str, seen: Counter[str]) -> str | None:
    slug = heading_anchor(text)
    number = seen[slug]
    seen[slug] += 1
    if not text.isascii() or not slug.strip("-"):
        return None
    return f"{slug}-{number}" if number else slug


def title_of(text: str) -> str | None:
    """Return the first two lines with words, joined: the name of most licences. None where they are too long."""
    lines = [line.strip(" \t#*=-_") for line in text.splitlines()[:50]]
    first, *rest = [line for line in lines if line][:2] or [""]
    return text_of(", ".join([first, *rest])) or text_of(first)
