"""One run on what verification found: the one issue that says what needs mending, and the pull request for moved pages.

Level-triggered like every run. What was found may be older than the main branch: what the files no longer say is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from bot.board.reading.corpus import assessment_path
from bot.board.reading.snapshot import Snapshot, SnapshotError
from bot.board.reading.tree import Commit
from bot.git.repository import GitError
from bot.github.facts import PullState
from bot.github.failure import CallFailed, Vanished, describe_error
from bot.governance.record.decisions import Record, read_decisions
from bot.handlers.publishing.propose import (
    Foreign,
    Kept,
    Pushed,
    Refused,
    Wanted,
    WouldPush,
    push_proposal,
    withdraw_proposal,
)
from bot.handlers.publishing.publish import ACTIONS_BOT, Identity
from bot.handlers.pull_request.run import REMOTE, Run
from bot.handlers.upkeep.findings import (
    LABEL,
    CloseTwin,
    EditIssue,
    Fault,
    Finding,
    OfModel,
    OpenIssue,
    Upkeep,
    decide_upkeep,
    fault_of,
    is_failing,
    own_issues,
)
from bot.handlers.upkeep.moved_pages import BRANCH, Move, Repairs, repair, turned_down
from bot.handlers.upkeep.text import MOST_PEOPLE, as_body, moved_text, withdrawn_text
from bot.sources.evidence.cited import cited_line
from bot.sources.evidence.report import Said
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.board.model.assessment import Assessment, Evidence
    from bot.board.reading.corpus import Corpus
    from bot.github.facts import ProposedPull
    from bot.handlers.upkeep.findings import UpkeepAction
    from bot.sources.evidence.report import Checked, Report
    from bot.sources.hub.drift import Change, Drift

MAIN = "main"
_LAST_DECISIONS = 3
"""So many of a model's last decisions say who knows it."""


class _Proposal(NamedTuple):
    """What became of the pull request for moved pages."""

    number: int | None = None
    """Of the one that is open."""
    obstacle: str = ""
    """Why there is none, or why it isn't kept up to date."""
    worked: bool = True


