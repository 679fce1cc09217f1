"""Soft errors are distinguished from pages about errors."""

from __future__ import annotations

import pytest

from bot.sources.evidence.soft_errors import SoftError, soft_error

NOT_FOUND = [
    "404",
    "404 Not Found",
    "Error 404 (Not Found)!!1",
    "HTTP 404",
    "Page not found",
    "Page Not Found · Example Hub",
    "404 – Example Lab",
    "404 - Page Not Found | Example Lab",
    "404: This page could not be found",
    "Oops! That page can’t be found.",
    "This page doesn't exist",
    "Sorry, this page isn't available",
    "We can't find the page you are looking for",
    "Example Hub - Repository not found",
    "페이지를 찾을 수 없습니다 | 예시",
    "요청하신 페이지를 찾을 수 없습니다.",
    "존재하지 않는 페이지입니다",
    "页面不存在",
    "404 - 找不到页面",
    "抱歉，您访问的页面不存在",
    "Page introuvable - Exemple",
    "Cette page n'existe pas",
    "Seite nicht gefunden",
    "Die angeforderte Seite wurde nicht gefunden",
]
CHALLENGES = [
    "Just a moment...",
    "Attention Required! | Cloudflare",
    "Are you a robot?",
    "Example News - Are you a robot?",
    "Robot Check",
    "Example Archive reCAPTCHA",
    "Access to this page has been denied",
    "Client Challenge",
    "Verifying you are human",
    "Checking your browser before accessing example.org",
]
OTHERS = [
    "",
    "Example One",
    "How to fix 404 Not Found errors",
    "404 models were released",
    "The missing page in training data",
    "A page of results is found",
    "Tokens not found in the training set",
    "How we solved every captcha",
    "Just a moment in the history of language models",
]


@pytest.mark.parametrize("title", NOT_FOUND)
def test_titles_of_missing_pages_are_detected(title: str) -> None:
    assert soft_error(f"<title>{title}</title><p>Go to the start page.") is SoftError.NOT_FOUND


@pytest.mark.parametrize("title", CHALLENGES)
def test_a_title_that_wants_to_see_a_person(title: str) -> None:
    assert soft_error(f"<title>{title}</title><p>One more step.") is SoftError.CHALLENGE


@pytest.mark.parametrize("title", OTHERS)
def test_a_title_of_any_other_page(title: str) -> None:
    assert soft_error(f"<title>{title}</title><p>Text.") is None


def test_a_page_about_such_errors_has_more_to_say() -> None:
    about = "<p>A server answers with it when it doesn't know an address. " * 50
    assert soft_error(f"<title>404 Not Found - HTTP</title>{about}") is None
    scripts = f"<script>{about}</script>"
    assert soft_error(f"<title>404 Not Found</title>{scripts}<p>Sorry.") is SoftError.NOT_FOUND


@pytest.mark.parametrize(
    "page",
    [
        "<!-- <title>404</title> --><title>Example One</title><p>Text.",
        "<title>Example One</title><svg><title>404</title></svg>",
        "<script>'<title>404</title>'</script><title>Example One</title>",
        "<title>Example One</title><!-- <h1>404</h1> --><p>Text.",
    ],
)
def test_what_no_browser_takes_for_a_title_is_none(page: str) -> None:
    assert soft_error(page) is None


def test_a_title_is_read_as_browsers_read_it() -> None:
    assert soft_error("<title\n>404 <b>Not Found</title>") is None
    assert soft_error("<title/class=x>404 &#8211 Not Found</title>") is SoftError.NOT_FOUND


def test_the_only_heading_counts_as_a_title_does() -> None:
    assert soft_error("<title>Example Lab</title><h1><b>Page</b> not found</h1>") is SoftError.NOT_FOUND
    assert soft_error("<title>Example Lab</title><h1>404</h1><h2>Our models</h2>") is None
