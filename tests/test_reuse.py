"""Unchanged pages of a repeated audit: what changed in any way is audited again, and the rest is not."""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auditor import Progress, Stop, audit_async
from auditor.limits import REUSE_DAYS
from auditor.models import Report, RunState, Site, UrlOutcome
from auditor.reusing import FREE, fingerprint
from auditor.store import Store, settings
from auditor.unchanged import Resource, digest, told_headers, validators
from tests.conftest import Answer, Asked, SiteServer

Route = Answer | Callable[[Asked], Answer]
OLD = "Wed, 03 May 2017 10:00:00 GMT"
FAINT = b"p { color: #ccc; background: #fff }"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40"><rect width="40" height="{0}"/></svg>'
STYLE = '<link rel="stylesheet" href="{0}">'
LEFT, BROKEN = '<img src="/left.svg" alt="Left">', '<img src="/left.svg">'
FETCH = 'fetch("/data.json").then(answer => answer.text()).then(text => d.innerHTML = text)'
DRAW = f'<div id="d"></div><script>{FETCH}</script>'
FONT = "<style>@font-face { font-family: x; src: url(/font.woff) } h1 { font: 2em x }</style>"
numbers = itertools.count()


def html(title: str, body: str = "", **headers: str) -> Answer:
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f"<main><h1>{title}</h1><p>This is the page of {title}.</p>{body}</main></body></html>"
    )
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return 200, {"Content-Type": "text/html; charset=utf-8"} | named, text.encode()


def file(kind: str, body: bytes | str, **headers: str) -> Route:
    """A file with an ETag that is its content's, unless it has other headers."""
    content = body.encode() if isinstance(body, str) else body
    known = headers or {"ETag": f'"{hashlib.sha256(content).hexdigest()[:16]}"'}
    named = {"Content-Type": kind} | {name.replace("_", "-"): value for name, value in known.items()}

    def answer(asked: Asked) -> Answer:
        is_known = "ETag" in named and asked.headers.get("if-none-match") == named["ETag"]
        is_known |= (
            "Last-Modified" in named and asked.headers.get("if-modified-since") == named["Last-Modified"]
        )
        return (304, named, b"") if is_known else (200, named, content)

    return answer


def bare(text: str) -> Answer:
    """A picture without ETag and date."""
    return 200, {"Content-Type": PNG}, text.encode()


def tokens(asked: Asked) -> Answer:
    """Other tokens in each answer, where no rule looks."""
    token = f"token{next(numbers):020}"
    fields = (
        f'<script nonce="{token}">document.title += "."</script><meta name="csrf-token" content="{token}">'
        f'<form><input type="hidden" name="authenticity_token" value="{token}"></form>'
    )
    policy = f"script-src 'nonce-{token}'"
    return html("tokens", fields, Content_Security_Policy=policy, Set_Cookie=f"session={token}; Path=/tokens")


