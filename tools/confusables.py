"""Make the table of characters that look alike, `bot/text/confusables.txt`, from two files of Unicode.

`python -m tools.confusables confusables.txt DerivedCoreProperties.txt`, with the files of one version from
https://www.unicode.org/Public/17.0.0/. Unicode's own skeletons (UTS 39, section 4) are for the question whether two texts may be
confused, and fold `1`, `l` and `I` into one. Here V1 and VL are two models: letters and digits of ASCII stay distinct, and other
characters are folded into the one that they look like.
"""

from __future__ import annotations

import re
import sys
import textwrap
import unicodedata
from pathlib import Path

TABLE = Path(__file__).parent.parent / "bot/text/confusables.txt"
_HEAD = """\
# Characters that look like others, and characters that show nothing: made by tools/confusables.py, never edited by hand.
# From confusables.txt and DerivedCoreProperties.txt of Unicode {version}, of which this is a modified selection.
# Copyright (c) 1991-2025 Unicode, Inc.; Unicode License v3: bot/text/confusables.license.txt
# Each line has what is shown, and the code points that look like it; after `ignored` come those that show nothing.
"""
_MOST_STEPS = 8


class Folding:
    """Folding of characters into the one that they look like, by Unicode's table of prototypes."""

    def __init__(self, prototypes: dict[str, str]) -> None:
        self._prototypes = prototypes

    def fold(self, character: str) -> str:
        """Return what `character` is folded into, in small letters. Raises ValueError where that never ends."""
        text = character
        for _ in range(_MOST_STEPS):
            folded = "".join(map(self._step, unicodedata.normalize("NFKD", text)))
            if folded == text:
                return folded
            text = folded
        raise ValueError(f"U+{ord(character):04X} is folded into ever another text")

    def _step(self, character: str) -> str:
        if character.isascii():
            return character.lower()
        small, capital = character.lower(), character.upper()
        # Of a letter that looks like none of ASCII, the other case may: K is like its Cyrillic twin, and so is k.
        for each in (character, small, capital):
            prototype = self._prototypes.get(each, "")
            if prototype and prototype.isascii():
                return self._distinct(character, prototype)
        if unicodedata.category(character) == "Pd":
            return "-"
        return self._prototypes.get(character, character).casefold()

    def _distinct(self, character: str, prototype: str) -> str:
        """Return the ASCII text that a character looks like: Unicode has one prototype for 0 and O, and for 1, l and I."""
        match prototype:
            case "O" | "l" if unicodedata.category(character) == "Nd":
                return str(unicodedata.digit(character))
            case "l" if self._prototypes.get(character.lower()) == "i":
                return "i"
            case "rn":
                return "m"
            case "''":
                return '"'
            case _:
                return prototype.lower()


def table(confusables: str, properties: str) -> str:
    """Return the text of the table."""
    version = re.search(r"^# Version: (\S+)$", confusables, re.MULTILINE)
    lines = re.findall(r"^([0-9A-F]+) ;\t([0-9A-F ]+) ;", confusables, re.MULTILINE)
    prototypes = {chr(int(source, 16)): _text(target) for source, target in lines}
    folding = Folding(prototypes)
    shown: dict[str, list[int]] = {}
    for character in map(chr, range(0x80, sys.maxunicode + 1)):
        # Normalization comes first, and splits or replaces the others.
        if unicodedata.normalize("NFKD", character) == character and not character.isspace():
            folded = folding.fold(character)
            if folded != character.casefold():
                shown.setdefault(folded, []).append(ord(character))
    parts = [_HEAD.format(version=version[1] if version else "")]
    for folded, sources in sorted(shown.items()):
        parts.append(_line(" ".join(f"{ord(each):04X}" for each in folded), [f"{source:04X}" for source in sources]))
    ignored = re.findall(r"^([0-9A-F]+)(?:\.\.([0-9A-F]+))? *; Default_Ignorable_Code_Point", properties, re.MULTILINE)
    parts.append(_line("ignored", [f"{first}..{last or first}" for first, last in ignored]))
    return "".join(parts)


def _text(codes: str) -> str:
    return "".join(chr(int(code, 16)) for code in codes.split())


def _line(shown: str, sources: list[str]) -> str:
    return textwrap.fill(f"{shown}; {' '.join(sources)}", 120, subsequent_indent="  ") + "\n"


if __name__ == "__main__":
    TABLE.write_text(table(*(Path(name).read_text(encoding="utf-8") for name in sys.argv[1:3])), encoding="utf-8")
