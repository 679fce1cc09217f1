"""Finding the word that was probably meant by a misspelt one."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_WORD = 60
"""In characters. A longer text is not a misspelt word."""


def similar(word: str, words: Iterable[str]) -> list[str]:
    """Return the most similar of `words`, if one is similar; case, spaces, underscores and hyphens are ignored."""
    if len(word) > LONGEST_WORD:
        return []
    plain = {normalized(candidate): candidate for candidate in words}
    return [plain[match] for match in get_close_matches(normalized(word), plain, n=1, cutoff=0.7)]


def normalized(word: str) -> str:
    """Return a word as it is compared with others."""
    return re.sub(r"[\s_-]+", "", name_key(word))
