"""Types of links: evidence (absolute addresses of public web pages, no shorteners), issues, decisions."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Annotated, NoReturn

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from bot.board.model.fields import refuse
from bot.text.catalogue import _, code, ngettext
from bot.text.sameness import link_key
from bot.text.shaping import shorten

if TYPE_CHECKING:
    from bot.text.catalogue import Message

# Characters of a path, query or fragment: the ASCII of RFC 3986, and beyond ASCII all but white space, as browsers
# show it. \u escapes mean the same in Python and in the ECMA 262 of JSON Schema.
_URL_TAIL = r'[^\u0000-\u0020"<>\\^`{|}\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]'
LONGEST_LABEL = 63
LONGEST_HOST = 253
"""Characters of a host name and of each of its labels (RFC 1035, section 2.3.4)."""
WEB_PORTS = frozenset({80, 443})
"""The ports of the web: no page on another one is requested, so none can be evidence."""

# A public name: at least two labels, the last beginning with a letter, which excludes IP addresses in any notation.
_OTHERS = rf"[A-Za-z0-9-]{{0,{LONGEST_LABEL - 2}}}[A-Za-z0-9]"
_HOST = rf"(?=[A-Za-z0-9.-]{{1,{LONGEST_HOST}}}(?:[:/?#]|$))(?:[A-Za-z0-9](?:{_OTHERS})?\.)+[A-Za-z](?:{_OTHERS})"
_PORT = rf"(?::(?:{'|'.join(map(str, sorted(WEB_PORTS)))}))?"
_PAGE = rf"https?://{_HOST}{_PORT}(?:[/?#]{_URL_TAIL}*)?"
_URL_PATTERN = rf"^(?!.*,\s*https?:){_PAGE}$(?!\n)"
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


def host_fault(host: str) -> Message | None:
    """Return why no server can have this name, as a phrase; None where one can.

    Links are read by this, and requested by it, so that none is accepted and then never asked for.
    """
    name = host.removesuffix(".")
    labels = name.lower().split(".")
    if len(name) > LONGEST_HOST:
        return _("the host has more than %(limit)s characters", limit=LONGEST_HOST)
    if not all(labels):
        return _("the host `%(host)s` has two dots in a row, or begins with a dot", host=shorten(host))
    if long := next((label for label in labels if len(label) > LONGEST_LABEL), ""):
        part = f"{long[:12]}…"
        return _("the host has a part of more than %(limit)s characters, `%(part)s`", limit=LONGEST_LABEL, part=part)
    if wrong := next((label for label in labels if label.startswith("xn--") and not _is_international(label)), ""):
        return _("the host has the part `%(part)s`, which is not a valid `xn--` form", part=wrong)
    return None


def _is_international(label: str) -> bool:
    """Return whether a label that begins with `xn--` is a word of another script (RFC 5891, section 4.4)."""
    try:
        word = label[4:].encode("ascii").decode("punycode")
        is_same = word.encode("punycode").decode("ascii").lower() == label[4:]
    except UnicodeError:
        return False
    is_word = all(letter == "-" or letter in _JOINERS or unicodedata.category(letter)[0] in "LMN" for letter in word)
    is_plain = (
        word == unicodedata.normalize("NFC", word).lower() and not word.startswith("-") and not word.endswith("-")
    )
    return is_same and is_word and is_plain and not word.isascii()


_JOINERS = "\u200c\u200d\u00b7\u30fb"
"""Joiners and middle dots that words of some scripts have (RFC 5892, appendix A)."""


def _check_url(url: str) -> str:
    if not _URL.search(url):
        _refuse_url(url)
    found = _URL_HOST.match(url)
    host = found[1].lower() if found else ""
    if fault := host_fault(host):
        refuse("url-punycode", fault, _AS_SHOWN)
    if _is_local(host):
        _refuse_local(host)
    # `x.bit.ly` is a shortener too.
    if host in _SHORTENERS or host.partition(".")[2] in _SHORTENERS:
        refuse(
            "url-shortener",
            ngettext(
                "%(host)s hides where the link leads",
                "%(number)s links hide where they lead: %(host)s",
                1,
                host=code(host),
            ),
            _("Open the link, then paste the address of the page that opens."),
        )
    return url


def _refuse_url(url: str) -> NoReturn:
    """Raise the error that says why `url` is not an address."""
    if re.search(r",\s*https?:", url):
        what = _("there are several links in `%(link)s`", link=shorten(url))
        refuse("url-list", what, _("Write a list item with its own `url` for each link."))
    if re.search(r"\s", url) and "://" in url:
        refuse("url-whitespace", _("there is a space in the link `%(link)s`", link=shorten(url)), _AS_SHOWN)
    if not re.match(r"https?://", url):
        what = ngettext(
            "%(link)s does not begin with `https://`",
            "%(number)s links do not begin with `https://`: %(link)s",
            1,
            link=code(shorten(url)),
        )
        refuse("url-scheme", what, _("Write the whole address of a public page, with `https://` in small letters."))
    authority = re.split(r"[/?#]", url.split("://", 1)[1], maxsplit=1)[0]
    if "@" in authority:
        refuse(
            "url-userinfo",
            _("there is a user name or password in the link, before the host"),
            _("Delete everything between `//` and `@`. Never publish a password or a token."),
        )
    host, sign, port = authority.partition(":") if not authority.startswith("[") else (authority, "", "")
    _refuse_host(host if port.isdigit() or not port else authority)
    if _is_local(host.lower()):
        _refuse_local(host.lower())
    if sign and not re.fullmatch(_PORT, f":{port}"):
        refuse(
            "url-port",
            _("the link has the port `%(port)s`; only the ports of the web are allowed, 80 and 443", port=shorten(port))
            if port
            else _("there is no port after the colon"),
            _("Delete the colon and the port, if the page can be opened without them."),
        )
    bad = next((character for character in url if not re.fullmatch(_URL_TAIL, character)), "")
    refuse(
        "url-character",
        _("the character `%(character)s` is not allowed in a link", character=bad)
        if bad
        else _("`%(link)s` is not a valid address", link=shorten(url)),
        _("Paste the address as the browser shows it, or write the character in its percent form, such as `%%20`."),
    )


_AS_SHOWN = _("Paste the address as the browser shows it.")
_CHECK_HOST = _("Check the part between `//` and the next `/`.")


def _refuse_host(host: str) -> None:
    """Raise an error for a host that is not a public name."""
    number = r"(?:0[xX][0-9A-Fa-f]*|[0-9]+)"
    if host.startswith("[") or re.fullmatch(rf"{number}(?:\.{number})*\.?", host):
        what = _("the host `%(host)s` is an IP address", host=shorten(host))
        refuse("url-ip-address", what, _("Write the public host name of the page."))
    if host and "." not in host:
        _refuse_local(host)
    if not host.isascii():
        refuse(
            "url-host",
            _("the host `%(host)s` has letters other than a to z, which can imitate another host", host=shorten(host)),
            _("Write the host in its `xn--` form."),
        )
    if fault := host_fault(host) if host else None:
        refuse("url-host", fault, _CHECK_HOST)
    if not re.fullmatch(_HOST, host):
        refuse("url-host", _("`%(host)s` is not a valid host name", host=shorten(host)), _CHECK_HOST)


def _is_local(host: str) -> bool:
    return f".{host}".endswith(_LOCAL_SUFFIXES)


def _refuse_local(host: str) -> NoReturn:
    refuse(
        "url-local",
        _("the host `%(host)s` exists only in a local network", host=shorten(host)),
        _("Evidence must be a page that everybody can open. Write its public address."),
    )


LONGEST_URL = 2000
"""Characters of a link in a file."""

EvidenceUrl = Annotated[
    str,
    Field(max_length=LONGEST_URL, json_schema_extra={"format": "uri", "pattern": _URL_PATTERN}),
    AfterValidator(_check_url),
]


# ---- copies in archives ----------------------------------------------------------------------------------------------

# Archives that name the page in the address of its copy, so that anybody sees what it is a copy of.
_MOMENT = r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]"
_ARCHIVES = rf"(?:web\.archive\.org/web|arquivo\.pt/wayback)/{_MOMENT}(?:i[df]_)?|archive\.(?:today|ph|is|md|vn|li|fo)/{_MOMENT}"
_SNAPSHOT_PATTERN = rf"^(?!.*,\s*https?:)https?://(?:{_ARCHIVES})/{_PAGE}$(?!\n)"
_SNAPSHOT = re.compile(_SNAPSHOT_PATTERN)
_ARCHIVED = re.compile(rf"^https?://(?:{_ARCHIVES})/(https?://.+)$", re.DOTALL)
_SNAPSHOT_DAY = re.compile(r"https?://[^/]+/(?:[a-z]+/)?([0-9]{8})[0-9]{6}(?:i[df]_)?/")
LONGEST_SNAPSHOT = LONGEST_URL + 60
"""Characters of a copy's address, which holds that of the page."""


