"""What several tests share: sites served over real HTTP on this machine, and the command itself."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

from auditor.browser import visit
from tests.forked import Forking
from tests.postgresql import (  # noqa: F401
    _template,
    postgresql,
    postgresql_of_session,
    postgresql_pooled,
    postgresql_to_break,
)

# No deadline for one example: the machine may be busy with a browser.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

# Files that take minutes of a busy browser, or hold time against a bound: one process has them all, one after
# the other, from the start, and the other processes the rest, file by file.
LONGEST = ("test_resume", "test_demo_audit", "test_package", "test_hostile", "test_hostile_driven")
# Of the rest what takes half a minute or more is begun first: else one process works on alone at the end.
LONG = (
    "test_examples", "test_exit_codes", "test_consent", "test_journeys", "test_pace", "test_fleet",
    "test_gate_command", "test_changed", "test_store", "test_harm", "test_sign_in", "test_html_in_browser",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def turn(item: pytest.Item) -> int:
        name = item.path.stem
        return 0 if name in LONGEST else 1 + LONG.index(name) if name in LONG else 1 + len(LONG)

    items.sort(key=turn)


def pytest_collection_finish() -> None:
    gc.freeze()  # thousands of tests and all that they import: no collection need look through them


class _ByFile(LoadFileScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "the longest" if Path(file).stem in LONGEST else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile:
    return _ByFile(config, log)


# Whoever started the tests in the background may have left Ctrl-C ignored, and the commands inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The tests start the command a few hundred times: it is compiled once, wherever they run.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# And so is Playwright's driver, which each audit starts.
os.environ.setdefault("NODE_COMPILE_CACHE", str(Path(__file__).parents[1] / ".pytest_cache" / "node"))

Answer = tuple[int, Mapping[str, str], bytes]


@dataclass(kw_only=True)
class Asked:
    """One request as the server saw it. Times are `time.monotonic()`."""

    path: str
    headers: Mapping[str, str]
    began: float
    ended: float = 0.0
    method: str = "GET"


@dataclass
class SiteServer:
    """A site on a free port of 127.0.0.1. What `routes` lacks is a 404."""

    routes: dict[str, Answer | Callable[[Asked], Answer]]
    origin: str = ""
    asked: list[Asked] = field(default_factory=list)
    most_at_once: int = 0
    open_now: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def hits(self, path: str) -> int:
        return sum(request.path == path for request in self.asked)

    @property
    def paced(self) -> list[Asked]:
        """The requests that keep the host's pace: pages, robots.txt, sitemaps; no pictures, no frames."""
        return [r for r in self.asked if r.headers.get("sec-fetch-dest", "document") == "document"]


class _Handler(BaseHTTPRequestHandler):
    site: SiteServer

    def do_GET(self) -> None:
        site = self.site
        asked = Asked(
            path=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            began=time.monotonic(),
            method=self.command,
        )
        with site.lock:
            site.asked.append(asked)
            site.open_now += 1
            site.most_at_once = max(site.most_at_once, site.open_now)
        try:
            route = site.routes.get(self.path, (404, {"Content-Type": "text/html"}, b"<title>No</title>None"))
            status, headers, body = route(asked) if callable(route) else route
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        finally:
            asked.ended = time.monotonic()
            with site.lock:
                site.open_now -= 1

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a browser that hangs up is no fault here


@pytest.fixture(scope="session")
def site_server() -> Iterator[Callable[..., SiteServer]]:
    """Starts a site from its routes: path -> (status, headers, body), or a function that answers so."""
    running: list[_Server] = []

    def start(routes: dict[str, Answer | Callable[[Asked], Answer]] | None = None) -> SiteServer:
        site = SiteServer(routes if routes is not None else {})
        handler = type("Handler", (_Handler,), {"site": site})
        server = _Server(("127.0.0.1", 0), handler)
        site.origin = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        running.append(server)
        return site

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def _page(title: str, *links: str, body: str = "", status: int = 200) -> Answer:
    anchors = "".join(f'<li><a href="{link}">To {link}</a></li>' for link in links)
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        "<style>a { display: inline-block; padding: 1em }</style></head>"
        f"<body><main><h1>{title}</h1>{body}<ul><li>{title}</li>{anchors}</ul></main></body></html>"
    )
    return status, {"Content-Type": "text/html; charset=utf-8"}, text.encode()


@pytest.fixture(scope="session")
def page() -> Callable[..., Answer]:
    """`page(title, *links, body="", status=200)`: an answer with a page that has no faults of its own."""
    return _page


@pytest.fixture(autouse=True)
def short_stillness(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the tests' pages change by themselves they change at once: half a second each would be lost."""
    for still in ("STILL_MS", "LOADED_STILL_MS"):
        monkeypatch.setattr(visit, still, 150)


@dataclass(frozen=True)
class Command:
    """`python -m auditor`, as a user runs it."""

    forking: Forking = field(default_factory=Forking)

    def environment(self, **more: str) -> dict[str, str]:
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("AUDITOR_", "COLUMNS"))}
        return {**plain, "AUDITOR_NO_SANDBOX": "1", "PYTHONWARNINGS": "error::ResourceWarning", **more}

    def run(
        self, folder: Path, *arguments: str, stdin: str = "", seconds: float = 90, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        env = self.environment(**environment)
        is_for_python = any(name.startswith("PYTHON") for name in environment)  # it reads them as it starts
        if sys.platform == "linux" and not is_for_python:
            return self.forking.run(folder, arguments, env, stdin, seconds)
        return subprocess.run(
            [sys.executable, "-m", "auditor", *arguments],
            cwd=folder,
            env=env,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def start(self, folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "auditor", *arguments],
            cwd=folder,
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture(scope="session")
def command() -> Iterator[Command]:
    command = Command()
    yield command
    command.forking.end()


@pytest.fixture(scope="session")
def outcomes() -> Callable[[Mapping[str, Any], str], dict[str, str]]:
    """`outcomes(report, origin)`: what became of each address of a site, by path."""

    def of(report: Mapping[str, Any], origin: str) -> dict[str, str]:
        return {
            visit["url"].removeprefix(origin): visit["outcome"]
            for visit in report["visits"]
            if visit["url"].startswith(origin + "/")
        }

    return of
