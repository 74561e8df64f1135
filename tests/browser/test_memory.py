"""A page that eats memory loses its tab in time; other tabs, and the browser, live on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import psutil
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, Page, async_playwright

from auditor.browser import memory
from auditor.browser.find import launch
from auditor.browser.memory import MemoryWatch, Overgrown, process_of
from auditor.limits import MB

# 25 MB each 25 ms until there are 600 MB.
GROW = """() => {
  window.held = [];
  setInterval(() => { if (held.length < 24) held.push(new Uint8Array(25 * 2 ** 20).fill(1)) }, 25);
}"""


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser, _ = await launch(playwright, sandbox=False)
        yield browser
        await browser.close()


async def held(pid: int) -> int:
    """Bytes of the whole tree."""
    over = await asyncio.to_thread(MemoryWatch(pid, lambda over: None, cap=0).look)
    assert over is not None
    return over.total


def deadly(page: Page) -> asyncio.Future[float]:
    """When the page crashes."""
    when: asyncio.Future[float] = asyncio.get_running_loop().create_future()
    page.once("crash", lambda _: when.set_result(time.monotonic()))
    return when


async def test_the_page_that_grows_dies_and_no_other(browser: Browser) -> None:
    greedy, modest = await browser.new_page(), await browser.new_page()
    pid = await process_of(browser)
    cap = await held(pid) + 250 * MB
    seen: list[tuple[float, Overgrown]] = []

    def over(what: Overgrown) -> None:
        seen.append((time.monotonic(), what))
        assert watch.kill_biggest()

    async with MemoryWatch(pid, over, cap=cap) as watch:
        crash = deadly(greedy)
        await greedy.evaluate(GROW)
        crashed = await asyncio.wait_for(crash, 10)
        assert await modest.evaluate("1 + 1") == 2
        await asyncio.sleep(2 * memory.PERIODS[0])
    assert len(seen) == 1, "one kill was enough, and nothing innocent died after it"
    at, what = seen[0]
    assert crashed - at < 2
    assert what.total > cap
    assert what.renderer is not None
    assert 250 * MB < what.renderer_bytes < 700 * MB
    assert not psutil.pid_exists(what.renderer) or not psutil.Process(what.renderer).is_running()
    assert await held(pid) < cap
    assert await modest.evaluate("1 + 1") == 2
    with pytest.raises(Error, match="crash"):
        await greedy.evaluate("1")


async def test_under_the_cap_nobody_is_told(browser: Browser) -> None:
    page = await browser.new_page()
    pid = await process_of(browser)
    seen: list[Overgrown] = []
    async with MemoryWatch(pid, seen.append, cap=await held(pid) + 900 * MB):
        await page.evaluate(GROW)
        await page.wait_for_function("held.length === 24")
        await asyncio.sleep(2 * memory.PERIODS[1])
    assert seen == []
    assert await page.evaluate("held.length") == 24


@pytest.mark.parametrize(("left", "looks"), [(100 * MB, range(5, 8)), (10_000 * MB, range(2, 5))])
async def test_far_below_its_cap_it_is_looked_at_less_often(
    browser: Browser, left: int, looks: range
) -> None:
    """At a gigabyte a second it gets no further past the cap than by looks every half second."""
    pid = await process_of(browser)
    looked: list[float] = []

    class Counted(MemoryWatch):
        def look(self) -> Overgrown | None:
            looked.append(time.monotonic())
            return super().look()

    main = psutil.Process(pid)
    resident = sum(each.memory_info().rss for each in [main, *main.children(recursive=True)])
    async with Counted(pid, lambda over: None, cap=resident + left):
        await asyncio.sleep(3.2)
    assert len(looked) in looks


async def test_the_cap_counts_shared_memory_once(browser: Browser) -> None:
    """Resident memory counts the browser's own code in each of its processes."""
    for _ in range(3):
        await browser.new_page()
    pid = await process_of(browser)
    main = psutil.Process(pid)
    resident = sum(process.memory_info().rss for process in [main, *main.children(recursive=True)])
    total = await held(pid)
    assert total < 0.7 * resident
    assert MemoryWatch(pid, lambda over: None, cap=(total + resident) // 2).look() is None


async def test_a_map_that_is_not_shown_is_estimated(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = await process_of(browser)
    await browser.new_page()
    told = await held(pid)

    def refuse(process: psutil.Process) -> None:
        raise psutil.AccessDenied(process.pid)

    monkeypatch.setattr(psutil.Process, "memory_full_info", refuse)
    assert 0.5 * told < await held(pid) < 1.5 * told


async def test_a_browser_that_is_big_by_itself_is_said_to_be(browser: Browser) -> None:
    """Without a tab the main process is the biggest: to kill a renderer would help nobody."""
    watch = MemoryWatch(await process_of(browser), lambda over: None, cap=1)
    over = watch.look()
    assert over is not None
    assert (over.renderer, over.renderer_bytes) == (None, 0)
    assert not watch.kill_biggest()


async def test_what_is_gone_is_not_killed(browser: Browser) -> None:
    page = await browser.new_page()
    pid = await process_of(browser)
    crash = deadly(page)
    await page.evaluate(GROW)
    await page.wait_for_function("held.length === 24")
    watch = MemoryWatch(pid, lambda over: None, cap=1)
    over = watch.look()
    assert over is not None
    assert over.renderer is not None
    psutil.Process(over.renderer).kill()
    await asyncio.wait_for(crash, 10)
    assert not watch.kill_biggest()


async def test_the_watch_ends_with_the_browser(browser: Browser) -> None:
    pid = await process_of(browser)
    async with MemoryWatch(pid, lambda over: None) as watch:
        psutil.Process(pid).kill()
        await asyncio.wait_for(watch._task, 10)


async def test_the_tree_is_the_whole_tree(browser: Browser) -> None:
    await browser.new_page()
    main = psutil.Process(await process_of(browser))
    before = {main, *main.children(recursive=True)}
    found = set(memory._processes(memory._tree(main.pid)))
    after = {main, *main.children(recursive=True)}
    assert len(before & after) > 2
    assert before & after <= found <= before | after
