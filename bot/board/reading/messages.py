"""Problems from pydantic's errors: their places in the file, and one problem for each thing that a person has to fix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from bot.board.model.assessment import UNASSESSED
from bot.board.model.rubric import Level
from bot.board.reading.rules import replace_on_line
from bot.board.reading.source import shorten
from bot.board.reading.spelling import LONGEST_WORD, normalized, similar
from bot.board.reading.strict_yaml import REFUSED_KEY, event_span
from bot.board.reading.value_messages import value_message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from bot.board.model.problem import Fix, Problem
    from bot.board.reading.source import Source, Span
    from bot.board.reading.strict_yaml import Place

_Steps = tuple[int | str, ...]
"""Keys and numbers that lead from the whole document to a value."""


def explain_errors(source: Source, place: Place, model: type[BaseModel], error: ValidationError) -> list[Problem]:
    """Return the problems of a document that is invalid as `model`; a misspelt key is one, not an unknown and a missing key."""
    errors = error.errors(include_url=False)
    unassessed = [details for details in errors if _is_unassessed(details)]
    problems = [_left_to_do(source, place, unassessed)] if unassessed else []
    first_key = next(iter(model.model_fields), "")
    of_keys: dict[_Steps, list[ErrorDetails]] = {}
    for details in errors:
        if details["type"] in ("missing", "extra_forbidden"):
            of_keys.setdefault(details["loc"][:-1], []).append(details)
        elif not _is_unassessed(details) and (found := _value_problem(source, place, details, first_key)) is not None:
            problems.append(found)
    document = _Document(source, place, model, _allowed_places(model), _misplaced(place, of_keys))
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
    rule, what, remedy = value_message(details, name, written, first_key)
    at_key = (not written or isinstance(found.items, dict | list)) and key_event is not None
    fix = _replace_level(source, parent, found) if rule == "unknown-level" else None
    return source.problem(event_span(key_event) if at_key else found.span, rule, what, remedy, fix=fix)


def _last_key(steps: _Steps) -> str:
    return next((str(step) for step in reversed(steps) if isinstance(step, str)), "")


def _is_unassessed(details: ErrorDetails) -> bool:
    """Return whether a rating has the placeholder of drafts instead of a level."""
    value, steps = details["input"], details["loc"]
    return (
        details["type"] == "enum"
        and (len(steps), steps[0], steps[-1]) == (3, "ratings", "level")
        and isinstance(value, str)
        and len(value) <= LONGEST_WORD
        and normalized(value) == UNASSESSED
    )


def _left_to_do(source: Source, place: Place, errors: list[ErrorDetails]) -> Problem:
    """Return one problem for all criteria without a level in a draft, at the first of them."""
    spans = {str(details["loc"][1]): _at(place, details["loc"])[0].span for details in errors}
    named = [f"`{name}`" for name in sorted(spans, key=spans.__getitem__)]
    what = f"{'1 criterion is' if len(named) == 1 else f'{len(named)} criteria are'} left to judge: {', '.join(named)}"
    remedy = (
        f"Read the evidence and the definitions in schema/rubric.yaml, then write a level instead of `{UNASSESSED}`."
    )
    return source.problem(min(spans.values()), "unassessed", what, remedy)


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
    free = [candidate for candidate in known if candidate not in keys]
    misspelt = set()
    for details in errors:
        if details["type"] == "extra_forbidden":
            key = str(details["loc"][-1])
            meant = similar(key, free)
            misspelt.update(meant)
            remedy = _unknown_remedy(keys[key].value, meant, known, document.allowed.get(key, []))
            yield _unknown(document.source, keys[key], name, remedy)
    missing = [str(details["loc"][-1]) for details in errors if details["type"] == "missing"]
    missing = [key for key in missing if key not in misspelt and key not in document.misplaced]
    if missing and REFUSED_KEY not in keys:
        span = event_span(event) if event is not None else found.span._replace(width=1)
        in_item = bool(where) and isinstance(where[-1], int)
        yield _missing(document.source, span, name, missing, in_item=in_item)


def _keys_of(model: type[BaseModel], where: _Steps) -> list[str]:
    """Return the keys that are allowed at a place of a document."""
    for step in where:
        if isinstance(step, int):
            continue
        field = next((field for name, field in model.model_fields.items() if (field.alias or name) == step), None)
        inner = _model_in(field.annotation) if field else None
        if inner is None:
            return []
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the pydantic model inside an annotation such as `tuple[Evidence, ...]` or `Developer | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in getattr(annotation, "__args__", ()) if (found := _model_in(part))), None)


def _allowed_places(model: type[BaseModel], where: str = "the left margin") -> dict[str, list[str]]:
    """Return the names of the places where each key is allowed."""
    found: dict[str, list[str]] = {}
    for name, field in model.model_fields.items():
        key = field.alias or name
        found.setdefault(key, []).append(where)
        if inner := _model_in(field.annotation):
            for below, places in _allowed_places(inner, "a criterion" if where == "`ratings`" else f"`{key}`").items():
                found[below] = list(dict.fromkeys(found.get(below, []) + places))
    return found


def _misplaced(place: Place, errors: dict[_Steps, list[ErrorDetails]]) -> set[str]:
    """Return the unknown keys and all keys below them."""
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
    key = shorten(event.value)
    if name == "ratings":
        return source.problem(event_span(event), "unknown-criterion", f"`{key}` is no criterion", remedy)
    return source.problem(event_span(event), "unknown-key", f"the key `{key}` is unknown here", remedy)


def _unknown_remedy(key: str, meant: list[str], known: list[str], allowed: list[str]) -> str:
    if meant:
        lookalike = normalized(key) == meant[0] and key != key.strip()
        space = " A space that isn't one stands beside it: type the line anew." * lookalike
        return f"Did you mean `{meant[0]}`?{space}"
    if allowed:
        return f"It belongs under {' or '.join(allowed)}: check how far it is indented."
    return f"Delete it, or write one of: {', '.join(known)}." if known else "Delete it."


def _missing(source: Source, span: Span, name: str, keys: Sequence[str], *, in_item: bool) -> Problem:
    listed, one = ", ".join(f"`{key}`" for key in keys), len(keys) == 1
    are, them = ("is", "it") if one else ("are", "them")
    if name == "ratings":
        what = f"the {'criterion' if one else 'criteria'} {listed} {are} missing"
        remedy = "Every criterion is rated; where nothing is public, write `level: closed`."
        return source.problem(span, "missing-criterion", what, remedy)
    what = f"{listed} {are} missing{f' under `{name}`' if name else ''}"
    if in_item:
        remedy = f"Add {them} to this item; only its first key has a dash before it."
    else:
        remedy = f"Add {them} as `key: value`; CONTRIBUTING.md shows a whole file."
    return source.problem(span, "missing-key", what, remedy)
