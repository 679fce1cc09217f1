"""The contents of a pull request, from git: its changed files, their problems, and its effect on the board.

The head is data: fetched by its id, listed and read as blobs, never checked out. The rubric is the base's; only a pull
request that changes the rubric is read by its own, if that has no errors, so that its effect can be shown.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from bot.board.model.layout import (
    ASSESSMENTS,
    BOARDS,
    PARTLY_GENERATED,
    POLICY,
    POLICY_TABLE,
    PRECEDENTS,
    RUBRIC,
    FilePurpose,
    assessment_path,
    purpose_of,
)
from bot.board.model.problem import Problem, Severity
from bot.board.ranking.leaderboard import rank_entries
from bot.board.ranking.scoring import Scoring
from bot.board.reading.citations import PRECEDENT_RULES
from bot.board.reading.corpus import Corpus, Names, Scope, is_assessment_path
from bot.board.reading.differences import changed_assessments, compare_corpora, differing
from bot.board.reading.misplaced import may_be_misplaced, misplaced_problem, owners_of
from bot.board.reading.organisations import folders_of_one_organisation
from bot.board.reading.snapshot import Snapshot, SnapshotError
from bot.board.reading.source import LARGEST_FILE
from bot.board.reading.tree import Commit, FileKind, TreeFile
from bot.git.changes import TooManyChangesError, changes
from bot.handlers.pull_request.accounts import declared_anew
from bot.handlers.pull_request.effect import digest_effect
from bot.handlers.pull_request.facts import BaseRules, ChangedCitation, ChangedFile, Contents
from bot.handlers.pull_request.paths import (
    DELETED,
    MOST_BYTES,
    MOST_FILES,
    TOO_MANY_BYTES,
    TOO_MANY_FILES,
    UNRELATED,
    edited_proposal_problem,
    generated_problem,
    is_rewritten_entry,
    over_limit_problem,
    path_problems,
)
from bot.handlers.pull_request.references import document_problems, model_problems
from bot.handlers.pull_request.suggestions import MOST_SUGGESTIONS
from bot.sources.evidence.cited import citation_line, citations, new_citations
from bot.sources.evidence.link_report import MOST_LINKS
from bot.text.catalogue import _
from bot.text.markers import MarkersError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from bot.board.model.assessment import Entry
    from bot.board.ranking.change import Change
    from bot.board.ranking.leaderboard import Leaderboard
    from bot.bounded import Limit
    from bot.git.changes import ChangedPath
    from bot.git.repository import Repository
    from bot.handlers.pull_request.accounts import DeclaredAccount

_MOST_FORMER_NAMES = 200
_HUNK = re.compile(r"@@ -\d+(?:,(?P<old>\d+))? \+(?P<first>\d+)(?:,(?P<new>\d+))? @@")
_GENERATED_PARTS = {part.file: part for part in (*BOARDS.values(), POLICY_TABLE)}
"""The part of a file that is generated, by the path of the file."""

Parsed = TypeVar("Parsed")


def read_contents(repository: Repository, base: str, head: str, today: date, *, may_generate: bool = False) -> Contents:
    """Return what merging the commit `head` into the commit `base` would change, judged as of `today`.

    `may_generate` is for the publishing run's own pull request, which may change generated files and nothing else.
    Raises SnapshotError when the base has no usable rubric or policy, and GitError when git fails or the effect of the merge
    can't be established.
    """
    contents = _contents(repository, base, head, today, may_generate=may_generate)
    return replace(contents, digest=digest_effect(repository, contents))


def _contents(repository: Repository, base: str, head: str, today: date, *, may_generate: bool) -> Contents:
    """Return the contents without the effect."""
    before = tip = Snapshot(Commit(repository, base), today, repository)
    ancestor = repository.merge_base(base, head)
    if ancestor is None:
        return _refused(before, base, head, UNRELATED)
    try:
        # First what the head itself changes, because merging is safe only where that isn't too much.
        own = _with_sizes(repository, changes(repository, ancestor, head, MOST_FILES))
        if sum(file.size for file in own) > MOST_BYTES:
            return _refused(before, base, head, TOO_MANY_BYTES)
        merge = repository.merged(base, head)
        # Of several common ancestors the one above may be an odd choice. What counts is what the merge does.
        merged = () if merge.conflicts else _with_sizes(repository, changes(repository, base, merge.tree, MOST_FILES))
    except TooManyChangesError:
        return _refused(before, base, head, TOO_MANY_FILES)
    if merge.conflicts:
        # Without a merged tree only the head's own changes can be judged. The rules are the base's all the same, and so is
        # the rubric where the ancestor is older than that.
        before, after, changed = Snapshot(Commit(repository, ancestor), today, fallback=tip), head, own
    else:
        after, changed = merge.tree, merged
    effect = MergeEffect(before, Snapshot(Commit(repository, after), today, fallback=before), tip)
    problems, change, board = _judged(effect, changed, may_generate=may_generate, conflicts=bool(merge.conflicts))
    heads = {file.path: file.id for file in own}
    moved = frozenset(file.path for file in changed if heads.get(file.path) != file.id)
    cited = tuple(effect.new_citations(change)) if change and tip.policy().evidence else ()
    fixable = {*(problem.path for problem in problems if problem.fix), *(each.path for each in cited)}
    return Contents(
        base=base,
        head=head,
        changed=changed,
        conflicts=merge.conflicts,
        problems=tuple(sorted(set(problems))),
        change=change,
        board=board,
        lines=_shown_lines(repository, ancestor, head, own, fixable - moved),
        moved=moved,
        tree="" if merge.conflicts else merge.tree,
        rules=_rules(tip, effect.after),
        organisations=effect.organisations() if change else {},
        accounts=effect.accounts() if any(file.path == POLICY for file in changed) else (),
        citations=cited,
    )


def _judged(
    effect: MergeEffect, changed: tuple[ChangedFile, ...], *, may_generate: bool, conflicts: bool
) -> tuple[list[Problem], Change | None, Leaderboard | None]:
    """Return what is wrong with the changed files, what they move on the board, and the board after that."""
    paths = {file.path for file in changed}
    problems = list(_path_problems(changed, effect, may_generate=may_generate))
    problems += document_problems(effect.before, effect.after, paths)
    problems += effect.misplaced_problems(changed)
    if not any(purpose_of(path) in (FilePurpose.ASSESSMENT, FilePurpose.RUBRIC) for path in paths):
        return problems, None, None
    problems += effect.problems()
    if conflicts:
        return problems, None, None
    change, board = effect.change()
    return problems + effect.model_problems(change), change, board


def same_results(repository: Repository, contents: Contents, commits: Iterable[str]) -> frozenset[str]:
    """Return those of `commits` whose merge into the same base gives the same tree as the head's.

    So a head that was only squashed or rebased is recognised. A commit that changes too much is never one of them.
    """
    return frozenset(
        commit for commit in commits if contents.tree and merges_to(repository, contents.base, commit, contents.tree)
    )


def merges_to(repository: Repository, base: str, commit: str, tree: str) -> bool:
    """Return whether merging `commit` into `base` gives `tree`. That is never so for one that changes too much."""
    return merge_result(repository, base, commit) == tree


def merge_result(repository: Repository, base: str, commit: str) -> str | None:
    """Return the tree of merging `commit` into `base`; None in a conflict, or where it changes nothing or too much."""
    try:
        ancestor = repository.merge_base(base, commit)
        own = changes(repository, ancestor, commit, MOST_FILES) if ancestor else []
        if not own or sum(file.size for file in _with_sizes(repository, own)) > MOST_BYTES:
            return None
    except TooManyChangesError:
        return None
    merge = repository.merged(base, commit)
    return None if merge.conflicts else merge.tree


def _path_problems(changed: tuple[ChangedFile, ...], effect: MergeEffect, *, may_generate: bool) -> Iterator[Problem]:
    """Yield what is wrong with the changed files before any is opened, and with the generated parts of some."""
    only_generated = all(
        purpose_of(file.path) is FilePurpose.GENERATED or file.path in PARTLY_GENERATED for file in changed
    )
    if may_generate and only_generated:
        # Nobody has to agree to it. So that it isn't enough to push there, it is held to what the publishing run does.
        for file in changed:
            if is_rewritten_entry(file) or (file.path in PARTLY_GENERATED and effect.is_edited(file.path)):
                yield edited_proposal_problem(file.path)
        return
    for file in changed:
        yield from path_problems(file)
        if file.path in PARTLY_GENERATED:
            yield from effect.generated_problems(file.path)


class MergeEffect:
    """The snapshots before and after a merge, compared. Both are read only from git."""

    def __init__(self, before: Snapshot, after: Snapshot, tip: Snapshot) -> None:
        """Compare `before`, which during a conflict is the common ancestor, with `after`, by the rules of the base's `tip`."""
        self.before = before
        self.after = after
        self.tip = tip

    @cached_property
    def _corpus_before(self) -> Corpus:
        """The assessments of the base, whose own problems do not concern this pull request."""
        return self.before.corpus(Scope(selected=lambda _: False))

    @cached_property
    def _corpus_after(self) -> Corpus:
        """The assessments after the merge, with the problems of what differs; of everything where the rubric does.

        Where the precedents differ, all files are read again, and what they cite can be wrong in any.
        """
        if self._has_other_rubric():
            return self.after.corpus()
        selected = differing(self.before.tree, self.after.tree)
        if self.after.is_like_fallback():
            return self.after.corpus(Scope(selected, keep=True))
        corpus = self.after.corpus()
        problems = [one for one in corpus.problems if selected(one.path) or one.rule in PRECEDENT_RULES]
        return replace(corpus, problems=problems)

    def _has_other_rubric(self) -> bool:
        return self.after.rubric() != self.before.rubric()

    def problems(self) -> list[Problem]:
        """Return what is wrong with rubric, precedents and assessments after the merge."""
        known = self.before.missing_documents()
        documents = [*self.after.problems(RUBRIC), *self.after.problems(PRECEDENTS)]
        return [*(problem for problem in documents if problem not in known), *self._corpus_after.problems]

    def misplaced_problems(self, changed: tuple[ChangedFile, ...]) -> Iterator[Problem]:
        """Yield the problems of changed files that are assessments or developers in a wrong place."""
        files = [
            TreeFile(file.path, FileKind.FILE, file.size, file.id)
            for file in changed
            if may_be_misplaced(file.path) and file.mode.startswith("100") and file.size <= LARGEST_FILE
        ]
        if not files:
            return
        owners, developers = owners_of(self._corpus_before.entries.values()), self.after.developers()
        for file, data in zip(files, self.after.tree.read(files), strict=True):
            if problem := misplaced_problem(file.path, data or b"", owners, developers):
                yield problem

    def model_problems(self, change: Change | None) -> list[Problem]:
        """Return what is wrong with references to models and developers after the merge."""
        return list(model_problems(self.before, self.after, change, self._corpus_before.entries))

    def accounts(self) -> tuple[DeclaredAccount, ...]:
        """Return the accounts that the policy after the merge names anew; none where it can't be used."""
        try:
            after = self.after.policy()
        except SnapshotError:
            return ()
        return declared_anew(self.before.policy(), after, self.after.text(POLICY) or "")

    def organisations(self) -> dict[str, frozenset[str]]:
        """Return, by folder, the folders of the same organisation, before or after the merge."""
        entries = (*self._corpus_before.entries.values(), *self._corpus_after.entries.values())
        return folders_of_one_organisation(entries)

    def change(self) -> tuple[Change | None, Leaderboard | None]:
        """Return what the merge does to the board, and the board after it. Files with errors count as before.

        None while another rubric and the files do not fit: then they cannot be ranked.
        """
        scoring = scoring_after = Scoring(self.before.rubric())
        sound = self._without_errors()
        if self._has_other_rubric():
            if any(problem.severity is Severity.ERROR for problem in self._corpus_after.problems):
                return None, None
            scoring_after = Scoring(self.after.rubric())
        before = rank_entries(self._corpus_before.entries.values(), scoring)
        after = rank_entries(sound.entries.values(), scoring_after)
        return compare_corpora(self._corpus_before, sound, (before, after)), after

    def _without_errors(self) -> Corpus:
        """Return the corpus after the merge, in which each file with an error is as it was, or missing if it is new.

        A model whose file is gone while a faulty one has its name was renamed, and is as it was too.
        """
        before, after = self._corpus_before, self._corpus_after
        faulty = {problem.path for problem in after.problems if problem.severity is Severity.ERROR}
        there = {file.path for file in after.tree.files(ASSESSMENTS)}
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

    def new_citations(self, change: Change) -> Iterator[ChangedCitation]:
        """Yield the evidence with a link or quote that is new for its model, by model and in the order of the file.

        Of more than `MOST_LINKS`, of which no more are ever asked for at once, the rest has no lines.
        """
        sound, former = self._without_errors(), {model.former_id: model.id for model in change.models}
        before = citations(changed_assessments(self._corpus_before, sound).items())
        known = (replace(cited, model=former.get(cited.model, cited.model)) for cited in before)
        new = list(new_citations(citations(changed_assessments(sound, self._corpus_before).items()), known))
        models = list(dict.fromkeys(cited.model for cited in new[:MOST_LINKS]))
        read = self.after.tree.read([sound.files[model] for model in models])
        texts = {model: (data or b"").decode("utf-8", "replace") for model, data in zip(models, read, strict=True)}
        for number, cited in enumerate(new):
            text = texts[cited.model] if number < MOST_LINKS else ""
            line = citation_line(text, cited.criterion, cited.url)
            excerpt = text.split("\n")[line - 1] if line else ""
            path = assessment_path(cited.model)
            yield ChangedCitation(
                path, line or 1, excerpt, cited.model, cited.criterion, cited.url, cited.quote, cited.archived
            )

    def generated_problems(self, path: str) -> Iterator[Problem]:
        """Yield what is wrong with a change of a partly generated file: the generated part must stay as it is."""
        part = _GENERATED_PARTS[path]
        before, after = (_parsed(side, path, part.find) for side in (self.before, self.after))
        if before is not None and after is None:
            what = _(
                "the line with `%(name)s:begin` or the one with `%(name)s:end` is missing or is there twice",
                name=part.name,
            )
            remedy = _("Restore both lines, and all between them, as they are on the base branch.")
            yield Problem(path, 1, 1, "readme-markers", what, remedy)
        elif before is not None and after is not None and before[1] != after[1]:
            yield generated_problem(path, after[0])

    def is_edited(self, path: str) -> bool:
        """Return whether another part than the generated one of a file changes."""
        part = _GENERATED_PARTS[path]
        before, after = (_parsed(side, path, part.strip) for side in (self.before, self.after))
        return before is None or before != after


