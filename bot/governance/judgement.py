"""Whether a pull request may be merged: facts and policy in, every condition with what would meet it out. Pure.

More approvals never make a pull request less ready, and a conflict of interest never makes it more so
(tests/governance/test_properties.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.policy import Approvers, ChangeClass, Needs, Policy, needs
from bot.github.facts import Person, Review, ReviewState, Role
from bot.governance.conversation import CommandContext, CommandResult, Concern, Conversation, replay_comments
from bot.governance.interests import interests

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.github.facts import Comment


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """Everything that a judgement rests on."""

    now: datetime
    classes: frozenset[ChangeClass]
    """What kinds of change it is. Without any there is nothing to decide."""
    models: frozenset[str]
    """Ids of the models that change."""
    interested: frozenset[str]
    """The developers of these models and of those that they were made from."""
    notified: frozenset[str]
    """The developers of the models of which a change has a class whose developers are told."""
    context: CommandContext
    author: Person
    authors: frozenset[int]
    """The ids of everybody who wrote a commit of it, its author among them."""
    authors_known: bool
    """Whether that is everybody."""
    head: str
    same: frozenset[str]
    """Other commits by which the merge has the same result, such as the head before it was squashed or rebased."""
    since: datetime
    """From when on the head has been the head."""
    retargeted: datetime | None
    """When it was last turned towards another branch."""
    reviews: tuple[Review, ...]
    comments: tuple[Comment, ...]
    roles: Mapping[int, Role]
    maintainers: int | None
    """How many there are; None where that isn't known."""


class DiscountReason(StrEnum):
    """Why an approval doesn't count."""

    BOT = "bot"
    AUTHOR = "author"
    OLDER_COMMIT = "older-commit"
    OTHER_BRANCH = "other-branch"
    """It was given while the pull request was to be merged elsewhere."""
    NO_RIGHT = "no-right"
    """They may not write here."""
    NOT_A_MAINTAINER = "not-a-maintainer"
    CONFLICT = "conflict"
    CHANGED_DECLARATION = "changed-declaration"
    RIVAL = "rival"
    """Another rival's approval counts already."""


class Vote(NamedTuple):
    """An approval that counts."""

    person: Person
    interests: frozenset[str] | None
    """Developers for whom they work; None where they have declared nothing."""
    is_own_organisation: bool
    """Whether it is the first of its organisation."""


class Discount(NamedTuple):
    """An approval that doesn't count, and why."""

    person: Person
    reason: DiscountReason
    interests: frozenset[str] = frozenset()
    """With a conflict: with which developers."""


class ConditionKind(StrEnum):
    """What a condition is about, in the order in which people are shown them."""

    HOLD = "hold"
    CHANGES_REQUESTED = "changes-requested"
    CONCERN = "concern"
    AUTHORS_UNKNOWN = "authors-unknown"
    APPROVALS = "approvals"
    ORGANISATIONS = "organisations"
    NOTIFIED = "notified"
    FINAL_COMMENT = "final-comment"
    WAIT = "wait"


class Condition(NamedTuple):
    """One thing that must hold before the merge."""

    kind: ConditionKind
    met: bool
    people: tuple[str, ...] = ()
    """The logins by whom it is met, or who stand against it."""
    have: int = 0
    need: int | None = 0
    """None where it can't be told."""
    approvers: Approvers = Approvers.REVIEWERS
    name: str = ""
    """Of a concern, as somebody wrote it."""
    developers: tuple[str, ...] = ()
    """Who still has to be told."""
    due: datetime | None = None
    """From when on it is met if nothing else happens."""
    days: int = 0
    """The length of a final comment period."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a case comes to."""

    classes: frozenset[ChangeClass]
    needs: Needs
    conditions: tuple[Condition, ...]
    votes: tuple[Vote, ...]
    discounts: tuple[Discount, ...]
    concerns: tuple[Concern, ...]
    results: tuple[CommandResult, ...]
    mentions: tuple[Person, ...]
    """Declared people of the developers who are to be told."""
    conversation: Conversation

    @property
    def gravest(self) -> ChangeClass | None:
        """The gravest of its classes."""
        return max(self.classes, key=lambda each: each.gravity, default=None)

    @property
    def refused(self) -> tuple[CommandResult, ...]:
        """The commands that did nothing."""
        return tuple(answer for answer in self.results if answer.refusal is not None)

    @property
    def is_ready(self) -> bool:
        """Whether everything holds."""
        return all(condition.met for condition in self.conditions)

    @property
    def next_moment(self) -> datetime | None:
        """The next instant at which time alone changes something."""
        return min((one.due for one in self.conditions if one.due is not None and not one.met), default=None)


