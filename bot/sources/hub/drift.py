"""Changes on the hub since a model was assessed: a question to people, never a new rating.

Only facts that an assessment states, or pins by a commit, are compared. Its JSON document is handed from job to job; the
schema is published as `schema/hub-drift.schema.json`.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from bot.board.model.fields import HubId, ModelId, Text
from bot.board.model.json_document import DocumentPart, document_schema
from bot.board.model.layout import assessment_path
from bot.board.model.links import EvidenceUrl
from bot.board.model.rubric import Level
from bot.sources.hub.model import Gate, differing_license
from bot.text.catalogue import SOURCE
from bot.text.sameness import name_key
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.board.model.assessment import Assessment
    from bot.sources.hub.model import HubModel

_PAGE = "https://huggingface.co/{}"
_PINNED = re.compile(
    r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/([^/?#]+/[^/?#]+)/(?:blob|tree|resolve|raw|blame|commit)/([0-9a-f]{7,40})"
    r"(?=[/?#]|$)"
)
_MOST_PINS = 5
"""Most commits that a change names."""


class HubChangeKind(StrEnum):
    """Kind of a change."""

    DELETED = "deleted"
    """Or private: the hub does not distinguish the two."""
    DISABLED = "disabled"
    RENAMED = "renamed"
    LICENCE = "licence"
    GATED = "gated"
    UNGATED = "ungated"
    REVISION = "revision"


class HubChange(DocumentPart):
    """One fact that is different on the hub."""

    model: ModelId
    """Id of the assessment: `developer/model`."""
    huggingface: HubId
    """Repository, as the assessment spells it."""
    kind: HubChangeKind
    """Kind of the change."""
    was: Text
    """In the assessment; hostile."""
    now: Text
    """On the hub; hostile."""
    url: EvidenceUrl
    """Page that shows it."""


class UncheckedModel(DocumentPart):
    """A model that was not compared."""

    model: ModelId
    """Id of the assessment: `developer/model`."""
    huggingface: HubId
    """Repository, as the assessment spells it."""
    why: Text
    """Reason."""


class Drift(DocumentPart):
    """Result of comparing the assessments with the hub."""

    version: Annotated[int, Field(ge=1, le=1)] = 1
    """Version of the format."""
    changes: Annotated[tuple[HubChange, ...], Field(strict=False)] = ()
    """By model, then in the order of the kinds."""
    unasked: Annotated[tuple[UncheckedModel, ...], Field(strict=False)] = ()
    """Models that were not compared."""


def drift_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the result."""
    return document_schema(Drift, "hub-drift", "Changes on the hub since the assessments")


def as_text(drift: Drift, asked: int, language: str = SOURCE) -> str:
    """Return the changes of each model, the models that were not compared, and the counts; ends with a line break."""
    return render(
        "sources/hub/drift.txt.j2",
        language,
        drift=drift,
        path=assessment_path,
        compared=asked - len(drift.unasked),
        changed=len({change.model for change in drift.changes}),
    )


def changes(model_id: str, assessment: Assessment, answer: HubModel) -> Iterator[HubChange]:
    """Yield the differences between an assessment and the hub's answer about its `huggingface` repository."""
    hub_id = assessment.huggingface
    if hub_id is None:
        return
    page = _PAGE.format(answer.id)

    def change(kind: HubChangeKind, was: str, now: str, url: str = page) -> HubChange:
        return HubChange(model=model_id, huggingface=hub_id, kind=kind, was=was, now=now, url=url)

    if answer.private:
        yield gone(model_id, hub_id, HubChangeKind.DELETED)
        return
    if answer.disabled:
        yield gone(model_id, hub_id, HubChangeKind.DISABLED)
        return
    if name_key(answer.id) != name_key(hub_id):
        yield change(HubChangeKind.RENAMED, hub_id, answer.id)
    license_word = differing_license(assessment.license, answer)
    if license_word is not None and assessment.license is not None:
        yield change(HubChangeKind.LICENCE, assessment.license, license_word)
    weights = assessment.ratings.get("weights")
    match weights.level if weights else None, answer.gated:
        case Level.OPEN, Gate.MANUAL:
            yield change(HubChangeKind.GATED, "weights rated open", "gated, and a person decides on each request")
        case Level.SEMI_OPEN, Gate.NONE:
            yield change(HubChangeKind.UNGATED, "weights rated semi-open", "not gated")
    pins = _pins(assessment, {name_key(hub_id), name_key(answer.id)})
    # A link to the present commit means that somebody has seen it.
    if answer.sha is not None and pins and not any(answer.sha.startswith(pin) for pin in pins):
        yield change(HubChangeKind.REVISION, ", ".join(pins[:_MOST_PINS]), answer.sha, f"{page}/commits/main")


def gone(model_id: str, hub_id: str, kind: HubChangeKind) -> HubChange:
    """Return the change of a repository that is no longer visible."""
    now = "deleted or private" if kind is HubChangeKind.DELETED else "disabled by the hub"
    return HubChange(model=model_id, huggingface=hub_id, kind=kind, was="public", now=now, url=_PAGE.format(hub_id))


def _pins(assessment: Assessment, ids: set[str]) -> list[str]:
    """Return the distinct commits of the model's own repository that its evidence links."""
    links = (item.url for rating in assessment.ratings.values() for item in rating.evidence)
    found = (pinned for link in links if (pinned := _PINNED.match(link)) is not None)
    return list(dict.fromkeys(pinned[2] for pinned in found if name_key(pinned[1]) in ids))
