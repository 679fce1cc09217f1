"""Former heads of a pull request: since when the present effect is shown, and which of them have the same result.

Asks git for commits and GitHub for their statuses; what follows from them is decided in `bot.governance.effect_history`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bot.bounded import IN_PROCESS, Limit, OverLimitError
from bot.git.repository import GitError, NotServedError, UnreachableError
from bot.governance.effect_history import History, shown_since
from bot.handlers.pull_request.case import EffectHistory, former_heads
from bot.handlers.pull_request.contents import same_results

if TYPE_CHECKING:
    from datetime import datetime

    from bot.bounded import Worker
    from bot.git.repository import Repository
    from bot.github.client import Client
    from bot.github.facts import Facts, StatusRecord
    from bot.handlers.pull_request.facts import Contents

REMOTE = "origin"


def read_history(
    repository: Repository,
    client: Client,
    facts: Facts,
    contents: Contents,
    now: datetime,
    worker: Worker = IN_PROCESS,
) -> EffectHistory:
    """Return what is known about the effect from before the present head; nothing without an effect.

    `worker` reads the former heads. That takes one call for each former head that had the same effect, and one for the first
    that hadn't. Raises CallFailedError and GitError.
    """
    if not contents.effect:
        return EffectHistory(now)
    head, number = facts.pull.head, facts.pull.number

    @cache
    def records_of(commit: str) -> tuple[StatusRecord, ...]:
        return facts.records if commit == head else client.records(commit, number)

    def parent_of(commit: str) -> str | None:
        there = has_commit(repository, commit, worker)
        return worker.call(_former_parent, repository, contents.base, commit) if there else None

    history = History(facts.timeline, records_of, parent_of)
    there = [commit for commit in former_heads(facts) if has_commit(repository, commit, worker)]
    same = worker.call(same_results, repository, contents, there) if there else frozenset()
    return EffectHistory(
        shown_since(head, contents.effect, now, history), {commit: records_of(commit) for commit in sorted(same)}
    )


def _former_parent(repository: Repository, base: str, commit: str) -> str | None:
    """Return the first parent of a commit where it may have been the head before, such as before "Update branch".

    None for a merge of anything but the base branch: what it merges may have been the head in between. GitHub merges the
    base as the second of two parents. A commit may have thousands, and comparing each with the base takes hours.
    """
    parents = repository.log("%P", "-1", commit)[0].split()
    if not 1 <= len(parents) <= 2:
        return None
    is_of_base = [repository.merge_base(parent, base) == parent for parent in parents]
    return parents[0] if not is_of_base[0] and all(is_of_base[1:]) else None


def fetch(repository: Repository, commit: str, worker: Worker) -> None:
    """Fetch a commit. Raises GitError; UnreachableError also where the network is slow, which is nobody's mistake."""
    try:
        worker.call(repository.fetch_commit, REMOTE, commit)
    except OverLimitError as error:
        if error.limit is Limit.CLOCK:
            raise UnreachableError(f"git fetch: {commit[:7]} took too long to come") from None
        raise


def has_commit(repository: Repository, commit: str, worker: Worker = IN_PROCESS) -> bool:
    """Fetch a former head and return whether it is there: GitHub deletes commits that nothing refers to.

    One that is too large to be fetched counts as gone: what replaced it may be small.
    """
    try:
        fetch(repository, commit, worker)
    except NotServedError:
        return False  # Approvals of what nobody can see any more don't count.
    except UnreachableError:
        raise
    except (GitError, OverLimitError):
        return False
    return True
