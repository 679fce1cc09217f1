"""Judgement of a pull request: from facts and policy, every condition of its merge and what is missing. Pure.

Approvals, waits and final comment periods belong to the effect of the merge, and not to a commit: see
`bot.governance.effect_history`. More approvals never make a pull request less ready, and a conflict of interest never makes it more so
(tests/governance/test_properties.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.policy import Approvers, ChangeClass, DeclaredPerson, Needs, Policy, needs
from bot.github.commands import Verb
from bot.github.facts import Person, Review, ReviewState, Role
from bot.governance.conversation import CommandContext, CommandResult, Concern, Conversation, Refusal, replay_comments
from bot.governance.effect_history import had_effect
from bot.governance.interests import interests

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.github.facts import Comment, StatusRecord


class UnknownAuthors(StrEnum):
    """Why the authors of a pull request aren't known."""

    TOO_MANY = "too-many"
    """It has more commits than GitHub lists."""
    FORMER = "former"
    """A former head isn't there any more, or there are too many."""
    REPORTERS = "reporters"
    """The issue of its form is gone, or was edited so often that GitHub doesn't list by whom."""
    NOT_MADE = "not-made"
    """A commit is in the bot's name, but the bot didn't make it."""


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """Facts that a judgement is made from."""

    now: datetime
    classes: frozenset[ChangeClass]
    """The classes of the change. Without any there is nothing to decide."""
    models: frozenset[str]
    """Ids of the models that change."""
    interested: frozenset[str]
    """The developers of these models and of their base models."""
    notified: frozenset[str]
    """The developers of the models whose change has a class that is notified."""
    context: CommandContext
    author: Person
    authors: frozenset[int]
    """The ids of the authors of its effect."""
    unknown_authors: UnknownAuthors | None
    """Why these may not be all; None where they are."""
    unknown_commit: str
    """The commit whose author isn't known, where it is one."""
    effect: str
    """The effect of the merge. Without one no approval counts."""
    records: Mapping[str, tuple[StatusRecord, ...]]
    """The effects on record of the head, and of other commits whose merge has the same result, by commit."""
    since: datetime | None
    """Since when people can look at this effect without interruption; None where they can't yet, such as in a draft."""
    changed: bool
    """Whether the effect changed after it was on record, without a new head."""
    sharing: tuple[int, ...]
    """The numbers of all pull requests whose head is the same commit; empty where this is the only one."""
    is_spent: bool
    """Whether the head has nearly as many statuses as GitHub takes."""
    retargeted: datetime | None
    """When the base branch was last changed."""
    reviews: tuple[Review, ...]
    comments: tuple[Comment, ...]
    roles: Mapping[int, Role]
    maintainers: int | None
    """The number of maintainers; None where it isn't known."""
    unknown_roles: tuple[Person, ...] = ()
    """People who object, and whose role could not be found out."""
    organisations: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By developer, all folders of the same organisation; only where there are several."""
    logins: Mapping[int, str | None] | None = None
    """The present logins of people to mention, by id, None for accounts that are gone; None before they were looked up."""
    links: LinkNeeds | None = None
    """Requirements for its links; None where the policy has none."""


class LinkNeeds(NamedTuple):
    """Requirements for the links that a change adds or changes."""

    are_checked: bool
    """Whether the bot has asked for all of them."""
    to_see: frozenset[str]
    """The links in their normal form for which a reviewer has to look at the page."""


class DiscountReason(StrEnum):
    """Why an approval doesn't count."""

    BOT = "bot"
    AUTHOR = "author"
    OLDER_COMMIT = "older-commit"
    OTHER_EFFECT = "other-effect"
    """It was given when the merge did something else, or nothing that could be told."""
    OTHER_BRANCH = "other-branch"
    """It was given before the base branch was changed."""
    NO_RIGHT = "no-right"
    """They have no write access."""
    NOT_A_MAINTAINER = "not-a-maintainer"
    CONFLICT = "conflict"
    CHANGED_DECLARATION = "changed-declaration"
    RIVAL = "rival"
    """An approval of another rival counts already."""


class Vote(NamedTuple):
    """Approval that counts."""

    person: Person
    interests: frozenset[str] | None
    """The developers for whom they work; None where they have declared nothing."""
    is_own_organisation: bool
    """Whether it is the first approval of its organisation."""


class Discount(NamedTuple):
    """Approval that doesn't count."""

    person: Person
    reason: DiscountReason
    interests: frozenset[str] = frozenset()
    """The developers that conflict."""


