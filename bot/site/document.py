"""A generated file before it is rendered."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Document(NamedTuple):
    """A generated file: a path, the inputs of its text, and a function that renders it."""

    path: str
    """From the root of the repository."""
    inputs: object
    """All that the text depends on, apart from code, templates, catalogues, rubric, precedents, frameworks and policy.

    The text is rendered again when the `repr` of this value is another one. Sets have no stable `repr`: sort them.
    """
    render: Callable[[], str]
    """Return the text."""


new_digest = partial(hashlib.blake2b, digest_size=16)
"""Makes the digests by which contents are compared."""


def digest_of(inputs: object) -> str:
    """Return a digest of the `repr` of a value."""
    return new_digest(repr(inputs).encode("utf-8", "surrogatepass")).hexdigest()
