"""Commands in comments: lines of prose that people see on GitHub, and what nearly is one.

cmark-gfm, GitHub's own renderer, makes HTML of a comment, and the HTML is read as browsers read it. A command is a line of
what is shown, outside of quotes and code, that does not begin an item of a list or a heading: people explain commands there.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum, StrEnum, auto
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from bot.text.html_tree import TEXT, parse_html, tag_names, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


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
    SEEN = "seen"
    REPLY = "reply"
    VOTE = "vote"
    APPEAL = "appeal"


OBJECTIONS = frozenset({Verb.HOLD, Verb.CONCERN})
"""Commands that stop a merge. They also count in a comment that can't be read."""


class Command(NamedTuple):
    """Line that asks the bot for something."""

    verb: Verb
    words: tuple[str, ...]
    """What follows the verb, word by word, as it is shown."""

    @property
    def text(self) -> str:
        """Return the line, with single spaces."""
        return " ".join((f"/{self.verb}", *self.words))


class NearMiss(NamedTuple):
    """Line that is no command, whose author probably takes it for one."""

    verb: Verb
    """The command that is probably meant."""
    text: str
    """The line, with single spaces."""


Request: TypeAlias = Command | NearMiss


@lru_cache(maxsize=256)
def requests(body: str) -> tuple[Request, ...]:
    """Return the commands of a comment in their order, and its first near miss where no command repeats it."""
    if not _MAY_COMMAND.search(body):
        return ()  # Most comments have none, and are not worth rendering.
    found: list[Request] = []
    missed: NearMiss | None = None
    begun = _FirstWords.of(body)
    lines = list(_lines(body))
    if (
        len(lines) == 1
        and (alone := _ONLY_CODE.fullmatch(lines[0].text))
        and lines[0].kind in (_Kind.CODE, _Kind.APART)
    ):
        # Nobody explains a command without a word about it.
        lines = [_Line(alone[1], _Kind.JOINED)]
    for line in _with_mail_quoted(lines):
        if not (words := _words_of(line)):
            continue
        if (command := _command(line, words, begun)) is not None:
            found.append(command)
        elif missed is None:
            missed = _near_miss(line, words, begun)
    if missed and all(missed.verb is not command.verb for command in found):
        found.append(missed)
    return tuple(found)


def commands(body: str) -> list[Command]:
    """Return the commands of a comment in their order."""
    return [request for request in requests(body) if isinstance(request, Command)]


def prose(body: str) -> Iterator[str]:
    """Yield the lines that are shown outside of quotes and code."""
    yield from (line.text for line in _lines(body) if line.kind not in (_Kind.QUOTED, _Kind.APART))


# ---- lines -----------------------------------------------------------------------------------------------------------


class _Kind(Enum):
    """Where a line is shown."""

    PROSE = auto()
    LISTED = auto()
    """In an item of a list, or in a heading."""
    JOINED = auto()
    """In a table, in a drop-down list, which parsers read differently, or behind other words of an element of HTML."""
    QUOTED = auto()
    CODE = auto()
    """It begins with code, or the like."""
    APART = auto()
    """In a block of code, or struck through."""
    UNREAD = auto()
    """In a comment that is too large or too deep once it is rendered."""


class _Line(NamedTuple):
    """Line as it is shown."""

    text: str
    kind: _Kind


_TAGS = {
    _Kind.APART: "pre del s strike",
    _Kind.QUOTED: "blockquote",
    _Kind.CODE: "code kbd samp tt var q",
    _Kind.JOINED: "table select",
    _Kind.LISTED: "li h1 h2 h3 h4 h5 h6",
}
"""Elements by the kind of the lines in them, the strictest first."""
_KINDS = {tag: kind for kind, tags in _TAGS.items() for tag in tags.split()}
_SILENT = (_Kind.APART, _Kind.CODE, _Kind.QUOTED)


