"""What git says about a pull request: what it changes, what is wrong with that, and what it does to the board.

The head is data: fetched by its id, listed and read as blobs, never checked out. The rubric is the base's; only a pull
request that changes the rubric is read by its own, after that was found sound, so that its effect can be shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from bot.board.model.layout import (
    ASSESSMENTS,
    BOARD,
    FRAMEWORKS,
    PARTLY_GENERATED,
    POLICY,
    POLICY_TABLE,
    PRECEDENTS,
    RUBRIC,
    Part,
    part_of,
)
from bot.board.model.problem import Problem, Severity
from bot.board.ranking.leaderboard import rank_entries
from bot.board.ranking.scoring import Scoring
from bot.board.reading.cache import EntryCache, fingerprint
from bot.board.reading.citations import PRECEDENT_RULES
from bot.board.reading.corpus import Corpus, Names, assessment_path, is_assessment_path, read_corpus
from bot.board.reading.differences import compare_corpora, differing
from bot.board.reading.document import Reader, Reading, read_frameworks, read_policy, read_precedents, read_rubric
from bot.board.reading.tree import Commit
from bot.git.changes import TooMuchChanges, changes
from bot.handlers.pull_request.facts import BaseRules, ChangedFile, Contents
from bot.handlers.pull_request.paths import (
    DELETED,
    MOST_BYTES,
    MOST_FILES,
    edited_proposal_problem,
    generated_problem,
    is_rewritten_entry,
    path_problems,
    too_many_bytes_problem,
    too_many_files_problem,
)
from bot.handlers.pull_request.suggestions import MOST_SUGGESTIONS
from bot.text.markers import MarkersMissing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.board.model.assessment import Entry
    from bot.board.model.policy import Policy
    from bot.board.model.precedents import Precedents
    from bot.board.model.rubric import Rubric
    from bot.board.ranking.change import Change
    from bot.board.ranking.leaderboard import Leaderboard
    from bot.git.changes import Changed
    from bot.git.repository import Repository

_MOST_FORMER_NAMES = 200
_READ_ALONE = (RUBRIC, POLICY, PRECEDENTS, FRAMEWORKS, *PARTLY_GENERATED)
"""What isn't read as one of many."""
_LARGEST_READ = 5 * 1024 * 1024
"""In bytes, of a file that is no assessment."""
_HUNK = re.compile(r"@@ -\d+(?:,(?P<old>\d+))? \+(?P<first>\d+)(?:,(?P<new>\d+))? @@")
_GENERATED_PARTS = {part.file: part for part in (BOARD, POLICY_TABLE)}
"""The part of a file that is generated, by the path of the file."""

Read = TypeVar("Read")


class BaseUnusable(Exception):  # noqa: N818
    """The base branch itself has no rubric that can be used; the message is for maintainers."""


def read_contents(repository: Repository, base: str, head: str, today: date, *, may_generate: bool = False) -> Contents:
    """What merging the commit `head` into the commit `base` would change, judged as of `today`.

    `may_generate` says that it is the publishing run's own: then it is right to change what is generated, and that alone.
    Raises BaseUnusable, and GitError when git fails.
    """
    ancestor = repository.merge_base(base, head)
    if ancestor is None:
        return _unreadable(repository, base, head, _unrelated())
    try:
        # First what the head itself changes, because merging is safe only where that isn't too much.
        own = _with_sizes(repository, changes(repository, ancestor, head, MOST_FILES))
        if sum(file.size for file in own) > MOST_BYTES:
            return _unreadable(repository, base, head, too_many_bytes_problem())
        merge = repository.merged(base, head)
        # With conflicts there is no merged tree to judge, only the head's own. Without any, what counts is what the merge
        # does: of several common ancestors the one above may be an odd choice.
        merged = () if merge.conflicts else _with_sizes(repository, changes(repository, base, merge.tree, MOST_FILES))
    except TooMuchChanges:
        return _unreadable(repository, base, head, too_many_files_problem())
    changed = own if merge.conflicts else merged
    sides = (
        _Sides(repository, ancestor, head, today) if merge.conflicts else _Sides(repository, base, merge.tree, today)
    )
    problems = list(_path_problems(changed, sides, may_generate=may_generate))
    if any(file.path == POLICY for file in changed):
        problems += sides.policy_problems()
    if any(file.path in (RUBRIC, FRAMEWORKS) for file in changed):
        problems += sides.framework_problems()
    change = board = None
    if any(part_of(file.path) in (Part.ASSESSMENT, Part.RUBRIC) for file in changed):
        problems += sides.problems()
        if not merge.conflicts:
            change, board = sides.change()
    heads = {file.path: file.id for file in own}
    moved = frozenset(file.path for file in changed if heads.get(file.path) != file.id)
    return Contents(
        base=base,
        head=head,
        changed=changed,
        conflicts=merge.conflicts,
        problems=tuple(sorted(set(problems))),
        change=change,
        board=board,
        lines=_shown_lines(repository, ancestor, head, own, _mendable(problems) - moved),
        moved=moved,
        tree="" if merge.conflicts else merge.tree,
        rules=sides.rules(),
    )


