"""Finding the model that a person means: by id, name, Hugging Face id, or the path or address of its file or page."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.identity import name_identity
from bot.board.model.layout import ASSESSMENTS
from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.board.reading.corpus import Corpus

LONGEST_NAME = 300
"""In characters, of what is looked up; no name has as many."""

_OWN_PAGE = re.compile(rf"(?:.*/)?(?:{ASSESSMENTS}|leaderboard/models)/(?P<id>[^/\s]+/[^/\s]+)")
_HUB_PAGE = re.compile(
    r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/(?!(?:datasets|spaces|papers|collections)/)([^/\s]+/[^/\s]+)(?:/.*)?",
    re.IGNORECASE,
)


class Lookup(NamedTuple):
    """Result of looking a model up."""

    ids: tuple[str, ...]
    """One where it was found, several where more than one model is called so, none where there is no such model."""
    near: str | None = None
    """The id of the model that was probably meant, if none was found and one is similar."""


def look_up_model(given: str, corpus: Corpus, *, with_near: bool = True) -> Lookup:
    """Return the ids of the models that `given` names, files with errors included.

    An id or path goes before an id of Hugging Face, and that before a name. Looking for a similar one takes far longer.
    """
    text = _address(given)
    page = _OWN_PAGE.fullmatch(text)
    own = re.sub(r"\.(?:ya?ml|md)$", "", page["id"] if page else text)
    if own in corpus.files:
        return Lookup((own,))
    wanted, hub, name = name_key(own), name_key(hub_id_in(text)), name_identity(text)
    known = list(_known(corpus))
    for found in (
        [each for each, _, hub_id in known if hub_id and name_key(hub_id) == hub],
        [each for each, _, _ in known if each == wanted],
        [each for each, model, _ in known if model and name_identity(model) == name],
    ):
        if found:
            return Lookup(tuple(sorted(found)))
    return Lookup((), _near(wanted, hub, known) if with_near else None)


def hub_id_in(text: str) -> str:
    """Return the id of Hugging Face in the address of a model's page there; any other text as it is."""
    page = _HUB_PAGE.fullmatch(_address(text))
    return page[1] if page else text


def _address(given: str) -> str:
    """Return a text without spaces and angle brackets around it, and without query and fragment."""
    text = " ".join(given[:LONGEST_NAME].split()).removeprefix("<").removesuffix(">")
    return re.split(r"[?#]", text, maxsplit=1)[0].rstrip("/") if "/" in text else text


def _known(corpus: Corpus) -> Iterator[tuple[str, str | None, str | None]]:
    for own in corpus.files:
        names = corpus.entries.get(own) or corpus.broken.get(own)
        yield (own, names.model, names.huggingface) if names else (own, None, None)


def _near(wanted: str, hub: str, known: list[tuple[str, str | None, str | None]]) -> str | None:
    spellings = {name_key(text): own for own, *names in reversed(known) for text in (own, *names) if text}
    found = [each for text in (wanted, hub) for each in get_close_matches(text, spellings, n=1, cutoff=0.6)]
    return spellings[found[0]] if found else None
