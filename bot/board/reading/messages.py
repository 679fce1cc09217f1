"""Problems from pydantic's errors: their places in the file, and one problem for each thing that a person has to fix."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, get_origin

from pydantic import BaseModel

from bot.board.model.assessment import ARTIFACTS, UNASSESSED
from bot.board.model.layout import ASSESSMENTS, schema_of
from bot.board.model.rating import Availability
from bot.board.model.rubric import Level
from bot.board.reading.rules import replace_on_line
from bot.board.reading.spelling import LONGEST_WORD, did_you_mean, normalized, similar, similar_in_meaning
from bot.board.reading.strict_yaml import REFUSED_KEY, event_span
from bot.board.reading.value_messages import Finding, unknown_criterion, unquoted_word, value_message
from bot.text.catalogue import JoinedText, Message, _, code, ngettext
from bot.text.shaping import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pydantic import ValidationError
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

    from bot.board.model.problem import Fix, Problem
    from bot.board.reading.source import Source, Span
    from bot.board.reading.strict_yaml import Place

_CRITERION = "a criterion"
"""Stands for the name of any criterion among keys."""
_ARTIFACT = "an artifact"
"""The same of any artifact."""
_Steps = tuple[int | str, ...]
"""Keys and numbers that lead from the whole document to a value."""


def explain_errors(source: Source, place: Place, model: type[BaseModel], error: ValidationError) -> list[Problem]:
    """Return the problems of a document that is invalid as `model`; a misspelt key is one, not an unknown and a missing key."""
    problems = []
    first_key = next(iter(model.model_fields), "")
    of_keys: dict[_Steps, list[ErrorDetails]] = {}
    for details in error.errors(include_url=False):
        if details["type"] in ("missing", "extra_forbidden"):
            of_keys.setdefault(details["loc"][:-1], []).append(details)
        elif (found := _value_problem(source, place, details, first_key)) is not None:
            problems.append(found)
    document = _Document(source, place, model, allowed_places(model), _misplaced(place, of_keys))
    for where, details_of_keys in of_keys.items():
        problems += _key_problems(document, where, details_of_keys)
    return problems


# ---- values ----------------------------------------------------------------------------------------------------------


def _value_problem(source: Source, place: Place, details: ErrorDetails, first_key: str) -> Problem | None:
    """Return the problem of a value of the wrong kind; None where the value was refused as YAML already."""
    steps = details["loc"]
    found = parent = place
    key_event = None
    for step in steps:
        below = found.below(step) if found.readable else None
        if below is None:  # the key is missing although something was expected of it: its parent is the place
            break
        parent, key_event, found = found, (found.keys or {}).get(str(step)), below
    # pydantic counts only the valid items of a list.
    if not found.readable or (details["type"] == "too_short" and found.items):
        return None
    name, written = _last_key(steps), _written(source, found)
    left = _is_left_to_rate(details)
    rule, what, remedy = (
        _left_to_rate(str(steps[1]))
        if left
        else value_message(details, name, written, first_key, schema_of(source.path))
    )
    at_key = (not written or isinstance(found.items, dict | list)) and key_event is not None
    fix = None
    if rule == "unknown-level":
        fix = _replace_level(source, parent, found)
    elif rule == "unquoted" and (word := unquoted_word(details["input"], [*Availability])):
        fix = replace_on_line(source, found, f'"{word}"')
    return source.problem(event_span(key_event) if at_key else found.span, rule, what, remedy, fix=fix)


def _last_key(steps: _Steps) -> str:
    return next((str(step) for step in reversed(steps) if isinstance(step, str)), "")


def _is_left_to_rate(details: ErrorDetails) -> bool:
    """Return whether a rating has no level yet, or the placeholder of drafts."""
    value, steps = details["input"], details["loc"]
    is_level = details["type"] == "enum" and (len(steps), steps[0], steps[-1]) == (3, "ratings", "level")
    is_placeholder = isinstance(value, str) and len(value) <= LONGEST_WORD and normalized(value) == UNASSESSED
    return is_level and (value is None or is_placeholder)


def _left_to_rate(criterion: str) -> Finding:
    what = ngettext(
        "%(criterion)s is not rated yet",
        "%(number)s criteria are not rated yet: %(criterion)s",
        1,
        criterion=code(criterion),
    )
    remedy = _("Read the evidence and the definitions in `schema/rubric.yaml`, then write a level after `level:`.")
    return Finding("unassessed", what, remedy)


def _at(place: Place, steps: _Steps) -> tuple[Place, Any]:
    """Return the place below `place` after these steps, and the event of its key, if it has one."""
    event = None
    for step in steps:
        if (below := place.below(step)) is not None:
            event, place = (place.keys or {}).get(str(step)), below
    return place, event


def _replace_level(source: Source, rating: Place, place: Place) -> Fix | None:
    """Return the fix of the misspelt level at `place`; None where another one may be meant or something else is missing.

    Other words, such as `not open` or `yes`, are left to their author.
    """
    written = _written(source, place)
    quote = written[:1] if written[:1] in ("'", '"') else ""
    value = written.strip(quote) if quote else written
    level = next(iter(similar(value, Level)), None)
    if level is None or abs(len(normalized(value)) - len(normalized(level))) > 1 or not isinstance(rating.items, dict):
        return None
    evidence = rating.items.get("evidence")
    has_evidence = level == Level.CLOSED or (evidence is not None and bool(evidence.items))
    has_note = level != Level.NOT_APPLICABLE or "note" in rating.items
    return replace_on_line(source, place, f"{quote}{level}{quote}") if has_evidence and has_note else None


def _written(source: Source, place: Place) -> str:
    """Return the text of the file at `place`; empty where it is on several lines."""
    start, end = place.start, place.end
    return source.line(start.line)[start.column : end.column] if start.line == end.line else ""


# ---- keys ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Document:
    """An invalid document with what is needed to explain wrong and missing keys."""

    source: Source
    place: Place
    model: type[BaseModel]
    allowed: dict[str, list[str]]
    """Names of the places where each key is allowed."""
    misplaced: set[str]
    """Keys at wrong places and all keys below them: they are not missing elsewhere."""


def _key_problems(document: _Document, where: _Steps, errors: list[ErrorDetails]) -> Iterator[Problem]:
    """Yield the problems of the keys at one place: one for each unknown key, one for all missing keys."""
    found, event = _at(document.place, where)
    known, name, keys = _keys_of(document.model, where), _last_key(where), found.keys or {}
    titles = {key: field.title or "" for key, field in known.items() if key not in keys}
    texts = {key: field.description or "" for key, field in known.items()} if name == "ratings" else {}
    misspelt = set()
    for details in errors:
        if details["type"] == "extra_forbidden":
            key = str(details["loc"][-1])
            allowed = document.allowed.get(key, [])
            meant = similar(key, titles) if allowed else similar_in_meaning(key, titles, texts)
            misspelt.update(meant)
            yield _unknown(document.source, keys[key], name, _unknown_remedy(meant, known, allowed, where))
    missing = [str(details["loc"][-1]) for details in errors if details["type"] == "missing"]
    missing = [key for key in missing if key not in misspelt and key not in document.misplaced]
    if missing and REFUSED_KEY not in keys:
        span = event_span(event) if event is not None else found.span._replace(width=1)
        in_item = bool(where) and isinstance(where[-1], int)
        yield _missing(document.source, span, name, missing, in_item=in_item)


def _keys_of(model: type[BaseModel], where: _Steps) -> dict[str, FieldInfo]:
    """Return the keys that are allowed at a place of a document, with their fields."""
    is_free = False
    for step in where:
        if isinstance(step, int) or is_free:
            is_free = False
            continue
        field = next((field for name, field in model.model_fields.items() if (field.alias or name) == step), None)
        inner = _model_in(field.annotation) if field else None
        if inner is None:
            return {}
        # Below a field such as `levels: dict[Level, LevelMeaning]` come keys that are no fields.
        model, is_free = inner, get_origin(field.annotation) is dict if field else False
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the pydantic model inside an annotation such as `tuple[Evidence, ...]` or `Developer | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in getattr(annotation, "__args__", ()) if (found := _model_in(part))), None)


_GROUPS = {"ratings": _CRITERION, ARTIFACTS: _ARTIFACT}


@cache
def allowed_places(model: type[BaseModel], where: str = "") -> dict[str, list[str]]:
    """Return the keys under which each key is allowed; one is empty where it is allowed at the beginning of a line."""
    found: dict[str, list[str]] = {}
    for name, field in model.model_fields.items():
        key = field.alias or name
        found.setdefault(key, []).append(where)
        if inner := _model_in(field.annotation):
            for below, places in allowed_places(inner, _GROUPS.get(where, key)).items():
                found[below] = list(dict.fromkeys(found.get(below, []) + places))
    return found


def _misplaced(place: Place, errors: dict[_Steps, list[ErrorDetails]]) -> set[str]:
    found = set()
    for details in (details for group in errors.values() for details in group):
        if details["type"] == "extra_forbidden":
            found.add(str(details["loc"][-1]))
            waiting = [_at(place, details["loc"])[0]]
            while waiting:
                items = waiting.pop().items
                if isinstance(items, dict):
                    found.update(items)
                    waiting += items.values()
    return found


def _unknown(source: Source, event: Any, name: str, remedy: str) -> Problem:
    if name == "ratings":
        return source.problem(event_span(event), "unknown-criterion", unknown_criterion(event.value), remedy)
    what = ngettext(
        "the key %(key)s is unknown here",
        "%(number)s keys are unknown here: %(key)s",
        1,
        key=code(shorten(event.value)),
    )
    return source.problem(event_span(event), "unknown-key", what, remedy)


def _unknown_remedy(meant: list[str], known: Iterable[str], allowed: list[str], where: _Steps) -> str:
    if meant:
        return did_you_mean(meant[0])
    if "" in allowed:
        return _("Write it at the beginning of the line, without spaces before it.")
    if _ARTIFACT in allowed and (where[:1] == (ARTIFACTS,) or _CRITERION not in allowed):
        return _("Write it under an artifact: check how many spaces are before it.")
    if _CRITERION in allowed:
        return _("Write it under a criterion: check how many spaces are before it.")
    if allowed:
        keys = JoinedText(", ", map(code, allowed))
        return _("Write it under %(keys)s: check how many spaces are before it.", keys=keys)
    return _delete_or_write(tuple(known)) if known else ngettext("Delete it.", "Delete them.", 1)


@lru_cache(maxsize=64)
def _delete_or_write(known: tuple[str, ...]) -> Message:
    words = JoinedText(", ", map(code, known))
    return ngettext(
        "Delete it, or write one of: %(words)s.", "Delete them, or write one of: %(words)s.", 1, words=words
    )


def _missing(source: Source, span: Span, name: str, keys: Sequence[str], *, in_item: bool) -> Problem:
    listed = JoinedText(", ", map(code, keys))
    if name == "ratings":
        what = ngettext(
            "one criterion is missing: %(keys)s", "%(number)s criteria are missing: %(keys)s", len(keys), keys=listed
        )
        remedy = _("Rate every criterion. Where nothing is public, write `level: closed`.")
        return source.problem(span, "missing-criterion", what, remedy)
    what = (
        _("missing under `%(name)s`: %(keys)s", name=name, keys=listed) if name else _("missing: %(keys)s", keys=listed)
    )
    if in_item:
        remedy = _("Add this to the item. Only the first key of an item has a dash before it.")
    elif source.path.startswith(ASSESSMENTS):
        remedy = _("Add what is missing as `key: value`. CONTRIBUTING.md shows a whole file.")
    else:
        remedy = _("Add what is missing as `key: value`, as in `%(schema)s`.", schema=schema_of(source.path))
    return source.problem(span, "missing-key", what, remedy)
