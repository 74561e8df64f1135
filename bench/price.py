"""What a page costs: CPU seconds of the whole process tree, beside the floor in the same run.

The floor: load the page and run axe with the same rules, nothing else, in one reused tab. Both run in
turn over the same pages, in blocks, so that a drift of the machine's speed meets both.

    python -m bench.price [PAGES] [FOLDER]
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile

from playwright.async_api import async_playwright

from auditor.audit import audit_async
from auditor.browser.engine import Engine
from auditor.browser.find import launch
from auditor.checks.registry import tags_to_run
from auditor.models import Site
from bench.pages import served
from bench.trees import Tree, settle

BLOCKS = 4
RUN = """axe.run(document, OPTIONS).then(r => JSON.stringify([r.violations, r.incomplete]))"""


async def floor(urls: list[str]) -> None:
    """Load each page and run axe; nothing is kept."""
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
            await session.send("Runtime.evaluate", {"expression": engine.script + ";0", "contextId": context})
            answer = await session.send(
                "Runtime.evaluate",
                {"expression": run, "contextId": context, "awaitPromise": True, "returnByValue": True},
            )
            assert answer["result"]["type"] == "string", answer
        await browser.close()


async def ours(urls: list[str]) -> None:
    """The whole audit of the same pages, store and all."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(
            id="bench",
            name="Bench",
            urls=tuple(urls),
            internal=True,
            delay=0.0,
            follow_links=False,
            max_pages=len(urls),
            drive="no-page",
        )
        report = await audit_async(site, store=f"sqlite:///{folder}/bench.db", sandbox=False)
        assert report.coverage.audited == len(urls), report.coverage


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    folder = sys.argv[2] if len(sys.argv) > 2 else None
    figures: dict[str, list[float]] = {"floor": [], "audit": []}
    with served(pages, folder) as urls:
        size = -(-len(urls) // BLOCKS)
        for start in range(0, len(urls), size):
            block = urls[start : start + size]
            for name, work in (("floor", floor), ("audit", ours)):
                with Tree() as tree:
                    asyncio.run(work(block))
                figures[name].append(tree.cpu / len(block))
                settle()
    ratios = [a / f for a, f in zip(figures["audit"], figures["floor"], strict=True)]
    print(f"{pages} pages in {len(ratios)} blocks; CPU seconds a page, whole process tree, launch included")
    for name, values in figures.items():
        print(f"  {name:<6} {statistics.mean(values):.3f}   by block: {' '.join(f'{v:.3f}' for v in values)}")
    whole = sum(figures["audit"]) / sum(figures["floor"])
    print(f"  ratio  {whole:.2f}    by block: {' '.join(f'{r:.2f}' for r in ratios)}")


if __name__ == "__main__":
    main()
