"""What a YAML parser's complaint means in plain words: the mistakes that people really make, and how to mend them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import yaml

    from bot.problem import Problem
    from bot.reading.source import Source

_QUOTE = "Put the whole text into double quotes."


class Complaint(NamedTuple):
    """What a parser says (libyaml or PyYAML's own), and what it means."""

    pattern: str
    at_context: bool
    """Whether the place to mend is where the parser was when it began the part, not where it gave up."""
    what: str
    remedy: str


_COMPLAINTS = (
    Complaint(
        r"mapping values are not allowed",
        False,
        "a colon followed by a space stands inside text without quotes, or this line is indented too far",
        _QUOTE + ' For example: fact: "Two sizes: 7B and 70B."',
    ),
    Complaint(
        r"found unexpected end of stream|while scanning a quoted scalar",
        True,
        "the quotation mark that opens here is never closed",
        "Close it at the end of the text, or delete it.",
    ),
    Complaint(
        r"found unknown escape character|escape sequence|did not find expected hexdecimal|expected escape",
        False,
        "a backslash in double quotes begins an escape, and this one doesn't exist",
        "Write the backslash twice, or use single quotes.",
    ),
    Complaint(
        r"cannot start any token",
        False,
        "text without quotes can't begin with this character",
        _QUOTE,
    ),
    Complaint(
        r"could not find expected ':'|simple key",
        True,
        "a line that is neither `key: value` nor `- item` begins here",
        "Write a space after the colon, and keep a long text on one line or indent its further lines.",
    ),
    Complaint(
        r"expected ',' or '[\]}]'",
        True,
        "the list that opens here is never closed, or a comma is missing in it",
        "Separate with commas and close with ] as in [text, image].",
    ),
    Complaint(
        r"expected <block end>|did not find expected (key|'-' indicator)|sequence entries are not allowed"
        r"|block (collection|mapping|sequence)",
        False,
        "the indentation of this line doesn't fit the lines above",
        "Keys that belong together begin in the same column, and what is inside them two spaces further right.",
    ),
    Complaint(
        r"directive|incompatible YAML",
        False,
        "a YAML directive stands here",
        "Delete the line that begins with %, or put text that begins with % into quotes.",
    ),
    Complaint(
        r"document start",
        False,
        "something stands after the end of the document",
        "Delete the line with `...` or what follows it.",
    ),
    Complaint(
        r"alphabetic or numeric|anchor|alias|tag",
        False,
        "text without quotes can't begin with * & or !",
        _QUOTE,
    ),
)

_UNKNOWN = Complaint("", False, "this is no valid YAML", "Compare the lines here with another assessment.")


def explain(source: Source, error: yaml.MarkedYAMLError) -> Problem:
    """The problem behind a parser's error, with rule `yaml`."""
    said = f"{error.context or ''} {error.problem or ''}"
    if error.problem_mark and (glued := _missing_space(source, error.problem_mark.line)):
        return glued
    complaint = next((known for known in _COMPLAINTS if re.search(known.pattern, said)), _UNKNOWN)
    mark = (error.context_mark if complaint.at_context else None) or error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    return source.problem(line, column, "yaml", complaint.what, complaint.remedy)


def _missing_space(source: Source, line: int) -> Problem | None:
    """The problem of a key without a space after its colon, which parsers only notice one line too late."""
    for number in (line, line - 1):
        if number >= 0 and (found := re.match(r" *(?:- )?[a-z_]+:(?=[^\s:/])", source.line(number))):
            return source.problem(
                number, found.end() - 1, "yaml", "a space is missing after this colon", "Write `key: value`."
            )
    return None
