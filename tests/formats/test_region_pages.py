"""The overview of many sites as it is written: open data, hostile data, and the pages in a browser."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import cmarkgfm
import pytest
from bs4 import BeautifulSoup
from playwright.async_api import Request, async_playwright

from auditor.browser.find import launch
from auditor.formats import region as overview_format
from auditor.formats.region._common import interval
from auditor.formats.region._data import DICTIONARY
from auditor.models import Authority, Impact, Overview, Region, Report, Rule, Site, Trace
from auditor.region import authority, overview
from auditor.suppliers import suppliers
from tests.formats.test_html_in_browser import ALL, AXE, RUN
from tests.formats.test_injection import FACTS, NASTY, PAGE, RAW, TAGS, is_live, rows

MADE = datetime(2026, 11, 26, 12, tzinfo=UTC)
CONFIRMED: dict[str, Any] = {"confirmed_by": "A. Person", "confirmed_on": date(2026, 11, 20)}
SECRET = "https://www.{}.example/forms?case=4711#top"
FILE = re.compile(
    r"report\.css|(index|shared|method)\.html|open-data(-dictionary)?\.(csv|json)|(authorities|shared)/[a-z0-9-]{1,100}\.html"
    r"|letters/[a-z0-9-]{1,100}\.md"
)


def trace(rule: Rule, text: str, who: str = "") -> Trace:
    supplier = suppliers().get(who)
    return Trace(
        key=who or text,
        supplier=supplier,
        component=text,
        evidence=f"its code has the class {text}",
        rule=rule,
        problems=1,
        pages=1,
        places=2,
        at_least=False,
        example=SECRET.format("council") if who else PAGE + text,
        excerpt=f"<b>{text}</b>",
    )


def town(report: Report, name: str, **more: Any) -> Authority:
    site = Site(id=name.lower(), name=f"{name} Council", urls=(SECRET.format(name.lower()),), gss="E08000025")
    coverage = dataclasses.replace(report.coverage, complete=True, audited=40, in_scope=40)
    made = authority(site, dataclasses.replace(report, coverage=coverage, site=site))
    rule = report.rules["image-alt"]
    traces = (trace(rule, "a", "cookiebot"), trace(rule, "b", "onetrust"), trace(rule, "div.x > a.y"))
    values: dict[str, Any] = {"known": 400, "failure_pages": 10, "questions": 3, "traces": traces}
    return dataclasses.replace(made, impacts={Impact.CRITICAL: 2, None: 1}, **(values | more))


@pytest.fixture
def towns(report: Report) -> list[Authority]:
    without = {"failing": frozenset(), "clear": frozenset({"image-alt"})}
    return [
        town(report, "Birch"),
        town(report, "Alder"),
        town(report, "Cedar", **without),
        town(report, "Hidden", internal=True),
        town(report, "Late", is_comparable=False),
        authority(Site(id="never", name="Never Council", urls=("https://never.example/",)), None),
    ]


def written(told: Overview, reports: bool = True) -> dict[str, bytes]:
    return {name: b"".join(chunks) for name, chunks in overview_format.render(told, reports=reports)}


def test_open_data_names_nobody_unless_a_person_confirmed_it(towns: list[Authority]) -> None:
    files = written(overview(Region(), towns, MADE))
    assert rows(files["open-data.csv"]) == []
    told = json.loads(files["open-data.json"])
    assert told["left_out"] == {
        "authorities": 6,
        "of_them_internal": 1,
        "suppliers": 2,
        "components_without_known_supplier": 1,
    }
    public = b"".join(files[name] for name in files if name.startswith("open-data"))
    for name in ("Alder", "alder", "Cookiebot", "OneTrust", "div.x"):
        assert name.encode() not in public


def test_open_data_holds_what_was_confirmed_and_nothing_else(towns: list[Authority]) -> None:
    named = frozenset({"alder", "hidden", "late", "never"})
    region = Region(name="Testshire", authorities=named, suppliers=frozenset({"cookiebot"}), **CONFIRMED)
    files = written(overview(region, towns, MADE))
    by_id = {row["id"]: row for row in rows(files["open-data.csv"])}
    assert list(by_id) == ["alder", "late", "never"], "no internal site, though it was named"
    assert by_id["alder"] == {
        "gss": "E08000025",
        "id": "alder",
        "name": "Alder Council",
        "initial_url": "https://www.alder.example/forms",
        "scan_date": "2026-11-21",
        "scan_status": "complete",
        "method": by_id["alder"]["method"],
        "standard": "wcag22aa",
        "pages_audited": "40",
        "pages_known": "400",
        "pages_with_failures": "10",
        "share_low": "0.1419",
        "share_high": "0.4019",
        "failures_critical": "2",
        "failures_serious": "0",
        "failures_moderate": "0",
        "failures_minor": "0",
        "failures_not_rated": "1",
        "questions": "3",
        "auditor_version": "0.1.0",
        "axe_version": "4.12.1",
        "sites_in_region": "6",
        "sites_left_out": "3",
    }
    assert by_id["late"]["scan_status"] == "incomplete"
    assert by_id["late"]["method"] == ""
    assert (by_id["never"]["scan_status"], by_id["never"]["pages_audited"]) == ("not_audited", "")
    told = json.loads(files["open-data.json"])
    assert [each["id"] for each in told["methods"]] == [by_id["alder"]["method"]]
    (shared,) = told["shared"]
    assert shared["id"] == "cookiebot"
    assert (shared["problems"][0]["sites"], shared["problems"][0]["sites_named"]) == (5, ["alder", "late"])
    public = b"".join(files[name] for name in files if name.startswith("open-data"))
    for secret in (b"4711", b"OneTrust", b"Birch", b"Hidden", b"A. Person", b"<b>", b"div.x"):
        assert secret not in public


def test_the_dictionary_explains_every_field(towns: list[Authority]) -> None:
    files = written(overview(Region(authorities=frozenset({"alder"}), **CONFIRMED), towns, MADE))
    told = json.loads(files["open-data.json"])
    assert [row["field"] for row in rows(files["open-data-dictionary.csv"])] == list(DICTIONARY)
    assert list(told["dictionary"]) == list(told["authorities"][0]) == list(DICTIONARY)


@pytest.mark.parametrize(
    ("failed", "audited", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 2, 0.0945, 0.9055), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_is_wilsons(report: Report, failed: int, audited: int, low: float, high: float) -> None:
    """The last: Newcombe, 1998, table I. https://pubmed.ncbi.nlm.nih.gov/9595616/"""
    coverage = dataclasses.replace(report.coverage, audited=audited, in_scope=audited)
    head = dataclasses.replace(report, coverage=coverage)
    made = dataclasses.replace(town(report, "Alder", failure_pages=failed, known=audited + 1), audit=head)
    found = interval(made)
    assert found is not None
    assert [round(each, 4) for each in found] == [low, high]
    assert interval(dataclasses.replace(made, known=audited)) is None, "no page was left out"


