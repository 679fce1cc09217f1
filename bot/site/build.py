"""Writing the generated files, or finding the stale ones: the only module that writes them.

Each file is written under another name and then renamed, so that an interrupted build leaves whole files; the next build
completes the rest. A file that has the right content already is not touched.
"""

from __future__ import annotations

import filecmp
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
    from bot.site.site import Output, Site


class OutputChange(NamedTuple):
    """A file that was changed, or would be."""

    how: str
    """A word for people: `wrote`, `removed`, `stale` or `left over`."""
    path: str


class TextWriter(Protocol):
    """A receiver of the text of one file, piece by piece."""

    def write(self, text: str) -> object:
        """Take the next piece."""


class OutputSink:
    """Output sink for generated files: it writes them below `root`, or only compares them with what is there."""

    def __init__(self, root: Path, *, writes: bool = True) -> None:
        self.root = root
        self.writes = writes
        self.changed: list[OutputChange] = []
        """What was (or would be) written or removed, in that order."""

    def put(self, path: str, text: str) -> None:
        """Take a whole file."""
        comparison = _FileComparison(self.root / path)
        comparison.write(text)
        if not comparison.same_to_the_end():
            with self.stream(path) as writer:
                writer.write(text)

    def stream(self, path: str) -> AbstractContextManager[TextWriter]:
        """Take a file in pieces."""
        return self._write(path) if self.writes else self._compare(path)

    @contextmanager
    def _compare(self, path: str) -> Iterator[TextWriter]:
        comparison = _FileComparison(self.root / path)
        yield comparison
        if not comparison.same_to_the_end():
            self.changed.append(OutputChange("stale", path))

    @contextmanager
    def _write(self, path: str) -> Iterator[TextWriter]:
        """Write a file under another name; rename it at the end if anything is different."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        descriptor, unfinished = self._unfinished()
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as opened:
                yield opened
            if not (_is_plain(place) and filecmp.cmp(unfinished, place, shallow=False)):
                unfinished.chmod(place.stat().st_mode if _is_plain(place) else 0o644)
                unfinished.replace(place)
                self.changed.append(OutputChange("wrote", path))
        finally:
            unfinished.unlink(missing_ok=True)

    def _unfinished(self) -> tuple[int, Path]:
        """Create a file to write into; always under `leaderboard/`, where the next build removes it if this one is killed."""
        folder = self.root / GENERATED
        try:
            folder.mkdir(exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=folder, prefix=".")
        except OSError as error:
            # Name the folder, because the random name of the file means nothing to anybody.
            raise OSError(error.errno, error.strerror, str(folder)) from error
        return descriptor, Path(name)

    def remove(self, path: str) -> None:
        """Remove a file that is no longer generated, and its folder if that is empty then."""
        if self.writes:
            (self.root / path).unlink()
            with suppress(OSError):
                (self.root / path).parent.rmdir()
        self.changed.append(OutputChange("removed" if self.writes else "left over", path))


class _FileComparison:
    """A text writer that compares what it takes with a file."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._offset = 0
        self._same = _is_plain(place)

    def write(self, text: str) -> None:
        if not self._same:
            return
        data = text.encode("utf-8")
        with self._place.open("rb") as present:
            present.seek(self._offset)
            self._same = present.read(len(data)) == data
        self._offset += len(data)

    def same_to_the_end(self) -> bool:
        return self._same and self._place.stat().st_size == self._offset


def _is_plain(place: Path) -> bool:
    return place.is_file() and not place.is_symlink()


@contextmanager
def exclusive_lock(folder: Path) -> Iterator[None]:
    """Wait until no other process holds the lock of `folder`, and hold it meanwhile (where there are POSIX locks)."""
    if fcntl is None:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def build(
    site: Site,
    readme: str,
    rows: Iterable[tuple[Row, Assessment]],
    sink: OutputSink,
    governance: str | None = None,
    others: Iterable[Output] = (),
) -> None:
    """Send every generated file of `site`, and `others`, to `sink`. `rows` are the board's rows, each with its assessment.

    The assessments are read once, one after the other, and not kept: a board of 30,000 fits into little memory. Raises
    MarkersError, before anything is sent, when `readme` has no markers for the board or `governance`, the present text
    of GOVERNANCE.md, none for the policy; OSError when a file can't be written; and what `rows` raises.
    """
    boards = site.boards(readme)
    front_page = next(boards)
    governed = list(site.governance(governance))
    for path in linked_folders(sink.root):
        sink.remove(path)
    generated = {front_page.path}
    for output in chain(
        site.schemas(), others, governed, [site.decisions()], boards, site.study_pages(), [site.heat_map()]
    ):
        sink.put(output.path, output.text)
        generated.add(output.path)
    generated |= _build_models(site, rows, sink)
    # Last, because it leads to all the others.
    sink.put(front_page.path, front_page.text)
    for path in left_over(sink.root, generated):
        sink.remove(path)


def _build_models(site: Site, rows: Iterable[tuple[Row, Assessment]], sink: OutputSink) -> set[str]:
    """Send the files with a part for each model; return their paths."""
    generated = set()
    with ExitStack() as open_streams:
        streams = [(stream, open_streams.enter_context(sink.stream(stream.path))) for stream in site.streams()]
        for stream, writer in streams:
            writer.write(stream.head)
            generated.add(stream.path)
        for number, (row, assessment) in enumerate(rows):
            page = site.model_page(row, assessment)
            sink.put(page.path, page.text)
            generated.add(page.path)
            for stream, writer in streams:
                writer.write(stream.separator if number else "")
                writer.write(stream.row(row, assessment))
        for stream, writer in streams:
            writer.write(stream.foot)
    return generated


def left_over(root: Path, generated: set[str]) -> list[str]:
    """Return the files under `leaderboard/` that are not generated, except `KEPT`, which other commands write."""
    found = (file.relative_to(root).as_posix() for file in (root / GENERATED).rglob("*") if not file.is_dir())
    return sorted(path for path in found if path not in generated and path not in KEPT)


def linked_folders(root: Path) -> list[str]:
    """Return the symbolic links in place of `leaderboard/` or a folder in it: writing through one ends up elsewhere."""
    if (root / GENERATED).is_symlink():
        return [GENERATED]
    folders = (Path(place, name) for place, names, _ in os.walk(root / GENERATED) for name in names)
    return sorted(folder.relative_to(root).as_posix() for folder in folders if folder.is_symlink())
