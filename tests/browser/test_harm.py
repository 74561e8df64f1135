"""What a page does to the browser: the visit ends in time with a reason, and the next page is right."""

from __future__ import annotations

import asyncio
import contextlib
import time

import psutil
import pytest

from auditor.browser import visit
from auditor.browser.tab import Tabs
from auditor.models import UrlOutcome
from tests.browser.conftest import Lab, bad, browsers, html, image_alts, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")

DIALOGS = "The page opens dialog after dialog (limit dialogs = 10)."
BUSY = "The page kept the browser busy: it was given up after "


def script(source: str) -> tuple[int, dict[str, str], bytes]:
    return html(bad("own") + f"<script>{source}</script>")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("while (true);", "The page did not load within 4 seconds."),
        ("while (true) alert(1)", DIALOGS),
        ("while (true) prompt(confirm(1))", DIALOGS),
        ("addEventListener('load', () => setTimeout(() => { while (true); }, 100))", BUSY),
        ("addEventListener('load', () => setInterval(() => { while (true) alert(1); }, 100))", DIALOGS),
    ],
)
async def test_stands_still(lab: Lab, source: str, reason: str) -> None:
    lab.site.routes["/still"] = script(source)
    started = time.monotonic()
    result = await lab.visit("/still")
    assert time.monotonic() - started < 20
    assert result.outcome is UrlOutcome.FAILED
    assert result.reason.startswith(reason)
    assert not result.tab_is_sound
    await lab.assert_sound()


@pytest.mark.parametrize(
    "source",
    [
        "alert(1); confirm(2); prompt(3)",
        "addEventListener('beforeunload', (e) => { e.preventDefault(); return e.returnValue = 'stay' })",
        pytest.param("for (let i = 0; i < 5; i++) window.open('/good')", marks=pytest.mark.soak),
        "setInterval(() => window.open('/good', '', 'noopener'), 300)",
        "print(); setInterval(print, 200)",
        "setInterval(() => fetch('/poll?' + Math.random()).catch(() => 0), 50)",
        "new EventSource('/poll'); navigator.sendBeacon('/poll'); new WebSocket('ws://127.0.0.1:1/')",
        "setInterval(() => { location.hash = Math.random() }, 30)",
        pytest.param("document.documentElement.requestFullscreen().catch(() => 0)", marks=pytest.mark.soak),
        pytest.param("setInterval(() => document.title = Math.random(), 10)", marks=pytest.mark.soak),
    ],
)
async def test_a_nuisance_is_audited(lab: Lab, source: str) -> None:
    lab.site.routes["/nuisance"] = script(source)
    result = await lab.visit("/nuisance")
    assert lab.places(result) == image_alts("own")
    assert result.seconds < 12
    await lab.assert_sound()
    asked = len(lab.site.asked)
    await asyncio.sleep(0.5)
    assert len(lab.site.asked) - asked <= 1, "a page that was left goes on asking its server"
    assert await open_pages(lab) == 1, "popups are closed"


async def open_pages(lab: Lab) -> int:
    """Tabs of the browser, as it counts them itself, once popups had the time to go."""
    pages = 0
    async with lab.tabs.tab() as tab:
        for _ in range(20):
            answer = await tab.session.send("Target.getTargets")
            pages = sum(target["type"] == "page" for target in answer["targetInfos"])
            if pages == 1:
                break
            await asyncio.sleep(0.1)
    return pages


async def test_grows_for_ever(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit, "ENGINE_SECONDS", 4.0)
    lab.site.routes["/grows"] = script(
        "setInterval(() => { for (let i = 0; i < 40; i++) document.body.append(new Image()) }, 10)"
    )
    started = time.monotonic()
    result = await lab.visit("/grows")
    assert time.monotonic() - started < 20
    if result.outcome is UrlOutcome.FAILED:
        assert result.reason.startswith(BUSY)
    await lab.assert_sound()


async def test_crashes_by_itself(lab: Lab) -> None:
    """Elements so deep in each other that a renderer gives up."""
    lab.site.routes["/deep"] = script(
        "let at = document.body;"
        "for (let i = 0; i < 20000; i++) at = at.appendChild(document.createElement('p'))"
    )
    result = await lab.visit("/deep")
    assert result.outcome is UrlOutcome.FAILED
    assert result.again
    assert result.reason == "The page brought the browser's tab down."
    await lab.assert_sound()


@pytest.mark.parametrize("after", [0.3, *(pytest.param(each, marks=pytest.mark.soak) for each in (0.9, 1.4))])
async def test_renderer_crashes(lab: Lab, after: float) -> None:
    lab.site.routes["/slow"] = html("<p>x <a href=/x>y</a></p>" * 3000)
    await lab.assert_sound()

    async def crash() -> None:
        await asyncio.sleep(after)
        for process in browsers()[0].children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if "--type=renderer" in " ".join(process.cmdline()):
                    process.kill()

    crashing = asyncio.create_task(crash())
    result = await lab.visit("/slow")
    await crashing
    assert (result.outcome, result.again) == (UrlOutcome.FAILED, True)
    assert result.reason == "The page brought the browser's tab down."
    assert result.seconds < after + 1
    await lab.assert_sound()


