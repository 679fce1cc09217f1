"""Organisations behind the folders of developers: one organisation has one folder.

Whose approval counts is decided by folders. A second folder for the same organisation would give its people a second
voice, and take the conflict of interest away from those who are declared for the first. Two files that name one
organisation are refused. Folders whose models lie in one organisation on Hugging Face may have a reason for that; they
are counted as one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.board.model.identity import name_identity, twins
from bot.board.model.layout import ASSESSMENTS
from bot.board.reading.source import LARGEST_FILE, problem_of_key
from bot.board.reading.tree import FileKind
from bot.text.catalogue import _, code, listed
from bot.text.sameness import link_key, name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from bot.board.model.assessment import Entry
    from bot.board.model.developer import Developer
    from bot.board.model.problem import Problem
    from bot.board.reading.corpus import Corpus
    from bot.board.reading.tree import TreeFile

_NAMED_FOLDERS = 3
"""The number of other folders of the same organisation that a problem names."""
_DEVELOPER = re.compile(rf"{ASSESSMENTS}/([^/]+)/developer\.yaml")


def developer_files(listed: Iterable[TreeFile]) -> dict[str, TreeFile]:
    """Return the developer.yaml of each folder that has one which can be read."""
    return {
        match[1]: file
        for file in listed
        if (match := _DEVELOPER.fullmatch(file.path)) and file.kind is FileKind.FILE and file.size <= LARGEST_FILE
    }


def developer_twins(corpus: Corpus, selected: Callable[[str], bool]) -> Iterator[Problem]:
    """Yield a problem for each selected developer.yaml whose organisation has another folder, by its name or its page."""
    files = developer_files(corpus.tree.files(ASSESSMENTS))
    chosen = {folder for folder, file in files.items() if selected(file.path)}
    if not chosen:
        return
    unread = {folder: file for folder, file in files.items() if folder not in corpus.developers}
    developers = dict(sorted([*corpus.developers.items(), *read_developers(corpus, unread)]))
    for key, folders in twins(developers, name=lambda each: name_identity(each.name), url=_page):
        for folder in chosen.intersection(folders):
            yield _twin(corpus, files[folder], key, [other for other in folders if other != folder])


def read_developers(corpus: Corpus, files: Mapping[str, TreeFile]) -> Iterator[tuple[str, Developer]]:
    """Yield the developers in files without errors, by folder as in `files`."""
    for (folder, file), data in zip(files.items(), corpus.tree.read(files.values()), strict=True):
        if value := corpus.reader.developer(file.path, data or b"").value:
            yield folder, value


def _page(developer: Developer) -> str | None:
    return developer.url and link_key(developer.url)


def _twin(corpus: Corpus, file: TreeFile, key: str, others: list[str]) -> Problem:
    folders = listed([code(f"{ASSESSMENTS}/{other}") for other in others], _NAMED_FOLDERS)
    if key == "name":
        what = _("the organisation in %(folders)s has the same name", folders=folders)
    else:
        what = _("the organisation in %(folders)s has the same page", folders=folders)
    remedy = _("Put the models into that folder. An organisation has one folder.")
    data = next(iter(corpus.tree.read([file])))
    return problem_of_key(file.path, data, key, "two-folders-for-one-developer", what, remedy)


def folders_of_one_organisation(entries: Iterable[Entry]) -> dict[str, frozenset[str]]:
    """Return, by folder, the folders whose models lie in one organisation on Hugging Face; only where there are several.

    Folders that share an organisation with a third one belong together too.
    """
    owners: dict[str, set[str]] = {}
    for entry in entries:
        if entry.huggingface:
            owners.setdefault(name_key(entry.huggingface.partition("/")[0]), set()).add(entry.developer)
    together: dict[str, set[str]] = {}
    for folders in owners.values():
        if len(folders) > 1:
            joined = folders.union(*(together.get(folder, ()) for folder in folders))
            together |= dict.fromkeys(joined, joined)
    return {folder: frozenset(joined) for folder, joined in sorted(together.items())}
