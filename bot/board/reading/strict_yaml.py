"""A strict subset of YAML, read from parser events: plain values with their places.

The parser's events give positions, strictness and speed in one pass, and no loader builds objects from what a
contributor wrote. Everything ambiguous is refused: anchors, aliases, merge keys, tags, directives, several documents,
duplicate keys, keys that are no text, values without quotes that programs read differently.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import yaml
from yaml import events
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from bot.board.reading.scalars import TEXT, TRUTH, in_quotes, read_scalar
from bot.board.reading.source import UNSEEN, Source, Span, character_name, span_between
from bot.board.reading.syntax import explain
from bot.text.catalogue import _
from bot.text.shaping import shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.board.model.problem import Problem


class PureParser(Reader, Scanner, Parser):
    """PyYAML's parser in Python, where libyaml is not installed."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


# libyaml's parser, if PyYAML was built with it: ten times as fast.
FAST_PARSER: Callable[[str], Any] | None = getattr(yaml.cyaml, "CParser", None) if yaml.__with_libyaml__ else None


# Replaces characters that `decode` has refused. `UNSEEN` includes it, so that no valid text contains it.
_REFUSED_CHARACTER = "\ue000"

_ESCAPED = re.compile(rf"{UNSEEN.pattern}|\r")

REFUSED_KEY = "<<"
"""Among a place's `keys` (only there) the name of refused keys, so that they aren't reported as missing too."""


class Place(NamedTuple):
    """Where a value is written: its first and last mark, the places of what it contains, and the events of its keys."""

    start: Any
    end: Any
    items: dict[str, Place] | list[Place] | None = None
    keys: dict[str, Any] | None = None
    readable: bool = True
    """False where the value was refused, so that no further problems of it are reported."""

    @property
    def span(self) -> Span:
        """Return the place as a span."""
        return span_between(self.start, self.end)

    def below(self, step: int | str) -> Place | None:
        """Return the place of the value below a key or number; None where there is none."""
        below: Place | None = None
        if isinstance(self.items, dict):
            below = self.items.get(str(step))
        elif isinstance(self.items, list) and isinstance(step, int) and step < len(self.items):
            below = self.items[step]
        return below


class PlacedValue(NamedTuple):
    """A value of a document with its place. What it doesn't contain is nothing instead of an error."""

    value: object
    place: Place

    def get(self, key: str) -> PlacedValue:
        """Return the value of a key; nothing where this is no mapping with that key."""
        if isinstance(self.value, dict) and isinstance(self.place.items, dict) and key in self.value:
            return PlacedValue(self.value[key], self.place.items[key])
        return _NOTHING

    def entries(self) -> Iterator[tuple[str, PlacedValue]]:
        """Yield the keys and values of a mapping."""
        if isinstance(self.value, dict) and isinstance(self.place.items, dict):
            for key, value in self.value.items():
                yield key, PlacedValue(value, self.place.items[key])

    def elements(self) -> Iterator[PlacedValue]:
        """Yield the elements of a list."""
        if isinstance(self.value, list) and isinstance(self.place.items, list):
            yield from map(PlacedValue, self.value, self.place.items)


_NOTHING = PlacedValue(None, Place(None, None))


class Composed(NamedTuple):
    """A parsed text: its value (None with `complete` False where it can't be read to the end), places and problems."""

    value: object
    place: Place | None
    problems: list[Problem]
    complete: bool


class _AbandonedError(Exception):
    """The rest of the document is not read."""


