"""The demo council, audited for real: what is found beside what was planted, and beside plain axe."""

from __future__ import annotations

import contextlib
import json
import sys
import threading
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from playwright.async_api import Frame, Page, async_playwright

import auditor
from auditor.browser.engine import Engine, selector
from auditor.browser.find import launch
from auditor.checks.folders import find, texts
from auditor.checks.page_rules import PythonRule
from auditor.checks.registry import tags_to_run
from auditor.checks.site_rules import judge_site
from auditor.cli.demo import demo as command
from auditor.demo import DemoSite, Fault, load_faults
from auditor.demo.journeys import VARIABLE, journeys, sign_ins
from auditor.demo.services import PASSWORD
from auditor.evidence.site import SitePages
from auditor.formats import FORMATS
from auditor.models import (
    LOADED,
    Finding,
    JourneyState,
    Kind,
    Outcome,
    Report,
    Site,
    StatementVerdict,
    UrlOutcome,
)
from auditor.priority import priorities
from auditor.report import report as build
from auditor.resources import folder
from auditor.store import RunReader, Store

SHARE_FOUND = 0.85  # of all planted faults; later rules raise it, nothing may lower it


@dataclass(frozen=True)
class Audited:
    demo: DemoSite
    report: Report
    findings: tuple[Finding, ...]
    folder: Path  # of the written report
    said: str


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audited]:
    """`auditor demo`, whose site goes on being served."""
    folder = tmp_path_factory.mktemp("demo")
    with DemoSite() as demo, pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            sys.modules[command.callback.__module__], "DemoSite", lambda: contextlib.nullcontext(demo)
        )
        done = CliRunner().invoke(command, ["--format", "html", "--format", "json", "--output", str(folder)])
        assert done.exit_code == 0, done.output
        reader = RunReader.latest(Store.open(f"sqlite:///{folder}/demo.db"), "demo")
        assert reader is not None
        report = build(reader)
        yield Audited(demo, report, tuple(report.findings()), folder, done.output)


def test_the_demo_says_what_it_found(audited: Audited) -> None:
    said = json.loads((audited.folder / "report.json").read_text(encoding="utf-8"))
    assert said["coverage"]["complete"]
    assert len(said["findings"]) == len(audited.findings)
    assert (audited.folder / "index.html").stat().st_size > 5_000
    assert "confirmed problems" in audited.said


def test_what_a_person_must_test_follows_from_the_pages(audited: Audited) -> None:
    entries = {entry.criterion: entry for entry in audited.report.checklist}
    assert len(entries) == 55
    for num in ("1.1.1", "1.2.2", "1.4.2", "3.3.1"):
        assert entries[num].applies, num
        assert 0 < entries[num].pages <= audited.report.coverage.audited, num
        assert entries[num].examples, num
    judged = {num for finding in audited.findings if finding.kind is Kind.FAILURE for num in finding.wcag}
    assert judged & set(entries) <= {num for num, entry in entries.items() if entry.applies}


def path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def shows(fault: Fault, finding: Finding) -> bool:
    """Whether a finding is of this planted fault; a page with a query, or framed, shows it again."""
    if finding.rule not in fault.rules or finding.variant != (fault.variant or ""):
        return False
    elsewhere = bool(fault.selector) and finding.selector == fault.selector
    return path(finding.url) == fault.url or elsewhere


def test_whole_site_is_audited(audited: Audited) -> None:
    report = audited.report
    assert report.coverage.complete
    assert report.coverage.audited >= 25
    reasons = {v.outcome: v.reason for v in report.visits() if v.outcome is not UrlOutcome.AUDITED}
    assert set(reasons) == {
        UrlOutcome.REDIRECTED,
        UrlOutcome.DUPLICATE,  # /news?page=1 is /news
        UrlOutcome.FAILED,
        UrlOutcome.DISALLOWED,
        UrlOutcome.NOT_HTML,
    }
    assert all(reasons.values()), "every URL that was not audited says why"
    assert not any("/internal/" in request.path for request in audited.demo.requests)


def test_pages_that_only_a_browser_finds_are_audited(audited: Audited) -> None:
    done = {path(v.url) for v in audited.report.visits() if v.outcome is UrlOutcome.AUDITED}
    assert "/schools/oakfield-primary" in done, "linked only from what JavaScript draws"
    assert "/elections" in done, "in the sitemap only"
    assert "/parking" in done, "linked only"


