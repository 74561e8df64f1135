"""Versions of a small site, judged in one real browser; from there on all is as in an audit."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from auditor.browser.engine import Engine
from auditor.browser.said import said
from auditor.browser.tab import Tabs
from auditor.browser.visit import Arrival, visit
from auditor.checks.axe_adapter import adapt
from auditor.checks.registry import registry, tags_to_run
from auditor.issues import group
from auditor.known import of_report
from auditor.models import (
    Comparison,
    Coverage,
    Finding,
    IssueCounts,
    Known,
    Report,
    Rule,
    Run,
    RunState,
    Site,
    Status,
    UrlOutcome,
    Visit,
)
from auditor.net.guard import Guard
from auditor.net.proxy import EgressProxy

AT_ONCE = 4  # pages; most of their time they are only watched


@dataclass(frozen=True, kw_only=True)
class Version:
    """A site at one time: its pages by path, and what was otherwise about its audit."""

    pages: Mapping[str, str]
    not_audited: Collection[str] = ()  # paths of pages that could not be
    off: Collection[str] = ()  # ids of rules
    versions: Mapping[str, str] = field(default_factory=dict)  # of rules
    driven: Mapping[str, Collection[str]] = field(default_factory=dict)  # driven rule -> paths that it judged


@dataclass
class Judge:
    """The browser, and the servers of the two versions: another host is no change."""

    servers: tuple[Any, Any]
    tabs: Tabs
    engine: Engine
    rules: Mapping[str, Rule]
    found: dict[tuple[int, str, str], list[Finding]] = field(default_factory=dict)

    async def judge(self, pages: Iterable[tuple[int, str, str]]) -> None:
        """Judge pages: server, path, HTML. Each once."""
        turn = asyncio.Semaphore(AT_ONCE)

        async def one(page: tuple[int, str, str]) -> None:
            async with turn:
                self.found[page] = await self._findings(*page)

        await asyncio.gather(*map(one, sorted({*pages} - self.found.keys())))

    async def _findings(self, which: int, path: str, html: str) -> list[Finding]:
        server = self.servers[which]
        folder = hashlib.sha256(html.encode()).hexdigest()[:12]
        headers = {"Content-Type": "text/html; charset=utf-8"}
        server.routes[f"/{folder}{path}"] = (200, headers, html.replace("{origin}", server.origin).encode())

        async def ask(url: str, is_page: bool) -> None:
            return None

        async def may_audit(arrival: Arrival) -> None:
            return None

        async with self.tabs.tab() as tab:
            url = f"{server.origin}/{folder}{path}"
            result = await visit(tab, url, self.engine, ask=ask, may_audit=may_audit, refusals=dict)
        assert result.snapshot is not None, result.reason
        _, findings = adapt(result.snapshot, self.rules)
        return [replace(finding, url=server.origin + path) for finding in findings]

    def known(self, which: int, version: Version) -> Known:
        """What is known after an audit of this version, whose pages were judged."""
        origin = self.servers[which].origin
        rules = {
            key: replace(
                rule,
                version=version.versions.get(key, "1"),
                driven=key in version.driven,
                everywhere=key not in version.driven,
            )
            for key, rule in self.rules.items()
            if key not in version.off
        }
        findings = [
            finding
            for path, html in version.pages.items()
            if path not in version.not_audited
            for finding in self.found[which, path, html]
            if finding.rule in rules and path in version.driven.get(finding.rule, version.pages)
        ]
        visits = [
            Visit(url=origin + path, outcome=UrlOutcome.FAILED if failed else UrlOutcome.AUDITED)
            for path in version.pages
            for failed in [path in version.not_audited]
        ]
        driven = {origin + path for paths in version.driven.values() for path in paths}
        return of_report(report(origin, findings, visits, rules, driven))


def report(
    origin: str,
    findings: list[Finding],
    visits: list[Visit],
    rules: Mapping[str, Rule],
    driven: Collection[str] = (),
) -> Report:
    """As the store would have it."""
    by_issue: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_issue[finding.issue].append(finding)
    counts = [
        IssueCounts(
            id=key,
            rule=found[0].rule,
            outcome=found[0].outcome,
            pages=len({each.url for each in found}),
            places=len(found),
            faults=len({each.fault for each in found}),
        )
        for key, found in by_issue.items()
    ]
    run = Run(
        id=1,
        site="town",
        state=RunState.DONE,
        started=datetime.now(UTC),
        finished=None,
        settings={},
        versions={},
    )
    coverage = Coverage(
        known=len(visits),
        by_outcome={},
        in_scope=len(visits),
        audited=len(visits),
        broken_links=0,
        start_failed=(),
        limits=(),
        complete=True,
        min_coverage=0.95,
    )
    return Report(
        site=Site(id="town", name="Town", urls=(origin + "/",)),
        run=run,
        coverage=coverage,
        issues=group(counts, rules, itertools.chain.from_iterable(by_issue.values())),
        rules=rules,
        rule_outcomes={},
        visits=lambda: visits,
        findings=lambda: findings,
        issue_pages=lambda: {(each.issue, each.url) for each in findings},
        untested=tuple,
        rule_errors=tuple,
        capped=tuple,
        driven_pages=lambda: driven,
    )


def told(comparison: Comparison) -> str:
    """What changed, a word for each issue that is not exactly the same: "fixed new"."""
    words = [
        str(each.tier if each.status is Status.PERSISTING else each.status) for each in comparison.changes
    ]
    return " ".join(sorted(word for word in words if word != "exact"))


@asynccontextmanager
async def judging(site_server: Callable[[], Any]) -> AsyncIterator[Judge]:
    servers = site_server(), site_server()
    engine = Engine.load(tags_to_run("wcag22aa"))
    async with (
        EgressProxy(Guard(frozenset(server.origin for server in servers))) as proxy,
        Tabs(sandbox=False, proxy=proxy, product="auditor-tests") as tabs,
    ):
        yield Judge(servers, tabs, engine, registry(await said(tabs, engine)))
