"""For whom people work, and whether that keeps their approval from counting."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.board.model.policy import Policy
    from bot.governance.conversation import Conversation

_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def interests(policy: Policy, heard: Conversation, person: int, today: date) -> frozenset[str] | None:
    """The developers for whom somebody works or recently worked; None for whoever has declared nothing at all.

    What the policy says of them and what they said in the conversation count together: neither takes the other away.
    """
    known = policy.affiliations.get(person)
    said = heard.declared.get(person)
    if known is None and said is None:
        return None
    earliest = months_before(today, policy.interests.months)
    recent = [
        each.developer for each in (known.affiliations if known else ()) if each.end is None or each.end >= earliest
    ]
    return frozenset([*recent, *(said or ())])


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = 29 if month == 1 and (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)) else _DAYS[month]
    return date(max(year, 1), month + 1, min(day.day, last))
