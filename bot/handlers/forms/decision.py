"""What to do about a form: facts and the base branch in, a decision out. Pure.

A decision either is a reply already, or says what is to be done first; then what came of it is the reply.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from bot.github.actions import Acknowledge, AddLabels, DeleteComment, EditComment, Effect, WriteComment
from bot.github.commands import Verb, commands
from bot.github.facts import PullState
from bot.handlers.disputes.course import AlreadyOpen, DisputeAsked, ReturnsLater, Served
from bot.handlers.disputes.course import TooMany as TooManyDisputes
from bot.handlers.forms.proposal import (
    DeadLink,
    Proposal,
    ask_dispute,
    correct_rating,
    propose_model,
    report_dead_link,
)
from bot.handlers.forms.templates import FormKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.github.actions import IssueAction
    from bot.github.facts import ProposedPull
    from bot.handlers.forms.base import Base
    from bot.handlers.forms.facts import FormFacts
    from bot.handlers.forms.issue_form import FieldProblem, Form

MOST_PROPOSALS = 3
"""So many pull requests from one person's forms are open at a time."""
MOST_PROPOSALS_OF_ALL = 50
"""So many from everybody's, so that a crowd of new accounts can't bury the reviewers."""
MOST_ACKNOWLEDGEMENTS = 5
"""The newest commands. Whoever writes a hundred gets no hundred answers."""


# ---- replies ---------------------------------------------------------------------------------------------------------


class ToMend(NamedTuple):
    """Something in the form is wrong."""

    problems: tuple[FieldProblem, ...]
    pull: ProposedPull | None
    """What an earlier state of the form led to, which stays as it is."""


class Proposed(NamedTuple):
    """A pull request has what the form asks for."""

    proposal: Proposal
    pull: ProposedPull


class TakenOver(NamedTuple):
    """Somebody else has pushed to the branch, which from then on is theirs."""

    pull: ProposedPull | None


class Over(NamedTuple):
    """The pull request was merged or closed."""

    pull: ProposedPull


class TooManyProposals(NamedTuple):
    """There are as many open proposals as there may be."""

    most: int
    of_all: bool
    """Of everybody's, not only of this person's."""


Admission: TypeAlias = Served | AlreadyOpen | ReturnsLater | TooManyDisputes
"""What becomes of a dispute that somebody asked for."""
Reply: TypeAlias = ToMend | Proposed | TakenOver | Over | TooManyProposals | DeadLink | Admission


# ---- decisions -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Propose:
    """To be proposed."""

    proposal: Proposal
    pull: ProposedPull | None
    """The one that is open already."""


@dataclass(frozen=True, slots=True)
class OpenDispute:
    """A dispute to be opened."""

    asked: DisputeAsked


FormDecision: TypeAlias = Reply | Propose | OpenDispute


def decide_form(form: Form, base: Base, pull: ProposedPull | None) -> FormDecision:
    """What a form comes to. `pull` is the newest pull request that was opened for it."""
    if pull is not None and pull.state is not PullState.OPEN:
        return Over(pull)
    match form.template.kind:
        case FormKind.MODEL:
            made = propose_model(form, base)
        case FormKind.RATING:
            made = correct_rating(form, base)
        case FormKind.DISPUTE:
            asked = ask_dispute(form, base)
            return OpenDispute(asked) if isinstance(asked, DisputeAsked) else ToMend(asked, None)
        case FormKind.DEAD_LINK:
            found = report_dead_link(form, base)
            return found if isinstance(found, DeadLink) else ToMend(found, None)
    return Propose(made, pull) if isinstance(made, Proposal) else ToMend(made, pull)


def admitted(own: int, every: int) -> TooManyProposals | None:
    """What stands against another proposal, where so many of the same person's and of everybody's are open."""
    if own >= MOST_PROPOSALS:
        return TooManyProposals(MOST_PROPOSALS, of_all=False)
    if every >= MOST_PROPOSALS_OF_ALL:
        return TooManyProposals(MOST_PROPOSALS_OF_ALL, of_all=True)
    return None


# ---- actions in the issue --------------------------------------------------------------------------------------------


def form_actions(facts: FormFacts, form: Form, text: str) -> tuple[IssueAction, ...]:
    """Everything that is to be done in the issue itself. `text` is what its sticky comment should say."""
    return (*_sticky(facts, text), *_label(facts, form), *_acknowledgements(facts))


def _sticky(facts: FormFacts, text: str) -> Iterator[IssueAction]:
    own = facts.sticky
    if not own:
        yield WriteComment(text)
        return
    # GitHub gives texts back without the white space at their end.
    if own[0].body.replace("\r\n", "\n").rstrip() != text.rstrip():
        yield EditComment(own[0].id, text)
    yield from (DeleteComment(one.id) for one in own[1:])


def _label(facts: FormFacts, form: Form) -> Iterator[IssueAction]:
    # GitHub gives a form its label only where the repository has it; the first form makes it.
    if not facts.sticky and form.template.label not in facts.issue.labels:
        yield AddLabels((form.template.label,))


def _acknowledgements(facts: FormFacts) -> Iterator[IssueAction]:
    asked = [
        comment
        for comment in facts.comments
        if not comment.author.is_bot
        and not comment.edited
        and any(command.verb is Verb.RECHECK for command in commands(comment.body))
    ]
    for comment in asked[-MOST_ACKNOWLEDGEMENTS:]:
        if Effect.DONE not in comment.reactions:
            yield Acknowledge(comment.id, Effect.DONE)
