"""Where files come from: a folder, or a commit. Both list files without opening them and read one at a time."""

from __future__ import annotations

import os
import stat
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bot.git import Repository


class FileKind(StrEnum):
    """What stands at a path. Only plain files are ever opened."""

    FILE = "file"
    SYMBOLIC_LINK = "symbolic link"
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
    """A state of the repository's files."""

    def files(self, folder: str) -> list[TreeFile]:
        """All files below `folder`, ordered by path; empty where there is no such folder."""

    def read(self, files: Iterable[TreeFile]) -> Iterator[bytes | None]:
        """The contents of plain files, in the order given; None for one that can't be opened."""


class Folder:
    """The files of a folder as they lie there. `repository` lets unchanged files be known by git's blob ids."""

    def __init__(self, root: Path, repository: Repository | None = None) -> None:
        self.root = root
        self.repository = repository

    def files(self, folder: str) -> list[TreeFile]:
        """All files below `folder`. Symbolic links are listed, never followed."""
        blobs = self.repository.unchanged(folder) if self.repository else {}
        if (self.root / folder).is_symlink():
            return [TreeFile(folder, FileKind.SYMBOLIC_LINK, 0)]
        if not (self.root / folder).is_dir():
            return []
        return sorted(
            TreeFile(path, kind, size, blobs.get(path)) for path, kind, size in self._walk(self.root / folder, folder)
        )

    def _walk(self, place: Path, name: str) -> Iterator[tuple[str, FileKind, int]]:
        waiting = [(str(place), name)]
        while waiting:
            folder, prefix = waiting.pop()
            with os.scandir(folder) as entries:
                for entry in entries:
                    path = f"{prefix}/{entry.name}"
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, path))
                        continue
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        yield path, FileKind.FILE, status.st_size
                    else:
                        yield path, FileKind.SYMBOLIC_LINK if entry.is_symlink() else FileKind.OTHER, 0

    def read(self, files: Iterable[TreeFile]) -> Iterator[bytes | None]:
        """The contents of plain files. A file that was replaced by a symbolic link since is not followed."""
        for file in files:
            yield self._content(self.root / file.path)

    def _content(self, path: Path) -> bytes | None:
        try:
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        except OSError:
            return None
        with os.fdopen(descriptor, "rb") as opened:
            return opened.read()


class Commit:
    """The files of a commit."""

    def __init__(self, repository: Repository, commit: str) -> None:
        self.repository = repository
        self.commit = commit

    def files(self, folder: str) -> list[TreeFile]:
        """All files of the commit below `folder`."""
        kinds = {"100644": FileKind.FILE, "100755": FileKind.FILE, "120000": FileKind.SYMBOLIC_LINK}
        return sorted(
            TreeFile(blob.path, kinds.get(blob.mode, FileKind.OTHER), blob.size or 0, blob.id)
            for blob in self.repository.tree(self.commit, folder)
        )

    def read(self, files: Iterable[TreeFile]) -> Iterator[bytes]:
        """The contents of plain files, from git."""
        return self.repository.blobs([file.blob for file in files if file.blob])
