"""`auditor status`: what a person and a monitor are told of runs that get on, stall, are cut off or done."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import validate

from auditor.limits import MAX_RETRY_AFTER, STALLED_AFTER
from auditor.models import Discovery, NewUrl, RunState, Site, UrlOutcome, Visit
from auditor.situation import Health, health
from auditor.store import ClaimedUrl, RunReader, Store
from auditor.store import schema as t
from auditor.store.live import newest

SCHEMA_FILE = Path(__file__).parent / "status.schema.json"
Done = subprocess.CompletedProcess[str]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path}/auditor.db")
    yield opened
    opened.close()


def begin(store: Store, name: str = "town", **more: Any) -> int:
    """A run that this process is on, with one address settled of three."""
    site = Site(id=name, name=name, urls=("http://a.example/",), **more)
    run = store.start_run(site, versions={}, rules=[])
    pages = [f"http://{name}.example/{n}" for n in range(3)]
    store.add_urls(run, [NewUrl(url=p, identity=p, depth=0, discovery=Discovery.START) for p in pages])
    store.settle(run, [(store.todo(run)[0].id, UrlOutcome.DISALLOWED, "")])
    return run


def change(store: Store, run: int, **values: Any) -> None:
    with store._write() as c:
        c.execute(t.run.update().where(t.run.c.id == run).values(**values))


def rests(store: Store, host: str, until: float) -> None:
    with store._write() as c:
        c.execute(t.host.update().where(t.host.c.host == host).values(next_at=until))


def healths(store: Store) -> dict[str, Health]:
    return {each.run.site: health(each) for each in newest(store)}


def test_no_audit_yet(tmp_path: Path, command: Any) -> None:
    done: Done = command.run(tmp_path, "status")
    assert (done.returncode, done.stderr) == (0, "")
    assert "sqlite:///auditor.db holds no audit yet" in done.stdout


def test_0_while_a_run_gets_on(tmp_path: Path, store: Store, command: Any) -> None:
    begin(store)
    done: Done = command.run(tmp_path, "status")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("town  getting on ")
    assert "1 of 3 addresses settled, 0 audited; last progress 20" in done.stdout
    assert "--resume" not in done.stdout


def test_3_where_life_is_no_progress(tmp_path: Path, store: Store, command: Any) -> None:
    run = begin(store)
    change(store, run, progress=time.time() - STALLED_AFTER - 5, heartbeat=time.time())
    done: Done = command.run(tmp_path, "status")
    assert (done.returncode, done.stderr) == (3, "")
    assert "town  stalled " in done.stdout
    assert "(4 min ago)" in done.stdout
    assert "Stop that process" in done.stdout
    assert "--resume" in done.stdout
    change(store, run, progress=time.time() - STALLED_AFTER + 5)
    assert healths(store) == {"town": Health.GETTING_ON}


def test_the_rest_a_host_asked_for_is_no_stall_but_does_not_last_for_ever(store: Store) -> None:
    run = begin(store)
    now = time.time()
    change(store, run, progress=now - STALLED_AFTER - 60)
    rests(store, "town.example", now + 30)
    assert healths(store) == {"town": Health.GETTING_ON}
    change(store, run, progress=now - STALLED_AFTER - MAX_RETRY_AFTER - 5)
    assert healths(store) == {"town": Health.STALLED}, "it asks again and again, and settles nothing"
    slow = begin(store, "slow", delay=600)
    change(store, slow, progress=now - 500)
    rests(store, "slow.example", now + 100)
    assert healths(store)["slow"] is Health.GETTING_ON, "its site's own delay is so long"


def test_without_a_sign_of_life_it_is_cut_off(store: Store) -> None:
    run = begin(store)
    change(store, run, heartbeat=time.time() - 61)
    assert healths(store) == {"town": Health.CUT_OFF}
    change(store, run, holder="elsewhere:7", heartbeat=time.time())
    assert healths(store) == {"town": Health.GETTING_ON}, "of another machine, its heartbeat is believed"


def test_the_newest_run_of_each_site_counts(tmp_path: Path, store: Store, command: Any) -> None:
    change(store, begin(store, "a"), heartbeat=0.0)
    store.end_run(begin(store, "a"), RunState.DONE)
    stopped = begin(store, "b")
    store.stop(stopped, "The site has quiet hours.")
    store.end_run(stopped, RunState.INTERRUPTED)
    done: Done = command.run(tmp_path, "status")
    assert done.returncode == 0, done.stderr
    b, advice, a = done.stdout.splitlines()
    assert a.startswith("a  done ")
    assert b.startswith("b  interrupted ")
    assert "The site has quiet hours." in b
    assert "--resume" in advice


def test_hostile_text_does_not_reach_the_terminal(tmp_path: Path, store: Store, command: Any) -> None:
    run = begin(store)
    store.stop(run, "\x1b]0;owned\x07\nc  done\u202e")
    change(store, run, site="a\x1b[2J\nb  done", holder="\x1b[31mhost:1", heartbeat=time.time())
    done: Done = command.run(tmp_path, "status")
    assert done.returncode == 0, done.stderr
    assert sum(line.startswith(("a", "b", "c")) for line in done.stdout.splitlines()) == 1
    assert not {"\x1b", "\x07", "\u202e"} & set(done.stdout)


def test_queue_hosts_workers_rates_and_reasons(tmp_path: Path, store: Store, command: Any) -> None:
    run = begin(store, delay=2)
    reason = 'The server answered 503, with a page titled "Oops {}".'
    for number, left in enumerate(store.todo(run)):
        store.settle(run, [(left.id, UrlOutcome.FAILED, reason.format(number))])
    store.add_urls(
        run,
        [
            NewUrl(url=page, identity=page, depth=1, discovery=Discovery.LINK)
            for page in (f"http://town.example/more/{n}" for n in range(4))
        ],
    )
    claimed = store.claim(run, delay=lambda host: 2.0, concurrency=1)
    assert isinstance(claimed, ClaimedUrl)
    seen = Visit(url=claimed.url, outcome=UrlOutcome.AUDITED, started=datetime.now(UTC), seconds=1.0)
    store.record(run, [(claimed, seen)])
    rests(store, "town.example", time.time() + 90)
    lines = command.run(tmp_path, "status").stdout.splitlines()
    assert "6 pages an hour" in lines[0]
    assert lines[2] == (
        "Queue: 3 of 7 known addresses to do, on 1 host. Pages audited in the last 10 minutes: 1, "
        "which is 6 an hour."
    )
    assert lines[3].endswith(f":{os.getpid()}: run {run}, 1 pages in 10 minutes")
    assert lines[4].startswith("  town.example: 3 to do, 0 open, 2 s between requests, next: it rests until ")
    assert lines[6:] == [
        "Could not be audited, in runs that are not done: 2 addresses",
        '  2 failed: The server answered 503, with a page titled "…".',
    ]


def test_for_programs_as_its_schema_says(tmp_path: Path, store: Store, command: Any) -> None:
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    done: Done = command.run(tmp_path, "status", "--json")
    validate(json.loads(done.stdout), schema)
    change(store, begin(store), progress=time.time() - STALLED_AFTER - 5)
    store.end_run(begin(store, "quiet"), RunState.INTERRUPTED)
    done = command.run(tmp_path, "status", "--json")
    told = json.loads(done.stdout)
    validate(told, schema)
    assert (done.returncode, told["healthy"]) == (3, False)
    assert [(each["site"], each["health"]) for each in told["runs"]] == [
        ("quiet", "interrupted"),
        ("town", "stalled"),
    ]
    assert told["hosts"]["fullest"][0]["host"] == "town.example"


def test_an_audit_under_way_then_killed_then_resumed(
    tmp_path: Path, site_server: Callable[..., Any], page: Callable[..., Any], command: Any
) -> None:
    reached, let = threading.Event(), threading.Event()

    def wait(_: object) -> Any:
        reached.set()
        let.wait(40)
        return page("Last")

    site = site_server({"/": page("Home", "/last"), "/last": wait})
    (tmp_path / "sites.toml").write_text(
        f'[[site]]\nid = "town"\nurl = "{site.origin}/"\ninternal = true\ndelay = 0\n', encoding="utf-8"
    )
    audit = ("audit", "town", "--resume", "--format", "text")
    process = command.start(tmp_path, *audit)
    assert reached.wait(40)
    done: Done = command.run(tmp_path, "status")
    assert done.returncode == 0, done.stdout
    assert "town  getting on " in done.stdout
    assert f"process {process.pid} on " in done.stdout
    process.kill()
    process.communicate()
    done = command.run(tmp_path, "status")
    assert done.returncode == 3, done.stdout
    assert "town  cut off " in done.stdout
    assert "1 of 2 addresses settled, 1 audited" in done.stdout
    assert ", which is gone" in done.stdout
    assert "--resume" in done.stdout
    let.set()
    assert command.run(tmp_path, *audit).returncode == 0
    done = command.run(tmp_path, "status")
    assert done.returncode == 0, done.stdout
    assert "town  done " in done.stdout
    assert "2 of 2 addresses settled, 2 audited" in done.stdout
    store = Store.open(f"sqlite:///{tmp_path}/auditor.db")
    reader = RunReader.latest(store, "town")
    assert reader is not None
    assert health(reader.standing()) is Health.DONE
    store.close()
