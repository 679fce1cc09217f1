"""Finding the word that was probably meant by a wrong one."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.text.catalogue import JoinedText, Message, _, code
from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST_WORD = 60
"""In characters. A longer text is not a misspelt word."""
_SHORTEST_TELLING = 5
"""Letters of a word by which a description is recognised: shorter ones are in any text."""


def did_you_mean(word: str) -> Message:
    """Return the question whether a word was meant."""
    return _("Did you mean `%(word)s`?", word=word)


@lru_cache(maxsize=64)
def one_of(words: tuple[str, ...]) -> Message:
    """Return the remedy that lists all words that are allowed."""
    return _("Write one of: %(words)s.", words=JoinedText(", ", map(code, words)))


def similar(word: str, words: Iterable[str]) -> list[str]:
    """Return the most similar of `words`, if one is similar; case, spaces, underscores and hyphens are ignored."""
    if len(word) > LONGEST_WORD:
        return []
    plain = {normalized(candidate): candidate for candidate in words}
    return [plain[match] for match in get_close_matches(normalized(word), plain, n=1, cutoff=0.7)]


def similar_in_meaning(word: str, titles: Mapping[str, str], texts: Mapping[str, str]) -> list[str]:
    """Return the key that was probably meant, if one is similar to `word`, has the same words, or is about them.

    `titles` and `texts` describe the keys that are possible, the texts at length.
    """
    keys = {key: key for key in titles} | {title: key for key, title in titles.items()}
    if found := similar(word, keys):
        return [keys[found[0]]]
    if len(word) > LONGEST_WORD:
        return []
    named = {key: _words(f"{key} {title}") for key, title in titles.items()}
    described = {key: _words(texts.get(key, "")) for key in titles}
    long = {part for part in _words(word) if len(part) >= _SHORTEST_TELLING}
    return _told_by(_words(word), named) or _told_by(long, described)


def _told_by(parts: Iterable[str], words: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the one key to which those of `parts` lead that only one key has among its words."""
    owners = [[key for key, known in words.items() if part in known] for part in parts]
    found = {keys[0] for keys in owners if len(keys) == 1}
    return list(found) if len(found) == 1 else []


@lru_cache(maxsize=1024)
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", name_key(text)))


@lru_cache(maxsize=256)
def normalized(word: str) -> str:
    """Return a word as it is compared with others."""
    return re.sub(r"[\s_-]+", "", name_key(word))
