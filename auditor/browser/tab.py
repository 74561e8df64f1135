"""The browser, its context for a site, and the tabs in it: opened, reused, recycled, given up."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import psutil
from playwright.async_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Error,
    Page,
    Playwright,
    async_playwright,
)

from auditor.browser.find import launch
from auditor.browser.memory import MemoryWatch, Overgrown, process_of
from auditor.browser.requests import Gate, Requests
from auditor.browser.signed_in import State
from auditor.browser.world import Gone, World, WorldError, send
from auditor.errors import BrowserError
from auditor.limits import BROWSER_BYTES, MB, limit_reason
from auditor.models import OriginHeader
from auditor.net.proxy import EgressProxy

VIEWPORT = (1280, 800)
PAGES_PER_TAB = 25  # a reused renderer grows, by up to 10 MB a page on heavy ones
PAGES_PER_BROWSER = 100
CLOSE_SECONDS = 5.0
ALONE_SECONDS = 300.0  # that a page waits at most to be alone: what is open may wait for the turn of its host
STRANGERS = 50  # cookies of pages that are cleared one by one, where a sign-in's own stay
ALL_BUT_COOKIES = (
    "file_systems,indexeddb,local_storage,shader_cache,websql,service_workers,cache_storage,interest_groups,"
    "shared_storage,storage_buckets"
)


# A page that is left may run on for a moment in its old process: its timers and listeners go first.
FORGET = """
for (let id = Math.min(setTimeout(() => 0), 100000); id > 0; id--) clearTimeout(id);
try { document.open() } catch {}
try { sessionStorage.clear() } catch {}
window.name = "";
"""


# What a cookie banner's answer left in the stores of its origin, put back before a page's own scripts run.
PUT_BACK = """((given) => {
  try {
    for (const [store, items] of Object.entries(given[location.origin] ?? {})) {
      for (const [key, value] of Object.entries(items)) {
        if (self[store].getItem(key) === null) self[store].setItem(key, value);
      }
    }
  } catch {}
})(%s);"""


class Tab:
    """One tab, its session of the DevTools protocol, and what it may request."""

    def __init__(self, page: Page, session: CDPSession, requests: Requests, jar: asyncio.Lock) -> None:
        """`jar`: held while cookies that tabs share are cleared or put."""
        self.page = page
        self._jar = jar
        self.session = session
        self.requests = requests
        self.viewport = VIEWPORT  # CSS pixels, between probes
        self.outgrown: str | None = None  # why it was ended, where that was its memory
        self.waited = 0.0  # seconds for other tabs, before it was opened
        self.had_company = False  # another tab was open in the same browser while its page was
        self.pages = 0
        self.worn = False  # not to be used for another page, though nothing went wrong
        self.crashed = False
        self._limit: asyncio.Timeout | None = None
        self._world: World | None = None  # the last one made for the page that is open
        self._state: State | None = None  # whose storage each document gets
        self._script = ""  # that puts it there
        page.on("crash", self._on_crash)

    def _on_crash(self, page: Page) -> None:
        self.crashed = True
        if self._limit is not None:
            self._limit.reschedule(0)

    @contextlib.asynccontextmanager
    async def within(self, seconds: float) -> AsyncIterator[None]:
        """A time limit; it ends at once if the tab crashes, since what was asked is never answered then."""
        async with asyncio.timeout(0 if self.crashed else seconds) as self._limit:
            try:
                yield
            finally:
                self._limit = None

    @property
    def dead(self) -> bool:
        """Whether its renderer crashed, or it or its whole browser is gone."""
        browser = self.page.context.browser
        return self.crashed or self.page.is_closed() or browser is None or not browser.is_connected()

    async def world(self) -> World:
        """A new isolated world in the page's top frame; raises `WorldError`."""
        self._world = await World.create(self.session, self.requests.frame)
        return self._world

    async def sign_in(self, state: State) -> None:
        """Put a session back, in place of one before. Raises Playwright's `Error` or `WorldError`."""
        cookies: list[Any] = [dict(each) for each in state.cookies]
        await self.page.context.add_cookies(cookies)
        if self._state is state:
            return
        if self._script:
            gone = {"identifier": self._script}
            await send(self.session, "Page.removeScriptToEvaluateOnNewDocument", gone, 5)
        self._state, self._script = state, ""
        if state.storage:
            await send(self.session, "Page.enable", {}, 5)
            put = {"source": state.script, "worldName": "sign-in"}
            answer = await send(self.session, "Page.addScriptToEvaluateOnNewDocument", put, 5)
            self._script = answer["identifier"]

    async def _clear_cookies(self, state: State | None, carried: Sequence[Any]) -> None:
        """All but a sign-in's own and those carried, which other tabs need at this moment.

        What is kept gets back its values.
        """
        own = [*(state.cookies if state else ()), *carried]
        kept = {(each["name"], each["domain"], each["path"]) for each in own}
        met = (await send(self.session, "Network.getAllCookies", {}, 5))["cookies"] if own else []
        others = [c for c in met if (c["name"], c["domain"], c["path"]) not in kept]
        if not own or len(others) > STRANGERS:
            await send(self.session, "Network.clearBrowserCookies", {}, 5)
        else:
            for each in others:
                which = {key: each[key] for key in ("name", "domain", "path", "partitionKey") if key in each}
                await send(self.session, "Network.deleteCookies", which, 5)
            if state:
                await self.sign_in(state)
        if carried:
            await self.page.context.add_cookies(list(carried))

    async def forget(self, state: State | None = None, carried: Sequence[Any] = ()) -> None:
        """Leave the page and clear what it left behind; the HTTP cache stays. Raises `WorldError`.

        `state`: the session that the next page begins with again; `carried`: cookies that each page has. The
        page's scripts are stopped first, so that none writes anything back or goes on asking its server.
        """
        frames = [urlsplit(frame.url) for frame in self.page.frames]
        await self._scripts(False)
        if frames[0].scheme in ("http", "https"):
            await self._forget_page()
        try:
            await self.page.goto("about:blank", wait_until="commit", timeout=5000)
        except Error as error:
            raise WorldError(error.message) from error
        await self._scripts(True)
        await send(self.session, "Page.resetNavigationHistory", {}, 5)  # no page leads back to one before
        try:
            async with self._jar:
                await self._clear_cookies(state, carried)
        except Error as error:
            raise WorldError(error.message) from error
        types = ALL_BUT_COOKIES if state or carried else "all"
        for origin in {f"{at.scheme}://{at.netloc}" for at in frames if at.scheme in ("http", "https")}:
            await send(
                self.session, "Storage.clearDataForOrigin", {"origin": origin, "storageTypes": types}, 5
            )

    async def _forget_page(self) -> None:
        world, self._world = self._world, None
        if world is not None:
            with contextlib.suppress(Gone):  # the page went elsewhere since
                await world.run(FORGET, seconds=5)
                return
        await (await self.world()).run(FORGET, seconds=5)

    async def _scripts(self, run: bool) -> None:
        await send(self.session, "Emulation.setScriptExecutionDisabled", {"value": not run}, 5)


