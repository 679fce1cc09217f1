"""Escaping: contributors' text is shown as it was written, by the program that renders Markdown on GitHub."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.text.escaping import (
    code_span,
    csv_cell,
    html_content,
    html_text,
    link_destination,
    markdown_link,
    markdown_text,
    one_line,
)
from tests.site.page import html_of, page_of, rendered
from tests.thorough import examples

if TYPE_CHECKING:
    from collections.abc import Callable


# What means something to Markdown, HTML, GitHub or a spreadsheet, and the same glued together.
_HOSTILE = [
    *"\\`*_{}[]()#+-.!|<>&\"'~:;@$=^%/? \n\t1a\u00e9\u202e\u05d0",
    *[
        "<b>",
        "</td>",
        "<!--",
        "-->",
        "]]>",
        "<script>",
        "&amp;",
        "&#64;",
        "&copy;",
        "](javascript:alert(1))",
        "![x](y)",
    ],
    *["http://a.b", "https://a.b/(c)", "www.a.b", "ftp://a.b", "mailto:a@b.c", "xmpp:a@b.c/d", "a@b.cd", "@octocat"],
    *["#1", "GH-1", "o/r#1", ":tada:", "$x$", "$$", "[^1]", "[ ]", "- ", "1. ", "1) ", "# ", "> ", "```", "~~~", "---"],
    *[
        "]:",
        "===",
        "\n\n",
        "    ",
        "|-|",
        "||",
        "\r",
        "\x00",
        "\u2028",
        "\xa0",
        "\u200b",
        "[!NOTE]",
        "=cmd()",
        "\U0001f600",
    ],
]
texts = st.one_of(
    st.lists(st.sampled_from(_HOSTILE), max_size=12).map("".join),
    st.text(max_size=40),
)
filled = texts.filter(one_line)

# Places of inline text, each with its elements.
_PLACES = {
    "paragraph": ("{}", ["p"]),
    "paragraph after another line": ("x\n{}", ["p"]),
    "between words": ("x {} x", ["p"]),
    "heading": ("## {}", ["h2"]),
    "list item": ("- {}", ["ul", "li"]),
    "numbered list item": ("1. {}", ["ol", "li"]),
    "quotation": ("> {}", ["blockquote", "p"]),
    "emphasis": ("**x {} x**", ["p", "strong"]),
    "link text": ("[{}](https://example.org/)", ["p", "a"]),
    "before a link": ("{}[x](https://example.org/)", ["p", "a"]),
    "table cell": ("| x | y |\n|---|---|\n| {} | y |", ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"]),
    "table without outer bars": (
        "x | y\n---|---\n{} | y",
        ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"],
    ),
    "table header": ("| {} | y |\n|---|---|\n", ["table", "thead", "tr", "th", "th"]),
    "HTML cell": ("<table>\n<tr><td>{}</td></tr>\n</table>", ["table", "tr", "td"]),
}
_MARKDOWN_PLACES = [place for place in _PLACES if not place.startswith("HTML")]


def text_at(place: str, escape: Callable[[str], str], text: str, extra: tuple[str, ...] = ("span",)) -> tuple[str, str]:
    """Return what a reader sees at the place, and what they should see; other elements than the place's are an error."""
    template, elements = _PLACES[place]
    page = rendered(template.replace("{}", escape(text)))
    assert [element for element in page.elements if element not in extra] == elements
    expected = rendered(template.replace("{}", "PLACE")).text.replace("PLACE", one_line(text))
    # Spaces at the edge of the place belong to neither.
    return " ".join(page.text.split()), " ".join(expected.split())


@pytest.mark.parametrize("place", _MARKDOWN_PLACES)
@settings(max_examples=examples(60), deadline=None)
@given(text=filled)
@example(text="\ufeff")
@example(text="\ufeffa")
def test_text_in_markdown_shows_exactly_its_characters(place: str, text: str) -> None:
    shown, expected = text_at(place, markdown_text, text)
    assert shown == expected


@pytest.mark.parametrize("place", _MARKDOWN_PLACES)
@settings(max_examples=examples(40), deadline=None)
@given(text=filled)
def test_code_shows_exactly_its_characters(place: str, text: str) -> None:
    shown, expected = text_at(place, code_span, text, ("span", "code"))
    assert shown == expected


@pytest.mark.parametrize("escape", [html_text, html_content])
@settings(max_examples=examples(150), deadline=None)
@given(text=filled)
def test_text_in_an_html_cell_shows_exactly_its_characters(escape: Callable[[str], str], text: str) -> None:
    shown, expected = text_at("HTML cell", escape, text)
    assert shown == expected


@settings(max_examples=examples(150), deadline=None)
@given(text=texts)
def test_text_in_an_html_attribute_stays_in_it(text: str) -> None:
    page = rendered(f'<table>\n<tr><td title="{html_text(text)}">x</td></tr>\n</table>')
    assert (page.elements, page.text.split()) == (["table", "tr", "td"], ["x"])
    assert page.attributes[-1] == {"title": one_line(text)}


