"""What a tab may ask for: a real Chromium, two real sites, and every way to ask that a page has."""

from __future__ import annotations

import asyncio
import gzip
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, Page, async_playwright

from auditor.browser import requests as requests_module
from auditor.browser.find import launch
from auditor.browser.requests import FAULT, Gate, Requests, Stopped
from auditor.models import OriginHeader
from auditor.net.guard import Guard
from auditor.net.proxy import EgressProxy

Answer = tuple[int, dict[str, str], str | bytes]


@dataclass
class Site:
    """A server on its own loopback address; `here` and `there` in its answers become the two origins."""

    origin: str = ""
    routes: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)  # method, path, headers

    @property
    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked if path != "/favicon.ico"]


@dataclass
class Sites:
    here: Site
    there: Site

    def page(self, body: str, **headers: str) -> Answer:
        return self.answer(f'<!doctype html><html lang="en"><title>P</title><body>{body}', **headers)

    def answer(self, body: str | bytes, kind: str = "text/html", **headers: str) -> Answer:
        if isinstance(body, str):
            body = body.replace("THERE", self.there.origin).replace("HERE", self.here.origin)
        return 200, {"Content-Type": kind, **{k.replace("_", "-"): v for k, v in headers.items()}}, body

    def to(self, where: str) -> Answer:
        where = where.replace("THERE", self.there.origin).replace("HERE", self.here.origin)
        return 302, {"Location": where, "Access-Control-Allow-Origin": "*"}, b""


def both(sites: Sites) -> tuple[Site, Site]:
    return sites.here, sites.there


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.site.asked.append((self.command, self.path, headers))
        status, more, body = self.site.routes.get(self.path.partition("?")[0], (404, {}, b""))
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_OPTIONS = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a browser that hangs up is no fault here


@pytest.fixture(scope="module")
def _servers() -> Iterator[Sites]:
    sites = []
    running = []
    for address in ("127.0.0.1", "127.0.0.2"):
        site = Site()
        server = Server((address, 0), type("SiteHandler", (Handler,), {"site": site}))
        site.origin = f"http://{address}:{server.server_port}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        sites.append(site)
        running.append(server)
    yield Sites(*sites)
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def sites(_servers: Sites) -> Sites:
    for site in (_servers.here, _servers.there):
        site.routes.clear()
        site.asked.clear()
    return _servers


@dataclass
class Lab:
    browser: Browser
    proxy: EgressProxy


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lab(_servers: Sites) -> AsyncIterator[Lab]:
    own = frozenset({_servers.here.origin, _servers.there.origin})
    async with EgressProxy(Guard(own)) as proxy, async_playwright() as playwright:
        browser, _ = await launch(playwright, sandbox=False, proxy={"server": proxy.server})
        yield Lab(browser, proxy)
        await browser.close()


async def let_pass(url: str, is_page: bool) -> str | None:
    return None


def forbid(*paths: str) -> Callable[[str, bool], Any]:
    async def ask(url: str, is_page: bool) -> str | None:
        return "robots.txt" if any(path in url for path in paths) else None

    return ask


@dataclass
class Tab:
    page: Page
    requests: Requests

    async def visit(self, url: str, ask: Any = let_pass, *, seconds: float = 0.6) -> str:
        """Load it and wait a little; returns Chromium's error, if any."""
        said = ""
        with self.requests.visiting(ask):
            try:
                await self.page.goto(url, timeout=8000)
            except Error as error:
                said = error.message.splitlines()[0]
            await asyncio.sleep(seconds)
        return said


@asynccontextmanager
async def tabs(
    lab: Lab, number: int = 1, *, headers: Sequence[OriginHeader] = (), block_posts: bool = False
) -> AsyncIterator[list[Tab]]:
    """Tabs of a new context behind a gate, introduced to the proxy as the pipeline does it."""
    async with AsyncExitStack() as stack:
        gate = Gate(lab.browser, headers=headers, block_posts=block_posts)
        await gate.start()
        assert gate.session is not None
        stack.push_async_callback(gate.session.detach)
        context = await lab.browser.new_context(service_workers="block")
        stack.push_async_callback(context.close)
        opened: list[Tab] = []
        for _ in range(number):
            page = await context.new_page()
            session = await context.new_cdp_session(page)
            requests = await gate.tab(page, session)
            opened.append(Tab(page, requests))
            if len(opened) == 1:
                await introduce(lab.proxy, opened[0], session)
        yield opened


