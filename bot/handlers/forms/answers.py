"""Validates single answers by the same types as the files that they end up in, and explains what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.board.model.assessment import Evidence, Rating
from bot.board.model.fields import Day, HubId, License, Line, ModelId, Text
from bot.board.model.links import EvidenceUrl
from bot.board.reading.source import UNSEEN, character_name
from bot.handlers.forms.issue_form import FieldProblem, collapse_spaces, field_problem

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


class Checks:
    """Validation of the answers of one form, which collects their problems."""

    def __init__(self, today: date) -> None:
        self.problems: list[FieldProblem] = []
        self._context = {"today": today}

    def refuse(self, field: str, rule: str, detail: str = "", place: str = "", **words: str) -> None:
        """Add a problem, see `field_problem`."""
        self.problems.append(field_problem(field, rule, detail, place, **words))

    def optional(self, kind: TypeAdapter[Value], field: str, answer: str) -> Value | None:
        """Return an answer as a value of this type; None where there is none or it is wrong."""
        text = collapse_spaces(answer)
        return self.value(kind, field, text) if text else None

    def value(self, kind: TypeAdapter[Value], field: str, given: object, place: str = "") -> Value | None:
        """Return what was answered as a value of this type; None where it is wrong."""
        if hidden := sorted(_unseen(given)):
            self.refuse(field, "unseen-character", character_name(hidden[0]), place)
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
    elif key in _OWN_FIELDS:
        place = f"{place}, {key}"
    context: dict[str, Any] = details.get("ctx") or {}
    match details["type"]:
        case "missing" if place and key == "fact":
            remedy = "Write in your own words what the page states."
            return field_problem(field, "part-missing", key, place, remedy=remedy)
        case "missing" if place:
            return field_problem(field, "part-missing", key, place)
        case "missing":
            return field_problem(field, "answer-missing", remedy="It is needed beside the others.")
        case "string_too_long":
            return field_problem(field, "too-long", f"{context['max_length']:,}", place)
        case rule if "what" in context:
            return FieldProblem(field, rule, context["what"], context["remedy"], "", place)
        case _:
            return field_problem(field, "value", "", place)
