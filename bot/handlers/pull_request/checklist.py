"""What a pull request waits for, and parts of sentences about people and times, which other packages show too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.text.catalogue import SOURCE, _, enumerated, listed
from bot.text.escaping import visible_line
from bot.text.shaping import clip
from bot.text.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.governance.judgement import Condition

NAMED_PEOPLE = 10
MOST_REFUSALS = 5
LONGEST_LOGIN = 40
LONGEST_WORDS = 120
"""Of a command or the name of a concern, in characters."""
MENTIONS = _("For your information, as their developer:")
"""The beginning of the line with mentions."""


def moment(instant: datetime) -> str:
    """Return a time to the minute in UTC, rounded up."""
    late = instant.astimezone(UTC) + timedelta(minutes=1) - timedelta.resolution
    return f"{late:%Y-%m-%d %H:%M} UTC"


def named(logins: Iterable[str], most: int = NAMED_PEOPLE) -> str:
    """Return names as a part of a sentence, only the first of many."""
    return listed([clip(visible_line(login), LONGEST_LOGIN) for login in logins], most)


def enumerate_few(phrases: Sequence[str]) -> str:
    """Return `a`, `a and b`, or `a, b and c`, only the first of many."""
    return enumerated(phrases) if len(phrases) <= NAMED_PEOPLE else listed(phrases, NAMED_PEOPLE)


def waiting(conditions: Iterable[Condition], language: str = SOURCE) -> str:
    """Return until when and for what a pull request waits, as a phrase."""
    unmet = [one for one in conditions if not one.met]
    dues = [one.due for one in unmet if one.due is not None]
    what = enumerate_few([missing(one, language) for one in unmet if one.due is None] or [""])
    if not dues:
        return _("waiting for %(what)s", what=what)
    until = moment(max(dues))
    if not what:
        return _("waiting until %(moment)s", moment=until)
    return _("waiting until %(moment)s for %(what)s", moment=until, what=what)


def missing(condition: Condition, language: str = SOURCE) -> str:
    """Return what an unmet condition waits for, besides a time, as a phrase."""
    values = {"named": named, "numbers": numbers, "enumerate_few": enumerate_few, "longest_name": LONGEST_LOGIN}
    return render("handlers/pull_request/missing.txt.j2", language, one=condition, **values).strip()


def numbers(pulls: Sequence[int]) -> str:
    """Return the numbers of pull requests as a part of a sentence."""
    return enumerate_few([f"#{number}" for number in pulls] or [""])
