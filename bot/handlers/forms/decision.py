"""The decision about a form, from its facts and the base branch. Pure.

A decision is either a reply already, or it says what is to be done first; then the reply is the result of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from bot.board.model.layout import FormKind
from bot.github.actions import Acknowledgement, AddLabels, acknowledgements, own_comments, sticky_actions
from bot.github.commands import Command, Verb, requests
from bot.github.facts import PullState
from bot.handlers.disputes.admission import AlreadyOpen, DisputeForm, DisputeOpened, ReturnsLater, TooManyDisputes
from bot.handlers.forms.proposal import (
    DeadLink,
    FormChange,
    ask_dispute,
    correct_rating,
    propose_model,
    report_dead_link,
)

if TYPE_CHECKING:
    from bot.github.actions import IssueAction
    from bot.github.facts import Comment, Issue, ProposedPull
    from bot.handlers.forms.base import Base
    from bot.handlers.forms.issue_form import FieldProblem, Form

MARKER = "<!-- openness-bot:form -->"
"""The first line of the sticky comment on a form."""
MOST_PROPOSALS = 3
"""Open pull requests from one person's forms at a time."""
MOST_PROPOSALS_OF_ALL = 50
"""Open pull requests from everybody's, so that a crowd of new accounts can't bury the reviewers."""


class FormRefused(NamedTuple):
    """Something in the form is wrong."""

    problems: tuple[FieldProblem, ...]
    pull: ProposedPull | None
    """The pull request that an earlier text of the form led to, which stays as it is."""


class Proposed(NamedTuple):
    """A pull request has what the form asks for."""

    change: FormChange
    pull: ProposedPull


class TakenOver(NamedTuple):
    """Somebody else has pushed to the branch, which from then on is theirs."""

    pull: ProposedPull | None


class NotProposed(NamedTuple):
    """A setting of the repository keeps the bot from proposing anything."""

    link: str = ""
    """Where a person opens the pull request from the branch, which is there; empty where not even that is."""
    obstacle: str = ""
    """Why the branch could not be made: a sentence without its full stop, which may contain names of branches."""


class Over(NamedTuple):
    """The pull request was merged or closed."""

    pull: ProposedPull


class TooManyProposals(NamedTuple):
    """There are as many open proposals as there may be."""

    most: int
    of_all: bool
    """Whether everybody has them together, not this person alone."""


DisputeReply: TypeAlias = DisputeOpened | AlreadyOpen | ReturnsLater | TooManyDisputes
Reply: TypeAlias = FormRefused | Proposed | TakenOver | NotProposed | Over | TooManyProposals | DeadLink | DisputeReply


@dataclass(frozen=True, slots=True)
class Propose:
    """A change is to be proposed."""

    change: FormChange
    pull: ProposedPull | None
    """The pull request that is open already."""


FormDecision: TypeAlias = Reply | Propose | DisputeForm


def decide_form(form: Form, base: Base, pull: ProposedPull | None) -> FormDecision:
    """Return the decision about a form. `pull` is the newest pull request that was opened for it."""
    if pull is not None and pull.state is not PullState.OPEN:
        return Over(pull)
    match form.template.kind:
        case FormKind.MODEL:
            made = propose_model(form, base)
        case FormKind.RATING:
            made = correct_rating(form, base)
        case FormKind.DISPUTE:
            asked = ask_dispute(form, base)
            return asked if isinstance(asked, DisputeForm) else FormRefused(asked, None)
        case FormKind.DEAD_LINK:
            found = report_dead_link(form, base)
            return found if isinstance(found, DeadLink) else FormRefused(found, None)
    return Propose(made, pull) if isinstance(made, FormChange) else FormRefused(made, pull)


def admit(own: int, every: int) -> TooManyProposals | None:
    """Return why there can't be another proposal; `own` of the same person's are open, and `every` of everybody's."""
    if own >= MOST_PROPOSALS:
        return TooManyProposals(MOST_PROPOSALS, of_all=False)
    if every >= MOST_PROPOSALS_OF_ALL:
        return TooManyProposals(MOST_PROPOSALS_OF_ALL, of_all=True)
    return None


def form_actions(
    issue: Issue, comments: tuple[Comment, ...], bot: int, form: Form, text: str
) -> tuple[IssueAction, ...]:
    """Return everything that is to be done in the issue itself. `text` is what its sticky comment should say."""
    # GitHub gives a form its label only where the repository has it; the first form makes it.
    unlabelled = form.template.label not in issue.labels and not own_comments(comments, bot, MARKER)
    rechecks = [
        (comment, Acknowledgement.DONE if isinstance(request, Command) else Acknowledgement.REFUSED)
        for comment in comments
        if not comment.author.is_bot and not comment.edited
        for request in requests(comment.body)
        if request.verb is Verb.RECHECK
    ]
    return (
        *sticky_actions(comments, bot, MARKER, text),
        *([AddLabels((form.template.label,))] if unlabelled else []),
        *acknowledgements(rechecks),
    )