_INLINE = tag_names(
    "a abbr b bdi bdo big cite data dfn em font g-emoji i img input ins mark nobr ruby rb rt rtc small span "
    "strong sub sup time u wbr code kbd samp tt var q del s strike"
)
# GitHub's sanitizer takes these away with what is in them, or shows nothing of it. Of all others it keeps the text.
_HIDDEN = tag_names("head iframe math noembed noframes noscript plaintext rp script style svg template xmp")
_EXTENSIONS = ("table", "strikethrough", "autolink", "tagfilter")
_MOST_TAGS = 10_000
"""Most tags of a rendered comment, which take a twentieth of a second. A table of 4,500 cells has as many."""
_LINE_END = re.compile(r"\r\n|\n|\r")
_SURROGATES = re.compile("[\ud800-\udfff]")


def _lines(body: str) -> Iterator[_Line]:
    """Yield the lines of a comment as they are shown, without what is hidden."""
    html = _render(body)
    # Without a doctype and <body>, a frameset in the comment would replace all of it.
    root = parse_html(f"<!doctype html><body>{html}", scripting=False) if html.count("<") <= _MOST_TAGS else None
    if root is None:
        yield from (_Line(line, _Kind.UNREAD) for line in _LINE_END.split(body))
        return
    inside = dict.fromkeys(_TAGS, 0)
    pieces: list[tuple[str, _Kind]] = []
    for node, tag, ends in walk(root, lambda _, tag: tag in _HIDDEN):
        if tag == TEXT:
            pieces.append((node.text_content or "", _strictest(inside)))
            continue
        if tag not in _INLINE:
            yield from _split(pieces)
            pieces.clear()
        kind = _KINDS.get(tag)
        if kind and not ends:
            inside[kind] += 1
        if tag == "code" and not inside[_Kind.APART]:
            pieces.append(("`", _strictest(inside)))
        if kind and ends:
            inside[kind] -= 1


def _strictest(inside: dict[_Kind, int]) -> _Kind:
    return next((kind for kind, depth in inside.items() if depth), _Kind.PROSE)


def _render(body: str) -> str:
    from cmarkgfm import cmark  # type: ignore[import-untyped]  # not needed by most commands, and slow to import

    # In comments GitHub shows each line end as one. https://docs.github.com/en/rest/markdown: mode "gfm".
    options = cmark.Options.CMARK_OPT_UNSAFE | cmark.Options.CMARK_OPT_HARDBREAKS | cmark.Options.CMARK_OPT_FOOTNOTES
    html: str = cmark.markdown_to_html_with_extensions(_SURROGATES.sub("\ufffd", body), options, _EXTENSIONS)
    return html


def _split(pieces: list[tuple[str, _Kind]]) -> Iterator[_Line]:
    """Yield the lines of a text. A line end that the renderer left in it is shown as a space: what follows begins no line."""
    text, kind, begins = "", _Kind.PROSE, True
    for piece, of_piece in pieces:
        for number, part in enumerate(piece.split("\n")):
            if number:
                if text.strip():
                    yield _Line(text, kind)
                    begins = False
                text = ""
            if not text.strip() and part.strip():
                kind = of_piece if begins or of_piece in _SILENT else _Kind.JOINED
            text += part
    if text.strip():
        yield _Line(text, kind)


_MAIL = re.compile(r"\W*[^\W\d][^:：\d]{0,30}[:：].*@(?:noreply\.|reply\.)?github\.com\b", re.IGNORECASE)
"""A line of the head of a notification, such as `From: NAME <notifications@github.com>`, in any language."""


def _with_mail_quoted(lines: Iterable[_Line]) -> Iterator[_Line]:
    """Yield the lines, as a quote from where an answer by mail repeats the notification without a mark, as Outlook does."""
    is_mail = False
    for line in lines:
        is_mail = is_mail or _MAIL.match(line.text) is not None
        is_kept = not is_mail or line.kind in (*_SILENT, _Kind.UNREAD)
        yield line if is_kept else line._replace(kind=_Kind.QUOTED)


# ---- commands and near misses ----------------------------------------------------------------------------------------

_SLASHES = dict.fromkeys(map(ord, "\u2044\u2215\u29f8\uff0f"), "/")
"""Characters that look like a slash; keyboards for Korean, Chinese and Japanese write the last of them."""
MAY_BEGIN = "/&\u2044\u2215\u29f8\uff0f"
"""Characters of which each comment with a command has one. The workflows start for no comment without one."""
_MAY_COMMAND = re.compile(f"[{MAY_BEGIN}]")
_LONGEST_WORD = 40
_MOST_MENTIONS = 5
_LONGEST_MISS = 100


