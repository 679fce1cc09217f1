"""The reason why there is no answer, in short words that reveal nothing about this machine. Pure.

Derived from the types of aiohttp's exceptions and the error numbers of the operating system.
"""

from __future__ import annotations

import errno
import socket
import ssl

from aiohttp import (
    ClientConnectionError,
    ClientConnectorError,
    ClientPayloadError,
    ClientSSLError,
    ConnectionTimeoutError,
    InvalidURL,
)

from bot.sources.web.decompression import DecompressionError
from bot.sources.web.outcome import Trouble


class AddressRefusedError(OSError):
    """A connection to an address that is not allowed."""

    WORDS = "its host has no public address"

    def __init__(self) -> None:
        super().__init__(self.WORDS)


_NO_ROOM = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
_NO_NETWORK = {errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL}
_NO_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME), socket.EAI_FAMILY}


def describe_failure(error: Exception) -> tuple[Trouble, str]:
    """Return why there is no answer, for an exception of aiohttp."""
    match error:
        case DecompressionError():
            return Trouble.PROTOCOL, str(error)
        case InvalidURL():
            # An IPv4 address in an obsolete notation.
            return Trouble.REFUSED, "its host name is not valid"
        case ClientConnectorError():
            return _not_connected(error.os_error)
        case ssl.SSLError() | ClientSSLError():
            return _not_trusted(error)
        case ConnectionTimeoutError():
            return Trouble.CONNECTION, "its host doesn't accept the connection in time"
        case TimeoutError():
            return Trouble.TIMEOUT, "it doesn't arrive in time"
        case ClientConnectionError() | ClientPayloadError() | ConnectionError():
            return Trouble.CONNECTION, "its host closes the connection"
        case UnicodeError():
            return Trouble.NAME, "its host name can't be looked up"
        case _:
            return Trouble.PROTOCOL, "its host's answer is not valid HTTP"


def _not_connected(error: OSError) -> tuple[Trouble, str]:
    match error:
        case socket.gaierror():
            if error.errno in _NO_NAME:
                return Trouble.NAME, "its host name is unknown"
            return Trouble.NETWORK, "no name server answers"
        case ssl.SSLError() | ssl.CertificateError():
            return _not_trusted(error)
        # The reasons of several addresses are joined into one text.
        case _ if AddressRefusedError.WORDS in str(error):
            return Trouble.REFUSED, AddressRefusedError.WORDS
        case _ if error.errno in _NO_ROOM:
            return Trouble.RESOURCES, "this machine can't open more connections"
        case _ if error.errno in _NO_NETWORK:
            return Trouble.NETWORK, "there is no route to its host from here"
        case _:
            return Trouble.CONNECTION, "its host can't be reached"


def _not_trusted(error: Exception) -> tuple[Trouble, str]:
    inner = getattr(error, "certificate_error", error)
    inner = getattr(inner, "os_error", inner)
    if isinstance(inner, ssl.SSLCertVerificationError):
        reason = _REASONS.get(inner.verify_code, "it is not trusted")
        return Trouble.CERTIFICATE, f"its certificate isn't valid ({reason})"
    return Trouble.PROTOCOL, "its host's TLS is not valid"


_REASONS = {
    9: "it isn't valid yet",
    10: "it has expired",
    18: "it is self-signed",
    19: "it is self-signed",
    20: "its issuer isn't trusted",
    62: "it is for another host",
    64: "it is for another host",
}
"""By OpenSSL's error numbers (https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/)."""
