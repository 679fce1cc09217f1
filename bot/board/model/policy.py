"""The policy (`governance.yml`): classes of change and what each needs, conflicts of interest, disputes.

A rule about people is data in that file. This module defines the file's shape and computes the strictest of several
rules.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from bot.board.model.fields import Present, parse_day, refuse
from bot.board.model.json_document import data_file_schema
from bot.text.catalogue import JoinedText, _, code
from bot.text.shaping import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

MODELINE = "# yaml-language-server: $schema=schema/governance.schema.json"


class ChangeClass(StrEnum):
    """What kind of change it is, from the most harmless to the gravest."""

    TYPO = "typo"
    CODE = "code"
    EVIDENCE = "evidence"
    NEW_MODEL = "new-model"
    RAISED = "raised"
    LOWERED = "lowered"
    NOT_APPLICABLE = "not-applicable"
    RUBRIC = "rubric"
    GOVERNANCE = "governance"

    @property
    def gravity(self) -> int:
        """Return the position in that order, from 0."""
        return list(ChangeClass).index(self)


class Share(StrEnum):
    """How many of the maintainers have to approve, where that isn't a number."""

    MAJORITY = "majority"
    TWO_THIRDS = "two-thirds"

    def of(self, people: int) -> int:
        """Return how many people this share is, of `people`."""
        return people // 2 + 1 if self is Share.MAJORITY else -(-2 * people // 3)


class Approvers(StrEnum):
    """Whose approvals count."""

    REVIEWERS = "reviewers"
    """Everybody with write access."""
    MAINTAINERS = "maintainers"


def _day(value: object) -> date:
    """Return the date that a text states: the strict reader converts no dates."""
    if (day := parse_day(value)) is not None:
        return day
    what = _("`%(value)s` is not a date", value=shorten(str(value)))
    return refuse("date", what, _("Write year, month and day, such as `2026-11-21`."))


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[-.][a-z0-9]+)*$")]
Count = Annotated[int, Field(ge=0, le=1000, strict=True)]
Text = Annotated[str, Field(min_length=1)]


def _approvals(value: object) -> object:
    """Return a number or a share unchanged; refuse anything else with one message instead of pydantic's two."""
    if isinstance(value, Share) or (isinstance(value, int) and not isinstance(value, bool)) or value in list(Share):
        return value
    what = _("`%(value)s` is not a number of approvals", value=shorten(str(value)))
    return refuse("approvals", what, _("Write a number such as `2`, or `majority` or `two-thirds`."))


Approvals = Annotated[Count | Share, BeforeValidator(_approvals)]


class _PolicyModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Affiliation(_PolicyModel):
    """That somebody works or worked for a developer."""

    developer: Annotated[Slug, Field(description="The developer's folder under assessments/.")]
    begin: Annotated[Day, Field(alias="from", description="The first day.")]
    end: Annotated[
        Day | None, Present, Field(alias="to", description="The last day. Leave it out while it goes on.")
    ] = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end is not None and self.end < self.begin:
            refuse("dates-in-order", _("`to` is before `from`"), _("Write the first day as `from`, the last as `to`."))
        return self


class DeclaredPerson(_PolicyModel):
    """What GitHub can't know of somebody: for whom they work."""

    id: Annotated[
        int, Field(gt=0, strict=True, description="The account's number: `id` in https://api.github.com/users/LOGIN.")
    ]
    login: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$", description="The account's name, for people.")
    ]
    declared: Annotated[Day, Field(description="The day on which it was declared.")]
    affiliations: Annotated[tuple[Affiliation, ...], Field(description="Empty for nobody who has models here.")] = ()


class Rule(_PolicyModel):
    """What a class of changes needs."""

    title: Annotated[Text, Field(description="What people call the class.")]
    meaning: Annotated[Text, Field(description="What falls under it.")]
    approvals: Annotated[Approvals, Field(description="A number, or a share of the maintainers.")]
    approvers: Annotated[Approvers, Field(description="Whose approvals count.")] = Approvers.REVIEWERS
    organisations: Annotated[Count, Field(description="From how many different organisations they have to come.")] = 0
    wait_hours: Annotated[
        int, Field(ge=0, le=8760, strict=True, description="Hours from the last commit to the merge.")
    ] = 0
    final_comment_days: Annotated[
        int, Field(ge=0, le=365, strict=True, description="Days of a final comment period.")
    ] = 0
    notify_developer: Annotated[bool, Field(description="Whether the model's developer is told.")] = False


class Bootstrap(_PolicyModel):
    """What holds while there are few maintainers."""

    maintainers: Annotated[Count, Field(description="It holds with fewer maintainers than this.")]
    approvals: Annotated[Count, Field(description="So many approvals, whatever the class.")]
    wait_factor: Annotated[
        int, Field(ge=1, le=100, strict=True, description="Waiting times are so many times as long.")
    ]


class Interests(_PolicyModel):
    """Conflicts of interest."""

    months: Annotated[Count, Field(description="So many months after they left, people still count as a developer's.")]
    # With more than 1, the conflict of one approver could be bypassed by another of a new organisation.
    rival_approvals: Annotated[
        int,
        Field(ge=0, le=1, strict=True, description="At most so many counted approvals by people of other developers."),
    ]