class _FirstWords(NamedTuple):
    """Words that begin lines as they were written."""

    alone: frozenset[str]
    """Without a mark: Markdown goes on with a list or a quote until a blank line."""
    quoted: frozenset[str]
    """Behind the mark of a quote: HTML in the quote may end it where it is shown."""

    @classmethod
    def of(cls, body: str) -> _FirstWords:
        lines = [line.strip() for line in _LINE_END.split(body)]
        quoted = [line[found.end() :] for line in lines if (found := _QUOTE_MARK.match(line))]
        return cls(*(frozenset(each.split(maxsplit=1)[0] for each in some if each.strip()) for some in (lines, quoted)))


_QUOTE_MARK = re.compile(r"(?:(?:[-+*]|[0-9]{1,9}[.)])[ \t]+)*(?:>[ \t]*)+(?:(?:[-+*]|[0-9]{1,9}[.)])[ \t]+)*")


def _words_of(line: _Line) -> list[str]:
    """Return the words of a line that may be a command, the first one that can be seen in front; else none."""
    if line.kind in (_Kind.CODE, _Kind.APART) or not _MAY_COMMAND.search(line.text):
        return []
    words = line.text.split()
    while words and not _as_read(words[0]):
        del words[0]
    return words


def _command(line: _Line, words: list[str], begun: _FirstWords) -> Command | None:
    verb = _VERBS.get(_as_read(words[0]))
    return Command(verb, tuple(words[1:])) if verb and _counts(line.kind, verb, words[0], begun) else None


def _near_miss(line: _Line, words: list[str], begun: _FirstWords) -> NearMiss | None:
    if line.kind is _Kind.QUOTED and words[0] not in begun.alone:
        return None
    verb = _VERBS.get(_as_read(words[0])) or (None if line.kind is _Kind.UNREAD else _meant(words))
    return NearMiss(verb, " ".join(words[:_LONGEST_MISS])[:_LONGEST_MISS]) if verb else None


def _counts(kind: _Kind, verb: Verb, word: str, begun: _FirstWords) -> bool:
    match kind:
        case _Kind.PROSE:
            return word in begun.alone or word not in begun.quoted
        case _Kind.LISTED:
            return word in begun.alone
        case _Kind.UNREAD:
            return verb in OBJECTIONS
        case _:
            return False


def _as_read(word: str) -> str:
    """Return a word as people read it: without what can't be seen, in small letters, with a usual slash."""
    if word.isascii() or len(word) > _LONGEST_WORD:
        return word.lower()
    seen = "".join(letter for letter in word if unicodedata.category(letter) != "Cf")
    return unicodedata.normalize("NFKC", seen.translate(_SLASHES)).casefold()


_VERBS = {f"/{verb}": verb for verb in Verb}
_BY_LENGTH = sorted(Verb, key=len, reverse=True)


def _shortened(word: str) -> set[str]:
    """Return a word, and all words that are it without one letter."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


_NEAR = {each: verb for verb in Verb for each in _shortened(verb)}


_MARKS = re.compile(r"(?:\[[ x]?\]|[^\w/\u2044\u2215\u29f8\uff0f\\@.~$%=?&+])*", re.IGNORECASE)
"""What people put before a command: marks of lists, boxes to tick, quotation marks, brackets."""
_ONLY_CODE = re.compile(r"\s*`?([^`]*)`?\s*")


def _meant(words: list[str]) -> Verb | None:
    """Return the command that a line probably means, behind mentions of people too; None for any other line."""
    words = _MARKS.sub("", " ".join(words[: _MOST_MENTIONS + 3]), count=1).split()
    mentions = next((at for at, word in enumerate(words[: _MOST_MENTIONS + 1]) if not word.startswith("@")), 0)
    first, *others = (_as_read(word) for word in words[mentions : mentions + 2]) if words else ("",)
    name = others[0] if first == "/" and others else first.removeprefix("/")
    if not first.startswith("/") or "/" in name or not 2 < len(name) <= _LONGEST_WORD:
        return None
    begun = next((verb for verb in _BY_LENGTH if name.startswith(verb)), None)
    return begun or next((_NEAR[each] for each in sorted(_shortened(name)) if each in _NEAR), None)
