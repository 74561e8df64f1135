"""What is decided in the course of one visit: where it may go, and whether what is there is judged."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from auditor.browser.drive import Probe
from auditor.browser.probes import giving
from auditor.browser.recognise import ASKS_TO_SIGN_IN
from auditor.browser.visit import Arrival, Result
from auditor.checks.page_rules import Told
from auditor.consenting import Due
from auditor.crawl.representatives import Representatives
from auditor.crawl.traps import SKETCH_KEPT
from auditor.models import Discovery, NewUrl, PageShown, Snapshot, UrlOutcome
from auditor.pace import Pace
from auditor.store import ClaimedUrl, KeptPage


@dataclass(frozen=True, kw_only=True)
class Driving:
    """Which pages of a run are driven, and for which evidence."""

    drive: str  # as `Site.drive`
    needs: frozenset[type]
    needs_everywhere: frozenset[type]
    representatives: Representatives


class Visiting:
    """The decisions on one claimed address; the browser asks them by `ask` and `may_audit`."""

    def __init__(
        self,
        claimed: ClaimedUrl,
        pace: Pace,
        deferred: set[str],
        driving: Driving,
        judge: Callable[[Snapshot], Awaitable[Told]],
    ) -> None:
        """`deferred`: identities of the run's pages that wait, or waited, for their canonical address.

        `judge`: what all rules say of a snapshot.
        """
        self.claimed = claimed
        self.began = time.time()
        self.pace = pace
        self.discover = pace.discover
        self.deferred = deferred
        self.driving = driving
        self.is_chosen = False  # to be driven by all probes
        self.driven: tuple[int, ...] | None = (
            None  # kinds of element on it, where it stands for other pages too
        )
        self.target: ClaimedUrl | None = None  # where a redirect led, when that is audited in this visit
        self.offers = False  # it may have something to open, and that is wanted
        self.banner: Due | None = None  # that it was judged with, and that is to be answered now
        self.too_early: str | None = None  # the origin whose banner it shows, which was being answered
        self.copy_of: str | None = None
        self.waits_for: str | None = None  # what it calls its own address, which comes first
        self.kept: KeptPage | None = None  # the page of an earlier run that is taken over
        self.shows_banner = False
        self.lost = False  # it showed a log-in form in place of the page
        self._been: list[str] = []
        self._judge = judge
        self._told: tuple[Snapshot, Told] | None = None  # what the rules said of the snapshot last judged

    async def judge(self, snapshot: Snapshot) -> Told:
        """What all rules say of a snapshot; judged once. Raises `MalformedResult`."""
        if self._told is None or self._told[0] is not snapshot:
            self._told = snapshot, await self._judge(snapshot)
        return self._told[1]

    def not_audited(self) -> None:
        """The page is not audited in this visit after all: it stands for no other."""
        self.discover.traps.not_audited(self.page.identity)
        if self.driven is not None:
            self.driving.representatives.give_back(self.driven)
            self.driven = None

    async def start_over(self) -> None:
        """What was decided so far does not count: the page is visited after all, or once more."""
        self.not_audited()
        if self.target is not None:
            await self.pace.call(self.pace.store.release, self.target, cost=self.target.cost)
        self.is_chosen, self.target, self.copy_of, self._been = False, None, None, []

    @property
    def page(self) -> ClaimedUrl:
        """The entry that what is shown belongs to."""
        return self.target or self.claimed

    @property
    def held(self) -> list[ClaimedUrl]:
        """The entries that this visit must settle or give back."""
        return [self.claimed, *([self.target] if self.target else [])]

    async def ask(self, url: str, page: bool) -> str | None:
        """Why a document may not be requested: the page itself after its first request, or a frame."""
        discover = self.discover
        if not page:
            if not discover.scope.owns(url):
                return None
            if discover.needs_robots(url):
                await discover.robots(url)
            no = discover.disallows(url)
            return no[1] if no else None
        if not self._been:
            self._been.append(url)
            return None  # it was claimed
        if no := discover.forbids(url):
            return no[1]
        if discover.needs_robots(url) or not await self.pace.hop(url, self._been):
            await self._add(url, Discovery.REDIRECT)
            return "That has a visit of its own."
        self._been.append(url)
        return None

    async def may_audit(self, arrival: Arrival) -> tuple[UrlOutcome, str] | None:
        """Where the navigation ended: the outcome and reason if that is not to be judged under this entry."""
        pace, discover, traps = self.pace, self.discover, self.discover.traps
        landed = discover.known(arrival.url)
        if discover.site.crawl_as and arrival.asks_to_sign_in and landed != self.claimed.identity:
            self.lost = True
            return UrlOutcome.BLOCKED, ASKS_TO_SIGN_IN
        if landed is not None and landed != self.claimed.identity:
            if no := discover.forbids(arrival.url):
                return UrlOutcome.REDIRECTED, f"It leads to {landed}. {no[1]}"
            entry = self._entry(arrival.url, landed, Discovery.REDIRECT)
            self.target = await pace.call(pace.store.claim_target, pace.run_id, entry)
            if self.target is None:
                return UrlOutcome.REDIRECTED, f"It leads to {landed}, which has its own entry."
        if not arrival.signature:
            return None
        page = self.page
        asked_for = self.claimed.discovery is Discovery.START or discover.site.sample
        if not asked_for:  # what the user, or the sample, asks for is audited
            if no := await self._canonical(page, arrival):
                return no
            self.copy_of = traps.copy_of(page.identity, arrival.signature)
            if self.copy_of is not None:
                return UrlOutcome.DUPLICATE, f"It shows the same as {self.copy_of}."
        traps.audited(
            PageShown(
                identity=page.identity,
                signature=arrival.signature,
                sketch=frozenset(arrival.sketch[:SKETCH_KEPT]),
                found_on=page.found_on,
                chain=page.chain,
            )
        )
        return None

    def asked_to_sign_in(self, result: Result) -> bool:
        """Whether the visit ended at a log-in in place of the page."""
        kind = result.arrival.kind if result.arrival else ""
        return self.lost or (kind == "sign_in" and result.outcome is UrlOutcome.BLOCKED) or self._led(result)

    def _led(self, result: Result) -> bool:
        """Whether it was led to the address of a sign-in, and not let go there."""
        if result.outcome is not UrlOutcome.REDIRECTED or not result.final_url:
            return False
        bare = result.final_url.partition("?")[0]
        return any(each.start.partition("?")[0] == bare for each in self.discover.site.sign_ins if each.start)

    def probes(self, arrival: Arrival) -> Sequence[Probe]:
        """What drives the page: all probes, or those whose rules run on every page."""
        if self.driving.drive == "no-page":
            return ()
        page = self.page
        chosen = self.driving.representatives.chosen(page.url, arrival.kinds)
        if chosen:
            self.driven = arrival.kinds
        asked_for = self.claimed.discovery in (Discovery.START, Discovery.JOURNEY)
        self.is_chosen = chosen or self.driving.drive == "every-page" or asked_for
        if self.is_chosen:
            return giving(self.driving.needs)
        return giving(self.driving.needs_everywhere)

    async def _canonical(self, page: ClaimedUrl, arrival: Arrival) -> tuple[UrlOutcome, str] | None:
        """A page that calls another address of the site its own is that page, if it shows what that shows."""
        pace, discover = self.pace, self.discover
        own = discover.known(arrival.canonical) if arrival.canonical else None
        if own is None or own == page.identity or discover.forbids(own):
            return None
        outcome = await pace.call(pace.store.outcome, pace.run_id, own)
        if outcome is UrlOutcome.AUDITED:
            if discover.traps.alike(own, arrival.sketch[:SKETCH_KEPT], arrival.signature):
                self.copy_of = own
                return UrlOutcome.DUPLICATE, f"It shows the same as {own}, which it calls its own address."
        elif outcome is None and page.identity not in self.deferred:
            self.deferred.add(page.identity)
            self.waits_for = own
            await self._add(own, Discovery.CANONICAL)
            await pace.call(pace.store.hasten, pace.run_id, own, self.claimed.cost)
            return UrlOutcome.DUPLICATE, f"It waits for {own}, which it calls its own address."
        return None

    def _entry(self, url: str, known: str, how: Discovery) -> NewUrl:
        return NewUrl(
            url=self.discover.addresses.clean(url) or known,
            identity=known,
            depth=self.claimed.depth,
            discovery=how,
            found_on=self.claimed.identity,
            chain=self.claimed.chain,
            cost=self.claimed.cost,
        )

    async def _add(self, url: str, how: Discovery) -> None:
        known = self.discover.known(url)
        if known is not None:
            entry = self._entry(url, known, how)
            await self.pace.call(self.pace.store.add_urls, self.pace.run_id, [entry])
