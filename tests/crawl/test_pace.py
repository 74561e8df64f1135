"""A host is asked for one thing at a time, at its pace, and later where it says so. Times are the site's."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from auditor import Stop, audit_async
from auditor import pace as pace_module
from auditor.crawl import breaker, discover
from auditor.limits import MAX_CRAWL_DELAY
from auditor.models import Report, Site
from tests.sites.hostile.case import document
from tests.sites.wire import Asked, Serve, Server, Wire

TWO = ("127.0.0.1", "127.0.0.2")


@dataclass(kw_only=True)
class Request:
    """A paced request: no picture, no frame. Times are `time.monotonic()`."""

    host: str
    path: str
    agent: str
    began: float
    ended: float = 0.0


@dataclass
class Town:
    """A site of pages, each of which takes its time; what `special` has for a path comes first."""

    special: dict[str, Serve] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    linking: str = "127.0.0.1"  # whose home page has the links
    seconds: float = 0.0
    robots: str = "User-agent: *\nDisallow:\n"
    requests: list[Request] = field(default_factory=list)
    most_at_once: int = 0
    _open: int = 0

    def route(self, asked: Asked) -> Serve:
        async def serve(asked: Asked, wire: Wire) -> None:
            if asked.headers.get("sec-fetch-dest", "document") != "document":
                return await wire.answer(status=404)
            request = Request(
                host=asked.host, path=asked.target, agent=asked.headers["user-agent"], began=time.monotonic()
            )
            self.requests.append(request)
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
            await asyncio.sleep(self.seconds)
            await (self.special.get(asked.target) or self._usual)(asked, wire)
            self._open -= 1
            request.ended = wire.last

        return serve

    async def _usual(self, asked: Asked, wire: Wire) -> None:
        if asked.path == "/robots.txt":
            await wire.answer(self.robots, headers={"Content-Type": "text/plain"})
        elif asked.path.startswith("/sitemap"):
            await wire.answer(status=404)
        else:
            links = self.links if (asked.host, asked.path) == (self.linking, "/") else ()
            anchors = "".join(f'<p><a href="{link}">To {link}</a></p>' for link in links)
            await wire.answer(document(f"{asked.host} {asked.path}", anchors))

    def paths(self, *, but: tuple[str, ...] = ("/robots.txt", "/sitemap.xml")) -> list[str]:
        return [r.path for r in self.requests if r.path not in but]

    def at(self, path: str) -> list[Request]:
        return [r for r in self.requests if r.path == path]

    def smallest_gap(self, host: str = "127.0.0.1") -> float:
        """From the end of a request to the start of the next; below 0 where two are open at once."""
        here = [r for r in self.requests if r.host == host]
        assert len(here) > 1
        return min(after.began - before.ended for before, after in pairwise(here))


def leads_to(where: str, *, how: str = "302") -> Serve:
    async def serve(asked: Asked, wire: Wire) -> None:
        if how == "meta":
            await wire.answer(
                document(asked.path, head=f'<meta http-equiv="refresh" content="0; url={where}">')
            )
        elif how == "script":
            await wire.answer(document(asked.path, f'<script>location.replace("{where}")</script>'))
        else:
            await wire.answer(status=int(how), headers={"Location": where})

    return serve


def now_and_then(*answers: tuple[int, Mapping[str, str]]) -> Serve:
    """These, one a request, then the last for good; a 200 is a page."""
    left = list(answers)

    async def serve(asked: Asked, wire: Wire) -> None:
        status, headers = left.pop(0) if len(left) > 1 else left[0]
        body = document(asked.path) if status == 200 else "<title>Too busy</title><p>Too busy</p>"
        await wire.answer(body, status=status, headers=headers)

    return serve


OK: tuple[int, Mapping[str, str]] = (200, {})


@pytest.fixture
def audit(tmp_path: Path) -> Callable[..., Awaitable[Report]]:
    async def run(*urls: str, resume: bool = False, stop: Stop | None = None, **settings: Any) -> Report:
        progress = settings.pop("on_progress", lambda progress: None)
        site = Site(
            id="town",
            name="Town",
            urls=urls,
            **{"internal": True, "delay": 0.0, "drive": "no-page", **settings},
        )
        store = f"sqlite:///{tmp_path}/town.db"
        return await audit_async(
            site, store=store, sandbox=False, resume=resume, stop=stop, on_progress=progress
        )

    return run


def outcomes(report: Report, origin: str) -> dict[str, str]:
    return {v.url.removeprefix(origin): v.outcome.value for v in report.visits() if v.url.startswith(origin)}


def reason(report: Report, path: str) -> str:
    (found,) = [v.reason for v in report.visits() if v.url.endswith(path)]
    return found


async def test_each_kind_of_request_keeps_the_pace(audit: Any) -> None:
    async def copy(asked: Asked, wire: Wire) -> None:
        await wire.answer(document("c", head='<link rel="canonical" href="/c">'))

    async def sitemap(asked: Asked, wire: Wire) -> None:
        await wire.answer(
            "<urlset><url><loc>/listed</loc></url></urlset>", headers={"Content-Type": "text/xml"}
        )

    site = Town(
        special={
            "/robots.txt": leads_to("/rules.txt"), "/sitemap.xml": leads_to("/map.xml", how="301"),
            "/map.xml": sitemap, "/old": leads_to("/older"), "/older": leads_to("/new", how="301"),
            "/meta": leads_to("/meta-led", how="meta"), "/script": leads_to("/script-led", how="script"),
            "/c?copy=1": copy, "/over": leads_to("$OTHER/landed"),
        },
        links=("/old", "/meta", "/script", "/c?copy=1", "/over"),
        seconds=0.3,
    )  # fmt: skip
    with Server(site.route, addresses=TWO) as server:
        server.words = {"$OTHER": server.origin(1)}
        here, there = server.origin(0), server.origin(1)
        report = await audit(here + "/", there + "/", delay=0.25)
    assert report.coverage.complete, list(report.visits())
    assert set(site.paths()) >= {
        "/rules.txt", "/map.xml", "/listed", "/older", "/new", "/meta-led", "/script-led", "/c", "/landed"
    }  # fmt: skip
    for host in TWO:
        assert site.smallest_gap(host) >= 0.25
    assert site.at("/landed")[0].host == TWO[1]
    assert len(site.at("/landed")) == len(site.at("/new")) == 1


@pytest.mark.parametrize("most", [1, 2])
async def test_no_more_at_once_than_allowed(audit: Any, most: int) -> None:
    links = tuple(f"/{name}" for name in ("oak", "elm", "ash", "fir"))
    site = Town(links=links, seconds=0.4, special={"/ash": leads_to("/holm"), "/holm": leads_to("/thorn")})
    with Server(site.route) as server:
        report = await audit(server.origin() + "/", concurrency=most)
    assert report.coverage.complete
    assert site.most_at_once == most


async def test_hosts_do_not_wait_for_each_other(audit: Any) -> None:
    """Each has its own pace: the pages of one come while the other wants to be left alone."""
    stop = Stop()
    later = now_and_then((429, {"Retry-After": "60"}))

    async def first(asked: Asked, wire: Wire) -> None:
        await (later if asked.host == TWO[0] else site._usual)(asked, wire)

    async def last(asked: Asked, wire: Wire) -> None:
        stop.asked = True
        await site._usual(asked, wire)

    site = Town(special={"/": first, "/b": last})
    with Server(site.route, addresses=TWO) as server:
        here, there = server.origin(0), server.origin(1)
        await audit(here + "/", there + "/", there + "/b", delay=0.25, stop=stop)
    pages = [r for r in site.requests if r.path in ("/", "/b")]
    assert [(r.host, r.path) for r in pages] == [(TWO[0], "/"), (TWO[1], "/"), (TWO[1], "/b")]
    assert pages[-1].began - pages[0].ended < 60
    assert site.smallest_gap(TWO[1]) >= 0.25


def test_two_processes_keep_one_pace(command: Any, tmp_path: Path) -> None:
    trees = ("/oak", "/elm", "/fir", "/yew")
    site = Town(links=trees, seconds=0.45, special={"/oak": leads_to("/ash")})
    with Server(site.route) as server:
        common = f'url = "{server.origin()}/"\ninternal = true\ndelay = 0.3\nplain_pages = 0\n'
        common += 'statement = false\ndrive = "no-page"\n'
        sites = "".join(f'[[site]]\nid = "{name}"\ncontact = "{name}@example.org"\n{common}' for name in "ab")
        (tmp_path / "sites.toml").write_text(sites, encoding="utf-8")
        runs = [command.start(tmp_path, "audit", name, "--format", "json", "--output", name) for name in "ab"]
        said = [run.communicate(timeout=120) for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    assert site.smallest_gap() >= 0.3
    turns = ["a@" in request.agent for request in site.requests]
    assert sum(a != b for a, b in pairwise(turns)) > 2, "they were at it at the same time"


async def test_too_long_a_crawl_delay_is_cut_and_that_is_said(
    audit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_CRAWL_DELAY == 30
    monkeypatch.setattr(discover, "MAX_CRAWL_DELAY", 1.2)
    site = Town(links=("/oak",), robots="User-agent: *\nCrawl-delay: 100\n")
    with Server(site.route) as server:
        report = await audit(server.origin() + "/")
    assert 1.2 <= site.smallest_gap() < 10
    assert "asks for 100 seconds between requests; 1.2 were kept" in " ".join(report.run.notes)


async def test_later_means_later(audit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "FIRST_WAIT", 0.5)
    date = formatdate(time.time() + 6, usegmt=True)
    site = Town(
        special={
            "/oak": now_and_then((503, {"Retry-After": "2"}), OK),
            "/elm": now_and_then((429, {"Retry-After": date}), OK),
            "/ash": now_and_then((429, {}), OK),
            "/fir": now_and_then((429, {"Retry-After": "86400"})),
            "/yew": now_and_then((429, {})),
            "/bay": now_and_then((503, {"Retry-After": "0"}), OK),
        },
        links=("/oak", "/elm", "/ash", "/fir", "/yew", "/bay", "/end"),
    )
    with Server(site.route) as server:
        began = time.monotonic()
        report = await audit(server.origin() + "/", delay=0.3)
        became = outcomes(report, server.origin())
    assert became == {
        "/": "audited", "/oak": "audited", "/elm": "audited", "/ash": "audited", "/bay": "audited",
        "/end": "audited", "/fir": "blocked", "/yew": "blocked",
    }  # fmt: skip
    assert "86400" in reason(report, "/fir")
    assert len(site.at("/fir")) == 1
    assert len(site.at("/yew")) == 3
    assert report.run.stopped is None
    assert site.smallest_gap() >= 0.3

    def rest_after(path: str) -> float:
        """From the end of the first request for it to whatever was asked for next."""
        first = site.at(path)[0]
        return min(r.began for r in site.requests if r.began > first.began) - first.ended

    assert rest_after("/fir") < 60, "too long a wait is not kept for the part that would be waited"
    assert rest_after("/oak") >= 2
    assert rest_after("/ash") >= 0.5
    assert site.at("/elm")[1].began >= began + 5  # the date has whole seconds
    _, second, third = site.at("/yew")
    assert third.began - second.ended >= 0.5


async def test_files_are_asked_for_later_too(audit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "FIRST_WAIT", 0.5)
    site = Town(special={"/robots.txt": now_and_then((503, {"Retry-After": "1"}), (503, {}), (404, {}))})
    with Server(site.route) as server:
        report = await audit(server.origin() + "/")
    first, second, third = site.at("/robots.txt")
    assert second.began - first.ended >= 1
    assert third.began - second.ended >= 1, "the second wait in a row is twice the first"
    assert report.coverage.complete


async def test_a_long_way_is_gone_in_several_visits(audit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace_module, "PATIENCE", 0.5)
    way = {f"/way-{name}": leads_to(f"/way-{to}") for name, to in zip("abcde", "bcdef", strict=True)}
    site = Town(special=way | {"/round-a": leads_to("/round-b"), "/round-b": leads_to("/round-a")})
    with Server(site.route) as server:
        start = server.origin() + "/way-a"
        report = await audit(start, server.origin() + "/round-a", delay=0.25)
        became = outcomes(report, server.origin())
    assert became["/way-f"] == "audited"
    assert all(len(site.at(path)) == 1 for path in way)
    assert report.coverage.start_failed == (server.origin() + "/round-a",)
    assert became["/round-a"] == "failed"
    assert "redirects without end" in reason(report, "/round-a")
    assert site.smallest_gap() >= 0.25


async def test_after_a_resume_robots_txt_holds_as_it_is_then(audit: Any) -> None:
    site = Town(links=("/oak", "/private/1"))
    stop = Stop()

    def after_the_first(progress: Any) -> None:
        stop.asked = True

    with Server(site.route) as server:
        await audit(server.origin() + "/", stop=stop, on_progress=after_the_first)
        site.robots = "User-agent: *\nDisallow: /private\nCrawl-delay: 2\n"
        done = len(site.requests)
        report = await audit(server.origin() + "/", resume=True)
        became = outcomes(report, server.origin())
    assert became == {"/": "audited", "/oak": "audited", "/private/1": "disallowed"}
    assert [r.path for r in site.requests[done:]][:1] == ["/robots.txt"]
    assert not site.at("/private/1")
    site.requests = site.requests[done:]
    assert site.smallest_gap() >= 2


async def test_what_robots_txt_disallows_is_never_asked_for(audit: Any) -> None:
    """Whichever way leads there. It addresses us by name, and others more strictly."""
    ways = ("linked", "listed", "moved", "meta", "script", "framed", "prefetched", "popped", "self", "map")
    head = '<link rel="prefetch" href="/private/prefetched"><link rel="canonical" href="/private/self">'
    body = '<iframe title="A" src="/private/framed"></iframe><script>open("/private/popped")</script>'

    async def home(asked: Asked, wire: Wire) -> None:
        links = "".join(f'<p><a href="{to}">To {to}</a></p>' for to in ("/private/linked", *leading, "/open"))
        await wire.answer(document("home", body + links, head=head))

    async def sitemap(asked: Asked, wire: Wire) -> None:
        urls = "".join(f"<url><loc>{to}</loc></url>" for to in ("/private/listed", "/private/open"))
        await wire.answer(f"<urlset>{urls}</urlset>", headers={"Content-Type": "text/xml"})

    leading: dict[str, Serve] = {
        "/moved": leads_to("/private/moved"),
        "/meta": leads_to("/private/meta", how="meta"),
        "/script": leads_to("/private/script", how="script"),
    }
    site = Town(
        special={"/": home, "/map.xml": sitemap, "/map-2.xml": leads_to("/private/map"), **leading},
        robots="User-agent: *\nDisallow: /\n\nUser-agent: CouncilAuditor\nDisallow: /private\n"
        "Allow: /private/*n$\nSitemap: /map.xml\nSitemap: /map-2.xml\nSitemap: /private/map.xml\n",
    )
    asked: list[str] = []
    with Server(site.route) as server:
        report = await audit(server.origin() + "/", min_coverage=0.1)
        became = outcomes(report, server.origin())
        asked = [each.path for each in server.asked]
    assert [path for path in asked if path.startswith("/private")] == ["/private/open"], ways
    assert became == {
        "/": "audited", "/open": "audited", "/private/open": "audited", "/private/linked": "disallowed",
        "/private/listed": "disallowed", "/private/self": "disallowed",
        "/moved": "redirected", "/meta": "redirected", "/script": "redirected",
    }  # fmt: skip
    assert any(u.what == "frame" and "robots.txt" in u.reason for u in report.untested())
    assert "/private/map.xml could not be read" in " ".join(report.run.notes)


async def test_with_everything_disallowed_only_robots_txt_is_asked_for(audit: Any) -> None:
    site = Town(robots="User-agent: *\nDisallow: /\n")
    with Server(site.route) as server:
        report = await audit(server.origin() + "/")
        assert [each.path for each in server.asked] == ["/robots.txt"]
    assert report.coverage.audited == 0
    assert not report.coverage.complete


async def test_who_asks_and_whom_to_ask_is_said_each_time(audit: Any) -> None:
    site = Town(special={"/robots.txt": leads_to("/rules.txt")}, links=("/oak",))
    with Server(site.route) as server:
        await audit(server.origin() + "/", contact="https://audit.example/contact")
        agents = {each.headers["user-agent"] for each in server.asked}
        assert {each.path for each in server.asked} >= {"/rules.txt", "/sitemap.xml", "/", "/oak"}
    assert len(agents) == 1
    assert "CouncilAuditor/" in agents.pop()
    assert all("(+https://audit.example/contact)" in request.agent for request in site.requests)
