"""Commands in comments: one per line, at the line's beginning, and never in what is quoted or shown as code."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Verb(StrEnum):
    """What a command asks for, as it is written behind the slash."""

    RECHECK = "recheck"
    COI = "coi"
    DISPUTE = "dispute"
    CONCERN = "concern"
    RESOLVE = "resolve"
    HOLD = "hold"
    UNHOLD = "unhold"
    FCP = "fcp"
    RECLASSIFY = "reclassify"
    NOTIFIED = "notified"
    REPLY = "reply"
    VOTE = "vote"
    APPEAL = "appeal"


class Command(NamedTuple):
    """One line that asks the bot for something."""

    verb: Verb
    words: tuple[str, ...]
    """What stands behind it, word by word."""

    @property
    def text(self) -> str:
        """The line, with single spaces."""
        return " ".join((f"/{self.verb}", *self.words))


# The lines of Markdown (CommonMark 2.1, https://spec.commonmark.org/0.31.2/#line-ending). What `splitlines` takes for an
# end as well, such as U+2028, is shown in the middle of a line.
_LINE_END = re.compile(r"\r\n|\n|\r")
_BLANK = " \t"
_ITEM = r"(?:[-*+]|[0-9]{1,9}[.)])(?=[ \t])"
# Up to three spaces before it: four make code of it (CommonMark 4.5). It may begin an item of a list.
_FENCE = re.compile(rf"(?P<item>(?: {{0,3}}{_ITEM})*) {{0,3}}(?P<fence>`{{3,}}|~{{3,}})(?P<rest>.*)")
_QUOTE = re.compile(rf"(?:[ \t]*{_ITEM})*[ \t]*>")
# An item with nothing in it ends no paragraph (CommonMark 5.2).
_BEGINS_ANEW = re.compile(rf" {{0,3}}(?:{_ITEM}[ \t]+[^ \t]|#{{1,6}}(?:[ \t]|$))")
# HTML in which nothing is Markdown (CommonMark 4.6, kinds 1 and 2), with what ends it.
_COMMENT_END = re.compile(r"-->")
_RAW_END = re.compile(r"</(?:pre|script|style|textarea)>", re.IGNORECASE)
_RAW = (
    (re.compile(r" {0,3}<(?:pre|script|style|textarea)(?:[\s>]|$)", re.IGNORECASE), _RAW_END),
    (re.compile(r" {0,3}<!--"), _COMMENT_END),
)
# What goes on over the ends of lines: code between backticks, and comments of HTML, which nobody sees.
_SPAN = re.compile(r"(?<![`\\])(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)|<!--.*?(?:-->|\Z)", re.DOTALL)
_SHOWN_OTHERWISE = re.compile(r"<(?P<closes>/?)(?:blockquote|code|pre)\b", re.IGNORECASE)


def commands(body: str) -> list[Command]:
    """The commands of a comment in their order. Other lines that begin with a slash are none."""
    found = []
    for line in prose(body):
        verb, *words = line.split() or [""]
        # `split` forgets what stood before the slash, where a command has nothing.
        if line.startswith("/") and verb[1:] in list(Verb):
            found.append(Command(Verb(verb[1:]), tuple(words)))
    return found


class _Block(NamedTuple):
    """What none of the lines of is prose, to the one that has its end."""

    end: re.Pattern[str]
    indent: int = 0
    """Of the list's item in which it stands: a line further left ends that, and with it the block."""


def prose(body: str) -> Iterator[str]:
    """The lines that stand for themselves: not in code, not quoted, not in a comment of HTML, which nobody sees."""
    depth = 0
    for paragraph in _paragraphs(body):
        text = _SPAN.sub(lambda span: " " if span[0][0] == "<" else _LINE_END.sub(" ", span[0]), "\n".join(paragraph))
        for line in text.split("\n"):
            if not depth:
                yield line
            for tag in _SHOWN_OTHERWISE.finditer(_SPAN.sub("", line)):
                depth = max(depth - 1, 0) if tag["closes"] else depth + 1


def _paragraphs(body: str) -> Iterator[list[str]]:
    """The lines outside of blocks of code, quotes and raw HTML, those together that may share a span."""
    lines: list[str] = []
    block, quoted = None, False
    for line in _LINE_END.split(body):
        blank = not line.strip(_BLANK)
        if block and not blank and len(line) - len(line.lstrip(" ")) < block.indent:
            block = None
        if block:
            block = None if block.end.search(line) else block
            continue
        block = _begun(line)
        # What follows a quote without a blank line goes on with it ("laziness", CommonMark 5.1).
        quoted = not blank and not block and (quoted or _QUOTE.match(line) is not None)
        if blank or block or quoted or _BEGINS_ANEW.match(line):
            yield lines
            lines = []
        if block:
            block = None if block.end.search(line, 1) and not _FENCE.match(line) else block
        elif not quoted:
            lines.append(line)
        elif "<!--" in line and "-->" not in line.rpartition("<!--")[2]:
            # What a comment of HTML hides goes on behind the quote in which it begins.
            block = _Block(_COMMENT_END)
    yield lines


def _begun(line: str) -> _Block | None:
    """The block that a line begins, if it does."""
    if (found := _FENCE.match(line)) and not (found["fence"][0] == "`" and "`" in found["rest"]):
        indent = len(found["item"]) + 1 if found["item"] else 0
        return _Block(re.compile(rf"^ {{0,{indent + 3}}}{found['fence']}{found['fence'][0]}*[ \t]*$"), indent)
    return next((_Block(end) for begin, end in _RAW if begin.match(line)), None)
