"""Shaping of text: cut, counted and fitted."""

from __future__ import annotations

import pytest

from bot.text.shaping import clip, count, fitting, size


@pytest.mark.parametrize(("text", "expected"), [("abcde", "abcde"), ("abcdef", "abcd…"), ("abc def", "abc…"), ("", "")])
def test_a_text_is_cut_where_it_is_longer_than_that(text: str, expected: str) -> None:
    assert clip(text, 5) == expected


@pytest.mark.parametrize(("number", "expected"), [(0, "0 links"), (1, "1 link"), (2, "2 links"), (1234, "1,234 links")])
def test_a_number_has_its_noun(number: int, expected: str) -> None:
    assert count(number, "link") == expected


def test_a_plural_can_be_irregular() -> None:
    assert [count(number, "person has", "people have") for number in (1, 2)] == ["1 person has", "2 people have"]


@pytest.mark.parametrize(
    ("limit", "expected"), [(0, []), (3, []), (4, ["가"]), (7, ["가"]), (8, ["가", "bcd"]), (99, ["가", "bcd", "e"])]
)
def test_rows_fit_into_a_number_of_bytes(limit: int, expected: list[str]) -> None:
    assert fitting(["가", "bcd", "e"], limit) == expected
    assert size(*expected) + len(expected) <= limit
