"""Heads of a pull request, the former ones too: since when the present effect is shown, and who are its authors.

Asks git for commits, and GitHub for their statuses and authors; what follows from them is decided in
`bot.governance.effect_history` and in `authors`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bot.board.model.layout import issue_of
from bot.bounded import IN_PROCESS, Limit, OverLimitError
from bot.git.repository import GitError, NotServedError, UnreachableError
from bot.governance.effect_history import History, shown_since
from bot.handlers.pull_request.authors import (
    MOST_DOUBTFUL,
    Answers,
    Authors,
    doubtful,
    find_authors,
    has_other_committers,
    matters,
    read_commit_history,
    replaced_heads,
    replayed,
    unasked,
)
from bot.handlers.pull_request.case import EffectHistory, former_heads
from bot.handlers.pull_request.contents import same_results

if TYPE_CHECKING:
    from datetime import datetime

    from bot.bounded import Worker
    from bot.git.repository import Repository
    from bot.github.client import Client
    from bot.github.facts import Facts, StatusRecord
    from bot.handlers.pull_request.authors import CommitHistory
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


def search_authors(client: Client, repository: Repository, worker: Worker, facts: Facts, contents: Contents) -> Authors:
    """Return the authors of the effect, where anything depends on them; else the one of the pull request alone.

    Raises CallFailedError and GitError.
    """
    if not worker.call(matters, facts):
        return Authors(frozenset({facts.pull.author.id}))
    former = replaced_heads(facts)
    history = None
    if former is not None and all(has_commit(repository, commit, worker) for commit in former):
        # "Update branch" may also rebase what the bot made.
        compare = has_other_committers(facts) or bool(facts.pull.branch)
        history = worker.call(read_commit_history, repository, contents, former, compare=compare)
    return find_authors(facts, history, _ask(client, facts, history))


def _ask(client: Client, facts: Facts, history: CommitHistory | None) -> Answers:
    """Ask GitHub what is to be known about the commits, and who wrote the form that they are for."""
    issue = issue_of(facts.pull.branch)
    reporters = client.writers(issue) if issue is not None else frozenset()
    if history is None or reporters is None:
        return Answers(reporters=reporters or frozenset(), are_reporters_known=reporters is not None)
    return Answers(client.commits(unasked(facts, history)), _made(client, facts, history), reporters)


def _made(client: Client, facts: Facts, history: CommitHistory) -> frozenset[str]:
    """Return the commits that the bot made, of those for which that matters."""
    asked = doubtful(facts, history)
    made = {commit for commit in asked[:MOST_DOUBTFUL] if client.is_made(commit)}
    if made.issuperset(asked):
        return frozenset(made)
    former = dict.fromkeys(commit for commits in replayed(history) for commit in commits)
    return frozenset(made | {commit for commit in list(former)[:MOST_DOUBTFUL] if client.is_made(commit)})
