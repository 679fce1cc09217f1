"""The conversation of an issue or a pull request: comments, reactions to them, labels."""

from __future__ import annotations

from tests.github.standin.answers import label_answer, labels_of, time
from tests.github.standin.asking import NOT_FOUND, Answer, Ask, RefusedError, endpoint, invalid
from tests.github.standin.conversation_answers import association, comment_answer, reaction_answer
from tests.github.standin.labelling import may_create, names_in
from tests.github.standin.limits import body_within_limit
from tests.github.standin.state import Comment, Conversation, Reaction

_EITHER = ("issues", "pull-requests")
"""What pull requests have in common with issues can be written there with either permission."""
_REPO = "/repos/{owner}/{repo}"
_ISSUE = f"{_REPO}/issues/{{issue_number}}"
_COMMENT = f"{_REPO}/issues/comments/{{comment_id}}"


def _touched(ask: Ask, one: Conversation) -> None:
    one.updated_at = ask.state.clock.tick()


def _not_locked(ask: Ask, one: Conversation | None, what: str) -> None:
    """Refuse to add to a locked conversation; who can push still may, but no app.

    https://docs.github.com/en/communities/moderating-comments-and-conversations/locking-conversations
    """
    if one is not None and one.locked and not ask.may_push():
        raise RefusedError(403, f"Unable to create {what} because issue is locked.")


# ---- comments --------------------------------------------------------------------------------------------------------


def _comment(ask: Ask) -> Comment:
    comment = ask.state.comments.get(int(ask.params["comment_id"]))
    if comment is None:
        raise RefusedError(404, NOT_FOUND)
    if comment.number in ask.state.issues:
        ask.of_number(comment.number)  # refuses accounts without access to issues
    return comment


def _may_edit(ask: Ask, comment: Comment) -> None:
    """Refuse to edit somebody else's comment, except for apps with the permission and people who can push."""
    pushes = ask.state.permissions.get(ask.user.login) in ("admin", "maintain", "write")
    if not (ask.token and ask.token.installation) and comment.user != ask.user and not pushes:
        raise RefusedError(403, "Must have admin rights to Repository.")


@endpoint("GET", f"{_ISSUE}/comments", *_EITHER)
def comments(ask: Ask) -> Answer:
    since = ask.query.get("since", "")
    found = [
        comment for comment in ask.state.comments_of(ask.conversation().number) if time(comment.updated_at) >= since
    ]
    return ask.page(found, lambda comment: comment_answer(ask, comment))


@endpoint("POST", f"{_ISSUE}/comments", *_EITHER)
def commented(ask: Ask) -> Answer:
    one = ask.conversation()
    body_within_limit("IssueComment", ask.body["body"])
    _not_locked(ask, one, "comment")
    _touched(ask, one)
    ident, now = ask.state.new_id("comment"), one.updated_at
    who = association(ask.state, ask.user.login)
    comment = Comment(ident, one.number, ask.user, ask.body["body"], now, now, author_association=who)
    ask.state.comments[ident] = comment
    return Answer(201, comment_answer(ask, comment))


@endpoint("GET", _COMMENT, *_EITHER)
def comment_read(ask: Ask) -> Answer:
    return Answer(200, comment_answer(ask, _comment(ask)))


@endpoint("PATCH", _COMMENT, *_EITHER)
def comment_edited(ask: Ask) -> Answer:
    comment = _comment(ask)
    _may_edit(ask, comment)
    body_within_limit("IssueComment", ask.body["body"])
    comment.body, comment.updated_at = ask.body["body"], ask.state.clock.tick()
    comment.edited_at, comment.editor = comment.updated_at, ask.user
    return Answer(200, comment_answer(ask, comment))


@endpoint("DELETE", _COMMENT, *_EITHER)
def comment_deleted(ask: Ask) -> Answer:
    comment = _comment(ask)
    _may_edit(ask, comment)
    del ask.state.comments[comment.id]
    _touched(ask, ask.of_number(comment.number))
    ask.state.record(comment.number, ask.user, "comment_deleted")
    return Answer(204)


