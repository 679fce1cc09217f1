"""Messages about values of the wrong kind: what pydantic's errors mean to somebody who opens one pull request a year."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.board.model.assessment import ARTIFACTS, MOST_PARAMETERS
from bot.board.model.fields import WRITE_A_VALUE
from bot.board.model.rating import Availability
from bot.board.model.rubric import Level
from bot.board.reading.scalars import TEXT, TRUTH, in_quotes, read_scalar
from bot.board.reading.spelling import did_you_mean, normalized, one_of, similar
from bot.text.catalogue import JoinedText, Message, _, code, ngettext
from bot.text.shaping import shorten

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

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
    "available": {
        "full": Availability.YES, "open": Availability.YES, "public": Availability.YES, "partial": Availability.PARTLY,
        "partially": Availability.PARTLY, "some": Availability.PARTLY, "half": Availability.PARTLY,
        "semiopen": Availability.PARTLY, "none": Availability.NO, "closed": Availability.NO, "private": Availability.NO,
    },
    "modality": {"vision": "image", "picture": "image", "speech": "audio", "sound": "audio", "language": "text"},
}  # fmt: skip

# How lists of words are written, by their key.
_WORDS = {
    "modality": _("Write `[text]` or `[text, image]`."),
    "precedents": _("Write ids from `schema/precedents.yaml` in brackets, such as `[click-through]`."),
    "base_models": _("Write `[developer/model]`, as in the path of a file under `assessments/`."),
    "criteria": _("Write ids of criteria in brackets, separated by commas."),
}

_KINDS = {
    bool: TRUTH,
    date: _("a date"),
    str: TEXT,
    list: _("a list"),
    dict: _("a group of keys"),
    type(None): _("nothing"),
}


class Finding(NamedTuple):
    """What is wrong and how to fix it, under the name of a rule."""

    rule: str
    what: str
    remedy: str


def value_message(details: ErrorDetails, name: str, written: str, first_key: str, schema: str) -> Finding:
    """Return the message about pydantic's error of a value.

    `name` is the nearest key above the value, `written` its text in the file, `first_key` the document's first key, `schema`
    the path of its JSON Schema.
    """
    context: dict[str, Any] = details.get("ctx", {})
    shown = shorten(written)
    match details["type"]:
        case "enum":
            return _unknown_word(name, details["input"], str(context["expected"]), written)
        case "string_type" | "string_too_long" | "string_too_short" | "string_pattern_mismatch":
            return _not_the_text(details, name, written, schema)
        case "tuple_type" | "list_type":
            of_rating = len(details["loc"]) > 1
            example = _WORDS.get(name) if name != "precedents" or of_rating else None
            return _wrong_kind(_("a list"), example or _items(name), name, details["input"])
        case "too_short":
            return Finding("empty", _("the list `%(key)s` is empty", key=name), _("Add at least one item."))
        case "int_type":
            what = _("`%(value)s` is not a whole number", value=shown)
            meant = _number_in_words(written)
            digits = _("Write all digits without quotes: `%(number)s`.", number=meant)
            return Finding("wrong-type", what, digits if meant else _("Write digits without quotes."))
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal" as kind:
            remedy = _LIMITS[kind](limit=next(iter(context.values())))
            return Finding("out-of-range", _("`%(value)s` is out of range", value=shown), remedy)
        case "model_type" | "dict_type" | "model_attributes_type":
            return _not_keys(details, name, first_key)
        case "empty":
            return Finding("empty", _has_no_value(name), WRITE_A_VALUE)
        case kind if "what" in context and "remedy" in context:
            return Finding(kind, _in_rating(context["what"], details["loc"]), context["remedy"])
        case _:
            what = _("`%(value)s` is not allowed here", value=shown)
            return Finding("value", what, _("Compare with `%(schema)s`.", schema=schema))


_LIMITS = {
    "greater_than": lambda limit: _("Write a number greater than %(limit)s.", limit=limit),
    "greater_than_equal": lambda limit: _("Write %(limit)s or a greater number.", limit=limit),
    "less_than": lambda limit: _("Write a number less than %(limit)s.", limit=limit),
    "less_than_equal": lambda limit: _("Write %(limit)s or a smaller number.", limit=limit),
}


# A unit's group is named after its power of ten.
_NUMBER_IN_WORDS = re.compile(
    r"([0-9]{1,20}(?:\.[0-9]{1,9})?)(?:e([0-9]{1,2}))? ?"
    r"(?:(?P<e3>k)|(?P<e4>만)|(?P<e6>m)|(?P<e8>억)|(?P<e9>b)|(?P<e12>t|조))?",
    re.IGNORECASE,
)


def _number_in_words(written: str) -> int | None:
    """Return the whole number that somebody means by `7B`, `1,300,000`, `7e9` or `70억`; None for other texts."""
    found = _NUMBER_IN_WORDS.fullmatch(re.sub("[\"'_,]", "", written[:40]).strip())
    if found is None:
        return None
    number = Decimal(found[1]).scaleb(int(found[2] or 0) + int((found.lastgroup or "e0")[1:]))
    return int(number) if number == int(number) and number < MOST_PARAMETERS else None


def _in_rating(what: str, steps: Sequence[int | str]) -> str:
    """Return a phrase about a rating with the name of its criterion, which the rating itself doesn't know."""
    if not isinstance(what, Message) or "rating" not in what.values or steps[:1] != ("ratings",):
        return what
    return Message(what.singular, what.plural, what.number, {**what.values, "rating": code(str(steps[1]))})


