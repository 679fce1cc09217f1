"""Facts from GitHub that only some pull requests need: disputes that marks link or that know a renamed model, and accounts."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.board.model.layout import assessment_path
from bot.github.actions import own_comments
from bot.github.failure import NotFoundError
from bot.governance.dispute_marker import LABEL, dispute_in
from bot.handlers.pull_request.accounts import MOST_ACCOUNTS, account_problems, already_mentioned
from bot.handlers.pull_request.comment import MARKER
from bot.handlers.pull_request.links import KeptLinks
from bot.handlers.pull_request.marks import added_marks, issues_to_fetch, mark_problems
from bot.handlers.pull_request.references import displaced_models, renamed_while_disputed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.board.model.problem import Problem
    from bot.github.client import Client
    from bot.github.facts import Facts, Person
    from bot.handlers.pull_request.facts import Contents


def check_names(client: Client, contents: Contents) -> Contents:
    """Return the contents with the problems of what only GitHub knows: disputes of added marks, declared accounts.

    One call for each new mark and each new account, up to the limits of both, and where a model isn't where it was, one for
    each hundred disputes. Raises CallFailedError.
    """
    marks, issues = added_marks(contents.change), {}
    for number in issues_to_fetch(marks):
        with suppress(NotFoundError):
            issues[number] = client.issue(number)
    logins = {account.id: client.login_of(account.id) for account in contents.accounts[:MOST_ACCOUNTS]}
    found = (
        *mark_problems(marks, issues, client.bot_id),
        *_renamed_while_disputed(client, contents),
        *account_problems(contents.accounts, logins),
    )
    return replace(contents, problems=tuple(sorted({*contents.problems, *found})))


def kept_links(client: Client, head: str) -> KeptLinks | None:
    """Return what is kept about the links of a head. One call. Raises CallFailedError."""
    found = client.kept_links(head)
    return None if found is None else KeptLinks.read(*found)


def _renamed_while_disputed(client: Client, contents: Contents) -> Iterator[Problem]:
    """Yield a problem for each model that isn't where it was, and about which a dispute is open that isn't marked yet."""
    renamed = displaced_models(contents.change)
    if not renamed:
        return
    known = {problem.path for problem in contents.problems if problem.rule == "renamed-while-disputed"}
    for issue in client.issues_with(LABEL):
        marker = dispute_in(issue, client.bot_id) if issue.is_open else None
        former = marker.question.model if marker else ""
        if former in renamed and assessment_path(renamed[former]) not in known:
            known.add(assessment_path(renamed[former]))
            yield renamed_while_disputed(renamed[former], former, issue.url)


def present_logins(client: Client, facts: Facts, mentions: Sequence[Person]) -> dict[int, str | None]:
    """Return the present logins of people to mention by their ids; None for accounts that are gone.

    One call for each who isn't mentioned yet. Raises CallFailedError.
    """
    people = mentions[:MOST_ACCOUNTS]
    logins = already_mentioned((one.body for one in own_comments(facts.comments, facts.bot, MARKER)), people)
    return logins | {one.id: client.login_of(one.id) for one in people if one.id not in logins}
