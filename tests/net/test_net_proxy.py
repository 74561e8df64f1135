from __future__ import annotations

import asyncio
import hashlib
import logging
from asyncio import StreamReader as Reader
from asyncio import StreamWriter as Writer
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from auditor.net.guard import Guard
from auditor.net.proxy import EgressProxy, Limits
from tests.net.net_sites import Handler, Site, answer, authorization, connection, head_of, rest_of, say

BIG = bytes(range(256)) * 4 * 10240  # 10 MiB


@asynccontextmanager
async def proxied(
    handler: Handler | None = None, limits: Limits | None = None
) -> AsyncIterator[tuple[EgressProxy, Site]]:
    async with (
        Site(handler) if handler else Site() as site,
        EgressProxy(Guard(frozenset({site.origin})), limits=limits) as proxy,
    ):
        yield proxy, site


def get(site: Site, path: str = "/", *headers: str, method: str = "GET", close: bool = True) -> bytes:
    lines = [f"{method} {site.origin}{path} HTTP/1.1", f"Host: {site.authority}", *headers, "AUTH"]
    return ("\r\n".join(lines) + ("\r\nConnection: close" if close else "") + "\r\n\r\n").encode()


async def test_a_request_is_passed_on_without_what_is_not_the_sites_business() -> None:
    async with proxied() as (proxy, site):
        text = get(
            site, "/a?b=%20#c", "X-Mine: 1", "Proxy-Connection: keep-alive", "Keep-Alive: 5", "TE: trailers"
        )
        said = await say(proxy, text.replace(b"Connection: close", b"Connection: close, X-Mine"))
        assert said.startswith(b"HTTP/1.1 200 OK\r\n")
        assert said.endswith(b"hello")
        assert site.heads == [f"GET /a?b=%20 HTTP/1.1\r\nHost: {site.authority}\r\n\r\n".encode()]


async def test_host_is_that_of_the_target() -> None:
    async with proxied() as (proxy, site):
        text = get(site).replace(b"\r\nHost: ", b"\r\nHost: victim.example;")
        assert b" 200 " in await say(proxy, text)
        assert f"\r\nHost: {site.authority}\r\n".encode() in site.heads[0]
        assert b"victim" not in site.heads[0]


async def test_keep_alive_uses_one_connection_to_the_site() -> None:
    async with proxied() as (proxy, site), connection(proxy) as (reader, writer):
        for _ in range(20):
            writer.write(get(site, close=False).replace(b"AUTH\r\n", authorization(proxy)))
            await head_of(reader)
            assert await reader.readexactly(5) == b"hello"
        assert (site.connections, len(site.heads)) == (1, 20)


async def test_pipelined_requests_are_answered_in_order() -> None:
    async def path(head: bytes, reader: Reader, writer: Writer) -> None:
        writer.write(answer(head.split()[1]))

    async with proxied(path) as (proxy, site):
        said = await say(proxy, get(site, "/1", close=False) + get(site, "/2", close=False) + get(site, "/3"))
        assert [said.index(b"\r\n\r\n/" + n) for n in (b"1", b"2", b"3")] == sorted(
            said.index(b"\r\n\r\n/" + n) for n in (b"1", b"2", b"3")
        )


async def test_a_connection_the_site_closed_meanwhile_is_replaced() -> None:
    async def once(head: bytes, reader: Reader, writer: Writer) -> None:
        writer.write(answer())
        await writer.drain()
        writer.close()

    async with proxied(once) as (proxy, site), connection(proxy) as (reader, writer):
        for _ in range(5):
            writer.write(get(site, close=False).replace(b"AUTH\r\n", authorization(proxy)))
            assert b" 200 " in await head_of(reader)
            assert await reader.readexactly(5) == b"hello"
        assert site.connections == 5


async def test_two_clients_never_share_a_connection_to_a_site() -> None:
    async with (
        proxied() as (proxy, site),
        connection(proxy) as (reader, writer),
        connection(proxy) as (reader2, writer2),
    ):
        for each, back in ((writer, reader), (writer2, reader2)):
            each.write(get(site, close=False).replace(b"AUTH\r\n", authorization(proxy)))
            await head_of(back)
        assert site.connections == 2