def test_letters_name_no_case(towns: list[Authority]) -> None:
    for name, content in written(overview(Region(), towns, MADE)).items():
        if name.startswith("letters/"):
            assert b"4711" not in content


def test_a_report_is_linked_only_where_it_is_beside(towns: list[Authority]) -> None:
    told = overview(Region(), towns, MADE)
    assert b"sites/alder/index.html" in written(told)["authorities/alder.html"]
    assert b"sites/alder" not in written(told, reports=False)["authorities/alder.html"]
    assert b"sites/never" not in written(told)["authorities/never.html"]


# Hostile data.


@pytest.fixture
def nasty(report: Report) -> Overview:
    """Everybody is alike, and everything shared; whatever comes from pages or settings is hostile."""
    rule = report.rules["image-alt"]
    authorities = []
    for text in NASTY:
        bad = dataclasses.replace(rule, title=text, why=text, fix=text, wcag=("1.1.1", text), who=(text,))
        site = Site(id=text, name=text, urls=(text, PAGE + text), gss=text, include=(NASTY[3],))
        run = dataclasses.replace(report.run, versions={"axe": text, "auditor": NASTY[4]})
        made = town(dataclasses.replace(report, run=run), "Alder")
        assert made.audit
        traces = [trace(dataclasses.replace(bad, id="a-rule"), each) for each in NASTY[::6]]
        authorities.append(
            dataclasses.replace(
                made,
                site=site,
                slug=authority(site, None).slug,
                audit=dataclasses.replace(made.audit, site=site),
                first=tuple(dataclasses.replace(i, title=text) for i in made.first),
                rules={"a-rule": bad},
                failing=frozenset({"a-rule"}),
                traces=(*traces, trace(bad, text, "cookiebot")),
                untraced=1,
            )
        )
    region = Region(
        name=NASTY[0],
        authorities=frozenset(NASTY),
        suppliers=frozenset({"cookiebot"}),
        confirmed_by=NASTY[3],
        confirmed_on=date(2026, 11, 20),
    )
    return overview(region, authorities, MADE)


