"""The record of merges that have none yet: found in git, asked from GitHub, judged as of the moment of the merge.

Apart from publishing, which commits the entries, because that has to work while GitHub can't be asked. Every run looks for
what isn't there yet, so that what one run couldn't record the next one does.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.layout import DECISIONS, GENERATED, POLICY, README
from bot.board.reading.snapshot import SnapshotError
from bot.board.reading.tree import Commit
from bot.git.repository import GitError, UnreachableError
from bot.github.failure import CallFailed, Vanished, describe_error
from bot.github.gather import gather
from bot.governance.judgement import judge
from bot.governance.record.decisions import Decision, MergeFacts, as_json, entry_of, read_decisions
from bot.handlers.pull_request.case import case_of, former_heads
from bot.handlers.pull_request.contents import read_contents, same_results
from bot.text.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.git.repository import Repository
    from bot.github.client import Client
    from bot.github.facts import Facts

REMOTE = "origin"
MOST_COMMITS = 500
"""Of how many commits without a record, the newest, GitHub is asked which pull request they come from."""
MOST_ENTRIES = 50
"""How many entries one run makes, of the oldest merges; the next one goes on."""

# What changes nothing else was not decided by anybody.
_ALL_GENERATED = (f":(top,exclude){GENERATED}", f":(top,exclude){DECISIONS}", ":(top,exclude,glob)schema/*.schema.json")


class Merge(NamedTuple):
    """The commits of the main branch's own line that one pull request brought there."""

    number: int
    before: str
    """The commit that they came onto."""
    commit: str
    """The last of them."""


@dataclass
class Recorder:
    """Makes the entries that are missing."""

    repository: Repository
    client: Client | None
    """None where GitHub can't be asked for want of a token."""
    home: str
    """The address of the repository's own page."""
    branch: str
    failed: bool = False
    """Whether, when it was last asked, entries had to be left to a later run."""
    notes: list[str] = field(default_factory=list)
    """What people should know of that time: harmless lines."""
    _pulls: dict[str, int | None] = field(default_factory=dict)
    _entries: dict[Merge, tuple[Decision | None, str]] = field(default_factory=dict)

    def __call__(self, base: str) -> Mapping[str, str]:
        """The text of each missing entry by its path, for the main branch with this tip.

        Either all that can ever be made (at most `MOST_ENTRIES`) or, where GitHub can't be asked, none: then the next run
        finds the same ones missing.
        """
        self.failed = False
        self.notes.clear()
        recorded, problems = read_decisions(Commit(self.repository, base))
        if problems:
            return {}  # the build names them
        commits = unrecorded(self.repository, base, recorded)
        if commits and self.client is None:
            self.notes.append(_NOBODY_TO_ASK.format(commits=_counted(len(commits), "commit")))
        if not commits or self.client is None:
            return {}
        try:
            entries = self._made(self.client, base, commits, {one.pull_request for one in recorded})
        except (CallFailed, UnreachableError) as error:
            self.failed = True
            words = describe_error(error) if isinstance(error, CallFailed) else _harmless(error)
            self.notes.append(f"No decisions are recorded now; the next run does it. {words}")
            return {}
        return {one.path: as_json(one) for one in entries}

    def _made(self, client: Client, base: str, commits: list[str], recorded: set[int]) -> list[Decision]:
        if len(commits) > MOST_COMMITS:
            self.notes.append(
                f"Of {len(commits):,} commits without a record only the newest {MOST_COMMITS:,} are looked at."
            )
        made: list[Decision] = []
        for merge in self._merges(client, base, commits[-MOST_COMMITS:]):
            if merge.number in recorded:
                continue
            if merge not in self._entries:
                self._entries[merge] = self._entry(client, merge)
            entry, note = self._entries[merge]
            self.notes += [note] if note else []
            if entry is None:
                continue
            if len(made) == MOST_ENTRIES:
                self.failed = True
                self.notes.append(f"{MOST_ENTRIES} decisions are recorded at once. Run this again for the others.")
                break
            made.append(entry)
        return made

    def _merges(self, client: Client, base: str, commits: Iterable[str]) -> list[Merge]:
        """The merges that brought these commits, which come from the oldest to the newest, in that order."""
        line = self.repository.log("%H", "--first-parent", base)
        parents = dict(pairwise(line))
        found: dict[int, Merge] = {}
        for commit in commits:
            if commit not in parents:
                continue  # the first of all, or the oldest that a shallow clone has
            if commit not in self._pulls:
                self._pulls[commit] = client.merged_pull(commit, self.branch)
            number = self._pulls[commit]
            if number is not None:
                # One that was merged by rebasing brought several.
                before = found[number].before if number in found else parents[commit]
                found[number] = Merge(number, before, commit)
        return list(found.values())

    def _entry(self, client: Client, merge: Merge) -> tuple[Decision | None, str]:
        """The entry of a merge; None where nothing was decided, or with a note where no later run can tell either."""
        try:
            facts = gather(client, merge.number)
            if facts.pull.merged is None or facts.pull.is_our_own:
                return None, ""
            return self._decided(facts, merge, facts.pull.merged.at), ""
        except UnreachableError:
            raise
        except (Vanished, SnapshotError, GitError, ValueError) as error:
            return None, f"Pull request {merge.number} can't be recorded: {_harmless(error)}"

    def _decided(self, facts: Facts, merge: Merge, at: datetime) -> Decision | None:
        facts = as_of(facts, at)
        contents = read_contents(self.repository, merge.before, merge.commit, at.date(), may_generate=True)
        heads = [head for head in former_heads(facts) if self._has(head)]
        case = case_of(facts, contents, at, same_results(self.repository, contents, heads))
        judgement = judge(case, contents.rules.policy)
        if not judgement.classes or facts.pull.merged is None:
            return None
        by, url = facts.pull.merged.by, f"{self.home}/pull/{merge.number}"
        done = MergeFacts(merge.number, url, merge.before, merge.commit, at, by, facts.pull.author)
        return entry_of(judgement, contents.change, done)

    def _has(self, commit: str) -> bool:
        """Whether a commit is here or can be fetched: one that nothing refers to any more may be gone."""
        try:
            self.repository.fetch_commit(REMOTE, commit)
        except UnreachableError:
            raise
        except GitError:
            return False
        return True


