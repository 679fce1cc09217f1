"""Facts about a pull request, fetched from GitHub at the beginning of a run.

That takes three calls: the conversation, the statuses of its head, and the people of the repository, once per run. Further
pages take further calls. Where the token may not list the people, it takes one call for each person whose role may matter.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from bot.github.commands import Command, Verb, requests
from bot.github.facts import Facts, ReviewState, Role
from bot.github.statuses import records_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.github.client import Client
    from bot.github.conversation import Conversation
    from bot.github.facts import Person

MOST_ROLES = 24
"""The number of people whose roles are fetched one by one."""
OBJECTIONS = frozenset({Verb.HOLD, Verb.CONCERN, Verb.RECLASSIFY})
"""The commands that keep a pull request from being merged. Without a known role their effect is unknown."""


def gather(client: Client, number: int) -> Facts:
    """Return the facts about a pull request. Raises NotFoundError when there is none.

    `annotated` is None: annotations only matter where there are problems, and then `client.annotated` returns them.
    """
    found = client.conversation(number)
    people = client.people()
    roles, unknown = (people, ()) if people is not None else fetch_roles(client, _speakers(found))
    statuses = client.statuses(found.pull.head)
    if found.pull.is_our_own and not client.is_made(found.pull.head):
        # Somebody else has pushed to its branch.
        found = found._replace(pull=replace(found.pull, is_our_own=False))
    return Facts(
        **found._asdict(),
        bot=client.bot_id,
        roles=roles,
        unknown_roles=unknown,
        maintainers=None if people is None else sum(role.is_maintainer for role in people.values()),
        status=statuses[-1].status if statuses else None,
        annotated=None,
        records=records_of(statuses, number),
        statuses=len(statuses),
    )


class Speaker(NamedTuple):
    """Person whose words may count, by their role."""

    person: Person
    by_insider: bool
    objects: bool
    """Whether the words would keep something from happening if their role lets them."""


def fetch_roles(client: Client, speakers: Iterable[Speaker]) -> tuple[dict[int, Role], tuple[Person, ...]]:
    """Return the roles of people by their ids, fetched one by one, and those who object and whose role isn't known.

    Those who object are asked for first, and people of the repository before all others, so that no crowd displaces them.
    Nobody is left out because GitHub doesn't count them among these people: it hides private members of an organisation.
    """
    needed: dict[Person, bool] = {}
    insiders: set[Person] = set()
    for person, by_insider, objects in speakers:
        if not person.is_bot:
            needed[person] = needed.get(person, False) or objects
            insiders |= {person} if by_insider else set()
    order = sorted(needed, key=lambda person: (not needed[person], person not in insiders))
    asked, left = order[:MOST_ROLES], order[MOST_ROLES:]
    return {person.id: client.role(person) for person in asked}, tuple(person for person in left if needed[person])


def _speakers(found: Conversation) -> Iterator[Speaker]:
    """Yield the people whose reviews and commands may count, the latest first."""
    for review in reversed(found.reviews):
        if review.state in (ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED):
            yield Speaker(review.author, review.by_insider, review.state is ReviewState.CHANGES_REQUESTED)
    for comment in reversed(found.comments):
        given = requests(comment.body)
        objects = comment.edited_by_another or (
            not comment.edited and any(isinstance(one, Command) and one.verb in OBJECTIONS for one in given)
        )
        if given or objects:
            yield Speaker(comment.author, comment.by_insider, objects)
