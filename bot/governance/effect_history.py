"""The history of a pull request's effect: which one was on record when somebody approved, and since when it is shown.

The bot's commit statuses are the memory: GitHub dates them, keeps all of them, and nobody can edit them. Pure, but for the
function that fetches the records of former heads.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from bot.github.facts import StatusState, TimelineKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from bot.github.facts import StatusRecord, TimelineEvent

MOST_FORMER_HEADS = 30
"""The number of former heads, the newest, whose records are looked at, with a call for each that had the same effect.

A final comment period takes two weeks, in which a branch may be updated each day, or twice.
"""
LONGEST_RUN = timedelta(hours=1)
"""The time within which the effect of a new head is known: a run takes minutes, and sweeps heal what was lost."""

_BEGIN_ANEW = (TimelineKind.REOPENED, TimelineKind.READY, TimelineKind.RETARGETED)
"""Before these, people had no reason to look: it was closed, a draft, or was to go into another branch."""


class History(NamedTuple):
    """History of a pull request's heads."""

    timeline: tuple[TimelineEvent, ...]
    """Oldest first."""
    records_of: Callable[[str], tuple[StatusRecord, ...]]
    """Returns the records of a commit for this pull request, oldest first."""
    parent_of: Callable[[str], str | None]
    """Returns the first parent of a commit where that may have been a head too."""


def judgements(records: Iterable[StatusRecord]) -> list[StatusRecord]:
    """Return the records that say what the effect was, or that there was none, such as during a conflict.

    The others say that the bot only began, or failed.
    """
    return [one for one in records if one.effect or one.state is StatusState.FAILURE]


def is_another(records: Iterable[StatusRecord], effect: str) -> bool:
    """Return whether a commit is on record with another effect, or with none, and not with this one since."""
    known = judgements(records)
    return bool(known) and known[-1].effect != effect


def had_effect(records: Iterable[StatusRecord], effect: str, at: datetime, now: datetime) -> bool:
    """Return whether a commit with these records had this effect at a time, for all that is known.

    Shortly before its first judgement it had the effect of that; where there is none yet, the present one. A second in which
    several were recorded counts only if all of them, and the one before, are the same: GitHub's times are no finer.
    """
    known = judgements(records)
    before = [one for one in known if one.at < at]
    if there := [*before[-1:], *(one for one in known if one.at == at)]:
        return all(one.effect == effect for one in there)
    first, when = (known[0].effect, known[0].at) if known else (effect, now)
    return first == effect and when - at <= LONGEST_RUN


def last_change(timeline: Iterable[TimelineEvent], *kinds: TimelineKind) -> datetime | None:
    """Return when something of these kinds last happened; None where it never did."""
    return max((one.at for one in timeline if one.kind in kinds), default=None)


def shown_since(head: str, effect: str, now: datetime, history: History) -> datetime:
    """Return since when people can look at this effect without interruption, which is `now` if it is new.

    A conflict, problems to fix, a draft, and time while it was closed or went into another branch interrupt it. Another head
    with the same effect doesn't, such as after a squash, a rebase or "Update branch".
    """
    begin, until, commit = now, None, head
    pushes = [one for one in history.timeline if one.kind is TimelineKind.FORCE_PUSHED]
    for _ in range(MOST_FORMER_HEADS + 1):
        push = pushes[-1] if pushes else None
        period = _Period(history.records_of(commit), push.at if push else None, until)
        run = _first_run(period, now) if until is None and not judgements(period.records) else _last_run(period, effect)
        if run is None:
            break
        begin = run.begin
        if not run.is_whole:
            break
        if push is not None and push.after == commit:
            pushes.pop()
            former, until = push.before, push.at
        else:
            former, until = history.parent_of(commit), begin
        if former is None:
            break
        commit = former
    anew = last_change(history.timeline, *_BEGIN_ANEW)
    return begin if anew is None else max(begin, anew)


class _Period(NamedTuple):
    """Time in which a commit was the head, and its records up to the end of that time."""

    all_records: tuple[StatusRecord, ...]
    begin: datetime | None
    """The forced push by which it became the head, or the last one before; None without any."""
    until: datetime | None
    """None for the present head."""

    @property
    def records(self) -> list[StatusRecord]:
        return [one for one in self.all_records if self.until is None or one.at <= self.until]

    def contains(self, record: StatusRecord) -> bool:
        """Return whether a record is of this time, and not of an earlier one in which the commit was the head too."""
        return self.begin is None or record.at >= self.begin


class _Run(NamedTuple):
    """Time at the end of a period in which a commit had one effect."""

    begin: datetime
    is_whole: bool
    """Whether that is the whole period, as far as is known."""


def _first_run(period: _Period, now: datetime) -> _Run:
    """Return the run of a head that isn't judged yet: since the bot began with it, unless that was long ago."""
    first = next((one.at for one in period.records if period.contains(one)), now)
    return _Run(first if now - first <= LONGEST_RUN else now, is_whole=True)


def _last_run(period: _Period, effect: str) -> _Run | None:
    """Return the run with this effect at the end of a period; None where it ended with another."""
    known = judgements(period.records)
    if not known or known[-1].effect != effect:
        return None
    earlier = [one for one in known if not period.contains(one)]
    inside = known[len(earlier) :]
    run = inside[max((place for place, one in enumerate(inside, 1) if one.effect != effect), default=0) :]
    if len(run) < len(inside):
        return _Run(run[0].at, is_whole=False)
    if period.begin is not None and earlier and earlier[-1].effect == effect:
        # It was the head before, with this effect: a status that stays the same isn't set again.
        return _Run(period.begin, is_whole=True)
    begun = next(one.at for one in period.records if period.contains(one))
    return _Run(begun if run[0].at - begun <= LONGEST_RUN else run[0].at, is_whole=True)
