"""Comparison and classification of URLs."""

from __future__ import annotations

import pytest

from bot.sources.evidence.addresses import (
    RedirectTarget,
    is_same,
    may_replace,
    redirect_target,
    url_path,
    with_fragment,
)

LEADS = {
    ("https://example.org/paper", "https://example.org/"): RedirectTarget.START,
    ("https://example.org/paper", "https://www.example.org"): RedirectTarget.START,
    ("https://example.org/paper?id=1", "https://example.org/en/"): RedirectTarget.START,
    ("https://example.org/paper", "https://example.org/index.html"): RedirectTarget.START,
    ("https://example.org/?p=12", "https://example.org/"): RedirectTarget.START,
    ("https://example.org/", "https://example.org/en/"): None,
    ("https://example.org/paper", "https://example.org/?p=12"): None,
    ("https://example.org/paper", "https://example.org/papers/one"): None,
    ("https://example.org/paper", "https://example.org/login?next=/paper"): RedirectTarget.SIGN_IN,
    ("https://example.org/paper", "https://example.org/users/sign_in"): RedirectTarget.SIGN_IN,
    ("https://example.org/paper", "https://accounts.example.org/v3/x"): RedirectTarget.SIGN_IN,
    ("https://example.org/login", "https://example.org/login/"): None,
    ("https://example.org/paper", "https://consent.example.org/m?continue=x"): RedirectTarget.CONSENT,
    ("https://example.org/paper", "https://example.org/404.html"): RedirectTarget.ERROR,
    ("https://example.org/paper", "https://example.org/error/not-found"): RedirectTarget.ERROR,
    ("https://example.org/paper", "https://example.org/errors-in-models"): None,
    ("https://example.org/paper", "https://[::1/"): None,
}


@pytest.mark.parametrize("pair", LEADS, ids=lambda pair: pair[1])
def test_to_what_kind_of_page_a_redirect_led(pair: tuple[str, str]) -> None:
    assert redirect_target(*pair) is LEADS[pair]


SAME = [
    ("https://example.org", "https://example.org/"),
    ("https://EXAMPLE.org:443/a", "https://example.org/a"),
    ("https://example.org/ä%c3", "https://example.org/%C3%A4%C3"),
    ("https://example.org/a#b", "https://example.org/a"),
    ("https://example.org/a", "https://example.org/a/"),
    ("https://www.example.org/a", "https://example.org/a"),
]
DIFFERENT = [
    ("http://example.org/", "https://example.org/"),
    ("https://example.org/a", "https://example.org/A"),
    ("https://example.org/a?x", "https://example.org/a"),
    ("https://example.org:8443/", "https://example.org/"),
]


@pytest.mark.parametrize("pair", SAME)
def test_what_is_only_spelt_differently_is_the_same(pair: tuple[str, str]) -> None:
    assert is_same(*pair)


@pytest.mark.parametrize("pair", DIFFERENT)
def test_what_may_be_another_page_is_another(pair: tuple[str, str]) -> None:
    assert not is_same(*pair)


MAY_STAND = {
    "https://new.example.org/a": True,
    "http://new.example.org/a": False,
    "https://127.0.0.1/a": False,
    "https://bit.ly/a": False,
    "https://host.internal/a": False,
    f"https://example.org/{'a' * 2000}": False,
}


@pytest.mark.parametrize("place", MAY_STAND, ids=lambda place: place[:40])
def test_what_may_replace_a_link(place: str) -> None:
    assert may_replace(place, "https://example.org/old") is MAY_STAND[place]


def test_plain_http_may_be_replaced_by_plain_http() -> None:
    assert may_replace("http://new.example.org/a", "http://example.org/a")


def test_a_fragment_is_kept_unless_there_is_a_new_one() -> None:
    assert with_fragment("https://example.org/new", "https://example.org/old#part") == "https://example.org/new#part"
    assert with_fragment("https://example.org/new#2", "https://example.org/old#part") == "https://example.org/new#2"
    assert with_fragment("https://example.org/new", "https://example.org/old") == "https://example.org/new"


def test_the_path_of_what_cannot_be_taken_apart_is_empty() -> None:
    assert url_path("https://example.org/a/b.md?x#y") == "/a/b.md"
    assert url_path("https://[::1/b.md") == ""
