"""Representative samples: a local site of few templates, until little is left to find."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

import auditor
from auditor import Progress, Stop, audit_async
from auditor.crawl.inventory import inventory
from auditor.crawl.page_read import read
from auditor.crawl.representative import in_turn
from auditor.crawl.sample import KnownPage
from auditor.formats import _sample, text
from auditor.formats import json as json_format
from auditor.models import Report, Site, UrlOutcome

PAGES = 34  # of one template
RARE = '<img src="/crest.png" width="20" height="20">'  # no alternative text


def _page(title: str, layout: str, body: str = "", *links: str) -> Any:
    anchors = "".join(f'<li><a href="{link}">To {link}</a></li>' for link in links)
    told = (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head><body><main class="{layout}">'
        f'<h1 class="{layout}-title">{title}</h1>{body}<ul>{anchors}</ul></main></body></html>'
    )
    return 200, {"Content-Type": "text/html; charset=utf-8"}, told.encode()


def _routes() -> dict[str, Any]:
    pages = {f"/page/{n}": _page(f"Page number {n}", "story", "<p>Words.</p>") for n in range(PAGES)}
    pages["/page/20"] = _page("Page number 20", "story", f"<p>Words.</p>{RARE}")
    pages["/page/30"] = _page("Page number 30", "story", '<p class="pale" style="color:#ccc">Words.</p>')
    return {
        "/robots.txt": (404, {}, b""),
        "/": _page("Welcome", "home", "", *pages),
        **pages,
    }


def _site(origin: str, **more: Any) -> Site:
    settings: dict[str, Any] = {"drive": "no-page", "pictures": False, "delay": 0.0} | more
    settings |= {"sample": "representative", "seed": 11}
    return Site(id="town", name="Town", urls=(f"{origin}/",), internal=True, **settings)


def _visited(report: Report) -> list[str]:
    return [visit.url for visit in report.visits() if visit.outcome is UrlOutcome.AUDITED]


@pytest.fixture(scope="module")
def report(site_server: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Report:
    site = site_server(_routes())
    store = f"sqlite:///{tmp_path_factory.mktemp('town')}/a.db"
    return auditor.audit(_site(site.origin, concurrency=2), store=store, sandbox=False)


def test_it_ends_when_little_is_left_to_find(report: Report) -> None:
    visited = _visited(report)
    assert report.sample
    told = report.sample.unseen
    assert told
    assert 13 <= len(visited) < 25  # ten by chance, and those with something new
    assert {"/", "/page/20", "/page/30"} <= {url.partition("127.0.0.1")[2][6:] for url in visited}
    assert (told.pages, told.visited) == (PAGES + 1, len(visited))
    assert told.drawn >= 10
    assert told.low <= told.expected <= told.high
    assert (report.sample.templates, report.sample.templates_shown) == (3, 3)
    left = [visit.reason for visit in report.visits() if visit.outcome is UrlOutcome.OVER_BUDGET]
    assert len(left) == PAGES + 1 - len(visited)
    assert all(reason.startswith("Not in the sample: few issues are expected") for reason in left)
    assert report.coverage.complete


def test_the_pages_are_those_that_had_their_turn_with_the_reason(report: Report) -> None:
    assert report.sample
    pages = report.sample.pages
    assert sorted(page.url for page in pages) == sorted(_visited(report))
    by_path = {page.url.rpartition("/")[2]: page for page in pages}
    assert by_path["20"].part == by_path["30"].part == "structured"
    assert by_path["20"].reasons[0].words.startswith("It has ")
    assert by_path["20"].reasons[0].words.endswith("that may be wrong, that no page before it has.")
    assert {page.reasons[0].kind for page in report.sample.of("random")} == {"random"}


def test_reports_say_what_was_found_of_how_much(report: Report) -> None:
    assert report.sample
    assert report.sample.unseen
    told = report.sample.unseen
    account = _sample.account(report)
    assert account
    assert (
        f"{told.visited} of 35 pages that were read were visited, of 3 of 3 page structures"
        in account.verdict
    )
    assert f"An estimated {told.share(told.expected):.0%} of all issues were found" in account.verdict
    assert account.verdict.replace("\n", " ") in " ".join(
        "".join(piece.decode() for _, chunks in text.render(report) for piece in chunks).split()
    )
    made = b"".join(piece for _, chunks in json_format.render(report) for piece in chunks)
    unseen = json.loads(made)["sample"]["unseen"]
    assert unseen["visited"] == told.visited
    assert unseen["share_found"]["low"] <= unseen["share_found"]["expected"] <= unseen["share_found"]["high"]


async def test_a_sample_that_was_cut_off_goes_on_and_ends_the_same(
    report: Report, site_server: Callable[..., Any], tmp_path: Path
) -> None:
    site = _site(site_server(_routes()).origin)
    store = f"sqlite:///{tmp_path}/a.db"
    stop = Stop()

    def cut(progress: Progress) -> None:
        if progress.audited == 4:
            stop.asked = True

    first = await audit_async(site, store=store, sandbox=False, stop=stop, on_progress=cut)
    assert not first.coverage.complete
    before = {url.rpartition("/")[2] for url in _visited(first)}  # a report reads the store when it is asked
    assert len(before) < 10
    assert first.sample
    assert len(first.sample.pages) == len(before)
    last = await audit_async(site, store=store, resume=True, sandbox=False)
    after, whole = ({url.rpartition("/")[2] for url in _visited(each)} for each in (last, report))
    assert before < after
    assert {"20", "30"} <= after
    assert len(after ^ whole) <= 5  # two at once may be at work on a page more
    assert last.coverage.complete


def _known(url: str, body: str, *, start: bool = False) -> KnownPage:
    told = read(f"<html lang=en><title>T</title><main>{body}</main>".encode(), url, closely=True)[0]
    return KnownPage(url=url, identity=url, depth=0, start=start, read=told)


def test_the_order_is_by_what_is_new_and_then_by_chance() -> None:
    pages = [
        _known("http://a.example/", "<h1>Home</h1>", start=True),
        _known("http://a.example/same", "<h1>Home</h1>"),
        _known("http://a.example/one", "<h1>Home</h1><p class=a>A</p>"),
        _known("http://a.example/two", "<h1>Home</h1><p class=a>A</p><p class=b>B</p>"),
    ]
    chosen, turns = in_turn(pages, 3)
    assert [turn.url.rpartition("/")[2] for turn in turns][:2] == ["", "two"]
    assert [turn.by_chance for turn in turns] == [False, False, True, True]
    assert sorted(turn.place for turn in turns) == [0, 1, 2, 3]
    assert [page.part for page in chosen.pages] == ["structured", "structured", "random", "random"]
    assert in_turn(pages, 3)[1] == turns
    assert in_turn([], 3)[1] == []


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("<img src=a.png alt=A>", "<img src=a.png>"),
        ("<img src=a.png>", "<img src=b.png>"),
        ("<h2>A</h2><h3>B</h3>", "<h2>A</h2><h4>B</h4>"),
        ("<a href=/a>Bins</a>", "<a href=/a>here</a>"),
        ("<a href=/a>Bins</a>", "<a href=/a.pdf>Bins</a>"),
        ("<table><tr><th>A</table>", "<table><tr><td>A</table>"),
        ("<p>A</p>", '<p style="color: red">A</p>'),
        ("<p>A</p>", "<p><b>A</b></p>"),
        ("<ul><li>A</ul>", "<ul><p>A</ul>"),
        ("<iframe title=A></iframe>", '<div role="button" onclick="a()">A</div>'),
    ],
)
def test_what_may_be_wrong_is_told_apart(one: str, two: str) -> None:
    told = [inventory(BeautifulSoup(each, "html.parser"))[1] for each in (one, two)]
    assert set(told[1]) - set(told[0])


def test_figures_make_no_new_component() -> None:
    told = [inventory(BeautifulSoup(f'<p class="c{n} x">Word {n}</p>', "html.parser"))[0] for n in (1, 22)]
    assert told[0] == told[1] != ()
