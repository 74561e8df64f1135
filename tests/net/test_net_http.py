from __future__ import annotations

import asyncio
import gzip
import logging
import time
import tracemalloc
import zlib
from asyncio import StreamReader as Reader
from asyncio import StreamWriter as Writer
from collections.abc import AsyncIterator

import httpx
import pytest

from auditor._version import __version__
from auditor.models import OriginHeader
from auditor.net import http, inflate
from auditor.net.guard import Guard
from auditor.net.http import Fetched
from auditor.net.proxy import EgressProxy, Limits
from tests.net.net_sites import Handler, Site, answer

MB = 1 << 20


async def fetch(
    handler: Handler, path: str = "/", *, max_bytes: int = MB, seconds: float = 10, **more: object
) -> Fetched:
    async with (
        Site(handler) as site,
        EgressProxy(Guard(frozenset({site.origin}))) as proxy,
        http.client(proxy.url, user_agent="test/1") as client,
    ):
        return await http.fetch(client, site.origin + path, max_bytes=max_bytes, seconds=seconds, **more)  # type: ignore[arg-type]


def sending(data: bytes, *, close: bool = False) -> Handler:
    async def handler(head: bytes, reader: Reader, writer: Writer) -> None:
        writer.write(data)
        await writer.drain()
        if close:
            writer.close()

    return handler


@pytest.fixture
async def proxy() -> AsyncIterator[EgressProxy]:
    async with EgressProxy(Guard()) as proxy:
        yield proxy


async def test_a_plain_fetch() -> None:
    heads: list[bytes] = []

    async def robots(head: bytes, reader: Reader, writer: Writer) -> None:
        heads.append(head)
        writer.write(
            answer(b"User-agent: *", "Content-Type: text/plain; charset=utf-8", "Set-Cookie: a=b", "X: y")
        )

    result = await fetch(robots, "/robots.txt")
    assert (result.status, result.body, result.error, result.truncated) == (
        200,
        b"User-agent: *",
        None,
        False,
    )
    assert result.headers == {
        "content-type": "text/plain; charset=utf-8",
        "content-length": "13",
        "set-cookie": "a=b",
    }, "and nothing that nobody asks for"
    assert result.url == result.final_url
    assert b"User-Agent: test/1\r\n" in heads[0]
    assert b"Accept-Encoding: gzip, deflate\r\n" in heads[0]
    assert b"roxy" not in heads[0]


async def test_a_status_is_no_error() -> None:
    result = await fetch(sending(answer(b"gone", status="404 Not Found")))
    assert (result.status, result.body, result.error) == (404, b"gone", None)


raw_deflate = zlib.compressobj(wbits=-15)


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"hello" * 1000, mtime=0)),
        ("GZIP", gzip.compress(b"hello" * 500, mtime=0) + gzip.compress(b"hello" * 500, mtime=0)),
        ("gzip", gzip.compress(b"hello" * 1000, mtime=0) + b"\0" * 100),
        ("x-gzip", gzip.compress(b"hello" * 1000, mtime=0)),
        ("deflate", zlib.compress(b"hello" * 1000)),
        ("deflate", raw_deflate.compress(b"hello" * 1000) + raw_deflate.flush()),
        ("identity", b"hello" * 1000),
    ],
)
async def test_codings(coding: str, packed: bytes) -> None:
    result = await fetch(sending(answer(packed, f"Content-Encoding: {coding}")))
    assert (result.body, result.error, result.truncated) == (b"hello" * 1000, None, False)
    result = await fetch(sending(answer(packed, f"Content-Encoding: {coding}")), max_bytes=4999)
    assert (len(result.body), result.error, result.truncated) == (4999, None, True)


