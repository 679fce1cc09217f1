"""Where files come from: a folder, or a commit. Both list files without opening them and read one at a time."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bot.board.reading.source import LARGEST_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bot.git.repository import Repository


class FileKind(StrEnum):
    """What stands at a path. Only plain files are ever opened."""

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
    """In bytes; 0 for what is no plain file."""
    blob: str | None = None
    """The id that git gives its content, where that is known without reading it."""


class Tree(Protocol):
    """A state of the repository's files. It is listed once: what comes later is another state."""

    def files(self, folder: str) -> list[TreeFile]:
        """All files below `folder`, ordered by path; empty where there is no such folder."""

    def read(self, files: Iterable[TreeFile]) -> Iterator[bytes | None]:
        """The contents of plain files, in the order given; None for one that can't be opened."""


class Folder:
    """The files of a folder as they lie there. `repository` lets unchanged files be known by git's blob ids.

    Of a file with more than `largest` bytes, the beginning is read and one byte too many.
    """

    def __init__(self, root: Path, repository: Repository | None = None, largest: int = LARGEST_FILE) -> None:
        self.root = root
        self.repository = repository
        self.largest = largest
        self._listed: dict[str, list[TreeFile]] = {}

    def files(self, folder: str) -> list[TreeFile]:
        """All files below `folder`. Symbolic links are listed, never followed."""
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
        """The contents of plain files. A file that was replaced by a symbolic link since is not followed."""
        for file in files:
            yield self._content(self.root / file.path)

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
    """The files of a commit."""

    def __init__(self, repository: Repository, commit: str) -> None:
        self.repository = repository
        self.commit = commit
        self._listed: dict[str, list[TreeFile]] = {}

    def files(self, folder: str) -> list[TreeFile]:
        """All files of the commit below `folder`."""
        if folder not in self._listed:
            self._listed[folder] = self._list(folder)
        return self._listed[folder]

    def _list(self, folder: str) -> list[TreeFile]:
        kinds = {"100644": FileKind.FILE, "100755": FileKind.FILE, "120000": FileKind.SYMBOLIC_LINK}
        return sorted(
            TreeFile(blob.path, kinds.get(blob.mode, FileKind.OTHER), blob.size or 0, blob.id)
            for blob in self.repository.tree(self.commit, folder)
        )

    def read(self, files: Iterable[TreeFile]) -> Iterator[bytes]:
        """The contents of plain files, from git."""
        return self.repository.blobs([file.blob for file in files if file.blob])
