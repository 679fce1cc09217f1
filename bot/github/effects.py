"""Effects of actions: carry them out on GitHub, and describe them. Only what follows a failure is decided here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.github.actions import (
    IN_CONVERSATION,
    Acknowledge,
    Action,
    AddLabels,
    Annotate,
    CloseIssue,
    DeleteComment,
    EditComment,
    KeepLinks,
    RemoveLabel,
    SetStatus,
    Suggest,
    WriteComment,
)
from bot.github.client import CONTEXT
from bot.github.facts import Status, StatusState
from bot.github.failure import CallFailedError, describe_error, is_locked_refusal
from bot.text.catalogue import _
from bot.text.escaping import visible
from bot.text.shaping import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.github.actions import IssueAction
    from bot.github.client import Client


class OvertakenError(Exception):
    """The pull request has a newer head, or was closed, which starts a run of its own. Nothing was written."""


class FailedAction(NamedTuple):
    """Action that could not be carried out. Both texts are harmless lines."""

    action: str
    error: str
    is_dispensable: bool = False
    """Whether the pull request is in order without it."""


class StatusGuard(NamedTuple):
    """Facts and a check for the status of a pull request."""

    present: Status | None = None
    """The present status: an equal one is not set again, as GitHub takes only 1,000 for a commit."""
    is_wanted: bool = True
    """Whether a failure sets a status where none was due."""
    confirm: Callable[[], object] = lambda: None
    """Called right before a success; raises an exception where what it rests on has changed."""


NO_GUARD = StatusGuard()


def carry_out(
    client: Client, pull: int, head: str, actions: Iterable[Action], guard: StatusGuard = NO_GUARD
) -> list[FailedAction]:
    """Carry the actions out in their order and return those that failed.

    A failed action prevents no other one, but a status reports it, even where none was due. Raises OvertakenError or
    NotFoundError before anything is written, CallFailedError when the present head can't be fetched, and whatever
    `guard.confirm` raises.
    """
    now = client.head_of(pull)
    if now is None:
        raise OvertakenError(f"pull request {pull} was closed meanwhile")
    if now != head:
        raise OvertakenError(f"pull request {pull} has a newer head than {head[:7]}, whose own run answers")
    failed: list[tuple[Action, CallFailedError]] = []
    dispensable: list[FailedAction] = []
    is_reported = False
    for wanted in actions:
        action = wanted
        if isinstance(wanted, SetStatus) and failed:
            action = _status_of_failures(head, failed, wanted.effect)
            if guard.present == Status(action.state, action.description):
                is_reported = True
                continue
        if isinstance(action, SetStatus) and action.state is StatusState.SUCCESS:
            guard.confirm()
        try:
            carry_out_one(client, pull, action)
            is_reported = is_reported or isinstance(action, SetStatus)
        except CallFailedError as error:
            # In very large diffs GitHub doesn't show all lines that git does. The comment has the same content.
            is_hidden_line = isinstance(action, Suggest) and error.status == 422
            if is_hidden_line or (isinstance(action, IN_CONVERSATION) and is_locked_refusal(error)):
                dispensable.append(_failed(action, error, is_dispensable=True))
            else:
                failed.append((action, error))
    every = [*dispensable, *(_failed(*one) for one in failed)]
    if failed and guard.is_wanted and not is_reported:
        # No status was due, or it was refused: the one from before must not look like the answer.
        every += set_status(client, _status_of_failures(head, failed), pull)
    return every


def _failed(action: Action, error: CallFailedError, *, is_dispensable: bool = False) -> FailedAction:
    return FailedAction(describe(action), describe_error(error), is_dispensable)


def set_status(client: Client, action: SetStatus, pull: int | None = None) -> list[FailedAction]:
    """Set a status and return the failure, if any. `pull` is None for a merge group."""
    try:
        client.set_status(action, pull)
    except CallFailedError as error:
        return [_failed(action, error)]
    return []


def set_error_status(client: Client, head: str, words: str, pull: int | None = None) -> list[FailedAction]:
    """Set the status of the head that says that the bot itself failed, and return the failure of that, if any."""
    return set_status(client, SetStatus(head, StatusState.ERROR, visible(words)), pull)


def describe(action: Action | IssueAction) -> str:  # noqa: C901 (one arm for each kind of action)
    """Return what an action does, as a harmless line that fits behind "would": for dry runs and logs."""
    match action:
        case WriteComment():
            words = f"write the comment ({count(len(action.body), 'character')})"
        case EditComment():
            words = f"edit the comment {action.comment} ({count(len(action.body), 'character')})"
        case DeleteComment():
            words = f"delete the comment {action.comment}"
        case AddLabels():
            words = f"add the labels {', '.join(action.labels)}"
        case RemoveLabel():
            words = f"remove the label {action.label}"
        case Annotate():
            lines = count(len(action.annotations), "line") if action.annotations else "no lines"
            words = f"annotate {lines} of {action.commit[:7]}: {action.title}"
        case KeepLinks():
            words = f"keep what was found about the links of {action.commit[:7]}: {action.title}"
        case Suggest():
            words = f"suggest {count(len(action.suggestions), 'change')} to {action.commit[:7]}"
        case Acknowledge():
            words = f"react to the comment {action.comment}"
        case SetStatus():
            words = f"set the status {CONTEXT} of {action.commit[:7]} to {action.state}: {action.description}"
        case CloseIssue():
            words = f"close the issue as {'completed' if action.completed else 'not planned'}"
    return visible(words)


def carry_out_one(client: Client, number: int, action: Action | IssueAction) -> None:  # noqa: C901 (the same)
    """Carry out one action in an issue or a pull request. Raises CallFailedError."""
    match action:
        case WriteComment():
            client.write_comment(number, action.body)
        case EditComment():
            client.edit_comment(action.comment, action.body)
        case DeleteComment():
            client.delete_comment(action.comment)
        case AddLabels():
            client.add_labels(number, action.labels)
        case RemoveLabel():
            client.remove_label(number, action.label)
        case Annotate():
            client.annotate(action)
        case KeepLinks():
            client.keep_links(action)
        case Suggest():
            client.suggest(number, action)
        case Acknowledge():
            client.acknowledge(action.node, action.effect)
        case SetStatus():
            client.set_status(action, number)
        case CloseIssue():
            client.close_issue(number, completed=action.completed)


def _status_of_failures(head: str, failed: Sequence[tuple[Action, CallFailedError]], effect: str = "") -> SetStatus:
    """Return the status that names the failures, with the effect that was judged: what was approved stays on record."""
    kinds = ", ".join(dict.fromkeys(_kind(action) for action, _ in failed))
    words = _("The bot could not do everything: %(kinds)s; see the log", kinds=kinds)
    return SetStatus(head, StatusState.ERROR, words, effect)


def _kind(action: Action) -> str:
    match action:
        case WriteComment() | EditComment() | DeleteComment():
            return "comment"
        case AddLabels() | RemoveLabel():
            return "labels"
        case Annotate():
            return "annotations"
        case KeepLinks():
            return "links"
        case Suggest():
            return "suggestions"
        case Acknowledge():
            return "reaction"
        case SetStatus():
            return "status"
