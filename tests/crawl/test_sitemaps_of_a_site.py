"""What a site's sitemaps bring to the ledger, and what is said of the rest."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator

import psutil
import pytest

from auditor.crawl.discover import Discoverer
from auditor.limits import MB, SITEMAP_DEPTH, SITEMAP_FILES, SITEMAP_URLS
from auditor.models import Site, UrlOutcome

ORIGIN = "https://town.example"
Sink = Callable[[bytes], Awaitable[bool]]
Files = Callable[[str], Iterator[str] | None]


class Answer:
    content_type = "application/xml"
    body = b""
    error = None

    def __init__(self, status: int) -> None:
        self.status = status


class Read:
    def __init__(self) -> None:
        self.asked: list[str] = []
        self.notes: list[str] = []
        self.addresses = self.largest = 0


def index(addresses: Iterator[str] | list[str]) -> Iterator[str]:
    yield "<sitemapindex>"
    for address in addresses:
        yield f"<sitemap><loc>{address}</loc></sitemap>"
    yield "</sitemapindex>"


def urlset(addresses: Iterator[str] | list[str]) -> Iterator[str]:
    yield "<urlset>"
    for address in addresses:
        yield f"<url><loc>{address}</loc></url>"
    yield "</urlset>"


def read(files: Files) -> Read:
    """All that a site's sitemaps list; `files` gives the pieces of a file by its path."""
    return asyncio.run(_read(files))


async def _read(files: Files) -> Read:
    done = Read()

    async def fetch(url: str, max_bytes: int, sink: Sink | None = None) -> Answer:
        path = url.removeprefix(ORIGIN)
        done.asked.append(path)
        pieces = files(path) if sink else None  # robots.txt comes whole, and there is none
        if pieces is None or sink is None:
            return Answer(404)
        for piece in pieces:
            if not await sink(piece.encode()):
                break
        return Answer(200)

    async def note(sentence: str) -> None:
        done.notes.append(sentence)

    async def rest(host: str) -> None: ...

    site = Site(id="town", name="Town", urls=(f"{ORIGIN}/",))
    discover = Discoverer(site, fetch=fetch, note=note, rest=rest)
    async for entries in discover.sitemaps(lambda: False):
        assert all(entry.outcome in (None, UrlOutcome.NOT_HTML) for entry in entries)
        done.addresses += len(entries)
        done.largest = max(done.largest, len(entries))
    return done


def million(path: str) -> Iterator[str] | None:
    if path == "/sitemap.xml":
        return index([f"{ORIGIN}/part-{n}.xml" for n in range(20)])
    if path.startswith("/part-"):
        part = path.removeprefix("/part-").removesuffix(".xml")
        return urlset(f"{ORIGIN}/{part}/services/page-{n}-about-it" for n in range(SITEMAP_URLS))
    return None


def test_a_million_addresses_are_read_up_to_the_limit_at_constant_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The limit itself takes 10 s, so a smaller one is set; it is of the ledger, not of what is held."""
    monkeypatch.setattr("auditor.crawl.discover.SITE_SITEMAP_URLS", 60_000)
    before, began = psutil.Process().memory_info().rss, time.process_time()
    done = read(million)
    assert time.process_time() - began < 30
    assert psutil.Process().memory_info().rss - before < 20 * MB
    assert done.addresses == 60_000
    assert done.largest < 5_000, "they come a piece at a time"
    assert done.asked == ["/robots.txt", "/sitemap.xml", "/part-0.xml", "/part-1.xml"]
    assert [note for note in done.notes if "more than an audit reads" in note]


def test_an_index_that_goes_too_deep_is_said_once() -> None:
    def nested(path: str) -> Iterator[str] | None:
        depth = 1 if path == "/sitemap.xml" else int(path.strip("/").partition("-")[0])
        below = [f"{ORIGIN}/{depth + 1}-{n}" for n in range(2 if depth == SITEMAP_DEPTH else 1)]
        return index(below)

    done = read(nested)
    assert len(done.asked) == 1 + SITEMAP_DEPTH
    assert [note for note in done.notes if note.startswith(f"2 sitemaps stand more than {SITEMAP_DEPTH}")]


def test_more_files_than_are_read_are_said() -> None:
    def many(path: str) -> Iterator[str] | None:
        if path == "/sitemap.xml":
            return index(f"{ORIGIN}/{n}.xml" for n in range(SITEMAP_FILES + 5))
        return urlset([f"{ORIGIN}/page"]) if path.endswith(".xml") else None

    done = read(many)
    assert len(done.asked) == 1 + SITEMAP_FILES
    assert sum("more than an audit reads" in note for note in done.notes) == 1
