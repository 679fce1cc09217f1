"""The base branch as forms are held against it, read from git: the one module of this room that isn't pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.layout import PRECEDENTS, RUBRIC
from bot.board.reading.corpus import read_corpus
from bot.board.reading.document import Reader, read_precedents, read_rubric
from bot.board.reading.tree import Commit
from bot.handlers.forms.answers import Checks
from bot.handlers.forms.proposal import Base
from bot.handlers.forms.templates import paths, read_templates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from bot.board.model.assessment import Assessment
    from bot.board.reading.tree import Tree
    from bot.git.repository import Repository
    from bot.handlers.forms.templates import Template


class BaseBroken(Exception):  # noqa: N818 (says what is the matter)
    """The base branch has no rubric, or no precedents, that can be used; the message is for maintainers."""


def templates_at(repository: Repository, commit: str) -> tuple[Template, ...]:
    """The issue forms of a commit. Raises TemplateBroken and GitError."""
    tree = Commit(repository, commit)
    texts = {path: text for path in paths() if (text := _text(tree, path)) is not None}
    return read_templates(texts)


def base_at(repository: Repository, commit: str, templates: tuple[Template, ...], today: date) -> Base:
    """A commit of the base branch, with its forms. Raises BaseBroken and GitError."""
    tree = Commit(repository, commit)
    rubric = read_rubric(RUBRIC, (_text(tree, RUBRIC) or "").encode()).value
    if rubric is None:
        raise BaseBroken(f"{RUBRIC} can't be used; `openness-bot check` says why")
    said = _text(tree, PRECEDENTS)
    precedents = read_precedents(PRECEDENTS, None if said is None else said.encode(), rubric).value
    if precedents is None:
        raise BaseBroken(f"{PRECEDENTS} can't be used; `openness-bot check` says why")
    corpus = read_corpus(tree, Reader(rubric, today, precedents=precedents))

    def assessments() -> Iterator[tuple[str, Assessment]]:
        yield from zip(corpus.entries, corpus.assessments(corpus.entries), strict=True)

    return Base(
        rubric=rubric,
        reader=corpus.reader,
        checks=lambda: Checks(today),
        templates=templates,
        ids=frozenset(corpus.files),
        entries=corpus.entries,
        developers=corpus.developers,
        assessments=assessments,
        text=lambda path: _text(tree, path),
    )


def _text(tree: Tree, path: str) -> str | None:
    """The text of a plain file; None where there is none, or it is no UTF-8."""
    listed = [file for file in tree.files(path) if file.path == path and file.blob]
    for data in tree.read(listed):
        try:
            return None if data is None else data.decode("utf-8")
        except UnicodeDecodeError:
            return None
    return None
