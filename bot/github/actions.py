"""Actions of the bot in pull requests and issues, as plain data. `bot.github.effects` carries them out or describes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.github.facts import Comment, StatusMemory, StatusState

MOST_ACKNOWLEDGEMENTS = 5
"""The newest commands of a conversation. Somebody who writes a hundred gets no hundred reactions."""


@dataclass(frozen=True, slots=True)
class WriteComment:
    """Write the first sticky comment."""

    body: str


@dataclass(frozen=True, slots=True)
class EditComment:
    """Replace the text of the sticky comment."""

    comment: int
    body: str


@dataclass(frozen=True, slots=True)
class DeleteComment:
    """Delete a second sticky comment, which a run that raced with another left behind."""

    comment: int


@dataclass(frozen=True, slots=True)
class AddLabels:
    """Add labels."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemoveLabel:
    """Remove a label of the bot's that no longer fits."""

    label: str


class AnnotationLevel(StrEnum):
    """Level by which GitHub shows an annotation."""

    FAILURE = "failure"
    WARNING = "warning"


class Annotation(NamedTuple):
    """Message on a line of a file."""

    path: str
    line: int
    """From 1."""
    level: AnnotationLevel
    title: str
    message: str
    column: int | None = None
    """From 1; None where it isn't known."""
    end_column: int | None = None


@dataclass(frozen=True, slots=True)
class Annotate:
    """Show problems on their lines, as a check run without a verdict of its own."""

    commit: str
    title: str
    summary: str
    annotations: tuple[Annotation, ...]
    """At most 50, the most that GitHub takes at once."""
    digest: str
    """By which the next run recognises these annotations."""


@dataclass(frozen=True, slots=True)
class KeepLinks:
    """Keep what was found about the links of a commit, as a check run without a verdict of its own."""

    commit: str
    title: str
    summary: str
    text: str
    """At most 65,535 characters."""


class Suggestion(NamedTuple):
    """Comment with a replacement that its reader commits with one click."""

    path: str
    first_line: int
    """From 1, in the head."""
    last_line: int
    body: str


@dataclass(frozen=True, slots=True)
class Suggest:
    """Submit a review that has suggestions and decides nothing."""

    commit: str
    body: str
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """React to a comment with a command."""

    comment: int
    effect: Acknowledgement
    node: str = ""
    """The id of the comment, or of the review, in GraphQL."""


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Set the required commit status."""

    commit: str
    state: StatusState
    description: str
    """At most 140 characters."""
    effect: str = ""
    """The effect of the merge that was judged, as a digest; see `StatusRecord`."""
    memory: StatusMemory | None = field(default=None, compare=False)
    """What the next sweep has to know; None where it has to look again."""


Action: TypeAlias = (
    WriteComment
    | EditComment
    | DeleteComment
    | AddLabels
    | RemoveLabel
    | Annotate
    | KeepLinks
    | Suggest
    | Acknowledge
    | SetStatus
)


IN_CONVERSATION = (WriteComment, EditComment, DeleteComment, Suggest, Acknowledge)
"""What is said in the conversation."""


class Acknowledgement(StrEnum):
    """Acknowledgement of a command, by the reaction with which the bot acknowledges it."""

    DONE = "rocket"
    DECLARED = "eyes"
    """A reaction of its own, which shows that an edited comment was a declaration."""
    REFUSED = "confused"


@dataclass(frozen=True, slots=True)
class CloseIssue:
    """Close an issue."""

    completed: bool
    """False closes it as not planned."""


IssueAction: TypeAlias = WriteComment | EditComment | DeleteComment | AddLabels | RemoveLabel | Acknowledge | CloseIssue


def own_comments(comments: Iterable[Comment], bot: int, marker: str) -> list[Comment]:
    """Return the bot's comments that begin with `marker`, oldest first: one, but for what runs that raced left behind.

    Anybody can write the marker; only the bot has its id.
    """
    own = (one for one in comments if one.author.id == bot and one.body.startswith(marker))
    return sorted(own, key=lambda one: one.id)


def sticky_actions(
    comments: Iterable[Comment], bot: int, marker: str, text: str
) -> Iterator[WriteComment | EditComment | DeleteComment]:
    """Yield what makes `text` the one comment of the bot that begins with `marker`; nothing where it is already."""
    match own_comments(comments, bot, marker):
        case []:
            yield WriteComment(text)
        case [first, *doubles]:
            if _as_stored(first.body) != _as_stored(text):
                yield EditComment(first.id, text)
            yield from (DeleteComment(one.id) for one in doubles)


Doing = TypeVar("Doing")


def without_words(actions: Iterable[Doing]) -> Iterator[Doing]:
    """Yield the actions that don't say anything: those that GitHub takes where a conversation is locked.

    Whoever locked it wants nobody to answer there, and GitHub refuses comments, reactions and reviews of apps.
    """
    return (one for one in actions if not isinstance(one, IN_CONVERSATION))


def _as_stored(body: str) -> str:
    """Return a text without what GitHub may change when it stores it: line ends, and white space at both ends."""
    return body.replace("\r\n", "\n").strip()


def acknowledgements(
    results: Iterable[tuple[Comment, Acknowledgement]], always: Iterable[tuple[Comment, Acknowledgement]] = ()
) -> Iterator[Acknowledge]:
    """Yield the reactions that are missing at the newest `MOST_ACKNOWLEDGEMENTS` results, which come oldest first.

    As many of `always`, which are results too, are acknowledged however old they are.
    """
    every = list(dict.fromkeys(results))
    # The newest of all, not of those without a reaction: else each run would go further back.
    wanted = {*list(always)[:MOST_ACKNOWLEDGEMENTS], *every[-MOST_ACKNOWLEDGEMENTS:]}
    for comment, effect in every:
        if (comment, effect) in wanted and effect not in comment.reactions:
            yield Acknowledge(comment.id, effect, comment.node)
