"""What to visit: links as the ledger takes them, by scope and robots.txt; and what the sitemaps list.

It asks for files through a callable, at the host's pace, and says what the reader must know through another.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from functools import lru_cache
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from auditor.crawl import sitemap
from auditor.crawl.robots import Robots
from auditor.crawl.scope import ENDS_SESSION, SIGNS_OUT, Scope, may_be_document
from auditor.crawl.traps import Traps
from auditor.limits import (
    FAILURES_IN_A_ROW,
    MAX_CRAWL_DELAY,
    MAX_URL_LENGTH,
    ROBOTS_BYTES,
    SITE_SITEMAP_URLS,
    SITEMAP_BYTES,
    SITEMAP_DEPTH,
    SITEMAP_FILES,
    limit_reason,
)
from auditor.models import Discovery, Link, NewUrl, Site, UrlOutcome
from auditor.urls import Addresses

KEPT = 4000  # addresses that were read: pages link to much of what others do
KNOWN_SIGN_OUTS = 1000  # each may be the same address with another token


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


class Fetch(Protocol):
    """Asks for a file. With `sink`, that gets its pieces in place of `Answer.body`; False ends it."""

    async def __call__(
        self, url: str, max_bytes: int, sink: Callable[[bytes], Awaitable[bool]] | None = None
    ) -> Answer: ...


class Discoverer:
    """Decides for one run what becomes of each address that turns up."""

    def __init__(
        self,
        site: Site,
        *,
        fetch: Fetch,
        note: Callable[[str], Awaitable[None]],
        rest: Callable[[str], Awaitable[None]],
    ) -> None:
        """`note(sentence)` keeps what the report must say; `rest(host)` leaves a host for its `delay`."""
        self.site = site
        self.scope = Scope(site)
        self.addresses = Addresses(strip=site.strip_params, keep=site.keep_params)
        self._clean = lru_cache(KEPT)(self.addresses.clean)
        self._identity = lru_cache(KEPT)(self.addresses.identity)
        self.traps = Traps()
        self.left: dict[str, tuple[UrlOutcome, str]] = {}  # hosts given up, and what becomes of their pages
        self._signs_out: set[str] = set()  # identities that a link called so
        self._delays: dict[str, float] = {}
        self._fetch = fetch
        self._note = note
        self._rest = rest
        self._robots: dict[str, Robots] = {}  # by origin
        self._asking: dict[str, asyncio.Lock] = {}  # for robots.txt, once an origin

    def delay(self, host: str) -> float:
        """Seconds between two requests to a host: the site's, or a longer Crawl-delay of its own."""
        return max(self.site.delay, self._delays.get(host, 0.0))

    def entries(self, links: Iterable[Link], *, found_on: str | None, depth: int) -> list[NewUrl]:
        """Links as the ledger takes them: with an outcome where no visit is needed.

        `found_on`: the identity of the page they stand on.
        """
        new: dict[str, NewUrl] = {}
        ancestry = self.traps.ancestry(found_on)
        for link in links:
            bare = link.url.partition("#")[0]  # the same page, at however many places of it
            url = self._clean(bare) if len(bare) <= MAX_URL_LENGTH else self.addresses.clean(bare)
            known = self.known(url) if url else None
            if url is None or known is None:
                continue
            if SIGNS_OUT.fullmatch(link.text[:200]) and len(self._signs_out) < KNOWN_SIGN_OUTS:
                self._signs_out.add(known)
                new.pop(known, None)
            if known in new:
                continue
            chain = self.traps.chain(known, ancestry)
            outcome, reason = self._settle(url, known, link.discovery, depth) or (None, "")
            new[known] = NewUrl(
                url=url,
                identity=known,
                depth=depth,
                discovery=link.discovery,
                found_on=found_on,
                outcome=outcome,
                reason=reason,
                chain=chain,
                cost=self.traps.cost(known, depth, chain, link.discovery),
                document=link.text[:200] if may_be_document(known) else None,
            )
        return list(new.values())

    def known(self, url: str) -> str | None:
        """The identity of an address, without the parameters that were seen to change nothing."""
        known = self._identity(url)
        if known is not None and "?" in known:
            for name in self.traps.idle.get(urlsplit(known).netloc, ()):
                known = self.addresses.without(known, name) or known
        return known

    def _settle(self, url: str, known: str, how: Discovery, depth: int) -> tuple[UrlOutcome, str] | None:
        settled: tuple[UrlOutcome, str] | None
        if how is not Discovery.START and (reason := self.traps.endless(known, how)):
            settled = self.scope.settle(known) or (UrlOutcome.OVER_BUDGET, reason)
        else:
            settled = self.forbids(url, start=how is Discovery.START)
        most = self.site.max_depth
        if settled is None and most is not None and depth > most:
            reason = limit_reason("max_depth", most, "Too many clicks from a start page")
            return UrlOutcome.OVER_BUDGET, reason
        return settled

    def forbids(self, url: str, *, start: bool = False) -> tuple[UrlOutcome, str] | None:
        """Why an address may not be audited: scope, robots.txt, a host that was left; None where it may."""
        known = self.known(url) or url  # one page has one answer, however it was linked
        settled = self.scope.settle(known, start=start) or self.left.get(urlsplit(url).netloc)
        return settled or self.disallows(url)

    def disallows(self, url: str) -> tuple[UrlOutcome, str] | None:
        """What robots.txt has against an address, as far as it was asked for yet (`needs_robots`)."""
        if self._signs_out and (self.known(url) or url) in self._signs_out:
            return UrlOutcome.OUT_OF_SCOPE, ENDS_SESSION
        robots = self._robots.get(_origin(url))
        if self.site.robots != "obey" or robots is None or robots.allows(url):
            return None
        return UrlOutcome.DISALLOWED, robots.why_not()

    def needs_robots(self, url: str) -> bool:
        """Whether robots.txt of the URL's origin must be asked for before the URL is requested."""
        return self.site.robots == "obey" and _origin(url) not in self._robots

    async def robots(self, url: str) -> Robots:
        """What robots.txt of the URL's origin says; asked for once a run, which may take minutes."""
        parts = urlsplit(url)
        origin = _origin(url)
        async with self._asking.setdefault(origin, asyncio.Lock()):
            if origin not in self._robots:
                answer = await self._fetch(f"{origin}/robots.txt", ROBOTS_BYTES)
                said = Robots.from_answer(answer.status, answer.content_type, answer.body, answer.error or "")
                self._robots[origin] = said
                if self.site.robots == "obey":
                    await self._heed(parts.netloc, origin, said)
            return self._robots[origin]

    async def _heed(self, host: str, origin: str, said: Robots) -> None:
        if said.reason:
            await self._note(f"{origin}: {said.reason}")
        if asked := said.crawl_delay:
            self._delays[host] = max(self._delays.get(host, 0.0), min(asked, MAX_CRAWL_DELAY))
            await self._rest(host)
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
            todo += [(urljoin(url, s), 1, True) for s in named] or [(urljoin(url, "/sitemap.xml"), 1, False)]
        seen: set[str] = set()
        left, too_deep, too_many, unread = SITE_SITEMAP_URLS, 0, 0, 0
        while todo and len(seen) < SITEMAP_FILES and left > 0 and not stopped():
            url, depth, named_by_site = todo.pop(0)
            known = self.addresses.clean(url)
            if known is None or known in seen:
                continue
            if depth > SITEMAP_DEPTH:
                too_deep += 1
                continue
            seen.add(known)
            reader = sitemap.Reader()
            arrived: asyncio.Queue[list[sitemap.Entry] | None] = asyncio.Queue(maxsize=1)
            reading = asyncio.create_task(self._read_sitemap(known, reader, arrived))
            try:
                while (entries := await arrived.get()) is not None:
                    for entry in entries:
                        if entry.sitemap and len(todo) < SITEMAP_FILES:
                            todo.append((urljoin(known, entry.url), depth + 1, True))
                        elif entry.sitemap:
                            too_many += 1
                    pages = [e.url for e in entries if not e.sitemap][:left]
                    left -= len(pages)
                    links = [Link(url=urljoin(known, page), discovery=Discovery.SITEMAP) for page in pages]
                    yield self.entries(links, found_on=known, depth=1)
                answer = await reading
            finally:
                reading.cancel()
            unread = unread + 1 if answer.status is None or answer.status >= 500 else 0
            if unread == FAILURES_IN_A_ROW:
                await self._note(
                    f"After {unread} sitemaps in a row that the server did not give, the rest are left."
                )
                break
            if answer.error or answer.status != 200:
                if named_by_site:
                    why = answer.error or f"status {answer.status}"
                    await self._note(f"The sitemap {known} could not be read: {why}.")
            elif reader.error:
                await self._note(f"The sitemap {known} was not read whole: {reader.error}.")
        if left <= 0 or too_many or (todo and len(seen) >= SITEMAP_FILES):
            most = f"{SITE_SITEMAP_URLS} addresses and {SITEMAP_FILES} files"
            await self._note(
                f"The sitemaps list more than an audit reads: {most}. The ledger lacks the rest."
            )
        if too_deep:
            most = f"{too_deep} sitemaps stand more than {SITEMAP_DEPTH} indexes deep"
            await self._note(f"{most} and were not read. The ledger lacks what only they list.")

    async def _read_sitemap(
        self, url: str, reader: sitemap.Reader, arrived: asyncio.Queue[list[sitemap.Entry] | None]
    ) -> Answer:
        """Hand on what a sitemap lists as it comes, so that none is ever held whole."""

        async def take(piece: bytes) -> bool:
            for entries in reader.feed(piece):
                await arrived.put(entries)
            return not reader.error

        try:
            answer = await self._fetch(url, SITEMAP_BYTES + 1, take)
            for entries in reader.close():
                await arrived.put(entries)
            return answer
        finally:
            await arrived.put(None)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