@pytest.mark.parametrize(
    "after", [*(pytest.param(each, marks=pytest.mark.soak) for each in (0.05, 1.2)), 0.4]
)
async def test_browser_is_killed(lab: Lab, after: float) -> None:
    lab.site.routes["/slow"] = html("<p>x <a href=/x>y</a></p>" * 3000)
    await lab.assert_sound()
    (browser,) = browsers()

    async def kill() -> None:
        await asyncio.sleep(after)
        browser.kill()

    killing = asyncio.create_task(kill())
    result = await lab.visit("/slow")
    await killing
    assert (result.outcome, result.again) == (UrlOutcome.FAILED, True)
    assert result.reason == "The browser stopped while the page was open."
    started = time.monotonic()
    await lab.assert_sound()
    assert time.monotonic() - started < 10
    (fresh,) = browsers()
    assert fresh != browser


async def test_driver_is_killed(lab: Lab) -> None:
    """The process between us and the browser."""
    (browser,) = browsers()
    driver = browser.parent()
    assert driver is not None
    driver.kill()
    result = await lab.visit("/good")
    if result.outcome is UrlOutcome.FAILED:
        assert result.again
    await lab.assert_sound()


async def test_two_at_once(lab: Lab) -> None:
    """A tab that is given up takes nothing from the other one."""
    lab.site.routes["/still"] = script("while (true);")
    lab.site.routes |= {f"/p{n}": html(bad(f"p{n}")) for n in range(4)}

    async def good() -> None:
        for n in range(4):
            assert await lab.judge(f"/p{n}") == image_alts(f"p{n}")

    await asyncio.gather(lab.visit("/still"), good())
    await lab.assert_sound()


async def test_a_tab_alone_has_none_beside_it(lab: Lab) -> None:
    order: list[str] = []

    async def hold(name: str, *, alone: bool = False) -> None:
        async with lab.tabs.tab(alone=alone) as tab:
            order.append(f"{name} opened")
            assert tab.waited > 0.2
            await asyncio.sleep(0.2)
            assert not tab.had_company
            order.append(f"{name} given back")

    async with lab.tabs.tab() as first:
        waiting = asyncio.gather(hold("alone", alone=True), hold("later"))
        await asyncio.sleep(0.3)
        assert order == []
        assert first.waited < 0.2
    await waiting
    assert order == ["alone opened", "alone given back", "later opened", "later given back"]


@pytest.mark.parametrize("worn", [False, True])
async def test_the_wait_to_be_alone_ends(lab: Lab, monkeypatch: pytest.MonkeyPatch, worn: bool) -> None:
    """But not where the browser is to be started anew, which is waited for without a stir."""
    monkeypatch.setattr("auditor.browser.tab.ALONE_SECONDS", 0.3)
    opened = asyncio.Event()

    async def alone() -> None:
        async with lab.tabs.tab(alone=True) as tab:
            assert tab.had_company != worn
            opened.set()

    async with lab.tabs.tab():
        if worn:
            monkeypatch.setattr("auditor.browser.tab.PAGES_PER_BROWSER", 0)
        waiting = asyncio.create_task(alone())
        cpu = time.process_time()
        await asyncio.sleep(2)
        assert opened.is_set() != worn
        assert time.process_time() - cpu < 1
        monkeypatch.undo()
    await waiting


async def test_recycled(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """With two tabs in use all the time, the browser is still changed, and no page is lost by it."""
    monkeypatch.setattr("auditor.browser.tab.PAGES_PER_BROWSER", 3)
    monkeypatch.setattr("auditor.browser.tab.PAGES_PER_TAB", 2)
    lab.site.routes |= {f"/p{n}": html(bad(f"p{n}")) for n in range(4)}
    await lab.assert_sound()  # a test before may have ended the browser
    (first,) = browsers()

    async def work() -> None:
        for n in range(4):
            assert await lab.judge(f"/p{n}") == image_alts(f"p{n}")

    await asyncio.gather(work(), work())
    (last,) = browsers()
    assert first != last


@pytest.mark.parametrize("page", ["/good", "/still"])
async def test_nothing_is_left_running(lab: Lab, page: str) -> None:
    lab.site.routes["/still"] = script("while (true);")
    before = set(psutil.Process().children(recursive=True))
    async with Tabs(sandbox=False, proxy=lab.proxy, product="auditor-tests") as tabs, tabs.tab() as tab:
        with contextlib.suppress(Exception):
            await opened(tab, lab.url(page), timeout=700)
        assert set(psutil.Process().children(recursive=True)) - before
    deadline = time.monotonic() + 5
    while left := set(psutil.Process().children(recursive=True)) - before:
        assert time.monotonic() < deadline, left
        await asyncio.sleep(0.1)