@dataclass(frozen=True)
class Mending:
    """What a run on evidence works with. Without `run.apply` it writes nothing and only says what it would do."""

    run: Run
    """Also judges what the bot proposes: no workflow is started for a pull request that a workflow opens."""
    identity: Identity = ACTIONS_BOT

    def mend(self, report: Report, hub: Drift | None) -> bool:
        """Brings the pull request and then the issue up to date; returns whether all of it worked.

        `hub` is None where the hub wasn't asked: then the issue keeps what it says of it.
        """
        try:
            found = list(self._found(report.evidence))
            former = self.run.client.proposals_from(BRANCH)
            moves = [_move(one) for _, one in found if one.fault is Fault.MOVED and not one.obstacle]
            repairs = repair(moves, self._snapshot.text, self._snapshot.reader, turned_down(former))
            proposal = self._proposed(repairs, former)
            upkeep = self._upkeep(found, repairs, proposal, report, hub)
            return self._tell(upkeep) and proposal.worked
        except (CallFailed, Vanished, GitError, SnapshotError) as error:
            words = describe_error(error) if isinstance(error, CallFailed) else visible(" ".join(str(error).split()))
            self.run.say(f"Failed: {words}")
            return False

    # ---- what it rests on --------------------------------------------------------------------------------------------

    @cached_property
    def _commit(self) -> str:
        return self.run.repository.fetch_branch(REMOTE, MAIN)

    @cached_property
    def _snapshot(self) -> Snapshot:
        return Snapshot(Commit(self.run.repository, self._commit), self.run.now.date())

    @cached_property
    def _corpus(self) -> Corpus:
        self._snapshot.precedents()  # without which citations would go unchecked
        return self._snapshot.corpus()

    @cached_property
    def _record(self) -> Record:
        return Record(read_decisions(Commit(self.run.repository, self._commit)).decisions)

    def _found(self, evidence: Iterable[Checked]) -> Iterator[tuple[str, Finding]]:
        """What needs mending and still stands in the files, by model, in the order of the report."""
        texts: dict[str, tuple[str, Assessment | None]] = {}
        for checked in evidence:
            fault = fault_of(checked)
            if fault is None or checked.model not in self._corpus.entries:
                continue
            if checked.model not in texts:
                path = assessment_path(checked.model)
                text = self._snapshot.text(path) or ""
                texts[checked.model] = text, self._snapshot.reader.assessment(path, text.encode()).value
            text, assessment = texts[checked.model]
            cited = _cited(assessment, checked)
            if cited is not None and not _is_mended(fault, cited, checked):
                obstacle = _UNREAD if fault is Fault.MOVED and not _says_it_all(cited, checked) else ""
                yield checked.model, Finding(fault, checked, cited_line(text, checked.criterion, checked.url), obstacle)

    # ---- moved pages -------------------------------------------------------------------------------------------------

    def _proposed(self, repairs: Repairs, former: tuple[tuple[ProposedPull, str], ...]) -> _Proposal:
        """Sees to it that there is the pull request with these repairs, or none where there are none."""
        run = self.run
        present = next((pull.number for pull, _ in former if pull.state is PullState.OPEN), None)
        if not repairs.files:
            return self._withdrawn(present)
        words = moved_text(repairs.moves, self._names)
        wanted = Wanted(BRANCH, repairs.files, words.message)
        outcome = push_proposal(run.repository, REMOTE, self._commit, wanted, identity=self.identity, apply=run.apply)
        match outcome:
            case Refused(reason):
                run.say(f"Failed: {visible(reason)}.")
                return _Proposal(present, "the branch for it can't be pushed", worked=False)
            case Foreign():
                run.say(f"{BRANCH} is left alone: somebody else has pushed to it.")
                return _Proposal(present, "" if present else f"somebody else has pushed to {BRANCH}")
            case WouldPush() | Kept() if not run.apply:
                if isinstance(outcome, WouldPush) or present is None:
                    run.say(f"Would propose {BRANCH}: {visible(words.title)}")
                return _Proposal(present)
            case Pushed(commit):
                run.say(f"Done: pushed {commit[:10]} to {BRANCH}")
        # Also where nothing was pushed now: the run that pushed it may not have come so far.
        number = run.client.propose(BRANCH, MAIN, words.title, words.body)
        if isinstance(outcome, Kept) and number == present:
            run.say(f"Pull request {number} has all pages that moved.")
            return _Proposal(number)
        run.say(f"Done: proposed {BRANCH} as pull request {number}")
        return _Proposal(number, worked=run.answer(number, None) is not None)

    def _withdrawn(self, present: int | None) -> _Proposal:
        """Sees to it that there is no such pull request, unless somebody has taken it over."""
        run = self.run
        if not withdraw_proposal(run.repository, REMOTE, self._commit, BRANCH, identity=self.identity, apply=False):
            return _Proposal(present)
        if not run.apply:
            run.say(f"Would delete {BRANCH}, which nobody needs any more")
            return _Proposal()
        if present is not None:
            # First, lest a later run take it for one that a person turned down.
            words = withdrawn_text(moved_text((), {}).title)
            run.client.propose(BRANCH, MAIN, words.title, words.body)
        if withdraw_proposal(run.repository, REMOTE, self._commit, BRANCH, identity=self.identity):
            run.say(f"Done: deleted {BRANCH}, which nobody needs any more")
        return _Proposal()

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {own: entry.model for own, entry in self._corpus.entries.items()}

    # ---- the issue ---------------------------------------------------------------------------------------------------

    def _upkeep(
        self,
        found: list[tuple[str, Finding]],
        repairs: Repairs,
        proposal: _Proposal,
        report: Report,
        hub: Drift | None,
    ) -> Upkeep:
        by_model: dict[str, list[Finding]] = {}
        for model, finding in found:
            obstacle = finding.obstacle
            if finding.fault is Fault.MOVED and not obstacle:
                obstacle = repairs.obstacles.get(_move(finding), proposal.obstacle)
            by_model.setdefault(model, []).append(finding._replace(obstacle=obstacle))
        models = [
            OfModel(own, self._names[own], tuple(sorted(findings, key=lambda one: one.fault)), self._people(own))
            for own, findings in by_model.items()
        ]
        return Upkeep(
            models=tuple(sorted(models, key=lambda model: model.weight)),
            failing=len({one.url for one in report.evidence if is_failing(one) and one.model in self._corpus.entries}),
            hub=self._hub(hub),
            unasked=0 if hub is None else len(hub.unasked),
            pull=proposal.number,
        )

    def _people(self, model: str) -> tuple[str, ...]:
        """Who proposed and approved what was last decided about a model, the last first; no bots."""
        steps = self._record.of(model)[:_LAST_DECISIONS]
        logins = [one.login for step in steps for one in (step.decision.author, *step.decision.approvals)]
        return tuple(dict.fromkeys(login for login in logins if not login.endswith("[bot]")))[:MOST_PEOPLE]

    def _hub(self, hub: Drift | None) -> tuple[Change, ...] | None:
        """What has changed on the hub; None where that isn't known, and what was said before may still hold."""
        if hub is None:
            return None
        changes = tuple(self._on_hub(hub))
        # A file with errors is never compared, and no answer about it is to be waited for.
        waits = any(one.model in self._corpus.entries for one in hub.unasked)
        if self._is_silent(hub) or (waits and not changes):
            self.run.say(
                f"Of {len(hub.unasked):,} models the hub's state isn't known, so the issue keeps what it says of the hub."
            )
            return None
        return changes

    def _is_silent(self, hub: Drift) -> bool:
        """Whether the hub answered about fewer than half of the models, which says nothing about what has changed there."""
        return len(hub.unasked) * 2 > sum(entry.huggingface is not None for entry in self._corpus.entries.values())

    def _on_hub(self, hub: Drift) -> Iterator[Change]:
        """What has changed there and still differs from what the files name, by model."""
        for change in sorted(hub.changes, key=lambda each: each.model):
            entry = self._corpus.entries.get(change.model)
            if entry is not None and (entry.huggingface or "").lower() == change.huggingface.lower():
                yield change

    def _tell(self, upkeep: Upkeep) -> bool:
        """Brings the issue up to date; returns whether that worked."""
        run = self.run
        own = own_issues(run.client.issues_with(LABEL), run.client.bot_id)
        if own and own[0].is_given_up and not upkeep.is_empty:
            run.say(
                f"Issue {own[0].number} was closed as not planned, so nothing is said in it. Reopen it to hear again."
            )
        actions = decide_upkeep(own, upkeep, as_body(upkeep, own[0].body if own and own[0].is_open else ""))
        if not actions:
            run.say("The issue about evidence is as it should be.")
        for action in actions:
            if not run.apply:
                run.say(f"Would {_described(action)}")
                continue
            self._carry_out(action)
        return True

    def _carry_out(self, action: UpkeepAction) -> None:
        client, said = self.run.client, _described(action)
        match action:
            case OpenIssue(title, body, labels):
                number = client.open_issue(title, body, labels).number
                said = f"open issue {number}"
            case EditIssue(number, body, is_open, was_open):
                client.edit_issue(number, body, is_open=is_open, was_open=was_open)
            case CloseTwin(number):
                client.close_issue(number, completed=False)
        self.run.say(f"Done: {said}")


