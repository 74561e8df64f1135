"""The real browser behind the proxy: what it may not reach, it does not reach, whatever the page tries."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader as Reader
from asyncio import StreamWriter as Writer
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Error, async_playwright

from auditor.browser.find import launch
from auditor.net.guard import Guard
from auditor.net.proxy import EgressProxy
from tests.net.net_sites import Site, answer


async def nowhere(host: str) -> list[str]:
    return ["127.0.0.1"] if host == "localhost" else []


def hostile(secret: Site) -> str:
    """A page whose every kind of request goes to the secret server."""
    at, port = secret.origin, secret.port
    tags = "".join(
        tag.format(at=at)
        for tag in (
            "<img src={at}/img><img srcset='{at}/srcset 1x'><script src={at}/script></script>",
            "<link rel=stylesheet href={at}/css><link rel=preload as=image href={at}/preload>",
            "<link rel=preconnect href={at}><link rel=dns-prefetch href={at}><link rel=icon href={at}/icon>",
            "<link rel=prefetch href={at}/prefetch><link rel=modulepreload href={at}/module>",
            "<iframe src={at}/frame></iframe><embed src={at}/embed><object data={at}/object></object>",
            "<video src={at}/video autoplay></video><audio src={at}/audio autoplay></audio>",
            "<style>@import '{at}/import'; @font-face{{font-family:f;src:url({at}/font)}}"
            "body{{background:url({at}/bg);font-family:f}}</style>",
            "<img src=/to-secret><iframe src=/to-secret></iframe>",
            "<form id=f action={at}/form method=post></form>",
            '<script type=speculationrules>{{"prerender":[{{"source":"list","urls":["/to-secret"]}}],'
            '"prefetch":[{{"source":"list","urls":["{at}/spec","/to-secret"]}}]}}</script>',
        )
    )
    spellings = [f"http://{host}:{port}/s" for host in ("2130706435", "0177.0.0.3", "0x7f000003", "127.3")]
    spellings += [
        f"http://[::ffff:127.0.0.3]:{port}/s",
        f"https://127.0.0.3:{port}/s",
        f"http://localhost:{port}/",
    ]
    return f"""<!doctype html><title>hostile</title>{tags}<script>
    for (const url of {["/to-secret", at + "/fetch", *spellings]!r}) {{
      fetch(url, {{mode: 'no-cors'}}).catch(() => 0);
      new Image().src = url;
    }}
    navigator.sendBeacon('{at}/beacon');
    new EventSource('{at}/events');
    new WebSocket('ws://127.0.0.3:{port}/ws');
    window.open('{at}/popup');
    const peer = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.3:{port}'}},
      {{urls: 'turn:127.0.0.3:{port}?transport=tcp', username: 'a', credential: 'b'}}]}});
    peer.createDataChannel('x'); peer.createOffer().then(offer => peer.setLocalDescription(offer));
    new WebTransport('https://127.0.0.3:{port}/').ready.catch(() => 0);
    new Worker(URL.createObjectURL(new Blob(["fetch('{at}/worker')"])));
    setTimeout(() => f.submit(), 1500);
    </script>"""


@pytest.fixture
async def secret() -> AsyncIterator[Site]:
    async with Site(host="127.0.0.3") as site:
        yield site


@pytest.fixture
async def site(secret: Site) -> AsyncIterator[Site]:
    async def pages(head: bytes, reader: Reader, writer: Writer) -> None:
        path = head.split()[1]
        if path == b"/to-secret":
            writer.write(answer(b"", f"Location: {secret.origin}/redirected", status="302 Found"))
        elif path == b"/hostile":
            writer.write(answer(hostile(secret).encode(), "Content-Type: text/html"))
        elif path == b"/picture":
            writer.write(
                answer(
                    b"<svg xmlns='http://www.w3.org/2000/svg'/>",
                    "Content-Type: image/svg+xml",
                    "Cache-Control: max-age=600",
                )
            )
        elif path == b"/ws":
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        else:
            page = b"<title>good</title><img src=/picture>"
            writer.write(answer(page, "Content-Type: text/html", "Cache-Control: no-store"))

    async with Site(pages) as site:
        yield site


@pytest.fixture
async def proxy(site: Site) -> AsyncIterator[EgressProxy]:
    async with EgressProxy(Guard(frozenset({site.origin}), resolver=nowhere)) as proxy:
        yield proxy


@pytest.fixture
async def browser(proxy: EgressProxy) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser, _ = await launch(playwright, sandbox=False, proxy={"server": proxy.server})
        yield browser
        await browser.close()


async def introduce(context: BrowserContext, proxy: EgressProxy) -> None:
    """Give Chromium the proxy's password once a context, as `EgressProxy` tells."""
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    sent: set[asyncio.Task[object]] = set()

    def send(method: str, **params: object) -> None:
        sent.add(asyncio.ensure_future(session.send(method, params)))

    def challenged(event: dict[str, object]) -> None:
        response = {
            "response": "ProvideCredentials",
            "username": proxy.username,
            "password": proxy.password,
        }
        send("Fetch.continueWithAuth", requestId=event["requestId"], authChallengeResponse=response)

    session.on("Fetch.authRequired", challenged)
    session.on(
        "Fetch.requestPaused", lambda event: send("Fetch.continueRequest", requestId=event["requestId"])
    )
    patterns = [{"urlPattern": proxy.hello}]
    await session.send("Fetch.enable", {"handleAuthRequests": True, "patterns": patterns})
    response = await page.goto(proxy.hello)
    assert response
    assert response.status == 200
    await asyncio.gather(*sent)
    await session.send("Fetch.disable")
    await page.close()


