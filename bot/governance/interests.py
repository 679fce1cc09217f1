"""Interests of people: the developers for whom they work or recently worked."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.board.model.policy import Policy
    from bot.governance.conversation import Conversation


def interests(
    policy: Policy,
    conversation: Conversation,
    person: int,
    today: date,
    organisations: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> frozenset[str] | None:
    """Return the developers for whom a person works or recently worked; None if the person has declared nothing.

    The policy and the conversation are added up: neither revokes what the other says. Who works for one folder of an
    organisation works for all its `organisations`.
    """
    known = policy.affiliations.get(person)
    declared = conversation.declared.get(person)
    if known is None and declared is None:
        return None
    earliest = months_before(today, policy.interests.months)
    recent = [
        each.developer for each in (known.affiliations if known else ()) if each.end is None or each.end >= earliest
    ]
    named = {*recent, *(declared or ())}
    return frozenset(named.union(*(organisations.get(developer, ()) for developer in named)))


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    year, month = max(year, 1), month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