def test_nothing_acts_in_tables_data_and_letters(nasty: Overview) -> None:
    files = written(nasty)
    assert len(files) > len(NASTY) + 8
    assert len({name.casefold() for name in files}) == len(files)
    for name, content in files.items():
        assert FILE.fullmatch(name), name
        assert len(content) < 1_000_000, name
        assert not RAW.search(content.decode("utf-8-sig").replace("\r\n", "\n")), name
    table = rows(files["open-data.csv"])
    assert len(table) == len(NASTY)
    assert [cell for row in table for cell in row.values() if is_live(cell)] == []
    assert len(json.loads(files["open-data.json"])["authorities"]) == len(NASTY)
    for name, content in files.items():
        if name.startswith("letters/"):
            soup = BeautifulSoup(cmarkgfm.github_flavored_markdown_to_html(content.decode()), "html.parser")
            assert {tag.name for tag in soup.find_all()} <= {
                "h1",
                "h2",
                "p",
                "em",
                "ul",
                "ol",
                "li",
                "code",
                "a",
            }, name
            assert all(str(a["href"]).startswith(("https://www.", "http://127.")) for a in soup.find_all("a"))


async def test_pages_run_nothing_and_have_no_fault(
    nasty: Overview, towns: list[Authority], tmp_path: Path
) -> None:
    """axe judges what plain towns give; hostile ones may not break the layout."""
    events: list[str] = []

    def requested(request: Request) -> None:
        if not request.url.startswith(tmp_path.as_uri()):
            events.append(f"requested {request.url[:200]}")

    def files(told: Overview, folder: Path) -> list[Path]:
        paths = []
        for name, content in written(told).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
            if name.endswith(".html"):
                paths.append(folder / name)
        return paths

    plain = files(overview(Region(name="Testshire", **CONFIRMED), towns, MADE), tmp_path / "plain")
    bad = files(nasty, tmp_path / "bad")
    some = [
        *bad[:4],
        *(path for path in bad if path.name in ("shared.html", "method.html", "cookiebot.html")),
    ]
    async with async_playwright() as playwright:
        browser, _ = await launch(playwright, sandbox=False)
        page = await browser.new_page(viewport={"width": 320, "height": 640})
        page.on("request", requested)
        for kind in ("dialog", "popup", "console", "pageerror"):
            page.on(kind, lambda event: events.append(str(event)))
        for path in (*plain, *some):
            await page.goto(path.as_uri())
            facts = await page.evaluate(FACTS)
            assert set(facts["tags"]) <= set(TAGS.split()), path
            assert facts["handlers"] == [], path
            assert facts["headings"] == 1, path
            assert facts["width"] <= 320, path
            assert facts["wide"] == [], path
        found = {}
        schemes: tuple[tuple[Any, int], ...] = (("light", 1280), ("dark", 320))
        for scheme, width in schemes:
            context = await browser.new_context(
                color_scheme=scheme,
                viewport={"width": width, "height": 800},
            )
            page = await context.new_page()
            for path in plain:
                await page.goto(path.as_uri())
                await page.evaluate(AXE)
                if violations := await page.evaluate(RUN, ALL):
                    found[path.name] = violations
        await browser.close()
    assert found == {}
    assert events == []


def test_sites_are_compared_by_what_rules_found_alone(report: Report, peopled: Report) -> None:
    assert peopled.issues != report.issues
    found, ruled = (authority(each.site, each) for each in (peopled, report))
    assert (found.impacts, found.failure_pages) == (ruled.impacts, ruled.failure_pages)
    assert (found.first, found.failing, found.questions) == (ruled.first, ruled.failing, ruled.questions)
