"""Accounts that the policy names: each by its id, which stays, and by its login, which can change hands.

Whoever holds a login today may be a stranger. So the pair is compared with what GitHub says when the policy changes, and
a mention is made from the id. Both are facts from GitHub, fetched only when they matter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.layout import POLICY
from bot.board.model.problem import Problem
from bot.handlers.pull_request.checklist import MENTIONS
from bot.text.catalogue import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bot.board.model.policy import Policy
    from bot.github.facts import Person

MOST_ACCOUNTS = 20
"""Accounts that are looked up for one pull request. With more new people than that the policy is changed in steps."""

_API = "https://api.github.com/users/"
_LOGIN = re.compile(r"\blogin: *['\"]?([A-Za-z0-9_-]+)")
_MENTION = re.compile(r"@([A-Za-z0-9][A-Za-z0-9_-]{0,99})")


class DeclaredAccount(NamedTuple):
    """Account that a changed policy names anew, or by another login."""

    id: int
    login: str
    line: int
    """Where the policy names it, from 1."""


def declared_anew(before: Policy, after: Policy | None, text: str) -> tuple[DeclaredAccount, ...]:
    """Return the accounts in the policy `after`, whose text is `text`, that the one before didn't name in the same way."""
    known = {(person.id, person.login) for person in before.people}
    lines = {found[1]: number for number, line in enumerate(text.splitlines(), 1) if (found := _LOGIN.search(line))}
    return tuple(
        DeclaredAccount(person.id, person.login, lines.get(person.login, 1))
        for person in (after.people if after else ())
        if (person.id, person.login) not in known
    )


def account_problems(accounts: Sequence[DeclaredAccount], logins: Mapping[int, str | None]) -> Iterator[Problem]:
    """Yield a problem for each account whose id and login don't belong together on GitHub.

    `logins` are the present logins of the first `MOST_ACCOUNTS`, by id; None where there is no such account.
    """
    for id_, login, line in accounts[:MOST_ACCOUNTS]:
        present = logins.get(id_)
        if present is None:
            what = _("GitHub knows no account with the number %(id)s", id=id_)
            remedy = _("Write the `id` that `%(address)s` shows for the person who is meant.", address=_API + login)
            yield Problem(POLICY, line, 1, "unknown-account", what, remedy)
        elif present.casefold() != login.casefold():
            what = _(
                "the account %(id)s is called `%(present)s` on GitHub, not `%(login)s`",
                id=id_,
                present=present,
                login=login,
            )
            remedy = _(
                "Write that login, or the `id` that `%(address)s` shows for the person who is meant.",
                address=_API + login,
            )
            yield Problem(POLICY, line, 1, "login-of-another", what, remedy)
    if left := accounts[MOST_ACCOUNTS:]:
        what = _(
            "%(number)s people are new here, more than the %(most)s whose accounts are checked at once",
            number=len(accounts),
            most=MOST_ACCOUNTS,
        )
        remedy = _("Declare the others in another pull request.")
        yield Problem(POLICY, left[0].line, 1, "too-many-accounts", what, remedy)


def already_mentioned(own_comments: Iterable[str], people: Iterable[Person]) -> dict[int, str | None]:
    """Return, by id, the logins of those whom the bot's own comment mentions already: nobody is notified again."""
    lines = [line for body in own_comments for line in body.splitlines() if line.startswith(MENTIONS)]
    there = {login.casefold() for line in lines for login in _MENTION.findall(line)}
    return {person.id: person.login for person in people if person.login.casefold() in there}
