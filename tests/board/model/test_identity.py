"""When two names are one name, written differently."""

from __future__ import annotations

import pytest

from bot.board.model.identity import hub_identity, is_same_name, name_identity


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Example 3", "EXAMPLE-3", True),
        ("Example 3", "example3", True),
        ("Ｅxample 3", "Example 3", True),
        ("Example\u20113", "Example 3", True),
        ("Exmaple One", "Example One", True),
        ("Exampel", "Example", True),
        ("Exxample", "Example", True),
        ("Ezample One", "Example One", True),
        ("예시모델하나", "예시모델한나", True),
        ("Example 2.5", "Example 25", False),
        ("Example 2 5", "Example 25", False),
        ("Example R+", "Example R", False),
        ("Example 7B", "Example 70B", False),
        ("Example 7B", "Example 8B", False),
        ("Example A", "Example B", False),
        ("Example Pro", "Example Pre", False),
        ("Example One", "Example Two", False),
        ("Example One", "Example One Large", False),
        ("Exmaple Oen", "Example One", False),
        ("Example2", "Example3", False),
        ("+", "-", False),
    ],
)
def test_a_name_is_the_same_when_it_is_only_written_differently(one: str, other: str, *, same: bool) -> None:
    assert is_same_name(one, other) is same
    assert is_same_name(other, one) is same


def test_a_name_of_signs_alone_keeps_them() -> None:
    assert name_identity("- -") == "- -"


def test_ids_of_the_hub_are_compared_without_their_case() -> None:
    assert hub_identity("Example/One") == hub_identity("example/one")
    assert hub_identity(None) is None
