"""Explanations of YAML parsers' errors: the mistakes that people really make, and how to fix them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.board.reading.source import Span, character_name

if TYPE_CHECKING:
    import yaml

    from bot.board.model.problem import Problem
    from bot.board.reading.source import Source

_QUOTE = "Put the whole text into double quotes."


class _Explanation(NamedTuple):
    """The explanation of a parser's error message (libyaml's or PyYAML's own)."""

    pattern: str
    at_context: bool
    """Whether the mistake is where the parser began the part, not where it stopped."""
    what: str
    remedy: str


_ESCAPE = _Explanation(
    r"^(?!.*tag).*(escape|hexdecimal)",
    False,
    "a backslash in double quotes begins an escape, and this one doesn't exist",
    "Write the backslash twice, or use single quotes.",
)

_EXPLANATIONS = (
    _Explanation(
        r"found unexpected end of stream|while scanning a quoted scalar",
        True,
        "the quotation mark that opens here is never closed",
        "Close it at the end of the text, or delete it.",
    ),
    _ESCAPE,
    _Explanation(r"cannot start any token", False, "text without quotes can't begin with this character", _QUOTE),
    _Explanation(r"while scanning a block scalar", True, "text without quotes can't begin with > or |", _QUOTE),
    _Explanation(
        r"could not find expected ':'|simple key",
        True,
        "a line that is neither `key: value` nor `- item` begins here",
        "Write a space after the colon, and keep a long text on one line or indent its further lines.",
    ),
    _Explanation(
        r"expected ',' or '\]'",
        True,
        "the list that opens here is never closed, or a comma is missing in it",
        "Separate with commas and close with ] as in [text, image]; put text that begins with [ into quotes.",
    ),
    _Explanation(
        r"expected ',' or '}'",
        True,
        "the brace that opens here is never closed, or a comma is missing behind it",
        "Close it with } as in {level: closed}; put text that begins with { into quotes.",
    ),
    _Explanation(
        r"node content",
        False,
        "a value is missing before this character",
        "Put text that has , [ ] { or } in it into double quotes.",
    ),
    _Explanation(
        r"document start",
        False,
        "something stands after the end of the document",
        "Delete the line with `...` or what follows it.",
    ),
    _Explanation(
        r"expected <block end>|did not find expected (key|'-' indicator)|sequence entries are not allowed"
        r"|block (collection|mapping|sequence)",
        False,
        "the indentation of this line doesn't fit the lines above",
        "Keys that belong together begin in the same column, and what is inside them two spaces further right.",
    ),
    _Explanation(
        r"directive|incompatible YAML",
        False,
        "a YAML directive stands here",
        "Delete the line that begins with %, or put text that begins with % into quotes.",
    ),
    _Explanation(
        r"alphabetic or numeric|anchor|alias|tag", True, "text without quotes can't begin with *, & or !", _QUOTE
    ),
)

_UNKNOWN = _Explanation("", False, "this is no valid YAML", "Compare the lines here with another assessment.")


def explain(source: Source, error: yaml.MarkedYAMLError, last: Any = None) -> Problem:
    """Return the problem that caused a parser's error, with the rule `yaml`. `last` is the event before the error."""
    message = f"{error.context or ''} {error.problem or ''}"
    if error.problem_mark:
        line, column = error.problem_mark.line, error.problem_mark.column
        found = _missing_space(source, line) or _goes_on(source, message, last, line, column)
        if "mapping values are not allowed" in message:
            found = found or _second_colon(source, line, column)
        if found:
            return found
    explanation = next((known for known in _EXPLANATIONS if re.search(known.pattern, message)), _UNKNOWN)
    mark = (error.context_mark if explanation.at_context else None) or error.problem_mark or error.context_mark
    # Parsers report something missing at the end of the file in different lines after it.
    place = Span(mark.line, mark.column) if mark else Span(0, 0)
    place = min(place, source.position(len(source.text.rstrip())))
    if explanation is _ESCAPE:  # PyYAML's parser is behind the backslash, libyaml's on it
        place = place._replace(column=max(0, source.line(place.line).rfind("\\", 0, place.column + 1)))
    return source.problem(place, "yaml", explanation.what, explanation.remedy)


def _missing_space(source: Source, line: int) -> Problem | None:
    """Return the problem of a colon or dash without a space after it, which parsers report one line too late."""
    for number in (line, line - 1):
        text = source.line(number) if number >= 0 else ""
        if found := re.match(r" *(?:- )?[a-z_]+:(?=[^ \t\r:/])", text):
            sign, remedy = "colon", "Write `key: value`."
            if text[found.end()].isspace():
                remedy += f" What looks like a space is the character {character_name(text[found.end()])}."
        elif found := re.match(r" *-(?=[a-z_]+:(?: |$))", text):
            sign, remedy = "dash", "Write `- key: value`."
        else:
            continue
        return source.problem(Span(number, found.end() - 1), "yaml", f"a space is missing after this {sign}", remedy)
    return None


def _goes_on(source: Source, message: str, last: Any, line: int, column: int) -> Problem | None:
    """Return the problem of a text of which only the beginning is in quotes or brackets, or whose quotes close too late."""
    if not re.search(r"expected <block end>|did not find expected key", message) or last is None:
        return None
    start, end = last.start_mark, last.end_mark
    sign = source.line(end.line)[end.column - 1 : end.column]
    if end.line != line or sign not in ("'", '"', "]", "}"):
        return None
    if sign in ("]", "}"):
        what, remedy = f"text goes on after {sign}", _QUOTE
    elif start.line < end.line:
        line, column = start.line, start.column
        what = f"the quotation mark that opens here is closed only in line {end.line + 1}"
        remedy = "Close it at the end of the text, or delete it."
    else:
        what = "text goes on after the closing quotation mark"
        inside = '\\"' if sign == '"' else "''"
        remedy = f"Put the whole text into quotation marks of the other kind, or write {inside} inside of these."
    return source.problem(Span(line, column), "yaml", what, remedy)


def _second_colon(source: Source, line: int, column: int) -> Problem:
    """Return the problem of a colon where no key is allowed: in a text, or after a key that is indented too far."""
    text = source.line(line)
    if ": " in text[:column]:
        what = "a colon followed by a space stands inside text without quotes"
        remedy = _QUOTE.replace(".", ', as in `fact: "Two sizes: 7B and 70B"`.')
        return source.problem(Span(line, column), "yaml", what, remedy)
    key = text[:column].lstrip(" ")
    return source.problem(
        Span(line, column - len(key), len(key)),
        "yaml",
        "this line is indented further than the line above, which has its value already",
        "Begin it in the same column as the key above; if it is the rest of a text, put the whole text into quotes.",
    )
