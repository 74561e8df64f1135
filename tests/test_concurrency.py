"""However many pages are open at once, an audit finds the same, and loses none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import auditor
from auditor.demo import DemoSite
from auditor.models import Report, Site, UrlOutcome
from bench.pages import served

DEMO = ("/bins", "/contact", "/council-tax", "/news", "/libraries")


def audited(urls: Sequence[str], folder: Path, concurrency: int) -> Report:
    site = Site(
        id="site",
        name="Site",
        urls=tuple(urls),
        internal=True,
        delay=0.0,
        concurrency=concurrency,
        follow_links=False,
        max_pages=len(urls),
        drive="no-page",
        pictures=False,
    )
    return auditor.audit(site, store=f"sqlite:///{folder}/{concurrency}.db", sandbox=False)


def compared(urls: Sequence[str], folder: Path, *more: int) -> None:
    """Audit the pages one by one, then at each of the other numbers at once."""
    one, *others = (audited(urls, folder, concurrency) for concurrency in (1, *more))
    assert one.coverage.audited == len(urls)
    assert one.issues
    for report in others:
        at_once = report.site.concurrency
        lost = {v.url: v.reason for v in report.visits() if v.outcome is not UrlOutcome.AUDITED}
        assert not lost, at_once
        assert {issue.id for issue in report.issues} == {issue.id for issue in one.issues}, at_once
        assert told(report) == told(one), at_once


def told(report: Report) -> list[tuple[str, ...]]:
    return sorted((f.url, f.rule, f.outcome, f.issue, *f.frame, f.selector) for f in report.findings())


def test_four_pages_at_once_find_what_one_finds(tmp_path: Path) -> None:
    with DemoSite() as demo:
        compared([demo.url.rstrip("/") + path for path in DEMO], tmp_path, 4)


@pytest.mark.soak
def test_a_hundred_pages_of_a_manual_at_any_concurrency(tmp_path: Path) -> None:
    with served(100) as urls:
        compared(urls, tmp_path, 2, 4, 8)
