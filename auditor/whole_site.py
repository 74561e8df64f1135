"""What is told of the site as a whole once its pages are audited.

The rules over all pages, its accessibility statement, and what a few pages hold for who runs no script.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from auditor.checks.page_rules import PythonRule
from auditor.checks.site_rules import judge_site
from auditor.evidence.site import PageFacts, SitePages
from auditor.inclusion import PLAIN_BYTES, plain, sample
from auditor.models import OTHER_HOST, Rule, Site
from auditor.pace import Halted, Pace
from auditor.report import PLAIN
from auditor.statement import NOT_THE_END, PART
from auditor.statement import find as statement
from auditor.store import RunReader


class _Again:
    """What can be read again and again, from the store each time."""

    def __init__(self, read: Callable[[], Iterator[PageFacts]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[PageFacts]:
        return self._read()


class WholeSite:
    """Of one run."""

    def __init__(self, site: Site, pace: Pace, *, stopped: Callable[[], bool], limit: str) -> None:
        """`limit`: why the crawl ended early, or ""."""
        self._site = site
        self._pace = pace
        self._discover = pace.discover
        self._stopped = stopped
        self._limit = limit

    def _pages(self) -> _Again:
        return _Again(lambda: self._pace.store.page_facts(self._pace.run_id))

    async def judge(self, site_rules: Sequence[PythonRule], rules: Mapping[str, Rule]) -> None:
        """What only the whole crawl shows. Rule by rule: what all say of thousands of pages is large."""
        pages = SitePages(pages=self._pages())
        for rule in site_rules:
            told = await self._pace.call(judge_site, [rule], pages, rules)
            await self._pace.call(self._pace.store.record_site, self._pace.run_id, rule.id, told)

    async def find_statement(self) -> None:
        """Look for the accessibility statement among the pages; where none is one, ask for a few more."""
        finder = statement.Finder(
            homes=self._site.urls,
            pages=self._pages(),
            visits=RunReader(self._pace.store, self._pace.run_id).visits,
            known=self._discover.known,
        )
        crawl = await self._pace.call(finder.read)
        text, document, asked = finder.best(crawl), finder.document(crawl), list[str]()
        cut_short = next(iter(self._discover.left.values()), ("", self._limit))[1]
        if (
            text is None
            and document is None
            and self._site.follow_links
            and crawl.pages
            and not self._stopped()
        ):
            urls = [url for url in finder.to_ask(crawl) if not self._is_excluded(url)]
            try:
                text, document, asked = await statement.ask_for(urls, self._pace.fetch)
            except Halted:
                cut_short = NOT_THE_END
        elif not crawl.pages or not self._site.follow_links:
            cut_short = (
                cut_short or "Only the addresses that were given were visited, or none could be audited."
            )
        document = None if text else document
        url = text.url if text else document[0] if document else ""
        counted = await self._pace.call(finder.count, crawl, url)
        told = statement.kept(
            crawl,
            text=text,
            document=document,
            counted=counted,
            asked=asked,
            why_incomplete="" if url else cut_short or finder.unseen(crawl),
        )
        await self._pace.call(self._pace.store.keep_part, self._pace.run_id, PART, told)

    def _is_excluded(self, url: str) -> bool:
        """Whether the user keeps us from an address; another host alone does not."""
        settled = self._discover.scope.settle(url)
        return settled is not None and settled[1] != OTHER_HOST

    async def without_script(self) -> None:
        """What a few pages hold for who runs no script: fetched once more, without the browser."""
        told: list[Mapping[str, Any]] = []
        for url, shown in await self._pace.call(
            lambda: sample(self._pace.store.page_facts(self._pace.run_id), self._site.plain_pages)
        ):
            try:
                answer = await self._pace.fetch(url, PLAIN_BYTES)
            except Halted:
                break
            if answer.error or answer.status != HTTPStatus.OK:
                told.append({"url": url, "error": "it could not be fetched without a browser"})
                continue
            counted = await asyncio.to_thread(plain, answer.body, answer.content_type)
            told.append({"url": url, "shown": shown, "plain": counted})
        await self._pace.call(self._pace.store.keep_part, self._pace.run_id, PLAIN, told)
