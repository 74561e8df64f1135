"""The examples of rules, judged as an audit judges: what is reported must be what they mark, exactly.

An example's name begins with what the rule must say of it: failed, cant-tell, passed or inapplicable.
Elements that must be reported carry `data-expect="failed"` or `data-expect="cant_tell"`.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import mimetypes
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

from bs4 import BeautifulSoup

from auditor import ocr
from auditor.browser.drive import Probe
from auditor.browser.engine import Engine
from auditor.browser.probes import giving
from auditor.browser.said import said
from auditor.browser.tab import Tabs
from auditor.browser.visit import Arrival, visit
from auditor.checks.document_rules import judge_document
from auditor.checks.folders import RuleFolder, elements, texts
from auditor.checks.page_rules import PythonRule, judge_all
from auditor.checks.registry import registry, tags_to_run
from auditor.checks.site_rules import judge_site
from auditor.documents import Unreadable
from auditor.documents.opening import opened
from auditor.evidence import Place
from auditor.evidence.site import PageFacts, SitePages
from auditor.models import Finding, Outcome, Rule, RuleResult, Snapshot, UrlOutcome
from auditor.net.guard import Guard
from auditor.net.http import product
from auditor.net.proxy import EgressProxy

MARK = "data-expect"
AT_ONCE = 4  # pages; most of their time they are only watched
# Of axe's, beside the rule whose examples they are: a pass that runs none is a fault, and for several rules
# a probe looks at what the second left undecided.
ALWAYS = frozenset({"document-title", "color-contrast"})


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def _served(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def lacks(rule: Rule) -> str:
    """The optional part of this program that a rule needs and that is not installed; "" where it can run."""
    return rule.extra if rule.extra == "ocr" and not ocr.is_there() else ""


async def check(
    found: Mapping[str, RuleFolder], *, sandbox: bool
) -> AsyncIterator[tuple[RuleFolder, Path, str]]:
    """Judge each example of each rule: rule, example, and what is wrong, "" where nothing is.

    Rules that `lacks` names are left out.

    Raises `BrowserError`, and `ConfigError` where a rule's code does not run.
    """
    found = {key: each for key, each in found.items() if not lacks(each.rule)}
    engine = Engine.load(tags_to_run("wcag22aa"), elements=elements(found))
    with contextlib.ExitStack() as serving:
        origins = {key: serving.enter_context(_served(each.path / "examples")) for key, each in found.items()}
        async with (
            EgressProxy(Guard(frozenset(origins.values()))) as proxy,
            Tabs(sandbox=sandbox, proxy=proxy, product=product(None)) as tabs,
        ):
            of_engine = await said(tabs, engine)
            rules = registry([*of_engine, *(each.about() for each in found.values())], own=texts(found))
            turn = asyncio.Semaphore(AT_ONCE)

            async def one(judge: _Judge, example: Path) -> str:
                async with turn:
                    return await judge.fault(example)

            judged = []
            for key, folder in found.items():
                needed = {folder.rule.id, folder.decides, *ALWAYS}
                off = tuple(each["id"] for each in of_engine if each["id"] not in needed)
                judge = _Judge(tabs, replace(engine, off=off), folder, rules, origins[key])
                for example in folder.examples():
                    judged.append((folder, example, asyncio.create_task(one(judge, example))))
            try:
                for folder, example, fault in judged:
                    yield folder, example, await fault
            finally:
                for _, _, fault in judged:
                    fault.cancel()


class _Judge:
    """Judges the examples of one rule."""

    def __init__(
        self, tabs: Tabs, engine: Engine, folder: RuleFolder, rules: Mapping[str, Rule], origin: str
    ) -> None:
        self.tabs = tabs
        self.engine = engine
        self.folder = folder
        self.rules = rules
        self.origin = origin
        self.python = [] if folder.judge == "element" else [PythonRule.of(folder)]

    async def fault(self, example: Path) -> str:
        """What is wrong with what the rule says of an example, "" where nothing is."""
        files = _files(example)
        results: list[RuleResult] = []
        findings: list[Finding] = []
        facts: list[PageFacts] = []
        marked: Counter[tuple[str, str]] = Counter()
        for file in files:
            if self.folder.judge == "document":
                try:
                    document = opened(file, file.name, mimetypes.guess_type(file.name)[0] or "")
                except Unreadable as reason:
                    return f"it was not judged: {reason}"
                told = judge_document(self.python, document, self.rules)
                results, findings = [*results, *told[0]], [*findings, *told[1]]
                continue
            snapshot = await self._visit(file)
            if isinstance(snapshot, str):
                return f"it was not judged: {snapshot}"
            html = await asyncio.to_thread(file.read_text, encoding="utf-8")
            soup = BeautifulSoup(html, "html.parser")
            marked += Counter((str(each[MARK]), str(each[MARK])) for each in soup.select(f"[{MARK}]"))
            if self.folder.judge == "site":
                top = soup.html.attrs if soup.html else {}
                place = Place(selector="html", excerpt=f'<html {MARK}="{top.get(MARK, "")}">')
                facts.append(
                    PageFacts(
                        url=snapshot.url,
                        title=snapshot.title,
                        lang=snapshot.lang,
                        place=place,
                        facts=snapshot.facts,
                    )
                )
                continue
            results, findings, _ = judge_all(self.python, snapshot, self.rules)
        if self.folder.judge == "site":
            for told in judge_site(self.python, SitePages(pages=facts), self.rules).values():
                results, findings = [*results, *told[0]], [*findings, *told[1]]
        rule = self.folder.rule.id
        outcomes = {each.outcome for each in results if each.rule == rule}
        reported = Counter((f.outcome.value, _mark(f.excerpt)) for f in findings if f.rule == rule)
        if self.folder.judge == "document":
            marked = reported  # nothing in a document can be marked: its name says all
        return _difference(example.name, outcomes or {Outcome.INAPPLICABLE}, reported, marked)

    async def _visit(self, page: Path) -> Snapshot | str:
        """What a page shows, or why it was not judged."""

        async def nothing_against(url: str, page: bool) -> str | None:
            return None

        async def yes(arrival: Arrival) -> tuple[UrlOutcome, str] | None:
            return None

        def probes(arrival: Arrival) -> Sequence[Probe]:
            return giving(need for each in self.python for need in each.needs)

        where = page.relative_to(self.folder.path / "examples").as_posix()
        async with self.tabs.tab() as tab:
            result = await visit(
                tab,
                f"{self.origin}/{quote(where)}",
                self.engine,
                ask=nothing_against,
                may_audit=yes,
                refusals=dict,
                probes=probes,
            )
            if not result.tab_is_sound:
                await self.tabs.give_up(tab)
        return result.snapshot or result.reason


def _files(example: Path) -> list[Path]:
    return sorted(example.iterdir()) if example.is_dir() else [example]


def _difference(
    name: str, outcomes: set[Outcome], reported: Counter[tuple[str, str]], marked: Counter[tuple[str, str]]
) -> str:
    expected = Outcome(name.partition("-")[0].replace("cant", "cant_tell"))
    if expected not in outcomes:
        return f"the rule says {', '.join(sorted(outcomes))} of it"
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
    first = BeautifulSoup(f'{excerpt}">', "html.parser").find(True)  # it may be cut within an attribute
    return str(first.get(MARK, "")) if first else ""


def _told(elements: Counter[tuple[str, str]]) -> str:
    return ", ".join(f"{count} × {outcome}" for (outcome, _), count in sorted(elements.items()))