@pytest.mark.parametrize(
    ("coding", "packed", "error"),
    [
        ("gzip", b"not gzip", "encoding: the compressed body is damaged"),
        ("deflate", b"\xff\xff\xff\xff", "encoding: the compressed body is damaged"),
        ("gzip", gzip.compress(b"hello" * 1000, mtime=0)[:-10], "encoding: the compressed body ends early"),
        (
            "gzip",
            gzip.compress(b"a", mtime=0) + gzip.compress(bytes(range(256)), mtime=0)[:-10],
            "encoding: the compressed body ends early",
        ),
        (
            "gzip",
            gzip.compress(b"a", mtime=0) + gzip.compress(bytes(range(256)), mtime=0)[:-8] + bytes(8),
            "encoding: the compressed body is damaged",
        ),
        ("br", b"x", "encoding: br was not asked for"),
        ("gzip, gzip", b"x", "encoding: gzip, gzip was not asked for"),
    ],
)
async def test_bad_codings(coding: str, packed: bytes, error: str) -> None:
    assert (await fetch(sending(answer(packed, f"Content-Encoding: {coding}")))).error == error


def bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(MB)) for _ in range(size // MB)) + packer.flush()


async def test_a_bomb_is_cut_without_being_blown_up() -> None:
    packed = bomb(500 * MB)
    handler = sending(answer(packed, "Content-Encoding: gzip"))
    tracemalloc.start()
    began = time.perf_counter()
    result = await fetch(handler, max_bytes=5 * MB)
    took, peak = time.perf_counter() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(result.body), result.truncated, result.error) == (5 * MB, True, None)
    assert peak < 25 * MB
    assert took < 5


async def test_empty_members_without_end_are_cut() -> None:
    member = gzip.compress(b"", mtime=0)

    async def endless(head: bytes, reader: Reader, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
        while True:
            writer.write(member * 1000)
            await writer.drain()

    result = await fetch(endless, max_bytes=200_000)
    assert (result.body, result.truncated) == (b"", True)


async def test_a_body_without_end_is_cut() -> None:
    async def endless(head: bytes, reader: Reader, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"Disallow: /\n" * 1000)
            await writer.drain()

    result = await fetch(endless, max_bytes=500 * 1024)
    assert (len(result.body), result.truncated, result.error) == (500 * 1024, True, None)


async def test_a_site_that_drips_is_left() -> None:
    async def drip(head: bytes, reader: Reader, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    began = time.perf_counter()
    result = await fetch(drip, seconds=0.5)
    assert time.perf_counter() - began < 3
    assert result.error == "timeout: not done in 0.5 s"
    assert result.body


async def test_redirects_are_followed_and_counted() -> None:
    async def hop(head: bytes, reader: Reader, writer: Writer) -> None:
        number = int(head.split()[1].strip(b"/") or 0)
        if number == 10:
            writer.write(answer(b"end"))
        else:
            writer.write(answer(b"x", f"Location: /{number + 1}", status="302 Found"))

    result = await fetch(hop)
    assert (result.body, result.error, len(result.redirects)) == (b"end", None, 10)
    assert result.final_url.endswith("/10")
    result = await fetch(sending(answer(b"", "Location: /again", status="301 Moved")))
    assert (result.error, len(result.redirects), result.status) == ("redirect: more than 10", 10, 301)


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("file:///etc/passwd", "redirect: not http or https"),
        ("data:text/plain,x", "redirect: not a valid URL"),
        ("http://[", "refused: host is not valid"),
        ("http://169.254.169.254/latest", "refused: link-local address"),
        ("http://2852039166/", "refused: link-local address"),
        ("http://0xa9fea9fe/", "refused: link-local address"),
        ("http://127.1/", "refused: loopback address"),
        ("http://[::1]/", "refused: loopback address"),
        ("http://[::ffff:127.0.0.1]/", "refused: loopback address"),
        ("https://127.0.0.1/", "refused: loopback address"),
        ("http://127.0.0.1:22/", "refused: port 22 is not allowed"),
    ],
)
async def test_redirects_that_are_refused(location: str, error: str) -> None:
    result = await fetch(sending(answer(b"", f"Location: {location}", status="302 Found")))
    assert result.error == error
    assert result.status == (None if "not a valid URL" in error else 302)


