"""Replay of a conversation's commands: declarations, concerns, holds, and so on, from the comments alone.

Every run replays all commands in their order. A command counts only while its comment is as it was written; a refused
one is answered with the reason and with who may give it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.policy import ChangeClass
from bot.github.actions import Acknowledgement
from bot.github.commands import Command, Verb, requests
from bot.github.facts import Role
from bot.text.sameness import name_key, normal_url

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.github.commands import Request
    from bot.github.facts import Comment, Person


class Refusal(StrEnum):
    """Reason why a command does nothing."""

    EDITED = "edited"
    """Its comment is not as it was written."""
    NEAR_MISS = "near-miss"
    """It is not written as a command, and probably meant as one."""
    NOT_A_REVIEWER = "not-a-reviewer"
    NOT_A_MAINTAINER = "not-a-maintainer"
    NOT_DECLARED = "not-declared"
    """Only people who are declared for the model's developer may."""
    INCOMPLETE = "incomplete"
    """It has too few words, or too many."""
    UNKNOWN_DEVELOPER = "unknown-developer"
    UNKNOWN_MODEL = "unknown-model"
    UNKNOWN_CRITERION = "unknown-criterion"
    UNKNOWN_CLASS = "unknown-class"
    NOT_STRICTER = "not-stricter"
    NO_SUCH_CONCERN = "no-such-concern"
    CONCERN_EXISTS = "concern-exists"
    NOT_YOUR_CONCERN = "not-your-concern"
    """Only who raised it may take it back, or a maintainer who gives a reason."""
    OWN = "own"
    """Authors of a change don't settle objections of others."""
    NOT_ON_HOLD = "not-on-hold"
    NO_FINAL_COMMENT_PERIOD = "no-final-comment-period"
    UNKNOWN_LINK = "unknown-link"
    """The change neither adds nor changes such a link."""
    LINK_TO_FIX = "link-to-fix"
    """No word of a reviewer is enough for it."""
    OLDER_HEAD = "older-head"
    """It was said about an older commit, which may have had another quote."""
    NOT_HERE = "not-here"
    """It belongs to disputes, or to pull requests."""
    CHANGED_DECLARATION = "changed-declaration"
    CONFLICT = "conflict"
    """They work or worked for the developer."""
    # The rest is about votes, replies and appeals in disputes.
    TOO_EARLY = "too-early"
    """The panel hasn't begun, or nothing is decided yet."""
    TOO_LATE = "too-late"
    """It is decided, or the time for it is over."""
    ALREADY_APPEALED = "already-appealed"
    NOT_A_PARTY = "not-a-party"
    """Only the person who asked and people who are declared for the model's developer may appeal."""
    ASKED = "asked"
    """The person who asked doesn't vote."""
    DECIDED_BEFORE = "decided-before"
    """They decided on the rating itself, or were on the first panel."""
    UNDECLARED = "undeclared"
    """They have not declared for whom they work."""
    RIVAL = "rival"
    """Enough people of other developers are on the panel."""
    PANEL_FULL = "panel-full"
    UNKNOWN_LEVEL = "unknown-level"
    SAME_LEVEL = "same-level"
    """The rating has the proposed level already."""


class CommandResult(NamedTuple):
    """Result of one command, or of what is nearly one."""

    comment: Comment
    command: Request
    refusal: Refusal | None

    @property
    def effect(self) -> Acknowledgement:
        """Return the reaction that shows the result."""
        if self.refusal is not None:
            return Acknowledgement.REFUSED
        return Acknowledgement.DECLARED if self.command.verb is Verb.COI else Acknowledgement.DONE


class Concern(NamedTuple):
    """Concern that has to be resolved before the merge."""

    name: str
    raised_by: Person
    resolved_by: Person | None
    reason: str


class AlteredWords(NamedTuple):
    """Comment or review of a reviewer that somebody else edited last."""

    author: Person
    editor: Person
    at: datetime
    """When it was edited."""


class DisputeRequest(NamedTuple):
    """Request to dispute a rating."""

    model: str
    criterion: str
    comment: Comment


