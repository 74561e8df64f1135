"""What each rule and each probe costs in CPU milliseconds a page, and what driving adds to an audit.

Element rules are timed in the page, within axe's own pass, as are axe's rules beside them: by the clock, less
the share of it in which the machine did other work. A probe's cost is that of the whole process tree while it
runs, shared by all rules that need it; a Python rule's is its own time in this process. Then two crawls of
the same pages: driven, and not.

    python -m bench.rules [PAGES] [FOLDER] [--write]

A tenth of PAGES is driven. `--write` puts each figure into `cost_ms` of its rule.toml and ends there.
"""

from __future__ import annotations

import asyncio
import functools
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from unittest import mock

from playwright.async_api import Page

from auditor.audit import audit_async
from auditor.browser import visit as visits
from auditor.browser.drive import Drive, Probe
from auditor.browser.engine import Engine, Judged
from auditor.browser.engine import judge as judge_page
from auditor.browser.probes import PROBES
from auditor.browser.tab import Tabs
from auditor.browser.visit import Arrival
from auditor.browser.world import World
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

# Each rule is timed within axe's one pass over the page, where they share what axe has found out before.
TIMED = """
globalThis.auditorSpent = {};
for (const rule of axe._audit.rules) {
  const { run } = rule;
  rule.run = function (...given) {
    const began = performance.now();
    try {
      return run.apply(this, given);
    } finally {
      auditorSpent[this.id] = performance.now() - began;
    }
  };
}
0"""

Costs = defaultdict[str, list[float]]


class TimedEngine(Engine):
    """axe, each of whose rules notes what it takes."""

    @functools.cached_property
    def source(self) -> str:
        return super().source + TIMED


def timed(probe: Probe, costs: Costs, tree: Tree) -> Probe:
    """The probe, which notes what it costs."""

    async def run(drive: Drive) -> object:
        before = tree.now()
        try:
            return await probe.run(drive)
        finally:
            costs[probe.gives.__name__].append(tree.now() - before)

    return replace(probe, run=run)


async def each(urls: Sequence[str], own: dict[str, RuleFolder], tree: Tree) -> tuple[Costs, Costs, Costs]:
    """Costs in seconds, a figure a page: of the rules in axe's pass, probes, Python rules."""
    js: Costs = defaultdict(list)
    probes: Costs = defaultdict(list)
    python: Costs = defaultdict(list)
    page_rules = [PythonRule.of(rule) for rule in own.values() if rule.judge == "page"]
    engine = TimedEngine.load(tags_to_run("wcag22aa"), elements=elements(own))
    measured = [timed(probe, probes, tree) for probe in PROBES]

    async def judged(page: Page, world: World, engine: Engine, *, seconds: float) -> Judged:
        before, began = tree.now(), time.monotonic()
        told = await judge_page(page, world, engine, seconds=seconds)
        had = min(
            1.0, (tree.now() - before) / (time.monotonic() - began)
        )  # of the clock, where others work too
        for rule, spent in (await world.run("auditorSpent", seconds=20)).items():
            js[rule].append(had * spent / 1000)
        return told

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
                with mock.patch.object(visits, "judge", judged):
                    result = await visits.visit(
                        tab, url, engine, ask=nothing_against, may_audit=yes, refusals=dict,
                        probes=lambda arrival: measured,
                    )  # fmt: skip
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


def share(js: Costs, own: Mapping[str, RuleFolder]) -> str:
    """What our element rules take of axe's own time, in one pass over the same pages."""
    ours = sum(sum(spent) for rule, spent in js.items() if rule in own)
    axes = sum(sum(spent) for rule, spent in js.items() if rule not in own)
    pages = max(map(len, js.values()))
    return (
        f"our element rules take {1000 * ours / pages:.1f} ms a page beside {1000 * axes / pages:.1f} of "
        f"axe's own: {100 * ours / axes:.1f}%"
    )


def cost(rule: RuleFolder, js: Costs, probes: Costs, python: Costs) -> float | None:
    """CPU milliseconds a page, with its probes'; None where it was not measured."""
    key = rule.rule.id
    if rule.judge == "element":
        return 1000 * statistics.mean(js[key]) if key in js else None
    if rule.judge != "page" or key not in python:
        return None
    needs = [need.__name__ for need in PythonRule.of(rule).needs]
    seconds = statistics.mean(python[key]) + sum(statistics.mean(probes[n]) for n in needs if n in probes)
    return 1000 * seconds


def keep(rule: RuleFolder, milliseconds: float) -> None:
    """Write `cost_ms` into a rule's rule.toml, to two figures."""
    file = rule.file.with_name("rule.toml")
    figures = round(milliseconds, -max(0, len(str(int(milliseconds))) - 2))
    written = re.sub(r"(?m)^cost_ms = \d+$", f"cost_ms = {figures:.0f}", file.read_text(encoding="utf-8"))
    file.write_text(written, encoding="utf-8")


def main() -> None:
    arguments = [each for each in sys.argv[1:] if each != "--write"]
    pages = int(arguments[0]) if arguments else 200
    own = find([folder("rules")])
    with served(pages, arguments[1] if len(arguments) > 1 else None) as urls:
        some = urls[: max(1, pages // 10)]
        with Tree() as tree:
            js, probes, python = asyncio.run(each(some, own, tree))
        told = (("rules in axe's pass", js), ("probes", probes), ("rules in Python", python))
        for name, costs in told:
            print(f"{name}: CPU ms a page over {len(some)} pages: mean, median, most")
            for key, spent in sorted(costs.items(), key=lambda item: -statistics.mean(item[1])):
                by = (statistics.mean(spent), statistics.median(spent), max(spent))
                figures = " ".join(f"{1000 * seconds:9.1f}" for seconds in by)
                mark = "*" if key in own else " "
                print(f"{mark} {key:<28} {figures}   ({len(spent)} pages)")
        print(share(js, own), flush=True)
        if "--write" in sys.argv:
            for rule in own.values():
                if (milliseconds := cost(rule, js, probes, python)) is not None:
                    keep(rule, milliseconds)
            return
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