class Tabs:
    """The tabs of one audit. Starts the browser, and starts it again when it dies."""

    def __init__(
        self,
        *,
        sandbox: bool,
        proxy: EgressProxy,
        product: str,
        headers: Sequence[OriginHeader] = (),
        block_posts: bool = False,
        headed: bool = False,
    ) -> None:
        """`product`: our part of the user agent. `headers`, `block_posts`: as `Gate` takes them.

        `headed`: with a window for a person to see.
        """
        self._sandbox = sandbox
        self._headed = headed
        self._proxy = proxy
        self._product = product
        self._headers = headers
        self._block_posts = block_posts
        self.state: State | None = None  # put back for each page of the crawl
        self._memory: MemoryWatch | None = None
        self._gate: Gate | None = None
        self._open_tabs: set[Tab] = set()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._context: BrowserContext | None = None
        self._context_id = ""  # as the DevTools protocol names it
        self._idle: list[Tab] = []
        self._cookies: list[Any] = []  # of answers to cookie banners, as are the scripts
        self._scripts: list[str] = []
        self._jar = asyncio.Lock()
        self._lock = asyncio.Lock()
        self._pages = 0
        self._busy = 0
        self._alone = 0  # pages that have the browser for themselves, or wait for that
        self._quiet = asyncio.Condition(self._lock)  # notified when a tab is given back
        self._broken = False  # the browser no longer does as it is told
        self._stale = False  # something went wrong in the context
        self._process: psutil.Process | None = None  # the browser's main one
        self.name = ""
        self.version = ""
        self.user_agent = ""

    async def __aenter__(self) -> Self:
        try:
            await self._launch()
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None and issubclass(kind, asyncio.CancelledError) and self._process is not None:
            with contextlib.suppress(psutil.Error):
                self._process.kill()  # asked to end at once: a page that stands still is not waited for
        await self._stop()

    async def _launch(self) -> None:
        """Raises `BrowserError`, or Playwright's own `Error` where the browser dies at once."""
        if self._playwright is None:
            self._playwright = await async_playwright().start()
        self._browser, self.name = await launch(
            self._playwright,
            sandbox=self._sandbox,
            proxy={"server": self._proxy.server},
            headed=self._headed,
        )
        self._pages = 0
        self._broken = False
        await self._watch_memory(self._browser)
        self._gate = Gate(self._browser, headers=self._headers, block_posts=self._block_posts)
        await self._gate.start()
        self.version = self._browser.version
        session = await self._browser.new_browser_cdp_session()
        answer = await session.send("Browser.getVersion")
        await session.detach()
        self.user_agent = f"{answer['userAgent']} {self._product}"
        await self._begin_context()

    async def _watch_memory(self, browser: Browser | None) -> None:
        watch, self._memory = self._memory, None
        if watch is not None:
            await watch.__aexit__(None, None, None)
        if browser is not None:
            self._process = psutil.Process(await process_of(browser))
            self._memory = MemoryWatch(self._process.pid, self._on_over)
            await self._memory.__aenter__()

    def _on_over(self, over: Overgrown) -> None:
        """End the biggest page; where it is no page that is so big, the browser."""
        assert self._memory is not None
        text = f"It made the browser use {over.total // MB} MB of memory"
        reason = limit_reason("browser_mb", BROWSER_BYTES // MB, text)
        for tab in self._open_tabs:
            tab.outgrown = reason
        if not self._memory.kill_biggest():
            self._broken = True
            if self._browser is not None:
                _aside(self._browser.close())

    async def _begin_context(self) -> None:
        """A context without cookies, storage and cache, and its first tab."""
        self._stale = False
        self._context = await self._new_context()
        tab, self._context_id = await self._introduce(self._context)
        self._idle = [tab]

    async def _new_context(self) -> BrowserContext:
        assert self._browser is not None
        context = await self._browser.new_context(
            user_agent=self.user_agent,
            viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]},
            locale="en-GB",
            accept_downloads=False,
            service_workers="block",
        )
        context.on("page", lambda page: page.on("popup", _close_soon))
        await self._put_back(context)
        return context

    async def _put_back(self, context: BrowserContext) -> None:
        if self._cookies:
            await context.add_cookies(self._cookies)
        for script in self._scripts:
            await context.add_init_script(script)

    async def carry(self, cookies: Sequence[Any], items: Mapping[str, Any]) -> None:
        """From here on each page has these cookies, and these items: origin -> store -> items."""
        script = PUT_BACK % json.dumps(items)
        async with self._jar:  # else a clearing that began without them may take them away again
            self._cookies += cookies
            self._scripts.append(script)
            with contextlib.suppress(Error):  # its browser is gone: the next one begins with them
                if self._context is not None:
                    await self._context.add_cookies(list(cookies))
                    await self._context.add_init_script(script)

    async def forget(self, tab: Tab) -> None:
        """Leave a tab's page, and clear all but the session and the answers that each page begins with.

        Raises `WorldError` or Playwright's `Error`.
        """
        await tab.forget(self.state, self._cookies)

    async def _introduce(self, context: BrowserContext) -> tuple[Tab, str]:
        """Answer the proxy's one challenge; Chromium remembers it for the context.

        Returns the first tab, and the context's id in the DevTools protocol.

        Playwright's own option for a proxy's credentials intercepts every request, which switches the
        HTTP cache off. Raises `BrowserError` where the proxy does not let us in.
        """
        assert self._gate is not None
        page = await context.new_page()
        session = await context.new_cdp_session(page)
        about = await session.send("Target.getTargetInfo")

        def challenged(event: dict[str, Any]) -> None:
            answer = {"response": "CancelAuth"}
            if event["authChallenge"].get("source") == "Proxy":
                answer = {
                    "response": "ProvideCredentials",
                    "username": self._proxy.username,
                    "password": self._proxy.password,
                }
            params = {"requestId": event["requestId"], "authChallengeResponse": answer}
            _aside(session.send("Fetch.continueWithAuth", params))

        def paused(event: dict[str, Any]) -> None:
            _aside(session.send("Fetch.continueRequest", {"requestId": event["requestId"]}))

        session.on("Fetch.authRequired", challenged)
        session.on("Fetch.requestPaused", paused)
        patterns = [{"urlPattern": self._proxy.hello}]
        await session.send("Fetch.enable", {"handleAuthRequests": True, "patterns": patterns})
        requests = await self._gate.tab(page, session)
        with requests.visiting(_anything):
            answer = await page.goto(self._proxy.hello)
        if answer is None or answer.status != 200:
            raise BrowserError("The browser does not go through the network guard; nothing was audited.")
        await session.send("Fetch.disable")
        await page.goto("about:blank")
        await session.send("Page.resetNavigationHistory")
        session.remove_listener("Fetch.authRequired", challenged)
        session.remove_listener("Fetch.requestPaused", paused)
        return Tab(page, session, requests, self._jar), about["targetInfo"]["browserContextId"]

    async def _stop(self) -> None:
        await self._watch_memory(None)
        for closing in (self._browser, self._playwright):
            if closing is None:
                continue
            with contextlib.suppress(Error, TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS * 2):
                    await (closing.close() if isinstance(closing, Browser) else closing.stop())
        self._browser = self._playwright = None

    @contextlib.asynccontextmanager
    async def tab(self, *, alone: bool = False) -> AsyncIterator[Tab]:
        """A tab, clean of what pages before left. Raises `BrowserError` where no browser starts.

        Who uses it calls `give_up` where anything went wrong in it. `alone`: no other is open beside it, if
        that can be had in `ALONE_SECONDS`. Who holds a tab must not ask for another.
        """
        self._alone += alone
        try:
            async with self._opened(alone=alone) as tab:
                yield tab
        finally:
            self._alone -= alone

    @contextlib.asynccontextmanager
    async def _opened(self, *, alone: bool) -> AsyncIterator[Tab]:
        tab = await self._open(alone=alone)
        if self.state:
            with contextlib.suppress(Error, WorldError):  # it goes without, and is asked to sign in
                await tab.sign_in(self.state)
        tab.outgrown, tab.had_company = None, False
        self._beside_others(tab)
        cancelled = False
        try:
            yield tab
        except asyncio.CancelledError:
            cancelled = True
            raise
        finally:
            self._open_tabs.discard(tab)
            try:
                if not cancelled:  # else the audit ends here, and the browser with it
                    await self._give_back(tab)
            finally:
                async with self._quiet:
                    self._busy -= 1
                    self._quiet.notify_all()

    @contextlib.asynccontextmanager
    async def fresh(self, state: State | None = None) -> AsyncIterator[Tab]:
        """A tab in a context of its own, that goes with it: for a journey. Raises `BrowserError`.

        `state`: the session that it begins with.
        """
        async with self._quiet:
            await self._room()
            try:
                if not self._alive() or self._worn():
                    await self._restart()
                context = await self._new_context()
                tab, _ = await self._introduce(context)
                if state:
                    await tab.sign_in(state)
            except (Error, WorldError, TimeoutError) as error:
                self._broken = True
                raise BrowserError(f"The browser opens no tab any more: {error}") from error
            self._busy += 1
        self._beside_others(tab)
        try:
            yield tab
        finally:
            self._open_tabs.discard(tab)
            self._broken |= tab.dead
            with contextlib.suppress(Error, TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await context.close()
            async with self._quiet:
                self._busy -= 1
                self._quiet.notify_all()

    def _beside_others(self, tab: Tab) -> None:
        self._open_tabs.add(tab)
        if len(self._open_tabs) > 1:
            for each in self._open_tabs:
                each.had_company = True

    async def _room(self, *, alone: bool = False) -> float:
        """Wait until a tab may be opened, so many seconds; `_quiet` is held."""
        began = time.monotonic()
        ends = began + ALONE_SECONDS
        while self._busy:
            left = ends - time.monotonic() if alone else None
            renews = self._worn() and self._alive()  # which takes the pages of others with it
            if not renews and not (self._alone if left is None else left > 0):
                break
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(None if renews else left):
                    await self._quiet.wait()
        return time.monotonic() - began

    async def _open(self, *, alone: bool) -> Tab:
        async with self._quiet:
            waited = await self._room(alone=alone)
            for attempt in (1, 2, 3):
                try:
                    if not self._alive() or self._worn():
                        await self._restart()
                    elif self._stale:
                        await self._renew()
                    tab = await self._a_tab()
                except (Error, WorldError, TimeoutError) as error:
                    self._broken = True
                    if attempt == 3:
                        raise BrowserError(f"The browser opens no tab any more: {error}") from error
                else:
                    tab.waited = waited
                    self._busy += 1
                    return tab
        raise AssertionError("unreachable")

    async def _a_tab(self) -> Tab:
        assert self._context is not None
        assert self._gate is not None
        while self._idle:
            tab = self._idle.pop()
            if not tab.dead:
                return tab
        async with asyncio.timeout(30):
            page = await self._window()
            session = await self._context.new_cdp_session(page)
            return Tab(page, session, await self._gate.tab(page, session), self._jar)

    async def _window(self) -> Page:
        """A page in a window of its own: of those that share one, the browser may draw only the last."""
        assert self._context is not None
        assert self._gate is not None
        assert self._gate.session is not None
        params = {"url": "about:blank", "browserContextId": self._context_id, "newWindow": True}
        async with self._context.expect_page() as opened:
            await send(self._gate.session, "Target.createTarget", params, CLOSE_SECONDS)
        return await opened.value

    def _alive(self) -> bool:
        return self._browser is not None and self._browser.is_connected()

    def _worn(self) -> bool:
        return self._broken or self._pages >= PAGES_PER_BROWSER

    async def _restart(self) -> None:
        """A new browser; where that fails, a new driver too, since it may be what died."""
        if self._browser is not None:
            with contextlib.suppress(Error, TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._browser.close()
        try:
            await self._launch()
        except (Error, BrowserError):
            await self._stop()
            await self._launch()

    async def _renew(self) -> None:
        """A new context; the old one goes with the last tab that is in use in it."""
        old, idle = self._context, self._idle
        await self._begin_context()
        for tab in idle:
            await self._close(tab)
        if old is not None:
            await self._close_if_empty(old)

    async def _close_if_empty(self, context: BrowserContext) -> None:
        if context is not self._context and not context.pages:
            with contextlib.suppress(Error, TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await context.close()

    async def _give_back(self, tab: Tab) -> None:
        tab.pages += 1
        self._pages += 1
        context = tab.page.context
        if tab.dead:
            self._stale = self._stale or context is self._context
            # It is tried again, in a browser of its own.
            self._broken |= tab.crashed and (tab.had_company or not tab.outgrown)
        elif context is self._context and not tab.page.is_closed():
            try:
                await self.forget(tab)
            except (WorldError, Error):
                await self.give_up(tab)
            else:
                if not tab.worn and tab.pages < PAGES_PER_TAB:
                    self._idle.append(tab)
                    return
        await self._close(tab)
        await self._close_if_empty(context)

    async def give_up(self, tab: Tab) -> None:
        """Something went wrong in this tab: close it. The next one is in a context of its own."""
        self._stale = self._stale or tab.page.context is self._context
        if not tab.dead:
            with contextlib.suppress(WorldError):  # a script that never ends, ends here
                await send(tab.session, "Runtime.terminateExecution", {}, 1)
        await self._close(tab)

    async def _close(self, tab: Tab) -> None:
        """Close a tab for good; a browser that cannot even do that is started anew for the next one."""
        if tab.page.is_closed():
            return
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await tab.page.close()
        except (Error, TimeoutError):
            self._broken = self._broken or tab.page.context is self._context


async def _anything(url: str, is_page: bool) -> None:
    """Nothing against it."""


def _close_soon(page: Page) -> None:
    async def close() -> None:
        async with asyncio.timeout(CLOSE_SECONDS):
            await page.close()

    _aside(close())


def _aside(work: Coroutine[Any, Any, Any]) -> None:
    """Run something on the side, held until it ends; its failure is nobody's."""

    async def quiet() -> None:
        with contextlib.suppress(Error, TimeoutError):
            await work

    task = asyncio.ensure_future(quiet())
    _side.add(task)
    task.add_done_callback(_side.discard)


_side: set[asyncio.Task[None]] = set()
