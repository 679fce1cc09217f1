"""Decompressing what a server sends, piece by piece: never more in memory than was asked for, whatever the bytes are."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_CODINGS = 2
"""Of a Content-Encoding, one within the other: servers behind servers do that by mistake."""
_PIECE = 1 << 16
_MOST_MEMBERS = 1000
"""Parts of a gzip stream, each with a head of its own. Large files made of logs have dozens."""


class DecompressionError(ValueError):
    """The data isn't what its Content-Encoding says, or that isn't one that was asked for."""


def codings(header: str) -> list[str]:
    """The codings of a Content-Encoding, the outermost last.

    Raises:
        CannotDecompress: One wasn't asked for, or there are too many.
    """
    names = [name.strip().lower().removeprefix("x-") for name in header.split(",", 50)]
    names = [name for name in names if name not in ("", "identity")]
    if len(names) > MOST_CODINGS or not set(names) <= {"gzip", "deflate"}:
        raise DecompressionError("it is compressed in a way that wasn't asked for")
    return names


class Decompressor:
    """One coding undone. At most `largest` bytes go in, and at most as many come out; then it is `full`."""

    def __init__(self, coding: str, largest: int) -> None:
        self._coding = coding
        self._stream = zlib.decompressobj(31) if coding == "gzip" else None
        self._largest = self._left_in = self._left_out = largest
        self._members = 1
        self.full = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What comes out of the next bytes, in pieces of at most 64 KiB.

        Raises:
            CannotDecompress: It is broken.
        """
        if len(data) > self._left_in:
            self.full = True
            data = data[: self._left_in]
        self._left_in -= len(data)
        more = False
        while (data or more) and self._left_out:
            stream = self._next_stream(data)
            if stream is None:
                return
            most = min(_PIECE, self._left_out)
            try:
                piece = stream.decompress(data, most)
            except zlib.error as error:
                raise DecompressionError("its compressed data is broken") from error
            data = stream.unused_data if stream.eof else stream.unconsumed_tail
            self._left_out -= len(piece)
            # All may have been taken in, and not all given out.
            more = len(piece) == most and not stream.eof
            if piece:
                yield piece
        # What was left behind may be nothing but a checksum; nobody needs to know.
        self.full = self.full or not self._left_out

    @property
    def ended(self) -> bool:
        """Whether the data came to its end, or there was none."""
        return self._left_in == self._largest or (self._stream is not None and self._stream.eof)

    def _next_stream(self, data: bytes) -> zlib._Decompress | None:
        """The stream that goes on with these bytes; None for what comes after its end, which browsers ignore too."""
        if self._stream is None:
            # RFC 9110 means zlib, some servers send the bare stream.
            is_zlib = data[0] & 15 == 8 and (len(data) < 2 or int.from_bytes(data[:2], "big") % 31 == 0)
            self._stream = zlib.decompressobj(15 if is_zlib else -15)
        elif self._stream.eof:
            if self._coding != "gzip" or data[0] != 0x1F:
                return None
            self._members += 1
            if self._members > _MOST_MEMBERS:
                raise DecompressionError("its compressed data has too many parts")
            self._stream = zlib.decompressobj(31)
        return self._stream
