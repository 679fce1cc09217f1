"""Characters that only look like those of YAML: curly quotes, full-width colons, dashes of text processors, odd spaces.

People paste them, and YAML takes them for text: the key or the value that somebody sees isn't there, and every other
message about the line is a riddle.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.board.model.problem import Problem, Severity
from bot.board.reading.rules import replace_lines
from bot.board.reading.source import Span, character_name
from bot.text.catalogue import _
from bot.text.shaping import shorten

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bot.board.reading.source import Source

_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_DASHES = "‐‑‒–—―−－"
_BULLETS = f"{_DASHES}•‣·・"
_COLONS = "：﹕∶"
_QUOTES = "“”„‟‘’‚‛«»‹›「」『』＂＇"
_SUSPICIOUS = re.compile(f"[{_SPACES}{_BULLETS}{_COLONS}{_QUOTES}]")
_LINE = re.compile(
    rf"^(?P<indent>[ {_SPACES}]*+)(?:(?P<dash>[-{_BULLETS}])[ {_SPACES}]*+)?[{_QUOTES}]?(?P<key>[a-z0-9_]++)[{_QUOTES}]?"
    rf"[ {_SPACES}]*+[:{_COLONS}](?P<after>[ {_SPACES}]*+)(?P<value>.*)"
)
_BLOCK = re.compile(r"[|>][-+0-9]*\s*$")
_LOOKALIKES = re.compile(f"[{_SPACES}{_DASHES}{_QUOTES}\uff01-\uff5e]")
_IN_QUOTES = re.compile(rf"[{_QUOTES}].*[{_QUOTES}]")
_QUOTING = frozenset({"quote", "fact", "note"})
"""Keys of texts that may well be a quotation as a whole."""
_CONSEQUENCES = frozenset({"yaml", "missing-key", "missing-criterion", "wrong-type", "nesting", "url-whitespace"})
"""Rules that a line with a wrong key breaks wherever it has become a part of another text."""
_OF_VALUES = frozenset({
    "date", "hub-id", "license", "license-not-spdx", "model-id", "out-of-range", "precedent-id", "unknown-criterion",
    "unknown-key", "unknown-level", "unknown-precedent", "unknown-word", "url-scheme", "value",
})  # fmt: skip
_PLAIN = str.maketrans(dict.fromkeys(_DASHES, "-"))


def name_typography(source: Source, problems: list[Problem], keys: Collection[str]) -> list[Problem]:
    """Return the problems, with those of a text's characters instead of others that they cause.

    `keys` are all keys that the document can have.
    """
    found = list(_of_lines(source, keys)) if _SUSPICIOUS.search(source.text) else []
    wrong = {each.line for each in found if each.severity is Severity.ERROR}
    kept = [_of_value(each) for each in problems if not (wrong and each.rule in _CONSEQUENCES)]
    refused = {each.line for each in kept if each.severity is Severity.ERROR}
    return [each for each in kept if each.line not in wrong] + [
        each for each in found if each.severity is Severity.ERROR or each.line not in refused
    ]


def _of_lines(source: Source, keys: Collection[str]) -> Iterator[Problem]:
    """Yield an error for each line with a wrong character before its value, a warning for a value in such quotes."""
    parent = None  # the spaces before the key of a text that began with `|` or `>`, in which everything is text
    for number, text in enumerate(source.text.split("\n")):
        indent = len(text) - len(text.lstrip())
        if (parent is not None and indent > parent) or not text.strip():
            continue
        parent = indent if _BLOCK.search(text) else None
        line = _LINE.match(text)
        if line is not None and line["key"] in keys:
            yield from _of_line(source, number, line)


def _of_line(source: Source, number: int, line: re.Match[str]) -> Iterator[Problem]:
    key, value = line["key"], line["value"].rstrip()
    if wrong := _SUSPICIOUS.search(line[0], 0, line.end("after")):
        sign = wrong[0]
        if sign in _COLONS:
            what, remedy = _("`%(sign)s` is not the colon of YAML", sign=sign), _("Write `%(key)s: `.", key=key)
        elif sign in _QUOTES:
            what, remedy = _("`%(sign)s` is not a quotation mark of YAML", sign=sign), _("Write `%(key)s: `.", key=key)
        elif sign in _BULLETS:
            what, remedy = _("`%(sign)s` is not the dash of YAML", sign=sign), _("Write `- %(key)s: `.", key=key)
        else:
            what = _("this looks like a space, but it is %(name)s", name=character_name(sign))
            remedy = _("Delete it and type a space.")
        fixed = f"{line['indent']}{'- ' if line['dash'] else ''}{key}: {line['value']}"
        is_sure = wrong.start() >= len(line["indent"])
        fix = replace_lines(source, number, number, (fixed,)) if is_sure else None
        yield source.problem(Span(number, wrong.start()), "typography", what, remedy, fix=fix)
    elif _IN_QUOTES.fullmatch(value) and key not in _QUOTING:
        place = Span(number, line.start("value"), len(value))
        what = _("the quotes in `%(value)s` are not those of YAML, but a part of the text", value=shorten(value))
        yield source.problem(place, "typography", what, _("Write straight quotes or none."), Severity.WARNING)


def _of_value(problem: Problem) -> Problem:
    """Return the problem of a value, or the one of its characters if it is refused because of them."""
    if problem.rule not in _OF_VALUES or problem.severity is not Severity.ERROR:
        return problem
    start = problem.column - 1
    written = problem.excerpt[start : start + problem.width]
    plain = written.strip(_QUOTES)
    if problem.rule != "url-scheme" and _LOOKALIKES.search(written):
        plain = unicodedata.normalize("NFKC", plain.translate(_PLAIN))
    if plain == written:
        return problem
    what = _("`%(value)s` has characters that only look like those of the keyboard", value=shorten(written))
    return replace(
        problem, rule="typography", what=what, remedy=_("Write `%(value)s`.", value=shorten(plain)), fix=None
    )
