"""A cache of what was rendered, so that only what depends on a change is rendered again.

It has no text, only digests: of the inputs of each file, and of its content then. The content itself is in the file, if it
still has that digest. In doubt a file is rendered: a cache of other code, packages or rules is an empty one.
"""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bot.board.reading.cache import read_sealed, write_sealed

if TYPE_CHECKING:
    from collections.abc import Iterable

_BOT = Path(__file__).parent.parent


def rules_fingerprint(rules: Iterable[bytes | None]) -> str:
    """Return a digest of all that every file depends on: the code, its packages, and the texts of the rubric and so on."""
    digest = hashlib.blake2b(_code_digest())
    for text in rules:
        digest.update(b"-" if text is None else hashlib.blake2b(text).digest())
    return digest.hexdigest()


@cache
def _code_digest() -> bytes:
    """Return a digest of Python's version, the names and versions of all packages, and this package with its templates."""
    folders = [Path(folder) for folder in sys.path if Path(folder).is_dir()]
    packages = sorted({entry.name for folder in folders for entry in folder.glob("*.dist-info")})
    digest = hashlib.blake2b(repr((sys.version, packages)).encode())
    for folder, folders_below, names in os.walk(_BOT):
        folders_below[:] = sorted(set(folders_below) - {"__pycache__"})
        for name in sorted(names):
            file = Path(folder, name)
            digest.update(f"\0{file.relative_to(_BOT)}\0".encode() + hashlib.blake2b(file.read_bytes()).digest())
    return digest.digest()


class Rendered(NamedTuple):
    """One file as it was rendered."""

    key: str
    """Digest of its inputs."""
    digest: str
    """Digest of its content."""
    parts: list[tuple[str, int]]
    """The key and the number of bytes of each part, in order."""


class RenderCache:
    """What was rendered, by path, kept in a file; without a file it is empty and not saved."""

    def __init__(self, file: Path | None = None, fingerprint: str = "", *, empty: bool = False) -> None:
        self._file = file
        self._fingerprint = fingerprint
        self.known: dict[str, Rendered] = {}
        """By an earlier build."""
        self.rendered: dict[str, Rendered] = {}
        """By this build, or still right."""
        match read_sealed(file) if file and not empty else None:
            case {"rules": str(rules), "files": dict(files)} if rules == fingerprint:
                self.known = {
                    path: Rendered(key, digest, [(own_key, length) for own_key, length in parts])
                    for path, (key, digest, parts) in files.items()
                }

    def save(self) -> None:
        """Write what this build rendered, if it differs from what was known. A failure is ignored."""
        if self._file and self.rendered != self.known:
            write_sealed(self._file, {"rules": self._fingerprint, "files": self.rendered})
