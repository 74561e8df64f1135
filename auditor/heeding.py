"""What traps.py decides, done in the ledger: what is endless is left, what says the same is one address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from auditor.browser.visit import Result
from auditor.crawl.traps import like
from auditor.models import NewUrl, UrlOutcome
from auditor.pace import Pace
from auditor.store import ClaimedUrl


class Heeding:
    """The traps of one run."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._discover = pace.discover
        self._traps = pace.discover.traps
        self._store = pace.store

    async def take_up(self) -> None:
        """Go on where a run was cut off."""
        store, run_id = self._store, self._pace.run_id
        await self._pace.call(
            lambda: self._traps.take_up(store.forms(run_id), store.idle(run_id), store.pages_shown(run_id))
        )

    async def learn(self) -> None:
        """Leave, too, what other processes at work on the run found endless or idle meanwhile."""
        store, run_id = self._store, self._pace.run_id
        stopped = self._traps.stop(await self._pace.call(store.stopped_forms, run_id))
        idle = self._traps.ignore(await self._pace.call(store.idle, run_id))
        await self._leave(stopped, idle)

    async def visited(
        self, page: ClaimedUrl, result: Result, new: Sequence[str], copy_of: str | None
    ) -> None:
        """Count the visit to its form of address; leave what turns out to be endless or idle."""
        traps = self._traps
        before = {host: set(names) for host, names in traps.idle.items()}
        stopped = traps.visited(
            page.identity,
            chain=page.chain,
            how=page.discovery,
            sketch=result.arrival.sketch if result.snapshot and result.arrival else (),
            ancestry=traps.ancestry(page.found_on),
            new=new,
            copy=copy_of,
        )
        idle = {name for host, names in traps.idle.items() for name in names - before.get(host, set())}
        if idle:
            await self._pace.call(self._store.add_idle, self._pace.run_id, traps.idle)
        await self._leave(stopped, idle)

    async def _leave(self, forms: Iterable[str], idle: Iterable[str]) -> None:
        """Of the addresses that wait and are of these forms, or have these parameters: what is endless, and
        what is the same as another."""
        concerned = [*map(like, forms), *(f"%{name}%" for name in idle)]
        if not concerned:
            return
        settled = []
        stripped: dict[str, NewUrl] = {}
        for todo in await self._pace.call(self._store.todo, self._pace.run_id, concerned):
            plain = self._discover.known(todo.identity)
            if reason := self._traps.endless(todo.identity, todo.discovery):
                settled.append((todo.id, UrlOutcome.OVER_BUDGET, reason))
            elif plain is not None and plain != todo.identity:
                reason = f"The same as {plain}: what else its address says changes nothing on this site."
                settled.append((todo.id, UrlOutcome.DUPLICATE, reason))
                stripped[plain] = NewUrl(
                    url=plain,
                    identity=plain,
                    depth=todo.depth,
                    discovery=todo.discovery,
                    found_on=todo.found_on,
                    chain=todo.chain,
                    cost=todo.cost,
                )
        await self._pace.call(self._store.add_urls, self._pace.run_id, list(stripped.values()))
        await self._pace.call(self._store.settle, self._pace.run_id, settled)
