"""How a dispute about a rating stands: its facts and the policy in, its state and an answer to every command out. Pure.

    reply   the developer is asked; it ends with their reply, or after `reply_days`
    panel   reviewers vote, the first `panel` of them who may; it ends as soon as more than half of the seats agree
    decided for `appeal_days`; an appeal by a party leads to a panel of others, once
    final   nothing changes it any more

What nobody wrote down elsewhere is decided like this. Who sits on the panel may vote again as long as nothing is decided:
the last word counts. A seat becomes free when somebody's declaration shows that it wasn't theirs to take, or when they edit
their vote; what is declared after the decision doesn't undo it, but is a reason to appeal. Where all seats have voted and
no majority agrees (three different votes), they have as many days as the developer had for coming together; then the rating
stands, because there is no majority for anything else. What the second panel decides is final at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from bot.board.model.rubric import Level
from bot.github.commands import Verb
from bot.github.facts import Role
from bot.governance.conversation import Conversation, Refusal, replay_comments
from bot.governance.interests import interests

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.board.model.policy import DeclaredPerson, Policy
    from bot.github.commands import Command
    from bot.github.facts import Comment, Person
    from bot.governance.conversation import CommandContext, CommandResult, DisputeRequest


class Question(NamedTuple):
    """What a dispute is about: one rating."""

    model: str
    """Its id, `developer/model`."""
    criterion: str

    @property
    def developer(self) -> str:
        """Whose model it is."""
        return self.model.partition("/")[0]


# ---- one dispute -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DisputeCase:
    """Everything that the state of a dispute rests on."""

    now: datetime
    question: Question
    level: Level
    """What the rating said when the dispute was opened."""
    opened: datetime
    asker: int
    """The id of who asked."""
    interested: frozenset[str]
    """The model's developer, and those of the models that it was made from."""
    deciders: frozenset[int]
    """The ids of those who decided the rating before: its author, and who approved it."""
    comments: tuple[Comment, ...]
    roles: Mapping[int, Role]
    place: CommandContext
    closed: datetime | None = None
    """When its issue was closed; None while it is open."""


class Stage(StrEnum):
    """Where a dispute stands."""

    REPLY = "reply"
    PANEL = "panel"
    DECIDED = "decided"
    FINAL = "final"


class Verdict(StrEnum):
    """What a panel says."""

    UPHELD = "upheld"
    """The rating stands."""
    AMENDED = "amended"
    """The rating becomes another one."""
    REJECTED = "rejected"
    """There was no question about this rating."""


class Ruling(NamedTuple):
    """A verdict, with what the rating becomes where it doesn't stay."""

    verdict: Verdict
    level: Level | None = None

    @property
    def words(self) -> str:
        """As it is written in a vote."""
        return self.verdict.value if self.level is None else f"{self.verdict} {self.level}"


class PanelVote(NamedTuple):
    """The vote of somebody who has a seat."""

    person: Person
    ruling: Ruling
    comment: int
    """The id of the comment in which it is."""


class Decided(NamedTuple):
    """What a panel decided."""

    ruling: Ruling
    at: datetime
    votes: tuple[PanelVote, ...]
    by_majority: bool = True
    """False where the panel's time passed without a majority."""


class Appeal(NamedTuple):
    """That a party doesn't take the decision."""

    person: Person
    at: datetime
    reason: str


class Reply(NamedTuple):
    """That the developer has answered."""

    person: Person
    at: datetime
    comment: int


@dataclass(frozen=True, slots=True)
class Dispute:
    """How a dispute stands."""

    stage: Stage
    reply: Reply | None
    """The developer's first one."""
    votes: tuple[PanelVote, ...]
    """The seats of the panel that sits now; none in other stages."""
    due: datetime | None
    """When time alone moves it on; None where it doesn't."""
    first: Decided | None
    """What the first panel decided."""
    appeal: Appeal | None
    second: Decided | None
    """What the panel after the appeal decided."""
    final_since: datetime | None
    answers: tuple[CommandResult, ...]
    """To every command in the conversation, in its order."""
    requests: tuple[DisputeRequest, ...]
    """Other disputes that were asked for here."""

    @property
    def decision(self) -> Decided | None:
        """What is decided, as far as anything is."""
        return self.second or self.first


def follow(case: DisputeCase, policy: Policy) -> Dispute:
    """How a dispute stands, from everything that was said in it and from the time that passed."""
    course = _Course(case, policy, due=case.opened + timedelta(days=policy.disputes.reply_days))
    for comment in case.comments:
        course.pass_time(comment.at)
        if not comment.author.is_bot:
            course.hear(comment)
    course.pass_time(case.now)
    return Dispute(
        stage=course.stage,
        reply=course.reply,
        votes=tuple(course.seats.values()) if course.stage is Stage.PANEL else (),
        due=course.due,
        first=course.first,
        appeal=course.appeal,
        second=course.second,
        final_since=course.since if course.stage is Stage.FINAL else None,
        answers=tuple(course.answers),
        requests=tuple(course.heard.disputes),
    )


