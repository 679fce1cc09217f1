"""What pydantic's errors mean to a person who opens one pull request a year, and where in the file they stand."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel

from bot.board.model.assessment import UNASSESSED
from bot.board.model.rubric import Level
from bot.board.reading.rules import replace_on_line
from bot.board.reading.source import shorten
from bot.board.reading.strict_yaml import REFUSED_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from bot.board.model.problem import Fix, Problem
    from bot.board.reading.source import Source
    from bot.board.reading.strict_yaml import Place

# What people write when they haven't read the rubric: the points of a level, for one. By key.
_SYNONYMS: dict[str, dict[str, str]] = {
    "level": {
        "yes": Level.OPEN, "true": Level.OPEN, "full": Level.OPEN, "fullyopen": Level.OPEN, "public": Level.OPEN,
        "1": Level.OPEN, "partial": Level.SEMI_OPEN, "partially": Level.SEMI_OPEN, "partiallyopen": Level.SEMI_OPEN,
        "partly": Level.SEMI_OPEN, "partlyopen": Level.SEMI_OPEN, "half": Level.SEMI_OPEN, "halfopen": Level.SEMI_OPEN,
        "restricted": Level.SEMI_OPEN, "gated": Level.SEMI_OPEN, "0.5": Level.SEMI_OPEN, "no": Level.CLOSED,
        "false": Level.CLOSED, "none": Level.CLOSED, "private": Level.CLOSED, "unknown": Level.CLOSED,
        "0": Level.CLOSED, "n/a": Level.NOT_APPLICABLE, "na": Level.NOT_APPLICABLE,
    },
    "modality": {"vision": "image", "picture": "image", "speech": "audio", "sound": "audio", "language": "text"},
}  # fmt: skip


# What pydantic says instead of a key that is itself wrong.
_KEY = "[key]"

_LONGEST_WORD = 60
"""Characters. What is longer was not meant as one of the words that we know."""

# How lists of words are written, by their key.
_WORDS = {
    "modality": "Write [text] or [text, image].",
    "precedents": "Write ids of schema/precedents.yaml, such as [click-through].",
    "base_models": "Write [developer/model], as in the path of a file under assessments/.",
    "criteria": "Write ids of the rubric's criteria, such as [weights].",
}
_ITEMS = "Begin each item below `{name}:` with `- ` and its first key, and put the other keys under that key."


class Message(NamedTuple):
    """What is wrong, and what to do, under a rule's name."""

    rule: str
    what: str
    remedy: str


def explain_errors(source: Source, place: Place, model: type[BaseModel], error: ValidationError) -> list[Problem]:
    """One problem for each thing that a person has to mend: a misspelt key is one, not an unknown and a missing key."""
    errors = error.errors(include_url=False)
    first_key = next(iter(model.model_fields), "")
    groups: dict[tuple[int | str, ...], list[ErrorDetails]] = {}
    problems = []
    unassessed = [details for details in errors if _is_unassessed(details)]
    if unassessed:
        problems.append(_left_to_do(source, place, unassessed))
        errors = [details for details in errors if not _is_unassessed(details)]
    for details in errors:
        if details["type"] in ("missing", "extra_forbidden"):
            groups.setdefault(details["loc"][:-1], []).append(details)
        elif (found := _value_problem(source, place, details, first_key)) is not None:
            problems.append(found)
    homes = _homes(model)
    # Where a key stands at the wrong place, what is indented below it isn't missing either.
    misplaced = {
        key
        for where, members in groups.items()
        for details in members
        if details["type"] == "extra_forbidden"
        for key in _keys_within(place, details["loc"])
    }
    for where, members in groups.items():
        problems += _key_problems(source, place, where, members, _keys_of(model, where), homes, misplaced)
    return problems


# ---- values ----------------------------------------------------------------------------------------------------------


