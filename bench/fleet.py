"""A fleet in simulated time: stub visits without a browser, but the real store, claims, records and pace.

    python -m bench.fleet [--store URL] price [URLS]         what a claim and a record cost, of so many
    python -m bench.fleet [--store URL] curve [URLS]         pages an hour with 1 to 512 tabs, and why
    python -m bench.fleet [--store URL] whole [URLS [TABS]]  every URL of 400 sites, once
    python -m bench.fleet [--store URL] site [URLS]          one site with concurrency = 8, 1 to 8 tabs

--store: an empty database to fill, on this machine; without it an SQLite file in a temporary folder. The
database's price is its CPU time, the client's and the server's, which a busy machine does not change; round
trips and commits are added as below. docs/capacity.md has the results.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import random
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from auditor.models import Discovery, NewUrl, Outcome, RuleResult, Site, UrlOutcome, Visit
from auditor.store import ClaimedUrl, Store
from auditor.store import schema as t
from bench.ledger import finding

HOSTS = 400
DELAY = 1.0  # seconds of rest of a host, the default of sites.toml
VISIT = 3.5  # seconds of a visit, mean: 2.5 of CPU (docs/accuracy.md), the rest waiting for the site
SLICE = 60.0  # seconds that a tab stays with a site before it lets others have it
SERVER_CORES = 4  # of PostgreSQL's machine
ROUND_TRIP = 0.0003  # seconds to PostgreSQL and back within a data centre, each statement
COMMIT = 0.001  # seconds until a commit is on an SSD
LINKS = 20  # on a page, all known already
# Of the demo council, a page: 338 results of rules in 1.9 states, 3.9 findings. Most pages have one state.
OUTCOMES = (
    [Outcome.INAPPLICABLE] * 86 + [Outcome.PASSED] * 62 + [Outcome.UNTESTED] * 26 + [Outcome.FAILED] * 2
)
RESULTS = [
    RuleResult(rule=f"a-rule-of-some-length-{n}", outcome=outcome, places=n % 7)
    for n, outcome in enumerate(OUTCOMES)
]
FINDINGS = 4
FACTS = {"words": list(range(400))}  # 1,500 bytes packed, the demo council's mean
NUMBERS = {  # 1 to :count
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)",
    "postgresql": "WITH numbers(n) AS (SELECT generate_series(1, :count))",
}


@dataclass
class Clock:
    """Simulated time, which the store takes for the real one."""

    now: float

    def __call__(self) -> float:
        return self.now


@contextmanager
def simulated_time() -> Iterator[Clock]:
    clock, real = Clock(time.time()), time.time
    time.time = clock
    try:
        yield clock
    finally:
        time.time = real


@dataclass
class Cost:
    """What one step of the store takes."""

    client: float  # milliseconds of CPU
    server: float
    statements: int


class Meter:
    """Measures the steps of a store, all of them over one connection, and sets the server's clock."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._statements = 0
        self._backend: Path | None = None
        sa.event.listen(store._engine, "before_cursor_execute", self._count)
        if store._engine.name == "postgresql":
            sa.event.listen(store._engine, "begin", lambda c: c.info.update(now=clock.now))
            with store.reading() as c:
                pid = c.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            self._backend = Path(f"/proc/{pid}/schedstat")

    def _count(self, *_: object) -> None:
        self._statements += 1

    def _server(self) -> float:
        return int(self._backend.read_text().split()[0]) / 1e6 if self._backend else 0.0

    def __call__(self, step: Callable[[], Any]) -> tuple[Any, Cost]:
        statements, server, began = self._statements, self._server(), time.process_time()
        answer = step()
        client = 1000 * (time.process_time() - began)
        return answer, Cost(client, self._server() - server, self._statements - statements)


def sizes(urls: int) -> list[int]:
    """Pages of each site: a few are large, most small; the sum is `urls`."""
    dice = random.Random(20261126)
    shares = [dice.lognormvariate(0, 1) for _ in range(HOSTS)]
    found = [max(1, int(urls * share / sum(shares))) for share in shares]
    found[0] += urls - sum(found)
    return found


