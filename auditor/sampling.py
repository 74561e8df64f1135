"""Choosing what to audit: the site is read over plain HTTP first, then a sample is taken, and kept.

Nothing is audited here. Each page that was read is kept as a part of the run, so that a run which is cut off
goes on with the next; the sample is kept before the first visit. Why so: docs/decisions/0026-samples.md.
"""

from __future__ import annotations

import asyncio
import heapq
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from auditor.crawl.page_kinds import named
from auditor.crawl.page_read import PageRead, read
from auditor.crawl.representative import Turn, estimate, in_turn, is_enough
from auditor.crawl.sample import CHANCE, KnownPage, choose, random_order, random_size
from auditor.crawl.scope import is_document
from auditor.limits import (
    DISCOVERY_BYTES,
    DISCOVERY_DOCUMENTS,
    DISCOVERY_DRAWS,
    DISCOVERY_KNOWN,
    FAILURES_IN_A_ROW,
    LOOKED_EVERY,
    NOT_SAMPLED,
    limit_reason,
)
from auditor.models import (
    Discovery,
    Link,
    NewUrl,
    Sample,
    SampledPage,
    Site,
    UrlOutcome,
)
from auditor.net.http import Fetched
from auditor.pace import Halted, Pace
from auditor.store import RunReader

PART = "sample"  # of the run: the sample
_READ = "read/"  # and under this, until the ledger knows what became of it, each page that was read
_KEY_PAGES = 5  # of one kind, that are read before their turn
REPRESENTATIVE = "representative"


