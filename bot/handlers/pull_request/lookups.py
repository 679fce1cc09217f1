"""Facts from GitHub that only some pull requests need: the disputes that new marks link, and accounts by their ids."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.github.actions import own_comments
from bot.github.failure import NotFoundError
from bot.handlers.pull_request.accounts import MOST_ACCOUNTS, account_problems, already_mentioned
from bot.handlers.pull_request.comment import MARKER
from bot.handlers.pull_request.marks import added_marks, issues_to_fetch, mark_problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.github.client import Client
    from bot.github.facts import Facts, Person
    from bot.handlers.pull_request.facts import Contents


def check_names(client: Client, contents: Contents) -> Contents:
    """Return the contents with the problems of what only GitHub knows: disputes of added marks, declared accounts.

    One call for each new mark and each new account, up to the limits of both. Raises CallFailedError.
    """
    marks, issues = added_marks(contents.change), {}
    for number in issues_to_fetch(marks):
        with suppress(NotFoundError):
            issues[number] = client.issue(number)
    logins = {account.id: client.login_of(account.id) for account in contents.accounts[:MOST_ACCOUNTS]}
    found = (*mark_problems(marks, issues, client.bot_id), *account_problems(contents.accounts, logins))
    return replace(contents, problems=tuple(sorted({*contents.problems, *found})))


def present_logins(client: Client, facts: Facts, mentions: Sequence[Person]) -> dict[int, str | None]:
    """Return the present logins of people to mention by their ids; None for accounts that are gone.

    One call for each who isn't mentioned yet. Raises CallFailedError.
    """
    people = mentions[:MOST_ACCOUNTS]
    logins = already_mentioned((one.body for one in own_comments(facts.comments, facts.bot, MARKER)), people)
    return logins | {one.id: client.login_of(one.id) for one in people if one.id not in logins}
