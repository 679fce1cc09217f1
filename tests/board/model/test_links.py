"""Links that may be evidence, and the reasons for refusing others."""

from __future__ import annotations

import pytest

from bot.board.model.links import LONGEST_URL, EvidenceUrl, SnapshotUrl, is_snapshot_of
from bot.sources.web.addresses import PUBLIC, UnusableUrlError, parse_target
from tests.board.model.values import rules_of_value


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "http://example.org/",
        "https://sub.example-one.org:443/a/b.html?x=1&y=%20#part-2",
        "https://example.org/wiki/한국어",
        "https://example.org/a,b;c=(d)!*'~[0]",
        "https://xn--9t4b11yi5a.com/",
        "https://example.org/@someone/v1.2",
        "https://example.org?first=https://example.com/",
        "https://3d.example.org/",
        "https://example.org/" + "a" * 1900,
        f"https://{'a' * 63}.example.org/",
        f"https://{'.'.join(['a' * 60] * 3 + ['a' * 58])}.example.org/",  # a host of 253 characters
        "http://example.org:80/",
        "https://ex--ample.org/",
        "https://xn--bcher-kva.example.org/",
        "https://xn--strae-oqa.example.org/",  # straße
    ],
)
def test_the_address_of_a_public_page_is_evidence(url: str) -> None:
    assert rules_of_value(EvidenceUrl, url) == []


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("", "url-scheme"),
        ("example.org/paper", "url-scheme"),
        ("//example.org/paper", "url-scheme"),
        ("HTTPS://example.org/", "url-scheme"),
        ("ftp://example.org/", "url-scheme"),
        ("javascript:alert(1)", "url-scheme"),
        ("data:text/html,hello", "url-scheme"),
        ("https:///paper", "url-host"),
        ("https://", "url-host"),
        ("https://.example.org/", "url-host"),
        ("https://example..org/", "url-host"),
        ("https://example.org./", "url-host"),
        ("https://-example.org/", "url-host"),
        ("https://example-.org/", "url-host"),
        ("https://ex_ample.org/", "url-host"),
        ("https://example.o/", "url-host"),
        ("https://еxample.org/", "url-host"),  # a Cyrillic first letter
        ("https://example.org:port/", "url-host"),
        ("https://example.org;/paper", "url-host"),
        ("https://x.bit.ly/abc", "url-shortener"),
        ("https://aka.ms/abc", "url-shortener"),
        ("https://127.0.0.1.nip.io/", "url-local"),
        ("https://lvh.me/", "url-local"),
        ("https://example.org:80;/paper", "url-host"),
        ("https://example.org\\@example.com/", "url-userinfo"),
        ("https://example.org:99999/", "url-port"),
        ("https://example.org:8443/", "url-port"),
        ("https://example.org:0/", "url-port"),
        ("https://example.org:/", "url-port"),
        ("https://example.org:0443/", "url-port"),
        (f"https://{'a' * 64}.example.org/", "url-host"),
        (f"https://example.{'a' * 64}/", "url-host"),
        (f"https://{'.'.join(['a' * 60] * 3 + ['a' * 59])}.example.org/", "url-host"),
        ("https://xn--a.example.org/", "url-punycode"),
        ("https://xn--.example.org/", "url-host"),
        ("https://xn--example.org/", "url-punycode"),
        ("https://xn--zzzzzzzz99.example.org/", "url-punycode"),
        ("https://xn--abc-d.example.org/", "url-punycode"),
        ("https://user@example.org/", "url-userinfo"),
        ("https://user:secret@example.org/", "url-userinfo"),
        ("https://192.0.2.1/", "url-ip-address"),
        ("https://192.0.2.1:8080/", "url-ip-address"),
        ("https://3221225985/", "url-ip-address"),
        ("https://0xC0000201/", "url-ip-address"),
        ("https://0300.0.2.1/", "url-ip-address"),
        ("https://[2001:db8::1]/", "url-ip-address"),
        ("https://192.0.2.1./", "url-ip-address"),
        ("https://localhost/", "url-local"),
        ("https://localhost:8000/", "url-local"),
        ("https://intranet/", "url-local"),
        ("https://wiki.corp/", "url-local"),
        ("https://Printer.LOCAL/", "url-local"),
        ("https://printer.local:631/", "url-local"),
        ("https://model.example", "url-local"),
        ("https://bit.ly/abc", "url-shortener"),
        ("https://www.bit.ly/abc", "url-shortener"),
        ("https://T.CO/abc", "url-shortener"),
        ("https://example.org/a b", "url-whitespace"),
        (" https://example.org/", "url-whitespace"),
        ("https://example.org/\n", "url-whitespace"),
        ("https://example.org/\u00a0", "url-whitespace"),
        ("https://example.org/\u3000x", "url-whitespace"),
        ("https://example.org/, https://example.com/", "url-list"),
        ("https://example.org/,https://example.com/", "url-list"),
        ("https://example.org/<script>", "url-character"),
        ('https://example.org/"', "url-character"),
        ("https://example.org/a|b", "url-character"),
        ("https://example.org/`a`", "url-character"),
        ("https://example.org/\x7f", "url-character"),
        ("https://example.org/" + "a" * 2000, "string_too_long"),
        (7, "string_type"),
        (None, "string_type"),
    ],
)
def test_what_is_no_address_of_a_public_page_is_refused_with_the_reason(url: object, rule: str) -> None:
    assert rules_of_value(EvidenceUrl, url) == [rule]


