"""What a page costs: CPU seconds of the whole process tree, beside the floor and beside others, in one run.

The floor loads each page and runs axe, nothing else, in the best configuration that is known here: one reused
tab, the same rules, an isolated world, axe as the audit makes it faster. A crawl by the audit chooses the
pages: those that it audited. All ways visit these. What is held to a multiple of the floor runs at the same
time as the floor, each in a process of its own with one tab: a machine may be slower an hour later. What
axe's rules say in the audit is compared with that on the floor.

    python -m bench.price [PAGES] [FOLDER]
"""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import sys
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import async_playwright

from auditor.audit import audit_async
from auditor.browser.engine import Engine
from auditor.browser.find import launch
from auditor.checks.folders import find
from auditor.checks.registry import tags_to_run
from auditor.limits import PLACES_PER_RULE
from auditor.models import RuleSetting, Site, UrlOutcome
from auditor.resources import folder
from bench.pages import served, too_large
from bench.peers import peers
from bench.stages import Stages
from bench.trees import Tree, settle

STAGED = 20  # pages, one at a time, to see where the time goes
RUN = "axe.run(document, OPTIONS).then(r => JSON.stringify([r.violations, r.incomplete]))"
TARGETS = {"axe only": 1.10, "all rules": 2.0}  # times the floor, at most
TIMES_CHEAPER = {"plain axe-playwright-python": 3, "pa11y-ci": 4, "@axe-core/cli": 4}

Place = tuple[str, str, str, str]  # page, rule, outcome, selector
Work = Coroutine[Any, Any, int | None]


async def floor(urls: list[str], said: set[Place] | None = None) -> None:
    """Load each page and run axe; what it says goes to `said`."""
    import json

    engine = Engine.load(tags_to_run("wcag22aa"))
    run = RUN.replace("OPTIONS", json.dumps(engine.options))
    async with async_playwright() as playwright:
        browser, _ = await launch(playwright, sandbox=False)
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        session = await page.context.new_cdp_session(page)
        for url in urls:
            await page.goto(url, wait_until="load")
            tree = await session.send("Page.getFrameTree")
            world = await session.send(
                "Page.createIsolatedWorld", {"frameId": tree["frameTree"]["frame"]["id"]}
            )
            context = world["executionContextId"]
            await session.send("Runtime.evaluate", {"expression": engine.source, "contextId": context})
            answer = await session.send(
                "Runtime.evaluate",
                {"expression": run, "contextId": context, "awaitPromise": True, "returnByValue": True},
            )
            found = json.loads(answer["result"]["value"])
            for outcome, rules in (
                zip(("failed", "cant_tell"), found, strict=True) if said is not None else ()
            ):
                for rule in rules:
                    for node in rule["nodes"][:PLACES_PER_RULE]:
                        said.add((url, rule["id"], outcome, _selector(node["target"])))  # type: ignore[union-attr]
        await browser.close()


def _selector(target: Sequence[str | list[str]]) -> str:
    last = target[-1]
    return last if isinstance(last, str) else " >>> ".join(last)


async def plain(urls: list[str]) -> None:
    """As the package's own example has it, with a new context for each page."""
    async with async_playwright() as playwright:
        browser, _ = await launch(playwright, sandbox=False)
        for url in urls:
            context = await browser.new_context()
            page = await context.new_page()
            await page.goto(url)
            await Axe().run(page)
            await context.close()
        await browser.close()


async def audited(
    urls: list[str],
    *,
    drive: str,
    pictures: bool,
    ours: bool = True,
    crawl: int = 0,
    exclude: tuple[str, ...] = (),
    at_once: int = 2,
) -> tuple[list[str], set[Place]]:
    """An audit of these pages: those it judged, and without `ours` what axe said.

    `crawl`: it finds them from the first, at most so many, without those that match `exclude`.
    """
    tags = set(tags_to_run("wcag22aa"))
    own = {rule: each for rule, each in find([folder("rules")]).items() if tags & set(each.tags)}
    with tempfile.TemporaryDirectory() as place:
        site = Site(
            id="bench",
            name="Bench",
            urls=tuple(urls[:1] if crawl else urls),
            internal=True,
            delay=0.0,
            concurrency=at_once,
            follow_links=bool(crawl),
            exclude=exclude,
            max_pages=crawl or len(urls),
            drive=drive,
            pictures=pictures,
            robots="ignore",
            rules=() if ours else tuple(RuleSetting(id=rule, reason="measured", off=True) for rule in own),
        )
        report = await audit_async(site, store=f"sqlite:///{place}/bench.db", sandbox=False)
        done = [visit.url for visit in report.visits() if visit.outcome is UrlOutcome.AUDITED]
        said = set()  # reading them back is no part of an audit
        if not ours:
            said = {(f.url, f.rule, f.outcome.value, f.selector) for f in report.findings()}
        if failed := [visit for visit in report.visits() if visit.outcome is UrlOutcome.FAILED]:
            print(f"  {len(failed)} pages failed: {' '.join(sorted({each.reason for each in failed}))}")
        return done, said


async def axe_only(urls: list[str], said: set[Place]) -> int:
    """Our audit by axe alone; how many pages it audited. What axe says goes to `said`."""
    done, told = await audited(urls, drive="no-page", pictures=False, ours=False, at_once=1)
    said.update(told)
    return len(done)


