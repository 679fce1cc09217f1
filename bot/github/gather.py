"""What GitHub says of a pull request, asked once at the beginning of a run.

Four calls, one for each reviewer whose role matters (usually none or one), and one for every further hundred of
comments, reviews or statuses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.pull_request.facts import Facts, Person, ReviewState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.github.client import Client, Reviewed

MOST_ROLES = 8
"""How many people's roles are asked for."""


def gather(client: Client, number: int) -> Facts:
    """The facts of a pull request. Raises Vanished when there is none.

    `annotated` is None: whether a head has annotations only matters where there are problems, so whoever finds some asks
    `client.annotated`.
    """
    pull = client.pull_request(number)
    reviews = client.reviews(number)
    return Facts(
        bot=client.bot_id,
        pull=pull,
        comments=client.comments(number),
        reviews=tuple(review for review, _ in reviews),
        roles={person.id: client.role(person) for person in _deciders(reviews, pull.author)},
        status=client.status(pull.head),
        annotated=None,
    )


def _deciders(reviews: Sequence[Reviewed], author: Person) -> list[Person]:
    """The people whose roles matter: whose approval or request for changes stands.

    Anybody may approve anything. So that a crowd can't keep the people of the repository from being asked for, those
    come first, then the latest.
    """
    found: dict[Person, bool] = {}
    for review, by_insider in reversed(reviews):
        is_decisive = review.state in (ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED)
        if is_decisive and not review.author.is_bot and review.author.id != author.id:
            found.setdefault(review.author, by_insider)
    return sorted(found, key=lambda person: not found[person])[:MOST_ROLES]
