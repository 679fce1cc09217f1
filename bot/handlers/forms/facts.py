"""What is known of an issue that may be a form, when the run begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.github.facts import Comment, Issue

MARKER = "<!-- openness-bot:form -->"
"""The first line of the sticky comment on a form."""


@dataclass(frozen=True, slots=True)
class FormFacts:
    """An issue with what was said in it."""

    bot: int
    """The account that the bot writes as."""
    issue: Issue
    comments: tuple[Comment, ...]

    @property
    def sticky(self) -> tuple[Comment, ...]:
        """The bot's own comments on the form: one, but for what runs that raced left behind."""
        return tuple(one for one in self.comments if one.author.id == self.bot and one.body.startswith(MARKER))
