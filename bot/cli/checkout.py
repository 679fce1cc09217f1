"""The checkout that a command works on: its files, its git repository, its clock, and errors for its users."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bot.board.model.layout import (
    ASSESSMENTS,
    BOARDS,
    CROSSWALKS,
    DRAFTS,
    FRAMEWORKS,
    GOVERNANCE,
    LICENSES,
    POLICY,
    PRECEDENTS,
    README,
    READMES,
    RUBRIC,
    STUDIES,
    assessment_path,
)
from bot.board.model.problem import Severity
from bot.board.ranking.leaderboard import Leaderboard, rank_entries
from bot.board.ranking.scoring import Scoring
from bot.board.reading.corpus import Corpus, Scope
from bot.board.reading.document import read_rubric
from bot.board.reading.lookup import look_up_model
from bot.board.reading.misplaced import may_be_misplaced, misplaced_problem, owners_of
from bot.board.reading.problem_text import as_text
from bot.board.reading.snapshot import Snapshot, SnapshotError
from bot.board.reading.source import LARGEST_FILE
from bot.board.reading.tree import Folder
from bot.board.study.reproduction import Reproduction, reproduce
from bot.board.study.tables import RANK_COLUMNS, StudyError, as_studied, read_study
from bot.cli.language import LANGUAGE, say
from bot.git.repository import GitError, Repository
from bot.text.catalogue import SOURCE, JoinedText, _, enumerated, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from pydantic import BaseModel

    from bot.board.model.assessment import Assessment
    from bot.board.model.crosswalk import Crosswalk, Index
    from bot.board.model.frameworks import Frameworks
    from bot.board.model.licenses import Licenses
    from bot.board.model.policy import Policy
    from bot.board.model.problem import Problem
    from bot.board.model.rubric import Rubric
    from bot.board.ranking.leaderboard import Row
    from bot.board.reading.document import Reader
    from bot.board.study.tables import Study
    from bot.governance.record.decisions import Record
    from bot.text.catalogue import Message

STUDY = f"{STUDIES}/jeon-2025"
LONG_WORK = 500
"""The number of files from which a progress bar is shown."""

Item = TypeVar("Item")
Document = TypeVar("Document", bound="BaseModel")


class ProblemsFound(click.ClickException):
    """A command cannot do its work because of something in the files; the message says what, and how to fix it."""

    exit_code = 1

    @classmethod
    def listing(cls, what: str, problems: Sequence[Problem]) -> ProblemsFound:
        """Return an error with a list of problems behind its sentence."""
        return cls(JoinedText("\n", [what, as_text(problems, LANGUAGE.get()).rstrip("\n")]))


class Checkout:
    """The files at `root`, judged at the moment `now`. What is read is read when it is first asked for."""

    def __init__(self, root: Path, now: datetime) -> None:
        self.root = root
        self.now = now

    @property
    def today(self) -> date:
        """The day, in UTC."""
        return self.now.date()

    @staticmethod
    def around(folder: Path) -> Path:
        """Return the nearest folder from `folder` upwards that has a rubric; `folder` itself when there is none."""
        return next((place for place in (folder, *folder.parents) if (place / RUBRIC).is_file()), folder)

    @cached_property
    def snapshot(self) -> Snapshot:
        """The present state of the files. Raises UsageError when this is no checkout."""
        if not (self.root / RUBRIC).is_file():
            raise click.UsageError(
                _(
                    "there is no %(path)s in %(folder)s. Run this inside a checkout, or name one with `--root`.",
                    path=RUBRIC,
                    folder=self.root,
                )
            )
        return Snapshot(Folder(self.root, self.repository), self.today, self.repository)

    @property
    def rubric(self) -> Rubric:
        """The rubric. Raises ProblemsFound when it is broken, UsageError when this is no checkout."""
        with usable():
            return self.snapshot.rubric()

    def require_rubric(self) -> None:
        """Report what is wrong with the checkout before anything else; raises as `rubric` does."""
        _ = self.rubric

    @property
    def reader(self) -> Reader:
        """Reads files by the rubric and the precedents, as of today."""
        self.require_rubric()
        return self.snapshot.reader

    @property
    def frameworks(self) -> Frameworks:
        """What frameworks of others ask for. Raises ProblemsFound when the file is broken."""
        with usable():
            return self.snapshot.frameworks()

    @property
    def licenses(self) -> Licenses:
        """What licenses restrict. Raises ProblemsFound when the file is broken."""
        with usable():
            return self.snapshot.licenses()

    def correspondences(self) -> list[str]:
        """Return the paths of the files that say how the criteria correspond to what others ask."""
        found = sorted(f"{CROSSWALKS}/{file.name}" for file in (self.root / CROSSWALKS).glob("*.yaml"))
        return [*found, *(path for path in (FRAMEWORKS, LICENSES) if os.path.lexists(self.root / path))]

    def documents(self) -> list[str]:
        """Return the paths of the files besides assessments that `check` looks at, apart from the rubric."""
        present = [path for path in (PRECEDENTS, POLICY) if os.path.lexists(self.root / path)]
        return [*present, *self.correspondences()]

    def crosswalk(self, index: Index) -> Crosswalk:
        """Return the crosswalk of another index. Raises ProblemsFound when it is missing or broken."""
        path = f"{CROSSWALKS}/{index}.yaml"
        self.require_rubric()
        with usable():
            return self.snapshot.crosswalk(path)

    @property
    def policy(self) -> Policy | None:
        """Who decides what; None where the checkout has no policy. Raises ProblemsFound when the file is broken."""
        with usable():
            return self.snapshot.policy() if os.path.lexists(self.root / POLICY) else None

    @property
    def governance(self) -> str | None:
        """The text of GOVERNANCE.md, into which a table of the policy goes; None where there is none."""
        return self._text(GOVERNANCE) if os.path.lexists(self.root / GOVERNANCE) else None

    @cached_property
    def scoring(self) -> Scoring:
        """Scores by the rubric."""
        return Scoring(self.rubric)

    @cached_property
    def studied_rubric(self) -> Rubric:
        """The rubric as it was in the study, which stays as it is when the living one changes."""
        path = f"{STUDY}/rubric.yaml"
        reading = read_rubric(path, self._text(path).encode("utf-8"))
        if reading.value is None:
            raise ProblemsFound.listing(_("%(path)s can't be used.", path=path), reading.problems)
        return reading.value

    @cached_property
    def study(self) -> Study | None:
        """The 2025 study, or None where the checkout doesn't hold it. Raises ProblemsFound when its tables are broken."""
        tables = {file.name: self._text(f"{STUDY}/{file.name}") for file in sorted((self.root / STUDY).glob("*.csv"))}
        try:
            return read_study(tables, self.studied_rubric) if tables else None
        except StudyError as error:
            raise ProblemsFound(f"{STUDY}/{error}.") from None

    @property
    def study_ranks(self) -> Mapping[str, int]:
        """The printed rank of each model in the study, under the study's own weighting."""
        return self.study.ranks[RANK_COLUMNS[0]] if self.study else {}

    def reproduction(self, corpus: Corpus) -> Reproduction | None:
        """Return the study recomputed from its own tables and from `corpus`; None where the checkout does not have it."""
        if self.study is None:
            return None
        living = as_studied(corpus.entries.values(), self.rubric, self.studied_rubric)
        return reproduce(self.study, living, Scoring(self.studied_rubric))

    @property
    def record(self) -> Record:
        """What has been decided. Raises ProblemsFound when an entry can't be used."""
        from bot.governance.record.decisions import (  # its models take a tenth of a start to build
            LARGEST_ENTRY,
            Record,
            read_decisions,
        )

        decisions, problems = read_decisions(Folder(self.root, largest=LARGEST_ENTRY))
        if problems:
            raise ProblemsFound.listing(_("the record of decisions can't be used."), problems)
        return Record(decisions)

    @property
    def readmes(self) -> dict[str, str]:
        """The texts of README.md and those translations that have a place for the leaderboard, by language.

        Raises ProblemsFound when there is no README.md.
        """
        if not (self.root / README).exists():
            raise ProblemsFound(_("there is no README.md, into which the leaderboard would go."))
        texts = {language: self._text(path) for language, path in READMES.items() if (self.root / path).exists()}
        return {
            language: text for language, text in texts.items() if language == SOURCE or BOARDS[language].is_in(text)
        }

    def _text(self, path: str) -> str:
        """Return a text file of the checkout. Raises ProblemsFound when it cannot be read."""
        try:
            return (self.root / path).read_text("utf-8")
        except OSError as error:
            raise ProblemsFound(unreadable(path, error.strerror)) from None
        except UnicodeDecodeError:
            raise ProblemsFound(_("%(path)s is not UTF-8. Save it in that encoding.", path=path)) from None

    @cached_property
    def repository(self) -> Repository | None:
        """The git repository whose top folder the root is, if it is one."""
        repository = Repository(self.root)
        try:
            top = Path(repository.run("rev-parse", "--show-toplevel").decode().strip())
            return repository if top.samefile(self.root) else None
        except (GitError, OSError):
            return None

    def corpus(
        self,
        selected: Callable[[str], bool] = lambda _: True,
        take: Callable[[str, Assessment], object] = lambda _, assessment: assessment,
        *,
        reread: bool = True,
    ) -> Corpus:
        """Return the assessments, with the problems of the selected paths; those of other documents are among them.

        `take` is handed each assessment with its id as it is read. Unless `reread`, files without errors that were read
        before are not read again, and their warnings are missing.
        """
        self.require_rubric()
        if not os.path.lexists(self.root / ASSESSMENTS):
            raise click.UsageError(_("there is no folder %(path)s in %(folder)s.", path=ASSESSMENTS, folder=self.root))
        with usable():
            corpus = self.snapshot.corpus(Scope(selected, take=take, track=track("Reading"), reread=reread))
            if self.snapshot.cache:
                self.snapshot.cache.save()
            for path in filter(selected, self.documents()):
                corpus.problems = sorted([*corpus.problems, *self.snapshot.problems(path)])
        return corpus

    def misplaced(self, corpus: Corpus) -> list[Problem]:
        """Return the problems of files outside of assessments/ that are assessments or developers."""
        owners, developers = owners_of(corpus.entries.values()), self.snapshot.developers()
        found = []
        for path in filter(may_be_misplaced, self._other_files()):
            file = self.root / path
            if path.startswith(f"{DRAFTS}/"):
                continue  # they are no part of the repository yet
            if file.is_file() and not file.is_symlink() and file.stat().st_size <= LARGEST_FILE:
                found.append(misplaced_problem(path, file.read_bytes(), owners, developers))
        return sorted(problem for problem in found if problem is not None)

    def _other_files(self) -> Iterator[str]:
        """Yield the paths of files, without those in folders of tools, such as .git and .venv."""
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(name for name in folders if _may_hold_data(Path(folder) / name))
            yield from ((Path(folder) / name).relative_to(self.root).as_posix() for name in sorted(names))

    def sound_corpus(
        self, take: Callable[[str, Assessment], object] = lambda _, assessment: assessment, *, reread: bool = False
    ) -> Corpus:
        """Return all assessments. `take` and `reread` as in `corpus`. Raises ProblemsFound when any has an error."""
        corpus = self.corpus(take=take, reread=reread)
        errors = [problem for problem in corpus.problems if problem.severity is Severity.ERROR]
        if errors:
            raise ProblemsFound.listing(_("fix these first."), errors)
        return corpus

    def usable_corpus(self, take: Callable[[str, Assessment], object] = lambda _, assessment: assessment) -> Corpus:
        """Return the assessments without errors, with a line on standard error when others are left out.

        For looking something up, where a mistake in another file is no reason to show nothing. `take` as in `corpus`.
        """
        corpus = self.corpus(take=take)
        corpus.entries = {key: entry for key, entry in corpus.entries.items() if entry.developer in corpus.developers}
        if left_out := len(corpus.files) - len(corpus.entries):
            say(
                ngettext(
                    "One file has errors and is left out; `openness-bot check` says more.",
                    "%(number)s files have errors and are left out; `openness-bot check` says more.",
                    left_out,
                ),
                err=True,
            )
        return corpus

    def board(self, corpus: Corpus) -> Leaderboard:
        """Return the leaderboard of a corpus."""
        return rank_entries(corpus.entries.values(), self.scoring)

    def model(self, corpus: Corpus, board: Leaderboard, given: str) -> tuple[Row, Assessment]:
        """Return the model of the board that `given` names, with its whole assessment. Raises as `model_id` does."""
        own = self.model_id(corpus, given)
        row = board.by_id.get(own)
        if row is None:
            path = assessment_path(own)
            raise ProblemsFound(_("%(path)s can't be used. `openness-bot check %(path)s` says why.", path=path))
        return row, next(corpus.assessments([own]))

    def model_id(self, corpus: Corpus, given: str) -> str:
        """Return the id of the model that `given` names: by id, name, Hugging Face id, address, or path.

        Raises UsageError where there is none, with the most similar one, or more than one.
        """
        found = look_up_model(self.relative(Path(given)) if Path(given).is_file() else given, corpus)
        if len(found.ids) > 1:
            raise click.UsageError(
                _("more than one model is called `%(name)s`: %(ids)s.", name=given, ids=enumerated(found.ids))
            )
        if not found.ids:
            near_id = _("Did you mean %(word)s?", word=found.near) if found.near else ""
            raise click.UsageError(joined(_("there is no model `%(name)s`.", name=given), near_id))
        return found.ids[0]

    def relative(self, path: Path) -> str:
        """Return a path of the checkout relative to its root, with slashes. Raises UsageError outside of it."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            raise click.UsageError(
                _("%(path)s is not in %(folder)s. Name the other checkout with `--root`.", path=path, folder=self.root)
            ) from None


def _may_hold_data(folder: Path) -> bool:
    """Return whether people may put data into a folder: no hidden one, no environment of Python, no packages of node."""
    is_tools = folder.name.startswith(".") or folder.name == "node_modules" or (folder / "pyvenv.cfg").exists()
    return not is_tools and not folder.is_symlink()


@contextmanager
def usable() -> Iterator[None]:
    """Turn a SnapshotError into ProblemsFound, which names what cannot be used and shows all problems."""
    try:
        yield
    except SnapshotError as error:
        if not error.problems:
            raise ProblemsFound(unreadable(error.path, error.reason or os.strerror(errno.ENOENT))) from None
        raise ProblemsFound.listing(_("%(path)s can't be used.", path=error.path), error.problems) from None


def unreadable(path: object, reason: object) -> Message:
    """Return that a file cannot be read."""
    return _("%(path)s can't be read: %(reason)s.", path=path, reason=reason)


def unwritable(path: object, reason: object) -> Message:
    """Return that a file cannot be written."""
    return _("%(path)s can't be written: %(reason)s.", path=path, reason=reason)


def joined(*sentences: str) -> JoinedText:
    """Return sentences one after the other, without empty ones."""
    return JoinedText(" ", filter(None, sentences))


def near(word: str, words: Iterable[str]) -> Message | str:
    """Return a question that names the most similar of `words`; empty where none is similar."""
    found = get_close_matches(word, list(words), n=1, cutoff=0.5)
    return _("Did you mean %(word)s?", word=found[0]) if found else ""


def known_word(what: Message, word: str, words: Collection[str]) -> click.UsageError:
    """Return the error about a word that is not among `words`, which it lists."""
    return click.UsageError(joined(what, near(word, words), _("There are: %(words)s.", words=", ".join(words))))


def track(label: str, least: int = LONG_WORK) -> Callable[[list[Item]], Iterable[Item]]:
    """Return a function that passes items through, with a progress bar when there are at least `least` and a person is watching."""

    def through(items: list[Item]) -> Iterable[Item]:
        if len(items) < least or not sys.stderr.isatty():
            return items
        return _with_bar(items)

    def _with_bar(items: list[Item]) -> Iterator[Item]:
        with click.progressbar(items, label=label, file=sys.stderr) as bar:
            yield from bar

    return through
