"""The state between runs: intact after a kill, independent of the order of merges, and never in another program's file."""

from __future__ import annotations

import itertools
import os
import signal
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bot.sources.evidence.memory import Memory, StateError, merge
from bot.sources.evidence.page_state import ArchiveCopy, PageState, QuoteResult
from bot.sources.evidence.report import LinkState, QuoteStatus
from tests.samples import ROOT

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://example.org/paper"
OTHER = "https://example.org/other"
PAGE = PageState(URL, LinkState.MOVED, "it has moved", OTHER, 7, 1, 2, 3, 4, '"1"', "Sun")
TOLD = QuoteResult("all weights", QuoteStatus.NEAR, "all the weights", "", 7)
COPY = ArchiveCopy("https://web.archive.org/web/20250331010203/https://example.org/paper", 9)


def test_results_are_available_to_the_next_run(tmp_path: Path) -> None:
    file = tmp_path / "folder/state.sqlite"
    with Memory.open(file) as memory:
        assert (memory.pages(), memory.quotes(), memory.copies()) == ({}, {}, {})
        memory.record([PAGE], [(URL, TOLD)], [(URL, COPY)])
    for open_again in (Memory.open, Memory.read):
        with open_again(file) as memory:
            assert memory.pages() == {URL: PAGE}
            assert memory.quotes() == {(URL, "all weights"): TOLD}
            assert memory.copies() == {URL: COPY}


def test_the_newer_knowledge_takes_the_place_of_the_older(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "state.sqlite") as memory:
        memory.record([PAGE])
        memory.record([PageState(URL, LinkState.GONE, checked=8)])
        assert memory.pages()[URL].state is LinkState.GONE


def test_half_surrogates_and_endless_words_are_kept_as_far_as_they_can_be() -> None:
    with Memory.in_memory() as memory:
        memory.record([PageState(URL, LinkState.GONE, "\udcff" + "x" * 100_000)])
        why = memory.pages()[URL].why
        assert why.startswith("?x")
        assert len(why) < 10_000


def test_a_batch_is_stored_completely_or_not_at_all(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "state.sqlite") as memory:
        memory.record([PAGE])

        def breaking() -> object:
            yield PageState(OTHER, LinkState.FINE)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            memory.record(breaking())  # type: ignore[arg-type]  # an iterator
        assert memory.pages() == {URL: PAGE}


def test_a_full_disk_is_reported_and_leaves_the_file_intact(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "state.sqlite") as memory:
        memory.record([PAGE])
        memory._connection.execute("PRAGMA max_page_count = 12")
        with pytest.raises(StateError, match="disk is full"):
            memory.record(PageState(f"https://example.org/{number}", LinkState.FINE) for number in range(10_000))
        memory.record([PageState(OTHER, LinkState.FINE)])
        assert set(memory.pages()) == {URL, OTHER}


