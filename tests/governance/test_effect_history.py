"""Since when an effect is shown, and which one a commit had at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.github.facts import TimelineEvent, TimelineKind
from bot.governance.effect_history import MOST_FORMER_HEADS, History, had_effect, shown_since
from tests.governance.samples import EFFECT, HEAD, NOW, OLDER, OTHER_EFFECT, SQUASHED, hours, record

if TYPE_CHECKING:
    from bot.github.facts import StatusRecord

BEGUN, FAILED, CONFLICT = ("", "PENDING"), ("", "ERROR"), ("", "FAILURE")


def event(kind: str, ago: int, before: str | None = None, after: str | None = None) -> TimelineEvent:
    return TimelineEvent(TimelineKind[kind], NOW - hours(ago), before, after)


def forced(ago: int, before: str | None, after: str = HEAD) -> TimelineEvent:
    return event("FORCE_PUSHED", ago, before, after)


def records(*said: tuple[int, str] | tuple[int, tuple[str, str]]) -> tuple[StatusRecord, ...]:
    """Return records from how many hours ago they are, and an effect or a status without one."""
    return tuple(record(hours(ago), *((what, "PENDING") if isinstance(what, str) else what)) for ago, what in said)


SAME = records((80, BEGUN), (80, EFFECT))

# The timeline, the records by commit, the parents, and how many hours ago people could begin to look.
SHOWN = {
    "a head that nobody has judged": ((), {}, {}, 0),
    "a head that a run begins with": ((), {HEAD: records((0, BEGUN))}, {}, 0),
    "a head that a run began with long ago": ((), {HEAD: records((9, BEGUN))}, {}, 0),
    "a head with one effect": ((), {HEAD: records((9, EFFECT), (2, EFFECT))}, {}, 9),
    "the run that found it had begun before": (
        (), {HEAD: (record(hours(9, 5), *BEGUN), record(hours(9)))}, {}, 9 + 5 / 60
    ),
    "a run that died, and one that found it much later": ((), {HEAD: records((9, BEGUN), (6, EFFECT))}, {}, 6),
    "it failed in between": ((), {HEAD: records((9, EFFECT), (5, FAILED), (4, EFFECT))}, {}, 9),
    "it began again in between": ((), {HEAD: records((9, EFFECT), (5, BEGUN), (4, EFFECT))}, {}, 9),
    "another effect in between": ((), {HEAD: records((9, EFFECT), (5, OTHER_EFFECT), (4, EFFECT))}, {}, 4),
    "a conflict in between": ((), {HEAD: records((9, EFFECT), (5, CONFLICT), (4, EFFECT))}, {}, 4),
    "another effect before a failure": ((), {HEAD: records((9, OTHER_EFFECT), (5, FAILED), (4, EFFECT))}, {}, 4),
    "another effect that was there until now": ((), {HEAD: records((9, EFFECT), (5, OTHER_EFFECT))}, {}, 0),
    # ---- time in which nobody could look
    "reopened": ((event("CLOSED", 8), event("REOPENED", 3)), {HEAD: records((9, EFFECT))}, {}, 3),
    "reopened before": ((event("CLOSED", 99), event("REOPENED", 98)), {HEAD: records((9, EFFECT))}, {}, 9),
    "ready for review": ((event("READY", 3),), {HEAD: records((9, EFFECT))}, {}, 3),
    "a draft for a while": ((event("DRAFTED", 8), event("READY", 3)), {HEAD: records((9, EFFECT))}, {}, 3),
    "turned to this branch": ((event("RETARGETED", 3),), {HEAD: records((9, EFFECT))}, {}, 3),
    "turned away and back": (
        (event("RETARGETED", 8), event("RETARGETED", 3)), {HEAD: records((9, EFFECT))}, {}, 3
    ),
    "reopened before a squash": (
        (event("REOPENED", 70), forced(3, OLDER)), {HEAD: records((3, EFFECT)), OLDER: SAME}, {}, 70
    ),
    # ---- former heads
    "a squash": ((forced(3, OLDER),), {HEAD: records((3, EFFECT)), OLDER: SAME}, {}, 80),
    "a squash that isn't judged yet": ((forced(1, OLDER),), {HEAD: records((0, BEGUN)), OLDER: SAME}, {}, 80),
    "a squash to something else": (
        (forced(3, OLDER),), {HEAD: records((3, EFFECT)), OLDER: records((80, OTHER_EFFECT))}, {}, 3
    ),
    "a squash after a conflict": (
        (forced(3, OLDER),), {HEAD: records((3, EFFECT)), OLDER: records((80, EFFECT), (5, CONFLICT))}, {}, 3
    ),
    "a squash of what nobody had judged": ((forced(3, OLDER),), {HEAD: records((3, EFFECT))}, {}, 3),
    "a squash of what is gone": ((forced(3, None),), {HEAD: records((3, EFFECT)), OLDER: SAME}, {}, 3),
    "another effect between two squashes": (
        (forced(7, OLDER, SQUASHED), forced(3, SQUASHED)),
        {HEAD: records((3, EFFECT)), SQUASHED: records((7, OTHER_EFFECT)), OLDER: SAME}, {}, 3,
    ),
    "two squashes": (
        (forced(7, OLDER, SQUASHED), forced(3, SQUASHED)),
        {HEAD: records((3, EFFECT)), SQUASHED: records((7, EFFECT)), OLDER: SAME}, {}, 80,
    ),
    "away and back by force": (
        (forced(7, HEAD, OLDER), forced(3, OLDER)), {HEAD: SAME, OLDER: records((7, OTHER_EFFECT))}, {}, 3
    ),
    "away and back by force with the same effect": (
        (forced(7, HEAD, OLDER), forced(3, OLDER)), {HEAD: SAME, OLDER: records((7, EFFECT))}, {}, 80
    ),
    "forward with something else and back by force": (
        (forced(3, OLDER),), {HEAD: SAME, OLDER: records((70, OTHER_EFFECT))}, {}, 3
    ),
    "back by force, and then it does something else for a while": (
        (forced(7, OLDER),), {HEAD: (*SAME, *records((5, OTHER_EFFECT), (4, EFFECT))), OLDER: SAME}, {}, 4
    ),
    "a squash of what did something else then and the same later": (
        # A run that was late set the second status when it was no head any more.
        (forced(3, OLDER),), {HEAD: records((3, EFFECT)), OLDER: records((80, OTHER_EFFECT), (2, EFFECT))}, {}, 3
    ),
    "a merge of the base branch": ((), {HEAD: records((3, EFFECT)), OLDER: SAME}, {HEAD: OLDER}, 80),
    "a merge of the base branch that changes the effect": (
        (), {HEAD: records((3, EFFECT)), OLDER: records((80, OTHER_EFFECT))}, {HEAD: OLDER}, 3
    ),
    "a merge of the base branch after a squash": (
        (forced(7, OLDER, SQUASHED),),
        {HEAD: records((3, EFFECT)), SQUASHED: records((7, EFFECT)), OLDER: SAME}, {HEAD: SQUASHED}, 80,
    ),
    "a squash after a merge of the base branch": (
        (forced(3, SQUASHED),),
        {HEAD: records((3, EFFECT)), SQUASHED: records((7, EFFECT)), OLDER: SAME}, {SQUASHED: OLDER}, 80,
    ),
    "a parent that was never a head": ((), {HEAD: records((3, EFFECT))}, {HEAD: OLDER}, 3),
}  # fmt: skip


@pytest.mark.parametrize(("timeline", "by_commit", "parents", "ago"), SHOWN.values(), ids=SHOWN.keys())
def test_since_when_an_effect_is_shown(
    timeline: tuple[TimelineEvent, ...],
    by_commit: dict[str, tuple[StatusRecord, ...]],
    parents: dict[str, str],
    ago: float,
) -> None:
    history = History(timeline, lambda commit: by_commit.get(commit, ()), parents.get)
    assert shown_since(HEAD, EFFECT, NOW, history) == NOW - timedelta(hours=ago)


def test_only_so_many_former_heads_are_looked_at() -> None:
    asked: list[str] = []

    def records_of(commit: str) -> tuple[StatusRecord, ...]:
        asked.append(commit)
        return records((1000 - int(commit), EFFECT))

    pushes = tuple(forced(999 - number, str(number), str(number + 1)) for number in range(50))
    history = History(pushes, records_of, lambda _: None)
    assert shown_since("50", EFFECT, NOW, history) == NOW - hours(1000 - 50 + MOST_FORMER_HEADS)
    assert asked == [str(number) for number in range(50, 49 - MOST_FORMER_HEADS, -1)]


@pytest.mark.parametrize(
    ("said", "at", "expected"),
    [
        ((), 1, True),
        ((), 2, False),
        (((9, EFFECT),), 5, True),
        (((9, EFFECT),), 10, True),
        (((9, EFFECT),), 11, False),
        (((9, OTHER_EFFECT),), 10, False),
        (((9, FAILED), (1, EFFECT)), 8, False),
        (((9, EFFECT), (5, OTHER_EFFECT)), 6, True),
        (((9, EFFECT), (5, OTHER_EFFECT)), 5, False),
        (((9, OTHER_EFFECT), (5, EFFECT)), 5, False),
        (((9, EFFECT), (5, OTHER_EFFECT), (5, EFFECT)), 5, False),
        (((9, CONFLICT), (5, EFFECT)), 6, False),
        (((9, FAILED), (5, EFFECT)), 6, True),
        (((9, OTHER_EFFECT), (7, (EFFECT, "ERROR")), (5, OTHER_EFFECT)), 6, True),
        (((9, BEGUN), (5, OTHER_EFFECT), (4, EFFECT)), 9, False),
    ],
)
def test_which_effect_was_there_when_somebody_approved(
    said: tuple[tuple[int, str], ...], at: int, expected: bool
) -> None:
    assert had_effect(records(*said), EFFECT, NOW - hours(at), NOW) is expected
