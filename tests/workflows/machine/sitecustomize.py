"""Read by every Python that a step starts.

Nobody waits for the second that GitHub asks to leave between two writes, and no name outside of this machine is found.
"""

import socket
import time

_pause = time.sleep
_addresses = socket.getaddrinfo


def _short(seconds: float) -> None:
    _pause(min(seconds, 0.01))


def _here(host: object, *arguments: object, **options: object) -> object:
    if host not in ("127.0.0.1", "localhost", None):
        raise socket.gaierror(socket.EAI_AGAIN, "there is no network here")
    return _addresses(host, *arguments, **options)  # type: ignore[arg-type]


time.sleep = _short  # type: ignore[assignment]  # what `range` takes is a number to the library as well
socket.getaddrinfo = _here  # type: ignore[assignment]