# A page, what it shows at first, and after a change. Each of its files is its own.
Change = tuple[Mapping[str, Route], Mapping[str, Route]]
CSS, JS, PNG = "text/css", "text/javascript", "image/svg+xml"
CHANGES: dict[str, Change] = {
    "text": ({"": html("text", LEFT)}, {"": html("text", "<p>More</p>" + LEFT)}),
    "attribute": ({"": html("attribute", LEFT)}, {"": html("attribute", BROKEN)}),
    "style": (
        {"": html("style", STYLE.format("/style.css")), ".css": file(CSS, "p { color: #000 }")},
        {".css": file(CSS, FAINT)},
    ),
    "imported": (
        {
            "": html("imported", "<style>@import '/imported.css'</style>"),
            ".css": file(CSS, "@import 'imported.css2';"),
            ".css2": file(CSS, "p { color: #000 }"),
        },
        {".css2": file(CSS, FAINT)},
    ),
    "dated": (
        {
            "": html("dated", STYLE.format("/dated.css")),
            ".css": file(CSS, "p { color: #000 }", Last_Modified=OLD),
        },
        {".css": file(CSS, FAINT, Last_Modified=OLD.replace("2017", "2018"))},
    ),
    "script": (
        {"": html("script", LEFT + '<script src="/script.js"></script>'), ".js": file(JS, "0")},
        {".js": file(JS, "document.images[0].alt = ''; document.images[0].removeAttribute('alt')")},
    ),
    "image": (
        {"": html("image", '<img src="/image.svg" alt="Box">'), ".svg": bare(SVG.format(40))},
        {".svg": bare(SVG.format(20))},
    ),
    "frame": (
        {"": html("frame", '<iframe title="Inner" src="/frame.in"></iframe>'), ".in": html("in", LEFT)},
        {".in": html("in", BROKEN)},
    ),
    "font": (
        {
            "": html("font", FONT),
            ".woff": file("font/woff", b"none"),
        },
        {".woff": file("font/woff", b"another")},
    ),
    "data": (
        {"": html("data", DRAW), ".json": file("text/plain", LEFT)},
        {".json": file("text/plain", BROKEN)},
    ),
    "language": (
        {"": html("language", Content_Language="en")},
        {"": html("language", Content_Language="cy")},
    ),
    "policy": (
        {"": html("policy", LEFT)},
        {"": html("policy", LEFT, Content_Security_Policy="img-src 'none'")},
    ),
    "cookie": (
        {"": html("cookie", Set_Cookie="variant=a; Path=/cookie")},
        {"": html("cookie", Set_Cookie="variant=b; Path=/cookie")},
    ),
    "lost": (
        {"": html("lost", STYLE.format("/lost.css")), ".css": file(CSS, "p { color: #000 }")},
        {".css": (404, {"Content-Type": CSS}, b"p { color: #000 }")},
    ),
    "led": (
        {
            "": html("led", STYLE.format("/led.css")),
            ".css": (302, {"Location": "/led.a"}, b""),
            ".a": file(CSS, "p { color: #000 }"),
            ".b": file(CSS, FAINT),
        },
        {".css": (302, {"Location": "/led.b"}, b"")},
    ),
}  # fmt: skip
AGAIN = {  # that are audited in each audit, though they do not change
    "sends": html("sends", "<script>fetch('/sends', {method: 'POST'})</script>"),
    "restless": html(
        "restless", "<p id=o></p><script>setInterval(() => o.textContent = Date.now(), 50)</script>"
    ),
    "late": html("late", "<script>new WebSocket(location.href.replace('http', 'ws'))</script>"),
}
STILL: dict[str, Route] = {
    "still": html("still", BROKEN + STYLE.format("/still.css")),
    "tokens": tokens,
    "same": html("same", '<iframe title="Inner" src="/frame.same"></iframe>' + LEFT),
}


def name_of(url: str) -> str:
    return url.rpartition("/")[2]


def anew(report: Report) -> set[str]:
    """Names of the pages that a browser had in this audit."""
    return {
        name_of(each.url)
        for each in report.visits()
        if each.outcome is UrlOutcome.AUDITED and each.unchanged_since is None
    }


def kept(report: Report) -> set[str]:
    return {name_of(each.url) for each in report.visits() if each.unchanged_since is not None}


def rules_on(report: Report, name: str) -> set[str]:
    return {each.rule for each in report.findings() if name_of(each.url) == name and each.outcome == "failed"}


def site_of(server: SiteServer, *pages: str, **more: Any) -> Site:
    settings: dict[str, Any] = {
        "internal": True,
        "delay": 0,
        "drive": "no-page",
        "documents": "list",
        "concurrency": 2,
    }
    urls = tuple(f"{server.origin}/{page}" for page in pages)
    return Site(id="town", name="Town", urls=urls, **settings | more)


async def audited(site: Site, store: Store, **options: Any) -> Report:
    return await audit_async(site, store=store, sandbox=False, **options)


