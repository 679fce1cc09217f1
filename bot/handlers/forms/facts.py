"""The facts about an issue that may be a form, when the run begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.github.actions import own_comments

if TYPE_CHECKING:
    from bot.github.facts import Comment, Issue

MARKER = "<!-- openness-bot:form -->"
"""The first line of the sticky comment on a form."""


@dataclass(frozen=True, slots=True)
class FormFacts:
    """An issue with its comments."""

    bot: int
    """The account that the bot writes as."""
    issue: Issue
    comments: tuple[Comment, ...]

    @property
    def sticky(self) -> list[Comment]:
        """The bot's own comments on the form: one, but for what runs that raced left behind."""
        return own_comments(self.comments, self.bot, MARKER)
