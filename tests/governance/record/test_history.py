"""The changes of one rating, from the versions of its file and the decisions about it."""

from __future__ import annotations

from datetime import timedelta

from bot.governance.record.decisions import ModelDecision
from bot.governance.record.history import RatedVersion, rating_events
from tests.governance.record.entries import BEGINNING, decision, model

OPEN, CLOSED = {"code": {"level": "open"}}, {"code": {"level": "closed"}}
VERSIONS = (
    RatedVersion("c3", BEGINNING + timedelta(days=3), "Three", OPEN),
    RatedVersion("c2", BEGINNING + timedelta(days=2), "Two", CLOSED),
    RatedVersion("c1", BEGINNING + timedelta(days=1), "One", CLOSED),
)


def test_each_version_with_another_rating_is_an_event() -> None:
    events = rating_events("code", VERSIONS, (), ("c3", "c2", "c1"))
    assert [(one.before, one.after, one.commit, one.is_oldest_known) for one in events] == [
        ("closed", "open", "c3", False),
        (None, "closed", "c1", False),
    ]


def test_where_the_clone_begins_the_rating_may_be_older() -> None:
    events = rating_events("code", VERSIONS, (), ("c3", "c2", "c1"), cut=True)
    assert [one.is_oldest_known for one in events] == [False, True]


def test_a_decision_outside_of_git_is_an_event_without_commit() -> None:
    changed = model("example/one", raised=["code"])
    (event,) = rating_events("code", (), (ModelDecision(decision(3, changed), changed),), ())
    assert (event.before, event.after, event.commit, event.is_oldest_known) == ("closed", "open", None, False)
