"""Marks of levels and of shares."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree

import pytest

from bot.board.model.rubric import Level
from bot.site.marks import LEVEL_MARKS, MARK_FILES, MARKS, share_mark


@pytest.mark.parametrize(
    ("share", "name"),
    [
        (Fraction(0), "0"), (Fraction(1, 100), "1"), (Fraction(3, 8) - Fraction(1, 1000), "1"), (Fraction(1, 2), "2"),
        (Fraction(5, 8) + Fraction(1, 1000), "3"), (Fraction(99, 100), "3"), (Fraction(1), "4"), (None, "none"),
    ],
)  # fmt: skip
def test_a_circle_is_full_or_empty_only_for_all_or_nothing(share: Fraction | None, name: str) -> None:
    assert share_mark(share) == name


def test_all_pictures_are_svg_of_one_size() -> None:
    roots = [ElementTree.fromstring(text) for text in MARK_FILES.values()]  # noqa: S314
    assert {(root.get("width"), root.get("height")) for root in roots} == {("16", "16")}
    assert len(set(MARK_FILES.values())) == len(MARK_FILES) == 6


def test_every_level_has_a_picture_of_its_own() -> None:
    assert LEVEL_MARKS.keys() == set(Level)
    assert {f"{MARKS}/{name}.svg" for name in LEVEL_MARKS.values()} <= MARK_FILES.keys()
    assert len(set(LEVEL_MARKS.values())) == len(Level)
