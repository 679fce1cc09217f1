"""The cache of entries: correct hits, and no hit for anything doubtful."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.board.reading.cache import EntryCache, _code_digest, fingerprint
from tests.samples import ROOT, entry_with, rubric
from tests.thorough import examples

if TYPE_CHECKING:
    from pathlib import Path

BLOB = "0123456789abcdef0123456789abcdef01234567"
ENTRY = entry_with("oscn" * 4, "example/one", "모델 One")
CRITERIA = tuple(criterion.id for criterion in rubric().criteria)


def stored(file: Path) -> Path:
    cache = EntryCache(file, "reader", CRITERIA)
    cache.put(BLOB, ENTRY)
    cache.save()
    return file


def digested(payload: bytes) -> bytes:
    return hashlib.blake2b(payload).hexdigest().encode() + b"\n" + payload


def test_what_was_put_is_there_in_the_next_run_at_whatever_path(tmp_path: Path) -> None:
    file = stored(tmp_path / "new/folder/cache")
    cache = EntryCache(file, "reader", CRITERIA)
    assert cache.get(BLOB, "example/one") == ENTRY
    assert cache.get(BLOB, "other/two") == ENTRY._replace(id="other/two")
    assert cache.get(BLOB[::-1], "example/one") is None


def test_another_reader_believes_nothing(tmp_path: Path) -> None:
    assert EntryCache(stored(tmp_path / "cache"), "another reader", CRITERIA).get(BLOB, "example/one") is None


def test_what_is_disputed_or_doubtful_and_the_newest_day_are_kept(tmp_path: Path) -> None:
    disputed = (("weights", "https://example.org/example/open/issues/1"), ("code", "https://example.org/a/b/issues/2"))
    entry = ENTRY._replace(disputed=disputed, doubtful=("code", "api", "data_filtering"), as_of="2026-11-20")
    cache = EntryCache(tmp_path / "cache", "reader", CRITERIA)
    cache.put(BLOB, entry)
    cache.save()
    assert EntryCache(tmp_path / "cache", "reader", CRITERIA).get(BLOB, "example/one") == entry


def test_other_precedents_are_another_reader() -> None:
    assert fingerprint(b"a", b"b") == fingerprint(b"a", b"b")
    assert len({fingerprint(b"a"), fingerprint(b"a", b"b"), fingerprint(b"ab"), fingerprint(b"a", b"c")}) == 4


def test_another_rubric_is_another_reader() -> None:
    assert fingerprint(b"version: 1.0.0") == fingerprint(b"version: 1.0.0") != fingerprint(b"version: 1.0.1")


def test_an_entry_with_another_number_of_levels_is_not_believed(tmp_path: Path) -> None:
    assert EntryCache(stored(tmp_path / "cache"), "reader", CRITERIA[1:]).get(BLOB, "example/one") is None


def test_another_version_of_a_library_reads_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(b"")
    monkeypatch.setattr("bot.board.reading.cache.version", lambda package: f"{package} of tomorrow")
    _code_digest.cache_clear()
    assert fingerprint(b"") != before
    _code_digest.cache_clear()


def test_what_is_not_used_is_forgotten_when_something_new_is_saved(tmp_path: Path) -> None:
    file = stored(tmp_path / "cache")
    cache = EntryCache(file, "reader", CRITERIA)
    cache.put("f" * 40, ENTRY)
    cache.save()
    again = EntryCache(file, "reader", CRITERIA)
    assert again.get(BLOB, "example/one") is None
    assert again.get("f" * 40, "example/one") == ENTRY


def test_nothing_is_written_when_nothing_is_new(tmp_path: Path) -> None:
    file = stored(tmp_path / "cache")
    before = file.stat().st_mtime_ns, file.stat().st_ino
    cache = EntryCache(file, "reader", CRITERIA)
    cache.get(BLOB, "example/one")
    cache.save()
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before


# ---- damaged ---------------------------------------------------------------------------------------------------------


def test_no_flipped_bit_makes_a_wrong_entry(tmp_path: Path) -> None:
    file = stored(tmp_path / "cache")
    sound, chance = file.read_bytes(), random.Random(0)
    for _ in range(300):
        damaged = bytearray(sound)
        damaged[chance.randrange(len(sound))] ^= 1 << chance.randrange(8)
        file.write_bytes(damaged)
        assert EntryCache(file, "reader", CRITERIA).get(BLOB, "example/one") is None


def test_no_truncated_file_makes_a_wrong_entry(tmp_path: Path) -> None:
    file = stored(tmp_path / "cache")
    sound = file.read_bytes()
    for length in range(len(sound)):
        file.write_bytes(sound[:length])
        assert EntryCache(file, "reader", CRITERIA).get(BLOB, "example/one") is None


ENTRIES: list[object] = [
    None, [], "text", 3, {BLOB: None}, {BLOB: []}, {BLOB: "abc"}, {BLOB: ["a", None]}, {BLOB: ["a", None, "oX", None]}, {BLOB: ["a", None, "OSCN" * 4, 1]},
    {BLOB: ["a", None, "OSCN" * 4]},
    {BLOB: [1, None, "O"]}, {BLOB: ["a", 2, "O"]}, {BLOB: ["a", None, ["O"]]}, {BLOB: {"0": "a"}},
]  # fmt: skip


@pytest.mark.parametrize("entries", ENTRIES, ids=repr)
def test_what_is_no_entry_is_no_hit_even_if_its_digest_is_right(entries: object, tmp_path: Path) -> None:
    file = tmp_path / "cache"
    file.write_bytes(digested(json.dumps({"reader": "reader", "entries": entries}).encode()))
    cache = EntryCache(file, "reader", CRITERIA)
    assert cache.get(BLOB, "example/one") is None
    cache.put(BLOB, ENTRY)
    cache.save()
    assert EntryCache(file, "reader", CRITERIA).get(BLOB, "example/one") == ENTRY


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
PAYLOADS = st.one_of(st.binary(), JSON.map(lambda value: json.dumps(value).encode()), st.just(b"[" * 100_000))


@settings(max_examples=examples(100), deadline=None)
@given(PAYLOADS)
def test_no_content_makes_it_crash(payload: bytes) -> None:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cache"
        file.write_bytes(digested(payload))
        assert EntryCache(file, "reader", CRITERIA).get(BLOB, "example/one") is None


# ---- files that can't be written -------------------------------------------------------------------------------------


@pytest.mark.parametrize("obstacle", ["a folder in its place", "a file in place of its folder"])
def test_a_cache_that_cannot_be_written_is_no_failure_and_leaves_nothing_behind(obstacle: str, tmp_path: Path) -> None:
    if obstacle == "a folder in its place":
        file = tmp_path / "cache"
        file.mkdir()
    else:
        (tmp_path / "folder").write_text("no folder")
        file = tmp_path / "folder/cache"
    before = sorted(tmp_path.iterdir())
    assert EntryCache(stored(file), "reader", CRITERIA).get(BLOB, "example/one") is None
    assert sorted(tmp_path.iterdir()) == before


WRITER = """
import sys
from pathlib import Path
from bot.board.reading.cache import EntryCache
from tests.board.reading.test_cache import CRITERIA
from tests.samples import entry_with
for number in range(200):
    cache = EntryCache(Path(sys.argv[1]), "reader", CRITERIA)
    for blob in ("a" * 40, "b" * 40):
        found = cache.get(blob, "example/one")
        assert found is None or found == entry_with("oscn" * 4, "example/one", blob), found
    cache.put(sys.argv[2] * 40, entry_with("oscn" * 4, "example/one", sys.argv[2] * 40))
    cache.put(f"{number:040}", entry_with("oooo" * 4))
    cache.save()
"""


@pytest.mark.thorough
def test_two_processes_that_write_at_once_never_see_a_wrong_entry(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path / "cache")]
    running = [subprocess.Popen([*command, letter], cwd=ROOT) for letter in "ab"]
    assert [process.wait(60) for process in running] == [0, 0]
    assert [file.name for file in tmp_path.iterdir()] == ["cache"]