def declared_people(policy: Policy, developer: str, day: datetime) -> tuple[DeclaredPerson, ...]:
    """The people who are declared to work for a developer on that day."""
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
class _Course:
    """What has happened so far, instant by instant."""

    case: DisputeCase
    policy: Policy
    due: datetime | None
    stage: Stage = Stage.REPLY
    since: datetime = field(init=False)
    heard: Conversation = field(default_factory=Conversation)
    answers: list[CommandResult] = field(default_factory=list)
    reply: Reply | None = None
    seats: dict[int, PanelVote] = field(default_factory=dict)
    """By the ids of people, in the order in which they took them."""
    first: Decided | None = None
    appeal: Appeal | None = None
    second: Decided | None = None

    def __post_init__(self) -> None:
        self.since = self.case.opened

    # ---- stages ------------------------------------------------------------------------------------------------------

    def enter(self, stage: Stage, at: datetime, days: int | None = None) -> None:
        """Goes on to a stage, which ends after so many days by itself; None where it doesn't."""
        self.stage, self.since = stage, at
        self.due = None if days is None else at + timedelta(days=days)

    def pass_time(self, until: datetime) -> None:
        """What time alone has moved up to this instant, the instant itself included."""
        closed = self.case.closed
        end = until if closed is None else min(until, closed)
        while self.due is not None and self.due <= end:
            at = self.due
            match self.stage:
                case Stage.REPLY:
                    self.enter(Stage.PANEL, at)
                case Stage.PANEL:
                    self._decide(Decided(Ruling(Verdict.UPHELD), at, tuple(self.seats.values()), by_majority=False))
                case _:
                    self.enter(Stage.FINAL, at)
        if closed is not None and closed <= until and self.stage is not Stage.FINAL:
            # Somebody closed it by hand: nothing goes on in it, whatever was decided until then.
            self.enter(Stage.FINAL, closed)

    def _decide(self, decided: Decided) -> None:
        if self.appeal is None:
            self.first = decided
            self.enter(Stage.DECIDED, decided.at, self.policy.disputes.appeal_days)
        else:
            self.second = decided
            self.enter(Stage.FINAL, decided.at)
        self.seats = {}

    # ---- what people say ---------------------------------------------------------------------------------------------

    def hear(self, comment: Comment) -> None:
        """One comment: its declarations first, so that a vote in the same comment is already held against them."""
        alone = replay_comments([comment], self.case.roles, self.case.place)
        self.heard.unreliable |= alone.unreliable
        for person, developers in alone.declared.items():
            self.heard.declared.setdefault(person, set()).update(developers)
        self.heard.disputes += alone.disputes
        if alone.unreliable or alone.declared:
            self._look_at_seats(comment.at)
        for said in alone.results:
            self.answers.append(said._replace(refusal=self._answer(comment, said.command, said.refusal)))

    def _answer(self, comment: Comment, command: Command, otherwise: Refusal | None) -> Refusal | None:
        """Why a command does nothing, if it doesn't. `otherwise` is what it comes to in any conversation."""
        if comment.edited:
            return Refusal.EDITED
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
            self.reply = Reply(comment.author, comment.at, comment.id)
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
        # A seat stays where it is in the order, whoever votes again.
        self.seats[person.id] = PanelVote(person, ruling, comment.id)
        self._count(comment.at)
        return None

    def _barred(self, person: int, at: datetime) -> Refusal | None:
        """Why somebody may not sit on this panel at all."""
        if person == self.case.asker:
            return Refusal.ASKED
        former = self.first.votes if self.first is not None else ()
        if person in self.case.deciders or any(person == vote.person.id for vote in former):
            return Refusal.DECIDED_BEFORE
        if person in self.heard.unreliable:
            return Refusal.CHANGED_DECLARATION
        own = interests(self.policy, self.heard, person, at.date())
        if own is None:
            return Refusal.UNDECLARED
        return Refusal.CONFLICT if own & self.case.interested else None

    def _crowded(self, person: int, others: list[int], at: datetime) -> Refusal | None:
        """Why somebody may not sit on it beside these others."""
        rivals = [other for other in others if interests(self.policy, self.heard, other, at.date())]
        is_rival = bool(interests(self.policy, self.heard, person, at.date()))
        if is_rival and len(rivals) >= self.policy.interests.rival_approvals:
            return Refusal.RIVAL
        return Refusal.PANEL_FULL if len(others) >= self.policy.disputes.panel else None

    def _look_at_seats(self, at: datetime) -> None:
        """Frees the seats of those who may not sit there, as they say by now."""
        kept: dict[int, PanelVote] = {}
        for person, vote in self.seats.items():
            if self._barred(person, at) is None and self._crowded(person, list(kept), at) is None:
                kept[person] = vote
        if len(kept) < len(self.seats):
            self.seats = kept
            self._count(at)

    def _count(self, at: datetime) -> None:
        """Decides where a majority agrees, and gives a full panel without one its time to agree."""
        size = self.policy.disputes.panel
        rulings = [vote.ruling for vote in self.seats.values()]
        agreed = next((ruling for ruling in rulings if rulings.count(ruling) > size // 2), None)
        if agreed is not None:
            self._decide(Decided(agreed, at, tuple(self.seats.values())))
        elif len(rulings) < size:
            self.due = None
        elif self.due is None:
            self.due = at + timedelta(days=self.policy.disputes.reply_days)


def ruling_in(words: tuple[str, ...], present: Level) -> Ruling | Refusal:
    """What the words behind `/vote` say of a rating with this level; a reason may follow."""
    if not words or words[0].lower() not in list(Verdict):
        return Refusal.INCOMPLETE
    verdict = Verdict(words[0].lower())
    if verdict is not Verdict.AMENDED:
        return Ruling(verdict)
    if len(words) < 2:
        return Refusal.INCOMPLETE
    if words[1].lower() not in list(Level):
        return Refusal.UNKNOWN_LEVEL
    level = Level(words[1].lower())
    return Refusal.SAME_LEVEL if level is present else Ruling(verdict, level)


# ---- whether a question may be asked ---------------------------------------------------------------------------------


class KnownDispute(NamedTuple):
    """A dispute that there is or was."""

    number: int
    """Of its issue."""
    question: Question
    asker: int
    opened: datetime
    closed: datetime | None
    """When it ended: when its issue was closed."""


class AlreadyOpen(NamedTuple):
    """The same question is being decided."""

    number: int


class ReturnsLater(NamedTuple):
    """The same question was decided not long ago."""

    number: int
    until: datetime
    """From then on it may be asked again."""


class TooMany(NamedTuple):
    """Who asks has as many open disputes as one may have, or everybody together."""

    most: int
    of_all: bool = False
    """Of everybody's, not only of this person's."""


class MayOpen(NamedTuple):
    """Nothing stands against it."""


class Served(NamedTuple):
    """A dispute of this question was opened since it was asked for."""

    number: int


Admission: TypeAlias = MayOpen | AlreadyOpen | ReturnsLater | TooMany
Outcome: TypeAlias = Served | Admission

MOST_OPEN = 3
"""So many disputes of one person are open at a time: each asks three people and a developer for their time."""
MOST_OPEN_OF_ALL = 50
"""So many of everybody's, so that a crowd of new accounts can't bury the reviewers."""


def admit(question: Question, asker: int, known: Sequence[KnownDispute], at: datetime, policy: Policy) -> Admission:
    """Whether somebody may dispute a rating at that instant, as far as the disputes that are known tell.

    It stays the same for the same instant, whatever is opened and closed later.
    """
    still = [dispute for dispute in known if dispute.closed is None or at < dispute.closed]
    for dispute in still:
        if dispute.question == question and dispute.opened <= at:
            return AlreadyOpen(dispute.number)
    wait = timedelta(days=policy.disputes.return_days)
    ended = [(one.closed + wait, one.number) for one in known if one.question == question and one.closed is not None]
    if before := [(until, number) for until, number in ended if until - wait <= at < until]:
        until, number = max(before)
        return ReturnsLater(number, until)
    # Those that were opened since count as well, or a list of wishes in one comment would be fulfilled bit by bit.
    own = [dispute for dispute in still if dispute.asker == asker]
    if len(own) >= MOST_OPEN:
        return TooMany(MOST_OPEN)
    return TooMany(MOST_OPEN_OF_ALL, of_all=True) if len(still) >= MOST_OPEN_OF_ALL else MayOpen()


def answer_request(request: DisputeRequest, known: Sequence[KnownDispute], policy: Policy) -> Outcome:
    """What becomes of a `/dispute` in a comment, as of when it was written."""
    question, at = Question(request.model, request.criterion), request.comment.at
    since = [dispute.number for dispute in known if dispute.question == question and dispute.opened >= at]
    return Served(min(since)) if since else admit(question, request.comment.author.id, known, at, policy)


class DisputeAsked(NamedTuple):
    """A rating that somebody wants to have decided on. The reason is as it was written: hostile."""

    model: str
    criterion: str
    reason: str
    url: str | None
