"""Real servers on loopback for the tests of `auditor.net`, and a way to say raw things to the proxy."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Self

from auditor.net.proxy import EgressProxy

Handler = Callable[[bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def answer(body: bytes = b"hello", *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


async def hello(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(answer())


class Site:
    """A server that counts connections, keeps the heads it was sent and answers by `handler`."""

    def __init__(self, handler: Handler = hello, host: str = "127.0.0.2") -> None:
        self.handler = handler
        self.host = host
        self.port = 0
        self.connections = 0
        self.heads: list[bytes] = []
        self.ended = asyncio.Event()  # a connection has ended
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def origin(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def authority(self) -> str:
        return f"{self.host}:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self.host, 0, limit=1 << 20)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self.connections += 1
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                self.heads.append(head)
                await self.handler(head, reader, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self.ended.set()
            self._tasks.discard(task)


def authorization(proxy: EgressProxy) -> bytes:
    pair = base64.b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
    return f"Proxy-Authorization: Basic {pair}\r\n".encode()


@asynccontextmanager
async def connection(
    proxy: EgressProxy,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port, limit=1 << 20)
    try:
        yield reader, writer
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


async def head_of(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)


async def rest_of(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the connection ends, in whichever way."""
    got = b""
    try:
        while data := await asyncio.wait_for(reader.read(1 << 20), 10):
            got += data
    except ConnectionResetError:
        pass
    return got


async def say(proxy: EgressProxy, text: bytes) -> bytes:
    """Send raw bytes, `AUTH` replaced by the credentials' line; all that comes back until the end."""
    async with connection(proxy) as (reader, writer):
        writer.write(text.replace(b"AUTH\r\n", authorization(proxy)))
        return await rest_of(reader)
