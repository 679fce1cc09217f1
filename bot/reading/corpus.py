"""All assessments together: reading a tree of files, and the rules that one file keeps towards the others."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from bot.assessment import Assessment, Developer, Entry, entry
from bot.git import blob_id
from bot.problem import Problem
from bot.reading.source import LARGEST_FILE, too_large
from bot.reading.tree import FileKind, Tree, TreeFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.reading.cache import EntryCache
    from bot.reading.document import Reader

FOLDER = "assessments"
_SLUG = r"[a-z0-9]+(?:[.-][a-z0-9]+)*"
_PATH = re.compile(rf"{FOLDER}/({_SLUG})/({_SLUG})\.yaml")

Item = TypeVar("Item")


@dataclass
class Corpus:
    """The entries and developers of one tree, and everything that is wrong with its files."""

    tree: Tree
    reader: Reader
    entries: dict[str, Entry] = field(default_factory=dict)
    """By id, `developer/model`, in the order of the paths. Files with errors have none."""
    developers: dict[str, Developer] = field(default_factory=dict)
    """By folder; only those that were selected."""
    files: dict[str, TreeFile] = field(default_factory=dict)
    """The assessment files by id, those with errors too."""
    problems: list[Problem] = field(default_factory=list)

    def assessments(self, ids: Iterable[str]) -> Iterator[Assessment]:
        """The whole assessments with these ids, read again, in that order.

        Raises KeyError for an id without entry and ValueError when a file has become unreadable since.
        """
        files = [self.files[assessment_id] for assessment_id in ids]
        for file, data in zip(files, self.tree.read(files), strict=True):
            reading = self.reader.assessment(file.path, data or b"")
            if reading.value is None:
                raise ValueError(f"{file.path} changed while it was read: run this again")
            yield reading.value


def assessment_path(assessment_id: str) -> str:
    """The path of the file of `developer/model`."""
    return f"{FOLDER}/{assessment_id}.yaml"


def read_corpus(
    tree: Tree,
    reader: Reader,
    *,
    selected: Callable[[str], bool] = lambda _: True,
    cache: EntryCache | None = None,
    track: Callable[[list[TreeFile]], Iterable[TreeFile]] = lambda files: files,
) -> Corpus:
    """Everything under `assessments/`.

    `selected` says of which paths the problems matter; the others are only read if `cache` doesn't know them, and are
    there so that rules between files hold. `track` passes the files through while they are read, to show progress.
    """
    corpus = Corpus(tree, reader)
    listed = tree.files(FOLDER)
    waiting = []
    for file in listed:
        if problem := _file_problem(file):
            corpus.problems.append(problem)
            continue
        if file.path.endswith("/developer.yaml"):
            if selected(file.path):
                waiting.append(file)
            continue
        assessment_id = file.path.removeprefix(f"{FOLDER}/").removesuffix(".yaml")
        corpus.files[assessment_id] = file
        known = cache.get(file.blob, assessment_id) if cache and file.blob and not selected(file.path) else None
        if known is None:
            waiting.append(file)
        else:
            corpus.entries[assessment_id] = known
    for file, data in zip(track(waiting), tree.read(waiting), strict=True):
        _read_file(corpus, file, data, cache)
    corpus.entries = dict(sorted(corpus.entries.items()))
    corpus.problems += _twins(corpus)
    corpus.problems = [problem for problem in corpus.problems if selected(problem.path)]
    corpus.problems += _folders_without_developer(listed, selected)
    corpus.problems.sort()
    return corpus


def _read_file(corpus: Corpus, file: TreeFile, data: bytes | None, cache: EntryCache | None) -> None:
    if data is None:
        corpus.problems.append(
            Problem(file.path, 1, 1, "unreadable", "the file can't be opened", "Check its permissions.")
        )
        return
    _, developer, name = file.path.split("/")
    if name == "developer.yaml":
        reading = corpus.reader.developer(file.path, data)
        corpus.problems += reading.problems
        if reading.value:
            corpus.developers[developer] = reading.value
        return
    read = corpus.reader.assessment(file.path, data)
    corpus.problems += read.problems
    if read.value:
        found = entry(f"{developer}/{name.removesuffix('.yaml')}", read.value)
        corpus.entries[found.id] = found
        if cache:
            # The id of what was read, not of what was listed: the file may have changed in between.
            cache.put(blob_id(data, len(file.blob or "")), found)


# ---- paths -----------------------------------------------------------------------------------------------------------


def _file_problem(file: TreeFile) -> Problem | None:
    """What is wrong with a file before it is opened."""
    if file.kind is not FileKind.FILE:
        what = f"this is a {file.kind}, not a file"
        return Problem(file.path, 1, 1, file.kind.replace(" ", "-"), what, "Replace it by the file itself.")
    if not _PATH.fullmatch(file.path):
        return Problem(
            file.path,
            1,
            1,
            "path",
            "no assessment is expected at this path",
            f"Name it {FOLDER}/developer/model.yaml: small letters a to z and digits, joined by hyphens or dots."
            + _renamed(file.path),
        )
    return too_large(file.path, file.size) if file.size > LARGEST_FILE else None


def _renamed(path: str) -> str:
    """A suggestion for a path that only has to be spelt differently."""
    plain = unicodedata.normalize("NFKD", path.removesuffix(".yml").removesuffix(".yaml")).lower()
    plain = re.sub(r"[\s_]+", "-", plain.encode("ascii", "ignore").decode()) + ".yaml"
    return f" Perhaps {plain}." if plain != path and _PATH.fullmatch(plain) else ""


def _folders_without_developer(listed: list[TreeFile], selected: Callable[[str], bool]) -> Iterator[Problem]:
    """A problem for each folder with a selected file in which nothing says who the developer is."""
    paths = {file.path for file in listed}
    folders = {match[1] for path in paths if (match := _PATH.fullmatch(path)) and selected(path)}
    for developer in sorted(folders):
        path = f"{FOLDER}/{developer}/developer.yaml"
        if path not in paths:
            yield Problem(
                path,
                1,
                1,
                "no-developer",
                f"the folder {FOLDER}/{developer} has no developer.yaml",
                "Add it with `name`, `country`, `kind` and `url`; `openness-bot new` writes one.",
            )


# ---- two files for one model -----------------------------------------------------------------------------------------


def _twins(corpus: Corpus) -> Iterator[Problem]:
    """A problem for each file whose model another file has too, by name or by hub id."""
    for key in ("model", "huggingface"):
        groups: dict[str, list[str]] = {}
        for found in corpus.entries.values():
            value: str | None = getattr(found, key)
            if value is not None:
                groups.setdefault(_folded(value), []).append(found.id)
        for ids in groups.values():
            for assessment_id in ids if len(ids) > 1 else []:
                others = [assessment_path(other) for other in ids if other != assessment_id]
                yield _twin(corpus, assessment_id, key, others)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _twin(corpus: Corpus, assessment_id: str, key: str, others: list[str]) -> Problem:
    file = corpus.files[assessment_id]
    text = (next(corpus.tree.read([file])) or b"").decode("utf-8", "replace")
    line = next((n for n, line in enumerate(text.splitlines()) if line.startswith(f"{key}:")), 0)
    excerpt = text.splitlines()[line] if text else ""
    named = "name" if key == "model" else "Hugging Face id"
    return Problem(
        file.path,
        line + 1,
        1,
        "two-files-for-one-model",
        f"{', '.join(others)} has the same {named}",
        "Keep one file per model: change the existing one instead of adding another.",
        excerpt=excerpt,
        width=max(1, len(excerpt)),
    )