def _rules(before: Snapshot, after: Snapshot) -> BaseRules:
    listed = (side.tree.files(ASSESSMENTS) for side in (before, after))
    paths_before, paths_after = ({file.path for file in files if is_assessment_path(file.path)} for files in listed)
    return BaseRules(
        policy=before.policy(),
        criteria=tuple(criterion.id for criterion in before.rubric().criteria),
        models=frozenset(path.removeprefix(f"{ASSESSMENTS}/").removesuffix(".yaml") for path in paths_before),
        developers=frozenset(path.split("/")[1] for path in paths_before | paths_after),
    )


def _parsed(side: Snapshot, path: str, parse: Callable[[str], Parsed]) -> Parsed | None:
    try:
        return parse((side.content(path) or b"").decode("utf-8", "replace"))
    except MarkersError:
        return None


def _is_among(entry: Entry, named: Iterable[Names]) -> bool:
    """Return whether one of these files, which cannot be parsed to the end, is about the model of `entry`."""
    return any(
        entry.model == names.model or (entry.huggingface is not None and entry.huggingface == names.huggingface)
        for names in named
    )


def _refused(before: Snapshot, base: str, head: str, problem: Problem) -> Contents:
    """Return the contents of a pull request of which nothing is read; its rules are those of the base alone."""
    return Contents(base, head, (), (), (problem,), None, None, {}, frozenset(), "", _rules(before, before))


