"""kill -9 at random moments: no page lost, none counted twice, the store sound, nothing left running."""

from __future__ import annotations

import difflib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest

from auditor.models import Outcome, Report, UrlOutcome
from auditor.report import report
from auditor.store import RunReader, Store

PAGES = 30
SEED = 20261123
SAID = "said.txt"  # what the last process wrote to standard error


class _Site(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Tree)
        self.hits: Counter[str] = Counter()


class _Tree(BaseHTTPRequestHandler):
    """A site of PAGES pages, each linking to three more, each with one picture that lacks a text."""

    server: _Site

    def do_GET(self) -> None:
        name = self.path.strip("/") or "0"
        known = name.isdigit() and int(name) < PAGES
        links = "".join(
            f'<li><a href="/{child}">Page {child}</a></li>'
            for child in range(3 * int(name) + 1, min(3 * int(name) + 4, PAGES))
        ) if known else ""  # fmt: skip
        body = (
            f'<!doctype html><html lang="en"><head><title>Page {name}</title></head><body><main>'
            f'<h1>Page {name}</h1><img src="data:,"><ul>{links or "<li>No more</li>"}</ul></main></body>'
        ).encode()
        self.server.hits[self.path] += 1
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def tree() -> Iterator[tuple[str, Counter[str]]]:
    with _Site() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", server.hits
        server.shutdown()


def start(url: str, folder: Path, concurrency: int = 1) -> subprocess.Popen[bytes]:
    (folder / "sites.toml").write_text(
        f'[[site]]\nid = "tree"\nurl = "{url}"\ninternal = true\ndelay = 0\nconcurrency = {concurrency}\n'
        "statement = false\nplain_pages = 0\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "auditor", "audit", "tree", "--resume", "--format", "json"]
    with (folder / SAID).open("wb") as said:
        return subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "AUDITOR_NO_SANDBOX": "1"},
            stdout=subprocess.DEVNULL,
            stderr=said,
        )


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def check_store_is_sound(folder: Path) -> None:
    """Looks at a copy, so that the next audit finds the store just as the kill left it."""
    with tempfile.TemporaryDirectory() as copy:
        for file in folder.glob("auditor.db*"):
            shutil.copy(file, copy)
        connection = sqlite3.connect(Path(copy) / "auditor.db")
        said = connection.execute("PRAGMA integrity_check").fetchall()
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        connection.close()
    assert (said, broken) == ([("ok",)], [])


def pages(hits: Counter[str]) -> int:
    return sum(count for path, count in hits.items() if path.strip("/").isdigit() or path == "/")


def await_kill(
    process: subprocess.Popen[bytes], hits: Counter[str], dice: random.Random, number: int, concurrency: int
) -> None:
    """Until a random moment: every third time from the beginning on, else from the page after its first.

    So each run gets on by a page, however slow the machine: one that is cut off again and again is given up.
    """
    if number % 3 == 2:
        process.wait(timeout=dice.uniform(0.3, 2.5))
    seen, ends = pages(hits), time.monotonic() + 60
    while pages(hits) < seen + concurrency + 1 and process.poll() is None and time.monotonic() < ends:
        time.sleep(0.02)
    process.wait(timeout=dice.uniform(0.0, 1.5))


def kill_at_random(url: str, folder: Path, hits: Counter[str], kills: int, concurrency: int = 1) -> int:
    """Start, kill after a while, start again, `kills` times; then let it end. Returns its exit code."""
    dice = random.Random(SEED)
    for number in range(kills):
        process = start(url, folder, concurrency)
        try:
            await_kill(process, hits, dice, number, concurrency)
        except subprocess.TimeoutExpired:
            children = family(process)
            process.send_signal(signal.SIGKILL)
            process.wait()
            _, alive = psutil.wait_procs(children, timeout=5)
            assert not alive, f"processes left behind: {alive}"
            check_store_is_sound(folder)
        else:
            said = (folder / SAID).read_text(encoding="utf-8")[-2000:]
            raise AssertionError(f"it ended by itself ({process.returncode}) before {kills} kills: {said}")
    return start(url, folder, concurrency).wait(timeout=300)


