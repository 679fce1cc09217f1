"""All assessments of a tree of files, and the rules between them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from bot.board.model.assessment import Assessment, Entry, entry
from bot.board.model.developer import Developer, OrganisationKind
from bot.board.model.identity import name_identity, twins
from bot.board.model.layout import ASSESSMENTS, assessment_path
from bot.board.model.problem import Problem
from bot.board.reading.misplaced import moved, right_path
from bot.board.reading.organisations import developer_twins
from bot.board.reading.source import LARGEST_FILE, problem_of_key, too_large
from bot.board.reading.tree import FileKind, Tree, TreeFile
from bot.git.repository import blob_id
from bot.text.catalogue import JoinedText, _, code, listed
from bot.text.sameness import name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.board.reading.cache import EntryCache
    from bot.board.reading.document import Reader

_LONGEST_NAME = 500
"""Characters of a name that is compared with others; more than any valid one has."""
NAMED_TWINS = 3
"""The number of other files of the same model that a problem names."""
# Names of devices, with any ending: a repository with such a file cannot be checked out on Windows.
# https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
_DEVICE = r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])[./]"
_SLUG = rf"(?!{_DEVICE})(?![^/]*\.ya?ml[/.])(?=[^/]{{1,64}}(?:/|\.yaml$))[a-z0-9]+(?:[.-][a-z0-9]+)*"
_PATH = re.compile(rf"{ASSESSMENTS}/({_SLUG})/({_SLUG})\.yaml")

Item = TypeVar("Item")


class Names(NamedTuple):
    """The names by which two files are recognised as one model's."""

    model: str | None
    huggingface: str | None


class FileChangedError(Exception):
    """A file was changed while it was being read; the message is for people."""


@dataclass
class Corpus:
    """The entries and developers of one tree, and all problems of its files."""

    tree: Tree
    reader: Reader
    entries: dict[str, Entry] = field(default_factory=dict)
    """By id, `developer/model`, in the order of the paths. Files with errors have no entry."""
    developers: dict[str, Developer] = field(default_factory=dict)
    """By folder; only those that were selected."""
    files: dict[str, TreeFile] = field(default_factory=dict)
    """The assessment files by id, those with errors too."""
    broken: dict[str, Names] = field(default_factory=dict)
    """By id, of files with errors: which model they seem to be about."""
    problems: list[Problem] = field(default_factory=list)
    kept: dict[str, Assessment] = field(default_factory=dict)
    """Whole assessments that need not be read again, by the id of the blob."""

    def assessments(self, ids: Iterable[str]) -> Iterator[Assessment]:
        """Yield the whole assessments with these ids in that order, read again where they were not kept.

        Raises KeyError for an id without a file, and FileChangedError when a file can no longer be read.
        """
        files = [self.files[assessment_id] for assessment_id in ids]
        contents = self.tree.read([file for file in files if file.blob not in self.kept])
        for file in files:
            if file.blob in self.kept:
                yield self.kept[file.blob]
                continue
            data = next(contents) or b""
            reading = self.reader.assessment(file.path, data, checked=True)
            if reading.value is None or blob_id(data, len(file.blob or "")) != file.blob:
                raise FileChangedError(_("%(path)s changed while it was being read. Run this again.", path=file.path))
            yield reading.value


def is_assessment_path(path: str) -> bool:
    """Return whether `path` is `assessments/developer/model.yaml`, both in small letters."""
    return bool(_PATH.fullmatch(path)) and not path.endswith("/developer.yaml")


@dataclass(frozen=True)
class Scope:
    """Which files of a corpus are checked, and what is done with their assessments."""

    selected: Callable[[str], bool] = lambda _: True
    """Of which paths the problems matter. The others are read only if the cache does not know them, for the rules
    between files."""
    keep: bool = False
    """Whether the selected assessments are needed whole afterwards."""
    take: Callable[[str, Assessment], object] = lambda _, assessment: assessment
    """Called with the id and the assessment of each selected file, once, as it is read."""
    track: Callable[[list[TreeFile]], Iterable[TreeFile]] = lambda files: files
    """Passes the files through while they are read, to show progress."""
    reread: bool = True
    """Whether selected files are read although the cache knows that they have no errors. Their warnings are missing if not."""