def fill(store: Store, sizes: list[int]) -> dict[int, int]:
    """Enter sites of so many pages; returns the pages of each run."""
    runs: dict[int, int] = {}
    numbers = NUMBERS[store._engine.name]
    enter = sa.text(
        "INSERT INTO url (run_id, identity, url, host, depth, discovery, reason, attempts, chain, cost) "
        f"{numbers} SELECT CAST(:run AS INTEGER), :address || n, :address || n, :host, n % 5, 'link', '', "
        "0, 0, n % 5 FROM numbers"
    )
    for number, count in enumerate(sizes):
        host = f"www.council-{number}.example"
        address = f"https://{host}/services/department/page-"
        site = Site(id=f"site-{number}", name="", urls=(f"https://{host}/",))
        run_id = store.start_run(site, versions={}, rules=[])
        with store._write() as c:
            c.execute(enter, {"run": run_id, "host": host, "address": address, "count": count})
            c.execute(insert(t.host).values(host=host).on_conflict_do_nothing())
            c.execute(t.run.update().where(t.run.c.id == run_id).values(known=count))
        runs[run_id] = count
    with store._engine.connect().execution_options(isolation_level="AUTOCOMMIT", reading=True) as c:
        c.exec_driver_sql("ANALYZE url")  # not what is empty yet: without autovacuum it would pass for that
    return runs


def settle(store: Store, run_id: int, claimed: ClaimedUrl) -> None:
    visit = Visit(
        url=claimed.url,
        outcome=UrlOutcome.AUDITED,
        status=200,
        content_type="text/html; charset=utf-8",
        title="Pay your council tax",
        started=datetime.now(UTC),
        seconds=VISIT,
        signature=f"{claimed.id:016x}",
        sketch=tuple(range(40)),
    )
    store.record(
        run_id,
        [(claimed, visit)],
        delay=DELAY,
        lang="en",
        features={"forms": 1, "tables": 2},
        facts=FACTS,
        results=RESULTS,
        findings=[finding(claimed.url, n) for n in range(FINDINGS)],
        links=[link(claimed, n) for n in range(LINKS)],
    )


def link(claimed: ClaimedUrl, n: int) -> NewUrl:
    """To one of the site's first pages."""
    url = f"{claimed.url.rpartition('-')[0]}-{n + 1}"
    return NewUrl(url=url, identity=url, depth=1, discovery=Discovery.LINK, found_on=claimed.url)


def claim(store: Store, run_id: int, concurrency: int = 1) -> ClaimedUrl | float | None:
    return store.claim(run_id, delay=lambda host: DELAY, concurrency=concurrency)


@dataclass(kw_only=True)
class Told:
    """What came of a simulation."""

    pages: int = 0
    seconds: float = 0.0  # simulated
    resting: float = 0.0  # tab seconds for a host's turn
    held_up: float = 0.0  # tab seconds for the database
    busy: float = 0.0  # core seconds of the database's machine; of its one writer, where it is a file
    claims: list[Cost] = field(default_factory=list)
    records: list[Cost] = field(default_factory=list)
    beats: list[Cost] = field(default_factory=list)  # signs of life, one a slice
    smallest_gap: float = float("inf")  # from the end of a visit to the next one's start, of one host
    twice: int = 0  # pages claimed more than once


