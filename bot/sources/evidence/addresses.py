"""Comparison and classification of URLs by their text alone: same page, sign-in page, error page."""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import urlsplit

from bot.board.model.links import LONGEST_URL, is_evidence_url
from bot.text.sameness import link_key


class RedirectTarget(StrEnum):
    """Kind of page that a redirect leads to instead of the page itself, as a phrase after "it"."""

    START = "leads to the start page"
    SIGN_IN = "wants a sign-in"
    CONSENT = "wants consent first"
    ERROR = "leads to an error page"


_SIGN_IN = frozenset((
    "login", "signin", "sign-in", "sign_in", "log-in", "log_in", "logon", "sso", "authwall", "authorize", "oauth", "oauth2",
    "login.php", "login.html",
))  # fmt: skip
_CONSENT = frozenset(["consent", "cookie-consent", "cookie-wall", "cookiewall", "privacy-consent", "collectconsent"])
_ERROR = frozenset((
    "404", "404.html", "404.htm", "404.php", "error-404", "error404", "errorpage", "error.html", "error", "notfound",
    "not-found", "not_found", "page-not-found", "pagenotfound",
))  # fmt: skip
_SIGN_IN_HOSTS = frozenset(["accounts", "account", "login", "signin", "auth", "sso", "idp"])
_START = re.compile(r"(?:/(?:index|default|home)(?:\.\w{2,5})?|/[a-z]{2}(?:[-_][a-z]{2,4})?)?/?", re.IGNORECASE)
"""The root of a host, also of one language."""


def is_same(one: str, other: str) -> bool:
    """Return whether two URLs are the same link and have the same scheme, which matters where a page moves to https."""
    return _scheme(one) == _scheme(other) and link_key(one) == link_key(other)


def _scheme(url: str) -> str:
    return url.partition(":")[0].lower()


def url_path(url: str) -> str:
    """Return the path of a URL; empty where the URL cannot be parsed, as with some targets of redirects."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def is_start(url: str) -> bool:
    """Return whether this is the root of a host, also of one language."""
    parts = urlsplit(url)
    return not parts.query and _START.fullmatch(parts.path) is not None


def redirect_target(url: str, place: str) -> RedirectTarget | None:
    """Return the kind of page that a redirect from `url` to `place` leads to; None where it may be the page itself."""
    try:
        now, before = _signs(place), _signs(url)
        started = is_start(place) and not is_start(url)
    except ValueError:
        return None
    for kind in (RedirectTarget.SIGN_IN, RedirectTarget.CONSENT, RedirectTarget.ERROR):
        if kind in now and kind not in before:
            return kind
    return RedirectTarget.START if started else None


def _signs(url: str) -> set[RedirectTarget]:
    parts = urlsplit(url)
    words = set(parts.path.lower().strip("/").split("/"))
    label = (parts.hostname or "").partition(".")[0]
    found = set()
    if words & _SIGN_IN or label in _SIGN_IN_HOSTS:
        found.add(RedirectTarget.SIGN_IN)
    if words & _CONSENT or label == "consent":
        found.add(RedirectTarget.CONSENT)
    if words & _ERROR:
        found.add(RedirectTarget.ERROR)
    return found


def may_replace(place: str, url: str) -> bool:
    """Return whether `place` may replace `url` as evidence: a valid link that does not fall back to plain http."""
    falls_back = _scheme(url) == "https" and _scheme(place) != "https"
    return len(place) <= LONGEST_URL and is_evidence_url(place) and not falls_back


def with_fragment(place: str, url: str) -> str:
    """Return `place` with the fragment of `url`, unless it has one itself."""
    fragment = url.partition("#")[2]
    moved = f"{place}#{fragment}" if fragment and "#" not in place else place
    return moved if len(moved) <= LONGEST_URL else place