@pytest.mark.parametrize(
    ("method", "response"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"),
        ("HEAD", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\nETag: x\r\n\r\n"),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n"),
    ],
)
async def test_answers_without_a_body(method: str, response: bytes) -> None:
    async def bare(head: bytes, reader: Reader, writer: Writer) -> None:
        writer.write(response)

    async with proxied(bare) as (proxy, site), connection(proxy) as (reader, writer):
        for _ in range(2):
            writer.write(get(site, method=method, close=False).replace(b"AUTH\r\n", authorization(proxy)))
            head = await head_of(reader)
            assert head.split(b"\r\n")[0] == response.split(b"\r\n")[0]
        assert site.connections == 1


async def test_chunks_pass_and_stay_chunks() -> None:
    async def chunked(head: bytes, reader: Reader, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n")
        for part in (b"5\r\nhello\r\n", b"6;x=y\r\n world\r\n", b"0\r\nTrailer: 1\r\n\r\n"):
            await asyncio.sleep(0.01)
            writer.write(part)

    async with proxied(chunked) as (proxy, site):
        said = await say(proxy, get(site))
        assert b"Content-Encoding: gzip" in said
        assert said.endswith(b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")


async def test_a_body_until_the_end_of_the_connection() -> None:
    async def old(head: bytes, reader: Reader, writer: Writer) -> None:
        writer.write(b"HTTP/1.0 200 OK\r\n\r\nhello")
        await writer.drain()
        writer.close()

    async with proxied(old) as (proxy, site):
        assert (await say(proxy, get(site))).endswith(b"\r\n5\r\nhello\r\n0\r\n\r\n")


async def test_a_big_body_both_ways_is_held_back_by_who_is_slow() -> None:
    seen = hashlib.sha256()

    async def big(head: bytes, reader: Reader, writer: Writer) -> None:
        for _ in range(160):
            seen.update(await reader.readexactly(65536))
        writer.write(answer(BIG))

    async with proxied(big) as (proxy, site), connection(proxy) as (reader, writer):
        text = get(site, "/", f"Content-Length: {len(BIG)}", method="POST", close=False)
        writer.write(text.replace(b"AUTH\r\n", authorization(proxy)) + BIG)
        await head_of(reader)
        await asyncio.sleep(0.3)
        held = [stream._held + stream.transport.get_write_buffer_size() for stream in proxy._streams]
        assert sum(held) < 2 << 20
        assert await reader.readexactly(len(BIG)) == BIG
        assert seen.digest() == hashlib.sha256(BIG).digest()


async def test_expect_continue() -> None:
    async def expecting(head: bytes, reader: Reader, writer: Writer) -> None:
        assert b"100-continue" in head
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        writer.write(answer(await reader.readexactly(4)))

    async with proxied(expecting) as (proxy, site), connection(proxy) as (reader, writer):
        text = get(site, "/", "Content-Length: 4", "Expect: 100-continue", method="POST")
        writer.write(text.replace(b"AUTH\r\n", authorization(proxy)))
        assert (await head_of(reader)).startswith(b"HTTP/1.1 100")
        writer.write(b"body")
        assert (await reader.read()).endswith(b"body")


async def test_an_early_answer_to_an_unfinished_upload() -> None:
    async def early(head: bytes, reader: Reader, writer: Writer) -> None:
        writer.write(answer(b"no", status="413 Too Large"))

    async with proxied(early) as (proxy, site):
        said = await say(proxy, get(site, "/", "Content-Length: 1000000", method="POST", close=False))
        assert b" 413 " in said


async def test_websocket_upgrade_becomes_a_tunnel() -> None:
    async def echo(head: bytes, reader: Reader, writer: Writer) -> None:
        assert b"Upgrade: websocket" in head
        assert b"Connection: Upgrade" in head
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: x\r\n\r\nfirst"
        )
        while data := await reader.read(1000):
            writer.write(data)
        writer.close()

    async with proxied(echo) as (proxy, site), connection(proxy) as (reader, writer):
        text = get(site, "/", "Upgrade: websocket", "Connection: Upgrade", close=False)
        writer.write(text.replace(b"AUTH\r\n", authorization(proxy)))
        head = await head_of(reader)
        assert head.startswith(b"HTTP/1.1 101")
        assert b"Sec-WebSocket-Accept: x" in head
        assert await reader.readexactly(5) == b"first"
        writer.write(b"\x81\x00again")
        assert await reader.readexactly(7) == b"\x81\x00again"
        writer.write_eof()
        assert await reader.read() == b""


async def tunnel(proxy: EgressProxy, authority: str, reader: Reader, writer: Writer) -> bytes:
    writer.write(
        f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n".encode() + authorization(proxy) + b"\r\n"
    )
    return await head_of(reader)


async def test_a_tunnel_carries_bytes_and_ends() -> None:
    async with proxied() as (proxy, site), connection(proxy) as (reader, writer):
        assert b" 200 " in await tunnel(proxy, site.authority, reader, writer)
        for _ in range(3):
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            await head_of(reader)
            assert await reader.readexactly(5) == b"hello"
        writer.write_eof()
        assert await asyncio.wait_for(reader.read(), 5) == b""


async def test_a_tunnel_holds_back_who_is_fast() -> None:
    async def big(head: bytes, reader: Reader, writer: Writer) -> None:
        writer.write(BIG)

    async with proxied(big) as (proxy, site), connection(proxy) as (reader, writer):
        await tunnel(proxy, site.authority, reader, writer)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        await asyncio.sleep(0.3)
        assert sum(stream.transport.get_write_buffer_size() for stream in proxy._streams) < 2 << 20
        assert await reader.readexactly(len(BIG)) == BIG


async def test_refused_targets_get_a_403_and_no_packet() -> None:
    async with Site() as secret, Site() as site:
        guard = Guard(frozenset({site.origin}))
        async with EgressProxy(guard) as proxy:
            said = await say(proxy, get(secret, "/x?y"))
            assert said.startswith(b"HTTP/1.1 403 Refused: port")
            assert b"\r\nX-Refused-By: auditor\r\n" in said
            async with connection(proxy) as (reader, writer):
                assert b" 403 Refused: " in await tunnel(proxy, secret.authority, reader, writer)
                await reader.readuntil(b"\n")
                assert b" 200 " in await tunnel(proxy, site.authority, reader, writer)  # the same connection
        assert secret.connections == 0
        assert proxy.refused.total == 2
        assert [each.where for each in proxy.refused.recent] == [f"{secret.origin}/x?y", secret.authority]


async def test_refusals_are_counted_by_reason_however_many_there_are() -> None:
    blocked = Guard(blocked_hosts=frozenset({"tracker.example"}))
    async with EgressProxy(blocked) as proxy:
        for target in (
            "127.0.0.1",
            "127.0.0.2",
            "10.0.0.1",
            "a.example:22",
            "a.example:23",
            "a.tracker.example",
        ):
            said = await say(proxy, f"GET http://{target}/ HTTP/1.0\r\nHost: x\r\nAUTH\r\n\r\n".encode())
            assert said.startswith(b"HTTP/1.1 403 Refused: ")
        for number in range(1, 1001):
            proxy.refuse(f"a.example:{number}", f"port {number} is not allowed")
        counted = {"loopback address": 2, "private address": 1, "port is not allowed": 1002, "tracker": 1}
        assert proxy.refused.by_reason == counted
        assert proxy.refused.total == sum(counted.values()) > len(proxy.refused.recent)


@pytest.mark.parametrize(
    "host",
    ["2130706434", "0177.0.0.2", "0x7f.2", "127.2", "[::ffff:127.0.0.2]", "%31%327.0.0.2", "localhost"],
)
async def test_spellings_of_a_forbidden_listener(host: str) -> None:
    async with Site(host="127.0.0.2") as secret:
        known = frozenset({f"http://{host}:{secret.port}"} if "%" not in host else ())
        async with EgressProxy(Guard(known_origins=known)) as proxy:
            text = get(secret).replace(secret.host.encode(), host.encode())
            assert b" 403 Refused: " in await say(proxy, text)
        assert secret.connections == 0


async def test_rebinding_connects_to_what_was_checked_and_to_nothing_else() -> None:
    """The name server's second answer is a listener of ours; the first is where we must go."""
    asked: list[str] = []

    async def rebinding(host: str) -> list[str]:
        asked.append(host)
        return [good.host if len(asked) == 1 else "127.0.0.3"]

    async with Site(host="127.0.0.2") as good, Site(host="127.0.0.3") as bad:
        name = f"http://rebind.example:{good.port}"
        async with EgressProxy(Guard(frozenset({name}), resolver=rebinding)) as proxy:
            text = get(good).replace(good.authority.encode(), f"rebind.example:{good.port}".encode())
            assert (await say(proxy, text)).endswith(b"hello")
        assert asked == ["rebind.example"]
        assert (good.connections, bad.connections) == (1, 0)


async def test_rebinding_from_public_to_loopback_is_refused_at_the_next_connection() -> None:
    answers = [["1.1.1.1"], ["127.0.0.2"]]

    async def rebinding(host: str) -> list[str]:
        return answers.pop(0)

    async with Site() as secret:
        name = f"http://rebind.example:{secret.port}"
        guard = Guard(known_origins=frozenset({name}), resolver=rebinding)
        assert await guard.check("rebind.example", secret.port, "http") == ("1.1.1.1",)
        async with EgressProxy(guard) as proxy:
            text = get(secret).replace(secret.authority.encode(), f"rebind.example:{secret.port}".encode())
            assert b" 403 Refused: loopback address" in await say(proxy, text)
        assert secret.connections == 0


@pytest.mark.parametrize(
    "given", [b"", b"Proxy-Authorization: Basic AAAA\r\n", b"Authorization: Basic AAAA\r\n"]
)
async def test_credentials_are_needed(given: bytes) -> None:
    async with proxied() as (proxy, site):
        for text in (
            get(site),
            b"CONNECT " + site.authority.encode() + b" HTTP/1.1\r\nHost: x\r\nAUTH\r\n\r\n",
        ):
            async with connection(proxy) as (reader, writer):
                writer.write(text.replace(b"AUTH\r\n", given))
                head = await head_of(reader)
                assert head.startswith(b"HTTP/1.1 407 ")
                assert b'\r\nProxy-Authenticate: Basic realm="auditor"\r\n' in head
        assert site.connections == 0


async def test_credentials_are_nowhere_to_be_seen(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with proxied() as (proxy, site):
        await say(proxy, get(site))
        await say(proxy, b"rubbish\r\nAUTH\r\n\r\n")
        assert proxy.password in proxy.url
        assert proxy.password not in caplog.text + repr(proxy) + str(proxy) + proxy.server
        assert b"roxy-" not in b"".join(site.heads)
    async with EgressProxy(Guard()) as other:
        assert other.password != proxy.password


async def test_the_proxy_answers_hello_itself() -> None:
    async with EgressProxy(Guard()) as proxy:
        said = await say(
            proxy, f"GET {proxy.hello} HTTP/1.1\r\nHost: x\r\nAUTH\r\nConnection: close\r\n\r\n".encode()
        )
        assert said.startswith(b"HTTP/1.1 200 OK")


async def test_kinds_of_egress_errors() -> None:
    async def nowhere(host: str) -> list[str]:
        raise OSError("no such name")

    async with Site() as closed:
        pass
    guard = Guard(frozenset({closed.origin}), resolver=nowhere)
    async with EgressProxy(guard) as proxy:
        said = await say(proxy, get(closed))
        assert said.startswith(b"HTTP/1.1 502 Egress connect")
        assert b"\r\nX-Egress-Error: connect\r\n" in said
        assert b"X-Refused-By" not in said
        said = await say(proxy, get(closed).replace(closed.authority.encode(), b"nowhere.example"))
        assert b"\r\nX-Egress-Error: dns\r\n" in said
        assert proxy.refused.total == 0


async def _silent(head: bytes, reader: Reader, writer: Writer) -> None:
    await asyncio.sleep(3600)


async def _stops(head: bytes, reader: Reader, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello")
    await writer.drain()
    await asyncio.sleep(3600)


async def test_a_silent_site_ends_by_itself() -> None:
    async with proxied(_silent, Limits(response=0.3)) as (proxy, site):
        assert b"\r\nX-Egress-Error: timeout\r\n" in await say(proxy, get(site))
    async with proxied(_stops, Limits(response=0.3)) as (proxy, site):
        assert (await say(proxy, get(site))).endswith(b"\r\n\r\nhello")


async def test_slow_heads_and_idle_connections_end() -> None:
    limits = Limits(head=0.3, keep_alive=0.3, tunnel=0.3)
    async with proxied(_silent, limits) as (proxy, site):
        for first in (b"GET ht", b""):
            async with connection(proxy) as (reader, writer):
                writer.write(first)
                assert await rest_of(reader) == b""
        async with connection(proxy) as (reader, writer):
            await tunnel(proxy, site.authority, reader, writer)
            assert await rest_of(reader) == b""


async def test_a_never_ending_body_ends_with_its_reader() -> None:
    async def endless(head: bytes, reader: Reader, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"10000\r\n" + bytes(65536) + b"\r\n")
            await writer.drain()

    for handler in (endless, _silent):
        async with proxied(handler) as (proxy, site):
            async with connection(proxy) as (reader, writer):
                writer.write(get(site).replace(b"AUTH\r\n", authorization(proxy)))
                if handler is endless:
                    await reader.readexactly(1 << 20)
                else:
                    await asyncio.sleep(0.1)
            for _ in range(100):
                if not proxy._streams:
                    break
                await asyncio.sleep(0.02)
            assert not proxy._streams
            assert not proxy._tasks


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"rubbish\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
)
async def test_answers_that_are_none(response: bytes) -> None:
    async def odd(head: bytes, reader: Reader, writer: Writer) -> None:
        writer.write(response)
        await writer.drain()
        writer.close()

    async with proxied(odd) as (proxy, site):
        assert b"\r\nX-Egress-Error: protocol\r\n" in await say(proxy, get(site))


@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n",
    ],
)
async def test_a_body_cut_short_is_not_passed_off_as_whole(response: bytes) -> None:
    async def short(head: bytes, reader: Reader, writer: Writer) -> None:
        writer.write(response)
        await writer.drain()
        writer.close()

    async with proxied(short) as (proxy, site), connection(proxy) as (reader, writer):
        writer.write(get(site).replace(b"AUTH\r\n", authorization(proxy)))
        got = await rest_of(reader)
        assert not got.endswith(b"0\r\n\r\n")
        assert b"502" not in got