def test_planted_faults(audited: Audited, capsys: pytest.CaptureFixture[str]) -> None:
    faults = [f for f in load_faults() if f.variant in (None, *audited.report.site.variants)]
    found = [
        f
        for f in faults
        if any(shows(f, finding) for finding in audited.findings) or (f.statement and not missing(f, audited))
    ]
    missed = [f.id for f in faults if f.rules and f not in found]
    with capsys.disabled():
        print(f"\n  planted faults found: {len(found)} of {len(faults)} ({len(found) / len(faults):.0%})")
    assert not missed, "these have a rule and were not found"
    assert len(found) / len(faults) >= SHARE_FOUND


BAD = (StatementVerdict.WRONG, StatementVerdict.NOT_FOUND)


def missing(fault: Fault, audited: Audited) -> set[str]:
    """Items of the statement's list that this fault makes bad, and that were not told so."""
    assert audited.report.statement is not None
    told = {item.id for verdict in BAD for item in audited.report.statement.of(verdict)}
    return set(fault.statement) - told


def test_the_faults_of_the_statement_and_no_other(audited: Audited) -> None:
    told = audited.report.statement
    assert told is not None
    assert told.url is not None
    assert path(told.url) == "/accessibility-statement"
    others = 2  # the statement itself, and the page of the payment provider
    assert told.linked == told.pages == audited.report.coverage.audited - others
    planted = {item for fault in load_faults() for item in fault.statement}
    assert {item.id for verdict in BAD for item in told.of(verdict)} == planted
    assert {c.kind for c in told.conflicts} >= {"claims_full", "unlisted", "past_date"}


def test_outcome_and_place_of_planted_faults(audited: Audited) -> None:
    wrong = []
    for fault in load_faults():
        if not fault.rules or not fault.selector or fault.variant not in (None, "dark", "forced-colours"):
            continue
        outcomes = {f.outcome for f in audited.findings if shows(fault, f) and path(f.url) == fault.url}
        if outcomes != {Outcome(str(fault.outcome))}:
            wrong.append((fault.id, fault.outcome, outcomes))
    assert not wrong


def test_no_false_alarm(audited: Audited) -> None:
    """What was not planted is meant to be right: any failure found there is a false alarm."""
    faults = load_faults()
    alarms = [
        (f.rule, path(f.url), f.selector)
        for f in audited.findings
        if f.outcome is Outcome.FAILED and not any(shows(fault, f) for fault in faults)
    ]
    assert not alarms


def test_site_rules_say_the_same_again_and_nothing_twice(audited: Audited) -> None:
    """As after a resume: what they said is replaced."""
    store = Store.open(f"sqlite:///{audited.folder}/demo.db")
    reader = RunReader.latest(store, "demo")
    assert reader is not None
    folders = {key: each for key, each in find([folder("rules")]).items() if each.judge == "site"}

    def said() -> list[tuple[str, str, str, str]]:
        return sorted((f.rule, f.url, f.issue, f.message) for f in reader.findings() if f.rule in folders)

    before = said()
    assert len(before) == 7, "as many as are planted for them"
    site_rules = [PythonRule.of(each) for each in folders.values()]
    pages = SitePages(pages=list(store.page_facts(reader.run_id)))
    for rule in site_rules:
        store.record_site(reader.run_id, rule.id, judge_site([rule], pages, texts(folders)))
    assert said() == before


def test_inclusion_measures_find_what_was_planted_and_nothing_else(audited: Audited) -> None:
    planted = tomllib.loads((files("auditor.demo") / "inclusion.toml").read_text(encoding="utf-8"))
    found = audited.report.inclusion()
    assert found is not None
    beyond = {(each.id, path(page.url)) for each in found.measures for page in each.worst}
    assert beyond == {(each["measure"], each["url"]) for each in planted["planted"]}
    seen = {
        (each.kind, each.id, path(each.example)) for each in found.sightings if each.kind != "third-party"
    }
    assert seen == {(each["kind"], each["id"], each["url"]) for each in planted["seen"]}
    done = {path(v.url) for v in audited.report.visits() if v.outcome is UrlOutcome.AUDITED}
    assert {each["right"] for each in planted["planted"] if "right" in each} <= done