def _items(name: str) -> Message:
    return _(
        "Begin each item under `%(key)s:` with `- ` and its first key. Write its other keys below that key.", key=name
    )


def _not_keys(details: ErrorDetails, name: str, first_key: str) -> Finding:
    """Return the message about another value where a group of keys was expected."""
    value, steps = details["input"], details["loc"]
    if isinstance(value, str) and (glued := re.fullmatch(r"([a-z_]+):(\S.*)", value)) and "//" not in value:
        remedy = _("Write `%(key)s: %(value)s`.", key=glued[1], value=shorten(glued[2]))
        return Finding("wrong-type", _("a space is missing after the colon"), remedy)
    if not name:
        what = _("the file must consist of keys and values, but this is %(kind)s", kind=_kind(value))
        return Finding("wrong-type", what, _("Begin with `%(key)s:` and its value.", key=first_key))
    if isinstance(steps[-1], int):
        what = _("each item of `%(key)s` must have keys, but this is %(kind)s", key=name, kind=_kind(value))
        return Finding("wrong-type", what, _items(name))
    if steps[:-1] in _FIRST_KEYS:
        first = _FIRST_KEYS[steps[:-1]]
        remedy = _(
            "Write `%(first)s:` and its value below `%(key)s:`, with two more spaces before it.", first=first, key=name
        )
    elif steps == ("parameters",):
        number = _number_in_words(str(value)) or "7000000000"
        remedy = _("Write it with all digits, such as `parameters: {total: %(number)s}`.", number=number)
    else:
        remedy = _(
            "Write lines of `key: value` below `%(key)s:`, all with the same number of spaces before them.", key=name
        )
    return _wrong_kind(_("a group of keys"), remedy, name, value)


_FIRST_KEYS: dict[tuple[int | str, ...], str] = {("ratings",): "level", (ARTIFACTS,): "available"}
"""The first key of what is in a group of the document."""


def _wrong_kind(expected: Message, remedy: str, name: str, value: object) -> Finding:
    if value is None:
        return Finding("empty", _has_no_value(name), remedy)
    what = _("`%(key)s` must be %(expected)s, but this is %(kind)s", key=name, expected=expected, kind=_kind(value))
    return Finding("wrong-type", what, remedy)


def _has_no_value(name: str) -> Message:
    return ngettext("%(key)s has no value", "%(number)s keys have no value: %(key)s", 1, key=code(name))


def _kind(value: object) -> Message:
    return _KINDS.get(type(value)) or _("a number")


