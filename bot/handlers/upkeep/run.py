"""One run on what verification found: the issue about evidence that needs fixing, and the pull request for moved pages.

Level-triggered like every run. The report may be older than the main branch: what the files no longer say is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.board.model.assessment import evidence_of
from bot.board.model.layout import assessment_path
from bot.board.reading.snapshot import Snapshot, SnapshotError
from bot.board.reading.tree import Commit
from bot.git.repository import GitError
from bot.github.facts import PullState
from bot.github.failure import CallFailedError, NotFoundError
from bot.governance.record.decisions import Record, read_decisions
from bot.handlers.publishing.branches import ACTIONS_BOT, MAIN, REMOTE, Identity, Kept, PushRefused
from bot.handlers.publishing.propose import ProposalResult, Proposer, Untouched
from bot.handlers.upkeep.findings import (
    LABEL,
    CloseTwin,
    EditIssue,
    EvidenceFinding,
    Fault,
    ModelFindings,
    OpenIssue,
    Upkeep,
    decide_upkeep,
    fault_of,
    is_failing,
    own_issues,
)
from bot.handlers.upkeep.moved_pages import BRANCH, PageMove, Repairs, repair, turned_down
from bot.handlers.upkeep.text import MOST_PEOPLE, as_body, moved_proposal, withdrawn_proposal
from bot.sources.evidence.cited import citation_line
from bot.sources.evidence.report import CheckedEvidence, QuoteStatus
from bot.text.catalogue import _
from bot.text.sameness import name_key, passage_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.board.model.assessment import Assessment, Entry
    from bot.board.model.rating import Evidence
    from bot.github.facts import ProposedPull
    from bot.handlers.pull_request.run import Run
    from bot.handlers.upkeep.findings import UpkeepAction
    from bot.sources.evidence.report import EvidenceReport
    from bot.sources.hub.drift import Drift, HubChange

_LAST_DECISIONS = 3
"""The last decisions on a model whose people are named as those who know it."""


@dataclass(frozen=True)
class UpkeepRun:
    """A run on evidence. Without `run.apply` it writes nothing and only says what it would do."""

    run: Run
    identity: Identity = ACTIONS_BOT

    def update(self, report: EvidenceReport, hub: Drift | None) -> bool:
        """Bring the pull request and then the issue up to date; return whether all of it worked.

        `hub` is None where the hub wasn't asked: then the issue keeps its part about it.
        """
        run = self.run
        try:
            files = _read_files(run)
            found = list(files.findings(report.evidence))
            former = run.client.proposals_from(BRANCH)
            moves = [_move(one) for one in found if one.fault is Fault.MOVED and not one.obstacle]
            repairs = repair(moves, files.snapshot.text, files.snapshot.reader, turned_down(former))
            proposal = self._propose(files, repairs, former)
            obstacles = {**dict.fromkeys(repairs.moves, proposal.obstacle), **repairs.obstacles}
            upkeep = Upkeep(
                models=files.by_model(found, obstacles),
                failing=len({one.url for one in report.evidence if is_failing(one) and one.model in files.entries}),
                hub=self._hub(files, hub),
                unasked=0 if hub is None else len(hub.unasked),
                pull=proposal.number,
            )
            self._update_issue(upkeep)
        except (CallFailedError, NotFoundError, GitError, SnapshotError) as error:
            return run.failed(error)
        return proposal.worked

    def _propose(
        self, files: _UpkeepFiles, repairs: Repairs, former: tuple[tuple[ProposedPull, str], ...]
    ) -> ProposalResult:
        """Make sure that there is the pull request with these repairs, or none where there are none."""
        run, proposer = self.run, Proposer(self.run, files.commit, self.identity)
        present = next((pull for pull, _ in former if pull.state is PullState.OPEN), None)
        if not repairs.files:
            withdrawn = proposer.withdraw(BRANCH, None if present is None else withdrawn_proposal())
            return ProposalResult(number=None if withdrawn or present is None else present.number)
        names = {own: entry.model for own, entry in files.entries.items()}
        result = proposer.propose_and_judge(moved_proposal(repairs, names), present)
        match result.outcome:
            case PushRefused() if not result.obstacle:
                return replace(result, obstacle=_("the branch for it can't be pushed"))
            case Untouched.TAKEN_OVER:
                run.say(f"{BRANCH} is left alone: somebody else has pushed to it.")
            case Kept() if run.apply and not result.is_new:
                run.say(f"Pull request {result.number} has all pages that moved.")
        return result

    def _hub(self, files: _UpkeepFiles, hub: Drift | None) -> tuple[HubChange, ...] | None:
        """Return the changes on the hub; None where they aren't known, and the present part about it may still hold."""
        if hub is None:
            return None
        changes = tuple(files.still_differing(hub.changes))
        # A file with errors is never compared, and no answer about it is to be waited for.
        waits = any(one.model in files.entries for one in hub.unasked)
        # An answer about fewer than half of the models says nothing about what has changed there.
        is_silent = len(hub.unasked) * 2 > sum(entry.huggingface is not None for entry in files.entries.values())
        if is_silent or (waits and not changes):
            self.run.say(
                f"Of {len(hub.unasked):,} models the hub's state isn't known, so the issue keeps its part about the hub."
            )
            return None
        return changes

    # ---- the issue ---------------------------------------------------------------------------------------------------

    def _update_issue(self, upkeep: Upkeep) -> None:
        run = self.run
        own = own_issues(run.client.issues_with(LABEL), run.client.bot_id)
        if own and own[0].is_given_up and not upkeep.is_empty:
            run.say(
                f"Issue {own[0].number} was closed as not planned, so it is not updated. Reopen it to have it updated again."
            )
        actions = decide_upkeep(own, upkeep, as_body(upkeep, own[0].body if own and own[0].is_open else ""))
        if not actions:
            run.say("The issue about evidence is as it should be.")
        for action in actions:
            run.say(f"Done: {self._carry_out(action)}" if run.apply else f"Would {_described(action)}")

    def _carry_out(self, action: UpkeepAction) -> str:
        """Carry out an action, and return what was done."""
        client = self.run.client
        match action:
            case OpenIssue(title, body, labels):
                return f"open issue {client.open_issue(title, body, labels).number}"
            case EditIssue(number, body, is_open, was_open):
                client.edit_issue(number, body, is_open=is_open, was_open=was_open)
            case CloseTwin(number):
                client.close_issue(number, completed=False)
        return _described(action)


