"""Types of the values in data files: text, dates, licences, hub ids. Links are in `bot.board.model.links`.

Each raises an error with a rule's name, what is wrong and how to fix it; `bot.board.reading` adds the place in the file.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.json_schema import WithJsonSchema
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from pydantic import ValidationInfo

Word = TypeVar("Word", bound=str)


class StrictModel(BaseModel):
    """Base of the models of data files: immutable, without conversions between types, unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, protected_namespaces=())


def refuse(rule: str, what: str, remedy: str) -> NoReturn:
    """Raise the validation error of a value: `what` is wrong and how to fix it (`remedy`), in words for contributors."""
    raise PydanticCustomError(rule, "{what}. {remedy}", {"what": what, "remedy": remedy})


# All white space of Unicode, listed: `\s` differs between the implementations of JSON Schema.
WHITE_SPACE = r"\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_TEXT_PATTERN = rf"^[^{WHITE_SPACE}]"
_LINE_PATTERN = rf"^[^{WHITE_SPACE}][^\n\r]*$(?!\n)"
_TEXT = re.compile(_TEXT_PATTERN)


def check_text(text: str) -> str:
    """Return `text`; refuse it where it is blank or begins with white space."""
    if not _TEXT.match(text):
        refuse(
            "text-blank", "the text is empty or begins with white space", "Write the text, or leave the whole key out."
        )
    return text


def _check_line(text: str) -> str:
    check_text(text)
    if "\n" in text or "\r" in text:
        refuse("text-lines", "the text has a line break", "A name stands on one line.")
    return text


def _matching(pattern: str, rule: str, what: str, remedy: str) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if not compiled.search(text):
            refuse(rule, what, remedy)
        return text

    return AfterValidator(check)


Text = Annotated[
    str,
    Field(max_length=4000, json_schema_extra={"minLength": 1, "pattern": _TEXT_PATTERN}),
    AfterValidator(check_text),
]
Line = Annotated[
    str,
    Field(max_length=120, json_schema_extra={"minLength": 1, "pattern": _LINE_PATTERN}),
    AfterValidator(_check_line),
]

# The rules of huggingface_hub.utils.validate_repo_id: 96 characters each for organisation and name.
_OF_HUB_ID = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?"
_HUB_ID_PATTERN = rf"^(?!.*(?:--|\.\.|\.git$)){_OF_HUB_ID}/{_OF_HUB_ID}$(?!\n)"
_HUB_ID = re.compile(_HUB_ID_PATTERN)


def _check_hub_id(text: str) -> str:
    if not _HUB_ID.search(text):
        remedy = "Write `organisation/name` as it stands in the address of the model's page, without https://huggingface.co/."
        if re.fullmatch(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+", text):
            remedy = f"{remedy} Each has at most 96 characters, begins and ends with a letter, digit or _, and has no -- or .."
        refuse("hub-id", "this is no Hugging Face model id", remedy)
    return text


HubId = Annotated[
    str,
    Field(json_schema_extra={"pattern": _HUB_ID_PATTERN}),
    AfterValidator(_check_hub_id),
]

_PRECEDENT_ID_PATTERN = r"^(?=.{1,64}$)[a-z0-9]+(?:-[a-z0-9]+)*$(?!\n)"
PrecedentId = Annotated[
    str,
    Field(json_schema_extra={"pattern": _PRECEDENT_ID_PATTERN}),
    _matching(
        _PRECEDENT_ID_PATTERN,
        "precedent-id",
        "this can't be the id of a precedent",
        "Write a few words of small letters and digits, joined by hyphens, such as click-through.",
    ),
]

_SLUG = r"(?=[^/]{1,64}(?:/|$))[a-z0-9]+(?:[.-][a-z0-9]+)*"
_MODEL_ID_PATTERN = rf"^{_SLUG}/(?!developer$){_SLUG}$(?!\n)"
ModelId = Annotated[
    str,
    Field(json_schema_extra={"pattern": _MODEL_ID_PATTERN}),
    _matching(
        _MODEL_ID_PATTERN,
        "model-id",
        "this is no id of a model",
        "Write `developer/model` in small letters, like a path under assessments/ without its ending; the model needs no "
        "file there.",
    ),
]


def is_model_id(text: str) -> bool:
    """Return whether `text` is a possible path of an assessment under `assessments/`, without its extension."""
    return re.search(_MODEL_ID_PATTERN, text) is not None


def short_name(name: str) -> str:
    """Return `name` in letters a to z, digits, hyphens and dots, for paths; other letters are dropped."""
    letters = unicodedata.normalize("NFKD", name).lower()
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return "-".join(re.findall(r"[a-z0-9]+(?:\.[a-z0-9]+)*", plain))


# ---- dates -----------------------------------------------------------------------------------------------------------

_DATE_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)"


def _check_date(value: object, info: ValidationInfo) -> date:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and re.search(_DATE_PATTERN, value) else value
    except ValueError:
        day = None
    if type(day) is not date:  # a time is an instance of it too
        refuse(
            "date",
            "this is no date",
            "Write year, month and day of a real day as 2025-03-12; leave the key out if the day isn't known.",
        )
    # Time zones are up to 14 hours ahead of UTC.
    today = (info.context or {}).get("today")
    if today is not None and day > today + timedelta(days=1):
        refuse("date-in-future", "this date lies in the future", f"Today is {today}; write the day on which it was.")
    return day


Day = Annotated[
    date, BeforeValidator(_check_date), WithJsonSchema({"type": "string", "format": "date", "pattern": _DATE_PATTERN})
]


# ---- licences --------------------------------------------------------------------------------------------------------


_NO_LICENSE = (
    "this is no SPDX licence expression",
    (
        "Write an id of https://spdx.org/licenses/ such as Apache-2.0 or MIT, or LicenseRef- and a name of letters, "
        "digits, dots and hyphens for a licence without an id."
    ),
)


@lru_cache(maxsize=4096)
def _canonical_license(expression: str) -> str | None:
    try:
        return canonicalize_license_expression(expression)
    except InvalidLicenseExpression:
        return None


def _check_license(expression: str) -> str:
    canonical = _canonical_license(expression)
    if canonical is None:
        refuse("license-not-spdx", *_NO_LICENSE)
    if canonical != expression:
        refuse("license-not-spdx", "SPDX spells this licence differently", f"Write {canonical}.")
    return expression


_LICENSE_PATTERN = r"^[A-Za-z0-9.+() -]+$(?!\n)"
License = Annotated[
    str,
    Field(max_length=200, json_schema_extra={"pattern": _LICENSE_PATTERN}),
    _matching(_LICENSE_PATTERN, "license", *_NO_LICENSE),
    AfterValidator(_check_license),
]


def no_repeats(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return `words`; refuse them where one is repeated."""
    for number, word in enumerate(words):
        if word in words[:number]:
            refuse("repeated", f"`{word}` stands in this list twice", "Name each once.")
    return words


def not_null(value: object) -> object:
    """Return `value`; refuse the null of a key without a value."""
    if value is None:
        refuse("empty", "there is no value after the colon", "Write a value, or leave the whole key out.")
    return value


Present = BeforeValidator(not_null)
"""Validator of optional keys: the key may be missing, but not without a value."""