def same_results(repository: Repository, contents: Contents, commits: Iterable[str]) -> frozenset[str]:
    """Those of `commits` whose merge into the same base gives the very tree that the head's does.

    So a head that was only squashed or rebased is known again. A commit that changes too much is none of them.
    """
    found = set()
    for commit in commits:
        try:
            ancestor = repository.merge_base(contents.base, commit)
            own = changes(repository, ancestor, commit, MOST_FILES) if ancestor else []
            if not own or sum(file.size for file in _with_sizes(repository, own)) > MOST_BYTES:
                continue
        except TooMuchChanges:
            continue
        merge = repository.merged(contents.base, commit)
        if not merge.conflicts and merge.tree == contents.tree:
            found.add(commit)
    return frozenset(found)


def _path_problems(changed: tuple[ChangedFile, ...], sides: _Sides, *, may_generate: bool) -> Iterator[Problem]:
    """What is wrong with the changed files before any is opened, and with what is generated of some."""
    only_generated = all(part_of(file.path) is Part.GENERATED or file.path in PARTLY_GENERATED for file in changed)
    if may_generate and only_generated:
        # Nobody has to agree to it. So that it isn't enough to push there, it is held to what the publishing run does.
        for file in changed:
            if is_rewritten_entry(file) or (file.path in PARTLY_GENERATED and sides.is_edited(file.path)):
                yield edited_proposal_problem(file.path)
        return
    for file in changed:
        yield from path_problems(file)
        if file.path in PARTLY_GENERATED:
            yield from sides.generated_problems(file.path)


def _mendable(problems: list[Problem]) -> set[str]:
    return {problem.path for problem in problems if problem.fix}