FEW = ("attribute", "imported", "script", "data", "policy", "lost")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({name: CHANGES[name] for name in FEW}, id="few"),
        pytest.param(CHANGES, id="all", marks=pytest.mark.soak),
    ],
)
async def test_what_has_changed_is_audited_again_and_the_rest_is_taken_over(
    site_server: Callable[..., SiteServer], tmp_path: Path, changes: dict[str, Change]
) -> None:
    server = site_server()
    server.routes |= {
        "/robots.txt": (200, {"Content-Type": "text/plain"}, b""),
        "/left.svg": file(PNG, SVG.format(40)),
        "/still.css": file(CSS, "p { color: #ccc; background: #fff }"),
        "/frame.same": html("in", LEFT),
        "/moved": html("moved"),
        "/gone": html("gone"),
        "/aged": html("aged"),
    }
    for name, (before, _) in changes.items():
        server.routes |= {f"/{name}{ending}": route for ending, route in before.items()}
    names = [*changes, *AGAIN, *STILL, "moved", "gone", "aged"]
    server.routes |= {f"/{name}": route for name, route in (AGAIN | STILL).items()}
    server.routes["/"] = html("home", "".join(f'<p><a href="/{name}">{name}</a></p>' for name in names))
    file_of = tmp_path / "town.db"
    store = Store.open(f"sqlite:///{file_of}")
    site = site_of(server, "", keep=2)

    first = await audited(site, store)
    assert first.unchanged is None
    assert anew(first) == {"", *names}
    said = rules_on(first, "still")  # of a run that goes with the next
    times = {name_of(each.url): each.started for each in first.visits()}

    for name, (_, after) in changes.items():
        server.routes |= {f"/{name}{ending}": route for ending, route in after.items()}
    server.routes["/moved"] = (301, {"Location": "/new"}, b"")
    server.routes["/new"] = html("new")
    server.routes["/gone"] = (404, {"Content-Type": "text/html"}, b"<title>Gone</title>Gone")
    with sqlite3.connect(file_of) as aged:
        aged.execute(
            "UPDATE visit SET started = ? WHERE title = 'aged'", [time.time() - REUSE_DAYS * 86_400 - 60]
        )
    server.asked.clear()
    second = await audited(site, store)
    assert anew(second) == {*changes, *AGAIN, "new", "aged"}
    assert kept(second) == {"", *STILL}
    assert {e.outcome for e in second.visits() if name_of(e.url) == "gone"} == {UrlOutcome.FAILED}
    for name, rule in (
        *((name, "image-alt") for name in ("attribute", "script", "data")),
        *((name, "color-contrast") for name in ("style", "imported", "dated", "led")),
    ):
        assert name not in changes or rule in rules_on(second, name), (
            f"{name}: what the change brought is found"
        )
    assert rules_on(second, "still") == said >= {"color-contrast", "image-alt"}
    assert second.unchanged is not None
    assert second.unchanged.pages == len(kept(second))
    assert second.unchanged.oldest < second.run.started
    assert all(each.unchanged_since in (None, times.get(name_of(each.url))) for each in second.visits())
    assert server.hits("/still.css") == 1, "asked for once"
    assert server.hits("/still") == 1

    stop = Stop()

    def enough(progress: Progress) -> None:
        stop.asked = progress.audited >= 5

    cut = await audited(site, store, stop=stop, on_progress=enough)
    assert cut.run.state is RunState.INTERRUPTED
    third = await audited(site, store, resume=True)
    assert third.run.id == cut.run.id
    failing = {"lost", "policy"}  # something of them does not load any more: that is not compared
    assert anew(third) == {*AGAIN, *failing}, (
        "of pages that were taken over before, and whose run is gone, too"
    )
    assert kept(third) == {"", *STILL, *changes, "new", "aged"} - failing
    assert {i.id for i in third.issues} == {i.id for i in second.issues}
    assert all(third.picture(i.id) for i in third.issues if second.picture(i.id))
    assert times["still"] in {each.unchanged_since for each in third.visits()}

    fresh = await audited(
        replace(site, reuse=False, urls=(f"{server.origin}/still",), follow_links=False), store
    )
    assert anew(fresh) == {"still"}


async def test_a_page_that_is_now_to_be_driven_is_audited_again(
    site_server: Callable[..., SiteServer], tmp_path: Path
) -> None:
    server = site_server()
    body = '<p><a href="/one">One</a> <a href="/two">Two</a></p><button>Press</button>'
    server.routes |= {f"/{name}": html(name or "home", body) for name in ("", "one", "two")}
    store = Store.open(f"sqlite:///{tmp_path}/town.db")
    first = await audited(site_of(server, "", drive="representatives"), store)
    driven = {name_of(url) for url in first.driven_pages()}
    (left,) = {"", "one", "two"} - driven
    second = await audited(site_of(server, "", left, drive="representatives"), store)
    assert anew(second) == {left}
    assert {name_of(url) for url in second.driven_pages()} == {"", "one", "two"}


VERSIONS = {
    "auditor": "1.0",
    "axe_sha256": "a",
    "rules_sha256": "r",
    "browser": "Chromium 156.0.1",
    "python": "3.13",
}


@pytest.mark.parametrize(
    ("changed", "is_another"),
    [
        ({"auditor": "1.1"}, True),
        ({"axe_sha256": "b"}, True),
        ({"rules_sha256": "s"}, True),
        ({"browser": "Chromium 157.0.1"}, True),
        ({"browser": "Chromium 156.0.2"}, False),
        ({"python": "3.14"}, False),
    ],
)
def test_another_program_takes_nothing_over(changed: dict[str, str], is_another: bool) -> None:
    site = Site(id="town", name="Town", urls=("https://town.example/",))
    assert (fingerprint(site, VERSIONS | changed) != fingerprint(site, VERSIONS)) is is_another


