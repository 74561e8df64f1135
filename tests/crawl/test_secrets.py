"""What a site's secret headers may touch, and what else of a page may leave the machine."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from auditor import audit_async
from auditor.browser import visit
from auditor.models import Site
from tests.sites.hostile.case import PIXEL, document
from tests.sites.wire import Asked, Serve, Server, Wire

KEY = "Zq7+top secret/Val=9"
TOKEN = "hunter2-Bearer-token.of.the-town"
CONFIG = """
store = "sqlite:///town.db"
[[site]]
id = "town"
url = "{here}/"
internal = true
internal_origins = ["{there}"]
delay = 0
{more}
"""
HEADERS = """
headers = [
    {{ name = "X-Audit-Key", value = "${{AUDIT_KEY}}" }},
    {{ name = "Authorization", value = "Bearer ${{TOWN_TOKEN}}" }},
    {{ name = "X-Other", value = "${{TOWN_TOKEN}}", origin = "{there}" }},
]
"""


def leaking(asked: Asked) -> Serve:
    """A site that shows what it was sent wherever it can, and sends visitors on to another."""
    key, token = asked.headers.get("x-audit-key", ""), asked.headers.get("authorization", "")

    async def serve(asked: Asked, wire: Wire) -> None:
        there = wire.words["$OTHER"]
        match asked.path:
            case "/robots.txt":
                await wire.answer(status=302, headers={"Location": f"{there}/robots-there.txt"})
            case "/sitemap.xml":
                xml = f"<urlset><url><loc>/listed?{quote(key)}</loc></url><url>{key}<loc>{key}</loc></urlset>"
                await wire.answer(xml, headers={"Content-Type": "text/xml"})
            case "/moved" | "/picture.gif":
                await wire.answer(status=302, headers={"Location": f"{there}{asked.path}-there?x=1"})
            case "/broken":
                await wire.answer(f"<title>{key} {token}</title>{key}", status=500)
            case "/away":
                page = f'<meta http-equiv="refresh" content="0; url={there}/away?{quote(key)}">'
                await wire.answer(document("away", head=page))
            case "/":
                links = ("/moved", "/broken", "/away", f"/echo?key={quote(key)}", f"{there}/{quote(token)}")
                anchors = "".join(f'<p><a href="{link}">{key} {link}</a></p>' for link in links)
                hidden = base64.b64encode(f"{key}:{token}".encode()).decode()
                body = (
                    f'<img src="{PIXEL}" id="{quote(key)}" data-key="{key}" data-all="{hidden}">{token}'
                    f'<iframe title="{key}" src="{there}/frame-{quote(key, safe="")}"></iframe>'
                    f'<img alt="There" src="{there}/there.gif"><img alt="On" src="/picture.gif">{anchors}'
                )
                await wire.answer(document("home", body, title=f"{key} {token}"))
            case _:
                await wire.answer(document(asked.path, f"<p>{key}</p>"))

    return serve


@dataclass
class Ran:
    folder: Path
    said: str
    code: int
    report: dict[str, Any]
    asked: list[Asked]


def run(command: Any, folder: Path, server: Server, more: str, **environment: str) -> Ran:
    here, there = server.origin(0), server.origin(1)
    server.words = {"$OTHER": there, "$HERE": here}
    text = CONFIG.format(here=here, there=there, more=more.format(there=there) if "{{" in more else more)
    (folder / "sites.toml").write_text(text, encoding="utf-8")
    formats = [word for name in ("json", "html", "csv", "text") for word in ("--format", name)]
    done = command.run(folder, "audit", "town", *formats, "--output", "out", **environment)
    assert "Traceback" not in done.stderr, done.stderr
    report = json.loads((folder / "out/report.json").read_text(encoding="utf-8"))
    return Ran(folder, done.stdout + done.stderr, done.returncode, report, list(server.asked))


@pytest.fixture(scope="module")
def secret(command: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("secret")
    with Server(leaking, addresses=("127.0.0.1", "127.0.0.2")) as server:
        yield run(command, folder, server, HEADERS, AUDIT_KEY=KEY, TOWN_TOKEN=TOKEN)


def test_the_headers_go_to_their_origin_with_each_request(secret: Ran) -> None:
    at_home = [asked for asked in secret.asked if asked.host == "127.0.0.1"]
    assert {asked.path for asked in at_home} >= {"/", "/robots.txt", "/sitemap.xml", "/moved", "/picture.gif"}
    for asked in at_home:
        assert asked.headers.get("x-audit-key") == KEY, asked.path
        assert asked.headers.get("authorization") == f"Bearer {TOKEN}", asked.path
        assert "x-other" not in asked.headers


def test_and_to_no_other_whatever_leads_there(secret: Ran) -> None:
    away = [asked for asked in secret.asked if asked.host == "127.0.0.2"]
    assert {asked.path for asked in away} >= {"/robots-there.txt", "/there.gif", "/picture.gif-there"}
    for asked in away:
        assert not {"x-audit-key", "authorization"} & asked.headers.keys(), asked.path
        assert asked.headers.get("x-other") == TOKEN
        sent = {name: value for name, value in asked.headers.items() if name not in ("x-other", "referer")}
        assert KEY not in str(sent)
        assert TOKEN not in str(sent)


def test_no_secret_is_kept_or_shown(secret: Ran) -> None:
    assert secret.report["coverage"]["audited"] >= 2, secret.said
    assert any("[secret]" in finding["excerpt"] for finding in secret.report["findings"])
    files = [file for file in secret.folder.rglob("*") if file.is_file()]
    assert {file.name for file in files} >= {"town.db", "report.json", "index.html", "report.txt"}
    assert any(file.suffix == ".csv" for file in files)
    kept = {file.name: file.read_bytes() for file in files} | {"said": secret.said.encode()}
    forms: list[str] = []
    for value in (KEY, TOKEN):
        plain = base64.b64encode(value.encode()).decode().rstrip("=")
        forms += [value, quote(value), quote(value, safe=""), quote(value, safe="").lower(), plain[:-2]]
        forms.append(json.dumps(value)[1:-1].replace("/", "\\/"))
    for form in forms:
        for name, data in kept.items():
            assert form.encode() not in data, f"{form} is in {name}"


def test_what_pages_send_and_trackers_can_be_left_out(command: Any, tmp_path: Path) -> None:
    """And the page is judged. No name is looked up: the guard knows the tracker by it."""
    script = (
        '<script src="https://www.google-analytics.com/analytics.js"></script>'
        '<script>fetch("/sent/fetch", {method: "POST", body: "a"}).catch(() => 0);'
        'navigator.sendBeacon("/sent/beacon", "b");</script>'
    )
    form = (
        '<form method="post" action="/sent/form"><p>A form</p></form>'
        "<script>onload = () => document.forms[0].submit()</script>"
    )
    pages = {
        "/": document("home", f'<p><a href="/form">To the form</a></p>{script}'),
        "/form": document("f", form),
    }

    def route(asked: Asked) -> Serve:
        async def serve(asked: Asked, wire: Wire) -> None:
            body = pages.get(asked.path)
            await wire.answer(body or "", status=200 if body else 404)

        return serve

    ran: dict[str, Ran] = {}
    for name, more in {
        "stopped": 'block_posts = true\nblock_trackers = true\ndrive = "no-page"',
        "trackers": 'block_trackers = true\ndrive = "no-page"',
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        with Server(route, addresses=("127.0.0.1", "127.0.0.2")) as server:
            ran[name] = run(command, folder, server, more)
    stopped, left = ran["stopped"], ran["trackers"]
    assert [asked.method for asked in stopped.asked if asked.method == "POST"] == []
    assert {u["what"]: u["reason"] for u in stopped.report["untested"]}["page"].count("block_posts") == 1
    sends = {visit["url"].rpartition("/")[2]: visit["outcome"] for visit in stopped.report["visits"]}
    assert sends == {"": "audited", "form": "audited"}
    assert stopped.report["refused"]["tracker"] >= 1
    assert {asked.path for asked in left.asked if asked.method == "POST"} == {
        "/sent/fetch", "/sent/beacon", "/sent/form"
    }  # fmt: skip
    home = left.report["visits"][0]
    assert home["outcome"] == "audited"
    assert left.report["refused"] == {"tracker": 1}
    assert not [u for u in left.report["untested"] if u["url"] == home["url"]]


async def test_a_page_that_is_but_a_form_on_its_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chromium stops reading the page there, so that there is nothing to judge."""
    monkeypatch.setattr(visit, "LOAD_SECONDS", 2.0)
    form = '<form method="post" action="/sent"></form><script>document.forms[0].submit()</script>'

    def route(asked: Asked) -> Serve:
        async def serve(asked: Asked, wire: Wire) -> None:
            await wire.answer(document("on its way", form), status=200 if asked.path == "/" else 404)

        return serve

    with Server(route) as server:
        site = Site(
            id="a", name="A", urls=(server.origin() + "/",), internal=True, delay=0.0, block_posts=True
        )
        report = await audit_async(site, store=f"sqlite:///{tmp_path}/a.db", sandbox=False)
        assert {asked.method for asked in server.asked} == {"GET"}
    (home,) = report.visits()
    assert home.outcome.value == "failed"
    assert "`block_posts`" in home.reason
