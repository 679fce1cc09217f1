"""The authors of the effect of a pull request, whose approval doesn't count and who settle no objections of others.

They are those who wrote

- a commit that the pull request is made of: what the base has already and automatic merges are no one's;
- a commit of a former head, which a forced push replaced, if it changes a file that the pull request changes too: so that
  nobody becomes independent by having their commit amended in the name of another;
- the answers of a form that the bot proposes.

The committer of a commit is one of its authors, unless an earlier head has the same result without them: then they only
rebased or squashed what others wrote. Addresses in commits are not verified; that of the bot is trusted only where the bot
itself says that it made the commit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from bot.git.changes import TooManyChangesError, changes
from bot.git.commits import GitCommit, commits_beyond, is_automatic_merge
from bot.github.commands import Verb, commands
from bot.github.facts import PullCommit, ReviewState, TimelineKind
from bot.governance.judgement import UnknownAuthors
from bot.handlers.pull_request.contents import merge_result
from bot.handlers.pull_request.paths import DELETED, MOST_FILES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from bot.git.repository import Repository
    from bot.github.facts import Facts
    from bot.handlers.pull_request.facts import Contents

MOST_COMMITS = 250
"""Commits of a pull request, or of a former head."""
MOST_FORCED = 30
"""Forced pushes of a pull request."""
_LONGEST_PATHS = 500_000
"""Bytes of paths that git is called with. With more, all commits of a former head count."""
_MOST_RENAMES = 200
"""Files of a former head that are looked for under other paths."""
_GITHUB = "noreply@github.com"
_MOST_MERGES = 50
"""Merges that are compared with git's own; others count as written by their authors."""
_INDEPENDENT = (Verb.RESOLVE, Verb.UNHOLD, Verb.NOTIFIED)
"""Commands that an author may not give."""


@dataclass(frozen=True, slots=True)
class Authors:
    """The authors of an effect."""

    people: frozenset[int]
    """Their ids."""
    unknown: UnknownAuthors | None = None
    """Why these are not known to be all; None where they are."""
    commit: str = ""
    """The commit whose author isn't known, where it is one."""


class FormerHead(NamedTuple):
    """Former head, from git."""

    commits: tuple[GitCommit, ...]
    """Those that the base doesn't have."""
    relevant: frozenset[str]
    """The ids of those that the head doesn't have either, and that change a file that the pull request changes too."""
    result: str | None = None
    """The tree of its merge; None where there is none, or nobody asked for it."""


@dataclass(frozen=True, slots=True)
class CommitHistory:
    """Commits of a pull request, from git. Automatic merges are left out."""

    own: tuple[GitCommit, ...]
    """Those of the head that the base doesn't have."""
    former: tuple[FormerHead, ...]
    """Newest first."""
    is_complete: bool
    """Whether these are all, as far as anybody can tell."""
    result: str | None = None
    """The tree of the merge."""


# ---- what is to be known ---------------------------------------------------------------------------------------------


def matters(facts: Facts) -> bool:
    """Return whether anything depends on who the authors are: an approval, or a command that no author may give."""
    if any(review.state is ReviewState.APPROVED and not review.author.is_bot for review in facts.reviews):
        return True
    return any(
        command.verb in _INDEPENDENT
        for comment in facts.comments
        if not comment.author.is_bot and comment.author.id != facts.pull.author.id
        for command in commands(comment.body)
    )


def replaced_heads(facts: Facts) -> tuple[str, ...] | None:
    """Return the heads that forced pushes replaced, those last that came first; None where that isn't known of all."""
    forced = [event.before for event in facts.timeline if event.kind is TimelineKind.FORCE_PUSHED]
    found = tuple(dict.fromkeys(commit for commit in forced if commit is not None))
    return found[::-1] if None not in forced and len(forced) <= MOST_FORCED else None


def has_other_committers(facts: Facts) -> bool:
    """Return whether anybody committed what others wrote."""
    return any(one.committer is not None and one.committer not in one.people for one in facts.commits or ())


# ---- git -------------------------------------------------------------------------------------------------------------


