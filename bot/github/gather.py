"""What GitHub says of a pull request, asked once at the beginning of a run.

Five calls and one for every further hundred of comments, reviews, statuses or people; two more where somebody approved.
Where the token may not list the people of the repository, one for each person whose word may count.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.governance.commands import commands
from bot.governance.conversation import Effect
from bot.governance.facts import ReviewState
from bot.pull_request.facts import Facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.github.client import Client, Reviewed
    from bot.governance.facts import Comment, Person, Role

MOST_ROLES = 8
"""How many people's roles are asked for one by one."""
MOST_EDITED = 8
"""Of how many edited comments it is asked what the bot took from them: the newest."""


def gather(client: Client, number: int) -> Facts:
    """The facts of a pull request. Raises Vanished when there is none.

    `annotated` is None: whether a head has annotations only matters where there are problems, so whoever finds some asks
    `client.annotated`.
    """
    pull = client.pull_request(number)
    reviews = client.reviews(number)
    comments = declarations(client, client.comments(number))
    people = client.people()
    seen = client.status(pull.head)
    facts = Facts(
        bot=client.bot_id,
        pull=pull,
        comments=comments,
        reviews=tuple(review for review, _ in reviews),
        roles=_roles(client, reviews, comments) if people is None else people,
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


def declarations(client: Client, comments: tuple[Comment, ...]) -> tuple[Comment, ...]:
    """The comments, each edited one of which the bot had taken a declaration of interests marked as such."""
    taken = [comment for comment in comments if comment.edited and Effect.DECLARED in comment.reactions]
    asked = {comment.id for comment in taken[-MOST_EDITED:] if client.has_reacted(comment.id, Effect.DECLARED)}
    return tuple(replace(comment, was_declaration=True) if comment.id in asked else comment for comment in comments)


def _roles(client: Client, reviews: Sequence[Reviewed], comments: Sequence[Comment]) -> dict[int, Role]:
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
