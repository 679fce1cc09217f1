"""The search for the authors of a pull request's effect: what git and GitHub are asked for `authors`, which decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.layout import issue_of
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
from bot.handlers.pull_request.former import has_commit

if TYPE_CHECKING:
    from bot.bounded import Worker
    from bot.git.repository import Repository
    from bot.github.client import Client
    from bot.github.facts import Facts
    from bot.handlers.pull_request.authors import CommitHistory
    from bot.handlers.pull_request.facts import Contents


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