async def introduce(proxy: EgressProxy, tab: Tab, session: Any) -> None:
    async def challenged(event: Any) -> None:
        answer = {
            "response": "ProvideCredentials",
            "username": proxy.username,
            "password": proxy.password,
        }
        params = {"requestId": event["requestId"], "authChallengeResponse": answer}
        await session.send("Fetch.continueWithAuth", params)

    async def paused(event: Any) -> None:
        await session.send("Fetch.continueRequest", {"requestId": event["requestId"]})

    session.on("Fetch.authRequired", challenged)
    session.on("Fetch.requestPaused", paused)
    await session.send(
        "Fetch.enable", {"handleAuthRequests": True, "patterns": [{"urlPattern": proxy.hello}]}
    )
    with tab.requests.visiting(let_pass):
        answer = await tab.page.goto(proxy.hello)
    assert answer is not None
    assert answer.status == 200
    await session.send("Fetch.disable")


def routes_of_documents(sites: Sites) -> None:
    here, there = sites.here.routes, sites.there.routes
    here["/start"] = sites.to("/hop")
    here["/hop"] = sites.to("/page")
    here["/page"] = sites.page(
        '<iframe src="/same"></iframe><iframe src="THERE/cross"></iframe><object data="/object"></object>'
        '<embed src="/embed" type="text/html"><iframe src="/framehop#part"></iframe>'
    )
    here["/framehop"] = sites.to("THERE/framelanded")
    here["/same"] = sites.page("<script>setTimeout(() => location.href = '/same2', 50)</script>")
    there["/cross"] = sites.page(
        '<iframe src="/nested"></iframe><iframe src="HERE/back"></iframe>'
        "<script>setTimeout(() => location.href = '/cross2', 300)</script>"
    )
    there["/cross2"] = sites.page('<meta http-equiv="refresh" content="0;url=/cross3">')
    for path in ("/same2", "/object", "/embed", "/back"):
        here[path] = sites.page("x")
    for path in ("/nested", "/cross3", "/framelanded"):
        there[path] = sites.page("x")


PAGES = ["/start", "/hop", "/page"]
FRAMES_HERE = ["/same", "/same2", "/object", "/embed", "/framehop", "/back"]
FRAMES_THERE = ["/cross", "/nested", "/cross2", "/cross3", "/framelanded"]


@pytest.mark.asyncio(loop_scope="module")
async def test_every_document_is_asked_for_first(lab: Lab, sites: Sites) -> None:
    """Redirect hops; frames of any depth, also in other processes, and where they go on to."""
    routes_of_documents(sites)
    asked: list[tuple[str, bool]] = []

    async def ask(url: str, is_page: bool) -> str | None:
        assert url.rpartition("/")[2] not in {path[1:] for path in sites.here.paths + sites.there.paths}
        asked.append((url, is_page))
        return None

    async with tabs(lab) as (tab,):
        assert await tab.visit(sites.here.origin + "/start", ask, seconds=1.5) == ""
        assert tab.requests.refused == []
    assert [url for url, is_page in asked if is_page] == [sites.here.origin + path for path in PAGES]
    frames = [sites.here.origin + path for path in FRAMES_HERE]
    frames += [sites.there.origin + path for path in FRAMES_THERE]
    assert sorted(url for url, is_page in asked if not is_page) == sorted(frames)
    assert sorted(sites.here.paths) == sorted(PAGES + FRAMES_HERE)
    assert sorted(sites.there.paths) == sorted(FRAMES_THERE)


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_stopped_is_never_requested(lab: Lab, sites: Sites) -> None:
    """Frames of every kind: the page and the rest of its frames are there all the same."""
    routes_of_documents(sites)
    stopped = ["/same2", "/object"], ["/nested", "/cross3", "/framelanded"]
    async with tabs(lab) as (tab,):
        ask = forbid(*stopped[0], *stopped[1])
        assert await tab.visit(sites.here.origin + "/start", ask, seconds=1.2) == ""
        assert all(each.why == "robots.txt" and not each.is_page for each in tab.requests.refused)
        urls = [
            site.origin + path for site, paths in zip(both(sites), stopped, strict=True) for path in paths
        ]
        assert sorted(each.url for each in tab.requests.refused) == sorted(urls)
    assert sorted(sites.here.paths) == sorted({*PAGES, *FRAMES_HERE} - {*stopped[0]})
    assert sorted(sites.there.paths) == sorted({*FRAMES_THERE} - {*stopped[1]})