EVERYTHING = Scope()


def read_corpus(tree: Tree, reader: Reader, scope: Scope = EVERYTHING, cache: EntryCache | None = None) -> Corpus:
    """Return everything under `assessments/`. `cache` has the entries of files that were read before."""
    corpus = Corpus(tree, reader)
    listed = tree.files(ASSESSMENTS)
    waiting = _files_to_read(corpus, listed, scope, cache)
    folders = {match[1] for file in listed if (match := _PATH.fullmatch(file.path))}
    for file, data in zip(scope.track(waiting), tree.read(waiting), strict=True):
        read = _read_file(corpus, file, data, cache, folders)
        if read and scope.selected(file.path):
            scope.take(_id_of(file.path), read)
            if scope.keep and file.blob:
                corpus.kept[file.blob] = read
    corpus.entries = dict(sorted(corpus.entries.items()))
    corpus.problems = [problem for problem in corpus.problems if scope.selected(problem.path)]
    corpus.problems += _twins(corpus, scope.selected)
    corpus.problems += developer_twins(corpus, scope.selected)
    corpus.problems += _folders_without_developer(listed, scope.selected)
    corpus.problems.sort()
    return corpus


def _files_to_read(corpus: Corpus, listed: list[TreeFile], scope: Scope, cache: EntryCache | None) -> list[TreeFile]:
    """Add files, the entries that the cache knows, and refused paths to the corpus; return the files that must be read."""
    waiting = []
    for file in listed:
        if problem := _file_problem(file):
            corpus.problems.append(problem)
            continue
        if file.path.endswith("/developer.yaml"):
            if scope.selected(file.path):
                waiting.append(file)
            continue
        assessment_id = _id_of(file.path)
        corpus.files[assessment_id] = file
        reads = scope.reread and scope.selected(file.path)
        known = cache.get(file.blob, assessment_id) if cache and file.blob and not reads else None
        if known is None:
            waiting.append(file)
        else:
            corpus.entries[assessment_id] = known
    return waiting


def _id_of(path: str) -> str:
    return path.removeprefix(f"{ASSESSMENTS}/").removesuffix(".yaml")


def _read_file(
    corpus: Corpus, file: TreeFile, data: bytes | None, cache: EntryCache | None, folders: set[str]
) -> Assessment | None:
    """Add a file to the corpus; return the assessment, if it is one without errors."""
    if data is None:
        corpus.problems.append(
            Problem(file.path, 1, 1, "unreadable", _("the file cannot be opened"), _("Check its permissions."))
        )
        return None
    developer, name = file.path.split("/")[1:]
    if name == "developer.yaml":
        reading = corpus.reader.developer(file.path, data)
        corpus.problems += reading.problems
        if reading.value:
            corpus.developers[developer] = reading.value
        return None
    read = corpus.reader.assessment(file.path, data, folders)
    corpus.problems += read.problems
    assessment_id = _id_of(file.path)
    if isinstance(read.plain, dict) and not read.value:
        corpus.broken[assessment_id] = Names(*(_as_name(read.plain.get(key)) for key in Names._fields))
    if read.value:
        found = entry(assessment_id, read.value)
        corpus.entries[found.id] = found
        # The id of what was read, not of what was listed: the file may have changed in between.
        blob = blob_id(data, len(file.blob or ""))
        corpus.files[found.id] = file._replace(blob=blob)
        if cache:
            cache.put(blob, found)
    return read.value


def _as_name(value: object) -> str | None:
    """Return the value of a broken file as a name; None where it can be that of no model.

    Folding thousands of accents on one letter takes seconds.
    """
    return value if isinstance(value, str) and len(value) <= _LONGEST_NAME else None


# ---- paths -----------------------------------------------------------------------------------------------------------


