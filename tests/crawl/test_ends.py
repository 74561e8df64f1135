"""A run ends by itself, and what its own limits left out makes it incomplete."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

import auditor
from auditor.models import Site, UrlOutcome


def test_too_many_addresses_that_are_no_pages(
    site_server: Any, page: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the program that stops here, whatever `max_pages` the user gave."""
    monkeypatch.setattr("auditor.budget.OPENED_AT_LEAST", 6)
    monkeypatch.setattr("auditor.budget.OPENED_FOR_EACH_PAGE", 0)
    server = site_server({"/": page("Home", *(f"/gone-{n}" for n in range(12)))})
    site = Site(
        id="x",
        name="X",
        urls=(server.origin + "/",),
        internal=True,
        delay=0.0,
        max_pages=5,
        drive="no-page",
        user_limits=frozenset({"max_pages"}),
    )
    report = auditor.audit(site, store=f"sqlite:///{tmp_path}/a.db", sandbox=False)
    assert report.coverage.audited == 1
    assert report.coverage.by_outcome[UrlOutcome.OVER_BUDGET] == 7
    assert "(limit opened = 6)" in report.coverage.limits[0]
    assert not report.coverage.complete


def test_the_time_limit_holds_for_the_sitemaps_too(site_server: Any, page: Any, tmp_path: Path) -> None:
    xml = {"Content-Type": "application/xml"}
    server = site_server({"/": page("Home")})

    def one(_: object) -> Any:
        time.sleep(0.5)
        return 200, xml, b"<urlset><url><loc>/a</loc></url></urlset>"

    names = [f"/map-{n}.xml" for n in range(60)]
    listed = "".join(f"<sitemap><loc>{server.origin}{name}</loc></sitemap>" for name in names)
    server.routes |= dict.fromkeys(names, one)
    server.routes["/sitemap.xml"] = 200, xml, f"<sitemapindex>{listed}</sitemapindex>".encode()
    site = Site(
        id="x", name="X", urls=(server.origin + "/",), internal=True, delay=0.0, max_minutes=4 / 60,
        user_limits=frozenset({"max_minutes"}),
    )  # fmt: skip
    began = time.monotonic()
    report = auditor.audit(site, store=f"sqlite:///{tmp_path}/a.db", sandbox=False)
    assert time.monotonic() - began < 25
    assert server.hits("/map-59.xml") == 0
    assert any("max_minutes" in limit for limit in report.coverage.limits)
