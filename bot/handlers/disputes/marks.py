"""The mark of a dispute in the file of its rating: proposed while it is disputed, and withdrawn or removed afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.layout import assessment_path
from bot.board.writing.rewriting import NotRewritableError, with_disputed
from bot.handlers.disputes.issue import mark_branch
from bot.handlers.disputes.text import mark_proposal
from bot.handlers.publishing.propose import ProposalResult

if TYPE_CHECKING:
    from bot.handlers.disputes.files import DisputeFiles
    from bot.handlers.disputes.issue import DisputeView
    from bot.handlers.publishing.propose import Proposer


def propose_mark(proposer: Proposer, files: DisputeFiles, view: DisputeView) -> ProposalResult:
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
