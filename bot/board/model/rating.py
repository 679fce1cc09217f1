"""A rating of one criterion, what can be had of one artifact, and the evidence of both.

The models contain all rules about these parts of an assessment file.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, WrapValidator

from bot.board.model.fields import (
    Day,
    License,
    Line,
    Present,
    Sentence,
    StrictModel,
    Text,
    no_repeats,
    not_null,
    refuse,
)
from bot.board.model.links import EvidenceUrl, IssueUrl, SnapshotUrl, is_snapshot_of, snapshot_day
from bot.board.model.rubric import Level
from bot.text.catalogue import _, code, ngettext
from bot.text.shaping import shorten

if TYPE_CHECKING:
    from pydantic import ValidationInfo, ValidatorFunctionWrapHandler


def _copy_of_page(archived: str | None, info: ValidationInfo) -> str | None:
    url = info.data.get("url")
    if archived is not None and url is not None and not is_snapshot_of(archived, url):
        refuse(
            "archived-other-page",
            _("`archived` is a copy of another page than `url`"),
            _("Write the address of a copy of the same page, or delete `archived`."),
        )
    today = (info.context or {}).get("today")
    if archived is not None and today is not None and snapshot_day(archived) > f"{today + timedelta(days=1):%Y%m%d}":
        refuse(
            "date-in-future",
            _("the copy `%(link)s` is of a day in the future", link=shorten(archived)),
            _("Today is %(today)s. Write the address of a copy that the archive has.", today=today),
        )
    return archived


class Confidence(StrEnum):
    """Confidence in a level. A rating without it is certain."""

    DOUBTFUL = "doubtful"


class Availability(StrEnum):
    """Availability of an artifact. In YAML the words are in quotation marks: some programs read `yes` as true."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Evidence(StrictModel):
    """A public page, where on it, and what it states."""

    url: Annotated[EvidenceUrl, Field(description="The absolute https address of a public page.")]
    where: Annotated[Text | None, Present, Field(description="Where on the page: section, table, file.")] = None
    fact: Annotated[Text, Field(description="What the page states, in your own words.")]
    accessed: Annotated[
        Day | None,
        Present,
        Field(description="The day on which somebody read it there. Leave it out while nobody has."),
    ] = None
    quote: Annotated[
        Text | None, Present, Field(description="A few words of the source, exactly as they stand there.")
    ] = None
    archived: Annotated[
        SnapshotUrl | None,
        Present,
        Field(description="One copy of this page in a public archive, for when the page itself is gone."),
        AfterValidator(_copy_of_page),
    ] = None


def _evidence_needed(evidence: tuple[Evidence, ...], info: ValidationInfo) -> tuple[Evidence, ...]:
    level = info.data.get("level")
    if level not in (None, Level.CLOSED) and not evidence:
        refuse(
            "evidence-missing",
            ngettext(
                "%(rating)s has no evidence",
                "%(number)s ratings have no evidence: %(rating)s",
                1,
                rating=code(level),
            ),
            _("Add `evidence:` with a `url` and the `fact` that the page states. Only `closed` needs no evidence."),
        )
    return evidence


class _Absent(Enum):
    NOTE = "no note"
    DOUBT = "no doubt"


def _note_needed(note: object, check: ValidatorFunctionWrapHandler, info: ValidationInfo) -> str | None:
    if note is not _Absent.NOTE:
        text: str | None = check(not_null(note))
        return text
    if info.data.get("level") is Level.NOT_APPLICABLE:
        refuse(
            "note-missing",
            ngettext(
                "%(rating)s is not applicable, and has no `note`",
                "%(number)s ratings are not applicable, and have no `note`: %(rating)s",
                1,
                rating=code(Level.NOT_APPLICABLE),
            ),
            _("Add `note:` and write why the model does not have this step."),
        )
    return None


def _doubt_with_confidence(doubt: object, check: ValidatorFunctionWrapHandler, info: ValidationInfo) -> str | None:
    is_doubtful = info.data.get("confidence") is Confidence.DOUBTFUL
    if doubt is _Absent.DOUBT:
        if is_doubtful:
            what = _("the rating is doubtful, and has no `doubt`")
            refuse("doubt-missing", what, _("Add `doubt:` and write in one sentence why the level is doubtful."))
        return None
    text: str | None = check(not_null(doubt))
    if not is_doubtful and "confidence" in info.data:
        what = _("there is a `doubt`, but the rating is not marked as doubtful")
        refuse("doubt-alone", what, _("Add the line `confidence: doubtful` above it, or delete `doubt`."))
    return text