async def test_a_site_cannot_speak_for_the_proxy() -> None:
    async def liar(head: bytes, reader: Reader, writer: Writer) -> None:
        writer.write(
            answer(b"x", "X-Refused-By: auditor", "X-Egress-Error: dns", "Proxy-Authenticate: Basic")
        )

    async with proxied(liar) as (proxy, site):
        said = await say(proxy, get(site))
        assert said.startswith(b"HTTP/1.1 200")
        assert b"X-Refused" not in said
        assert b"X-Egress" not in said
        assert b"Proxy-" not in said


async def test_an_answer_with_length_and_chunks_is_read_by_its_chunks() -> None:
    async def both(head: bytes, reader: Reader, writer: Writer) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
        )

    async with proxied(both) as (proxy, site):
        said = await say(proxy, get(site))
        assert b"Content-Length" not in said
        assert said.endswith(b"2\r\nhi\r\n0\r\n\r\n")


async def test_tiny_chunks_do_not_stall_the_others() -> None:
    async def crumbs(head: bytes, reader: Reader, writer: Writer) -> None:
        if b"/crumbs" in head:
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 100_000)
            writer.write(b"0\r\n\r\n")
        else:
            writer.write(answer())

    async with proxied(crumbs) as (proxy, site):
        slow = asyncio.create_task(say(proxy, get(site, "/crumbs")))
        await asyncio.sleep(0.1)
        await say(proxy, get(site))
        assert not slow.done()
        assert (await slow).count(b"x") == 100_000