class Disputes(_PolicyModel):
    """How ratings are disputed."""

    reply_days: Annotated[Count, Field(description="So long the panel waits for the developer's reply.")]
    panel: Annotated[int, Field(ge=1, le=15, strict=True, description="So many people decide.")]
    appeal_days: Annotated[Count, Field(description="So long a decision can be appealed against, once.")]
    return_days: Annotated[Count, Field(description="So long the same question doesn't return.")]

    @model_validator(mode="after")
    def _is_odd(self) -> Self:
        if self.panel % 2 == 0:
            refuse("panel-even", _("`panel` is even"), _("Write an odd number, so that there is always a majority."))
        return self


class LinkRule(StrEnum):
    """Requirement for a new link or quote of a pull request that could not be confirmed."""

    FIX = "fix"
    """Its author has to fix it."""
    SEEN = "seen"
    """A reviewer looks at the page and says so by `/seen URL`."""
    ACCEPT = "accept"
    """Nothing."""


class EvidenceRules(_PolicyModel):
    """Requirements for the links and quotes that a pull request adds or changes."""

    gone: Annotated[LinkRule, Field(description="The server says that the page doesn't exist.")]
    quote_missing: Annotated[LinkRule, Field(description="A page that can be read doesn't have the quote.")]
    quote_unread: Annotated[LinkRule, Field(description="The text of the page could not be read.")]
    blocked: Annotated[LinkRule, Field(description="The server doesn't show the page to robots.")]
    unreachable: Annotated[LinkRule, Field(description="There was no usable answer.")]
    not_asked: Annotated[LinkRule, Field(description="It could not be asked for, as there were too many or no time.")]


class Policy(_PolicyModel):
    """The whole policy."""

    version: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$", description="Of this policy.")]
    classes: Annotated[dict[ChangeClass, Rule], Field(description="What each class of changes needs.")]
    interests: Interests
    bootstrap: Bootstrap
    disputes: Disputes
    evidence: Annotated[
        EvidenceRules | None,
        Present,
        Field(description="Without it the links of pull requests are not checked."),
    ] = None
    people: Annotated[
        tuple[DeclaredPerson, ...],
        Field(description="Who has declared for whom they work, or that it is for nobody here."),
    ] = ()

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if missing := [each for each in ChangeClass if each not in self.classes]:
            refuse(
                "missing-class",
                _("these classes are missing under `classes`: %(words)s", words=JoinedText(", ", map(code, missing))),
                _("Write for each class of changes what it needs."),
            )
        for each, rule in self.classes.items():
            if isinstance(rule.approvals, Share) and rule.approvers is not Approvers.MAINTAINERS:
                refuse(
                    "share-of-maintainers",
                    _("`%(name)s` needs a share of the maintainers, but reviewers may approve", name=each),
                    _("Write `approvers: maintainers` under `%(name)s`, or a number for `approvals`.", name=each),
                )
        logins = Counter(person.login.casefold() for person in self.people)
        if doubled := [login for login, count in logins.items() if count > 1]:
            refuse(
                "repeated-person",
                _(
                    "the login `%(login)s` is under `people` twice (capital letters make no difference)",
                    login=doubled[0],
                ),
                _("Write all affiliations of a person in one item, and correct the other one."),
            )
        if repeated := [number for number, count in Counter(person.id for person in self.people).items() if count > 1]:
            refuse(
                "repeated-person",
                _("the account %(number)s is under `people` twice", number=repeated[0]),
                _("Write all affiliations of a person in one item."),
            )
        return self

    @cached_property
    def affiliations(self) -> dict[int, DeclaredPerson]:
        """Return the declared people by the ids of their accounts."""
        return {person.id: person for person in self.people}


class Needs(_PolicyModel):
    """What a pull request needs: in each respect the strictest of several rules."""

    approvals: int | None
    """None where it is a share of an unknown number of maintainers."""
    approvers: Approvers
    organisations: int
    wait_hours: int
    final_comment_days: int
    notify_developer: bool
    provisional: bool
    """Whether there are so few maintainers that the bootstrap rules apply."""


def needs(policy: Policy, classes: Iterable[ChangeClass], maintainers: int | None) -> Needs:
    """Return what changes of these classes need together. `maintainers` is None where their number is unknown."""
    rules = [policy.classes[each] for each in classes]
    bootstrap = policy.bootstrap
    provisional = maintainers is not None and maintainers < bootstrap.maintainers
    factor = bootstrap.wait_factor if provisional else 1
    return Needs(
        approvals=bootstrap.approvals if provisional else _most(rules, maintainers),
        approvers=max((rule.approvers for rule in rules), key=list(Approvers).index, default=Approvers.REVIEWERS),
        organisations=0 if provisional else max((rule.organisations for rule in rules), default=0),
        wait_hours=factor * max((rule.wait_hours for rule in rules), default=0),
        final_comment_days=factor * max((rule.final_comment_days for rule in rules), default=0),
        notify_developer=any(rule.notify_developer for rule in rules),
        provisional=provisional,
    )


def _most(rules: list[Rule], maintainers: int | None) -> int | None:
    numbers = []
    for rule in rules:
        if not isinstance(rule.approvals, Share):
            numbers.append(rule.approvals)
        elif maintainers is None:
            return None
        else:
            numbers.append(rule.approvals.of(maintainers))
    return max(numbers, default=0)


def policy_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of `governance.yml`."""
    return data_file_schema(Policy, "governance", "Governance: who decides what")
