"""What a page costs: CPU seconds of the whole process tree, beside the floor and beside others, in one run.

The floor loads each page and runs axe, nothing else, in the best configuration that is known here: one reused
tab, the same rules, an isolated world, axe as the audit makes it faster. A crawl by the audit chooses the
pages: those that it audited. All ways then visit these and no others, in turns, so that a drift of the
machine's speed meets all alike. What axe's rules say in the audit is compared with that on the floor.

    python -m bench.price [PAGES] [FOLDER]
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
from collections.abc import Callable, Coroutine, Sequence
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

ROUNDS = 2  # of the ways that have a target beside the floor
STAGED = 20  # pages, one at a time, to see where the time goes
RUN = "axe.run(document, OPTIONS).then(r => JSON.stringify([r.violations, r.incomplete]))"
TARGETS = {"axe only": ("floor", 1.10), "all rules": ("floor", 2.0)}
TIMES_CHEAPER = {"plain axe-playwright-python": 3, "pa11y-ci": 4, "@axe-core/cli": 4}

Place = tuple[str, str, str, str]  # page, rule, outcome, selector
Way = Callable[[list[str]], Coroutine[Any, Any, Any]]


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
        if len(done) < (crawl or len(urls)):
            why = {visit.reason for visit in report.visits() if visit.outcome is not UrlOutcome.AUDITED}
            print(f"  audited only {len(done)} of {len(urls)} pages: {' '.join(sorted(why))}")
        return done, said


async def crawled(
    urls: list[str], exclude: tuple[str, ...], *, pictures: bool = False, at_once: int = 2
) -> None:
    """By all rules, of pages that a crawl without `exclude` found: named one by one all would be driven."""
    done, _ = await audited(
        urls, drive="representatives", pictures=pictures, crawl=len(urls), exclude=exclude, at_once=at_once
    )
    if others := set(done) - set(urls):
        print(f"  {len(others)} pages are others: {' '.join(sorted(others))}")


def priced(work: Coroutine[Any, Any, Any], pages: int) -> tuple[float, dict[str, float], Any]:
    """CPU seconds a page of the whole process tree, launch included; by process; and what `work` returns."""
    settle()
    with Tree() as tree:
        told = asyncio.run(work)
    return tree.cpu / pages, {kind: cpu / pages for kind, cpu in tree.by_kind.items()}, told


def in_turns(urls: list[str], exclude: tuple[str, ...], figures: dict[str, list[float]]) -> None:
    """Each way over all the pages, one after another; those with a target beside the floor more than once."""
    said: set[Place] = set()
    by_audit: set[Place] = set()

    async def axe_only(urls: list[str]) -> None:
        by_audit.update((await audited(urls, drive="no-page", pictures=False, ours=False))[1])

    ways: dict[str, Way] = {
        "floor": lambda urls: floor(urls, said),
        "axe only": axe_only,
        "all rules": lambda urls: crawled(urls, exclude),
        "all rules and pictures": lambda urls: crawled(urls, exclude, pictures=True),
        "plain axe-playwright-python": plain,
    }
    for turn in range(ROUNDS):
        for name, way in ways.items():
            if turn and name != "floor" and name not in TARGETS:
                continue
            cpu, by_kind, _ = priced(way(urls), len(urls))
            figures.setdefault(name, []).append(cpu)
            print(f"  {name}: {cpu:.3f}  ({_listed(by_kind)})", flush=True)
    unlike = said ^ by_audit
    print(
        f"what axe says: {len(said):,} places by the floor, {len(unlike)} of them told otherwise by the audit"
    )
    for each in sorted(unlike)[:10]:
        print("  ", *each)


def _listed(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in _sorted(figures)[:7])


def _sorted(figures: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(figures.items(), key=lambda item: -item[1])


def stages(urls: list[str], exclude: tuple[str, ...]) -> None:
    """Where an audit's CPU goes, one page at a time."""
    with Tree() as tree:
        watch = Stages(tree)
        with watch.watching():
            asyncio.run(crawled(urls, exclude, pictures=True, at_once=1))
    print(f"\nBy stage, CPU ms a page, over {len(urls)} pages one at a time, all rules and pictures:")
    for stage, cpu in _sorted(watch.spent):
        print(f"  {stage:<48} {1000 * cpu / len(urls):8.1f}   {watch.times[stage] or len(urls)} times")


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    figures: dict[str, list[float]] = {}
    where = sys.argv[2] if len(sys.argv) > 2 else None
    exclude = too_large(where)
    with served(wanted, where) as all_urls:
        urls, _ = asyncio.run(
            audited(all_urls, drive="no-page", pictures=False, crawl=wanted, exclude=exclude)
        )
        print(f"{len(urls)} pages; CPU seconds a page of the whole process tree, launch included", flush=True)
        in_turns(urls, exclude, figures)
        for name, cost in peers(urls[:100]):
            if isinstance(cost, str):
                print(f"  {name}: {cost}")
            else:
                figures[name] = [cost]
        table(figures)
        stages(urls[:STAGED], exclude)


def table(figures: dict[str, list[float]]) -> None:
    """Each way beside the floor and beside the audit by axe only; of several turns the mean."""
    mean = {name: statistics.mean(values) for name, values in figures.items()}
    print(f"\n{'':<30} {'CPU s a page':>12} {'of the floor':>13} {'of axe only':>12}")
    for name, cost in sorted(mean.items(), key=lambda item: item[1]):
        told = f"{name:<30} {cost:12.3f} {cost / mean['floor']:13.2f} {cost / mean['axe only']:12.2f}"
        if name in TARGETS:
            told += f"   at most {TARGETS[name][1]:g} of the floor is aimed at"
        elif name in TIMES_CHEAPER:
            told += f"   at least {TIMES_CHEAPER[name]} of axe only is aimed at"
        print(told)


if __name__ == "__main__":
    main()
