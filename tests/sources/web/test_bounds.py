"""Bombs, floods and the end of a run: memory stays small, and nothing stays open."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import gc
import gzip
import tracemalloc
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.web.connecting import Network
from bot.sources.web.decompression import DecompressionError, Decompressor, codings
from bot.sources.web.outcome import LARGEST_PAGE, Fetched, Outcome, PageRequest
from bot.sources.web.visiting import visit
from tests.sources.web.asked import QUICK, outcome, outcomes
from tests.sources.web.server import LOOPBACK, Reply, bomb

if TYPE_CHECKING:
    from tests.sources.web.server import Server

MEGABYTE = 1 << 20
SMALL = dataclasses.replace(QUICK, largest_page=MEGABYTE)


# ---- bodies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "gzip, gzip"])
def test_a_bomb_is_stopped_without_ever_holding_more_than_a_page(server: Server, encoding: str) -> None:
    assert len(bomb(encoding)) < 3 * MEGABYTE
    server.pages["/bomb"] = Reply(headers={"Content-Encoding": encoding}, body=bomb(encoding))
    tracemalloc.start()
    try:
        came = outcome(server, "/bomb", politeness=SMALL)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(came, Fetched)
    assert (len(came.data), came.whole) == (MEGABYTE, False)
    assert peak < 12 * MEGABYTE


def test_a_nested_bomb_without_output_is_stopped_too(server: Server) -> None:
    # The outer one gives a gigabyte of an inner one, which gives nothing: empty blocks.
    inner = zlib.compressobj(9, zlib.DEFLATED, 31)
    empty = inner.flush(zlib.Z_FULL_FLUSH)
    body = gzip.compress(empty + b"\x00\x00\x00\xff\xff" * (8 * MEGABYTE), mtime=0)
    server.pages["/bomb"] = Reply(headers={"Content-Encoding": "gzip, gzip"}, body=body)
    came = outcome(server, "/bomb", politeness=SMALL)
    assert isinstance(came, Fetched)
    assert (came.data, came.whole) == (b"", False)


@pytest.mark.parametrize("path", ["/large", "/endless"])
def test_a_page_is_read_up_to_the_largest_and_no_further(server: Server, path: str) -> None:
    came = outcome(server, path, politeness=SMALL)
    assert isinstance(came, Fetched)
    assert (len(came.data), came.whole) == (MEGABYTE, False)


def test_a_page_of_the_largest_size_is_whole(server: Server) -> None:
    server.pages["/largest"] = Reply(body=bytes(MEGABYTE))
    came = outcome(server, "/largest", politeness=SMALL)
    assert isinstance(came, Fetched)
    assert (len(came.data), came.whole) == (MEGABYTE, True)
    assert QUICK.largest_page == LARGEST_PAGE


def test_only_few_large_pages_are_in_memory_at_the_same_time(server: Server) -> None:
    server.pages["/bulk"] = Reply(body=bytes(MEGABYTE // 2))
    held = most = 0

    async def take(_: PageRequest, came: Outcome) -> None:
        nonlocal held, most
        assert isinstance(came, Fetched)
        held += 1
        most = max(most, held)
        await asyncio.sleep(0.01)
        held -= 1

    wanted = [PageRequest(f"http://h{number}.example.org/bulk") for number in range(12)]
    asyncio.run(visit(wanted, take, politeness=QUICK, network=Network(LOOPBACK, server.names())))
    assert 2 <= most <= 4


def test_waiting_for_memory_does_not_count_against_a_page(server: Server) -> None:
    server.pages["/bulk"] = Reply(body=bytes(MEGABYTE // 2))
    taken = []

    async def take(_: PageRequest, came: Outcome) -> None:
        taken.append(came)
        await asyncio.sleep(0.2)

    wanted = [PageRequest(f"http://h{number}.example.org/bulk") for number in range(9)]
    politeness = dataclasses.replace(QUICK, whole_page=0.3)
    asyncio.run(visit(wanted, take, politeness=politeness, network=Network(LOOPBACK, server.names())))
    assert {type(came) for came in taken} == {Fetched}


# ---- decompression ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "names"),
    [("", []), ("identity", []), ("gzip", ["gzip"]), ("GZIP", ["gzip"]), ("x-gzip, deflate", ["gzip", "deflate"])],
)
def test_the_codings_of_a_header(header: str, names: list[str]) -> None:
    assert codings(header) == names


@pytest.mark.parametrize(
    "header", ["br", "zstd", "compress", "gzip, br", "gzip, gzip, gzip", "gzip;q=1", "," * 100 + "br"]
)
def test_codings_that_were_not_requested_are_refused(header: str) -> None:
    with pytest.raises(DecompressionError):
        codings(header)


@given(st.binary(max_size=3000), st.sampled_from(["gzip", "deflate", "raw"]), st.integers(1, 500))
def test_any_data_is_decompressed_in_pieces_of_any_size(data: bytes, how: str, size: int) -> None:
    packed = gzip.compress(data) if how == "gzip" else zlib.compress(data)
    packed = packed[2:-4] if how == "raw" else packed
    undone = Decompressor("gzip" if how == "gzip" else "deflate", 1 << 20)
    pieces = [piece for start in range(0, len(packed), size) for piece in undone.feed(packed[start : start + size])]
    # The first byte alone doesn't always tell the bare stream from zlib's.
    if how != "raw" or size > 1:
        assert b"".join(pieces) == data
        assert undone.ended
        assert not undone.full


@given(st.binary(max_size=3000), st.sampled_from(["gzip", "deflate"]), st.integers(1, 100))
def test_any_bytes_are_decompressed_or_refused_within_the_limit(data: bytes, how: str, largest: int) -> None:
    undone = Decompressor(how, largest)
    with contextlib.suppress(DecompressionError):
        assert sum(len(piece) for piece in undone.feed(data)) <= largest


def test_very_many_parts_are_refused() -> None:
    with pytest.raises(DecompressionError, match="too many parts"):
        list(Decompressor("gzip", 1 << 20).feed(gzip.compress(b"") * 2000))


# ---- the end ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/slow", "/stalled", "/dribble", "/dribbled-headers", "/endless"])
def test_a_cancelled_run_leaves_nothing_open(server: Server, path: str) -> None:
    async def story() -> None:
        async def take(_: PageRequest, came: Outcome) -> None:
            raise AssertionError(came)

        wanted = [PageRequest(f"https://h{number}.example.org{path}") for number in range(5)]
        network = Network(LOOPBACK, server.names(), server.trust())
        politeness = dataclasses.replace(QUICK, largest_page=1 << 40)
        task = asyncio.create_task(visit(wanted, take, politeness=politeness, network=network))
        while len(server.asked) < 5:
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(story())
    # What is still open is reported here, and fails the test.
    gc.collect()


def test_an_exception_of_take_ends_the_run(server: Server) -> None:
    class Full(Exception):  # noqa: N818
        pass

    async def story() -> None:
        async def take(_: PageRequest, __: Outcome) -> None:
            raise Full

        wanted = [
            PageRequest(f"http://h{number}.example.org/{'slow' if number else 'fine.html'}") for number in range(5)
        ]
        with pytest.raises(Full):
            await visit(wanted, take, politeness=QUICK, network=Network(LOOPBACK, server.names()))
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(story())
    gc.collect()


@pytest.mark.thorough
def test_every_page_of_many_hosts_has_an_outcome_and_nothing_is_logged(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    slow = {"/slow", "/stalled", "/endless", "/dribble", "/dribbled-headers", "/early-hints-endless", "/large"}
    paths = [
        path
        for path in server.pages
        if path.startswith("/")
        and not path.startswith(("/dribble/", "/stalled/"))
        and path not in slow
        and "bomb" not in path
    ]
    pages = [f"http://h{number % 5}.example.org{path}" for number, path in enumerate(paths)]
    assert len(outcomes(server, *pages, politeness=dataclasses.replace(QUICK, longest_wait=1e9))) == len(pages) > 90
    assert [record for record in caplog.records if record.name != "asyncio" or record.levelno > 10] == []
