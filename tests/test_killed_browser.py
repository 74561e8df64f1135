"""The browser is killed again and again in one run: every page is audited all the same, and soon."""

from __future__ import annotations

import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import auditor
from auditor.models import Outcome, Site, UrlOutcome
from tests.browser.conftest import browsers

NEXT_GOOD_PAGE = 5.0  # seconds after the browser died


@pytest.mark.parametrize(
    ("count", "killed_at"),
    [(6, {"/1", "/3"}), pytest.param(12, {"/1", "/3", "/5", "/8", "/10"}, marks=pytest.mark.soak)],
)
def test_kills_in_one_run(
    site_server: Any, page: Any, tmp_path: Path, count: int, killed_at: set[str]
) -> None:
    server = site_server()
    killed: list[float] = []

    def serve(path: str, answer: Any) -> Any:
        def once(_: object) -> Any:
            if path in killed_at and server.hits(path) == 1:
                (browser,) = browsers()
                browser.kill()
                killed.append(time.monotonic())
            return answer

        return once

    fault = '<img src="data:,">'
    links = tuple(f"/{n}" for n in range(1, count))
    server.routes |= {path: serve(path, page(f"Page {path}", body=fault)) for path in links}
    server.routes["/"] = page("Home", *links, body=fault)
    site = Site(id="x", name="X", urls=(server.origin + "/",), internal=True, delay=0.0, drive="no-page")
    asked_from = threading.active_count()
    report = auditor.audit(site, store=f"sqlite:///{tmp_path}/a.db", sandbox=False)
    assert threading.active_count() <= asked_from + 1
    audited = [visit.url for visit in report.visits() if visit.outcome is UrlOutcome.AUDITED]
    assert len(audited) == len(set(audited)) == count
    found = Counter(finding.url for finding in report.findings(rule="image-alt", outcome=Outcome.FAILED))
    assert found == dict.fromkeys(audited, 1)
    assert len(killed) == len(killed_at)
    assert all(server.hits(path) <= 3 for path in links), "a page is tried again at most twice"
    for at in killed:
        after = [request.began for request in server.asked if request.began > at + 0.01]
        assert min(after) - at < NEXT_GOOD_PAGE
