"""One run of the bot on disputes: every issue of one is brought up to date, and the mark in its file with it.

Level-triggered like every run: what an issue says and what mark a rating has is decided from scratch each time.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from bot.board.model.layout import assessment_path
from bot.board.reading.snapshot import SnapshotError
from bot.board.writing.rewriting import NotRewritableError, with_disputed
from bot.git.repository import GitError
from bot.github.commands import Verb, requests
from bot.github.failure import CallFailedError, NotFoundError
from bot.github.gather import Speaker, fetch_roles
from bot.governance.dispute_marker import LABEL, DisputeMarker, dispute_in
from bot.handlers.disputes.files import read_files
from bot.handlers.disputes.issue import (
    STAGES,
    DisputeView,
    decide_dispute,
    decide_twin,
    first_of_its_kind,
    known_disputes,
    mark_branch,
)
from bot.handlers.disputes.opening import DisputeOpener
from bot.handlers.disputes.state import DisputeCase, Stage, replay_dispute
from bot.handlers.disputes.text import as_sticky, as_twin, is_in_korean, mark_proposal
from bot.handlers.publishing.branches import ACTIONS_BOT, REMOTE, Identity, ref_of
from bot.handlers.publishing.propose import ProposalResult, Proposer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.github.facts import Comment, Issue, Role
    from bot.governance.dispute_marker import Question
    from bot.handlers.disputes.admission import KnownDispute
    from bot.handlers.disputes.files import DisputeFiles
    from bot.handlers.pull_request.run import Run


class DisputeRun:
    """A run on disputes. Without `run.apply` it writes nothing and only says what it would do."""

    def __init__(self, run: Run, identity: Identity = ACTIONS_BOT, *, may_propose: bool = True) -> None:
        """Prepare a run. Without `may_propose`, as the token may not push, marks are left to a run that may."""
        self.run = run
        self._identity = identity
        self._may_propose = may_propose
        # They are read once, and only where they are needed.
        self._files = cache(partial(read_files, run.repository, run.now.date()))
        self.opener = DisputeOpener(run, self._files, lambda issue, marker: self._update(issue, marker, ()))

    def update(self, number: int) -> bool:
        """Bring the issue of a dispute up to date, and leave every other alone; return whether all of it worked."""
        try:
            issue = self.run.client.issue(number)
            marker = dispute_in(issue, self.run.client.bot_id)
            if marker is None:
                self.run.say(f"Issue {number} is left alone: it is no dispute.")
                return True
            return self._update(issue, marker, self.opener.known())
        except (CallFailedError, NotFoundError, GitError, SnapshotError) as error:
            return self.run.failed(error)

    def update_all(self) -> bool:
        """Bring every dispute up to date that isn't done; return whether all of it worked."""
        worked = True
        try:
            issues = self.run.client.issues_with(LABEL)
            known = known_disputes(issues, self.run.client.bot_id)
            waiting = self._waiting(issues) if known else []
        except (CallFailedError, GitError, SnapshotError) as error:
            return self.run.failed(error)
        if not waiting:
            self.run.say("No dispute waits for anything.")
        for issue, marker in waiting:
            self.run.say(f"Dispute {issue.number}:")
            try:
                worked &= self._update(issue, marker, known)
            except (CallFailedError, NotFoundError, GitError, SnapshotError) as error:
                worked = self.run.failed(error)
            except Exception as error:
                # A bug with one keeps no other from being answered.
                self.run.say(f"Failed: a bug in openness-bot ({type(error).__name__}).")
                worked = False
        return worked

    def _roles(self, comments: tuple[Comment, ...]) -> dict[int, Role]:
        """Return the roles of all collaborators; where the token may not list them, of those who vote."""
        if (collaborators := self.run.client.people()) is not None:
            return collaborators
        # The first who vote are the panel, so that no later crowd takes anything back.
        voters = (
            Speaker(comment.author, comment.by_insider, objects=False)
            for comment in comments
            if any(request.verb is Verb.VOTE for request in requests(comment.body))
        )
        return fetch_roles(self.run.client, voters)[0]

    def _waiting(self, issues: Iterable[Issue]) -> list[tuple[Issue, DisputeMarker]]:
        """Return the disputes that are open, or that left a mark or a branch behind."""
        found = [(issue, marker) for issue in issues if (marker := dispute_in(issue, self.run.client.bot_id))]
        marks = {url for entry in self._files().corpus.entries.values() for _, url in entry.disputed}
        refs = {
            issue.number: [ref_of(mark_branch(issue.number, marks=each)) for each in (True, False)]
            for issue, _ in found
        }
        there = self.run.repository.remote_refs(REMOTE, *(ref for both in refs.values() for ref in both))
        return [
            (issue, marker)
            for issue, marker in found
            if issue.is_open
            or issue.url in marks
            or STAGES[Stage.FINAL] not in issue.labels
            or any(ref in there for ref in refs[issue.number])
        ]

    def _deciders(self, question: Question, issue: Issue) -> frozenset[int]:
        """Return the ids of those who decided a rating before it was disputed; some calls where commits are recorded."""
        found = self._files().deciders(question, issue.created)
        written = self.run.client.commits(found.commits).values()
        return found.people.union(*(commit.people for commit in written))

    def _update(self, issue: Issue, marker: DisputeMarker, known: tuple[KnownDispute, ...]) -> bool:
        client = self.run.client
        comments = client.comments(issue.number)
        korean = is_in_korean(issue.body)
        roles = self._roles(comments)
        if (older := first_of_its_kind(issue, known)) is not None:
            actions = decide_twin(issue, comments, client.bot_id, as_twin(older, korean=korean))
            return self.run.do_in_issue(issue.number, actions, is_locked=issue.is_locked)
        files, question = self._files(), marker.question
        case = DisputeCase(
            now=self.run.now,
            question=question,
            level=marker.level,
            opened=issue.created,
            asker=marker.asker,
            interested=files.interested(question),
            deciders=self._deciders(question, issue),
            comments=comments,
            roles=roles,
            place=files.place(),
            closed=issue.closed,
        )
        rating = files.rating(question)
        level, disputed = (None, None) if rating is None else (rating.level, rating.disputed)
        view = DisputeView(issue, marker, replay_dispute(case, files.policy), level, disputed)
        mark = ProposalResult()
        if self._may_propose:
            mark = _propose_mark(Proposer(self.run, files.commit, self._identity), files, view)
        text = as_sticky(view, files.policy.disputes, mark, korean=korean)
        actions = decide_dispute(view, comments, client.bot_id, text)
        worked = self.run.do_in_issue(issue.number, actions, is_locked=issue.is_locked)
        return self.opener.open_requested(view.dispute.requests, issue.number, known) and worked and mark.worked


def _propose_mark(proposer: Proposer, files: DisputeFiles, view: DisputeView) -> ProposalResult:
    """Propose that the rating has the mark that it should have, and withdraw what was proposed before.

    Raises CallFailed and GitError.
    """
    number, question, marks = view.issue.number, view.marker.question, not view.is_done
    for each in (True, False):
        if view.is_marked_right or each is not marks:
            proposer.withdraw(mark_branch(number, marks=each))
    if view.is_marked_right:
        return ProposalResult()
    newest = proposer.run.client.proposal_from(mark_branch(number, marks=marks))
    present = files.snapshot.text(assessment_path(question.model)) or ""
    try:
        text = with_disputed(present, question.criterion, view.wanted_mark)
    except NotRewritableError as error:
        return ProposalResult(obstacle=error.args[0])
    return proposer.propose_and_judge(mark_proposal(view, text), newest, edits=False)
