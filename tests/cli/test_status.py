"""`auditor status`: what a person and a monitor are told of runs that get on, stall, are cut off or done."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import sqlalchemy as sa

from auditor.cli.status import Health, answer, health
from auditor.limits import MAX_RETRY_AFTER, STALLED_AFTER
from auditor.models import Discovery, NewUrl, RunState, Site, UrlOutcome
from auditor.store import RunReader, Store
from auditor.store import schema as t

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
    return {run["site"]: run["health"] for run in answer(store)[1]["runs"]}


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
    assert answer(store)[0] == 503
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
    code, said = answer(store)
    assert (code, said["healthy"]) == (200, True)


def test_hostile_text_does_not_reach_the_terminal(tmp_path: Path, store: Store, command: Any) -> None:
    run = begin(store)
    store.stop(run, "\x1b]0;owned\x07\nc  done\u202e")
    change(store, run, site="a\x1b[2J\nb  done", holder="\x1b[31mhost:1", heartbeat=time.time())
    done: Done = command.run(tmp_path, "status")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 1
    assert not {"\x1b", "\x07", "\u202e"} & set(done.stdout)


@dataclass(frozen=True)
class Monitor:
    url: str
    process: subprocess.Popen[str]

    def ask(self, path: str = "/") -> tuple[int, dict[str, Any]]:
        try:
            with urlopen(self.url + path, timeout=10) as response:
                return response.status, json.load(response)
        except HTTPError as error:
            with error:
                return error.code, json.load(error)


@pytest.fixture
def monitor(tmp_path: Path, command: Any) -> Iterator[Monitor]:
    process = command.start(tmp_path, "status", "--listen", "0")
    line = process.stdout.readline()
    assert line.startswith("Listening on http://127.0.0.1:"), process.communicate()
    yield Monitor(line.split()[-1].rstrip("/"), process)
    process.kill()
    process.communicate()


def test_a_monitor_is_told_200_and_503(store: Store, monitor: Monitor) -> None:
    assert monitor.ask() == (200, {"healthy": True, "runs": []})
    run = begin(store)
    code, said = monitor.ask()
    assert (code, said["healthy"]) == (200, True)
    (only,) = said["runs"]
    assert (only["site"], only["health"]) == ("town", "getting on")
    assert (only["settled"], only["known"], only["audited"]) == (1, 3, 0)
    change(store, run, progress=time.time() - STALLED_AFTER - 5)
    code, said = monitor.ask()
    assert (code, said["healthy"], said["runs"][0]["health"]) == (503, False, "stalled")
    store.end_run(run, RunState.DONE)
    assert monitor.ask()[0] == 200
    assert monitor.ask("/other")[0] == 404
    with store._write() as c:
        c.execute(sa.text("ALTER TABLE run RENAME TO gone"))
    code, said = monitor.ask()
    assert (code, said["healthy"]) == (503, False)
    assert "store" in said["error"]
    monitor.process.send_signal(signal.SIGINT)
    assert monitor.process.wait(10) == 130


def test_a_port_that_is_taken_is_told(tmp_path: Path, store: Store, monitor: Monitor, command: Any) -> None:
    port = monitor.url.rpartition(":")[2]
    done: Done = command.run(tmp_path, "status", "--listen", port)
    assert done.returncode == 2
    assert f"--listen {port}: Address already in use. Name another port." in done.stderr


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
