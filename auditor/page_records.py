"""What a visit brought, written down: in the store, in the log, in the progress that is shown."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from auditor.browser.visit import Result
from auditor.budget import Budget, Progress
from auditor.checks.axe_adapter import MalformedResult
from auditor.checks.page_rules import PythonRule, Told
from auditor.crawl.traps import SKETCH_KEPT
from auditor.exploring import Opened
from auditor.heeding import Heeding
from auditor.inclusion import digested
from auditor.limits import LINKS_PER_FRAME, MAX_URL_LENGTH, limit_reason
from auditor.models import Finding, NewUrl, Site, Snapshot, UrlOutcome, Visit
from auditor.pace import Pace
from auditor.page_log import log_page
from auditor.picturing import Picturing
from auditor.reusing import Reusing
from auditor.store import ClaimedUrl, KeptPage
from auditor.variants import PART as VARIANTS
from auditor.varying import Varied, Varying
from auditor.visiting import Visiting


class PageRecords:
    """Of one run."""

    def __init__(
        self,
        site: Site,
        pace: Pace,
        *,
        budget: Budget,
        site_rules: Sequence[PythonRule],
        traps: Heeding,
        picturing: Picturing,
        varying: Varying,
        reusing: Reusing,
        note: Callable[[str], Awaitable[None]],
        redacted: Callable[[Visit], Visit],
        on_progress: Callable[[Progress], None],
    ) -> None:
        """`site_rules`: what they said of a page that is taken over is not kept. `redacted`: without secrets.

        `note` gets what the reader of the report must know.
        """
        self._site, self._pace, self._budget = site, pace, budget
        self._store, self._discover = pace.store, pace.discover
        self._site_rules = [each.id for each in site_rules]
        self._traps, self._picturing = traps, picturing
        self._varying, self._reusing = varying, reusing
        self._note, self._redacted, self._on_progress = note, redacted, on_progress

    async def page(self, visiting: Visiting, result: Result, opened: Opened, varied: Varied) -> None:
        """Settle what the visit holds, with all that it brought."""
        claimed, target, page = visiting.claimed, visiting.target, visiting.page
        snapshot = result.snapshot
        extra: dict[str, Any] = {}
        if kept := visiting.kept:
            extra = {"kept": kept, "driven": visiting.driven, "site_rules": self._site_rules}
            self._picturing.pictured.update(kept.pictured)
        elif snapshot is not None:
            try:
                told = await visiting.judge(snapshot)
            except MalformedResult as fault:
                reason = f"The page could not be judged: {fault}."
                result = Result(outcome=UrlOutcome.FAILED, reason=reason, final_url=result.final_url)
                visiting.not_audited()
            else:
                extra = self._judged(visiting, result, snapshot, told, opened, varied)
                if not visiting.shows_banner:
                    extra["made_of"] = self._reusing.made_of(visiting, result, extra)
                    await self._reusing.keep(result)
        if extra and snapshot is not None and self._site.follow_links and not self._site.sample:
            await self._note_links(snapshot)
            extra["links"] = self._discover.entries(
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
        new = await self._pace.call(
            self._store.record,
            self._pace.run_id,
            visits,
            delay=self._discover.delay(claimed.host),
            forms=self._discover.traps.changes(),
            **extra,
        )
        for each, visit in visits:
            self._log(visit, extra.get("findings", ()) if each is page else ())
        if extra:
            self._budget.audited += 1
            self._budget.findings += (kept.failures if kept else 0) + sum(
                f.outcome == "failed" and f.kind == "failure" for f in extra.get("findings", ())
            )
        elif result.outcome in (UrlOutcome.FAILED, UrlOutcome.BLOCKED):
            self._budget.failed += 1
        await self._traps.visited(page, result, new, visiting.copy_of)
        done, left = await self._pace.call(self._store.tally, self._pace.run_id)
        self._on_progress(self._budget.progress(done, left, claimed.url))

    def _judged(
        self,
        visiting: Visiting,
        result: Result,
        snapshot: Snapshot,
        told: Told,
        opened: Opened,
        varied: Varied,
    ) -> dict[str, Any]:
        """What `Store.record` takes of a page that was judged."""
        results, findings, untested = told
        of_variants = itertools.chain(*(state[2] for state in varied.states))
        return {
            "lang": snapshot.lang,
            "features": snapshot.features,
            "facts": digested(snapshot.facts, snapshot.lang),
            "results": results,
            "findings": findings,
            "untested": (*snapshot.untested, *untested, *opened.untested, *varied.untested),
            "states": (*opened.states, *varied.states),
            "driven": visiting.driven,
            "pictures": [
                *self._picturing.of_page(result, findings),
                *self._picturing.kept(varied.pictures, of_variants),
            ],
        } | ({"parts": {VARIANTS: self._varying.counted(varied)}} if varied.told else {})

    async def with_banner(self, visiting: Visiting, result: Result, snapshot: Snapshot, told: Told) -> None:
        """Keep the page with its cookie banner, as a state of it; it is not settled by that."""
        page = visiting.page
        results, findings, untested = told
        entry = NewUrl(
            url=page.url,
            identity=page.identity,
            depth=page.depth,
            discovery=page.discovery,
            found_on=page.found_on,
        )
        await self._pace.call(
            self._store.record_state,
            self._pace.run_id,
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
            pictures=self._picturing.of_page(result, findings),
        )

    async def unvisited(
        self, settled: Sequence[ClaimedUrl], of: ClaimedUrl, why: tuple[UrlOutcome, str]
    ) -> None:
        """Settle addresses that are not visited, or not to the end; `of` is the one that is logged."""
        entries = [(each.id, *why) for each in settled]
        await self._pace.call(self._store.settle, self._pace.run_id, entries)
        self._log(self._visit(of, Result(outcome=why[0], reason=why[1])))

    def _log(self, visit: Visit, findings: Sequence[Finding] = ()) -> None:
        log_page(self._site.id, self._pace.run_id, self._redacted(visit), findings)

    async def _note_links(self, snapshot: Snapshot) -> None:
        """Say which of a page's links will not be in the ledger."""
        if left := snapshot.links_total - len(snapshot.links):
            text = f"{snapshot.url} has too many links; not read: {left}"
            await self._note(limit_reason("links", LINKS_PER_FRAME, text))
        cut = [link for link in snapshot.links if len(link.url) > MAX_URL_LENGTH]
        left = snapshot.links_too_long + sum(self._discover.addresses.clean(link.url) is None for link in cut)
        if left:
            text = f"{snapshot.url} has links whose addresses are too long to follow: {left}"
            await self._note(limit_reason("url_length", MAX_URL_LENGTH, text))

    def _visit(self, claimed: ClaimedUrl, result: Result, kept: KeptPage | None = None) -> Visit:
        return Visit(
            url=claimed.url,
            outcome=result.outcome,
            reason=result.reason,
            final_url=self._discover.known(result.final_url) if result.final_url else None,
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
