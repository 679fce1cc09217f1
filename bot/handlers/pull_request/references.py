"""References judged from both ends: what a merge breaks in files that refer to what it changes, touched or not.

| what refers | to what | which change can break it |
|---|---|---|
| `people` in the policy | folders of developers | a folder that is renamed or deleted |
| frameworks, licenses, crosswalks | criteria | another rubric |
| precedents | criteria, documents | another rubric; a document that is renamed or deleted |
| ratings in assessments | precedents, criteria | other precedents, another rubric: read in `contents.MergeEffect` |
| `base_models` in assessments | models, folders of developers | a model or a folder that is renamed; a folder that is deleted |
| an open dispute | a model | a model that is renamed, or whose file is about another one: here by its mark, in `lookups` also before that is merged |

The record of decisions names models and criteria as they were, and stays valid. Forms name criteria; the tests of this
repository compare them with the rubric.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.board.model.layout import ASSESSMENTS, FRAMEWORKS, LICENSES, POLICY, PRECEDENTS, RUBRIC, assessment_path
from bot.board.model.problem import Problem
from bot.board.ranking.change import ChangeKind
from bot.board.reading.corpus import is_assessment_path
from bot.board.reading.source import Source, Span
from bot.text.catalogue import _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from bot.board.model.assessment import Entry
    from bot.board.ranking.change import Change
    from bot.board.reading.snapshot import Snapshot


def document_problems(before: Snapshot, after: Snapshot, changed: Collection[str]) -> Iterator[Problem]:
    """Yield the problems that policy, frameworks, licenses, crosswalks and precedents get by a merge that changes these paths."""
    lost = before.developers() - after.developers()
    if POLICY in changed:
        yield from after.problems(POLICY)
    elif lost:
        yield from map(_about_lost, _new(after.problems(POLICY), before.problems(POLICY)))
    for path in (FRAMEWORKS, LICENSES, *after.crosswalks()):
        if RUBRIC in changed or path in changed:
            yield from _new(after.problems(path), before.problems(path))
    if PRECEDENTS in changed or any(path.endswith(".md") for path in changed):
        yield from _new(after.missing_documents(), before.missing_documents())


def _new(problems: list[Problem], known: list[Problem]) -> Iterator[Problem]:
    """Yield the problems that weren't there before; what a remedy suggests may differ."""
    there = {(problem.line, problem.column, problem.rule, problem.what) for problem in known}
    yield from (one for one in problems if (one.line, one.column, one.rule, one.what) not in there)


def _about_lost(problem: Problem) -> Problem:
    if problem.rule != "unknown-developer":
        return problem
    remedy = _(
        "This pull request removes that folder. Change the line too: people keep their interests under the new name of the "
        "folder, or until their time is over."
    )
    return replace(problem, what=_("%(what)s after the merge", what=problem.what), remedy=remedy)


def model_problems(
    before: Snapshot, after: Snapshot, change: Change | None, entries: Mapping[str, Entry]
) -> Iterator[Problem]:
    """Yield the problems of references to models and developers that the merge renames or takes away.

    `entries` are the models before it, by id.
    """
    renamed = _renamed_models(change)
    for former, own in displaced_models(change).items():
        for _criterion, url in entries[former].disputed[:1]:
            source, place = _place(after, assessment_path(own), url)
            found = renamed_while_disputed(own, former, url)
            yield source.problem(place, found.rule, found.what, found.remedy)
    lost = before.developers() - after.developers()
    if renamed or lost:
        yield from _base_models(before, after, renamed, lost)


def displaced_models(change: Change | None) -> dict[str, str]:
    """Return the paths of models that aren't where they were, by their former ids: their own, or that of their successor."""
    kinds = {
        kind: {model.id for model in (change.models if change else ()) if model.kind is kind} for kind in ChangeKind
    }
    replaced = kinds[ChangeKind.REMOVED] & kinds[ChangeKind.ADDED]
    return _renamed_models(change) | {one: one for one in sorted(replaced)}


def _renamed_models(change: Change | None) -> dict[str, str]:
    """Return the ids of the models that get another path, by their former ids."""
    return {
        model.former_id: model.id
        for model in (change.models if change else ())
        if model.kind is ChangeKind.RENAMED and model.former_id is not None
    }


def renamed_while_disputed(own: str, former: str, url: str) -> Problem:
    """Return the problem of a model that isn't where it was while a dispute about it is open."""
    what = _("the open dispute %(url)s calls this model `%(former)s`", url=url, former=former)
    remedy = _("Keep the path of the file until the dispute is decided, and rename it then.")
    if own == former:
        what = _("this file is about another model now, and the dispute %(url)s about the earlier one is open", url=url)
        remedy = _("Keep the file as it is until the dispute is decided, and add a file for the other model.")
    return Problem(assessment_path(own), 1, 1, "renamed-while-disputed", what, remedy)


def _base_models(
    before: Snapshot, after: Snapshot, renamed: Mapping[str, str], lost: Collection[str]
) -> Iterator[Problem]:
    """Yield the problems of `base_models` that name what is called otherwise now. Only files that may do so are parsed.

    A name that a file didn't have before means what is called so now: two models may exchange theirs.
    """
    former = {own: old for old, own in renamed.items()}
    needles = [*(name.encode() for name in renamed), *(f"{developer}/".encode() for developer in lost)]
    files = [file for file in after.tree.files(ASSESSMENTS) if is_assessment_path(file.path) and file.size]
    folders = after.developers()
    for file, data in zip(files, after.tree.read(files), strict=True):
        if data is None or b"base_models" not in data or not any(needle in data for needle in needles):
            continue
        reading = after.reader.assessment(file.path, data, folders)
        yield from (problem for problem in reading.problems if problem.rule == "unknown-base-developer")
        bases = reading.value.base_models if reading.value else ()
        named = [base for base in bases if base in renamed and renamed[base] not in bases]
        own = file.path.removeprefix(f"{ASSESSMENTS}/").removesuffix(".yaml")
        known = _bases(before, assessment_path(former.get(own, own))) if named else ()
        for base in named:
            if base in known:
                what = _("its base model `%(old)s` is renamed to `%(new)s` here", old=base, new=renamed[base])
                remedy = _(
                    "Change the line too: people who work for the developer of a base model have an interest in this model."
                )
                source, place = _place(after, file.path, base)
                yield source.problem(place, "renamed-base-model", what, remedy)


def _bases(before: Snapshot, path: str) -> Collection[str]:
    """Return the base models that a file named before; none where there was no such file without errors."""
    text = before.text(path)
    value = None if text is None else before.reader.assessment(path, text.encode()).value
    return () if value is None else value.base_models


def _place(after: Snapshot, path: str, words: str) -> tuple[Source, Span]:
    """Return a file and the first place in it where these words are."""
    source = Source(path, (after.text(path) or "").removeprefix("\ufeff"))
    found = re.search(re.escape(words), source.text)
    line, column, _ = source.position(found.start() if found else 0)
    return source, Span(line, column, len(words))
