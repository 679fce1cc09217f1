"""The state of a dispute about a rating, replayed from its comments and the time that passed. Pure.

    reply   the developer is asked; it ends with their reply, or after `reply_days`
    panel   the first `panel` reviewers who may vote do; it ends as soon as more than half of the seats agree
    decided for `appeal_days`; an appeal by a party leads to a panel of others, once
    final   nothing changes it any more

Rules that are written nowhere else: A member of the panel may vote again as long as nothing is decided; the last vote counts.
A seat becomes free when a declaration shows that its member has a conflict of interest, or when they edit their vote. A
declaration after the decision doesn't undo it, but is a reason to appeal. Where all seats have voted without a majority
(three different votes), the panel has `reply_days` to agree; then the rating stays as it is. The second panel's decision is
final at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.rubric import Level
from bot.github.commands import Command, Verb
from bot.github.facts import Role
from bot.governance.conversation import CommandResult, Conversation, Refusal, replay_comments
from bot.governance.interests import interests

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.board.model.policy import DeclaredPerson, Policy
    from bot.github.commands import Request
    from bot.github.facts import Comment, Person
    from bot.governance.conversation import CommandContext, DisputeRequest
    from bot.governance.dispute_marker import Question


# ---- one dispute -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DisputeCase:
    """The facts from which the state of a dispute is replayed."""

    now: datetime
    question: Question
    level: Level
    """The level of the rating when the dispute was opened."""
    opened: datetime
    asker: int
    interested: frozenset[str]
    """The developers of the model and of its base models."""
    deciders: frozenset[int]
    """The ids of the author and approvers of the decisions behind the rating."""
    comments: tuple[Comment, ...]
    roles: Mapping[int, Role]
    place: CommandContext
    closed: datetime | None = None
    """When its issue was closed; None while it is open."""


class Stage(StrEnum):
    """The stages of a dispute."""

    REPLY = "reply"
    PANEL = "panel"
    DECIDED = "decided"
    FINAL = "final"


class PanelVerdict(StrEnum):
    """The verdicts that a panel can reach."""

    UPHELD = "upheld"
    AMENDED = "amended"
    REJECTED = "rejected"
    """There was no question about this rating."""


class Ruling(NamedTuple):
    """A verdict, with the new level where the rating is amended."""

    verdict: PanelVerdict
    level: Level | None = None

    @property
    def words(self) -> str:
        """The ruling as it is written in a vote."""
        return self.verdict.value if self.level is None else f"{self.verdict} {self.level}"


class PanelVote(NamedTuple):
    """The vote of a member of the panel."""

    person: Person
    ruling: Ruling
    comment: int


class PanelDecision(NamedTuple):
    """The decision of a panel."""

    ruling: Ruling
    at: datetime
    votes: tuple[PanelVote, ...]
    by_majority: bool = True
    """False where the panel found no majority in time."""


class Appeal(NamedTuple):
    """An appeal of a party against the first decision."""

    person: Person
    at: datetime
    reason: str


class DeveloperReply(NamedTuple):
    """The reply of the developer."""

    person: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Dispute:
    """The state of a dispute."""

    stage: Stage
    reply: DeveloperReply | None
    """The first one."""
    votes: tuple[PanelVote, ...]
    """Those of the present panel; none in other stages."""
    due: datetime | None
    """When the stage ends by itself; None where it doesn't."""
    first: PanelDecision | None
    appeal: Appeal | None
    second: PanelDecision | None
    """The decision of the panel after the appeal."""
    answers: tuple[CommandResult, ...]
    """The result of every command in the conversation, in order."""
    requests: tuple[DisputeRequest, ...]
    """Other disputes that were asked for in the conversation."""

    @property
    def decision(self) -> PanelDecision | None:
        """The decision that counts; None while there is none."""
        return self.second or self.first


def replay_dispute(case: DisputeCase, policy: Policy) -> Dispute:
    """Return the state of a dispute at the moment `case.now`."""
    machine = DisputeStateMachine(case, policy, due=case.opened + timedelta(days=policy.disputes.reply_days))
    for comment in case.comments:
        machine.pass_time(comment.at)
        if not comment.author.is_bot:
            machine.take_comment(comment)
    machine.pass_time(case.now)
    return Dispute(
        stage=machine.stage,
        reply=machine.reply,
        votes=tuple(machine.seats.values()) if machine.stage is Stage.PANEL else (),
        due=machine.due,
        first=machine.first,
        appeal=machine.appeal,
        second=machine.second,
        answers=tuple(machine.answers),
        requests=tuple(machine.conversation.disputes),
    )


