"""Which addresses of the web are asked for: what is written in a link or a redirect, parsed and checked. Pure."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import TYPE_CHECKING

from yarl import URL

from bot.sources.web.outcome import Trouble

if TYPE_CHECKING:
    from bot.sources.web.addresses import Reach

LONGEST_URL = 8000
"""In characters: what servers take (RFC 9110, section 4.1)."""


_LABEL = r"[a-z0-9_-]{1,63}"
_HOST = re.compile(rf"(?=.{{1,254}}\Z){_LABEL}(?:\.{_LABEL})*\.?\Z")


class UnusableUrlError(ValueError):
    """An address that isn't asked for."""

    def __init__(self, trouble: Trouble, words: str) -> None:
        super().__init__(words)
        self.trouble = trouble
        self.words = words


def parse_target(text: str, reach: Reach, base: URL | None = None) -> URL:
    """The address that is written there; where there is a `base`, that of a redirect, which may be relative to it.

    Whether the host is one that may be asked is only known when a connection is made.

    Raises:
        NotAsked: It is none, or none of the web.
    """
    what, garbage = ("the address", Trouble.REFUSED) if base is None else ("what it redirects to", Trouble.REDIRECTS)
    if len(text) > LONGEST_URL:
        raise UnusableUrlError(garbage, f"{what} is too long")
    try:
        # yarl would leave half characters out.
        url = URL(text.encode().decode().strip())
        url = url if base is None else base.join(url)
        scheme, host, port = url.scheme, url.raw_host or "", url.port
        person = url.raw_user or url.raw_password
        str(url).encode("ascii")
    except (ValueError, TypeError) as error:
        raise UnusableUrlError(garbage, f"{what} is no address") from error
    if scheme in ("http", "https") and (not _is_host(host) or not port):
        raise UnusableUrlError(garbage, f"{what} names no host")
    if scheme not in ("http", "https"):
        raise UnusableUrlError(Trouble.REFUSED if scheme else garbage, f"{what} doesn't begin with https:// or http://")
    if person is not None:
        raise UnusableUrlError(Trouble.REFUSED, f"{what} has a user name in it")
    if reach.ports is not None and port not in reach.ports:
        raise UnusableUrlError(Trouble.REFUSED, f"{what} has a port that isn't the web's")
    return url


def _is_host(name: str) -> bool:
    """Whether it can be looked up, or is an IPv6 address; yarl has it in lower case, and other scripts as `xn--`."""
    if ":" not in name:
        return _HOST.match(name) is not None
    try:
        return bool(IPv6Address(name))
    except ValueError:
        return False


def without_fragment(url: str) -> str:
    """What is asked for of an address, in one spelling; as it stands when it is none."""
    try:
        return str(URL(url.strip()).with_fragment(None))
    except ValueError:
        return url
