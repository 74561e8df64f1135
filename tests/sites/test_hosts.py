"""A host that refuses, fails or asks to be left: it is left soon, and every address still has its outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.sites import running
from tests.sites.hostile.case import document, exactly, page
from tests.sites.hostile.cases_answers import CLOUDFLARE
from tests.sites.hostile.cases_crawl import urlset, xml
from tests.sites.running import Ran
from tests.sites.wire import Asked, Serve, Server

PAGES = [f"/page-{n}" for n in range(26)]
FEW = PAGES[:6]  # where no run of refusals is long enough to leave the host
NO_RULES = exactly("", headers={"Content-Type": "text/plain"})
CHALLENGE = exactly(CLOUDFLARE, status=403, headers={"Server": "cloudflare", "cf-mitigated": "challenge"})


def town(answer: Callable[[int, str], Serve], robots: Serve = NO_RULES, others: list[str] = PAGES) -> Server:
    """A home page and others, all in the sitemap. `answer(n, path)` answers the nth request for a page."""
    sitemap = xml(urlset(*(f"$HERE{path}" for path in others)))

    def route(asked: Asked) -> Serve:
        fixed: Mapping[str, Serve] = {"/robots.txt": robots, "/sitemap.xml": sitemap}
        return fixed.get(asked.path) or answer(len(pages(server)), asked.path)

    server = Server(route)
    return server


def pages(server: Server) -> list[str]:
    return [a.path for a in server.asked if a.path == "/" or a.path in PAGES]


def run(command: Any, folder: Path, origin: str, **more: Any) -> Ran:
    """No page is driven: hosts answer one that is as they answer any."""
    return running.run(command, folder, origin, drive="no-page", **more)


def audit(command: Any, folder: Path, server: Server, *, seconds: float = 120) -> Ran:
    server.words = {"$HERE": server.origin()}
    ran = run(command, folder, server.origin(), seconds=seconds, concurrency=1)
    assert ran.done.returncode != 0, "an audit that was cut short is no success"
    assert len(ran.ledger) == len(ran.report["visits"]) == 1 + len(PAGES)
    assert all(visit["reason"] for visit in ran.report["visits"] if visit["outcome"] != "audited")
    return ran


def test_refuses_from_the_start(command: Any, tmp_path: Path) -> None:
    with town(lambda n, path: CHALLENGE) as server:
        ran = audit(command, tmp_path, server)
        assert len(pages(server)) <= 10
    assert "Cloudflare" in (ran.visit("/") or {})["reason"]
    assert ran.report["run"]["stopped"]
    assert ran.report["coverage"]["audited"] == 0
    head = (tmp_path / "out/report.txt").read_text(encoding="utf-8")[:2000]
    assert "refuse" in head or "block" in head


@pytest.mark.soak  # crawl/test_breaker.py has a short form
def test_refuses_after_a_while(command: Any, tmp_path: Path) -> None:
    with town(lambda n, path: page() if n <= 10 else CHALLENGE) as server:
        ran = audit(command, tmp_path, server)
        assert len(pages(server)) <= 20
    assert ran.report["run"]["stopped"]
    assert ran.report["coverage"]["audited"] == 10


def test_refuses_a_few_pages(command: Any, tmp_path: Path) -> None:
    """Nine pages of staff in a row are no reason to leave the site."""
    with town(lambda n, path: CHALLENGE if path in PAGES[3:12] else page(), others=PAGES[:14]) as server:
        ran = run(command, tmp_path, _here(server), seconds=120, concurrency=1)
    assert ran.done.returncode != 0
    assert not ran.report["run"]["stopped"]
    assert ran.report["coverage"]["audited"] == 1 + 14 - 9


def test_one_page_asks_to_be_left_for_a_day(command: Any, tmp_path: Path) -> None:
    """Nobody can wait so long: that page is given up, and the others are audited, or the host is left."""
    busy = exactly("Too busy", status=429, headers={"Retry-After": "86400"})
    with town(lambda n, path: busy if path == PAGES[5] else page(), others=FEW) as server:
        ran = run(command, tmp_path, _here(server), seconds=120, concurrency=1)
        assert server.hits(PAGES[5]) == 1
    assert ran.seconds < 90
    visit = ran.visit(PAGES[5])
    assert visit is not None
    assert visit["outcome"] == "blocked"
    assert "429" in visit["reason"]
    if ran.report["run"]["stopped"]:
        assert ran.done.returncode != 0
    else:
        assert ran.report["coverage"]["audited"] == len(FEW)


def test_asks_to_wait_two_seconds(command: Any, tmp_path: Path) -> None:
    busy = exactly("Too busy", status=503, headers={"Retry-After": "2"})

    def answer(number: int, path: str) -> Serve:
        return busy if path == PAGES[4] and server.hits(path) == 1 else page()

    with town(answer, others=FEW) as server:
        ran = run(command, tmp_path, _here(server), seconds=120, concurrency=1)
        asked = [a for a in server.asked if a.path in PAGES]
    turned_away = next(n for n, a in enumerate(asked) if a.path == PAGES[4])
    assert asked[turned_away + 1].at - asked[turned_away].at >= 2
    assert ran.report["coverage"]["audited"] == 1 + len(FEW)


def _here(server: Server) -> str:
    server.words = {"$HERE": server.origin()}
    return server.origin()


@pytest.mark.soak
def test_fails(command: Any, tmp_path: Path) -> None:
    with town(lambda n, path: page(status=500)) as server:
        ran = audit(command, tmp_path, server)
        assert len(pages(server)) <= 12
    assert ran.report["run"]["stopped"]


@pytest.mark.parametrize("status", [500, pytest.param(503, marks=pytest.mark.soak)])
def test_robots_txt_is_down(command: Any, tmp_path: Path, status: int) -> None:
    with town(lambda n, path: page(), robots=exactly("Down", status=status)) as server:
        server.words = {"$HERE": server.origin()}
        ran = run(command, tmp_path, server.origin(), seconds=60)
        assert pages(server) == []
    assert ran.done.returncode != 0
    assert {visit["outcome"] for visit in ran.report["visits"]} == {"disallowed"}


def test_robots_txt_is_a_page(command: Any, tmp_path: Path) -> None:
    with town(lambda n, path: page(), robots=exactly(document("/robots.txt"))) as server:
        ran = run(command, tmp_path, _here(server), seconds=120, max_pages=3)
    assert ran.report["coverage"]["audited"] == 3