@dataclass(frozen=True)
class _Sides:
    """The tree before (a commit) and the tree after (a commit or a merged tree), both read only from git."""

    repository: Repository
    base: str
    merged: str
    today: date

    @cached_property
    def rubric(self) -> Rubric:
        """The rubric of the base."""
        rubric = read_rubric(RUBRIC, self._rubric_text).value
        if rubric is None:
            raise BaseUnusable(f"{RUBRIC} on the base branch can't be used; `openness-bot check` there says why.")
        return rubric

    @cached_property
    def _tree_before(self) -> Commit:
        return Commit(self.repository, self.base)

    @cached_property
    def _tree_after(self) -> Commit:
        return Commit(self.repository, self.merged)

    def rules(self) -> BaseRules:
        """What the base says about who decides what."""
        listed = (tree.files(ASSESSMENTS) for tree in (self._tree_before, self._tree_after))
        before, after = ({file.path for file in files if is_assessment_path(file.path)} for files in listed)
        return BaseRules(
            policy=self.policy,
            criteria=tuple(criterion.id for criterion in self.rubric.criteria),
            models=frozenset(path.removeprefix(f"{ASSESSMENTS}/").removesuffix(".yaml") for path in before),
            developers=frozenset(path.split("/")[1] for path in before | after),
        )

    @cached_property
    def policy(self) -> Policy:
        """The policy of the base."""
        text = self._blob(self.base, POLICY)
        if text is None:
            raise BaseUnusable(f"there is no {POLICY} on the base branch.")
        policy = read_policy(POLICY, text).value
        if policy is None:
            raise BaseUnusable(f"{POLICY} on the base branch can't be used; `openness-bot check` there says why.")
        return policy

    @cached_property
    def _rubric_text(self) -> bytes:
        text = self._blob(self.base, RUBRIC)
        if text is None:
            raise BaseUnusable(f"there is no {RUBRIC} on the base branch.")
        return text

    @cached_property
    def _proposed_rubric(self) -> tuple[Rubric, list[Problem]]:
        """The rubric after the merge, or the base's where that can't be used, and what is wrong with it."""
        text = self._blob(self.merged, RUBRIC)
        if text == self._rubric_text:
            return self.rubric, []
        if text is None:
            what = "the rubric is gone, by which everything is judged"
            return self.rubric, [Problem(RUBRIC, 1, 1, "no-rubric", what, "Bring the file back.")]
        reading = read_rubric(RUBRIC, text)
        return reading.value or self.rubric, reading.problems

    @cached_property
    def _precedents(self) -> Reading[Precedents]:
        """The precedents of the base."""
        return read_precedents(PRECEDENTS, self._precedents_text, self.rubric)

    @cached_property
    def _proposed_precedents(self) -> Reading[Precedents]:
        """The precedents after the merge, so that one pull request can add one and cite it, and what is wrong with them.

        Those of the base, without their problems, where neither they nor the rubric change.
        """
        rubric, _ = self._proposed_rubric
        if rubric == self.rubric and not self._other_precedents:
            return Reading(self._precedents.value, [])
        return read_precedents(PRECEDENTS, self._blob(self.merged, PRECEDENTS), rubric)

    @cached_property
    def _precedents_text(self) -> bytes | None:
        return self._blob(self.base, PRECEDENTS)

    @cached_property
    def _other_precedents(self) -> bool:
        """Whether the file of the precedents is another one after the merge."""
        return self._blob(self.merged, PRECEDENTS) != self._precedents_text

    @cached_property
    def before(self) -> Corpus:
        """The assessments of the base, whose own problems are nobody's here."""
        reader = Reader(self.rubric, self.today, precedents=self._precedents.value)
        return read_corpus(self._tree_before, reader, selected=lambda _: False, cache=self._cache)

    @cached_property
    def after(self) -> Corpus:
        """The assessments after the merge, with the problems of what differs; of everything where the rubric does.

        Where the precedents differ, all files are read again, and what they cite can be wrong in any.
        """
        tree = self._tree_after
        rubric, _ = self._proposed_rubric
        reader = Reader(rubric, self.today, precedents=self._proposed_precedents.value)
        if rubric != self.rubric:
            return read_corpus(tree, reader)
        selected = differing(self.before.tree, tree)
        if not self._other_precedents:
            return read_corpus(tree, reader, selected=selected, cache=self._cache, keep=True)
        corpus = read_corpus(tree, reader)
        problems = [one for one in corpus.problems if selected(one.path) or one.rule in PRECEDENT_RULES]
        return replace(corpus, problems=problems)

    @cached_property
    def _cache(self) -> EntryCache:
        file = self.repository.private_file("openness-bot/entries.json")
        known = fingerprint(self._rubric_text, self._precedents_text)
        return EntryCache(file, known, len(self.rubric.criteria))

    def problems(self) -> list[Problem]:
        """What is wrong with rubric, precedents and assessments after the merge."""
        return [*self._proposed_rubric[1], *self._proposed_precedents.problems, *self.after.problems]

    def framework_problems(self) -> list[Problem]:
        """What is wrong with the frameworks after the merge, which name criteria, and wasn't before: no page is built then."""
        before = read_frameworks(FRAMEWORKS, self._blob(self.base, FRAMEWORKS), self.rubric).problems
        after = read_frameworks(FRAMEWORKS, self._blob(self.merged, FRAMEWORKS), self._proposed_rubric[0]).problems
        return [problem for problem in after if problem not in before]

    def policy_problems(self) -> list[Problem]:
        """What is wrong with the policy after the merge."""
        text = self._blob(self.merged, POLICY)
        if text is None:
            what = "the policy is gone, by which everything is decided"
            return [Problem(POLICY, 1, 1, "no-policy", what, "Bring the file back.")]
        return read_policy(POLICY, text, self.rules().developers).problems

    def change(self) -> tuple[Change | None, Leaderboard | None]:
        """What the merge does to the board, and the board after it. Files with errors count as they were.

        None while another rubric and the files don't fit: then there is nothing that they could count as.
        """
        rubric, _ = self._proposed_rubric
        scoring = Scoring(self.rubric)
        sound = self._without_errors()
        if rubric != self.rubric:
            if any(problem.severity is Severity.ERROR for problem in self.after.problems):
                return None, None
            scoring_after = Scoring(rubric)
        else:
            scoring_after = scoring
        before = rank_entries(self.before.entries.values(), scoring)
        after = rank_entries(sound.entries.values(), scoring_after)
        return compare_corpora(self.before, sound, (before, after)), after

    def _without_errors(self) -> Corpus:
        """The corpus after the merge, in which each file with an error is as it was, or isn't there if it's new.

        A model whose file is gone while a faulty one has its name was renamed, and is as it was too.
        """
        faulty = {problem.path for problem in self.after.problems if problem.severity is Severity.ERROR}
        there = {file.path for file in self.after.tree.files(ASSESSMENTS)}
        before, after = self.before, self.after
        kept = {
            assessment_id: entry
            for assessment_id, entry in before.entries.items()
            if assessment_path(assessment_id) in faulty & there
            or (assessment_path(assessment_id) not in there and _is_among(entry, after.broken.values()))
        }
        sound = {
            assessment_id: entry
            for assessment_id, entry in after.entries.items()
            if assessment_path(assessment_id) not in faulty
        }
        files = {key: before.files[key] if key in kept else file for key, file in after.files.items()}
        files |= {key: before.files[key] for key in kept}
        return replace(after, entries=dict(sorted((sound | kept).items())), files=files)

    def generated_problems(self, path: str) -> Iterator[Problem]:
        """What is wrong with a change of a file with a generated part: it has to keep its place, and not to touch it."""
        part = _GENERATED_PARTS[path]
        before, after = (self._read(path, part.found, side) for side in (self.base, self.merged))
        if before is not None and after is None:
            what = (
                f"the line with `{part.name}:begin` or the one with `{part.name}:end` is missing or stands there twice"
            )
            remedy = "Bring both lines, and all between them, back as they are on the base branch."
            yield Problem(path, 1, 1, "readme-markers", what, remedy)
        elif before is not None and after is not None and before[1] != after[1]:
            yield generated_problem(path, after[0])

    def is_edited(self, path: str) -> bool:
        """Whether another part than the generated one of a file changes."""
        part = _GENERATED_PARTS[path]
        before, after = (self._read(path, part.left_out, side) for side in (self.base, self.merged))
        return before is None or before != after

    def _read(self, path: str, read: Callable[[str], Read], tree: str) -> Read | None:
        try:
            return read((self._blob(tree, path) or b"").decode("utf-8", "replace"))
        except MarkersMissing:
            return None

    def _blob(self, tree: str, path: str) -> bytes | None:
        """The content of one of `_READ_ALONE` in a tree; None where it's no plain file of at most a few megabytes."""
        return (self._alone_before if tree == self.base else self._alone_after).get(path)

    @cached_property
    def _alone_before(self) -> dict[str, bytes]:
        return self._read_alone(self.base)

    @cached_property
    def _alone_after(self) -> dict[str, bytes]:
        return self._read_alone(self.merged)

    def _read_alone(self, tree: str) -> dict[str, bytes]:
        listed = self.repository.tree(tree, *_READ_ALONE)
        plain = [blob for blob in listed if blob.path in _READ_ALONE and blob.mode.startswith("100")]
        taken = [blob for blob in plain if (blob.size or 0) <= _LARGEST_READ]
        contents = self.repository.blobs([blob.id for blob in taken])
        return {blob.path: content for blob, content in zip(taken, contents, strict=True)}


