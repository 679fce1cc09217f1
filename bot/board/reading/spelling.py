"""Finding the word that was probably meant by a wrong one."""

from __future__ import annotations

import re
from difflib import get_close_matches
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


def one_of(words: Iterable[str]) -> Message:
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
    by_title = {title: key for key, title in titles.items()}
    if found := similar(word, titles) or [by_title[title] for title in similar(word, by_title)]:
        return found
    parts = set(_words(word)) if len(word) <= LONGEST_WORD else set()
    named = {key: {*_words(key), *_words(title)} for key, title in titles.items()}
    described = {key: {each for each in _words(texts.get(key, "")) if len(each) >= _SHORTEST_TELLING} for key in titles}
    return _told_by(parts, named) or _told_by(parts, described)


def _told_by(parts: set[str], words: Mapping[str, set[str]]) -> list[str]:
    """Return the one key to which those of `parts` lead that only one key has among its words."""
    owners = [[key for key, known in words.items() if part in known] for part in parts]
    found = {keys[0] for keys in owners if len(keys) == 1}
    return list(found) if len(found) == 1 else []


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", name_key(text))


def normalized(word: str) -> str:
    """Return a word as it is compared with others."""
    return re.sub(r"[\s_-]+", "", name_key(word))
