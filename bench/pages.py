"""What is measured on: HTML files of a folder, served on this machine by a process of their own."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

LARGEST = 1_000_000  # bytes; on a larger page an audit may reach its limit of 25 seconds, or just not
SEED = 20261123
FOLDERS = (
    "/usr/share/doc/python3-doc/html",
    "/usr/share/doc/python3.11/html",
    "/usr/share/doc/python3.11-doc/html",
    "/usr/share/doc/python3/html",
)


@contextlib.contextmanager
def served(count: int, folder: str | None = None) -> Iterator[list[str]]:
    """URLs of `count` pages: of `folder`, of the system's Python manual, or else of the demo site, repeated.

    The server runs in a process that is no child of the measured one in any sum: its CPU is left out by
    both sides alike, since both measure the same tree.
    """
    root = _root(folder)
    if root is None:
        from auditor.demo import DemoSite

        with DemoSite() as demo:
            paths = ["/", "/bins", "/contact", "/council-tax", "/news", "/schools", "/search", "/libraries"]
            yield [f"{demo.url.rstrip('/')}{paths[n % len(paths)]}?n={n}" for n in range(count)]
        return
    small = (p for p in root.rglob("*.html") if p.stat().st_size <= LARGEST)
    files = sorted(p.relative_to(root) for p in small)
    random.Random(SEED).shuffle(files)
    command = [sys.executable, "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            port = _port(server)
            urls = [f"http://127.0.0.1:{port}/{files[n % len(files)]}" for n in range(min(count, len(files)))]
            extra = [f"{urls[n % len(urls)]}?again={n}" for n in range(count - len(urls))]
            yield urls + extra
        finally:
            server.terminate()


def too_large(folder: str | None = None) -> tuple[str, ...]:
    """Patterns of the pages that `served` leaves out, for a crawl that would find them."""
    root = _root(folder)
    files = root.rglob("*.html") if root else ()
    return tuple(f"/{p.relative_to(root)}" for p in files if root and p.stat().st_size > LARGEST)


def _root(folder: str | None) -> Path | None:
    return next((Path(f) for f in ([folder] if folder else FOLDERS) if Path(f).is_dir()), None)


def _port(server: subprocess.Popen[str]) -> int:
    assert server.stdout is not None
    line = server.stdout.readline()
    port = int(line.split(" port ")[1].split()[0])
    for _ in range(50):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).close()
            return port
        time.sleep(0.1)
    raise RuntimeError("the server of the measured pages did not start")