async def test_a_redirect_to_an_internal_listener_does_not_reach_it() -> None:
    async with Site(host="127.0.0.3") as secret:
        for scheme in ("http", "https"):
            target = f"{scheme}://user:pass@{secret.authority}/secret"
            async with Site(sending(answer(b"", f"Location: {target}", status="307 x"))) as site:
                guard = Guard(frozenset({site.origin}), known_origins=frozenset({secret.origin}))
                async with EgressProxy(guard) as proxy, http.client(proxy.url, user_agent="t") as client:
                    result = await http.fetch(client, site.origin, max_bytes=MB)
            assert (result.error or "").startswith("refused: ")
            assert result.redirects == (f"{site.origin}",) or result.redirects == (f"{site.origin}/",)
            assert "user" not in result.final_url
        assert secret.connections == 0


@pytest.mark.parametrize(
    "url", ["", "/robots.txt", "ftp://a/", "http://", "file:///etc/passwd", "http://a:b/"]
)
async def test_not_a_url(proxy: EgressProxy, url: str) -> None:
    async with http.client(proxy.url, user_agent="t") as client:
        assert ((await http.fetch(client, url, max_bytes=1)).error or "").startswith("url: ")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "protocol"),
        (b"rubbish\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", "protocol"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello", "protocol"),
    ],
)
async def test_broken_answers(data: bytes, kind: str) -> None:
    result = await fetch(sending(data, close=True))
    assert (result.error or "").startswith(f"{kind}: ")


async def _no_tls(reader: Reader, writer: Writer) -> None:
    await reader.read(1)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    writer.close()


async def test_errors_of_the_way() -> None:
    async def nowhere(host: str) -> list[str]:
        raise OSError

    async with Site() as closed:
        pass
    async with await asyncio.start_server(_no_tls, "127.0.0.2", 0) as server:
        no_tls = f"https://127.0.0.2:{server.sockets[0].getsockname()[1]}"
        origins = {closed.origin, no_tls, closed.origin.replace("http:", "https:")}
        async with (
            EgressProxy(Guard(frozenset(origins), resolver=nowhere)) as proxy,
            http.client(proxy.url, user_agent="t") as client,
        ):
            for url, kind in (
                ("http://nowhere.example/", "dns: no such name"),
                ("https://nowhere.example/", "dns: no such name"),
                (closed.origin, "connect: "),
                (closed.origin.replace("http:", "https:"), "connect: "),
                (no_tls, "tls: "),
            ):
                result = await http.fetch(client, url, max_bytes=1)
                assert (result.error or "").startswith(kind), (url, result.error)
                assert result.status is None
    async with http.client(f"http://x:y@{closed.authority}", user_agent="t") as client:
        assert ((await http.fetch(client, "http://a.example/", max_bytes=1)).error or "").startswith(
            "connect: "
        )


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_an_ipv6_literal(scheme: str) -> None:
    seen: list[tuple[str, int]] = []

    class Noting(Guard):
        async def check(self, host: str, port: int, scheme: str | None = None) -> tuple[str, ...]:
            seen.append((host, port))
            return await super().check(host, port, scheme)

    async with EgressProxy(Noting()) as proxy, http.client(proxy.url, user_agent="t") as client:
        for port in ("", ":8000"):
            result = await http.fetch(client, f"{scheme}://[::1]{port}/a", max_bytes=1)
            assert (result.error or "").startswith("refused: ")
    assert seen == [("::1", 80 if scheme == "http" else 443), ("::1", 8000)]


async def test_a_silent_site_is_a_timeout() -> None:
    async def silent(head: bytes, reader: Reader, writer: Writer) -> None:
        await asyncio.sleep(3600)

    async with (
        Site(silent) as site,
        EgressProxy(Guard(frozenset({site.origin})), limits=Limits(response=0.3)) as proxy,
        http.client(proxy.url, user_agent="t") as client,
    ):
        assert ((await http.fetch(client, site.origin, max_bytes=1)).error or "").startswith("timeout: ")