def _value_problem(source: Source, place: Place, details: ErrorDetails, first_key: str) -> Problem | None:
    """The problem of a value of the wrong kind; None where the value was refused as YAML already."""
    steps = details["loc"]
    found = home = place
    key_event = None
    for step in steps:
        if not found.readable:
            return None
        home = found
        if isinstance(found.items, dict) and step in found.items:
            key_event = (found.keys or {}).get(str(step))
            found = found.items[str(step)]
        elif isinstance(found.items, list) and isinstance(step, int) and step < len(found.items):
            key_event = None
            found = found.items[step]
        else:  # the key is missing, and something was expected of it all the same: point at what it is missing from
            break
    if not found.readable:
        return None
    if details["type"] == "too_short" and found.items:
        return None  # pydantic counts the items that are right
    name = next((str(step) for step in reversed(steps) if isinstance(step, str)), "")
    written = _written(source, found)
    rule, what, remedy = _message(details, name, written, first_key)
    start, end = found.start, found.end
    if (not written or isinstance(found.items, dict | list)) and key_event is not None:
        start, end = key_event.start_mark, key_event.end_mark
    width = end.column - start.column if end.line == start.line else 1
    problem = source.problem(start.line, start.column, rule, what, remedy, width=width)
    return replace(problem, fix=_replace_level(source, home, found)) if rule == "unknown-level" else problem


def _is_unassessed(details: ErrorDetails) -> bool:
    """Whether a rating has the word that drafts have instead of a level."""
    said, steps = details["input"], details["loc"]
    return (
        details["type"] == "enum"
        and (len(steps), steps[0], steps[-1]) == (3, "ratings", "level")
        and isinstance(said, str)
        and len(said) <= _LONGEST_WORD
        and _plain(said) == UNASSESSED
    )


def _left_to_do(source: Source, place: Place, errors: list[ErrorDetails]) -> Problem:
    """One problem for all criteria that a draft leaves to judge, at the first of them."""
    found = [(str(details["loc"][1]), _at(place, details["loc"])) for details in errors]
    found.sort(key=lambda each: (each[1].start.line, each[1].start.column))
    named, first = [f"`{name}`" for name, _ in found], found[0][1]
    what = f"{'1 criterion is' if len(named) == 1 else f'{len(named)} criteria are'} left to judge: {', '.join(named)}"
    remedy = (
        f"Read the evidence and the definitions in schema/rubric.yaml, then write a level instead of `{UNASSESSED}`."
    )
    start, end = first.start, first.end
    width = end.column - start.column if end.line == start.line else 1
    return source.problem(start.line, start.column, "unassessed", what, remedy, width=width)


def _at(place: Place, steps: Iterable[int | str]) -> Place:
    """What stands below `place` after these keys."""
    for step in steps:
        if isinstance(place.items, dict):
            place = place.items[str(step)]
    return place


def _replace_level(source: Source, rating: Place, place: Place) -> Fix | None:
    """The line with the level that was misspelt at `place`; None where something else may be meant or is missing.

    Other words, such as `not open` or `yes`, are for their author to replace.
    """
    written = _written(source, place)
    quote = written[:1] if written[:1] in ("'", '"') else ""
    said = written.strip(quote) if quote else written
    level = next(iter(similar(said, Level)), None)
    if level is None or abs(len(_plain(said)) - len(_plain(level))) > 1 or not isinstance(rating.items, dict):
        return None
    evidence = rating.items.get("evidence")
    shown = level == Level.CLOSED or (evidence is not None and bool(evidence.items))
    explained = level != Level.NOT_APPLICABLE or "note" in rating.items
    return replace_on_line(source, place, f"{quote}{level}{quote}") if shown and explained else None


def _written(source: Source, place: Place) -> str:
    """What stands in the file at `place`, if it is on one line."""
    start, end = place.start, place.end
    return source.line(start.line)[start.column : end.column] if start.line == end.line else ""


