"""A laboratory for the browser: a real Chromium behind the real guard, and sites that behave as told."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psutil
import pytest
import pytest_asyncio

from auditor.browser import engine as engine_module
from auditor.browser import visit as visit_module
from auditor.browser.engine import Engine, rules
from auditor.browser.tab import Tab, Tabs
from auditor.browser.visit import Arrival, Result, visit
from auditor.checks.axe_adapter import adapt
from auditor.checks.registry import registry, tags_to_run
from auditor.models import Rule, UrlOutcome
from auditor.net.guard import Guard
from auditor.net.proxy import EgressProxy

Answer = tuple[int, dict[str, str], bytes]
Place = tuple[str, tuple[str, ...], str]  # rule, frames, selector

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
NOBODY = "http://127.0.0.1:6"  # declared, and nobody listens there
UNNAMED = "127.0.0.3"  # loopback, declared nowhere


def bad(name: str) -> str:
    """One picture without a text alternative: one failure of `image-alt`, at `#name`."""
    return f'<img id="{name}" src="{PIXEL}">'


def html(body: str, *, head: str = "", status: int = 200, **headers: str) -> Answer:
    """A page without faults but those of `body`; `headers` with _ for -."""
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title>{head}</head>'
        f"<body><main><h1>Page</h1>{body}</main></body></html>"
    )
    extra = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, {"Content-Type": "text/html; charset=utf-8", **extra}, text.encode()


def image_alts(*places: str | tuple[tuple[str, ...], str]) -> set[Place]:
    """The findings of pictures by `bad`: a name, or the frames' selectors and a selector."""
    return {
        ("image-alt", (), f"#{place}") if isinstance(place, str) else ("image-alt", *place)
        for place in places
    }


async def anything(url: str, is_page: bool) -> None:
    """Every document may be asked for."""


async def opened(tab: Tab, url: str, **options: Any) -> None:
    """Load a page, as a visit does, but do nothing with it."""
    with tab.requests.visiting(anything):
        await tab.page.goto(url, **options)


@dataclass
class Wire:
    """A server that sends bytes as told and ends the connection as told."""

    behaviours: dict[str, Callable[[socket.socket], None]] = field(default_factory=dict)
    origin: str = ""
    tls: ssl.SSLContext | None = None
    released: threading.Event = field(default_factory=threading.Event)

    def serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, IndexError, KeyError):
            if self.tls:
                self.tls.wrap_socket(connection, server_side=True).close()
            head = connection.recv(65536)
            self.behaviours[head.split(b" ", 2)[1].decode()](connection)

    def silence(self, connection: socket.socket) -> None:
        """Never answer."""
        self.released.wait(60)


def cut(head: str, body: str) -> Callable[[socket.socket], None]:
    """Send this much, then reset the connection."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(f"HTTP/1.1 {head}\r\n\r\n{body}".encode())
        time.sleep(0.2)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return behave


@pytest.fixture(scope="session")
def wire() -> Iterator[Wire]:
    wire = Wire()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wire.origin = f"http://127.0.0.1:{listener.getsockname()[1]}"

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=wire.serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield wire
        wire.released.set()


@dataclass
class Lab:
    """The browser, and the sites: `site`, on another port `port`; the same by the name of localhost."""

    site: Any
    port: Any
    wire: Wire
    engine: Engine
    proxy: EgressProxy
    tabs: Tabs
    rules: dict[str, Rule]

    def url(self, path: str) -> str:
        return path if "://" in path else self.site.origin + path

    def by_name(self, path: str) -> str:
        """The same server as another site: its pages get a process of their own."""
        return str(self.site.origin).replace("127.0.0.1", "localhost") + path

    async def visit(self, path: str, **options: Any) -> Result:
        """As the pipeline does it."""
        began = time.time()

        async def may_audit(arrival: Arrival) -> tuple[UrlOutcome, str] | None:
            return None

        def refusals() -> dict[str, str]:
            return {r.where: r.reason for r in self.proxy.refused.recent if r.at >= began}

        options = {"ask": anything, "may_audit": may_audit, "refusals": refusals, **options}
        async with self.tabs.tab() as tab:
            result = await visit(tab, self.url(path), self.engine, **options)
            if not result.tab_is_sound:
                await self.tabs.give_up(tab)
        return result

    def places(self, result: Result) -> set[Place]:
        """Where WCAG failures were found; the visit must have ended well."""
        assert result.outcome is UrlOutcome.AUDITED, (result.outcome, result.reason)
        assert result.snapshot is not None
        _, findings = adapt(result.snapshot, self.rules)
        return {(f.rule, f.frame, f.selector) for f in findings if f.outcome == "failed" and f.wcag}

    async def judge(self, path: str) -> set[Place]:
        return self.places(await self.visit(path))

    def untested(self, result: Result) -> dict[str, str]:
        """Frames that were not judged, and why."""
        self.places(result)
        assert result.snapshot is not None
        return {frame.where: frame.reason for frame in result.snapshot.untested}

    async def assert_sound(self) -> None:
        """The next good page has exactly the findings it has alone."""
        self.site.routes["/good"] = html(f'{bad("good")}<a href="/x"></a>')
        assert await self.judge("/good") == {*image_alts("good"), ("link-name", (), "a")}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lab(site_server: Callable[[], Any], wire: Wire) -> AsyncIterator[Lab]:
    site, port = site_server(), site_server()
    own = [site.origin, port.origin, wire.origin]
    own += [origin.replace("127.0.0.1", "localhost") for origin in own]
    own += [NOBODY, wire.origin.replace("http:", "https:")]
    engine = Engine.load(tags_to_run("wcag22aa"))
    async with (
        EgressProxy(Guard(frozenset(own), known_origins=frozenset({"http://nowhere.invalid"}))) as proxy,
        Tabs(sandbox=False, proxy=proxy, product="auditor-tests") as tabs,
    ):
        async with tabs.tab() as tab:
            said = await rules(await tab.world(), engine)
        yield Lab(site, port, wire, engine, proxy, tabs, registry(said))


@pytest.fixture(autouse=True)
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for still in ("STILL_MS", "LOADED_STILL_MS"):
        monkeypatch.setattr(visit_module, still, 150)
    for name, seconds in {
        "LOAD_SECONDS": 4.0,
        "REST_SECONDS": 1.0,
        "SETTLE_SECONDS": 2.0,
        "ANSWER_SECONDS": 3.0,
        "ENGINE_SECONDS": 12.0,
    }.items():
        monkeypatch.setattr(visit_module, name, seconds)
    monkeypatch.setattr(engine_module, "FRAME_SECONDS", 5.0)
    monkeypatch.setattr(engine_module, "CONTACT_SECONDS", 1.5)


def browsers() -> list[psutil.Process]:
    """The browsers' processes that this one started."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            arguments = " ".join(process.cmdline())
            is_script = arguments.startswith("/bin/sh")  # Debian's, around its headless shell
            if "--remote-debugging-pipe" in arguments and "--type=" not in arguments and not is_script:
                found.append(process)
    return found
