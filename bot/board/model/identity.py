"""Identity of models and developers: what they are, whatever their files are called.

A model is known by its name and by its repository on Hugging Face. The path of its file says neither: two files can
exchange what they are about. `bot.board.ranking.pairing` compares two leaderboards by these rules.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Named = TypeVar("Named")

# Between two digits a separator stays: 2.5 is not 25.
_SEPARATOR = r"[\s_\u2010-\u2015-]"
_SEPARATORS = re.compile(rf"(?<![0-9]){_SEPARATOR}+|{_SEPARATOR}+(?![0-9]|{_SEPARATOR})")
_BETWEEN_DIGITS = re.compile(rf"{_SEPARATOR}+")
_SHORTEST_MISSPELT = 5
"""Letters of a word in which one wrong letter is a slip. A shorter word is another word: Pro, Max, 7B."""


def name_identity(name: str) -> str:
    """Return what the ways of writing one name have in common: `KULLM 3`, `KULLM-3` and `kullm3` are one name.

    Signs that tell models apart stay: the plus of `Command R+`, and whatever is between two digits, as in `Qwen 2.5`.
    """
    whole = name_key(name)
    return _BETWEEN_DIGITS.sub("-", _SEPARATORS.sub("", whole)) or whole


def hub_identity(hub_id: str | None) -> str | None:
    """Return an id of Hugging Face as it is compared: the hub redirects another case to the repository."""
    return None if hub_id is None else name_key(hub_id)


def is_same_name(one: str, other: str) -> bool:
    """Return whether two names are written differently at most, or one is the other with a slip of the pen.

    A slip is one letter of one long word that is wrong, missing or too many, or two neighbours that are exchanged. Digits
    and short words are what tells the models of a family apart, so a difference there is another name.
    """
    if name_identity(one) == name_identity(other):
        return True
    words = name_key(one).split(), name_key(other).split()
    if len(words[0]) != len(words[1]):
        return False
    differing = [(left, right) for left, right in zip(*words, strict=True) if left != right]
    return len(differing) == 1 and _is_slip(*differing[0])


def _is_slip(one: str, other: str) -> bool:
    begin = _common_length(one, other)
    end = _common_length(one[begin:][::-1], other[begin:][::-1])
    left, right = one[begin : len(one) - end], other[begin : len(other) - end]
    is_exchange = len(left) == 2 and left == right[::-1]
    return (
        min(len(one), len(other)) >= _SHORTEST_MISSPELT
        and (left + right).isalpha()
        and (max(len(left), len(right)) == 1 or is_exchange)
    )


def _common_length(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    return next(
        (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right),
        min(len(one), len(other)),
    )


def twins(named: Mapping[str, Named], **identities: Callable[[Named], str | None]) -> Iterator[tuple[str, list[str]]]:
    """Yield the ids of those that are the same by one of the identities, with the name of that identity.

    Those that share several identities, such as a copied file, are yielded once.
    """
    reported: set[tuple[str, ...]] = set()
    for key, identity in identities.items():
        groups: dict[str, list[str]] = {}
        for own, each in named.items():
            if value := identity(each):
                groups.setdefault(value, []).append(own)
        for ids in groups.values():
            if len(ids) > 1 and tuple(ids) not in reported:
                reported.add(tuple(ids))
                yield key, ids