async def test_wrong_credentials_are_an_error_and_stay_out_of_the_log(
    proxy: EgressProxy, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with http.client(f"http://127.0.0.1:{proxy.port}", user_agent="t") as client:
        for url in ("http://a.example/", "https://a.example/"):
            assert ((await http.fetch(client, url, max_bytes=1)).error or "").startswith(
                "protocol: the proxy"
            )
    async with http.client(proxy.url, user_agent="t") as client:
        assert (await http.fetch(client, proxy.hello, max_bytes=100)).status == 200
        assert proxy.password not in caplog.text + repr(client)


async def test_a_site_cannot_pretend_a_refusal() -> None:
    result = await fetch(
        sending(answer(b"x", "X-Refused-By: auditor", status="403 Refused: loopback address"))
    )
    assert (result.status, result.error) == (403, None)


async def test_cookies_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.9:9")
    monkeypatch.setenv("no_proxy", "*")
    async with Site(sending(answer(b"x", "Set-Cookie: a=b; path=/"))) as site:
        async with (
            EgressProxy(Guard(frozenset({site.origin}))) as proxy,
            http.client(proxy.url, user_agent="t") as client,
        ):
            for _ in range(2):
                assert (await http.fetch(client, site.origin, max_bytes=9)).status == 200
            assert not client.cookies
        assert b"ookie" not in b"".join(site.heads)
        assert site.connections == 1
    assert isinstance(client, httpx.AsyncClient)


async def test_a_body_streamed_is_not_held() -> None:
    """Also where a little holds much: the pieces are small, and the whole is never there."""
    sizes: list[int] = []

    async def take(piece: bytes) -> bool:
        sizes.append(len(piece))
        return True

    packed = answer(bomb(500 * MB), "Content-Encoding: gzip")
    tracemalloc.start()
    began = time.perf_counter()
    result = await fetch(sending(packed), max_bytes=50 * MB, seconds=60, sink=take)
    took, peak = time.perf_counter() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (sum(sizes), result.truncated, result.error, result.body) == (50 * MB, True, None, b"")
    assert max(sizes) <= inflate.PIECE
    assert peak < 10 * MB
    assert took < 20  # 5 on an idle machine


async def test_a_stream_without_end_ends_where_the_taker_has_enough() -> None:
    async def endless(head: bytes, reader: Reader, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"<url/>" * 10_000)
            await writer.drain()

    got = bytearray()

    async def take(piece: bytes) -> bool:
        got.extend(piece)
        return len(got) < MB

    result = await fetch(endless, max_bytes=50 * MB, sink=take)
    assert (result.error, result.truncated, result.status) == (None, False, 200)
    assert MB <= len(got) < 2 * MB
    got.clear()
    result = await fetch(endless, max_bytes=MB // 2, sink=take)
    assert (result.error, result.truncated, len(got)) == (None, True, MB // 2)


async def test_what_came_before_an_error_has_been_handed_on() -> None:
    got = bytearray()

    async def take(piece: bytes) -> bool:
        got.extend(piece)
        return True

    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhello"
    result = await fetch(sending(cut, close=True), sink=take)
    assert (result.error or "").startswith("protocol: ")
    assert got == b"hello"
    result = await fetch(sending(answer(b"<html>gone", status="404 Not Found")), sink=take)
    assert (result.status, result.error, result.body) == (404, None, b"")
    assert got == b"hello"


async def test_waiting_of_our_own_is_not_the_sites_time() -> None:
    async def slow(piece: bytes) -> bool:
        await asyncio.sleep(0.7)
        return True

    async def pace(url: str) -> None:
        await asyncio.sleep(0.7)

    async def hop(head: bytes, reader: Reader, writer: Writer) -> None:
        first = head.startswith(b"GET / ")
        writer.write(answer(b"", "Location: /b", status="302 Found") if first else answer(b"hello"))

    result = await fetch(hop, seconds=1.2, sink=slow, may_follow=pace)
    assert (result.error, result.status) == (None, 200)


async def test_the_caller_may_refuse_a_hop() -> None:
    asked: list[str] = []

    async def judge(url: str) -> str | None:
        asked.append(url)
        return "another host" if url.endswith("/c") else None

    async def hop(head: bytes, reader: Reader, writer: Writer) -> None:
        where = {b"/": "http://u:p@{}/b#x", b"/b": "http://{}/c"}[head.split()[1]]
        host = head.split(b"Host: ")[1].split(b"\r\n")[0].decode()
        writer.write(answer(b"", f"Location: {where.format(host)}", status="302 Found"))

    result = await fetch(hop, may_follow=judge)
    assert result.error == "redirect: another host"
    assert (result.status, len(result.redirects)) == (302, 2)
    assert [url.rpartition("/")[2] for url in asked] == ["b", "c"]
    assert "u:p" not in f"{result}{asked}"


SECRET = "s3cret-value/+&"


def names(heads: list[bytes]) -> list[bool]:
    return [SECRET.encode() in head for head in heads]


async def test_a_secret_header_goes_to_its_origin_at_every_hop_and_to_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Here, across to another port, host and scheme, and back."""
    caplog.set_level(logging.DEBUG)
    async with (
        Site(host="127.0.0.2") as home,
        Site(host="127.0.0.3") as other,
        Site(host="127.0.0.2") as port,
    ):

        async def ours(head: bytes, reader: Reader, writer: Writer) -> None:
            path = head.split()[1]
            if path == b"/end":
                writer.write(answer(b"end"))
            else:
                writer.write(answer(b"", f"Location: {other.origin}/x", status="302 Found"))

        async def over(head: bytes, reader: Reader, writer: Writer) -> None:
            writer.write(answer(b"", f"Location: {port.origin}/y", status="307 x"))

        async def back(head: bytes, reader: Reader, writer: Writer) -> None:
            writer.write(answer(b"", f"Location: {home.origin}/end", status="308 x"))

        home.handler, other.handler, port.handler = ours, over, back
        header = OriginHeader(origin=home.origin.upper(), name="X-Audit-Key", value=SECRET)
        spelt = OriginHeader(
            origin=f"http://0177.2:{home.port}/", name="Authorization", value=f"Bearer {SECRET}"
        )
        origins = frozenset({home.origin, other.origin, port.origin})
        async with (
            EgressProxy(Guard(origins)) as proxy,
            http.client(proxy.url, user_agent="t", headers=[header, spelt]) as client,
        ):
            result = await http.fetch(client, f"{home.origin}/", max_bytes=MB)
            assert (result.body, len(result.redirects)) == (b"end", 3)
            assert SECRET not in repr((result, header, client, vars(client), proxy.refused))
            assert proxy.password not in repr((proxy, client, vars(client)))
        assert names(home.heads) == [True, True]
        assert all(b"X-Audit-Key: " in head and b"Authorization: Bearer " in head for head in home.heads)
        assert names(other.heads) == [False]
        assert names(port.heads) == [False]
        assert b"uthorization" not in other.heads[0] + port.heads[0]
    assert SECRET not in caplog.text


@pytest.mark.parametrize("value", ["line\r\nbreak-of-secret", "nul\0of-secret", "sécret-of-secret"])
async def test_a_value_that_cannot_be_sent_is_not_told(value: str) -> None:
    async with Site() as site, EgressProxy(Guard(frozenset({site.origin}))) as proxy:
        headers = [OriginHeader(origin=site.origin, name="X-Key", value=value)]
        async with http.client(proxy.url, user_agent="t", headers=headers) as client:
            result = await http.fetch(client, site.origin, max_bytes=9)
    assert "of-secret" not in repr(result)


@pytest.mark.parametrize("url", ["http://me:of-secret@", "ftp://me:of-secret@a/", "http://me:of-secret@a:b/"])
async def test_a_password_in_a_url_is_not_told(proxy: EgressProxy, url: str) -> None:
    async with http.client(proxy.url, user_agent="t") as client:
        assert "of-secret" not in repr(await http.fetch(client, url, max_bytes=1))


@pytest.mark.parametrize(
    ("contact", "comment"),
    [
        (None, ""),
        (" ", ""),
        ("https://www.example.org/audit?a=b&c=%20#d", " (+https://www.example.org/audit?a=b&c=%20#d)"),
        ("web@example.org", " (+web@example.org)"),
        ("a) Mozilla/5.0 (\\x; y\r\nX: é", " (+a%29%20Mozilla/5.0%20%28%5Cx%3B%20y%0D%0AX:%20%C3%A9)"),
        ("\ud800" + "x" * 300, " (+?" + "x" * 199 + ")"),
    ],
)
def test_the_products_name_with_a_contact(contact: str | None, comment: str) -> None:
    assert http.product(contact) == f"CouncilAuditor/{__version__}{comment}"
    assert http.product() == f"CouncilAuditor/{__version__}"
