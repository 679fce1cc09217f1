"""One run of the bot on an issue: facts -> decision -> what is to be done first -> reply -> effects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from bot.board.model.layout import branch_of
from bot.board.reading.snapshot import Snapshot, SnapshotError
from bot.board.reading.tree import Commit
from bot.git.repository import GitError
from bot.github.facts import ProposedPull, PullState
from bot.github.failure import CallFailed, Vanished, describe_error
from bot.handlers.disputes.issue import dispute_in
from bot.handlers.forms.base import read_base, templates_of
from bot.handlers.forms.comment import as_comment, commit_message, pull_body
from bot.handlers.forms.decision import OpenDispute, Propose, Proposed, TakenOver, admitted, decide_form, form_actions
from bot.handlers.forms.facts import FormFacts
from bot.handlers.forms.issue_form import recognised
from bot.handlers.forms.templates import FormKind, TemplateBroken
from bot.handlers.publishing.propose import Foreign, Kept, Pushed, Refused, Wanted, WouldPush, push_proposal
from bot.handlers.publishing.publish import ACTIONS_BOT, Identity
from bot.handlers.pull_request.run import REMOTE, Run
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.github.facts import Comment, Issue
    from bot.handlers.disputes.course import DisputeAsked
    from bot.handlers.forms.decision import Admission, Reply
    from bot.handlers.forms.issue_form import Form

BRANCH = "main"
# What can be somebody's login, and so stand in the message of a commit.
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9])?")

DisputeOpener: TypeAlias = "Callable[[DisputeAsked, Issue], Admission | None]"
"""Sees to it that there is the dispute that a form asks for, since it was opened; None in a dry run."""


@dataclass(frozen=True)
class IssueRun:
    """What a run on issues works with. Without `run.apply` it writes nothing and only says what it would do."""

    run: Run
    """Also judges what the bot proposes: no workflow is started for a pull request that a workflow opens."""
    identity: Identity = ACTIONS_BOT
    open_dispute: DisputeOpener | None = None
    """None where disputes aren't opened."""
    answer_dispute: Callable[[int], bool] | None = None
    """Answers an issue in which a dispute is held; None where that is another run's business."""
    hear_requests: Callable[[int, tuple[Comment, ...]], bool] | None = None
    """Opens the disputes that comments ask for; None where they aren't opened."""

    def answer(self, number: int) -> bool:
        """Answers an issue that is a form, and leaves every other alone; returns whether all of it worked."""
        try:
            return self._answer(self.run.client.issue(number))
        except (CallFailed, Vanished, GitError, SnapshotError, TemplateBroken) as error:
            self._say_failed(error)
            return False

    def _answer(self, issue: Issue) -> bool:
        client, repository = self.run.client, self.run.repository
        if self.answer_dispute is not None and dispute_in(issue, client.bot_id) is not None:
            return self.answer_dispute(issue.number)
        if (reason := _not_ours(issue, client.bot_id)) is not None:
            self.run.say(f"Issue {issue.number} is left alone: {reason}.")
            # What is asked for in a comment has nothing to do with what the issue itself is, or was.
            return issue.is_pull or self._heard(issue, client.comments(issue.number))
        base = repository.fetch_branch(REMOTE, BRANCH)
        snapshot = Snapshot(Commit(repository, base), self.run.now.date())
        templates = templates_of(snapshot)
        facts = FormFacts(client.bot_id, issue, client.comments(issue.number))
        heard = self._heard(issue, facts.comments)
        form = recognised(issue.body, issue.labels, templates, answered=bool(facts.sticky))
        if form is None:
            self.run.say(f"Issue {issue.number} is left alone: it is no form.")
            return heard
        writes_files = form.template.kind in (FormKind.MODEL, FormKind.RATING)
        pull = client.proposal_from(branch_of(issue.number)) if writes_files else None
        decision = decide_form(form, read_base(snapshot, templates), pull)
        worked = True
        match decision:
            case Propose():
                reply, worked = self._propose(decision, form, issue, base)
            case OpenDispute(asked):
                reply = self.open_dispute(asked, issue) if self.open_dispute else None
            case _:
                reply = decision
        # In a dry run it isn't known what the reply would be.
        return (reply is None or self._reply(facts, form, reply)) and worked and heard

    def _heard(self, issue: Issue, comments: tuple[Comment, ...]) -> bool:
        """Opens the disputes that are asked for in an issue; returns whether all of it worked."""
        return self.hear_requests is None or self.hear_requests(issue.number, comments)

    # ---- proposing ---------------------------------------------------------------------------------------------------

    def _propose(self, wanted: Propose, form: Form, issue: Issue, base: str) -> tuple[Reply | None, bool]:
        """Pushes what is proposed, opens its pull request and judges it; the reply, and whether all of it worked."""
        if wanted.pull is None and (refused := self._admitted(issue)) is not None:
            return refused, True
        proposal, branch = wanted.proposal, branch_of(issue.number)
        message = commit_message(proposal, issue.number, issue.author)
        outcome = push_proposal(
            self.run.repository,
            REMOTE,
            base,
            Wanted(branch, proposal.files, message),
            identity=self.identity,
            apply=self.run.apply,
        )
        match outcome:
            case Foreign():
                return TakenOver(wanted.pull), True
            case Refused(reason):
                self.run.say(f"Failed: {reason}.")
                return None, False
            case WouldPush():
                self.run.say(f"Would push {branch}: {proposal.subject}")
                self.run.say(f"Would propose it in {_named(wanted.pull)}, and judge that")
                return None, True
            case Pushed(commit):
                self.run.say(f"Done: pushed {commit[:10]} to {branch}: {proposal.subject}")
            case Kept():
                self.run.say(f"{branch} has it already.")
        pull = self._pull(wanted, form, issue, branch)
        # Also where nothing was pushed now: the run that pushed it may not have come so far.
        judged = not self.run.apply or self.run.answer(pull.number, None) is not None
        return Proposed(proposal, pull), judged

    def _pull(self, wanted: Propose, form: Form, issue: Issue, branch: str) -> ProposedPull:
        """The pull request as it should be. In a dry run it is only named."""
        if not self.run.apply:
            return wanted.pull or ProposedPull(0, PullState.OPEN)
        is_draft = wanted.pull.is_draft if wanted.pull else bool(wanted.proposal.missing)
        body = pull_body(wanted.proposal, issue.number, issue.author, form.template)
        number = self.run.client.propose(branch, BRANCH, wanted.proposal.subject, body, draft=is_draft)
        return ProposedPull(number, PullState.OPEN, is_draft)

    def _admitted(self, issue: Issue) -> Reply | None:
        """What stands against a first pull request for this issue."""
        others = self.run.client.form_proposals() - {issue.number}
        own = others & self.run.client.issues_by(issue.author.login) if others else others
        return admitted(len(own), len(others))

    # ---- replying ----------------------------------------------------------------------------------------------------

    def _reply(self, facts: FormFacts, form: Form, reply: Reply) -> bool:
        return self.run.do_in_issue(facts.issue.number, form_actions(facts, form, as_comment(reply, form)))

    def _say_failed(self, error: Exception) -> None:
        words = describe_error(error) if isinstance(error, CallFailed) else visible(" ".join(str(error).split()))
        self.run.say(f"Failed: {words}")


def _not_ours(issue: Issue, bot: int) -> str | None:
    """Why nothing is to be done about an issue, whatever it says."""
    if issue.is_pull:
        return "it is a pull request"
    if not issue.is_open:
        return "it is closed"
    if issue.author.is_bot or issue.author.id == bot:
        return "no person opened it"
    if not _LOGIN.fullmatch(issue.author.login):
        return "its author has no login that a commit can name"
    return None


def _named(pull: ProposedPull | None) -> str:
    return "a new pull request" if pull is None else f"pull request {pull.number}"
