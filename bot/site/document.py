"""Generated files before they are rendered, as a whole or in parts."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.board.model.assessment import Assessment
    from bot.board.ranking.leaderboard import Row


class Document(NamedTuple):
    """A generated file: a path, the inputs of its text, and a function that renders it."""

    path: str
    """From the root of the repository."""
    inputs: object
    """All that the text depends on, apart from code, templates, catalogues, rubric, precedents, frameworks and policy.

    The text is rendered again when the `repr` of this value is another one. Sets have no stable `repr`: sort them.
    """
    render: Callable[[], str | Iterable[Part]]
    """Return the text, or its parts, of which only those are rendered that the present file doesn't have."""


class Part(NamedTuple):
    """A part of a generated file."""

    key: str
    """Identifies in its file what the part is and all that it depends on (see `Document.inputs`)."""
    render: Callable[[], str]
    """Return the text."""


class ModelInputs(NamedTuple):
    """One model, as parts of generated files are made from it."""

    row: Row
    assessment: Callable[[], Assessment]
    """Read the whole assessment, or return it, if it is the last one that was read."""
    board_key: str = ""
    """Digest of what is shown of the model's place on the board: what can be rendered without its assessment."""
    assessment_key: str = ""
    """Digest of what else is shown of it; nothing in it depends on other models' ratings."""


new_digest = partial(hashlib.blake2b, digest_size=16)
"""Makes the digests by which contents are compared."""


def digest_of(inputs: object) -> str:
    """Return a digest of the `repr` of a value."""
    return new_digest(repr(inputs).encode("utf-8", "surrogatepass")).hexdigest()
