"""One TCP connection, read and written in whatever pieces the kernel gives: no copying, few wake-ups.

`asyncio.StreamReader` copies each byte twice and cannot hand a connection over; two of these can be
joined, after which data flows between the sockets without a task being woken.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable
from typing import cast

HIGH_WATER = 256 * 1024  # bytes held in either direction before the sender is made to wait


class Stream(asyncio.Protocol):
    """Reads by `read`, writes by `write` and `drain`, or joined to another by `join`.

    Time limits are kept by a sweeper that calls `overdue` now and then, not by a timer a read:
    `patience` seconds of waiting on the peer, or the loop time `deadline`.
    """

    def __init__(self, patience: float, on_eof: Callable[[], None] | None = None) -> None:
        self.patience = patience
        self.deadline = math.inf
        self.on_eof = on_eof
        self.eof = False
        self.closed = False
        self.timed_out = False
        self._error: Exception | None = None
        self.peer: Stream | None = None
        self.transport: asyncio.Transport = None  # type: ignore[assignment]  # set on connection
        self._loop = asyncio.get_running_loop()
        self._chunks: deque[bytes] = deque()
        self._held = 0
        self._full = False  # the kernel takes no more: writers must wait
        self._waiter: asyncio.Future[None] | None = None
        self._drainer: asyncio.Future[None] | None = None
        self._since = math.inf  # when a wait began; when joined, of the last data
        self.gone: asyncio.Future[None] = self._loop.create_future()

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.set_write_buffer_limits(high=HIGH_WATER)

    def data_received(self, data: bytes) -> None:
        if self.peer:
            self._since = self.peer._since = self._loop.time()
            self.peer.write(data)
            return
        self._chunks.append(data)
        self._held += len(data)
        if self._held > HIGH_WATER:
            self.transport.pause_reading()
        self._wake(self._waiter)

    def eof_received(self) -> bool:
        self.eof = True
        self._wake(self._waiter)
        if self.peer:
            self.peer.write_eof()
        if self.on_eof:
            self.on_eof()
        return not self.peer or not self.peer.eof  # False closes: in a tunnel when both have ended

    def connection_lost(self, exc: Exception | None) -> None:
        self.eof = self.closed = True
        self._error = exc
        self._wake(self._waiter)
        self._wake(self._drainer)
        if self.peer:
            self.peer.close()
        if self.on_eof:
            self.on_eof()
        if not self.gone.done():
            self.gone.set_result(None)

    def pause_writing(self) -> None:
        self._full = True
        if self.peer:
            self.peer.transport.pause_reading()

    def resume_writing(self) -> None:
        self._full = False
        self._wake(self._drainer)
        if self.peer:
            self.peer.transport.resume_reading()

    @staticmethod
    def _wake(future: asyncio.Future[None] | None) -> None:
        if future and not future.done():
            future.set_result(None)

    # What the proxy calls

    async def read(self) -> bytes:
        """The next piece, b"" once the other side has ended. Raises TimeoutError or ConnectionError."""
        if not self._chunks and not self.eof:
            self._waiter = self._loop.create_future()
            self._since = self._loop.time()
            try:
                await self._waiter
            finally:
                self._waiter = None
                self._since = math.inf
        if not self._chunks:
            self._raise_if_failed()
            return b""
        data = self._chunks.popleft()
        self._held -= len(data)
        if self._held <= HIGH_WATER and not self.closed:
            self.transport.resume_reading()
        return data

    def write(self, data: bytes) -> None:
        if not self.closed and not self.transport.is_closing():
            self.transport.write(data)

    async def drain(self) -> None:
        """Wait until what was written is nearly gone. Raises TimeoutError or ConnectionError."""
        if self._full and not self.closed:
            self._drainer = self._loop.create_future()
            self._since = self._loop.time()
            try:
                await self._drainer
            finally:
                self._drainer = None
                self._since = math.inf
        if self.closed:
            self._raise_if_failed()
            raise ConnectionResetError("connection lost")

    def _raise_if_failed(self) -> None:
        if self.timed_out:
            raise TimeoutError("the other side was silent for too long")
        if self._error:
            raise ConnectionResetError("connection lost") from self._error

    @property
    def idle_and_clean(self) -> bool:
        """Whether the connection can carry another exchange: open, and nothing unasked for arrived."""
        return not (self.eof or self._chunks or self.transport.is_closing())

    async def join(self, other: Stream, patience: float) -> None:
        """Pass bytes both ways until both sides have ended; a side's end is passed on as such."""
        self.on_eof = other.on_eof = None
        now = self._loop.time()
        for near, far in ((self, other), (other, self)):
            near.peer, near.patience, near.deadline, near._since = far, patience, math.inf, now
        for near, far in ((self, other), (other, self)):
            while near._chunks:
                far.write(near._chunks.popleft())
            if near.closed:
                far.close()
            elif near.eof:
                far.write_eof()
            if not near.closed and not far._full:
                near.transport.resume_reading()
        if self.eof and other.eof:
            self.close()
            other.close()
        await asyncio.wait([self.gone, other.gone])

    def write_eof(self) -> None:
        if not self.closed and not self.transport.is_closing() and self.transport.can_write_eof():
            self.transport.write_eof()

    def overdue(self, now: float) -> bool:
        return now > self.deadline or now - self._since > self.patience

    def expire(self) -> None:
        """End it for lateness: who waits on it gets a TimeoutError."""
        self.timed_out = True
        self.abort()

    def close(self) -> None:
        """Close after what was written is out; what is never taken is bounded by the deadline."""
        if not self.closed:
            self.deadline = min(self.deadline, self._loop.time() + 10)
            self.transport.close()

    def abort(self) -> None:
        if not self.closed:
            self.transport.abort()