async def test_a_hostile_page_does_not_reach_what_is_forbidden(
    browser: Browser, proxy: EgressProxy, site: Site, secret: Site
) -> None:
    packets: list[bytes] = []

    class Packets(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: object) -> None:
            packets.append(data)

    loop = asyncio.get_running_loop()
    udp, _ = await loop.create_datagram_endpoint(Packets, local_addr=(secret.host, secret.port))
    context = await browser.new_context(service_workers="block")
    await introduce(context, proxy)
    page = await context.new_page()
    response = await page.goto(f"{site.origin}/hostile", wait_until="domcontentloaded")
    assert response
    assert response.status == 200
    await page.wait_for_timeout(4000)
    refused = {each.where for each in proxy.refused.recent}
    await context.close()
    udp.close()
    assert f"{secret.origin}/img" in refused
    assert f"{secret.origin}/redirected" in refused
    assert secret.authority in refused  # the WebSocket's tunnel
    assert f"http://localhost:{secret.port}/" in refused
    assert proxy.refused.total > 30
    assert secret.connections == 0
    assert packets == []


@pytest.mark.parametrize("path", ["/to-secret", "direct"])
async def test_a_navigation_to_what_is_forbidden(
    browser: Browser, proxy: EgressProxy, site: Site, secret: Site, path: str
) -> None:
    context = await browser.new_context()
    await introduce(context, proxy)
    page = await context.new_page()
    response = await page.goto(secret.origin if path == "direct" else site.origin + path)
    assert response
    assert response.status == 403
    assert (await response.all_headers())["x-refused-by"] == "auditor"
    await context.close()
    assert secret.connections == 0


async def test_the_password_given_once_lasts_and_leaves_the_cache_on(
    browser: Browser, proxy: EgressProxy, site: Site
) -> None:
    context = await browser.new_context()
    await introduce(context, proxy)
    for _ in range(3):
        page = await context.new_page()
        response = await page.goto(f"{site.origin}/good")
        assert response
        assert response.status == 200
        await page.close()
        await context.clear_cookies()
    await context.close()
    assert sum(b"GET /picture " in head for head in site.heads) == 1


async def test_without_the_password_nothing_is_loaded(browser: Browser, site: Site) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    try:
        response = await page.goto(site.origin)
        said = str(response and response.status)
    except Error as error:
        said = error.message
    await context.close()
    assert "ERR_" in said or said == "407"  # a headless shell shows the proxy's own answer
    assert site.connections == 0


async def test_websockets_and_tunnels_to_an_allowed_origin(
    browser: Browser, proxy: EgressProxy, site: Site
) -> None:
    context = await browser.new_context()
    await introduce(context, proxy)
    page = await context.new_page()
    await page.goto(site.origin)
    await page.evaluate(
        "url => new Promise(done => { new WebSocket(url).onerror = done })", f"ws://{site.authority}/ws"
    )
    await context.close()
    assert any(head.startswith(b"GET /ws HTTP/1.1") for head in site.heads)
    assert proxy.refused.total == 0


async def test_playwrights_own_credentials_work_too(browser: Browser, proxy: EgressProxy, site: Site) -> None:
    """Documented as the slower way: they switch interception on and the cache off."""
    context = await browser.new_context(
        proxy={"server": proxy.server, "username": proxy.username, "password": proxy.password, "bypass": ""}
    )
    page = await context.new_page()
    response = await page.goto(site.origin)
    assert response
    assert response.status == 200
    await context.close()
