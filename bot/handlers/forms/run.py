"""One run of the bot on an issue: facts -> decision -> what is to be done first -> reply -> effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.board.model.layout import FormKind, branch_of
from bot.board.reading.snapshot import Snapshot, SnapshotError
from bot.board.reading.tree import Commit
from bot.git.repository import GitError
from bot.github.actions import WriteComment, own_comments
from bot.github.facts import ProposedPull, PullState
from bot.github.failure import CallFailedError, NotFoundError
from bot.governance.dispute_marker import dispute_in
from bot.handlers.disputes.admission import DisputeForm
from bot.handlers.disputes.text import LOGIN
from bot.handlers.forms.base import read_base, templates_of
from bot.handlers.forms.blank_issue import lead_to_forms
from bot.handlers.forms.comment import as_comment, commit_message, pull_body
from bot.handlers.forms.decision import (
    MARKER,
    NotProposed,
    Propose,
    Proposed,
    TakenOver,
    admit,
    decide_form,
    form_actions,
)
from bot.handlers.forms.form_files import TemplateError
from bot.handlers.forms.issue_form import recognise
from bot.handlers.publishing.branches import ACTIONS_BOT, MAIN, REMOTE, Identity, Kept, PushRefused
from bot.handlers.publishing.propose import NotOpened, Proposal, Proposer, Untouched

if TYPE_CHECKING:
    from bot.github.facts import Comment, Issue
    from bot.handlers.disputes.run import DisputeRun
    from bot.handlers.forms.decision import Reply
    from bot.handlers.forms.form_files import Template
    from bot.handlers.forms.issue_form import Form
    from bot.handlers.pull_request.run import Run


@dataclass(frozen=True)
class IssueRun:
    """A run on issues. Without `run.apply` it writes nothing and only says what it would do."""

    run: Run
    disputes: DisputeRun
    """Updates disputes, and opens those that forms and comments ask for."""
    identity: Identity = ACTIONS_BOT

    def answer(self, number: int, *, is_new: bool = False) -> bool:
        """Answer an issue that is a form or a dispute, and leave every other alone; return whether all of it worked.

        One that was opened just now (`is_new`) and speaks of a rating is answered with links to the forms.
        """
        try:
            return self._answer(self.run.client.issue(number), is_new=is_new)
        except (CallFailedError, NotFoundError, GitError, SnapshotError, TemplateError) as error:
            return self.run.failed(error)

    def _answer(self, issue: Issue, *, is_new: bool) -> bool:
        client, repository = self.run.client, self.run.repository
        if dispute_in(issue, client.bot_id) is not None:
            return self.disputes.update(issue.number)
        if (reason := _not_ours(issue, client.bot_id)) is not None:
            self.run.say(f"Issue {issue.number} is left alone: {reason}.")
            # A request in a comment doesn't depend on what the issue itself is, or was.
            return issue.is_pull or self._open_requested(issue, client.comments(issue.number))
        base = repository.fetch_branch(REMOTE, MAIN)
        snapshot = Snapshot(Commit(repository, base), self.run.now.date())
        templates = templates_of(snapshot)
        comments = client.comments(issue.number)
        opened = self._open_requested(issue, comments)
        sticky = own_comments(comments, client.bot_id, MARKER)
        form = recognise(issue.body, issue.labels, templates, answered=bool(sticky))
        if form is None:
            answered = self._lead_to_forms(issue, comments, snapshot, templates) if is_new else self._leave(issue)
            return answered and opened
        writes_files = form.template.kind in (FormKind.MODEL, FormKind.RATING)
        pull = client.proposal_from(branch_of(issue.number)) if writes_files else None
        decision = decide_form(form, read_base(snapshot, templates), pull)
        worked = True
        match decision:
            case Propose():
                reply, worked = self._propose(decision, form, issue, base)
            case DisputeForm():
                reply = self.disputes.opener.open_for_form(decision, issue)
            case _:
                reply = decision
        if reply is not None:  # in a dry run it isn't known what the reply would be
            actions = form_actions(issue, comments, client.bot_id, form, as_comment(reply, form))
            worked = self.run.do_in_issue(issue.number, actions, is_locked=issue.is_locked) and worked
        return worked and opened

    def _leave(self, issue: Issue) -> bool:
        self.run.say(f"Issue {issue.number} is left alone: it is no form.")
        return True

    def _lead_to_forms(
        self, issue: Issue, comments: tuple[Comment, ...], snapshot: Snapshot, templates: tuple[Template, ...]
    ) -> bool:
        """Answer a new blank issue with links to the forms where it speaks of a rating; reviewers know the forms."""
        client = self.run.client
        base = read_base(snapshot, templates) if templates else None
        text = lead_to_forms(issue, comments, client.bot_id, base) if base else None
        if text is None or client.role(issue.author).is_reviewer:
            return self._leave(issue)
        return self.run.do_in_issue(issue.number, (WriteComment(text),), is_locked=issue.is_locked)

    def _open_requested(self, issue: Issue, comments: tuple[Comment, ...]) -> bool:
        return self.disputes.opener.open_for_comments(issue.number, comments)

    def _propose(self, wanted: Propose, form: Form, issue: Issue, base: str) -> tuple[Reply | None, bool]:
        """Propose what a form asks for, and judge it; return the reply, and whether all of it worked."""
        if wanted.pull is None and (refused := self._admit(issue)) is not None:
            return refused, True
        change, branch = wanted.change, branch_of(issue.number)
        proposal = Proposal(
            branch,
            change.subject,
            pull_body(change, issue.number, issue.author, form.template),
            change.files,
            commit_message(change, issue.number, issue.author),
            is_draft=wanted.pull.is_draft if wanted.pull else bool(change.missing),
            log_name=f"{branch}: {change.subject}",
        )
        proposer = Proposer(self.run, base, self.identity)
        result = proposer.propose(proposal, wanted.pull)
        match result.outcome:
            case Untouched.TAKEN_OVER:
                return TakenOver(wanted.pull), True
            case NotOpened(link):
                return NotProposed(link), True
            case PushRefused():
                return (NotProposed(obstacle=result.obstacle), True) if result.obstacle else (None, False)
            case Untouched.DRY_RUN:
                self.run.say(f"Would push {proposal.log_name}")
                where = f"pull request {wanted.pull.number}" if wanted.pull else "a new pull request"
                self.run.say(f"Would propose it in {where}, and judge that")
                return None, True
            case Kept():
                self.run.say(f"{branch} has it already.")
        # A dry run that finds the branch has no number to name where its pull request was never opened.
        pull = ProposedPull(result.number or 0, PullState.OPEN, proposal.is_draft)
        # Also where nothing was pushed now: the run that pushed it may have been stopped before it judged it.
        return Proposed(change, pull), not self.run.apply or proposer.judge(pull.number)

    def _admit(self, issue: Issue) -> Reply | None:
        """Return why there can't be a first pull request for this issue; None where there can."""
        others = self.run.client.form_proposals() - {issue.number}
        own = others & self.run.client.issues_by(issue.author.login) if others else others
        return admit(len(own), len(others))


def _not_ours(issue: Issue, bot: int) -> str | None:
    """Return why nothing is to be done about an issue, whatever it says."""
    if issue.is_pull:
        return "it is a pull request"
    if not issue.is_open:
        return "it is closed"
    if issue.author.is_bot or issue.author.id == bot:
        return "no person opened it"
    if not LOGIN.fullmatch(issue.author.login):
        return "its author has no login that a commit can name"
    return None