def test_journeys_find_what_is_in_later_steps_and_send_nothing_for_good(audited: Audited) -> None:
    on_journeys = [f for f in load_faults() if f.state and ", step " in f.state]
    met = {(f.rule, path(f.url), f.selector) for f in audited.findings if f.journey}
    found = [f for f in on_journeys if any((rule, f.url, f.selector) in met for rule in f.rules)]
    assert len(on_journeys) >= 30
    assert len(found) / len(on_journeys) >= 0.9, [f.id for f in on_journeys if f not in found]
    journeys = {each.id: each for each in audited.report.journeys}
    assert {each.state for each in journeys.values()} == {JourneyState.COMPLETE}
    assert all(each.audited == each.states > 1 for each in journeys.values())
    assert journeys["pay-council-tax"].steps[8].supplier == audited.demo.payment_url.removeprefix("http://")
    assert audited.demo.submissions == 0
    stops = {issue.rule for issue in audited.report.issues if issue.stops}
    assert stops == {
        "aria-required-parent",
        "aria-valid-attr-value",
        "color-contrast",
        "error-message",
        "keyboard-trap",
        "label",
        "select-name",
    }
    first = audited.report.issues and priorities(audited.report).problems[: len(stops)]
    assert {issue.rule for issue in first} == stops, "what stops a journey comes first"
    assert "Stopped before its final step" in (audited.folder / "journeys.html").read_text(encoding="utf-8")


def test_cookie_banners_are_judged_once_and_refused(audited: Audited) -> None:
    """The council's own bar, and the dialog on My Harrowmere, which another company's frame fills."""
    told = {banner.origin: (banner.done, banner.stood) for banner in audited.report.banners}
    assert told == {audited.demo.url: ("refused", 0), audited.demo.account_url: ("refused", 0)}


def test_variants_find_what_was_planted_and_nothing_else(audited: Audited) -> None:
    found_in_variants(audited.findings, {"dark", "forced-colours"})
    assert "in dark colours" in (audited.folder / "not-covered.html").read_text(encoding="utf-8").lower()


def found_in_variants(findings: Iterable[Finding], variants: set[str]) -> None:
    planted = [each for each in load_faults() if each.variant in variants]
    assert {each.variant for each in planted} == variants
    told = [each for each in findings if each.variant and each.outcome is Outcome.FAILED]
    assert {(f.rule, path(f.url), f.selector, f.variant, f.state) for f in told} == {
        (f.rules[0], f.url, f.selector, f.variant, f.state) for f in planted
    }


@pytest.mark.soak
def test_phones_find_what_was_planted_and_nothing_else(audited: Audited, tmp_path: Path) -> None:
    site = Site(
        id="demo",
        name="Demo",
        urls=tuple(f"{audited.demo.url}{each.url}" for each in load_faults() if each.variant == "phone"),
        internal=True,
        delay=0.0,
        follow_links=False,
        pictures=False,
        variants=("phone",),
    )
    on_phones = auditor.audit(site, store=f"sqlite:///{tmp_path}/a.db", sandbox=False)
    found_in_variants(on_phones.findings(), {"phone"})


@pytest.mark.parametrize("which", ["two journeys", pytest.param("every journey", marks=pytest.mark.soak)])
def test_without_permission_nothing_is_sent(tmp_path: Path, which: str) -> None:
    """In short: the first, and one of those that are signed in."""
    with DemoSite() as demo:
        gone = journeys(demo.url, demo.account_url)
        if which == "two journeys":
            gone = (gone[0], next(each for each in gone if each.role))
        site = Site(
            id="demo",
            name="Demo",
            urls=(f"{demo.url}/parking",),
            internal=True,
            internal_origins=(demo.account_url, demo.supplier_url, demo.payment_url),
            delay=0.0,
            max_pages=1,
            drive="no-page",
            pictures=False,
            journeys=tuple(replace(each, permission=None) for each in gone),
            sign_ins=sign_ins(demo.account_url),
            secrets=((VARIABLE, PASSWORD),),
        )
        report = auditor.audit(site, store=f"sqlite:///{tmp_path}/a.db", sandbox=False)
        assert {each.state for each in report.journeys} == {JourneyState.NOT_PERMITTED}
        sent = [request for request in demo.requests if request.method != "GET"]
        assert [(request.origin, request.path) for request in sent] == [("account", "/my/sign-in")]
    assert all(each.stopped for journey in report.journeys for each in journey.sent)


def test_advice_is_never_a_failure(audited: Audited) -> None:
    for finding in audited.findings:
        assert (finding.kind is Kind.ADVICE) == (not finding.wcag), finding


# -- beside plain axe ------------------------------------------------------------------------------

# Rules of axe's that look at the page as a whole: they differ where a frame is judged as if it were one.
OF_THE_PAGE = {
    "bypass", "document-title", "frame-tested", "html-has-lang", "html-lang-valid", "meta-refresh",
    "meta-viewport", "page-has-heading-one", "region", "skip-link",
}  # fmt: skip
PLACES = """options => axe.run(document, options).then(result => {
  const rules = Object.fromEntries(axe._audit.rules.map(rule => [rule.id, rule.pageLevel]));
  return result.violations.flatMap(rule => rule.nodes.map(
    node => ({ rule: rule.id, target: node.target, whole: rules[rule.id] })));
})"""


