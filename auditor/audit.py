"""The pipeline for one site: frontier -> visit -> snapshot -> findings -> store -> report."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import hashlib
import itertools
import platform
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import httpx

from auditor._version import __version__
from auditor.browser.engine import Engine
from auditor.browser.explore import offers
from auditor.browser.recognise import ASKS_TO_SIGN_IN, HOW_TO_SIGN_IN
from auditor.browser.said import said
from auditor.browser.tab import Tab, Tabs
from auditor.browser.variants import OF_VARIANTS
from auditor.browser.visit import Ended, Result, visit
from auditor.browser.world import World
from auditor.budget import Budget
from auditor.checks.axe_adapter import MalformedResult
from auditor.checks.folders import RuleFolder, elements, find, in_python, of_site, sha256, texts
from auditor.checks.page_rules import PythonRule, Told, judge_all
from auditor.checks.registry import registry, runs, tags_to_run
from auditor.config import ad_hoc
from auditor.consent import words as banner_words
from auditor.consenting import Consenting, Due, TooEarly
from auditor.crawl.discover import Discoverer
from auditor.crawl.quiet import quiet
from auditor.crawl.representatives import Representatives
from auditor.crawl.traps import SKETCH_KEPT
from auditor.document_judge import apart
from auditor.errors import AuditorError, ConfigError
from auditor.evidence.heeds import Heeds
from auditor.exploring import Opened, opened
from auditor.fetching import Fetching
from auditor.heeding import Heeding
from auditor.history import catch_up
from auditor.inclusion import digested
from auditor.limits import DISCOVERY_SHARE, LINKS_PER_FRAME, MAX_URL_LENGTH, limit_reason
from auditor.models import (
    QUIET_HOURS,
    Discovery,
    Finding,
    NewUrl,
    Report,
    Rule,
    RunState,
    Site,
    Snapshot,
    UrlOutcome,
    Visit,
)
from auditor.net.guard import Guard
from auditor.net.http import Fetched, client, jar, product
from auditor.net.proxy import EgressProxy
from auditor.net.trackers import tracker_hosts
from auditor.pace import Halted, Pace
from auditor.page_log import log_page, log_run
from auditor.picturing import Picturing
from auditor.redact import Redactor, without
from auditor.report import report
from auditor.resources import folder
from auditor.reusing import Reusing
from auditor.sampling import Growing, Sampling
from auditor.sign_in_settings import PART as SIGN_IN
from auditor.signing_in import Session, SignInFailed, SigningIn, crawl_headers
from auditor.starting import join, seed, take_up
from auditor.store import ATTEMPTS, ClaimedUrl, KeptPage, RunReader, Store
from auditor.travelling import Travelling
from auditor.variants import PART as VARIANTS
from auditor.varying import Varied, Varying
from auditor.visiting import Driving, Visiting
from auditor.whole_site import WholeSite

P = ParamSpec("P")
T = TypeVar("T")

BEAT_SECONDS = 10.0
SESSIONS_KEPT = 4  # whose secrets are looked for: those before show on no page any more


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far an audit is. Counts of URLs; `findings` counts confirmed failures, by element."""

    site: str
    done: int
    left: int
    audited: int
    failed: int
    findings: int
    url: str


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