def compose(source: Source, nesting: int, parser: Callable[[str], Any] | None = None) -> Composed:
    """Return the value of a YAML text in which mappings and lists are nested at most `nesting` deep.

    Text is str, days date, numbers int or Decimal, true and false bool, an empty value None.
    """
    # Characters that would stop the parser are replaced (`decode` has reported them), so that the problems after them
    # are found too. This is not possible for tabs as indentation.
    if "\t" in source.text and re.search(r"^ *\t[ \t]*[^ \t\r\n#]", source.text, re.MULTILINE):
        return Composed(None, None, [], complete=False)
    text = UNSEEN.sub(_REFUSED_CHARACTER, source.text.replace("\t", " "))
    composer = _Composer(source, text, nesting, (parser or FAST_PARSER or PureParser)(text))
    try:
        value, place = composer.document()
    except _AbandonedError:
        return Composed(None, None, composer.problems, complete=False)
    except yaml.MarkedYAMLError as error:
        found = explain(source, error, composer.last)
        # A text that begins with a bracket looks like a list up to its closing bracket, and may have been refused already.
        if not any(known.rule == "nesting" and known.line == found.line for known in composer.problems):
            composer.problems.append(found)
        return Composed(None, None, composer.problems, complete=False)
    except (yaml.YAMLError, ValueError, OverflowError):
        # PyYAML's own scanner raises the last two for escapes beyond Unicode.
        composer.problems.append(explain(source, yaml.MarkedYAMLError(problem="escape", problem_mark=composer.mark())))
        return Composed(None, None, composer.problems, complete=False)
    return Composed(value, place, composer.problems, complete=True)