# ---- reactions -------------------------------------------------------------------------------------------------------


@endpoint("GET", f"{_COMMENT}/reactions", *_EITHER)
def reactions(ask: Ask) -> Answer:
    wanted = ask.query.get("content")
    found = [reaction for reaction in _comment(ask).reactions if wanted in (None, reaction.content)]
    return ask.page(found, lambda reaction: reaction_answer(ask, reaction))


@endpoint("POST", f"{_COMMENT}/reactions", *_EITHER)
def reacted(ask: Ask) -> Answer:
    comment, content = _comment(ask), ask.body["content"]
    _not_locked(ask, ask.state.conversation(comment.number), "reaction")
    for old in comment.reactions:
        if (old.user, old.content) == (ask.user, content):
            return Answer(200, reaction_answer(ask, old))
    reaction = Reaction(ask.state.new_id("reaction"), ask.user, content, ask.state.clock.tick())
    comment.reactions.append(reaction)
    return Answer(201, reaction_answer(ask, reaction))


@endpoint("DELETE", f"{_COMMENT}/reactions/{{reaction_id}}", *_EITHER)
def reaction_removed(ask: Ask) -> Answer:
    comment = _comment(ask)
    left = [reaction for reaction in comment.reactions if reaction.id != int(ask.params["reaction_id"])]
    if len(left) == len(comment.reactions):
        raise RefusedError(404, NOT_FOUND)
    comment.reactions = left
    return Answer(204)


# ---- labels ----------------------------------------------------------------------------------------------------------


def _labelled(ask: Ask, names: list[str]) -> Answer:
    """Set these labels on an issue or a pull request."""
    one = ask.conversation()
    may_create(ask, names)
    _touched(ask, one)
    ask.state.set_labels(one, names, ask.user)
    return ask.page(labels_of(ask, one), lambda label: label)


@endpoint("GET", f"{_ISSUE}/labels", *_EITHER)
def labels(ask: Ask) -> Answer:
    return ask.page(labels_of(ask, ask.conversation()), lambda label: label)


@endpoint("POST", f"{_ISSUE}/labels", *_EITHER)
def labels_added(ask: Ask) -> Answer:
    return _labelled(ask, [*ask.conversation().labels, *names_in(ask.body)])


@endpoint("PUT", f"{_ISSUE}/labels", *_EITHER)
def labels_set(ask: Ask) -> Answer:
    return _labelled(ask, names_in(ask.body))


@endpoint("DELETE", f"{_ISSUE}/labels", *_EITHER)
def labels_removed(ask: Ask) -> Answer:
    _labelled(ask, [])
    return Answer(204)


@endpoint("DELETE", f"{_ISSUE}/labels/{{name}}", *_EITHER)
def label_removed(ask: Ask) -> Answer:
    one, name = ask.conversation(), ask.params["name"].lower()
    if name not in [label.lower() for label in one.labels]:
        raise RefusedError(404, "Label does not exist")
    return _labelled(ask, [label for label in one.labels if label.lower() != name])


@endpoint("GET", f"{_REPO}/labels", *_EITHER)
def repo_labels(ask: Ask) -> Answer:
    found = [ask.state.labels[name] for name in sorted(ask.state.labels)]
    return ask.page(found, lambda label: label_answer(ask, label))


@endpoint("POST", f"{_REPO}/labels", *_EITHER)
def repo_label_made(ask: Ask) -> Answer:
    name = ask.body["name"]
    may_create(ask, [name])
    if name.lower() in ask.state.labels:
        raise invalid("Label", "name", "", "already_exists")
    label = ask.state.label(name)
    label.color, label.description = ask.body.get("color", label.color), ask.body.get("description")
    return Answer(201, label_answer(ask, label))


@endpoint("GET", f"{_REPO}/labels/{{name}}", *_EITHER)
def repo_label(ask: Ask) -> Answer:
    name = ask.params["name"].lower()
    if name not in ask.state.labels:
        raise RefusedError(404, NOT_FOUND)
    return Answer(200, label_answer(ask, ask.state.labels[name]))
