"""What goes wrong in the program itself on one page or one site costs nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import auditor
from auditor import cli, crawling
from auditor.browser.visit import Result, visit
from auditor.cli.audit import FAULT, GATE, INCOMPLETE, _left, overall
from auditor.crawl.representatives import SHOWN_ON
from auditor.demo import DemoSite
from auditor.errors import BrowserError, UsageError
from auditor.models import RunState, Site, UrlOutcome
from auditor.store import Store
from tests.conftest import SiteServer


def pages(demo: DemoSite, *paths: str) -> Site:
    base = demo.url.rstrip("/")
    urls = tuple(f"{base}{path}" for path in paths)
    return Site(
        id="x",
        name="X",
        urls=urls,
        internal=True,
        delay=0.0,
        follow_links=False,
        drive="no-page",
        pictures=False,
    )


def test_a_fault_on_one_page_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(tab: Any, url: str, *rest: Any, **more: Any) -> Result:
        if url.endswith("/contact"):
            raise KeyError("a bug")
        return await visit(tab, url, *rest, **more)

    monkeypatch.setattr(crawling, "visit", broken)
    with DemoSite() as demo:
        site = pages(demo, "/bins", "/contact", "/privacy")
        report = auditor.audit(site, store=f"sqlite:///{tmp_path}/a.db", sandbox=False)
    found = {visit.url.rpartition("/")[2]: visit for visit in report.visits()}
    assert [found[p].outcome for p in ("bins", "contact", "privacy")] == [
        UrlOutcome.AUDITED,
        UrlOutcome.FAILED,
        UrlOutcome.AUDITED,
    ]
    assert "KeyError('a bug')" in found["contact"].reason
    assert not report.coverage.complete


def test_a_page_that_was_to_stand_for_others_and_failed_stands_for_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site_server: Callable[..., SiteServer]
) -> None:
    async def broken(tab: Any, url: str, *rest: Any, **more: Any) -> Result:
        result = await visit(tab, url, *rest, **more)
        if url.endswith("/1"):
            raise KeyError("a bug")
        return result

    monkeypatch.setattr(crawling, "visit", broken)
    body = (
        "<!doctype html><html lang=en><title>Page</title><main><h1>Page</h1><p><a href=#a>A link</a></main>"
    )
    server = site_server({f"/{n}": (200, {"Content-Type": "text/html"}, body.encode()) for n in range(1, 5)})
    site = Site(
        id="x", name="X", urls=tuple(f"{server.origin}/{n}" for n in range(1, 5)), internal=True, delay=0.0,
        follow_links=False, pictures=False, plain_pages=0, statement=False,
    )  # fmt: skip
    store = Store.open(f"sqlite:///{tmp_path}/a.db")
    report = auditor.audit(site, store=store, sandbox=False)
    assert report.coverage.audited == 3
    assert len(list(store.driven(report.run.id))) == SHOWN_ON


def test_a_browser_that_is_gone_for_good_ends_the_audit_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> Result:
        raise BrowserError("gone")

    monkeypatch.setattr(crawling, "visit", broken)
    with DemoSite() as demo, pytest.raises(BrowserError, match="gone"):
        auditor.audit(pages(demo, "/bins"), store=f"sqlite:///{tmp_path}/a.db", sandbox=False)


def test_a_fault_of_the_program_does_not_look_like_a_failed_gate(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**_: Any) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(cli, "cli", broken)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == FAULT
    assert "a fault of the program" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([0, FAULT, 0], FAULT),
        ([FAULT, GATE], GATE),
        ([INCOMPLETE, 0], INCOMPLETE),
        ([4, 4], 4),
        ([4, 0], INCOMPLETE),
        ([1, 130], 130),
        ([0, 0], 0),
    ],
)
def test_the_exit_code_of_several_sites(codes: list[int], expected: int) -> None:
    assert overall(codes) == expected


def test_resume_of_several_sites_goes_on_at_the_one_that_was_cut_off(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/a.db")
    sites = [Site(id=name, name=name, urls=(f"https://{name}.example/",)) for name in "abcd"]
    for site, state in (
        (sites[3], RunState.DONE),
        (sites[0], RunState.DONE),
        (sites[1], RunState.INTERRUPTED),
    ):
        store.end_run(store.start_run(site, versions={}, rules=[]), state)
    assert [site.id for site in _left(sites, store)] == ["b", "c", "d"]
    assert [site.id for site in _left(sites[2:], store)] == ["c", "d"], "nothing of these was cut off"


def test_resume_with_another_axe_is_refused(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/a.db")
    with DemoSite() as demo:
        site = pages(demo, "/bins")
        run = store.start_run(site, versions={"axe": "4.0.0", "axe_sha256": "another"}, rules=[])
        store.end_run(run, RunState.INTERRUPTED)
        with pytest.raises(UsageError, match=r"begun with axe 4\.0\.0"):
            auditor.audit(site, store=store, resume=True, sandbox=False)


def test_links_that_were_not_read_are_said(tmp_path: Path, site_server: Any, page: Any) -> None:
    links = "".join(f'<a href="mailto:a@a.example">m</a><a href="/gone#{n}">n</a>' for n in range(5_003))
    server = site_server({"/": page("Many", body=f"<div hidden>{links}</div>")})
    site = Site(id="x", name="X", urls=(server.origin + "/",), internal=True, delay=0.0, drive="no-page")
    report = auditor.audit(site, store=f"sqlite:///{tmp_path}/a.db", sandbox=False)
    assert report.coverage.audited == 1
    assert report.run.notes == (f"{server.origin}/ has too many links; not read: 3 (limit links = 5000).",)