def test_what_another_setting_says_of_a_page_is_not_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site(id="town", name="Town", urls=("https://town.example/",))
    known = fingerprint(site, VERSIONS)
    for name, value in settings(site).items():
        if name not in ("headers", "secrets", "journeys", "sign_ins", "rules"):
            change: dict[str, Any] = {name: ("x",) if isinstance(value, list) else f"{value}!"}
            other = replace(site, **change)
            assert (fingerprint(other, VERSIONS) == known) is (name in FREE), name
    monkeypatch.setattr("auditor.reusing.VIEWPORT", (1024, 768))
    assert fingerprint(site, VERSIONS) != known


def test_the_digest_of_a_document_leaves_out_tokens_alone() -> None:
    def of(text: str) -> str:
        return digest(text.encode(), is_document=True)

    for one, other in (
        ('<script nonce="abc">1</script>', '<script nonce="xyz">1</script>'),
        ("<script async nonce=abc src=x>", "<script async nonce=xyz src=x>"),
        ("<style nonce='abc'>p{}</style>", "<style nonce='xyz'>p{}</style>"),
        (
            '<input value="abcdefgh12" type="hidden" name="form_token">',
            '<input value="zyxwvuts98" type="hidden" name="form_token">',
        ),
        ('<meta name="csrf-token" content="abcdefgh">', '<meta name="csrf-token" content="hgfedcba">'),
    ):
        assert of(one) == of(other), one
    for one, other in (
        ('<script nonce="abc">1</script>', '<script nonce="abc">2</script>'),
        ("<script>a nonce=1</script>", "<script>a nonce=2</script>"),
        ('<div nonce="abc">', '<div nonce="xyz">'),
        ('<input name="form_token" value="abcdefgh">', '<input name="form_token" value="hgfedcba">'),
        (
            '<input type="hidden" name="mode" value="abcdefgh">',
            '<input type="hidden" name="mode" value="hgfedcba">',
        ),
        (
            '<input type="hidden" name="_token" value="A name">',
            '<input type="hidden" name="_token" value="No name">',
        ),
        ('<meta name="description" content="abcdefgh">', '<meta name="description" content="hgfedcba">'),
        ("<p>a</p>", "<p>b</p>"),
    ):
        assert of(one) != of(other), one
    assert digest(b'<script nonce="a">', is_document=False) != digest(
        b'<script nonce="b">', is_document=False
    )


def test_headers_are_held_against_each_other_as_a_browser_heeds_them() -> None:
    one = told_headers(
        [("Content-Type", "text/html"), ("Set-Cookie", "v=a; Path=/\ns=0123456789abcdef"), ("Date", "x")]
    )
    assert one == (("content-type", "text/html"), ("set-cookie", "s"), ("set-cookie", "v=a"))
    assert told_headers([("set-cookie", "v=a; HttpOnly")]) == (("set-cookie", "v"),)
    assert told_headers([("link", "</a>, </b>")]) == told_headers([("Link", "</b>"), ("Link", "</a>")])
    nonce = told_headers([("Content-Security-Policy", "script-src 'nonce-abc' 'self'")])
    assert nonce == told_headers([("Content-Security-Policy", "script-src 'nonce-xyz' 'self'")])
    assert nonce != told_headers([("Content-Security-Policy", "script-src 'nonce-xyz'")])


def test_a_date_tells_a_change_only_where_it_is_old_enough() -> None:
    at = {"date": "Wed, 03 May 2017 10:00:59 GMT"}
    assert validators(at | {"last-modified": OLD}) == ("", "")
    assert validators({"date": "Wed, 03 May 2017 10:01:00 GMT", "last-modified": OLD}) == ("", OLD)
    assert validators({"last-modified": OLD}) == ("", "")
    assert validators(at | {"last-modified": "yesterday", "etag": '"1"'}) == ('"1"', "")
    assert validators(at | {"etag": '"' + "1" * 400 + '"'}) == ("", "")


def test_a_resource_is_known_by_all_of_it() -> None:
    one = Resource(url="https://town.example/a.css", final_url="", kind="stylesheet", status=200, etag='"1"')
    assert Resource.from_json({**vars(one), "headers": []}) == one
    others = [
        replace(one, etag='"2"'),
        replace(one, status=404),
        replace(one, kind="script"),
        replace(one, url="x"),
    ]
    assert len({each.key for each in (one, *others)}) == 5
