"""A signal reaches every wait: the first ends the audit after the page under way, the second at once."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

PAGE_BUDGET = 65.0  # seconds: to load, to be judged, to be closed
TEXT = ("--format", "text", "--output", "out")
QUICK = '[defaults]\nplain_pages = 0\nstatement = false\ndrive = "no-page"\n'


def until(condition: Callable[[], object], seconds: float = 40) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_the_second_signal_ends_a_page_that_stands_still(
    site_server: Any, page: Any, command: Any, tmp_path: Path
) -> None:
    site = site_server({"/": page("Still", body="<script>while (true);</script>")})
    process = command.start(tmp_path, "audit", f"{site.origin}/", "--internal", *TEXT)
    until(lambda: site.hits("/"))
    time.sleep(1)
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None, "the page under way has its time"
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, errors = process.communicate(timeout=30)
    assert time.monotonic() - began < 2
    assert process.returncode == 130
    assert "Traceback" not in errors
    _, alive = psutil.wait_procs(family, timeout=5)
    assert not alive


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/"])
def test_a_signal_ends_the_wait_for_a_server_that_says_later(
    site_server: Any, page: Any, command: Any, tmp_path: Path, path: str
) -> None:
    busy = (503, {"Retry-After": "12", "Content-Type": "text/plain"}, b"Later")
    site = site_server({"/": page("Home"), path: busy})
    (tmp_path / "sites.toml").write_text(QUICK, encoding="utf-8")
    process = command.start(tmp_path, "audit", f"{site.origin}/", "--internal", *TEXT)
    until(lambda: site.hits(path))
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    _, errors = process.communicate(timeout=PAGE_BUDGET)
    assert time.monotonic() - began < 8
    assert process.returncode == 143
    assert "Traceback" not in errors
    assert (tmp_path / "out/report.txt").exists(), "what was audited so far is reported"
    if path != "/":
        return  # what follows is the same wherever it waited
    del site.routes[path]
    site.routes.setdefault("/", page("Home"))
    done = command.run(tmp_path, "audit", f"{site.origin}/", "--internal", "--resume", *TEXT, seconds=200)
    assert done.returncode == 0, done.stderr