_NOBODY_TO_ASK = (
    "No decisions are recorded: {commits} may come from pull requests, and only with GITHUB_TOKEN can GitHub be asked who "
    "agreed to them."
)


def as_of(facts: Facts, moment: datetime) -> Facts:
    """What had been said by that moment. What was edited, dismissed or deleted since can't be told from what was before."""
    return replace(
        facts,
        comments=tuple(comment for comment in facts.comments if comment.at <= moment),
        reviews=tuple(review for review in facts.reviews if review.at <= moment),
    )


def unrecorded(repository: Repository, base: str, recorded: Iterable[Decision]) -> list[str]:
    """The commits of the main branch's own line, up to `base`, that may need an entry, from the oldest to the newest.

    They come after the newest one that has an entry, because all entries up to some state are made at once; without any
    entry after the one that brought the policy, before which there was no rule to judge by. Whoever changed nothing but
    generated files is none of them.
    """
    entries = {one.commit for one in recorded}
    line = repository.log("%H", "--first-parent", base)
    begin = next((commit for commit in line if commit in entries), None)
    if begin is None:
        of_policy = repository.log("%H", "--first-parent", base, "--", f":(top){POLICY}")
        if not of_policy:
            return []
        begin = of_policy[-1]
    since = ("--first-parent", f"{begin}..{base}", "--")
    # A publication changes the README too; who changes it by hand changes nothing else that is generated.
    by_hand = {*repository.log("%H", *since, f":(top){README}")} - {*repository.log("%H", *since, f":(top){GENERATED}")}
    others = {*repository.log("%H", *since, ":(top)", f":(top,exclude){README}", *_ALL_GENERATED)}
    return [commit for commit in reversed(line) if commit in by_hand | others]


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _harmless(error: Exception) -> str:
    return visible(" ".join(str(error).split()))
