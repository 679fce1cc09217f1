"""What is known of an issue that may be a form, when the run begins."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bot.governance.facts import Comment
    from bot.issue.dispute import Issue

MARKER = "<!-- openness-bot:form -->"
"""The first line of the sticky comment on a form."""


class PullState(StrEnum):
    """What has become of a pull request."""

    OPEN = "open"
    CLOSED = "closed"
    """Without having been merged."""
    MERGED = "merged"


class ProposedPull(NamedTuple):
    """The pull request that was opened for a form."""

    number: int
    state: PullState
    is_draft: bool = False


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


def branch_of(issue: int) -> str:
    """The branch from which the bot proposes what a form asks for."""
    return f"openness-bot/issue-{issue}"


def issue_of(branch: str) -> int | None:
    """The issue whose form a branch is for; None for other branches."""
    number = branch.removeprefix("openness-bot/issue-")
    is_ours = branch != number and number.isascii() and number.isdigit() and len(number) < 10
    return int(number) if is_ours else None
