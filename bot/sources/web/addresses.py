"""Which URLs may be requested, and which IP addresses be connected to, against server-side request forgery. Pure.

A proposed link must not reach services of this machine, of its network, or of its cloud, which trust requests from inside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, TypeAlias

from yarl import URL

from bot.board.model.links import WEB_PORTS, host_fault
from bot.sources.web.outcome import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

Address: TypeAlias = IPv4Address | IPv6Address

# Networks that some version of `ipaddress` calls global: the registries of special-purpose addresses change
# (https://www.iana.org/assignments/iana-ipv4-special-registry/), and clouds add their own.
# 168.63.129.16 is Azure's own services, where GitHub's runners are; 192.88.99.0/24 the anycast address of 6to4 relays.
_NOT_PUBLIC_4 = tuple(map(IPv4Network, (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
    "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
)))  # fmt: skip
_UNICAST_6 = IPv6Network("2000::/3")
"""All public addresses that are allocated so far (https://www.iana.org/assignments/ipv6-address-space/)."""
# 2001::/23 is Teredo (2001::/32), ORCHID and benchmarks; 2002::/16 6to4, an embedded IPv4 address and unknown relays.
_NOT_PUBLIC_6 = tuple(map(IPv6Network, (
    "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16",
)))  # fmt: skip
_WITH_IPV4 = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))
"""Networks with an IPv4 address in the last 32 bits: mapped, and NAT64."""


def is_public(address: Address) -> bool:
    """Return whether an address, or the IPv4 address embedded in it, belongs to the public internet; in doubt False."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _NOT_PUBLIC_4)
    if address.scope_id is not None:
        return False
    if any(address in network for network in _WITH_IPV4):
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address in _UNICAST_6 and address.is_global and not any(address in network for network in _NOT_PUBLIC_6)


@dataclass(frozen=True)
class Reach:
    """The addresses and ports that may be connected to."""

    address: Callable[[Address], bool]
    ports: frozenset[int] | None
    """None: all ports."""

    def allows(self, host: str, port: int) -> bool:
        """Return whether to allow a connection to `host`, an address in the notation of sockets; never to a name."""
        try:
            address = ip_address(host)
        except ValueError:
            return False
        return (self.ports is None or port in self.ports) and self.address(address)


PUBLIC = Reach(is_public, WEB_PORTS)
"""The public web."""

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