class ConditionKind(StrEnum):
    """Subject of a condition, in the order in which conditions are shown."""

    SHARED_COMMIT = "shared-commit"
    """Other pull requests have the same head, and so the same status."""
    SPENT_COMMIT = "spent-commit"
    """The head has nearly as many statuses as GitHub takes, so that a success could soon not be taken back."""
    HOLD = "hold"
    ALTERED_WORDS = "altered-words"
    """Somebody edited the words of a reviewer, which may have been an objection."""
    ROLES_UNKNOWN = "roles-unknown"
    """People object, and it isn't known whether they may."""
    CHANGES_REQUESTED = "changes-requested"
    CONCERN = "concern"
    AUTHORS_UNKNOWN = "authors-unknown"
    LINKS = "links"
    """The new links are checked; `need` are those at which a reviewer has to look, None while they are being checked."""
    APPROVALS = "approvals"
    ORGANISATIONS = "organisations"
    NOTIFIED = "notified"
    FINAL_COMMENT = "final-comment"
    WAIT = "wait"


class Condition(NamedTuple):
    """Condition of the merge."""

    kind: ConditionKind
    met: bool
    people: tuple[str, ...] = ()
    """The logins of those by whom it is met, or who object."""
    have: int = 0
    need: int | None = 0
    """None where it isn't known."""
    approvers: Approvers = Approvers.REVIEWERS
    name: str = ""
    """Of a concern, as somebody wrote it; of a commit whose author isn't known."""
    unknown: UnknownAuthors = UnknownAuthors.TOO_MANY
    """Why the authors aren't known, where that is the condition."""
    developers: tuple[str, ...] = ()
    """The developers who have yet to be notified."""
    due: datetime | None = None
    """When it will be met if nothing else happens."""
    days: int = 0
    """The length of a final comment period."""
    is_anew: bool = False
    """Whether a final comment period was begun before that counts no more."""
    pulls: tuple[int, ...] = ()
    """The numbers of the pull requests that share a commit."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Result of judging a case."""

    classes: frozenset[ChangeClass]
    needs: Needs
    conditions: tuple[Condition, ...]
    votes: tuple[Vote, ...]
    discounts: tuple[Discount, ...]
    concerns: tuple[Concern, ...]
    results: tuple[CommandResult, ...]
    mentions: tuple[Person, ...]
    """The declared people of the developers to notify, by their present logins."""
    conversation: Conversation
    anew: datetime | None = None
    """Since when approvals are asked for again, or a wait runs again, because the effect changed; None where none does."""
    misnamed: tuple[Person, ...] = ()
    """Declared people whom the policy calls by a login that isn't theirs any more, as it calls them."""

    @property
    def refused(self) -> tuple[CommandResult, ...]:
        """Return the commands that did nothing."""
        return tuple(result for result in self.results if result.refusal is not None)

    @property
    def is_ready(self) -> bool:
        """Return whether all conditions are met."""
        return all(condition.met for condition in self.conditions)


def judge(case: ReviewCase, policy: Policy) -> Judgement:
    """Return the judgement of a case by a policy."""
    conversation = _replay(case, policy)
    classes = conversation.classes(case.classes)
    required = needs(policy, classes, case.maintainers)
    if any(policy.classes[each].notify_developer for each in conversation.reclassified):
        # A maintainer doesn't say which of the models a class is about.
        case = replace(case, notified=case.notified | {model.partition("/")[0] for model in case.models})
    votes, discounts = _count(case, policy, conversation, required.approvers)
    notified = _notified_people(case, policy)
    conditions = list(_objections(case, conversation))
    # A change of no class, such as the bot's own proposal, needs nobody's consent; but people can stop it.
    if classes:
        conditions += _requirements(case, conversation, required, votes, notified)
    mentions = tuple(dict.fromkeys(person for people in notified.values() for person in people))
    waits = any(one.kind in (ConditionKind.WAIT, ConditionKind.FINAL_COMMENT) and not one.met for one in conditions)
    is_anew = case.changed and (waits or any(one.reason is DiscountReason.OTHER_EFFECT for one in discounts))
    return Judgement(
        classes=classes,
        needs=required,
        conditions=tuple(conditions),
        votes=votes,
        discounts=discounts,
        concerns=tuple(conversation.concerns),
        results=tuple(conversation.results),
        mentions=mentions if required.notify_developer else (),
        misnamed=tuple(_misnamed(case, policy)) if required.notify_developer else (),
        conversation=conversation,
        anew=case.since if is_anew else None,
    )


