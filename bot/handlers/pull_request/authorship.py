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
        compare = has_other_committers(facts)
        history = worker.call(read_commit_history, repository, contents, former, compare=compare)
    return find_authors(facts, history, _ask(client, facts, history))


def _ask(client: Client, facts: Facts, history: CommitHistory | None) -> Answers:
    """Ask GitHub what is to be known about the commits, and who wrote the form that they are for."""
    issue = issue_of(facts.pull.branch)
    reporters = client.writers(issue) if issue is not None else frozenset()
    if history is None or reporters is None:
        return Answers(reporters=reporters or frozenset(), are_reporters_known=reporters is not None)
    made = frozenset(commit for commit in doubtful(facts, history)[:MOST_DOUBTFUL] if client.is_made(commit))
    return Answers(client.commits(unasked(facts, history)), made, reporters)
