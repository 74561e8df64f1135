"""When a host is let be: what is counted, and what becomes of whole audits of hosts that fail or refuse."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from auditor import audit_async
from auditor import pace as pace_module
from auditor.cli.audit import INCOMPLETE, NOTHING, exit_code
from auditor.crawl import breaker
from auditor.crawl.breaker import Breaker, Trouble, retry_after, wait
from auditor.limits import BLOCKED_IN_A_ROW, FAILURES_IN_A_ROW, MAX_RETRY_AFTER
from auditor.models import Report, Site
from tests.sites.hostile.case import document
from tests.sites.hostile.cases_answers import CLOUDFLARE
from tests.sites.wire import Asked, Serve, Server, Wire

# Counting


def after(breaker: Breaker, *troubles: Trouble | None) -> list[Trouble | None]:
    return [breaker.after("a", f"/{number}", trouble) for number, trouble in enumerate(troubles)]


@pytest.mark.parametrize(
    ("trouble", "most", "suspected"),
    [
        (Trouble.FAILING, FAILURES_IN_A_ROW, Trouble.FAILING),
        (Trouble.REFUSING, BLOCKED_IN_A_ROW, Trouble.REFUSING),
        (Trouble.LATER, BLOCKED_IN_A_ROW, Trouble.REFUSING),
    ],
)
def test_so_many_in_a_row(trouble: Trouble, most: int, suspected: Trouble) -> None:
    found = after(Breaker(), *[trouble] * most * 2)
    assert [number for number, each in enumerate(found, start=1) if each] == [most, 2 * most]
    assert found[most - 1] is suspected
    interrupted = [trouble] * (most - 1) + [None]
    assert not any(after(Breaker(), *interrupted * 3))


def test_hosts_are_counted_apart() -> None:
    counts = Breaker()
    for number in range(BLOCKED_IN_A_ROW - 1):
        assert counts.after("a", f"/{number}", Trouble.REFUSING) is None
        assert counts.after("b", f"/{number}", Trouble.REFUSING) is None
    assert counts.after("a", "/x", Trouble.REFUSING) is Trouble.REFUSING
    assert counts.refusals("b") == BLOCKED_IN_A_ROW - 1


def test_the_first_good_address_is_the_one_to_ask() -> None:
    counts = Breaker()
    after(counts, Trouble.FAILING, None, Trouble.REFUSING, None)
    assert counts.address("a") == "/1"
    assert counts.address("b") is None


@pytest.mark.parametrize(
    ("attempts", "asked", "in_a_row", "expected"),
    [
        (1, None, 1, 5), (2, None, 2, 10), (1, None, 4, 40), (2, None, 50, MAX_RETRY_AFTER),
        (1, 7.0, 1, 7), (2, 120.0, 3, 120), (1, 0.0, 1, 0),
        (1, 121.0, 1, None), (1, 86400.0, 1, None), (3, None, 1, None), (3, 7.0, 1, None),
    ],
)  # fmt: skip
def test_how_long_to_wait(attempts: int, asked: float | None, in_a_row: int, expected: float | None) -> None:
    assert wait(attempts, asked, in_a_row) == expected


def test_retry_after() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 57 < (retry_after(soon) or 0) <= 60
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert retry_after(" 120 ") == 120
    assert retry_after("9" * 5000) == 999_999_999
    for nonsense in (None, "", "soon", "-5", "1.5", "²", "Wed, 99 Oct 2015 07:28:00 GMT", "Mon, 1 Jan 99999"):
        assert retry_after(nonsense) is None, nonsense


# Whole audits

PAGES = [f"/page-{number}" for number in range(60)]
Audit = Callable[..., Awaitable[Report]]


@pytest.fixture
def audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Audit:
    monkeypatch.setattr(pace_module, "FAILING_PAUSE", 1.0)
    monkeypatch.setattr(breaker, "FIRST_WAIT", 0.1)

    async def run(server: Server, on_progress: Callable[[Any], None] = lambda progress: None) -> Report:
        site = Site(
            id="town", name="Town", urls=(server.origin() + "/",), internal=True, delay=0.0, drive="no-page"
        )
        store = f"sqlite:///{tmp_path}/town.db"
        return await audit_async(site, store=store, sandbox=False, on_progress=on_progress)

    return run


def town(answer: Callable[[int, str], int], pages: list[str], markup: str = "<title>No</title>No") -> Server:
    """A home page that links to the others. `answer(n, path)`: the status of the nth page asked for."""
    asked_for: list[str] = []

    def route(asked: Asked) -> Serve:
        async def serve(asked: Asked, wire: Wire) -> None:
            if asked.path != "/" and asked.path not in pages:
                return await wire.answer(status=404)
            asked_for.append(asked.path)
            status = answer(len(asked_for), asked.path)
            links = "".join(f'<p><a href="{page}">To {page}</a></p>' for page in pages)
            body = document(asked.path, links if asked.path == "/" else "")
            await wire.answer(body if status == 200 else markup, status=status)

        return serve

    return Server(route)


def asked_for(server: Server) -> int:
    return sum(asked.path == "/" or asked.path in PAGES for asked in server.asked)


async def test_a_server_that_dies(audit: Audit) -> None:
    server = town(lambda n, path: 200, PAGES).__enter__()
    gone: list[bool] = []

    def die(progress: Any) -> None:
        if progress.done == 4 and not gone:
            gone.append(True)
            server.__exit__(None, None, None)

    report = await audit(server, die)
    visits = list(report.visits())
    assert len(visits) == 1 + len(PAGES)
    assert report.coverage.audited == 4
    assert "no longer answers" in (report.run.stopped or "")
    assert [v.outcome.value for v in visits].count("failed") == len(visits) - 4
    assert sum(v.reason.startswith("Not visited: ") for v in visits) == len(visits) - 4 - FAILURES_IN_A_ROW
    assert all(v.reason for v in visits[4:])
    assert not report.coverage.complete
    assert exit_code(report) == INCOMPLETE


async def test_broken_pages_in_a_row_are_their_own_trouble(audit: Audit) -> None:
    pages = PAGES[:20]
    with town(lambda n, path: 500 if path in pages[3:15] else 200, pages) as server:
        report = await audit(server)
    assert report.run.stopped is None
    assert report.coverage.audited == 1 + 20 - 12
    assert exit_code(report) == INCOMPLETE


@pytest.mark.parametrize(("status", "outcome"), [(429, "blocked"), (503, "failed")])
async def test_a_host_that_has_had_enough(audit: Audit, status: int, outcome: str) -> None:
    with town(lambda n, path: 200 if n <= 5 else status, PAGES) as server:
        report = await audit(server)
        assert asked_for(server) <= 5 + BLOCKED_IN_A_ROW + 1
    assert report.coverage.audited == 5
    assert report.run.stopped
    assert str(status) in report.run.stopped
    assert {v.outcome.value for v in report.visits()} == {"audited", outcome}
    assert exit_code(report) == INCOMPLETE


async def test_a_home_page_that_shows_a_challenge(audit: Audit) -> None:
    with town(lambda n, path: 403, PAGES, markup=CLOUDFLARE) as server:
        report = await audit(server)
        assert len(server.asked) <= 4
    (home,) = report.visits()
    assert home.outcome.value == "blocked"
    assert "challenge" in home.reason
    assert "challenge" in (report.run.stopped or "")
    assert exit_code(report) == NOTHING