def judge(case: ReviewCase, policy: Policy) -> Judgement:
    """What `policy` says of a case."""
    heard = replay_comments(case.comments, case.roles, case.context)
    classes = heard.classes(case.classes)
    wanted = needs(policy, classes, case.maintainers)
    if any(policy.classes[each].notify_developer for each in heard.reclassified):
        # Which of the models a maintainer means can't be told.
        case = replace(case, notified=case.notified | {model.partition("/")[0] for model in case.models})
    votes, discounts = _count(case, policy, heard, wanted.approvers)
    told = _told(case, policy)
    conditions = list(_objections(case, heard))
    # What is of no class, such as what the bot itself proposes, needs nobody's consent; but people can stop it.
    if classes:
        conditions += _conditions(case, heard, wanted, votes, told)
    mentions = tuple(person for people in told.values() for person in people) if wanted.notify_developer else ()
    return Judgement(
        classes=classes,
        needs=wanted,
        conditions=tuple(conditions),
        votes=votes,
        discounts=discounts,
        concerns=tuple(heard.concerns),
        results=tuple(heard.results),
        mentions=mentions,
        conversation=heard,
    )


# ---- approvals -------------------------------------------------------------------------------------------------------


def _count(
    case: ReviewCase, policy: Policy, heard: Conversation, approvers: Approvers
) -> tuple[tuple[Vote, ...], tuple[Discount, ...]]:
    """The approvals that count, in the order in which they were given, and those that don't."""
    votes: list[Vote] = []
    discounts: list[Discount] = []
    rivals = 0
    taken: set[str] = set()
    for review in _standing(case):
        person = review.author
        ground = _ground(case, review, approvers)
        own = interests(policy, heard, person.id, case.now.date())
        conflict = (own or frozenset()) & case.interested
        if ground is None and person.id in heard.unreliable:
            ground = DiscountReason.CHANGED_DECLARATION
        if ground is None and conflict:
            ground = DiscountReason.CONFLICT
        is_rival = bool(own and case.interested)
        if ground is None and is_rival and rivals >= policy.interests.rival_approvals:
            ground = DiscountReason.RIVAL
        if ground is not None:
            discounts.append(Discount(person, ground, conflict))
            continue
        rivals += is_rival
        # Who shares an employer with somebody who counts already is no second organisation. Who works for none is one.
        is_own = own is not None and not own & taken
        taken |= own or set()
        votes.append(Vote(person, own, is_own))
    return tuple(votes), tuple(discounts)


def _standing(case: ReviewCase) -> list[Review]:
    """Each person's approval that nothing has taken back since, the best one where there are several."""
    found: dict[int, Review] = {}
    for review in case.reviews:
        match review.state:
            case ReviewState.APPROVED:
                present = found.get(review.author.id)
                # An approval of an older commit takes nothing from that of the head.
                if present is None or not _is_current(case, present):
                    found.pop(review.author.id, None)
                    found[review.author.id] = review
            case ReviewState.CHANGES_REQUESTED | ReviewState.DISMISSED:
                found.pop(review.author.id, None)
    return list(found.values())


def _is_current(case: ReviewCase, review: Review) -> bool:
    same = review.commit == case.head or review.commit in case.same
    return same and (case.retargeted is None or review.at > case.retargeted)


def _ground(case: ReviewCase, review: Review, approvers: Approvers) -> DiscountReason | None:
    person, role = review.author, case.roles.get(review.author.id, Role.NONE)
    if person.is_bot:
        return DiscountReason.BOT
    if person.id in case.authors or person.id == case.author.id:
        return DiscountReason.AUTHOR
    if not role.is_reviewer:
        return DiscountReason.NO_RIGHT
    if approvers is Approvers.MAINTAINERS and not role.is_maintainer:
        return DiscountReason.NOT_A_MAINTAINER
    if review.commit != case.head and review.commit not in case.same:
        return DiscountReason.OLDER_COMMIT
    if not _is_current(case, review):
        return DiscountReason.OTHER_BRANCH
    return None