class _Audit:
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
        """`cookies` are those that `http` sends."""
        self.site = site
        self.store = store
        self.engine = engine
        self.own = own  # rules that are not axe's
        asked = in_python(own, engine.tags)
        self.told = [each.about() for each in asked]  # of the rules that the engine does not run
        run = [(each.judge, PythonRule.of(each)) for each in asked if each.rule.id not in engine.off]
        self.page_rules = [rule for judge, rule in run if judge == "page"]
        self.site_rules = [rule for judge, rule in run if judge == "site"]
        self.document_rules = [
            each for each in asked if each.judge == "document" and each.rule.id not in engine.off
        ]
        self.driving = Driving(
            drive=site.drive,
            needs=frozenset(need for each in self.page_rules for need in each.needs) - OF_VARIANTS
            | (frozenset({Heeds}) if site.variants else frozenset()),
            needs_everywhere=frozenset(
                need for each in self.page_rules if each.everywhere for need in each.needs
            ),
            representatives=Representatives(),
        )
        self.tabs = tabs
        self.proxy = proxy
        self.http = http
        self.cookies = cookies
        self.stop = stop
        self.on_progress = on_progress
        self.discover = Discoverer(site, fetch=self._fetch, note=self._note, rest=self._rest)
        self.pace = Pace(
            self.discover, store=store, call=self._store, http=http, stopped=lambda: self.stop.asked
        )
        self.traps = Heeding(self.pace)
        self.consenting = Consenting(site, pace=self.pace, tabs=tabs, refused=self._refusals)
        self.varying = Varying(
            site,
            pace=self.pace,
            tabs=tabs,
            engine=engine,
            judge=self._judge_state,
            refused=self._refusals,
            hide=self.consenting.hide,
            wanted=lambda snapshot: self.picturing.wanted(snapshot, self._judge_state),
            needs=frozenset(need for each in self.page_rules for need in each.needs),
        )
        self.reusing = Reusing(site, self.pace)
        self.budget = Budget(site)
        self.growing = Growing(self.pace, site)
        self.session: Session | None = None  # of whom the site is crawled as
        self._tried_anew: set[str] = set()  # identities of pages that had asked to sign in
        self.deferred: set[str] = set()  # pages that wait for what they call their own address
        self.refused: Counter[str] = Counter()  # as far as it is kept
        self.picturing = Picturing(self.page_rules, is_driven=site.drive != "no-page")
        self.rules: Mapping[str, Rule] = {}
        self.asked: frozenset[str] = frozenset()  # ids of those that the engine runs
        self.versions: Mapping[str, str] = {}
        self.run_id = 0
        self.limit: str | None = None
        self.begun: Callable[[int], Awaitable[None]] = _nothing  # called when others may join
        self.is_shared = False  # other processes are at work on the same run
        self.exhausted = False  # there is no page left that may be visited
        self._under_way: set[Visiting] = set()
        self._sessions: deque[Sequence[str]] = deque(maxlen=SESSIONS_KEPT)  # secrets of those last signed in
        self._hide([])
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    async def _store(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The store is used from one thread alone, and no secret enters it."""
        if self.site.headers or self.site.secrets or self._sessions[-1]:
            args, kwargs = without(self._redact, args), without(self._redact, kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: method(*args, **kwargs))

    def _hide(self, secrets: Sequence[str]) -> None:
        """Keep a session's values, too, out of the store from here on."""
        self._sessions.append(secrets)
        own = [*(each.value for each in crawl_headers(self.site)), *(value for _, value in self.site.secrets)]
        self._redact = Redactor([*own, *(each for known in self._sessions for each in known)])

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
                        workers = [group.create_task(self._work()) for _ in range(at_once)]
                        await asyncio.wait(workers)
                        await self._tell_refusal()
                    if part in (Part.ALL, Part.FINISH):
                        if part is Part.FINISH:  # whoever met it was another process
                            self.limit = self.budget.limit()
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
                await self._store(self.store.end_run, self.run_id, state)
                counts = await self._store(self.store.counts, self.run_id)
                log_run(self.site.id, self.run_id, "run ended", state=state, addresses=counts)
            self._thread.shutdown(wait=True)
        return self.run_id

    async def _tell_refusal(self) -> None:
        """Where so little was asked for that the host was not left, and nothing of it was audited."""
        if self.exhausted and not self.budget.audited and self.pace.turned_away:
            await self._store(self.store.stop, self.run_id, self.pace.turned_away)

    async def _conclude(self) -> None:
        """What is left to do when the crawl is done."""
        await self._store(self.store.settle_states, self.run_id)
        if self.limit:
            await self._store(self.store.close_rest, self.run_id, UrlOutcome.OVER_BUDGET, self.limit)
        whole = WholeSite(self.site, self.pace, stopped=lambda: self.stop.asked, limit=self.limit or "")
        await whole.judge(self.site_rules, self.rules)
        for banner in self.consenting.met:
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

    async def _prepare(self) -> None:
        """Before the first page: what is known from before, what the time is, what there is to visit."""
        self.budget.begin(worked=await self._store(self.store.seconds, self.run_id))
        if await self._quiet():
            return
        with contextlib.suppress(Halted):
            await self._sign_in()
        await self.pace.take_up()
        await self.traps.take_up()
        await self.consenting.take_up()
        await self.varying.take_up()
        counts = await self._store(self.store.counts, self.run_id)
        self.budget.audited = counts.get(UrlOutcome.AUDITED, 0)
        self.budget.failed = counts.get(UrlOutcome.FAILED, 0) + counts.get(UrlOutcome.BLOCKED, 0)
        self.picturing.pictured = await self._store(self.store.pictured, self.run_id)
        await self.reusing.take_up(self.versions)
        represented = self.driving.representatives.take_up
        await self._store(lambda: represented(self.store.driven(self.run_id), self.budget.audited))
        if not await self._store(self.store.seeded, self.run_id):
            with contextlib.suppress(Halted):
                await seed(self.pace, self.site, lambda: self.stop.asked or self.budget.time_is_up())
                if self.site.sample and not self.stop.asked:
                    await self._choose()
                if not self.stop.asked:
                    await self._store(self.store.set_seeded, self.run_id)

    async def _sign_in(self) -> None:
        """Sign in as whom the site is crawled as; where that fails, what is public is audited."""
        reader = RunReader(self.store, self.run_id)
        began = time.time()

        async def keep(told: Mapping[str, Any]) -> None:
            await self._store(self.store.keep_part, self.run_id, SIGN_IN, told)

        self.signing_in = SigningIn(
            self.site,
            self.tabs,
            ask=self.pace.way,
            refused=lambda: self._refusals(began),
            stopped=self._stopped,
            secret=self._hide,
            keep=keep,
            kept=await self._store(reader.part, SIGN_IN),
        )
        if self.site.crawl_as:
            with contextlib.suppress(SignInFailed):
                self._wear(await self.signing_in.session(self.site.crawl_as))

    def _wear(self, session: Session) -> None:
        """From here on the crawl's pages begin with it."""
        self.session = session
        if session.state:
            self.tabs.state = session.state
            session.state.fill(self.cookies)

    def _refusals(self, since: float) -> dict[str, str]:
        """What the network guard refused since then: URL or host:port, and why."""
        return {r.where: r.reason for r in self.proxy.refused.recent if r.at >= since}

    def _stopped(self) -> str | None:
        """Why a journey goes no further; raises `Halted`."""
        if self.stop.asked:
            raise Halted
        if self.budget.time_is_up():
            return "The audit had all the time it may have (`max_minutes`)."
        return None

    async def _first(self) -> None:
        """A page by itself: its cookie banner would be in the way of the journeys, and of pages beside it."""
        travels = self.site.journeys and self.site.follow_links
        if self.site.consent != "leave" and (travels or self.site.concurrency > 1):
            await self._work(until_audited=True)

    async def _travel(self) -> None:
        """The journeys, before the crawl. An audit of exactly some pages goes on none."""
        if not self.site.journeys or not self.site.follow_links or self.stop.asked:
            return

        travelling = Travelling(
            self.site,
            pace=self.pace,
            tabs=self.tabs,
            engine=self.engine,
            refused=self._refusals,
            judge=self._judge_state,
            of_issues=self.picturing.kept,
            unpictured=lambda snapshot: self.picturing.wanted(snapshot, self._judge_state),
            needs=self.driving.needs,
            stopped=self._stopped,
            keep=Path(f"{self.store.file or 'auditor'}-journeys"),
            signing_in=self.signing_in,
        )
        with contextlib.suppress(Halted):
            await travelling.all()

    async def _choose(self) -> None:
        """Take the sample; raises `Halted`."""

        def told(read: int, left: int, url: str) -> None:
            progress = Progress(
                site=self.site.id, done=read, left=left, audited=0, failed=0, findings=0, url=url
            )
            self.on_progress(progress)

        sampling = Sampling(
            self.pace,
            self.site,
            stopped=lambda: self.stop.asked,
            time_is_up=lambda: self.budget.share_is_up(DISCOVERY_SHARE),
            told=told,
            rules=self._on_every_page(),
        )
        await sampling.take()

    def _on_every_page(self) -> list[str]:
        """Ids of the rules that judge each page by itself, and whether it is driven or not."""
        of_site = {each.id for each in self.site_rules}
        return [
            rule.id
            for rule in self.rules.values()
            if rule.id not in of_site and not rule.of_documents and (rule.everywhere or not rule.driven)
        ]

    async def _take_up(self, resume: bool, run_id: int | None, job: str | None) -> int:
        by_engine = await said(self.tabs, self.engine)
        self.asked = frozenset(
            each["id"]
            for each in by_engine
            if runs(each, self.engine.tags) and each["id"] not in self.engine.off
        )
        told = [each | {"version": self._version(each["id"])} for each in by_engine + self.told]
        self.rules = registry(told, own=texts(self.own), settings=self.site.rules)
        if unknown := [each.id for each in self.site.rules if each.id not in {*self.rules, *self.own}]:
            raise ConfigError(
                f"rules: there is no rule {unknown[0]!r}, which the settings of {self.site.id} change. "
                "`auditor rules list` names them all."
            )
        self.versions = versions = {
            "auditor": __version__,
            "axe": self.engine.version,
            "axe_sha256": self.engine.sha256,
            "rules_sha256": sha256(self.own),
            "document_rules_sha256": self._document_version(),
            "browser": f"{self.tabs.name} {self.tabs.version}",
            "python": platform.python_version(),
            "os": platform.platform(),
            "user_agent": self.tabs.user_agent,
        }
        if run_id is not None:
            await self._store(join, self.store, run_id, versions)
            return run_id
        return await self._store(
            take_up, self.store, self.site, resume=resume, versions=versions, rules=told, holder=job
        )

    def _version(self, rule_id: str) -> str:
        return self.own[rule_id].version if rule_id in self.own else self.engine.version

    async def _beat(self) -> None:
        last = time.monotonic()
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            now = time.monotonic()
            held = [each.id for visiting in self._under_way for each in visiting.held]
            await self._store(self.store.beat, self.run_id, seconds=now - last, under_way=held)
            if self.is_shared:  # others audit pages too
                await self.pace.take_up()
                await self.traps.learn()
                counts = await self._store(self.store.counts, self.run_id)
                self.budget.audited = max(self.budget.audited, counts.get(UrlOutcome.AUDITED, 0))
            await self._count_refused()
            await self._quiet()
            last = now

    async def _count_refused(self) -> None:
        new = self.proxy.refused.by_reason - self.refused
        self.refused += new
        await self._store(self.store.add_refused, self.run_id, new)

    async def _fetch(
        self, url: str, max_bytes: int, sink: Callable[[bytes], Awaitable[bool]] | None = None
    ) -> Fetched:
        return await self.pace.fetch(url, max_bytes, sink)

    async def _rest(self, host: str) -> None:
        await self._store(self.store.rest, host, self.discover.delay(host))

    async def _note(self, sentence: str) -> None:
        await self._store(self.store.note, self.run_id, sentence)

    async def _work(self, *, until_audited: bool = False) -> None:
        """One worker: claim, visit, record, until nothing is left or a limit is reached."""
        while not self.stop.asked:
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
            claimed = await self._store(
                self.store.claim, self.run_id, delay=self.discover.delay, concurrency=self.site.concurrency
            )
            if claimed is None:
                self.exhausted = True
                return
            if isinstance(claimed, float):
                await asyncio.sleep(min(claimed, 0.5))
                continue
            self.budget.flying += 1
            visiting = Visiting(claimed, self.pace, self.deferred, self.driving)
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

    async def _documents(self) -> None:
        """What pages link to and is no page."""
        done, left = await self._store(self.store.tally, self.run_id)

        async def began(url: str) -> None:
            self.on_progress(self._progress(done, left, url))

        documents = Fetching(
            self.site,
            self.pace,
            rules=self._document_version(),
            stopped=lambda: self.stop.asked,
            time_is_up=self.budget.time_is_up,
            began=began,
        )
        if not await documents.list():
            return
        with contextlib.suppress(Halted):
            async with apart(self.document_rules, self.rules) as reader:
                await documents.judge(reader)

    def _document_version(self) -> str:
        """Changes with all that decides what is said of a document."""
        ids = sorted(each.rule.id for each in self.document_rules)
        told = [__version__, *(f"{self.rules[each]!r}" for each in ids)]  # their versions are in it
        return hashlib.sha256("\0".join(told).encode()).hexdigest()

    async def _one(self, visiting: Visiting) -> None:
        claimed = visiting.claimed
        if claimed.attempts > ATTEMPTS:
            await self._give_up(visiting, f"The audit was cut off {ATTEMPTS} times while this page was open.")
            return
        if self.discover.needs_robots(claimed.url):  # a request with a slot of its own: the page comes again
            await self._store(self.store.release, claimed, cost=claimed.cost)
            await self.discover.robots(claimed.url)
            return
        if no := self.discover.disallows(claimed.url):
            await self._store(self.store.settle, self.run_id, [(claimed.id, *no)])
            self._log(self._visit(claimed, Result(outcome=no[0], reason=no[1])))
            return
        self.budget.opened += 1
        began = time.time()
        session = self.session
        result = await self.reusing.of(visiting) or await self._visited(visiting, began)
        if result.outcome is not UrlOutcome.AUDITED:
            self.discover.traps.not_audited(visiting.page.identity)
            if visiting.driven is not None:
                self.driving.representatives.give_back(visiting.driven)
        await self._rest(claimed.host)
        if visiting.too_early:
            await self.consenting.over(visiting.too_early)
            for each in visiting.held:
                await self._store(self.store.release, each, cost=each.cost)
            return
        if self.site.crawl_as and visiting.asked_to_sign_in(result):
            if visiting.banner:
                self.consenting.forget(visiting.banner)
            again, reason = await self._once_more(claimed, session)
            if again:
                await self._store(self.store.release, claimed, cost=claimed.cost)
                return
            result = replace(result, outcome=UrlOutcome.BLOCKED, reason=reason, final_url=None)
        elif session and result.outcome is UrlOutcome.AUDITED:
            self.signing_in.helped(session.role)
        if visiting.banner and await self._answer(visiting, visiting.banner, result):
            return
        if visiting.waits_for:
            for each in visiting.held:
                await self._store(self.store.release, each, cost=claimed.cost + 1)
            return
        if (result.crashed and claimed.attempts < 2) or await self.pace.later(claimed, result):
            for each in visiting.held:
                await self._store(self.store.release, each)
        else:
            opened, varied = await self._explore(visiting, result), await self._vary(visiting, result)
            await self._record(visiting, result, opened, varied)
        if left := await self.pace.after(claimed, result):
            await self._leave_host(claimed.host, *left)

    async def _visited(self, visiting: Visiting, began: float) -> Result:
        named = visiting.claimed.discovery is Discovery.START and not self.site.crawl_as
        async with self.tabs.tab() as tab:
            result = await visit(
                tab,
                visiting.claimed.url,
                self.engine,
                ask=visiting.ask,
                may_audit=visiting.may_audit,
                refusals=lambda: self._refusals(began),
                probes=visiting.probes,
                state_of=functools.partial(self._state_of, visiting, tab),
                listed=named,
                unpictured=functools.partial(self._unpictured, visiting)
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

    async def _once_more(self, claimed: ClaimedUrl, session: Session | None) -> tuple[bool, str]:
        """A page asked to sign in: whether it is worth another try, signed in anew, or what to say of it."""
        role = self.site.crawl_as
        if claimed.identity in self._tried_anew:
            return False, f"{ASKS_TO_SIGN_IN}, though the auditor had just signed in as {role}."
        self._tried_anew.add(claimed.identity)
        try:
            newer = await (self.signing_in.again(session) if session else self.signing_in.session(role))
        except SignInFailed as why:
            return False, f"{ASKS_TO_SIGN_IN}. {why}"
        self._wear(newer)
        return True, ""

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
        page, snapshot = visiting.page, result.snapshot
        told: Told | None = None
        with contextlib.suppress(MalformedResult):
            told = await self._judge(visiting, snapshot) if snapshot else None
        if result.outcome is not UrlOutcome.AUDITED or snapshot is None or told is None:
            self.consenting.forget(due)
            return False
        results, findings, untested = told
        entry = NewUrl(
            url=page.url,
            identity=page.identity,
            depth=page.depth,
            discovery=page.discovery,
            found_on=page.found_on,
        )
        await self._store(
            self.store.record_state,
            self.run_id,
            entry,
            self._visit(page, result),
            snapshot=replace(
                snapshot,
                facts=digested(snapshot.facts, snapshot.lang),
                untested=(*snapshot.untested, *untested),
                engine={},
                evidence={},
            ),
            results=results,
            findings=findings,
            pictures=self.picturing.of_page(result, findings),
        )
        await self.consenting.answer(snapshot.url, due)
        self.discover.traps.not_audited(page.identity)
        if visiting.driven is not None:
            self.driving.representatives.give_back(visiting.driven)
        for each in visiting.held:
            await self._store(self.store.release, each, cost=each.cost)
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
                (await self._judge(visiting, snapshot))[1],
                pace=self.pace,
                tabs=self.tabs,
                engine=self.engine,
                judge=self._judge_state,
                refusals=lambda: self._refusals(began),
            )
        return Opened()

    async def _vary(self, visiting: Visiting, result: Result) -> Varied:
        """The page in variants; nothing where that was not asked for, or the page is not driven."""
        snapshot = result.snapshot
        if not self.site.variants or not visiting.is_chosen or snapshot is None:
            return Varied()
        with contextlib.suppress(MalformedResult):
            return await self.varying.of(result, (await self._judge(visiting, snapshot))[1])
        return Varied()

    async def _judge_state(self, snapshot: Snapshot) -> Told:
        return await asyncio.to_thread(judge_all, self.page_rules, snapshot, self.rules, self.asked)

    async def _give_up(self, visiting: Visiting, reason: str) -> None:
        """Settle what a visit holds, by as little code as can be: it may be our own that failed."""
        self.discover.traps.not_audited(visiting.page.identity)
        settled = [(each.id, UrlOutcome.FAILED, reason) for each in visiting.held]
        await self._store(self.store.settle, self.run_id, settled)
        self._log(self._visit(visiting.page, Result(outcome=UrlOutcome.FAILED, reason=reason)))
        self.budget.failed += 1

    async def _leave_host(self, host: str, outcome: UrlOutcome, reason: str) -> None:
        closed = await self._store(self.store.close_rest, self.run_id, outcome, reason, host=host)
        await self._note(f"{reason} {closed} addresses that were known by then were left out.")
        if not await self._store(self.store.goes_on, self.run_id, list(self.discover.left)):
            await self._store(self.store.stop, self.run_id, reason)

    async def _quiet(self) -> bool:
        """Whether it is the site's quiet hours: then the run stops here, and can be resumed."""
        span = quiet(self.site.quiet_hours, self.site.timezone, datetime.now(UTC))
        if span:
            self.stop.asked = True
            reason = (
                f"The site has {QUIET_HOURS} ({span}, {self.site.timezone}); --resume goes on after them."
            )
            await self._store(self.store.stop, self.run_id, reason)
        return span is not None

    async def _judge(self, visiting: Visiting, snapshot: Snapshot) -> Told:
        """What all rules say of a snapshot; judged once. Raises `MalformedResult`."""
        if visiting.told is None or visiting.told[0] is not snapshot:
            told = await asyncio.to_thread(judge_all, self.page_rules, snapshot, self.rules, self.asked)
            visiting.told = snapshot, told
        return visiting.told[1]

    async def _unpictured(self, visiting: Visiting, snapshot: Snapshot) -> list[Finding]:
        return await self.picturing.wanted(snapshot, functools.partial(self._judge, visiting))

    async def _record(self, visiting: Visiting, result: Result, opened: Opened, varied: Varied) -> None:
        claimed, target, page = visiting.claimed, visiting.target, visiting.page
        snapshot = result.snapshot
        extra: dict[str, Any] = {}
        if kept := visiting.kept:
            site_rules = [each.id for each in self.site_rules]
            extra = {"kept": kept, "driven": visiting.driven, "site_rules": site_rules}
            self.picturing.pictured.update(kept.pictured)
        elif snapshot is not None:
            try:
                results, findings, untested = await self._judge(visiting, snapshot)
            except MalformedResult as fault:
                reason = f"The page could not be judged: {fault}."
                result = Result(outcome=UrlOutcome.FAILED, reason=reason, final_url=result.final_url)
                self.discover.traps.not_audited(page.identity)
            else:
                extra = {
                    "lang": snapshot.lang,
                    "features": snapshot.features,
                    "facts": digested(snapshot.facts, snapshot.lang),
                    "results": results,
                    "findings": findings,
                    "untested": (*snapshot.untested, *untested, *opened.untested, *varied.untested),
                    "states": (*opened.states, *varied.states),
                    "driven": visiting.driven,
                    "pictures": [
                        *self.picturing.of_page(result, findings),
                        *self.picturing.kept(
                            varied.pictures, itertools.chain(*(s[2] for s in varied.states))
                        ),
                    ],
                }
                if varied.told:
                    extra["parts"] = {VARIANTS: self.varying.counted(varied)}
                if not visiting.shows_banner:
                    extra["made_of"] = self.reusing.made_of(visiting, result, extra)
                    await self.reusing.keep(result)
        if extra and snapshot is not None and self.site.follow_links and not self.site.sample:
            await self._note_links(snapshot)
            extra["links"] = self.discover.entries(
                snapshot.links, found_on=page.identity, depth=page.depth + 1
            )
        visits = [(page, self._visit(page, result, kept))]
        if target is not None:
            led = Result(
                outcome=UrlOutcome.REDIRECTED,
                reason=f"It leads to {target.url}.",
                final_url=target.identity,
                status=None,
                started=result.started,
            )
            visits.insert(0, (claimed, self._visit(claimed, led)))
        new = await self._store(
            self.store.record,
            self.run_id,
            visits,
            delay=self.discover.delay(claimed.host),
            forms=self.discover.traps.changes(),
            **extra,
        )
        for each, told in visits:
            self._log(told, extra.get("findings", ()) if each is page else ())
        if extra:
            self.budget.audited += 1
            self.budget.findings += (kept.failures if kept else 0) + sum(
                f.outcome == "failed" and f.kind == "failure" for f in extra.get("findings", ())
            )
        elif result.outcome in (UrlOutcome.FAILED, UrlOutcome.BLOCKED):
            self.budget.failed += 1
        await self.traps.visited(page, result, new, visiting.copy_of)
        done, left = await self._store(self.store.tally, self.run_id)
        self.on_progress(self._progress(done, left, claimed.url))

    def _log(self, visit: Visit, findings: Sequence[Finding] = ()) -> None:
        log_page(self.site.id, self.run_id, without(self._redact, visit), findings)

    def _progress(self, done: int, left: int, url: str) -> Progress:
        return Progress(
            site=self.site.id,
            done=done,
            left=left,
            audited=self.budget.audited,
            failed=self.budget.failed,
            findings=self.budget.findings,
            url=url,
        )

    async def _note_links(self, snapshot: Snapshot) -> None:
        """Say which of a page's links will not be in the ledger."""
        if left := snapshot.links_total - len(snapshot.links):
            text = f"{snapshot.url} has too many links; not read: {left}"
            await self._note(limit_reason("links", LINKS_PER_FRAME, text))
        cut = [link for link in snapshot.links if len(link.url) > MAX_URL_LENGTH]
        left = snapshot.links_too_long + sum(self.discover.addresses.clean(link.url) is None for link in cut)
        if left:
            text = f"{snapshot.url} has links whose addresses are too long to follow: {left}"
            await self._note(limit_reason("url_length", MAX_URL_LENGTH, text))

    def _visit(self, claimed: ClaimedUrl, result: Result, kept: KeptPage | None = None) -> Visit:
        return Visit(
            url=claimed.url,
            outcome=result.outcome,
            reason=result.reason,
            final_url=self.discover.known(result.final_url) if result.final_url else None,
            status=result.status,
            content_type=result.content_type,
            title=result.title,
            depth=claimed.depth,
            discovery=claimed.discovery,
            found_on=claimed.found_on,
            started=result.started,
            seconds=result.seconds,
            signature=result.arrival.signature if result.arrival else None,
            sketch=result.arrival.sketch[:SKETCH_KEPT] if result.arrival else (),
            unchanged_since=datetime.fromtimestamp(kept.audited, UTC) if kept else None,
        )


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
        return run_id, run.exhausted


async def _nothing(run_id: int) -> None:
    pass


def concluded(site: Site, store: Store, run_id: int) -> Report:
    """The report of a run that ended; the history knows it, and runs that are not to be kept are gone."""
    catch_up(store, site.id)  # before the audit it is compared with may go
    store.prune(site.id, site.keep, days=site.keep_days)
    return report(RunReader(store, run_id))


@contextlib.asynccontextmanager
async def _prepared(
    site: Site,
    store: Store,
    *,
    sandbox: bool,
    stop: Stop,
    on_progress: Callable[[Progress], None],
) -> AsyncIterator[_Audit]:
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
        yield _Audit(
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