def _described(action: UpkeepAction) -> str:
    match action:
        case OpenIssue(title, body):
            return f"open an issue: {title} ({len(body):,} characters)"
        case EditIssue(number, body, is_open, was_open):
            also = "" if is_open == was_open else ", which opens it again" if is_open else ", which closes it"
            return f"edit issue {number} ({len(body):,} characters){also}"
        case CloseTwin(number):
            return f"close issue {number}, a duplicate of an older one"


# ---- the main branch -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _UpkeepFiles:
    """The tip of the main branch."""

    commit: str
    snapshot: Snapshot
    entries: Mapping[str, Entry]
    record: Record

    def findings(self, evidence: Iterable[CheckedEvidence]) -> Iterator[EvidenceFinding]:
        """Yield what needs fixing and is still in the files, in the order of the report."""
        texts: dict[str, tuple[str, Assessment | None]] = {}
        for checked in evidence:
            fault = fault_of(checked)
            if fault is None or checked.model not in self.entries:
                continue
            if checked.model not in texts:
                path = assessment_path(checked.model)
                text = self.snapshot.text(path) or ""
                texts[checked.model] = text, self.snapshot.reader.assessment(path, text.encode()).value
            text, assessment = texts[checked.model]
            cited = _cited(assessment, checked)
            if cited is not None and not _is_fixed(fault, cited, checked):
                obstacle = _UNREAD if fault is Fault.MOVED and not _has_quote(cited, checked) else ""
                yield EvidenceFinding(fault, checked, citation_line(text, checked.criterion, checked.url), obstacle)

    def by_model(
        self, found: Iterable[EvidenceFinding], obstacles: Mapping[PageMove, str]
    ) -> tuple[ModelFindings, ...]:
        """Return the findings by model, each move that isn't proposed with its obstacle."""
        by_model: dict[str, list[EvidenceFinding]] = {}
        for finding in found:
            is_open = finding.fault is Fault.MOVED and not finding.obstacle
            obstacle = obstacles[_move(finding)] if is_open else finding.obstacle
            by_model.setdefault(finding.checked.model, []).append(finding._replace(obstacle=obstacle))
        models = [
            ModelFindings(
                own, self.entries[own].model, tuple(sorted(findings, key=lambda one: one.fault)), self._people(own)
            )
            for own, findings in by_model.items()
        ]
        return tuple(sorted(models, key=lambda model: model.weight))

    def _people(self, model: str) -> tuple[str, ...]:
        """Return who proposed and approved the last decisions on a model, the last first; no bots."""
        steps = self.record.of(model)[:_LAST_DECISIONS]
        logins = [one.login for step in steps for one in (step.decision.author, *step.decision.approvals)]
        return tuple(dict.fromkeys(login for login in logins if not login.endswith("[bot]")))[:MOST_PEOPLE]

    def still_differing(self, changes: Iterable[HubChange]) -> Iterator[HubChange]:
        """Yield the changes on the hub of models that the files still name, by model."""
        for change in sorted(changes, key=lambda each: each.model):
            entry = self.entries.get(change.model)
            if entry is not None and name_key(entry.huggingface or "") == name_key(change.huggingface):
                yield change


