"""One run of the bot on a pull request: facts -> decision -> actions -> effects; and its actions in an issue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.board.reading.snapshot import SnapshotError
from bot.git.repository import GitError, UnreachableError
from bot.github.actions import SetStatus
from bot.github.effects import Overtaken, carry_out, describe, describe_in_issue, do_in_issue, say_error, set_status
from bot.github.facts import State, Status
from bot.github.failure import CallFailed, Vanished, describe_error
from bot.github.gather import gather
from bot.governance.judgement import judge
from bot.handlers.pull_request.case import case_of, former_heads
from bot.handlers.pull_request.contents import read_contents, same_results
from bot.handlers.pull_request.decision import NOTHING, decide, decide_merge_group
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from bot.git.repository import Repository
    from bot.github.actions import IssueAction
    from bot.github.client import Client
    from bot.github.effects import Failed
    from bot.github.facts import Facts
    from bot.handlers.pull_request.decision import Decision
    from bot.handlers.pull_request.facts import Contents

REMOTE = "origin"
NO_BREAK = "\u00a0"
BEGUN = "Being judged."
"""The first status of a new head."""
_FAILED = "The bot itself failed; nothing here is your mistake. The maintainers see more in the log of this run."


@dataclass(frozen=True)
class Run:
    """What a run works with. Without `apply` it writes nothing and only says what it would do."""

    client: Client
    repository: Repository
    now: datetime
    """When the run began."""
    apply: bool
    say: Callable[[str], None]
    """Prints a line. Only harmless ones come here."""

    def answer(self, number: int, head: str | None) -> Decision | None:
        """Answers the pull request; None when the bot failed at anything.

        `head` is the commit by which the event knows it, on which a failure is said when nothing newer is known.
        """
        present = None
        try:
            facts = gather(self.client, number)
            # The status of a pull request into another branch is not ours to set: see `decide`.
            head, present = facts.pull.head if facts.pull.into_default else None, facts.status
            decision = self._decide(facts)
            return decision if self._carry_out(facts, decision) else None
        except Overtaken as moved:
            self.say(f"Stopped: {moved}.")
        except (CallFailed, Vanished, GitError, SnapshotError) as error:
            self._fail(head, error, present, number)
            return None
        except Exception:
            self._fail(head, None, present, number)
            raise
        return NOTHING

    def _decide(self, facts: Facts) -> Decision:
        pull = facts.pull
        if not pull.is_open:
            return NOTHING
        known = facts.status
        if facts.seen is None and self.apply and pull.into_default:
            facts = replace(facts, seen=self._say_begun(pull.number, pull.head), status=None)
        self.repository.fetch_commit(REMOTE, pull.head)
        base = self.repository.fetch_branch(REMOTE, pull.base)
        contents = read_contents(self.repository, base, pull.head, self.now.date(), may_generate=pull.is_our_own)
        # Nobody annotates what has no problems, unless it had some under another base (an error may have hidden that), and
        # nothing is annotated before the first status.
        was_bad = known is not None and known.state in (State.FAILURE, State.ERROR)
        if was_bad or (contents.problems and known is not None):
            facts = replace(facts, annotated=self.client.annotated(pull.head))
        case = case_of(facts, contents, self.now, self._same_results(facts, contents))
        return decide(facts, contents, judge(case, contents.rules.policy))

    def _same_results(self, facts: Facts, contents: Contents) -> frozenset[str]:
        """The approved former heads whose merge gives what the head's does."""
        there = []
        for commit in former_heads(facts) if contents.tree else ():
            try:
                self.repository.fetch_commit(REMOTE, commit)
            except UnreachableError:
                raise
            except GitError:
                # GitHub forgets commits that nothing leads to. What nobody can look at any more counts for nothing.
                continue
            there.append(commit)
        return same_results(self.repository, contents, there)

    def _carry_out(self, facts: Facts, decision: Decision) -> bool:
        """Does what was decided, or says it; returns whether all of it worked."""
        number = facts.pull.number
        if not decision.actions:
            is_open = facts.pull.is_open
            self.say(f"Pull request {number} is as it should be." if is_open else f"Pull request {number} is closed.")
            return True
        if not self.apply:
            self._say_all(decision)
            return True
        if any(isinstance(action, SetStatus) and action.state is State.SUCCESS for action in decision.actions):
            self._look_at_reviews_again(facts)
        failed = carry_out(
            self.client, number, facts.pull.head, decision.actions, facts.status, with_status=facts.pull.into_default
        )
        self._say_done(decision, failed)
        return all(one.is_dispensable for one in failed)

    def _say_begun(self, number: int, head: str) -> datetime | None:
        """Says first thing on a new head that it is being judged, lest a run that dies leave it without any status.

        Returns when that was, from which on people may look at the head; None where it failed.
        """
        try:
            return self.client.set_status(SetStatus(head, State.PENDING, BEGUN), number)
        except CallFailed as error:
            self.say(f"Failed: {describe(SetStatus(head, State.PENDING, BEGUN))}: {describe_error(error)}")
            return None

    def _look_at_reviews_again(self, facts: Facts) -> None:
        """Raises Overtaken when somebody reviewed since the facts were gathered: no success for an approval taken back."""
        number = facts.pull.number
        if tuple(review for review, _ in self.client.reviews(number)) != facts.reviews:
            raise Overtaken(f"pull request {number} was reviewed meanwhile")

    def do_in_issue(self, number: int, actions: Iterable[IssueAction]) -> bool:
        """Does what is to be done in an issue, or says it; returns whether all of it worked."""
        wanted, worked = list(actions), True
        if not wanted:
            self.say(f"Issue {number} is as it should be.")
        for action in wanted:
            words = describe_in_issue(action)
            if not self.apply:
                self.say(f"Would {words}")
                continue
            try:
                do_in_issue(self.client, number, action)
                self.say(f"Done: {words}")
            except CallFailed as error:
                self.say(f"Failed: {words}: {describe_error(error)}")
                worked = False
        return worked

    def answer_merge_group(self, head: str, base: str) -> Decision | None:
        """Answers a merge queue about the tree that it would merge; None when the bot failed."""
        try:
            self.repository.fetch_commit(REMOTE, head)
            tip = self.repository.fetch_branch(REMOTE, base)
            decision = decide_merge_group(read_contents(self.repository, tip, head, self.now.date()))
        except (GitError, SnapshotError) as error:
            self._fail(head, error)
            return None
        except Exception:
            self._fail(head, None)
            raise
        if not self.apply:
            self._say_all(decision)
            return decision
        failed = [
            one
            for action in decision.actions
            if isinstance(action, SetStatus)
            for one in set_status(self.client, action)
        ]
        self._say_done(decision, failed)
        return None if failed else decision

    def _say_all(self, decision: Decision) -> None:
        for action in decision.actions:
            self.say(f"Would {describe(action)}")
        for line in decision.report.splitlines():
            self.say(f"  | {visible(line.replace(NO_BREAK, ' '))}")

    def _say_done(self, decision: Decision, failed: list[Failed]) -> None:
        wrong = {one.action for one in failed}
        is_wrong = not all(one.is_dispensable for one in failed)
        # With a failure the status says that, and not what was decided.
        done = (action for action in decision.actions if not (is_wrong and isinstance(action, SetStatus)))
        for words in map(describe, done):
            if words not in wrong:
                self.say(f"Done: {words}")
        for action, error, _ in failed:
            self.say(f"Failed: {action}: {error}")

    def _fail(
        self, head: str | None, error: Exception | None, present: Status | None = None, number: int | None = None
    ) -> None:
        """Says that the bot failed: why in the log, and that it did on the head, unless the present status says so."""
        if error is not None:
            words = describe_error(error) if isinstance(error, CallFailed) else visible(" ".join(str(error).split()))
            self.say(f"Failed: {words}")
        if head is not None and self.apply and present != Status(State.ERROR, _FAILED):
            for action, problem, _ in say_error(self.client, head, _FAILED, number):
                self.say(f"Failed: {action}: {problem}")
