"""When two texts mean the same: two names, two links. Pure, and the only place that decides it.

A *name* is the same however it is written: in capitals or small letters, composed or decomposed, with other spaces, with
characters that show nothing, or with characters that only look like those of the other.

A *link* leads to the same page whatever its scheme, `www.`, default port, last slash, percent-encoding or fragment is. This is
sameness for people: a server may answer `/weights` and `/weights/` differently, so each is requested by itself (`normal_url`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from urllib.parse import SplitResult, quote, urlsplit

# ---- names -----------------------------------------------------------------------------------------------------------


def name_key(name: str) -> str:
    """Return the key of a name: two names are the same if their keys are equal.

    Distinct letters and digits of ASCII stay distinct, also `1` and `l`: V1 and VL are two models.
    """
    if name.isascii():
        return " ".join(name.lower().split())
    return _key_beyond_ascii(name)


@lru_cache(maxsize=1 << 14)
def _key_beyond_ascii(name: str) -> str:
    table = _confusables()
    letters = (
        # Parts of Korean syllables look like letters of other scripts, but whole syllables don't.
        letter if "가" <= letter <= "힣" else unicodedata.normalize("NFKD", letter)
        for letter in unicodedata.normalize("NFKC", name.translate(_BLANK))
    )
    folded = "".join(table.get(letter, letter.casefold()) for letter in "".join(letters))
    return " ".join(unicodedata.normalize("NFKC", folded).casefold().split())


_BLANK = {0x2800: " ", 0x16FE4: None, 0x1D159: None}
"""Letters and symbols without a shape, which Unicode's table lacks: Braille without dots, a filler, a note without a head."""


@lru_cache(maxsize=1)
def _confusables() -> dict[str, str]:
    """Return what characters beyond ASCII are folded into, if not into their small letter: Unicode's table, see its head."""
    lines = Path(__file__).with_name("confusables.txt").read_text(encoding="utf-8").replace("\n  ", " ").split("\n")
    table: dict[str, str] = {}
    for shown, sources in (line.split("; ") for line in lines if line and not line.startswith("#")):
        text = "" if shown == "ignored" else "".join(chr(int(code, 16)) for code in shown.split())
        for source in sources.split():
            first, _, last = source.partition("..")
            table |= dict.fromkeys(map(chr, range(int(first, 16), int(last or first, 16) + 1)), text)
    return table


# ---- links -----------------------------------------------------------------------------------------------------------

_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")


@lru_cache(maxsize=1 << 14)
def normal_url(url: str) -> str:
    """Return the URL in its normal form (RFC 3986, section 6.2): equal for two URLs of the same request, except the fragment.

    Case of scheme and host, the host's `xn--` form, default port, empty path, `.` and `..`, percent-encoding. What is no URL
    is returned as it is.
    """
    parts = _split(url)
    if parts is None:
        return url
    path = _without_dots(_encoded(parts.path)) or "/"
    query = f"?{_encoded(parts.query)}" if parts.query else ""
    fragment = f"#{_encoded(parts.fragment)}" if parts.fragment else ""
    return f"{parts.scheme}://{_authority(parts, _DEFAULT_PORTS[parts.scheme])}{path}{query}{fragment}"


def requested_url(url: str) -> str:
    """Return what is requested for a link: its normal form without the fragment, which is never sent to a server."""
    return normal_url(url).partition("#")[0]


def link_key(url: str) -> str:
    """Return the key of a link: two links lead to the same page if their keys are equal."""
    parts = _split(normal_url(url))
    if parts is None:
        return url
    authority = _authority(parts, *_DEFAULT_PORTS.values()).removeprefix("www.")
    return f"{authority}{parts.path.rstrip('/')}{'?' * bool(parts.query)}{parts.query}"


def passage_key(url: str) -> tuple[str, str]:
    """Return the key of a page and of the place on it that the fragment names."""
    return link_key(url), normal_url(url).partition("#")[2]


def _split(url: str) -> SplitResult | None:
    """Return the parts of a web address; None where it is none, or holds a user name."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in _DEFAULT_PORTS and parts.hostname and "@" not in parts.netloc else None


def _authority(parts: SplitResult, *default_ports: int) -> str:
    host = (parts.hostname or "").rstrip(".")
    try:
        host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        host = quote(host)
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, *default_ports) else f"{host}:{parts.port}"


def _encoded(text: str) -> str:
    """Return part of a URL with the percent form of all characters that need it, and of no others."""
    encoded = quote(text, safe="/:?#[]@!$&'()*+,;=%~-._", errors="surrogatepass")
    return re.sub(r"%[0-9A-Fa-f]{2}", _needed, encoded)


def _needed(found: re.Match[str]) -> str:
    character = chr(int(found[0][1:], 16))
    return character if _UNRESERVED.fullmatch(character) else found[0].upper()


def _without_dots(path: str) -> str:
    """Return a path without the segments `.` and `..` (RFC 3986, section 5.2.4)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join([*kept, *([""] if segments[-1] in (".", "..") else [])])