def _file_problem(file: TreeFile) -> Problem | None:
    """Return what is wrong with a file before it is opened."""
    if file.kind is FileKind.LOCKED:
        return Problem(file.path, 1, 1, "unreadable", _("the folder cannot be opened"), _("Check its permissions."))
    if file.kind is not FileKind.FILE:
        is_link = file.kind is FileKind.SYMBOLIC_LINK
        what = _("this is a symbolic link, not a file") if is_link else _("this is a special file, not a plain one")
        put_a_file = _("Put a file here instead, or delete it.")
        return Problem(file.path, 1, 1, file.kind.replace(" ", "-"), what, put_a_file)
    if not _PATH.fullmatch(file.path):
        what = _(
            "the path is not `assessments/developer/model.yaml`, both names with at most 64 small letters a to z, digits, "
            "hyphens and dots"
        )
        if re.search(f"/{_DEVICE}", file.path):
            what = _("files on Windows cannot have this name")
        remedy = _renamed(file.path) or _("Rename it. If it is not an assessment, move it out of this folder.")
        return Problem(file.path, 1, 1, "path", what, remedy)
    return too_large(file.path, file.size) if file.size > LARGEST_FILE else None


def _renamed(path: str) -> str:
    """Return a suggestion for a path that only has to be another one; empty where it is no YAML file."""
    if re.search(f"/{_DEVICE}", path) or not re.search(r"\.ya?ml$", path, re.IGNORECASE):
        return ""
    place = right_path(path, "", {}, (), is_developer=bool(re.search(r"/developer\.ya?ml$", path, re.IGNORECASE)))
    if _PATH.fullmatch(place) and place.count("/") == path.count("/"):
        return _("Rename it to `%(place)s`.", place=place)
    return moved(place)


def _folders_without_developer(listed: list[TreeFile], selected: Callable[[str], bool]) -> Iterator[Problem]:
    """Yield a problem for each folder that has a selected file and no developer.yaml."""
    paths = {file.path for file in listed}
    folders = {match[1] for path in paths if selected(path) and (match := _PATH.fullmatch(path))}
    for developer in sorted(folders):
        path = f"{ASSESSMENTS}/{developer}/developer.yaml"
        if path not in paths:
            yield Problem(
                path,
                1,
                1,
                "no-developer",
                _("the folder `assessments/%(developer)s` has no `developer.yaml`", developer=developer),
                _(
                    "Add the file with four lines, `name:`, `country:`, `kind:` and `url:`, and a value after each. `kind` is "
                    "one of: %(kinds)s.",
                    kinds=JoinedText(", ", map(code, OrganisationKind)),
                ),
            )


# ---- two files for one model -----------------------------------------------------------------------------------------


def _twins(corpus: Corpus, selected: Callable[[str], bool]) -> Iterator[Problem]:
    """Yield a problem for each selected file whose model another file has too, by name or by hub id."""
    if not any(selected(file.path) for file in corpus.files.values()):
        return
    named: dict[str, Entry | Names] = {**corpus.entries, **corpus.broken}
    groups = twins(
        named,
        model=lambda each: each.model and name_identity(each.model),
        huggingface=lambda each: each.huggingface and name_key(each.huggingface),
    )
    found = [(key, own, ids) for key, ids in groups for own in ids if selected(assessment_path(own))]
    contents = corpus.tree.read([corpus.files[own] for _, own, _ in found])
    for (key, own, ids), data in zip(found, contents, strict=True):
        others = [code(assessment_path(other)) for other in ids[: NAMED_TWINS + 1] if other != own]
        files = listed(others, NAMED_TWINS)
        if key == "model":
            what = _("the model in %(files)s has the same name", files=files)
        else:
            what = _("the model in %(files)s has the same Hugging Face id", files=files)
        remedy = _("Keep one file per model: change the file that exists instead of adding another.")
        yield problem_of_key(corpus.files[own].path, data, key, "two-files-for-one-model", what, remedy)
