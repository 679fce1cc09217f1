"""Validates single answers by the same types as the files that they end up in, and explains what is wrong with them.

People paste what they have: what certainly means a valid value is read as that value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.board.model.fields import Day, HubId, License, Line, ModelId, Text
from bot.board.model.links import EvidenceUrl
from bot.board.model.rating import Evidence, Rating
from bot.board.reading.source import UNSEEN, character_name
from bot.handlers.forms.issue_form import FieldProblem, collapse_spaces
from bot.text.catalogue import _, code, grouped

if TYPE_CHECKING:
    from datetime import date

    from pydantic_core import ErrorDetails

LINE: TypeAdapter[str] = TypeAdapter(Line)
TEXT: TypeAdapter[str] = TypeAdapter(Text)
HUB_ID: TypeAdapter[str] = TypeAdapter(HubId)
LICENSE: TypeAdapter[str] = TypeAdapter(License)
MODEL_ID: TypeAdapter[str] = TypeAdapter(ModelId)
URL: TypeAdapter[str] = TypeAdapter(EvidenceUrl)
DAY: TypeAdapter[date] = TypeAdapter(Day)
EVIDENCE = TypeAdapter(Evidence)
RATING = TypeAdapter(Rating)

Value = TypeVar("Value")

# ---- what people paste -----------------------------------------------------------------------------------------------

_HALF_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}
_MARK = re.compile(r"\*{1,3}|`+")
_LINKED = re.compile(r"\[[^\[\]]*\]\((https?://[^\s()<>]+)\)|<(https?://[^\s<>]+)>", re.IGNORECASE)
_DAY = re.compile(r"([0-9]{4}) ?[-–./년] ?([0-9]{1,2}) ?[-–./월] ?([0-9]{1,2}) ?[일.]?")


def unmarked(text: str) -> str:
    """Return a text on one line, without the marks of Markdown around it."""
    line = collapse_spaces(text)
    mark = found[0] if (found := _MARK.match(line)) else ""
    is_around = mark and line.endswith(mark) and len(line) > 2 * len(mark)
    return line[len(mark) : -len(mark)].strip() if is_around else line


def plain(text: str) -> str:
    """Return a word of a format without the marks of Markdown around it, and without full-width characters."""
    return unmarked(text.translate(_HALF_WIDTH))


def bare_address(text: str) -> str:
    """Return a text on one line in which addresses have no brackets around them, and an ASCII colon."""
    return _LINKED.sub(r"\1\2", re.sub(r"^(https?)：(?=//)", r"\1:", unmarked(text), flags=re.IGNORECASE))


def iso_day(text: str) -> str:
    """Return a day such as `2025.3.31`, `2025/3/31` or `2025년 3월 31일` as `2025-03-31`; any other text as it is."""
    found = _DAY.fullmatch(plain(text))
    return "-".join(part.zfill(2) for part in found.groups()) if found else text


# ---- validation ------------------------------------------------------------------------------------------------------

_REMEDIES = {
    "date": _("Write year, month and day as in 2025-03-12, or leave it empty."),
    "text-blank": _("Write the text, or leave it empty."),
    "text-lines": _("Write it on one line."),
    "hub-id": _("Write `organisation/name`, or paste the address of the page of the model."),
    "url-list": _("Write one address here."),
    "evidence-missing": _(
        "Write the address of a page below the rating, and what it states. Only `closed` needs none."
    ),
    "note-missing": _("Add a line `note:` below the rating that says why this step does not exist for the model."),
    "archived-other-page": _("Write the address of a copy of this page, or delete the line `archived:`."),
    "license-not-spdx": _(
        "Write an ID from https://spdx.org/licenses/ such as Apache-2.0 or MIT, or `LicenseRef-` and a name for a license "
        "that has none."
    ),
}
"""Remedies of rules that speak of the keys of a file, for those who fill in a form."""


class Checks:
    """Validation of the answers of one form, which collects their problems."""

    def __init__(self, today: date) -> None:
        self.problems: list[FieldProblem] = []
        self._context = {"today": today}

    def refuse(self, field: str, rule: str, what: str, remedy: str, place: str = "") -> None:
        """Add a problem, see `FieldProblem`."""
        self.problems.append(FieldProblem(field, rule, what, remedy, place))

    def optional(self, kind: TypeAdapter[Value], field: str, answer: str) -> Value | None:
        """Return an answer as a value of this type; None where there is none or it is wrong."""
        text = collapse_spaces(answer)
        return self.value(kind, field, text) if text else None

    def value(self, kind: TypeAdapter[Value], field: str, given: object, place: str = "") -> Value | None:
        """Return what was answered as a value of this type; None where it is wrong."""
        if hidden := sorted(_unseen(given)):
            what = _("there is an invisible character in it: %(character)s", character=character_name(hidden[0]))
            remedy = _("Type the text again: such characters can make it look like something else.")
            self.refuse(field, "unseen-character", what, remedy, place)
            return None
        try:
            return kind.validate_python(given, context=self._context)
        except ValidationError as error:
            for details in error.errors(include_url=False):
                self.problems.append(_explained(details, field, place))
            return None


def _unseen(given: object) -> set[str]:
    match given:
        case str():
            return set(UNSEEN.findall(given))
        case dict():
            return set().union(*map(_unseen, given.values()))
        case list():
            return set().union(*map(_unseen, given))
        case _:
            return set()


# The field of the form `correct-a-rating` for each part of evidence; in a list of ratings the place says which.
_OWN_FIELDS = ("url", "where", "fact", "accessed", "quote", "note", "level")


def _explained(details: ErrorDetails, field: str, place: str) -> FieldProblem:
    """Return an error of pydantic's as a problem of the field that it belongs to."""
    key = next((str(step) for step in reversed(details["loc"]) if isinstance(step, str)), "")
    if key in _OWN_FIELDS and not place:
        field = key
    context: dict[str, Any] = details.get("ctx") or {}
    rule = details["type"]
    what, remedy = _words(rule, key, context, whole=not place)
    if place and key and rule not in ("missing", "extra_forbidden", "evidence-missing", "note-missing"):
        place = f"{place}, {key}"
    names = {"string_too_long": "too-long", "missing": "part-missing" if place else "answer-missing"}
    return FieldProblem(field, names.get(rule, rule if "what" in context else "value"), what, remedy, place)


def _words(rule: str, key: str, context: dict[str, Any], *, whole: bool) -> tuple[str, str]:
    """Return what is wrong and what to do. `whole` is for an answer that is one value, not a list of ratings."""
    match rule:
        case "evidence-missing":  # where this is said, the place is known
            return _("there is no evidence"), _REMEDIES[rule]
        case "missing" if whole:
            return _("there is no answer"), _("Evidence needs the address of a page and what the page states.")
        case "missing" if key == "fact":
            return _("what the page states is missing"), _("Write it in your own words below its address.")
        case "missing":
            return _("%(key)s is missing", key=code(f"{key}:")), _("Add it.")
        case "extra_forbidden":
            return _("a rating has no %(key)s", key=code(f"{key}:")), _("Delete this line.")
        case "string_too_long":
            most = grouped(context["max_length"])
            return (
                _("the text has more than %(number)s characters", number=most),
                _("Shorten it, and link to sources instead of copying them."),
            )
        case _ if "what" in context:
            return context["what"], _REMEDIES.get(rule, context["remedy"])
        case _:
            return _("this value can't be used here"), _("Write it as text, as the form asks for it.")