def _replay(case: ReviewCase, policy: Policy) -> Conversation:
    """Return the conversation, in which nobody with a conflict of interest has looked at a page for others.

    They may have declared it later, so it is known only after a first replay.
    """
    conversation = replay_comments(case.comments, case.roles, case.context)
    seeing = {one.comment.author.id for one in conversation.results if one.command.verb is Verb.SEEN}
    partial: dict[int, Refusal] = {}
    for person in sorted(seeing):
        own = interests(policy, conversation, person, case.now.date(), case.organisations)
        if (own or frozenset()) & case.interested:
            partial[person] = Refusal.CONFLICT
        elif person in conversation.unreliable:
            partial[person] = Refusal.CHANGED_DECLARATION
    if not partial:
        return conversation
    return replay_comments(case.comments, case.roles, replace(case.context, partial=partial))


# ---- approvals -------------------------------------------------------------------------------------------------------


def _count(
    case: ReviewCase, policy: Policy, conversation: Conversation, approvers: Approvers
) -> tuple[tuple[Vote, ...], tuple[Discount, ...]]:
    """Return the approvals that count, in the order in which they were given, and those that don't."""
    votes: list[Vote] = []
    discounts: list[Discount] = []
    rivals = 0
    taken: set[str] = set()
    for review in _valid_approvals(case):
        person = review.author
        reason = _discount_reason(case, review, approvers)
        own = interests(policy, conversation, person.id, case.now.date(), case.organisations)
        conflict = (own or frozenset()) & case.interested
        is_rival = bool(own and case.interested)
        if reason is None and person.id in conversation.unreliable:
            reason = DiscountReason.CHANGED_DECLARATION
        if reason is None and conflict:
            reason = DiscountReason.CONFLICT
        if reason is None and is_rival and rivals >= policy.interests.rival_approvals:
            reason = DiscountReason.RIVAL
        if reason is not None:
            discounts.append(Discount(person, reason, conflict))
            continue
        rivals += is_rival
        # People who share an employer are one organisation; each person who works for none is one.
        is_own = own is not None and not own & taken
        taken |= own or set()
        votes.append(Vote(person, own, is_own))
    return tuple(votes), tuple(discounts)


def _valid_approvals(case: ReviewCase) -> list[Review]:
    """Return each person's approval that was not withdrawn since; of several, one of the head if there is one."""
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
    """Return whether an approval is for the present effect and base branch."""
    records = case.records.get(review.commit or "")
    is_same = records is not None and bool(case.effect) and had_effect(records, case.effect, review.at, case.now)
    return is_same and (case.retargeted is None or review.at > case.retargeted)


def _discount_reason(case: ReviewCase, review: Review, approvers: Approvers) -> DiscountReason | None:
    person, role = review.author, case.roles.get(review.author.id, Role.NONE)
    if person.is_bot:
        return DiscountReason.BOT
    if person.id in case.authors or person.id == case.author.id:
        return DiscountReason.AUTHOR
    if not role.is_reviewer:
        return DiscountReason.NO_RIGHT
    if approvers is Approvers.MAINTAINERS and not role.is_maintainer:
        return DiscountReason.NOT_A_MAINTAINER
    if review.commit not in case.records:
        return DiscountReason.OLDER_COMMIT
    if case.retargeted is not None and review.at <= case.retargeted:
        return DiscountReason.OTHER_BRANCH
    return None if _is_current(case, review) else DiscountReason.OTHER_EFFECT


def _opponents(case: ReviewCase) -> tuple[str, ...]:
    """Return the logins of reviewers whose latest review asks for changes, whatever was pushed since."""
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


def _objections(case: ReviewCase, conversation: Conversation) -> Iterator[Condition]:
    if case.sharing:
        yield Condition(ConditionKind.SHARED_COMMIT, met=False, pulls=case.sharing)
    if case.is_spent:
        yield Condition(ConditionKind.SPENT_COMMIT, met=False)
    if conversation.held_by is not None:
        yield Condition(ConditionKind.HOLD, met=False, people=(conversation.held_by.login,))
    for altered in conversation.altered.values():
        yield Condition(ConditionKind.ALTERED_WORDS, met=False, people=(altered.author.login, altered.editor.login))
    if case.unknown_roles:
        yield Condition(ConditionKind.ROLES_UNKNOWN, met=False, people=tuple(one.login for one in case.unknown_roles))
    if opponents := _opponents(case):
        yield Condition(ConditionKind.CHANGES_REQUESTED, met=False, people=opponents)
    for concern in conversation.concerns:
        who = concern.resolved_by or concern.raised_by
        yield Condition(
            ConditionKind.CONCERN, met=concern.resolved_by is not None, people=(who.login,), name=concern.name
        )