def _described(action: UpkeepAction) -> str:
    match action:
        case OpenIssue(title, body):
            return f"open an issue: {title} ({len(body):,} characters)"
        case EditIssue(number, body, is_open, was_open):
            also = "" if is_open == was_open else ", which opens it again" if is_open else ", which closes it"
            return f"edit issue {number} ({len(body):,} characters){also}"
        case CloseTwin(number):
            return f"close issue {number}, which an older one makes needless"


def _move(finding: Finding) -> Move:
    checked = finding.checked
    return Move(checked.model, checked.criterion, checked.url, checked.place or "")


def _cited(assessment: Assessment | None, checked: Checked) -> Evidence | None:
    """The evidence that a finding is about; None where the file doesn't have it any more."""
    rating = None if assessment is None else assessment.ratings.get(checked.criterion)
    return next((each for each in rating.evidence if each.url == checked.url), None) if rating else None


def _is_mended(fault: Fault, evidence: Evidence, checked: Checked) -> bool:
    """Whether the file says by now what there was to be done: a copy of a dead page, another quote."""
    match fault:
        case Fault.DEAD:
            return evidence.archived is not None
        case Fault.CHANGED:
            return not _is_quoted(evidence, checked)
        case Fault.MOVED:
            return False


def _is_quoted(evidence: Evidence, checked: Checked) -> bool:
    """Whether the evidence still quotes what was looked for."""
    return checked.quoted is not None and " ".join((evidence.quote or "").split()) == " ".join(
        checked.quoted.words.split()
    )


def _says_it_all(evidence: Evidence, checked: Checked) -> bool:
    """Whether the page is known to say what the evidence quotes by now, if that is anything."""
    if evidence.quote is None:
        return True
    return checked.quoted is not None and checked.quoted.said is Said.FOUND and _is_quoted(evidence, checked)


_UNREAD = "it isn't known whether the quote stands there"
