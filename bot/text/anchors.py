"""Anchors of headings, as GitHub makes them in Markdown files."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_KEPT = ("Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl", "Pc")
"""Letters, marks, digits, numerals that are letters, and connectors such as `_`; no other numbers, such as `₂` and `½`."""
_LETTERS_BY_PROPERTY = ((0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189))
"""Symbols with the property Alphabetic: letters in circles and squares."""


@lru_cache
def heading_anchor(title: str) -> str:
    r"""Return the anchor of a heading, without the number that GitHub appends to one that occurs again.

    In small letters, without anything but word characters, hyphens and spaces, with a hyphen for each space: the rule of GitHub's
    html-pipeline (`/[^\p{Word}\- ]/u`), with the word characters that github-slugger found by asking GitHub.
    """
    # GitHub's renderer removes white space around a heading.
    return "".join("-" if letter == " " else letter for letter in title.strip().lower() if _is_kept(letter))


def _is_kept(letter: str) -> bool:
    return (
        letter in " -"
        or unicodedata.category(letter) in _KEPT
        or any(first <= ord(letter) <= last for first, last in _LETTERS_BY_PROPERTY)
    )
