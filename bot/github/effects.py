"""Carrying actions out, and saying what they are. Nothing is decided here but what to do when an action fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.github.actions import (
    Acknowledge,
    Action,
    AddLabels,
    Annotate,
    CloseIssue,
    DeleteComment,
    EditComment,
    RemoveLabel,
    SetStatus,
    Suggest,
    WriteComment,
)
from bot.github.client import CONTEXT
from bot.github.facts import Status, StatusState
from bot.github.failure import CallFailedError, describe_error
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.github.actions import IssueAction
    from bot.github.client import Client


class OvertakenError(Exception):
    """Something has happened since the run began that has a run of its own. Nothing was written."""


class FailedAction(NamedTuple):
    """An action that could not be carried out. Both texts are harmless lines."""

    action: str
    error: str
    is_dispensable: bool = False
    """Whether everything is right all the same."""


def carry_out(
    client: Client,
    pull: int,
    head: str,
    actions: Iterable[Action],
    present: Status | None = None,
    *,
    with_status: bool = True,
) -> list[FailedAction]:
    """Carries the actions out in their order and returns those that failed.

    One that fails keeps no other from being tried, but then a status says so, even where none was due. `present` is the
    status that is there: one that says the same is not set again, as GitHub takes only 1,000 for a commit. Without
    `with_status` the status is not this pull request's to set. Raises Overtaken or Vanished, and CallFailed when the
    present head can't be asked for, before anything is written.
    """
    now = client.head_of(pull)
    if now is None:
        raise OvertakenError(f"pull request {pull} was closed meanwhile")
    if now != head:
        raise OvertakenError(f"pull request {pull} has a newer head than {head[:7]}, whose own run answers")
    failed: list[tuple[Action, CallFailedError]] = []
    dispensable: list[FailedAction] = []
    is_told = False
    for action in actions:
        if isinstance(action, SetStatus) and failed:
            action = _status_of_failures(head, failed)  # noqa: PLW2901
            if present == Status(action.state, action.description):
                is_told = True
                continue
        try:
            _carry_out(client, pull, action)
            is_told = is_told or isinstance(action, SetStatus)
        except CallFailedError as error:
            if isinstance(action, Suggest) and error.status == 422:
                # GitHub doesn't show a line that git does, as of very large differences. The comment says the same.
                dispensable.append(FailedAction(describe(action), describe_error(error), is_dispensable=True))
            else:
                failed.append((action, error))
    told = [*dispensable, *(FailedAction(describe(action), describe_error(error)) for action, error in failed)]
    if failed and with_status and not is_told:
        # No status was due, or it was refused: the one from before must not be taken for the answer.
        told += set_status(client, _status_of_failures(head, failed), pull)
    return told


def set_status(client: Client, action: SetStatus, pull: int | None = None) -> list[FailedAction]:
    """Sets a status, where there is nothing else to do. None for `pull`: of a merge group."""
    try:
        client.set_status(action, pull)
    except CallFailedError as error:
        return [FailedAction(describe(action), describe_error(error))]
    return []


def set_error_status(client: Client, head: str, words: str, pull: int | None = None) -> list[FailedAction]:
    """Says on the head that the bot itself failed, as well as that still can be said."""
    return set_status(client, SetStatus(head, StatusState.ERROR, visible(words)), pull)


def describe(action: Action) -> str:
    """What an action does, as a harmless line that fits behind "would": for a dry run and for the log."""
    match action:
        case WriteComment():
            words = f"write the comment ({_count(len(action.body), 'character')})"
        case EditComment():
            words = f"edit the comment {action.comment} ({_count(len(action.body), 'character')})"
        case DeleteComment():
            words = f"delete the comment {action.comment}"
        case AddLabels():
            words = f"add the labels {', '.join(action.labels)}"
        case RemoveLabel():
            words = f"remove the label {action.label}"
        case Annotate():
            words = f"annotate {_count(len(action.annotations), 'line')} of {action.commit[:7]}: {action.title}"
        case Suggest():
            words = f"suggest {_count(len(action.suggestions), 'change')} to {action.commit[:7]}"
        case Acknowledge():
            words = f"react to the comment {action.comment}"
        case SetStatus():
            words = f"set the status {CONTEXT} of {action.commit[:7]} to {action.state}: {action.description}"
    return visible(words)


def do_in_issue(client: Client, issue: int, action: IssueAction) -> None:
    """Carries out one action in an issue that is no pull request. Raises CallFailed."""
    if isinstance(action, CloseIssue):
        client.close_issue(issue, completed=action.completed)
    else:
        _carry_out(client, issue, action)


def describe_in_issue(action: IssueAction) -> str:
    """What such an action does, as a harmless line that fits behind "would"."""
    if isinstance(action, CloseIssue):
        return f"close the issue as {'completed' if action.completed else 'not planned'}"
    return describe(action)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}" if number else f"no {what}s"


def _carry_out(client: Client, pull: int, action: Action) -> None:
    match action:
        case WriteComment():
            client.write_comment(pull, action.body)
        case EditComment():
            client.edit_comment(action.comment, action.body)
        case DeleteComment():
            client.delete_comment(action.comment)
        case AddLabels():
            client.add_labels(pull, action.labels)
        case RemoveLabel():
            client.remove_label(pull, action.label)
        case Annotate():
            client.annotate(action)
        case Suggest():
            client.suggest(pull, action)
        case Acknowledge():
            client.acknowledge(action.comment, action.effect)
        case SetStatus():
            client.set_status(action, pull)


def _status_of_failures(head: str, failed: Sequence[tuple[Action, CallFailedError]]) -> SetStatus:
    kinds = ", ".join(dict.fromkeys(_kind(action) for action, _ in failed))
    return SetStatus(head, StatusState.ERROR, f"The bot could not do everything: {kinds}; see the log")


def _kind(action: Action) -> str:
    match action:
        case WriteComment() | EditComment() | DeleteComment():
            return "comment"
        case AddLabels() | RemoveLabel():
            return "labels"
        case Annotate():
            return "annotations"
        case Suggest():
            return "suggestions"
        case Acknowledge():
            return "reaction"
        case SetStatus():
            return "status"
