"""How one run treats its hosts: one request at a time, at their pace, later if they say so, or no more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import httpx

from auditor.browser.recognise import Seen, recognise
from auditor.browser.visit import Result
from auditor.crawl.breaker import Breaker, Trouble, retry_after, wait
from auditor.crawl.discover import Discoverer
from auditor.limits import FAILING_PAUSE, ROBOTS_BYTES
from auditor.models import UrlOutcome
from auditor.net.http import Fetched, fetch
from auditor.store import ClaimedUrl, Store

LATER = (429, 503)
PATIENCE = 5.0  # seconds that a redirect waits within a visit; longer, and its target has a visit of its own


class Pace:
    """The hosts of one run."""

    def __init__(
        self,
        discover: Discoverer,
        *,
        store: Store,
        call: Callable[..., Awaitable[Any]],
        http: httpx.AsyncClient,
    ) -> None:
        """`call(method, *arguments)` runs a method of the store."""
        self.discover = discover
        self.store = store
        self._call = call
        self._http = http
        self._breaker = Breaker()
        self._asking: dict[str, asyncio.Lock] = {}

    async def fetch(
        self, url: str, max_bytes: int, sink: Callable[[bytes], Awaitable[bool]] | None = None
    ) -> Fetched:
        """A request that is no page; asked again where the host says "later"."""
        host = urlsplit(url).netloc
        attempts = 0
        while True:
            attempts += 1
            answer = await self._fetch(host, url, max_bytes, sink)
            seconds = None
            if answer.status in LATER:
                seconds = wait(attempts, retry_after(answer.headers.get("retry-after")))
            if seconds is None:
                return answer
            await self._call(self.store.rest, host, seconds)

    async def _fetch(
        self,
        host: str,
        url: str,
        max_bytes: int,
        sink: Callable[[bytes], Awaitable[bool]] | None = None,
    ) -> Fetched:
        await self._slot(host)
        answer = await fetch(self._http, url, max_bytes=max_bytes, sink=sink, may_follow=self._redirected)
        await self._call(self.store.rest, host, self.discover.delay(host))
        return answer

    async def _redirected(self, url: str) -> None:
        await self._slot(urlsplit(url).netloc)

    async def _slot(self, host: str) -> None:
        await asyncio.sleep(await self._call(self.store.book, host, self.discover.delay(host)))

    async def hop(self, url: str) -> bool:
        """Wait for the slot of a document within a visit; False where it is too far off."""
        host = urlsplit(url).netloc
        if self.discover.delay(host) > PATIENCE:
            return False
        await self._slot(host)
        return True

    async def later(self, claimed: ClaimedUrl, result: Result) -> bool:
        """Whether the host asked for a visit at another time; it is left alone until then."""
        if trouble(result) is not Trouble.LATER:
            return False
        seconds = wait(claimed.attempts, retry_after(result.retry_after))
        if seconds is None:
            return False
        await self._call(self.store.rest, claimed.host, seconds)
        return True

    async def after(self, claimed: ClaimedUrl, result: Result) -> tuple[UrlOutcome, str] | None:
        """What becomes of the rest of a host that has to be left after this visit; None where it goes on.

        Many troubles in a row may be those of some pages alone, so an address that was answered well is
        asked again before a host is left.
        """
        host = claimed.host
        lock = self._asking.setdefault(host, asyncio.Lock())
        async with lock:
            if host in self.discover.left:
                return None
            suspected = self._breaker.after(host, claimed.url, trouble(result))
            if suspected is None or await self._answers(host, suspected):
                return None
            if suspected is Trouble.FAILING:
                await self._call(self.store.rest, host, FAILING_PAUSE)
                if await self._answers(host, suspected):
                    return None
                left = UrlOutcome.FAILED, f"Not visited: {host} no longer answers. Last: {result.reason}"
            else:
                left = (
                    UrlOutcome.BLOCKED,
                    f"Not visited: {host} turns the auditor away. Last: {result.reason}",
                )
            self.discover.left[host] = left
            return left

    async def _answers(self, host: str, suspected: Trouble) -> bool:
        url = self._breaker.address(host)
        if url is None:
            if suspected is Trouble.REFUSING:
                return False  # nothing of it was ever seen
            url = next((u for u in self.discover.site.urls if urlsplit(u).netloc == host), None)
        if url is None:
            return False
        answer = await self._fetch(host, url, ROBOTS_BYTES)
        if answer.status is None or answer.status >= 500:
            return suspected is Trouble.REFUSING and answer.status is not None
        return _refused(answer) is None


def _refused(answer: Fetched) -> str | None:
    found = recognise(
        Seen(
            url=answer.final_url,
            status=answer.status,
            headers=answer.headers,
            title="",
            heading="",
            text="",
            text_length=0,
            markup=answer.body[:100_000].decode("utf-8", "replace"),
            password_field=False,
            elements=0,
        )
    )
    return found.reason if found and found.kind in ("refused", "challenge", "rate_limited") else None


def trouble(result: Result) -> Trouble | None:
    """What a visit says of its host; None where the host served it, whatever the page was like."""
    kind = result.arrival.kind if result.arrival else ""
    if result.outcome not in (UrlOutcome.BLOCKED, UrlOutcome.FAILED) or kind == "sign_in":
        return None
    if result.status in LATER and kind != "challenge":
        return Trouble.LATER
    if result.outcome is UrlOutcome.BLOCKED:
        return Trouble.REFUSING
    unanswered = result.arrival is None and not result.crashed
    return Trouble.FAILING if kind == "server_error" or unanswered else None
