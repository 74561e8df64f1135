"""One client connection of the egress proxy: its requests, one after the other, and their answers.

Each client connection has at most one connection to a site, kept for its next request to the same
host. It is never lent to another client: logins bound to a connection (NTLM) and answers sent unasked
stay with the one who caused them.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

import h11

from auditor.net import heads
from auditor.net.dial import EgressError, dial
from auditor.net.guard import Refused
from auditor.net.heads import MAX_HEAD, BadRequest, Target
from auditor.net.stream import HIGH_WATER, Stream

if TYPE_CHECKING:
    from auditor.net.proxy import EgressProxy

_SAFE = frozenset({b"GET", b"HEAD", b"OPTIONS"})
_BREATH = 64  # parts of a body handled before others get their turn
_Received = tuple[h11.Request, h11.Connection]


def _has_no_body(request: h11.Request) -> bool:
    return not any(name in (b"content-length", b"transfer-encoding") for name, _ in request.headers)


class Session:
    """The life of one client connection: `serve` is the whole of it."""

    def __init__(self, proxy: EgressProxy) -> None:
        self._proxy = proxy
        self._limits = proxy.limits
        self._upstream: Stream | None = None
        self._upstream_to: tuple[str, int] | None = None
        self._answered = False  # the head of the site's answer has been passed on
        self._task: asyncio.Task[None] | None = None

    async def serve(self, client: Stream) -> None:
        """Serve until either side ends; never raises for what a client or a site does."""
        self._task = asyncio.current_task()
        rest = b""
        try:
            while True:
                received = await self._receive_head(client, rest)
                if not received:
                    break
                if not await self._serve_one(client, received):
                    break
                rest = received[1].trailing_data[0]
        except BadRequest as error:
            extra = "X-Egress-Error: protocol"
            client.write(heads.own_answer(error.status, str(error), extra=extra, last=True))
        except (h11.ProtocolError, ConnectionError, TimeoutError):
            client.abort()
        finally:
            client.on_eof = None
            client.close()
            self._drop_upstream()

    async def _receive_head(self, client: Stream, rest: bytes) -> _Received | None:
        raw = rest.lstrip(b"\r\n")
        client.patience = self._limits.keep_alive
        while b"\r\n\r\n" not in raw:
            if len(raw) > MAX_HEAD:
                raise BadRequest("head too large", 431)
            if raw and client.deadline == math.inf:
                client.deadline = asyncio.get_running_loop().time() + self._limits.head
            data = await client.read()
            if not data:
                return None
            raw = raw + data if raw else data.lstrip(b"\r\n")
        client.deadline = math.inf
        client.patience = self._limits.response
        end = raw.index(b"\r\n\r\n")
        if end > MAX_HEAD:
            raise BadRequest("head too large", 431)
        heads.check_raw_head(raw[:end])
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)
        connection.receive_data(raw)
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError as error:
            raise BadRequest("not HTTP", error.error_status_hint) from None
        if not isinstance(event, h11.Request):
            raise BadRequest("not a request")
        heads.check_framing(event)
        return event, connection

    async def _serve_one(self, client: Stream, received: _Received) -> bool:
        """Whether the connection can take another request."""
        request, connection = received
        self._answered = False
        given = next((value for name, value in request.headers if name == b"proxy-authorization"), None)
        if not self._proxy.authorized(given):
            extra = 'Proxy-Authenticate: Basic realm="auditor"'
            return self._reply(client, received, 407, "credentials needed", extra=extra)
        try:
            target = heads.parse_target(request)
        except ValueError as error:
            return self._refuse(client, received, str(error))
        if target.host == heads.OWN_HOST:
            return self._reply(client, received, 200, "the proxy is here", phrase="OK")
        client.on_eof = self._give_up
        try:
            if target.scheme:
                return await self._forward(client, request, connection, target)
            upstream = await self._connect(target)
            client.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            upstream.write(connection.trailing_data[0])
            await client.join(upstream, self._limits.tunnel)
            return False
        except Refused as refused:
            return self._refuse(client, received, refused.reason)
        except EgressError as error:
            self._drop_upstream()
            extra, phrase = f"X-Egress-Error: {error.kind}", f"Egress {error.kind}: {error}"
            return self._reply(client, received, 502, str(error), extra=extra, phrase=phrase)
        finally:
            client.on_eof = None

    def _give_up(self) -> None:
        if self._task:
            self._task.cancel()

    async def _connect(self, target: Target) -> Stream:
        stream = await dial(self._proxy.guard, target, self._limits.connect, self._limits.response)
        self._proxy.watch(stream)
        self._upstream, self._upstream_to = stream, (target.host, target.port)
        return stream

    def _drop_upstream(self) -> None:
        if self._upstream:
            self._upstream.abort()
        self._upstream = self._upstream_to = None

    async def _forward(
        self, client: Stream, request: h11.Request, connection: h11.Connection, target: Target
    ) -> bool:
        kept = self._upstream
        again = kept and self._upstream_to == (target.host, target.port) and kept.idle_and_clean
        if kept and again and request.method in _SAFE and _has_no_body(request):
            try:
                return await self._exchange(client, request, connection, target, kept)
            except EgressError:  # the site may have closed it just now
                if kept.timed_out:
                    raise
        self._drop_upstream()
        upstream = await self._connect(target)
        return await self._exchange(client, request, connection, target, upstream)

    async def _exchange(
        self,
        client: Stream,
        request: h11.Request,
        connection: h11.Connection,
        target: Target,
        upstream: Stream,
    ) -> bool:
        site = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD)
        headers = heads.request_headers(request, target)
        head = h11.Request(method=request.method, target=target.path, headers=headers)
        sent = site.send(head) or b""
        upload: asyncio.Task[None] | None = None
        if _has_no_body(request):
            sent += site.send(h11.EndOfMessage()) or b""
            if connection.their_state is h11.SEND_BODY:  # not when the answer was lost and this is a retry
                connection.next_event()
        upstream.write(sent)
        if not _has_no_body(request):
            upload = asyncio.create_task(self._upload(client, connection, upstream, site))
            upload.add_done_callback(lambda task: task.cancelled() or task.exception())  # mark as seen
        try:
            if await self._answer(client, connection, upstream, site):
                client.write(site.trailing_data[0])
                upstream.write(connection.trailing_data[0])
                await client.join(upstream, self._limits.tunnel)
                return False
        except (h11.ProtocolError, ConnectionError, TimeoutError) as error:
            if upload and upload.done() and not upload.cancelled():
                failure = upload.exception()
                if isinstance(failure, BadRequest) and not self._answered:
                    raise failure from None
            if self._answered or client.closed:
                raise ConnectionResetError("cut short") from None
            kind = "timeout" if isinstance(error, TimeoutError) else "protocol"
            raise EgressError(kind, "the site's answer is missing or not HTTP") from None
        finally:
            if upload:
                upload.cancel()
        if site.our_state is not h11.DONE or site.their_state is not h11.DONE or site.trailing_data[0]:
            self._drop_upstream()
        return connection.our_state is h11.DONE and connection.their_state is h11.DONE

    async def _upload(
        self, client: Stream, connection: h11.Connection, upstream: Stream, site: h11.Connection
    ) -> None:
        try:
            while True:
                event = connection.next_event()
                if event is h11.NEED_DATA:
                    connection.receive_data(await client.read())
                elif isinstance(event, h11.Data):
                    upstream.write(site.send(event) or b"")
                    await upstream.drain()
                else:
                    upstream.write(site.send(h11.EndOfMessage()) or b"")
                    return
        except h11.ProtocolError:
            upstream.abort()
            raise BadRequest("bad request body") from None
        except (ConnectionError, TimeoutError):
            pass  # the reader of the answer sees it too, and may still find an answer

    async def _answer(
        self, client: Stream, connection: h11.Connection, upstream: Stream, site: h11.Connection
    ) -> bool:
        """Pass the answer on as it comes. True if it was the agreement to switch to WebSocket."""
        out: list[bytes] = []
        held = parts = 0
        while True:
            event = site.next_event()
            if event is h11.NEED_DATA:
                if out:
                    client.write(b"".join(out))
                    out, held = [], 0
                    await client.drain()
                parts = 0
                site.receive_data(await upstream.read())
                continue
            if isinstance(event, h11.Data):
                data = connection.send(event) or b""
            elif isinstance(event, h11.Response):
                if event.status_code == 407:  # would make the browser forget the proxy's own password
                    raise h11.RemoteProtocolError("a site asked for a proxy's credentials")
                headers = heads.response_headers(event)
                self._answered = True
                event = h11.Response(status_code=event.status_code, reason=event.reason, headers=headers)
                data = connection.send(event) or b""
            elif isinstance(event, h11.InformationalResponse):
                headers = heads.response_headers(event)
                switch = event.status_code == 101
                if switch:
                    headers += [(b"Connection", b"Upgrade"), (b"Upgrade", b"websocket")]
                event = h11.InformationalResponse(status_code=event.status_code, headers=headers)
                data = connection.send(event) or b""
                if switch:
                    client.write(data)
                    return True
            elif isinstance(event, h11.EndOfMessage):
                out.append(connection.send(h11.EndOfMessage()) or b"")
                client.write(b"".join(out))
                await client.drain()
                return False
            else:
                raise h11.RemoteProtocolError("no answer")
            out.append(data)
            held += len(data)
            parts += 1
            if held > HIGH_WATER or parts >= _BREATH:
                client.write(b"".join(out))
                out, held, parts = [], 0, 0
                await client.drain()
                await asyncio.sleep(0)

    def _reply(self, client: Stream, received: _Received, status: int, text: str, **also: str) -> bool:
        """Answer in the proxy's own name; whether the connection can take another request."""
        request, connection = received
        last = True
        try:
            while connection.their_state is h11.SEND_BODY and connection.next_event() is not h11.NEED_DATA:
                pass
            last = connection.their_state in (h11.SEND_BODY, h11.MUST_CLOSE, h11.CLOSED)
        except h11.RemoteProtocolError:
            pass
        head = request.method == b"HEAD"
        client.write(heads.own_answer(status, text, head=head, last=last, **also))
        return not last

    def _refuse(self, client: Stream, received: _Received, reason: str) -> bool:
        self._proxy.refuse(received[0].target.decode("ascii"), reason)
        phrase = f"Refused: {reason}"
        return self._reply(client, received, 403, reason, phrase=phrase, extra="X-Refused-By: auditor")
