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

from auditor.net import http
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
    assert result.headers == {"content-type": "text/plain; charset=utf-8"}
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


async def test_types() -> None:
    page = sending(answer(b"<html>", "Content-Type: Text/HTML; charset=utf-8"))
    result = await fetch(page, accept_types={"text/plain"})
    assert (result.error, result.body, result.status) == ("type: text/html", b"", 200)
    assert (await fetch(page, accept_types={"text/html"})).body == b"<html>"
    assert (await fetch(sending(answer(b"x")), accept_types={"text/plain"})).body == b"x"


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
    async with http.client(proxy.server, user_agent="t") as client:
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
