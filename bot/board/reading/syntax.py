"""Explanations of YAML parsers' errors: the mistakes that people really make, and how to fix them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.board.reading.source import Span
from bot.text.catalogue import _

if TYPE_CHECKING:
    import yaml

    from bot.board.model.problem import Problem
    from bot.board.reading.source import Source
    from bot.text.catalogue import Message

_QUOTE = _("Put the whole text into double quotes.")


_CONFLICT = (
    _("this line is the mark of a merge conflict"),
    _("Keep what is right of both sides, and delete the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`."),
)
_FENCE = (
    _("this line belongs to Markdown, where it marks code"),
    _("Delete the lines that begin with three backticks."),
)
_CLOSE = _("Close it at the end of the text, or delete it.")


class _Explanation(NamedTuple):
    """The explanation of a parser's error message (libyaml's or PyYAML's own)."""

    pattern: str
    what: Message
    remedy: Message
    at_context: bool = False
    """Whether the mistake is where the parser began the part, not where it stopped."""


_ESCAPE = _Explanation(
    r"^(?!.*tag).*(escape|hexdecimal)",
    _("after a backslash in double quotes, YAML expects a code such as `n`, and this is none"),
    _("Write the backslash twice, or use single quotes."),
)

_EXPLANATIONS = (
    _Explanation(
        r"found unexpected end of stream|while scanning a quoted scalar",
        _("the quotation mark that opens here is never closed"),
        _CLOSE,
        at_context=True,
    ),
    _ESCAPE,
    _Explanation(r"cannot start any token", _("text without quotes cannot begin with this character"), _QUOTE),
    _Explanation(
        r"while scanning a block scalar", _("text without quotes cannot begin with `>` or `|`"), _QUOTE, at_context=True
    ),
    _Explanation(
        r"could not find expected ':'|simple key",
        _("this line is neither `key: value` nor `- item`"),
        _("Write a space after the colon. Keep a long text on one line, or write spaces before its further lines."),
        at_context=True,
    ),
    _Explanation(
        r"expected ',' or '\]'",
        _("the list that opens here is never closed, or a comma is missing in it"),
        _(
            "Write commas between the items and `]` at the end, as in `[text, image]`. Put text that begins with `[` in quotes."
        ),
        at_context=True,
    ),
    _Explanation(
        r"expected ',' or '}'",
        _("the brace that opens here is never closed, or a comma is missing after it"),
        _("Close it with `}`, as in `{level: closed}`. Put text that begins with `{` in quotes."),
        at_context=True,
    ),
    _Explanation(
        r"node content",
        _("a value is missing before this character"),
        _("Put text with `,`, `[`, `]`, `{` or `}` in double quotes."),
    ),
    _Explanation(
        r"document start",
        _("there is text after the end of the document"),
        _("Delete the line with `...`, or what follows it."),
    ),
    _Explanation(
        r"expected <block end>|did not find expected (key|'-' indicator)|sequence entries are not allowed"
        r"|block (collection|mapping|sequence)",
        _("the number of spaces before this line does not match the lines above"),
        _("Write the same number of spaces before keys of the same group, and two more before what is inside them."),
    ),
    _Explanation(
        r"directive|incompatible YAML",
        _("this is a YAML directive"),
        _("Delete the line that begins with `%%`, or put text that begins with `%%` in quotes."),
    ),
    _Explanation(
        r"alphabetic or numeric|anchor|alias|tag",
        _("text without quotes cannot begin with `*`, `&` or `!`"),
        _QUOTE,
        at_context=True,
    ),
)

_FOREIGN_LINE = re.compile(r"^(?:(?P<conflict>(?:<{7}|\|{7}|={7}|>{7})(?: .*)?)|`{3}.*)\r?$", re.MULTILINE)
"""A line that git or Markdown understands, not YAML."""
_UNKNOWN = _Explanation("", _("this is not valid YAML"), _("Compare these lines with another assessment."))


def explain(source: Source, error: yaml.MarkedYAMLError, last: Any = None) -> Problem:
    """Return the problem that caused a parser's error, with the rule `yaml`. `last` is the event before the error."""
    message = f"{error.context or ''} {error.problem or ''}"
    if foreign := _FOREIGN_LINE.search(source.text):
        what, remedy = _CONFLICT if foreign["conflict"] else _FENCE
        return source.problem(source.position(foreign.start())._replace(width=len(foreign[0])), "yaml", what, remedy)
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
            what, remedy = _("a space is missing after this colon"), _("Write `key: value`.")
        elif found := re.match(r" *-(?=[a-z_]+:(?: |$))", text):
            what, remedy = _("a space is missing after this dash"), _("Write `- key: value`.")
        else:
            continue
        return source.problem(Span(number, found.end() - 1), "yaml", what, remedy)
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
        what, remedy = _("there is more text after `%(sign)s`", sign=sign), _QUOTE
    elif start.line < end.line:
        line, column = start.line, start.column
        what = _("the quotation mark that opens here is not closed before line %(line)s", line=end.line + 1)
        remedy = _CLOSE
    else:
        what = _("there is more text after the closing quotation mark")
        inside = '\\"' if sign == '"' else "''"
        remedy = _(
            "Put the whole text into quotes of the other kind, or write `%(inside)s` inside of these.", inside=inside
        )
    return source.problem(Span(line, column), "yaml", what, remedy)


def _second_colon(source: Source, line: int, column: int) -> Problem:
    """Return the problem of a colon where no key is allowed: in a text, or after a key that is indented too far."""
    text = source.line(line)
    if ": " in text[:column]:
        what = _("text without quotes cannot contain a colon with a space after it")
        remedy = _('Put the whole text into double quotes, as in `fact: "Two sizes: 7B and 70B"`.')
        return source.problem(Span(line, column), "yaml", what, remedy)
    key = text[:column].lstrip(" ")
    return source.problem(
        Span(line, column - len(key), len(key)),
        "yaml",
        _("there are more spaces before this line than before the line above, which has its value already"),
        _("Begin it in the same column as the key above. If it is the rest of a text, put the whole text into quotes."),
    )
