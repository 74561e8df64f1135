"""`auditor doctor`: do browser, engine, network guard and store work; if not, what mends them."""

from __future__ import annotations

import platform
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click

import auditor
from auditor.cli.common import (
    config_option,
    find_config,
    no_sandbox_option,
    open_store,
    sandbox,
    store_option,
)
from auditor.errors import AuditorError, BrowserError, StoreError
from auditor.models import Outcome, Report, Site

PAGE = """<!doctype html><html lang="en"><head><title>Doctor</title></head>
<body><main><h1>Doctor</h1><img src="{forbidden}/picture.png"></main></body></html>"""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    page = ""
    hits = 0


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.hits += 1
        body = self.server.page.encode()
        self.send_response(200 if self.path == "/" else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def _served(page: str = "") -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.page = page
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()


@click.command()
@config_option
@store_option
@no_sandbox_option
def doctor(config_file: Path | None, store: str | None, no_sandbox: bool) -> int:
    """Check that an audit can run here: store, browser, engine, network guard. Each fault says its cure."""
    code = 0
    click.echo(f"ok    program   auditor {auditor.__version__}, Python {platform.python_version()}")
    try:
        opened = open_store(store, find_config(config_file))
        opened.check()
        click.echo(f"ok    store     {opened.shown}")
    except AuditorError as error:
        click.echo(f"FAIL  store     {error}")
        code = StoreError.exit_code
    try:
        with _served() as forbidden:
            other = f"http://127.0.0.1:{forbidden.server_port}"
            with (
                _served(PAGE.format(forbidden=other)) as site,
                _audited(f"http://127.0.0.1:{site.server_port}/", sandbox(no_sandbox)) as report,
            ):
                return _tell(report, forbidden.hits, sandbox(no_sandbox)) or code
    except BrowserError as error:
        click.echo(f"FAIL  browser   {error}")
        return code or BrowserError.exit_code


def _tell(report: Report, hits: int, sandboxed: bool) -> int:
    """Say what the small audit showed of browser, engine and guard; `hits`: requests got past the guard."""
    code = 0
    click.echo(f"ok    browser   {report.run.versions['browser']}")
    if not sandboxed:
        click.echo("note  sandbox   the browser's own sandbox is off: audit only sites you trust")
    if "image-alt" in {issue.rule for issue in report.of(Outcome.FAILED)}:
        click.echo(f"ok    engine    axe {report.run.versions['axe']}")
    else:
        reasons = "; ".join(visit.reason for visit in report.visits() if visit.reason) or "no reason given"
        click.echo(f"FAIL  engine    it missed a planted fault ({reasons}). Install the program anew.")
        code = BrowserError.exit_code
    if hits:
        click.echo("FAIL  guard     the browser got round the network guard. Audit no site you do not trust.")
        code = BrowserError.exit_code
    else:
        click.echo("ok    guard     a page could not reach another server on this machine")
    return code


@contextmanager
def _audited(url: str, sandboxed: bool) -> Iterator[Report]:
    """A whole small audit, of a page with one planted fault."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(
            id="doctor", name="Doctor", urls=(url,), internal=True, delay=0.0, follow_links=False, max_pages=1
        )
        yield auditor.audit(site, store=f"sqlite:///{folder}/doctor.db", sandbox=sandboxed)
