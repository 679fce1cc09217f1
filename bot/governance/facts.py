"""The people of a conversation and what they said, as GitHub knows it. Plain data, none of it believed beyond what it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime


class Person(NamedTuple):
    """Somebody on GitHub. Only the id stays the same when people rename themselves."""

    id: int
    login: str
    is_bot: bool = False


class Role(StrEnum):
    """What somebody may do in the repository, as GitHub says it (`role_name`); custom roles by what they build on."""

    NONE = "none"
    READ = "read"
    TRIAGE = "triage"
    WRITE = "write"
    MAINTAIN = "maintain"
    ADMIN = "admin"

    @property
    def is_reviewer(self) -> bool:
        """Whether approvals of people with this role count. Maintainers are reviewers too."""
        return self in (Role.WRITE, Role.MAINTAIN, Role.ADMIN)

    @property
    def is_maintainer(self) -> bool:
        """Whether people with this role are maintainers."""
        return self in (Role.MAINTAIN, Role.ADMIN)


class ReviewState(StrEnum):
    """What a review comes to. A comment decides nothing."""

    APPROVED = "APPROVED"
    CHANGES_REQUESTED = "CHANGES_REQUESTED"
    COMMENTED = "COMMENTED"
    DISMISSED = "DISMISSED"


@dataclass(frozen=True, slots=True)
class Review:
    """A submitted review, in the order of their submission."""

    author: Person
    state: ReviewState
    commit: str | None
    """The head that was reviewed; None when it's gone."""
    body: str
    at: datetime
    """When it was submitted."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment in the conversation."""

    id: int
    author: Person
    body: str
    at: datetime
    """When it was written."""
    edited: bool = False
    """Whether its text is another one by now."""
    reactions: frozenset[str] = frozenset()
    """The kinds of reactions that it has, whoever gave them."""
    was_declaration: bool = False
    """Whether the bot took a declaration of interests from it before it was edited."""