def _read_files(run: Run) -> _UpkeepFiles:
    commit = run.repository.fetch_branch(REMOTE, MAIN)
    tree = Commit(run.repository, commit)
    snapshot = Snapshot(tree, run.now.date())
    snapshot.precedents()  # without which citations would go unchecked
    return _UpkeepFiles(commit, snapshot, snapshot.corpus().entries, Record(read_decisions(tree).decisions))


# ---- one finding -----------------------------------------------------------------------------------------------------

_UNREAD = _("it isn't known whether the new page contains the quote")


def _move(finding: EvidenceFinding) -> PageMove:
    checked = finding.checked
    return PageMove(checked.model, checked.criterion, checked.url, checked.place or "")


def _cited(assessment: Assessment | None, checked: CheckedEvidence) -> Evidence | None:
    """Return the evidence that a finding is about; None where the file doesn't have it any more."""
    evidence = {} if assessment is None else dict(evidence_of(assessment))
    of_it = evidence.get(checked.criterion, ())
    return next((each for each in of_it if passage_key(each.url) == passage_key(checked.url)), None)


def _is_fixed(fault: Fault, evidence: Evidence, checked: CheckedEvidence) -> bool:
    """Return whether the file has been fixed since: with a copy of a dead page, or another quote."""
    match fault:
        case Fault.DEAD:
            return evidence.archived is not None
        case Fault.CHANGED:
            return not _is_quoted(evidence, checked)
        case Fault.MOVED:
            return False


def _is_quoted(evidence: Evidence, checked: CheckedEvidence) -> bool:
    """Return whether the evidence still has the quote that was searched for."""
    quote = " ".join((evidence.quote or "").split())
    return checked.quoted is not None and quote == " ".join(checked.quoted.words.split())


def _has_quote(evidence: Evidence, checked: CheckedEvidence) -> bool:
    """Return whether the page is known to contain the present quote of the evidence, if there is one."""
    if evidence.quote is None:
        return True
    return checked.quoted is not None and checked.quoted.said is QuoteStatus.FOUND and _is_quoted(evidence, checked)
