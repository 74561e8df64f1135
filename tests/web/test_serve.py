"""`auditor serve` as a browser and a monitor meet it: the command itself, on a store with a past."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from playwright.async_api import Browser, async_playwright

from auditor.browser.find import launch
from auditor.history import catch_up
from auditor.limits import STALLED_AFTER
from auditor.models import Discovery, NewUrl, Outcome, RunState, Site, UrlOutcome
from auditor.store import Store
from auditor.store import schema as t
from tests.formats.test_html_in_browser import ALL, AXE, RUN, SCREENSHOTS
from tests.past import Past, day, fault

HOSTILE = "<script>alert(1)</script> & \u202egnp.exe\x1b[31m </bdi>{{ 7*7 }}"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True)
class Served:
    port: int
    store: Store
    process: subprocess.Popen[str]

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        response = connection.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        connection.close()
        return answer

    def get(self, path: str, seconds: float = 60) -> Answer:
        """A report, once it is written."""
        until = time.monotonic() + seconds
        while (answer := self.ask(path)).status == 202 and time.monotonic() < until:
            pass
        return answer


def begin(store: Store, name: str, title: str, **values: Any) -> int:
    """A run under way, with two of its three addresses settled."""
    run = store.start_run(Site(id=name, name=title, urls=("http://a.example/",)), versions={}, rules=[])
    pages = [f"http://{name}.example/{n}" for n in range(3)]
    store.add_urls(run, [NewUrl(url=p, identity=p, depth=0, discovery=Discovery.START) for p in pages])
    reason = 'The server answered 503, with a page titled "{}".'
    todo = store.todo(run)[:2]
    store.settle(run, [(c.id, UrlOutcome.FAILED, reason.format(n)) for n, c in enumerate(todo)])
    values = {"holder": "elsewhere:7", "heartbeat": time.time() + 9000} | values
    with store._write() as c:
        c.execute(t.run.update().where(t.run.c.id == run).values(**values))
    return run


def fill(store: Store) -> None:
    town = Past(store)
    found = [fault("logo", "/")]
    question = [fault("map", "/bins", outcome=Outcome.CANT_TELL)]
    town.audit(day(1), {"/": found, "/bins": question})  # 1
    town.audit(day(8), {"/": [*found, fault("banner", "/")], "/bins": question})  # 2
    catch_up(store, "town")
    begin(store, "elm", "Elm Council")  # 3
    begin(store, "fir", HOSTILE)  # 4
    stopped = begin(store, "hazel", "Hazel Council")  # 5
    store.stop(stopped, HOSTILE)
    store.note(stopped, HOSTILE)
    store.end_run(stopped, RunState.INTERRUPTED)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, command: Any) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    store = Store.open(f"sqlite:///{folder}/auditor.db")
    fill(store)
    schedule = (
        '[[site]]\nid = "town"\nname = "Town"\nurl = "https://www.town.example/"\nschedule = "0 2 * * 1"\n'
    )
    (folder / "sites.toml").write_text(schedule, encoding="utf-8")
    (temporary := folder / "temporary").mkdir()
    options = ("--listen", "127.0.0.1:0", "--host", "audits.town.example")
    process = command.start(folder, "serve", *options, TMPDIR=str(temporary))
    line = process.stdout.readline()
    assert line.startswith("Listening on http://127.0.0.1:"), process.communicate()
    yield Served(urlsplit(line.split()[-1]).port or 0, store, process)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)
    store.close()
    assert (process.returncode, errors) == (143, "")
    assert list(temporary.iterdir()) == []


PAGES = (
    "/",
    "/sites/town/",
    "/sites/hazel/",
    "/audits/2/",
    "/audits/3/",
    "/audits/5/",
    "/status/",
    "/nothing/here",
    "/audits/2/files/csv/",
    "/audits/2/report/",
    "/overview/",
)


def test_each_site_stands_there_with_its_newest_audit_and_what_is_under_way(served: Served) -> None:
    page = served.ask("/").text
    assert "1 of 4 websites has a finished audit. 2 are being audited now." in page
    assert "1 of 2 pages audited has a confirmed problem, from 2 different problems. 1 question" in page
    assert "Being audited: 2 of 3 known addresses settled." in page
    assert "An audit was stopped before its end: 2 of 3" in page
    assert 'href="audits/2/report/"' in page
    assert re.search(r"Next audit due \d{4}-\d\d-\d\d 02:\d\d \(Europe/London\)", page)
    town = served.ask("/sites/town/").text
    assert "Next audit due" in town
    assert "2 confirmed problems, 1 more than on 1 September 2026, on the same 2 pages" in town
    assert town.count(">Finished<") == 2
    assert "The report of what was audited until then" in served.ask("/audits/5/").text
    status = served.ask("/status/").text
    assert "elsewhere:7" in status
    assert "2 audits under way, 2 addresses to do of 6 known." in status
    assert 'titled &#34;…&#34;.</bdi></th><td role="cell" data-label="What became of it">' in status


def test_what_is_made_later_is_there_at_once(served: Served) -> None:
    run = begin(served.store, "yew", "Yew Council")
    assert "Yew Council" in served.ask("/").text
    assert "1 of 3" not in served.ask(f"/audits/{run}/").text
    served.store.settle(run, [(served.store.todo(run)[0].id, UrlOutcome.DISALLOWED, "")])
    assert "3 of 3 known addresses" in served.ask(f"/audits/{run}/").text
    with served.store._write() as c:
        c.execute(t.run.delete().where(t.run.c.id == run))
    assert served.ask(f"/audits/{run}/").status == 404


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def test_every_link_of_every_page_leads_somewhere(served: Served) -> None:
    """From the first page on, over views, reports and downloads, as a person would."""
    todo, seen = ["/"], set[str]()
    while todo:
        path = todo.pop()
        if path in seen or re.match(r"/audits/(5/report|2/files/(?!csv)|[15]/files)", path):
            continue  # those are made like others, and each takes a process
        seen.add(path)
        answer = served.get(path)
        if answer.status == 307:
            todo.append(urlsplit(urljoin(f"http://x{path}", answer.headers["location"])).path)
            continue
        assert answer.status == 200, (path, answer.text[:2000])
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        links = _Links()
        links.feed(answer.text)
        targets = [urlsplit(urljoin(f"http://x{path}", urldefrag(link).url)) for link in links.found]
        todo += [target.path for target in targets if target.netloc == "x"]
    assert {"/audits/1/", "/audits/2/report/", "/overview/", "/audits/2/files/csv/findings.csv"} <= seen
    assert any(path.startswith("/audits/2/report/issues/") for path in seen)
    assert "This is not the newest audit" in served.get("/audits/1/report/").text
    assert "This is not the newest audit" not in served.get("/audits/2/report/").text


def test_headers_and_methods(served: Served) -> None:
    for path in ("/", "/nothing", "/health", "/audits/2/report/", "/report.css"):
        headers = served.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert not {"set-cookie", "server"} & set(headers)
    assert served.ask("/").headers["cache-control"] == "no-store"
    assert served.ask("/", "HEAD").body == b""
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        assert served.ask("/", method).status == 405
    tag = served.get("/audits/2/report/problems.html").headers["etag"]
    assert served.ask("/audits/2/report/problems.html", If_None_Match=tag).status == 304
    part = served.ask("/audits/2/report/problems.html", Range="bytes=0-9")
    assert (part.status, len(part.body)) == (206, 10)
    csv = served.get("/audits/2/files/csv/pages.csv")
    assert csv.headers["content-disposition"] == 'attachment; filename="pages.csv"'


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("127.0.0.1:1", 200),
        ("[::1]:8000", 200),
        ("audits.town.example", 200),
        ("attacker.example", 400),
        ("audits.town.example.attacker.example", 400),
        ("127.0.0.1.attacker.example", 400),
        ("", 400),
    ],
)
def test_a_name_that_is_not_its_own_is_refused(served: Served, host: str, status: int) -> None:
    answer = served.ask("/", Host=host)
    assert answer.status == status
    assert (b"Elm Council" in answer.body) == (status == 200)


@pytest.mark.parametrize(
    "path",
    [
        "/audits/2/report/../../../auditor.db",
        "/audits/2/report/%2e%2e/%2e%2e/auditor.db",
        "/audits/2/report//etc/passwd",
        "/audits/2/report/.auditor-files",
        "/audits/2/files/html/",
        "/audits/2/files/..%2f..%2fx/",
        "/audits/3/report/",
        "/audits/999999999999999999999/",
        "/audits/-1/",
        "/sites/..%2ftown/",
        "/sites/%00/",
        "/?page=2",
        "/?page=0",
        "/?page=9999999999999999999",
        "/?page=%D9%A1",
    ],
)
def test_what_is_not_there_is_404(served: Served, path: str) -> None:
    assert served.get(path).status == 404


def test_hostile_names_and_texts_are_inert(served: Served) -> None:
    for path in ("/", "/sites/hazel/", "/audits/4/", "/audits/5/", "/status/", "/sites/fir/"):
        page = served.ask(path).text
        assert "<script" not in page
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page)
        assert "49" not in re.sub(r"\d\d:\d\d", "", page)
    assert r"\u202egnp.exe\x1b[31m" in served.ask("/").text


def test_health_tells_progress_and_nothing_of_sites(served: Served) -> None:
    answer = served.ask("/health")
    told = json.loads(answer.body)
    assert (answer.status, told["healthy"]) == (200, True)
    assert told["sites"] == {"getting on": 2, "stalled": 0, "cut off": 0, "interrupted": 1, "done": 1}
    assert told["queue"]["left"] == 2
    assert not re.search("elm|fir|hazel|town", answer.text)
    run = t.run.update().where(t.run.c.site == "elm")
    with served.store._write() as c:  # it lives, and nothing comes of it
        c.execute(run.values(progress=time.time() - STALLED_AFTER - 5))
    answer = served.ask("/health")
    assert (answer.status, json.loads(answer.body)["sites"]["stalled"]) == (503, 1)
    assert "1 audit needs a person" in served.ask("/status/").text
    with served.store._write() as c:
        c.execute(t.host.update().where(t.host.c.host == "elm.example").values(next_at=time.time() + 60))
    assert served.ask("/health").status == 200, "its host asked for a rest"
    with served.store._write() as c:
        c.execute(run.values(progress=time.time()))


def test_a_store_that_cannot_be_read_is_no_health_and_no_fault(served: Served) -> None:
    with served.store._write() as c:
        c.exec_driver_sql("ALTER TABLE audit_point RENAME TO gone")
    try:
        health, page = served.ask("/health"), served.ask("/")
    finally:
        with served.store._write() as c:
            c.exec_driver_sql("ALTER TABLE gone RENAME TO audit_point")
    assert (health.status, page.status) == (503, 503)
    assert json.loads(health.body) == {"healthy": False, "error": "The store cannot be read."}
    assert "auditor doctor" in page.text
    assert "sqlite" not in page.text


def test_what_is_no_http_harms_nobody(served: Served) -> None:
    for sent in (b"\x16\x03\x01\x02\x00", b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 100_000):
        with socket.create_connection(("127.0.0.1", served.port), timeout=20) as raw:
            raw.sendall(sent + b"\r\n\r\n")
            assert raw.recv(100).startswith(b"HTTP/1.1 400")
    assert served.ask("/").status == 200


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium, _ = await launch(playwright, sandbox=False)
        yield chromium
        await chromium.close()


async def test_in_a_browser_axe_finds_nothing_and_nothing_scrolls_sideways(
    served: Served, browser: Browser
) -> None:
    found: dict[str, Any] = {}
    for scheme, width in (("light", 1280), ("dark", 320)):
        context = await browser.new_context(
            color_scheme="dark" if scheme == "dark" else "light", viewport={"width": width, "height": 800}
        )
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))  # noqa: B023 - of this round
        for path in PAGES:
            served.get(path)
            await page.goto(f"http://127.0.0.1:{served.port}{path}")
            wide = await page.evaluate("document.documentElement.scrollWidth")
            await page.evaluate(AXE)
            if (violations := await page.evaluate(RUN, ALL)) or wide > width:
                found[f"{path} {width}"] = [wide, violations]
            if SCREENSHOTS:
                name = f"serve{path.replace('/', '-')}-{scheme}-{width}.png"
                await page.screenshot(path=Path(SCREENSHOTS) / name, full_page=True)
        assert found == {}
        assert [each for each in complaints if "404" not in each] == []
        await context.close()


async def test_by_keyboard_from_the_list_to_a_report_and_back(served: Served, browser: Browser) -> None:
    page = await browser.new_page(java_script_enabled=False)
    served.get("/audits/2/report/")
    await page.goto(f"http://127.0.0.1:{served.port}/")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # skip link
    assert urlsplit(page.url).fragment == "main"
    await page.get_by_role("link", name="Report of Town").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/audits/2/report/")
    assert await page.get_by_role("heading", level=1).text_content() == "Accessibility audit of Town"
    await page.get_by_role("link", name="All audits of it").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/audits/2/")


def run(command: Any, folder: Path, *arguments: str) -> tuple[int, str]:
    done = command.run(folder, "serve", *arguments)
    return done.returncode, done.stderr


def test_what_is_wrong_with_the_command_is_told(tmp_path: Path, served: Served, command: Any) -> None:
    code, told = run(command, tmp_path, "--listen", f"127.0.0.1:{served.port}")
    assert code == 2
    assert f"--listen 127.0.0.1:{served.port}: Address already in use. Name another" in told
    code, told = run(command, tmp_path, "--listen", "0.0.0.0:0")
    assert code == 2
    assert "name what browsers will ask it by with --host" in told
    assert run(command, tmp_path, "--listen", "localhost:80")[0] == 2
    assert run(command, tmp_path, "--host", "http://x/")[0] == 2