def declared_people(policy: Policy, developer: str, day: datetime) -> tuple[DeclaredPerson, ...]:
    """Return the people who are declared to work for a developer on that day."""
    today = day.date()
    return tuple(
        person
        for person in policy.people
        if any(
            each.developer == developer and each.begin <= today and (each.end is None or today <= each.end)
            for each in person.affiliations
        )
    )


@dataclass(slots=True)
class DisputeStateMachine:
    """The state of a dispute while its comments are replayed, the oldest first."""

    case: DisputeCase
    policy: Policy
    due: datetime | None
    stage: Stage = Stage.REPLY
    conversation: Conversation = field(default_factory=Conversation)
    answers: list[CommandResult] = field(default_factory=list)
    reply: DeveloperReply | None = None
    seats: dict[int, PanelVote] = field(default_factory=dict)
    """By the ids of people, in the order in which they took them."""
    first: PanelDecision | None = None
    appeal: Appeal | None = None
    second: PanelDecision | None = None

    # ---- stages ------------------------------------------------------------------------------------------------------

    def enter(self, stage: Stage, at: datetime, days: int | None = None) -> None:
        """Enter a stage, which ends by itself after so many days; None where it doesn't."""
        self.stage = stage
        self.due = None if days is None else at + timedelta(days=days)

    def pass_time(self, until: datetime) -> None:
        """Make the changes that time alone makes up to this instant, the instant itself included."""
        closed = self.case.closed
        end = until if closed is None else min(until, closed)
        while self.due is not None and self.due <= end:
            at = self.due
            match self.stage:
                case Stage.REPLY:
                    self.enter(Stage.PANEL, at)
                case Stage.PANEL:
                    self._decide(
                        PanelDecision(Ruling(PanelVerdict.UPHELD), at, tuple(self.seats.values()), by_majority=False)
                    )
                case _:
                    self.enter(Stage.FINAL, at)
        if closed is not None and closed <= until and self.stage is not Stage.FINAL:
            # Somebody closed it by hand: nothing changes any more, whatever was decided until then.
            self.enter(Stage.FINAL, closed)

    def _decide(self, decided: PanelDecision) -> None:
        if self.appeal is None:
            self.first = decided
            self.enter(Stage.DECIDED, decided.at, self.policy.disputes.appeal_days)
        else:
            self.second = decided
            self.enter(Stage.FINAL, decided.at)
        self.seats = {}

    # ---- comments ----------------------------------------------------------------------------------------------------

    def take_comment(self, comment: Comment) -> None:
        """Apply one comment: its declarations first, so that they count for a vote in the same comment."""
        alone = replay_comments([comment], self.case.roles, self.case.place)
        self.conversation.unreliable |= alone.unreliable
        for person, developers in alone.declared.items():
            self.conversation.declared.setdefault(person, set()).update(developers)
        self.conversation.disputes += alone.disputes
        if alone.unreliable or alone.declared:
            self._review_seats(comment.at)
        for answer in alone.results:
            self.answers.append(answer._replace(refusal=self._apply(comment, answer.command, answer.refusal)))

    def _apply(self, comment: Comment, command: Request, otherwise: Refusal | None) -> Refusal | None:
        """Apply a command, and return why it does nothing. `otherwise` is the result that it has in any conversation."""
        if comment.edited:
            return Refusal.EDITED
        if not isinstance(command, Command):
            return otherwise
        match command.verb:
            case Verb.REPLY:
                return self._reply(comment)
            case Verb.VOTE:
                return self._vote(comment, command.words)
            case Verb.APPEAL:
                return self._appeal(comment, command.words)
            case Verb.RECHECK | Verb.COI | Verb.DISPUTE:
                return otherwise
            case _:
                return Refusal.NOT_HERE

    def _is_of_developer(self, comment: Comment) -> bool:
        people = declared_people(self.policy, self.case.question.developer, comment.at)
        return any(person.id == comment.author.id for person in people)

    def _reply(self, comment: Comment) -> Refusal | None:
        if not self._is_of_developer(comment):
            return Refusal.NOT_DECLARED
        if self.stage is Stage.FINAL:
            return Refusal.TOO_LATE
        if self.reply is None:
            self.reply = DeveloperReply(comment.author, comment.at)
        if self.stage is Stage.REPLY:
            self.enter(Stage.PANEL, comment.at)
        return None

    def _appeal(self, comment: Comment, words: tuple[str, ...]) -> Refusal | None:
        if comment.author.id != self.case.asker and not self._is_of_developer(comment):
            return Refusal.NOT_A_PARTY
        if self.appeal is not None:
            return Refusal.ALREADY_APPEALED
        if self.first is None:
            return Refusal.TOO_LATE if self.stage is Stage.FINAL else Refusal.TOO_EARLY
        if self.stage is Stage.FINAL:
            return Refusal.TOO_LATE
        if not words:
            return Refusal.INCOMPLETE
        self.appeal = Appeal(comment.author, comment.at, " ".join(words))
        self.enter(Stage.PANEL, comment.at)
        return None

    # ---- the panel ---------------------------------------------------------------------------------------------------

    def _vote(self, comment: Comment, words: tuple[str, ...]) -> Refusal | None:
        person = comment.author
        if not self.case.roles.get(person.id, Role.NONE).is_reviewer:
            return Refusal.NOT_A_REVIEWER
        if self.stage is not Stage.PANEL:
            return Refusal.TOO_EARLY if self.stage is Stage.REPLY else Refusal.TOO_LATE
        ruling = ruling_in(words, self.case.level)
        if isinstance(ruling, Refusal):
            return ruling
        others = [vote.person.id for vote in self.seats.values() if vote.person.id != person.id]
        if refusal := self._barred(person.id, comment.at) or self._crowded(person.id, others, comment.at):
            return refusal
        # Somebody who votes again keeps the place of their seat in the order.
        self.seats[person.id] = PanelVote(person, ruling, comment.id)
        self._count(comment.at)
        return None

    def _barred(self, person: int, at: datetime) -> Refusal | None:
        """Return why somebody may not be a member of this panel at all."""
        if person == self.case.asker:
            return Refusal.ASKED
        former = self.first.votes if self.first is not None else ()
        if person in self.case.deciders or any(person == vote.person.id for vote in former):
            return Refusal.DECIDED_BEFORE
        if person in self.conversation.unreliable:
            return Refusal.CHANGED_DECLARATION
        own = interests(self.policy, self.conversation, person, at.date())
        if own is None:
            return Refusal.UNDECLARED
        return Refusal.CONFLICT if own & self.case.interested else None

    def _crowded(self, person: int, others: list[int], at: datetime) -> Refusal | None:
        """Return why somebody may not be a member of the panel beside these others."""
        rivals = [other for other in others if interests(self.policy, self.conversation, other, at.date())]
        is_rival = bool(interests(self.policy, self.conversation, person, at.date()))
        if is_rival and len(rivals) >= self.policy.interests.rival_approvals:
            return Refusal.RIVAL
        return Refusal.PANEL_FULL if len(others) >= self.policy.disputes.panel else None

    def _review_seats(self, at: datetime) -> None:
        """Free the seats of members who may not have them by what is declared now."""
        kept: dict[int, PanelVote] = {}
        for person, vote in self.seats.items():
            if self._barred(person, at) is None and self._crowded(person, list(kept), at) is None:
                kept[person] = vote
        if len(kept) < len(self.seats):
            self.seats = kept
            self._count(at)

    def _count(self, at: datetime) -> None:
        """Decide where a majority agrees, and give a full panel without one its time to agree."""
        size = self.policy.disputes.panel
        rulings = [vote.ruling for vote in self.seats.values()]
        agreed = next((ruling for ruling in rulings if rulings.count(ruling) > size // 2), None)
        if agreed is not None:
            self._decide(PanelDecision(agreed, at, tuple(self.seats.values())))
        elif len(rulings) < size:
            self.due = None
        elif self.due is None:
            self.due = at + timedelta(days=self.policy.disputes.reply_days)


def ruling_in(words: tuple[str, ...], present: Level) -> Ruling | Refusal:
    """Return the ruling that the words after `/vote` name, for a rating with this level; a reason may follow."""
    if not words or words[0].lower() not in list(PanelVerdict):
        return Refusal.INCOMPLETE
    verdict = PanelVerdict(words[0].lower())
    if verdict is not PanelVerdict.AMENDED:
        return Ruling(verdict)
    if len(words) < 2:
        return Refusal.INCOMPLETE
    if words[1].lower() not in list(Level):
        return Refusal.UNKNOWN_LEVEL
    level = Level(words[1].lower())
    return Refusal.SAME_LEVEL if level is present else Ruling(verdict, level)
