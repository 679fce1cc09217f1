"""What people said in a conversation, heard from the original comments alone: declarations, concerns, holds, and so on.

Every run hears everything anew, in the order in which it was said. A command counts when its comment is as it was written;
one that is refused is answered with the reason and with who may.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.policy import ChangeClass
from bot.github.actions import Effect
from bot.github.commands import Verb, commands
from bot.github.facts import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import datetime

    from bot.github.commands import Command
    from bot.github.facts import Comment, Person


class Refusal(StrEnum):
    """Why a command does nothing."""

    EDITED = "edited"
    """Its comment is not as it was written."""
    NOT_A_REVIEWER = "not-a-reviewer"
    NOT_A_MAINTAINER = "not-a-maintainer"
    NOT_DECLARED = "not-declared"
    """Only people who are declared for the model's developer may."""
    INCOMPLETE = "incomplete"
    """Something is missing behind it, or there is too much."""
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
    """Whoever proposes a change doesn't settle what others have against it."""
    NOT_ON_HOLD = "not-on-hold"
    NO_FINAL_COMMENT_PERIOD = "no-final-comment-period"
    NOT_HERE = "not-here"
    """It belongs to disputes, or to pull requests."""
    # The rest is about votes, replies and appeals in disputes.
    TOO_EARLY = "too-early"
    """The panel hasn't begun, or nothing is decided yet."""
    TOO_LATE = "too-late"
    """It is decided, or the time for it is over."""
    ALREADY_APPEALED = "already-appealed"
    NOT_A_PARTY = "not-a-party"
    """Only who asked, and people who are declared for the model's developer, may appeal."""
    ASKED = "asked"
    """Who asked doesn't decide."""
    DECIDED_BEFORE = "decided-before"
    """They decided the rating itself, or sat on the first panel."""
    UNDECLARED = "undeclared"
    """Nobody knows for whom they work."""
    CHANGED_DECLARATION = "changed-declaration"
    CONFLICT = "conflict"
    """They work or worked for the developer."""
    RIVAL = "rival"
    """Enough people of other developers sit on the panel."""
    PANEL_FULL = "panel-full"
    UNKNOWN_LEVEL = "unknown-level"
    SAME_LEVEL = "same-level"
    """The rating has the level that it is to become."""


class Answer(NamedTuple):
    """What becomes of one command."""

    comment: Comment
    command: Command
    refusal: Refusal | None

    @property
    def effect(self) -> Effect:
        """By which reaction the bot says so."""
        if self.refusal is not None:
            return Effect.REFUSED
        return Effect.DECLARED if self.command.verb is Verb.COI else Effect.DONE


class Concern(NamedTuple):
    """Something that has to be settled before the merge."""

    name: str
    raised_by: Person
    resolved_by: Person | None
    reason: str


class DisputeRequest(NamedTuple):
    """That somebody disputes a rating."""

    model: str
    criterion: str
    comment: Comment


@dataclass(frozen=True, slots=True)
class Place:
    """What commands are held against."""

    developers: Collection[str]
    """The folders under assessments/, with those that the pull request brings along."""
    models: Collection[str]
    """Ids of models on the board."""
    criteria: Collection[str]
    found: frozenset[ChangeClass]
    """The classes that the change itself has."""
    with_final_comment: frozenset[ChangeClass]
    """The classes that need a final comment period."""
    author: int | None = None
    """The id of who proposes the change, where there is one."""


@dataclass(slots=True)
class Conversation:
    """What has been said, as it stands now."""

    answers: list[Answer] = field(default_factory=list)
    declared: dict[int, set[str]] = field(default_factory=dict)
    """By the ids of people: for whom they work, as they say here. What was declared once stays."""
    unreliable: set[int] = field(default_factory=set)
    """The ids of people who changed what they had declared."""
    concerns: list[Concern] = field(default_factory=list)
    held_by: Person | None = None
    final_comment_since: datetime | None = None
    reclassified: set[ChangeClass] = field(default_factory=set)
    """The classes that maintainers have added."""
    notified: dict[str, Person] = field(default_factory=dict)
    """By developer: who says that they told them."""
    disputes: list[DisputeRequest] = field(default_factory=list)

    def classes(self, found: frozenset[ChangeClass]) -> frozenset[ChangeClass]:
        """The classes that a change counts as which has these itself."""
        return found | self.reclassified


def hear(comments: Iterable[Comment], roles: Mapping[int, Role], place: Place) -> Conversation:
    """What these comments come to, of people with these roles."""
    heard = Conversation()
    for comment in comments:
        if comment.author.is_bot:
            continue
        if comment.was_declaration:
            heard.unreliable.add(comment.author.id)
        for command in commands(comment.body):
            said = _Said(comment, command.words, roles.get(comment.author.id, Role.NONE), place)
            heard.answers.append(Answer(comment, command, _hear(heard, command.verb, said)))
    return heard


class _Said(NamedTuple):
    """A command with all that decides what becomes of it."""

    comment: Comment
    words: tuple[str, ...]
    role: Role
    place: Place

    @property
    def is_own(self) -> bool:
        """Whether it is said of one's own pull request."""
        return self.comment.author.id == self.place.author


_FOR_REVIEWERS = (Verb.CONCERN, Verb.RESOLVE, Verb.NOTIFIED)
_FOR_MAINTAINERS = (Verb.HOLD, Verb.UNHOLD, Verb.FCP, Verb.RECLASSIFY)


