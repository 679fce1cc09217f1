"""When two texts mean the same: names and links."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.sameness import link_key, name_key, normal_url, passage_key, requested_url
from tools.confusables import table

# ---- names -----------------------------------------------------------------------------------------------------------

SAME_NAMES = {
    "case": ("Falcon-X", "FALCON-x"),
    "spaces": ("Falcon X", " Falcon \u00a0 X "),
    "a hyphen that doesn't break": ("Falcon-X", "Falcon\u2011X"),
    "a dash": ("Falcon-X", "Falcon\u2014X"),
    "a minus": ("Falcon-X", "Falcon\u2212X"),
    "a joiner of graphemes": ("Falcon", "Fal\u034fcon"),
    "selectors of variations": ("Falcon", "Fal\ufe0fcon\U000e0100"),
    "a soft hyphen": ("Falcon", "Fal\u00adcon"),
    "a Korean filler": ("Falcon", "Falcon\u3164"),
    "Braille without dots": ("Falcon X", "Falcon\u2800X"),
    "a note without a head": ("Falcon", "Fal\U0001d159con"),
    "full width": ("V1", "\uff36\uff11"),
    "mathematical letters": ("Falcon", "\U0001d405\U0001d41a\U0001d425\U0001d41c\U0001d428\U0001d427"),
    "a Cyrillic letter": ("Falcon", "F\u0430lcon"),
    "Cyrillic capitals": ("Beta", "\u0412\u0415\u0422\u0410"),
    "a small letter that only looks alike in capitals": ("Beta", "\u0432eta"),
    "Greek letters": ("Nova", "\u039dOVA"),
    "the I of another script": ("Intern", "\u0406ntern"),
    "the 1 of another script": ("V1", "V\u0661"),
    "one letter that looks like two": ("model", "\u217fodel"),
    "a ligature": ("Fine", "\ufb01ne"),
    "decomposed": ("Café", "Cafe\u0301"),
    "decomposed Korean": ("한글", "\u1112\u1161\u11ab\u1100\u1173\u11af"),
    "sharp s": ("Straße", "STRASSE"),
}
OTHER_NAMES = {
    "1 and l of ASCII": ("V1", "VL"),
    "0 and O of ASCII": ("X0", "XO"),
    "m and rn": ("Modem", "Modern"),
    "an accent": ("Café", "Cafe"),
    "a separator": ("Falcon X", "Falcon-X"),
    "no separator": ("FalconX", "Falcon-X"),
    "a Korean vowel and a stroke": ("이", "l"),
    "Korean syllables": ("한글", "한굴"),
}


@pytest.mark.parametrize("pair", SAME_NAMES.values(), ids=SAME_NAMES)
def test_a_name_is_the_same_however_it_is_written(pair: tuple[str, str]) -> None:
    assert name_key(pair[0]) == name_key(pair[1])


@pytest.mark.parametrize("pair", OTHER_NAMES.values(), ids=OTHER_NAMES)
def test_names_that_people_tell_apart_are_two(pair: tuple[str, str]) -> None:
    assert name_key(pair[0]) != name_key(pair[1])


@given(st.text())
def test_the_key_of_a_key_is_itself(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


@given(st.text(st.characters(codec="ascii")))
def test_names_in_ascii_differ_by_nothing_but_case_and_spaces(name: str) -> None:
    assert name_key(name) == " ".join(name.lower().split())


@given(st.text())
def test_normal_forms_are_the_same_name(name: str) -> None:
    forms = {name_key(unicodedata.normalize(form, name)) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert forms == {name_key(name)}


@pytest.mark.thorough
def test_the_key_of_each_character_is_itself_a_key() -> None:
    letters = (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    assert [letter for letter in letters if name_key(name_key(letter)) != name_key(letter)] == []


@pytest.mark.thorough
def test_the_table_is_made_of_the_files_of_unicode() -> None:
    confusables = "# Version: 99.0.0\n0410 ;\t0041 ;\tMA\t# A\n0661 ;\t006C ;\tMA\t# 1\n0031 ;\t006C ;\tMA\t# l\n"
    properties = "00AD ; Default_Ignorable_Code_Point # Cf\n2060..2064 ; Default_Ignorable_Code_Point\n"
    lines = table(confusables, properties).split("\n")
    assert "Unicode 99.0.0" in lines[1]
    # The small letter of 0410 looks like nothing of ASCII, but its capital does.
    assert {"0031; 0661", "0061; 0410 0430", "ignored; 00AD..00AD 2060..2064"} <= set(lines)


# ---- links -----------------------------------------------------------------------------------------------------------

ONE_REQUEST = {
    "case of the host": ("https://example.org/a", "https://EXAMPLE.org/a"),
    "case of the scheme": ("https://example.org/a", "HTTPS://example.org/a"),
    "default port": ("https://example.org/a", "https://example.org:443/a"),
    "empty port": ("https://example.org/a", "https://example.org:/a"),
    "default port of http": ("http://example.org/a", "http://example.org:80/a"),
    "empty path": ("https://example.org", "https://example.org/"),
    "dot at the end of the host": ("https://example.org/a", "https://example.org./a"),
    "unneeded percent form": ("https://example.org/a~b", "https://example.org/%61%7eb"),
    "case of the percent form": ("https://example.org/%c3%a4", "https://example.org/%C3%A4"),
    "needed percent form": ("https://example.org/ä?ä", "https://example.org/%C3%A4?%C3%A4"),
    "international host": ("https://bücher.example.org/", "https://xn--bcher-kva.example.org/"),
    "dots in the path": ("https://example.org/a/b", "https://example.org/./x/../a/./b"),
    "dots at the end": ("https://example.org/a/", "https://example.org/a/b/.."),
    "empty fragment": ("https://example.org/a", "https://example.org/a#"),
}
ONE_PAGE = ONE_REQUEST | {
    "slash at the end": ("https://example.org/weights", "https://example.org/weights/"),
    "scheme": ("http://example.org/a", "https://example.org/a"),
    "www": ("https://www.example.org/a", "https://example.org/a"),
    "fragment": ("https://example.org/a#b", "https://example.org/a"),
    "slash before the query": ("https://example.org/a/?b=1", "https://example.org/a?b=1"),
}
TWO_PAGES = {
    "case of the path": ("https://example.org/a", "https://example.org/A"),
    "query": ("https://example.org/a", "https://example.org/a?b"),
    "slash at the end of the query": ("https://example.org/?u=a", "https://example.org/?u=a/"),
    "order of the query": ("https://example.org/?a&b", "https://example.org/?b&a"),
    "port": ("https://example.org/", "https://example.org:8443/"),
    "encoded slash": ("https://example.org/a/b", "https://example.org/a%2Fb"),
    "host": ("https://example.org/", "https://sub.example.org/"),
    "two slashes": ("https://example.org/a/b", "https://example.org/a//b"),
}


@pytest.mark.parametrize("pair", ONE_REQUEST.values(), ids=ONE_REQUEST)
def test_these_are_one_request(pair: tuple[str, str]) -> None:
    assert normal_url(pair[0]) == normal_url(pair[1])


@pytest.mark.parametrize("pair", ONE_PAGE.values(), ids=ONE_PAGE)
def test_these_lead_to_one_page(pair: tuple[str, str]) -> None:
    assert link_key(pair[0]) == link_key(pair[1])


@pytest.mark.parametrize("pair", TWO_PAGES.values(), ids=TWO_PAGES)
def test_these_may_lead_to_two_pages(pair: tuple[str, str]) -> None:
    assert link_key(pair[0]) != link_key(pair[1])
    assert normal_url(pair[0]) != normal_url(pair[1])


@pytest.mark.parametrize("name", sorted(ONE_PAGE.keys() - ONE_REQUEST.keys() - {"fragment"}))
def test_what_a_server_may_answer_differently_is_requested_by_itself(name: str) -> None:
    one, other = ONE_PAGE[name]
    assert requested_url(one) != requested_url(other)


def test_two_places_of_a_page_are_two_passages() -> None:
    assert passage_key("https://example.org/a#b") != passage_key("https://example.org/a#c")
    assert passage_key("https://example.org/a/#b") == passage_key("https://EXAMPLE.org/a#b")
    assert requested_url("https://example.org/a#b") == requested_url("https://example.org/a#c")


@pytest.mark.parametrize("text", ["", "weights", "https://", "https://[::1", "https://example.org:x/", "mailto:a@b.c"])
def test_what_is_no_link_is_only_like_itself(text: str) -> None:
    assert normal_url(text) == link_key(text) == text


URLS = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["http", "https"]),
    st.sampled_from(["example.org", "www.example.org:443", "EXAMPLE.org:8080", "xn--bcher-kva.example.org"]),
    st.text(st.sampled_from("/.a%2fAä~")).map(lambda path: f"/{path}"),
    st.sampled_from(["", "?", "?a=%2f", "?ä"]),
    st.sampled_from(["", "#", "#b", "#ä"]),
)


@given(URLS)
def test_the_normal_form_of_a_normal_form_is_itself(url: str) -> None:
    assert normal_url(normal_url(url)) == normal_url(url)
    assert link_key(normal_url(url)) == link_key(url)
