"""gzip and deflate unpacked piece by piece: however much is packed into little, one piece of it is held."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

PIECE = 64 * 1024  # bytes
MAX_MEMBERS = 100_000  # of one gzip file: block-wise packers make one for 64 KB, hostile ones for nothing

_GZIP = zlib.MAX_WBITS | 16


class Damaged(Exception):
    """What was packed cannot be unpacked."""


class Inflater:
    """gzip (RFC 1952, of any number of members) or deflate (RFC 1950, and bare RFC 1951 as many send it)."""

    def __init__(self, *, deflate: bool = False) -> None:
        self._deflate = deflate
        self._stream = zlib.decompressobj(zlib.MAX_WBITS if deflate else _GZIP)
        self._held = b""  # of deflate, until its two first bytes are there
        self._fed = False
        self._members = 1
        self._padding = False  # what follows the last member is none; ignored, as gzip(1) does

    @property
    def complete(self) -> bool:
        """Whether it may end here."""
        return not self._fed or self._stream.eof or self._padding

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What `data` holds, in pieces of at most `PIECE` bytes, unpacked as they are asked for.

        Raises `Damaged`.
        """
        if self._deflate and not self._fed:
            data = self._held + data
            if len(data) < 2:
                self._held = data
                return
            if data[0] & 15 != 8 or (data[0] << 8 | data[1]) % 31:  # no zlib wrapper (RFC 1950, section 2.2)
                self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
        full = False  # zlib may hold more then, though it has had all the input
        while (data or full) and not self._padding:
            if self._stream.eof:
                self._padding = self._deflate or not data.startswith(b"\x1f")
                if self._padding:
                    return
                self._members += 1
                if self._members > MAX_MEMBERS:
                    raise Damaged
                self._stream = zlib.decompressobj(_GZIP)
            try:
                piece = self._stream.decompress(data, PIECE)
            except zlib.error:
                raise Damaged from None
            self._fed = True
            data = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
            full = len(piece) == PIECE and not self._stream.eof
            if piece:
                yield piece
