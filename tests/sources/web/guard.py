"""A guard that prevents all connections to other machines, and records attempts.

It is an audit hook, which Python calls before each connection (https://docs.python.org/3/library/audit_events.html):
below `socket`, `asyncio` and `ssl`, so that nothing made with them can bypass it.
"""

from __future__ import annotations

import socket
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Trespass(RuntimeError):  # noqa: N818
    """An attempt to connect to another machine."""


@dataclass
class Guard:
    """Attempts and connections while a guard is active."""

    attempts: list[tuple[Any, ...]] = field(default_factory=list)
    """Targets outside of loopback; each was prevented."""
    connected: list[tuple[Any, ...]] = field(default_factory=list)
    """The connections on loopback."""
    names: set[str] = field(default_factory=set)
    """Names that the system may look up."""


_standing: list[Guard] = []
_hooked = False


@contextmanager
def guarding() -> Iterator[Guard]:
    """Activate a guard inside of the block."""
    global _hooked  # noqa: PLW0603 (such a hook can't be taken away again)
    if not _hooked:
        sys.addaudithook(_audit)
        _hooked = True
    guard = Guard()
    _standing.append(guard)
    try:
        yield guard
    finally:
        _standing.remove(guard)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if not _standing:
        return
    guard = _standing[-1]
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        place = arguments[1]
        # None: to whom it is connected already. No tuple: another process of this machine.
        if not isinstance(place, tuple):
            return
        if not _is_here(place[0]):
            guard.attempts.append(place[:2])
            raise Trespass(f"to {place[0]} was to be sent")
        if event == "socket.connect":
            guard.connected.append(place[:2])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
        if host is not None and host not in guard.names and not _is_number(host):
            guard.attempts.append((host,))
            raise Trespass(f"{host} was to be looked up")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_number(host: str | bytes) -> bool:
    """Return whether a name needs no name server."""
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    try:
        socket.inet_aton(text)
    except (OSError, UnicodeError):
        try:
            ip_address(text)
        except ValueError:
            return False
    return True
