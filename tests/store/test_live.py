"""What runs are doing, asked of both databases; and the queue of a fleet, which only one of them has."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from auditor.cli.worker import fleet_of
from auditor.models import Discovery, FleetStanding, NewUrl, RunState, Site, UrlOutcome, Visit
from auditor.situation import Health, account, health, healthy
from auditor.store import ClaimedUrl, Store
from auditor.store.live import newest_points, present, runs, situation


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path}/auditor.db"
    opened = Store.open(url if request.param == "sqlite" else request.getfixturevalue("postgresql"))
    yield opened
    opened.close()


def site(name: str) -> Site:
    return Site(id=name, name=name, urls=(f"http://{name}.example/",), delay=2)


def test_what_runs_are_doing(store: Store) -> None:
    assert situation(store).standings == ()
    done = store.start_run(site("done"), versions={}, rules=[])
    store.end_run(done, RunState.DONE)
    run = store.start_run(site("town"), versions={}, rules=[])
    pages = [f"http://town.example/{n}" for n in range(4)]
    store.add_urls(run, [NewUrl(url=p, identity=p, depth=0, discovery=Discovery.START) for p in pages])
    claimed = store.claim(run, delay=lambda host: 2.0, concurrency=1)
    assert isinstance(claimed, ClaimedUrl)
    seen = Visit(url=claimed.url, outcome=UrlOutcome.AUDITED, started=datetime.now(UTC), seconds=0.5)
    store.record(run, [(claimed, seen)], delay=60.0)
    left = store.todo(run)[:2]
    told = [(u.id, UrlOutcome.FAILED, f'It is titled "Oops {n}".') for n, u in enumerate(left)]
    store.settle(run, told)
    now = situation(store)
    assert [(s.run.id, health(s)) for s in now.standings] == [(run, Health.GETTING_ON), (done, Health.DONE)]
    assert (now.standings[0].known, now.standings[0].settled, now.standings[0].audited) == (4, 3, 1)
    assert now.recent == {run: 1}
    (host,) = now.hosts
    assert (host.host, host.left, host.open, host.delay) == ("town.example", 1, 0, 2.0)
    assert host.next_at.timestamp() > time.time() + 30
    assert [(s.reason, s.count) for s in now.setbacks] == [('It is titled "…".', 2)]
    assert healthy(now)
    assert account(now)["queue"]["left"] == 1
    assert [each.id for each in runs(store, "done")] == [done]
    assert present(store, [run, 999]) == {run}
    assert newest_points(store) == {}


def test_a_queue_without_workers_is_no_health(postgresql: str) -> None:
    store = Store.open(postgresql)
    assert healthy(situation(store))
    options: dict[str, Any] = {"with_secrets": lambda site: site, "finished": print, "sandbox": True}
    assert [why for _, why in fleet_of(store, **options).queue([site("town")])] == [""]
    now = situation(store)
    assert now.fleet == FleetStanding(workers=0, todo=1, doing=0, failed=0)
    assert not healthy(now)
    store.close()