def over_limit_contents(repository: Repository, base: str, head: str, today: date, limit: Limit) -> Contents:
    """Return the contents of a pull request whose check was given up. Raises SnapshotError and GitError."""
    before = Snapshot(Commit(repository, base), today, repository)
    return _refused(before, base, head, over_limit_problem(limit))


def _with_sizes(repository: Repository, listed: list[ChangedPath]) -> tuple[ChangedFile, ...]:
    """Return the changed files; plain files have their size in bytes, others 0."""
    plain = [file.id for _, file in listed if file.mode.startswith("100")]
    sizes = dict(zip(plain, repository.sizes(plain), strict=True))
    return tuple(
        ChangedFile(file.path, old.mode, file.mode, sizes.get(file.id, 0), file.id, old.id) for old, file in listed
    )


def _shown_lines(
    repository: Repository, ancestor: str, head: str, own: tuple[ChangedFile, ...], paths: set[str]
) -> dict[str, frozenset[int]]:
    """Return, by path, the lines of the head that GitHub shows in the diff of these files: only these take comments.

    GitHub compares with the common ancestor, with three lines around each change, and finds renamed files again. New
    files are left out where more files are deleted than `_MOST_FORMER_NAMES`, any of which may be the former one.
    """
    deleted = [file.path for file in own if file.mode == DELETED and purpose_of(file.path) is FilePurpose.ASSESSMENT]
    if len(deleted) > _MOST_FORMER_NAMES:
        paths = paths - {file.path for file in own if file.mode_before == DELETED}
        deleted = []
    asked = sorted(paths)[:MOST_SUGGESTIONS]
    if not asked:
        return {}
    shown: dict[str, set[int]] = {}
    path, old, new = "", 0, 0
    for line in repository.diff(ancestor, head, [*asked, *deleted]).split("\n"):
        if old > 0 or new > 0:  # inside a hunk, whatever the line looks like
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
