"""Issues, including pull requests: list, open, read, change, and their events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.github.standin.answers import time
from tests.github.standin.asking import Answer, Ask, RefusedError, endpoint, invalid
from tests.github.standin.conversation_answers import association, event_answer, issue_answer
from tests.github.standin.labelling import may_create, names_in
from tests.github.standin.limits import body_within_limit, title_within_limit
from tests.github.standin.state import Issue, Pull

if TYPE_CHECKING:
    from tests.github.standin.state import Conversation

_EITHER = ("issues", "pull-requests")
_ISSUES = "/repos/{owner}/{repo}/issues"
_ISSUE = f"{_ISSUES}/{{issue_number}}"
_FILTERS = {"state", "labels", "since", "creator", "sort", "direction", "per_page", "page"}


@endpoint("GET", _ISSUES, "issues")
def listed(ask: Ask) -> Answer:
    """Return issues and pull requests, the newest first by default."""
    assert ask.query.keys() <= _FILTERS, f"the stand-in lists issues by {', '.join(sorted(_FILTERS))} only"
    found = [one for one in ask.state.conversations() if _wanted(ask, one)]

    def order(one: Conversation) -> tuple[Any, int]:
        keys = {"updated": one.updated_at, "comments": len(ask.state.comments_of(one.number))}
        return keys.get(ask.query.get("sort", "created"), one.created_at), one.number

    found.sort(key=order, reverse=ask.query.get("direction", "desc") == "desc")
    return ask.page(found, lambda one: issue_answer(ask, one))


def _wanted(ask: Ask, one: Conversation) -> bool:
    labels = {name.lower() for name in ask.query.get("labels", "").split(",") if name}
    return (
        ask.query.get("state", "open") in ("all", one.state)
        and ask.query.get("creator", one.author.login).lower() == one.author.login.lower()
        and time(one.updated_at) >= ask.query.get("since", "")
        and labels <= {name.lower() for name in one.labels}
    )


@endpoint("POST", _ISSUES, "issues")
def opened(ask: Ask) -> Answer:
    """Open an issue. Labels from somebody without a role are silently left out."""
    state, body = ask.state, ask.body
    title, text = str(body["title"]), body.get("body")
    title_within_limit("Issue", title)
    body_within_limit("Issue", text or "")
    names = names_in(body) if ask.may_triage() else []
    may_create(ask, names)
    now, number = state.clock.tick(), state.next_number()
    who = association(state, ask.user.login)
    issue = Issue(state.new_id("issue"), number, title, text, ask.user, now, now, author_association=who)
    state.issues[number] = issue
    state.set_labels(issue, names, ask.user)
    return Answer(201, issue_answer(ask, issue))


@endpoint("GET", _ISSUE, *_EITHER)
def read(ask: Ask) -> Answer:
    return Answer(200, issue_answer(ask, ask.conversation()))


@endpoint("PATCH", _ISSUE, *_EITHER)
def changed(ask: Ask) -> Answer:
    """Change an issue: everything in the call or, if that isn't possible, nothing."""
    state, one, body = ask.state, ask.conversation(), ask.body or {}
    if not ask.may_triage() and one.author != ask.user:
        raise RefusedError(403, "Must have admin rights to Repository.")
    title = one.title if body.get("title") is None else str(body["title"])
    text = body.get("body", one.body)
    title_within_limit("Issue", title)
    body_within_limit("Issue", text or "")
    names = names_in(body) if "labels" in body and ask.may_triage() else list(one.labels)
    may_create(ask, names)
    wanted = body.get("state", one.state)
    if isinstance(one, Pull) and one.merged and wanted == "open":
        raise invalid("Issue", "state", "state cannot be changed. The pull request has been merged.")
    one.updated_at = state.clock.tick()
    if text != one.body:
        one.edited_at, one.editor = one.updated_at, ask.user
    one.title, one.body = title, text
    state.set_labels(one, names, ask.user)
    state.set_open_or_closed(one, wanted, ask.user, body.get("state_reason"))
    return Answer(200, issue_answer(ask, one))


@endpoint("GET", f"{_ISSUE}/events", *_EITHER)
def events(ask: Ask) -> Answer:
    """Return the events of an issue or a pull request, the oldest first."""
    number = ask.conversation().number
    found = [event for event in ask.state.events if event.number == number]
    return ask.page(found, lambda event: event_answer(ask, event))
