"""What can be told of an address by its letters alone: whether two are of the same page, and what kind of page it leads to."""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import quote, urlsplit

from bot.board.model.links import is_evidence_url

LONGEST_ADDRESS = 2000
"""Characters of a link that can stand in an assessment."""


class Leads(StrEnum):
    """To what kind of page an address seems to lead, as a phrase behind "it"."""

    START = "leads to the start page"
    SIGN_IN = "wants a sign-in"
    CONSENT = "wants consent first"
    ERROR = "leads to an error page"


_SIGN_IN = frozenset(
    [
        "login",
        "signin",
        "sign-in",
        "sign_in",
        "log-in",
        "log_in",
        "logon",
        "sso",
        "authwall",
        "authorize",
        "oauth",
        "oauth2",
        "login.php",
        "login.html",
    ]
)
_CONSENT = frozenset(["consent", "cookie-consent", "cookie-wall", "cookiewall", "privacy-consent", "collectconsent"])
_ERROR = frozenset(
    [
        "404",
        "404.html",
        "404.htm",
        "404.php",
        "error-404",
        "error404",
        "errorpage",
        "error.html",
        "error",
        "notfound",
        "not-found",
        "not_found",
        "page-not-found",
        "pagenotfound",
    ]
)
_SIGN_IN_HOSTS = frozenset(["accounts", "account", "login", "signin", "auth", "sso", "idp"])
_START = re.compile(r"(?:/(?:index|default|home)(?:\.\w{2,5})?|/[a-z]{2}(?:[-_][a-z]{2,4})?)?/?", re.IGNORECASE)
"""The root of a host, as it is or in a language."""


def key_of(url: str) -> str:
    """What is the same for two addresses of one page: without scheme, fragment, default port, `www.` and last slash."""
    return _spelt(url).removeprefix("www.").rstrip("/")


def is_same(one: str, other: str) -> bool:
    """Whether two addresses only differ in how they are spelt: in the case of the host, a default port, or `%` signs."""
    return _scheme(one) == _scheme(other) and _spelt(one) == _spelt(other)


def _scheme(url: str) -> str:
    return url.partition(":")[0].lower()


def _spelt(url: str) -> str:
    """Host, port, path and query in one spelling."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    named = f":{port}" if port not in (None, 80, 443) else ""
    query = f"?{_encoded(parts.query)}" if parts.query else ""
    return f"{parts.hostname or ''}{named}{_encoded(parts.path) or '/'}{query}"


def _encoded(text: str) -> str:
    encoded = quote(text, safe="/:?#[]@!$&'()*+,;=%~-._", errors="surrogatepass")
    return re.sub(r"%[0-9a-f]{2}", lambda found: found[0].upper(), encoded)


def path_of(url: str) -> str:
    """The path of an address; empty where it can't be taken apart, as with some that servers redirect to."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def is_start(url: str) -> bool:
    """Whether this is the root of a host, perhaps in a language."""
    parts = urlsplit(url)
    return not parts.query and _START.fullmatch(parts.path) is not None


def leads_to(url: str, place: str) -> Leads | None:
    """To what kind of page a redirect from `url` has led that isn't the page itself; None where nothing speaks for it."""
    try:
        now, before = _signs(place), _signs(url)
        started = is_start(place) and not is_start(url)
    except ValueError:
        return None
    for kind in (Leads.SIGN_IN, Leads.CONSENT, Leads.ERROR):
        if kind in now and kind not in before:
            return kind
    return Leads.START if started else None


def _signs(url: str) -> set[Leads]:
    parts = urlsplit(url)
    words = set(parts.path.lower().strip("/").split("/"))
    label = (parts.hostname or "").partition(".")[0]
    found = set()
    if words & _SIGN_IN or label in _SIGN_IN_HOSTS:
        found.add(Leads.SIGN_IN)
    if words & _CONSENT or label == "consent":
        found.add(Leads.CONSENT)
    if words & _ERROR:
        found.add(Leads.ERROR)
    return found


def may_stand_for(place: str, url: str) -> bool:
    """Whether `place` may replace `url` as evidence: it may stand as such itself, and is no step back to plain http."""
    steps_back = _scheme(url) == "https" and _scheme(place) != "https"
    return len(place) <= LONGEST_ADDRESS and is_evidence_url(place) and not steps_back


def with_fragment(place: str, url: str) -> str:
    """`place` with the fragment of `url`, unless it has one of its own."""
    fragment = url.partition("#")[2]
    moved = f"{place}#{fragment}" if fragment and "#" not in place else place
    return moved if len(moved) <= LONGEST_ADDRESS else place