class Sampling:
    """The choice of one run's pages."""

    def __init__(
        self, pace: Pace, site: Site, *, stopped: Callable[[], bool], time_is_up: Callable[[], bool],
        told: Callable[[int, int, str], None], rules: Iterable[str] = (),
    ) -> None:  # fmt: skip
        """`told(read, waiting, url)` is called after each page that was read.

        `rules`: those whose issues a representative sample counts, since they judge every page.
        """
        self._rules = list(rules)
        self._pace, self._site, self._discover = pace, site, pace.discover
        self._stopped, self._time_is_up, self._told = stopped, time_is_up, told
        self._known: dict[str, KnownPage] = {}  # by identity
        self._queue: list[tuple[bool, int, int, int, str]] = []
        self._in_folder: Counter[str] = Counter()
        self._key_pages: Counter[str] = Counter()
        self._shown: dict[str, str] = {}  # signature -> URL of the first page that showed it
        self._turns: list[Turn] = []
        self._reads = self._failures = self._dropped = self._requests = 0

    async def take(self) -> None:
        """Choose, keep the sample, and settle in the ledger what is not in it. Raises `Halted`."""
        pace = self._pace
        kept = await pace.call(RunReader(pace.store, pace.run_id).part, PART)
        await self._take_up()
        if kept is None:
            notes = await self._read_all()
            sample = await self._sample(notes)
            kept = asdict(sample) | {"turns": [asdict(turn) for turn in self._turns], "rules": self._rules}
            await pace.call(pace.store.keep_part, pace.run_id, PART, kept)
        await self._settle([page["url"] for page in kept["pages"]])

    async def _take_up(self) -> None:
        """What the ledger and an earlier process know of the site."""
        pace = self._pace
        for each in sorted(await pace.call(pace.store.todo, pace.run_id), key=lambda each: each.id):
            self._enter(each.url, each.identity, each.depth, each.discovery)
        for part in await pace.call(pace.store.parts, pace.run_id, _READ):
            self._remember(part)
            self._reads += 1
            self._requests = part["requests"]

    def _enter(self, url: str, identity: str, depth: int, how: Discovery) -> None:
        page = KnownPage(url=url, identity=identity, depth=depth, start=how is Discovery.START)
        self._known[identity] = page
        folder = identity.rpartition("/")[0]
        self._in_folder[folder] += 1
        self._push(page, is_key=page.start)

    def _push(self, page: KnownPage, *, is_key: bool) -> None:
        """By clicks from a start page, and among those one of each folder first: news are many."""
        nth = self._in_folder[page.identity.rpartition("/")[0]]
        heapq.heappush(self._queue, (not is_key, page.depth, nth, len(self._known), page.identity))

    async def _read_all(self) -> list[str]:
        """Read pages until none is left or a limit is reached; says what ended it, in sentences."""
        notes = []
        most = self._site.max_pages
        while self._queue:
            if self._stopped():
                raise Halted
            if self._reads >= most:
                notes.append(limit_reason("max_pages", most, "No more pages were read to choose the sample"))
                break
            if self._time_is_up():
                minutes = self._site.max_minutes
                notes.append(limit_reason("max_minutes", minutes, "The time for choosing the sample was up"))
                break
            if self._failures >= FAILURES_IN_A_ROW:
                notes.append(
                    f"After {self._failures} pages in a row that the server did not give to the program that "
                    "reads ahead, no more were read. The browser may fare better."
                )
                break
            page = self._known[heapq.heappop(self._queue)[-1]]
            if page.read is None and page.left is None:
                await self._read(page)
        if self._dropped:
            text = f"More pages are linked than are kept; dropped: {self._dropped}"
            notes.append(limit_reason("known", DISCOVERY_KNOWN, text))
        return notes

    async def _read(self, page: KnownPage) -> None:
        """Ask for a page and keep what it told, with the pages that it leads to."""
        pace = self._pace
        before = pace.requests
        answer = await pace.fetch(page.url, DISCOVERY_BYTES)
        self._requests += pace.requests - before
        part, links = await self._heard(page, answer)
        fresh: list[NewUrl] = []
        for entry in links:
            if entry.identity in self._known or len(self._known) + len(fresh) < DISCOVERY_KNOWN:
                fresh.append(entry)
            else:
                self._dropped += 1
        new = set(await pace.call(pace.store.add_urls, pace.run_id, fresh))
        for entry in fresh:
            if entry.identity in new:
                self._enter(entry.url, entry.identity, entry.depth, entry.discovery)
        self._remember(part)
        self._reads += 1
        part["requests"] = self._requests
        await pace.call(pace.store.keep_part, pace.run_id, f"{_READ}{self._reads:08}", part)
        self._told(self._reads, len(self._queue), page.url)

    async def _heard(self, page: KnownPage, answer: Fetched) -> tuple[dict[str, Any], list[NewUrl]]:
        """What is kept of an answer, and the addresses that it leads to, as the ledger takes them."""
        part: dict[str, Any] = {"page": page.identity}
        status = answer.status
        failed = answer.error is not None or status is None or status >= 500 or status in (401, 403, 429)
        self._failures = self._failures + 1 if failed else 0
        if answer.error or status is None or not 200 <= status < 300:
            why = f"it answered with status {status}" if not answer.error else "it could not be read"
            said = f" ({answer.error})" if answer.error else ""
            return part | {"left": (UrlOutcome.OVER_BUDGET, f"{NOT_SAMPLED}: {why}{said}.")}, []
        discover = self._discover
        landed = discover.known(answer.final_url)
        entries: list[NewUrl] = []
        if landed is not None and landed != page.identity:
            if no := discover.forbids(answer.final_url):
                return part | {"left": (UrlOutcome.REDIRECTED, f"It leads to {landed}. {no[1]}")}, []
            led = [Link(url=answer.final_url, discovery=Discovery.REDIRECT)]
            entries = discover.entries(led, found_on=page.identity, depth=page.depth)
            part["landed"] = landed
        media = answer.content_type.partition(";")[0].strip().lower()
        if media not in ("text/html", "application/xhtml+xml", ""):
            return part | {"left": (UrlOutcome.NOT_HTML, f"It is {media[:100]}.")}, entries
        charset = answer.content_type.partition("charset=")[2].strip(" \"'")[:40] or None
        closely = self._site.sample == REPRESENTATIVE
        told, links, total = await asyncio.to_thread(
            read, answer.body, answer.final_url, charset, closely=closely
        )
        if total > len(links):
            self._dropped += total - len(links)
        found_on = landed or page.identity
        entries += discover.entries(links, found_on=found_on, depth=page.depth + 1)
        names: dict[str, set[str]] = {}
        documents: dict[str, None] = {}
        for link in links:
            if is_document(link.url):
                documents[link.url] = None
            elif (kinds := named(link.text)) and (to := discover.known(link.url)) and discover.scope.owns(to):
                names.setdefault(to, set()).update(kinds)
        return part | {
            "read": asdict(told),
            "names": {to: sorted(kinds) for to, kinds in names.items()},
            "documents": list(documents)[:DISCOVERY_DOCUMENTS],
        }, entries

    def _remember(self, part: Mapping[str, Any]) -> None:
        """Take in what a page told: now, or as a process that was cut off has kept it."""
        page = self._known.get(part["page"])
        target = self._known.get(part.get("landed", part["page"]))
        if page is None:
            return
        if left := part.get("left"):
            page.left = None if page.start else (left[0], left[1])
            return
        if target is None:  # where it led is settled already
            return
        if target is not page:
            page.left = (UrlOutcome.REDIRECTED, f"It leads to {target.url}, which has its own entry.")
            target.start = target.start or page.start
        if target.read is None:
            told = part["read"]
            lists = ("kinds", "said", "components", "suspicions")
            target.read = PageRead(**told | {key: tuple(told.get(key, ())) for key in lists})
            target.documents = tuple(part["documents"])
            first = self._shown.setdefault(target.read.signature, target.url)
            if first != target.url and not target.start and not target.read.is_empty:
                target.left = (UrlOutcome.DUPLICATE, f"It shows the same as {first}.")
        for to, kinds in part["names"].items():
            linked = self._known.get(to)
            if linked is None or linked.named.issuperset(kinds):
                continue
            linked.named.update(kinds)
            self._key_pages.update(kinds)
            if linked.read is None and any(self._key_pages[kind] <= _KEY_PAGES for kind in kinds):
                self._push(linked, is_key=True)

    async def _sample(self, notes: Iterable[str]) -> Sample:
        method, known = self._site.sample or "", [*self._known.values()]
        seed = secrets.randbelow(10**9) if self._site.seed is None else self._site.seed
        drawn: list[SampledPage] = []
        if method == REPRESENTATIVE:
            structured, self._turns = await asyncio.to_thread(in_turn, known, seed)
        else:
            structured = await asyncio.to_thread(choose, method, known)
        if method == "wcag-em" and structured.pages:
            chosen = {page.url for page in structured.pages}
            drawn = await self._draw(seed, chosen, random_size(len(chosen)))
        pages = [page for page in self._known.values() if page.left is None]
        return Sample(
            method=method,
            seed=seed if structured.pages and method != "gds" else None,
            pages=(*structured.pages, *drawn),
            known=len(pages),
            read=sum(page.read is not None for page in pages),
            requests=self._requests,
            empty=sum(page.read is not None and page.read.is_empty for page in pages),
            templates=structured.templates,
            templates_shown=structured.templates_shown,
            missing=structured.missing,
            processes=structured.processes,
            documents=structured.documents,
            notes=tuple(notes),
        )

    async def _draw(self, seed: int, chosen: set[str], size: int) -> list[SampledPage]:
        """The random part. What was not read yet is read now, since it must be a page."""
        drawn: list[SampledPage] = []
        tries = size * DISCOVERY_DRAWS
        rest = [page for page in self._known.values() if page.url not in chosen and not page.start]
        for page in random_order(rest, seed):
            if len(drawn) == size or self._failures >= FAILURES_IN_A_ROW:
                break
            if page.read is None and page.left is None and tries:
                if self._stopped():
                    raise Halted
                tries -= 1
                await self._read(page)
            if page.read and page.left is None:
                drawn.append(
                    SampledPage(url=page.url, title=page.read.title, part="random", reasons=(CHANCE,))
                )
        return drawn

    async def _settle(self, chosen: Sequence[str]) -> None:
        """Leave to do what is in the sample, in this order, and where a start page is, what leads there."""
        pace = self._pace
        place = {url: number for number, url in enumerate(chosen)}
        todo = await pace.call(pace.store.todo, pace.run_id)
        settled = []
        for each in todo:
            page = self._known.get(each.identity)
            if each.url in place or each.discovery is Discovery.START:
                continue
            left = page.left if page else None
            settled.append((each.id, *(left or (UrlOutcome.OVER_BUDGET, f"{NOT_SAMPLED}."))))
        await pace.call(pace.store.settle, pace.run_id, settled)
        if self._site.sample == REPRESENTATIVE:
            order = {each.id: place[each.url] for each in todo if each.url in place}
            await pace.call(pace.store.put_in_order, pace.run_id, order)
        await pace.call(pace.store.drop_parts, pace.run_id, _READ)