@dataclass(frozen=True, slots=True)
class CommandContext:
    """Facts by which commands are accepted or refused."""

    developers: Collection[str]
    """The folders under assessments/, those that the pull request adds included."""
    models: Collection[str]
    """Ids of models on the board."""
    criteria: Collection[str]
    found: frozenset[ChangeClass]
    """The classes of the change itself."""
    with_final_comment: frozenset[ChangeClass]
    """The classes that need a final comment period."""
    authors: frozenset[int] = frozenset()
    """The ids of the change's authors."""
    links: Mapping[str, bool] = field(default_factory=dict)
    """The links that the change adds or changes, in their normal form, and whether a reviewer's word is enough for each."""
    links_since: datetime | None = None
    """Since when these are known to be the head's; None where that isn't known."""
    head: str = ""
    """The commit of which these are the links."""
    partial: Mapping[int, Refusal] = field(default_factory=dict)
    """Why the word of people about evidence doesn't count, as their approval doesn't, by their ids."""


@dataclass(slots=True)
class Conversation:
    """State of a conversation after all its commands."""

    results: list[CommandResult] = field(default_factory=list)
    declared: dict[int, set[str]] = field(default_factory=dict)
    """The developers that people declared to work for, by the ids of people. Declarations are only ever added."""
    unreliable: set[int] = field(default_factory=set)
    """The ids of people who edited a declaration."""
    concerns: list[Concern] = field(default_factory=list)
    held_by: Person | None = None
    altered: dict[int, AlteredWords] = field(default_factory=dict)
    """Words of reviewers that somebody else edited, by the ids of the reviewers: nobody knows what they said."""
    final_comment_since: datetime | None = None
    reclassified: set[ChangeClass] = field(default_factory=set)
    """The classes that maintainers have added."""
    notified: dict[str, Person] = field(default_factory=dict)
    """The person who says that they notified a developer, by developer."""
    seen: dict[str, Person] = field(default_factory=dict)
    """The person who looked at the page of a link, by the link in its normal form."""
    disputes: list[DisputeRequest] = field(default_factory=list)

    def classes(self, found: frozenset[ChangeClass]) -> frozenset[ChangeClass]:
        """Return the classes `found` of a change together with those that maintainers added."""
        return found | self.reclassified


def replay_comments(comments: Iterable[Comment], roles: Mapping[int, Role], context: CommandContext) -> Conversation:
    """Return the state after the commands of these comments. `roles` are by the ids of people; others have none."""
    comments, conversation = tuple(comments), Conversation()
    conversation.altered = _altered_words(comments, roles)
    for comment in comments:
        if comment.author.is_bot:
            continue
        if comment.was_declaration:
            conversation.unreliable.add(comment.author.id)
        role = roles.get(comment.author.id, Role.NONE)
        for request in requests(comment.body):
            if not isinstance(request, Command):
                if not comment.edited and _lacks_role(request.verb, role) is None:
                    conversation.results.append(CommandResult(comment, request, Refusal.NEAR_MISS))
                continue
            refusal = _apply(conversation, request.verb, _Order(comment, request.words, role, context))
            conversation.results.append(CommandResult(comment, request, refusal))
    conversation.results = _without_repeated(conversation.results)
    return conversation


def _altered_words(comments: Sequence[Comment], roles: Mapping[int, Role]) -> dict[int, AlteredWords]:
    """Return the words of reviewers that somebody else edited, unless their authors have said anything since.

    They may have held an objection or a declaration. Whoever is asked says it again, or that there was none.
    """
    found: dict[int, AlteredWords] = {}
    for comment in comments:
        person, editor, at = comment.author, comment.editor, comment.edited_at
        if editor is None or at is None or not comment.edited_by_another or person.is_bot:
            continue
        has_spoken = any(other.author.id == person.id and other.at > at for other in comments)
        if roles.get(person.id, Role.NONE).is_reviewer and not has_spoken:
            found[person.id] = AlteredWords(person, editor, at)
    return found


