"""Which open pull requests a sweep looks at, and in which order. Pure.

A sweep costs what has changed: a pull request is looked at where something happened since the last look that its status
remembers, where the base branch or the people's roles changed, or where a wait ended. Whatever isn't known is a reason to
look. Authors take turns, so that nobody's crowd of pull requests keeps those of others waiting.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import zip_longest
from typing import TYPE_CHECKING

from bot.github.facts import StatusMemory, StatusState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.github.client import OpenPull
    from bot.github.facts import Facts, Role
    from bot.governance.judgement import Judgement

SETTLED = timedelta(minutes=10)
"""Longer than a look takes. What changed within the same second as the facts were gathered isn't missed that way."""
LONGEST = {StatusState.SUCCESS: timedelta(hours=2)}
"""How long a look is remembered, whatever GitHub says: it doesn't promise that every change is one of the pull request."""
LONGEST_OTHERWISE = timedelta(hours=20)
"""The same for all other states. It is less than a day, because rules may depend on the date."""
ELSEWHERE = timedelta(hours=2)
"""How long after a change a pull request into another branch is looked at, as it has no status to remember that."""
MOST_RECORDS = 500
"""Statuses of a commit for which another is set only to remember a look; GitHub takes 1,000."""


def world_of(base_tip: str | None, roles: Mapping[int, Role] | None) -> str:
    """Return a digest of what all pull requests depend on: the tip of the base branch, and the people's roles."""
    people = "" if roles is None else ",".join(f"{number}:{role}" for number, role in sorted(roles.items()))
    return sha256(f"{base_tip} {people}".encode()).hexdigest()[:12]


def memory_of(facts: Facts, judgement: Judgement, base_tip: str) -> StatusMemory | None:
    """Return what the status of a look remembers; None where the next sweep has to look again."""
    if facts.twins or facts.pull.updated is None:
        return None  # A status belongs to the commit, and could remember only one of several pull requests.
    roles = None if facts.maintainers is None else facts.roles
    dues = [one.due for one in judgement.conditions if one.due is not None and not one.met]
    due = math.ceil(min(dues).timestamp()) if dues else None
    return StatusMemory(world_of(base_tip, roles), int(facts.pull.updated.timestamp()), due)


def is_remembered(pull: OpenPull, world: str, now: datetime) -> bool:
    """Return whether nothing has changed since the last look at a pull request."""
    if not pull.into_default:
        return now - pull.updated > ELSEWHERE
    last = pull.last
    if last is None or last.pull != pull.number or last.memory is None or last.status.state is StatusState.ERROR:
        return False
    memory = last.memory
    return (
        (memory.world, memory.seen) == (world, int(pull.updated.timestamp()))
        and is_settled(pull.updated, last.at)
        and now - last.at < LONGEST.get(last.status.state, LONGEST_OTHERWISE)
        and (memory.due is None or now.timestamp() < memory.due)
    )


def is_settled(updated: datetime, now: datetime) -> bool:
    """Return whether a look at the time `now` is worth remembering."""
    return now - updated >= SETTLED


def pulls_to_look_at(pulls: Iterable[OpenPull], world: str, now: datetime) -> tuple[OpenPull, ...]:
    """Return the pull requests that need a look, in the order in which they get it.

    Each author has a turn in every round. Those who wait longest come first, among authors and among their pull requests.
    """
    waiting: dict[int, list[OpenPull]] = {}
    for pull in sorted((one for one in pulls if not is_remembered(one, world, now)), key=_waits_since):
        waiting.setdefault(pull.author.id, []).append(pull)
    rounds = zip_longest(*waiting.values())
    return tuple(pull for each in rounds for pull in each if pull is not None)


def _waits_since(pull: OpenPull) -> tuple[datetime, int]:
    """Return since when a pull request has not been looked at."""
    return (pull.last.at if pull.last else pull.created), pull.number
