"""The review case that is built from the facts about a pull request."""

from __future__ import annotations

from datetime import timedelta

from bot.github.facts import StatusRecord, StatusState, TimelineEvent, TimelineKind
from bot.handlers.pull_request.case import EffectHistory, build_review_case
from tests.handlers.pull_request.samples import ALONE, EFFECT, HEAD, NOW, OLDER, OTHER_EFFECT, contents, facts

HOUR = timedelta(hours=1)
RECORD = StatusRecord(NOW - HOUR, StatusState.PENDING, EFFECT)
HISTORY = EffectHistory(NOW - HOUR, {OLDER: (RECORD,)})


def test_a_wait_begins_when_people_can_look_at_the_effect_but_not_before_the_pull_request_was_opened() -> None:
    opened = facts(created=NOW - 9 * HOUR)
    assert build_review_case(opened, contents(), NOW, HISTORY, ALONE).since == NOW - HOUR
    assert build_review_case(facts(created=NOW), contents(), NOW, HISTORY, ALONE).since == NOW
    assert build_review_case(facts(is_draft=True), contents(), NOW, HISTORY, ALONE).since is None
    assert build_review_case(opened, contents(conflicts=("x",)), NOW, HISTORY, ALONE).since is None


def test_the_records_are_those_of_the_head_and_of_former_heads_with_the_same_result() -> None:
    case = build_review_case(facts(records=(RECORD,)), contents(), NOW, HISTORY, ALONE)
    assert (case.effect, case.records, case.changed) == (EFFECT, {HEAD: (RECORD,), OLDER: (RECORD,)}, False)
    other = RECORD._replace(effect=OTHER_EFFECT)
    assert build_review_case(facts(records=(other, RECORD)), contents(), NOW, HISTORY, ALONE).changed
    conflict = StatusRecord(NOW, StatusState.FAILURE, "")
    assert not build_review_case(facts(records=(RECORD, conflict)), contents(), NOW, HISTORY, ALONE).changed


def test_all_pull_requests_with_one_commit_are_named_alike() -> None:
    assert build_review_case(facts(number=7, twins=(3, 9)), contents(), NOW, HISTORY, ALONE).sharing == (3, 7, 9)
    assert build_review_case(facts(number=7), contents(), NOW, HISTORY, ALONE).sharing == ()


def test_the_last_change_of_the_base_branch_counts() -> None:
    events = tuple(TimelineEvent(TimelineKind.RETARGETED, NOW - ago * HOUR) for ago in (9, 2))
    last = TimelineEvent(TimelineKind.CLOSED, NOW)
    assert (
        build_review_case(facts(timeline=(*events, last)), contents(), NOW, HISTORY, ALONE).retargeted == NOW - 2 * HOUR
    )
