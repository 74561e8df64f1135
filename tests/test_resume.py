"""kill -9 at random moments: no page lost, none counted twice, nothing left running."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest

from auditor.models import Outcome, Report, UrlOutcome
from auditor.report import report
from auditor.store import RunReader, Store

PAGES = 40
SEED = 20261123
ENDED = "a run that ended by itself"


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


def start(url: str, folder: Path) -> subprocess.Popen[bytes]:
    (folder / "sites.toml").write_text(
        f'[[site]]\nid = "tree"\nurl = "{url}"\ninternal = true\ndelay = 0\n', encoding="utf-8"
    )
    command = [sys.executable, "-m", "auditor", "audit", "tree", "--resume", "--format", "text"]
    return subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "AUDITOR_NO_SANDBOX": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def kill_at_random(url: str, folder: Path, kills: int) -> int:
    """Start, kill after a while, start again, `kills` times; then let it end. Returns its exit code."""
    dice = random.Random(SEED)
    for _ in range(kills):
        process = start(url, folder)
        try:
            process.wait(timeout=dice.uniform(0.3, 4.0))
        except subprocess.TimeoutExpired:
            children = family(process)
            process.send_signal(signal.SIGKILL)
            process.wait()
            _, alive = psutil.wait_procs(children, timeout=5)
            assert not alive, f"processes left behind: {alive}"
        else:
            raise AssertionError(f"{ENDED} after fewer than {kills} kills: make the site larger")
    return start(url, folder).wait(timeout=300)


def check_nothing_lost_or_doubled(folder: Path, hits: Counter[str], kills: int) -> Report:
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
    pages = sum(count for path, count in hits.items() if path.strip("/").isdigit() or path == "/")
    assert pages <= PAGES + kills, "a kill costs at most the page under way"
    assert built.run.id == 1, "one run, resumed, not several"
    return built


def test_twenty_kills(tree: tuple[str, Counter[str]], tmp_path: Path) -> None:
    url, hits = tree
    assert kill_at_random(url, tmp_path, kills=20) == 0
    check_nothing_lost_or_doubled(tmp_path, hits, kills=20)


@pytest.mark.soak
def test_eighty_kills(
    tree: tuple[str, Counter[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.PAGES", 300)
    url, hits = tree
    assert kill_at_random(url, tmp_path, kills=80) == 0
    check_nothing_lost_or_doubled(tmp_path, hits, kills=80)


def test_resume_takes_over_at_once_from_a_dead_process(
    tree: tuple[str, Counter[str]], tmp_path: Path
) -> None:
    url, hits = tree
    process = start(url, tmp_path)
    while not hits["/"]:
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert start(url, tmp_path).wait(timeout=300) == 0