async def test_too_many_clients_are_turned_away() -> None:
    async with proxied(limits=Limits(clients=2)) as (proxy, site), connection(proxy), connection(proxy):
        await asyncio.sleep(0.05)
        assert await say(proxy, get(site)) == b""


async def test_leaving_drops_everything() -> None:
    before = set(asyncio.all_tasks())
    async with Site(_silent) as site:
        async with EgressProxy(Guard(frozenset({site.origin}))) as proxy:
            reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
            await tunnel(proxy, site.authority, reader, writer)
            reader2, writer2 = await asyncio.open_connection("127.0.0.1", proxy.port)
            writer2.write(get(site).replace(b"AUTH\r\n", authorization(proxy)))
            await asyncio.sleep(0.1)
        for back in (reader, reader2):
            assert await rest_of(back) == b""
        writer.close()
        writer2.close()
        assert not proxy._tasks
    await asyncio.sleep(0.05)
    assert set(asyncio.all_tasks()) <= before


SMUGGLING: dict[str, Callable[[Site], bytes]] = {
    "both length and chunks": lambda s: (
        get(s, "/", "Content-Length: 5", "Transfer-Encoding: chunked", method="POST") + b"0\r\n\r\n"
    ),
    "two lengths": lambda s: get(s, "/", "Content-Length: 1", "Content-Length: 2", method="POST") + b"ab",
    "the same length twice": lambda s: (
        get(s, "/", "Content-Length: 1", "content-length: 1", method="POST") + b"a"
    ),
    "a list of lengths": lambda s: get(s, "/", "Content-Length: 1, 1", method="POST") + b"a",
    "negative length": lambda s: get(s, "/", "Content-Length: -1", method="POST"),
    "signed length": lambda s: get(s, "/", "Content-Length: +1", method="POST") + b"a",
    "folded header": lambda s: get(s, "/", "X: a\r\n b"),
    "folded by tab": lambda s: get(s, "/", "X: a\r\n\tTransfer-Encoding: chunked"),
    "folded first": lambda s: get(s).replace(b"\r\nHost", b"\r\n Host"),
    "space before colon": lambda s: get(s, "/", "Content-Length : 1", method="POST") + b"a",
    "bare line feed": lambda s: get(s, "/", "X: a\nContent-Length: 1", method="POST") + b"a",
    "bare carriage return": lambda s: get(s, "/", "X: a\rContent-Length: 1", method="POST") + b"a",
    "nul": lambda s: get(s, "/", "X: a\0b"),
    "other coding": lambda s: get(s, "/", "Transfer-Encoding: gzip, chunked", method="POST") + b"0\r\n\r\n",
    "two codings": lambda s: get(
        s, "/", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked", method="POST"
    ),
    "chunks in 1.0": lambda s: get(s, "/", "Transfer-Encoding: chunked").replace(b"HTTP/1.1", b"HTTP/1.0"),
    "bad chunk size": lambda s: get(s, "/", "Transfer-Encoding: chunked", method="POST") + b"xx\r\nhello\r\n",
    "signed chunk size": lambda s: (
        get(s, "/", "Transfer-Encoding: chunked", method="POST") + b"+5\r\nhello\r\n"
    ),
    "bad chunk end": lambda s: (
        get(s, "/", "Transfer-Encoding: chunked", method="POST") + b"5\r\nhelloxx0\r\n\r\n"
    ),
    "origin form": lambda s: b"GET / HTTP/1.1\r\nHost: " + s.authority.encode() + b"\r\nAUTH\r\n\r\n",
    "no host": lambda s: b"GET " + s.origin.encode() + b"/ HTTP/1.1\r\nAUTH\r\n\r\n",
    "userinfo": lambda s: get(s).replace(b"http://", b"http://a@", 1),
    "https in absolute form": lambda s: get(s).replace(b"http://", b"https://", 1),
    "ftp": lambda s: get(s).replace(b"http://", b"ftp://", 1),
    "backslash": lambda s: get(s).replace(b"/ HTTP", b"\\@127.0.0.3/ HTTP", 1),
    "port 0": lambda s: get(s).replace(f":{s.port}/".encode(), b":0/", 1),
    "port 65536": lambda s: get(s).replace(f":{s.port}/".encode(), b":65536/", 1),
    "connect without port": lambda s: b"CONNECT " + s.host.encode() + b" HTTP/1.1\r\nHost: x\r\nAUTH\r\n\r\n",
    "not HTTP": lambda s: b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
    "huge head": lambda s: get(s, "/", "X: " + "x" * 70_000),
    "endless head": lambda s: b"GET http://a/" + b"a" * 140_000,
}


@pytest.mark.parametrize("case", SMUGGLING)
async def test_what_two_servers_could_read_in_two_ways_is_refused(case: str) -> None:
    async def drinking(head: bytes, reader: Reader, writer: Writer) -> None:
        await reader.read(1000)
        await asyncio.sleep(0.2)
        writer.write(answer())

    async with proxied(drinking) as (proxy, site):
        said = await say(proxy, SMUGGLING[case](site))
        assert said[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 431", b"HTTP/1.1 501", b"HTTP/1.1 403")
        if "chunk size" not in case and "chunk end" not in case:
            assert site.connections == 0
