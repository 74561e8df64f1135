"""Sitemaps in all their forms, broken ones, and those that are meant to harm."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.crawl import sitemap
from auditor.crawl.sitemap import Reader
from auditor.limits import MAX_URL_LENGTH, SITEMAP_BYTES, SITEMAP_NAMES, SITEMAP_TAG, SITEMAP_URLS
from auditor.net.guard import Guard
from auditor.net.http import client, fetch
from auditor.net.inflate import PIECE
from auditor.net.proxy import EgressProxy

NAMESPACE = b'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
TWO = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<urlset ' + NAMESPACE + b">"
    b"<url><loc>https://a.example/</loc><lastmod>2026-01-01</lastmod></url>"
    b"<url><loc>\n https://a.example/b?x=1&amp;y=2 \n</loc></url></urlset>"
)
PAGES = ("https://a.example/", "https://a.example/b?x=1&y=2")


@dataclass(frozen=True)
class Found:
    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    error: str = ""


def read(pieces: Iterable[bytes]) -> Found:
    reader = Reader()
    found = [entry for piece in pieces for some in reader.feed(piece) for entry in some]
    found += [entry for some in reader.close() for entry in some]
    return Found(
        tuple(entry.url for entry in found if not entry.sitemap),
        tuple(entry.url for entry in found if entry.sitemap),
        reader.error,
    )


def parse(body: bytes) -> Found:
    return read([body])


@pytest.mark.parametrize(
    "body",
    [
        TWO,
        b"\xef\xbb\xbf" + TWO,
        b"\n\n" + TWO,
        TWO.replace(NAMESPACE, b""),
        TWO.replace(NAMESPACE, b'xmlns="http://www.google.com/schemas/sitemap/0.84"'),
        TWO.replace(b"loc>", b"LOC>"),
        TWO.replace(b"https://a.example/</loc>", b"<![CDATA[https://a.example/]]></loc>"),
        TWO.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        gzip.compress(TWO, mtime=0),
        gzip.compress(TWO[:100], mtime=0) + gzip.compress(TWO[100:], mtime=0),
        b"https://a.example/\r\nhttps://a.example/b?x=1&y=2\r\n",
        b"\xef\xbb\xbfhttps://a.example/\n\nnot an address\nhttps://a.example/b?x=1&y=2",
        gzip.compress(b"https://a.example/\nhttps://a.example/b?x=1&y=2", mtime=0),
        gzip.compress(TWO, mtime=0) + bytes(512),
        "https://a.example/\nhttps://a.example/b?x=1&y=2".encode("utf-16"),
        TWO.replace(b"<url>", b"<s:url>").replace(b"</url>", b"</s:url>").replace(NAMESPACE, b'xmlns:s="x"'),
        b"<rss><channel><link>https://a.example/rss</link><item><title>x</title><link>https://a.example/</link>"
        b"</item><item><link>https://a.example/b?x=1&amp;y=2</link></item></channel></rss>",
        b'<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="https://a.example/feed"/><entry>'
        b'<link href="https://a.example/"/><link rel="edit" href="https://a.example/edit"/></entry><entry>'
        b'<link rel="alternate" href="https://a.example/b?x=1&amp;y=2"/></entry></feed>',
    ],
)
def test_one_content_in_many_forms(body: bytes) -> None:
    found = parse(body)
    assert found.pages == PAGES
    assert found.sitemaps == ()
    assert found.error == ""


def test_an_index_lists_sitemaps_and_no_pages() -> None:
    body = (
        b"<sitemapindex " + NAMESPACE + b"><sitemap><loc>https://a.example/1.xml.gz</loc></sitemap>"
        b"<sitemap><loc>/2.xml</loc><lastmod>2026</lastmod></sitemap></sitemapindex>"
    )
    assert parse(body) == Found(sitemaps=("https://a.example/1.xml.gz", "/2.xml"))


def test_pictures_and_films_in_a_sitemap_do_not_end_an_entry() -> None:
    body = (
        b'<urlset xmlns:i="i"><url><i:image><i:loc>https://a.example/x.png</i:loc><i:title>x</i:title></i:image>'
        b'<loc>https://a.example/</loc><xhtml:link rel="alternate" href="https://a.example/cy"/></url>'
        b"<url><loc></loc></url><url/></urlset>"
    )
    assert parse(body).pages == ("https://a.example/",)


@pytest.mark.parametrize(
    ("body", "pages"),
    [
        (TWO[: TWO.index(b"<loc>\n") + 8], PAGES[:1]),
        (TWO.replace(b"</urlset>", b"</oops>"), PAGES),
        (TWO.replace(b"&amp;", b"&"), PAGES[:1]),
        (TWO + b"<more/>", PAGES),
        (TWO.replace(b"UTF-8", b"no-such-encoding"), ()),
        (b"<", ()),
        (gzip.compress(TWO, mtime=0)[:-4], PAGES),
        (b"\x1f\x8bnot gzip at all", ()),
        (gzip.compress(TWO, mtime=0) + gzip.compress(b"\n" * 9, mtime=0)[:-9], PAGES),
        (gzip.compress(TWO, mtime=0) + gzip.compress(bytes(range(99)), mtime=0)[:60] + b"rubbish" * 9, PAGES),
    ],
)
def test_what_was_read_before_a_fault_is_kept_and_the_fault_said(body: bytes, pages: tuple[str, ...]) -> None:
    found = parse(body)
    assert found.pages == pages
    assert found.error.startswith("it is not valid ")


def test_no_content_is_no_fault() -> None:
    assert parse(b"") == parse(b" \n") == parse(b"<urlset/>") == Found()


@pytest.mark.parametrize(
    "doctype",
    [
        b'<!DOCTYPE x [<!ENTITY e "https://a.example/secret">]>',
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY e "&a;&a;&a;">]>',
    ],
)
def test_document_types_and_entities_are_refused(doctype: bytes) -> None:
    found = parse(doctype + b"<urlset><url><loc>https://a.example/&e;</loc></url></urlset>")
    assert found.pages == ()
    assert found.error == "it has a document type, which is not read for safety"


def test_a_web_page_is_none() -> None:
    assert parse(b"<!doctype html><html><body>Not found</body></html>") == Found(
        error="it is a web page and no sitemap"
    )


def test_addresses_beyond_the_protocols_limit_are_left_out_and_that_is_said() -> None:
    entries = b"".join(b"<url><loc>http://a.example/%d</loc></url>" % n for n in range(SITEMAP_URLS + 1))
    whole = parse(b"<urlset>" + entries.rpartition(b"<url>")[0] + b"</urlset>")
    assert (len(whole.pages), whole.error) == (SITEMAP_URLS, "")
    more = parse(b"<urlset>" + entries + b"</urlset>")
    assert len(more.pages) == SITEMAP_URLS
    assert "50000 addresses" in more.error
    lines = parse(b"http://a.example/\n" * (SITEMAP_URLS + 1))
    assert (len(lines.pages), lines.error) == (SITEMAP_URLS, more.error)


def test_a_file_that_is_too_large_is_read_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "SITEMAP_BYTES", 1024 * 1024)
    body = TWO.replace(b"</urlset>", b" " * 1024 * 1024 + b"</urlset>")
    for sent in (body, gzip.compress(body)):
        found = parse(sent)
        assert found.pages == PAGES
        assert "larger than 1 MB" in found.error


def test_a_tag_that_goes_on_and_on_is_given_up() -> None:
    for opened, closed in ((b"<x ", b'="1"/>'), (b"<!--", b"-->")):
        before = b"<urlset><url><loc>http://a.example/</loc></url>" + opened
        found = parse(before + b"y" * 3 * SITEMAP_TAG + closed + b"</urlset>")
        assert found == Found(("http://a.example/",), (), "it holds a tag that is too long for a sitemap")
        assert parse(before + b"y" * (SITEMAP_NAMES // 2) + closed + b"</urlset>").error == "", "only odd"


def test_an_address_that_is_too_long_is_left_out_never_cut() -> None:
    longest = "http://a.example/".ljust(MAX_URL_LENGTH, "x")
    lines = [longest + "y", longest, longest * 99, "http://a.example/b"]
    entries = "".join(f"<url><loc>\n  {line}\n  </loc></url>" for line in lines)
    for body in ("\n".join(lines), f"<urlset>{entries}</urlset>"):
        found = parse(body.encode())
        assert found.pages == (longest, "http://a.example/b")
        assert found.error == f"2 of its addresses are longer than {MAX_URL_LENGTH} characters"


@given(st.data())
def test_it_does_not_matter_how_a_file_is_cut_up(data: st.DataObject) -> None:
    body = data.draw(
        st.sampled_from(
            [
                TWO,
                gzip.compress(TWO, mtime=0),
                TWO[:90],
                b"http://a.example/1\nhttp://a.example/2 http://a.example/3",
            ]
        )
    )
    many = gzip.compress(body * 2000, mtime=0) if data.draw(st.booleans()) else body
    size = data.draw(st.integers(1, len(many)))
    assert read(many[at : at + size] for at in range(0, len(many), size)) == parse(many)


def test_addresses_are_given_out_as_they_are_read() -> None:
    reader = Reader()
    seen = 0
    for part in range(20):
        entries = (b"<url><loc>http://a.example/%d/%d</loc></url>" % (part, n) for n in range(2500))
        body = (b"" if part else b"<urlset>") + b"".join(entries)
        lists = list(reader.feed(body))
        assert all(len(some) < 3000 for some in lists)
        seen += sum(map(len, lists))
        assert seen > 2500 * (part + 1) - 2000
    assert seen + sum(map(len, reader.close())) == SITEMAP_URLS


# Each: what is fed, piece by piece; how many pages are found before it is given up.
BOMBS = {
    "a gigabyte in a megabyte": ("packed(bytes(2**20), 1000)", 0),
    "valid XML, packed": (
        "packed(b'<urlset>', 1, b'<url><loc>http://a.example/</loc></url>' * 20_000, 100)",
        SITEMAP_URLS,
    ),
    "long addresses, packed": (
        "packed(b'<urlset>', 1, (b'<url><loc>http:' + b'x' * 1900 + b'</loc></url>') * 1000, 30)",
        27_207,
    ),
    "billion laughs": (
        "[b'<!DOCTYPE x [<!ENTITY a0 \"http://a.example/\">'"
        " + b''.join(b'<!ENTITY a%d \"' % n + b'&a%d;' % (n - 1) * 10 + b'\">' for n in range(1, 12))"
        " + b']><urlset><url><loc>&a11;</loc></url></urlset>']",
        0,
    ),
    "quadratic blow-up": (
        "cut(b'<!DOCTYPE x [<!ENTITY a \"' + b'a' * 60_000 + b'\">]><urlset><url><loc>' + b'&a;' * 60_000)",
        0,
    ),
    "twelve million elements": ("packed(b'<urlset>', 1, b'<a/>' * 100_000, 120)", 0),
    "elements in elements": ("packed(b'<a>' * 100_000, 120)", 0),
    "a tag without end": ("chain([b'<urlset><a '], (b'y' * 65536 for _ in range(800)))", 0),
    "a tag without end, byte by byte": ("chain([b'<a '], (b'y' for _ in range(1_000_000)))", 0),
    "one tag with a million attributes": (
        "cut(b'<a ' + b' '.join(b'a%d=\"\"' % n for n in range(10**6)) + b'/>')",
        0,
    ),
    "many tags with all the attributes": (
        "packed(b'<a>', 1, b'<a ' + b' '.join(b'a%d=\"\"' % n for n in range(5000)) + b'/>', 1000)",
        0,
    ),
    "a million different tags": (
        "cut(gzip.compress(b'<urlset>' + b''.join(b'<a%d/>' % n for n in range(10**6))))",
        0,
    ),
    "a million namespaces": (
        "cut(gzip.compress(b'<urlset>' + b''.join(b'<a xmlns:p%d=\"u\"/>' % n for n in range(10**6))))",
        0,
    ),
    "millions of words": ("packed(b'a ' * 500_000, 50)", 0),
    "one word": ("packed(b'a' * 1_000_000, 50)", 0),
    "an address without end": ("packed(b'<urlset><url><loc>http://', 1, b'a' * 1_000_000, 50)", 0),
    "an address of lines": ("packed(b'<urlset><url><loc>', 1, b'a\\n' * 500_000, 50)", 0),
    "nothing, two million times": ("cut(gzip.compress(b'') * 2_000_000)", 0),
    "blanks without end": ("(b' ' * 65536 for _ in range(100_000))", 0),
}
MEASURE = """
import ctypes, gzip, json, sys, time, zlib
from itertools import chain
from pathlib import Path
from auditor.crawl.sitemap import Reader
def cut(whole):
    return (whole[at : at + 65536] for at in range(0, len(whole), 65536))
