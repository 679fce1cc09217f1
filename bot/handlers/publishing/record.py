"""Entries of the record for merges that have none: found in git, with facts from GitHub, judged as of the merge.

Separate from publishing, which commits the entries, because that has to work while GitHub can't be asked. Every run looks for
all that is missing, so that the next run records what this one couldn't.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from bot.board.model.layout import DECISIONS, GENERATED, POLICY, READMES
from bot.board.reading.snapshot import SnapshotError
from bot.board.reading.tree import Commit
from bot.bounded import InProcess
from bot.git.repository import GitError, UnreachableError
from bot.github.failure import CallFailedError, NotFoundError, describe_failure
from bot.github.gather import gather
from bot.governance.judgement import judge
from bot.governance.record.decisions import Decision, MergeFacts, as_json, build_decision, read_decisions
from bot.handlers.publishing.branches import MAIN
from bot.handlers.pull_request.authors import Authors
from bot.handlers.pull_request.case import build_review_case
from bot.handlers.pull_request.contents import read_contents
from bot.handlers.pull_request.former import has_commit, read_history, search_authors
from bot.text.shaping import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.git.repository import Repository
    from bot.github.client import Client
    from bot.github.facts import Facts
    from bot.handlers.pull_request.facts import Contents

MOST_COMMITS = 500
"""The newest commits without a record of which GitHub is asked from which pull request they come."""
MOST_ENTRIES = 50
"""Entries that one run makes, for the oldest merges; the next run continues."""

# A commit that changes nothing else was not decided by anybody.
_ALL_GENERATED = (f":(top,exclude){GENERATED}", f":(top,exclude){DECISIONS}", ":(top,exclude,glob)schema/*.schema.json")


class MergedPull(NamedTuple):
    """A pull request with the commits that it brought to the main branch."""

    number: int
    before: str
    """The commit before them on the main branch."""
    commit: str
    """The last of them."""


@dataclass
class Recorder:
    """Makes the entries that are missing in the record."""

    repository: Repository
    client: Client | None
    """None without a token, when GitHub can't be asked."""
    home: str
    """The address of the repository's own page."""
    failed: bool = False
    """Whether the last call had to leave entries to a later run."""
    notes: list[str] = field(default_factory=list)
    """What people should know about the last call: harmless lines."""
    _pulls: dict[str, int | None] = field(default_factory=dict)
    _entries: dict[MergedPull, tuple[Decision | None, str]] = field(default_factory=dict)

    def __call__(self, base: str) -> Mapping[str, str]:
        """Return the text of each missing entry by its path, for the main branch with this tip.

        These are all that can ever be made, up to `MOST_ENTRIES`; or none where GitHub can't be asked, and the next run finds
        the same ones missing.
        """
        self.failed = False
        self.notes.clear()
        recorded, problems = read_decisions(Commit(self.repository, base))
        if problems:
            return {}  # the build names them
        commits = unrecorded(self.repository, base, recorded)
        if commits and self.client is None:
            self.notes.append(_NOBODY_TO_ASK.format(commits=count(len(commits), "commit")))
        if not commits or self.client is None:
            return {}
        try:
            entries = self._new_entries(self.client, base, commits, {one.pull_request for one in recorded})
        except (CallFailedError, UnreachableError) as error:
            self.failed = True
            self.notes.append(f"No decisions are recorded now; the next run does it. {describe_failure(error)}")
            return {}
        return {one.path: as_json(one) for one in entries}

    def _new_entries(self, client: Client, base: str, commits: list[str], recorded: set[int]) -> list[Decision]:
        if len(commits) > MOST_COMMITS:
            self.notes.append(
                f"Of {len(commits):,} commits without a record only the newest {MOST_COMMITS:,} are looked at."
            )
        entries: list[Decision] = []
        for merge in self._merges(client, base, commits[-MOST_COMMITS:]):
            if merge.number in recorded:
                continue
            if merge not in self._entries:
                self._entries[merge] = self._entry(client, merge)
            entry, note = self._entries[merge]
            self.notes += [note] if note else []
            if entry is None:
                continue
            if len(entries) == MOST_ENTRIES:
                self.failed = True
                self.notes.append(f"{MOST_ENTRIES} decisions are recorded at once. Run this again for the others.")
                break
            entries.append(entry)
        return entries

    def _merges(self, client: Client, base: str, commits: Iterable[str]) -> list[MergedPull]:
        """Return the pull requests that brought these commits, in the order of the commits: the oldest first."""
        line = self.repository.log("%H", "--first-parent", base)
        parents = dict(pairwise(line))
        found: dict[int, MergedPull] = {}
        for commit in commits:
            if commit not in parents:
                continue  # the first of all, or the oldest that a shallow clone has
            if commit not in self._pulls:
                self._pulls[commit] = client.merged_pull(commit, MAIN)
            number = self._pulls[commit]
            if number is not None:
                # A pull request that was merged by rebasing brought several commits.
                before = found[number].before if number in found else parents[commit]
                found[number] = MergedPull(number, before, commit)
        return list(found.values())

    def _entry(self, client: Client, merge: MergedPull) -> tuple[Decision | None, str]:
        """Return the entry of a merge; None where nothing was decided, or with a note where it can never be made."""
        try:
            facts = gather(client, merge.number)
            if facts.pull.merged is None or facts.pull.is_our_own:
                return None, ""
            return self._decided(client, facts, merge, facts.pull.merged.at), ""
        except UnreachableError:
            raise
        except (NotFoundError, SnapshotError, GitError, ValueError) as error:
            return None, f"Pull request {merge.number} can't be recorded: {describe_failure(error)}"

    def _decided(self, client: Client, facts: Facts, merge: MergedPull, at: datetime) -> Decision | None:
        facts = as_of(facts, at)
        contents = read_contents(self.repository, merge.before, merge.commit, at.date(), may_generate=True)
        history = read_history(self.repository, client, facts, contents, at)
        case = build_review_case(facts, contents, at, history, self._authors(client, facts, contents))
        judgement = judge(case, contents.rules.policy)
        if not judgement.classes or facts.pull.merged is None:
            return None
        by, url = facts.pull.merged.by, f"{self.home}/pull/{merge.number}"
        done = MergeFacts(merge.number, url, merge.before, merge.commit, at, by, facts.pull.author)
        return build_decision(judgement, contents.change, done)

    def _authors(self, client: Client, facts: Facts, contents: Contents) -> Authors:
        """Return who wrote what was merged; where its head is gone, as far as GitHub lists its commits."""
        if has_commit(self.repository, facts.pull.head):
            # Of the head, not of what a squash made of it.
            return search_authors(client, self.repository, InProcess(), facts, replace(contents, head=facts.pull.head))
        listed = (person for commit in facts.commits or () for person in commit.people)
        return Authors(frozenset({facts.pull.author.id, *listed}))


