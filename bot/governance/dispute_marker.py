"""The label of a dispute's issue, and its first line, which says what the dispute is about.

Separate from what happens in a dispute, because a mark in an assessment (`disputed:`) is held to it too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.rubric import Level

if TYPE_CHECKING:
    from bot.github.facts import Issue

LABEL = "dispute"
"""The label of every dispute, by which they are found."""
_MARKER = re.compile(
    r"<!-- openness-bot:dispute (?P<model>[a-z0-9.-]{1,64}/[a-z0-9.-]{1,64}) (?P<criterion>[a-z0-9_-]{1,64})"
    r" (?P<asker>[1-9][0-9]{0,18})"
    rf" (?P<level>{'|'.join(Level)}) -->"
)


class Question(NamedTuple):
    """The rating that a dispute is about."""

    model: str
    """Its id, `developer/model`."""
    criterion: str

    @property
    def developer(self) -> str:
        """The developer of the model."""
        return self.model.partition("/")[0]


class DisputeMarker(NamedTuple):
    """The first line of a dispute's issue."""

    question: Question
    asker: int
    """The id of the person who asked."""
    level: Level

    def __str__(self) -> str:
        question = self.question
        return f"<!-- openness-bot:dispute {question.model} {question.criterion} {self.asker} {self.level} -->"


def dispute_in(issue: Issue, bot: int) -> DisputeMarker | None:
    """Return what an issue disputes; None where it is no dispute that the bot opened."""
    found = _MARKER.fullmatch(issue.body.split("\n", 1)[0].rstrip("\r"))
    if found is None or issue.author.id != bot or issue.is_pull:
        return None
    return DisputeMarker(Question(found["model"], found["criterion"]), int(found["asker"]), Level(found["level"]))