@pytest.mark.asyncio(loop_scope="module")
async def test_where_a_page_leads_on_to(lab: Lab, sites: Sites) -> None:
    """One tab, visit after visit: each hears of its own alone."""
    leads = {
        "/meta": '<meta http-equiv="refresh" content="0;url=/private-meta">',
        "/script": "<script>location.href = '/private-script'</script>",
        "/form": '<form id="f" action="/private-form"></form><script>f.submit()</script>',
        "/link": '<a id="a" href="/private-link">x</a><script>a.click()</script>',
        "/up": '<iframe src="THERE/up"></iframe>',
        "/nowhere": "x",
    }
    for path, body in leads.items():
        sites.here.routes[path] = sites.page(body)
    sites.here.routes["/hop"] = sites.to("/private-hop")
    sites.there.routes["/up"] = sites.page("<script>top.location.href = 'HERE/private-up'</script>")
    async with tabs(lab) as (tab,):
        for path in ("/hop", *leads):
            await tab.visit(sites.here.origin + path, forbid("/private"), seconds=0.4)
            url = f"{sites.here.origin}/private-{path[1:]}"
            stopped = [(each.url.rstrip("?"), each.is_page, each.why) for each in tab.requests.refused]
            assert stopped == ([] if path == "/nowhere" else [(url, True, "robots.txt")])
            await tab.page.wait_for_timeout(100)
            await tab.page.goto("about:blank")
    assert sites.here.paths == ["/hop", *leads]


@pytest.mark.asyncio(loop_scope="module")
async def test_nothing_is_fetched_in_advance(lab: Lab, sites: Sites) -> None:
    """Links, a header, and speculation rules in the page and behind a header."""
    rules = '{"%s": [{"source": "list", "urls": ["/%s", "THERE/%s"], "eagerness": "immediate"}]}'
    sites.here.routes["/"] = sites.page(
        '<link rel="prefetch" href="/a"><link rel="prefetch" as="document" href="/b">'
        '<link rel="prefetch" href="THERE/c"><link rel="prerender" href="/d"><link rel="next" href="/e">'
        f'<script type="speculationrules">{rules % ("prefetch", "f", "g")}</script>'
        f'<script type="speculationrules">{rules % ("prerender", "h", "i")}</script>'
        '<script>fetch("/api")</script>',
        Link="</j>; rel=prefetch",
        Speculation_Rules='"/rules"',
    )
    sites.here.routes["/rules"] = sites.answer(
        rules % ("prefetch", "k", "l"), "application/speculationrules+json"
    )
    async with tabs(lab) as (tab,):
        assert await tab.visit(sites.here.origin + "/", seconds=1.5) == ""
        assert tab.requests.refused == []
    assert sorted(sites.here.paths) == ["/", "/api", "/rules"]
    assert sites.there.paths == []


@pytest.mark.asyncio(loop_scope="module")
async def test_popups_request_nothing(lab: Lab, sites: Sites) -> None:
    sites.here.routes["/"] = sites.page(
        '<form id="f" target="_blank" action="/a"></form><a id="a" target="_blank" href="/b">x</a>'
        '<a id="n" target="_blank" rel="noopener" href="/c">x</a><iframe src="THERE/frame"></iframe>'
        '<script>open("/d"); a.click(); n.click(); f.submit(); setTimeout(() => open("/e"), 100)</script>'
    )
    sites.there.routes["/frame"] = sites.page('<script>open("HERE/f"); open("/g")</script>')
    async with tabs(lab) as (tab,):
        assert await tab.visit(sites.here.origin + "/") == ""
        assert await tab.page.title() == "P"
        others = {page.url for page in tab.page.context.pages if page is not tab.page}
        assert not [url for url in others if url.startswith("http")]  # a headless shell opens them, empty
    assert sites.here.paths == ["/"]
    assert sites.there.paths == ["/frame"]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_page_of_nobodys_gets_nothing(lab: Lab, sites: Sites) -> None:
    """Where a browser opens popups after all."""
    sites.here.routes["/"] = sites.page("x")
    async with tabs(lab) as (tab,):
        other = await tab.page.context.new_page()
        with tab.requests.visiting(let_pass), pytest.raises(Error, match="ERR_BLOCKED_BY_CLIENT"):
            await other.goto(sites.here.origin + "/")
    assert sites.here.paths == []


