"""The journeys of a site within one audit: one after another, before the crawl, each in a context of its own.

First, since they are what people come for: where time runs out, it is the crawl that is cut.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from auditor.browser.drive import Probe
from auditor.browser.engine import Engine
from auditor.browser.journey import Shown, Travelled, Way, sent, travel
from auditor.browser.probes import giving
from auditor.browser.requests import Sending
from auditor.browser.tab import Tabs
from auditor.checks.axe_adapter import MalformedResult
from auditor.checks.page_rules import Told
from auditor.evidence.forms import Earlier, Forms
from auditor.evidence.link_looks import LinkLooks
from auditor.evidence.markup import Markup
from auditor.evidence.text_pixels import TextPixels
from auditor.models import (
    Discovery,
    Finding,
    Journey,
    JourneyResult,
    JourneyState,
    Link,
    NewUrl,
    Picture,
    Site,
    Snapshot,
    StepResult,
    UrlOutcome,
    Visit,
)
from auditor.pace import Pace
from auditor.signing_in import Session, SignInFailed, SigningIn
from auditor.steps import PART, results
from auditor.store import RunReader
from auditor.suppliers import suppliers

UNDER_WAY = "The audit was stopped on this journey."
CUT_OFF = "The audit was cut off on this journey. It had sent something, so it was not begun again."
BETWEEN = frozenset(
    {Forms, LinkLooks, Markup, TextPixels}
)  # evidence that takes no key, no pointer and no other size


class Travelling:
    """All journeys of one run."""

    def __init__(
        self,
        site: Site,
        *,
        pace: Pace,
        tabs: Tabs,
        engine: Engine,
        refused: Callable[[float], Mapping[str, str]],
        judge: Callable[[Snapshot], Awaitable[Told]],
        of_issues: Callable[[Iterable[Picture], Iterable[Finding]], list[Picture]],
        unpictured: Callable[[Snapshot], Awaitable[Sequence[Finding]]],
        needs: frozenset[type],
        stopped: Callable[[], str | None],
        keep: Path,
        signing_in: SigningIn,
    ) -> None:
        """`refused(since)`: what the guard refused. `needs`: evidence that rules want. `keep`: a folder."""
        self.site, self.pace, self.tabs, self.engine = site, pace, tabs, engine
        self._refused, self._judge, self._of_issues = refused, judge, of_issues
        self._unpictured, self._needs, self._stopped, self._keep = unpictured, needs, stopped, keep
        self._signing_in = signing_in
        self._done: dict[str, JourneyResult] = {}

    async def all(self) -> None:
        """Go on every journey that was not gone yet. Raises `BrowserError`, `Halted`."""
        reader = RunReader(self.pace.store, self.pace.run_id)
        kept = await self.pace.call(reader.part, PART)
        self._done = {each.id: each for each in results(kept)}
        for journey in self.site.journeys:
            before = self._done.get(journey.id)
            if before is not None and before.reason != UNDER_WAY:
                continue
            if before is not None and any(not each.stopped for each in before.sent):
                await self._end(replace(before, reason=CUT_OFF))
                continue
            if why := self._stopped():
                await self._end(_result(journey, reason=why))
                continue
            try:
                session = await self._signing_in.session(journey.role) if journey.role else None
                if await self._one(journey, session) and session:
                    await self._one(journey, await self._signing_in.again(session))
            except SignInFailed as why:
                await self._end(_result(journey, reason=str(why)))

    async def _end(self, result: JourneyResult) -> None:
        self._done[result.id] = result
        text = json.dumps([asdict(each) for each in self._done.values()], ensure_ascii=False)
        told = json.loads(text.encode("utf-8", "replace"))  # pages name things with half characters
        await self.pace.call(self.pace.store.keep_part, self.pace.run_id, PART, told)

    async def _one(self, journey: Journey, session: Session | None) -> bool:
        """Go on a journey; whether it may be gone again, since the session was lost and nothing was sent."""
        await self.pace.call(self.pace.store.begin_journey, self.pace.run_id, journey.id)
        began = time.time()
        pages: set[str] = set()
        met: list[tuple[str, str, Forms]] = []  # address without query, title, forms: of each state so far

        async def settled(steps: Sequence[StepResult], sending: Sending) -> None:
            await self._end(_result(journey, reason=UNDER_WAY, steps=tuple(steps), sent=sent(sending)))

        async def record(shown: Shown) -> Sequence[Finding] | None:
            pages.add(shown.snapshot.url)
            return await self._record(replace(shown, snapshot=_knowing(shown.snapshot, met)))

        async with self.pace.way() as ask:
            way = Way(
                engine=self.engine,
                ask=ask,
                refusals=lambda: self._refused(began),
                stopped=self._stopped,
                record=record,
                settled=settled,
                probes=self._probes,
                unpictured=self._unpictured if self.site.takes_pictures else None,
                supplier=self._supplier,
                test_system=self.site.test_system,
                secrets=dict(self.site.secrets),
                headers=session.headers if session else (),
                keep=None if self.site.headers else self._keep / str(self.pace.run_id) / journey.id,
            )
            async with self.tabs.fresh(session.state if session else None) as tab:
                gone = await travel(tab, journey, way)
        if session and not gone.signed_out:
            self._signing_in.helped(session.role)
        await self._end(_of(journey, gone, pages=len(pages)))
        return gone.signed_out and all(each.stopped for each in gone.sent)

    def _probes(self, whole: bool) -> Sequence[Probe]:
        """All where nothing of the page is needed any more; else those that leave it as it is."""
        if self.site.drive == "no-page":
            return ()
        return giving(self._needs if whole else self._needs & BETWEEN)

    def _supplier(self, url: str) -> str:
        """Whose host it is, where it is not the site's: a supplier's name, else the host's."""
        host = urlsplit(url).netloc
        if self.pace.discover.scope.owns(url):
            return ""
        bare = host.partition(":")[0]
        known = (e for e in suppliers().values() if any(f".{bare}".endswith(f".{h}") for h in e.hosts))
        found = next(known, None)
        return f"{found.name} ({host})" if found else host

    async def _record(self, shown: Shown) -> Sequence[Finding] | None:
        snapshot, discover = shown.snapshot, self.pace.discover
        try:
            told, findings, untested = await self._judge(snapshot)
        except MalformedResult:
            return None
        url = discover.addresses.clean(snapshot.url) or snapshot.url
        known = discover.known(url) or url
        link = Link(url=url, discovery=Discovery.JOURNEY)
        entry = next(iter(discover.entries([link], found_on=None, depth=0)), None)
        if entry is None or entry.outcome is not None or not shown.by_get or self.site.sample:
            entry = NewUrl(
                url=url,
                identity=known,
                depth=0,
                discovery=Discovery.JOURNEY,
                outcome=UrlOutcome.AUDITED,
            )
        visit = Visit(
            url=url,
            outcome=UrlOutcome.AUDITED,
            status=shown.arrival.status,
            content_type=shown.arrival.content_type,
            title=snapshot.title,
            discovery=Discovery.JOURNEY,
        )
        own = discover.scope.owns(snapshot.url) and not self.site.sample  # a sample is chosen before
        await self.pace.call(
            self.pace.store.record_state,
            self.pace.run_id,
            entry,
            visit,
            snapshot=replace(snapshot, untested=(*snapshot.untested, *untested), engine={}, evidence={}),
            results=told,
            findings=findings,
            pictures=self._of_issues(shown.pictures, findings),
            links=discover.entries(snapshot.links, found_on=known, depth=1) if own else (),
        )
        return findings