@pytest.mark.thorough
def test_a_killed_run_leaves_the_file_intact(tmp_path: Path) -> None:
    file = tmp_path / "state.sqlite"
    program = f"""
from pathlib import Path
import os, signal
from bot.sources.evidence.page_state import PageState
from bot.sources.evidence.memory import Memory
from bot.sources.evidence.report import LinkState
memory = Memory.open(Path({str(file)!r}))
memory.record(PageState(f"https://example.org/{{number}}", LinkState.FINE) for number in range(1000))
def more():
    for number in range(100_000):
        yield PageState(f"https://example.com/{{number}}", LinkState.FINE)
        if number == 90_000:
            os.kill(os.getpid(), signal.SIGKILL)
memory.record(more())
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=os.environ, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with Memory.read(file) as memory:
        assert len(memory.pages()) == 1000


def test_pages_without_citations_are_deleted() -> None:
    with Memory.in_memory() as memory:
        memory.record(
            [PAGE, PageState(OTHER, LinkState.FINE)],
            [(URL, TOLD), (URL, QuoteResult("else", QuoteStatus.FOUND)), (OTHER, TOLD)],
            [(OTHER, COPY)],
        )
        assert memory.forget_all_but({(URL, "all weights")}, {URL}) == 1
        assert (set(memory.pages()), set(memory.quotes()), set(memory.copies())) == (
            {URL},
            {(URL, "all weights")},
            set(),
        )


# ---- merging ---------------------------------------------------------------------------------------------------------


def test_of_each_page_the_newest_knowledge_counts_in_whatever_order_shards_merge(tmp_path: Path) -> None:
    shards = [tmp_path / f"shard-{number}.sqlite" for number in range(3)]
    pages = [
        [PageState(URL, LinkState.FINE, checked=1), PageState(OTHER, LinkState.GONE, checked=5)],
        [PageState(URL, LinkState.GONE, checked=3), PageState(OTHER, LinkState.FINE, checked=5)],
        [PageState(URL, LinkState.MOVED, checked=2)],
    ]
    for shard, known in zip(shards, pages, strict=True):
        with Memory.open(shard) as memory:
            quotes = [(URL, QuoteResult("words", QuoteStatus.FOUND, checked=known[0].checked))]
            memory.record(known, quotes, [(URL, ArchiveCopy(f"{COPY.place}{known[0].checked}", 4 - known[0].checked))])
    results = []
    for number, order in enumerate(itertools.permutations(shards)):
        target = tmp_path / f"merged-{number}.sqlite"
        merge(target, order)
        merge(target, order)
        with Memory.read(target) as memory:
            results.append((memory.pages(), memory.quotes(), memory.copies()))
    assert all(result == results[0] for result in results)
    known_pages, known_quotes, copies = results[0]
    assert known_pages[URL].state is LinkState.GONE
    assert known_quotes[URL, "words"].checked == 3
    assert copies[URL] == ArchiveCopy(f"{COPY.place}1", 3)


# ---- files that can't be used ----------------------------------------------------------------------------------------


def foreign(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()


def newer(file: Path) -> None:
    Memory.open(file).close()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def cut_off(file: Path) -> None:
    with Memory.open(file) as memory:
        memory.record(PageState(f"https://example.org/{number}", LinkState.FINE) for number in range(1000))
    file.write_bytes(file.read_bytes()[:9000])


def of_other_values(file: Path) -> None:
    Memory.open(file).close()
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO pages VALUES ('a', 1, 'wonderful', '', '', 0, 0, 0, 0, '', '')")
    connection.close()


def of_other_types(file: Path) -> None:
    Memory.open(file).close()
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO pages VALUES ('a', 'x', 'fine', '', '', 0, 0, 0, 0, x'00', '')")
    connection.close()


def of_no_time(file: Path) -> None:
    Memory.open(file).close()
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO pages VALUES ('a', 300000000000, 'fine', '', '', 0, 0, 0, 0, '', '')")
    connection.close()


BROKEN = {
    "text": lambda file: file.write_text("version: 1\n" * 500),
    "another program's": foreign,
    "a newer version's": newer,
    "cut off": cut_off,
    "of other values": of_other_values,
    "of other types": of_other_types,
    "of a time without dates": of_no_time,
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_cannot_be_used_is_named_and_left_as_it_is(case: str, tmp_path: Path) -> None:
    file = tmp_path / "state.sqlite"
    BROKEN[case](file)
    before = file.read_bytes()
    with pytest.raises(StateError, match=r"state\.sqlite") as caught, Memory.open(file) as memory:
        memory.pages()
    assert "--state" in str(caught.value)
    with pytest.raises(StateError, match=r"state\.sqlite"):
        merge(tmp_path / "merged.sqlite", [file])
    assert file.read_bytes() == before


def test_an_empty_file_is_a_new_one(tmp_path: Path) -> None:
    file = tmp_path / "state.sqlite"
    file.touch()
    with Memory.open(file) as memory:
        assert memory.pages() == {}


def test_a_file_that_is_read_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StateError):
        Memory.read(tmp_path / "state.sqlite")
    assert not (tmp_path / "state.sqlite").exists()
