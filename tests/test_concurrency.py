"""However many pages are open at once, an audit finds the same, and loses none."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partialmethod
from pathlib import Path
from typing import Any

import pytest

import auditor
from auditor.browser import visit
from auditor.browser.memory import MemoryWatch
from auditor.demo import DemoSite
from auditor.limits import MB
from auditor.models import Report, Site, UrlOutcome
from auditor.pace import Pace
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


@pytest.mark.parametrize("at_once", [1, 2])
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("setTimeout(() => { while (true); }, 50)", "The page kept the browser busy"),
        ("self.much = new Uint8Array(700e6).fill(1)", "It made the browser use"),
    ],
    ids=["time", "memory"],
)
def test_a_page_given_up_beside_others_is_tried_again_alone(
    site_server: Any,
    page: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    reason: str,
    at_once: int,
) -> None:
    """It may have been for what the others took. Where there was no other, it is not."""
    for seconds in ("SETTLE_SECONDS", "ANSWER_SECONDS"):
        monkeypatch.setattr(visit, seconds, 1.0)
    monkeypatch.setattr(MemoryWatch, "__init__", partialmethod(MemoryWatch.__init__, cap=600 * MB))
    slow_until = time.monotonic() + 3600
    again: list[float] = []
    turns: list[float] = []
    turn = Pace.again

    async def asked(pace: Pace, host: str) -> None:
        turns.append(time.monotonic())
        await turn(pace, host)

    monkeypatch.setattr(Pace, "again", asked)

    def heavy(_: object) -> Any:
        if server.hits("/heavy") == 1:
            return page("Heavy", body=f"<script>addEventListener('load', () => {{ {fault} }})</script>")
        again.append(time.monotonic())
        return page("Heavy", body='<img src="data:,">')

    def slow(_: object) -> Any:
        nonlocal slow_until
        time.sleep(4 if at_once > 1 else 0)
        slow_until = time.monotonic()
        return page("Slow")

    server = site_server({"/": page("Home"), "/heavy": heavy, "/slow": slow})  # the first is always alone
    report = audited([server.origin + path for path in ("/", "/heavy", "/slow")], tmp_path, at_once)
    ended = {each.url.removeprefix(server.origin): each for each in report.visits()}
    assert ended["/slow"].outcome is UrlOutcome.AUDITED
    if at_once == 1:
        assert ended["/heavy"].outcome is UrlOutcome.FAILED
        assert ended["/heavy"].reason.startswith(reason)
        assert not again
    else:
        assert ended["/heavy"].outcome is UrlOutcome.AUDITED, ended["/heavy"].reason
        assert "image-alt" in {each.rule for each in report.findings()}
        assert [at > slow_until for at in again] == [True]
        assert [at > slow_until for at in turns] == [True], (
            "its host's turn is that of the moment it is asked"
        )


@pytest.mark.soak
def test_a_hundred_pages_of_a_manual_at_any_concurrency(tmp_path: Path) -> None:
    with served(100) as urls:
        compared(urls, tmp_path, 2, 4, 8)