@pytest.mark.asyncio(loop_scope="module")
async def test_headers_go_to_their_origin_alone(lab: Lab, sites: Sites) -> None:
    here, there = sites.here, sites.there
    kinds = ("document", "image", "script", "frame", "fetch")
    for kind in kinds:
        here.routes[f"/{kind}"] = sites.to(f"THERE/{kind}")
        there.routes[f"/{kind}"] = sites.to(f"HERE/home-{kind}")
        here.routes[f"/home-{kind}"] = sites.page("x", Access_Control_Allow_Origin="*")
    here.routes["/"] = sites.page(
        '<img src="/image"><script src="/script"></script><iframe src="/frame"></iframe>'
        '<iframe src="THERE/guest"></iframe><img src="THERE/image2">'
        '<script>fetch("/fetch"); new Worker("/worker.js")</script>',
        Set_Cookie="own=1",
    )
    here.routes["/worker.js"] = sites.answer('fetch("/by-worker")', "text/javascript")
    here.routes["/leads"] = sites.page('<meta http-equiv="refresh" content="0;url=THERE/landed">')
    there.routes["/guest"] = sites.page('<img src="HERE/by-guest"><img src="/image3">')
    there.routes["/landed"] = sites.page("x")
    secrets = [
        OriginHeader(origin=here.origin, name=name, value=value)
        for name, value in (("X-Audit", "one"), ("Authorization", "Basic dHdv"), ("Cookie", "three=3"))
    ]
    async with tabs(lab, headers=secrets) as (tab,):
        for path in ("/", "/document", "/leads"):
            await tab.visit(here.origin + path, seconds=0.8)
    assert {"/by-guest", "/by-worker", "/worker.js", *(f"/home-{kind}" for kind in kinds)} <= set(here.paths)
    for _, path, headers in here.asked:
        assert headers["x-audit"] == "one", path
        assert headers["authorization"] == "Basic dHdv", path
        assert "three=3" in headers["cookie"], path
    assert "own=1; three=3" in {headers["cookie"] for _, _, headers in here.asked}
    assert {"/guest", "/image2", "/image3", "/landed", *(f"/{kind}" for kind in kinds)} <= set(there.paths)
    for _, path, headers in there.asked:
        assert not {"x-audit", "authorization", "cookie"} & set(headers), path


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("with_headers", [False, True], ids=["plain", "headers"])
async def test_the_cache_stays_on(lab: Lab, sites: Sites, with_headers: bool) -> None:
    for path in ("/a", "/b"):
        sites.here.routes[path] = sites.page('<script src="/shared.js"></script>')
    sites.here.routes["/shared.js"] = sites.answer("0", "text/javascript", Cache_Control="max-age=600")
    secret = OriginHeader(origin=sites.here.origin, name="X-Audit", value="one")
    async with tabs(lab, headers=[secret] if with_headers else []) as (tab,):
        for path in ("/a", "/b"):
            await tab.visit(sites.here.origin + path, seconds=0.2)
    assert sorted(sites.here.paths) == ["/a", "/b", "/shared.js"]


POSTS = """<form id="f" method="post" action="/form"></form><iframe src="THERE/frame"></iframe><script>
fetch("/fetch", { method: "POST" }); navigator.sendBeacon("/beacon", "x"); fetch("/get");
fetch("/put", { method: "PUT" }); onload = () => f.submit()</script>"""


@pytest.mark.asyncio(loop_scope="module")
async def test_posts_are_stopped_and_counted(lab: Lab, sites: Sites) -> None:
    sites.here.routes["/"] = sites.page(POSTS)
    sites.here.routes["/none"] = sites.page("x")
    sites.there.routes["/frame"] = sites.page(
        '<script>fetch("/fetch", { method: "POST" }); navigator.sendBeacon("/beacon")</script>'
        '<form id="f" method="post" action="/form"></form><script>onload = () => f.submit()</script>'
    )
    async with tabs(lab, block_posts=True) as (tab,):
        assert await tab.visit(sites.here.origin + "/") == ""
        assert await tab.page.title() == "P"
        assert tab.requests.posts_stopped == 7
        await tab.visit(sites.here.origin + "/none")
        assert tab.requests.posts_stopped == 0
    assert sorted(sites.here.paths) == ["/", "/get", "/none"]
    assert sites.there.paths == ["/frame"]


@pytest.mark.asyncio(loop_scope="module")
async def test_posts_are_left_alone_by_default(lab: Lab, sites: Sites) -> None:
    sites.here.routes["/"] = sites.page('<script>fetch("/fetch", { method: "POST" })</script>')
    async with tabs(lab) as (tab,):
        await tab.visit(sites.here.origin + "/")
        assert tab.requests.posts_stopped == 0
    assert sites.here.paths == ["/", "/fetch"]


@pytest.mark.asyncio(loop_scope="module")
async def test_what_ask_raises_stops_everything_and_is_raised(lab: Lab, sites: Sites) -> None:
    sites.here.routes["/"] = sites.page('<iframe src="/frame"></iframe>')
    sites.here.routes["/frame"] = sites.page("x")

    async def ask(url: str, is_page: bool) -> str | None:
        if is_page:
            return None
        raise LookupError("of ours")

    async with tabs(lab) as (tab,):
        with pytest.raises(LookupError, match="of ours"):
            await tab.visit(sites.here.origin + "/", ask)
        assert tab.requests.refused == [Stopped(url=sites.here.origin + "/frame", is_page=False, why=FAULT)]
        await tab.visit(sites.here.origin + "/")
    assert sites.here.paths == ["/", "/", "/frame"]