_NOBODY_TO_ASK = (
    "No decisions are recorded: {commits} may come from pull requests, and only with GITHUB_TOKEN can GitHub be asked who "
    "agreed to them."
)


def as_of(facts: Facts, moment: datetime) -> Facts:
    """Return the facts without what came later. Comments that were edited or deleted since can't be restored.

    Which other pull requests had the same commit then isn't known.
    """
    return replace(
        facts,
        records=tuple(record for record in facts.records if record.at <= moment),
        timeline=tuple(event for event in facts.timeline if event.at <= moment),
        twins=(),
        comments=tuple(comment for comment in facts.comments if comment.at <= moment),
        reviews=tuple(review for review in facts.reviews if review.at <= moment),
    )


def unrecorded(repository: Repository, base: str, recorded: Iterable[Decision]) -> list[str]:
    """Return the commits on the main branch's first-parent line up to `base` that may need an entry, the oldest first.

    They come after the newest commit with an entry, because all entries up to some state are made at once; without any
    entry, after the commit that added the policy, before which there was no rule to judge by. Commits that change nothing
    but generated files are left out.
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
    # A publication changes the README too; a change of it by hand changes nothing else that is generated.
    readmes, others_than = ([f":(top{word}){path}" for path in READMES.values()] for word in ("", ",exclude"))
    by_hand = {*repository.log("%H", *since, *readmes)} - {*repository.log("%H", *since, f":(top){GENERATED}")}
    others = {*repository.log("%H", *since, ":(top)", *others_than, *_ALL_GENERATED)}
    return [commit for commit in reversed(line) if commit in by_hand | others]
