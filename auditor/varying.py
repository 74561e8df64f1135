"""A page in its variants: loaded anew in each in which it could differ, judged, and what is new kept.

docs/decisions/0030-variants.md
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from auditor import variants
from auditor.browser.engine import Engine
from auditor.browser.probes import giving
from auditor.browser.tab import Tab, Tabs
from auditor.browser.variants import GIVES, UNJUDGED, USUAL, arrive, begin, emulated, why_same
from auditor.browser.visit import Arrival, Result, visit
from auditor.browser.world import World, WorldError
from auditor.checks.page_rules import Told
from auditor.evidence.heeds import Heeds
from auditor.exploring import News, State, results_of
from auditor.limits import VARIANT_SECONDS, limit_reason
from auditor.models import (
    LOADED,
    Finding,
    Outcome,
    Picture,
    RuleResult,
    Site,
    Snapshot,
    Untested,
    UrlOutcome,
    VariantCount,
)
from auditor.pace import Pace
from auditor.store import RunReader


@dataclass(frozen=True, kw_only=True)
class Varied:
    """One page in its variants. `told`: a count of one page for each."""

    states: tuple[State, ...] = ()
    untested: tuple[Untested, ...] = ()
    pictures: tuple[Picture, ...] = ()
    told: tuple[VariantCount, ...] = ()


class Varying:
    """The variants of one run's pages."""

    def __init__(
        self,
        site: Site,
        *,
        pace: Pace,
        tabs: Tabs,
        engine: Engine,
        judge: Callable[[Snapshot], Awaitable[Told]],
        refused: Callable[[float], Mapping[str, str]],
        hide: Callable[[Tab, World], Awaitable[None]],
        wanted: Callable[[Snapshot], Awaitable[Sequence[Finding]]],
        needs: frozenset[type],
    ) -> None:
        """`refused(since)`: what the guard refused. `hide`: a cookie banner, where the settings say so.

        `wanted`: findings that are to have a picture. `needs`: evidence that rules want.
        """
        self.site, self.pace, self.tabs, self.engine = site, pace, tabs, engine
        self.judge, self.refused, self.hide = judge, refused, hide
        self.wanted, self.needs = wanted, needs
        self._counts = {name: VariantCount(variant=name) for name in site.variants}

    async def take_up(self) -> None:
        """What was counted before the run was cut off."""
        reader = RunReader(self.pace.store, self.pace.run_id)
        for each in variants.counts(await self.pace.call(reader.part, variants.PART)):
            self._counts[each.variant] = each

    def counted(self, varied: Varied) -> Mapping[str, Mapping[str, object]]:
        """The counts of all pages, this one with them, to be kept."""
        for each in varied.told:
            sofar = self._counts[each.variant]
            self._counts[each.variant] = replace(
                sofar,
                judged=sofar.judged + each.judged,
                same=sofar.same + each.same,
                missed=sofar.missed + each.missed,
                new=sofar.new + each.new,
            )
        return variants.kept(self._counts.values())

    async def of(self, result: Result, known: Sequence[Finding]) -> Varied:
        """A page that was judged and driven. `known`: what was found on it.

        Raises `Halted`, `MalformedResult`.
        """
        snapshot, arrival = result.snapshot, result.arrival
        assert snapshot is not None
        assert arrival is not None
        page = _Page(self, snapshot, arrival, known)
        await page.load_known()
        for variant in self.site.variants:
            await page.vary(variant)
        return Varied(
            states=tuple(page.states),
            untested=tuple(page.untested),
            pictures=tuple(page.pictures),
            told=tuple(page.told),
        )


