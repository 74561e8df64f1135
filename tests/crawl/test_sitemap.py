"""Sitemaps in all their forms, broken ones, and those that are meant to harm."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.crawl import sitemap
from auditor.crawl.sitemap import parse
from auditor.limits import SITEMAP_URLS

NAMESPACE = b'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
TWO = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<urlset ' + NAMESPACE + b">"
    b"<url><loc>https://a.example/</loc><lastmod>2026-01-01</lastmod></url>"
    b"<url><loc>\n https://a.example/b?x=1&amp;y=2 \n</loc></url></urlset>"
)
PAGES = ("https://a.example/", "https://a.example/b?x=1&y=2")


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
    assert parse(body) == sitemap.Sitemap(sitemaps=("https://a.example/1.xml.gz", "/2.xml"))


def test_pictures_and_films_in_a_sitemap_do_not_end_an_entry() -> None:
    body = (
        b'<urlset xmlns:i="i"><url><i:image><i:title>x</i:title></i:image><loc>https://a.example/</loc></url>'
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
        (b"<!doctype html><html><body>Not found</body></html>", ()),
        (b"<", ()),
        (gzip.compress(TWO, mtime=0)[:-4], PAGES),
        (b"\x1f\x8bnot gzip at all", ()),
    ],
)
def test_what_was_read_before_a_fault_is_kept_and_the_fault_said(body: bytes, pages: tuple[str, ...]) -> None:
    found = parse(body)
    assert found.pages == pages
    assert found.error.startswith("it is not valid ")


def test_no_content_is_no_fault() -> None:
    assert parse(b"") == parse(b" \n") == parse(b"<urlset/>") == sitemap.Sitemap()


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
    assert "DTDForbidden" in found.error


def test_addresses_beyond_the_protocols_limit_are_left_out_and_that_is_said() -> None:
    entries = b"".join(b"<url><loc>http://a.example/%d</loc></url>" % n for n in range(SITEMAP_URLS + 1))
    whole = parse(b"<urlset>" + entries.rpartition(b"<url>")[0] + b"</urlset>")
    assert (len(whole.pages), whole.error) == (SITEMAP_URLS, "")
    more = parse(b"<urlset>" + entries + b"</urlset>")
    assert len(more.pages) == SITEMAP_URLS
    assert "50000 addresses" in more.error
    assert len(parse(b"http://a.example/\n" * (SITEMAP_URLS + 1)).pages) == SITEMAP_URLS


def test_a_file_that_is_too_large_is_read_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "SITEMAP_BYTES", 1024 * 1024)
    body = TWO.replace(b"</urlset>", b" " * 1024 * 1024 + b"</urlset>")
    for sent in (body, gzip.compress(body)):
        found = parse(sent)
        assert found.pages == PAGES
        assert "larger than 1 MB" in found.error


def test_a_tag_that_goes_on_and_on_is_given_up() -> None:
    long = (
        b"<urlset><url><loc>http://a.example/</loc></url><x "
        + b"y" * 3 * sitemap.MAX_TAG
        + b'="1"/></urlset>'
    )
    assert parse(long).pages == ("http://a.example/",)
    assert "a tag that is too long" in parse(long).error
    assert parse(long.replace(b"y" * 2 * sitemap.MAX_TAG, b"")).error == "", "room for what is only odd"


BOMBS = {
    "a gigabyte in a megabyte": "gzip.compress(bytes(2**20) * 1000)",
    "two million elements": "gzip.compress(b'<urlset>' + b'<a/>' * 2_000_000)",
    "elements in elements": "gzip.compress(b'<a>' * 12_000_000)",
    "one tag with a million attributes": "b'<a ' + b' '.join(b'a%d=\"\"' % n for n in range(10**6)) + b'/>'",
    "millions of words": "gzip.compress(b'a ' * 4_000_000)",
    "one word": "gzip.compress(b'a' * 50_000_000)",
    "one address without end": "gzip.compress(b'<urlset><url><loc>http://' + b'a' * 42_000_000)",
}
MEASURE = """
import gzip, json, resource, time
from auditor.crawl.sitemap import parse
body = {bomb}
before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30))
found = parse(body)
spent = time.process_time() - began
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps([spent, grown / 1024, found.error, len(found.pages)]))
"""


def test_bombs_cost_neither_memory_nor_minutes() -> None:
    """Each in a process of its own, so that the figures are its own; all at once, to be quick."""
    running = {
        name: subprocess.Popen(
            [sys.executable, "-c", MEASURE.format(bomb=bomb)], stdout=subprocess.PIPE, text=True
        )
        for name, bomb in BOMBS.items()
    }
    for name, process in running.items():
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0, name
        seconds, megabytes, _, pages = json.loads(out)
        assert seconds < 20, name
        assert megabytes < 400, name
        assert pages == 0, name


@given(st.binary(max_size=200), st.sampled_from([b"", b"<urlset>", b"\x1f\x8b\x08", b"\xff\xfe", TWO[:200]]))
def test_no_bytes_raise(junk: bytes, start: bytes) -> None:
    began = time.monotonic()
    found = parse(start + junk)
    assert time.monotonic() - began < 2
    assert len(found.pages) <= len(junk) + 2
