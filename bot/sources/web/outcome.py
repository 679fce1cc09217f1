"""What is asked of servers, and what comes of it. Values only; all words and bytes in them are anybody's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page to ask for; with what the server said of it the last time, so that it need not send it again."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """A redirect: its status, and the absolute address that it leads to."""

    status: int
    url: str

    @property
    def is_permanent(self) -> bool:
        """Whether the server says to use the new address from now on."""
        return self.status in (301, 308)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The server sent the page (2xx)."""

    hops: tuple[Hop, ...]
    content_type: str
    data: bytes
    """Decompressed; at most `LARGEST_PAGE` bytes of it."""
    whole: bool
    """Whether that is all of it."""
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class NotModified:
    """It is as it was when these validators were sent (304)."""

    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Declined:
    """The server answered with anything else."""

    hops: tuple[Hop, ...]
    status: int
    retry_after: float | None
    """In how many seconds it may be asked again, where it says so."""
    is_challenge: bool
    """Whether it wants to see a person first: a captcha or the like."""


@dataclass(frozen=True, slots=True)
class Disallowed:
    """The host's robots.txt asks robots to stay away from this address, or can't be had: so it wasn't asked for."""

    hops: tuple[Hop, ...]
    words: str = "its robots.txt asks robots to stay away"
    """A phrase for people."""


class Trouble(StrEnum):
    """Why there is no answer."""

    NETWORK = "network"
    """No way leads there from this machine, or no name server answers: it may have no network, or the host none."""
    RESOURCES = "resources"
    """This machine can't make more connections: says nothing about the page."""
    NAME = "name"
    """The host's name isn't known."""
    CONNECTION = "connection"
    """The host can't be reached, or breaks off."""
    TIMEOUT = "timeout"
    CERTIFICATE = "certificate"
    REDIRECTS = "redirects"
    """Too many, in a circle, or to something that is no address."""
    REFUSED = "refused"
    """By us: the address isn't public, or not the web's."""
    PROTOCOL = "protocol"
    """What was answered is no HTTP, or can't be decompressed within the limits."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing was answered that could be used."""

    hops: tuple[Hop, ...]
    trouble: Trouble
    words: str
    """A phrase for people that begins with "it" or a noun."""


Outcome: TypeAlias = Fetched | NotModified | Declined | Disallowed | NoAnswer


LARGEST_PAGE = 32 * 1024 * 1024
"""In bytes: reports with pictures have this much. Who fetches need not read on."""
_LONGEST_VALIDATOR = 500


def usable_validator(value: str | None) -> str | None:
    """Return an ETag or date that can be stored and sent back unchanged; None for any other."""
    usable = value and len(value) <= _LONGEST_VALIDATOR and value.isascii() and value.isprintable()
    return value if usable else None
