"""Compares two trees of files by git's blob ids, so that of thousands only the changed ones are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.board.model.layout import ASSESSMENTS, assessment_path
from bot.board.ranking.change import diff_leaderboards
from bot.board.reading.corpus import is_assessment_path
from bot.board.reading.organisations import developer_files, read_developers

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.board.model.assessment import Assessment
    from bot.board.model.developer import Developer
    from bot.board.ranking.change import Change
    from bot.board.ranking.leaderboard import Leaderboard
    from bot.board.reading.corpus import Corpus
    from bot.board.reading.tree import Tree


def differing(old_tree: Tree, new_tree: Tree) -> Callable[[str], bool]:
    """Return a test for paths of the new tree: is the file not known to be the same, or has it lost its developer.yaml?"""
    old = {file.path: file.blob for file in old_tree.files(ASSESSMENTS)}
    new = {file.path: file.blob for file in new_tree.files(ASSESSMENTS)}
    differing = {path for path, blob in new.items() if blob is None or old.get(path) != blob}
    orphaned = {
        path.removesuffix("developer.yaml") for path in old.keys() - new.keys() if path.endswith("/developer.yaml")
    }
    return lambda path: path in differing or f"{path.rpartition('/')[0]}/" in orphaned


def changed_assessments(one: Corpus, other: Corpus) -> dict[str, Assessment]:
    """Return the whole assessments of `one`, by id, whose files are not known to be the same in `other`."""
    same = {
        assessment_id
        for assessment_id, file in one.files.items()
        if file.blob is not None and assessment_id in other.files and file.blob == other.files[assessment_id].blob
    }
    ids = [assessment_id for assessment_id in one.entries if assessment_id not in same]
    return dict(zip(ids, one.assessments(ids), strict=True))


def changed_developers(one: Corpus, other: Corpus) -> dict[str, Developer]:
    """Return the developers of `one`, by folder, whose files are not known to be the same in `other`."""
    blobs = {file.path: file.blob for file in other.tree.files(ASSESSMENTS)}
    changed = {
        folder: file
        for folder, file in developer_files(one.tree.files(ASSESSMENTS)).items()
        if (file.blob is None or file.blob != blobs.get(file.path))
        and is_assessment_path(assessment_path(f"{folder}/model"))
    }
    return dict(read_developers(one, changed))


def compare_corpora(before: Corpus, after: Corpus, boards: tuple[Leaderboard, Leaderboard]) -> Change:
    """Compare two corpora, whose leaderboards are `boards`. Only files that differ are read again."""
    return diff_leaderboards(
        *boards,
        changed_assessments(before, after),
        changed_assessments(after, before),
        changed_developers(before, after),
        changed_developers(after, before),
    )