class _Page:
    """One page, in one variant after another."""

    def __init__(
        self, varying: Varying, snapshot: Snapshot, arrival: Arrival, known: Sequence[Finding]
    ) -> None:
        self.varying, self.snapshot, self.arrival, self.known = varying, snapshot, arrival, known
        self.states: list[State] = []
        self.untested: list[Untested] = []
        self.pictures: list[Picture] = []
        self.told: list[VariantCount] = []
        self._news = News()
        self._failed = {_place(each) for each in known if each.outcome is Outcome.FAILED}
        self._is_seen_twice = False
        self._ends = time.monotonic() + VARIANT_SECONDS

    async def load_known(self) -> None:
        """What was found on the page, and what axe left undecided there that a probe decided."""
        self._news.loaded(self.known)
        raw = await self.varying.judge(replace(self.snapshot, evidence={}))
        self._news.loaded(raw[1])

    async def vary(self, variant: str) -> None:
        if time.monotonic() > self._ends:
            text = "the time for variants of this page was up"
            self._miss(variant, limit_reason("variant_seconds", VARIANT_SECONDS, text).rstrip("."))
            return
        heeds = self.snapshot.evidence.get(Heeds)
        if not isinstance(heeds, Heeds):
            self._miss(variant, "what the page heeds could not be told")
            return
        result = await self._visit(variant, heeds)
        if isinstance(result, str):
            self.told.append(VariantCount(variant=variant, same=1))
            return
        if result.snapshot is None or result.outcome is not UrlOutcome.AUDITED:
            self._miss(variant, result.reason.rstrip("."))
            return
        results, findings, untested = await self.varying.judge(result.snapshot)
        findings = self._open(variant, findings)
        if self._news.among(findings) and not self._is_seen_twice:
            await self._see_again()
        new = [replace(each, url=self.snapshot.url, variant=variant) for each in self._news.of(findings)]
        self.states.append((self._kept(result.snapshot, variant), _kept_results(results, new), new))
        issues = {each.issue for each in new}
        self.pictures += [each for each in result.pictures if each.issue in issues]
        self.untested += [replace(each, url=self.snapshot.url) for each in untested]
        self.told.append(VariantCount(variant=variant, judged=1, new=bool(new)))

    def _open(self, variant: str, findings: Iterable[Finding]) -> list[Finding]:
        """Without questions on what fails on the page as it is, and what the variant cannot tell."""
        without = UNJUDGED.get(variant, frozenset())
        return [
            each
            for each in findings
            if without.isdisjoint(each.wcag)
            and (each.outcome is Outcome.FAILED or _place(each) not in self._failed)
        ]

    def _kept(self, snapshot: Snapshot, variant: str) -> Snapshot:
        """The page was counted, and its links followed, as it is."""
        state = variants.words(variant)
        return Snapshot(url=self.snapshot.url, state=state, variant=variant, lang=snapshot.lang)

    async def _see_again(self) -> None:
        """Pages that show something else at each load are no variants: the page as it is, once more."""
        self._is_seen_twice = True
        result = await self._visit("", None)
        if isinstance(result, Result) and result.snapshot is not None:
            self._news.loaded((await self.varying.judge(result.snapshot))[1])

    def _miss(self, variant: str, reason: str) -> None:
        self.told.append(VariantCount(variant=variant, missed=1))
        words = variants.words(variant)
        reason = f"The page was not judged {words}: {reason}."[:500]
        self.untested.append(Untested(url=self.snapshot.url, what="variant", where=words, reason=reason))

    async def _visit(self, variant: str, heeds: Heeds | None) -> Result | str:
        """The page in that variant, "": as it is; or why it could not differ."""
        varying, url = self.varying, self.snapshot.url
        pace, host = varying.pace, urlsplit(url).netloc
        async with varying.tabs.tab() as tab:
            try:
                async with emulated(tab, variant):
                    if heeds and (why := await why_same(tab, variant, heeds, self.arrival.vary)):
                        return why
                    await begin(tab, variant)
                    await pace.turn(host)
                    result = await self._load(tab, variant)
            except WorldError as fault:
                await varying.tabs.give_up(tab)
                return Result(outcome=UrlOutcome.FAILED, reason=f"the browser did not do it ({fault})")
            if not result.tab_is_sound:
                await varying.tabs.give_up(tab)
        await pace.call(pace.store.rest, host, pace.discover.delay(host))
        return result

    async def _load(self, tab: Tab, variant: str) -> Result:
        varying, began = self.varying, time.time()
        site, discover = varying.site, varying.pace.discover

        async def may_audit(arrival: Arrival) -> tuple[UrlOutcome, str] | None:
            if arrival.asks_to_sign_in and not self.arrival.asks_to_sign_in:
                return UrlOutcome.BLOCKED, "It asks to sign in."
            if discover.known(arrival.url) == discover.known(self.snapshot.url):
                return None
            return UrlOutcome.REDIRECTED, f"It leads to {arrival.url}, another page."

        async def state_of(world: World) -> str:
            await varying.hide(tab, world)
            await arrive(tab, world, variant)
            return variants.words(variant) if variant else LOADED

        async def unpictured(snapshot: Snapshot) -> Sequence[Finding]:
            return self._news.among(await varying.wanted(snapshot))

        return await visit(
            tab,
            self.snapshot.url,
            varying.engine,
            ask=self._ask,
            may_audit=may_audit,
            refusals=lambda: varying.refused(began),
            probes=lambda _: giving(varying.needs & GIVES.get(variant, USUAL)),
            unpictured=unpictured if variant and site.takes_pictures else None,
            state_of=state_of,
        )

    async def _ask(self, to: str, is_page: bool) -> str | None:
        """Why a document may not be requested: a variant leads nowhere but to the site's own pages."""
        discover = self.varying.pace.discover
        if not discover.scope.owns(to):
            return "it is no page of the site" if is_page else None
        if discover.needs_robots(to):
            await discover.robots(to)
        no = discover.disallows(to)
        return no[1] if no else None


def _place(each: Finding) -> tuple[str, tuple[str, ...], str]:
    return each.rule, each.frame, each.selector


def _kept_results(results: Sequence[RuleResult], new: Sequence[Finding]) -> list[RuleResult]:
    """Without those whose evidence is not gathered in a variant: the page as it is says what they say."""
    ran = [each for each in results if each.outcome is not Outcome.UNTESTED or each.places]
    return results_of(ran, new)