def _requirements(
    case: ReviewCase,
    conversation: Conversation,
    required: Needs,
    votes: tuple[Vote, ...],
    notified: Mapping[str, tuple[Person, ...]],
) -> Iterator[Condition]:
    # Where no approval is needed, it doesn't matter whether one counts.
    if votes and case.unknown_authors is not None and (required.approvals != 0 or required.organisations):
        yield Condition(
            ConditionKind.AUTHORS_UNKNOWN, met=False, name=case.unknown_commit, unknown=case.unknown_authors
        )
    if case.links is not None:
        yield from _links(case.links, conversation)
    logins = tuple(vote.person.login for vote in votes)
    enough = required.approvals is not None and len(votes) >= required.approvals
    yield Condition(
        ConditionKind.APPROVALS, enough, logins, have=len(votes), need=required.approvals, approvers=required.approvers
    )
    if required.organisations:
        firsts = tuple(vote.person.login for vote in votes if vote.is_own_organisation)
        met = len(firsts) >= required.organisations
        yield Condition(ConditionKind.ORGANISATIONS, met, firsts, have=len(firsts), need=required.organisations)
    if required.notify_developer and case.notified:
        by = tuple(sorted({person.login for person in conversation.notified.values()}))
        done = {*conversation.notified, *(developer for developer, people in notified.items() if people)}
        missing = tuple(sorted(case.notified - done))
        yield Condition(ConditionKind.NOTIFIED, not missing, by, developers=missing)
    if required.final_comment_days:
        yield _final_comment(case, conversation, required.final_comment_days)
    if required.wait_hours:
        due = None if case.since is None else case.since + timedelta(hours=required.wait_hours)
        yield Condition(ConditionKind.WAIT, due is not None and case.now >= due, due=due)


def _links(links: LinkNeeds, conversation: Conversation) -> Iterator[Condition]:
    """Yield whether all links are checked, and reviewers have looked where the bot can't."""
    seen = {url: person for url, person in conversation.seen.items() if url in links.to_see}
    people = tuple(sorted({person.login for person in seen.values()}))
    have, need = len(seen), len(links.to_see)
    if not links.are_checked:
        yield Condition(ConditionKind.LINKS, met=False, people=people, have=have, need=None)
    elif need:
        yield Condition(ConditionKind.LINKS, met=have == need, people=people, have=have, need=need)


def _final_comment(case: ReviewCase, conversation: Conversation, days: int) -> Condition:
    """Return whether a final comment period that a maintainer began for this effect is over."""
    since = conversation.final_comment_since
    if since is None or case.since is None or since < case.since:
        return Condition(ConditionKind.FINAL_COMMENT, met=False, days=days, is_anew=since is not None)
    due = since + timedelta(days=days)
    return Condition(ConditionKind.FINAL_COMMENT, case.now >= due, days=days, due=due)


def _notified_people(case: ReviewCase, policy: Policy) -> dict[str, tuple[Person, ...]]:
    """Return by developer the declared people who work there, whom the bot's comment mentions.

    People who left after the effect was there count: they have been notified, and waiting doesn't undo that. Nobody is
    mentioned by a login that may be a stranger's by now, and an account that is gone notifies nobody.
    """
    return {
        developer: tuple(
            Person(person.id, login)
            for person in _declared_people(case, policy, developer)
            if (login := person.login if case.logins is None else case.logins.get(person.id)) is not None
        )
        for developer in sorted(case.notified)
    }


def _declared_people(case: ReviewCase, policy: Policy, developer: str) -> Iterator[DeclaredPerson]:
    """Yield the declared people who work for a developer while the effect is there."""
    today, earliest = case.now.date(), (case.since or case.now).date()
    for person in policy.people:
        if any(
            each.developer == developer and each.begin <= today and (each.end is None or each.end >= earliest)
            for each in person.affiliations
        ):
            yield person


def _misnamed(case: ReviewCase, policy: Policy) -> Iterator[Person]:
    """Yield the people to notify whose accounts are called otherwise now, or are gone, once that was looked up."""
    people = dict.fromkeys(
        (person.id, person.login)
        for developer in sorted(case.notified)
        for person in _declared_people(case, policy, developer)
    )
    logins = case.logins
    if logins is not None:
        yield from (
            Person(number, login)
            for number, login in people
            if (logins.get(number) or "").casefold() != login.casefold()
        )