def _message(details: ErrorDetails, name: str, written: str, first_key: str) -> Message:
    context: dict[str, Any] = details.get("ctx", {})
    match details["type"]:
        case "enum":
            return _unknown_word(details["loc"], name, details["input"], str(context["expected"]), written)
        case "string_type":
            return _not_text(name, details["input"], written)
        case "string_too_long":
            return Message(
                "too-long", f"the text has more than {context['max_length']} characters", "Say it more briefly."
            )
        case "tuple_type" | "list_type":
            of_rating = len(details["loc"]) > 1
            example = _WORDS.get(name) if name != "precedents" or of_rating else None
            example = example or _ITEMS.format(name=name)
            return _wrong_kind(f"`{name}` must be a list", example, details["input"])
        case "too_short":
            return Message("empty", f"the list `{name}` is empty", "Add at least one item.")
        case "int_type":
            return Message("wrong-type", f"`{shorten(written)}` is no whole number", "Write digits without quotes.")
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            said = details["msg"].removeprefix("Input should be ")
            return Message("out-of-range", f"`{shorten(written)}` is out of range", f"Write a number {said}.")
        case "model_type" | "dict_type" | "model_attributes_type":
            return _not_keys(details, name, first_key)
        case kind if "what" in context and "remedy" in context:
            return Message(kind, context["what"], context["remedy"])
        case _:
            said = details["msg"].removeprefix("Value error, ").rstrip(".")
            return Message("value", said[:1].lower() + said[1:], "Compare with the schema.")


def _not_keys(details: ErrorDetails, name: str, first_key: str) -> Message:
    """Something else where keys with values were expected."""
    value, steps = details["input"], details["loc"]
    if isinstance(value, str) and (glued := re.fullmatch(r"([a-z_]+):(\S.*)", value)) and "//" not in value:
        return Message("wrong-type", "a space is missing after the colon", f"Write `{glued[1]}: {shorten(glued[2])}`.")
    if not name:
        remedy = "Begin with `model:` and its name." if first_key == "model" else f"Begin with `{first_key}:`."
        return _wrong_kind("keys and values must stand in this file", remedy, value)
    if isinstance(steps[-1], int):
        return _wrong_kind(f"each item of `{name}` must have keys", _ITEMS.format(name=name), value)
    example = f"Write `level: …` below `{name}:`, indented by two more spaces."
    remedy = example if steps[:-1] == ("ratings",) else "Write lines of `key: value`, indented alike."
    return _wrong_kind(f"keys and values must stand under `{name}`", remedy, value)


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
            what = f"`{shorten(written)}` is {_kind(value)}, and text was expected"
            return Message("wrong-type", what, f'Put it in quotes: "{shorten(written)}".')


def _unknown_word(steps: Sequence[int | str], name: str, value: object, expected: str, written: str) -> Message:
    """A level, modality or kind that isn't one."""
    words = re.findall(r"'([^']+)'", expected)
    said = str(value) if isinstance(value, str) else written
    listed = f"{'Each' if name in (*_WORDS, _KEY) else f'`{name}`'} is one of: {', '.join(words)}."
    if value is None:
        # A skeleton has sixteen of these, so say which.
        of = f" of `{steps[-2]}`" if name == "level" and len(steps) > 1 else ""
        return Message("empty", f"`{name}`{of} has no value", listed)
    if isinstance(value, list | dict):
        return Message("wrong-type", f"this is {_kind(value)}", listed)
    rule = {"level": "unknown-level", "criteria": "unknown-criterion"}.get(name, "unknown-word")
    kind = {"criteria": "criterion", _KEY: "key that may stand here"}.get(name, name)
    return Message(rule, f"`{shorten(said)}` is no {kind}", _guess(said, words, _SYNONYMS.get(name, {})) + listed)


def _guess(said: str, words: list[str], synonyms: dict[str, str]) -> str:
    """The question whether one of `words` was meant, if that is likely."""
    synonym = synonyms.get(_plain(said))
    meant = [synonym] if synonym else similar(said, words)
    parts = re.findall(r"[\w-]+", said[:200])
    if len(parts) > 1 and set(parts) <= set(words):
        return f"Write a comma between two: {', '.join(parts)}. "
    if meant:
        return f"Did you mean `{meant[0]}`? "
    if parts and parts[0] in words:
        return f"Did you mean `{parts[0]}`? What explains it belongs into a text such as `note`. "
    return ""