@settings(max_examples=examples(200), deadline=None)
@given(text=texts)
def test_no_mention_reference_emoji_or_formula_is_left_for_github_to_find(text: str) -> None:
    for markdown in (markdown_text(text), f"<p>{html_content(text)}</p>"):
        # What GitHub searches after Markdown is the text between two tags.
        for part in re.split(r"<[^>]*>", html_of(markdown)):
            plain = page_of(part).text
            assert not re.search(r"@\w|#\w|\bgh-\d|:[\w+-]+:|\$.*\$", plain, re.IGNORECASE), plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\n\n  b\t c ", "a b c"),
        ("a\x00b\x1bc", "a\ufffdb\ufffdc"),
        ("abc\u202edef", "abc\ufffddef"),
        ("\u05d0\u05d1\u05d2 abc", "\u05d0\u05d1\u05d2 abc"),
        ("\ud800", "\ufffd"),
        (" \n ", ""),
    ],
)
def test_white_space_becomes_one_space_and_invisible_characters_are_replaced(text: str, shown: str) -> None:
    assert one_line(text) == shown


# ---- links -----------------------------------------------------------------------------------------------------------


@settings(max_examples=examples(200), deadline=None)
@given(text=filled, tail=texts)
def test_a_link_shows_its_text_and_leads_to_its_address_and_nowhere_else(text: str, tail: str) -> None:
    page = rendered(f"x {markdown_link(text, 'https://example.org/' + tail)} x")
    assert [element for element in page.elements if element != "span"] == ["p", "a"]
    assert " ".join(page.text.split()) == f"x {one_line(text)} x"
    assert page.attributes[page.elements.index("a")].keys() == {"href"}
    assert page.links[0].startswith("https://example.org/")
    assert page.links[0].isascii()


@pytest.mark.parametrize("place", ["table cell", "list item", "emphasis"])
@settings(max_examples=examples(100), deadline=None)
@given(tail=texts)
def test_an_address_never_breaks_out_of_its_link(place: str, tail: str) -> None:
    template, elements = _PLACES[place]
    page = rendered(template.replace("{}", markdown_link("x", "https://example.org/" + tail)))
    assert sorted(page.elements) == sorted([*elements, "a"])


@pytest.mark.parametrize(
    ("url", "reached"),
    [
        ("https://en.wikipedia.org/wiki/GPT_(model)", "https://en.wikipedia.org/wiki/GPT_(model)"),
        ("https://example.org/a?b=1&copy;=2&lt=3#d", "https://example.org/a?b=1&copy;=2&lt=3#d"),
        ("https://example.org/100%25", "https://example.org/100%25"),
        ("https://example.org/\ubaa8\ub378", "https://example.org/%EB%AA%A8%EB%8D%B8"),
        ('https://example.org/<"|`\\ >', "https://example.org/%3C%22%7C%60%5C%20%3E"),
        ("https://example.org/)](javascript:alert(1))", "https://example.org/)%5D(javascript:alert(1))"),
        ("HTTP://example.org", "HTTP://example.org"),
    ],
)
def test_the_address_reaches_the_server_as_it_was_written(url: str, reached: str) -> None:
    page = rendered(markdown_link("x", url))
    assert page.links[0] == reached
    assert urlsplit(reached).hostname in {"example.org", "en.wikipedia.org"}


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//example.org", "/etc", "", "ftp://a.b/", "https:", "https:///x"],
)
def test_what_is_no_web_address_is_shown_as_text_alone(url: str) -> None:
    assert link_destination(url) is None
    page = rendered(markdown_link("the text", url))
    assert (page.elements, page.text.strip()) == (["p"], "the text")


def test_a_link_without_text_shows_its_address() -> None:
    assert rendered(markdown_link(" ", "https://example.org/a_b")).text.strip() == "https://example.org/a_b"


# ---- CSV -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-5 °C", "'-5 °C"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("﹣1", "'﹣1"),
        ("A;=cmd", "A;'=cmd"),
        ("A, -1", "A,' -1"),
        ('A|"@x', "A|'\"@x"),
        ("A\t+1", "A\t'+1"),
        ("a;b=c, d-e", "a;b=c, d-e"),
        ("https://example.org/?a=1,b", "https://example.org/?a=1,b"),
        ("a=1", "a=1"),
        ("", ""),
        ("GPT-2", "GPT-2"),
    ],
)
def test_a_spreadsheet_executes_no_cell(value: str, cell: str) -> None:
    assert csv_cell(value) == cell


@settings(max_examples=examples(150), deadline=None)
@given(values=st.lists(texts.map(one_line), min_size=1, max_size=4))
def test_cells_come_back_from_the_csv_module(values: list[str]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerow([csv_cell(value) for value in values])
    (read,) = csv.reader(io.StringIO(written.getvalue(), newline="")) if any(values) else ([""] * len(values),)
    assert [cell.replace("'", "") for cell in read] == [value.replace("'", "") for value in values]
    assert not any(re.match(r"\s*[=+\-@\t\r]", part) for cell in read for part in re.split(r"[,;|\t\r\n]", cell))