def _without_repeated(results: list[CommandResult]) -> list[CommandResult]:
    """Return the results without the near misses whose author gave the same command later."""
    given: set[tuple[int, Verb]] = set()
    kept = []
    for one in reversed(results):
        by = one.comment.author.id, one.command.verb
        if one.refusal is None:
            given.add(by)
        if one.refusal is not Refusal.NEAR_MISS or by not in given:
            kept.append(one)
    return kept[::-1]


class _Order(NamedTuple):
    """Command with everything that decides on its result."""

    comment: Comment
    words: tuple[str, ...]
    role: Role
    context: CommandContext

    @property
    def is_own(self) -> bool:
        """Return whether it is about a change of which the person is an author."""
        return self.comment.author.id in self.context.authors


_FOR_REVIEWERS = (Verb.CONCERN, Verb.RESOLVE, Verb.NOTIFIED, Verb.SEEN)
_FOR_MAINTAINERS = (Verb.HOLD, Verb.UNHOLD, Verb.FCP, Verb.RECLASSIFY)


def _apply(conversation: Conversation, verb: Verb, request: _Order) -> Refusal | None:
    if request.comment.edited:
        return Refusal.EDITED
    return _lacks_role(verb, request.role) or _EFFECTS[verb](conversation, request)


def _lacks_role(verb: Verb, role: Role) -> Refusal | None:
    if verb in _FOR_REVIEWERS and not role.is_reviewer:
        return Refusal.NOT_A_REVIEWER
    if verb in _FOR_MAINTAINERS and not role.is_maintainer:
        return Refusal.NOT_A_MAINTAINER
    return None


def _declare(conversation: Conversation, request: _Order) -> Refusal | None:
    if not request.words:
        return Refusal.INCOMPLETE
    whom = name_key(request.words[0])
    if whom == "none":
        # The rest may name a developer for whom they work after all.
        if len(request.words) > 1:
            return Refusal.INCOMPLETE
        # An earlier declaration isn't withdrawn this way.
        conversation.declared.setdefault(request.comment.author.id, set())
        return None
    if whom not in request.context.developers:
        return Refusal.UNKNOWN_DEVELOPER
    conversation.declared.setdefault(request.comment.author.id, set()).add(whom)
    return None


def _dispute(conversation: Conversation, request: _Order) -> Refusal | None:
    if len(request.words) < 2:
        return Refusal.INCOMPLETE
    model, criterion = map(name_key, request.words[:2])
    if model not in request.context.models:
        return Refusal.UNKNOWN_MODEL
    if criterion not in request.context.criteria:
        return Refusal.UNKNOWN_CRITERION
    conversation.disputes.append(DisputeRequest(model, criterion, request.comment))
    return None


def _raise(conversation: Conversation, request: _Order) -> Refusal | None:
    name = " ".join(request.words)
    if not name_key(name):
        return Refusal.INCOMPLETE
    if any(name_key(one.name) == name_key(name) and one.resolved_by is None for one in conversation.concerns):
        return Refusal.CONCERN_EXISTS
    conversation.concerns.append(Concern(name, request.comment.author, None, ""))
    return None


def _resolve(conversation: Conversation, request: _Order) -> Refusal | None:
    """Resolve the concern whose name the words begin with; the words behind the name are the reason."""
    if not request.words:
        return Refusal.INCOMPLETE
    keys = {name_key(one.name): place for place, one in enumerate(conversation.concerns) if one.resolved_by is None}
    said, longest = request.words, max((len(one.name.split()) for one in conversation.concerns), default=0)
    # The longest name that it begins with.
    lengths = range(min(longest, len(said)), 0, -1)
    beginnings = ((" ".join(said[:length]), " ".join(said[length:])) for length in lengths)
    found = next(((keys[key], rest) for name, rest in beginnings if (key := name_key(name)) in keys), None)
    if found is None:
        return Refusal.NO_SUCH_CONCERN
    number, reason = found
    concern = conversation.concerns[number]
    if concern.raised_by.id != request.comment.author.id:
        if not (request.role.is_maintainer and reason):
            return Refusal.NOT_YOUR_CONCERN
        if request.is_own:
            return Refusal.OWN
    conversation.concerns[number] = concern._replace(resolved_by=request.comment.author, reason=reason)
    return None


