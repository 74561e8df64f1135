"""What a repeated audit costs where nothing has changed, and whether what has changed is audited again.

A site of PAGES pages with a style sheet, a script and a picture is audited, audited again as it is, and once
more after CHANGED of its pages were changed.

    python -m bench.reuse [PAGES] [CHANGED]
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from auditor.models import UrlOutcome
from auditor.store import RunReader, Store
from bench.scale import TEMPLATES, WORDS
from bench.trees import Tree

FILES = {
    "/style.css": ("text/css", b"body{font:1rem/1.5 sans-serif} nav a{color:#05a} .quiet{color:#777}"),
    "/script.js": ("text/javascript", b"document.documentElement.classList.add('js')"),
    "/logo.svg": ("image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'),
}


class Site(ThreadingHTTPServer):
    """Pages by number; those in `changed` say something else."""

    daemon_threads = True

    def __init__(self, pages: int) -> None:
        super().__init__(("127.0.0.1", 0), _Pages)
        self.pages = pages
        self.changed: set[int] = set()
        self.asked = 0


class _Pages(BaseHTTPRequestHandler):
    server: Site
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked += 1
        name = self.path.strip("/") or "0"
        status, headers, body = 404, {"Content-Type": "text/html"}, b"<title>Not found</title>"
        if self.path in FILES:
            kind, body = FILES[self.path]
            headers = {"Content-Type": kind, "ETag": '"1"'}
            status = 304 if self.headers.get("If-None-Match") == '"1"' else 200
        elif name.isdigit() and int(name) < self.server.pages:
            status, headers = 200, {"Content-Type": "text/html; charset=utf-8"}
            body = page(int(name), self.server.pages, is_changed=int(name) in self.server.changed).encode()
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 304:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def page(number: int, pages: int, *, is_changed: bool) -> str:
    dice = random.Random(number)
    title = " ".join(dice.choices(WORDS, k=4)).capitalize()
    told = {key: " ".join(dice.choices(WORDS, k=n)) for key, n in (("a", 60), ("b", 3), ("c", 40))}
    links = [n for n in range(8 * number + 1, 8 * number + 9) if n < pages]
    links += [dice.randrange(1, pages) for _ in range(20)]
    items = "".join(f'<li><a href="/{n}">{" ".join(dice.choices(WORDS, k=3))}</a></li>' for n in links)
    if is_changed:
        told["c"] += ' <img src="/logo.svg">'
    body = TEMPLATES[number % len(TEMPLATES)].format(title=title, links=f"<ul>{items}</ul>", **told)
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>'
        '<link rel="stylesheet" href="/style.css"><script src="/script.js"></script></head><body>'
        f'<nav><a href="/"><img src="/logo.svg" alt="Home"></a></nav>{body}<p class="quiet">Page {number}</p>'
        "</body></html>"
    )


def main() -> None:
    pages, changed = (int(each) for each in (*sys.argv[1:3], *("500", "10")[len(sys.argv) - 1 :]))
    print("audit                    CPU s  minutes  requests  audited  audited anew  findings", flush=True)
    with Site(pages) as site, tempfile.TemporaryDirectory() as temporary:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        folder = Path(temporary)
        (folder / "sites.toml").write_text(
            f'[[site]]\nid = "bench"\nurl = "http://127.0.0.1:{site.server_port}/"\ninternal = true\n'
            f"delay = 0\nmax_pages = {pages}\n"
        )
        first, _ = audit(site, folder, "the first")
        again, _ = audit(site, folder, "nothing changed")
        site.changed = set(random.Random(1).sample(range(1, pages), changed))
        _, anew = audit(site, folder, f"{changed} pages changed")
        site.shutdown()
    print(f"nothing changed: {100 * again / first:.1f} % of the CPU seconds of the first")
    verdict = "exactly those" if anew == site.changed else f"not those: {sorted(anew ^ site.changed)}"
    print(f"audited anew: {verdict} that changed")


def audit(site: Site, folder: Path, name: str) -> tuple[float, set[int]]:
    """CPU seconds of one audit in a process of its own, and the numbers of the pages that a browser had."""
    site.asked, began = 0, time.monotonic()
    auditor = subprocess.Popen(
        [sys.executable, "-m", "auditor", "audit", "bench", "--format", "text"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path.cwd()), "AUDITOR_NO_SANDBOX": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with Tree(psutil.Process(auditor.pid), every=0.5) as tree:
        auditor.wait()
    store = Store.open(f"sqlite:///{folder}/auditor.db")
    reader = RunReader.latest(store, "bench")
    assert reader is not None
    audited = [v for v in reader.visits() if v.outcome is UrlOutcome.AUDITED]
    anew = {int(urlsplit(v.url).path.strip("/") or 0) for v in audited if v.unchanged_since is None}
    findings = sum(1 for _ in reader.findings())
    store.close()
    minutes = (time.monotonic() - began) / 60
    print(
        f"{name:22} {tree.cpu:7.1f} {minutes:8.1f} {site.asked:9,} {len(audited):8,} {len(anew):13,} "
        f"{findings:9,}",
        flush=True,
    )
    return tree.cpu, anew


if __name__ == "__main__":
    main()
