"""Writing the generated files, or finding the stale ones: the only module that writes them.

Each file is written under another name and then renamed, so that an interrupted build leaves whole files; the next build
completes the rest. A file that has the right content already is not touched.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from bot.board.model.layout import GENERATED, KEPT, page_path
from bot.site.cache import Rendered
from bot.site.document import Document, digest_of, new_digest

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from bot.board.model.assessment import Assessment
    from bot.board.ranking.leaderboard import Row
    from bot.site.cache import RenderCache
    from bot.site.data_files import StreamedFile


class OutputChange(NamedTuple):
    """A file that was changed, or would be."""

    how: str
    """A word for people: `wrote`, `removed`, `stale` or `left over`."""
    path: str


class ByteWriter:
    """A writer that digests what it takes, and passes it on to `target` where there is one."""

    def __init__(self, target: BinaryIO | None) -> None:
        self._target = target
        self._state = new_digest()

    def write(self, data: bytes) -> None:
        """Take the next piece of a file."""
        self._state.update(data)
        if self._target:
            self._target.write(data)

    @property
    def digest(self) -> str:
        """The digest of what was written."""
        return self._state.hexdigest()


class OutputSink:
    """Output sink for generated files: it writes them below `root`, or only compares them with what is there."""

    def __init__(self, root: Path, *, writes: bool = True) -> None:
        self.root = root
        self.writes = writes
        self.changed: list[OutputChange] = []
        """What was (or would be) written or removed, in that order."""

    def digest(self, path: str) -> str | None:
        """Return the digest of the present content of a file; None where there is none, or it is a symbolic link."""
        place = self.root / path
        if not _is_plain(place):
            return None
        with place.open("rb") as present:
            return hashlib.file_digest(present, new_digest).hexdigest()

    def put(self, path: str, text: str) -> str:
        """Take a whole file; return the digest of its content."""
        data = text.encode("utf-8")
        digest = new_digest(data).hexdigest()
        if self.digest(path) != digest:
            with self.stream(path, differs=True) as writer:
                writer.write(data)
        return digest

    @contextmanager
    def stream(self, path: str, *, differs: bool = False) -> Iterator[ByteWriter]:
        """Take a file in pieces. It is written under another name, and renamed at the end if anything `differs`."""
        if not self.writes:
            yield (writer := ByteWriter(None))
            if differs or self.digest(path) != writer.digest:
                self.report_stale(path)
            return
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        descriptor, unfinished = self._unfinished()
        try:
            with os.fdopen(descriptor, "wb") as opened:
                yield (writer := ByteWriter(opened))
            if differs or self.digest(path) != writer.digest:
                unfinished.chmod(place.stat().st_mode if _is_plain(place) else 0o644)
                unfinished.replace(place)
                self.changed.append(OutputChange("wrote", path))
        finally:
            unfinished.unlink(missing_ok=True)

    def report_stale(self, path: str) -> None:
        """Report a file that would be written."""
        self.changed.append(OutputChange("stale", path))

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


@dataclass(frozen=True)
class Models:
    """The models of a site, in the order of the board, with what is made from their whole assessments."""

    rows: Sequence[Row]
    inputs: Callable[[Row], object]
    """The inputs of all parts about a model (see `Document`)."""
    assessment: Callable[[Row], Assessment]
    page: Callable[[Row, Assessment], str]
    data_files: Sequence[StreamedFile]
    track: Callable[[list[Row]], Iterable[Row]] = lambda rows: rows
    """Passes the rows through while they are rendered, to show progress."""


def build(models: Models, documents: Iterable[Document], sink: OutputSink, cache: RenderCache) -> None:
    """Send the data files, the pages of models and `documents`, in this order, to `sink`; remove all other files.

    What `cache` shows to be right is not rendered. Assessments are read one after the other and not kept: a board of
    30,000 fits into little memory. Raises OSError when a file can't be written, and what `models.assessment` raises.
    """
    for path in linked_folders(sink.root):
        sink.remove(path)
    _build_models(models, sink, cache)
    for document in documents:
        _put(document, digest_of(document.inputs), sink, cache)
    for path in left_over(sink.root, cache.rendered.keys()):
        sink.remove(path)
    cache.save()


def _put(document: Document, key: str, sink: OutputSink, cache: RenderCache) -> None:
    """Send a document to the sink, unless it is there already. `key` is the digest of its inputs."""
    if not _is_done(document.path, key, sink, cache):
        cache.rendered[document.path] = Rendered(key, sink.put(document.path, document.render()), [])


def _is_done(path: str, key: str, sink: OutputSink, cache: RenderCache) -> bool:
    """Return whether a file need not be rendered: it is right, or known to be stale where nothing is written."""
    known = cache.known.get(path)
    if known is None or known.key != key:
        return False
    is_right = sink.digest(path) == known.digest
    if not is_right and sink.writes:
        return False
    if not is_right:
        sink.report_stale(path)
    cache.rendered[path] = known
    return True


# ---- files with a part for each model --------------------------------------------------------------------------------


def _build_models(models: Models, sink: OutputSink, cache: RenderCache) -> None:
    """Send the pages of models, and the data files."""
    cache.models = [digest_of(models.inputs(row)) for row in models.rows]
    key = digest_of(cache.models)
    with ExitStack() as opened:
        waiting = [file for file in models.data_files if not _is_done(file.path, key, sink, cache)]
        data_files = [opened.enter_context(_data_file(file, key, sink, cache)) for file in waiting]
        for row, own_key in zip(models.track(list(models.rows)), cache.models, strict=True):
            whole = lru_cache(partial(models.assessment, row))  # read once, if at all
            for add in data_files:
                add(own_key, row, whole)
            _put(Document(page_path(row.entry.id), None, partial(_page, models, row, whole)), own_key, sink, cache)


def _page(models: Models, row: Row, whole: Callable[[], Assessment]) -> str:
    return models.page(row, whole())


@contextmanager
def _data_file(
    file: StreamedFile, key: str, sink: OutputSink, cache: RenderCache
) -> Iterator[Callable[[str, Row, Callable[[], Assessment]], None]]:
    """Send a data file. Yield a function that adds the part about a model: from the present file, or rendered."""
    separator, lengths = file.separator.encode(), list[int]()
    with sink.stream(file.path) as writer, _present_parts(file, sink, cache) as present_part:
        writer.write(file.head.encode())

        def add(own_key: str, row: Row, whole: Callable[[], Assessment]) -> None:
            part = present_part(own_key) or file.row(row, whole()).encode()
            writer.write(separator + part if lengths else part)
            lengths.append(len(part))

        yield add
        writer.write(file.foot.encode())
    cache.rendered[file.path] = Rendered(key, writer.digest, lengths)


@contextmanager
def _present_parts(file: StreamedFile, sink: OutputSink, cache: RenderCache) -> Iterator[Callable[[str], bytes]]:
    """Yield a function that returns the part about a model from the present data file; empty where it has none."""
    known = cache.known.get(file.path)
    if known is None or sink.digest(file.path) != known.digest:
        yield lambda _: b""
        return
    separator = len(file.separator.encode())
    starts = accumulate((length + separator for length in known.lengths), initial=len(file.head.encode()))
    places = dict(zip(cache.known_models, zip(starts, known.lengths, strict=False), strict=True))
    with (sink.root / file.path).open("rb") as present:

        def part(own_key: str) -> bytes:
            start, length = places.get(own_key, (0, 0))
            present.seek(start)
            return present.read(length)

        yield part


# ---- files that are no longer generated ------------------------------------------------------------------------------


def left_over(root: Path, generated: Collection[str]) -> list[str]:
    """Return the files under `leaderboard/` that are not generated, except `KEPT`, which other commands write."""
    found = (file.relative_to(root).as_posix() for file in (root / GENERATED).rglob("*") if not file.is_dir())
    return sorted(path for path in found if path not in generated and path not in KEPT)


def linked_folders(root: Path) -> list[str]:
    """Return the symbolic links in place of `leaderboard/` or a folder in it: writing through one ends up elsewhere."""
    if (root / GENERATED).is_symlink():
        return [GENERATED]
    folders = (Path(place, name) for place, names, _ in os.walk(root / GENERATED) for name in names)
    return sorted(folder.relative_to(root).as_posix() for folder in folders if folder.is_symlink())