# ---- copies in archives ----------------------------------------------------------------------------------------------

PAGE = "https://example.org/weights"


@pytest.mark.parametrize(
    "copy",
    [
        f"https://web.archive.org/web/20250331120000/{PAGE}",
        f"https://web.archive.org/web/20250331120000id_/{PAGE}",
        "https://web.archive.org/web/20250331120000/http://www.EXAMPLE.org:80/weights/#files",
        f"https://archive.ph/20250331120000/{PAGE}",
        f"https://archive.today/20250331120000/{PAGE}",
        f"https://arquivo.pt/wayback/20250331120000/{PAGE}",
    ],
)
def test_one_copy_of_the_page_is_a_copy(copy: str) -> None:
    assert rules_of_value(SnapshotUrl, copy) == []
    assert is_snapshot_of(copy, PAGE)


@pytest.mark.parametrize(
    "address",
    [
        PAGE,
        f"https://web.archive.org/save/{PAGE}",
        f"https://web.archive.org/web/*/{PAGE}",
        f"https://web.archive.org/web/2/{PAGE}",
        f"https://web.archive.org/web/2025/{PAGE}",
        f"https://web.archive.org/web/20250231/{PAGE}",
        f"https://web.archive.org/web/99999999999999/{PAGE}",
        f"https://web.archive.org/web/{PAGE}",
        "https://web.archive.org/web/20250331120000/",
        "https://web.archive.org/web/20250331120000/https://localhost/",
        f"https://web.archive.org.example.org/web/20250331120000/{PAGE}",
        f"https://example.org/web/20250331120000/{PAGE}",
        "https://archive.ph/AbCd1",
        f"https://archive.ph/newest/{PAGE}",
        "https://perma.cc/ABCD-1234",
    ],
)
def test_what_is_no_single_copy_that_names_its_page_is_none(address: str) -> None:
    assert rules_of_value(SnapshotUrl, address) == ["archived-no-copy"]
    assert not is_snapshot_of(address, PAGE)


def test_a_copy_is_of_its_page_alone() -> None:
    assert not is_snapshot_of("https://web.archive.org/web/20250331120000/https://example.org/data", PAGE)


def test_the_address_of_a_copy_has_room_for_that_of_any_page() -> None:
    page = "https://example.org/".ljust(LONGEST_URL, "a")
    assert rules_of_value(EvidenceUrl, page) == []
    assert rules_of_value(SnapshotUrl, f"https://web.archive.org/web/20250331120000id_/{page}") == []


# ---- the same rules for the visitor ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "example.org",
        "EXAMPLE.org",
        "xn--bcher-kva.example.org",
        "xn--a.example.org",
        "a" * 64 + ".org",
        "a..org",
        "a" * 300,
    ],
)
@pytest.mark.parametrize("port", ["", ":443", ":80", ":0", ":8443", ":99999"])
def test_what_is_accepted_as_evidence_is_requested(host: str, port: str) -> None:
    url = f"https://{host}{port}/a"
    try:
        parse_target(url, PUBLIC)
        is_requested = True
    except UnusableUrlError:
        is_requested = False
    assert is_requested == (rules_of_value(EvidenceUrl, url) == [])
