"""Samples: a local site is read over HTTP, pages are chosen with their reasons, and exactly those audited."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import auditor
from auditor.cli.audit import audit as audit_command
from auditor.crawl.discover import Discoverer
from auditor.demo import DemoSite
from auditor.errors import UsageError
from auditor.formats import _sample, text
from auditor.formats import earl as earl_format
from auditor.limits import LINKS_PER_FRAME
from auditor.models import Confidence, Report, RunState, Sample, Site, UrlOutcome
from auditor.net.guard import Guard
from auditor.net.http import Fetched, client
from auditor.net.proxy import EgressProxy
from auditor.pace import Pace
from auditor.report import report as report_of
from auditor.sampling import Sampling
from auditor.starting import seed
from auditor.store import RunReader, Store

HTML = {"Content-Type": "text/html; charset=utf-8"}
FORM = '<form action="/send"><label>Name <input></label><label>Post code <input></label></form>'


def _page(title: str, layout: str, body: str = "", *links: tuple[str, str], lang: str = "en") -> Any:
    anchors = "".join(f'<li><a href="{href}">{text}</a></li>' for href, text in links)
    told = (
        f'<!doctype html><html lang="{lang}"><head><title>{title} – Town</title></head><body>'
        f'<main class="{layout}"><div class="{layout}-head"><h1>{title}</h1></div>'
        f'<div class="{layout}-text"><p>All about {title}.</p>{body}</div>'
        f"<ul>{anchors}</ul></main></body></html>"
    )
    return 200, HTML, told.encode()


def _town(news: int = 12) -> dict[str, Any]:
    links = [
        ("/contact", "Contact us"),
        ("/accessibility", "Accessibility"),
        ("/building-access", "Accessibility of our building"),
        ("/statement", "Accessibility statement"),
        ("/council-tax", "Council tax"),
        ("/news", "News"),
        ("/cymraeg", "Cymraeg"),
        ("/gone", "Sign in"),
        ("/old-bins", "Bins"),
    ]
    stories = [(f"/news/{n}", f"Story {n}") for n in range(news)]
    return {
        "/robots.txt": (404, {}, b""),
        "/": _page("Welcome", "home", "", *links),
        "/contact": _page("Contact us", "guide", FORM, ("/leave", "Leave")),
        "/accessibility": _page("Accessibility of our building and parking", "guide"),
        "/building-access": _page("Wheelchair access", "guide"),
        "/statement": _page("Accessibility statement", "guide"),
        "/council-tax": _page(
            "Council tax", "service", "<table><tr><th>Band</th></tr></table>", ("/tax.pdf", "Bands (PDF)")
        ),
        "/old-bins": (301, {"Location": "/bins"}, b""),
        "/bins": _page("Bin collections", "service"),
        "/news": _page("News", "list", "", *stories),
        "/cymraeg": _page("Croeso", "guide", lang="cy"),
    } | {f"/news/{n}": _page(f"Story {n}", "story", "<img src='/x.png'>") for n in range(news)}


def _site(origin: str, **more: Any) -> Site:
    settings: dict[str, Any] = {"sample": "wcag-em", "seed": 11, "drive": "no-page", "pictures": False} | more
    return Site(id="town", name="Town", urls=(f"{origin}/",), internal=True, delay=0.0, **settings)


def _chosen(report: Report, origin: str) -> dict[str, list[str]]:
    assert report.sample
    return {
        page.url.removeprefix(origin) or "/": [reason.kind for reason in page.reasons]
        for page in report.sample.pages
    }


@pytest.fixture(scope="module")
def town(site_server: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    site = site_server(_town())
    store = f"sqlite:///{tmp_path_factory.mktemp('town')}/a.db"
    return site, store, auditor.audit(_site(site.origin), store=store, sandbox=False)


def test_the_pages_of_a_sample_are_those_with_a_reason(town: Any) -> None:
    site, _, report = town
    chosen = _chosen(report, site.origin)
    assert chosen == {
        "/": ["home", "template"],
        "/contact": ["contact", "form", "template"],
        "/statement": ["statement"],
        "/council-tax": ["lgsl-57", "table", "documents", "template"],
        "/bins": ["lgsl-524"],
        "/cymraeg": ["language"],
        "/news/0": ["template"],
        "/news": ["template"],
        "/news/1": ["random"],
    }
    words = {page.url.removeprefix(site.origin): page.reasons for page in report.sample.pages}
    assert [reason.words for reason in words["/contact"]] == [
        "A contact page, told by links to it, its address and its title or heading.",
        "It has a form with 2 fields.",
        "It stands for 5 pages of the same structure.",
    ]
    assert words["/bins"][0].confidence is Confidence.MEDIUM  # by its title alone
    assert {"/accessibility", "/building-access", "/gone", "/old-bins"}.isdisjoint(chosen)
    assert "No page was found that looks like a log-in page." in report.sample.missing


def test_exactly_the_sample_is_audited_and_never_called_the_whole_site(town: Any) -> None:
    _, _, report = town
    outcomes = {visit.url: visit for visit in report.visits()}
    audited = {url for url, visit in outcomes.items() if visit.outcome is UrlOutcome.AUDITED}
    assert audited == {page.url for page in report.sample.pages}
    assert report.coverage.audited == report.coverage.in_scope == len(audited)
    assert report.coverage.complete
    rest = [visit for visit in outcomes.values() if visit.outcome is UrlOutcome.OVER_BUDGET]
    assert rest
    assert all(visit.reason.startswith("Not in the sample") for visit in rest)
    told = " ".join(b"".join(dict(text.render(report))["report.txt"]).decode().split())
    assert f"of {report.sample.known} pages known. A sample is not the whole website." in told


def test_what_only_the_random_part_shows_is_said(site_server: Callable[..., Any], tmp_path: Path) -> None:
    stories = {f"/news/{n}": _page(f"Story {n}", "story", "<button></button>") for n in range(3)}
    routes = stories | {
        "/robots.txt": (404, {}, b""),
        "/": _page("Welcome", "home", "", *((path, path) for path in stories)),
        "/news/0": _page("Story 0", "story"),  # the template's page, and the only one without the fault
    }
    site = site_server(routes)
    report: Any = auditor.audit(_site(site.origin, seed=1), store=f"sqlite:///{tmp_path}/a.db", sandbox=False)
    told = _sample.account(report)
    assert told
    assert [issue.rule for issue in told.new] == ["button-name"]
    assert "then not representative" in told.verdict
    evaluation = json.loads(b"".join(dict(earl_format.render(report))["report.earl.jsonld"]))
    sample = next(node for node in evaluation["@graph"] if node["type"] == "Evaluation")["selectSample"]
    assert sample["randomSample"] == [page.url for page in report.sample.of("random")]
    assert len(sample["structuredSample"]) == len(report.sample.of("structured"))


class _Cut(Exception):
    """Ends a process in the middle of its reading."""


async def _sample_of(site: Site, database: Path, *, cut_at: int | None = None) -> Sample:
    """What a run chooses, without a browser; a run of the store that was cut off goes on."""
    store = Store.open(f"sqlite:///{database}")
    run_id = store.resume_run(site) or store.start_run(site, versions={}, rules=[])

    async def call(method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        return method(*arguments, **named)

    async def note(sentence: str) -> None:
        store.note(run_id, sentence)

    async def rest(host: str) -> None:
        store.rest(host, 0.0)

    async def fetch(url: str, max_bytes: int, sink: Any = None) -> Fetched:
        return await pace.fetch(url, max_bytes, sink)

    def told(read: int, left: int, url: str) -> None:
        if read == cut_at:
            raise _Cut

    discover = Discoverer(site, fetch=fetch, note=note, rest=rest)
    async with (
        EgressProxy(Guard(frozenset(site.urls), known_origins=frozenset(site.urls))) as proxy,
        client(proxy.url, user_agent="test") as http,
    ):
        pace = Pace(discover, store=store, call=call, http=http, stopped=lambda: False)
        pace.run_id = run_id
        await seed(pace, site, lambda: False)
        sampling = Sampling(pace, site, stopped=lambda: False, time_is_up=lambda: False, told=told)
        try:
            await sampling.take()
        finally:
            store.end_run(run_id, RunState.INTERRUPTED)
    kept = RunReader(store, run_id)
    assert store.parts(run_id, "read/") == []
    sample = report_of(kept).sample
    assert sample
    return sample


async def test_the_seed_repeats_the_sample(town: Any, tmp_path: Path) -> None:
    site, _, report = town
    again = await _sample_of(_site(site.origin), tmp_path / "b.db")
    assert [page.url for page in again.pages] == [page.url for page in report.sample.pages]
    assert again.seed == report.sample.seed == 11
    drawn = {
        (await _sample_of(_site(site.origin, seed=n), tmp_path / f"{n}.db")).of("random") for n in range(5)
    }
    assert len(drawn) > 1
    assert (await _sample_of(_site(site.origin, seed=None), tmp_path / "c.db")).seed is not None


async def test_a_large_site_costs_a_bounded_number_of_requests(
    site_server: Callable[..., Any], tmp_path: Path
) -> None:
    routes = _town(news=300)
    routes["/news"] = _page("News", "list", "", *((f"/news/{n}", f"Story {n}") for n in range(300)))
    site = site_server(routes)
    sample = await _sample_of(_site(site.origin, max_pages=60), tmp_path / "a.db")
    assert len(site.asked) == sample.requests + 2  # robots.txt and the sitemap that is not there
    assert sample.requests <= 63  # with a redirect, and what was drawn unread
    assert sample.known > 300
    assert any("limit max_pages = 60" in note for note in sample.notes)
    chosen = {page.url.removeprefix(site.origin) for page in sample.pages}
    assert {"/contact", "/statement", "/council-tax", "/bins"} <= chosen


async def test_a_page_of_a_million_links_is_bounded(site_server: Callable[..., Any], tmp_path: Path) -> None:
    many = "".join(f"<a href=/far/{n}>{n}</a>" for n in range(1_000_000))
    site = site_server({"/robots.txt": (404, {}, b""), "/": _page("Home", "home", many)})
    sample = await _sample_of(_site(site.origin, max_pages=12), tmp_path / "a.db")
    assert sample.known <= LINKS_PER_FRAME
    assert any("dropped" in note for note in sample.notes)
    assert len(site.asked) < 50  # of its links none is there, and chance does not try them all


async def test_reading_that_is_cut_off_goes_on_where_it_was(
    site_server: Callable[..., Any], tmp_path: Path
) -> None:
    site = site_server(_town(news=40))
    asked_for = _site(site.origin, seed=3)
    whole = await _sample_of(asked_for, tmp_path / "whole.db")
    before = len(site.asked)
    for _ in range(2):
        with pytest.raises(_Cut):
            await _sample_of(asked_for, tmp_path / "a.db", cut_at=15 + 15 * _)
    assert await _sample_of(asked_for, tmp_path / "a.db") == whole
    reads = Counter(r.path for r in site.asked[before:])
    del reads["/robots.txt"], reads["/sitemap.xml"], reads["/gone"]
    assert set(reads.values()) == {1}


async def test_a_page_that_scripts_fill_is_known_by_links_alone(
    site_server: Callable[..., Any], tmp_path: Path
) -> None:
    shell = (200, HTML, b"<!doctype html><title>Town</title><div id=app></div><script>1</script>")
    routes = dict.fromkeys(("/contact", "/about", "/more"), shell)
    home = _page("Welcome", "home", "", ("/contact", "Contact us"), ("/about", "About"), ("/more", "More"))
    site = site_server({"/robots.txt": (404, {}, b""), "/": home, **routes})
    sample = await _sample_of(_site(site.origin), tmp_path / "a.db")
    assert (sample.empty, sample.templates) == (3, 1)
    contact = next(page for page in sample.pages if page.url.endswith("/contact"))
    assert contact.reasons[0].words == "A contact page, told by links to it and its address."


async def test_a_site_that_turns_the_reader_away_is_left_to_the_browser(
    site_server: Callable[..., Any], tmp_path: Path
) -> None:
    closed = {path: (403, HTML, b"No") for path in (*_town(), "/gone") if path not in ("/", "/robots.txt")}
    site = site_server(_town() | closed)
    sample = await _sample_of(_site(site.origin), tmp_path / "a.db")
    assert [page.url for page in sample.of("structured")] == [f"{site.origin}/"]
    assert any("8 pages in a row" in note for note in sample.notes)
    assert len(site.asked) < 14


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["https://a.example/", "--seed", "1"], "--seed goes with --sample wcag-em"),
        (["https://a.example/", "--sample", "gds", "--seed", "1"], "--seed goes with --sample wcag-em"),
        (["--urls", __file__, "--sample", "gds"], "--sample chooses the pages itself"),
    ],
)
def test_options_that_do_not_go_together_are_told(arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(audit_command, arguments)
    assert isinstance(done.exception, UsageError)
    assert said in str(done.exception)


@pytest.mark.parametrize("method", ["wcag-em", "gds"])
async def test_the_demo_council_is_sampled_both_ways(method: str, tmp_path: Path) -> None:
    with DemoSite() as demo:
        seed = 7 if method == "wcag-em" else None
        sample = await _sample_of(_site(demo.url.rstrip("/"), sample=method, seed=seed), tmp_path / "a.db")
        own = demo.url.rstrip("/")
    chosen = {page.url.removeprefix(own): [each.kind for each in page.reasons] for page in sample.pages}
    assert chosen == (GDS if method == "gds" else WCAG_EM)


WCAG_EM = {
    "/": ["home", "template"],
    "/contact": ["contact", "form"],
    "/accessibility-statement": ["statement", "template"],
    "/privacy": ["legal", "table"],
    "/search": ["search", "search-results", "template"],
    "/council-tax": ["lgsl-57"],
    "/bins/missed": ["lgsl-524"],
    "/bins/bulky-waste": ["lgsl-528", "template"],
    "/schools": ["lgsl-13", "video", "template"],
    "/planning": ["lgsl-485", "documents", "template"],
    "/council-tax/support": ["lgsl-69"],
    "/elections/register": ["lgsl-364"],
    "/bins": ["frame"],
    "/council-tax/pay": ["template"],
    "/elections": ["template"],
    "/parking": ["template"],
    "/minutes/2023": ["template"],
    "/news?page=2": ["random"],
    "/news/budget-consultation": ["random"],
}
GDS = {
    "/": ["home"],
    "/contact": ["contact", "form"],
    "/accessibility-statement": ["statement"],
    "/planning": ["pdf"],
    "/search": ["extra"],
    "/bins/bulky-waste": ["extra"],
    "/council-tax/pay": ["extra"],
    "/elections": ["extra"],
    "/minutes/2023": ["extra"],
}
