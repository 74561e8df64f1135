"""What to visit: links as the ledger takes them, by scope and robots.txt; and what the sitemaps list.

It asks for files through a callable, at the host's pace, and says what the reader must know through another.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from auditor.crawl import sitemap
from auditor.crawl.robots import Robots
from auditor.crawl.scope import Scope
from auditor.limits import (
    MAX_CRAWL_DELAY,
    ROBOTS_BYTES,
    SITE_SITEMAP_URLS,
    SITEMAP_BYTES,
    SITEMAP_DEPTH,
    SITEMAP_FILES,
    limit_reason,
)
from auditor.models import Discovery, Link, NewUrl, Site, UrlOutcome
from auditor.urls import identity


class Answer(Protocol):
    """What a request for a file brought; `net.http.Fetched` is one."""

    @property
    def status(self) -> int | None: ...
    @property
    def content_type(self) -> str: ...
    @property
    def body(self) -> bytes: ...
    @property
    def error(self) -> str | None: ...


class Discoverer:
    """Decides for one run what becomes of each address that turns up."""

    def __init__(
        self,
        site: Site,
        *,
        fetch: Callable[[str, int], Awaitable[Answer]],
        note: Callable[[str], Awaitable[None]],
    ) -> None:
        """`fetch(url, max_bytes)` gets a file. `note(sentence)` keeps what the report must say."""
        self.site = site
        self.scope = Scope(site)
        self.delay = site.delay  # seconds between requests; a host's Crawl-delay may lengthen it
        self._fetch = fetch
        self._note = note
        self._robots: dict[str, Robots] = {}

    async def entries(self, links: Iterable[Link], *, found_on: str | None, depth: int) -> list[NewUrl]:
        """Links as the ledger takes them: with an outcome where no visit is needed."""
        new: dict[str, NewUrl] = {}
        for link in links:
            known = identity(link.url)
            if known is None or known in new:
                continue
            outcome, reason = await self._settle(known, link.discovery, depth) or (None, "")
            new[known] = NewUrl(
                url=known,
                identity=known,
                depth=depth,
                discovery=link.discovery,
                found_on=found_on,
                outcome=outcome,
                reason=reason,
            )
        return list(new.values())

    async def _settle(self, known: str, how: Discovery, depth: int) -> tuple[UrlOutcome, str] | None:
        settled = await self.forbids(known, start=how is Discovery.START)
        most = self.site.max_depth
        if settled is None and most is not None and depth > most:
            reason = limit_reason("max_depth", most, "Too many clicks from a start page")
            return UrlOutcome.OVER_BUDGET, reason
        return settled

    async def forbids(self, known: str, *, start: bool = False) -> tuple[UrlOutcome, str] | None:
        """Why an address may not be audited, by scope or robots.txt; None where it may."""
        settled = self.scope.settle(known, start=start)
        if settled is None and self.site.robots == "obey":
            robots = await self.robots(known)
            if not robots.allows(known):
                return UrlOutcome.DISALLOWED, robots.why_not()
        return settled

    async def robots(self, url: str) -> Robots:
        """What robots.txt of the URL's origin says; asked once a run."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            answer = await self._fetch(f"{origin}/robots.txt", ROBOTS_BYTES)
            said = Robots.from_answer(answer.status, answer.content_type, answer.body, answer.error or "")
            self._robots[origin] = said
            if self.site.robots == "obey":
                await self._heed(origin, said)
        return self._robots[origin]

    async def _heed(self, origin: str, said: Robots) -> None:
        if said.reason:
            await self._note(f"{origin}: {said.reason}")
        if asked := said.crawl_delay:
            self.delay = max(self.delay, min(asked, MAX_CRAWL_DELAY))
            if asked > MAX_CRAWL_DELAY:
                kept = f"{MAX_CRAWL_DELAY:g} were kept"
                await self._note(f"{origin}/robots.txt asks for {asked:g} seconds between requests; {kept}.")

    async def sitemaps(self, stopped: Callable[[], bool]) -> AsyncIterator[list[NewUrl]]:
        """What the sitemaps list, file by file: those that robots.txt names, or the usual one.

        A sitemap that the site names and that cannot be read is noted; the usual one may well not exist.
        """
        todo: list[tuple[str, int, bool]] = []  # URL, depth of the index, whether the site names it
        for url in dict.fromkeys(urljoin(start, "/") for start in self.site.urls):
            named = (await self.robots(url)).sitemaps
            todo += [(s, 1, True) for s in named] or [(urljoin(url, "/sitemap.xml"), 1, False)]
        seen: set[str] = set()
        left = SITE_SITEMAP_URLS
        while todo and len(seen) < SITEMAP_FILES and left > 0 and not stopped():
            url, depth, named_by_site = todo.pop(0)
            known = identity(url)
            if known is None or known in seen or depth > SITEMAP_DEPTH:
                continue
            seen.add(known)
            answer = await self._fetch(known, SITEMAP_BYTES)
            if answer.error or answer.status != 200:
                if named_by_site:
                    why = answer.error or f"status {answer.status}"
                    await self._note(f"The sitemap {known} could not be read: {why}.")
                continue
            found = await asyncio.to_thread(sitemap.parse, answer.body)
            if found.error and named_by_site:
                await self._note(f"The sitemap {known} was not read whole: {found.error}.")
            todo += [(urljoin(known, s), depth + 1, True) for s in found.sitemaps]
            links = [Link(url=urljoin(known, page), discovery=Discovery.SITEMAP) for page in found.pages]
            yield await self.entries(links[:left], found_on=known, depth=1)
            left -= len(links)