def status(key):
    line = next(l for l in Path("/proc/self/status").read_text().splitlines() if l.startswith(key))
    return int(line.split()[1]) / 1024
def packed(*parts):
    packer = zlib.compressobj(1, wbits=31)
    for part, times in zip(parts[::2], parts[1::2]):
        for _ in range(times):
            yield packer.compress(part)
    yield packer.flush()
for name, source in json.load(sys.stdin).items():
    bomb = eval(source)
    ctypes.CDLL(None).malloc_trim(0)  # what it took to make the bomb is not the reader's
    Path("/proc/self/clear_refs").write_text("5")  # so that VmHWM is the peak from here on
    before, began = status("VmRSS"), time.process_time()
    reader, pages = Reader(), 0
    for piece in bomb:
        pages += sum(map(len, reader.feed(piece)))
        if reader.error:
            break
    pages += sum(map(len, reader.close()))
    spent = time.process_time() - began
    print(json.dumps([name, spent, status("VmHWM") - before, reader.error, pages]))
"""


def test_bombs_cost_neither_memory_nor_time() -> None:
    """In a process of their own, so that the figures are theirs: under 5 seconds and 50 MB each."""
    sources = json.dumps({name: source for name, (source, _) in BOMBS.items()})
    run = subprocess.run(
        [sys.executable, "-c", MEASURE], input=sources, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    measured = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(measured) == len(BOMBS)
    for name, seconds, megabytes, error, pages in measured:
        assert seconds < 5, name
        assert megabytes < 50, name
        assert pages == BOMBS[name][1], name
        assert error or name in ("millions of words", "one word"), name


@pytest.mark.parametrize(
    ("part", "pages", "error"),
    [
        (
            b"<url><loc>http://a.example/</loc></url>" * 1000,
            SITEMAP_URLS,
            "it lists more than 50000 addresses",
        ),
        (b" " * 65536, 0, "it is larger than 50 MB"),
        (b"<a>" * 20, 0, "its elements are nested too deep for a sitemap"),
    ],
)
async def test_a_server_that_never_stops(part: bytes, pages: int, error: str) -> None:
    """From the network to the addresses: the reader says when it has enough, and nothing is held."""

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n<urlset>")
        with contextlib.suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(part)
                await writer.drain()
        writer.close()

    sitemap, found = Reader(), 0

    async def take(piece: bytes) -> bool:
        nonlocal found
        found += sum(map(len, sitemap.feed(piece)))
        return not sitemap.error

    async with await asyncio.start_server(endless, "127.0.0.1", 0) as server:
        origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with (
            EgressProxy(Guard(frozenset({origin}))) as proxy,
            client(proxy.url, user_agent="t") as http,
        ):
            tracemalloc.start()
            fetched = await fetch(http, f"{origin}/sitemap.xml", max_bytes=SITEMAP_BYTES + PIECE, sink=take)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
    assert (found, sitemap.error, fetched.error, fetched.body) == (pages, error, None, b"")
    assert peak < 10 * 2**20


@given(st.binary(max_size=200), st.sampled_from([b"", b"<urlset>", b"\x1f\x8b\x08", b"\xff\xfe", TWO[:200]]))
def test_no_bytes_raise(junk: bytes, start: bytes) -> None:
    began = time.monotonic()
    found = parse(start + junk)
    assert time.monotonic() - began < 2
    assert len(found.pages) <= len(junk) + 2
