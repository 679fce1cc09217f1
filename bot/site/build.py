"""Writing the generated files, or finding the stale ones: the only module that writes them.

Each file is written under another name and then renamed, so that an interrupted build leaves whole files; the next build
completes the rest. A file that has the right content already is not touched.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from bot.board.model.layout import GENERATED, KEPT
from bot.site.cache import Rendered
from bot.site.document import Part, digest_of, new_digest

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from bot.site.cache import RenderCache
    from bot.site.data_files import DataFile
    from bot.site.document import Document, ModelInputs


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

    def put(self, path: str, present: str | None, data: bytes) -> str:
        """Take a whole file; return the digest of its content. `present` is that of the present content."""
        digest = new_digest(data).hexdigest()
        if present != digest:
            with self.stream(path, present) as writer:
                writer.write(data)
        return digest

    @contextmanager
    def stream(self, path: str, present: str | None) -> Iterator[ByteWriter]:
        """Take a file in pieces. It is written under another name, and renamed at the end if the digest differs."""
        if not self.writes:
            yield (writer := ByteWriter(None))
            if present != writer.digest:
                self.report_stale(path)
            return
        place = self.root / path
        if present is None:
            place.parent.mkdir(parents=True, exist_ok=True)
        descriptor, unfinished = self._unfinished()
        try:
            with os.fdopen(descriptor, "wb") as opened:
                yield (writer := ByteWriter(opened))
            if present != writer.digest:
                unfinished.chmod(0o644 if present is None else place.stat().st_mode)
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


class Models(NamedTuple):
    """The models of a site, and how the files with parts about each are made from them."""

    inputs: Sequence[ModelInputs]
    """In the order of the board."""
    page: Callable[[ModelInputs], Document]
    data_files: Sequence[DataFile]
    track: Callable[[list[ModelInputs]], Iterable[ModelInputs]] = lambda models: models
    """Passes the models through while they are rendered, to show progress."""


def build(models: Models, documents: Iterable[Document], sink: OutputSink, cache: RenderCache) -> None:
    """Send the data files, the pages of models and `documents`, in this order, to `sink`; remove all other files.

    What `cache` shows to be right is not rendered. Assessments are read one after the other and not kept: a board of
    30,000 fits into little memory. Raises OSError when a file can't be written, and what reading an assessment raises.
    """
    for path in linked_folders(sink.root):
        sink.remove(path)
    _build_models(models, sink, cache)
    for document in documents:
        _put(document, sink, cache)
    for path in left_over(sink.root, cache.rendered.keys()):
        sink.remove(path)
    cache.save()


def _is_done(path: str, key: str, present: str | None, sink: OutputSink, cache: RenderCache) -> bool:
    """Return whether a file need not be rendered: it is right, or known to be stale where nothing is written.

    `key` is the digest of its inputs, `present` that of its present content.
    """
    known = cache.known.get(path)
    if known is None or known.key != key:
        return False
    is_right = present == known.digest
    if not is_right and sink.writes:
        return False
    if not is_right:
        sink.report_stale(path)
    cache.rendered[path] = known
    return True


# ---- files that are made of parts ------------------------------------------------------------------------------------


def _build_models(models: Models, sink: OutputSink, cache: RenderCache) -> None:
    """Send the pages of models, and the data files."""
    key = digest_of([(model.board_key, model.assessment_key) for model in models.inputs])
    with ExitStack() as opened:
        data_files = []
        for file in models.data_files:
            present = sink.digest(file.path)
            if not _is_done(file.path, key, present, sink, cache):
                data_files.append(opened.enter_context(_data_file(file, key, present, sink, cache)))
        for model in models.track(list(models.inputs)):
            for add in data_files:
                add(model)
            _put(models.page(model), sink, cache)


def _put(document: Document, sink: OutputSink, cache: RenderCache) -> None:
    """Send a document to the sink, unless it is there already."""
    path, key = document.path, digest_of(document.inputs)
    present = sink.digest(path)
    if _is_done(path, key, present, sink, cache):
        return
    made = document.render()
    parts = [Part(key, lambda: made)] if isinstance(made, str) else made
    with _texts(path, present, sink, cache) as text_of:
        texts = [(part.key, text_of(part)) for part in parts]
    digest = sink.put(path, present, b"".join(text for _, text in texts))
    cache.rendered[path] = Rendered(key, digest, [(own_key, len(text)) for own_key, text in texts])


@contextmanager
def _data_file(
    file: DataFile, key: str, present: str | None, sink: OutputSink, cache: RenderCache
) -> Iterator[Callable[[ModelInputs], None]]:
    """Send a data file. Yield a function that adds the parts about a model."""
    lengths = list[tuple[str, int]]()
    with sink.stream(file.path, present) as writer, _texts(file.path, present, sink, cache) as text_of:

        def add(*parts: Part) -> None:
            for part in parts:
                writer.write(text := text_of(part))
                lengths.append((part.key, len(text)))

        def add_model(model: ModelInputs) -> None:
            if len(lengths) > 1 and file.separator:
                add(Part("separator", lambda: file.separator))
            add(*file.parts(model))

        add(Part("head", lambda: file.head))
        yield add_model
        add(Part("foot", lambda: file.foot))
    cache.rendered[file.path] = Rendered(key, writer.digest, lengths)


@contextmanager
def _texts(path: str, present: str | None, sink: OutputSink, cache: RenderCache) -> Iterator[Callable[[Part], bytes]]:
    """Yield a function that returns the text of a part: from the present file where that has it, or rendered."""
    known = cache.known.get(path)
    if known is None or present != known.digest:
        yield lambda part: part.render().encode()
        return
    ends = accumulate(length for _, length in known.parts)
    places = {key: (end - length, length) for (key, length), end in zip(known.parts, ends, strict=True)}
    with (sink.root / path).open("rb") as opened:

        def text_of(part: Part) -> bytes:
            if part.key not in places:
                return part.render().encode()
            start, length = places[part.key]
            opened.seek(start)
            return opened.read(length)

        yield text_of


# ---- files that are no longer generated ------------------------------------------------------------------------------


def left_over(root: Path, generated: Collection[str]) -> list[str]:
    """Return the files under `leaderboard/` that are not generated, except `KEPT`, which other commands write."""
    folders = ((Path(place).relative_to(root).as_posix(), names) for place, _, names in os.walk(root / GENERATED))
    found = (f"{folder}/{name}" for folder, names in folders for name in names)
    return sorted(path for path in found if path not in generated and path not in KEPT)


def linked_folders(root: Path) -> list[str]:
    """Return the symbolic links in place of `leaderboard/` or a folder in it: writing through one ends up elsewhere."""
    if (root / GENERATED).is_symlink():
        return [GENERATED]
    folders = (Path(place, name) for place, names, _ in os.walk(root / GENERATED) for name in names)
    return sorted(folder.relative_to(root).as_posix() for folder in folders if folder.is_symlink())