def read_commit_history(
    repository: Repository, contents: Contents, former: Collection[str], *, compare: bool = False
) -> CommitHistory:
    """Return the commits of a pull request and of former heads, which are there. `compare` their results too.

    The results are compared in any case where somebody committed in a former head what others wrote. Raises GitError.
    """
    base, head = contents.base, contents.head
    own = commits_beyond(repository, head, [base], MOST_COMMITS + 1)
    heads, is_complete = [], len(own) <= MOST_COMMITS
    for commit in former:
        listed = commits_beyond(repository, commit, [base], MOST_COMMITS + 1)
        is_complete &= len(listed) <= MOST_COMMITS
        relevant = frozenset(one.id for one in _relevant(repository, contents, commit))
        heads.append(FormerHead(_written(repository, listed), relevant))
    found = CommitHistory(_written(repository, own), tuple(heads), is_complete)
    compare |= any(_foreign_committers(commit) for one in heads for commit in _replaced(one, found))
    if not (compare and contents.tree):
        return found
    results = [merge_result(repository, base, commit) for commit in former]
    with_results = tuple(one._replace(result=result) for one, result in zip(heads, results, strict=True))
    return replace(found, former=with_results, result=contents.tree)


def _written(repository: Repository, listed: Iterable[GitCommit]) -> tuple[GitCommit, ...]:
    """Return the commits without automatic merges."""
    merges = 0
    kept = []
    for commit in listed:
        merges += len(commit.parents) > 1
        if merges > _MOST_MERGES or not is_automatic_merge(repository, commit):
            kept.append(commit)
    return tuple(kept)


def _relevant(repository: Repository, contents: Contents, former: str) -> Iterator[GitCommit]:
    """Yield the commits of a former head that change what the pull request changes too, also under another path."""
    paths = {file.path for file in contents.changed}
    blobs = {file.id for file in contents.changed} - {""}
    files = dict(_files(repository, contents, former))
    if sum(len(path.encode("utf-8", "surrogateescape")) for path in paths | files.keys()) > _LONGEST_PATHS:
        yield from commits_beyond(repository, former, [contents.base, contents.head], MOST_COMMITS)
        return
    paths |= {path for path, blob in files.items() if blob in blobs}
    paths |= _moved(repository, contents, former, files.keys() - paths)
    if paths:
        yield from commits_beyond(repository, former, [contents.base, contents.head], MOST_COMMITS, sorted(paths))


def _files(repository: Repository, contents: Contents, former: str) -> Iterator[tuple[str, str]]:
    """Yield the paths and contents of the files that a former head changes; none where these are too many."""
    ancestor = repository.merge_base(contents.base, former)
    try:
        listed = changes(repository, ancestor, former, MOST_FILES) if ancestor else []
    except TooManyChangesError:
        return
    yield from ((file.path, file.id) for _, file in listed)


def _moved(repository: Repository, contents: Contents, former: str, paths: Collection[str]) -> set[str]:
    """Return those of the paths of a former head whose file the head has elsewhere, changed in part."""
    new = {file.path for file in contents.changed if file.mode_before == DELETED}
    if not (paths and new):
        return set()
    options = ("-r", "-z", "--find-renames", f"-l{_MOST_RENAMES}", "--diff-filter=R", "--name-status")
    asked = ("diff-tree", *options, former, contents.head, "--", *sorted({*paths, *new}))
    fields = list(repository.fields("--literal-pathspecs", *asked, given=b""))
    return {old for old, place in zip(fields[1::3], fields[2::3], strict=True) if old in paths and place in new}


# ---- the decision ----------------------------------------------------------------------------------------------------


MOST_DOUBTFUL = 10
"""Commits of which GitHub is asked whether the bot made them; others count as somebody's."""
MOST_UNASKED = 50
"""Commits of former heads of which GitHub is asked who wrote them; where there are more, that isn't known."""


def unasked(facts: Facts, history: CommitHistory) -> tuple[str, ...]:
    """Return the commits of former heads of which GitHub has to tell the authors."""
    listed = {commit.id for commit in facts.commits or ()}
    doubted = [head for head in history.former if any(map(_foreign_committers, _replaced(head, history)))]
    results = {history.result, *(head.result for head in doubted)} - {None}
    wanted = (
        commit.id
        for head in history.former
        for commit in (head.commits if head.result in results else _replaced(head, history))
        if commit.id not in listed
    )
    return tuple(dict.fromkeys(wanted))[:MOST_UNASKED]


def doubtful(facts: Facts, history: CommitHistory) -> tuple[str, ...]:
    """Return the commits that count as somebody's unless the bot says that it made them.

    They are those in the bot's name, and on the bot's own branches also those of nobody whom GitHub knows.
    """
    told = {commit.id: commit for commit in facts.commits or ()}

    def is_anonymous(commit: GitCommit) -> bool:
        said = told.get(commit.id)
        return said is not None and not said.people and said.committer is None

    found = (
        commit.id
        for commit in history.own
        # Not its co-authors: GitHub names the bot as one where a contributor commits its suggestion.
        if any(_is_of_bot(address, facts.bot) for address in (commit.author, commit.committer))
        or (facts.pull.branch and is_anonymous(commit))
    )
    return tuple(found)