def _notified(conversation: Conversation, request: _Order) -> Refusal | None:
    if len(request.words) < 2:
        return Refusal.INCOMPLETE
    developer = name_key(request.words[0])
    if developer not in request.context.developers:
        return Refusal.UNKNOWN_DEVELOPER
    if request.is_own:
        return Refusal.OWN
    conversation.notified.setdefault(developer, request.comment.author)
    return None


def _see(conversation: Conversation, request: _Order) -> Refusal | None:
    """Take a reviewer's word that a page is there and says what is quoted. It is about the present head alone."""
    if len(request.words) != 1:
        return Refusal.INCOMPLETE
    context, word = request.context, request.words[0].strip("`<>")
    # The comment shows addresses without their scheme.
    ways = [normal_url(f"{scheme}{word}") for scheme in ("", "https://", "http://")]
    url = next((way for way in ways if way in context.links), ways[0])
    is_older = context.links_since is None or request.comment.at < context.links_since
    # A review that was begun before a push can be submitted after it.
    is_older |= request.comment.commit not in (None, context.head)
    if url not in context.links:
        # A link that was seen, and was removed since then, is no mistake of the reviewer.
        return None if is_older and context.links_since is not None else Refusal.UNKNOWN_LINK
    if is_older:
        return Refusal.OLDER_HEAD
    if request.is_own:
        return Refusal.OWN
    if refusal := context.partial.get(request.comment.author.id):
        return refusal
    if not context.links[url]:
        return Refusal.LINK_TO_FIX
    conversation.seen.setdefault(url, request.comment.author)
    return None


def _reclassify(conversation: Conversation, request: _Order) -> Refusal | None:
    if len(request.words) != 1:
        return Refusal.INCOMPLETE
    if (name := name_key(request.words[0])) not in list(ChangeClass):
        return Refusal.UNKNOWN_CLASS
    wanted = ChangeClass(name)
    # Stricter than one class is enough: otherwise an author could prevent this by adding something graver.
    present = conversation.classes(request.context.found)
    if wanted in present or (present and all(wanted.gravity < each.gravity for each in present)):
        return Refusal.NOT_STRICTER
    conversation.reclassified.add(wanted)
    return None


def _hold(conversation: Conversation, request: _Order) -> Refusal | None:
    conversation.held_by = request.comment.author
    return None


def _unhold(conversation: Conversation, request: _Order) -> Refusal | None:
    at, person, altered = request.comment.at, request.comment.author.id, conversation.altered
    # Whoever made it unknown what a reviewer said, or wrote the change, doesn't say that it no longer matters.
    ended = {each for each, one in altered.items() if one.at < at and one.editor.id != person and not request.is_own}
    conversation.altered = {each: one for each, one in altered.items() if each not in ended}
    if conversation.held_by is None:
        return None if ended else Refusal.NOT_ON_HOLD
    if request.is_own and conversation.held_by.id != request.comment.author.id:
        return Refusal.OWN
    conversation.held_by = None
    return None


def _begin_final_comment(conversation: Conversation, request: _Order) -> Refusal | None:
    if not conversation.classes(request.context.found) & request.context.with_final_comment:
        return Refusal.NO_FINAL_COMMENT_PERIOD
    conversation.final_comment_since = request.comment.at
    return None


_EFFECTS: dict[Verb, Callable[[Conversation, _Order], Refusal | None]] = {
    Verb.RECHECK: lambda *_: None,
    Verb.COI: _declare,
    Verb.DISPUTE: _dispute,
    Verb.CONCERN: _raise,
    Verb.RESOLVE: _resolve,
    Verb.HOLD: _hold,
    Verb.UNHOLD: _unhold,
    Verb.FCP: _begin_final_comment,
    Verb.RECLASSIFY: _reclassify,
    Verb.NOTIFIED: _notified,
    Verb.SEEN: _see,
    # These belong to disputes, see `bot.handlers.disputes.state`.
    **dict.fromkeys((Verb.REPLY, Verb.VOTE, Verb.APPEAL), lambda *_: Refusal.NOT_HERE),
}
