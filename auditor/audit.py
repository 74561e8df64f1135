"""To audit one site: its browser and its way to the network set up, its run, its report."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from auditor.browser.engine import Engine
from auditor.browser.said import said
from auditor.browser.tab import Tabs
from auditor.budget import Progress
from auditor.checks.folders import elements, find, in_python, of_site, texts
from auditor.checks.registry import registry, runs, tags_to_run
from auditor.config import ad_hoc
from auditor.history import catch_up
from auditor.models import Report, Rule, Site
from auditor.net.guard import Guard
from auditor.net.http import client, jar, product
from auditor.net.proxy import EgressProxy
from auditor.net.trackers import tracker_hosts
from auditor.pipeline import Part, Pipeline, Stop
from auditor.report import remembered, report
from auditor.resources import folder
from auditor.signing_in import crawl_headers
from auditor.store import RunReader, Store


async def audit_async(
    site: Site | str,
    *,
    store: Store | str = "sqlite:///auditor.db",
    resume: bool = False,
    sandbox: bool = True,
    stop: Stop | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Report:
    """Audit one site and return its report, which reads from the store what is large.

    `site`: a `Site`, or the URL of a public site. `store`: an open store, or a database URL. `resume`: go
    on with the site's last run if it was interrupted. `sandbox`: the browser's own; off only for sites you
    trust. `on_progress` is called after each URL.

    Raises `BrowserError`, `StoreError` or `UsageError`; what a page or a server does raises nothing.
    """
    if isinstance(site, str):
        site = ad_hoc([site])
    opened = Store.open(store) if isinstance(store, str) else store
    async with _prepared(site, opened, sandbox=sandbox, stop=stop or Stop(), on_progress=on_progress) as run:
        run_id = await run.run(resume=resume)
    return concluded(site, opened, run_id)


async def audit_part(
    site: Site,
    store: Store,
    part: Part,
    *,
    stop: Stop,
    run_id: int | None = None,
    job: str | None = None,
    begun: Callable[[int], Awaitable[None]] | None = None,
    sandbox: bool = True,
) -> tuple[int, bool]:
    """A part of a run that several processes share; returns the run's id, and whether no page is left.

    `run_id` is None for `Part.BEGIN`, which begins a run for `job`, and calls `begun` with its id once others
    may join. After `Part.FINISH` comes `concluded`.
    Raises as `audit_async` does.
    """
    async with _prepared(site, store, sandbox=sandbox, stop=stop, on_progress=lambda progress: None) as run:
        run.is_shared = part is not Part.FINISH
        run.begun = begun or run.begun
        run_id = await run.run(part=part, run_id=run_id, job=job)
        return run_id, run.crawl.exhausted


def concluded(site: Site, store: Store, run_id: int) -> Report:
    """The report of a run that ended; the history knows it, and runs that are not to be kept are gone."""
    last = catch_up(store, site.id)  # before the audit it is compared with may go
    store.prune(site.id, site.keep, days=site.keep_days)
    reader = RunReader(store, run_id)
    return remembered(last, reader) if last and last.run.id == run_id else report(reader)


@contextlib.asynccontextmanager
async def _prepared(
    site: Site,
    store: Store,
    *,
    sandbox: bool,
    stop: Stop,
    on_progress: Callable[[Progress], None],
) -> AsyncIterator[Pipeline]:
    """An audit with its browser and its way to the network."""
    own_rules = of_site(site)
    engine = Engine.load(
        tags_to_run(site.standard),
        site.axe_script,
        elements=elements(own_rules),
        off=[each.id for each in site.rules if each.off],
    )
    own = frozenset(site.urls) if site.internal else frozenset[str]()
    guard = Guard(
        own | frozenset(site.internal_origins),
        known_origins=frozenset(site.urls),
        blocked_hosts=tracker_hosts() if site.block_trackers else frozenset(),
    )
    headers, cookies = crawl_headers(site), jar()
    async with (
        EgressProxy(guard) as proxy,
        Tabs(
            sandbox=sandbox,
            proxy=proxy,
            product=product(site.contact),
            headers=headers,
            block_posts=site.block_posts,
        ) as tabs,
        client(proxy.url, user_agent=tabs.user_agent, headers=headers, cookies=cookies) as http,
    ):
        yield Pipeline(
            site,
            store,
            engine=engine,
            own=own_rules,
            tabs=tabs,
            proxy=proxy,
            http=http,
            cookies=cookies,
            stop=stop,
            on_progress=on_progress,
        )


def audit(site: Site | str, **options: Any) -> Report:
    """`audit_async` for programs that are not asynchronous; the same arguments, result and errors."""
    return asyncio.run(audit_async(site, **options))


async def rules_async(
    *, standard: str = "wcag22aa", sandbox: bool = True, rules_folder: str | None = None
) -> dict[str, Rule]:
    """The rules that an audit by `standard` runs, by id. Raises `BrowserError` or `ConfigError`."""
    tags = tags_to_run(standard)
    own = find([folder("rules"), *([Path(rules_folder)] if rules_folder else [])], standard)
    async with (
        EgressProxy(Guard()) as proxy,
        Tabs(sandbox=sandbox, proxy=proxy, product=product(None)) as tabs,
    ):
        told = await said(tabs, Engine.load(tags, elements=elements(own)))
    told += [each.about() for each in in_python(own, tags)]
    return registry((metadata for metadata in told if runs(metadata, tags)), own=texts(own))
