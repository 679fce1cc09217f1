"""Types of links: evidence (absolute addresses of public web pages, no shorteners), issues, decisions."""

from __future__ import annotations

import re
from typing import Annotated, NoReturn

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from bot.board.model.fields import refuse

# Characters of a path, query or fragment: the ASCII of RFC 3986, and beyond ASCII all but white space, as browsers
# show it. \u escapes mean the same in Python and in the ECMA 262 of JSON Schema.
_URL_TAIL = r'[^\u0000-\u0020"<>\\^`{|}\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]'
# A public name: at least two labels, the last beginning with a letter, which excludes IP addresses in any notation.
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])"
_URL_PATTERN = rf"^(?!.*,\s*https?:)https?://{_HOST}(?::[0-9]+)?(?:[/?#]{_URL_TAIL}*)?$(?!\n)"
_URL = re.compile(_URL_PATTERN)
_URL_HOST = re.compile(r"https?://([^/?#:@]+)")

_LOCAL_SUFFIXES = (
    ".arpa", ".corp", ".example", ".home", ".internal", ".intranet", ".invalid", ".lan", ".local", ".localdomain",
    ".localhost", ".onion", ".private", ".test",
    # Public names that resolve to local addresses.
    ".localtest.me", ".lvh.me", ".nip.io", ".sslip.io",
)  # fmt: skip
_SHORTENERS = frozenset((
    "aka.ms", "amzn.to", "bit.ly", "bitly.com", "buff.ly", "cutt.ly", "dub.sh", "dwz.cn", "g.co", "goo.gl",
    "han.gl", "is.gd", "lnkd.in", "me2.do", "naver.me", "ow.ly", "rb.gy", "rebrand.ly", "s.id", "shorturl.at",
    "surl.li", "t.cn", "t.co", "t.ly", "tiny.cc", "tinyurl.com", "url.kr", "urlz.fr", "v.gd", "vo.la", "w.wiki",
))  # fmt: skip


def is_evidence_url(url: str) -> bool:
    """Return whether `url` may be cited as evidence."""
    try:
        _check_url(url)
    except PydanticCustomError:
        return False
    return True


def _check_url(url: str) -> str:
    if not _URL.search(url):
        _refuse_url(url)
    found = _URL_HOST.match(url)
    host = found[1].lower() if found else ""
    if f".{host}".endswith(_LOCAL_SUFFIXES):
        _refuse_local(host)
    # `x.bit.ly` is a shortener too.
    if host in _SHORTENERS or host.partition(".")[2] in _SHORTENERS:
        refuse(
            "url-shortener",
            f"`{host}` hides where the link leads",
            "Open the link and paste the address of the page at its end.",
        )
    return url


def _refuse_url(url: str) -> NoReturn:
    """Raise the error that says why `url` is not an address."""
    if re.search(r",\s*https?:", url):
        refuse("url-list", "several links stand in one `url`", "Make a list item with its own `url` for each link.")
    if re.search(r"\s", url) and "://" in url:
        refuse("url-whitespace", "the link has white space in it", "Paste the address as the browser shows it.")
    if not re.match(r"https?://", url):
        small = re.match(r"https?://", url, re.IGNORECASE)
        refuse(
            "url-scheme",
            "the link doesn't begin with https:// in small letters"
            if small
            else "the link doesn't begin with https://",
            "Write the whole address of a public page, beginning with https://.",
        )
    authority = re.split(r"[/?#]", url.split("://", 1)[1], maxsplit=1)[0]
    if "@" in authority:
        refuse(
            "url-userinfo",
            "the link has a user name or password before the host",
            "Remove everything between // and @; never publish a password or token.",
        )
    _refuse_host(re.sub(r":[0-9]*$", "", authority))
    bad = next((character for character in url if not re.fullmatch(_URL_TAIL, character)), "")
    refuse(
        "url-character",
        f"the character `{bad}` can't stand in a link" if bad else "this is no valid address",
        "Paste the address as the browser shows it; write the character in its percent form.",
    )


def _refuse_host(host: str) -> None:
    """Raise an error for a host that is not a public name."""
    number = r"(?:0[xX][0-9A-Fa-f]*|[0-9]+)"
    if host.startswith("[") or re.fullmatch(rf"{number}(?:\.{number})*\.?", host):
        refuse("url-ip-address", "the host is an IP address", "Use the page's public host name.")
    if host and "." not in host:
        _refuse_local(host)
    if not host.isascii():
        refuse(
            "url-host",
            "the host has letters beyond a to z, which can imitate another host",
            "Paste the host in its xn-- form.",
        )
    if not re.fullmatch(_HOST, host):
        refuse("url-host", "the link has no valid host name", "Check the part between // and the next /.")


def _refuse_local(host: str) -> NoReturn:
    refuse(
        "url-local",
        f"the host `{host}` only exists inside a local network",
        "Evidence is a page that everybody can open: use its public https address.",
    )


EvidenceUrl = Annotated[
    str,
    Field(max_length=2000, json_schema_extra={"format": "uri", "pattern": _URL_PATTERN}),
    AfterValidator(_check_url),
]


# ---- issues and decisions --------------------------------------------------------------------------------------------

_NUMBERED = r"[A-Za-z0-9_-]+/(?!\.\.?/)[A-Za-z0-9_.-]+/{}/[1-9][0-9]{{0,9}}"
_ISSUE_PATTERN = rf"^https://{_HOST}/{_NUMBERED.format('issues')}$(?!\n)"
_CONVERSATION = rf"https://{_HOST}/{_NUMBERED.format('(?:issues|pull)')}(?:#[A-Za-z0-9_-]+)?"
_DOCUMENT = r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*/)*[A-Za-z0-9_][A-Za-z0-9_.-]*\.md(?:#[a-z0-9_-]+)?"
_DECISION_PATTERN = rf"^(?:{_CONVERSATION}|{_DOCUMENT})$(?!\n)"


def _check_issue(url: str) -> str:
    _check_url(url)
    if not re.search(_ISSUE_PATTERN, url):
        refuse(
            "issue-link",
            "this is no link to an issue",
            "Write the address of the issue itself, such as https://github.com/OWNER/REPOSITORY/issues/12.",
        )
    return url


def _check_decision(link: str) -> str:
    if re.match(r"https?:", link):
        _check_url(link)
    if not re.search(_DECISION_PATTERN, link):
        refuse(
            "decision-link",
            "this doesn't lead to a decision",
            "Write the address of the pull request or issue in which it was decided, or the path of a document of this "
            "repository, such as docs/data.md.",
        )
    return link


IssueUrl = Annotated[
    str,
    Field(max_length=2000, json_schema_extra={"format": "uri", "pattern": _ISSUE_PATTERN}),
    AfterValidator(_check_issue),
]
DecisionLink = Annotated[
    str, Field(max_length=2000, json_schema_extra={"pattern": _DECISION_PATTERN}), AfterValidator(_check_decision)
]
"""Link to a decision: a pull request or an issue, or the path of a document of this repository."""
