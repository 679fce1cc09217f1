"""Statuses of commits as the bot's memory: what it writes into the link of each, and reads back from there.

A link leads to the page of the run, and its query says for which pull request the status is, what the merge does, and when
it has to be looked at again: `?pr=12&effect=0123abcd&world=4567cdef&seen=1767607200&due=1767866400`. GitHub keeps all
statuses with their times, nobody can edit them, and only the bot's own are read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bot.github.facts import Status, StatusMemory, StatusRecord, StatusState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_MARK = re.compile(
    r"\?pr=(?P<pull>[1-9][0-9]{0,9})(?:&effect=(?P<effect>[0-9a-f]{1,64}))?"
    r"(?:&world=(?P<world>[0-9a-f]{1,64})&seen=(?P<seen>[0-9]{1,11})(?:&due=(?P<due>[0-9]{1,11}))?)?"
)


class OwnStatus(NamedTuple):
    """Status of a commit that the bot set."""

    status: Status
    at: datetime
    pull: int | None
    """The pull request that it was set for; None where it names none."""
    effect: str
    memory: StatusMemory | None


def read_status(state: str, description: str | None, link: str | None, at: datetime) -> OwnStatus:
    """Return a status of the bot's as a fact. A link that isn't exactly as the bot writes it says nothing."""
    _, mark, query = (link or "").partition("?")
    found = _MARK.fullmatch(f"{mark}{query}")
    status = Status(StatusState(state.lower()), description or "")
    if found is None:
        return OwnStatus(status, at, None, "", None)
    due = found["due"]
    memory = StatusMemory(found["world"], int(found["seen"]), int(due) if due else None) if found["world"] else None
    return OwnStatus(status, at, int(found["pull"]), found["effect"] or "", memory)


def mark_of(pull: int, effect: str = "", memory: StatusMemory | None = None) -> str:
    """Return the query of a status's link."""
    text = f"?pr={pull}" + (f"&effect={effect}" if effect else "")
    if memory is not None and memory.world:
        text += f"&world={memory.world}&seen={memory.seen}" + ("" if memory.due is None else f"&due={memory.due}")
    return text


def records_of(statuses: Iterable[OwnStatus], pull: int) -> tuple[StatusRecord, ...]:
    """Return those of the statuses that were set for a pull request."""
    return tuple(StatusRecord(one.at, one.status.state, one.effect) for one in statuses if one.pull == pull)
