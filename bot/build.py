"""Writing what is generated, or finding out what is stale: the only module that writes generated files.

Each file is written beside its place and then renamed over it, so that a build that is stopped leaves whole files; the
next build heals the rest. A file that is the same already is not touched.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bot.rendering.site import FOLDER, Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

    from bot.assessment import Assessment
    from bot.leaderboard import Row


class Sink(Protocol):
    """Takes the text of one file piece by piece."""

    def write(self, text: str) -> object:
        """Takes the next piece."""


class Target(Protocol):
    """What becomes of generated files: they are written, or compared with what is there."""

    root: Path
    changed: list[str]
    """The paths whose content was (or would be) written or removed."""

    def put(self, path: str, text: str) -> None:
        """Takes a whole file."""

    def stream(self, path: str) -> AbstractContextManager[Sink]:
        """Takes a file in pieces."""

    def remove(self, path: str) -> None:
        """Takes away a file that nothing generates any more."""


class Written:
    """Files are written below `root` where they differ."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.changed: list[str] = []

    def put(self, path: str, text: str) -> None:
        """Writes a file, if it isn't the same already."""
        comparison = _Comparison(self.root / path)
        comparison.write(text)
        if not comparison.same_to_the_end():
            with self.stream(path) as sink:
                sink.write(text)

    @contextmanager
    def stream(self, path: str) -> Iterator[Sink]:
        """Writes beside the place, and renames at the end if anything is different."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
        beside = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as opened:
                yield opened
            if not _same(beside, place):
                beside.chmod(place.stat().st_mode if place.exists() else 0o644)
                beside.replace(place)
                self.changed.append(path)
        finally:
            beside.unlink(missing_ok=True)

    def remove(self, path: str) -> None:
        """Removes a file, and its folder when that was the last in it."""
        (self.root / path).unlink()
        self.changed.append(path)
        with suppress(OSError):
            (self.root / path).parent.rmdir()


class Compared:
    """Nothing is written; `changed` says which files are stale."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.changed: list[str] = []

    def put(self, path: str, text: str) -> None:
        """Compares a file with the one that is there."""
        with self.stream(path) as sink:
            sink.write(text)

    @contextmanager
    def stream(self, path: str) -> Iterator[Sink]:
        """Compares piece by piece with the file that is there."""
        comparison = _Comparison(self.root / path)
        yield comparison
        if not comparison.same_to_the_end():
            self.changed.append(path)

    def remove(self, path: str) -> None:
        """Names a file that a build would remove."""
        self.changed.append(path)


class _Comparison:
    def __init__(self, place: Path) -> None:
        self._place = place
        self._offset = 0
        self._same = place.is_file() and not place.is_symlink()

    def write(self, text: str) -> None:
        if not self._same:
            return
        data = text.encode("utf-8")
        with self._place.open("rb") as there:
            there.seek(self._offset)
            self._same = there.read(len(data)) == data
        self._offset += len(data)

    def same_to_the_end(self) -> bool:
        return self._same and self._place.stat().st_size == self._offset


def _same(beside: Path, place: Path) -> bool:
    if not place.is_file() or place.is_symlink() or place.stat().st_size != beside.stat().st_size:
        return False
    with beside.open("rb") as new, place.open("rb") as old:
        while piece := new.read(1 << 20):
            if old.read(len(piece)) != piece:
                return False
    return True


def build(site: Site, readme: str, rows: Iterable[tuple[Row, Assessment]], target: Target) -> None:
    """Sends every generated file of `site` to `target`. `rows` are the board's rows in order, each with its assessment.

    The assessments pass by once, and nothing is kept of them: a board of 30,000 fits into little memory.
    """
    generated = set()
    for output in (*site.schemas(), *site.boards(readme), *site.study_pages(), site.heat_map()):
        target.put(output.path, output.text)
        generated.add(output.path)
    with ExitStack() as open_streams:
        streams = [(stream, open_streams.enter_context(target.stream(stream.path))) for stream in site.streams()]
        for stream, sink in streams:
            sink.write(stream.head)
            generated.add(stream.path)
        for number, (row, assessment) in enumerate(rows):
            page = site.model_page(row, assessment)
            target.put(page.path, page.text)
            generated.add(page.path)
            for stream, sink in streams:
                sink.write(stream.separator if number else "")
                sink.write(stream.row(row, assessment, site.developers[row.entry.developer]))
        for stream, sink in streams:
            sink.write(stream.foot)
    for path in left_over(target.root, generated):
        target.remove(path)


def left_over(root: Path, generated: set[str]) -> list[str]:
    """Files under `leaderboard/` that nothing generates any more."""
    there = (file.relative_to(root).as_posix() for file in (root / FOLDER).rglob("*") if not file.is_dir())
    return sorted(path for path in there if path not in generated)
