"""Messages about values of the wrong kind: what pydantic's errors mean to somebody who opens one pull request a year."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.board.model.rubric import Level
from bot.board.reading.source import shorten
from bot.board.reading.spelling import normalized, similar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_core import ErrorDetails

# Common words of people who haven't read the rubric, such as the points of a level, by key.
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

# pydantic's name for a key that is itself invalid.
_KEY = "[key]"

# How lists of words are written, by their key.
_WORDS = {
    "modality": "Write [text] or [text, image].",
    "precedents": "Write ids of schema/precedents.yaml, such as [click-through].",
    "base_models": "Write [developer/model], as in the path of a file under assessments/.",
    "criteria": "Write ids of the rubric's criteria, such as [weights].",
}
_ITEMS = "Begin each item below `{name}:` with `- ` and its first key, and put the other keys under that key."


_KINDS = {
    bool: "a yes or no to YAML",
    date: "a date to YAML",
    str: "text",
    list: "a list",
    dict: "a group of keys",
    type(None): "nothing",
}


class Message(NamedTuple):
    """What is wrong and how to fix it, under the name of a rule."""

    rule: str
    what: str
    remedy: str


def value_message(details: ErrorDetails, name: str, written: str, first_key: str) -> Message:
    """Return the message about pydantic's error of a value.

    `name` is the nearest key above the value, `written` its text in the file, `first_key` the document's first key.
    """
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
            expected = details["msg"].removeprefix("Input should be ")
            return Message("out-of-range", f"`{shorten(written)}` is out of range", f"Write a number {expected}.")
        case "model_type" | "dict_type" | "model_attributes_type":
            return _not_keys(details, name, first_key)
        case kind if "what" in context and "remedy" in context:
            return Message(kind, context["what"], context["remedy"])
        case _:
            what = details["msg"].removeprefix("Value error, ").rstrip(".")
            return Message("value", what[:1].lower() + what[1:], "Compare with the schema.")


def _not_keys(details: ErrorDetails, name: str, first_key: str) -> Message:
    """Return the message about another value where a group of keys was expected."""
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
    return _KINDS.get(type(value), "a number")


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
    """Return the message about a value that is none of the `expected` words."""
    words = re.findall(r"'([^']+)'", expected)
    word = str(value) if isinstance(value, str) else written
    listed = f"{'Each' if name in (*_WORDS, _KEY) else f'`{name}`'} is one of: {', '.join(words)}."
    if value is None:
        # A skeleton has sixteen of these, so say which.
        of = f" of `{steps[-2]}`" if name == "level" and len(steps) > 1 else ""
        return Message("empty", f"`{name}`{of} has no value", listed)
    if isinstance(value, list | dict):
        return Message("wrong-type", f"this is {_kind(value)}", listed)
    rule = {"level": "unknown-level", "criteria": "unknown-criterion"}.get(name, "unknown-word")
    kind = {"criteria": "criterion", _KEY: "key that may stand here"}.get(name, name)
    return Message(rule, f"`{shorten(word)}` is no {kind}", _guess(word, words, _SYNONYMS.get(name, {})) + listed)


def _guess(word: str, words: list[str], synonyms: dict[str, str]) -> str:
    """Return the question whether one of `words` was meant, if that is likely."""
    synonym = synonyms.get(normalized(word))
    meant = [synonym] if synonym else similar(word, words)
    parts = re.findall(r"[\w-]+", word[:200])
    if len(parts) > 1 and set(parts) <= set(words):
        return f"Write a comma between two: {', '.join(parts)}. "
    if meant:
        return f"Did you mean `{meant[0]}`? "
    if parts and parts[0] in words:
        return f"Did you mean `{parts[0]}`? What explains it belongs into a text such as `note`. "
    return ""
