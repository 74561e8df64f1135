"""One journey tried by itself, at the pace and within the guard of an audit; nothing is judged or stored."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from auditor.browser.journey import Shown, Travelled, Way, travel
from auditor.browser.requests import Ask
from auditor.browser.tab import Tabs
from auditor.crawl.discover import Discoverer
from auditor.errors import UsageError
from auditor.models import Finding, Journey, Site, StepResult
from auditor.net.guard import Guard
from auditor.net.http import Fetched, client, fetch, product
from auditor.net.proxy import EgressProxy
from auditor.signing_in import SignInFailed, SigningIn, crawl_headers


async def try_journey(
    site: Site,
    journey: Journey,
    *,
    sandbox: bool = True,
    headed: bool = False,
    heard: Callable[[StepResult], None] = lambda result: None,
    keep: Path | None = None,
) -> Travelled:
    """Go on one journey. `heard` gets each step as it is done; `keep`: a folder for what failed.

    Raises `BrowserError`, and `UsageError` where nobody could be signed in.
    """
    own = frozenset(site.urls) if site.internal else frozenset[str]()
    guard = Guard(own | frozenset(site.internal_origins), known_origins=frozenset(site.urls))
    began = time.time()
    headers = crawl_headers(site)
    async with (
        EgressProxy(guard) as proxy,
        Tabs(
            sandbox=sandbox,
            proxy=proxy,
            product=product(site.contact),
            headers=headers,
            block_posts=site.block_posts,
            headed=headed,
        ) as tabs,
        client(proxy.url, user_agent=tabs.user_agent, headers=headers) as http,
    ):

        async def ask_file(
            url: str, max_bytes: int, sink: Callable[[bytes], Awaitable[bool]] | None = None
        ) -> Fetched:
            return await fetch(http, url, max_bytes=max_bytes, sink=sink)

        discover = Discoverer(site, fetch=ask_file, note=_nothing, rest=_nothing)
        free: dict[str, float] = {}  # when each host may be asked again

        async def ask(url: str, is_page: bool) -> str | None:
            if not is_page and not discover.scope.owns(url):
                return None
            if discover.needs_robots(url):
                await discover.robots(url)
            if no := discover.disallows(url):
                return no[1]
            if is_page:
                host = urlsplit(url).netloc
                await asyncio.sleep(max(0.0, free.get(host, 0.0) - time.monotonic()))
                free[host] = time.monotonic() + discover.delay(host)
            return None

        def refused() -> dict[str, str]:
            return {r.where: r.reason for r in proxy.refused.recent if r.at >= began}

        @contextlib.asynccontextmanager
        async def asking() -> AsyncIterator[Ask]:
            yield ask

        session = None
        if journey.role:
            signing_in = SigningIn(site, tabs, ask=asking, refused=refused, stopped=lambda: None)
            try:
                session = await signing_in.session(journey.role)
            except SignInFailed as why:
                raise UsageError(str(why)) from None
        way = Way(
            engine=None,
            ask=ask,
            refusals=refused,
            stopped=lambda: None,
            record=_unjudged,
            heard=heard,
            test_system=site.test_system,
            secrets=dict(site.secrets),
            headers=session.headers if session else (),
            keep=None if site.headers else keep,
        )
        async with tabs.fresh(session.state if session else None) as tab:
            return await travel(tab, journey, way)


async def _nothing(told: str) -> None:
    """Nobody reads it."""


async def _unjudged(shown: Shown) -> Sequence[Finding]:
    return ()
