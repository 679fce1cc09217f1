"""Parsing and checking the URL of a link or a redirect before it is requested. Pure."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import TYPE_CHECKING

from yarl import URL

from bot.board.model.links import host_fault
from bot.sources.web.outcome import Trouble

if TYPE_CHECKING:
    from bot.sources.web.addresses import Reach

LONGEST_URL = 8000
"""Characters that servers accept (RFC 9110, section 4.1)."""

_HOST = re.compile(r"[a-z0-9_.-]+")


class UnusableUrlError(ValueError):
    """A URL that is not requested."""

    def __init__(self, trouble: Trouble, words: str) -> None:
        super().__init__(words)
        self.trouble = trouble
        self.words = words


def parse_target(text: str, reach: Reach, base: URL | None = None) -> URL:
    """Return the URL of a link or, with a `base`, of a redirect, which may be relative to it. Raises UnusableUrlError.

    Whether the host is public is only checked when a connection is made: see `connecting`.
    """
    what, garbage = ("the address", Trouble.REFUSED) if base is None else ("what it redirects to", Trouble.REDIRECTS)
    if len(text) > LONGEST_URL:
        raise UnusableUrlError(garbage, f"{what} is too long")
    try:
        # `encode` refuses lone surrogates, which yarl would drop.
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
    """Return whether this is a host name or an IPv6 address. yarl has it in lower case, and other scripts as `xn--`."""
    if ":" not in name:
        return _HOST.fullmatch(name) is not None and not host_fault(name)
    try:
        return bool(IPv6Address(name))
    except ValueError:
        return False


def without_fragment(url: str) -> str:
    """Return the URL without its fragment, in yarl's normal form; unchanged where it is invalid."""
    try:
        return str(URL(url.strip()).with_fragment(None))
    except ValueError:
        return url
