"""From the hub's answer about a model to a draft of its assessment.

Facts become evidence, each with a link that is pinned to a commit; their possible meaning, and where else to look, become
comments. No level is set: each is `unassessed`, so that `check` refuses the draft until somebody has rated the model.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from pydantic import ValidationError

from bot.board.model.assessment import MODELINE, UNASSESSED
from bot.board.model.fields import short_name
from bot.board.model.layout import assessment_path
from bot.board.model.links import is_evidence_url
from bot.board.model.rating import Evidence
from bot.board.reading.corpus import is_assessment_path
from bot.board.writing.rewriting import evidence_item, scalar
from bot.board.writing.skeleton import draft_ratings
from bot.sources.hub.model import (
    CARD,
    CONFIG,
    LICENSE_FILE,
    TOKENIZER_CONFIG,
    Gate,
    architecture_in,
    headings_in,
    in_full,
    license_of,
    modality_of,
    title_of,
    tokenizer_class_in,
)
from bot.text.escaping import visible
from bot.text.sameness import name_key
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date

    from bot.board.model.rubric import Criterion, Rubric
    from bot.sources.hub.model import HubModel, HubRepository

HUB = "https://huggingface.co"
"""Base of all links, whichever mirror of the hub was asked."""

# Files of weights, and files with the same endings that contain something else.
_WEIGHTS = re.compile(r".*\.(safetensors|bin|gguf|pth|pt|ckpt|h5|msgpack|onnx|npz|nemo|tflite)", re.DOTALL)
_NO_WEIGHTS = re.compile(r"(?:.*/)?(?:training_args|optimizer|scheduler|scaler|rng_state)[^/]*", re.DOTALL)
_TOKENIZERS = (
    "tokenizer.json", "tokenizer.model", "tokenizer.model.v3", "tekken.json", "spiece.model", "sentencepiece.bpe.model",
    "vocab.json", "vocab.txt", "merges.txt", "tiktoken.model",
)  # fmt: skip

# Patterns of headings by the criterion that they may concern.
_HEADINGS = {
    "code": r"\b(?:training|source) code\b|\brepositor(?:y|ies)\b",
    "license": r"\blicen[cs]e|\bterms\b",
    "paper": r"\bcitations?\b|\bciting\b|\bpaper\b|\btechnical report\b",
    "hardware": r"\bhardware\b|\bcompute\b|\bgpus?\b|\bcarbon\b|\benvironmental impact\b|\binfrastructure\b",
    "software": r"\bsoftware\b|\bframework versions?\b|\bframeworks?\b",
    "api": r"\bapi\b|\binference providers?\b",
    "pretraining_method": r"\bpre-?training\b(?! (?:data|corpus))|\btraining (?:procedure|details|regime|hyperparameters)\b",
    "finetuning_method": r"\b(?:fine-?tuning|post-?training|instruction[- ]tuning|sft)\b(?! data)",
    "rl_method": r"\b(?:rlhf|rlvr|dpo|ppo|grpo|reinforcement|preference (?:tuning|optimi[sz]ation)|alignment)\b",
    "pretraining_data": r"\b(?:pre-?)?training (?:data|corpus)|\bdatasets?\b",
    "finetuning_data": r"\b(?:fine-?tuning|post-?training|instruction|sft) (?:data|sets?)",
    "rl_data": r"\b(?:preference|reward|rlhf|dpo|feedback) (?:data|sets?)",
    "data_filtering": r"\bfilter|\bpre-?processing\b|\bdedup|\bdecontamination\b|\bdata (?:cleaning|curation)\b",
}
_MOST_HINTS = 4
"""Most headings that are named under a criterion."""
_MOST_NAMES = 8
"""Most names on one line."""


class _CriterionNotes(NamedTuple):
    """Notes about one criterion."""

    hints: list[str]
    """Comments for the person who rates it."""
    evidence: list[Evidence]


# ---- its path --------------------------------------------------------------------------------------------------------


def assessed_already(hub_id: str, known: Iterable[tuple[str, str | None]]) -> str | None:
    """Return the id of the assessment of a model on the hub. `known` are all assessments and drafts with their hub ids."""
    return next((own for own, other in known if other is not None and name_key(other) == name_key(hub_id)), None)


def draft_id(
    hub_id: str, developer: str | None, known: Iterable[tuple[str, str | None]], folders: Collection[str]
) -> str | None:
    """Return `developer/model` for a model on the hub; None where its names are not valid.

    The developer is `developer`, else the folder of most assessments of the same organisation, else the organisation.
    """
    organisation, _, name = hub_id.partition("/")
    if developer is None:
        prefix = name_key(f"{organisation}/")
        homes = Counter(own.partition("/")[0] for own, other in known if other and name_key(other).startswith(prefix))
        fitting = sorted(homes, key=lambda folder: (-homes[folder], folder))
        alike = [folder for folder in sorted(folders) if name_key(folder) == name_key(short_name(organisation))]
        developer = next(iter([*fitting, *alike]), _slug(organisation))
    made = f"{developer}/{_slug(name)}"
    return made if is_assessment_path(assessment_path(made)) else None


def _slug(name: str) -> str:
    return short_name(name.replace("_", "-"))[:64].rstrip("-.")


# ---- the text --------------------------------------------------------------------------------------------------------


def draft(repository: HubRepository, rubric: Rubric, assessed: Mapping[str, str], today: date) -> str:
    """Return an assessment without levels. `assessed` are the ids of assessments by the key of their hub id."""
    model = repository.model
    found = _by_criterion(repository, rubric, today)

    def notes(criterion: Criterion) -> tuple[Iterable[str], Iterable[str]]:
        hints, evidence = found[criterion.id]
        return (f"  # > {hint}\n" for hint in dict.fromkeys(map(visible, hints))), map(_item, evidence)

    named = {base: assessed.get(name_key(base)) for base in model.base_models}
    head = render(
        "sources/hub/draft.yml.j2",
        modeline=MODELINE.format("assessment"),
        hub=HUB,
        model=model,
        today=today,
        unassessed=UNASSESSED,
        modality=modality_of(model.task),
        license=license_of(model),
        terms=", ".join(filter(None, (" and ".join(model.licenses), model.license_name))),
        scalar=scalar,
        based=list(dict.fromkeys(scalar(own) for own in named.values() if own)),
        others=[base for base, own in named.items() if not own][:_MOST_NAMES],
    )
    return head + draft_ratings(rubric, notes)


def _item(evidence: Evidence) -> str:
    lines = [f"{key}: {scalar(value)}\n" for key, value in evidence_item(evidence).items()]
    return "".join(f"      {'- ' if number == 0 else '  '}{line}" for number, line in enumerate(lines))


# ---- notes about each criterion --------------------------------------------------------------------------------------


def _by_criterion(repository: HubRepository, rubric: Rubric, today: date) -> dict[str, _CriterionNotes]:
    say = {
        "weights": lambda: _weights(repository.model, today),
        "license": lambda: _license_files(repository, rubric),
        "paper": lambda: _papers(repository.model),
        "architecture": lambda: _architecture(repository),
        "tokenizer": lambda: _tokenizer(repository),
    }
    found = {one.id: say.get(one.id, lambda: _CriterionNotes([], []))() for one in rubric.criteria}
    for criterion, hint in [*_metadata(repository), *_headings(repository)]:
        if criterion in found:
            found[criterion].hints.append(hint)
    return found


def _link(model: HubModel, name: str) -> str:
    return f"{HUB}/{model.id}/blob/{model.sha}/{quote(name)}"


def _evidence(url: str, where: str, fact: str) -> list[Evidence]:
    """Return an item of evidence, or nothing where it is not valid."""
    try:
        return [Evidence(url=url, where=where, fact=fact)]
    except ValidationError:
        return []


def _weights(model: HubModel, today: date) -> _CriterionNotes:
    files = [
        (ending[1], file.size)
        for file in model.files
        if (ending := _WEIGHTS.fullmatch(file.name.lower())) and not _NO_WEIGHTS.fullmatch(file.name.lower())
    ]
    match model.gated:
        case Gate.MANUAL:
            gate = f"suggests semi-open: on {today} the repository was gated, and a person decides on each request."
        case Gate.AUTO:
            gate = (
                f"on {today} the repository was gated, and the hub grants each request at once. Read the form: by the "
                "precedent click-through open where it only asks for agreement, else semi-open."
            )
        case Gate.NONE:
            gate = f"suggests open: on {today} anybody could download the files, without permission."
        case _:
            gate = "the hub doesn't say whether permission is needed."
    if not files:
        none = "no file of the repository looks like weights (.safetensors, .bin, .gguf and the like)."
        return _CriterionNotes([none], [])
    counted = Counter(ending for ending, _ in files)
    kinds = [f"{number:,} .{ending} file{'s' if number > 1 else ''}" for ending, number in sorted(counted.items())]
    sizes = [size for _, size in files]
    total = f", {_size(sum(size for size in sizes if size))} in all" if None not in sizes else ""
    fact = f"The repository holds {' and '.join(kinds)}{total}."
    return _CriterionNotes([gate], _evidence(f"{HUB}/{model.id}/tree/{model.sha}", "Files and versions", fact))


def _size(number: int) -> str:
    """Return a number of bytes as the hub shows it: in powers of 1,000."""
    for unit, power in (("TB", 12), ("GB", 9), ("MB", 6)):
        if number >= 10**power:
            return f"{number / 10**power:.1f} {unit}"
    return f"{number:,} bytes"


def _license_files(repository: HubRepository, rubric: Rubric) -> _CriterionNotes:
    model = repository.model
    found = _CriterionNotes([], [])
    license_id = license_of(model)
    opened = next((criterion.open for criterion in rubric.criteria if criterion.id == "license"), "")
    if license_id is not None and re.search(rf"(?<![\w.-]){re.escape(license_id)}(?![\w-]|\.\w)", opened):
        found.hints.append(
            f"suggests open: the definition names {license_id}. See whether the card adds terms of its own."
        )
    if model.licenses and CARD in repository.read:
        licenses = ", ".join(f"license: {word}" for word in model.licenses)
        named = f", license_name: {model.license_name}" if model.license_name else ""
        fact = f"The metadata of the model card say {licenses}{named}."
        found.evidence.extend(_evidence(_link(model, CARD), "Metadata at the top of the file", fact))
    for name, read in repository.read.items():
        if not LICENSE_FILE.fullmatch(name):
            continue
        if read.text is None:
            found.hints.append(f"{name} can't be read: {read.why}.")
        elif (title := title_of(read.text)) is not None:
            fact = f"The terms that lie beside the model begin with: {title}"
            found.evidence.extend(_evidence(_link(model, name), "Whole file", fact))
    if model.license_link is not None and is_evidence_url(model.license_link):
        found.hints.append(f"the model card links the terms: {model.license_link}")
    return found


def _papers(model: HubModel) -> _CriterionNotes:
    shown, more = model.papers[:3], model.papers[3:]
    found, fact = _CriterionNotes([], []), "A paper that the model card on Hugging Face refers to."
    for paper in shown:
        found.evidence.extend(_evidence(f"https://arxiv.org/abs/{paper}", "Whole paper", fact))
    if shown:
        found.hints.append("suggests open if a paper below is the developer's own about this model; delete the others.")
    if more:
        found.hints.append(f"the card also refers to arXiv {', '.join(more[:_MOST_NAMES])}.")
    return found


def _architecture(repository: HubRepository) -> _CriterionNotes:
    model, read = repository.model, repository.read.get(CONFIG)
    model_type = f" The hub itself says that model_type is {model.kind}." if model.kind else ""
    if read is None:
        return _CriterionNotes([f"the repository has no {CONFIG}.{model_type}"], [])
    if read.text is None:
        return _CriterionNotes([f"{CONFIG} can't be read: {read.why}.{model_type}"], [])
    found = architecture_in(read.text)
    if found is None:
        return _CriterionNotes([f"{CONFIG} names no structure and no numbers.{model_type}"], [])
    facts = [f"model_type {found.kind}"] if found.kind else []
    facts += [f"{name} {number}" for name, number in found.numbers]
    hint = "suggests semi-open: the structure is named; layers, hidden size or heads are missing here."
    if in_full(found):
        hint = "suggests open: structure and hyperparameters are there (precedent config-is-architecture)."
    return _CriterionNotes([hint], _evidence(_link(model, CONFIG), "Whole file", f"{'; '.join(facts)}."))


def _tokenizer(repository: HubRepository) -> _CriterionNotes:
    model, read = repository.model, repository.read.get(TOKENIZER_CONFIG)
    found = _CriterionNotes([], [])
    names = {file.name for file in model.files}
    present = [name for name in _TOKENIZERS if name in names]
    called = tokenizer_class_in(read.text) if read is not None and read.text is not None else None
    if called is not None:
        fact = f"The class of the tokenizer is {called}."
        found.evidence.extend(_evidence(_link(model, TOKENIZER_CONFIG), "tokenizer_class", fact))
    if present:
        fact = f"The repository holds {', '.join(present)}."
        found.evidence.extend(_evidence(f"{HUB}/{model.id}/tree/{model.sha}", "Files and versions", fact))
    if read is not None and read.text is None:
        found.hints.append(f"{TOKENIZER_CONFIG} can't be read: {read.why}.")
    if found.evidence:
        found.hints.append("suggests semi-open: it can be had; open where it is named, such as SentencePiece.")
    elif not found.hints:
        found.hints.append("no file of the repository is known as that of a tokenizer.")
    return found


def _metadata(repository: HubRepository) -> Iterator[tuple[str, str]]:
    model = repository.model
    where = f" ({_link(model, CARD)})" if CARD in repository.read else ""
    if model.datasets:
        listed = ", ".join(model.datasets[:_MOST_NAMES])
        more = f" and {len(model.datasets) - _MOST_NAMES} more" if len(model.datasets) > _MOST_NAMES else ""
        criterion = "finetuning_data" if model.base_models else "pretraining_data"
        yield criterion, f"the model card's metadata name datasets: {listed}{more}{where}"
    if model.library is not None:
        yield "software", f"the hub names the library {model.library}; it may be the one to run the model{where}"
    if model.hardware is not None:
        yield "hardware", f"the model card's metadata name as hardware used: {model.hardware}{where}"


def _headings(repository: HubRepository) -> Iterator[tuple[str, str]]:
    card = repository.read.get(CARD)
    if card is None or card.text is None:
        return
    headings = headings_in(card.text)
    for criterion, words in _HEADINGS.items():
        fitting = [heading for heading in headings if re.search(words, heading.text, re.IGNORECASE)]
        for heading in fitting[:_MOST_HINTS]:
            anchor = f"#{heading.anchor}" if heading.anchor else ""
            yield criterion, f"model card, “{heading.text}”: {_link(repository.model, CARD)}{anchor}"