class Fleet:
    """So many tabs at the sites of a store. A tab takes the site that waited longest, claims its pages for a
    slice of time, and lets it go. A file has one writer at a time; a server works on several cores."""

    def __init__(
        self, store: Store, runs: Mapping[int, int], *, tabs: int, clock: Clock, concurrency: int = 1
    ) -> None:
        self.told = Told()
        self._store, self._clock = store, clock
        self._meter = Meter(store, clock)
        self._dice = random.Random(tabs)
        self._concurrency = concurrency
        self._queue = deque(run_id for run_id in runs for _ in range(concurrency))
        self._order = itertools.count()
        self._server = store._engine.name != "sqlite"
        self._cores = [clock.now] * (SERVER_CORES if self._server else 1)
        # (when, order, run, end of its slice, what is visited)
        self._events: list[tuple[float, int, int | None, float, ClaimedUrl | None]] = []
        for n in range(tabs):
            self._later(clock.now + n * VISIT / tabs)

    def _later(
        self, at: float, run_id: int | None = None, until: float = 0.0, visited: ClaimedUrl | None = None
    ) -> None:
        heapq.heappush(self._events, (at, next(self._order), run_id, until, visited))

    def _step(self, work: Callable[[], Any], costs: list[Cost]) -> tuple[Any, float]:
        """What the store answers, and when."""
        answer, cost = self._meter(work)
        costs.append(cost)
        way = cost.client / 1000
        if self._server:
            way += cost.statements * ROUND_TRIP + COMMIT
        core = cost.server / 1000 if self._server else way + COMMIT
        done = max(self._clock.now, heapq.heappop(self._cores)) + core
        heapq.heappush(self._cores, done)
        if self._server:
            done += way
        self.told.held_up += done - self._clock.now
        self.told.busy += core
        return answer, done

    def work(self, until: float = float("inf"), tell: Callable[[Told], None] = lambda told: None) -> Told:
        """For `until` seconds, or until nothing is left; `tell` hears of it every 5,000 pages."""
        told, began = self.told, self._clock.now
        ended: dict[str, float] = {}
        seen: set[int] = set()
        while self._events and self._events[0][0] <= began + until:
            self._clock.now, _, run_id, slice_ends, visited = heapq.heappop(self._events)
            told.seconds = self._clock.now - began
            if visited is not None and run_id is not None:
                at = self._step(partial(settle, self._store, run_id, visited), told.records)[1]
                ended[visited.host] = self._clock.now
                told.pages += 1
                if told.pages % 5000 == 0:
                    tell(told)
                self._later(at, run_id, slice_ends)
                continue
            if run_id is not None and self._clock.now >= slice_ends:
                self._queue.append(run_id)
                run_id = None
            if run_id is None:
                if not self._queue:
                    if any(each[2] is not None for each in self._events):
                        self._later(self._clock.now + 1.0)
                    continue
                run_id, slice_ends = self._queue.popleft(), self._clock.now + SLICE
                self._step(partial(self._store.beat, run_id, seconds=SLICE), told.beats)
            answer, at = self._step(partial(claim, self._store, run_id, self._concurrency), told.claims)
            if answer is None:  # this site is done
                self._later(at)
            elif isinstance(answer, float):
                told.resting += answer
                self._later(at + answer, run_id, slice_ends)
            else:
                told.twice += answer.id in seen
                seen.add(answer.id)
                gap = self._clock.now - ended.get(answer.host, float("-inf"))
                told.smallest_gap = min(told.smallest_gap, gap)
                seconds = self._dice.lognormvariate(0, 0.5) * VISIT / 1.133  # whose mean is VISIT
                self._later(at + seconds, run_id, slice_ends, answer)
        return told


def mean(costs: list[Cost], what: str) -> float:
    return statistics.fmean(getattr(cost, what) for cost in costs) if costs else 0.0


def rows_and_bytes(store: Store) -> tuple[int, int]:
    size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    if store._engine.name == "postgresql":
        size = "SELECT pg_database_size(current_database())"
    with store.reading() as c:
        rows = [
            c.execute(sa.select(sa.func.count()).select_from(table)) for table in t.metadata.tables.values()
        ]
        return sum(each.scalar_one() for each in rows), int(c.exec_driver_sql(size).scalar_one())


def price(store: Store, urls: int, clock: Clock) -> None:
    """Of a claim and a record."""
    runs = fill(store, sizes(urls))
    print(f"{urls:,} URLs of {HOSTS} sites", flush=True)
    before = rows_and_bytes(store)
    meter, claims, records = Meter(store, clock), [], []
    for run_id in itertools.islice(itertools.cycle(runs), 400):
        clock.now += DELAY
        answer, cost = meter(partial(claim, store, run_id))
        assert isinstance(answer, ClaimedUrl), answer
        claims.append(cost)
        records.append(meter(partial(settle, store, run_id, answer))[1])
    rows, size = (after - then for after, then in zip(rows_and_bytes(store), before, strict=True))
    for name, costs in (("claim", claims[50:]), ("record", records[50:])):
        whole = sorted(cost.client + cost.server for cost in costs)
        print(
            f"{name}: {mean(costs, 'client'):.2f} ms of CPU in the client and {mean(costs, 'server'):.2f} in "
            f"the server, {mean(costs, 'statements'):.1f} statements; together median "
            f"{statistics.median(whole):.2f}, 95% under {whole[int(0.95 * len(whole))]:.2f} ms, of "
            f"{len(costs)}"
        )
    print(f"a page: {rows / 400:.1f} rows, {size / 400 / 1024:.1f} KiB")


