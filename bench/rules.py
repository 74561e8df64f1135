"""What each rule and each probe costs in CPU milliseconds a page, and what driving adds to an audit.

Element rules are timed in the page, each run alone by axe, less what axe costs with one rule that finds
nothing. A probe's cost is that of the whole process tree while it runs, shared by all rules that need it; a
Python rule's is its own time in this process. Then two crawls of the same pages: driven, and not.

    python -m bench.rules [PAGES] [FOLDER]
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import psutil

from auditor.audit import audit_async
from auditor.browser.drive import Drive, Probe
from auditor.browser.engine import Engine
from auditor.browser.probes import PROBES
from auditor.browser.tab import Tabs
from auditor.browser.visit import Arrival, visit
from auditor.checks.folders import RuleFolder, elements, find
from auditor.checks.page_rules import PythonRule, verdicts_of
from auditor.checks.registry import tags_to_run
from auditor.models import Site, Snapshot, UrlOutcome
from auditor.net.guard import Guard
from auditor.net.http import product
from auditor.net.proxy import EgressProxy
from auditor.resources import folder
from bench.pages import served
from bench.trees import Tree, settle

NOTHING = "marquee"  # one of axe's rules that finds nothing on these pages: what remains is axe itself
TIMED = """(async () => {
  const spent = {};
  for (const id of IDS) {
    const began = performance.now();
    await axe.run(document, {runOnly: {type: "rule", values: [id]}});
    spent[id] = performance.now() - began;
  }
  return spent;
})()"""

Costs = defaultdict[str, list[float]]


def cpu() -> float:
    """CPU seconds of this process and all below it that live."""
    total = 0.0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return total


def timed(probe: Probe, costs: Costs) -> Probe:
    """The probe, which notes what it costs."""

    async def run(drive: Drive) -> object:
        before = cpu()
        try:
            return await probe.run(drive)
        finally:
            costs[probe.gives.__name__].append(cpu() - before)

    return replace(probe, run=run)


async def each(urls: Sequence[str], own: dict[str, RuleFolder]) -> tuple[Costs, Costs, Costs]:
    """Costs in seconds, a figure a page: of element rules, probes, Python rules."""
    js: Costs = defaultdict(list)
    probes: Costs = defaultdict(list)
    python: Costs = defaultdict(list)
    page_rules = [PythonRule.of(rule) for rule in own.values() if rule.judge == "page"]
    by_element = [rule.rule.id for rule in own.values() if rule.judge == "element"]
    engine = Engine.load(tags_to_run("wcag22aa"), elements=elements(own))
    measured = [timed(probe, probes) for probe in PROBES]

    async def nothing_against(url: str, page: bool) -> str | None:
        return None

    async def yes(arrival: Arrival) -> tuple[UrlOutcome, str] | None:
        return None

    async with (
        EgressProxy(Guard(frozenset(urls))) as proxy,
        Tabs(sandbox=False, proxy=proxy, product=product(None)) as tabs,
    ):
        for url in urls:
            async with tabs.tab() as tab:
                result = await visit(
                    tab, url, engine, ask=nothing_against, may_audit=yes, refusals=dict,
                    probes=lambda arrival: measured,
                )  # fmt: skip
                if result.snapshot and result.tab_is_sound:
                    world = await tab.world()
                    await world.run(engine.source, seconds=20)
                    spent = await world.run(TIMED.replace("IDS", str([NOTHING, *by_element])), seconds=60)
                    for rule in by_element:
                        js[rule].append(max(0.0, spent[rule] - spent[NOTHING]) / 1000)
                if not result.tab_is_sound:
                    await tabs.give_up(tab)
            if result.snapshot:
                judge(page_rules, result.snapshot, python)
    return js, probes, python


def judge(page_rules: Sequence[PythonRule], snapshot: Snapshot, costs: Costs) -> None:
    for rule in page_rules:
        evidence = [snapshot.evidence.get(need) for need in rule.needs]
        if all(isinstance(each, need) for each, need in zip(evidence, rule.needs, strict=True)):
            began = time.thread_time()
            verdicts_of(rule, evidence, seconds=60)
            costs[rule.id].append(time.thread_time() - began)


async def crawl(urls: Sequence[str], drive: str) -> int:
    """A whole audit that starts at the first page and follows links; returns how many pages were driven."""
    with tempfile.TemporaryDirectory() as place:
        site = Site(
            id="bench",
            name="Bench",
            urls=(urls[0],),
            internal=True,
            delay=0.0,
            concurrency=2,
            max_pages=len(urls),
            drive=drive,
        )
        report = await audit_async(site, store=f"sqlite:///{place}/bench.db", sandbox=False)
        print(f"  {drive}: {report.coverage.audited} pages audited, {report.driven} driven")
        return report.coverage.audited


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    own = find([folder("rules")])
    with served(pages, sys.argv[2] if len(sys.argv) > 2 else None) as urls:
        some = urls[: max(1, pages // 10)]
        for name, costs in zip(
            ("element rules", "probes", "rules in Python"), asyncio.run(each(some, own)), strict=True
        ):
            print(f"{name}: CPU ms a page over {len(some)} pages: mean, median, most")
            for key, spent in sorted(costs.items(), key=lambda item: -statistics.mean(item[1])):
                by = (statistics.mean(spent), statistics.median(spent), max(spent))
                figures = " ".join(f"{1000 * seconds:9.1f}" for seconds in by)
                print(f"  {key:<24} {figures}   ({len(spent)} pages)")
        print("whole audits, crawled, CPU seconds a page of the whole process tree")
        spent_on = {}
        for drive in ("no-page", "representatives"):
            settle()
            with Tree() as tree:
                audited = asyncio.run(crawl(urls, drive))
            spent_on[drive] = tree.cpu / audited
            print(f"  {drive}: {spent_on[drive]:.3f}")
        print(f"  ratio {spent_on['representatives'] / spent_on['no-page']:.2f}")


if __name__ == "__main__":
    main()
