"""The run of the bot on a merge group: facts about its members, each judged in its place.

GitHub makes a branch for each pull request in a merge queue, `gh-readonly-queue/BASE/pr-NUMBER-COMMIT`, on top of those before it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.board.reading.snapshot import SnapshotError
from bot.bounded import OverLimitError
from bot.git.repository import GitError, quarantined
from bot.github.event import QUEUE, queued_number
from bot.github.failure import CallFailedError, NotFoundError
from bot.github.gather import gather
from bot.governance.judgement import judge
from bot.handlers.pull_request.case import build_review_case
from bot.handlers.pull_request.changed import MOST_ATTEMPTS, ChangedError
from bot.handlers.pull_request.contents import merges_to, read_contents
from bot.handlers.pull_request.former import REMOTE, fetch, read_history, search_authors
from bot.handlers.pull_request.links import check_links
from bot.handlers.pull_request.lookups import check_names, kept_links
from bot.handlers.pull_request.merge_group import (
    MOST_STEPS,
    JudgedMember,
    Member,
    QueueFacts,
    Step,
    decide_merge_group,
    refuse_group,
    split_group,
)
from bot.text.catalogue import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.git.repository import Repository
    from bot.github.event import MergeGroup
    from bot.handlers.pull_request.decision import ActionPlan
    from bot.handlers.pull_request.run import Run

_UNKNOWN = _("The bot does not know which pull requests this group has. Take them out of the queue and add them again.")
_OUTDATED = _("The base branch has moved since this group was made. GitHub makes another one.")
_RESTLESS = _("Something changed whenever this group was judged. Add its pull requests to the queue again.")
_TOO_LONG = _("The group has more than %(most)s commits. Take some pull requests out of the queue.", most=MOST_STEPS)


def queue_branches(repository: Repository, base: str) -> dict[str, int]:
    """Return the pull requests in the merge queue of a branch, by the commits that would merge them."""
    listed = repository.run("ls-remote", "--quiet", REMOTE, f"refs/heads/{QUEUE}/*").decode("utf-8", "replace")
    lines = (line.split("\t") for line in listed.splitlines() if "\t" in line)
    found = {commit: queued_number(ref, base) for commit, ref in lines}
    return {commit: number for commit, number in found.items() if number is not None}


def queued_commits(repository: Repository, base: str, number: int) -> list[str]:
    """Return the commits that would merge a pull request from the merge queue of a branch."""
    return [commit for commit, queued in queue_branches(repository, base).items() if queued == number]


class MergeGroupRun:
    """Run of the bot on a merge group."""

    def __init__(self, run: Run, group: MergeGroup) -> None:
        self._run = run
        self._repository = run.repository
        self._group = group

    def answer(self) -> ActionPlan | None:
        """Judge each pull request of the group, and return what was decided; None when anything failed."""
        run, head = self._run, self._group.head
        try:
            with quarantined(run.repository) as self._repository:
                return self._report()
        except (CallFailedError, NotFoundError, GitError, SnapshotError, OverLimitError) as error:
            run.fail(head, error)
            return None
        except Exception:
            run.fail(head, None)
            raise

    def _report(self) -> ActionPlan | None:
        """Set the status, as soon as nothing has changed since it was judged; return what was decided."""
        for _attempt in range(MOST_ATTEMPTS):
            try:
                plan, judged = self._plan()
                self._confirm(plan, judged)
                worked = self._run.report_group(plan)
                # GitHub may have taken the success late, over the failure of a run that heard of something newer.
                self._confirm(plan, judged)
            except ChangedError as changed:
                self._run.say(f"Judging again: {changed}.")
            else:
                return plan if worked else None
        plan = refuse_group(self._group.head, _RESTLESS)
        return plan if self._run.report_group(plan) else None

    def _confirm(self, plan: ActionPlan, judged: Sequence[JudgedMember]) -> None:
        """Raise ChangedError when anything is different by now that a success rests on."""
        for each in judged if plan.is_success else ():
            self._run.confirm(each.facts, judged[0].member.before)

    def _plan(self) -> tuple[ActionPlan, list[JudgedMember]]:
        """Return what is decided about the group, and by what."""
        group = self._group
        self._run.worker.begin()
        fetch(self._repository, group.head, self._run.worker)
        tip = self._repository.fetch_branch(REMOTE, group.base_ref)
        steps = _steps(self._repository, tip, group.head)
        if len(steps) > MOST_STEPS:
            return refuse_group(group.head, _TOO_LONG), []
        if not steps or steps[0].parents[:1] != (tip,):
            return refuse_group(group.head, _OUTDATED), []
        members = self._members(steps)
        if members is None:
            return refuse_group(group.head, _UNKNOWN), []
        judged = [self._judge(member) for member in members]
        return decide_merge_group(group.head, group.base_ref, judged), judged

    def _members(self, steps: list[Step]) -> list[Member] | None:
        """Return the members of the group, as its branches, the heads of pull requests and its trees tell."""
        group, heads = self._group, {pull.number: pull.head for pull in self._run.client.open_pulls().pulls}
        ends = queue_branches(self._repository, group.base_ref)
        if group.number is not None:
            ends[group.head] = group.number
        # Of several with one commit the oldest is meant: whoever opens another doesn't stop the queue.
        queue = QueueFacts(ends, {head: number for number, head in reversed(heads.items())})
        found = [split_group(steps, queue), split_group(steps, queue, with_hints=True)]
        known = [members for members in found if members is not None]
        return next(
            (members for members in known if all(self._fits(each, heads.get(each.number)) for each in members)),
            known[0] if known else None,
        )

    def _fits(self, member: Member, head: str | None) -> bool:
        if head is None:
            return False
        call = self._run.worker.call
        fetch(self._repository, head, self._run.worker)
        return call(merges_to, self._repository, member.before, head, member.tree)

    def _judge(self, member: Member) -> JudgedMember:
        run, repository = self._run, self._repository
        call, client = run.worker.call, run.client
        facts = gather(client, member.number)
        pull, today = facts.pull, run.now.date()
        run.worker.begin()
        fetch(repository, pull.head, run.worker)
        contents = call(read_contents, repository, member.before, pull.head, today, may_generate=pull.is_our_own)
        contents = check_names(client, contents)
        if contents.citations:
            contents = call(check_links, contents, kept_links(client, pull.head))
        history = read_history(repository, client, facts, contents, run.now, run.worker)
        authors = search_authors(client, repository, run.worker, facts, contents)
        # The status is that of the group's commit, which no other pull request has.
        case = build_review_case(replace(facts, twins=()), contents, run.now, history, authors)
        return JudgedMember(member, facts, contents, call(judge, case, contents.rules.policy))


def _steps(repository: Repository, tip: str, head: str) -> list[Step]:
    """Return the commits of a group on the first-parent line from the base branch, oldest first."""
    lines = repository.log("%H%x00%T%x00%P%x00%s", "--first-parent", f"--max-count={MOST_STEPS + 1}", head, f"^{tip}")
    fields = [line.split("\0", 3) for line in reversed(lines)]
    return [Step(commit, tuple(parents.split()), tree, subject) for commit, tree, parents, subject in fields]
