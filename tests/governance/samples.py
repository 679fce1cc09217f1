"""People, a policy and the facts of a pull request that is ready, which tests change at one place each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.board.model.policy import (
    Affiliation,
    Approvers,
    Bootstrap,
    ChangeClass,
    DeclaredPerson,
    Disputes,
    Interests,
    Policy,
    Rule,
    Share,
)
from bot.github.facts import Comment, Person, Review, ReviewState, Role, StatusRecord, StatusState
from bot.governance.conversation import CommandContext
from bot.governance.judgement import LinkNeeds, ReviewCase, UnknownAuthors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.governance.judgement import Judgement

NOW = datetime(2027, 3, 31, 12, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)
HEAD, SQUASHED, OLDER = "1" * 40, "2" * 40, "3" * 40
EFFECT, OTHER_EFFECT = "e" * 20, "f" * 20

# The models of example-lab are judged; the others are its rivals.
LAB, RIVAL, OTHER = "example-lab", "example-rival", "example-other"
MODEL = f"{LAB}/example-1b"

BOT = Person(41898282, "github-actions[bot]", is_bot=True)
AUTHOR = Person(1001, "example-author")
ALICE, BOB, CAROL = Person(1002, "example-alice"), Person(1003, "example-bob"), Person(1004, "example-carol")
RITA, RENE = Person(1005, "example-rita"), Person(1006, "example-rene")
INSIDER = Person(1007, "example-insider")
UNA, UDO = Person(1008, "example-una"), Person(1009, "example-udo")
MIA, MAX, MEI = Person(1010, "example-mia"), Person(1011, "example-max"), Person(1012, "example-mei")
MOE, MAY = Person(1013, "example-moe"), Person(1014, "example-may")
READER, TRIAGER = Person(1015, "example-reader"), Person(1016, "example-triager")
STRANGER = Person(1017, "example-stranger")
OPS = Person(1018, "example-ops[bot]", is_bot=True)

ROLES: Mapping[int, Role] = {
    AUTHOR.id: Role.ADMIN,
    **dict.fromkeys((one.id for one in (ALICE, BOB, CAROL, RITA, RENE, INSIDER, UNA, UDO, OPS, BOT)), Role.WRITE),
    **dict.fromkeys((one.id for one in (MIA, MAX, MEI, MOE)), Role.MAINTAIN),
    MAY.id: Role.ADMIN,
    TRIAGER.id: Role.TRIAGE,
    READER.id: Role.READ,
}


def declared(person: Person, *developers: str, end: date | None = None) -> DeclaredPerson:
    """Declare that a person works for these developers, or did until `end`."""
    until = {} if end is None else {"end": end}
    worked = tuple(Affiliation(developer=each, begin=date(2020, 1, 1), **until) for each in developers)
    return DeclaredPerson(id=person.id, login=person.login, declared=date(2026, 11, 21), affiliations=worked)


# Una and Udo have declared nothing.
PEOPLE = (
    *(declared(one) for one in (ALICE, BOB, CAROL, MIA, MAX, MEI, MOE, MAY)),
    declared(RITA, RIVAL),
    declared(RENE, OTHER),
    declared(INSIDER, LAB),
)


def rule(approvals: int | Share, **needed: Any) -> Rule:
    """Return the rule of a class."""
    return Rule(title="a class", meaning="What falls under it.", approvals=approvals, **needed)


_BY_MAINTAINERS = {"approvers": Approvers.MAINTAINERS}
CLASSES = {
    ChangeClass.TYPO: rule(1),
    ChangeClass.CODE: rule(1, **_BY_MAINTAINERS),
    ChangeClass.EVIDENCE: rule(1, wait_hours=24),
    ChangeClass.NEW_MODEL: rule(2, organisations=2, wait_hours=72),
    ChangeClass.RAISED: rule(2, organisations=2, wait_hours=72),
    ChangeClass.LOWERED: rule(2, organisations=2, wait_hours=168, notify_developer=True),
    ChangeClass.NOT_APPLICABLE: rule(2, organisations=2, wait_hours=168, notify_developer=True),
    ChangeClass.RUBRIC: rule(Share.MAJORITY, final_comment_days=10, **_BY_MAINTAINERS),
    ChangeClass.GOVERNANCE: rule(Share.TWO_THIRDS, final_comment_days=14, **_BY_MAINTAINERS),
}


LINK = "https://paper.example.org/blocked"
"""A link that the change adds, and at whose page a reviewer may have to look."""


def policy(people: tuple[DeclaredPerson, ...] = PEOPLE, **changes: Any) -> Policy:
    """Return the policy that knows these people."""
    given = {
        "version": "1.0.0",
        "classes": CLASSES,
        "interests": Interests(months=12, rival_approvals=1),
        "bootstrap": Bootstrap(maintainers=3, approvals=1, wait_factor=2),
        "disputes": Disputes(reply_days=14, panel=3, appeal_days=14, return_days=21),
    }
    return Policy(**given | changes, people=people)


POLICY = policy()


def hours(number: int, minutes: int = 0) -> timedelta:
    """Return a length of time."""
    return timedelta(hours=number, minutes=minutes)


def review(author: Person, state: str = "APPROVED", commit: str | None = HEAD, ago: timedelta = AN_HOUR) -> Review:
    """Return a review, as a rule an approval of the head an hour ago."""
    return Review(author, ReviewState[state], commit, "", NOW - ago)


def record(ago: timedelta, effect: str = EFFECT, state: str = "PENDING") -> StatusRecord:
    """Return a status of the bot's, as a rule with the present effect."""
    return StatusRecord(NOW - ago, StatusState[state], effect)


