"""A disk that fills up in the midst of an audit: that is said, with exit code 6, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

PAGES = 6


@dataclass
class Chain:
    """A site of pages, each leading to the next; the fourth waits until it is let through."""

    url: str = ""
    reached: threading.Event = field(default_factory=threading.Event)
    let: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def chain(site_server: Callable[..., Any], page: Callable[..., Any]) -> Chain:
    made = Chain()

    def wait(_: object) -> Any:
        made.reached.set()
        made.let.wait(40)
        return page("Page 3", "/4", body=200 * '<img src="data:,">')

    site = site_server({f"/{n}": page(f"Page {n}", f"/{n + 1}") for n in range(1, PAGES - 1)})
    site.routes |= {"/": page("Home", "/1"), f"/{PAGES - 1}": page("Last"), "/3": wait}
    made.url = f"{site.origin}/"
    return made


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.getuid() != 0:
        pytest.skip("only root may mount a small disk")
    done = subprocess.run([mount, "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], capture_output=True)
    if done.returncode:
        pytest.skip(f"a small disk may not be mounted here: {done.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def audit(command: Any, folder: Path, url: str) -> subprocess.Popen[str]:
    (folder / "sites.toml").write_text(
        f'[[site]]\nid = "chain"\nurl = "{url}"\ninternal = true\ndelay = 0\n'
        'drive = "no-page"\nplain_pages = 0\nstatement = false\n',
        encoding="utf-8",
    )
    started: subprocess.Popen[str] = command.start(folder, "audit", "chain", "--resume", "--format", "text")
    return started


def audited(folder: Path) -> list[tuple[int, str]]:
    """Run and URL of each page that a sound store holds as audited."""
    with closing(sqlite3.connect(folder / "auditor.db")) as c:
        assert c.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return c.execute("SELECT run_id, url FROM url WHERE outcome = 'audited' ORDER BY id").fetchall()


def check(command: Any, process: subprocess.Popen[str], folder: Path, chain: Chain) -> str:
    """The audit ends as it should, and goes on once there is room again; returns what it said."""
    chain.let.set()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 6, said
    assert "Traceback" not in said
    (sentence,) = [line for line in said.splitlines() if line.startswith("auditor: ")]
    assert "disk" in sentence
    assert "auditor.db" in sentence
    (folder / "ballast").unlink(missing_ok=True)
    assert audited(folder) == [(1, f"{chain.url}{path}") for path in ("", "1", "2")]
    again = audit(command, folder, chain.url)
    _, errors = again.communicate(timeout=60)
    assert again.returncode == 0, errors
    assert audited(folder) == [(1, f"{chain.url}{path}") for path in ("", *range(1, PAGES))]
    return sentence


def test_a_full_disk(command: Any, chain: Chain, small_disk: Path) -> None:
    process = audit(command, small_disk, chain.url)
    assert chain.reached.wait(40)
    with (small_disk / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
        while True:
            ballast.write(bytes(4096))
    assert "disk is full" in check(command, process, small_disk, chain)


def test_a_file_that_may_not_grow(command: Any, chain: Chain, tmp_path: Path) -> None:
    process = audit(command, tmp_path, chain.url)
    assert chain.reached.wait(40)
    size = (tmp_path / "auditor.db-wal").stat().st_size
    psutil.Process(process.pid).rlimit(psutil.RLIMIT_FSIZE, (size, size))
    check(command, process, tmp_path, chain)
