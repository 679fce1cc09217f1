"""Single answers to checked values: each by the very type that the file's reader holds it to, with what is wrong in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.board.model.assessment import Evidence, Rating
from bot.board.model.fields import Day, HubId, License, Line, ModelId, Text
from bot.board.model.links import EvidenceUrl
from bot.board.reading.source import UNSEEN, character_name
from bot.handlers.forms.issue_form import FieldProblem, one_line

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
    """What is wrong with the answers of one form, collected while they are read."""

    def __init__(self, today: date) -> None:
        self.problems: list[FieldProblem] = []
        self._context = {"today": today}

    def refuse(self, field: str, rule: str, what: str, remedy: str, *, detail: str = "", place: str = "") -> None:
        """Notes a problem."""
        self.problems.append(FieldProblem(field, rule, what, remedy, detail, place))

    def optional(self, kind: TypeAdapter[Value], field: str, answer: str) -> Value | None:
        """An answer as a value of this kind; None where there is none or it is wrong."""
        text = one_line(answer)
        return self.value(kind, field, text) if text else None

    def value(self, kind: TypeAdapter[Value], field: str, said: object, place: str = "") -> Value | None:
        """What was said as a value of this kind; None where it is wrong."""
        if hidden := sorted(_unseen(said)):
            self.refuse(
                field,
                "unseen-character",
                f"the invisible character {character_name(hidden[0])} stands there",
                "Type the text anew: such characters can make it look like something else.",
                detail=character_name(hidden[0]),
                place=place,
            )
            return None
        try:
            return kind.validate_python(said, context=self._context)
        except ValidationError as error:
            for details in error.errors(include_url=False):
                self.problems.append(_explained(details, field, place))
            return None


def _unseen(said: object) -> set[str]:
    match said:
        case str():
            return set(UNSEEN.findall(said))
        case dict():
            return set().union(*map(_unseen, said.values()))
        case list():
            return set().union(*map(_unseen, said))
        case _:
            return set()


# The field of the form `correct-a-rating` for each part of evidence; in a list of ratings the place says which.
_OWN_FIELDS = ("url", "where", "fact", "accessed", "quote", "note", "level")


def _explained(details: ErrorDetails, field: str, place: str) -> FieldProblem:
    """One error of pydantic's, at the field of its own where the form has one."""
    key = next((str(step) for step in reversed(details["loc"]) if isinstance(step, str)), "")
    if key in _OWN_FIELDS and not place:
        field = key
    elif key in _OWN_FIELDS:
        place = f"{place}, {key}"
    context: dict[str, Any] = details.get("ctx") or {}
    match details["type"]:
        case "missing" if place:
            rule, what, detail = "part-missing", f"there is no `{key}:`", key
            remedy = "Write in your own words what the page states." if key == "fact" else "Add it."
        case "missing":
            rule, what, remedy, detail = "answer-missing", "there is no answer", "It is needed beside the others.", ""
        case "string_too_long":
            most = f"{context['max_length']:,}"
            rule, what, detail = "too-long", f"the text has more than {most} characters", most
            remedy = "Shorten it, and link to sources instead of copying them."
        case _ if "what" in context:
            return FieldProblem(field, details["type"], context["what"], context["remedy"], "", place)
        case _:
            rule, what, remedy, detail = "value", "this can't stand here", "Look at what the form asks for.", ""
    return FieldProblem(field, rule, what, remedy, detail, place)
