"""The base branch, as far as forms are checked against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.board.model.rubric import Level
from bot.handlers.forms.answers import Checks
from bot.handlers.forms.templates import choice_names, paths, read_templates
from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.board.model.assessment import Assessment
    from bot.board.reading.corpus import Corpus
    from bot.board.reading.snapshot import Snapshot
    from bot.handlers.forms.templates import Template


@dataclass(frozen=True)
class Base:
    """The base branch and its issue forms."""

    snapshot: Snapshot
    corpus: Corpus
    templates: tuple[Template, ...]

    def checks(self) -> Checks:
        """Return checks of answers as of the day of the snapshot."""
        return Checks(self.snapshot.today)

    def assessments(self) -> Iterator[tuple[str, Assessment]]:
        """Read all assessments without errors, and yield each with its id."""
        yield from zip(self.corpus.entries, self.corpus.assessments(self.corpus.entries), strict=True)

    def folders(self) -> frozenset[str]:
        """Return the developers' folders under `assessments/`."""
        return frozenset(self.corpus.developers) | {each.partition("/")[0] for each in self.corpus.files}

    def criteria(self) -> dict[str, str]:
        """Return the criteria's ids by what they are called: by the key of the name, in any language of the forms."""
        criteria = self.snapshot.rubric().criteria
        own = {criterion.id: criterion.id for criterion in criteria}
        titles = {name_key(criterion.title): criterion.id for criterion in criteria}
        return self._names("criterion", own) | titles | own

    def levels(self) -> dict[str, str]:
        """Return the levels' values by what they are called, likewise."""
        known = {level.value: level.value for level in Level}
        return self._names("level", known) | known

    def _names(self, field: str, known: dict[str, str]) -> dict[str, str]:
        return {name: meant for name, meant in choice_names(self.templates, field).items() if meant in known}


def read_base(snapshot: Snapshot, templates: tuple[Template, ...]) -> Base:
    """Return the base branch. Raises SnapshotError when its rubric or its precedents cannot be used, and GitError."""
    snapshot.precedents()
    return Base(snapshot, snapshot.corpus(), templates)


def templates_of(snapshot: Snapshot) -> tuple[Template, ...]:
    """Return the issue forms of the base branch. Raises TemplateError and GitError."""
    return read_templates({path: text for path in paths() if (text := snapshot.text(path)) is not None})