def _knowing(snapshot: Snapshot, met: list[tuple[str, str, Forms]]) -> Snapshot:
    """With what the journey's earlier states asked; then this one is among them."""
    forms = snapshot.evidence.get(Forms)
    if not isinstance(forms, Forms):
        return snapshot
    here = snapshot.url.partition("?")[0]
    earlier = tuple(Earlier(title=title, is_here=url == here, forms=asked) for url, title, asked in met)
    met.append((here, snapshot.title, forms))
    return replace(snapshot, evidence={**snapshot.evidence, Forms: replace(forms, earlier=earlier)})


def _result(journey: Journey, *, reason: str, **rest: Any) -> JourneyResult:
    given = journey.permission
    known: dict[str, Any] = {
        "id": journey.id,
        "name": journey.name,
        "state": JourneyState.INCOMPLETE,
        "reason": reason,
        "weight": journey.weight,
        "lgsl": journey.lgsl,
        "lgil": journey.lgil,
        "task": journey.task,
        "skills": journey.skills,
        "permission": f"{given.by}, {given.on.isoformat()}" if given else "",
    }
    return JourneyResult(**(known | rest))


def _of(journey: Journey, gone: Travelled, *, pages: int) -> JourneyResult:
    told = {name: getattr(gone, name) for name in Travelled.__dataclass_fields__ if name != "signed_out"}
    return _result(journey, pages=pages, **told)
