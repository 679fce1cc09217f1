"""What GitHub says of a pull request, asked once at the beginning of a run.

Five calls and one for every further hundred of comments, reviews, statuses or people; two more where somebody approved, and
one for each declaration of a reviewer that names a developer, or was edited.
Where the token may not list the people of the repository, one for each person whose word may count.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.github.actions import Effect
from bot.github.commands import Verb, commands
from bot.github.facts import Facts, ReviewState, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.github.client import AssociatedReview, Client
    from bot.github.facts import Comment, Person

MOST_ROLES = 8
"""How many people's roles are asked for one by one."""
MOST_EDITED = 8
"""Of how many comments of one person it is asked what the bot took from them: the newest."""


def gather(client: Client, number: int) -> Facts:
    """The facts of a pull request. Raises Vanished when there is none.

    `annotated` is None: whether a head has annotations only matters where there are problems, so whoever finds some asks
    `client.annotated`.
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
    # Who wrote the commits and where they went matters as soon as somebody has approved.
    if any(review.state is ReviewState.APPROVED and not review.author.is_bot for review in facts.reviews):
        turns = client.turns(number)
        authors = client.authors(number)
        return replace(facts, authors=authors, moved=turns.forced, retargeted=turns.retargeted)
    return facts


def mark_declarations(client: Client, comments: tuple[Comment, ...], roles: Mapping[int, Role]) -> tuple[Comment, ...]:
    """The comments, each edited one of which the bot had taken a declaration of interests marked as such.

    An unedited one that it hasn't taken yet is without that reaction, whoever else reacted so: it is still to be
    acknowledged. Only people whose vote may count are asked about, and of each no more comments than `MOST_EDITED`. Anybody
    can edit comments and react to them, so nobody hides an edited declaration behind others: with more it counts as found.
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
    """Whether it declares for whom somebody works: that somebody works for none nobody has a reason to hide."""
    return any(one.verb is Verb.COI and one.words[:1] not in ((), ("none",)) for one in commands(body))


def _first_declaration(client: Client, edited: list[Comment]) -> Comment | None:
    asked, others = edited[:MOST_EDITED], edited[MOST_EDITED:]
    known = (comment for comment in asked if client.has_reacted(comment.id, Effect.DECLARED))
    return next(known, others[0] if others else None)


def _roles(client: Client, reviews: Sequence[AssociatedReview], comments: Sequence[Comment]) -> dict[int, Role]:
    """The roles of people whose word may count, asked for one by one.

    Anybody may approve anything. So that a crowd can't keep the people of the repository from being asked for, those
    come first, then the latest.
    """
    found: dict[Person, bool] = {}
    for review, by_insider in reversed(reviews):
        if review.state in (ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED) and not review.author.is_bot:
            found.setdefault(review.author, by_insider)
    for comment in reversed(comments):
        if not comment.author.is_bot and commands(comment.body):
            found.setdefault(comment.author, False)
    asked = sorted(found, key=lambda person: not found[person])[:MOST_ROLES]
    return {person.id: client.role(person) for person in asked}
