"""Decompression of bodies, piece by piece, with bounded memory for any bytes."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_CODINGS = 2
"""Nested codings of a Content-Encoding; chained servers add them by mistake."""
_PIECE = 1 << 16
_MOST_MEMBERS = 1000
"""Members of a gzip stream. Large concatenated logs have dozens."""


class DecompressionError(ValueError):
    """The data does not match its Content-Encoding, or that was not requested."""


def codings(header: str) -> list[str]:
    """Return the codings of a Content-Encoding, the outermost last. Raises DecompressionError."""
    names = [name.strip().lower().removeprefix("x-") for name in header.split(",", 50)]
    names = [name for name in names if name not in ("", "identity")]
    if len(names) > MOST_CODINGS or not set(names) <= {"gzip", "deflate"}:
        raise DecompressionError("its compression is not supported")
    return names


class Decompressor:
    """Decompressor of one coding. Reads and returns at most `largest` bytes each; then it is `full`."""

    def __init__(self, coding: str, largest: int) -> None:
        self._coding = coding
        self._stream = zlib.decompressobj(31) if coding == "gzip" else None
        self._largest = self._left_in = self._left_out = largest
        self._members = 1
        self.full = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the decompressed pieces of the next bytes, at most 64 KiB each. Raises DecompressionError."""
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
            # All input may be consumed while output is still buffered.
            more = len(piece) == most and not stream.eof
            if piece:
                yield piece
        # The rest of the input may be nothing but a checksum.
        self.full = self.full or not self._left_out

    @property
    def ended(self) -> bool:
        """Whether the stream is complete, or there was no data."""
        return self._left_in == self._largest or (self._stream is not None and self._stream.eof)

    def _next_stream(self, data: bytes) -> zlib._Decompress | None:
        """Return the stream for these bytes; None for bytes after its end, which browsers ignore too."""
        if self._stream is None:
            # `deflate` is zlib by RFC 9110, but some servers send the raw stream.
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
