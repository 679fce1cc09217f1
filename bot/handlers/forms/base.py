"""The base branch, as far as forms are checked against it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bot.handlers.forms.answers import Checks
from bot.handlers.forms.form_files import paths, read_templates
from bot.handlers.forms.ratings import Names, word_key
from bot.text.catalogue import data_text, languages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.board.model.assessment import Assessment
    from bot.board.model.rubric import Rubric
    from bot.board.reading.corpus import Corpus
    from bot.board.reading.snapshot import Snapshot
    from bot.handlers.forms.form_files import Template
    from bot.handlers.forms.issue_form import Form


@dataclass(frozen=True)
class Base:
    """The base branch and its issue forms."""

    snapshot: Snapshot
    corpus: Corpus
    templates: tuple[Template, ...]

    def checks(self, form: Form) -> Checks:
        """Return checks of the answers of a form, which have its problems already."""
        checks = Checks(self.snapshot.today)
        checks.problems += form.problems
        return checks

    def assessments(self) -> Iterator[tuple[str, Assessment]]:
        """Read all assessments without errors, and yield each with its id."""
        yield from zip(self.corpus.entries, self.corpus.assessments(self.corpus.entries), strict=True)

    def folders(self) -> frozenset[str]:
        """Return the developers' folders under `assessments/`."""
        return frozenset(self.corpus.developers) | {each.partition("/")[0] for each in self.corpus.files}

    @cached_property
    def names(self) -> Names:
        """What criteria and levels are called."""
        return names_of(self.snapshot.rubric())


def names_of(rubric: Rubric) -> Names:
    """Return what criteria and levels are called: by their ids, and by their titles in any language."""
    return Names(
        _names((criterion.id, criterion.title) for criterion in rubric.criteria),
        _names((level.value, meaning.title) for level, meaning in rubric.levels.items()),
    )


def _names(titles: Iterable[tuple[str, str]]) -> dict[str, str]:
    known = dict(titles)
    named = {word_key(data_text(title).translated(each)): own for each in languages() for own, title in known.items()}
    return named | {word_key(own): own for own in known}


def read_base(snapshot: Snapshot, templates: tuple[Template, ...]) -> Base:
    """Return the base branch. Raises SnapshotError when its rubric or its precedents cannot be used, and GitError."""
    snapshot.precedents()
    return Base(snapshot, snapshot.corpus(), templates)


def templates_of(snapshot: Snapshot) -> tuple[Template, ...]:
    """Return the issue forms of the base branch. Raises TemplateError and GitError."""
    return read_templates({path: text for path in paths() if (text := snapshot.text(path)) is not None})