class Growing:
    """A representative sample under way: it ends once few issues are expected to be left."""

    def __init__(self, pace: Pace, site: Site) -> None:
        self._pace = pace
        self._turns: list[Turn] | None = None if site.sample == REPRESENTATIVE else []
        self._rules: list[str] = []
        self._looked = 0  # audited pages, when the estimate was last made

    async def end(self, audited: int) -> None:
        """Settle the pages that had no turn yet, if it is time: so many were audited.

        It is the ledger that says so, to other processes at work on the run and after a resume.
        """
        if self._turns == [] or audited < self._looked + LOOKED_EVERY:
            return
        pace, self._looked = self._pace, audited
        reader = RunReader(pace.store, pace.run_id)
        if self._turns is None:
            kept = await pace.call(reader.part, PART) or {}
            self._turns = [Turn(**turn) for turn in kept.get("turns", ())]
            self._rules = kept.get("rules", [])
        issues = await pace.call(reader.issues_of_pages, self._rules)
        if not is_enough(estimate(self._turns, issues)):
            return
        why = f"{NOT_SAMPLED}: few issues are expected that the pages before it do not show."
        todo = await pace.call(pace.store.todo, pace.run_id)
        rest = [(each.id, UrlOutcome.OVER_BUDGET, why) for each in todo]
        await pace.call(pace.store.settle, pace.run_id, rest)