def check_nothing_lost_or_doubled(
    folder: Path, hits: Counter[str], kills: int, concurrency: int = 1
) -> Report:
    store = Store.open(f"sqlite:///{folder}/auditor.db")
    reader = RunReader.latest(store, "tree")
    assert reader is not None
    built = report(reader)
    visits = [visit.url for visit in built.visits() if visit.outcome is UrlOutcome.AUDITED]
    assert len(visits) == len(set(visits)) == PAGES
    assert built.coverage.known == PAGES
    assert built.coverage.complete
    found = Counter(finding.url for finding in built.findings(rule="image-alt", outcome=Outcome.FAILED))
    assert found == dict.fromkeys(visits, 1)
    assert pages(hits) <= PAGES + kills * concurrency, "a kill costs at most the pages under way"
    assert built.run.id == 1, "one run, resumed, not several"
    return built


def but_for_times(folder: Path) -> str:
    """report.json without what may differ between two audits of a site that stayed as it was.

    These are moments and durations; and the order of the ledger, which is that of the visits: a page that a
    kill cut off comes later, and so do the links on it.
    """
    said = json.loads((folder / "report/report.json").read_text(encoding="utf-8"))
    for each in (said["run"], *said["visits"]):
        for key in ("started", "finished", "seconds"):
            if key in each:
                each[key] = None
    for visit in said["visits"]:
        del visit[
            "driven"
        ]  # which page stands for those like it follows the order too; how many do is in `coverage`
    for ledger in ("visits", "findings"):
        said[ledger].sort(key=lambda each: (each["url"], json.dumps(each, sort_keys=True)))
    return json.dumps(said, indent=1)


@pytest.mark.parametrize(("kills", "count"), [(3, 12), pytest.param(10, 50, marks=pytest.mark.soak)])
def test_kills_change_nothing_in_the_report(
    tree: tuple[str, Counter[str]],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    kills: int,
    count: int,
) -> None:
    monkeypatch.setattr(f"{__name__}.PAGES", count)
    url, hits = tree
    assert kill_at_random(url, tmp_path, hits, kills=kills) == 0
    check_nothing_lost_or_doubled(tmp_path, hits, kills=kills)
    whole = tmp_path_factory.mktemp("whole")
    assert start(url, whole).wait(timeout=300) == 0
    killed, uncut = but_for_times(tmp_path).splitlines(), but_for_times(whole).splitlines()
    assert list(difflib.unified_diff(uncut, killed, lineterm="")) == []


@pytest.mark.soak
def test_eighty_kills(
    tree: tuple[str, Counter[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.PAGES", 300)
    url, hits = tree
    assert kill_at_random(url, tmp_path, hits, kills=80) == 0
    check_nothing_lost_or_doubled(tmp_path, hits, kills=80)


@pytest.mark.soak
def test_fifty_kills_of_two_workers(
    tree: tuple[str, Counter[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.PAGES", 300)
    url, hits = tree
    assert kill_at_random(url, tmp_path, hits, kills=50, concurrency=2) == 0
    check_nothing_lost_or_doubled(tmp_path, hits, kills=50, concurrency=2)


def marked(mark: str) -> list[psutil.Process]:
    """Every process whose environment holds the mark, also one that left its family."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("AUDITOR_TEST_MARK") == mark:
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.mark.parametrize(
    ("signals", "code"),
    [([signal.SIGINT], 130), ([signal.SIGTERM], 143), ([signal.SIGINT, signal.SIGINT], 130)],
    ids=["Ctrl-C", "SIGTERM", "Ctrl-C twice"],
)
def test_no_process_is_left_after_a_signal(
    tree: tuple[str, Counter[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    signals: Sequence[signal.Signals],
    code: int,
) -> None:
    url, hits = tree
    mark = uuid.uuid4().hex
    monkeypatch.setenv("AUDITOR_TEST_MARK", mark)
    process = start(url, tmp_path)
    while hits.total() < 3:
        assert process.poll() is None
        time.sleep(0.05)
    children = family(process)
    assert len(children) > 3, "driver and browser"
    for number in signals:
        process.send_signal(number)
        time.sleep(0.02)
    children = list({*children, *family(process)})
    assert process.wait(timeout=60) == code
    _, alive = psutil.wait_procs(children, timeout=2)
    assert not alive
    assert not marked(mark)
    check_store_is_sound(tmp_path)


def test_resume_takes_over_at_once_from_a_dead_process(
    tree: tuple[str, Counter[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.PAGES", 4)
    url, hits = tree
    process = start(url, tmp_path)
    while not hits["/"]:
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert start(url, tmp_path).wait(timeout=300) == 0
