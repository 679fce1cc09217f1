"""YAML of the plainest kind, read from parser events: plain values, and the place of each.

The parser's events give positions, strictness and speed in one pass, and no loader ever builds an object from what a
contributor wrote. Everything that makes one text mean two things is refused: anchors, aliases, merge keys, tags,
directives, several documents, duplicate keys, keys that are no text.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml
from yaml import events
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from bot.reading.source import UNSEEN, Source, name_of
from bot.reading.syntax import explain

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.problem import Problem


class PureParser(Reader, Scanner, Parser):
    """PyYAML's parser in Python, for where libyaml is absent."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


# libyaml's parser where PyYAML was built with it: ten times as fast.
FAST_PARSER: Callable[[str], Any] | None = getattr(yaml.cyaml, "CParser", None) if yaml.__with_libyaml__ else None


class Place(NamedTuple):
    """Where a value stands: from `start` to `end`, with the places of what is in it and of its keys."""

    start: Any
    end: Any
    items: dict[str, Place] | list[Place] | None = None
    keys: dict[str, Any] | None = None
    readable: bool = True
    """False where the value was refused as such, so that nothing more need be said about it."""


class Composed(NamedTuple):
    """What a text says: its value (None with `complete` False where it can't be read to the end) and problems."""

    value: object
    place: Place | None
    problems: list[Problem]
    complete: bool


class _Abandoned(Exception):  # noqa: N818
    """The rest of the document isn't worth reading."""


def compose(source: Source, nesting: int, parser: Callable[[str], Any] | None = None) -> Composed:
    """The value of a YAML text in which mappings and lists are nested at most `nesting` deep.

    Text stays str, dates too; numbers become int or Decimal, yes and no bool, nothing None.
    """
    # What the parser itself would stop at is replaced here (it has been reported with the characters of the source),
    # so that the problems behind it are found too. Only tabs that indent leave nothing to go on with.
    text = UNSEEN.sub(" ", source.text)
    if re.search(r"^ *\t", source.text, re.MULTILINE):
        return Composed(None, None, [], complete=False)
    composer = _Composer(source, nesting, (parser or FAST_PARSER or PureParser)(text))
    try:
        value, place = composer.document()
    except _Abandoned:
        return Composed(None, None, composer.problems, complete=False)
    except yaml.MarkedYAMLError as error:
        composer.problems.append(explain(source, error))
        return Composed(None, None, composer.problems, complete=False)
    except (yaml.YAMLError, ValueError, OverflowError):
        # PyYAML's own scanner raises the last two for escapes beyond the end of Unicode.
        composer.problems.append(
            source.problem(
                0, 0, "yaml", "this is no valid YAML", "Check it with the worked example in CONTRIBUTING.md."
            )
        )
        return Composed(None, None, composer.problems, complete=False)
    return Composed(value, place, composer.problems, complete=True)