def _is_of_bot(address: str, bot: int) -> bool:
    # https://docs.github.com/en/account-and-profile/reference/email-addresses-reference#your-noreply-email-address
    return address.startswith(f"{bot}+") and address.endswith("[bot]@users.noreply.github.com")


def replayed(history: CommitHistory) -> list[tuple[str, ...]]:
    """Return the commits of each former head with the same result: if the bot made all of one, they were only rebased."""
    same = _earlier(history.former, history.result)
    return [tuple(commit.id for commit in head.commits) for head in same if head.commits]


class Answers(NamedTuple):
    """What GitHub says when it is asked about the commits of a pull request."""

    commits: Mapping[str, PullCommit] = MappingProxyType({})
    """Those of former heads that were `unasked`, by their ids."""
    made: frozenset[str] = frozenset()
    """Those of the `doubtful` ones and of the `replayed` ones that the bot made."""
    reporters: frozenset[int] = frozenset()
    """The ids of the people who wrote the form that the pull request is for."""
    are_reporters_known: bool = True
    """Whether these are all."""


def find_authors(facts: Facts, history: CommitHistory | None, answers: Answers) -> Authors:
    """Return the authors of a pull request's effect. `history` is None where a former head isn't there any more."""
    always = frozenset({facts.pull.author.id}) | answers.reporters
    if not answers.are_reporters_known:
        return Authors(always, UnknownAuthors.REPORTERS)
    if history is None:
        return Authors(always, UnknownAuthors.FORMER)
    told = {**answers.commits, **{commit.id: commit for commit in facts.commits or ()}}
    if facts.commits is None or not history.is_complete or any(commit.id not in told for commit in history.own):
        return Authors(always, UnknownAuthors.TOO_MANY)
    foreign = next((commit for commit in doubtful(facts, history) if commit not in answers.made), None)
    if foreign is not None and not any(answers.made.issuperset(one) for one in replayed(history)):
        return Authors(always, UnknownAuthors.NOT_MADE, foreign)
    own = frozenset(
        person
        for commit in history.own
        for person in _people(told[commit.id], _earlier(history.former, history.result), told)
    )
    replaced = [
        (commit.id, _earlier(history.former[place:], head.result))
        for place, head in enumerate(history.former, 1)
        for commit in _replaced(head, history)
    ]
    lost = next((commit for commit, _ in replaced if commit not in told), None)
    if lost is not None:
        return Authors(always | own, UnknownAuthors.FORMER, lost)
    return Authors(always | own | frozenset(one for it, same in replaced for one in _people(told[it], same, told)))


def _earlier(heads: Iterable[FormerHead], result: str | None) -> list[FormerHead]:
    """Return those of the heads whose merge has this result."""
    return [head for head in heads if result is not None and head.result == result]


def _people(commit: PullCommit, same: Iterable[FormerHead], told: Mapping[str, PullCommit]) -> frozenset[int]:
    """Return who wrote a commit, its committer included unless they only rebased or squashed it.

    `same` are earlier heads with the same result.
    """
    committer = commit.committer
    if committer is None or any(_is_without(committer, head, told) for head in same):
        return commit.people
    return commit.people | {committer}


def _is_without(person: int, head: FormerHead, told: Mapping[str, PullCommit]) -> bool:
    """Return whether a former head has nothing that somebody wrote or committed."""
    known = [told.get(commit.id) for commit in head.commits]
    return all(said is not None and person not in said.people and person != said.committer for said in known)


def _replaced(head: FormerHead, history: CommitHistory) -> Iterator[GitCommit]:
    """Yield the commits of a former head that count, and that may be of others than the present ones."""
    known = frozenset(commit.author for commit in history.own)  # GitHub may not take every co-author for one
    yield from (
        commit
        for commit in head.commits
        if commit.id in head.relevant and (commit.writers | _foreign_committers(commit)) - known
    )


def _foreign_committers(commit: GitCommit) -> frozenset[str]:
    """Return the address of who committed what another wrote; none where that is GitHub, as for what is edited there."""
    return frozenset({commit.committer}) - {commit.author, _GITHUB}
