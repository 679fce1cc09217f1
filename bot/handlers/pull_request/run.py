"""Run of the bot on a pull request: facts, decision, effects. It also carries out actions in issues."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from bot.board.reading.snapshot import SnapshotError
from bot.bounded import InProcess, OverLimitError
from bot.git.repository import GitError, quarantined
from bot.github.actions import SetStatus, without_words
from bot.github.effects import (
    OvertakenError,
    StatusGuard,
    carry_out,
    carry_out_one,
    describe,
    set_error_status,
    set_status,
)
from bot.github.facts import Status, StatusRecord, StatusState
from bot.github.failure import CallFailedError, NotFoundError, describe_error, describe_failure, is_locked_refusal
from bot.github.gather import gather
from bot.governance.effect_history import is_another
from bot.governance.judgement import judge
from bot.handlers.pull_request.authors import Authors
from bot.handlers.pull_request.case import EffectHistory, build_review_case, head_since
from bot.handlers.pull_request.changed import MOST_ATTEMPTS, ChangedError, what_changed
from bot.handlers.pull_request.contents import over_limit_contents, read_contents
from bot.handlers.pull_request.decision import NOTHING, ActionPlan, decide
from bot.handlers.pull_request.former import REMOTE, fetch, read_history, search_authors
from bot.handlers.pull_request.links import check_links, keep, links_to_ask, with_report
from bot.handlers.pull_request.lookups import check_names, kept_links, present_logins
from bot.handlers.pull_request.merge_queue import queued_commits
from bot.handlers.pull_request.sweep import is_settled
from bot.text.catalogue import _
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from bot.bounded import Worker
    from bot.git.repository import Repository
    from bot.github.actions import IssueAction, KeepLinks
    from bot.github.client import Client
    from bot.github.effects import FailedAction
    from bot.github.facts import Facts, PullRequest
    from bot.handlers.pull_request.facts import Contents
    from bot.sources.evidence.link_report import LinkReport, WantedLinks

NO_BREAK = "\u00a0"
BEGUN = _("Being judged.")
"""The first status of a new head, and of one that does something else than before."""
RESTLESS = _("Something changed whenever this was judged; it is judged again soon.")
_OVER_LIMIT = _("The text here takes too long to read. Close this, and open a new pull request.")
_FAILED = _("The bot itself failed; nothing here is your mistake. The maintainers see more in the log of this run.")


def conclude(
    facts: Facts,
    contents: Contents,
    now: datetime,
    history: EffectHistory,
    authors: Authors,
    logins: Mapping[int, str | None] | None = None,
) -> ActionPlan:
    """Return the decision about a pull request at the time `now`; `logins` are those of the people that it mentions."""
    case = replace(build_review_case(facts, contents, now, history, authors), logins=logins)
    return decide(facts, contents, judge(case, contents.rules.policy))


class LinkResult(NamedTuple):
    """Result of a job that asked for links."""

    report: LinkReport | None
    """None where the job failed, so that nothing was asked for."""


@dataclass(frozen=True)
class Run:
    """Run of the bot. Without `apply` it writes nothing to GitHub and only says what it would do."""

    client: Client
    repository: Repository
    now: datetime
    """When the run began."""
    apply: bool
    say: Callable[[str], None]
    """Prints a line, which must be harmless."""
    worker: Worker = field(default_factory=InProcess)
    """Does what depends on the texts and files of strangers."""
    links: LinkResult | None = None
    """Result of the job that asked for links; None where there was no such job."""
    to_ask: dict[int, WantedLinks] = field(default_factory=dict)
    """The links to ask for now, by pull request: filled while they are judged."""

    def answer(self, number: int, head: str | None, updated: datetime | None = None) -> ActionPlan | None:
        """Judge a pull request and return what was decided; None when anything failed.

        `head` is the head in the event, whose status reports a failure when no newer head is known. With `updated`, when the
        pull request had last changed, the look is remembered where it is worth that, so that the next sweep needs none.
        """
        present = None
        try:
            for _ in range(MOST_ATTEMPTS):
                facts = gather(self.client, number)
                # A pull request into another branch gets no status: see `decide`.
                head, present = facts.pull.head if facts.pull.into_default else None, facts.status
                try:
                    return self._answer(facts, updated)
                except ChangedError as changed:
                    self.say(f"Judging again: {changed}.")
            return self._give_up(facts)
        except OvertakenError as moved:
            self.say(f"Stopped: {moved}.")
        except (CallFailedError, NotFoundError, GitError, SnapshotError) as error:
            self.fail(head, error, present, number)
            return None
        except OverLimitError as error:
            self.fail(head, error, present, number, _OVER_LIMIT)
            return None
        except Exception:
            self.fail(head, None, present, number)
            raise
        return NOTHING

    def _answer(self, facts: Facts, updated: datetime | None) -> ActionPlan | None:
        """Judge a pull request by these facts, and carry out what is decided. Raises ChangedError and OvertakenError."""
        pull, known = facts.pull, facts.status
        if not pull.is_open:
            self.say(f"Pull request {pull.number} is closed.")
            return NOTHING
        if not facts.records:
            facts = self._begin(facts)
        with quarantined(self.repository) as repository:
            facts, base, plan = self._judge(facts, known, repository)
        worked = self._carry_out(facts, base, plan)
        if worked and plan.is_success and self.apply:
            # GitHub may have taken the success late, after the answer to something newer.
            self.confirm(facts, base)
        if plan.stops_queue and any(one.state is StatusState.SUCCESS for one in facts.records):
            self._stop_queue(pull)
        if worked and plan.memory is not None and updated is not None and is_settled(updated, self.now):
            self._remember(facts, base, plan.memory)
        return plan if worked else None

    def _judge(self, facts: Facts, known: Status | None, repository: Repository) -> tuple[Facts, str, ActionPlan]:
        """Judge a pull request within the limits of each; return what is known now, the base branch's tip, and the plan.

        `known` is the status before the run.
        """
        self.worker.begin()
        try:
            return self._judge_contents(facts, known, repository)
        except OverLimitError as error:
            base = self.repository.fetch_branch(REMOTE, facts.pull.base)
            contents = over_limit_contents(self.repository, base, facts.pull.head, self.now.date(), error.limit)
        self.worker.begin()
        alone = Authors(frozenset({facts.pull.author.id}))
        return facts, base, self.worker.call(conclude, facts, contents, self.now, EffectHistory(self.now), alone)

    def _judge_contents(
        self, facts: Facts, known: Status | None, repository: Repository
    ) -> tuple[Facts, str, ActionPlan]:
        pull, call = facts.pull, self.worker.call
        fetch(repository, pull.head, self.worker)
        base = self.repository.fetch_branch(REMOTE, pull.base)
        contents = call(read_contents, repository, base, pull.head, self.now.date(), may_generate=pull.is_our_own)
        contents, kept = self._check_links(facts, check_names(self.client, contents))
        if contents.links and head_since(facts) is None:
            # It was the head before: what was said meanwhile was about another one.
            facts = self._begin(facts)
        if contents.effect and is_another(facts.records, contents.effect):
            facts = self._begin(facts, contents.effect)
        # A head only has annotations if it had a status before and has problems, now or under another base (which an error
        # may have hidden).
        was_bad = known is not None and known.state in (StatusState.FAILURE, StatusState.ERROR)
        if was_bad or (contents.problems and known is not None):
            facts = replace(facts, annotated=self.client.annotated(pull.head))
        history = read_history(repository, self.client, facts, contents, self.now, self.worker)
        authors = search_authors(self.client, repository, self.worker, facts, contents)
        plan = call(conclude, facts, contents, self.now, history, authors)
        if plan.mentions:
            logins = present_logins(self.client, facts, plan.mentions)
            plan = call(conclude, facts, contents, self.now, history, authors, logins)
        if kept is not None:
            plan = replace(plan, actions=(kept, *plan.actions))
        return facts, contents.base, plan

    def _check_links(self, facts: Facts, contents: Contents) -> tuple[Contents, KeepLinks | None]:
        """Return the contents with what is known of their links, and the action that keeps what is new of that."""
        call, head, number = self.worker.call, contents.head, facts.pull.number
        self.to_ask.pop(number, None)
        if not contents.citations:
            return contents, None
        kept, action = kept_links(self.client, head), None
        if self.links is not None:
            report = self.links.report
            if report is not None and report.head != head:
                self.say(f"The links of {report.head[:7]} were asked for, which is not the head any more.")
            else:
                kept = call(with_report, kept, contents.citations, report, self.now)
                action = call(keep, head, kept)
        contents = call(check_links, contents, kept)
        if (wanted := call(links_to_ask, contents, kept, facts.comments)) is not None and self.links is None:
            self.to_ask[number] = wanted
        return contents, action

    def _begin(self, facts: Facts, effect: str = "") -> Facts:
        """Set a pending status before all else, and return the facts with it.

        So a new head is never without a status, not even when the run dies; and one that does something else than before
        is not ready from now on. People may look at it from the time of this status on.
        """
        pull = facts.pull
        if not (self.apply and pull.into_default):
            return facts
        action = SetStatus(pull.head, StatusState.PENDING, BEGUN, effect)
        try:
            at = self.client.set_status(action, pull.number)
        except CallFailedError as error:
            self.say(f"Failed: {describe(action)}: {describe_error(error)}")
            return replace(facts, status=None)
        record = StatusRecord(at, action.state, effect)
        return replace(facts, records=(*facts.records, record), status=Status(action.state, BEGUN))

    # ---- effects -----------------------------------------------------------------------------------------------------

    def _carry_out(self, facts: Facts, base: str, plan: ActionPlan) -> bool:
        """Carry out the plan, or say it; return whether all of it worked. `base` is the base branch's tip."""
        number = facts.pull.number
        if not plan.actions:
            self.say(f"Pull request {number} is as it should be.")
            return True
        if not self.apply:
            self._say_all(plan)
            return True
        # A status of failures that is there already isn't set again, unless the effect isn't on record yet.
        effects = [one.effect for one in plan.actions if isinstance(one, SetStatus)]
        is_recorded = not effects or [one.effect for one in facts.records[-1:]] == effects
        guard = StatusGuard(
            facts.status if is_recorded else None,
            is_wanted=facts.pull.into_default,
            confirm=partial(self.confirm, facts, base),
        )
        failed = carry_out(self.client, number, facts.pull.head, plan.actions, guard)
        self._say_done(plan, failed)
        return all(one.is_dispensable for one in failed)

    def confirm(self, facts: Facts, base: str) -> None:
        """Raise ChangedError when anything is different by now that a judgement rests on. `base` is the base's tip."""
        number = facts.pull.number
        if changed := what_changed(facts, base, self.client.conversation(number)):
            raise ChangedError(f"pull request {number} has {changed} by now")

    def _remember(self, facts: Facts, base: str, memory: SetStatus) -> None:
        """Set the present status again with what the next sweep has to know. A failure is only said: that looks again then.

        Raises ChangedError: not even an old success is set again over the answer to something newer.
        """
        if not self.apply:
            return
        if memory.state is StatusState.SUCCESS:
            self.confirm(facts, base)
        try:
            self.client.set_status(memory, facts.pull.number)
        except CallFailedError as error:
            self.say(f"Failed: {describe(memory)}: {describe_error(error)}")

    def _give_up(self, facts: Facts) -> ActionPlan | None:
        """Leave a pull request pending that changes faster than it is judged; the next run decides.

        The status from before doesn't tell whether that is needed: the last attempt may have replaced it by a success.
        """
        plan = ActionPlan((SetStatus(facts.pull.head, StatusState.PENDING, RESTLESS),), "")
        return plan if self._carry_out(replace(facts, status=None), "", plan) else None

    def _stop_queue(self, pull: PullRequest) -> None:
        """Let the merge queue fail for a pull request that was ready and is no more, such as after `/hold`."""
        if not self.apply:
            return
        try:
            queued = queued_commits(self.repository, pull.base, pull.number)
            going = [commit for commit in queued if not self._is_refused(commit)]
        except (GitError, CallFailedError) as error:
            self.failed(error)
            return
        for commit in going:
            action = SetStatus(
                commit, StatusState.FAILURE, _("#%(number)s was ready, and is not any more.", number=pull.number)
            )
            failed = set_status(self.client, action)
            self._say_done(ActionPlan((action,), ""), failed)

    def _is_refused(self, commit: str) -> bool:
        statuses = self.client.statuses(commit)
        return bool(statuses) and statuses[-1].status.state is StatusState.FAILURE

    def do_in_issue(self, number: int, actions: Iterable[IssueAction], *, is_locked: bool = False) -> bool:
        """Carry out actions in an issue, or say them; return whether all of them worked.

        Where its conversation is locked, nothing is said there, and that is no failure.
        """
        wanted, worked = list(without_words(actions) if is_locked else actions), True
        if not wanted:
            self.say(f"Issue {number} is as it should be.")
        for action in wanted:
            words = describe(action)
            if not self.apply:
                self.say(f"Would {words}")
                continue
            try:
                carry_out_one(self.client, number, action)
                self.say(f"Done: {words}")
            except CallFailedError as error:
                self.say(f"Failed: {words}: {describe_error(error)}")
                worked &= is_locked_refusal(error)
        return worked

    def failed(self, error: Exception) -> bool:
        """Say why something failed, and return that it didn't work."""
        self.say(f"Failed: {describe_failure(error)}")
        return False

    def report_group(self, plan: ActionPlan) -> bool:
        """Set the status of a merge group, or say it; return whether that worked."""
        if not self.apply:
            self._say_all(plan)
            return True
        failed = [
            one for action in plan.actions if isinstance(action, SetStatus) for one in set_status(self.client, action)
        ]
        self._say_done(plan, failed)
        return not failed

    def _say_all(self, plan: ActionPlan) -> None:
        for action in plan.actions:
            self.say(f"Would {describe(action)}")
        for line in plan.report.splitlines():
            self.say(f"  | {visible(line.replace(NO_BREAK, ' '))}")

    def _say_done(self, plan: ActionPlan, failed: list[FailedAction]) -> None:
        wrong = {one.action for one in failed}
        is_wrong = not all(one.is_dispensable for one in failed)
        # After a failure the status says that, and not what was decided.
        done = (action for action in plan.actions if not (is_wrong and isinstance(action, SetStatus)))
        for words in map(describe, done):
            if words not in wrong:
                self.say(f"Done: {words}")
        for action, error, _reason in failed:
            self.say(f"Failed: {action}: {error}")

    def fail(
        self,
        head: str | None,
        error: Exception | None,
        present: Status | None = None,
        number: int | None = None,
        words: str = _FAILED,
    ) -> None:
        """Say why the bot failed, and report it by a status of the head, unless the present status does."""
        if error is not None:
            self.failed(error)
        if head is not None and self.apply and present != Status(StatusState.ERROR, words):
            for action, problem, _ in set_error_status(self.client, head, words, number):
                self.say(f"Failed: {action}: {problem}")
