"""Links that may be evidence, and the reasons for refusing others."""

from __future__ import annotations

import pytest

from bot.board.model.links import EvidenceUrl
from tests.board.model.values import rules_of_value


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "http://example.org/",
        "https://sub.example-one.org:8443/a/b.html?x=1&y=%20#part-2",
        "https://example.org/wiki/한국어",
        "https://example.org/a,b;c=(d)!*'~[0]",
        "https://xn--9t4b11yi5a.com/",
        "https://example.org/@someone/v1.2",
        "https://example.org?first=https://example.com/",
        "https://3d.example.org/",
        "https://example.org/" + "a" * 1900,
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
