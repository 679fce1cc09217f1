"""The files of a folder, or of a commit. Both list files without opening them and read one at a time."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bot.board.model.layout import DOCUMENTS
from bot.board.reading.source import LARGEST_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bot.git.repository import Repository

LARGEST_DOCUMENT = 5 * 1024 * 1024
"""In bytes, of a file of a commit that is no assessment."""


class FileKind(StrEnum):
    """The type of an entry of the file system. Only plain files are ever opened."""

    FILE = "file"
    SYMBOLIC_LINK = "symbolic link"
    LOCKED = "locked folder"
    OTHER = "special file"


class TreeFile(NamedTuple):
    """A file that was listed, not opened."""

    path: str
    """Relative to the root, with slashes."""
    kind: FileKind
    size: int
    """In bytes; 0 unless it is a plain file."""
    blob: str | None = None
    """The id that git gives its content, where it is known without reading."""


class Tree(Protocol):
    """One state of the repository's files. Each folder is listed once, so that later changes are not seen."""

    def files(self, folder: str) -> list[TreeFile]:
        """Return all files below `folder`, ordered by path; empty where there is no such folder."""

    def read(self, files: Iterable[TreeFile]) -> Iterator[bytes | None]:
        """Yield the contents of plain files, in the order given; None for one that cannot be opened."""

    def content(self, path: str) -> bytes | None:
        """Return the content of the file at `path`; None where there is none. Raises OSError when it cannot be read."""


class Folder:
    """The files of a folder. With `repository`, unchanged files are known by git's blob ids.

    Of an assessment with more than `largest` bytes, one byte more than that is read.
    """

    def __init__(self, root: Path, repository: Repository | None = None, largest: int = LARGEST_FILE) -> None:
        self.root = root
        self.repository = repository
        self.largest = largest
        self._listed: dict[str, list[TreeFile]] = {}

    def files(self, folder: str) -> list[TreeFile]:
        """Return all files below `folder`. Symbolic links are listed, never followed."""
        if folder not in self._listed:
            self._listed[folder] = self._list(folder)
        return self._listed[folder]

    def _list(self, folder: str) -> list[TreeFile]:
        blobs = self.repository.unchanged(folder) if self.repository else {}
        place = self.root / folder
        if place.is_symlink() or place.is_file():
            return [TreeFile(folder, *_kind(place.lstat()))]
        if not place.is_dir():
            return []
        return sorted(TreeFile(path, kind, size, blobs.get(path)) for path, kind, size in self._walk(place, folder))

    def _walk(self, place: Path, name: str) -> Iterator[tuple[str, FileKind, int]]:
        waiting = [(str(place), name)]
        while waiting:
            folder, prefix = waiting.pop()
            try:
                with os.scandir(folder) as entries:
                    found = list(entries)
            except OSError:
                yield prefix, FileKind.LOCKED, 0
                continue
            for entry in found:
                if entry.name == ".DS_Store":  # macOS leaves it in every folder that somebody looks at
                    continue
                path = f"{prefix}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((entry.path, path))
                    continue
                with suppress(FileNotFoundError):  # deleted since
                    yield path, *_kind(entry.stat(follow_symlinks=False))

    def read(self, files: Iterable[TreeFile]) -> Iterator[bytes | None]:
        """Yield the contents of plain files. A file that was replaced by a symbolic link since is not followed."""
        for file in files:
            yield self._content(self.root / file.path)

    def content(self, path: str) -> bytes | None:
        """Return the content of one file; None where there is none. Raises OSError when it cannot be read."""
        file = self.root / path
        return file.read_bytes() if os.path.lexists(file) else None

    def _content(self, path: Path) -> bytes | None:
        # What was listed as a file may have become a link, a pipe nobody writes to, or very large.
        flags = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
        try:
            with os.fdopen(os.open(path, flags), "rb") as opened:
                if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                    return None
                return opened.read(self.largest + 1)
        except OSError:
            return None


def _kind(status: os.stat_result) -> tuple[FileKind, int]:
    if stat.S_ISREG(status.st_mode):
        return FileKind.FILE, status.st_size
    return FileKind.SYMBOLIC_LINK if stat.S_ISLNK(status.st_mode) else FileKind.OTHER, 0


class Commit:
    """The files of a commit, or of any other tree object of git."""

    def __init__(self, repository: Repository, commit: str) -> None:
        self.repository = repository
        self.commit = commit
        self._listed: dict[str, list[TreeFile]] = {}
        self._documents: dict[str, bytes] | None = None

    def files(self, folder: str) -> list[TreeFile]:
        """Return all files of the commit below `folder`."""
        if folder not in self._listed:
            self._listed[folder] = self._list(folder)
        return self._listed[folder]

    def _list(self, *folders: str) -> list[TreeFile]:
        kinds = {"100644": FileKind.FILE, "100755": FileKind.FILE, "120000": FileKind.SYMBOLIC_LINK}
        return sorted(
            TreeFile(blob.path, kinds.get(blob.mode, FileKind.OTHER), blob.size or 0, blob.id)
            for blob in self.repository.tree(self.commit, *folders)
        )

    def read(self, files: Iterable[TreeFile]) -> Iterator[bytes]:
        """Yield the contents of plain files, from git."""
        return self.repository.blobs([file.blob for file in files if file.blob])

    def content(self, path: str) -> bytes | None:
        """Return the content of one plain file of at most `LARGEST_DOCUMENT` bytes; None where there is none."""
        if path not in DOCUMENTS:
            return self._contents(path).get(path)
        if self._documents is None:  # all at once: starting git costs more than reading them
            self._documents = self._contents(*DOCUMENTS)
        return self._documents.get(path)

    def _contents(self, *paths: str) -> dict[str, bytes]:
        files = [
            file
            for file in self._list(*paths)
            if file.path in paths and file.kind is FileKind.FILE and file.size <= LARGEST_DOCUMENT
        ]
        return {file.path: data for file, data in zip(files, self.read(files), strict=True)}
