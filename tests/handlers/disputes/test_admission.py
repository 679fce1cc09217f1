"""Whether a rating may be disputed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.github.facts import Comment, Person
from bot.governance.conversation import DisputeRequest
from bot.governance.dispute_marker import Question
from bot.handlers.disputes.admission import (
    MOST_OPEN,
    AlreadyOpen,
    DisputeOpened,
    KnownDispute,
    MayOpen,
    ReturnsLater,
    TooManyDisputes,
    admit,
    answer_request,
)
from tests.handlers.disputes.test_state import POLICY

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def known(number: int, opened: float, closed: float | None, model: str = "example/one", asker: int = 1) -> KnownDispute:
    """Return a dispute that was opened and closed so many days ago."""
    ended = None if closed is None else NOW - closed * DAY
    return KnownDispute(number, Question(model, "weights"), asker, NOW - opened * DAY, ended)


@pytest.mark.parametrize(
    ("name", "disputes", "expected"),
    [
        ("nothing is known", [], MayOpen()),
        ("another rating is disputed", [known(5, 3, None, "example/two", 9)], MayOpen()),
        ("this one is", [known(5, 3, None, asker=9)], AlreadyOpen(5)),
        ("it ended today", [known(5, 60, 0, asker=9)], ReturnsLater(5, NOW + 21 * DAY)),
        ("it ended 20 days, 23 hours and 59 minutes ago", [known(5, 60, 21 - MINUTE / DAY, asker=9)],
         ReturnsLater(5, NOW + MINUTE)),
        ("it ended 21 days ago", [known(5, 60, 21, asker=9)], MayOpen()),
        ("of two the later one counts", [known(5, 90, 50, asker=9), known(7, 40, 2, asker=9)],
         ReturnsLater(7, NOW + 19 * DAY)),
        ("who asks has two others", [known(1, 3, None, "example/a"), known(2, 3, None, "example/b")], MayOpen()),
        ("who asks has three others", [known(number, 3, None, f"example/{number}") for number in (1, 2, 3)],
         TooManyDisputes(MOST_OPEN)),
        ("one of the three ended", [known(number, 3, 1 if number == 2 else None, f"example/{number}") for number in (1, 2, 3)],
         MayOpen()),
        ("somebody else has three", [known(number, 3, None, f"example/{number}", 9) for number in (1, 2, 3)], MayOpen()),
        ("a crowd has one less than there may be", [known(number, 3, None, f"example/{number}", number) for number in range(2, 51)],
         MayOpen()),
        ("a crowd has as many as there may be", [known(number, 3, None, f"example/{number}", number) for number in range(2, 52)],
         TooManyDisputes(50, of_all=True)),
    ],
)  # fmt: skip
def test_whether_a_rating_may_be_disputed(name: str, disputes: list[KnownDispute], expected: object) -> None:
    assert admit(Question("example/one", "weights"), 1, disputes, NOW, POLICY) == expected, name


def _request(days_ago: float, login: str = "asker") -> DisputeRequest:
    comment = Comment(1, Person(1, login), "/dispute example/one weights", NOW - days_ago * DAY)
    return DisputeRequest("example/one", "weights", comment)


def test_a_request_is_served_once_a_dispute_was_opened_after_it() -> None:
    assert answer_request(_request(1), [], POLICY) == MayOpen()
    assert answer_request(_request(1), [known(5, 0.5, None)], POLICY) == DisputeOpened(5)
    assert answer_request(_request(1), [known(5, 0.5, 0.1)], POLICY) == DisputeOpened(5)
    assert answer_request(_request(0.1), [known(5, 0.5, None)], POLICY) == AlreadyOpen(5)


def test_a_refused_request_is_not_granted_later_by_time_alone() -> None:
    refused_then = ReturnsLater(5, NOW - 50 * DAY + 21 * DAY)
    assert answer_request(_request(40), [known(5, 90, 50)], POLICY) == refused_then
    assert answer_request(_request(70), [known(5, 90, 50)], POLICY) == AlreadyOpen(5)
    later = [known(number, 30, 20, f"example/{number}") for number in (1, 2, 3)]
    assert answer_request(_request(40), later, POLICY) == TooManyDisputes(MOST_OPEN)