def _not_the_text(details: ErrorDetails, name: str, written: str, schema: str) -> Finding:
    """Return the message about another value than the expected text."""
    value, context, shown = details["input"], details.get("ctx", {}), shorten(written)
    match value:
        case None | "":
            return Finding("empty", _has_no_value(name), WRITE_A_VALUE)
        case str() if "max_length" in context:
            what = _("the text has more than %(limit)s characters", limit=context["max_length"])
            return Finding("too-long", what, _("Write a shorter text."))
        case str():
            what = _("`%(value)s` does not have the right form", value=shown)
            remedy = _(
                "Write a text of the form `%(pattern)s`, as in `%(schema)s`.", pattern=context["pattern"], schema=schema
            )
            return Finding("value", what, remedy)
        case list() | dict():
            what = _("`%(key)s` must be text, but this is %(kind)s", key=name, kind=_kind(value))
            return Finding("wrong-type", what, _("Put the whole text into double quotes."))
        case _:
            what = _("`%(value)s` must be text, but YAML reads it as %(kind)s", value=shown, kind=_kind(value))
            return Finding("wrong-type", what, in_quotes(shown))


def _unknown_word(name: str, value: object, expected: str, written: str) -> Finding:
    """Return the message about a value that is none of the `expected` words."""
    words = re.findall(r"'([^']+)'", expected)
    word = str(value) if isinstance(value, str) else written
    listed = one_of(tuple(map(_as_written, words)))
    if value is None:
        return Finding("empty", _has_no_value(name), listed)
    if isinstance(value, list | dict):
        what = _("`%(key)s` must be one word, but this is %(kind)s", key=name, kind=_kind(value))
        return Finding("wrong-type", what, listed)
    if meant := unquoted_word(value, words):
        what = ngettext(
            "%(word)s has no quotation marks, so some programs read it as true or false",
            "%(number)s words have no quotation marks, so some programs read them as true or false: %(word)s",
            1,
            word=code(shorten(written)),
        )
        return Finding("unquoted", what, _('Write `%(key)s: "%(word)s"`.', key=name, word=meant))
    shown = code(shorten(word))
    remedy = JoinedText(" ", [*_guess(word, words, _SYNONYMS.get(name, {})), listed])
    match name:
        case "confidence":
            what = _("`%(word)s` is not allowed under `%(key)s`", word=shorten(word), key=name)
            return Finding("unknown-word", what, _("Write `doubtful`, or delete the line where the level is sure."))
        case "level":
            what = ngettext("%(word)s is not a level", "%(number)s values are not levels: %(word)s", 1, word=shown)
            return Finding("unknown-level", what, remedy)
        case "criteria":
            return Finding("unknown-criterion", unknown_criterion(word), remedy)
        case "[key]":  # pydantic's name for a key that is itself invalid
            return Finding("unknown-word", _("the key `%(key)s` is not allowed here", key=shorten(word)), remedy)
        case _:
            what = _("`%(word)s` is not allowed under `%(key)s`", word=shorten(word), key=name)
            return Finding("unknown-word", what, remedy)


def _as_written(word: str) -> str:
    """Return a word as a file has it: in quotation marks if programs differ about it."""
    return f'"{word}"' if read_scalar(word).readings else word


def unquoted_word(value: object, words: Collection[str]) -> str | None:
    """Return the one of `words` that a value without quotation marks means, where YAML reads it as true or false."""
    meant = {True: Availability.YES, False: Availability.NO}.get(value) if isinstance(value, bool) else None
    return meant if meant in words else None


def unknown_criterion(key: str) -> Message:
    """Return the phrase about a criterion that the rubric doesn't have."""
    return ngettext("there is no criterion %(key)s", "these criteria do not exist: %(key)s", 1, key=code(shorten(key)))


def _guess(word: str, words: list[str], synonyms: dict[str, str]) -> Iterator[Message]:
    """Yield the question whether one of `words` was meant, if that is likely."""
    synonym = synonyms.get(normalized(word))
    meant = list(map(_as_written, [synonym] if synonym else similar(word, words)))
    parts = re.findall(r"[\w-]+", word[:200])
    if len(parts) > 1 and set(parts) <= set(words):
        yield _("Write commas between the words: `%(words)s`.", words=", ".join(parts))
    elif meant:
        yield did_you_mean(meant[0])
    elif parts and parts[0] in words:
        yield did_you_mean(_as_written(parts[0]))
        yield _("Write an explanation in a text such as `note`.")
