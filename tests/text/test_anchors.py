"""Anchors of headings: the examples are what GitHub itself answered (github-slugger's fixtures), or follow from its rule."""

from __future__ import annotations

import pytest

from bot.text.anchors import heading_anchor

ANCHORS = {
    "Training data": "training-data",
    "bravoCharlieDelta": "bravocharliedelta",
    "heading with a - dash": "heading-with-a---dash",
    "heading with an _ underscore": "heading-with-an-_-underscore",
    "heading with a period.txt": "heading-with-a-periodtxt",
    "exchange.bind_headers(exchange, routing [, bindCallback])": "exchangebind_headersexchange-routing--bindcallback",
    "apostrophe’s should be trimmed": "apostrophes-should-be-trimmed",
    "I ♥ unicode": "i--unicode",
    "en–dash": "endash",
    "😄 unicode emoji": "-unicode-emoji",
    "😄-😄 unicode emoji": "--unicode-emoji",
    ":ok_hand: Single": "ok_hand-single",
    "Профили пользователей": "профили-пользователей",
    "Привет non-latin 你好": "привет-non-latin-你好",
    "모델 가중치": "모델-가중치",
    "CO₂ emissions": "co-emissions",  # a number that is no digit
    "x² + ½": "x--",
    "प्रशिक्षण डेटा": "प्रशिक्षण-डेटा",  # vowel signs are marks
    "Cafe\u0301": "cafe\u0301",
    "ⅷ Ⅷ": "ⅷ-ⅷ",  # numerals that are letters
    "١٢": "١٢",
    "a‿b＿c": "a‿b＿c",
    "Ⓐ": "ⓐ",
    "Family 👩\u200d👩\u200d👧": "family-",  # the joiners go with the emoji
    "Variation ❤\ufe0f": "variation-\ufe0f",  # a selector is a mark
    "a\u00a0b": "ab",
    "$price": "price",
    "-a-": "-a-",
}


@pytest.mark.parametrize("title", ANCHORS)
def test_a_heading_has_the_anchor_that_github_gives_it(title: str) -> None:
    assert heading_anchor(title) == ANCHORS[title]
