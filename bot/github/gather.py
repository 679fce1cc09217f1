"""Facts about a pull request, fetched from GitHub at the beginning of a run.

That takes five calls and one for every further hundred comments, reviews, statuses or people; two more where somebody
approved, and one for each declaration of a reviewer that names a developer or was edited. Where the token may not list
the people of the repository, it takes one call for each person whose role may matter.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.github.actions import Effect
from bot.github.commands import Verb, commands, requests
from bot.github.facts import Facts, ReviewState, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.github.client import AssociatedReview, Client
    from bot.github.facts import Comment, Person

MOST_ROLES = 8
"""The number of people whose roles are fetched one by one."""
MOST_EDITED = 8
"""The number of a person's comments, the newest, of which the bot's reactions are fetched."""


def gather(client: Client, number: int) -> Facts:
    """Return the facts about a pull request. Raises NotFoundError when there is none.

    `annotated` is None: annotations only matter where there are problems, and then `client.annotated` returns them.
    """
    pull = client.pull_request(number)
    reviews = client.reviews(number)
    written = client.comments(number)
    people = client.people()
    roles = _roles(client, reviews, written) if people is None else people
    comments = mark_declarations(client, written, roles)
    seen = client.status(pull.head, number)
    facts = Facts(
        bot=client.bot_id,
        pull=pull,
        comments=comments,
        reviews=tuple(review for review, _ in reviews),
        roles=roles,
        maintainers=None if people is None else sum(role.is_maintainer for role in people.values()),
        status=None if seen is None else seen.status,
        seen=None if seen is None else seen.first,
        annotated=None,
    )
    # The authors of commits and events of branches only matter once somebody has approved.
    if any(review.state is ReviewState.APPROVED and not review.author.is_bot for review in facts.reviews):
        events = client.branch_events(number)
        authors = client.authors(number)
        return replace(facts, authors=authors, moved=events.forced, retargeted=events.retargeted)
    return facts


def mark_declarations(client: Client, comments: tuple[Comment, ...], roles: Mapping[int, Role]) -> tuple[Comment, ...]:
    """Return the comments with `was_declaration` set on edited ones that the bot acknowledged as a declaration.

    The reaction to a declaration is removed from unedited comments where only others gave it: those are yet to be
    acknowledged. Reactions are fetched for reviewers only, and for at most `MOST_EDITED` comments of each. Anybody can
    edit and react, so an edited declaration can't be hidden behind others: with more comments than that it counts as found.
    """
    reacted: dict[int, list[Comment]] = {}
    for comment in reversed(comments):
        is_voter = roles.get(comment.author.id, Role.NONE).is_reviewer and not comment.author.is_bot
        if is_voter and Effect.DECLARED in comment.reactions and (comment.edited or _names_developer(comment.body)):
            reacted.setdefault(comment.author.id, []).append(comment)
    found: set[int] = set()
    waiting: set[int] = set()
    for own in reacted.values():
        edited = [comment for comment in own if comment.edited]
        if (one := _first_declaration(client, edited)) is not None:
            found.add(one.id)
        written = [comment.id for comment in own if not comment.edited][:MOST_EDITED]
        waiting |= {number for number in written if not client.has_reacted(number, Effect.DECLARED)}
    return tuple(
        replace(
            comment,
            was_declaration=comment.id in found,
            reactions=comment.reactions - ({Effect.DECLARED} if comment.id in waiting else set()),
        )
        for comment in comments
    )


def _names_developer(body: str) -> bool:
    """Return whether a comment declares a developer. Nobody has a reason to hide the declaration of none."""
    return any(one.verb is Verb.COI and one.words[:1] not in ((), ("none",)) for one in commands(body))


def _first_declaration(client: Client, edited: list[Comment]) -> Comment | None:
    asked, others = edited[:MOST_EDITED], edited[MOST_EDITED:]
    known = (comment for comment in asked if client.has_reacted(comment.id, Effect.DECLARED))
    return next(known, others[0] if others else None)


def _roles(client: Client, reviews: Sequence[AssociatedReview], comments: Sequence[Comment]) -> dict[int, Role]:
    """Return the roles of people whose reviews or commands may count, fetched one by one.

    Anybody may approve anything. People of the repository come first, then the latest, so that no crowd displaces them.
    """
    found: dict[Person, bool] = {}
    for review, by_insider in reversed(reviews):
        if review.state in (ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED) and not review.author.is_bot:
            found.setdefault(review.author, by_insider)
    for comment in reversed(comments):
        if not comment.author.is_bot and requests(comment.body):
            found.setdefault(comment.author, False)
    asked = sorted(found, key=lambda person: not found[person])[:MOST_ROLES]
    return {person.id: client.role(person) for person in asked}