async def plain_axe(page: Page, url: str, engine: Engine) -> set[tuple[str, str, tuple[str, ...], str]]:
    """(page, rule, frames, selector) of what `axe.run` reports in the page and in each frame by itself."""
    await page.goto(url, wait_until="networkidle")
    options: dict[str, Any] = {**engine.options, "iframes": False}
    found = set()
    for frame in page.frames:
        await frame.evaluate(engine.script)
        frames = await path_of(frame)
        for place in await frame.evaluate(PLACES, options):
            if frames and (place["whole"] or place["rule"] in OF_THE_PAGE or "landmark" in place["rule"]):
                continue
            found.add((path(url), place["rule"], frames, selector(place["target"][0])))
    return found


async def path_of(frame: Frame) -> tuple[str, ...]:
    if frame.parent_frame is None:
        return ()
    element = await frame.frame_element()
    own = await element.evaluate(
        "element => { axe.setup(); const s = axe.utils.getSelector(element); axe.teardown(); return s }"
    )
    return (*await path_of(frame.parent_frame), selector(own))


@pytest.mark.parametrize("which", ["every fifth page", pytest.param("every page", marks=pytest.mark.soak)])
async def test_every_violation_of_plain_axe_and_no_other(audited: Audited, which: str) -> None:
    """In short: every fifth page, and those with findings in frames."""
    engine = Engine.load(tags_to_run("wcag22aa"))
    pages = [v.url for v in audited.report.visits() if v.outcome is UrlOutcome.AUDITED]
    if which != "every page":
        framed = {f.url for f in audited.findings if f.frame}
        pages = [url for number, url in enumerate(pages) if number % 5 == 0 or url in framed]
    expected: set[tuple[str, str, tuple[str, ...], str]] = set()
    async with async_playwright() as playwright:
        browser, _ = await launch(playwright, sandbox=False)
        page = await browser.new_page(viewport={"width": 1280, "height": 800}, locale="en-GB")
        for url in pages:
            await page.context.clear_cookies()
            await page.context.add_cookies(  # its banner has faults, and was answered
                [{"name": "account_cookies", "value": "no", "url": audited.demo.account_url}]
            )
            expected |= await plain_axe(page, url, engine)
        await browser.close()
    told = [
        (f.state, (path(f.url), f.rule, f.frame, f.selector))
        for f in audited.findings
        if f.outcome is Outcome.FAILED
        and f.url in pages
        and audited.report.rules[f.rule].engine == "axe"
        and not f.variant
        and not (f.frame and (f.rule in OF_THE_PAGE or "landmark" in f.rule))
    ]
    ours = {place for state, place in told if state == LOADED}  # another state shows what an address does not
    everywhere = {place for _, place in told}
    assert len(expected) > (60 if which == "every page" else 15)
    assert any(frames for _, _, frames, _ in expected), "frames are part of the comparison"
    assert expected - everywhere == set(), json.dumps(sorted(expected - everywhere), indent=1)
    assert ours - expected == set(), json.dumps(sorted(ours - expected), indent=1)


# -- our own report ------------------------------------------------------------------------------------


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.mark.parametrize("which", ["six pages", pytest.param("every page", marks=pytest.mark.soak)])
def test_our_own_audit_finds_nothing_in_the_report(audited: Audited, tmp_path: Path, which: str) -> None:
    """The HTML report of the demo, audited like any site; in the soak every page, by keyboard too."""
    pages = []
    for name, chunks in FORMATS["html"](audited.report):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"".join(chunks))
        if name.endswith(".html"):
            pages.append(name)
    if which != "every page":
        pictured = next(
            name for name in pages if name.startswith("issues/") and "<img" in _text(tmp_path, name)
        )
        kinds = [next(name for name in pages if name.startswith(kind)) for kind in ("pages/", "owners/")]
        pages = ["index.html", "problems.html", "journeys.html", pictured, *kinds]
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site = Site(
            id="report",
            name="Report",
            urls=tuple(f"http://127.0.0.1:{server.server_port}/{name}" for name in pages),
            follow_links=False,
            internal=True,
            delay=0.0,
            concurrency=2,
            max_pages=len(pages),
            drive="no-page" if which != "every page" else "every-page",
        )
        own = auditor.audit(site, store=f"sqlite:///{tmp_path}/own.db", sandbox=False)
        server.shutdown()
    assert own.coverage.audited == len(pages)
    failures = [f for f in own.findings(outcome=Outcome.FAILED) if f.kind is not Kind.ADVICE]
    assert [(f.rule, f.url, f.selector) for f in failures] == []


def _text(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")
