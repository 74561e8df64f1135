"""The egress proxy: every byte the browser and the HTTP client exchange with a site passes here.

HTTP/1.1 in absolute form, and CONNECT tunnels, on a random port of 127.0.0.1, for clients that know
the password. Each target is put to the `Guard`; the connection goes to the addresses it returned and
to nothing else. A refusal is a 403 with `X-Refused-By: auditor`; a site that cannot be reached is a
502 with `X-Egress-Error: dns|connect|timeout|protocol`. Sites cannot send either header through here.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import re
import secrets
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from auditor.net.exchange import Session
from auditor.net.guard import Guard
from auditor.net.heads import OWN_HOST
from auditor.net.stream import Stream


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Seconds, and a number of client connections. The defaults are for audits; tests shorten them."""

    head: float = 20.0  # from the first byte of a request to the end of its head
    connect: float = 15.0  # to any of a host's addresses
    response: float = 60.0  # the site's or the client's silence during an exchange
    keep_alive: float = 240.0  # a client connection between requests
    tunnel: float = 120.0  # silence of both ends of a tunnel
    clients: int = 1024


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One connection refused: its URL, or `host:port` of a tunnel; and why. Safe to show."""

    where: str
    reason: str
    at: float  # time.time()


@dataclass
class Refusals:
    """The last refusals, at most a thousand, and how many there were in all, and for which reason."""

    total: int = 0
    by_reason: Counter[str] = field(default_factory=Counter)
    recent: deque[Refusal] = field(default_factory=lambda: deque(maxlen=1000))


class EgressProxy:
    """`async with EgressProxy(guard) as proxy:` listens until the block ends, then drops everything.

    For httpx: `url`, which holds the password: never log it. For Chromium: `server`, and the password
    given once a browser context. Do not give it by Playwright's `proxy` option: that switches request
    interception on and the HTTP cache off. Over CDP instead, in a page of the new context: `Fetch.enable`
    with `handleAuthRequests`, go to `hello`, answer `Fetch.authRequired` of source Proxy, `Fetch.disable`.
    Chromium then remembers it for the context; what it does outside of contexts (updates) is denied.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        limits: Limits | None = None,
    ) -> None:
        self.guard = guard
        self.limits = limits or Limits()
        self.refused = Refusals()
        self.username = "auditor"
        self.password = secrets.token_urlsafe(24)
        pair = base64.b64encode(f"{self.username}:{self.password}".encode())
        self._authorization = b"Basic " + pair
        self._streams: set[Stream] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._sweeper: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"<EgressProxy {self.server if self._server else 'not listening'}>"

    hello = f"http://{OWN_HOST}/"  # answered by the proxy itself, with 200

    @property
    def port(self) -> int:
        if not self._server:
            raise RuntimeError("the proxy is not listening")
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def server(self) -> str:
        """Address without credentials, for a browser that `find.launch` started."""
        return f"http://{OWN_HOST}:{self.port}"

    @property
    def url(self) -> str:
        """Address with credentials."""
        return f"http://{self.username}:{self.password}@127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._accept, "127.0.0.1", 0, backlog=256)
        self._sweeper = asyncio.create_task(self._sweep())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        server, self._server = self._server, None
        if server:
            server.close()
        tasks = [*self._tasks, *([self._sweeper] if self._sweeper else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for stream in self._streams:
            stream.abort()
        await asyncio.sleep(0)  # let the sockets close

    def _accept(self) -> Stream:
        session = Session(self)
        stream = _Accepted(self.limits.response, session, self)
        self.watch(stream)
        return stream

    def watch(self, stream: Stream) -> None:
        """Put a connection under the sweeper's eye until it is gone."""
        self._streams.add(stream)
        stream.gone.add_done_callback(lambda _: self._streams.discard(stream))

    def run(self, session: Session, stream: Stream) -> None:
        if len(self._tasks) >= self.limits.clients:
            stream.abort()
            return
        task = asyncio.create_task(session.serve(stream))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def authorized(self, given: bytes | None) -> bool:
        return hmac.compare_digest(given or b"", self._authorization)

    def refuse(self, where: str, reason: str) -> None:
        refusal = Refusal(where=where[:500], reason=reason, at=time.time())
        self.refused.total += 1
        self.refused.by_reason[re.sub(r"^port \d+", "port", reason)] += 1  # one line, not one a port
        self.refused.recent.append(refusal)

    async def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(0.5)
            now = loop.time()
            for stream in [each for each in self._streams if each.overdue(now)]:
                stream.expire()


class _Accepted(Stream):
    """A client's connection: starts its session once it is there."""

    def __init__(self, patience: float, session: Session, proxy: EgressProxy) -> None:
        super().__init__(patience)
        self._session = session
        self._proxy = proxy

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._proxy.run(self._session, self)
