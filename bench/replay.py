"""Memory of the auditor itself over a crawl too long for a browser: pages are visited once for each template.

Of the site of `bench.scale` the first pages are visited for true. Of each other page a copy of such a visit
is taken for what the browser would have brought, with the page's own address, title, words and links: so all
but the browser does its work, crawl and traps, judging, store, site-wide rules and history.

    python -m bench.replay [PAGES]
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urljoin, urlsplit

import psutil

from auditor import Progress, audit_async
from auditor.browser.content import sketch
from auditor.browser.visit import Result
from auditor.browser.visit import visit as real_visit
from auditor.formats import FORMATS
from auditor.models import Link, Site, UrlOutcome
from bench.scale import TEMPLATES, page

TRULY = 12  # pages that are visited, at least
POINTS = 100
NUMBER = re.compile(r"-(\d+)$")


class Replay:
    """Stands in for `auditor.browser.visit.visit`, where the crawl has it."""

    def __init__(self, pages: int) -> None:
        self.pages = pages
        self.visited = 0
        self.kept: dict[int, Result] = {}  # by template

    async def __call__(self, tab: Any, url: str, engine: Any, **hooks: Any) -> Result:
        found = NUMBER.search(urlsplit(url).path)
        template = int(found[1]) % len(TEMPLATES) if found else -1
        if self.visited < TRULY or template not in self.kept or not found:
            self.visited += 1
            result = await real_visit(tab, url, engine, **hooks)
            if result.outcome is UrlOutcome.AUDITED and found:
                self.kept[template] = result
            return result
        return await self._again(url, int(found[1]), self.kept[template], hooks["may_audit"])

    async def _again(
        self, url: str, number: int, like: Result, may_audit: Callable[[Any], Awaitable[Any]]
    ) -> Result:
        html = page(number, self.pages)
        title = html.partition("<title>")[2].partition("<")[0]
        assert like.arrival
        assert like.snapshot
        arrival = replace(
            like.arrival,
            url=url,
            title=title,
            canonical="",
            signature=hashlib.blake2b(html.encode(), digest_size=8).hexdigest(),
            sketch=sketch(re.sub("<[^>]*>", "\n", html)),
        )
        if no := await may_audit(arrival):
            return Result(outcome=no[0], reason=no[1], final_url=url, arrival=arrival)
        links = tuple(Link(url=urljoin(url, href)) for href in re.findall('href="([^"]*)"', html))
        snapshot = replace(like.snapshot, url=url, title=title, links=links, driven=None)
        return replace(like, final_url=url, title=title, arrival=arrival, snapshot=snapshot, pictures=())


def rss() -> float:
    return psutil.Process().memory_info().rss / 2**20


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    command = [sys.executable, "-m", "bench.scale", "serve", str(pages)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    began, last = time.process_time(), 0

    def look(progress: Progress) -> None:
        nonlocal last
        if progress.audited >= last + max(1, pages // POINTS):
            last = progress.audited
            known, spent = progress.done + progress.left, time.process_time() - began
            print(f"{last:>8,} {known:>8,} {rss():>10.0f} {spent:>8.0f}", flush=True)

    try:
        assert server.stdout is not None
        origin = f"http://127.0.0.1:{int(server.stdout.readline())}"
        site = Site(
            id="bench",
            name="Bench",
            urls=(f"{origin}/",),
            internal=True,
            delay=0.0,
            concurrency=2,
            max_pages=pages,
        )
        with tempfile.TemporaryDirectory() as folder:
            database = f"sqlite:///{folder}/bench.db"
            print(f"before {rss():.0f} MB\n audited    known  auditor MB    CPU s", flush=True)
            with mock.patch("auditor.crawling.visit", Replay(pages)):  # it fails where there is none
                asyncio.run(audit_async(site, store=database, sandbox=False, on_progress=look))
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{rss():.0f} MB at the end, {most:.0f} MB at most, until the report can be written")
            for name in FORMATS:
                output = str(Path(folder) / name)
                measure = [sys.executable, "-m", "bench.report", "measure", database, name, output]
                subprocess.run(measure, check=True)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
