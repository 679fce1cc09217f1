"""What pydantic's errors mean to a person who opens one pull request a year, and where in the file they stand."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel

from bot.rubric import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from bot.problem import Problem
    from bot.reading.source import Source
    from bot.reading.strict_yaml import Place

# What people write for a level when they haven't read the rubric.
_LEVEL_SYNONYMS = {
    "yes": Level.OPEN, "full": Level.OPEN, "fully open": Level.OPEN, "public": Level.OPEN,
    "partial": Level.SEMI_OPEN, "partially open": Level.SEMI_OPEN, "partly": Level.SEMI_OPEN, "half": Level.SEMI_OPEN,
    "restricted": Level.SEMI_OPEN, "gated": Level.SEMI_OPEN, "no": Level.CLOSED, "none": Level.CLOSED,
    "private": Level.CLOSED, "unknown": Level.CLOSED, "n/a": Level.NOT_APPLICABLE, "na": Level.NOT_APPLICABLE,
}  # fmt: skip


class Message(NamedTuple):
    """What is wrong, and what to do, under a rule's name."""

    rule: str
    what: str
    remedy: str


def explain_errors(source: Source, place: Place, model: type[BaseModel], error: ValidationError) -> list[Problem]:
    """One problem for each thing that a person has to mend: a misspelt key is one, not an unknown and a missing key."""
    errors = error.errors(include_url=False)
    groups: dict[tuple[int | str, ...], list[ErrorDetails]] = {}
    problems = []
    for details in errors:
        if details["type"] in ("missing", "extra_forbidden"):
            groups.setdefault(details["loc"][:-1], []).append(details)
        elif (found := _value_problem(source, place, details)) is not None:
            problems.append(found)
    for where, members in groups.items():
        problems += _key_problems(source, place, where, members, _keys_of(model, where))
    return problems


# ---- values ----------------------------------------------------------------------------------------------------------


def _value_problem(source: Source, place: Place, details: ErrorDetails) -> Problem | None:
    """The problem of a value of the wrong kind; None where the value was refused as YAML already."""
    steps = details["loc"]
    found = place
    key_event = None
    for step in steps:
        if not found.readable:
            return None
        if isinstance(found.items, dict) and step in found.items:
            key_event = (found.keys or {}).get(str(step))
            found = found.items[str(step)]
        elif isinstance(found.items, list) and isinstance(step, int) and step < len(found.items):
            found = found.items[step]
        else:  # the key is missing, and something was expected of it all the same: point at what it is missing from
            break
    if not found.readable:
        return None
    name = next((str(step) for step in reversed(steps) if isinstance(step, str)), "")
    written = _written(source, found)
    rule, what, remedy = _message(details, name, written)
    start, end = found.start, found.end
    if (not written or isinstance(found.items, dict | list)) and key_event is not None:
        start, end = key_event.start_mark, key_event.end_mark
    width = end.column - start.column if end.line == start.line else 1
    return source.problem(start.line, start.column, rule, what, remedy, width=width)


def _written(source: Source, place: Place) -> str:
    """What stands in the file at `place`, if it is on one line."""
    start, end = place.start, place.end
    return source.line(start.line)[start.column : end.column] if start.line == end.line else ""


def _message(details: ErrorDetails, name: str, written: str) -> Message:
    context: dict[str, Any] = details.get("ctx", {})
    match details["type"]:
        case "enum":
            return _unknown_word(name, details["input"], str(context["expected"]), written)
        case "string_type":
            return _not_text(name, details["input"], written)
        case "string_too_long":
            return Message(
                "too-long", f"the text has more than {context['max_length']} characters", "Say it more briefly."
            )
        case "tuple_type" | "list_type":
            example = "[text]" if name == "modality" else "a line that begins with `- ` for each item"
            return _wrong_kind(f"`{name}` must be a list", f"Write {example}.", details["input"])
        case "too_short":
            return Message(
                "empty", f"the list `{name}` is empty", "Add an item, or see the schema for what is allowed."
            )
        case "model_type" | "dict_type" | "model_attributes_type":
            where = f"under `{name}`" if name else "in this file"
            return _wrong_kind(
                f"keys and values must stand {where}", "Write lines of `key: value`, indented alike.", details["input"]
            )
        case kind if "what" in context and "remedy" in context:
            return Message(kind, context["what"], context["remedy"])
        case _:
            said = details["msg"].removeprefix("Value error, ").rstrip(".")
            return Message("value", said[:1].lower() + said[1:], "Compare with the schema.")


def _wrong_kind(expectation: str, remedy: str, value: object) -> Message:
    if value is None:
        return Message("empty", "there is no value after the colon", f"Here {expectation}. {remedy}")
    return Message("wrong-type", f"this is {_kind(value)}", f"Here {expectation}. {remedy}")


