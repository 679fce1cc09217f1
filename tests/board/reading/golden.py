"""The deliberately broken files of tests/broken: each case is an edit of a valid file, and what it makes the bot say.

`python -m tests.reading.golden --update` writes anew what every case makes the bot say; read the diff before you keep
it. tests/broken/README.md explains the format of a case.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.board.model.layout import LICENSES, PRECEDENTS
from bot.board.reading.corpus import Corpus, read_corpus
from bot.board.reading.document import Reader, Reading, read_licenses, read_precedents
from bot.board.reading.problem_text import as_text, summary
from bot.board.reading.tree import Folder
from tests.samples import ROOT, rubric

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.board.model.licenses import Licenses
    from bot.board.model.precedents import Precedents

BROKEN = ROOT / "tests/board/reading/broken"
BASE = BROKEN / "base"
FIRST = "assessments/example/one.yaml"
TODAY = date(2026, 11, 20)
RULER = "=" * 40


class Case(NamedTuple):
    """One broken tree: why it is worth a case, how to make it, and what the bot says of it."""

    name: str
    edits: list[str]
    expected: str


def cases() -> list[Case]:
    """Return all cases, by name."""
    return [_case(file) for file in sorted(BROKEN.glob("*.txt"))]


def _case(file: Path) -> Case:
    story, _, expected = file.read_bytes().decode("utf-8").partition(f"{RULER}\n")
    edits = [line for line in story.partition("\n\n")[2].splitlines() if line]
    return Case(file.stem, edits, expected)


def make_tree(case: Case, root: Path) -> None:
    """Write the case's files below `root`."""
    shutil.copytree(BASE, root, dirs_exist_ok=True)
    current = root / FIRST
    hunk: list[str] = []
    for line in [*case.edits, "@"]:
        if not line.startswith("@"):
            hunk.append(line)
            continue
        for part in _hunks(hunk):
            _edit(current, part, case.name)
        hunk = []
        _, _, order = line.partition(" ")
        verb, _, argument = order.partition(" ")
        if verb == "file":
            current = root / argument
            _begin(current)
        elif verb:
            current = _ORDERS[verb](current, argument)


def _begin(file: Path) -> None:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(BASE / FIRST, file)


def _hunks(lines: list[str]) -> Iterator[list[str]]:
    """Return the edits in a run of lines: a new one begins where kept or removed lines follow added ones."""
    hunk: list[str] = []
    for line in lines:
        if hunk and hunk[-1].startswith("+") and not line.startswith("+"):
            yield hunk
            hunk = []
        hunk.append(line)
    if hunk:
        yield hunk


def _edit(file: Path, hunk: list[str], name: str) -> None:
    old = "".join(f"{line[1:]}\n" for line in hunk if line[0] != "+").encode()
    new = b"".join(_bytes(line[1:]) + b"\n" for line in hunk if line[0] != "-")
    before = file.read_bytes()
    if old and before.count(old) != 1:
        raise ValueError(f"{name}: this must stand in {file} exactly once:\n{old.decode()}")
    file.write_bytes(before.replace(old, new) if old else new)


def _bytes(line: str) -> bytes:
    """Return the bytes of a case's line, in which <U+202E> is an invisible character and <0xFF> a byte."""
    line = re.sub(r"<U\+([0-9A-F]+)>", lambda found: chr(int(found[1], 16)), line)
    return re.sub(rb"<0x([0-9A-F]{2})>", lambda found: bytes([int(found[1], 16)]), line.encode())


def _rename(file: Path, path: str) -> Path:
    target = next(parent for parent in file.parents if parent.name == "assessments").parent / path
    target.parent.mkdir(parents=True, exist_ok=True)
    return file.rename(target)


def _link(file: Path, target: str) -> Path:
    file.unlink()
    file.symlink_to(target)
    return file


def _encode(file: Path, encoding: str) -> Path:
    file.write_bytes(file.read_text("utf-8").encode(encoding))
    return file


def _newlines(file: Path, kind: str) -> Path:
    file.write_bytes(file.read_bytes().replace(b"\n", {"crlf": b"\r\n", "cr": b"\r"}[kind]))
    return file


def _pad(file: Path, size: str) -> Path:
    data = file.read_bytes()
    file.write_bytes(data + b"#" * (int(size) - len(data) - 1) + b"\n")
    return file


def _empty(file: Path, _: str) -> Path:
    file.write_bytes(b"")
    return file


def _pipe(file: Path, _: str) -> Path:
    file.unlink()
    os.mkfifo(file)
    return file


_ORDERS: dict[str, Callable[[Path, str], Path]] = {
    "rename": _rename,
    "link": _link,
    "encode": _encode,
    "newlines": _newlines,
    "pad": _pad,
    "empty": _empty,
    "pipe": _pipe,
}


def said_of(corpus: Corpus) -> str:
    """Return what `openness-bot check` prints about a corpus."""
    return as_text(corpus.problems) + summary(corpus.problems, len(corpus.tree.files("assessments"))) + "\n"


def output_of(case: Case, root: Path) -> str:
    """Write the case's files below `root`; return the output about them."""
    make_tree(case, root)
    corpus = read(root)
    corpus.problems = sorted([*precedents(root).problems, *corpus.problems])
    return said_of(corpus)


def precedents(root: Path) -> Reading[Precedents]:
    """Read the precedents of a case."""
    return read_precedents(PRECEDENTS, (root / PRECEDENTS).read_bytes(), rubric())


def read(root: Path, parser: Callable[[str], Any] | None = None) -> Corpus:
    """Read the assessments of a case, which may cite its precedents and name its licenses, if it has some."""
    return read_corpus(Folder(root), Reader(rubric(), TODAY, parser, precedents(root).value, licenses(root)))


def licenses(root: Path) -> Licenses | None:
    """Read the licenses of a case; None where it has none."""
    file = root / LICENSES
    return read_licenses(LICENSES, file.read_bytes(), rubric()).value if file.exists() else None


def _update() -> None:
    for case in cases():
        with tempfile.TemporaryDirectory() as folder:
            now = output_of(case, Path(folder))
        if now != case.expected:
            file = BROKEN / f"{case.name}.txt"
            story = file.read_bytes().decode("utf-8").partition(f"{RULER}\n")[0].rstrip("\n")
            file.write_bytes(f"{story}\n\n{RULER}\n{now}".encode())
            sys.stdout.write(f"{file.relative_to(ROOT)} is new\n")


if __name__ == "__main__":
    if sys.argv[1:] != ["--update"]:
        sys.exit("usage: python -m tests.board.reading.golden --update")
    _update()
