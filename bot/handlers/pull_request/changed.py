"""Comparison of the facts that a judgement rests on with GitHub's present ones, right before a success. Pure.

A slow run, such as a sweep, would else write its success over the answer to a hold that was said meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github.commands import commands
from bot.github.facts import ReviewState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.github.conversation import Conversation
    from bot.github.facts import Comment, Facts, PullRequest, Review


MOST_ATTEMPTS = 3
"""How often one run judges something that changes while it is judged."""


class ChangedError(Exception):
    """Something that a judgement rests on has changed since; the message is a phrase for the log."""


def what_changed(facts: Facts, base: str, found: Conversation) -> str:
    """Return what is different by now, as a phrase behind "has"; empty where nothing is.

    `base` is the tip of the base branch that was judged. What the bot wrote itself is left out, and so are labels and
    reactions, on which nothing rests.
    """
    before = (
        ("another state, head or base branch", _state(facts.pull), _state(found.pull)),
        ("another tip of its base branch", base, found.base_tip),
        ("other comments", _words(facts.comments, facts.bot), _words(found.comments, facts.bot)),
        ("other reviews", _votes(facts.reviews, facts.bot), _votes(found.reviews, facts.bot)),
        ("other events", facts.timeline, found.timeline),
        ("other commits", facts.commits, found.commits),
        ("other pull requests with its commit", facts.twins, found.twins),
    )
    return next((name for name, was, now in before if was != now), "")


def _state(pull: PullRequest) -> tuple[object, ...]:
    return pull.head, pull.base, pull.into_default, pull.is_open, pull.is_draft


def _words(comments: tuple[Comment, ...], bot: int) -> list[tuple[object, ...]]:
    # Idle talk decides nothing, so it can't keep anything from being ready; except that of somebody whose words were edited,
    # who has said them again by that.
    edited = {one.author.id for one in comments if one.edited}
    counting = (one for one in comments if one.author.id in edited or commands(one.body))
    return [
        (one.id, one.author, one.body, one.at, one.edited_at, one.editor) for one in counting if one.author.id != bot
    ]


def _votes(reviews: Iterable[Review], bot: int) -> list[Review]:
    return [one for one in reviews if one.author.id != bot and one.state is not ReviewState.COMMENTED]
