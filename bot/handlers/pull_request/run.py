"""Run of the bot on a pull request: facts, decision, effects. It also carries out actions in issues."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.board.reading.snapshot import SnapshotError
from bot.git.repository import GitError, UnreachableError
from bot.github.actions import SetStatus, own_comments
from bot.github.effects import OvertakenError, carry_out, carry_out_one, describe, set_error_status, set_status
from bot.github.facts import Status, StatusState
from bot.github.failure import CallFailedError, NotFoundError, describe_error, describe_failure
from bot.github.gather import gather
from bot.governance.judgement import judge
from bot.handlers.pull_request.accounts import MOST_ACCOUNTS, account_problems, already_mentioned
from bot.handlers.pull_request.case import build_review_case, former_heads
from bot.handlers.pull_request.comment import MARKER
from bot.handlers.pull_request.contents import read_contents, same_results
from bot.handlers.pull_request.decision import NOTHING, decide, decide_merge_group
from bot.handlers.pull_request.marks import added_marks, issues_to_fetch, mark_problems
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from bot.git.repository import Repository
    from bot.github.actions import IssueAction
    from bot.github.client import Client
    from bot.github.effects import FailedAction
    from bot.github.facts import Facts
    from bot.governance.judgement import Judgement, ReviewCase
    from bot.handlers.pull_request.decision import ActionPlan
    from bot.handlers.pull_request.facts import Contents

REMOTE = "origin"
NO_BREAK = "\u00a0"
BEGUN = "Being judged."
"""The first status of a new head."""
_FAILED = "The bot itself failed; nothing here is your mistake. The maintainers see more in the log of this run."


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

    def answer(self, number: int, head: str | None) -> ActionPlan | None:
        """Judge a pull request and return what was decided; None when anything failed.

        `head` is the head in the event, whose status reports a failure when no newer head is known.
        """
        present = None
        try:
            facts = gather(self.client, number)
            # A pull request into another branch gets no status: see `decide`.
            head, present = facts.pull.head if facts.pull.into_default else None, facts.status
            plan = self._plan(facts)
            return plan if self._carry_out(facts, plan) else None
        except OvertakenError as moved:
            self.say(f"Stopped: {moved}.")
        except (CallFailedError, NotFoundError, GitError, SnapshotError) as error:
            self._fail(head, error, present, number)
            return None
        except Exception:
            self._fail(head, None, present, number)
            raise
        return NOTHING

    def _plan(self, facts: Facts) -> ActionPlan:
        pull = facts.pull
        if not pull.is_open:
            return NOTHING
        known = facts.status
        if facts.seen is None and self.apply and pull.into_default:
            facts = replace(facts, seen=self._say_begun(pull.number, pull.head), status=None)
        self.repository.fetch_commit(REMOTE, pull.head)
        base = self.repository.fetch_branch(REMOTE, pull.base)
        contents = read_contents(self.repository, base, pull.head, self.now.date(), may_generate=pull.is_our_own)
        contents = self._with_checked_names(contents)
        # A head only has annotations if it had a status before and has problems, now or under another base (which an error
        # may have hidden).
        was_bad = known is not None and known.state in (StatusState.FAILURE, StatusState.ERROR)
        if was_bad or (contents.problems and known is not None):
            facts = replace(facts, annotated=self.client.annotated(pull.head))
        case = build_review_case(facts, contents, self.now, self._same_results(facts, contents))
        judgement = judge(case, contents.rules.policy)
        if judgement.mentions:
            case = self._with_present_logins(facts, case, judgement)
            judgement = judge(case, contents.rules.policy)
        return decide(facts, contents, judgement)

    def _with_checked_names(self, contents: Contents) -> Contents:
        """Return the contents with the problems of what only GitHub knows: disputes of added marks, declared accounts."""
        marks, issues = added_marks(contents.change), {}
        for number in issues_to_fetch(marks):
            with suppress(NotFoundError):
                issues[number] = self.client.issue(number)
        logins = {account.id: self.client.login_of(account.id) for account in contents.accounts[:MOST_ACCOUNTS]}
        found = (*mark_problems(marks, issues, self.client.bot_id), *account_problems(contents.accounts, logins))
        return replace(contents, problems=tuple(sorted({*contents.problems, *found})))

    def _with_present_logins(self, facts: Facts, case: ReviewCase, judgement: Judgement) -> ReviewCase:
        """Return the case with the present logins of those who are to be mentioned and haven't been yet."""
        people = judgement.mentions[:MOST_ACCOUNTS]
        logins = already_mentioned((one.body for one in own_comments(facts.comments, facts.bot, MARKER)), people)
        return replace(
            case, logins=logins | {one.id: self.client.login_of(one.id) for one in people if one.id not in logins}
        )

    def _same_results(self, facts: Facts, contents: Contents) -> frozenset[str]:
        """Return the approved former heads whose merge has the same result as the head's."""
        there = []
        for commit in former_heads(facts) if contents.tree else ():
            try:
                self.repository.fetch_commit(REMOTE, commit)
            except UnreachableError:
                raise
            except GitError:
                # GitHub deletes commits that nothing refers to. Approvals of what nobody can see any more don't count.
                continue
            there.append(commit)
        return same_results(self.repository, contents, there)

    def _carry_out(self, facts: Facts, plan: ActionPlan) -> bool:
        """Carry out the plan, or say it; return whether all of it worked."""
        number = facts.pull.number
        if not plan.actions:
            is_open = facts.pull.is_open
            self.say(f"Pull request {number} is as it should be." if is_open else f"Pull request {number} is closed.")
            return True
        if not self.apply:
            self._say_all(plan)
            return True
        if any(isinstance(action, SetStatus) and action.state is StatusState.SUCCESS for action in plan.actions):
            self._check_reviews(facts)
        failed = carry_out(
            self.client, number, facts.pull.head, plan.actions, facts.status, with_status=facts.pull.into_default
        )
        self._say_done(plan, failed)
        return all(one.is_dispensable for one in failed)

    def _say_begun(self, number: int, head: str) -> datetime | None:
        """Set a pending status on a new head before all else, so that a run that dies doesn't leave it without any.

        Return when it was set, from which on people may review the head; None where that failed.
        """
        action = SetStatus(head, StatusState.PENDING, BEGUN)
        try:
            return self.client.set_status(action, number)
        except CallFailedError as error:
            self.say(f"Failed: {describe(action)}: {describe_error(error)}")
            return None

    def _check_reviews(self, facts: Facts) -> None:
        """Raise OvertakenError when somebody reviewed since the facts were gathered, as an approval may be withdrawn."""
        number = facts.pull.number
        if tuple(review for review, _ in self.client.reviews(number)) != facts.reviews:
            raise OvertakenError(f"pull request {number} was reviewed meanwhile")

    def do_in_issue(self, number: int, actions: Iterable[IssueAction]) -> bool:
        """Carry out actions in an issue, or say them; return whether all of them worked."""
        wanted, worked = list(actions), True
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
                worked = False
        return worked

    def answer_merge_group(self, head: str, base: str) -> ActionPlan | None:
        """Judge the tree that a merge queue would merge, and return what was decided; None when anything failed."""
        try:
            self.repository.fetch_commit(REMOTE, head)
            tip = self.repository.fetch_branch(REMOTE, base)
            plan = decide_merge_group(read_contents(self.repository, tip, head, self.now.date()))
        except (GitError, SnapshotError) as error:
            self._fail(head, error)
            return None
        except Exception:
            self._fail(head, None)
            raise
        if not self.apply:
            self._say_all(plan)
            return plan
        failed = [
            one for action in plan.actions if isinstance(action, SetStatus) for one in set_status(self.client, action)
        ]
        self._say_done(plan, failed)
        return None if failed else plan

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
        for action, error, _ in failed:
            self.say(f"Failed: {action}: {error}")

    def _fail(
        self, head: str | None, error: Exception | None, present: Status | None = None, number: int | None = None
    ) -> None:
        """Say why the bot failed, and report it by a status of the head, unless the present status does."""
        if error is not None:
            self.say(f"Failed: {describe_failure(error)}")
        if head is not None and self.apply and present != Status(StatusState.ERROR, _FAILED):
            for action, problem, _ in set_error_status(self.client, head, _FAILED, number):
                self.say(f"Failed: {action}: {problem}")