@pytest.mark.asyncio(loop_scope="module")
async def test_an_answer_that_comes_too_late(lab: Lab, sites: Sites) -> None:
    """The visit ends while its host's pace is waited for; the tab goes on."""
    sites.here.routes["/"] = sites.page("x")
    cancelled = asyncio.Event()

    async def ask(url: str, is_page: bool) -> str | None:
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()
        return None

    async with tabs(lab) as (tab,):
        with tab.requests.visiting(ask), pytest.raises(Error, match="Timeout"):
            await tab.page.goto(sites.here.origin + "/", timeout=300)
        async with asyncio.timeout(2):
            await cancelled.wait()
        await tab.page.wait_for_timeout(300)
        await tab.page.goto("about:blank")
        assert await tab.visit(sites.here.origin + "/") == ""
        assert tab.requests.refused == []
    assert sites.here.paths == ["/"]


@pytest.mark.asyncio(loop_scope="module")
async def test_between_visits_no_document_is_asked_for(lab: Lab, sites: Sites) -> None:
    sites.here.routes["/"] = sites.page("<script>setTimeout(() => location.href = '/late', 900)</script>")
    async with tabs(lab) as (tab,):
        await tab.visit(sites.here.origin + "/", seconds=0.1)
        await asyncio.sleep(1.2)
        assert tab.requests.refused == []
        with pytest.raises(Error, match="ERR_ABORTED"):
            await tab.page.goto(sites.here.origin + "/")
        assert tab.page.url == sites.here.origin + "/"
        await tab.page.goto("about:blank")
        assert await tab.visit(sites.here.origin + "/", seconds=0) == ""
    assert sites.here.paths == ["/", "/"]


@pytest.mark.asyncio(loop_scope="module")
async def test_each_tab_hears_of_its_own(lab: Lab, sites: Sites) -> None:
    """Two visits at once, with frames in other processes."""
    for name in ("a", "b"):
        sites.here.routes[f"/{name}"] = sites.page(f'<iframe src="THERE/{name}"></iframe>')
        sites.there.routes[f"/{name}"] = sites.page(f'<iframe src="/private-{name}"></iframe>')
    async with tabs(lab, 2) as two:
        visits = [
            tab.visit(f"{sites.here.origin}/{name}", forbid("/private"))
            for tab, name in zip(two, "ab", strict=True)
        ]
        await asyncio.gather(*visits)
        for tab, name in zip(two, "ab", strict=True):
            url = f"{sites.there.origin}/private-{name}"
            assert tab.requests.refused == [Stopped(url=url, is_page=False, why="robots.txt")]
    assert sorted(sites.there.paths) == ["/a", "/b"]


MB = 1024 * 1024


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("kind", ["gzip bomb", "said beforehand", "everything"])
async def test_too_large(lab: Lab, sites: Sites, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tab is closed at once, with the reason."""
    limit, reason = "document_mb = 25", "The page is too large"
    if kind == "gzip bomb":
        body = gzip.compress(bytes(300 * MB), 1)
        sites.here.routes["/"] = sites.answer(body, Content_Encoding="gzip")
    elif kind == "said beforehand":
        sites.here.routes["/"] = sites.answer("x", Content_Length=str(26 * MB))
    else:
        monkeypatch.setattr(requests_module, "PAGE_BYTES", 2 * MB)
        limit, reason = "page_mb = 2", "What the page loads is too large"
        sites.here.routes["/"] = sites.page("".join(f'<script src="/{n}"></script>' for n in "abc"))
        for path in ("/a", "/b", "/c"):
            sites.here.routes[path] = sites.answer(b"/" * MB, "text/javascript")
    async with tabs(lab, 2) as (tab, other):
        began = time.monotonic()
        with tab.requests.visiting(let_pass), pytest.raises(Error):  # noqa: PT012
            await tab.page.goto(sites.here.origin + "/", timeout=8000)
            await tab.page.wait_for_timeout(3000)
        assert tab.requests.ended == f"{reason} (limit {limit})."
        assert time.monotonic() - began < 5
        async with asyncio.timeout(3):
            while not tab.page.is_closed():
                await asyncio.sleep(0.05)
        sites.here.routes["/small"] = sites.page("x")
        assert await other.visit(sites.here.origin + "/small") == ""
        assert other.requests.ended is None
        assert 0 < other.requests.document_bytes < 1000