async def crawled(
    urls: list[str], exclude: tuple[str, ...], *, pictures: bool = False, at_once: int = 2
) -> int:
    """By all rules, of pages that a crawl without `exclude` found: named one by one all would be driven.

    How many it audited; it says so where some of them are others, for which its order leaves room.
    """
    done, _ = await audited(
        urls, drive="representatives", pictures=pictures, crawl=len(urls), exclude=exclude, at_once=at_once
    )
    if others := set(done) - set(urls):
        print(f"  {len(others)} of {len(done)} pages are others")
    return len(done)


def priced(name: str, work: Work, pages: int) -> float:
    """CPU seconds a page of the whole process tree, launch included; `work` may return how many they were."""
    settle()
    with Tree() as tree:
        pages = asyncio.run(work) or pages
    by_kind = _listed({kind: cpu / pages for kind, cpu in tree.by_kind.items()})
    print(f"  {name}: {tree.cpu / pages:.3f}  ({by_kind})", flush=True)
    return tree.cpu / pages


def beside_the_floor(urls: list[str], exclude: tuple[str, ...]) -> dict[str, tuple[float, float]]:
    """Of each way in `TARGETS`: its CPU seconds a page, and those of the floor at the same time."""
    costs: dict[str, tuple[float, float]] = {}
    said: dict[str, set[Place]] = {}
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        for name in TARGETS:
            way = pool.submit(_of, name, urls, exclude)
            floors: list[float] = []
            while not way.done():  # it goes on for as long, so that both have the same company
                cpu, said["floor"] = pool.submit(_of, "floor", urls, exclude).result()
                if not (floors and way.done()):  # it ended alone
                    floors.append(cpu)
            cpu, said[name] = way.result()
            costs[name] = cpu, statistics.mean(floors)
    unlike = said["floor"] ^ said["axe only"]
    print(
        f"what axe says: {len(said['floor']):,} places by the floor, {len(unlike)} of them told otherwise by "
        "the audit"
    )
    for each in sorted(unlike)[:10]:
        print("  ", *each)
    return costs


def _of(name: str, urls: list[str], exclude: tuple[str, ...]) -> tuple[float, set[Place]]:
    """CPU seconds a page of one way, in this process and below it, and what axe said."""
    said: set[Place] = set()
    ways: dict[str, Callable[[], Work]] = {
        "floor": lambda: floor(urls, said),
        "axe only": lambda: axe_only(urls, said),
        "all rules": lambda: crawled(urls, exclude, at_once=1),
    }
    return priced(name, ways[name](), len(urls)), said


def _listed(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in _sorted(figures)[:7])


def _sorted(figures: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(figures.items(), key=lambda item: -item[1])


def stages(urls: list[str], exclude: tuple[str, ...]) -> None:
    """Where an audit's CPU goes, one page at a time."""
    with Tree() as tree:
        watch = Stages(tree)
        with watch.watching():
            done = asyncio.run(crawled(urls, exclude, pictures=True, at_once=1))
    print(f"\nBy stage, CPU ms a page, over {done} pages one at a time, all rules and pictures:")
    for stage, cpu in _sorted(watch.spent):
        print(f"  {stage:<48} {1000 * cpu / done:8.1f}   {watch.times[stage] or done} times")


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    where = sys.argv[2] if len(sys.argv) > 2 else None
    exclude = too_large(where)
    with served(wanted, where) as all_urls:
        urls, _ = asyncio.run(
            audited(all_urls, drive="no-page", pictures=False, crawl=wanted, exclude=exclude)
        )
        print(f"{len(urls)} pages; CPU seconds a page of the whole process tree, launch included", flush=True)
        costs = beside_the_floor(urls, exclude)
        mean_floor = statistics.mean(least for _, least in costs.values())
        alone: dict[str, Work] = {
            "all rules and pictures": crawled(urls, exclude, pictures=True),
            "plain axe-playwright-python": plain(urls),
        }
        costs |= {name: (priced(name, work, len(urls)), mean_floor) for name, work in alone.items()}
        for name, cost in peers(urls[:100]):
            if isinstance(cost, str):
                print(f"  {name}: {cost}")
            else:
                costs[name] = cost, mean_floor
        table(costs)
        stages(urls[:STAGED], exclude)


def table(costs: dict[str, tuple[float, float]]) -> None:
    """Each way beside the floor and beside the audit by axe only."""
    print(f"\n{'':<30} {'CPU s a page':>12} {'the floor':>12} {'of the floor':>13} {'of axe only':>12}")
    for name, (cost, least) in sorted(costs.items(), key=lambda item: item[1]):
        told = (
            f"{name:<30} {cost:12.3f} {least:12.3f} {cost / least:13.2f} {cost / costs['axe only'][0]:12.2f}"
        )
        if name in TARGETS:
            told += f"   at most {TARGETS[name]:g} of the floor is aimed at"
        elif name in TIMES_CHEAPER:
            told += f"   at least {TIMES_CHEAPER[name]} of axe only is aimed at"
        print(told)


if __name__ == "__main__":
    main()
