"""A server of sites that may do anything: HTTP by hand over asyncio, in a thread of its own.

An answer is a coroutine function that gets the request and the connection, so it may keep to HTTP, break it
in any way, hang, or reset the connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType

PATIENCE = 120.0  # seconds; no answer hangs for longer, whatever becomes of the client


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request. `host` is the address that was connected to; `at` is `time.monotonic()`."""

    host: str
    method: str
    target: str
    headers: Mapping[str, str]
    at: float = field(default_factory=time.monotonic)

    @property
    def path(self) -> str:
        """The target without its query, as sent."""
        return self.target.partition("?")[0]


class Wire:
    """One connection, to answer on. `words` are replaced in what `answer` sends: `$HERE`, `$OTHER`, …"""

    def __init__(self, writer: asyncio.StreamWriter, words: Mapping[str, str], method: str) -> None:
        self.writer = writer
        self.words = words
        self.method = method
        self.last = (
            0.0  # `time.monotonic()` before the last bytes left: the client may have them from then on
        )

    async def send(self, data: bytes | str) -> None:
        self.last = time.monotonic()
        self.writer.write(self.fill(data))
        await self.writer.drain()

    def fill(self, data: bytes | str) -> bytes:
        raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        if b"$" in raw:
            for word, value in self.words.items():
                raw = raw.replace(word.encode(), value.encode())
        return raw

    async def answer(
        self, body: bytes | str = b"", *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        """A whole answer by the rules, with its length."""
        raw = self.fill(body)
        lines = {"Content-Type": "text/html; charset=utf-8", **(headers or {})}
        if status not in (204, 304):
            lines["Content-Length"] = str(len(raw))
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
        await self.send(f"HTTP/1.1 {status} Said\r\nConnection: close\r\n{head}\r\n")
        if self.method != "HEAD":
            await self.send(raw)

    async def hang(self) -> None:
        """Say nothing more, until the client goes or patience ends."""
        await asyncio.sleep(PATIENCE)

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        raw: socket.socket = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Serve = Callable[[Asked, Wire], Awaitable[None]]


@dataclass
class Server:
    """Serves on one port of several loopback addresses while it is entered. `asked`: all requests so far."""

    route: Callable[[Asked], Serve]
    addresses: tuple[str, ...] = ("127.0.0.1",)
    words: dict[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def hits(self, path: str, host: str | None = None) -> int:
        return sum(a.path == path and host in (None, a.host) for a in self.asked)

    def origin(self, number: int = 0) -> str:
        return f"http://{self.addresses[number]}:{self.port}"

    def __enter__(self) -> Server:
        self._sockets = _listen(self.addresses, self.port)
        self.port = self._sockets[0].getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        async with contextlib.AsyncExitStack() as stack:
            for listener in self._sockets:
                await stack.enter_async_context(
                    await asyncio.start_server(self._connection, sock=listener, limit=2**20)
                )
            await self._stop.wait()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            async with asyncio.timeout(PATIENCE):
                await self._one(reader, writer)
        except (OSError, EOFError, TimeoutError, ValueError, asyncio.LimitOverrunError):
            pass
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (x.partition(":") for x in lines)
            if name
        }
        host = writer.get_extra_info("sockname")[0]
        asked = Asked(host=host, method=method, target=target, headers=headers)
        self.asked.append(asked)
        left = int(headers.get("content-length", "0"))
        while left > 0 and (part := await reader.read(min(left, 65536))):
            left -= len(part)
        await self.route(asked)(asked, Wire(writer, self.words, method))


def _listen(addresses: Iterable[str], port: int) -> list[socket.socket]:
    """One socket for each address, all on one port; a free one where `port` is 0."""
    for _ in range(20):
        sockets: list[socket.socket] = []
        try:
            for address in addresses:
                wanted = sockets[0].getsockname()[1] if sockets else port
                sockets.append(socket.create_server((address, wanted), backlog=200))
        except OSError:
            for one in sockets:
                one.close()
            if port:
                raise
        else:
            return sockets
    raise OSError("no port is free on all addresses")