def curve(store: Store, urls: int, clock: Clock) -> None:
    """A window of simulated time with each number of tabs."""
    runs = fill(store, sizes(urls))
    print(f"{urls:,} URLs of {HOSTS} sites; visits of {VISIT} s, hosts rest {DELAY} s")
    print("tabs   pages an hour   a tab's time: visiting   host rests   database   the database: busy cores")
    for tabs in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512):
        clock.now += 3600
        window = 240.0 if tabs < 8 else 60.0
        told = Fleet(store, runs, tabs=tabs, clock=clock).work(window)
        with store._write() as c:  # what was under way when the window closed
            c.execute(t.url.update().where(t.url.c.lease.is_not(None)).values(lease=None))
        at_work = tabs * window
        away = (told.resting + told.held_up) / at_work
        print(
            f"{tabs:4} {told.pages / window * 3600:15,.0f} {1 - away:24.0%} {told.resting / at_work:12.0%} "
            f"{told.held_up / at_work:10.1%} {told.busy / window:26.2f}",
            flush=True,
        )


def site(store: Store, urls: int, clock: Clock) -> None:
    """One site that allows eight at once: ten minutes of it with each number of tabs."""
    for tabs in (1, 2, 4, 8):
        runs = fill(store, [urls])
        told = Fleet(store, runs, tabs=tabs, clock=clock, concurrency=8).work(600.0)
        print(f"{tabs} tabs: {6 * told.pages:,} pages an hour; {told.twice} twice", flush=True)
        clock.now += 3600


def whole(store: Store, urls: int, tabs: int, clock: Clock) -> None:
    """Every URL, once."""
    runs = fill(store, sizes(urls))
    print(f"{urls:,} URLs of {HOSTS} sites, {tabs} tabs; the largest has {max(runs.values()):,}", flush=True)
    real = time.monotonic()

    def tell(told: Told) -> None:
        claims, records = told.claims[-5000:], told.records[-5000:]
        print(
            f"{told.seconds / 3600:6.2f} h {told.pages:9,} pages; {told.busy / told.seconds:.2f} cores of "
            f"the database busy; ms of CPU, client + server: claim {mean(claims, 'client'):.2f} + "
            f"{mean(claims, 'server'):.2f}, record {mean(records, 'client'):.2f} + "
            f"{mean(records, 'server'):.2f}; {told.twice} twice, smallest gap {told.smallest_gap:.3f} s; "
            f"{(time.monotonic() - real) / 60:.1f} real minutes",
            flush=True,
        )

    tell(told := Fleet(store, runs, tabs=tabs, clock=clock).work(tell=tell))
    audited = sum(store.counts(run_id).get(UrlOutcome.AUDITED, 0) for run_id in runs)
    print(f"{told.pages:,} of {urls:,} audited; by the store's own count {audited:,}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store")
    parser.add_argument("what", choices=["price", "curve", "whole", "site"])
    parser.add_argument("urls", nargs="?", type=int, default=200_000)
    parser.add_argument("tabs", nargs="?", type=int, default=64)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, simulated_time() as clock:
        store = Store.open(given.store or f"sqlite:///{folder}/fleet.db")
        try:
            if given.what == "price":
                price(store, given.urls, clock)
            elif given.what == "curve":
                curve(store, given.urls, clock)
            elif given.what == "site":
                site(store, given.urls, clock)
            else:
                whole(store, given.urls, given.tabs, clock)
        finally:
            store.close()


if __name__ == "__main__":
    main()
