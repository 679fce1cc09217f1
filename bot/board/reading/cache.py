"""A cache of entries by git's blob id, so that after a change of one file among thousands only that one is read.

In doubt it is not used: a blob id identifies the bytes of a file, `fingerprint` the reader and the rubric, and a digest
over the whole file shows that it is undamaged. Anything else is an empty cache, which is written anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from bot.board.model.assessment import Entry
from bot.board.model.rating import Availability
from bot.board.model.rubric import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LETTERS = {level: level.name[0] for level in Level}
# The small letter of a level is that of a doubtful rating.
_LEVELS = {own: level for level, letter in _LETTERS.items() for own in (letter, letter.lower())}
_SPELT = re.compile(f"[{''.join(_LEVELS)}]*")


def fingerprint(rubric_text: bytes, precedents_text: bytes | None = None) -> str:
    """Return a digest of all that the result of reading depends on: rubric, precedents, the reading code, its packages."""
    digest = hashlib.blake2b(hashlib.blake2b(rubric_text).digest() + hashlib.blake2b(precedents_text or b"").digest())
    digest.update(_code_digest())
    return digest.hexdigest()


@cache
def _code_digest() -> bytes:
    digest = hashlib.blake2b()
    for package in ("packaging", "pydantic", "PyYAML"):
        digest.update(f"{package} {version(package)}\n".encode())
    board = Path(__file__).parent.parent
    for file in sorted([*board.glob("model/*.py"), *board.glob("reading/*.py")]):
        digest.update(file.read_bytes())
    return digest.digest()


class EntryCache:
    """Entries by blob id, in one file. The entries' own ids are not part of it: a blob may be at any path."""

    def __init__(self, file: Path, reader_fingerprint: str, criteria: Sequence[str]) -> None:
        self._file = file
        self._criteria = tuple(criteria)
        self._fingerprint = reader_fingerprint
        self._kept = self._load()
        self._used: dict[str, list[str | None]] = {}
        self._entries: dict[str, Entry] = {}
        self._new = False

    def get(self, blob: str, assessment_id: str) -> Entry | None:
        """Return the entry of the file with this blob id at this path; None when it has to be read."""
        kept = self._kept.get(blob)
        if kept is None:
            return None
        self._used[blob] = kept
        # The same blob at the same path is the same entry, so that two boards of one repository share it.
        found = self._entries.get(blob)
        if found is None or found.id != assessment_id:
            found = self._entries[blob] = self._entry(assessment_id, kept)
        return found

    def _entry(self, assessment_id: str, kept: list[str | None]) -> Entry:
        model, huggingface, letters, as_of, license_, artifacts, *disputed = kept
        spelt = letters or ""
        levels = tuple(map(_LEVELS.__getitem__, spelt))
        pairs = tuple((one or "", link or "") for one, link in zip(disputed[::2], disputed[1::2], strict=True))
        doubtful = tuple(
            () if spelt.isupper() else (each for each, own in zip(self._criteria, spelt, strict=True) if own.islower())
        )
        return Entry(
            assessment_id,
            model or "",
            huggingface,
            levels,
            pairs,
            doubtful,
            license_,
            _unpacked(artifacts or ""),
            as_of,
        )

    def put(self, blob: str, entry: Entry) -> None:
        """Store an entry that was read from a file without errors."""
        self._new = self._new or blob not in self._kept
        letters = "".join(
            _LETTERS[level].lower() if criterion in entry.doubtful else _LETTERS[level]
            for criterion, level in zip(self._criteria, entry.levels, strict=True)
        )
        kept = [
            *(entry.model, entry.huggingface, letters, entry.as_of),
            *(entry.license, _packed(entry.artifacts), *chain.from_iterable(entry.disputed)),
        ]
        self._kept[blob] = self._used[blob] = kept

    def save(self) -> None:
        """Write the entries that were used or put, if any is new. A failure is ignored: the next run reads again."""
        if not self._new:
            return
        write_sealed(self._file, {"reader": self._fingerprint, "entries": self._used})

    def _load(self) -> dict[str, list[str | None]]:
        match read_sealed(self._file):
            case {"reader": self._fingerprint, "entries": dict() as entries} if all(
                map(self._is_kept, entries.values())
            ):
                return entries
        return {}

    def _is_kept(self, kept: object) -> bool:
        """Return whether this is what `put` stores of an entry.

        That is: name, hub id, a letter for each level, day, license, artifacts, disputed ratings.
        """
        match kept:
            case [str(), None | str(), str() as letters, None | str(), None | str(), str() as artifacts, *disputed]:
                if not _PACKED.fullmatch(artifacts):
                    return False
                pairs = len(disputed) % 2 == 0 and all(isinstance(one, str) for one in disputed)
                return pairs and len(letters) == len(self._criteria) and _SPELT.fullmatch(letters) is not None
        return False


_PACKED = re.compile(rf"(?:[a-z][a-z0-9_]*=(?:{'|'.join(Availability)})=[A-Za-z0-9.+() -]*(?:;|$))*")


def _packed(artifacts: Iterable[tuple[str, Availability, str | None]]) -> str:
    return ";".join(f"{key}={available}={own or ''}" for key, available, own in artifacts)


def _unpacked(packed: str) -> tuple[tuple[str, Availability, str | None], ...]:
    parts = (one.split("=") for one in packed.split(";") if one)
    return tuple((key, Availability(available), own or None) for key, available, own in parts)


# ---- files -----------------------------------------------------------------------------------------------------------


def read_sealed(file: Path) -> object:
    """Return what `write_sealed` wrote into a file; None where there is no such file, or it is damaged."""
    try:
        seal, _, payload = file.read_bytes().partition(b"\n")
        return json.loads(payload) if seal == _digest(payload) else None
    except (OSError, ValueError, RecursionError):
        return None


def write_sealed(file: Path, content: object) -> None:
    """Write JSON with a digest of its bytes, all at once. A failure is ignored: the next run has no cache."""
    payload = json.dumps(content).encode("ascii")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, beside = tempfile.mkstemp(dir=file.parent)
        try:
            with os.fdopen(descriptor, "wb") as written:
                written.write(_digest(payload) + b"\n" + payload)
            Path(beside).replace(file)
        except OSError:
            Path(beside).unlink(missing_ok=True)


def _digest(payload: bytes) -> bytes:
    return hashlib.blake2b(payload).hexdigest().encode()
