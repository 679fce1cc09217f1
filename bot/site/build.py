"""Writing what is generated, or finding out what is stale: the only module that writes generated files.

Each file is written whole under another name and then renamed, so that a build that is stopped leaves whole files; the
next build heals the rest. A file that is the same already is not touched.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bot.board.model.layout import GENERATED, KEPT

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

    from bot.board.model.assessment import Assessment
    from bot.board.ranking.leaderboard import Row
    from bot.site.site import Site


class Sink(Protocol):
    """Takes the text of one file piece by piece."""

    def write(self, text: str) -> object:
        """Takes the next piece."""


class Changed(NamedTuple):
    """A file that is not what it was, or not what it should be."""

    how: str
    """A word for people: `wrote`, `removed`, `stale` or `left over`."""
    path: str


class Target(Protocol):
    """What becomes of generated files: they are written, or compared with what is there."""

    root: Path
    changed: list[Changed]
    """What was (or would be) written or removed, in the order in which that happens."""

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
        self.changed: list[Changed] = []

    def put(self, path: str, text: str) -> None:
        """Writes a file, if it isn't the same already."""
        comparison = _Comparison(self.root / path)
        comparison.write(text)
        if not comparison.same_to_the_end():
            with self.stream(path) as sink:
                sink.write(text)

    @contextmanager
    def stream(self, path: str) -> Iterator[Sink]:
        """Writes under another name, and renames at the end if anything is different."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        descriptor, unfinished = self._unfinished()
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as opened:
                yield opened
            if not _same(unfinished, place):
                unfinished.chmod(place.stat().st_mode if _is_plain(place) else 0o644)
                unfinished.replace(place)
                self.changed.append(Changed("wrote", path))
        finally:
            unfinished.unlink(missing_ok=True)

    def _unfinished(self) -> tuple[int, Path]:
        """A new file to write into.

        It lies under `leaderboard/` whatever it will become, because what a killed build leaves there is left over for
        the next one, which removes it.
        """
        folder = self.root / GENERATED
        try:
            folder.mkdir(exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=folder, prefix=".")
        except OSError as error:
            # The random name would tell nobody anything.
            raise OSError(error.errno, error.strerror, str(folder)) from error
        return descriptor, Path(name)

    def remove(self, path: str) -> None:
        """Removes a file, and its folder when that was the last in it."""
        (self.root / path).unlink()
        self.changed.append(Changed("removed", path))
        with suppress(OSError):
            (self.root / path).parent.rmdir()


class Compared:
    """Nothing is written; `changed` says which files are stale."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.changed: list[Changed] = []

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
            self.changed.append(Changed("stale", path))

    def remove(self, path: str) -> None:
        """Names a file that a build would remove."""
        self.changed.append(Changed("left over", path))


class _Comparison:
    def __init__(self, place: Path) -> None:
        self._place = place
        self._offset = 0
        self._same = _is_plain(place)

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


def _is_plain(place: Path) -> bool:
    return place.is_file() and not place.is_symlink()


def _same(unfinished: Path, place: Path) -> bool:
    if not _is_plain(place) or place.stat().st_size != unfinished.stat().st_size:
        return False
    with unfinished.open("rb") as new, place.open("rb") as old:
        while piece := new.read(1 << 20):
            if old.read(len(piece)) != piece:
                return False
    return True


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Waits until no other build writes below `root`, and keeps others waiting meanwhile (where there are POSIX locks)."""
    if fcntl is None:
        yield
        return
    folder = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def build(
    site: Site,
    readme: str,
    rows: Iterable[tuple[Row, Assessment]],
    target: Target,
    governance: str | None = None,
) -> None:
    """Sends every generated file of `site` to `target`. `rows` are the board's rows in order, each with its assessment.

    The assessments pass by once, and nothing is kept of them: a board of 30,000 fits into little memory. Raises
    MarkersMissing, before anything is sent, when `readme` has no place for the board or `governance`, the present text of
    GOVERNANCE.md, none for the policy; OSError when a file can't be written; and what `rows` raises.
    """
    boards = site.boards(readme)
    front_page = next(boards)
    governed = list(site.governance(governance))
    for path in linked_folders(target.root):
        target.remove(path)
    generated = {front_page.path}
    for output in chain(site.schemas(), governed, [site.decisions()], boards, site.study_pages(), [site.heat_map()]):
        target.put(output.path, output.text)
        generated.add(output.path)
    generated |= _build_models(site, rows, target)
    # Last, because it leads to all the others.
    target.put(front_page.path, front_page.text)
    for path in left_over(target.root, generated):
        target.remove(path)


def _build_models(site: Site, rows: Iterable[tuple[Row, Assessment]], target: Target) -> set[str]:
    """Sends what has a part for each model; returns the paths."""
    generated = set()
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
    return generated


def left_over(root: Path, generated: set[str]) -> list[str]:
    """Files under `leaderboard/` that nothing generates any more; `KEPT` comes from other commands."""
    there = (file.relative_to(root).as_posix() for file in (root / GENERATED).rglob("*") if not file.is_dir())
    return sorted(path for path in there if path not in generated and path not in KEPT)


def linked_folders(root: Path) -> list[str]:
    """Symbolic links that stand for `leaderboard/` or a folder in it: what is written through one lands elsewhere."""
    if (root / GENERATED).is_symlink():
        return [GENERATED]
    folders = (Path(place, name) for place, names, _ in os.walk(root / GENERATED) for name in names)
    return sorted(folder.relative_to(root).as_posix() for folder in folders if folder.is_symlink())
