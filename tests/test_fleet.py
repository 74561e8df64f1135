"""Workers that share audits: every page once, each host at its pace, whatever breaks."""

from __future__ import annotations

import itertools
import json
import shutil
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
import pytest
from procrastinate.jobs import Job
from procrastinate.worker import Worker

import auditor
from auditor.config import ad_hoc, load
from auditor.fleet import Fleet
from auditor.models import Due, DueState
from auditor.store import RunReader, Store
from auditor.store.migrate import HEAD
from tests.conftest import Command
from tests.postgresql import Network, Server

DELAY = 0.3
SHARED = 3


class _Site(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: str, pages: int) -> None:
        super().__init__((address, 0), _Page)
        self.origin = f"http://{address}:{self.server_port}"
        self.pages = pages
        self.asked: list[tuple[float, float, str]] = []  # began, ended, path


class _Page(BaseHTTPRequestHandler):
    server: _Site

    def do_GET(self) -> None:
        began = time.monotonic()
        number = int(self.path[1:] or 0) if self.path[1:].isdigit() or self.path == "/" else -1
        links = "".join(f'<li><a href="/{n}">Page {n}</a></li>' for n in range(1, self.server.pages))
        body = (
            f'<!doctype html><html lang="en"><head><title>Page {number} here</title></head><body><main>'
            f"<h1>Page {number}</h1><p>{'word ' * (number + 5)}</p><ul>{links}</ul></main></body></html>"
        ).encode()
        self.send_response(200 if 0 <= number < self.server.pages else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if self.path != "/favicon.ico":
            self.server.asked.append((began, time.monotonic(), self.path))

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Callable[[int, int], list[_Site]]]:
    """Starts so many sites of so many pages, each on an address of its own."""
    running: list[_Site] = []

    def start(sites: int, pages: int) -> list[_Site]:
        for number in range(sites):
            site = _Site(f"127.0.{number + 1}.1", pages)
            threading.Thread(target=site.serve_forever, args=(0.05,), daemon=True).start()
            running.append(site)
        return running

    yield start
    for site in running:
        site.shutdown()
        site.server_close()


def configure(folder: Path, sites: Sequence[_Site]) -> None:
    lines = [
        "[defaults]", f"delay = {DELAY}", "internal = true", 'drive = "no-page"', "pictures = false",
        "statement = false", "plain_pages = 0", 'documents = "list"', 'consent = "leave"',
    ]  # fmt: skip
    for number, site in enumerate(sites):
        lines += ["[[site]]", f'id = "site-{number}"', f'url = "{site.origin}/"']
    lines.append(f"concurrency = {SHARED}")  # of the last one, which several workers audit together
    (folder / "sites.toml").write_text("\n".join(lines))


class Workers:
    """Processes of a fleet, as a user starts them."""

    def __init__(self, command: Command, folder: Path, url: str) -> None:
        self._command, self._folder, self._url = command, folder, url
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, **environment: str) -> None:
        environment["AUDITOR_STORE"] = self._url
        one = ("worker", "--at-once", "1", "--format", "json")
        self.processes.append(self._command.start(self._folder, *one, **environment))

    def stop(self) -> str:
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        return "".join("".join(process.communicate(timeout=60)) for process in self.processes)

    def kill(self) -> None:
        killed = self.processes.pop(0)
        killed.kill()
        killed.communicate()


def done(server: Server, url: str) -> int:
    with server.connect(url.rpartition("/")[2]) as c:
        row = c.execute("SELECT count(*) FROM run WHERE state = 'done'").fetchone()
    assert row is not None
    return int(row[0])