def _is_among(entry: Entry, named: Iterable[Names]) -> bool:
    """Whether one of these files, which can't be read to the end, is about the model of `entry`."""
    return any(
        entry.model == names.model or (entry.huggingface is not None and entry.huggingface == names.huggingface)
        for names in named
    )


def _unreadable(repository: Repository, base: str, head: str, problem: Problem) -> Contents:
    # Nothing of it is read: what it says is said of the base alone.
    rules = _Sides(repository, base, base, date.min).rules()
    return Contents(base, head, (), (), (problem,), None, None, {}, frozenset(), "", rules)


def _unrelated() -> Problem:
    what = "the branch has no history in common with the one that it is to be merged into"
    return Problem("", 1, 1, "unrelated", what, "Start a new branch from the base branch and bring your files there.")


def _with_sizes(repository: Repository, listed: list[Changed]) -> tuple[ChangedFile, ...]:
    """The changed files, of which plain ones have their size."""
    plain = [file.id for _, file in listed if file.mode.startswith("100")]
    sizes = dict(zip(plain, repository.sizes(plain), strict=True))
    return tuple(ChangedFile(file.path, old.mode, file.mode, sizes.get(file.id, 0), file.id) for old, file in listed)


def _shown_lines(
    repository: Repository, ancestor: str, head: str, own: tuple[ChangedFile, ...], paths: set[str]
) -> dict[str, frozenset[int]]:
    """By path, for these files, the lines of the head that GitHub shows in the differences: only these take comments.

    GitHub compares with the common ancestor, with three lines around each change, and finds renamed files again. Of a new
    file nothing is said where more is deleted than could be looked through for its former name.
    """
    deleted = [file.path for file in own if file.mode == DELETED and part_of(file.path) is Part.ASSESSMENT]
    if len(deleted) > _MOST_FORMER_NAMES:
        paths = paths - {file.path for file in own if file.mode_before == DELETED}
        deleted = []
    asked = sorted(paths)[:MOST_SUGGESTIONS]
    if not asked:
        return {}
    shown: dict[str, set[int]] = {}
    path, old, new = "", 0, 0
    for line in repository.diff(ancestor, head, [*asked, *deleted]).split("\n"):
        if old > 0 or new > 0:  # inside of what was announced, whatever it looks like
            old -= line[:1] in (" ", "-")
            new -= line[:1] in (" ", "+")
        elif line.startswith("diff --git "):
            path = ""
        elif line.startswith("+++ b/"):
            path = line.removeprefix("+++ b/")
        elif found := _HUNK.match(line):
            first, old, new = int(found["first"]), int(found["old"] or 1), int(found["new"] or 1)
            shown.setdefault(path, set()).update(range(first, first + new))
    return {path: frozenset(shown[path]) for path in asked if path in shown}
