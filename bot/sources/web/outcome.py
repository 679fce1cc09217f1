"""Requests and their outcomes, as plain values. All texts and bytes in them are hostile."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page to fetch, with the validators of its last version for a conditional request."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """A redirect: its status, and its absolute target."""

    status: int
    url: str

    @property
    def is_permanent(self) -> bool:
        """Whether the redirect is permanent."""
        return self.status in (301, 308)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The server sent the page (2xx)."""

    hops: tuple[Hop, ...]
    content_type: str
    data: bytes
    """Decompressed; at most `LARGEST_PAGE` bytes."""
    whole: bool
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The page has not changed since the version of the validators (304)."""

    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Declined:
    """The server answered with any other status."""

    hops: tuple[Hop, ...]
    status: int
    retry_after: float | None
    """Seconds until the next request, where the server says so."""
    is_challenge: bool


@dataclass(frozen=True, slots=True)
class Disallowed:
    """The page was not requested, because the host's robots.txt disallows it or cannot be read."""

    hops: tuple[Hop, ...]
    words: str = "its robots.txt disallows it"
    """A phrase for people."""


class Trouble(StrEnum):
    """Reason why there is no answer."""

    NETWORK = "network"
    """No route, or no name server answers: this machine or the host has no network."""
    RESOURCES = "resources"
    NAME = "name"
    CONNECTION = "connection"
    """The host cannot be reached, or closes the connection."""
    TIMEOUT = "timeout"
    CERTIFICATE = "certificate"
    REDIRECTS = "redirects"
    """Too many, circular, or to an invalid URL."""
    REFUSED = "refused"
    """By us: the address is not public, or not http(s)."""
    PROTOCOL = "protocol"
    """The answer is not HTTP, or cannot be decompressed within the limits."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """There was no usable answer."""

    hops: tuple[Hop, ...]
    trouble: Trouble
    words: str
    """A phrase for people that begins with "it" or a noun."""


Outcome: TypeAlias = Fetched | NotModified | Declined | Disallowed | NoAnswer

LARGEST_PAGE = 32 * 1024 * 1024
"""Most bytes of a page: reports with pictures have this much."""
_LONGEST_VALIDATOR = 500


def usable_validator(value: str | None) -> str | None:
    """Return an ETag or date that can be stored and sent back unchanged; None for any other."""
    usable = value and len(value) <= _LONGEST_VALIDATOR and value.isascii() and value.isprintable()
    return value if usable else None