def wait(until: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if until():
                return True
        except psycopg.OperationalError:
            pass
        time.sleep(0.3)
    return False


def judge(server: Server, url: str, sites: Sequence[_Site], folder: Path) -> None:
    """Every page audited once, no request too early, one run and one report of each site."""
    with server.connect(url.rpartition("/")[2]) as c:
        told = c.execute(
            "SELECT run.site, count(*), count(DISTINCT url.identity), count(snapshot.id)"
            " FROM run JOIN url ON url.run_id = run.id LEFT JOIN snapshot ON snapshot.url_id = url.id"
            " WHERE url.outcome = 'audited' GROUP BY run.site, run.id ORDER BY run.site"
        ).fetchall()
    pages = sites[0].pages
    assert sorted(told) == sorted((f"site-{n}", pages, pages, pages) for n in range(len(sites)))
    for number, site in enumerate(sites):
        at_once = site is sites[-1]  # then from start to start
        pairs = itertools.pairwise(sorted(site.asked))
        gaps = [later[0] - (sooner[0] if at_once else sooner[1]) for sooner, later in pairs]
        assert min(gaps) >= DELAY - 0.02, (site.origin, min(gaps))
        report: dict[str, Any] = json.loads((folder / f"report/site-{number}/report.json").read_text())
        assert report["run"]["state"] == "done"


def shared(
    command: Command,
    folder: Path,
    server: Server,
    sites: list[_Site],
    *,
    cut: float,
    seconds: float,
) -> None:
    configure(folder, sites)
    direct = server.new()
    network = Network(server.port)
    url = direct.replace(f":{server.port}/", f":{network.port}/")
    queued = command.run(folder, "audit", "--queue", AUDITOR_STORE=url)
    assert queued.returncode == 0, queued.stderr
    assert queued.stdout.count(": queued.") == len(sites)
    again = command.run(folder, "audit", "site-0", "--queue", AUDITOR_STORE=url)
    assert "queued already" in again.stdout
    workers = Workers(command, folder, url)
    for _ in range(3):
        workers.start()
    try:
        # Pages are under way: as many of forty sites as of twelve.
        assert wait(lambda: sum(len(site.asked) for site in sites) > min(12, len(sites)), 60)
        workers.kill()
        workers.start()
        time.sleep(cut / 3)
        server.stop()
        server.start()
        time.sleep(cut / 3)
        network.cut()
        time.sleep(cut)
        network.mend()
        assert wait(lambda: done(server, direct) == len(sites), seconds), "not done in time"
        reports = [folder / f"report/site-{n}/report.json" for n in range(len(sites))]
        assert wait(lambda: all(each.exists() for each in reports), 30)
    finally:
        said = workers.stop()
        network.close()
        print(said)
    judge(server, direct, sites, folder)


def test_workers_share_what_was_queued_and_survive_what_breaks(
    command: Command, tmp_path: Path, postgresql_to_break: Server, serve: Callable[[int, int], list[_Site]]
) -> None:
    shared(command, tmp_path, postgresql_to_break, serve(2, 4), cut=3.0, seconds=180)


def test_a_deployment_hands_on_what_is_under_way(
    command: Command,
    tmp_path: Path,
    postgresql: str,
    postgresql_of_session: Server,
    serve: Callable[[int, int], list[_Site]],
) -> None:
    sites = serve(1, 5)
    configure(tmp_path, sites)
    assert command.run(tmp_path, "audit", "--queue", AUDITOR_STORE=postgresql).returncode == 0
    first = Workers(command, tmp_path, postgresql)
    first.start()
    assert wait(lambda: len(sites[0].asked) > 3, 60)  # robots.txt, a sitemap and two pages
    print(first.stop())
    assert [process.returncode for process in first.processes] == [0]
    with postgresql_of_session.connect(postgresql.rpartition("/")[2]) as c:
        left = c.execute("SELECT DISTINCT status::text FROM procrastinate_jobs").fetchall()
    assert left == [("todo",)]
    second = Workers(command, tmp_path, postgresql)
    second.start()
    try:
        assert wait(lambda: done(postgresql_of_session, postgresql) == 1, 90)
    finally:
        print(second.stop())
    judge(postgresql_of_session, postgresql, sites, tmp_path)


async def test_two_that_find_a_lost_job_at_once(
    postgresql: str, postgresql_of_session: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(postgresql)
    ((_, why_not),) = Fleet(store).queue([ad_hoc(["https://www.example.org/"])])
    assert why_not == ""
    with postgresql_of_session.connect(postgresql.rpartition("/")[2]) as c:
        c.execute("UPDATE procrastinate_jobs SET status = 'doing'")
        fleet = Fleet(store)
        async with fleet._app.open_async():
            jobs = fleet._app.job_manager
            lost = list(await jobs.list_jobs_async())

            async def stalled(queue: str) -> list[Job]:
                return lost

            monkeypatch.setattr(jobs, "get_stalled_jobs", stalled)
            for _ in range(2):
                await fleet._rescue(Worker(fleet._app), Counter())
        assert c.execute("SELECT status::text FROM procrastinate_jobs").fetchall() == [("todo",)]
    store.close()


def test_a_worker_looks_at_the_schedules(
    command: Command,
    tmp_path: Path,
    postgresql: str,
    postgresql_of_session: Server,
    serve: Callable[[int, int], list[_Site]],
) -> None:
    sites = serve(1, 2)
    configure(tmp_path, sites)
    now = datetime.now(UTC)
    file = tmp_path / "sites.toml"
    nightly = f'schedule = "30 {(now.hour + 12) % 24} * * *"'
    file.write_text(file.read_text().replace("[defaults]", f'[defaults]\ntimezone = "UTC"\n{nightly}'))
    known = Due(
        site="site-0",
        due=now - timedelta(days=3),
        schedule=load(file).schedules["site-0"].signature,
        state=DueState.KNOWN,
        run=None,
        holder="",
        begun=now,
        touched=now,
    )
    store = Store.open(postgresql)
    store.enter([known])
    workers = Workers(command, tmp_path, postgresql)
    workers.start()
    try:
        assert wait(lambda: (due := store.dues("site-0")[0]).state is DueState.DONE and due.run == 1, 90)
    finally:
        print(workers.stop())
    states = [due.state for due in store.dues("site-0")]
    assert states == [DueState.DONE, DueState.MISSED, DueState.MISSED, DueState.KNOWN]
    notes = RunReader(store, 1).run().notes
    assert any("2 due times passed without an audit" in note for note in notes), notes
    assert len(sites[0].asked) == len(set(sites[0].asked))
    store.close()


@pytest.mark.soak
def test_workers_behind_a_pooler_of_transactions(
    command: Command,
    tmp_path: Path,
    postgresql_pooled: str,
    postgresql_of_session: Server,
    serve: Callable[[int, int], list[_Site]],
) -> None:
    sites = serve(2, 3)
    configure(tmp_path, sites)
    assert command.run(tmp_path, "audit", "--queue", AUDITOR_STORE=postgresql_pooled).returncode == 0
    workers = Workers(command, tmp_path, postgresql_pooled)
    workers.start()
    workers.start()
    try:
        assert wait(lambda: done(postgresql_of_session, postgresql_pooled) == len(sites), 600)
        reports = [tmp_path / f"report/site-{n}/report.json" for n in range(len(sites))]
        assert wait(lambda: all(each.exists() for each in reports), 120)
    finally:
        print(workers.stop())
    judge(postgresql_of_session, postgresql_pooled, sites, tmp_path)


@pytest.mark.soak
def test_workers_of_this_version_and_the_next_share_a_run(
    command: Command,
    tmp_path: Path,
    postgresql: str,
    postgresql_of_session: Server,
    serve: Callable[[int, int], list[_Site]],
) -> None:
    sites = serve(1, 16)
    configure(tmp_path, sites)
    file = tmp_path / "sites.toml"  # slow enough for the upgrade to come in its midst
    file.write_text(file.read_text().replace(f"delay = {DELAY}", "delay = 12"))
    assert command.run(tmp_path, "audit", "--queue", AUDITOR_STORE=postgresql).returncode == 0
    this, later = Workers(command, tmp_path, postgresql), Workers(command, tmp_path, postgresql)
    newer = next_version(tmp_path / "next")
    try:
        this.start()
        assert wait(lambda: len(sites[0].asked) > 3, 300)
        upgrade = command.run(tmp_path, "store", "upgrade", AUDITOR_STORE=postgresql, PYTHONPATH=newer)
        assert upgrade.returncode == 0, upgrade.stderr
        later.start(PYTHONPATH=newer)
        assert wait(lambda: done(postgresql_of_session, postgresql) == 1, 600)
        assert wait((tmp_path / "report/site-0/report.json").exists, 120)
    finally:
        print(this.stop(), later.stop())
    assert [each.returncode for each in (*this.processes, *later.processes)] == [0, 0]
    judge(postgresql_of_session, postgresql, sites, tmp_path)
    report = json.loads((tmp_path / "report/site-0/report.json").read_text())
    assert any("different versions" in note and "9.9.9" in note for note in report["run"]["notes"])
    assert "newer version" in command.run(tmp_path, "worker", AUDITOR_STORE=postgresql).stderr


def next_version(folder: Path) -> str:
    """This program as it may be next: its number, and a table with a column more. What Python finds it by."""
    package, here = folder / "auditor", Path(auditor.__file__).parents[1]
    for name in ("auditor", "rules", "reports"):
        shutil.copytree(here / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file, then, now in (
        ("_version.py", f'"{auditor.__version__}"', '"9.9.9"'),
        ("store/migrate.py", f'HEAD = "{HEAD}"', 'HEAD = "9999"'),
    ):
        text = (package / file).read_text()
        assert then in text
        (package / file).write_text(text.replace(then, now))
    (package / "store/migrations/versions/v9999_next.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f'revision, down_revision = "9999", "{HEAD}"\n'
        "def upgrade():\n"
        '    op.add_column("url", sa.Column("next", sa.Integer, nullable=False, server_default="0"))\n'
    )
    return str(folder)


@pytest.mark.soak
def test_forty_sites_and_a_network_that_is_cut_for_half_a_minute(
    command: Command, tmp_path: Path, postgresql_to_break: Server, serve: Callable[[int, int], list[_Site]]
) -> None:
    shared(command, tmp_path, postgresql_to_break, serve(40, 8), cut=30.0, seconds=3600)


def test_a_fleet_needs_a_store_that_can_be_shared(command: Command, tmp_path: Path) -> None:
    said = command.run(tmp_path, "worker").stderr
    assert "auditor.db is a file" in said
    assert "PostgreSQL" in said