def _hear(heard: Conversation, verb: Verb, said: _Said) -> Refusal | None:
    if said.comment.edited:
        return Refusal.EDITED
    if verb in _FOR_REVIEWERS and not said.role.is_reviewer:
        return Refusal.NOT_A_REVIEWER
    if verb in _FOR_MAINTAINERS and not said.role.is_maintainer:
        return Refusal.NOT_A_MAINTAINER
    return _HEARD_BY[verb](heard, said)


def _recheck(_heard: Conversation, _said: _Said) -> Refusal | None:
    return None


def _not_here(_heard: Conversation, _said: _Said) -> Refusal | None:
    return Refusal.NOT_HERE


def _declare(heard: Conversation, said: _Said) -> Refusal | None:
    if not said.words:
        return Refusal.INCOMPLETE
    whom = said.words[0].lower()
    if whom == "none":
        # What more there is to say may be for whom they work after all.
        if len(said.words) > 1:
            return Refusal.INCOMPLETE
        # Whoever has declared something doesn't take it back this way.
        heard.declared.setdefault(said.comment.author.id, set())
        return None
    if whom not in said.place.developers:
        return Refusal.UNKNOWN_DEVELOPER
    heard.declared.setdefault(said.comment.author.id, set()).add(whom)
    return None


def _dispute(heard: Conversation, said: _Said) -> Refusal | None:
    if len(said.words) < 2:
        return Refusal.INCOMPLETE
    model, criterion = said.words[0], said.words[1]
    if model not in said.place.models:
        return Refusal.UNKNOWN_MODEL
    if criterion not in said.place.criteria:
        return Refusal.UNKNOWN_CRITERION
    heard.disputes.append(DisputeRequest(model, criterion, said.comment))
    return None


def _raise(heard: Conversation, said: _Said) -> Refusal | None:
    if not said.words:
        return Refusal.INCOMPLETE
    name = " ".join(said.words)
    if any(concern.name == name and concern.resolved_by is None for concern in heard.concerns):
        return Refusal.CONCERN_EXISTS
    heard.concerns.append(Concern(name, said.comment.author, None, ""))
    return None


def _resolve(heard: Conversation, said: _Said) -> Refusal | None:
    """The concern whose name the words begin with; what follows is the reason."""
    text = " ".join(said.words)
    if not text:
        return Refusal.INCOMPLETE
    open_ones = [
        (number, concern)
        for number, concern in enumerate(heard.concerns)
        if concern.resolved_by is None and (text == concern.name or text.startswith(f"{concern.name} "))
    ]
    if not open_ones:
        return Refusal.NO_SUCH_CONCERN
    number, concern = max(open_ones, key=lambda one: len(one[1].name))
    reason = text[len(concern.name) :].strip()
    if concern.raised_by.id != said.comment.author.id:
        if not (said.role.is_maintainer and reason):
            return Refusal.NOT_YOUR_CONCERN
        if said.is_own:
            return Refusal.OWN
    heard.concerns[number] = concern._replace(resolved_by=said.comment.author, reason=reason)
    return None


def _notified(heard: Conversation, said: _Said) -> Refusal | None:
    if len(said.words) < 2:
        return Refusal.INCOMPLETE
    developer = said.words[0].lower()
    if developer not in said.place.developers:
        return Refusal.UNKNOWN_DEVELOPER
    if said.is_own:
        return Refusal.OWN
    heard.notified.setdefault(developer, said.comment.author)
    return None


def _reclassify(heard: Conversation, said: _Said) -> Refusal | None:
    if len(said.words) != 1:
        return Refusal.INCOMPLETE
    if said.words[0] not in list(ChangeClass):
        return Refusal.UNKNOWN_CLASS
    wanted = ChangeClass(said.words[0])
    # It is enough to be stricter than one: otherwise an author could undo this by adding something graver.
    present = heard.classes(said.place.found)
    if wanted in present or (present and all(wanted.gravity < each.gravity for each in present)):
        return Refusal.NOT_STRICTER
    heard.reclassified.add(wanted)
    return None


def _hold(heard: Conversation, said: _Said) -> Refusal | None:
    heard.held_by = said.comment.author
    return None


def _unhold(heard: Conversation, said: _Said) -> Refusal | None:
    if heard.held_by is None:
        return Refusal.NOT_ON_HOLD
    if said.is_own and heard.held_by.id != said.comment.author.id:
        return Refusal.OWN
    heard.held_by = None
    return None


def _begin_final_comment(heard: Conversation, said: _Said) -> Refusal | None:
    if not heard.classes(said.place.found) & said.place.with_final_comment:
        return Refusal.NO_FINAL_COMMENT_PERIOD
    heard.final_comment_since = said.comment.at
    return None


_HEARD_BY: dict[Verb, Callable[[Conversation, _Said], Refusal | None]] = {
    Verb.RECHECK: _recheck,
    Verb.COI: _declare,
    Verb.DISPUTE: _dispute,
    Verb.CONCERN: _raise,
    Verb.RESOLVE: _resolve,
    Verb.HOLD: _hold,
    Verb.UNHOLD: _unhold,
    Verb.FCP: _begin_final_comment,
    Verb.RECLASSIFY: _reclassify,
    Verb.NOTIFIED: _notified,
    # These belong to disputes, see `bot.handlers.disputes.state`.
    Verb.REPLY: _not_here,
    Verb.VOTE: _not_here,
    Verb.APPEAL: _not_here,
}
