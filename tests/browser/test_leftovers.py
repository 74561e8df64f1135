"""A tab is used again: of one page nothing reaches the next but the HTTP cache."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.models import UrlOutcome
from tests.browser.conftest import Lab, html, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")

LEAVE = """<script>
document.cookie = "left=1; max-age=9999";
localStorage.left = sessionStorage.left = "1";
window.name = "left";
const opening = indexedDB.open("left");
caches?.open("left").then((cache) => cache.put("/left", new Response("1")));
navigator.serviceWorker?.register("/worker.js").catch(() => 0);
setInterval(() => {
  document.cookie = "again=1"; localStorage.again = sessionStorage.again = window.name = "1";
}, 5);
addEventListener("pagehide", () => {
  document.cookie = "last=1"; localStorage.last = sessionStorage.last = window.name = "1";
});
</script>"""

TELL = """<script>(async () => {
const told = {
  cookies: document.cookie, local: { ...localStorage }, session: { ...sessionStorage }, name: window.name,
  databases: (await indexedDB.databases()).map((d) => d.name), caches: await caches?.keys() ?? [],
  history: navigation.entries().length, opener: String(opener), referrer: document.referrer,
  workers: (await navigator.serviceWorker?.getRegistrations())?.length ?? 0,
};
document.querySelector("p").textContent = JSON.stringify(told);
})()</script>"""

NOTHING = {
    "cookies": "", "local": {}, "session": {}, "name": "", "databases": [], "caches": [],
    "opener": "null", "referrer": "", "workers": 0,
}  # fmt: skip


@pytest.fixture
def routes(lab: Lab) -> None:
    for site in (lab.site, lab.port):
        site.routes |= {
            "/leave": html("<p>x</p>" + LEAVE, Set_Cookie="server=1; HttpOnly; Max-Age=9999"),
            "/tell": html("<p></p>" + TELL),
            "/worker.js": (200, {"Content-Type": "text/javascript"}, b""),
        }


async def told(lab: Lab, path: str = "/tell") -> dict[str, Any]:
    """What the page sees, and that it was in a tab used before."""
    async with lab.tabs.tab() as tab:
        await opened(tab, lab.url(path))
        handle = await tab.page.wait_for_function("document.querySelector('p').textContent")
        found: dict[str, Any] = json.loads(await handle.json_value())
    found.pop("history")
    return found


async def test_nothing_reaches_the_next_page(lab: Lab, routes: None) -> None:
    lab.site.routes["/leave-all"] = html(
        '<iframe title="a" src="/leave"></iframe>' + LEAVE, Set_Cookie="server=1; HttpOnly; Max-Age=9999"
    )
    for path in ("/leave", "/leave-all"):
        result = await lab.visit(path)
        lab.places(result)
        assert result.tab_is_sound
        assert await told(lab) == NOTHING
        sent = [r.headers.get("cookie") for r in lab.site.asked if r.path == "/tell"]
        assert sent[-1] is None


async def test_nothing_of_a_frame_of_another_origin(lab: Lab, routes: None) -> None:
    """Of another origin of this site: Chromium gives frames of other sites nothing to keep."""
    lab.site.routes["/around"] = html(f'<iframe title="a" src="{lab.port.origin}/leave"></iframe>')
    lab.site.routes["/asks"] = html(f'<iframe title="a" src="{lab.port.origin}/tell"></iframe>')
    lab.places(await lab.visit("/around"))
    async with lab.tabs.tab() as tab:
        await opened(tab, lab.url("/asks"))
        handle = await tab.page.frames[1].wait_for_function("document.querySelector('p').textContent")
        found = json.loads(await handle.json_value())
    found.pop("history")
    assert found == {**NOTHING, "referrer": lab.site.origin + "/"}


async def test_nothing_after_a_fault(lab: Lab, routes: None) -> None:
    """A tab that is given up cannot be cleared: its whole context goes."""
    await lab.assert_sound()
    lab.site.routes["/hangs"] = html("<p>x</p>" + LEAVE + "<script>while (true);</script>")
    assert not (await lab.visit("/hangs")).tab_is_sound
    assert await told(lab) == NOTHING
    assert [r.headers.get("cookie") for r in lab.site.asked if r.path == "/tell"][-1] is None


async def test_http_cache_is_kept(lab: Lab) -> None:
    lab.site.routes["/kept.css"] = (
        200, {"Content-Type": "text/css", "Cache-Control": "max-age=600"}, b"p { color: black }"
    )  # fmt: skip
    style = '<link rel="stylesheet" href="/kept.css">'
    lab.site.routes |= {f"/styled{n}": html("<p>x</p>", head=style) for n in range(3)}
    for n in range(3):
        assert (await lab.visit(f"/styled{n}")).tab_is_sound
    assert lab.site.hits("/kept.css") == 1


async def test_cookie_bomb(lab: Lab) -> None:
    """The next page would be answered with 431."""
    lab.site.routes["/bomb"] = html(
        "<p>x</p><script>for (let i = 0; i < 150; i++) document.cookie = `b${i}=${'x'.repeat(3000)}`</script>"
    )
    lab.places(await lab.visit("/bomb"))
    await lab.assert_sound()


async def test_an_answer_to_a_cookie_banner_is_there_at_every_moment(lab: Lab, routes: None) -> None:
    """Tabs of one site share their cookies: to clear one tab's must not show the banner in another."""
    watch = (
        "<script>let missed = 0; setInterval(() => missed += !document.cookie.includes('answer=no'))</script>"
    )
    lab.site.routes["/watch"] = html(watch)
    answer = {"name": "answer", "value": "no", "url": lab.url("/")}
    async with lab.tabs.tab() as tab:
        await tab.page.context.add_cookies([answer])  # type: ignore[list-item]  # a TypedDict of the library's own
        cookies = [c for c in await tab.page.context.cookies() if c["name"] == "answer"]
    await lab.tabs.carry(cookies, {})
    try:
        async with lab.tabs.tab() as watching:
            await opened(watching, lab.url("/watch"))
            for _ in range(5):
                async with lab.tabs.tab() as tab:
                    await opened(tab, lab.url("/leave"))
            assert await watching.page.evaluate("missed") == 0
            assert "left" not in await watching.page.evaluate("document.cookie")
    finally:
        lab.tabs._cookies.clear()
        lab.tabs._scripts.clear()


@pytest.mark.parametrize("what", ["cookies", "*"])
async def test_the_way_out_is_not_forgotten_with_what_a_site_lets_the_browser_forget(
    lab: Lab, what: str
) -> None:
    """The network guard's password: what the page loads later needs it, and so does a page after it."""
    pictures = "".join(
        f'<img alt="" src="{origin}/late.svg" onload="document.title += 1" onerror="document.title += 0">'
        for origin in (lab.port.origin, lab.by_name(""), lab.url(""))
    )
    script = (
        f"<script>setTimeout(() => {{ document.querySelector('p').innerHTML = `{pictures}` }}, 20)</script>"
    )
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    lab.site.routes["/late.svg"] = lab.port.routes["/late.svg"] = (
        200,
        {"Content-Type": "image/svg+xml"},
        svg,
    )
    lab.site.routes["/clears"] = html("<p></p>" + script, Clear_Site_Data=f'"{what}"')
    assert (await lab.visit("/clears")).title == "Page111"
    assert (await lab.visit("/tell")).outcome is UrlOutcome.AUDITED