def approvals(*people: Person, **changes: Any) -> tuple[Review, ...]:
    """Return an approval by each."""
    return tuple(review(person, **changes) for person in people)


def comment(
    author: Person, body: str, ago: timedelta = 2 * AN_HOUR, *, edited: bool = False, **changes: Any
) -> Comment:
    """Return a comment, as a rule two hours old. An edited one was edited by its author."""
    said = Comment(1, author, body, NOW - ago)
    words = replace(said, edited_at=said.at, editor=author) if edited else said
    return replace(words, **changes)


@dataclass(frozen=True)
class Sample:
    """A flat record of what matters about a pull request. As it is here, it may be merged: a rating is raised."""

    classes: tuple[str, ...] = ("raised",)
    waited: timedelta = timedelta(days=100)
    maintainers: int | None = 5
    reviews: tuple[Review, ...] = approvals(ALICE, RITA)
    comments: tuple[Comment, ...] = ()
    interested: frozenset[str] = frozenset({LAB})
    notified: frozenset[str] = frozenset()
    authors: tuple[Person, ...] = (AUTHOR,)
    authors_known: bool = True
    same: tuple[str, ...] = ()
    effect: str = EFFECT
    records: tuple[StatusRecord, ...] = ()
    """Of the head."""
    former_records: tuple[StatusRecord, ...] = ()
    """Of each of the `same`."""
    is_draft: bool = False
    sharing: tuple[int, ...] = ()
    is_spent: bool = False
    unknown_roles: tuple[Person, ...] = ()
    retargeted: timedelta | None = None
    """How long ago."""
    people: tuple[DeclaredPerson, ...] = PEOPLE
    links: LinkNeeds | None = None

    @property
    def case(self) -> ReviewCase:
        """The record as it is judged."""
        found = frozenset(map(ChangeClass, self.classes))
        return ReviewCase(
            now=NOW,
            classes=found,
            models=frozenset({MODEL}),
            interested=self.interested,
            notified=self.notified,
            context=replace(context(found), authors=frozenset(person.id for person in self.authors)),
            author=AUTHOR,
            authors=frozenset(person.id for person in self.authors),
            unknown_authors=None if self.authors_known else UnknownAuthors.TOO_MANY,
            unknown_commit="",
            effect=self.effect,
            records={HEAD: self.records, **dict.fromkeys(self.same, self.former_records)},
            since=None if self.is_draft else NOW - min(self.waited, self.retargeted or self.waited),
            changed=any(one.effect not in ("", self.effect) for one in self.records),
            sharing=self.sharing,
            is_spent=self.is_spent,
            unknown_roles=self.unknown_roles,
            retargeted=None if self.retargeted is None else NOW - self.retargeted,
            reviews=self.reviews,
            comments=self.comments,
            roles=ROLES,
            maintainers=self.maintainers,
            links=self.links,
        )

    @property
    def policy(self) -> Policy:
        """The policy of the base, with the people whom it knows."""
        return policy(self.people)


def context(found: frozenset[ChangeClass]) -> CommandContext:
    """Return the context of commands in a pull request of these classes."""
    return CommandContext(
        developers=(LAB, RIVAL, OTHER),
        models=(MODEL,),
        criteria=("weights", "code"),
        found=found,
        with_final_comment=frozenset({ChangeClass.RUBRIC, ChangeClass.GOVERNANCE}),
        links={LINK: True},
        links_since=NOW - timedelta(days=100),
    )


def next_due(found: Judgement) -> datetime | None:
    """Return when time alone next changes a condition."""
    return min((one.due for one in found.conditions if one.due is not None and not one.met), default=None)
