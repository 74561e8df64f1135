"""The pages of a run that an earlier audit of the site has judged, and that are as they were then.

Their servers are asked, without a browser; what is in doubt is audited. Why what is asked suffices, and where
that ends: docs/decisions/0047-unchanged-pages.md.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from auditor.browser.tab import VIEWPORT
from auditor.browser.visit import Arrival, Result
from auditor.limits import RESOURCE_BYTES, REUSE_DAYS
from auditor.models import LOADED, Discovery, Link, Outcome, Site, Snapshot, Untested, UrlOutcome
from auditor.net.http import Fetched
from auditor.pace import Pace
from auditor.store import KeptPage, settings
from auditor.unchanged import Resource, digest, told_headers, validators
from auditor.visiting import Visiting

DAY = 86_400.0
LANGUAGE = "en-GB,en;q=0.9"  # as the browser's own
ACCEPT = {  # as Chromium asks, by kind
    "document": "text/html,application/xhtml+xml,application/xml;q=0.9,"
    "image/avif,image/webp,image/apng,*/*;q=0.8",
    "stylesheet": "text/css,*/*;q=0.1",
    "image": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
}
_DECIDED = re.compile(r"It was not (?:pressed|tried)(?!.* could not be closed)")
# Settings that say which pages are audited, when, and what becomes of the result: not what is said of a page.
FREE = frozenset(
    {
        "concurrency",
        "contact",
        "delay",
        "documents",
        "exclude",
        "follow_links",
        "gss",
        "include",
        "keep",
        "keep_days",
        "max_depth",
        "max_documents",
        "max_minutes",
        "max_pages",
        "min_coverage",
        "name",
        "plain_pages",
        "quiet_hours",
        "reuse",
        "sample",
        "seed",
        "statement",
        "timezone",
        "urls",
        "user_limits",
    }
)


def fingerprint(site: Site, versions: Mapping[str, str]) -> str:
    """Changes with all but the page itself that decides what is said of a page. `versions`: as a run's."""
    name, _, version = versions["browser"].rpartition(" ")
    told = {
        "settings": {key: value for key, value in settings(site).items() if key not in FREE},
        "browser": [name, version.partition(".")[0], *VIEWPORT],
        **{key: versions[key] for key in ("auditor", "axe_sha256", "rules_sha256")},
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


class Reusing:
    """The pages of one run that are taken over. Nothing is where the site is crawled as somebody."""

    def __init__(self, site: Site, pace: Pace) -> None:
        self.site, self.pace, self.store = site, pace, pace.store
        self._by = ""  # a fingerprint
        self._runs: list[int] = []
        self._same: dict[str, asyncio.Future[bool]] = {}  # by a resource's key: asked for once

    async def take_up(self, versions: Mapping[str, str]) -> None:
        """Look what earlier audits there are."""
        self._by = fingerprint(self.site, versions)
        if self.site.reuse and not self.site.crawl_as:
            self._runs = await self.pace.call(self.store.finished_before, self.pace.run_id)

    def made_of(self, visiting: Visiting, result: Result, told: Mapping[str, Any]) -> dict[str, Any]:
        """What a later audit must know to take a page over; nothing where it may not.

        `told`: what is recorded of it.
        """
        snapshot, arrival, loaded = result.snapshot, result.arrival, result.loaded
        if snapshot is None or arrival is None or loaded is None or self.site.crawl_as:
            return {}
        is_whole = not any(each.outcome is Outcome.ERROR for each in told["results"])
        is_whole &= bool(told["facts"]) and all(map(_is_decided, told["untested"]))
        if told["states"] or snapshot.state != LOADED or not is_whole:
            return {}
        return {
            "by": self._by,
            "page": dict(vars(loaded.page)),
            "resources": [each.key for each in loaded.resources],
            "driven": visiting.is_chosen,
            "arrival": dict(vars(arrival)),
            "lang": snapshot.lang,
            "links": [[each.url, each.text, each.discovery] for each in snapshot.links],
            "links_total": snapshot.links_total,
            "links_too_long": snapshot.links_too_long,
        }

    async def keep(self, result: Result) -> None:
        """Keep of what a page is made that may be taken over later."""
        if result.loaded is not None:
            told = {
                each.key: dict(vars(each)) for each in result.loaded.resources if each.key not in self._same
            }
            await self.pace.call(self.store.keep_resources, self.pace.run_id, told)
            for key in told:
                self._same[key] = asyncio.get_running_loop().create_future()
                self._same[key].set_result(True)

    async def of(self, visiting: Visiting) -> Result | None:
        """The page as an earlier audit found it, if it is unchanged; None where it is to be visited."""
        if not self._runs or visiting.claimed.attempts > 1:
            return None
        began, since = datetime.now(UTC), time.time() - REUSE_DAYS * DAY
        identity = visiting.claimed.identity
        kept = await self.pace.call(self.store.kept_page, self._runs, identity, since=since)
        if kept is None or kept.told["by"] != self._by or (self.site.variants and kept.told["driven"]):
            return None
        if not await self._is_same(visiting, kept):
            await self.pace.again(visiting.claimed.host)
            return None
        arrival = _arrival(kept.told["arrival"])
        result = Result(
            outcome=UrlOutcome.AUDITED,
            final_url=arrival.url,
            status=arrival.status,
            content_type=arrival.content_type,
            title=arrival.title,
            started=began,
            seconds=round((datetime.now(UTC) - began).total_seconds(), 3),
            arrival=arrival,
        )
        if no := await visiting.may_audit(arrival):
            return replace(result, outcome=no[0], reason=no[1])
        visiting.probes(arrival)
        if visiting.is_chosen and not kept.told["driven"]:
            await visiting.start_over()
            await self.pace.again(visiting.claimed.host)
            return None
        visiting.kept = kept
        return replace(result, snapshot=_snapshot(kept.told, arrival))

    async def _is_same(self, visiting: Visiting, kept: KeptPage) -> bool:
        claimed, page = visiting.claimed, Resource.from_json(kept.told["page"])
        been = [claimed.url]

        async def may_follow(to: str) -> str | None:
            if self.pace.discover.forbids(to) or self.pace.discover.needs_robots(to):
                return "the page is visited"
            if not await self.pace.hop(to, been):
                return "the page is visited"
            been.append(to)
            return None

        answer = await self._ask(page, claimed.url, may_follow)
        known = self.pace.discover.known
        there = answer.final_url if answer.redirects else claimed.url
        if known(there) != known(page.final_url or page.url) or not _is_answer(page, answer):
            return False
        keys = kept.told["resources"]
        await self._look_up(kept.run_id, [key for key in keys if key not in self._same])
        for key in keys:
            if not await self._same[key]:
                return False
        return True

    async def _look_up(self, before: int, keys: Sequence[str]) -> None:
        """Ask for what has not been asked for in this run, one after the other as within one page."""
        if not keys:
            return
        loop = asyncio.get_running_loop()
        for key in keys:
            self._same[key] = loop.create_future()
        try:
            here = await self.pace.call(self.store.resources, self.pace.run_id, keys)  # by other processes
            there = await self.pace.call(self.store.resources, before, keys)
            for key in keys:
                same = key in here or (
                    key in there and await self._is_resource(Resource.from_json(there[key]))
                )
                if same and key not in here:
                    await self.pace.call(self.store.keep_resources, self.pace.run_id, {key: there[key]})
                self._same[key].set_result(same)
        finally:
            for key in keys:
                if not self._same[key].done():
                    self._same.pop(key).set_result(False)  # cut off: whoever comes next asks again

    async def _is_resource(self, resource: Resource) -> bool:
        answer = await self._ask(resource, resource.url)
        there = answer.final_url if answer.redirects else ""
        return there == resource.final_url and _is_answer(resource, answer)

    async def _ask(self, resource: Resource, url: str, may_follow: Any = None) -> Fetched:
        headers = {
            "Accept": ACCEPT.get(resource.kind, "*/*"),
            "Accept-Language": LANGUAGE,
            **resource.conditions(),
        }
        if resource.kind == "media":
            headers["Range"] = "bytes=0-0"
        most = RESOURCE_BYTES if resource.sha256 else 0  # else its headers tell
        return await self.pace.within(url, most, headers=headers, may_follow=may_follow)


def _is_decided(left: Untested) -> bool:
    """Whether it is left untested on every visit, for what it is: not for want of time, or of an answer."""
    return left.what == "request" or (left.what == "control" and _DECIDED.match(left.reason) is not None)


def _is_answer(resource: Resource, answer: Fetched) -> bool:
    """Whether what came is what came then."""
    if answer.status == 304 and resource.conditions() and not answer.error:
        return True
    if answer.error or (200 if answer.status == 206 else answer.status) != resource.status:
        return False
    if resource.is_document and resource.headers != told_headers(answer.headers.items()):
        return False
    if resource.sha256:
        whole = not answer.truncated
        return whole and digest(answer.body, is_document=resource.is_document) == resource.sha256
    return (resource.etag, resource.modified) == validators(answer.headers)


def _arrival(told: Mapping[str, Any]) -> Arrival:
    return Arrival(**{**told, "sketch": tuple(told["sketch"]), "kinds": tuple(told["kinds"])})


def _snapshot(told: Mapping[str, Any], arrival: Arrival) -> Snapshot:
    """The page, as far as the crawl goes on from it; what rules said of it is copied."""
    return Snapshot(
        url=arrival.url,
        title=arrival.title,
        lang=told["lang"],
        links=tuple(Link(url=u, text=text, discovery=Discovery(how)) for u, text, how in told["links"]),
        links_total=told["links_total"],
        links_too_long=told["links_too_long"],
    )
