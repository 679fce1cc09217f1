"""Types of the values in data files: text, dates, licences, hub ids. Links are in `bot.board.model.links`.

Each raises an error with a rule's name, what is wrong and how to fix it; `bot.board.reading` adds the place in the file.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.json_schema import WithJsonSchema
from pydantic_core import PydanticCustomError

from bot.text.catalogue import _, code, ngettext
from bot.text.shaping import shorten

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import ValidationInfo

    from bot.text.catalogue import Message

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
            "text-blank", _("the text is empty or begins with a space"), _("Write the text, or delete the whole key.")
        )
    return text


def _check_line(text: str) -> str:
    check_text(text)
    if "\n" in text or "\r" in text:
        refuse("text-lines", _("the text has a line break"), _("Write it on one line."))
    return text


def _matching(pattern: str, rule: str, what: Callable[[str], Message], remedy: Message) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if not compiled.search(text):
            refuse(rule, what(text), remedy)
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

Sentence = Annotated[
    str,
    Field(max_length=400, json_schema_extra={"minLength": 1, "pattern": _LINE_PATTERN}),
    AfterValidator(_check_line),
]

# The rules of huggingface_hub.utils.validate_repo_id: 96 characters each for organisation and name.
_OF_HUB_ID = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?"
_HUB_ID_PATTERN = rf"^(?!.*(?:--|\.\.|\.git$)){_OF_HUB_ID}/{_OF_HUB_ID}$(?!\n)"
_HUB_ID = re.compile(_HUB_ID_PATTERN)


def _check_hub_id(text: str) -> str:
    if not _HUB_ID.search(text):
        remedy = _("Write `organisation/name`, the part of the model page's address after `https://huggingface.co/`.")
        if re.fullmatch(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+", text):
            remedy = _(
                "Copy `organisation/name` from the address of the model's page. Each of the two has at most 96 characters, "
                "begins and ends with a letter, a digit or `_`, and does not contain `--` or `..`."
            )
        refuse("hub-id", _("`%(value)s` is not the id of a model on Hugging Face", value=shorten(text)), remedy)
    return text


def is_hub_id(text: str) -> bool:
    """Return whether an assessment may contain this id of a model on Hugging Face."""
    return _HUB_ID.search(text) is not None


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
        lambda text: _("`%(value)s` cannot be the id of a precedent", value=shorten(text)),
        _("Write a few words of small letters and digits with hyphens between them, such as `click-through`."),
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
        lambda text: _("`%(value)s` is not the id of a model", value=shorten(text)),
        _(
            "Write `developer/model` in small letters, like the path of a file under `assessments/` without `.yaml`. The "
            "model does not need a file there."
        ),
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


def parse_day(value: object) -> date | None:
    """Return a day, or the one that a text such as `2026-11-21` states; None for anything else."""
    # `fromisoformat` accepts weeks such as 2026-W47-6 too.
    if isinstance(value, str) and re.search(_DATE_PATTERN, value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    return value if type(value) is date else None  # a time is an instance of it too


def _check_date(value: object, info: ValidationInfo) -> date:
    if (day := parse_day(value)) is None:
        refuse(
            "date",
            ngettext(
                "%(value)s is not a date",
                "%(number)s values are not dates: %(value)s",
                1,
                value=code(shorten(str(value))),
            ),
            _("Write year, month and day, such as `2025-03-12`. If the day is not known, delete the key."),
        )
    # Time zones are up to 14 hours ahead of UTC.
    today = (info.context or {}).get("today")
    if today is not None and day > today + timedelta(days=1):
        refuse(
            "date-in-future",
            ngettext(
                "%(day)s is in the future", "%(number)s dates are in the future: %(day)s", 1, day=code(day.isoformat())
            ),
            _("Today is %(today)s. Write the day on which it happened.", today=today),
        )
    return day


Day = Annotated[
    date, BeforeValidator(_check_date), WithJsonSchema({"type": "string", "format": "date", "pattern": _DATE_PATTERN})
]


# ---- licences --------------------------------------------------------------------------------------------------------


def _no_license(text: str) -> Message:
    return _("`%(value)s` is not an SPDX license expression", value=shorten(text))


_LICENSE_IDS = _(
    "Write an id from https://spdx.org/licenses/ such as `Apache-2.0` or `MIT`. For a license without an id, write "
    "`LicenseRef-` and a name of letters, digits, dots and hyphens."
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
        refuse("license-not-spdx", _no_license(expression), _LICENSE_IDS)
    if canonical != expression:
        what = _("SPDX spells the license `%(value)s` differently", value=shorten(expression))
        refuse("license-not-spdx", what, _("Write `%(license)s`.", license=canonical))
    return expression


_LICENSE_PATTERN = r"^[A-Za-z0-9.+() -]+$(?!\n)"
_LONGEST_LICENSE = 200


def is_license(text: str) -> bool:
    """Return whether an assessment may contain this licence, as SPDX spells it."""
    fits = len(text) <= _LONGEST_LICENSE and re.search(_LICENSE_PATTERN, text) is not None
    return fits and _canonical_license(text) == text


License = Annotated[
    str,
    Field(max_length=_LONGEST_LICENSE, json_schema_extra={"pattern": _LICENSE_PATTERN}),
    _matching(_LICENSE_PATTERN, "license", _no_license, _LICENSE_IDS),
    AfterValidator(_check_license),
]


def no_repeats(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return `words`; refuse them where one is repeated."""
    for number, word in enumerate(words):
        if word in words[:number]:
            refuse("repeated", _("`%(word)s` is in this list twice", word=shorten(word)), _("Keep one of the two."))
    return words


WRITE_A_VALUE = _("Write the value after the colon, or delete the key if it is not needed.")


def not_null(value: object) -> object:
    """Return `value`; refuse the null of a key without a value."""
    if value is None:
        refuse("empty", _("there is no value after the colon"), WRITE_A_VALUE)
    return value


Present = BeforeValidator(not_null)
"""Validator of optional keys: the key may be missing, but not without a value."""
