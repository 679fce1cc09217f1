"""The language of a comment: that in which its reader writes, or asks for. English is always there too, for the others."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from bot.github.commands import prose

if TYPE_CHECKING:
    from collections.abc import Iterable

_HANGUL = re.compile("[가-힣]")
_LETTER = re.compile(r"[^\W\d_]")
_KOREAN_END = re.compile(r"(?:^|\s)[가-힣]{2,}[.!?~…]*\s*$")
_NOT_WORDS = re.compile(r"https?://\S+|`[^`]*`")
_BOX = re.compile(r"\s*\[(?P<mark>[ xX])\]")
_LONGEST_TEXT = 20_000


def is_korean(texts: Iterable[str]) -> bool:
    """Return whether one of these texts has a line of Korean, or a ticked box with one.

    A third of its letters are Hangul, or its last word is: the names of models are Latin, and a Korean sentence ends in its verb.
    Quotes and code are ignored, and so are boxes that aren't ticked, which the template has.
    """
    # Browsers on some systems send Korean decomposed into letters.
    composed = (unicodedata.normalize("NFC", text[:_LONGEST_TEXT]) for text in texts)
    korean = (text for text in composed if _HANGUL.search(text))
    return any(_is_korean(line) for text in korean for line in prose(text))


def _is_korean(line: str) -> bool:
    box = _BOX.match(line)
    if box and box["mark"] == " ":
        return False
    words = _NOT_WORDS.sub("", line)
    hangul = len(_HANGUL.findall(words))
    return hangul > 1 and (3 * hangul >= len(_LETTER.findall(words)) or _KOREAN_END.search(words) is not None)
