"""The pipeline for one site, in its order: take up, sign in, seed, journeys, pages, documents, whole site."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import httpx

from auditor import language
from auditor.browser.engine import Engine
from auditor.browser.tab import Tabs
from auditor.budget import Budget, Progress
from auditor.checks.folders import RuleFolder
from auditor.consent import words as banner_words
from auditor.crawl.discover import Discoverer
from auditor.crawl.quiet import quiet
from auditor.crawling import Crawling
from auditor.document_judge import apart
from auditor.errors import AuditorError
from auditor.fetching import Fetching
from auditor.limits import DISCOVERY_SHARE
from auditor.models import QUIET_HOURS, RunState, Site, UrlOutcome
from auditor.net.http import Fetched
from auditor.net.proxy import EgressProxy
from auditor.pace import Halted, Pace
from auditor.page_log import log_run
from auditor.run_rules import RunRules
from auditor.sampling import Sampling
from auditor.sign_in_settings import PART as SIGN_IN
from auditor.signing_in import CrawlSession, SigningIn, crawl_headers
from auditor.starting import join, seed, take_up
from auditor.store import RunReader, Store
from auditor.store_thread import StoreThread
from auditor.travelling import Travelling
from auditor.whole_site import WholeSite

BEAT_SECONDS = 10.0


class Part(StrEnum):
    """How much of a run a process does."""

    ALL = "all"
    BEGIN = "begin"  # what comes before the crawl, and then as SLICE
    SLICE = "slice"  # pages, one after the other, until it is stopped or none is left
    FINISH = "finish"  # what comes after it


class Stop:
    """Asks an audit to end after the pages under way; it can be resumed."""

    def __init__(self) -> None:
        self.asked = False


class Pipeline:
    """One run over one site."""

    def __init__(
        self,
        site: Site,
        store: Store,
        *,
        engine: Engine,
        own: Mapping[str, RuleFolder],
        tabs: Tabs,
        proxy: EgressProxy,
        http: httpx.AsyncClient,
        cookies: CookieJar,
        stop: Stop,
        on_progress: Callable[[Progress], None],
    ) -> None:
        """`own`: as `RunRules` takes it. `cookies` are those that `http` sends."""
        self.site = site
        self.store = store
        self.engine = engine
        self.tabs = tabs
        self.proxy = proxy
        self.stop = stop
        self.on_progress = on_progress
        secrets = [*(each.value for each in crawl_headers(site)), *(value for _, value in site.secrets)]
        self.thread = StoreThread(secrets)
        self.rules = RunRules(site, engine, own)
        self.budget = Budget(site)
        self.session = CrawlSession(site, tabs, cookies)
        discover = Discoverer(
            site, fetch=self._fetch, note=self._note, rest=lambda host: self.pace.rest(host)
        )
        self.pace = Pace(discover, store=store, call=self.thread.call, http=http, stopped=self._is_stopped)
        self.crawl = Crawling(
            site,
            pace=self.pace,
            tabs=tabs,
            engine=engine,
            rules=self.rules,
            budget=self.budget,
            session=self.session,
            refused=self._refusals,
            stopped=self._is_stopped,
            note=self._note,
            redacted=self.thread.redacted,
            on_progress=on_progress,
        )
        self.refused: Counter[str] = Counter()  # as far as it is kept
        self.versions: Mapping[str, str] = {}
        self.run_id = 0
        self.begun: Callable[[int], Awaitable[None]] = _nothing  # called when others may join
        self.is_shared = False  # other processes are at work on the same run

    async def run(
        self,
        *,
        resume: bool = False,
        part: Part = Part.ALL,
        run_id: int | None = None,
        job: str | None = None,
    ) -> int:
        """The whole run, or a part of run `run_id` beside other processes; returns its id.

        `job`: who begins a run that several processes will share.
        """
        self.run_id = self.pace.run_id = await self._take_up(resume, run_id, job)
        if part in (Part.ALL, Part.BEGIN):
            log_run(self.site.id, self.run_id, "run started")
        state = RunState.INTERRUPTED
        try:
            try:
                async with asyncio.TaskGroup() as group:
                    beating = group.create_task(self._beat())
                    await self._prepare()
                    if part in (Part.ALL, Part.BEGIN):
                        await self._first()
                        await self._travel()
                        await self.begun(self.run_id)
                    if part is not Part.FINISH:
                        at_once = self.site.concurrency if part is Part.ALL else 1
                        workers = [group.create_task(self.crawl.work()) for _ in range(at_once)]
                        await asyncio.wait(workers)
                        await self._tell_refusal()
                    if part in (Part.ALL, Part.FINISH):
                        if part is Part.FINISH:  # whoever met it was another process
                            self.crawl.limit = self.budget.limit()
                        if not self.stop.asked:
                            await self._aside(self._documents, "The documents were not all judged.")
                        if not self.stop.asked:
                            await self._conclude()
                            state = RunState.DONE
                    beating.cancel()
            except BaseExceptionGroup as faults:
                raise faults.exceptions[0] from faults
        finally:
            await self._count_refused()
            if part is Part.ALL or state is RunState.DONE:
                await self.thread.call(self.store.end_run, self.run_id, state)
                counts = await self.thread.call(self.store.counts, self.run_id)
                log_run(self.site.id, self.run_id, "run ended", state=state, addresses=counts)
            self.thread.close()
        return self.run_id

    async def _take_up(self, resume: bool, run_id: int | None, job: str | None) -> int:
        told = await self.rules.take_up(self.tabs)
        self.versions = versions = self.rules.versions(self.tabs)
        if run_id is not None:
            await self.thread.call(join, self.store, run_id, versions)
            return run_id
        return await self.thread.call(
            take_up, self.store, self.site, resume=resume, versions=versions, rules=told, holder=job
        )

    async def _beat(self) -> None:
        last = time.monotonic()
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            now = time.monotonic()
            held = self.crawl.held()
            await self.thread.call(self.store.beat, self.run_id, seconds=now - last, under_way=held)
            if self.is_shared:  # others audit pages too
                await self.crawl.learn()
            await self._count_refused()
            await self._quiet()
            last = now

    async def _quiet(self) -> bool:
        """Whether it is the site's quiet hours: then the run stops here, and can be resumed."""
        span = quiet(self.site.quiet_hours, self.site.timezone, datetime.now(UTC))
        if span:
            self.stop.asked = True
            reason = (
                f"The site has {QUIET_HOURS} ({span}, {self.site.timezone}); --resume goes on after them."
            )
            await self.thread.call(self.store.stop, self.run_id, reason)
        return span is not None

    async def _prepare(self) -> None:
        """Before the first page: what is known from before, what the time is, what there is to visit."""
        self.budget.begin(worked=await self.thread.call(self.store.seconds, self.run_id))
        if await self._quiet():
            return
        with contextlib.suppress(Halted):
            await self._sign_in()
        await self.pace.take_up()
        await self.crawl.take_up(self.versions)
        if not await self.thread.call(self.store.seeded, self.run_id):
            with contextlib.suppress(Halted):
                await seed(self.pace, self.site, lambda: self.stop.asked or self.budget.time_is_up())
                if self.site.sample and not self.stop.asked:
                    await self._choose()
                if not self.stop.asked:
                    await self.thread.call(self.store.set_seeded, self.run_id)

    async def _sign_in(self) -> None:
        reader = RunReader(self.store, self.run_id)
        began = time.time()

        async def keep(told: Mapping[str, Any]) -> None:
            await self.thread.call(self.store.keep_part, self.run_id, SIGN_IN, told)

        self.signing_in = SigningIn(
            self.site,
            self.tabs,
            ask=self.pace.way,
            refused=lambda: self._refusals(began),
            stopped=self._why_stopped,
            secret=self.thread.hide,
            keep=keep,
            kept=await self.thread.call(reader.part, SIGN_IN),
        )
        await self.session.begin(self.signing_in)

    async def _choose(self) -> None:
        """Take the sample; raises `Halted`."""
        sampling = Sampling(
            self.pace,
            self.site,
            stopped=self._is_stopped,
            time_is_up=lambda: self.budget.share_is_up(DISCOVERY_SHARE),
            told=lambda read, left, url: self.on_progress(self.budget.progress(read, left, url)),
            rules=self.rules.on_every_page(),
        )
        await sampling.take()

    async def _first(self) -> None:
        """A page by itself: its cookie banner would be in the way of the journeys, and of pages beside it."""
        travels = self.site.journeys and self.site.follow_links
        if self.site.consent != "leave" and (travels or self.site.concurrency > 1):
            await self.crawl.work(until_audited=True)

    async def _travel(self) -> None:
        """The journeys, before the crawl. An audit of exactly some pages goes on none."""
        if not self.site.journeys or not self.site.follow_links or self.stop.asked:
            return
        picturing = self.crawl.picturing
        travelling = Travelling(
            self.site,
            pace=self.pace,
            tabs=self.tabs,
            engine=self.engine,
            refused=self._refusals,
            judge=self.rules.judge,
            of_issues=picturing.kept,
            unpictured=lambda snapshot: picturing.wanted(snapshot, self.rules.judge),
            needs=self.crawl.driving.needs,
            stopped=self._why_stopped,
            keep=Path(f"{self.store.file or 'auditor'}-journeys"),
            signing_in=self.signing_in,
        )
        with contextlib.suppress(Halted):
            await travelling.all()

    async def _tell_refusal(self) -> None:
        """Where so little was asked for that the host was not left, and nothing of it was audited."""
        if self.crawl.exhausted and not self.budget.audited and self.pace.turned_away:
            await self.thread.call(self.store.stop, self.run_id, self.pace.turned_away)

    async def _documents(self) -> None:
        """What pages link to and is no page."""
        done, left = await self.thread.call(self.store.tally, self.run_id)

        async def began(url: str) -> None:
            self.on_progress(self.budget.progress(done, left, url))

        documents = Fetching(
            self.site,
            self.pace,
            rules=self.rules.document_version(),
            stopped=self._is_stopped,
            time_is_up=self.budget.time_is_up,
            began=began,
        )
        if not await documents.list():
            return
        with contextlib.suppress(Halted):
            async with apart(self.rules.of_documents, self.rules.all) as reader:
                await documents.judge(reader)

    async def _conclude(self) -> None:
        """What is left to do when the crawl is done."""
        limit = self.crawl.limit
        language.forget()
        await self.thread.call(self.store.settle_states, self.run_id)
        if limit:
            await self.thread.call(self.store.close_rest, self.run_id, UrlOutcome.OVER_BUDGET, limit)
        whole = WholeSite(self.site, self.pace, stopped=self._is_stopped, limit=limit or "")
        await whole.judge(self.rules.of_site, self.rules.all)
        for banner in self.crawl.consenting.met:
            await self._note(banner_words(banner))
        if self.site.statement:
            missed = "The accessibility statement was not looked for."
            await self._aside(whole.find_statement, missed)
        if self.site.plain_pages:
            await self._aside(whole.without_script, "No page was looked at without scripts.")

    async def _aside(self, work: Callable[[], Awaitable[None]], missed: str) -> None:
        """What comes beside the pages: a fault of ours in it must not cost what was audited."""
        try:
            await work()
        except (AuditorError, Halted):
            raise
        except Exception as fault:
            reason = f"The auditor itself failed on it, please report it: {fault!r}"[:500]
            await self._note(f"{missed} {reason}")

    def _refusals(self, since: float) -> dict[str, str]:
        """What the network guard refused since then: URL or host:port, and why."""
        return {r.where: r.reason for r in self.proxy.refused.recent if r.at >= since}

    async def _count_refused(self) -> None:
        new = self.proxy.refused.by_reason - self.refused
        self.refused += new
        await self.thread.call(self.store.add_refused, self.run_id, new)

    def _is_stopped(self) -> bool:
        return self.stop.asked

    def _why_stopped(self) -> str | None:
        """Why a journey goes no further; raises `Halted`."""
        if self.stop.asked:
            raise Halted
        if self.budget.time_is_up():
            return "The audit had all the time it may have (`max_minutes`)."
        return None

    async def _fetch(
        self, url: str, max_bytes: int, sink: Callable[[bytes], Awaitable[bool]] | None = None
    ) -> Fetched:
        return await self.pace.fetch(url, max_bytes, sink)

    async def _note(self, sentence: str) -> None:
        await self.thread.call(self.store.note, self.run_id, sentence)


async def _nothing(run_id: int) -> None:
    pass
