"""How one run treats its hosts: one request at a time, at their pace, later if they say so, or no more."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx
from bs4 import BeautifulSoup

from auditor.browser.recognise import Seen, recognise
from auditor.browser.visit import Result
from auditor.crawl.breaker import Breaker, Trouble, retry_after, wait
from auditor.crawl.discover import Discoverer
from auditor.limits import FAILING_PAUSE, ROBOTS_BYTES
from auditor.models import NO_ANSWER, SLOWER, TURNED_AWAY, UrlOutcome
from auditor.net.http import Fetched, MayFollow, fetch
from auditor.store import HOLD_SECONDS, ClaimedUrl, Store

LATER = (429, 503)
PATIENCE = 5.0  # seconds that redirects wait within a visit; after that their target has one of its own
STEP = 0.5  # seconds between two looks whether the audit is to stop
HOSTS = "hosts"  # name of the run's part that holds how they answered


class Halted(Exception):
    """The audit was asked to stop while something waited for a host's turn; nothing was requested."""


class Pace:
    """The hosts of one run."""

    def __init__(
        self,
        discover: Discoverer,
        *,
        store: Store,
        call: Callable[..., Awaitable[Any]],
        http: httpx.AsyncClient,
        stopped: Callable[[], bool],
    ) -> None:
        """`call(method, *arguments)` runs a method of the store. `stopped`: whether to wait no more."""
        self.run_id = 0  # known once the run has begun
        self.turned_away: str | None = None  # the last refusal, where nothing else was ever seen of its host
        self.requests = 0  # that are no visits, each hop of a redirect too
        self.discover = discover
        self.store = store
        self.call = call
        self._http = http
        self._stopped = stopped
        self._breaker = Breaker()
        self._asking: dict[str, asyncio.Lock] = {}
        self._under_way: Counter[str] = Counter()  # requests that are no pages, by host

    async def fetch(
        self,
        url: str,
        max_bytes: int,
        sink: Callable[[bytes], Awaitable[bool]] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        seconds: float = 60.0,
    ) -> Fetched:
        """A request that is no page, if robots.txt allows it; asked again where the host says "later".

        Raises `Halted`, as does whatever makes such a request.
        """
        if no := await self._forbidden(url, url):
            return Fetched(url=url, final_url=url, error=no)
        host = urlsplit(url).netloc
        attempts = 0
        while True:
            attempts += 1
            answer = await self._fetch(host, url, max_bytes, sink, headers, seconds)
            rest = None
            if answer.status in LATER:
                rest = wait(attempts, retry_after(answer.headers.get("retry-after")), attempts)
            if rest is None:
                return answer
            await self.call(self.store.rest, host, rest)

    async def _fetch(
        self,
        host: str,
        url: str,
        max_bytes: int,
        sink: Callable[[bytes], Awaitable[bool]] | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = 60.0,
    ) -> Fetched:
        hosts = [host]  # asked so far, the last one now

        async def may_follow(to: str) -> str | None:
            if no := await self._forbidden(to, url):
                return no
            await self.rest(hosts[-1])
            host = urlsplit(to).netloc
            await self._slot(host)
            if host not in hosts:
                self._under_way[host] += 1
            hosts.append(host)
            self.requests += 1
            return None

        await self._slot(host)
        self._under_way[host] += 1
        self.requests += 1
        holding = asyncio.create_task(self._hold(hosts))
        try:
            return await fetch(
                self._http,
                url,
                max_bytes=max_bytes,
                seconds=seconds,
                sink=sink,
                may_follow=may_follow,
                headers=headers,
            )
        finally:
            holding.cancel()
            self._under_way.subtract(set(hosts))
            for host in set(hosts):
                if self._under_way[host] > 0:
                    await self.rest(host)
                else:
                    await self.call(self.store.free, host, self.discover.delay(host))

    async def within(
        self, url: str, max_bytes: int, *, headers: Mapping[str, str], may_follow: MayFollow | None = None
    ) -> Fetched:
        """A request in the turn of a page that was claimed, in place of those that a browser would make."""
        self.requests += 1
        return await fetch(
            self._http, url, max_bytes=max_bytes, seconds=30.0, may_follow=may_follow, headers=headers
        )

    async def again(self, host: str) -> None:
        """Wait for another turn for a page that was claimed: the first was used up."""
        await self.rest(host)
        await asyncio.sleep(await self.call(self.store.book, host, self.discover.delay(host)))

    async def _forbidden(self, url: str, first: str) -> str | None:
        """Why a request that is no page may not be made; `first`: the address that led to it."""
        if urlsplit(first).path == "/robots.txt":
            return None
        if left := self.discover.left.get(urlsplit(url).netloc):
            return left[1]
        if self.discover.needs_robots(url):
            await self.discover.robots(url)
        no = self.discover.disallows(url)
        return no[1] if no else None

    async def _hold(self, hosts: list[str]) -> None:
        """Keep other runs of the store off the hosts of a request under way, however long it takes."""
        while True:
            await asyncio.sleep(HOLD_SECONDS / 5)
            for host in set(hosts):
                await self.call(self.store.hold, host)

    async def rest(self, host: str) -> None:
        """A request to the host ended: it is left alone for its delay from now on."""
        await self.call(self.store.rest, host, self.discover.delay(host))

    async def _slot(self, host: str) -> None:
        delay = self.discover.delay(host)
        if self._under_way[host] > 0:  # within another request of ours, which keeps the others off
            await asyncio.sleep(await self.call(self.store.book, host, delay))
            return
        mine = {"run_id": self.run_id, "concurrency": self.discover.site.concurrency}
        while seconds := await self.call(self.store.take, host, delay, **mine):
            if self._stopped():
                raise Halted
            await asyncio.sleep(min(seconds, STEP))

    async def hop(self, url: str, been: Sequence[str]) -> bool:
        """Wait for the slot of a document within a visit; False where that is better a visit of its own.

        `been`: what was asked for in this visit. Another host has its own pace and its own visits. An
        address that it comes back to must stay in the visit: only so is a circle told.
        """
        host = urlsplit(url).netloc
        delay = self.discover.delay(host)
        if url not in been and (host != urlsplit(been[0]).netloc or len(been) * delay > PATIENCE):
            return False
        await self.rest(host)
        await asyncio.sleep(await self.call(self.store.book, host, delay))
        return True

    async def turn(self, host: str) -> None:
        """Wait for the turn of a page of a journey, and book it. Raises `Halted`."""
        delay, mine = self.discover.delay(host), {"run_id": self.run_id, "concurrency": 1}
        while seconds := await self.call(self.store.take, host, delay, **mine):
            if self._stopped():
                raise Halted
            await asyncio.sleep(min(seconds, STEP))
        await self.call(self.store.free, host, delay)

    @contextlib.asynccontextmanager
    async def way(self) -> AsyncIterator[Callable[[str, bool], Awaitable[str | None]]]:
        """What answers for each document of a journey: the page itself waits for its host's turn."""
        hosts: list[str] = []  # whose pages were asked for, the last one last

        async def ask(url: str, is_page: bool) -> str | None:
            discover, host = self.discover, urlsplit(url).netloc
            if not is_page and not discover.scope.owns(url):
                return None
            if discover.needs_robots(url):
                await discover.robots(url)
            if no := discover.disallows(url):
                return no[1]
            if is_page:
                if hosts:
                    await self.rest(hosts[-1])
                hosts.append(host)
                await self.turn(host)
            return None

        try:
            yield ask
        finally:
            for host in set(hosts):
                await self.rest(host)

    async def later(self, claimed: ClaimedUrl, result: Result) -> bool:
        """Whether to try the URL again, since its host said "later"; the host is left alone until then."""
        if trouble(result) is not Trouble.LATER:
            return False
        in_a_row = self._breaker.refusals(claimed.host) + 1
        seconds = wait(claimed.attempts, retry_after(result.retry_after), in_a_row)
        if seconds is None:
            return False
        await self.call(self.store.rest, claimed.host, seconds)
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
            met = trouble(result)
            if not self._breaker.is_news(host, met):
                self.turned_away = None
                return None
            suspected = await self._count(lambda breaker: breaker.after(host, claimed.url, met))
            never = met in (Trouble.REFUSING, Trouble.LATER) and self._breaker.address(host) is None
            self.turned_away = f"{host} {_said(met)}. Last: {result.reason}" if never else None
            if suspected is None or await self._answers(host, suspected):
                return None
            if suspected is Trouble.FAILING:
                await self.call(self.store.rest, host, FAILING_PAUSE)
                if await self._answers(host, suspected):
                    return None
            left = result.outcome, f"Not visited: {host} {_said(met)}. Last: {result.reason}"
            self.discover.left[host] = left
            await self._count(lambda breaker: breaker.leave(host, *left))
            return left

    async def take_up(self) -> None:
        """Leave, too, the hosts that this run left before it was cut off, or in another process."""
        for kept in await self.call(self.store.parts, self.run_id, HOSTS):
            self._breaker.take_up(kept)
        for host, (outcome, reason) in self._breaker.left().items():
            if host not in self.discover.left:
                left = self.discover.left[host] = UrlOutcome(outcome), reason
                await self.call(self.store.close_rest, self.run_id, *left, host=host)

    async def _count(self, step: Callable[[Breaker], Trouble | None]) -> Trouble | None:
        """A step of the breaker, from where other processes at work on the run have brought it."""
        answer: list[Trouble | None] = []

        def change(kept: Any) -> Any:
            breaker = Breaker()
            breaker.take_up(kept)
            answer[:] = [step(breaker)]
            self._breaker = breaker
            return breaker.state()

        await self.call(self.store.change_part, self.run_id, HOSTS, change)
        return answer[0]

    async def _answers(self, host: str, suspected: Trouble) -> bool:
        url = self._breaker.address(host)
        if url is None:
            if suspected is Trouble.REFUSING:
                return False  # nothing of it was ever seen
            url = next((u for u in self.discover.site.urls if urlsplit(u).netloc == host), None)
        if url is None:
            return False
        answer = await self._fetch(host, url, ROBOTS_BYTES)
        return answer.status is not None and answer.status < 500 and _refused(answer) is None


def _said(trouble: Trouble | None) -> str:
    return {Trouble.REFUSING: TURNED_AWAY, Trouble.LATER: SLOWER}.get(trouble or Trouble.FAILING, NO_ANSWER)


def _refused(answer: Fetched) -> str | None:
    markup = answer.body[:100_000].decode("utf-8", "replace")
    page = BeautifulSoup(markup, "html.parser")
    title, heading = (element.get_text() if element else "" for element in (page.title, page.h1))
    text = page.get_text(" ", strip=True)
    found = recognise(
        Seen(
            url=answer.final_url,
            status=answer.status,
            headers=answer.headers,
            title=title,
            heading=heading,
            text=text[:5000],
            text_length=len(text),
            markup=markup,
            password_field=False,
            elements=len(page.find_all(True)),
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
    unanswered = result.arrival is None and not result.again
    return Trouble.FAILING if kind == "server_error" or unanswered else None
