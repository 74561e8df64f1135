"""One audit of a large site: memory and speed as it goes on, and what its report takes afterwards.

The site is served by a process of its own: PAGES real pages of several templates, and three times as many
other addresses: documents, other hosts, what robots.txt disallows, and a calendar without end.

    python -m bench.scale [PAGES]
"""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil

from auditor.formats import FORMATS
from auditor.store import RunReader, Store
from bench.trees import Tree, memory_mb

EVERY = 15.0  # seconds between samples
SYLLABLES = [
    "ba",
    "co",
    "di",
    "fen",
    "gar",
    "hol",
    "ket",
    "lo",
    "mur",
    "nes",
    "per",
    "ris",
    "sto",
    "tan",
    "ver",
]
DICE = random.Random(20261123)
WORDS = ["".join(DICE.choices(SYLLABLES, k=DICE.randint(2, 4))) for _ in range(6000)]
SECTIONS = ("bins", "council-tax", "planning", "schools", "libraries", "housing", "roads", "leisure")
TEMPLATES = (
    "<main><h1>{title}</h1><p>{a}</p><h2>{b}</h2><p>{c}</p>{links}</main>",
    '<main><h1>{title}</h1><table><tr><th scope="col">{b}</th><th scope="col">Fee</th></tr>'
    "<tr><td>{a}</td><td>12</td></tr></table><p>{c}</p>{links}</main>",
    '<main><h1>{title}</h1><form><label for="q">{b}</label><input id="q"><input name="r"><button>Go</button>'
    "</form><p>{a}</p><p>{c}</p>{links}</main>",
    '<main><h1>{title}</h1><img src="data:,"><img src="data:," alt="{b}"><h4>{b}</h4><p>{a}</p>'
    '<p style="color:#aaa;background:#fff">{c}</p>{links}</main>',
)


class _Site(ThreadingHTTPServer):
    daemon_threads = True
    pages = 0


class _Pages(BaseHTTPRequestHandler):
    server: _Site
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        status, kind, body = 404, "text/html; charset=utf-8", "<title>Not found</title>"
        if path == "/robots.txt":
            status, kind, body = 200, "text/plain", "User-agent: *\nDisallow: /private/\n"
        elif path == "/calendar":
            status, body = 200, self._calendar(query)
        else:
            number = path.rpartition("-")[2] if path != "/" else "0"
            if number.isdigit() and int(number) < self.server.pages:
                status, body = 200, page(int(number), self.server.pages)
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _calendar(self, query: str) -> str:
        month = int("0" + "".join(filter(str.isdigit, query))[-9:])
        links = f'<a href="/calendar?month={month + 1}">Next</a>'
        return (
            f'<!doctype html><html lang="en"><title>Events {month}</title>'
            f"<main><h1>Events {month}</h1>{links}</main>"
        )

    def log_message(self, format: str, *args: object) -> None:
        pass


def page(number: int, pages: int) -> str:
    """The HTML of one page of a site that has so many."""
    dice = random.Random(number)
    of = pages + pages // 5  # documents; the other kinds are half as many
    links = [_path(n) for n in range(8 * number + 1, 8 * number + 9) if n < pages]
    links += [_path(dice.randrange(pages)) for _ in range(11 - len(links))]
    links += [f"/files/{(4 * number + n) % of}.pdf" for n in range(4)]
    links += [f"http://service-{(2 * number + n) % (of // 2)}.example/" for n in range(2)]
    links += [f"/private/{(2 * number + n) % (of // 2)}" for n in range(2)]
    links += [f"/calendar?month={number % (of // 2)}"]
    items = "".join(f'<li><a href="{link}">{" ".join(dice.choices(WORDS, k=3))}</a></li>' for link in links)
    told = {key: " ".join(dice.choices(WORDS, k=length)) for key, length in (("a", 60), ("b", 3), ("c", 40))}
    title = " ".join(dice.choices(WORDS, k=4)).capitalize()
    body = TEMPLATES[number % len(TEMPLATES)].format(title=title, links=f"<ul>{items}</ul>", **told)
    return f'<!doctype html><html lang="en"><head><title>{title}</title></head><body>{body}</body></html>'


def _path(number: int) -> str:
    dice = random.Random(-number)
    return f"/{SECTIONS[number % len(SECTIONS)]}/{'-'.join(dice.choices(WORDS, k=2))}-{number}"


def serve(pages: int) -> None:
    server = _Site(("127.0.0.1", 0), _Pages)
    server.pages = pages
    print(server.server_port, flush=True)
    server.serve_forever()


def sample(auditor: subprocess.Popen[bytes], database: str, began: float) -> None:
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(auditor.pid)
        rss = process.memory_info().rss / 2**20
        tree = memory_mb(process)
        reader = RunReader.latest(store := Store.open(database), "bench")
        audited = known = 0
        if reader is not None:
            counts = reader.by_outcome()
            audited, known = counts.get("audited", 0), sum(counts.values())  # type: ignore[call-overload]
        store.close()
        minutes = (time.monotonic() - began) / 60
        print(f"{minutes:7.1f} {audited:8,} {known:8,} {rss:10.0f} {tree:10.0f}", flush=True)


def main() -> None:
    if sys.argv[1:2] == ["serve"]:
        serve(int(sys.argv[2]))
        return
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.scale", "serve", str(pages)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        origin = f"http://127.0.0.1:{int(server.stdout.readline())}"
        with tempfile.TemporaryDirectory() as temporary:
            audit(origin, pages, Path(temporary))
    finally:
        server.terminate()
        server.wait()


def audit(origin: str, pages: int, folder: Path) -> None:
    """Audit the site in a process of its own, sampling it, then write each format of its report."""
    (folder / "sites.toml").write_text(
        f'[[site]]\nid = "bench"\nurl = "{origin}/"\ninternal = true\ndelay = 0\nconcurrency = 2\n'
        f"max_pages = {pages}\n"
    )
    database = f"sqlite:///{folder}/auditor.db"
    print("minutes  audited    known   auditor MB (RSS)  whole tree MB (PSS)", flush=True)
    began = time.monotonic()
    auditor = subprocess.Popen(
        [sys.executable, "-m", "auditor", "audit", "bench", "--format", "text"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path.cwd()), "AUDITOR_NO_SANDBOX": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with Tree(psutil.Process(auditor.pid), every=0.5) as tree:
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    auditor.wait(EVERY)
                    break
                sample(auditor, database, began)
    finally:
        auditor.terminate()
        auditor.wait()
    wall = time.monotonic() - began
    reader = RunReader.latest(Store.open(database), "bench")
    assert reader is not None
    counts = {str(outcome): count for outcome, count in reader.by_outcome().items()}
    audited = counts.get("audited", 0)
    print(f"exit code {auditor.returncode}; {sum(counts.values()):,} known: {counts}")
    print(
        f"{wall / 60:.1f} minutes, {wall / audited:.2f} s and "
        f"{tree.cpu / audited:.3f} CPU s a page (whole process tree)",
        flush=True,
    )
    for name in FORMATS:
        output = folder / name
        command = [sys.executable, "-m", "bench.report", "measure", database, name, str(output)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
