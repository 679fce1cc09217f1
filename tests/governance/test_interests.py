"""Interests of people: how far back they count."""

from __future__ import annotations

from datetime import date

import pytest

from bot.governance.conversation import Conversation
from bot.governance.interests import interests, months_before
from tests.governance.samples import ALICE, INSIDER, LAB, NOW, OTHER, RITA, RIVAL, UNA, declared, policy


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2027, 3, 31), 12, date(2026, 3, 31)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2028, 2, 29), 48, date(2024, 2, 29)),
        (date(2027, 3, 31), 1, date(2027, 2, 28)),
        (date(2027, 1, 15), 1, date(2026, 12, 15)),
        (date(2027, 12, 31), 0, date(2027, 12, 31)),
        (date(2027, 5, 31), 1, date(2027, 4, 30)),
        (date(2000, 2, 29), 0, date(2000, 2, 29)),
        (date(2100, 3, 29), 1, date(2100, 2, 28)),
        (date(1, 1, 31), 24, date(1, 1, 31)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, earlier: date) -> None:
    assert months_before(day, months) == earlier


def test_who_works_for_one_folder_of_an_organisation_works_for_all() -> None:
    together = dict.fromkeys((LAB, OTHER), frozenset({LAB, OTHER}))
    declared_for = policy((declared(INSIDER, LAB), declared(RITA, RIVAL)))
    day = NOW.date()
    assert interests(declared_for, Conversation(), INSIDER.id, day, together) == frozenset({LAB, OTHER})
    assert interests(declared_for, Conversation(), RITA.id, day, together) == frozenset({RIVAL})
    assert interests(declared_for, Conversation(), ALICE.id, day, together) is None
    said = Conversation(declared={ALICE.id: {OTHER}, UNA.id: set()})
    assert interests(declared_for, said, ALICE.id, day, together) == frozenset({LAB, OTHER})
    assert interests(declared_for, said, UNA.id, day, together) == frozenset()