class _Composer:
    def __init__(self, source: Source, nesting: int, parser: Any) -> None:
        self.source = source
        self.nesting = nesting
        self.next = parser.get_event
        self.problems: list[Problem] = []
        self.escapes = "\\" in source.text

    def document(self) -> tuple[object, Place | None]:
        self.next()  # the start of the stream
        start = self.next()
        if type(start) is events.StreamEndEvent:
            self.problems.append(
                self.source.problem(
                    0, 0, "empty-file", "the file is empty", "Begin with what `openness-bot new` writes."
                )
            )
            raise _Abandoned
        if start.version or start.tags:
            self.refuse(start, "yaml-directive", "a YAML directive stands here", "Delete the line that begins with %.")
        value, place = self.node(self.next(), 0)
        self.next()  # the end of the document
        end = self.next()
        if type(end) is not events.StreamEndEvent:
            self.refuse(end, "several-documents", "a second document begins here", "One file holds one: delete `---`.")
        return value, place

    def refuse(self, event: Any, rule: str, what: str, remedy: str) -> None:
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if end.line == start.line else 1
        self.problems.append(self.source.problem(start.line, start.column, rule, what, remedy, width=width))

    def node(self, event: Any, depth: int) -> tuple[object, Place]:
        kind = type(event)
        if kind is events.AliasEvent:
            self.refuse(
                event, "alias", f"the alias `*{event.anchor}` stands for text elsewhere", "Write the text itself."
            )
            return None, Place(event.start_mark, event.end_mark, readable=False)
        if event.anchor is not None:
            self.refuse(
                event, "anchor", f"the anchor `&{event.anchor}` stands here", "Delete it; write text where it belongs."
            )
        if event.tag is not None:
            self.refuse(
                event,
                "tag",
                f"the tag `{event.tag}` stands here",
                "Delete it; if text begins with !, put it in quotes.",
            )
        if kind is events.ScalarEvent:
            return self.scalar(event), Place(event.start_mark, event.end_mark)
        if depth == self.nesting:
            self.refuse(
                event,
                "nesting",
                "something is nested deeper here than the format ever is",
                "Compare the indentation with another assessment.",
            )
            raise _Abandoned
        return self.mapping(event, depth + 1) if kind is events.MappingStartEvent else self.sequence(event, depth + 1)

    def scalar(self, event: Any) -> object:
        text: str = event.value
        if event.implicit[0] and event.tag is None and not event.style:
            return plain(text)
        if self.escapes and event.style == '"' and (found := UNSEEN.search(text)) and found[0] != "\t":
            self.refuse(
                event,
                "unseen-character",
                f"an escape in this text makes the invisible character {name_of(found[0])}",
                "Delete the escape: such characters can make text look like something else.",
            )
        elif self.escapes and event.style == '"' and "\t" in text:
            self.refuse(event, "tab", "an escape in this text makes a tab", "Write a space.")
        return text

    def sequence(self, start: Any, depth: int) -> tuple[object, Place]:
        values: list[object] = []
        places: list[Place] = []
        while type(event := self.next()) is not events.SequenceEndEvent:
            value, place = self.node(event, depth)
            values.append(value)
            places.append(place)
        return values, Place(start.start_mark, event.end_mark, places)

    def mapping(self, start: Any, depth: int) -> tuple[object, Place]:
        values: dict[str, object] = {}
        places: dict[str, Place] = {}
        keys: dict[str, Any] = {}
        while type(event := self.next()) is not events.MappingEndEvent:
            key = self.key(event, depth)
            value, place = self.node(self.next(), depth)
            if key is None:
                continue
            if key in values:
                self.refuse(
                    event,
                    "duplicate-key",
                    f"`{key}` stands here a second time, after line {keys[key].start_mark.line + 1}",
                    "Keep one of the two.",
                )
                continue
            values[key], places[key], keys[key] = value, place, event
        return values, Place(start.start_mark, event.end_mark, places, keys)

    def key(self, event: Any, depth: int) -> str | None:
        """The text of a key; None where it was refused."""
        if type(event) is not events.ScalarEvent:
            self.refuse(event, "key", "this key is no plain text", "A key is one word followed by a colon.")
            self.node(event, depth)
            return None
        if event.value == "<<" and event.implicit[0]:
            self.refuse(event, "merge-key", "`<<` merges text from elsewhere", "Write the keys and values themselves.")
            return None
        self.node(event, depth)
        return str(event.value)


_RESOLVERS: dict[str, list[tuple[str, re.Pattern[str]]]] = yaml.SafeLoader.yaml_implicit_resolvers
_TRUE = ("yes", "true", "on")


def plain(text: str) -> object:
    """What a scalar without quotes is to YAML 1.1 (PyYAML) or 1.2 (editors): text in the end, for most."""
    for tag, pattern in _RESOLVERS.get(text[:1], ()):
        if pattern.match(text):
            match tag.rpartition(":")[2]:
                case "null":
                    return None
                case "bool":
                    return text.lower() in _TRUE
                case "int" | "float":
                    return _number(text)
    return _number(text) if text.startswith("0o") else text


def _number(text: str) -> int | Decimal:
    """A number for comparing and messages: exact where it is written in decimal digits, NaN otherwise."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")
    return int(number) if re.fullmatch(r"[+-]?[0-9]+", text) else number
