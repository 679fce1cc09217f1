"""Commands in comments: one per line, at the line's beginning, and never in what is quoted, hidden, or shown as code.

markdown-it-py says what is a quote, code, a table, or HTML, by CommonMark and GitHub's tables. What HTML itself hides is
found from its tags.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token


class Verb(StrEnum):
    """Request of a command, as it is written behind the slash."""

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
    """Line that asks the bot for something."""

    verb: Verb
    words: tuple[str, ...]
    """What follows the verb, word by word."""

    @property
    def text(self) -> str:
        """Return the line, with single spaces."""
        return " ".join((f"/{self.verb}", *self.words))


# Line ends of CommonMark (2.1), https://spec.commonmark.org/0.31.2/#line-ending. `splitlines` knows more, such as U+2028.
_LINE_END = re.compile(r"\r\n|\n|\r")
# White space that means nothing to CommonMark, but that the parser trims, with whole lines: then line numbers would not
# fit. It passes the parser as characters that no text from GitHub has.
_SPACES = "\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_ODD_SPACES = dict(enumerate(_SPACES, start=0xDC00))
_HIDE_SPACES = {ord(space): hidden for hidden, space in _ODD_SPACES.items()}
_MAY_COMMAND = re.compile(rf"(?:^|[\r\n])/(?:{'|'.join(Verb)})")
_LEAVES = frozenset({"inline", "tr_open", "html_block", "fence", "code_block"})
# HTML in which nothing is shown, or nothing is Markdown (CommonMark 4.6, kinds 1 to 5); <pre> counts by its tags.
_NOT_SHOWN = re.compile(r"\s*<(?:[!?]|(?:script|style|textarea)(?=[\s>]))", re.IGNORECASE)
_QUOTE_OR_CODE = re.compile(r"<(?P<closes>/?)(?:blockquote|code|pre)\b", re.IGNORECASE)
# Deeper levels of quotes, lists and brackets are ignored. With these, 64 KiB of the worst text take a second.
_NESTED_BLOCKS, _NESTED_SPANS = 100, 20


def commands(body: str) -> list[Command]:
    """Return the commands of a comment in their order. Other lines that begin with a slash are none."""
    if not _MAY_COMMAND.search(body):
        return []  # Most comments have none, and are not worth parsing.
    found = []
    for line in prose(body):
        verb, *words = line.split() or [""]
        # `split` drops what is before the slash, where a command has nothing.
        if line.startswith("/") and verb[1:] in list(Verb):
            found.append(Command(Verb(verb[1:]), tuple(words)))
    return found


def prose(body: str) -> Iterator[str]:
    """Yield the lines that are shown outside of quotes and code, as they are written.

    What is shown on one line comes as one, with a space for each comment of HTML. Rows of tables begin with a bar.
    """
    depth = 0  # of elements of HTML that are quotes or code
    for block in _blocks(body):
        for line, tags in _shown_lines(block):
            if block.is_shown and not depth:
                yield line.translate(_ODD_SPACES)
            for tag in filter(None, map(_QUOTE_OR_CODE.match, tags)):
                depth = max(depth - 1, 0) if tag["closes"] else depth + 1


class _ProseBlock(NamedTuple):
    """Block of Markdown or HTML that is neither a quote nor code."""

    lines: list[str]
    """As they are written, with their indentation."""
    spans: Sequence[Token] = ()
    """Text, line breaks and tags."""
    is_shown: bool = True


def _blocks(body: str) -> Iterator[_ProseBlock]:
    source = _LINE_END.sub("\n", body).translate(_HIDE_SPACES)
    lines = source.split("\n")
    parsers = _parsers()
    quotes, in_comment, kind = 0, False, ""
    for token in parsers.blocks.parse(source):
        parent, kind = kind, token.type
        if kind in ("blockquote_open", "blockquote_close"):
            quotes += token.nesting
        if kind not in _LEAVES or token.map is None:
            continue
        own, text = lines[slice(*token.map)], token.content
        if in_comment:
            in_comment = not any("-->" in line for line in own)
            continue
        if kind == "html_block" and (start := text.find("<!--", text.rfind("-->") + 1)) >= 0:
            # The block ends with its quote or its item of a list; what a comment of HTML hides goes on behind them.
            in_comment, text = True, text[:start]
            own = own[: text.count("\n") + 1]
        if quotes:
            continue
        if kind == "html_block":
            yield _ProseBlock(own, _spans(parsers.html, text), is_shown=not _NOT_SHOWN.match(token.content))
        elif kind == "tr_open":
            yield _ProseBlock([f"|{own[0].removeprefix('|')}"])
        elif parent in ("paragraph_open", "heading_open"):
            yield _ProseBlock(own, _spans(parsers.text, text))


def _spans(parser: MarkdownIt, text: str) -> Sequence[Token]:
    (inline,) = parser.parseInline(text)
    return inline.children or ()


def _shown_lines(block: _ProseBlock) -> Iterator[tuple[str, list[str]]]:
    """Yield what is shown on each line, and the tags of HTML in it."""
    first, tags = 0, list[str]()
    for span in block.spans:
        if span.type == "html_inline":
            tags.append(span.content)
        elif span.type in ("softbreak", "hardbreak"):
            yield _shown_line(block.lines[first : span.meta["line"]], tags), tags
            first, tags = span.meta["line"], []
    yield _shown_line(block.lines[first:], tags), tags


def _shown_line(lines: list[str], tags: list[str]) -> str:
    text = "\n".join(lines)
    for tag in tags:
        if tag.startswith(("<!", "<?")):
            text = text.replace(tag, " ", 1)
    return text.removesuffix("\\").replace("\n", " ")


# ---- the parser ------------------------------------------------------------------------------------------------------


class _Parsers(NamedTuple):
    """Parsers of a comment's blocks, and of what is in one of Markdown and in one of HTML."""

    blocks: MarkdownIt
    text: MarkdownIt
    html: MarkdownIt


@cache
def _parsers() -> _Parsers:
    from markdown_it import MarkdownIt  # not needed by most commands, and slow to import
    from markdown_it.rules_block import table
    from markdown_it.rules_inline import escape, newline

    parsers = _Parsers(
        MarkdownIt("commonmark", {"maxNesting": _NESTED_BLOCKS}).disable(["reference", "inline"]),
        MarkdownIt("commonmark", {"maxNesting": _NESTED_SPANS}).disable(["emphasis", "entity"]),
        MarkdownIt("zero", {"html": True}).enable(["html_inline", "newline"]),
    )
    # GitHub makes a table of what would be a paragraph; the parser's own rule comes before all others.
    parsers.blocks.block.ruler.before("lheading", "table_of_github", table, {"alt": ["paragraph", "reference"]})
    # GitHub takes any address for one. The parser refuses some, and fails to encode surrogates.
    parsers.text.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parsers.text.validateLink = lambda _: True  # type: ignore[method-assign,assignment]
    for parser in parsers[1:]:
        parser.inline.ruler.at("newline", _numbering(newline))
        parser.inline.ruler.at("escape", _numbering(escape))
    return parsers


def _numbering(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """Return a parser's rule that also says of each line break which line it begins."""

    def numbering(state: StateInline, silent: bool) -> bool:
        if not rule(state, silent):
            return False
        if not silent:
            state.tokens[-1].meta = {"line": state.src.count("\n", 0, state.pos)}
        return True

    return numbering
