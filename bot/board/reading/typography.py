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
from bot.board.reading.source import character_name
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
    rf"^(?P<indent>[ {_SPACES}]*)(?P<dash>[-{_BULLETS}]?)(?P<gap>[ {_SPACES}]*)(?P<open>[{_QUOTES}]?)(?P<key>[a-z0-9_]+)"
    rf"(?P<close>[{_QUOTES}]?)(?P<before>[ {_SPACES}]*)(?P<colon>[:{_COLONS}])(?P<after>[ {_SPACES}]*)(?P<value>.*)$",
    re.MULTILINE,
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
    for line in _LINE.finditer(source.text):
        key, value = line["key"], line["value"].rstrip()
        if key not in keys or _is_in_block(source, source.position(line.start()).line, len(line["indent"])):
            continue
        before_value = source.text[line.start() : line.end("after")]
        if wrong := _SUSPICIOUS.search(before_value):
            place, name = source.position(line.start() + wrong.start()), wrong[0]
            if name in _COLONS:
                what, remedy = _("`%(sign)s` is not the colon of YAML", sign=name), _("Write `%(key)s: `.", key=key)
            elif name in _QUOTES:
                what, remedy = (
                    _("`%(sign)s` is not a quotation mark of YAML", sign=name),
                    _("Write `%(key)s: `.", key=key),
                )
            elif name in _BULLETS:
                what, remedy = _("`%(sign)s` is not the dash of YAML", sign=name), _("Write `- %(key)s: `.", key=key)
            else:
                what = _("this looks like a space, but it is %(name)s", name=character_name(name))
                remedy = _("Delete it and type a space.")
            fixed = f"{line['indent']}{'- ' if line['dash'] else line['gap']}{key}: {line['value']}"
            is_sure = wrong.start() >= len(line["indent"])
            fix = replace_lines(source, place.line, place.line, (fixed,)) if is_sure else None
            yield source.problem(place, "typography", what, remedy, fix=fix)
        elif _IN_QUOTES.fullmatch(value) and key not in _QUOTING:
            place = source.position(line.start("value"))._replace(width=len(value))
            what = _("the quotes in `%(value)s` are not those of YAML, but a part of the text", value=shorten(value))
            yield source.problem(place, "typography", what, _("Write straight quotes or none."), Severity.WARNING)


def _is_in_block(source: Source, number: int, indent: int) -> bool:
    """Return whether a line with so many spaces before it is in a text that began with `|` or `>`."""
    above = (source.line(at) for at in range(number - 1, -1, -1))
    parent = next((line for line in above if line.strip() and len(line) - len(line.lstrip()) < indent), "")
    return _BLOCK.search(parent) is not None


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
