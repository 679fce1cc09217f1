"""One tree of files as of one day: its rubric, precedents, policy, frameworks, licenses, crosswalks and assessments.

Everything that judges, compares, shows or changes a leaderboard begins here, be the tree a folder or a commit.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from bot.board.model.layout import ASSESSMENTS, CROSSWALKS, FRAMEWORKS, LICENSES, POLICY, PRECEDENTS, RUBRIC
from bot.board.model.problem import Problem
from bot.board.reading.cache import EntryCache, fingerprint
from bot.board.reading.citations import missing_document_rules
from bot.board.reading.corpus import EVERYTHING, read_corpus
from bot.board.reading.document import (
    Reader,
    Reading,
    read_crosswalk,
    read_frameworks,
    read_licenses,
    read_policy,
    read_precedents,
    read_rubric,
)
from bot.board.reading.source import Source
from bot.text.catalogue import _

if TYPE_CHECKING:
    from datetime import date

    from pydantic import BaseModel

    from bot.board.model.crosswalk import Crosswalk
    from bot.board.model.frameworks import Frameworks
    from bot.board.model.licenses import Licenses
    from bot.board.model.policy import Policy
    from bot.board.model.precedents import Precedents
    from bot.board.model.rubric import Rubric
    from bot.board.reading.corpus import Corpus, Scope
    from bot.board.reading.tree import Tree
    from bot.git.repository import Repository

_BRING_BACK = _("Restore the file.")

Value = TypeVar("Value", bound="BaseModel")


class SnapshotError(Exception):
    """A document on which everything else rests is missing or has errors.

    As text it is for the log of a run of the bot, which reads such documents from the base branch.
    """

    def __init__(self, path: str, problems: list[Problem], reason: str = "") -> None:
        broken = _("%(path)s on the base branch cannot be used; `openness-bot check` there says why.", path=path)
        missing = _("there is no %(path)s on the base branch.", path=path)
        super().__init__(broken if problems or reason else missing)
        self.path = path
        self.problems = problems
        self.reason = reason
        """Why the file cannot even be opened; empty where it was read, or is missing."""

    def __reduce__(self) -> tuple[type[SnapshotError], tuple[str, list[Problem], str]]:
        """Return how to make a copy, which is sent from process to process."""
        return SnapshotError, (self.path, self.problems, self.reason)


class Snapshot:
    """The documents and assessments of `tree`, as of `today`. Each document is read when it is first asked for.

    `repository` remembers entries that were read before. `fallback` is the snapshot that this one is compared with: what
    is the same in both is not read again and has no problems here, and its rubric is used where this one's cannot be.
    """

    def __init__(
        self, tree: Tree, today: date, repository: Repository | None = None, fallback: Snapshot | None = None
    ) -> None:
        self.tree = tree
        self.today = today
        self._repository = repository
        self._fallback = fallback
        self._contents: dict[str, bytes | None] = {}

    # ---- documents ---------------------------------------------------------------------------------------------------

    def content(self, path: str) -> bytes | None:
        """Return the bytes of a file; None where there is none. Raises SnapshotError when it cannot be opened."""
        if path not in self._contents:
            try:
                self._contents[path] = self.tree.content(path)
            except OSError as error:
                raise SnapshotError(path, [], error.strerror or _("it cannot be opened")) from None
        return self._contents[path]

    def text(self, path: str) -> str | None:
        """Return the text of a file; None where there is none, or it is not UTF-8."""
        try:
            return None if (data := self.content(path)) is None else data.decode("utf-8")
        except UnicodeDecodeError:
            return None

    def is_like_fallback(self) -> bool:
        """Return whether rubric and precedents are those of the fallback, so that the same file means the same."""
        other = self._fallback
        return other is None or (self.rubric() == other.rubric() and self._same(PRECEDENTS, other))

    def _same(self, path: str, other: Snapshot) -> bool:
        return self.content(path) == other.content(path)

    def rubric(self) -> Rubric:
        """Return the rubric, or the fallback's where this one cannot be used. Raises SnapshotError."""
        if self._rubric.value is None and self._fallback is not None:
            return self._fallback.rubric()
        return _usable(RUBRIC, self._rubric)

    @cached_property
    def _rubric(self) -> Reading[Rubric]:
        data, other = self.content(RUBRIC), self._fallback
        if other is not None and self._same(RUBRIC, other):
            return Reading(other.rubric(), [])
        if data is None:
            what = _("the rubric is missing, and everything is rated by it")
            return Reading(None, [Problem(RUBRIC, 1, 1, "no-rubric", what, _BRING_BACK)] if other else [])
        return read_rubric(RUBRIC, data)

    def precedents(self) -> Precedents:
        """Return the precedents; none where there is no file. Raises SnapshotError."""
        return _usable(PRECEDENTS, self._precedents)

    @cached_property
    def _precedents(self) -> Reading[Precedents]:
        if self._fallback is not None and self.is_like_fallback():
            return Reading(self._fallback._precedents.value, [])
        return read_precedents(PRECEDENTS, self.content(PRECEDENTS), self.rubric())

    def missing_documents(self) -> list[Problem]:
        """Return a problem for each precedent that names a document of this repository which isn't there."""
        precedents, text = self._precedents.value, self.text(PRECEDENTS)
        if precedents is None or text is None:
            return []
        named = {
            one.decision: one.decision.partition("#")[0] for one in precedents.precedents if "://" not in one.decision
        }
        missing = {decision for decision, path in named.items() if not self._is_there(path)}
        return list(missing_document_rules(Source(PRECEDENTS, text.removeprefix("\ufeff")), missing))

    def _is_there(self, path: str) -> bool:
        try:
            return self.content(path) is not None
        except SnapshotError:
            return False

    def policy(self) -> Policy:
        """Return the policy. Raises SnapshotError."""
        data = self.content(POLICY)
        return _usable(POLICY, Reading(None, []) if data is None else read_policy(POLICY, data))

    def frameworks(self) -> Frameworks:
        """Return the frameworks of others; none where there is no file. Raises SnapshotError."""
        return _usable(FRAMEWORKS, self._frameworks)

    @cached_property
    def _frameworks(self) -> Reading[Frameworks]:
        return read_frameworks(FRAMEWORKS, self.content(FRAMEWORKS), self.rubric())

    def licenses(self) -> Licenses:
        """Return what licenses restrict; none where there is no file. Raises SnapshotError."""
        return _usable(LICENSES, self._licenses)

    @cached_property
    def _licenses(self) -> Reading[Licenses]:
        return read_licenses(LICENSES, self.content(LICENSES), self.rubric())

    def crosswalks(self) -> list[str]:
        """Return the paths of all crosswalks."""
        names = ((file.path, file.path.removeprefix(f"{CROSSWALKS}/")) for file in self.tree.files(CROSSWALKS))
        return [path for path, name in names if name.endswith(".yaml") and "/" not in name]

    def crosswalk(self, path: str) -> Crosswalk:
        """Return the crosswalk at `path`. Raises SnapshotError."""
        return _usable(path, self._crosswalk(path))

    def _crosswalk(self, path: str) -> Reading[Crosswalk]:
        data = self.content(path)
        return Reading(None, []) if data is None else read_crosswalk(path, data, self.rubric())

    def problems(self, path: str) -> list[Problem]:
        """Return what is wrong with the document at `path`."""
        match path:
            case _ if path == RUBRIC:
                return self._rubric.problems
            case _ if path == PRECEDENTS:
                return [*self._precedents.problems, *self.missing_documents()]
            case _ if path == FRAMEWORKS:
                return self._frameworks.problems
            case _ if path == LICENSES:
                return self._licenses.problems
            case _ if path == POLICY:
                if (data := self.content(POLICY)) is None:
                    what = _("the policy is missing, and everything is decided by it")
                    return [Problem(POLICY, 1, 1, "no-policy", what, _BRING_BACK)]
                return read_policy(POLICY, data, self.developers()).problems
            case _:
                return self._crosswalk(path).problems

    # ---- assessments -------------------------------------------------------------------------------------------------

    def developers(self) -> frozenset[str]:
        """Return the folders under `assessments/`, also those whose developer.yaml is broken or missing."""
        return frozenset(file.path.split("/")[1] for file in self.tree.files(ASSESSMENTS) if file.path.count("/") > 1)

    @cached_property
    def reader(self) -> Reader:
        """Reads files by the rubric, the precedents and the licenses, as of today."""
        licenses = self._licenses.value
        return Reader(
            self.rubric(),
            self.today,
            precedents=self._precedents.value,
            licenses=licenses if licenses is not None and licenses.licenses else None,
        )

    def corpus(self, scope: Scope = EVERYTHING) -> Corpus:
        """Return the assessments, with the problems of those in `scope`."""
        return read_corpus(self.tree, self.reader, scope, self.cache)

    @cached_property
    def cache(self) -> EntryCache | None:
        """Entries that were read before in this repository, by the same rubric and precedents."""
        if self._fallback is not None:
            return self._fallback.cache if self.is_like_fallback() else None
        if self._repository is None:
            return None
        known = fingerprint(self.content(RUBRIC) or b"", self.content(PRECEDENTS))
        return EntryCache(
            self._repository.private_file("openness-bot/entries.json"),
            known,
            [one.id for one in self.rubric().criteria],
        )


def _usable(path: str, reading: Reading[Value]) -> Value:
    if reading.value is None:
        raise SnapshotError(path, reading.problems)
    return reading.value