def similar(word: str, words: Iterable[str]) -> list[str]:
    """The word that was most likely meant, if any is near: capitals, spaces, underscores and hyphens don't count."""
    if len(word) > _LONGEST_WORD:
        return []
    plain = {_plain(candidate): candidate for candidate in words}
    near = get_close_matches(_plain(word), plain, n=1, cutoff=0.7)
    return [plain[match] for match in near]


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]+", "", word).casefold()


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


def _homes(model: type[BaseModel], where: str = "the left margin") -> dict[str, list[str]]:
    """Under which keys each key may stand."""
    found: dict[str, list[str]] = {}
    for name, field in model.model_fields.items():
        key = field.alias or name
        found.setdefault(key, []).append(where)
        if inner := _model_in(field.annotation):
            for below, places in _homes(inner, "a criterion" if where == "`ratings`" else f"`{key}`").items():
                found[below] = list(dict.fromkeys(found.get(below, []) + places))
    return found


def _keys_within(place: Place, steps: tuple[int | str, ...]) -> Iterator[str]:
    """The last of `steps`, which is a key, and all keys below it."""
    for step in steps:
        if isinstance(place.items, dict) and step in place.items:
            place = place.items[str(step)]
        elif isinstance(place.items, list) and isinstance(step, int):
            place = place.items[step]
    yield str(steps[-1])
    waiting = [place]
    while waiting:
        items = waiting.pop().items
        if isinstance(items, dict):
            yield from items
            waiting += items.values()


def _key_problems(
    source: Source,
    place: Place,
    where: tuple[int | str, ...],
    errors: list[ErrorDetails],
    known: list[str],
    homes: dict[str, list[str]],
    misplaced: set[str],
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
    keys = found.keys or {}
    free = [candidate for candidate in known if candidate not in keys]
    for details in errors:
        if details["type"] == "extra_forbidden":
            key = str(details["loc"][-1])
            meant = similar(key, free)
            missing = [candidate for candidate in missing if candidate not in meant]
            yield _unknown(source, keys[key], name, meant, known, homes.get(key, []))
    missing = [key for key in missing if key not in misplaced]
    if missing and REFUSED_KEY not in keys:
        mark, width = (start.start_mark, _width(start)) if start else (found.start, 1)
        if where and isinstance(where[-1], int):
            remedy = (
                f"Add {'it' if len(missing) == 1 else 'them'} to this item; only its first key has a dash before it."
            )
        else:
            remedy = f"Add {'it' if len(missing) == 1 else 'them'} as `key: value`; CONTRIBUTING.md shows a whole file."
        yield _missing(source, mark, width, name, missing, remedy)


def _unknown(source: Source, event: Any, name: str, meant: list[str], known: list[str], homes: list[str]) -> Problem:
    key = shorten(event.value)
    if meant:
        remedy = f"Did you mean `{meant[0]}`?"
        if _plain(event.value) == meant[0] and event.value != event.value.strip():
            remedy += " A space that isn't one stands beside it: type the line anew."
    elif homes:
        remedy = f"It belongs under {' or '.join(homes)}: check how far it is indented."
    else:
        remedy = f"Delete it, or write one of: {', '.join(known)}." if known else "Delete it."
    what = f"`{key}` is no criterion" if name == "ratings" else f"the key `{key}` is unknown here"
    rule = "unknown-criterion" if name == "ratings" else "unknown-key"
    mark = event.start_mark
    return source.problem(mark.line, mark.column, rule, what, remedy, width=_width(event))


def _width(event: Any) -> int:
    start, end = event.start_mark, event.end_mark
    return int(end.column - start.column) if end.line == start.line else 1


def _missing(source: Source, mark: Any, width: int, name: str, keys: list[str], remedy: str) -> Problem:
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
    return source.problem(mark.line, mark.column, "missing-key", f"{listed} {are} missing{under}", remedy, width=width)