def _kind(value: object) -> str:
    match value:
        case bool():
            return "a yes or no to YAML"
        case str():
            return "text"
        case list():
            return "a list"
        case dict():
            return "a group of keys"
        case None:
            return "nothing"
        case _:
            return "a number"


def _not_text(name: str, value: object, written: str) -> Message:
    match value:
        case None:
            return Message("empty", f"`{name}` has no value", "Write the text behind the colon.")
        case list() | dict():
            return Message("wrong-type", f"`{name}` is {_kind(value)}", "Here one text was expected: put it in quotes.")
        case _:
            quoted = f'Put it in quotes: "{written}".'
            return Message("wrong-type", f"`{written}` is {_kind(value)}, and text was expected", quoted)


def _unknown_word(name: str, value: object, expected: str, written: str) -> Message:
    """A level, modality or kind that isn't one."""
    words = re.findall(r"'([^']+)'", expected)
    said = str(value) if isinstance(value, str) else written
    listed = f"`{name}` is one of: {', '.join(words)}."
    if value is None:
        return Message("empty", f"`{name}` has no value", listed)
    if isinstance(value, list | dict):
        return Message("wrong-type", f"`{name}` is {_kind(value)}", listed)
    synonym = _LEVEL_SYNONYMS.get(said.strip().casefold()) if name == "level" else None
    meant = [str(synonym)] if synonym else _similar(said, words)
    guess = f"Did you mean `{meant[0]}`? " if meant else ""
    return Message("unknown-level" if name == "level" else "unknown-word", f"`{said}` is no {name}", guess + listed)


def _similar(word: str, words: Iterable[str]) -> list[str]:
    """The word that was most likely meant, if any is near: capitals, spaces, underscores and hyphens don't count."""
    plain = {re.sub(r"[\s_-]+", "", candidate).casefold(): candidate for candidate in words}
    near = get_close_matches(re.sub(r"[\s_-]+", "", word).casefold(), plain, n=1, cutoff=0.7)
    return [plain[match] for match in near]


# ---- keys ------------------------------------------------------------------------------------------------------------


def _keys_of(model: type[BaseModel], where: Sequence[int | str]) -> list[str]:
    """The keys that may stand at a place of the document, from the model's own JSON Schema-like structure."""
    for step in where:
        if isinstance(step, int):
            continue
        field = next((f for n, f in model.model_fields.items() if (f.alias or n) == step), None)
        inner = _model_in(field.annotation) if field else None
        if inner is None:
            return []
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The pydantic model inside an annotation such as `tuple[Evidence, ...]` or `Developer | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in getattr(annotation, "__args__", ()) if (found := _model_in(part))), None)


def _key_problems(
    source: Source, place: Place, where: tuple[int | str, ...], errors: list[ErrorDetails], known: list[str]
) -> Iterator[Problem]:
    """The problems of the keys at one place: unknown ones each, missing ones together."""
    found, start = place, None
    for step in where:
        if isinstance(found.items, dict):
            start = (found.keys or {})[str(step)]
            found = found.items[str(step)]
        elif isinstance(found.items, list) and isinstance(step, int):
            start, found = None, found.items[step]
    missing = [str(details["loc"][-1]) for details in errors if details["type"] == "missing"]
    name = next((str(step) for step in reversed(where) if isinstance(step, str)), "")
    for details in errors:
        if details["type"] == "extra_forbidden":
            key = str(details["loc"][-1])
            present = set(found.keys or {})
            meant = _similar(key, [candidate for candidate in known if candidate not in present])
            missing = [candidate for candidate in missing if candidate not in meant]
            event = (found.keys or {})[key]
            yield source.problem(
                event.start_mark.line,
                event.start_mark.column,
                "unknown-criterion" if name == "ratings" else "unknown-key",
                f"`{key}` is no criterion" if name == "ratings" else f"the key `{key}` is unknown here",
                f"Did you mean `{meant[0]}`?"
                if meant
                else f"Delete it, or indent it properly. Known: {', '.join(known)}.",
                width=len(key),
            )
    if missing:
        mark, width = (start.start_mark, len(str(start.value))) if start else (found.start, 1)
        yield _missing(source, mark, width, name, missing)


def _missing(source: Source, mark: Any, width: int, name: str, keys: list[str]) -> Problem:
    listed = ", ".join(f"`{key}`" for key in keys)
    are = "is" if len(keys) == 1 else "are"
    if name == "ratings":
        what = f"the {'criterion' if len(keys) == 1 else 'criteria'} {listed} {are} missing"
        return source.problem(
            mark.line,
            mark.column,
            "missing-criterion",
            what,
            "Every criterion is rated; where nothing is public, write `level: closed`.",
            width=width,
        )
    under = f" under `{name}`" if name else ""
    remedy = f"Add {'it' if len(keys) == 1 else 'them'} as `key: value`; CONTRIBUTING.md shows a whole file."
    return source.problem(mark.line, mark.column, "missing-key", f"{listed} {are} missing{under}", remedy, width=width)