def is_snapshot_of(snapshot: str, url: str) -> bool:
    """Return whether `snapshot` is the address of one copy, in a public archive, of the page that `url` leads to."""
    found = _ARCHIVED.match(snapshot) if _SNAPSHOT.search(snapshot) else None
    return found is not None and link_key(found[1]) == link_key(url)


def snapshot_day(snapshot: str) -> str:
    """Return the day of a copy by its address, as YYYYMMDD; empty where it is the address of none."""
    found = _SNAPSHOT_DAY.match(snapshot)
    return found[1] if found else ""


def _check_snapshot(url: str) -> str:
    if not _SNAPSHOT.search(url):
        _check_url(url)
        refuse(
            "archived-no-copy",
            _("`%(link)s` is not the address of a copy in an archive", link=shorten(url)),
            _(
                "Write the address of one copy with its time and the whole address of the page, such as "
                "`https://web.archive.org/web/20250331120000/https://example.org/`. archive.today and arquivo.pt have such "
                "addresses too."
            ),
        )
    return _check_url(url)


SnapshotUrl = Annotated[
    str,
    Field(max_length=LONGEST_SNAPSHOT, json_schema_extra={"format": "uri", "pattern": _SNAPSHOT_PATTERN}),
    AfterValidator(_check_snapshot),
]
"""One copy of a page in a public archive."""


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
            _("`%(link)s` is not the address of an issue", link=shorten(url)),
            _("Write the address of the issue itself, such as `https://github.com/OWNER/REPOSITORY/issues/12`."),
        )
    return url


def _check_decision(link: str) -> str:
    if re.match(r"https?:", link):
        _check_url(link)
    if not re.search(_DECISION_PATTERN, link):
        refuse(
            "decision-link",
            _("`%(link)s` does not lead to a decision", link=shorten(link)),
            _(
                "Write the address of the pull request or issue in which it was decided, or the path of a document in this "
                "repository, such as `docs/data.md`."
            ),
        )
    return link


IssueUrl = Annotated[
    str,
    Field(max_length=LONGEST_URL, json_schema_extra={"format": "uri", "pattern": _ISSUE_PATTERN}),
    AfterValidator(_check_issue),
]
DecisionLink = Annotated[
    str,
    Field(max_length=LONGEST_URL, json_schema_extra={"pattern": _DECISION_PATTERN}),
    AfterValidator(_check_decision),
]
"""Link to a decision: a pull request or an issue, or the path of a document of this repository."""
