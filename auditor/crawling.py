"""The crawl of one run: workers that claim an address, visit it, and see to what came of that."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from auditor.browser.engine import Engine
from auditor.browser.explore import offers
from auditor.browser.recognise import HOW_TO_SIGN_IN
from auditor.browser.tab import Tab, Tabs
from auditor.browser.variants import OF_VARIANTS
from auditor.browser.visit import Ended, Result, visit
from auditor.browser.world import World
from auditor.budget import Budget, Progress
from auditor.checks.axe_adapter import MalformedResult
from auditor.consenting import Consenting, Due, TooEarly
from auditor.crawl.representatives import Representatives
from auditor.errors import AuditorError
from auditor.evidence.heeds import Heeds
from auditor.exploring import Opened, opened
from auditor.heeding import Heeding
from auditor.models import Discovery, Site, UrlOutcome, Visit
from auditor.pace import Halted, Pace
from auditor.page_records import PageRecords
from auditor.picturing import Picturing
from auditor.reusing import Reusing
from auditor.run_rules import RunRules
from auditor.sampling import Growing
from auditor.signing_in import CrawlSession
from auditor.store import ATTEMPTS
from auditor.varying import Varied, Varying
from auditor.visiting import Driving, Visiting

WAITED = 0.5  # seconds for other tabs after which a page asks for its host's turn once more


class Crawling:
    """The pages of one run."""

    def __init__(
        self,
        site: Site,
        *,
        pace: Pace,
        tabs: Tabs,
        engine: Engine,
        rules: RunRules,
        budget: Budget,
        session: CrawlSession,
        refused: Callable[[float], Mapping[str, str]],
        stopped: Callable[[], bool],
        note: Callable[[str], Awaitable[None]],
        redacted: Callable[[Visit], Visit],
        on_progress: Callable[[Progress], None],
    ) -> None:
        """`refused(since)`: what the guard refused. `stopped`: whether to claim no more pages.

        The rest as `PageRecords` takes it.
        """
        self.site, self.pace, self.tabs, self.engine = site, pace, tabs, engine
        self.store, self.discover = pace.store, pace.discover
        self.rules, self.budget, self.session = rules, budget, session
        self._refused, self._stopped, self._note = refused, stopped, note
        self.driving = Driving(
            drive=site.drive,
            needs=rules.needs - OF_VARIANTS | (frozenset({Heeds}) if site.variants else frozenset()),
            needs_everywhere=rules.needs_everywhere,
            representatives=Representatives(),
        )
        self.traps = Heeding(pace)
        self.picturing = Picturing(rules.of_pages, is_driven=site.drive != "no-page")
        self.consenting = Consenting(site, pace=pace, tabs=tabs, refused=refused)
        self.varying = Varying(
            site,
            pace=pace,
            tabs=tabs,
            engine=engine,
            judge=rules.judge,
            refused=refused,
            hide=self.consenting.hide,
            wanted=lambda snapshot: self.picturing.wanted(snapshot, rules.judge),
            needs=rules.needs,
        )
        self.reusing = Reusing(site, pace)
        self.growing = Growing(pace, site)
        self.records = PageRecords(
            site,
            pace,
            budget=budget,
            site_rules=rules.of_site,
            traps=self.traps,
            picturing=self.picturing,
            varying=self.varying,
            reusing=self.reusing,
            note=note,
            redacted=redacted,
            on_progress=on_progress,
        )
        self.limit: str | None = None  # why pages are left out
        self.exhausted = False  # there is no page left that may be visited
        self._deferred: set[str] = set()  # pages that wait for what they call their own address
        self._under_way: set[Visiting] = set()

    async def take_up(self, versions: Mapping[str, str]) -> None:
        """What is known of the run's pages from before it was cut off, and from earlier runs."""
        run_id = self.pace.run_id
        await self.traps.take_up()
        await self.consenting.take_up()
        await self.varying.take_up()
        counts = await self.pace.call(self.store.counts, run_id)
        self.budget.audited = counts.get(UrlOutcome.AUDITED, 0)
        self.budget.failed = counts.get(UrlOutcome.FAILED, 0) + counts.get(UrlOutcome.BLOCKED, 0)
        self.picturing.pictured = await self.pace.call(self.store.pictured, run_id)
        await self.reusing.take_up(versions)
        represented = self.driving.representatives.take_up
        await self.pace.call(lambda: represented(self.store.driven(run_id), self.budget.audited))

    async def learn(self) -> None:
        """What other processes at work on the run came to know meanwhile."""
        await self.pace.take_up()
        await self.traps.learn()
        counts = await self.pace.call(self.store.counts, self.pace.run_id)
        self.budget.audited = max(self.budget.audited, counts.get(UrlOutcome.AUDITED, 0))

    def held(self) -> list[int]:
        """Ids of the addresses that are being visited."""
        return [each.id for visiting in self._under_way for each in visiting.held]

    async def work(self, *, until_audited: bool = False) -> None:
        """One worker: claim, visit, record, until nothing is left or a limit is reached."""
        while not self._stopped():
            if until_audited and (self.budget.audited or self.budget.failed):
                return
            self.limit = self.limit or self.budget.limit()
            if self.limit:
                self.exhausted = True
                return
            if self.budget.waits():
                await asyncio.sleep(0.05)
                continue
            await self.growing.end(self.budget.audited)
            claimed = await self.pace.call(
                self.store.claim,
                self.pace.run_id,
                delay=self.discover.delay,
                concurrency=self.site.concurrency,
            )
            if claimed is None:
                self.exhausted = True
                return
            if isinstance(claimed, float):
                await asyncio.sleep(min(claimed, 0.5))
                continue
            self.budget.flying += 1
            visiting = Visiting(claimed, self.pace, self._deferred, self.driving, self.rules.judge)
            self._under_way.add(visiting)
            try:
                await self._one(visiting)
            except Halted:
                return
            except AuditorError:
                raise
            except Exception as fault:  # a fault of ours on one page must not cost the others
                reason = f"The auditor itself failed on this page, please report it: {fault!r}"[:500]
                await self._give_up(visiting, reason)
            finally:
                self.budget.flying -= 1
                self._under_way.discard(visiting)
                if visiting.banner:
                    self.consenting.done_with(visiting.banner)

    async def _one(self, visiting: Visiting) -> None:
        claimed = visiting.claimed
        if claimed.attempts > ATTEMPTS:
            await self._give_up(visiting, f"The audit was cut off {ATTEMPTS} times while this page was open.")
            return
        if self.discover.needs_robots(claimed.url):  # a request with a slot of its own: the page comes again
            await self.pace.call(self.store.release, claimed, cost=claimed.cost)
            await self.discover.robots(claimed.url)
            return
        if no := self.discover.disallows(claimed.url):
            await self.records.unvisited([claimed], claimed, no)
            return
        self.budget.opened += 1
        began = time.time()
        session = self.session.now
        result = await self.reusing.of(visiting) or await self._visited(visiting, began)
        if result.again:
            result = await self._once_more(visiting, result)
        if result.outcome is not UrlOutcome.AUDITED:
            visiting.not_audited()
        await self.pace.rest(claimed.host)
        if visiting.too_early:
            await self.consenting.over(visiting.too_early)
            for each in visiting.held:
                await self.pace.call(self.store.release, each, cost=each.cost)
            return
        if self.site.crawl_as and visiting.asked_to_sign_in(result):
            if visiting.banner:
                self.consenting.forget(visiting.banner)
            reason = await self.session.once_more(claimed.identity, session)
            if reason is None:
                await self.pace.call(self.store.release, claimed, cost=claimed.cost)
                return
            result = replace(result, outcome=UrlOutcome.BLOCKED, reason=reason, final_url=None)
        elif session and result.outcome is UrlOutcome.AUDITED:
            self.session.helped(session)
        if visiting.banner and await self._answer(visiting, visiting.banner, result):
            return
        if visiting.waits_for:
            for each in visiting.held:
                await self.pace.call(self.store.release, each, cost=claimed.cost + 1)
            return
        if await self.pace.later(claimed, result):
            for each in visiting.held:
                await self.pace.call(self.store.release, each)
        else:
            opened, varied = await self._explore(visiting, result), await self._vary(visiting, result)
            await self.records.page(visiting, result, opened, varied)
        if left := await self.pace.after(claimed, result):
            await self._leave_host(claimed.host, *left)

    async def _visited(self, visiting: Visiting, began: float, *, alone: bool = False) -> Result:
        named = visiting.claimed.discovery is Discovery.START and not self.site.crawl_as
        async with self.tabs.tab(alone=alone) as tab:
            if alone or tab.waited > WAITED:  # the turn of its host is over
                if self._stopped():
                    raise Halted
                await self.pace.again(visiting.claimed.host)
            result = await visit(
                tab,
                visiting.claimed.url,
                self.engine,
                ask=visiting.ask,
                may_audit=visiting.may_audit,
                refusals=lambda: self._refused(began),
                probes=visiting.probes,
                state_of=functools.partial(self._state_of, visiting, tab),
                listed=named,
                unpictured=functools.partial(self.picturing.wanted, judge=visiting.judge)
                if self.site.takes_pictures
                else None,
            )
            if not result.tab_is_sound:
                await self.tabs.give_up(tab)
        if (
            named
            and result.outcome is UrlOutcome.AUDITED
            and result.arrival
            and result.arrival.asks_to_sign_in
        ):
            await self._note(
                f"{visiting.claimed.url} shows a form to sign in, which was audited. {HOW_TO_SIGN_IN}"
            )
        return result

    async def _once_more(self, visiting: Visiting, judged: Result) -> Result:
        """The page again, alone. What was judged of it before it died stands where no more comes of it."""
        if visiting.banner:
            self.consenting.forget(visiting.banner)
            visiting.banner = None
        await visiting.start_over()
        result = await self._visited(visiting, time.time(), alone=True)
        if judged.outcome is not UrlOutcome.AUDITED or result.outcome is not UrlOutcome.FAILED:
            return result
        assert judged.arrival
        await visiting.start_over()
        if no := await visiting.may_audit(judged.arrival):
            return replace(result, outcome=no[0], reason=no[1])
        return judged

    async def _state_of(self, visiting: Visiting, tab: Tab, world: World) -> str:
        try:
            told = await self.consenting.state_of(tab, world, visiting.began)
            state, visiting.banner, visiting.shows_banner = told
        except TooEarly as early:
            visiting.too_early = early.origin
            raise Ended(outcome=UrlOutcome.FAILED, reason="Its cookie banner was being answered.") from None
        visiting.offers = self.site.explore and await offers(world)
        return state

    async def _answer(self, visiting: Visiting, due: Due, result: Result) -> bool:
        """Keep the page with its banner as a state of it and answer the banner; the page comes again without.

        False where the page was not judged.
        """
        snapshot, told = result.snapshot, None
        if result.outcome is UrlOutcome.AUDITED and snapshot is not None:
            with contextlib.suppress(MalformedResult):
                told = await visiting.judge(snapshot)
        if snapshot is None or told is None:
            self.consenting.forget(due)
            return False
        await self.records.with_banner(visiting, result, snapshot, told)
        await self.consenting.answer(snapshot.url, due)
        visiting.not_audited()
        for each in visiting.held:
            await self.pace.call(self.store.release, each, cost=each.cost)
        return True

    async def _explore(self, visiting: Visiting, result: Result) -> Opened:
        """What a page offers, opened; nothing where that was not asked for, or the page is not driven."""
        snapshot = result.snapshot
        if not visiting.offers or not visiting.is_chosen or snapshot is None:
            return Opened()
        began = time.time()
        with contextlib.suppress(MalformedResult):
            return await opened(
                snapshot.url,
                (await visiting.judge(snapshot))[1],
                pace=self.pace,
                tabs=self.tabs,
                engine=self.engine,
                judge=self.rules.judge,
                refusals=lambda: self._refused(began),
            )
        return Opened()

    async def _vary(self, visiting: Visiting, result: Result) -> Varied:
        """The page in variants; nothing where that was not asked for, or the page is not driven."""
        snapshot = result.snapshot
        if not self.site.variants or not visiting.is_chosen or snapshot is None:
            return Varied()
        with contextlib.suppress(MalformedResult):
            return await self.varying.of(result, (await visiting.judge(snapshot))[1])
        return Varied()

    async def _give_up(self, visiting: Visiting, reason: str) -> None:
        """Settle what a visit holds, by as little code as can be: it may be our own that failed."""
        visiting.not_audited()
        await self.records.unvisited(visiting.held, visiting.page, (UrlOutcome.FAILED, reason))
        self.budget.failed += 1

    async def _leave_host(self, host: str, outcome: UrlOutcome, reason: str) -> None:
        run_id = self.pace.run_id
        closed = await self.pace.call(self.store.close_rest, run_id, outcome, reason, host=host)
        await self._note(f"{reason} {closed} addresses that were known by then were left out.")
        if not await self.pace.call(self.store.goes_on, run_id, list(self.discover.left)):
            await self.pace.call(self.store.stop, run_id, reason)
