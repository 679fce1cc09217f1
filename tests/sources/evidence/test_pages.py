"""The readable text of pages."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.sources.evidence import pages, pdf_text
from bot.sources.evidence.pages import Page, PageFormat, Unreadable, read_page
from bot.sources.evidence.quotes import ExactMatch
from tests.sources.evidence.pdfs import locked, pdf, pdf_of, pdf_with_form
from tests.thorough import examples


def text_of(data: bytes | str, content_type: str = "text/html", path: str = "") -> str:
    page = read_page(data.encode() if isinstance(data, str) else data, content_type, path=path)
    assert isinstance(page, Page), page
    return page.text


# ---- HTML ------------------------------------------------------------------------------------------------------------

HTML = {
    "blocks on lines of their own": ("<p>One<p>two<div>three</div>four", "One\ntwo\nthree\nfour"),
    "words within a line together": ("<p>o<b>n</b>e <i>two</i>", "one two"),
    "white space as one space": ("<p> One \n\t two ", "One two"),
    "line breaks": ("One<br>two<br/>three", "One\ntwo\nthree"),
    "preformatted lines": ("<pre>one\n  two</pre>three\nfour", "one\ntwo\nthree four"),
    "tables by their rows": ("<table><tr><td>a<td>b<tr><th>c</th><th>d</th></table>", "a b\nc d"),
    "lists": ("<ul><li>one<li>two</ul>", "one\ntwo"),
    "numbers of lists": (
        "<ol start=3><li>a<li>b<ul><li>c</ul><li>d</ol><ol start=x><li>e</ol><li>f",
        "\u20613.\u2062 a\n\u20614.\u2062 b\nc\n\u20615.\u2062 d\n\u20611.\u2062 e\nf",
    ),
    "characters by name and number": ("caf&eacute; &amp; &#66;&#x42; &lt;p&gt;", "café & BB <p>"),
    "characters that there are not": ("a&#99999999999;b&#xd800;c&#0;", "a\ufffdb\ufffdc\ufffd"),
    "a number of any length": ("a&#" + "9" * 5000 + ";b", "a\ufffdb"),
    "signs that begin nothing": ("1 < 2 > 1 & so on <3", "1 < 2 > 1 & so on <3"),
    "an ampersand at the end": ("one &am", "one &am"),
    "no scripts": ("a<script>if (1 < 2) '</p>'</script>b", "ab"),
    "no styles": ("a<style>p { }</style>b", "ab"),
    "no templates": ("a<template><p>x</template>b", "ab"),
    "nothing for who has no scripts": ("a<noscript>x</noscript>b", "ab"),
    "no comments": ("a<!-- x > y -->b", "ab"),
    "nothing hidden": ("a<div hidden>x<div>y</div>z</div>b", "ab"),
    "nothing hidden by its last style": (
        'a<i style="display:none;display:inline">b</i><i style="/*;*/display:none !important">x</i>',
        "ab",
    ),
    "no closed dialog": ("a<dialog>x</dialog><dialog open>b</dialog>", "a\nb"),
    "no popover": ("a<div popover>x</div>b", "ab"),
    "what a click unfolds": ("<details><summary>a</summary>b</details>", "a\nb"),
    "no title in the text": ("a<p><title>x</title>b", "a\nb"),
    "no tooltips of drawings": ("a<svg><title>x</title><desc>y</desc><text>b</text></svg>", "a b"),
    "no source of formulas": ("<math><semantics><mi>a</mi><annotation>x</annotation></semantics></math>b", "ab"),
    "nothing hidden by its style": ('a<i style="color: red; DISPLAY : none">x</i>b', "ab"),
    "nothing invisible by its style": ('a<i style="visibility:hidden">x</i>b', "ab"),
    "what a search unfolds": ("a<i hidden=until-found>b</i>", "ab"),
    "hidden to the next of its kind": ("<p hidden>x<p>a<ul><li hidden>y<li>b</ul>", "a\nb"),
    "a hidden input has no end": ("a<input hidden>b", "ab"),
    "a hidden element that others close": ("<div><span hidden>x</div>b", "b"),
    "a hidden element that goes on behind a block": ("<div><i hidden>x</div>y</i>b", "b"),
    "without readings above the letters": ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>字", "漢字"),
    "the title": ("<title>One</title><body>two", "One\ntwo"),
    "end tags of nothing": ("a</p></i></b>b", "a\nb"),
    "a comment without end": ("a<!-- b", "a"),
    "a comment whose end has a space": ("<p>a<!-- b -- > weights are open -->c", "ac"),
    "a comment that ends at once": ("a<!-->b<!--->c", "abc"),
    "a comment with another end": ("a<!-- x --!>b", "ab"),
    "a comment in a comment": ("a<!-- x <!-- y --> b", "a b"),
    "a comment without dashes": ("a<!x>b<?y>c</ z>d", "abcd"),
    "a script with a script in a comment": ("a<script><!--<script>x</script>y--></script>b", "ab"),
    "a script whose end is in a string": ("a<script>'</script>'b", "a'b"),
    "a script of capital letters": ("a<SCRIPT>x</ScRiPt >b", "ab"),
    "what is plain to its end": ("a<plaintext><b>b</plaintext>", "a\n<b>b</plaintext>"),
    "text that looks like elements": ("<textarea><p>a</textarea><xmp><i>b</xmp>", "<p>a\n<i>b"),
    "the end of a comment for who has no scripts": ("a<noscript><!--</noscript>b", "ab"),
    "names of characters without their end": ("&copy 1 &notit; &ampx &#65 &AMP", "© 1 ¬it; &x A &"),
    "names of characters in an address": ('<a href="?a=1&copy=2">a</a>', "a"),
    "characters of Windows by number": ("&#128;&#x99;", "€™"),
    "a form in a form": ("<form>a<form>b</form>c</form>d", "ab\ncd"),
    "text between the rows of a table": ("<table>a<tr><td>b</table>", "a\nb"),
    "headings in each other": ("<h1>a<h2>b</h1>c", "a\nb\nc"),
    "an attribute twice": ("<p hidden=until-found hidden>a", "a"),
    "a tag without end": ("a<b", "a"),
    "a script without end": ("a<script>b", "a"),
    "sections of another language": ("a<![if x]>b<![endif]>c<![CDATA[d]]>", "abc"),
    "ligatures": ("ﬁve", "five"),
    "powers, which are set apart": ("10<sup>20</sup> or x<sub>1</sub>", "10\u206120\u2062 or x\u20631"),
    "elements beside each other": ("<i>a</i><b>b</b> <i>c</i> <b>d</b>", "a\u2065b c d"),
    "pictures and what is filled in": ("a<img>b<input>c<svg></svg>d<video>x</video>e", "a b c d e"),
    "a field that nobody sees": ("a<input type=HIDDEN>b", "ab"),
    "a place where a line may break": ("12<wbr>34", "1234"),
    "nothing that is struck out": (
        "a <del>b</del> <s>c</s> <strike>d</strike> <i style='text-decoration:red line-through'>x</i> <ins>e</ins>",
        "a e",
    ),
    "nothing hidden by an important declaration": (
        'a<i style="display:none!important;display:block">x</i><i style="display:none;display:foo">x</i>',
        "a",
    ),
    "nothing hidden by an escaped value": (r'a<i style="d\69splay:n\one">x</i>', "a"),
    "nothing beside the page": ('a<i style="position:absolute;left:-9999px">x</i>', "a"),
    "what is shown again": ('a<i style="display:none;display:block">b</i>', "ab"),
    "elements between figures": ("2<span>3</span>4 a<em>b</em>c", "2\u20633\u20634 abc"),
    "nothing at all": ("", ""),
}


@pytest.mark.parametrize("case", HTML)
def test_html_is_read_as_it_is_shown(case: str) -> None:
    html, text = HTML[case]
    assert text_of(html).rstrip("\n") == text


def test_hidden_text_is_not_read() -> None:
    page = read_page(b"<p>The weights are <span hidden>not</span> open.<script>'closed'</script>", "text/html")
    assert isinstance(page, Page)
    assert isinstance(page.searchable().find("weights are open"), ExactMatch)
    assert not isinstance(page.searchable().find("not"), ExactMatch)


def test_sections_have_the_names_of_their_headings() -> None:
    html = "<p>Before<h1>Model <b>card</b></h1>One<h2 hidden>Secret</h2><div><h3>Data</h3>Two</div>Three"
    page = read_page(html.encode(), "text/html")
    assert isinstance(page, Page)
    places = {word: page.where(page.text.index(word)) for word in ("Before", "Model", "One", "Data", "Two", "Three")}
    assert places == {
        "Before": None,
        "Model": "Model card",
        "One": "Model card",
        "Data": "Data",
        "Two": "Data",
        "Three": "Data",
    }


# ---- Markdown, JSON, plain text --------------------------------------------------------------------------------------

MARKDOWN = {
    "headings": ("# One *two*\n## Three\n", "One two\nThree"),
    "emphasis": ("a **b** _c_ __d__ ~~e~~ `f` ***g***", "a b c d f g"),
    "tildes that are about": ("1~5 of 10~20", "1~5 of 10~20"),
    "stars and underscores that are no emphasis": (
        "2**3 of 4 * 5 * 6 and snake_case_names",
        "2**3 of 4 * 5 * 6 and snake_case_names",
    ),
    "links": (
        "see [the *card*](https://example.org/a_(b)) and [this][1]\n\n[1]: https://example.org",
        "see the card and this",
    ),
    "brackets in links": ("see [the [2024] card [v1]](https://example.org)", "see the [2024] card [v1]"),
    "pictures that are links": ("[![badge](https://example.org/a.svg)](https://example.org)!", "!"),
    "bare addresses": ("see <https://example.org/a>", "see https://example.org/a"),
    "entities": ("R&amp;D &lt;b&gt; `&amp;`", "R&D <b> &amp;"),
    "quotes and lists": (
        "> said\n> > twice\n\n* one\n+ two\n- three\n1. four",
        "said\ntwice\none\ntwo\nthree\n\u20611.\u2062 four",
    ),
    "tables": ("| a | b |\n|---|---|\n| c | d |", "a b\nc d"),
    "bars without a table": ("a | b", "a | b"),
    "HTML": ('<p align="center">a<br>b</p> x < y <int>', "a\nb\nx < y"),
    "comments": ("a<!-- x\ny -->b", "ab"),
    "a comment without end": ("a <!-- b", "a <!-- b"),
    "code": ("```python\n**kwargs # no\n```\n**b**", "**kwargs # no\nb"),
    "escapes": (r"2 \* 3 \_ 4", "2 * 3 _ 4"),
    "footnotes": ("One[^1].\n\n[^1]: Two", "One\u20611\u2062.\n\u20611.\u2062\nTwo ↩"),
    "front matter": ("---\nlicense: mit\n---\n# One", "license: mit\nOne"),
    "a line that begins no front matter": ("---\nOne", "One"),
}


@pytest.mark.parametrize("case", MARKDOWN)
def test_markdown_is_read_without_its_marks(case: str) -> None:
    markdown, text = MARKDOWN[case]
    assert text_of(markdown, "text/plain", "README.md").rstrip("\n") == text


def test_sections_of_markdown_have_names() -> None:
    page = read_page(b"One\n# *Two* #\nthree\n```\n# four\n```", "text/markdown")
    assert isinstance(page, Page)
    assert [name for _, name in page.places] == ["", "Two"]


def test_json_is_searched_by_its_strings_and_as_text() -> None:
    said = {"license": 'caf\u00e9 "open"\nweights', "layers": 32, "list": ["a", ["b"]]}
    page = read_page(json.dumps(said).encode(), "application/json")
    assert isinstance(page, Page)
    for quote in ('café "open" weights', '"layers": 32', '["a", ["b"]]', "license"):
        assert isinstance(page.searchable().find(quote), ExactMatch), quote


@pytest.mark.parametrize("broken", ["{", '{"a": "b', '"\\', '"\\ud800"', "[" * 100_000, '"a":' * 50_000, "1" * 10_000])
def test_json_that_is_broken_or_deep_is_read_as_text(broken: str) -> None:
    assert text_of(broken, "application/json")


# ---- PDF -------------------------------------------------------------------------------------------------------------


def test_a_pdf_is_read_page_by_page() -> None:
    page = read_page(pdf(["Example One"], ["The weights are re-", "leased (all of them)."]), "application/pdf")
    assert isinstance(page, Page)
    assert (page.format, page.whole) == (PageFormat.PDF, True)
    found = page.searchable().find("weights are released (all of them)")
    assert isinstance(found, ExactMatch)
    assert page.where(found.start) == "page 2"


def test_a_pdf_that_everybody_may_open_is_read() -> None:
    assert "weights" in text_of(locked(pdf(["The weights"]), ""), "application/pdf")


REFUSED_PDF = {
    "a password": (locked(pdf(["The weights"]), "secret"), "a PDF with a password"),
    "no text": (pdf([], []), "without text"),
    "no pages": (pdf_of(), "broken"),
    "cut off": (pdf(["The weights"])[:20], "broken"),
    "only its beginning": (b"%PDF-1.7", "broken"),
    "garbage": (b"%PDF-1.7\n" + bytes(range(256)) * 10, "broken"),
}


@pytest.mark.parametrize("case", REFUSED_PDF)
def test_a_pdf_without_text_says_why(case: str) -> None:
    data, reason = REFUSED_PDF[case]
    page = read_page(data, "application/pdf")
    assert isinstance(page, Unreadable)
    assert reason in page.reason


def test_a_pdf_is_read_up_to_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pdf(["One"], ["Two"], ["Three"])
    monkeypatch.setattr(pdf_text, "MOST_PAGES", 2)
    page = read_page(data, "application/pdf")
    assert isinstance(page, Page)
    assert (page.text, page.missing) == ("One\nTwo\n", "only the first 2 of its 3 pages are read")
    monkeypatch.setattr(pages, "LARGEST_TEXT", 2)
    page = read_page(data, "application/pdf")
    assert isinstance(page, Page)
    assert (page.text, page.missing) == ("One\n", "only the first 1 of its 3 pages are read")


def test_a_pdf_that_unpacks_to_far_more_than_it_is_is_not_unpacked() -> None:
    page = read_page(pdf_of(b" " * 40_000_000), "application/pdf")
    assert isinstance(page, Unreadable)


# ---- kinds and characters --------------------------------------------------------------------------------------------

KINDS = {
    ("text/html; charset=utf-8", "", b"x"): PageFormat.HTML,
    ("TEXT/HTML", "/a.md", b"x"): PageFormat.HTML,
    ("application/xhtml+xml", "", b"x"): PageFormat.HTML,
    ("application/pdf", "", pdf(["One"])): PageFormat.PDF,
    ("text/html", "", pdf(["One"])): PageFormat.PDF,
    ("text/markdown", "", b"x"): PageFormat.MARKDOWN,
    ("text/plain", "/README.md", b"x"): PageFormat.MARKDOWN,
    ("text/plain", "/config.json", b"x"): PageFormat.JSON,
    ("text/plain", "/a.html", b"<p>"): PageFormat.TEXT,
    ("text/plain", "", b"<html>"): PageFormat.TEXT,
    ("text/plain", "/a.html", b"<!doctype html><p>"): PageFormat.HTML,
    ("application/json", "", b"{}"): PageFormat.JSON,
    ("application/ld+json", "", b"{}"): PageFormat.JSON,
    ("application/octet-stream", "/a.json", b"{}"): PageFormat.JSON,
    ("application/octet-stream", "/LICENSE", b"MIT"): PageFormat.TEXT,
    ("", "/LICENSE", b"MIT"): PageFormat.TEXT,
    ("", "", b"\xef\xbb\xbf\n<!DOCTYPE html><p>x"): PageFormat.HTML,
    ("", "", "모델".encode("utf-16")): PageFormat.TEXT,
    ("text/x-python", "/a.py", b"x"): PageFormat.TEXT,
}


@pytest.mark.parametrize("sent", KINDS, ids=lambda sent: f"{sent[0]} {sent[1]}")
def test_the_format_is_detected_by_type_ending_and_beginning(sent: tuple[str, str, bytes]) -> None:
    content_type, path, data = sent
    page = read_page(data, content_type, path=path)
    assert isinstance(page, Page)
    assert page.format is KINDS[sent]


@pytest.mark.parametrize(
    ("content_type", "data"), [("image/png", b"\x89PNG"), ("application/zip", b"PK"), ("", b"\0\1"), ("video/x", b"x")]
)
def test_other_media_are_refused_with_a_reason(content_type: str, data: bytes) -> None:
    page = read_page(data, content_type)
    assert isinstance(page, Unreadable)
    assert page.reason.startswith(f"it is {content_type or 'no text'}, and what can be read is HTML, PDF, ")


CHARSETS = {
    "as UTF-8 if nothing is said": ("text/plain", "모델".encode(), "모델"),
    "as the server says": ("text/html; charset=EUC-KR", "모델".encode("cp949"), "모델"),
    "in quotation marks": ('text/html; x=y; charset="windows-1251"', "код".encode("cp1251"), "код"),
    "as the page says": ("text/html", b'<meta charset="shift_jis">' + "漢字".encode("cp932"), "漢字"),
    "as the page says in the old way": (
        "text/html",
        b'<meta http-equiv="Content-Type" content="text/html; charset=gb2312">' + "模型".encode("gbk"),
        "模型",
    ),
    "as its declaration says": (
        "application/xhtml+xml",
        b'<?xml version="1.0" encoding="iso-8859-2"?>' + "ł".encode("iso8859-2"),
        "ł",
    ),
    "by the byte order mark before all": ("text/plain; charset=latin1", b"\xef\xbb\xbf\xc3\xa9", "é"),
    "of two bytes each": ("text/plain", "模型".encode("utf-16"), "模型"),
    "latin as browsers read it": ("text/plain; charset=iso-8859-1", b"\x93a\x94", "“a”"),
    "as UTF-8 that is no other charset": ("text/html; charset=EUC-KR", "모델".encode(), "모델"),
    "as Korean that declares nothing": (
        "text/html",
        "<p>모델의 가중치 license".encode("cp949"),
        "모델의 가중치 license",
    ),
    "as Chinese that declares nothing": ("text/plain", "我们发布了模型权重".encode("gb18030"), "我们发布了模型权重"),
    "as Japanese that declares nothing": (
        "text/plain",
        "これはオープンなモデルです".encode("euc_jp"),
        "これはオープンなモデルです",
    ),
    "as browsers read what declares nothing": (
        "text/html",
        "Größe café — naïve".encode("cp1252"),
        "Größe café — naïve",
    ),
    "as Korean instead of what it can't be": (
        "text/html; charset=utf-8",
        "모델의 가중치".encode("cp949"),
        "모델의 가중치",
    ),
    "cut off within a character": ("text/plain", "모델".encode()[:-1], "모"),
    "with a sign for what is broken": ("text/plain", b"a\x81b", "a\ufffdb"),
    "not as something that is no charset": ("text/plain; charset=rot13", b"abc", "abc"),
    "not as something that takes long": ("text/plain; charset=punycode", b"abc-", "abc-"),
    "not as what there is not": ("text/plain; charset=../../x", b"abc", "abc"),
    "not as what a page can't be": ("text/html", b"<meta charset=utf-16>abc", "abc"),
}


@pytest.mark.parametrize("case", CHARSETS)
def test_characters_are_read(case: str) -> None:
    content_type, data, text = CHARSETS[case]
    assert text_of(data, content_type) == f"{text}\n"


@pytest.mark.parametrize(
    ("data", "missing"),
    [(b"\xb3\xe9\xff\xfe" * 9, True), ("é".encode() * 300 + b"\xff", False), (b"a" * 300 + b"\x81\x8d\x8f", True)],
)
def test_a_page_whose_characters_are_lost_is_a_part(data: bytes, missing: bool) -> None:
    page = read_page(data, "text/html")
    assert isinstance(page, Page)
    assert page.missing == ("some of its characters are lost, which were read as UTF-8" if missing else "")


def test_a_pointer_to_a_large_file_is_no_text() -> None:
    page = read_page(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "text/plain", "/a.pdf")
    assert page == Unreadable("it is only a pointer to a large file, which is stored elsewhere")


def test_places_in_a_page_are_those_in_what_is_searched() -> None:
    page = read_page("<p>ﬁve e\u0301 …<h2>Data</h2>ﬁles &#xd800;\x01".encode(), "text/html")
    assert isinstance(page, Page)
    assert page.searchable().text == page.text


# ---- limits ----------------------------------------------------------------------------------------------------------


def test_a_page_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LARGEST_PAGE", 10)
    assert read_page(b"x" * 11, "text/html") == Unreadable("it has 11 bytes, and at most 10 are read")


def test_of_a_long_text_the_beginning_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LARGEST_TEXT", 10)
    page = read_page(b"0123456789x", "text/plain")
    assert isinstance(page, Page)
    assert (page.text, page.whole) == ("0123456789\n", False)


def test_a_page_of_elements_in_each_other_without_end_is_not_read() -> None:
    page = read_page(b"<div>a" * 2000, "text/html")
    assert isinstance(page, Page)
    assert (page.text, page.whole) == ("", False)


@pytest.mark.parametrize("html", ["<p>a" * 5000, "<script>for(i=0;i<n;i++){}</script>" * 2000, "<a name=x>a" * 2000])
def test_elements_beside_each_other_are_not_too_deep(html: str) -> None:
    page = read_page(html.encode(), "text/html")
    assert isinstance(page, Page)
    assert page.whole


def test_strings_of_json_that_are_not_decoded_are_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_MOST_ESCAPED", 1)
    for data, whole in ((rb'["\u0061"]', True), (rb'["\u0061", "\u0062"]', False)):
        page = read_page(data, "application/json")
        assert isinstance(page, Page)
        assert page.whole is whole


def test_forms_of_a_pdf_are_read() -> None:
    assert text_of(pdf_with_form(b"/X Do"), "application/pdf") == "In a form\n"


REPEATED = (
    ["<", "<a ", "<!--", "</", "<![", "<?", "&", "&#9", '<a "', "<p>", "<i hidden>", "</p>", "<script>", "<h1>", "\0"],
    ["[", "[x](", "`", "_", "|", "> ", "\\", '"', '"\\', '{"a":', "-\n", " ", "a\u0301"],
)


@pytest.mark.parametrize("content_type", ["text/html", "text/markdown", "application/json"])
@pytest.mark.parametrize("piece", [piece for pieces in REPEATED for piece in pieces])
def test_no_page_hangs_or_crashes(piece: str, content_type: str) -> None:
    assert isinstance(read_page((piece * 30_000).encode(), content_type), Page)


BYTES = st.one_of(
    st.binary(max_size=200),
    st.lists(
        st.sampled_from(
            [
                "<p",
                "<!--",
                "-->",
                "<script>",
                "</script>",
                "<h1>",
                "</h1>",
                "hidden",
                "=",
                '"',
                "'",
                ">",
                "&",
                "&#x41;",
                "\\",
                "[",
                "](",
                ")",
                "`",
                "*",
                "_",
                "#",
                "\n",
                "é",
                "{",
            ]
        ),
        max_size=40,
    ).map(lambda pieces: "".join(pieces).encode()),
)


@settings(max_examples=examples(300), deadline=None)
@given(BYTES, st.sampled_from(["text/html", "text/markdown", "application/json", "text/plain", "", "image/png"]))
@example(b"<p\xff", "text/html")
def test_no_bytes_are_too_strange(data: bytes, content_type: str) -> None:
    page = read_page(data, content_type)
    if isinstance(page, Page):
        page.text.encode("utf-8")
        assert page.searchable().text == page.text


SOUND = pdf(["The weights are open"], ["Two"])


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), max_size=8), st.integers(0, len(SOUND)))
def test_no_pdf_is_too_broken(changes: list[tuple[int, int]], end: int) -> None:
    data = bytearray(SOUND)
    for place, byte in changes:
        data[place] = byte
    assert isinstance(read_page(b"%PDF-" + bytes(data[5:]), "application/pdf"), Page | Unreadable)
    assert isinstance(read_page(b"%PDF-" + bytes(data[5:end]), "application/pdf"), Page | Unreadable)
