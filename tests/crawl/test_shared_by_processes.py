"""What processes that share a run know of its site: what one of them met, all heed."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from auditor import pace as pace_module
from auditor.browser.visit import Result
from auditor.crawl.discover import Discoverer
from auditor.heeding import Heeding
from auditor.limits import BARREN_VISITS, BLOCKED_IN_A_ROW, FAILURES_IN_A_ROW
from auditor.models import Discovery, NewUrl, Site, UrlOutcome, Visit
from auditor.pace import Pace
from auditor.store import ClaimedUrl, Store

FAILED = Result(outcome=UrlOutcome.FAILED, reason="Nothing answers.")
BLOCKED = Result(outcome=UrlOutcome.BLOCKED, reason="It refuses.")
AUDITED = Result(outcome=UrlOutcome.AUDITED)


@dataclass
class Process:
    """What one process knows."""

    discover: Discoverer
    pace: Pace
    heeding: Heeding

    async def visit(self, result: Result, *, copy_of: str | None = None) -> tuple[UrlOutcome, str] | None:
        """The next page of the run; what becomes of the rest of its host where that is left."""
        claimed = self.claim()
        visit = Visit(
            url=claimed.url,
            outcome=result.outcome,
            reason=result.reason,
            started=datetime.now(UTC),
        )
        store, run = self.pace.store, self.pace.run_id
        store.record(run, [(claimed, visit)], forms=self.discover.traps.changes())
        await self.heeding.visited(claimed, result, [], copy_of)
        store.record(run, [], forms=self.discover.traps.changes())  # as the next page's would
        return await self.pace.after(claimed, result)

    def claim(self) -> ClaimedUrl:
        claimed = self.pace.store.claim(self.pace.run_id, delay=lambda host: 0.0, concurrency=9)
        assert isinstance(claimed, ClaimedUrl)
        return claimed

    def add(self, *paths: str) -> None:
        """As one that does not know better."""
        known = [self.discover.site.urls[0] + path for path in paths]
        urls = [NewUrl(url=url, identity=url, depth=1, discovery=Discovery.LINK) for url in known]
        self.pace.store.add_urls(self.pace.run_id, urls)

    def settled(self, path: str) -> UrlOutcome | None:
        return self.pace.store.outcome(self.pace.run_id, self.discover.site.urls[0] + path)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path}/auditor.db"
    opened = Store.open(request.getfixturevalue("postgresql") if request.param == "postgresql" else url)
    yield opened
    opened.close()


@pytest.fixture
async def processes(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Process]]:
    """Three that share a run of a site where nothing answers."""
    monkeypatch.setattr(pace_module, "FAILING_PAUSE", 0.05)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        site = Site(id="town", name="Town", urls=(f"http://127.0.0.1:{silent.getsockname()[1]}/",), delay=0.0)
        run = store.start_run(site, versions={"auditor": "0"}, rules=[])
        async with httpx.AsyncClient() as http:

            async def note(sentence: str) -> None: ...

            found = []
            for _ in range(3):
                discover = Discoverer(site, fetch=lambda *given: None, note=note, rest=note)  # type: ignore[arg-type]
                pace = Pace(discover, store=store, call=asyncio.to_thread, http=http, stopped=lambda: False)
                pace.run_id = run
                found.append(Process(discover, pace, Heeding(pace)))
            yield found


@pytest.mark.parametrize(("result", "most"), [(FAILED, FAILURES_IN_A_ROW), (BLOCKED, BLOCKED_IN_A_ROW)])
async def test_a_host_is_left_after_so_many_troubles_in_sum(
    processes: list[Process], result: Result, most: int
) -> None:
    one, other, third = processes
    one.add(*(f"page-{n}" for n in range(most + 3)))
    told = [await (one, other)[n % 2].visit(result) for n in range(most)]
    assert told[:-1] == [None] * (most - 1)
    left = told[-1]
    assert left is not None
    for each in (one, other, third):
        each.add("found-meanwhile")
        await each.pace.take_up()
        assert each.discover.forbids(f"{each.discover.site.urls[0]}new") == left
    assert one.pace.store.counts(one.pace.run_id) == {result.outcome: most + 4}
    assert await third.pace.after(some(third), result) is None


def some(process: Process) -> ClaimedUrl:
    """A page that was held when its host was left."""
    url = process.discover.site.urls[0]
    return ClaimedUrl(
        id=1,
        url=url,
        identity=url,
        host=url.split("/")[2],
        depth=0,
        discovery=Discovery.START,
        found_on=None,
        attempts=1,
    )


async def test_a_page_that_another_process_was_given_interrupts_the_row(processes: list[Process]) -> None:
    one, other, _ = processes
    one.add(*(f"page-{n}" for n in range(2 * FAILURES_IN_A_ROW)))
    for _ in range(FAILURES_IN_A_ROW - 1):
        assert await one.visit(FAILED) is None
    await other.pace.take_up()
    assert await other.visit(AUDITED) is None
    for _ in range(FAILURES_IN_A_ROW - 1):
        assert await one.visit(FAILED) is None


async def test_a_trap_that_one_process_met_is_heeded_by_the_others(processes: list[Process]) -> None:
    one, other, third = processes
    one.add(*(f"day/{n}" for n in range(BARREN_VISITS + 3)))
    for n in range(BARREN_VISITS):  # neither alone meets enough
        await (one, other)[n % 2].visit(AUDITED, copy_of=f"{one.discover.site.urls[0]}day")
    assert one.settled(f"day/{BARREN_VISITS}") is None
    await third.heeding.take_up()
    await third.visit(AUDITED, copy_of=f"{one.discover.site.urls[0]}day")
    assert one.settled(f"day/{BARREN_VISITS + 1}") is UrlOutcome.OVER_BUDGET
    other.add("day/999")
    assert other.settled("day/999") is None
    await other.heeding.learn()
    assert other.settled("day/999") is UrlOutcome.OVER_BUDGET
    address = f"{one.discover.site.urls[0]}day/1000"
    assert other.discover.traps.endless(address, Discovery.LINK)
    assert not one.discover.traps.endless(address, Discovery.LINK)  # it has not looked yet
    (form,) = other.pace.store.forms(other.pace.run_id).values()
    assert form[:2] == [BARREN_VISITS + 1, BARREN_VISITS + 1]


async def test_parameters_that_change_nothing_are_shared(processes: list[Process]) -> None:
    one, other, _ = processes
    host = one.discover.site.urls[0].split("/")[2]
    store, run = one.pace.store, one.pace.run_id
    store.add_idle(run, {host: ["from"]})
    store.add_idle(run, {host: ["sort"]})
    other.add("list?page=2&sort=up")
    await other.heeding.learn()
    assert other.settled("list?page=2&sort=up") is UrlOutcome.DUPLICATE
    assert store.idle(run) == {host: ["from", "sort"]}
    assert store.counts(run)[None] == 1  # the list without `sort`
