"""The examples of rules, judged as an audit judges: what is reported must be what they mark, exactly.

An example's name begins with what the rule must say of it: failed, cant-tell, passed or inapplicable.
Elements that must be reported carry `data-expect="failed"` or `data-expect="cant_tell"`.
"""

from __future__ import annotations

import asyncio
import functools
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

from bs4 import BeautifulSoup

from auditor.browser.drive import Probe
from auditor.browser.engine import Engine
from auditor.browser.probes import giving
from auditor.browser.said import said
from auditor.browser.tab import Tabs
from auditor.browser.visit import Arrival, visit
from auditor.checks.folders import RuleFolder, elements, texts
from auditor.checks.page_rules import PageRule, judge_all
from auditor.checks.registry import registry, tags_to_run
from auditor.models import Outcome, Rule, UrlOutcome
from auditor.net.guard import Guard
from auditor.net.http import product
from auditor.net.proxy import EgressProxy

MARK = "data-expect"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


async def check(
    found: Mapping[str, RuleFolder], *, sandbox: bool
) -> AsyncIterator[tuple[RuleFolder, Path, str]]:
    """Judge each example of each rule: rule, example, and what is wrong, "" where nothing is.

    Raises `BrowserError`, and `ConfigError` where a rule's code does not run.
    """
    engine = Engine.load(tags_to_run("wcag22aa"), elements=elements(found))
    for folder in found.values():
        page_rules = [PageRule.of(folder)] if folder.judge == "page" else []
        with _served(folder.path / "examples") as origin:
            guard = Guard(frozenset({origin}))
            async with (
                EgressProxy(guard) as proxy,
                Tabs(sandbox=sandbox, proxy=proxy, product=product(None)) as tabs,
            ):
                told = [*await said(tabs, engine), folder.about()]
                rules = registry(told, own=texts(found))
                for example in folder.examples():
                    fault = await _one(tabs, engine, page_rules, rules, folder.rule.id, origin, example)
                    yield folder, example, fault


async def _one(
    tabs: Tabs,
    engine: Engine,
    page_rules: Sequence[PageRule],
    rules: Mapping[str, Rule],
    rule: str,
    origin: str,
    example: Path,
) -> str:
    async def nothing_against(url: str, page: bool) -> str | None:
        return None

    async def yes(arrival: Arrival) -> tuple[UrlOutcome, str] | None:
        return None

    def probes(arrival: Arrival) -> Sequence[Probe]:
        return giving(need for each in page_rules for need in each.needs)

    async with tabs.tab() as tab:
        url = f"{origin}/{quote(example.name)}"
        result = await visit(
            tab, url, engine, ask=nothing_against, may_audit=yes, refusals=dict, probes=probes
        )
        if not result.tab_is_sound:
            await tabs.give_up(tab)
    if result.snapshot is None:
        return f"it was not judged: {result.reason}"
    results, findings = judge_all(page_rules, result.snapshot, rules)
    outcomes = {each.outcome for each in results if each.rule == rule}
    reported = Counter((f.outcome.value, _mark(f.excerpt)) for f in findings if f.rule == rule)
    text = await asyncio.to_thread(example.read_text, encoding="utf-8")
    marked = Counter(
        (str(e[MARK]), str(e[MARK])) for e in BeautifulSoup(text, "html.parser").select(f"[{MARK}]")
    )
    expected = Outcome(example.name.partition("-")[0].replace("cant", "cant_tell"))
    if expected not in outcomes:
        return f"the rule says {', '.join(sorted(outcomes)) or 'nothing'} of it"
    if expected in (Outcome.PASSED, Outcome.INAPPLICABLE) and (
        marked or outcomes & {Outcome.FAILED, Outcome.CANT_TELL}
    ):
        return "something is marked or reported, where nothing may be"
    if missed := marked - reported:
        return f"marked and not reported: {_told(missed)}"
    if extra := reported - marked:
        return f"reported and not marked: {_told(extra)}"
    return ""


def _mark(excerpt: str) -> str:
    first = BeautifulSoup(excerpt, "html.parser").find(True)
    return str(first.get(MARK, "")) if first else ""


def _told(elements: Counter[tuple[str, str]]) -> str:
    return ", ".join(f"{count} × {outcome}" for (outcome, _), count in sorted(elements.items()))