class _Composer:
    def __init__(self, source: Source, text: str, nesting: int, parser: Any) -> None:
        self.source = source
        self.nesting = nesting
        self.parser = parser
        self.get: Callable[[], Any] = parser.get_event
        self.last: Any = None
        self.problems: list[Problem] = []
        self.brackets = 0
        """The number of lists and mappings in brackets that are open."""
        self.escapes = "\\" in text
        self.replaced = _REFUSED_CHARACTER in text
        # In nearly all files texts have no escapes and nothing was replaced, so that they need no second look.
        self.plain = not self.escapes and not self.replaced

    def mark(self) -> Any:
        """Return the parser's position; None for libyaml's parser, which doesn't have it."""
        return self.parser.get_mark() if isinstance(self.parser, PureParser) else None

    def next(self) -> Any:
        self.last = self.get()
        return self.last

    def document(self) -> tuple[object, Place | None]:
        self.next()  # the start of the stream
        start = self.next()
        if type(start) is events.StreamEndEvent:
            self.abandon_empty()
        if start.version or start.tags:
            self.refuse(
                start, "yaml-directive", _("this is a YAML directive"), _("Delete the line that begins with `%%`.")
            )
        root = self.next()
        if type(root) is events.ScalarEvent and not root.value and not root.style:
            self.abandon_empty()
        value, place = self.node(root, 0)
        self.next()  # the end of the document
        end = self.next()
        if type(end) is not events.StreamEndEvent:
            self.refuse(
                end,
                "several-documents",
                _("a second document begins here"),
                _("Write one model in one file: move this into another file, or delete the line."),
            )
        return value, place

    def abandon_empty(self) -> NoReturn:
        remedy = _("Begin with the example in CONTRIBUTING.md, or with what `openness-bot new` writes.")
        self.problems.append(self.source.problem(Span(0, 0), "empty-file", _("the file is empty"), remedy))
        raise _AbandonedError

    def refuse(self, event: Any, rule: str, what: str, remedy: str) -> None:
        self.problems.append(self.source.problem(event_span(event), rule, what, remedy))

    def node(self, event: Any, depth: int) -> tuple[object, Place]:
        kind = type(event)
        if kind is events.ScalarEvent and self.plain and event.anchor is None and event.tag is None:
            value = event.value if event.style or not event.implicit[0] else self.unquoted(event)
            return value, Place(event.start_mark, event.end_mark)
        if kind is events.AliasEvent:
            what = _("`*%(name)s` is a YAML alias, which repeats text from another place", name=shorten(event.anchor))
            remedy = _("Write the text itself. Put text that begins with `*` in quotes.")
            self.refuse(event, "alias", what, remedy)
            return None, Place(event.start_mark, event.end_mark, readable=False)
        known = len(self.problems)
        if event.anchor is not None:
            self.refuse_property(event, "anchor", "&")
        if event.tag is not None:
            self.refuse_property(event, "tag", "!")
        if kind is events.ScalarEvent:
            value = self.scalar(event)
            readable = (
                all(one.rule == "ambiguous" for one in self.problems[known:]) and _REFUSED_CHARACTER not in event.value
            )
            return value, Place(event.start_mark, event.end_mark, readable=readable)
        if depth == self.nesting:
            self.refuse(
                event,
                "nesting",
                _("there cannot be a list or a group of keys here"),
                _("Put text that begins with `[` or `{` in quotes.")
                if event.flow_style
                else _("Compare the spaces before this line with another assessment."),
            )
            return self.skipped(event)
        return self.mapping(event, depth + 1) if kind is events.MappingStartEvent else self.sequence(event, depth + 1)

    def refuse_property(self, event: Any, name: str, sign: str) -> None:
        """Refuse the anchor or tag before a value, with which the event begins."""
        line, column = event.start_mark.line, event.start_mark.column
        # As written in the file, if it is on the same line: the parser expands `!!str` to `tag:yaml.org,2002:str`.
        written = re.search(rf"{sign}\S*", self.source.line(line)[column:])
        column, text = (column + written.start(), written[0]) if written else (column, sign)
        what = _("`%(text)s` is not text to YAML, but a mark of its own", text=shorten(text))
        remedy = _("Delete it. If it is text that begins with `%(sign)s`, put the whole text in quotes.", sign=sign)
        self.problems.append(self.source.problem(Span(line, column, len(text)), name, what, remedy))

    def skipped(self, start: Any) -> tuple[object, Place]:
        """Skip a list or mapping, so that problems after it are found too."""
        open_ones = 1
        while open_ones:
            if open_ones > self.nesting:  # an attack: the parser's time is quadratic in the depth
                raise _AbandonedError
            event = self.next()
            kind = type(event)
            open_ones += kind in (events.SequenceStartEvent, events.MappingStartEvent)
            open_ones -= kind in (events.SequenceEndEvent, events.MappingEndEvent)
        return None, Place(start.start_mark, event.end_mark, readable=False)

    def scalar(self, event: Any) -> object:
        text: str = event.value
        if event.implicit[0] and event.tag is None and not event.style:
            return self.unquoted(event)
        hidden = _ESCAPED.findall(text) if self.escapes and event.style == '"' else []
        # Where the source had such characters, their replacement is not from an escape.
        hidden = [character for character in hidden if character != _REFUSED_CHARACTER or not self.replaced]
        if "\t" in hidden:
            self.refuse(event, "tab", _("there is a tab in this text, written as `\\t`"), _("Write a space."))
        for character in sorted(set(hidden) - {"\t"}):
            self.refuse(
                event,
                "unseen-character",
                _(
                    "there is an invisible character in this text, %(name)s, written with a backslash",
                    name=character_name(character),
                ),
                _("Delete the backslash and its code. Such characters can make text look like something else."),
            )
        return text

    def unquoted(self, event: Any) -> object:
        """Return the value of a scalar without quotes; refuse it where programs differ about it."""
        self.check_question_mark(event)
        value, readings = read_scalar(event.value)
        if readings is not None:
            shown, (some, others) = shorten(event.value), readings
            what = _(
                "`%(value)s` is %(some)s to some programs and %(others)s to others",
                value=shown,
                some=some,
                others=others,
            )
            if TRUTH in readings:
                remedy = _('Write `true` or `false`. If it is text, put it in quotes: `"%(value)s"`.', value=shown)
            elif TEXT in readings:
                remedy = _('If it is text, put it in quotes: `"%(value)s"`.', value=shown)
            else:
                remedy = _(
                    'Write the number in plain digits. If it is text, put it in quotes: `"%(value)s"`.', value=shown
                )
            self.refuse(event, "ambiguous", what, remedy)
        return value

    def check_question_mark(self, event: Any) -> None:
        """Refuse a question mark in text without quotes in brackets: PyYAML's own parser ends the text there, libyaml doesn't."""
        if self.brackets and "?" in event.value:
            what = _("not all programs can read a question mark in text without quotes in brackets")
            self.refuse(event, "ambiguous", what, in_quotes(shorten(event.value)))

    def sequence(self, start: Any, depth: int) -> tuple[object, Place]:
        self.brackets += bool(start.flow_style)
        values: list[object] = []
        places: list[Place] = []
        get = self.get
        while type(event := get()) is not events.SequenceEndEvent:
            self.last = event
            value, place = self.node(event, depth)
            values.append(value)
            places.append(place)
        self.last = event
        self.brackets -= bool(start.flow_style)
        return values, Place(start.start_mark, _end(start, event), places)

    def mapping(self, start: Any, depth: int) -> tuple[object, Place]:
        self.brackets += bool(start.flow_style)
        values: dict[str, object] = {}
        places: dict[str, Place] = {}
        keys: dict[str, Any] = {}
        get = self.get
        while type(event := get()) is not events.MappingEndEvent:
            self.last = event
            key = self.key(event, depth)
            self.last = following = get()
            if key is None and type(following) is events.AliasEvent:
                keys[REFUSED_KEY] = event  # the value of a merge key is part of the same mistake
                continue
            value, place = self.node(following, depth)
            if key is None:
                keys[REFUSED_KEY] = event
                continue
            if key in values:
                self.refuse(
                    event,
                    "duplicate-key",
                    _("`%(key)s` is already on line %(line)s", key=shorten(key), line=keys[key].start_mark.line + 1),
                    self.keep_one(start),
                )
                continue
            values[key], places[key], keys[key] = value, place, event
        self.last = event
        self.brackets -= bool(start.flow_style)
        return values, Place(start.start_mark, _end(start, event), places, keys)

    def keep_one(self, mapping: Any) -> str:
        mark = mapping.start_mark
        listed = self.source.line(mark.line)[: mark.column].endswith("- ")
        if not listed:
            return _("Keep one of the two.")
        return _("Keep one of the two. If a new item of the list begins here, write `- ` before it.")

    def key(self, event: Any, depth: int) -> str | None:
        """Return the text of a key; None where it was refused."""
        kind = type(event)
        if kind is events.ScalarEvent and self.plain and event.anchor is None and event.tag is None:
            key: str = event.value
            if key != "<<":
                if not event.style:
                    self.check_key(event)
                return key
        if kind is events.ScalarEvent and event.value == "<<" and not event.style:
            self.refuse(event, "merge-key", _("`<<` inserts text from another place"), _("Write the keys and values."))
            return None
        if kind not in (events.ScalarEvent, events.AliasEvent):
            self.refuse(event, "key", _("this key is not plain text"), _("Write one word and a colon after it."))
        if kind is events.ScalarEvent and event.tag is None and not event.style:
            self.check_key(event)
        self.node(event, depth)
        return event.value if kind is events.ScalarEvent and _REFUSED_CHARACTER not in event.value else None

    def check_key(self, event: Any) -> None:
        """Refuse a key without quotes that isn't text to all programs."""
        self.check_question_mark(event)
        value, readings = read_scalar(event.value)
        if readings is not None or not isinstance(value, str):
            shown = shorten(event.value)
            what = _("not all programs read the key `%(key)s` as text", key=shown)
            self.refuse(event, "ambiguous", what, in_quotes(shown))


def event_span(event: Any) -> Span:
    """Return the span of a parser's event."""
    return span_between(event.start_mark, event.end_mark)


def _end(start: Any, end: Any) -> Any:
    """Return the end mark of a list or mapping; its start without brackets, because then the parsers differ."""
    return end.end_mark if start.flow_style else start.start_mark