def _opponents(case: ReviewCase) -> tuple[str, ...]:
    """Who asked for changes and hasn't approved since, nor had the request dismissed; whatever was pushed meanwhile."""
    latest: dict[int, Review] = {}
    for review in case.reviews:
        if review.state is not ReviewState.COMMENTED and not review.author.is_bot:
            latest[review.author.id] = review
    return tuple(
        sorted(
            review.author.login
            for review in latest.values()
            if review.state is ReviewState.CHANGES_REQUESTED
            and review.author.id != case.author.id
            and case.roles.get(review.author.id, Role.NONE).is_reviewer
        )
    )


# ---- conditions ------------------------------------------------------------------------------------------------------


def _objections(case: ReviewCase, heard: Conversation) -> Iterator[Condition]:
    """What people have said against it."""
    if heard.held_by is not None:
        yield Condition(ConditionKind.HOLD, met=False, people=(heard.held_by.login,))
    if opponents := _opponents(case):
        yield Condition(ConditionKind.CHANGES_REQUESTED, met=False, people=opponents)
    for concern in heard.concerns:
        who = concern.resolved_by or concern.raised_by
        yield Condition(
            ConditionKind.CONCERN, met=concern.resolved_by is not None, people=(who.login,), name=concern.name
        )


def _conditions(
    case: ReviewCase,
    heard: Conversation,
    wanted: Needs,
    votes: tuple[Vote, ...],
    told: Mapping[str, tuple[Person, ...]],
) -> Iterator[Condition]:
    """What its classes need."""
    # Where no approval is needed, it doesn't matter whether one counts.
    if votes and not case.authors_known and (wanted.approvals != 0 or wanted.organisations):
        yield Condition(ConditionKind.AUTHORS_UNKNOWN, met=False)
    logins = tuple(vote.person.login for vote in votes)
    enough = wanted.approvals is not None and len(votes) >= wanted.approvals
    yield Condition(
        ConditionKind.APPROVALS, enough, logins, have=len(votes), need=wanted.approvals, approvers=wanted.approvers
    )
    if wanted.organisations:
        firsts = tuple(vote.person.login for vote in votes if vote.is_own_organisation)
        met = len(firsts) >= wanted.organisations
        yield Condition(ConditionKind.ORGANISATIONS, met, firsts, have=len(firsts), need=wanted.organisations)
    if wanted.notify_developer and case.notified:
        missing = tuple(sorted(each for each in case.notified if not told.get(each) and each not in heard.notified))
        by = tuple(sorted({person.login for person in heard.notified.values()}))
        yield Condition(ConditionKind.NOTIFIED, not missing, by, developers=missing)
    if wanted.final_comment_days:
        yield _final_comment(case, heard, wanted.final_comment_days)
    if wanted.wait_hours:
        due = _begin(case) + timedelta(hours=wanted.wait_hours)
        yield Condition(ConditionKind.WAIT, case.now >= due, due=due)


def _begin(case: ReviewCase) -> datetime:
    """From when on people could see what is to be merged where: elsewhere nobody may have looked."""
    return case.since if case.retargeted is None else max(case.since, case.retargeted)


def _final_comment(case: ReviewCase, heard: Conversation, days: int) -> Condition:
    """The final comment period: begun by a maintainer for this very head and branch, and over."""
    since = heard.final_comment_since
    if since is None or since < _begin(case):
        return Condition(ConditionKind.FINAL_COMMENT, met=False, days=days)
    due = since + timedelta(days=days)
    return Condition(ConditionKind.FINAL_COMMENT, case.now >= due, days=days, due=due)


def _told(case: ReviewCase, policy: Policy) -> dict[str, tuple[Person, ...]]:
    """By developer who is to be told: the declared people who work there, whom the bot's comment names.

    Who left since the head came up counts: they have been told, and that isn't undone by waiting.
    """
    today, earliest = case.now.date(), _begin(case).date()
    return {
        developer: tuple(
            Person(person.id, person.login)
            for person in policy.people
            if any(
                each.developer == developer and each.begin <= today and (each.end is None or each.end >= earliest)
                for each in person.affiliations
            )
        )
        for developer in sorted(case.notified)
    }
