"""What the bot does about a pull request, as plain data. `bot.github.effects` carries them out or says them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.github.facts import Comment, State


@dataclass(frozen=True, slots=True)
class WriteComment:
    """A first sticky comment."""

    body: str


@dataclass(frozen=True, slots=True)
class EditComment:
    """Another text for the sticky comment."""

    comment: int
    body: str


@dataclass(frozen=True, slots=True)
class DeleteComment:
    """A sticky comment too many, which a run that raced with another left behind."""

    comment: int


@dataclass(frozen=True, slots=True)
class AddLabels:
    """Labels for what kind of change it is."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemoveLabel:
    """A label of the bot's that no longer fits."""

    label: str


class AnnotationLevel(StrEnum):
    """How GitHub shows an annotation."""

    FAILURE = "failure"
    WARNING = "warning"


class Annotation(NamedTuple):
    """Words on a line of a file."""

    path: str
    line: int
    """From 1."""
    level: AnnotationLevel
    title: str
    message: str
    column: int | None = None
    """From 1; None where it can't be said."""
    end_column: int | None = None


@dataclass(frozen=True, slots=True)
class Annotate:
    """Problems shown on their lines, as a check run without a verdict of its own."""

    commit: str
    title: str
    summary: str
    annotations: tuple[Annotation, ...]
    """At most 50: as many as GitHub takes at once."""
    digest: str
    """By which the next run knows that these annotations are there."""


class Suggestion(NamedTuple):
    """A comment with a replacement that its reader takes over with one click."""

    path: str
    first_line: int
    """From 1, in the head."""
    last_line: int
    body: str


@dataclass(frozen=True, slots=True)
class Suggest:
    """A review that holds suggestions and decides nothing."""

    commit: str
    body: str
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """A reaction to a comment with a command."""

    comment: int
    effect: Effect


@dataclass(frozen=True, slots=True)
class SetStatus:
    """The required commit status."""

    commit: str
    state: State
    description: str
    """At most 140 characters."""


Action: TypeAlias = (
    WriteComment | EditComment | DeleteComment | AddLabels | RemoveLabel | Annotate | Suggest | Acknowledge | SetStatus
)


class Effect(StrEnum):
    """What becomes of a command, by the reaction with which the bot acknowledges it."""

    DONE = "rocket"
    DECLARED = "eyes"
    """Apart from the others, so that it is known of an edited comment that it held a declaration."""
    REFUSED = "confused"


@dataclass(frozen=True, slots=True)
class CloseIssue:
    """The end of an issue."""

    completed: bool
    """False closes it as not planned."""


def sticky_actions(comments: tuple[Comment, ...], bot: int, first_line: str, text: str) -> Iterator[IssueAction]:
    """What lets the one comment of the bot's that begins with this line say `text`."""
    own = [one for one in comments if one.author.id == bot and one.body.startswith(first_line)]
    if not own:
        yield WriteComment(text)
        return
    # GitHub gives texts back without the white space at their end.
    if own[0].body.replace("\r\n", "\n").rstrip() != text.rstrip():
        yield EditComment(own[0].id, text)
    yield from (DeleteComment(one.id) for one in own[1:])


IssueAction: TypeAlias = WriteComment | EditComment | DeleteComment | AddLabels | RemoveLabel | Acknowledge | CloseIssue