# `_evidence_needed`, `_note_needed` and `_doubt_with_confidence` as JSON Schema.
_RATING_CONDITIONS: dict[str, Any] = {
    "dependentRequired": {"confidence": ["doubt"], "doubt": ["confidence"]},
    "allOf": [
        {
            "if": {"properties": {"level": {"not": {"const": Level.CLOSED.value}}}, "required": ["level"]},
            "then": {"properties": {"evidence": {"minItems": 1}}, "required": ["evidence"]},
        },
        {
            "if": {"properties": {"level": {"const": Level.NOT_APPLICABLE.value}}, "required": ["level"]},
            "then": {"required": ["note"]},
        },
    ],
}


class Rating(StrictModel):
    """How open the model is in one criterion, and what shows it."""

    model_config = ConfigDict(json_schema_extra=_RATING_CONDITIONS, validate_default=True)

    level: Annotated[Level, Field(strict=False, description="open, semi-open, closed or not-applicable.")]
    confidence: Annotated[
        Confidence | None,
        Field(
            strict=False,
            validate_default=False,
            description="`doubtful` where the evidence is weak or not clear. Leave it out where the level is sure.",
        ),
        Present,
    ] = None
    doubt: Annotated[
        Sentence | None,
        Field(description="One sentence: why the level is doubtful. Needed with `confidence: doubtful`."),
        WrapValidator(_doubt_with_confidence),
    ] = _Absent.DOUBT  # type: ignore[assignment]
    evidence: Annotated[
        tuple[Evidence, ...],
        Field(strict=False, description="Where it can be seen. Needed for every level but closed."),
        AfterValidator(_evidence_needed),
    ] = ()
    note: Annotated[
        Text | None,
        Field(description="For the reader. Needed with not-applicable: why the step does not exist."),
        WrapValidator(_note_needed),
    ] = _Absent.NOTE  # type: ignore[assignment]
    precedents: Annotated[
        tuple[Line, ...],
        Field(
            strict=False,
            min_length=1,
            validate_default=False,
            description="The ids of the rulings in schema/precedents.yaml that the level follows.",
            json_schema_extra={"uniqueItems": True},
        ),
        AfterValidator(no_repeats),
    ] = ()
    disputed: Annotated[
        IssueUrl | None,
        Present,
        Field(
            validate_default=False,
            description="The issue of the dispute about this rating, while it is open. The bot proposes it.",
        ),
    ] = None


def _artifact_evidence_needed(evidence: tuple[Evidence, ...], info: ValidationInfo) -> tuple[Evidence, ...]:
    available = info.data.get("available")
    if available not in (None, Availability.NO) and not evidence:
        what = _("an artifact that is available (`%(available)s`) has no evidence", available=available)
        remedy = _('Add `evidence:` with a `url` and the `fact` that the page states. Only `"no"` needs no evidence.')
        refuse("evidence-missing", what, remedy)
    return evidence


# `_artifact_evidence_needed` as JSON Schema.
_ARTIFACT_CONDITIONS: dict[str, Any] = {
    "if": {"properties": {"available": {"not": {"const": Availability.NO.value}}}, "required": ["available"]},
    "then": {"properties": {"evidence": {"minItems": 1}}, "required": ["evidence"]},
}


class Artifact(StrictModel):
    """Whether one artifact of a model, such as its training code, can be had, and under which license."""

    model_config = ConfigDict(json_schema_extra=_ARTIFACT_CONDITIONS, validate_default=True)

    available: Annotated[
        Availability, Field(strict=False, description='"yes", "partly" or "no", in quotation marks: can it be had?')
    ]
    license: Annotated[
        License | None,
        Present,
        Field(
            validate_default=False,
            description="The license of this artifact: an SPDX expression. Leave it out if it is not known.",
        ),
    ] = None
    evidence: Annotated[
        tuple[Evidence, ...],
        Field(strict=False, description='Where it can be had. Needed for "yes" and "partly".'),
        AfterValidator(_artifact_evidence_needed),
    ] = ()
    note: Annotated[
        Text | None,
        Present,
        Field(validate_default=False, description="For the reader, such as which part is missing."),
    ] = None
